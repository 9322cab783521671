//! DELIMITED: one line of comma separated values, with another delimiter where one is set.

mod decode;
mod encode;
mod line;

use super::{Abilities, Decoder, Encoder, Format, FormatInfo, Side, base_type, unsupported};
use crate::error::Result;
use crate::schema::Column;

/// The format DELIMITED.
pub struct Delimited;

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "DELIMITED"
    }

    fn abilities(&self) -> Abilities {
        Abilities { key: true, value: true, multiple_columns: true, wrap: false, unwrap: false }
    }

    fn check(&self, columns: &[Column], side: Side) -> Result<()> {
        match columns.iter().find(|column| column.ty.is_nested()) {
            None => Ok(()),
            Some(column) => {
                let reason = format!(
                    "The 'DELIMITED' format does not support type '{}', column: `{}`",
                    base_type(&column.ty),
                    column.name
                );
                Err(unsupported(self.name(), columns, side, &reason))
            }
        }
    }

    fn decoder(
        &self,
        info: &FormatInfo,
        side: Side,
        columns: &[Column],
        wanted: &[bool],
    ) -> Result<Box<dyn Decoder>> {
        self.check(columns, side)?;
        Ok(Box::new(decode::DelimitedDecoder::new(columns, wanted, delimiter(info))))
    }

    fn encoder(&self, info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Box<dyn Encoder>> {
        self.check(columns, side)?;
        Ok(Box::new(encode::DelimitedEncoder::new(columns, delimiter(info), side)))
    }
}

fn delimiter(info: &FormatInfo) -> char {
    info.delimiter.unwrap_or(',')
}
