//! The arguments of a call, as functions see them.

use arrow::array::{Array, ArrayAccessor, ArrayRef, UInt32Array};
use arrow::compute::take;

use super::failure;
use super::signature::Unit;
use crate::error::{Error, Result};
use crate::schema::SqlType;

/// The body of a lambda argument.
pub trait LambdaBody {
    /// Evaluates the body for `parameters[p][i]`, where entry `i` belongs to row `rows[i]` of the call (so that the body
    /// can read the columns of that row). Gives one value an entry.
    fn call(&self, parameters: &[ArrayRef], rows: &[u32]) -> Result<ArrayRef>;
}

/// An argument of a call.
pub enum Arg<'a> {
    /// One value a row; a constant has one value for all rows.
    Column {
        array: ArrayRef,
        constant: bool,
    },
    /// A bare time unit, as in `DATEADD(DAYS, 1, d)`.
    Unit(Unit),
    Lambda(&'a dyn LambdaBody),
}

/// A call of a scalar function on a batch.
pub struct Call<'a> {
    pub args: &'a [Arg<'a>],
    /// Types of the arguments; a NULL literal has the type that its parameter asks for.
    pub types: &'a [SqlType],
    /// How many rows the answer has.
    pub rows: usize,
    /// The type of the answer, whose Arrow type is `returns.to_arrow()`.
    pub returns: &'a SqlType,
}

/// An argument as an array of a known kind, whether constant or not.
#[derive(Clone, Copy)]
pub struct Values<'a, A> {
    pub array: &'a A,
    constant: bool,
}

impl<'a, A: Array + 'static> Values<'a, A> {
    /// Where the value of a row stands in the array.
    #[inline]
    pub fn index(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.array.is_null(self.index(row))
    }

    /// Whether one value serves all rows.
    pub fn is_constant(&self) -> bool {
        self.constant
    }
}

impl<'a, A: Array + 'static> Values<'a, A>
where
    &'a A: ArrayAccessor,
{
    /// The value of a row, or none for NULL.
    #[inline]
    pub fn get(&self, row: usize) -> Option<<&'a A as ArrayAccessor>::Item> {
        let index = self.index(row);
        self.array.is_valid(index).then(|| self.array.value(index))
    }
}

impl<'a> Call<'a> {
    /// Argument `index` as an array of type `A` (`StringArray`, `Int64Array`, `ListArray`, ...).
    pub fn values<A: Array + 'static>(&self, index: usize) -> Result<Values<'_, A>> {
        let (array, constant) = self.column(index)?;
        array.as_any().downcast_ref::<A>().map(|array| Values { array, constant }).ok_or_else(|| {
            Error::internal(format!(
                "argument {index} came as {:?}, which its signature does not say",
                array.data_type()
            ))
        })
    }

    /// Argument `index` whatever its type, and whether it is one value for all rows.
    pub fn column(&self, index: usize) -> Result<(&ArrayRef, bool)> {
        match self.args.get(index) {
            Some(Arg::Column { array, constant }) => Ok((array, *constant)),
            _ => Err(Error::internal(format!("argument {index} is not a column"))),
        }
    }

    /// Argument `index` with one value for each row of the call, also when it is a constant.
    pub fn expanded(&self, index: usize) -> Result<ArrayRef> {
        match self.column(index)? {
            (array, false) => Ok(array.clone()),
            (array, true) => Ok(take(array, &UInt32Array::from(vec![0; self.rows]), None)?),
        }
    }

    pub fn lambda(&self, index: usize) -> Result<&dyn LambdaBody> {
        match self.args.get(index) {
            Some(Arg::Lambda(body)) => Ok(*body),
            _ => Err(Error::internal(format!("argument {index} is not a lambda"))),
        }
    }

    pub fn unit(&self, index: usize) -> Result<Unit> {
        match self.args.get(index) {
            Some(Arg::Unit(unit)) => Ok(*unit),
            _ => Err(Error::internal(format!("argument {index} is not a time unit"))),
        }
    }

    /// Whether an argument was given: variants may end in optional parameters only by having variants of their own.
    pub fn len(&self) -> usize {
        self.args.len()
    }

    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The call fails for this row: the whole expression is NULL there, and the reason goes to the processing log.
    pub fn fail(&self, row: usize, reason: impl Into<String>) {
        failure::note(row, reason);
    }
}
