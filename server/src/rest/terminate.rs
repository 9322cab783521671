//! `POST /ksql/terminate`: ends all queries, and drops all sources with the topics that are listed.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use engine::{Engine, Session};
use regex::Regex;
use serde_json::{Value, json};

use super::Failure;
use super::model::{self, TerminateRequest};
use crate::error_code::ErrorCode;
use crate::node::Node;

pub async fn post(State(node): State<Arc<Node>>, body: Bytes) -> Result<Json<Value>, Failure> {
    if node.headless {
        return Err(Failure::bad_request("The server is in headless mode: stop it to end its queries"));
    }
    let request: TerminateRequest =
        if body.is_empty() { TerminateRequest::default() } else { model::read(&body)? };
    let topics = request
        .delete_topic_list
        .iter()
        .map(|name| Regex::new(&format!("^(?:{name})$")))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| {
            Failure::bad_request(format!("deleteTopicList holds an invalid pattern: {error}"))
        })?;
    let engine = node.engine.0.clone();
    tokio::task::spawn_blocking(move || terminate(&engine, &topics)).await.map_err(|_| Failure::lost())??;
    Ok(Json(json!([{
        "@type": "currentStatus",
        "statementText": "TERMINATE CLUSTER;",
        "commandId": "cluster/TerminateCluster/terminate",
        "commandStatus": { "status": "SUCCESS", "message": "Queries ended, sources dropped", "queryId": null },
        "commandSequenceNumber": -1,
        "warnings": [],
    }])))
}

fn terminate(engine: &Engine, topics: &[Regex]) -> Result<(), Failure> {
    let execute = |text: &str| engine.execute(text, &mut Session::default());
    let failed = |failed: engine::Failed| {
        Failure::statement(
            ErrorCode::of_statement(failed.error.class),
            failed.error.message,
            failed.statement,
            failed.done,
        )
    };
    execute("TERMINATE ALL;").map_err(failed)?;
    for source in engine.catalog().sources.values() {
        let noun = if source.is_table() { "TABLE" } else { "STREAM" };
        let listed =
            source.created_by.is_some() && topics.iter().any(|pattern| pattern.is_match(&source.topic));
        let delete = if listed { " DELETE TOPIC" } else { "" };
        execute(&format!("DROP {noun} IF EXISTS `{}`{delete};", source.name)).map_err(failed)?;
    }
    Ok(())
}
