//! `GET /is_valid_property/{name}`: whether users may set it.

use axum::Json;
use axum::extract::Path;
use engine::settings::property;

use super::Failure;
use crate::config::{Known, known};

pub async fn get(Path(name): Path<String>) -> Result<Json<bool>, Failure> {
    if property(&name).is_some_and(|property| !property.editable) {
        return Err(Failure::bad_request(format!("Cannot override property '{name}': it is the server's")));
    }
    if known(&name) == Known::Unknown {
        return Err(Failure::bad_request(format!(
            "Not recognizable as ksql, streams, consumer, or producer property: '{name}'"
        )));
    }
    Ok(Json(true))
}
