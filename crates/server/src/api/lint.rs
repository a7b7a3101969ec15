//! `GET /api/lint`: what makes a card one that nobody should steer by.

use axum::Json;
use axum::extract::{Query, State};
use catalogue::file::suggest;
use catalogue::question::Principal;
use scorecard::lint::Finding;
use serde::Deserialize;

use super::Context;
use super::error::{ApiError, ErrorBody};

/// Which card.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    card: Option<String>,
}

/// What lint finds on a card, errors first.
#[utoipa::path(get, operation_id = "lint", path = "/api/lint", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of the card; company where absent"),
), responses((status = 200, body = Vec<Finding>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(context): State<Context>, Query(which): Query<Which>) -> Result<Json<Vec<Finding>>, ApiError> {
    let name = which.card.as_deref().unwrap_or("company");
    let cards = &context.reader.workspace.scorecards;
    if !cards.contains_key(name) {
        let help = suggest(name, cards.keys().map(String::as_str));
        return Err(ApiError::not_found(format!("there is no card `{name}`"), help));
    }
    Ok(Json(context.reader.lint(name, &Principal::local(), context.now()).await?))
}
