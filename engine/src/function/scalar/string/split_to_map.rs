//! SPLIT_TO_MAP.

use std::sync::Arc;

use arrow::array::{ArrayRef, MapBuilder, MapFieldNames, StringArray, StringBuilder};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static SPLIT_TO_MAP: ScalarFunction = ScalarFunction {
    name: "SPLIT_TO_MAP",
    category: Category::String,
    description: "Splits a string into a map.",
    variants: &[Variant {
        signature: "(input STRING, entryDelimiter STRING, kvDelimiter STRING) -> MAP<STRING, STRING>",
        description: "The entries between the first delimiters, each split into key and value at the second one. Of \
                      entries with the same key the last counts; NULL if a delimiter is empty or both are the same.",
        returns: Returns::Declared,
        call: split_to_map,
    }],
    examples: &[Example {
        call: "SPLIT_TO_MAP('apple:=green/cherry:=red', '/', ':=')",
        result: "{\"apple\":\"green\",\"cherry\":\"red\"}",
    }],
};

fn split_to_map(call: &Call<'_>) -> Result<ArrayRef> {
    let inputs = call.values::<StringArray>(0)?;
    let (entry_delimiters, kv_delimiters) = (call.values::<StringArray>(1)?, call.values::<StringArray>(2)?);
    let names = MapFieldNames { entry: "entries".into(), key: "key".into(), value: "value".into() };
    let mut out = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
    let mut entries: Vec<(&str, &str)> = Vec::new();
    for row in 0..call.rows {
        entries.clear();
        let read = (|| {
            let (input, entry, kv) = (inputs.get(row)?, entry_delimiters.get(row)?, kv_delimiters.get(row)?);
            if entry.is_empty() || kv.is_empty() || entry == kv {
                return None;
            }
            for (key, value) in input.split(entry).filter_map(|part| part.split_once(kv)) {
                match entries.iter_mut().find(|known| known.0 == key) {
                    Some(known) => known.1 = value,
                    None => entries.push((key, value)),
                }
            }
            Some(())
        })();
        for (key, value) in &entries {
            out.keys().append_value(key);
            out.values().append_value(value);
        }
        out.append(read.is_some())?;
    }
    Ok(Arc::new(out.finish()))
}
