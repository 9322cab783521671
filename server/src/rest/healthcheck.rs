//! `GET /healthcheck`, and the probes `/chc/ready` and `/chc/live`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Failure;
use crate::error_code::ErrorCode;
use crate::node::Node;

pub async fn get(State(node): State<Arc<Node>>) -> Json<Value> {
    let healthy = !node.stop.is_stopped();
    let part = json!({ "isHealthy": healthy });
    Json(json!({
        "isHealthy": healthy,
        "details": { "metastore": part, "kafka": part, "commandRunner": part },
        "serverState": if healthy { "READY" } else { "TERMINATING" },
    }))
}

pub async fn ready(State(node): State<Arc<Node>>) -> Result<Json<Value>, Failure> {
    match node.stop.is_stopped() {
        true => Err(Failure::new(ErrorCode::ShuttingDown, "The server is shutting down")),
        false => Ok(Json(json!({}))),
    }
}

pub async fn live() -> Json<Value> {
    Json(json!({}))
}
