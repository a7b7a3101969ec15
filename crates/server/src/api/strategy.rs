//! `GET /api/strategy`: a card as a map of why its figures are on it.

use axum::Json;
use axum::extract::State;
use catalogue::question::Principal;
use scorecard::Strategy;

use super::Context;
use super::cards::{AskedOfCard, takes_no_kpi};
use super::error::{ApiError, ErrorBody};
use crate::ServerError;

/// The strategy map of a card: objectives → factors → KPIs → operational metrics, each with the path from there to what
/// the company promises.
#[utoipa::path(get, operation_id = "strategy", path = "/api/strategy", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of a card, as /api/cards gives it; company where absent"),
    ("range" = Option<String>, Query, description = "days that the KPIs' status is for; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
), responses((status = 200, body = Strategy), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    AskedOfCard { card, kpi, asked }: AskedOfCard,
) -> Result<Json<Strategy>, ApiError> {
    let now = context.now();
    let workspace = &context.reader.workspace;
    let definition = workspace.card(&card)?;
    asked.takes(&["range", "from", "to"])?;
    takes_no_kpi(kpi.as_deref())?;
    let range = asked.range(now, &workspace.organisation)?;
    let principal = Principal::local();
    let scorecard = context.reader.scorecard(definition, range, None, asked.only()?, &principal, now).await?;
    let found = scorecard::strategy(&workspace.scorecards, &workspace.catalogue, &definition.name, &scorecard);
    let missing = || ServerError::NotFound { message: format!("there is no card `{card}`"), help: None };
    Ok(Json(found.ok_or_else(missing)?))
}
