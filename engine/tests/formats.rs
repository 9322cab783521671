//! Formats at their seam: payloads in, columns out, and back.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int32Type;
use millrace_engine::format::{FormatInfo, Payloads, Side, find};
use millrace_engine::schema::{Column, Namespace, SqlType, StructField};
use proptest::prelude::*;

/// Columns `C0`, `C1`, … of these types.
fn columns(types: &[SqlType]) -> Vec<Column> {
    let column = |(i, ty): (usize, &SqlType)| Column {
        name: format!("C{i}"),
        ty: ty.clone(),
        namespace: Namespace::Value,
    };
    types.iter().enumerate().map(column).collect()
}

struct Decoded {
    arrays: Vec<ArrayRef>,
    failures: Vec<(usize, String)>,
    null_records: Vec<usize>,
}

fn decode_wanted(info: &FormatInfo, types: &[SqlType], payloads: &[Vec<u8>], wanted: &[bool]) -> Decoded {
    let format = find(&info.name).unwrap();
    let mut decoder = format.decoder(info, Side::Value, &columns(types), wanted).unwrap();
    let payloads: Vec<_> = payloads.iter().map(|payload| Some(&payload[..])).collect();
    let mut failures = Vec::new();
    let arrays = decoder.decode(&payloads, &mut failures).unwrap();
    assert!(arrays.iter().all(|array| array.len() == payloads.len()));
    for (array, (ty, _)) in arrays.iter().zip(types.iter().zip(wanted).filter(|(_, wanted)| **wanted)) {
        assert_eq!(*array.data_type(), ty.to_arrow());
    }
    Decoded {
        arrays,
        failures: failures.into_iter().map(|failure| (failure.row, failure.reason)).collect(),
        null_records: decoder.null_records().to_vec(),
    }
}

fn decode(info: &FormatInfo, types: &[SqlType], payloads: &[Vec<u8>]) -> Decoded {
    decode_wanted(info, types, payloads, &vec![true; types.len()])
}

fn encode(info: &FormatInfo, types: &[SqlType], arrays: &[ArrayRef], rows: usize) -> Vec<Option<Vec<u8>>> {
    let mut encoder = find(&info.name).unwrap().encoder(info, Side::Value, &columns(types)).unwrap();
    let (mut out, mut failures) = (Payloads::default(), Vec::new());
    encoder.encode(arrays, rows, &mut out, &mut failures).unwrap();
    assert!(failures.is_empty());
    assert_eq!(out.len(), rows);
    (0..rows).map(|row| out.get(row).map(<[u8]>::to_vec)).collect()
}

/// A value as JSON, so that it can be laid out in more than one way.
#[derive(Debug, Clone)]
enum Json {
    /// A number or a word: one way to write it.
    Token(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// As the encoder writes it.
    fn canonical(&self) -> String {
        match self {
            Self::Token(token) => token.clone(),
            Self::Text(text) => serde_json::to_string(text).unwrap().replace('\u{7f}', "\u{7f}"),
            Self::Array(elements) => {
                format!("[{}]", elements.iter().map(Self::canonical).collect::<Vec<_>>().join(","))
            }
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    format!("{}:{}", serde_json::to_string(name).unwrap(), value.canonical())
                });
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }

