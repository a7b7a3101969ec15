//! `GET /api/initiatives`: what is done to move a KPI.

use axum::Json;
use axum::extract::{Query, State};
use scorecard::initiative::Initiative;
use serde::Deserialize;

use super::Context;
use super::error::{ApiError, ErrorBody};

/// Which of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Id or alias of a metric.
    pub(super) metric: Option<String>,
}

impl Which {
    /// Id of the metric, where one is asked for.
    pub(super) fn metric(&self, context: &Context) -> Result<Option<String>, ApiError> {
        let Some(name) = self.metric.as_deref().filter(|name| !name.is_empty()) else { return Ok(None) };
        let found = context.reader.workspace.catalogue.find(name);
        Ok(Some(found.map_err(|problem| ApiError::from(vec![*problem]))?.id.clone()))
    }
}

/// Initiatives, the one that began last first.
#[utoipa::path(get, operation_id = "initiatives", path = "/api/initiatives", tag = "reviews", params(
    ("metric" = Option<String>, Query, description = "only those that are to move this metric, by id or alias"),
), responses((status = 200, body = Vec<Initiative>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(
    State(context): State<Context>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<Initiative>>, ApiError> {
    let metric = which.metric(&context)?;
    let is_asked = |one: &Initiative| metric.as_ref().is_none_or(|metric| one.metric == *metric);
    let all = context.reader.workspace.initiatives_at(context.now());
    let mut found: Vec<Initiative> = all.into_values().filter(is_asked).collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.start));
    Ok(Json(found))
}
