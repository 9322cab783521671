//! The cases of a folder: files, and what `format` and `config` lists make of them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::comments;

/// The version of ksqlDB that `versions` of a case are compared with.
const VERSION: (u32, u32) = (8, 0);

/// Where `format` and `config` put their entries.
const FORMAT: &str = "{FORMAT}";
const CONFIG: &str = "{CONFIG}";

/// A case, after its lists are expanded.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The file's name without its ending.
    pub file: String,
    pub name: String,
    /// Why the case does not run.
    pub skipped: Option<String>,
    pub statements: Vec<String>,
    pub properties: Vec<(String, String)>,
    pub topics: Vec<Topic>,
    pub inputs: Vec<Record>,
    pub outputs: Vec<Record>,
    /// A part of the message that the last statement or a record has to fail with; empty if it only has to fail.
    pub expected_exception: Option<String>,
    pub post: Option<Value>,
    /// The case as it stands in the file.
    pub json: Value,
}

/// A topic that is there before the statements.
#[derive(Debug, Clone)]
pub struct Topic {
    pub name: String,
    pub key_format: Option<String>,
    pub value_format: Option<String>,
    pub partitions: Option<i32>,
}

/// A record that goes in or comes out.
#[derive(Debug, Clone)]
pub struct Record {
    pub topic: String,
    pub key: Value,
    pub value: Value,
    pub timestamp: Option<i64>,
    pub window: Option<Window>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// The window of a record's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub start: i64,
    pub end: i64,
    pub session: bool,
}

/// All cases of the files below a folder, in the order of the files' names.
///
/// # Errors
/// The folder cannot be read, or a file in it is not one of cases.
pub fn read(dir: &Path) -> Result<Vec<Case>, String> {
    let mut files = Vec::new();
    find_files(dir, &mut files)?;
    files.sort();
    let mut cases = Vec::new();
    for path in &files {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let json: Value = serde_json::from_str(&comments::strip(&text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let Some(tests) = json["tests"].as_array() else { continue };
        let file = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for test in tests {
            let before = cases.len();
            expand(&file, test, &mut cases)
                .map_err(|reason| format!("{}: {}: {reason}", path.display(), test["name"]))?;
            debug_assert!(cases.len() > before);
        }
    }
    Ok(cases)
}

fn find_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if path.is_file() {
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path.to_owned());
        }
        return Ok(());
    }
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", path.display()))?;
        find_files(&entry.path(), files)?;
    }
    Ok(())
}

fn expand(file: &str, json: &Value, cases: &mut Vec<Case>) -> Result<(), String> {
    let base = parse(file, json)?;
    let formats: Vec<Option<String>> = match json["format"].as_array() {
        Some(list) => list.iter().map(|format| Some(property_text(format))).collect(),
        None => vec![None],
    };
    let configs: Vec<Option<String>> = match json["config"].as_array() {
        Some(list) => list.iter().map(|value| Some(property_text(value))).collect(),
        None => vec![None],
    };
    for format in &formats {
        for config in &configs {
            let mut case = base.clone();
            if let Some(format) = format {
                case.name.push_str(&format!(" - {format}"));
                for statement in &mut case.statements {
                    *statement = statement.replace(FORMAT, format);
                }
            }
            if let Some(config) = config {
                for (name, value) in &mut case.properties {
                    if value.eq_ignore_ascii_case(CONFIG) {
                        case.name.push_str(&format!(" - {name}={config}"));
                        value.clone_from(config);
                    }
                }
            }
            cases.push(case);
        }
    }
    Ok(())
}

fn parse(file: &str, json: &Value) -> Result<Case, String> {
    let name = json["name"].as_str().ok_or("a case without a name")?.to_owned();
    let list = |name: &str| json[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = json["properties"]
        .as_object()
        .map(|object| object.iter().map(|(name, value)| (name.clone(), property_text(value))).collect())
        .unwrap_or_default();
    let expected = &json["expectedException"];
    Ok(Case {
        file: file.to_owned(),
        name,
        skipped: skipped(json),
        statements: list("statements").iter().filter_map(|s| s.as_str().map(str::to_owned)).collect(),
        properties,
        topics: list("topics").iter().map(topic).collect(),
        inputs: list("inputs").iter().map(record).collect::<Result<_, _>>()?,
        outputs: list("outputs").iter().map(record).collect::<Result<_, _>>()?,
        expected_exception: expected
            .is_object()
            .then(|| expected["message"].as_str().unwrap_or_default().to_owned()),
        post: json.get("post").filter(|post| post.is_object()).cloned(),
        json: json.clone(),
    })
}

fn skipped(json: &Value) -> Option<String> {
    if json["enabled"] == Value::Bool(false) {
        return Some("not enabled".to_owned());
    }
    let bound = |name: &str| version(json["versions"][name].as_str()?);
    if bound("min").is_some_and(|min| min > VERSION) || bound("max").is_some_and(|max| max < VERSION) {
        return Some(format!("for other versions: {}", json["versions"]));
    }
    None
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next().flatten().unwrap_or(0)))
}

fn topic(json: &Value) -> Topic {
    let text = |name: &str| json[name].as_str().map(str::to_uppercase);
    // A schema without a format is one of Avro's.
    let format =
        |format: &str, schema: &str| text(format).or_else(|| json.get(schema).map(|_| "AVRO".to_owned()));
    Topic {
        name: json["name"].as_str().unwrap_or_default().to_owned(),
        key_format: format("keyFormat", "keySchema"),
        value_format: format("valueFormat", "valueSchema"),
        partitions: json["partitions"].as_i64().and_then(|n| i32::try_from(n).ok()),
    }
}

fn record(json: &Value) -> Result<Record, String> {
    let window = &json["window"];
    let headers = json["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(Record {
        topic: json["topic"].as_str().ok_or("a record without a topic")?.to_owned(),
        key: json["key"].clone(),
        value: json["value"].clone(),
        timestamp: json["timestamp"].as_i64(),
        window: window.is_object().then(|| Window {
            start: window["start"].as_i64().unwrap_or_default(),
            end: window["end"].as_i64().unwrap_or_default(),
            session: window["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("session")),
        }),
        headers: headers
            .iter()
            .map(|header| {
                let value = header["VALUE"].as_str().map(|text| BASE64_STANDARD.decode(text)).transpose();
                let value = value.map_err(|error| format!("a header that is not base64: {error}"))?;
                Ok((header["KEY"].as_str().unwrap_or_default().to_owned(), value))
            })
            .collect::<Result<_, String>>()?,
    })
}

/// A property's value as the text that SET would have.
fn property_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