    /// In a form that means the same for columns and STRUCTs.
    fn disguised(&self, dice: &mut Dice, record: bool) -> String {
        let space = |dice: &mut Dice| ["", "", "", " ", "\n\t", " \r\n "][dice.roll(6)];
        match self {
            Self::Token(token) => token.clone(),
            Self::Text(text) => disguised_text(text, dice),
            Self::Array(elements) => {
                let elements = elements.iter().map(|element| {
                    format!("{}{}{}", space(dice), element.disguised(dice, true), space(dice))
                });
                format!("[{}]", elements.collect::<Vec<_>>().join(","))
            }
            Self::Object(members) => {
                let mut texts = Vec::new();
                for (name, value) in members {
                    let value = value.disguised(dice, true);
                    // A column's NULL may as well be left out; its name may be in lower case.
                    let is_record = record && name.starts_with('C');
                    if is_record && value == "null" && dice.roll(2) == 0 {
                        continue;
                    }
                    let name =
                        if is_record && dice.roll(3) == 0 { name.to_lowercase() } else { name.clone() };
                    let (a, b, c, d) = (space(dice), space(dice), space(dice), space(dice));
                    texts.push(format!("{a}{}{b}:{c}{value}{d}", disguised_text(&name, dice)));
                    if is_record && dice.roll(5) == 0 {
                        let extra = [
                            "{\"x\":[1,2.5e-3,{}],\"y\":\"\\\"\"}",
                            "[[],\"]\"]",
                            "true",
                            "\"\\\\\"",
                            "-0.1",
                        ];
                        texts.push(format!("\"other{}\":{}", dice.roll(9), extra[dice.roll(5)]));
                    }
                }
                if record && members.iter().all(|(name, _)| name.starts_with('C')) {
                    for i in (1..texts.len()).rev() {
                        texts.swap(i, dice.roll(i + 1));
                    }
                }
                format!("{}{{{}{}}}", "", texts.join(","), space(dice))
            }
        }
    }
}

fn disguised_text(text: &str, dice: &mut Dice) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            _ if dice.roll(8) == 0 => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            '"' | '\\' => out.extend(['\\', char]),
            '/' if dice.roll(2) == 0 => out.push_str("\\/"),
            '\0'..=' ' if char < ' ' => out.push_str(&format!("\\u{:04X}", char as u32)),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Choices from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

fn scalar() -> impl Strategy<Value = SqlType> {
    prop_oneof![
        Just(SqlType::Boolean),
        Just(SqlType::Integer),
        Just(SqlType::Bigint),
        Just(SqlType::Double),
        (1_u16..=38, 0_u16..=10).prop_map(|(p, s)| SqlType::decimal(p, s.min(p))),
        (39_u16..=76, 0_u16..=30).prop_map(|(p, s)| SqlType::decimal(p, s)),
        Just(SqlType::String),
        Just(SqlType::String),
        Just(SqlType::Bytes),
        Just(SqlType::Timestamp),
        Just(SqlType::Date),
        Just(SqlType::Time),
    ]
}

fn any_type() -> impl Strategy<Value = SqlType> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(SqlType::array),
            inner.clone().prop_map(|value| SqlType::map(SqlType::String, value)),
            proptest::collection::vec(inner, 1..4).prop_map(|types| SqlType::Struct(
                columns(&types)
                    .into_iter()
                    .map(|column| StructField { name: column.name, ty: column.ty })
                    .collect()
            )),
        ]
    })
}

/// A value of a type; `empty`: texts may be empty.
fn value(ty: &SqlType, empty: bool) -> BoxedStrategy<Json> {
    let token = |text: String| Json::Token(text);
    let present = match ty {
        SqlType::Boolean => any::<bool>().prop_map(move |v| token(v.to_string())).boxed(),
        SqlType::Integer | SqlType::Date => any::<i32>().prop_map(move |v| token(v.to_string())).boxed(),
        SqlType::Bigint | SqlType::Timestamp => {
            prop_oneof![any::<i64>(), -1000_i64..1000, Just(1_700_000_000_000)]
                .prop_map(move |v| token(v.to_string()))
                .boxed()
        }
        SqlType::Time => (0..86_400_000_i32).prop_map(move |v| token(v.to_string())).boxed(),
        // Where Java and Rust print the same.
        SqlType::Double => (8000_i64..79_999_999, any::<bool>())
            .prop_map(move |(v, minus)| {
                token(format!("{}{:?}", if minus { "-" } else { "" }, v as f64 / 8.0))
            })
            .boxed(),
        SqlType::Decimal { precision, scale } => {
            let (whole, scale) = (usize::from(precision - scale), usize::from(*scale));
            let digits = proptest::collection::vec(0_u8..10, whole + scale);
            (digits, any::<bool>())
                .prop_map(move |(digits, minus)| {
                    let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
                    let (front, behind) = text.split_at(whole);
                    let front = match front.trim_start_matches('0') {
                        "" => "0",
                        front => front,
                    };
                    let zero = digits.iter().all(|digit| *digit == 0);
                    let minus = if minus && !zero { "-" } else { "" };
                    let point = if scale > 0 { "." } else { "" };
                    Json::Token(format!("{minus}{front}{point}{behind}"))
                })
                .boxed()
        }
        SqlType::String => {
            let text = prop_oneof!["[a-z ]{1,40}", "\\PC{1,12}", "[\"\\\\/a\u{e9}\u{1F600}]{1,20}"];
            let text =
                if empty { prop_oneof![text, Just(String::new())].boxed() } else { Strategy::boxed(text) };
            text.prop_map(Json::Text).boxed()
        }
        SqlType::Bytes => "([A-Za-z0-9+/]{4}){1,8}".prop_map(Json::Text).boxed(),
        SqlType::Array(element) => {
            proptest::collection::vec(value(element, empty), 0..4).prop_map(Json::Array).boxed()
        }
        SqlType::Map(_, ty) => {
            proptest::collection::btree_map("[a-zA-Z\"\u{e9}]{1,6}", value(ty, empty), 0..4)
                .prop_map(|map| {
                    Json::Object(map.into_iter().map(|(name, value)| (format!("k{name}"), value)).collect())
                })
                .boxed()
        }
        SqlType::Struct(fields) => {
            let values: Vec<_> = fields.iter().map(|field| value(&field.ty, empty)).collect();
            let names: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
            values.prop_map(move |values| Json::Object(names.iter().cloned().zip(values).collect())).boxed()
        }
    };
    prop_oneof![9 => present, 1 => Just(Json::Token("null".to_owned()))].boxed()
}

