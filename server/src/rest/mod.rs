//! The endpoints: one file each, and one line in [`router`].
//!
//! Shared by them: [`model`] (requests), [`failure`] (errors as answers), [`media`] (content types), [`stream`] (answers
//! that grow), [`rows`] (rows as text), [`lines`] (request bodies by line).

mod close_query;
mod cluster;
mod failure;
mod healthcheck;
mod info;
mod inserts_stream;
mod is_valid_property;
mod ksql;
mod lines;
mod media;
mod metadata;
mod model;
mod query;
mod query_stream;
mod rows;
mod status;
mod stream;
mod terminate;
mod topics;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{get, post};

pub use failure::Failure;
pub use status::CommandOutcome;

use crate::node::Node;

/// Statements are text; nobody writes this much of it.
const STATEMENT_BYTES_MAX: usize = 16 << 20;

/// All endpoints.
pub fn router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/info") }))
        .route("/info", get(info::get))
        .route("/healthcheck", get(healthcheck::get))
        .route("/ksql", post(ksql::post))
        .route("/ksql/terminate", post(terminate::post))
        .route("/query", post(query::post))
        .route("/query-stream", post(query_stream::post))
        .route("/inserts-stream", post(inserts_stream::post))
        .route("/close-query", post(close_query::post))
        .route("/status", get(status::all))
        .route("/status/{type}/{entity}/{action}", get(status::one))
        .route("/is_valid_property/{name}", get(is_valid_property::get))
        .route("/clusterStatus", get(cluster::get))
        .route("/v1/metadata", get(metadata::version))
        .route("/v1/metadata/id", get(metadata::id))
        .route("/chc/ready", get(healthcheck::ready))
        .route("/chc/live", get(healthcheck::live))
        .route("/topics/{topic}/records", get(topics::consume).post(topics::produce))
        .fallback(|| async { Failure::not_found("Not Found") })
        .layer(DefaultBodyLimit::max(STATEMENT_BYTES_MAX))
        .with_state(node)
}
