//! NONE: no columns, no payload. The format of the keys of streams that have none.

use arrow::array::ArrayRef;

use super::{
    Abilities, Decoder, Encoder, Failure, Format, FormatInfo, Payloads, Side, column_list, unsupported,
};
use crate::error::Result;
use crate::schema::Column;

/// The format NONE.
pub struct NoneFormat;

impl Format for NoneFormat {
    fn name(&self) -> &'static str {
        "NONE"
    }

    fn abilities(&self) -> Abilities {
        Abilities { key: true, value: false, multiple_columns: false, wrap: false, unwrap: false }
    }

    fn check(&self, columns: &[Column], side: Side) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let got = column_list(columns, side);
        let reason = format!("The 'NONE' format can only be used when no columns are defined. Got: {got}");
        Err(unsupported(self.name(), columns, side, &reason))
    }

    fn decoder(
        &self,
        _info: &FormatInfo,
        side: Side,
        columns: &[Column],
        _wanted: &[bool],
    ) -> Result<Box<dyn Decoder>> {
        self.check(columns, side)?;
        Ok(Box::new(Nothing))
    }

    fn encoder(&self, _info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Box<dyn Encoder>> {
        self.check(columns, side)?;
        Ok(Box::new(Nothing))
    }
}

struct Nothing;

impl Decoder for Nothing {
    /// Whatever the payloads are, they are ignored.
    fn decode(&mut self, _: &[Option<&[u8]>], _: &mut Vec<Failure>) -> Result<Vec<ArrayRef>> {
        Ok(Vec::new())
    }
}

impl Encoder for Nothing {
    fn encode(
        &mut self,
        _: &[ArrayRef],
        rows: usize,
        out: &mut Payloads,
        _: &mut Vec<Failure>,
    ) -> Result<()> {
        (0..rows).for_each(|_| out.end_null());
        Ok(())
    }
}