/// Types of columns and rows of objects with these columns.
fn records(ty: BoxedStrategy<SqlType>, empty: bool) -> impl Strategy<Value = (Vec<SqlType>, Vec<Json>)> {
    proptest::collection::vec(ty, 1..6).prop_flat_map(move |types| {
        let record = SqlType::Struct(
            columns(&types)
                .into_iter()
                .map(|column| StructField { name: column.name, ty: column.ty })
                .collect(),
        );
        let row = value(&record, empty).prop_filter("an object", |row| matches!(row, Json::Object(_)));
        (Just(types), proptest::collection::vec(row, 1..12))
    })
}

fn canonical(rows: &[Json]) -> Vec<Vec<u8>> {
    rows.iter().map(|row| row.canonical().into_bytes()).collect()
}

proptest! {
    #[test]
    fn json_round_trip((types, rows) in records(any_type().boxed(), true)) {
        let info = FormatInfo::new("JSON");
        let payloads = canonical(&rows);
        let decoded = decode(&info, &types, &payloads);
        prop_assert_eq!(&decoded.failures, &vec![]);
        let encoded = encode(&info, &types, &decoded.arrays, payloads.len());
        for (encoded, payload) in encoded.iter().zip(&payloads) {
            let encoded = String::from_utf8(encoded.clone().unwrap()).unwrap();
            let expected = String::from_utf8(payload.clone()).unwrap();
            // Hexadecimal digits of escapes in either case.
            prop_assert_eq!(encoded.to_lowercase(), expected.to_lowercase());
        }
    }

    #[test]
    fn layout_does_not_matter((types, rows) in records(any_type().boxed(), true), seed in any::<u64>(), wanted in any::<u8>()) {
        let info = FormatInfo::new("JSON");
        let plain = decode(&info, &types, &canonical(&rows));
        let mut dice = Dice(seed);
        let disguised: Vec<_> = rows.iter().map(|row| row.disguised(&mut dice, true).into_bytes()).collect();
        let decoded = decode(&info, &types, &disguised);
        prop_assert_eq!(&decoded.failures, &vec![]);
        prop_assert_eq!(&decoded.arrays, &plain.arrays);
        // Fewer columns are the same columns.
        let wanted: Vec<bool> = (0..types.len()).map(|i| wanted >> i & 1 == 1).collect();
        let few = decode_wanted(&info, &types, &disguised, &wanted);
        let expected: Vec<_> = plain.arrays.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(array, _)| array.clone()).collect();
        prop_assert_eq!(few.arrays, expected);
    }

    #[test]
    fn garbage_costs_its_row_alone(
        (types, rows) in records(any_type().boxed(), true),
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'}'), Just(b'{'), Just(b','), Just(b'\\'), Just(b'1')], 0..3),
        cut in any::<bool>(),
    ) {
        let info = FormatInfo::new("JSON");
        let good = canonical(&rows);
        let plain = decode(&info, &types, &good);
        for victim in 0..good.len() {
            let mut payloads = good.clone();
            let payload = &mut payloads[victim];
            let at = at.index(payload.len());
            let end = if cut { payload.len() } else { at + bytes.len().min(payload.len() - at) };
            payload.splice(at..end, bytes.iter().copied());
            let decoded = decode(&info, &types, &payloads);
            for row in (0..good.len()).filter(|row| *row != victim) {
                for (array, plain) in decoded.arrays.iter().zip(&plain.arrays) {
                    prop_assert_eq!(&array.slice(row, 1), &plain.slice(row, 1));
                }
            }
            prop_assert!(decoded.failures.iter().all(|(row, _)| *row == victim));
            let unwanted = decode_wanted(&info, &types, &payloads, &vec![false; types.len()]);
            prop_assert_eq!(decoded.failures.is_empty(), unwanted.failures.is_empty());
            if decoded.failures.is_empty() {
                // What is taken is JSON, at least up to its end.
                let mut stream = serde_json::Deserializer::from_slice(&payloads[victim]).into_iter::<serde_json::Value>();
                prop_assert!(matches!(stream.next(), Some(Ok(_))), "{}", String::from_utf8_lossy(&payloads[victim]));
            }
        }
    }

    #[test]
    fn delimited_round_trip((types, rows) in records(scalar().boxed(), false), delimiter in prop_oneof![Just(','), Just('\t'), Just(' '), Just('|'), Just('é')]) {
        let arrays = decode(&FormatInfo::new("JSON"), &types, &canonical(&rows)).arrays;
        let mut info = FormatInfo::new("DELIMITED");
        info.delimiter = Some(delimiter);
        let lines: Vec<_> = encode(&info, &types, &arrays, rows.len()).into_iter().map(Option::unwrap).collect();
        let decoded = decode(&info, &types, &lines);
        for (row, line) in lines.iter().enumerate() {
            // A line of nothing but one NULL is no line.
            let failed = decoded.failures.iter().any(|(failed, _)| *failed == row);
            prop_assert_eq!(failed, line.is_empty(), "{}", String::from_utf8_lossy(line));
        }
        prop_assert_eq!(&decoded.arrays, &arrays);
    }

    #[test]
    fn delimited_garbage_does_not_panic(types in proptest::collection::vec(scalar(), 1..4), lines in proptest::collection::vec("\\PC{0,20}|[0-9\",.\n\\-]{0,20}", 1..5)) {
        let lines: Vec<_> = lines.into_iter().map(String::into_bytes).collect();
        decode(&FormatInfo::new("DELIMITED"), &types, &lines);
    }

    #[test]
    fn json_garbage_does_not_panic(types in proptest::collection::vec(any_type(), 1..4), lines in proptest::collection::vec("\\PC{0,20}|[0-9\",.\n\\-{}\\[\\]:truefalsnC]{0,30}", 1..5), wrap_single in any::<bool>()) {
        let lines: Vec<_> = lines.into_iter().map(String::into_bytes).collect();
        decode(&FormatInfo { wrap_single, ..FormatInfo::new("JSON") }, &types, &lines);
    }

    #[test]
    fn kafka_round_trip((types, rows) in prop_oneof![Just(SqlType::Integer), Just(SqlType::Bigint), Just(SqlType::Double), Just(SqlType::String), Just(SqlType::Bytes)]
        .prop_flat_map(|ty| { let values = proptest::collection::vec(value(&ty, true), 1..10); (Just(vec![ty]), values) }))
    {
        let alone = FormatInfo { wrap_single: false, ..FormatInfo::new("JSON") };
        let decoded = decode(&alone, &types, &canonical(&rows));
        prop_assert_eq!(&decoded.failures, &vec![]);
        let info = FormatInfo::new("KAFKA");
        let payloads = encode(&info, &types, &decoded.arrays, rows.len());
        let mut decoder = find("KAFKA").unwrap().decoder(&info, Side::Value, &columns(&types), &[true]).unwrap();
        let payloads: Vec<_> = payloads.iter().map(Option::as_deref).collect();
        let mut failures = Vec::new();
        prop_assert_eq!(decoder.decode(&payloads, &mut failures).unwrap(), decoded.arrays.clone());
        prop_assert!(failures.is_empty());
        // And the single values as JSON.
        let texts = encode(&alone, &types, &decoded.arrays, rows.len());
        for (text, row) in texts.iter().zip(&rows) {
            let text = text.as_ref().map_or("null".to_owned(), |text| String::from_utf8(text.clone()).unwrap());
            prop_assert_eq!(text.to_lowercase(), row.canonical().to_lowercase());
        }
    }
}

