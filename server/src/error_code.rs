//! ksqlDB's error codes: the HTTP status times 100, and a number.

use axum::http::StatusCode;
use engine::Class;

/// What kind of error an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    BadRequest,
    BadStatement,
    /// SELECT or PRINT where other statements go.
    QueryEndpoint,
    MaxPushQueriesExceeded,
    NotFound,
    NotAcceptable,
    TooManyRequests,
    ServerError,
    ShuttingDown,
}

/// Code by kind, with what ksqlDB says it for.
const CODES: &[(ErrorCode, u32)] = &[
    (ErrorCode::BadRequest, 40000),
    (ErrorCode::BadStatement, 40001),
    (ErrorCode::QueryEndpoint, 40002),
    (ErrorCode::MaxPushQueriesExceeded, 40003),
    (ErrorCode::NotFound, 40400),
    (ErrorCode::NotAcceptable, 40600),
    (ErrorCode::TooManyRequests, 42900),
    (ErrorCode::ServerError, 50000),
    (ErrorCode::ShuttingDown, 50303),
];

impl ErrorCode {
    pub fn number(self) -> u32 {
        CODES.iter().find(|(code, _)| *code == self).map_or(50000, |(_, number)| *number)
    }

    pub fn status(self) -> StatusCode {
        StatusCode::from_u16((self.number() / 100) as u16).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code of a statement's error.
    pub fn of_statement(class: Class) -> Self {
        match class {
            Class::User | Class::NotFound => Self::BadStatement,
            Class::External | Class::Internal => Self::ServerError,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_the_code_in_hundreds() {
        for (code, number) in CODES {
            assert_eq!((code.number(), u32::from(code.status().as_u16())), (*number, number / 100));
        }
    }
}
