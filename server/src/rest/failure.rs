//! Errors as answers: `{"@type":"generic_error","error_code":40001,"message":"…"}`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::statement::Entity;
use serde::Serialize;

use crate::error_code::ErrorCode;

/// An error that is told to a client.
#[derive(Debug)]
pub struct Failure {
    code: ErrorCode,
    message: String,
    statement: Option<StatementPart>,
}

/// What an error of a statement tells more.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatementPart {
    statement_text: String,
    entities: Vec<Entity>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    error_code: u32,
    message: &'a str,
    #[serde(flatten)]
    statement: Option<&'a StatementPart>,
}

impl Failure {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), statement: None }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// A statement that failed.
    pub fn statement(
        code: ErrorCode,
        message: impl Into<String>,
        text: impl Into<String>,
        done: Vec<Entity>,
    ) -> Self {
        let entities = done.into_iter().filter(|entity| !entity.is_none()).collect();
        Self {
            code,
            message: message.into(),
            statement: Some(StatementPart { statement_text: text.into(), entities }),
        }
    }

    /// A thread that answered nothing: it panicked, or the server stops.
    pub fn lost() -> Self {
        Self::new(ErrorCode::ServerError, "The request was not completed; the server's log says why")
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error as JSON.
    pub fn json(&self) -> String {
        let body = Body {
            kind: if self.statement.is_some() { "statement_error" } else { "generic_error" },
            error_code: self.code.number(),
            message: &self.message,
            statement: self.statement.as_ref(),
        };
        serde_json::to_string(&body)
            .unwrap_or_else(|_| r#"{"@type":"generic_error","error_code":50000,"message":""}"#.into())
    }
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        Self::new(ErrorCode::of_statement(error.class), error.located_message())
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        Self::new(ErrorCode::ServerError, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if self.code.status() == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(message = %self.message, "a request failed");
        }
        let json = HeaderValue::from_static("application/json");
        (self.code.status(), [(header::CONTENT_TYPE, json)], self.json()).into_response()
    }
}