/// What a member `c0` of a type is written as after it was read; none where the record fails.
fn coerced(ty: SqlType, json: &str) -> Result<String, String> {
    let info = FormatInfo::new("JSON");
    let types = [ty];
    let decoded = decode(&info, &types, &[format!("{{\"c0\":{json}}}").into_bytes()]);
    if let Some((_, reason)) = decoded.failures.into_iter().next() {
        return Err(reason);
    }
    let payload = encode(&info, &types, &decoded.arrays, 1).remove(0).unwrap();
    let text = String::from_utf8(payload).unwrap();
    Ok(text.strip_prefix("{\"C0\":").unwrap().strip_suffix('}').unwrap().to_owned())
}

#[test]
fn json_coercions() {
    let text = SqlType::String;
    let point = SqlType::Struct(vec![StructField { name: "X".into(), ty: SqlType::Integer }]);
    for (ty, json, expected) in [
        (SqlType::Integer, "1.9", "1"),
        (SqlType::Integer, "-1.9", "-1"),
        (SqlType::Integer, "4294967297", "1"),
        (SqlType::Integer, "1e3", "1000"),
        (SqlType::Integer, "\"-12\"", "-12"),
        (SqlType::Bigint, "\"+12\"", "12"),
        (SqlType::Bigint, "18446744073709551617", "1"),
        (SqlType::Bigint, "-9223372036854775808", "-9223372036854775808"),
        (SqlType::Double, "1", "1.0"),
        (SqlType::Double, "1e10", "1.0E10"),
        (SqlType::Double, "\"0.25\"", "0.25"),
        (SqlType::Double, "\"NaN\"", "\"NaN\""),
        (SqlType::decimal(4, 2), "1.5", "1.50"),
        (SqlType::decimal(4, 2), "\"-10.10\"", "-10.10"),
        (SqlType::decimal(4, 2), "1.500", "1.50"),
        (SqlType::decimal(30, 0), "123456789012345678901234567890", "123456789012345678901234567890"),
        (SqlType::Timestamp, "\"5\"", "5"),
        (SqlType::Bytes, "\"AQI\"", "\"AQI=\""),
        (text.clone(), "1", "\"1\""),
        (text.clone(), "1.50", "\"1.50\""),
        (text.clone(), "1e3", "\"1E+3\""),
        (text.clone(), "true", "\"true\""),
        (text.clone(), "[1, \"a\", null, {\"b\": 1}]", "\"[1, a, null, {\\\"b\\\":1}]\""),
        (text.clone(), "{ \"b\" : [ 1 , {} ], \"b\": \"\\u0041\\/\" }", "\"{\\\"b\\\":\\\"A/\\\"}\""),
        (text.clone(), "\"\\ud83d\\ude00\\u00e9\"", "\"\u{1F600}\u{e9}\""),
        (point.clone(), "{\"x\":1,\"y\":2}", "{\"X\":1}"),
        (point.clone(), "{\"x\":\"bad\",\"X\":2}", "{\"X\":2}"),
        (point.clone(), "{\"X\":2,\"x\":3}", "{\"X\":2}"),
        (SqlType::map(text.clone(), SqlType::Integer), "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"),
    ] {
        assert_eq!(coerced(ty.clone(), json).as_deref(), Ok(expected), "{json} as {ty}");
    }
    for (ty, json, reason) in [
        (SqlType::Boolean, "\"true\"", "expected BOOLEAN, found the text \"true\", path: $.C0"),
        (SqlType::Boolean, "1", "expected BOOLEAN, found the number 1, path: $.C0"),
        (SqlType::Integer, "\"1.0\"", "expected INTEGER, found the text \"1.0\", path: $.C0"),
        (SqlType::Integer, "\"4294967297\"", "expected INTEGER, found the text \"4294967297\", path: $.C0"),
        (SqlType::Bigint, "{\"a\":1}", "expected BIGINT, found the object {\"a\":1}, path: $.C0"),
        (
            SqlType::decimal(2, 1),
            "1.25",
            "Cannot fit decimal '1.25' into DECIMAL(2, 1) without rounding. (Requires 3,2), path: $.C0",
        ),
        (
            SqlType::Time,
            "86400001",
            "expected TIME (milliseconds of the day, 0 to 86400000), found the number 86400001, path: $.C0",
        ),
        (
            SqlType::array(point.clone()),
            "[{\"X\":1},{\"X\":true}]",
            "expected INTEGER, found the boolean true, path: $.C0[1].X",
        ),
        (SqlType::Integer, "01", "not valid JSON: a number is malformed"),
        (SqlType::Integer, "1,", "not valid JSON: unexpected `}` at byte 8"),
        (text.clone(), "\"\n\"", "not valid JSON: a string has a control character that is not escaped"),
    ] {
        assert_eq!(coerced(ty.clone(), json), Err(reason.to_owned()), "{json} as {ty}");
    }
    let long = coerced(SqlType::Integer, &format!("\"{}\"", "x".repeat(10_000))).unwrap_err();
    assert!(long.len() < 200, "{long}");
}

