//! JSON: objects with a member per column; a single column may stand alone.
//!
//! Reading guesses the layout of a record from the one before ([`keys`]); a record that is laid out otherwise takes more
//! time, nothing else. The whole object is checked, whichever columns are asked for, so that what can be read does not
//! depend on who reads.

mod decode;
mod encode;
mod escape;
mod keys;
mod problem;
mod record;
mod scan;
mod text;
mod value;

use crate::error::Result;
use crate::schema::{Column, SqlType};

use super::{Abilities, Decoder, Encoder, Format, FormatInfo, Side, unsupported};

pub use encode::write_base64;
pub use record::Record;
pub use value::{BASE64, DAY_MS};

/// The format JSON.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn abilities(&self) -> Abilities {
        Abilities { key: true, value: true, multiple_columns: true, wrap: true, unwrap: true }
    }

    fn check(&self, columns: &[Column], side: Side) -> Result<()> {
        if columns.iter().all(|column| has_text_keys(&column.ty)) {
            return Ok(());
        }
        Err(unsupported(self.name(), columns, side, "JSON only supports MAP types with STRING keys"))
    }

    fn decoder(
        &self,
        info: &FormatInfo,
        side: Side,
        columns: &[Column],
        wanted: &[bool],
    ) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(decode::JsonDecoder::new(columns, wanted, is_alone(info, side, columns))))
    }

    fn encoder(&self, info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(encode::JsonEncoder::new(columns, is_alone(info, side, columns))))
    }
}

/// Whether the only column stands without an object around it: always in a key.
fn is_alone(info: &FormatInfo, side: Side, columns: &[Column]) -> bool {
    columns.len() == 1 && (side == Side::Key || !info.wrap_single)
}

/// Whether every MAP in the type has STRING keys.
fn has_text_keys(ty: &SqlType) -> bool {
    match ty {
        SqlType::Map(key, value) => **key == SqlType::String && has_text_keys(value),
        SqlType::Array(element) => has_text_keys(element),
        SqlType::Struct(fields) => fields.iter().all(|field| has_text_keys(&field.ty)),
        _ => true,
    }
}
