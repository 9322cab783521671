//! Scalar functions of the cases.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, MapBuilder,
    MapFieldNames, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int32Type, Int64Type};
use engine::Result;
use engine::function::{Call, Category, Returns, ScalarFunction, Variant, rows};

pub const FUNCTIONS: &[&ScalarFunction] =
    &[&TEST_UDF, &BAD_UDF, &WHENCONDITION, &WHENRESULT, &TOSTRUCT, &TOSTRING, &TOLIST, &TOMAP, &MULTIPLY];

const fn variant(signature: &'static str, call: fn(&Call<'_>) -> Result<ArrayRef>) -> Variant {
    Variant { signature, description: "", returns: Returns::Declared, call }
}

const fn function(name: &'static str, variants: &'static [Variant]) -> ScalarFunction {
    ScalarFunction { name, category: Category::Other, description: "", variants, examples: &[] }
}

static TEST_UDF: ScalarFunction = function(
    "TEST_UDF",
    &[
        variant("(a INT, b STRING) -> STRING", |call| Ok(constant(call, "doStuffIntString"))),
        variant("(a BIGINT, b STRING) -> STRING", |call| Ok(constant(call, "doStuffLongString"))),
        variant("(a BIGINT, b BIGINT, c STRING) -> STRING", |call| {
            Ok(constant(call, "doStuffLongLongString"))
        }),
        variant("(a BIGINT…) -> STRING", |call| Ok(constant(call, "doStuffLongVarargs"))),
        variant("(s STRUCT<A STRING>) -> STRING", first_field),
        variant("() -> STRUCT<A STRING>", |call| Ok(struct_of(constant(call, "foo")))),
    ],
);

static BAD_UDF: ScalarFunction = function(
    "BAD_UDF",
    &[
        variant("(i INT) -> STRING", |call| {
            Ok(rows::strings(call.rows, 0, |row, _| {
                call.fail(row, "boom!");
                None
            }))
        }),
        variant("(fail BOOLEAN) -> INT", |call| {
            let fail = call.values::<BooleanArray>(0)?;
            Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| {
                if fail.get(row)? {
                    call.fail(row, "You asked me to throw...");
                    return None;
                }
                Some(0)
            })))
        }),
        variant("(text STRING) -> STRING", every_second),
    ],
);

static WHENCONDITION: ScalarFunction = function(
    "WHENCONDITION",
    &[variant("(ret BOOLEAN, should BOOLEAN) -> BOOLEAN", |call| {
        let answers = call.values::<BooleanArray>(0)?;
        let should = call.values::<BooleanArray>(1)?;
        Ok(rows::booleans(
            call.rows,
            |row| {
                if should.get(row)? { answers.get(row) } else { refuse(call, row) }
            },
        ))
    })],
);

static WHENRESULT: ScalarFunction = function(
    "WHENRESULT",
    &[variant("(ret INT, should BOOLEAN) -> INT", |call| {
        let answers = call.values::<Int32Array>(0)?;
        let should = call.values::<BooleanArray>(1)?;
        Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| {
            if should.get(row)? { answers.get(row) } else { refuse(call, row) }
        })))
    })],
);

static TOSTRUCT: ScalarFunction = function(
    "TOSTRUCT",
    &[variant("(text STRING) -> STRUCT<A STRING>", |call| {
        let text = call.values::<StringArray>(0)?;
        Ok(struct_of(rows::strings(call.rows, 0, |row, out| out.write_str(text.get(row)?).ok())))
    })],
);

static TOSTRING: ScalarFunction =
    function("TOSTRING", &[variant("(s STRUCT<A STRING>) -> STRING", first_field)]);

static TOLIST: ScalarFunction = function(
    "TOLIST",
    &[variant("(text STRING) -> ARRAY<STRING>", |call| {
        let text = call.values::<StringArray>(0)?;
        let elements: ArrayRef = Arc::new((0..call.rows).map(|row| text.get(row)).collect::<StringArray>());
        let field = Arc::new(Field::new("item", DataType::Utf8, true));
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, call.rows));
        Ok(Arc::new(ListArray::new(field, offsets, elements, None)))
    })],
);

static TOMAP: ScalarFunction = function(
    "TOMAP",
    &[variant("(text STRING) -> MAP<STRING, STRING>", |call| {
        let text = call.values::<StringArray>(0)?;
        let names =
            MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
        let mut out = MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new());
        for row in 0..call.rows {
            out.keys().append_value("key");
            out.values().append_option(text.get(row));
            out.append(true)?;
        }
        Ok(Arc::new(out.finish()))
    })],
);

static MULTIPLY: ScalarFunction = function(
    "MULTIPLY",
    &[
        variant("(a INT, b INT) -> BIGINT", |call| {
            let (a, b) = (call.values::<Int32Array>(0)?, call.values::<Int32Array>(1)?);
            let product = |row| Some(i64::from(a.get(row)?) * i64::from(b.get(row)?));
            Ok(Arc::new(rows::primitives::<Int64Type>(call.rows, product)))
        }),
        variant("(a BIGINT, b BIGINT) -> BIGINT", |call| {
            let (a, b) = (call.values::<Int64Array>(0)?, call.values::<Int64Array>(1)?);
            let product = |row| Some(a.get(row)?.wrapping_mul(b.get(row)?));
            Ok(Arc::new(rows::primitives::<Int64Type>(call.rows, product)))
        }),
        variant("(a DOUBLE, b DOUBLE) -> DOUBLE", |call| {
            let (a, b) = (call.values::<Float64Array>(0)?, call.values::<Float64Array>(1)?);
            let product = |row| Some(a.get(row)? * b.get(row)?);
            Ok(Arc::new(rows::primitives::<Float64Type>(call.rows, product)))
        }),
    ],
);

fn refuse<T>(call: &Call<'_>, row: usize) -> Option<T> {
    call.fail(row, "When condition or result is evaluated, but should not be");
    None
}

fn constant(call: &Call<'_>, text: &str) -> ArrayRef {
    Arc::new(StringArray::from(vec![text; call.rows]))
}

fn struct_of(values: ArrayRef) -> ArrayRef {
    let fields = Fields::from(vec![Field::new("A", DataType::Utf8, true)]);
    Arc::new(StructArray::new(fields, vec![values], None))
}

fn first_field(call: &Call<'_>) -> Result<ArrayRef> {
    let structs = call.values::<StructArray>(0)?;
    let texts = structs.array.column(0).as_any().downcast_ref::<StringArray>();
    Ok(rows::strings(call.rows, 0, |row, out| {
        let at = structs.index(row);
        let texts = texts.filter(|texts| structs.array.is_valid(at) && texts.is_valid(at))?;
        out.write_str(texts.value(at)).ok()
    }))
}

/// NULL for the first, third, … call. Calls are counted in the thread: a case runs in one.
fn every_second(call: &Call<'_>) -> Result<ArrayRef> {
    thread_local!(static CALLS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) });
    let text = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, 0, |row, out| {
        let calls = CALLS.get();
        CALLS.set(calls + 1);
        if calls % 2 == 0 {
            return None;
        }
        out.write_str(text.get(row)?).ok()
    }))
}