#[test]
fn json_whole_records() {
    let info = FormatInfo::new("JSON");
    let types = [SqlType::Integer, SqlType::String];
    let payloads: Vec<_> = [
        "null",
        "{}",
        "{\"C0\":1} {",
        " {\"C0\":2,\"c0\":3,\"C0\":4}",
        "[]",
        "",
        "nul",
        "{\"C0\":1",
        "{\"C0\":1,}",
        "{\"x\":\"\u{e9}\"}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .chain([b"{\"x\":\"\xff\"}".to_vec()])
    .collect();
    let decoded = decode(&info, &types, &payloads);
    assert_eq!(decoded.failures.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [4, 5, 6, 7, 8, 10]);
    assert_eq!(decoded.null_records, [0]);
    let encoded = encode(&info, &types, &decoded.arrays, payloads.len());
    let text = |row: usize| String::from_utf8(encoded[row].clone().unwrap()).unwrap();
    assert_eq!(text(2), "{\"C0\":1,\"C1\":null}");
    assert_eq!(text(3), "{\"C0\":4,\"C1\":null}");
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes();
    assert_eq!(decode(&info, &types, &[deep]).failures.len(), 1);
}

/// Names that begin and end alike, in every order: a wrong guess of what comes next is noticed.
#[test]
fn json_similar_names() {
    let names = ["A1", "A2", "COLUMN_1", "COLUMN_2", "COLUMN_NUMBER_1", "COLUMN_NUMBER_2", "COLUMN_MEMBER_1"];
    let mut columns = columns(&vec![SqlType::Integer; names.len()]);
    columns.iter_mut().zip(names).for_each(|(column, name)| column.name = name.to_owned());
    let info = FormatInfo::new("JSON");
    let wanted = vec![true; names.len()];
    let mut decoder = find("JSON").unwrap().decoder(&info, Side::Value, &columns, &wanted).unwrap();
    let mut dice = Dice(1);
    let payloads: Vec<_> = (0..500)
        .map(|row| {
            let mut order: Vec<_> = (0..names.len()).collect();
            (1..order.len()).rev().for_each(|i| order.swap(i, dice.roll(i + 1)));
            let members: Vec<_> =
                order.iter().map(|i| format!("\"{}\":{}", names[*i], 10 * row + i)).collect();
            format!("{{{}}}", members.join(",")).into_bytes()
        })
        .collect();
    let payloads: Vec<_> = payloads.iter().map(|payload| Some(&payload[..])).collect();
    let arrays = decoder.decode(&payloads, &mut Vec::new()).unwrap();
    for (i, array) in arrays.iter().enumerate() {
        let values = array.as_primitive::<Int32Type>();
        assert!((0..500).all(|row| values.value(row) == (10 * row + i) as i32), "{}", names[i]);
    }
}

