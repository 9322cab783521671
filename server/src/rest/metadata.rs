//! `GET /v1/metadata` and `/v1/metadata/id`: version and ids, as Confluent's tools ask for them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::node::Node;

pub async fn version(State(node): State<Arc<Node>>) -> Json<Value> {
    Json(json!({ "version": env!("CARGO_PKG_VERSION"), "clusterId": cluster(&node) }))
}

pub async fn id(State(node): State<Arc<Node>>) -> Json<Value> {
    Json(cluster(&node))
}

fn cluster(node: &Node) -> Value {
    let service = node.engine.options().settings.text("ksql.service.id").map(str::to_owned);
    json!({
        "scope": { "path": [], "clusters": { "kafka-cluster": node.cluster_id, "ksql-cluster": service } },
        "id": "",
    })
}
