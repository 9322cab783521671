//! What TOPK and TOPKDISTINCT share: the greatest values of a group, in descending order.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StructArray};
use arrow::datatypes::DataType;

use super::column::{constant_int, list, mismatch};
use super::value_list::{ValueCodec, ValueList};
use super::{Accumulator, AggregateArgs};
use crate::error::{Error, Result};
use crate::schema::SqlType;

/// Keeps the greatest values of its first argument; with further arguments, whole rows.
pub(super) struct Top<const DISTINCT: bool> {
    limit: usize,
    keys: ValueCodec,
    /// The rows as STRUCTs, when there is more than the key.
    rows: Option<ValueCodec>,
    tops: Vec<Entries>,
}

#[derive(Default)]
struct Entries {
    keys: ValueList,
    rows: ValueList,
}

impl<const DISTINCT: bool> Top<DISTINCT> {
    pub(super) fn accumulator(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let function = if DISTINCT { "TOPKDISTINCT" } else { "TOPK" };
        let SqlType::Array(element) = args.returns else {
            return Err(Error::internal(format!("{function} gives an array")));
        };
        Ok(Box::new(Self {
            limit: constant_int(function, args.constants, 0, 1)?,
            keys: ValueCodec::new(&args.types[0])?,
            rows: if args.types.len() > 1 { Some(ValueCodec::new(element)?) } else { None },
            tops: Vec::new(),
        }))
    }

    /// Puts a value behind those that are greater or equal.
    fn offer(&mut self, slot: usize, key: &[u8], row: Option<&[u8]>) {
        let Entries { keys, rows } = &mut self.tops[slot];
        let full = keys.len() == self.limit;
        if full && keys.get(self.limit - 1) >= key {
            return;
        }
        let index = keys.iter().position(|known| known < key).unwrap_or(keys.len());
        if DISTINCT && index > 0 && keys.get(index - 1) == key {
            return;
        }
        keys.insert(index, key);
        keys.truncate(self.limit);
        if let Some(row) = row {
            rows.insert(index, row);
            rows.truncate(self.limit);
        }
    }
}

impl<const DISTINCT: bool> Accumulator for Top<DISTINCT> {
    fn grow(&mut self, slots: usize) {
        self.tops.resize_with(slots, Entries::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let keys = self.keys.encode(&args[0])?;
        let rows = match &self.rows {
            Some(codec) => {
                let DataType::Struct(fields) = codec.data_type() else { return Err(mismatch(&args[0])) };
                let rows = StructArray::try_new(fields.clone(), args.to_vec(), None)?;
                Some(codec.encode(&(Arc::new(rows) as ArrayRef))?)
            }
            None => None,
        };
        for (row, (key, slot)) in keys.iter().zip(slots).enumerate() {
            if key.data() != self.keys.null() {
                let whole = rows.as_ref().map(|rows| rows.row(row));
                self.offer(*slot as usize, key.data(), whole.as_ref().map(AsRef::as_ref));
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.tops[from as usize]);
        for (index, key) in from.keys.iter().enumerate() {
            let row = self.rows.is_some().then(|| from.rows.get(index));
            self.offer(into as usize, key, row);
        }
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let tops = slots.iter().map(|slot| &self.tops[*slot as usize]);
        match &self.rows {
            Some(codec) => codec.decode_lists(tops.map(|top| &top.rows)),
            None => self.keys.decode_lists(tops.map(|top| &top.keys)),
        }
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.rows.as_ref().unwrap_or(&self.keys).list_type()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let column = list(&state[0])?;
        let Self { keys, rows, tops, .. } = self;
        let sort_keys = match rows {
            Some(_) => {
                column.values().as_struct_opt().ok_or_else(|| mismatch(column.values()))?.column(0).clone()
            }
            None => column.values().clone(),
        };
        let sort_keys = super::column::relist(column, sort_keys)?;
        keys.encode_lists(&sort_keys, |index, values| tops[slots[index] as usize].keys = values)?;
        if let Some(codec) = rows {
            codec.encode_lists(&state[0], |index, values| tops[slots[index] as usize].rows = values)?;
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.tops[*slot as usize] = Entries::default());
    }
}