#[test]
fn json_wide_records() {
    let info = FormatInfo::new("JSON");
    let types = vec![SqlType::Integer; 100];
    let record = |from: usize, name: &dyn Fn(usize) -> String| {
        let members: Vec<_> = (from..100).map(|i| format!("\"{}\":{i}", name(i))).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    let mut payloads = vec![
        record(0, &|i| format!("C{i}")),
        record(70, &|i| format!("c{i}")),
        // Columns 10 to 18 twice or more.
        record(10, &|i| format!("C{}", i % 9 + 10)),
    ];
    // More names than are remembered, and then a layout like the first again.
    payloads.extend((0..20).map(|round| record(0, &|i| format!("x{round}_{i}"))));
    payloads.push(record(0, &|i| format!("C{i}")));
    let decoded = decode(&info, &types, &payloads);
    assert_eq!(decoded.failures, []);
    let column =
        |i: usize| -> Vec<Option<i32>> { decoded.arrays[i].as_primitive::<Int32Type>().iter().collect() };
    assert_eq!(column(0)[..4], [Some(0), None, None, None]);
    assert_eq!(column(15)[..4], [Some(15), None, Some(95), None]);
    assert_eq!(column(99)[..4], [Some(99), Some(99), None, None]);
    assert!((0..100).all(|i| column(i).last() == Some(&Some(i as i32))));
}

#[test]
fn delimited_lines() {
    let info = FormatInfo::new("DELIMITED");
    let types = [SqlType::String, SqlType::Integer];
    let payloads: Vec<_> = ["a,1", "\"x,\"\"y\",2\r\n", ",", "a", "a,1,2", "a,b"]
        .iter()
        .map(|line| line.as_bytes().to_vec())
        .collect();
    let decoded = decode(&info, &types, &payloads);
    assert_eq!(
        decoded.failures,
        [
            (3, "Column count mismatch on deserialization. expected: 2, got: 1".to_owned()),
            (4, "Column count mismatch on deserialization. expected: 2, got: 3".to_owned()),
            (5, "column `C1`: expected INTEGER, found b".to_owned()),
        ]
    );
    let lines = encode(&info, &types, &decoded.arrays, payloads.len());
    assert_eq!(lines[1].as_deref(), Some(&b"\"x,\"\"y\",2"[..]));
    assert_eq!(lines[2].as_deref(), Some(&b","[..]));
}

#[test]
fn refusals() {
    let check = |format: &str, side, types: &[SqlType]| {
        find(format).unwrap().check(&columns(types), side).map_err(|error| error.to_string())
    };
    assert_eq!(
        check("KAFKA", Side::Key, &[SqlType::Boolean]),
        Err("Key format does not support schema.\nformat: KAFKA\nschema: Persistence{columns=[`C0` BOOLEAN KEY], features=[]}\nreason: The 'KAFKA' format does not support type 'BOOLEAN'".to_owned())
    );
    assert!(
        check("KAFKA", Side::Value, &[SqlType::Integer, SqlType::Integer])
            .unwrap_err()
            .ends_with("The 'KAFKA' format only supports a single field. Got: [`C0` INTEGER, `C1` INTEGER]")
    );
    assert!(
        check("DELIMITED", Side::Value, &[SqlType::array(SqlType::Double)])
            .unwrap_err()
            .ends_with("The 'DELIMITED' format does not support type 'ARRAY', column: `C0`")
    );
    assert!(
        check("NONE", Side::Value, &[SqlType::Integer])
            .unwrap_err()
            .ends_with("The 'NONE' format can only be used when no columns are defined. Got: [`C0` INTEGER]")
    );
    assert!(
        check("JSON", Side::Value, &[SqlType::array(SqlType::map(SqlType::Integer, SqlType::Integer))])
            .unwrap_err()
            .ends_with("JSON only supports MAP types with STRING keys")
    );
    assert_eq!(check("JSON", Side::Key, &[SqlType::array(SqlType::Double)]), Ok(()));
    assert!(find("FOO").is_none());
}
