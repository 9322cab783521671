//! Columns of values of one width.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::NullBuffer;

use super::nulls::Nulls;

/// A column of values of one width.
#[derive(Default)]
pub struct Values<T> {
    values: Vec<T>,
    nulls: Nulls,
}

impl<T: Default> Values<T> {
    pub fn len(&self) -> usize {
        self.values.len()
    }

    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    pub fn push_null(&mut self) {
        self.nulls.push(self.values.len());
        self.values.push(T::default());
    }

    pub fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.nulls.truncate(len);
    }

    /// The values and their validity; the column is empty again, with room for as many.
    pub fn take(&mut self) -> (Vec<T>, Option<NullBuffer>) {
        let nulls = self.nulls.finish(self.values.len());
        let room = Vec::with_capacity(self.values.len());
        (std::mem::replace(&mut self.values, room), nulls)
    }
}

impl<T: Default> Values<T> {
    pub fn finish<P: ArrowPrimitiveType<Native = T>>(&mut self) -> ArrayRef
    where
        T: arrow::datatypes::ArrowNativeType,
    {
        let (values, nulls) = self.take();
        Arc::new(PrimitiveArray::<P>::new(values.into(), nulls))
    }
}
