//! The rows of a query as they come.

use std::collections::VecDeque;

use serde::Deserialize;
use serde_json::Value;

use super::calls::Body;
use super::json_array::ArrayCutter;
use super::{ClientError, ServerError};

/// One element of a query's answer.
#[derive(Debug, Clone, PartialEq)]
pub enum RowEvent {
    /// Comes first: the query's id, when it has one, and its columns as ksqlDB writes a schema.
    Header {
        /// To end a push query by.
        query_id: Option<String>,
        /// `` `ID` STRING KEY, `N` BIGINT ``.
        schema: String,
    },
    /// A row.
    Row {
        /// One value per column.
        columns: Vec<Value>,
        /// Whether the row was deleted.
        tombstone: bool,
    },
    /// Why the answer ended.
    Final(String),
    /// The query failed while it ran.
    Error(Box<ServerError>),
    /// Tokens for programs; nothing to show.
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    header: Option<Header>,
    row: Option<Row>,
    final_message: Option<String>,
    error_message: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    query_id: Option<String>,
    schema: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    columns: Vec<Value>,
    #[serde(default)]
    tombstone: bool,
}

/// The elements of a running answer. Dropping it closes the connection, which ends the query.
pub struct Rows {
    body: Body,
    cutter: ArrayCutter,
    ready: VecDeque<String>,
    ended: bool,
}

impl Rows {
    pub(super) fn new(body: Body) -> Self {
        Self { body, cutter: ArrayCutter::default(), ready: VecDeque::new(), ended: false }
    }

    /// The next element, with its text as it came, or nothing after the last.
    pub async fn next(&mut self) -> Result<Option<(RowEvent, String)>, ClientError> {
        loop {
            if let Some(text) = self.ready.pop_front() {
                let event = read(&text).map_err(|error| self.body.not_understood(&error.to_string()))?;
                return Ok(Some((event, text)));
            }
            if self.ended {
                return Ok(None);
            }
            match self.body.next().await? {
                Some(piece) => match self.cutter.push(&piece) {
                    Ok(elements) => self.ready.extend(elements),
                    Err(error) => return Err(self.body.not_understood(&error.to_string())),
                },
                None => {
                    self.ended = true;
                    if !self.cutter.is_complete() {
                        return Err(self.body.lost("the answer stopped in the middle"));
                    }
                }
            }
        }
    }

    /// Whether another element can be had without waiting.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

fn read(text: &str) -> Result<RowEvent, serde_json::Error> {
    let element: Element = serde_json::from_str(text)?;
    Ok(if let Some(header) = element.header {
        RowEvent::Header {
            query_id: header.query_id.filter(|id| !id.is_empty()),
            schema: header.schema.unwrap_or_default(),
        }
    } else if let Some(row) = element.row {
        RowEvent::Row { columns: row.columns, tombstone: row.tombstone }
    } else if let Some(message) = element.final_message {
        RowEvent::Final(message)
    } else if let Some(error) = element.error_message {
        RowEvent::Error(Box::new(ServerError::from_value(500, error)))
    } else {
        RowEvent::Other
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_digits() {
        let text = r#"{"row":{"columns":[1.10,12345678901234567890.123456789,null]}}"#;
        let RowEvent::Row { columns, tombstone } = read(text).expect("a row") else { panic!("not a row") };
        assert_eq!(columns[0].to_string(), "1.10");
        assert_eq!(columns[1].to_string(), "12345678901234567890.123456789");
        assert!(columns[2].is_null() && !tombstone);
    }
}
