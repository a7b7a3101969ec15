//! `GET /api/benchmarks`: what a figure can be compared with.

use axum::Json;
use axum::extract::{Query, State};
use catalogue::question::Principal;
use serde::Deserialize;

use super::Context;
use super::error::{ApiError, ErrorBody};
use crate::yardsticks::Yardsticks;

/// Of what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    metric: String,
    #[serde(default)]
    old: bool,
    industry: Option<String>,
}

/// What others have published of a metric, with one's own years, best team and teams with the same mix of work.
#[utoipa::path(get, operation_id = "benchmarks", path = "/api/benchmarks", tag = "kpis", params(
    ("metric" = String, Query, description = "id or alias"),
    ("old" = Option<bool>, Query, description = "also those older than three years, or of an unknown year"),
    ("industry" = Option<String>, Query, description = "only those of an industry, and of all industries together"),
), responses((status = 200, body = Yardsticks), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(context): State<Context>, Query(which): Query<Which>) -> Result<Json<Yardsticks>, ApiError> {
    let (metric, industry) = (which.metric.as_str(), which.industry.as_deref());
    let found = context.reader.yardsticks(metric, industry, which.old, &Principal::local(), context.now()).await?;
    Ok(Json(found))
}
