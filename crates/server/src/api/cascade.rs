//! `GET /api/cascade`: where a card's figure comes from.

use axum::Json;
use axum::extract::State;
use catalogue::question::Principal;
use scorecard::Cascade;

use super::Context;
use super::cards::AskedOfCard;
use super::error::{ApiError, ErrorBody};
use crate::ServerError;
use crate::cards::kpi_of;

/// A KPI taken apart: the parts of the cards below, or of the values of a dimension, and what belongs to none of them.
#[utoipa::path(get, operation_id = "cascade", path = "/api/cascade", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of a card, as /api/cards gives it; company where absent"),
    ("kpi" = String, Query, description = "id of a KPI on the card, or of its metric"),
    ("by" = Option<String>, Query, description = "a dimension of the metric, in place of the cards below; where neither is there, team or channel"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, 2026-Q2 …), a day, a month, or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("as_defined_on" = Option<String>, Query, description = "a day, as 2026-01-31: under the definitions that were in force then"),
), responses((status = 200, body = Cascade), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    AskedOfCard { card, kpi, asked }: AskedOfCard,
) -> Result<Json<Cascade>, ApiError> {
    let now = context.now();
    let workspace = &context.reader.workspace;
    let definition = workspace.card(&card)?;
    asked.takes(&["by", "range", "from", "to", "as_defined_on"])?;
    let missing = || ServerError::Usage("`kpi` is missing: the id of a KPI on the card".to_owned());
    let kpi = kpi_of(workspace, definition, &kpi.ok_or_else(missing)?)?;
    let range = asked.range(now, &workspace.organisation)?;
    let by = match asked.by.as_slice() {
        [] => None,
        [by] => Some(by.as_str()),
        _ => return Err(ServerError::Usage("a figure is taken apart by one dimension".to_owned()).into()),
    };
    let reader = context.reader.as_defined_on(asked.as_defined_on()?, [kpi.metric.as_str()])?;
    Ok(Json(reader.cascade(definition, kpi, by, range, &Principal::local(), now).await?))
}
