//! `POST /query-stream`: SELECT with rows by line.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::model::{self, QueryStreamRequest};
use super::rows::RowForm;
use super::{Failure, media, query};
use crate::node::Node;

pub async fn post(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let kind = media::negotiate(&headers, &[media::DELIMITED, media::JSON, media::KSQL_JSON])?;
    let request: QueryStreamRequest = model::read(&body)?;
    let session = model::session(request.properties, request.session_variables)?;
    query::answer(node, request.sql, session, RowForm::of(kind)).await
}
