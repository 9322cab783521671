//! What requests hold. Fields that are not known are ignored.

use std::collections::BTreeMap;

use engine::Session;
use engine::settings::property;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Failure;
use crate::error_code::ErrorCode;

/// The body of `/ksql` and `/query`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KsqlRequest {
    pub ksql: String,
    #[serde(default)]
    pub streams_properties: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    pub session_variables: Option<BTreeMap<String, Value>>,
}

/// The body of `/query-stream`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryStreamRequest {
    pub sql: String,
    #[serde(default)]
    pub properties: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    pub session_variables: Option<BTreeMap<String, Value>>,
}

/// The body of `/close-query`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseQueryRequest {
    pub query_id: String,
}

/// The first line of `/inserts-stream`.
#[derive(Debug, Deserialize)]
pub struct InsertsRequest {
    pub target: String,
}

/// The body of `/ksql/terminate`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminateRequest {
    /// Names of topics, or regular expressions for them.
    #[serde(default)]
    pub delete_topic_list: Vec<String>,
}

/// Reads a body.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| Failure::bad_request(format!("Malformed request: {error}")))
}

/// The session of a request.
pub fn session(
    properties: Option<BTreeMap<String, Value>>,
    variables: Option<BTreeMap<String, Value>>,
) -> Result<Session, Failure> {
    let mut session = Session::default();
    for (name, value) in properties.unwrap_or_default() {
        if property(&name).is_some_and(|property| !property.editable) {
            return Err(Failure::bad_request(format!("Cannot override property '{name}'")));
        }
        session
            .properties
            .set(&name, text(value))
            .map_err(|error| Failure::new(ErrorCode::BadStatement, error.message))?;
    }
    for (name, value) in variables.unwrap_or_default() {
        session.variables.insert(name.to_uppercase(), text(value));
    }
    Ok(session)
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
