//! `GET /info`: who this server is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::node::Node;

pub async fn get(State(node): State<Arc<Node>>) -> Json<Value> {
    let settings = &node.engine.options().settings;
    Json(json!({
        "KsqlServerInfo": {
            "version": env!("CARGO_PKG_VERSION"),
            "kafkaClusterId": node.cluster_id,
            "ksqlServiceId": settings.text("ksql.service.id"),
            "serverStatus": if node.stop.is_stopped() { "TERMINATING" } else { "RUNNING" },
        }
    }))
}
