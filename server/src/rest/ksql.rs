//! `POST /ksql`: all statements but SELECT and PRINT.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::Failed;
use engine::sql::{self, Statement};
use engine::statement::Entity;

use super::model::{self, KsqlRequest};
use super::{Failure, media, status};
use crate::error_code::ErrorCode;
use crate::node::Node;

pub async fn post(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let kind = media::negotiate(&headers, &[media::JSON, media::KSQL_JSON, media::KSQL_JSON_OLD])?;
    let request: KsqlRequest = model::read(&body)?;
    let done =
        tokio::task::spawn_blocking(move || execute(&node, request)).await.map_err(|_| Failure::lost())??;
    let json =
        serde_json::to_vec(&done).map_err(|error| Failure::new(ErrorCode::ServerError, error.to_string()))?;
    Ok((media::content_type(kind), json).into_response())
}

fn execute(node: &Node, request: KsqlRequest) -> Result<Vec<Entity>, Failure> {
    let mut session = model::session(request.streams_properties, request.session_variables)?;
    if node.headless {
        refuse_changes(&session.substitute(&request.ksql))?;
    }
    match node.engine.execute(&request.ksql, &mut session) {
        Ok(mut done) => {
            status::remember(node, &done);
            done.retain(|entity| !entity.is_none());
            Ok(done)
        }
        Err(Failed { error, statement, done }) => {
            status::remember(node, &done);
            let is_query =
                matches!(sql::parse_statement(&statement), Ok(Statement::Query(_) | Statement::Print(_)));
            let (code, message) = match is_query {
                true => (
                    ErrorCode::QueryEndpoint,
                    "The following statement types should be issued to the '/query' endpoint:\n\t* PRINT\n\t* SELECT".to_owned(),
                ),
                false => (ErrorCode::of_statement(error.class), error.located_message()),
            };
            Err(Failure::statement(code, message, statement, done))
        }
    }
}

/// In headless mode the file says what runs. Looking at it changes nothing, so that is allowed.
fn refuse_changes(text: &str) -> Result<(), Failure> {
    for part in sql::split_statements(text) {
        // What cannot be read gets its own error later.
        let Ok(parsed) = sql::parse_statement_text(&part) else { continue };
        let looks = matches!(
            parsed.statement,
            Statement::Show(_)
                | Statement::Describe { .. }
                | Statement::DescribeAll { .. }
                | Statement::DescribeFunction { .. }
                | Statement::Explain(_)
                | Statement::Query(_)
                | Statement::Print(_)
                | Statement::Set { .. }
                | Statement::Unset { .. }
                | Statement::Define { .. }
                | Statement::Undefine { .. }
        );
        if !looks {
            return Err(Failure::statement(
                ErrorCode::BadStatement,
                "The server is in headless mode: its statements come from its queries file (ksql.queries.file), and others are \
                 refused. SELECT, PRINT, SHOW, DESCRIBE and EXPLAIN are answered.",
                format!("{};", part.text.trim()),
                Vec::new(),
            ));
        }
    }
    Ok(())
}
