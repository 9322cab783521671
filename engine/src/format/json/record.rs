//! One JSON object into the columns of a record or the fields of a STRUCT.

use arrow::array::ArrayRef;

use super::keys::{Keys, Next, Place, Slot};
use super::problem::{Problem, Result};
use super::scan::{self, Members};
use super::value::decode;
use crate::error;
use crate::format::column::Builder;
use crate::schema::SqlType;

/// The columns that an object's members go to.
pub struct Record {
    names: Vec<String>,
    columns: Vec<Builder>,
    keys: Keys,
}

impl Record {
    /// Columns by name, type and whether they are wanted.
    pub fn new<'a>(columns: impl Iterator<Item = (&'a str, &'a SqlType, bool)>) -> Self {
        let mut names = Vec::new();
        let mut builders = Vec::new();
        for (name, ty, wanted) in columns {
            names.push(name.to_owned());
            builders.push(if wanted { Builder::new(ty) } else { Builder::unwanted(ty) });
        }
        let keys = Keys::new(names.iter().map(String::as_str));
        Self { names, columns: builders, keys }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub fn push_nulls(&mut self) {
        for column in &mut self.columns {
            column.push_null();
        }
    }

    /// Forgets the rows from `rows` on.
    pub fn truncate(&mut self, rows: usize) {
        for column in &mut self.columns {
            column.truncate(rows);
        }
    }

    pub fn finish(&mut self) -> error::Result<Vec<ArrayRef>> {
        self.columns.iter_mut().map(Builder::finish).collect()
    }

    /// Appends the object at `at` as row number `row`; gives where it ends. When it fails, the columns have the rows that
    /// they had.
    ///
    /// It reads the members in the order in which they come. Whatever does not go smoothly that way (a name that occurs
    /// twice, a value that does not fit) is left to [`Record::decode_carefully`], which knows the rules.
    #[inline]
    pub fn decode(&mut self, text: &[u8], at: usize, row: usize, depth: usize) -> Result<usize> {
        match self.decode_in_order(text, at, row, depth) {
            Some(end) => Ok(end),
            None => {
                self.truncate(row);
                self.decode_carefully(text, at, depth).inspect_err(|_| self.truncate(row))
            }
        }
    }

    fn decode_in_order(&mut self, text: &[u8], at: usize, row: usize, depth: usize) -> Option<usize> {
        if depth >= scan::MAX_DEPTH {
            return None;
        }
        let mut at = at;
        let mut place = Place::START;
        let mut filled = Filled::default();
        loop {
            if text.get(at) == Some(&b'}') && place != Place::START {
                return Some(self.end_row(row, &filled, at + 1));
            }
            let (next, slot, value) = match self.keys.guess(text, at, place) {
                Some(member) => member,
                None => match self.keys.read(text, at, place).ok()? {
                    Next::Member(next, slot, value) => (next, slot, value),
                    Next::End(end) => return Some(self.end_row(row, &filled, end)),
                },
            };
            place = next;
            at = match slot {
                Slot::Exact(column) | Slot::Upper(column) => {
                    let builder = self.columns.get_mut(column)?;
                    if filled.set(column) || (column >= 64 && builder.len() != row) {
                        return None;
                    }
                    decode(text, value, builder, depth + 1).ok()?
                }
                Slot::None => scan::value(text, value, depth + 1).ok()?,
            };
        }
    }

    /// NULL for the columns that the object had no member for.
    #[inline]
    fn end_row(&mut self, row: usize, filled: &Filled, end: usize) -> usize {
        if filled.count < self.columns.len() {
            for column in &mut self.columns {
                if column.len() == row {
                    column.push_null();
                }
            }
        }
        end
    }

    /// First finds the value that counts for each column: the last one under exactly its name, else the last one under
    /// a name whose upper case form it is. Then reads these.
    fn decode_carefully(&mut self, text: &[u8], at: usize, depth: usize) -> Result<usize> {
        let mut exact = vec![None; self.columns.len()];
        let mut upper = vec![None; self.columns.len()];
        let mut members = Members::new(text, at, depth)?;
        while let Some(name) = members.next()? {
            match self.keys.slot(name) {
                Slot::Exact(column) => exact[column] = Some(members.value()),
                Slot::Upper(column) => upper[column] = Some(members.value()),
                Slot::None => {}
            }
            members.continue_at(scan::value(text, members.value(), depth + 1)?);
        }
        for (i, column) in self.columns.iter_mut().enumerate() {
            match exact[i].or(upper[i]) {
                Some(value) => {
                    decode(text, value, column, depth + 1)
                        .map_err(|problem| problem.in_field(&self.names[i]))?;
                }
                None => column.push_null(),
            }
        }
        Ok(members.end())
    }
}

/// The columns that a row has a value for.
#[derive(Default)]
struct Filled {
    /// Of the first 64 columns.
    first: u64,
    count: usize,
}

impl Filled {
    /// Notes a column; true if it is known to have been noted before.
    #[inline(always)]
    fn set(&mut self, column: usize) -> bool {
        self.count += 1;
        let bit = 1_u64.checked_shl(column as u32).unwrap_or(0);
        let again = self.first & bit != 0;
        self.first |= bit;
        again
    }
}

/// An object was expected.
pub fn not_an_object(text: &[u8], at: usize) -> Problem {
    match scan::value(text, at, 0) {
        Ok(end) => Problem::mismatch("an object with the columns", &text[at..end]),
        Err(problem) => problem,
    }
}
