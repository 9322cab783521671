//! Functions on strings.

mod chr;
mod concat;
mod concat_ws;
mod elt;
mod encode;
mod encoding;
mod field;
mod from_bytes;
mod initcap;
mod instr;
mod lcase;
mod len;
mod lpad;
mod mask;
mod mask_keep_left;
mod mask_keep_right;
mod mask_left;
mod mask_right;
mod masking;
mod md5;
mod pad;
mod replace;
mod rpad;
mod split;
mod split_to_map;
mod substring;
mod to_bytes;
mod trim;
mod ucase;
mod units;
mod uuid;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &chr::CHR,
    &concat::CONCAT,
    &concat_ws::CONCAT_WS,
    &elt::ELT,
    &encode::ENCODE,
    &field::FIELD,
    &from_bytes::FROM_BYTES,
    &initcap::INITCAP,
    &instr::INSTR,
    &lcase::LCASE,
    &len::LEN,
    &lpad::LPAD,
    &mask::MASK,
    &mask_keep_left::MASK_KEEP_LEFT,
    &mask_keep_right::MASK_KEEP_RIGHT,
    &mask_left::MASK_LEFT,
    &mask_right::MASK_RIGHT,
    &md5::MD5,
    &replace::REPLACE,
    &rpad::RPAD,
    &split::SPLIT,
    &split_to_map::SPLIT_TO_MAP,
    &substring::SUBSTRING,
    &to_bytes::TO_BYTES,
    &trim::TRIM,
    &ucase::UCASE,
    &uuid::UUID,
];

fn unknown_encoding(name: &str) -> String {
    format!("Unknown encoding type '{name}'. Supported formats are 'hex', 'utf8', 'ascii', and 'base64'.")
}
