//! `GET /api/decisions`: what was decided about KPIs, and why.

use axum::Json;
use axum::extract::{Query, State};
use scorecard::initiative::Decision;

use super::Context;
use super::error::{ApiError, ErrorBody};
use super::initiatives::Which;

/// Decisions, the last one first.
#[utoipa::path(get, operation_id = "decisions", path = "/api/decisions", tag = "reviews", params(
    ("metric" = Option<String>, Query, description = "only those about this metric, by id or alias"),
), responses((status = 200, body = Vec<Decision>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(context): State<Context>, Query(which): Query<Which>) -> Result<Json<Vec<Decision>>, ApiError> {
    let metric = which.metric(&context)?;
    let is_asked = |one: &&Decision| metric.as_ref().is_none_or(|metric| one.metrics.contains(metric));
    let mut found: Vec<Decision> = context.reader.workspace.decisions.values().filter(is_asked).cloned().collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.date));
    Ok(Json(found))
}
