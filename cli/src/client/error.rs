//! What can go wrong between the prompt and the server, in words for the user.

use std::error::Error as _;

use serde_json::Value;

/// A call that failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is not one.
    #[error("{address:?} is not a server's address, such as http://localhost:8088: {reason}")]
    Address {
        /// As it was written.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection came about.
    #[error("Cannot reach a server at {address}: {reason}")]
    Unreachable {
        /// The base address.
        address: String,
        /// The system's words.
        reason: String,
    },
    /// The connection broke while an answer was coming.
    #[error("The connection to {address} was lost: {reason}")]
    Lost {
        /// The base address.
        address: String,
        /// The system's words.
        reason: String,
    },
    /// The server answered with an error.
    #[error("{0}")]
    Server(Box<ServerError>),
    /// The answer is not what a server like ours says.
    #[error("The answer of {address} cannot be understood: {reason}. Is it a Millrace or ksqlDB server?")]
    Answer {
        /// The base address.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The server's `generic_error` or `statement_error`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ServerError {
    /// ksqlDB's error code: the HTTP status times 100 and a number.
    pub code: i64,
    /// The reason in words.
    pub message: String,
    /// The statement that failed, for statement errors.
    pub statement: Option<String>,
    /// Results of the statements before it in the same request.
    pub entities: Vec<Value>,
    /// The whole body, as it came.
    pub body: Value,
}

impl ServerError {
    /// Reads the body of an error answer with HTTP status `status`; any text at all is accepted.
    pub fn from_body(status: u16, text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(body) if body.get("message").is_some() => Self::from_value(status, body),
            _ => {
                let text = text.trim();
                let message = match text {
                    "" => format!("The server answered with HTTP status {status} and no reason."),
                    _ => format!("The server answered with HTTP status {status}: {}", clip(text)),
                };
                let code = i64::from(status) * 100;
                let body = serde_json::json!({
                    "@type": "generic_error", "error_code": code, "message": message
                });
                Self { code, message, statement: None, entities: Vec::new(), body }
            }
        }
    }

    /// Reads an error object, as it stands alone or in a stream of rows.
    pub fn from_value(status: u16, body: Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let entities = body.get("entities").and_then(Value::as_array).cloned().unwrap_or_default();
        Self {
            code: body.get("error_code").and_then(Value::as_i64).unwrap_or(i64::from(status) * 100),
            message: text("message").unwrap_or_else(|| "The server gave no reason.".to_owned()),
            statement: text("statementText"),
            entities,
            body,
        }
    }
}

/// A page of HTML from some proxy must not flood the terminal.
fn clip(text: &str) -> String {
    const ENOUGH: usize = 500;
    match text.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The innermost reason of a transport error: what the system said, without the wrapping.
pub(super) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = inner.to_string();
    // "Connection refused (os error 111)": the number helps nobody at a prompt.
    match text.find(" (os error") {
        Some(at) => text[..at].to_lowercase(),
        None => match error.source() {
            Some(_) => text,
            None => error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_body_makes_an_error() {
        let error = ServerError::from_body(
            400,
            r#"{"@type":"statement_error","error_code":40001,"message":"line 1:1: no","statementText":"X;","entities":[1]}"#,
        );
        assert_eq!((error.code, error.message.as_str()), (40001, "line 1:1: no"));
        assert_eq!((error.statement.as_deref(), error.entities.len()), (Some("X;"), 1));
        let error = ServerError::from_body(502, "<html>Bad gateway</html>");
        assert_eq!(error.code, 50200);
        assert!(error.message.contains("502") && error.message.contains("Bad gateway"));
        assert!(ServerError::from_body(500, "").message.contains("no reason"));
    }
}
