//! `POST /close-query`: ends a push query of this server.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;

use super::Failure;
use super::model::{self, CloseQueryRequest};
use crate::node::Node;

pub async fn post(State(node): State<Arc<Node>>, body: Bytes) -> Result<StatusCode, Failure> {
    let request: CloseQueryRequest = model::read(&body)?;
    let (engine, id) = (node.engine.0.clone(), request.query_id.clone());
    let closed =
        tokio::task::spawn_blocking(move || engine.close_query(&id)).await.map_err(|_| Failure::lost())?;
    match closed {
        true => Ok(StatusCode::OK),
        false => Err(Failure::bad_request(format!("No query with id {}", request.query_id))),
    }
}
