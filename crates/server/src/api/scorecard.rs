//! `GET /api/scorecard`: a card over a range.

use axum::Json;
use axum::extract::State;
use catalogue::question::Principal;
use model::calendar::Compare;
use scorecard::Scorecard;

use super::Context;
use super::cards::AskedOfCard;
use super::error::{ApiError, ErrorBody};

/// A scorecard.
#[utoipa::path(get, operation_id = "scorecard", path = "/api/scorecard", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of a card, as /api/cards gives it; company where absent"),
    ("range" = Option<String>, Query, description = "named range (last-28d, this-month, month-to-date, 2026-Q2, FY2026 …), a day (2026-05-26), a month (2026-05), or A..B of days, months, quarters or years, both included; last-month where absent"),
    ("from" = Option<String>, Query, description = "first day, with `to`, in place of range"),
    ("to" = Option<String>, Query, description = "day after the last"),
    ("compare" = Option<String>, Query, description = "prev, year or none; prev where absent"),
    ("only" = Option<Vec<String>>, Query, description = "dimension=value; dimension alone for rows without a value; may be repeated. Beside what the card is held to itself. A KPI whose metric lacks the dimension has no value and says so"),
), responses((status = 200, body = Scorecard), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(context): State<Context>,
    AskedOfCard { card, kpi, asked }: AskedOfCard,
) -> Result<Json<Scorecard>, ApiError> {
    let now = context.now();
    let workspace = &context.reader.workspace;
    let definition = workspace.card(&card)?;
    asked.takes(&["range", "from", "to", "compare", "only"])?;
    super::cards::takes_no_kpi(kpi.as_deref())?;
    let range = asked.range(now, &workspace.organisation)?;
    let compare = match &asked.compare {
        None => Some(Compare::Prev),
        Some(_) => asked.compare()?,
    };
    let card = context.reader.scorecard(definition, range, compare, asked.only()?, &Principal::local(), now).await?;
    Ok(Json(card))
}
