//! `GET /api/scorecard`: a card over a range.

use axum::Json;
use axum::extract::State;
use catalogue::question::Principal;
use model::calendar::Compare;
use scorecard::Scorecard;
use scorecard::lint::Finding;
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::cards::AskedOfCard;
use super::error::{ApiError, ErrorBody};

/// A card with what lint finds on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorecardBody {
    #[serde(flatten)]
    card: Scorecard,
    /// The three worst findings of lint that take no figures; /api/lint has all.
    findings: Vec<Finding>,
}

/// A scorecard.
#[utoipa::path(get, operation_id = "scorecard", path = "/api/scorecard", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of a card, as /api/cards gives it; company where absent"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("compare" = Option<String>, Query, description = "prev, year or none; prev where absent"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; dimension alone for rows without a value; may be repeated. Beside what the card is held to itself. A KPI whose metric lacks the dimension has no value and says so"),
    ("as_defined_on" = Option<String>, Query, description = "a day, as 2026-01-31: under the definitions that were in force then"),
), responses((status = 200, body = ScorecardBody), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    AskedOfCard { card: name, kpi, asked }: AskedOfCard,
) -> Result<Json<ScorecardBody>, ApiError> {
    let now = context.now();
    let workspace = &context.reader.workspace;
    let definition = workspace.card(&name)?;
    asked.takes(&["range", "from", "to", "compare", "only", "as_defined_on"])?;
    super::cards::takes_no_kpi(kpi.as_deref())?;
    let range = asked.range(now, &workspace.organisation)?;
    let compare = match &asked.compare {
        None => Some(Compare::Prev),
        Some(_) => asked.compare()?,
    };
    let reader = context.reader.as_defined_on(asked.as_defined_on()?, definition.shown_metrics())?;
    let card = reader.scorecard(definition, range, compare, asked.only()?, &Principal::local(), now).await?;
    let findings = context.reader.top_findings(&name, now)?;
    Ok(Json(ScorecardBody { card, findings }))
}
