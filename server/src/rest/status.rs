//! `GET /status` and `/status/{type}/{entity}/{action}`: what became of commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use engine::statement::Entity;
use serde::Serialize;
use serde_json::{Value, json};

use super::Failure;
use crate::node::Node;

/// Outcomes that are remembered. Those of sources that exist can be told without.
const OUTCOMES_MAX: usize = 1000;

/// What became of a command.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandOutcome {
    pub status: &'static str,
    pub message: String,
    pub query_id: Option<String>,
}

/// Remembers the commands among these answers.
pub fn remember(node: &Node, entities: &[Entity]) {
    let mut commands = node.commands.lock();
    for entity in entities {
        if let Entity::CurrentStatus { command_id, command_status: done, .. } = entity {
            if commands.len() >= OUTCOMES_MAX {
                commands.pop_first();
            }
            let outcome = CommandOutcome {
                status: done.status,
                message: done.message.clone(),
                query_id: done.query_id.clone(),
            };
            commands.insert(command_id.clone(), outcome);
        }
    }
}

/// What is remembered, and what made the sources that are there.
fn outcomes(node: &Node) -> BTreeMap<String, CommandOutcome> {
    let mut all: BTreeMap<String, CommandOutcome> = BTreeMap::new();
    for source in node.engine.catalog().sources.values() {
        let noun = if source.is_table() { "table" } else { "stream" };
        let query_id = source.created_by.as_ref().map(|id| id.0.clone());
        let message = match &query_id {
            Some(id) => format!("Created query with ID {id}"),
            None if source.is_table() => "Table created".to_owned(),
            None => "Stream created".to_owned(),
        };
        let outcome = CommandOutcome { status: "SUCCESS", message, query_id };
        all.insert(format!("{noun}/{}/create", source.name), outcome);
    }
    all.extend(node.commands.lock().clone());
    all
}

pub async fn all(State(node): State<Arc<Node>>) -> Json<Value> {
    let statuses: BTreeMap<_, _> =
        outcomes(&node).into_iter().map(|(id, outcome)| (id, outcome.status)).collect();
    Json(json!({ "commandStatuses": statuses }))
}

pub async fn one(
    State(node): State<Arc<Node>>,
    Path((kind, entity, action)): Path<(String, String, String)>,
) -> Result<Json<CommandOutcome>, Failure> {
    let id = format!("{kind}/{entity}/{action}");
    match outcomes(&node).remove(&id) {
        Some(outcome) => Ok(Json(outcome)),
        None => Err(Failure::not_found(format!("Command not found: {id}"))),
    }
}
