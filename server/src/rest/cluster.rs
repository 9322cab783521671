//! `GET /clusterStatus`: this node alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::node::Node;

pub async fn get(State(node): State<Arc<Node>>, headers: HeaderMap) -> Json<Value> {
    let host =
        headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost:8088").to_owned();
    let now = node.engine.storage().clock().now_ms();
    let status = json!({
        "hostAlive": true,
        "lastStatusUpdateMs": now,
        "activeStandbyPerQuery": {},
        "hostStoreLags": { "stateStoreLags": {}, "updateTimeMs": now },
    });
    Json(json!({ "clusterStatus": BTreeMap::from([(host, status)]) }))
}
