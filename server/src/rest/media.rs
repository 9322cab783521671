//! Which content type an answer has.

use axum::http::{HeaderMap, HeaderValue, header};

use super::Failure;
use crate::error_code::ErrorCode;

pub const JSON: &str = "application/json";
pub const KSQL_JSON: &str = "application/vnd.ksql.v1+json";
pub const KSQL_JSON_OLD: &str = "application/vnd.ksql+json";
pub const DELIMITED: &str = "application/vnd.ksqlapi.delimited.v1";

/// The type of `offered` (the default first) that the client likes best.
///
/// # Errors
/// The client takes none of them: 406.
pub fn negotiate(headers: &HeaderMap, offered: &[&'static str]) -> Result<&'static str, Failure> {
    let default = offered.first().copied().unwrap_or(JSON);
    let mut best: Option<(f32, &'static str)> = None;
    let mut asked = false;
    for part in headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut pieces = part.split(';').map(str::trim);
        let range = pieces.next().unwrap_or_default().to_ascii_lowercase();
        if range.is_empty() {
            continue;
        }
        asked = true;
        let quality =
            pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        let matched = match range.as_str() {
            "*/*" => Some(default),
            range => match range.strip_suffix("/*") {
                Some(group) => offered.iter().copied().find(|kind| kind.split('/').next() == Some(group)),
                None => offered.iter().copied().find(|kind| *kind == range),
            },
        };
        if let Some(kind) = matched.filter(|_| quality > 0.0 && best.is_none_or(|(q, _)| quality > q)) {
            best = Some((quality, kind));
        }
    }
    match best {
        Some((_, kind)) => Ok(kind),
        None if !asked => Ok(default),
        None => Err(Failure::new(
            ErrorCode::NotAcceptable,
            format!("Not acceptable: this answer can be {}", offered.join(" or ")),
        )),
    }
}

/// The header of a content type.
pub fn content_type(kind: &'static str) -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CONTENT_TYPE, HeaderValue::from_static(kind))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_decide() {
        let chosen = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            negotiate(&headers, &[KSQL_JSON, JSON]).ok()
        };
        assert_eq!(chosen("*/*"), Some(KSQL_JSON));
        assert_eq!(chosen("application/json"), Some(JSON));
        assert_eq!(chosen("application/json;q=0.5, application/vnd.ksql.v1+json"), Some(KSQL_JSON));
        assert_eq!(chosen("text/html, application/json;q=0.1"), Some(JSON));
        assert_eq!(chosen("text/html"), None);
        assert!(negotiate(&HeaderMap::new(), &[JSON]).is_ok());
    }
}
