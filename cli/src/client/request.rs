//! What is sent with a statement.

use std::collections::BTreeMap;

use serde::Serialize;

/// A `KsqlRequest`: statements with the settings of the session they are run in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    /// One or more statements, each with its `;`.
    pub ksql: &'a str,
    /// What SET has set.
    pub streams_properties: &'a BTreeMap<String, String>,
    /// What DEFINE has defined.
    pub session_variables: &'a BTreeMap<String, String>,
    /// The server waits until it has carried out this command, so that a statement sees what the
    /// ones before it did, whichever node they went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_sequence_number: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_protocol() {
        let none = BTreeMap::new();
        let some = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        let request = Request {
            ksql: "SHOW STREAMS;",
            streams_properties: &some,
            session_variables: &none,
            command_sequence_number: Some(4),
        };
        assert_eq!(
            serde_json::to_string(&request).expect("plain data"),
            r#"{"ksql":"SHOW STREAMS;","streamsProperties":{"a":"b"},"sessionVariables":{},"commandSequenceNumber":4}"#
        );
    }
}
