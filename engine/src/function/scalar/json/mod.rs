//! Functions on JSON text. As in ksqlDB, what follows the first JSON value of a text is ignored.

mod extractjsonfield;
mod is_json_string;
mod json_array_contains;
mod json_array_length;
mod json_concat;
mod json_items;
mod json_keys;
mod json_records;
mod path;
mod text;
mod to_json_string;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &extractjsonfield::EXTRACTJSONFIELD,
    &is_json_string::IS_JSON_STRING,
    &json_array_contains::JSON_ARRAY_CONTAINS,
    &json_array_length::JSON_ARRAY_LENGTH,
    &json_concat::JSON_CONCAT,
    &json_items::JSON_ITEMS,
    &json_keys::JSON_KEYS,
    &json_records::JSON_RECORDS,
    &to_json_string::TO_JSON_STRING,
];
