//! `GET /api/recognition`: who can be recognised for the KPIs of a card.

use axum::Json;
use axum::extract::{Query, State};
use catalogue::file::suggest;
use catalogue::question::Principal;
use jiff::ToSpan;
use model::calendar::DateRange;
use scorecard::recognition::Eligibility;
use serde::Deserialize;

use super::Context;
use super::error::{ApiError, ErrorBody};
use crate::recognition::Whose;

/// Days of the figures; as many before are compared.
const DAYS: i64 = 91;

/// Of which card, and by whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    card: Option<String>,
    #[serde(default)]
    agents: bool,
}

/// Teams or agents, for each KPI of a card: whether they can be recognised for the last 91 days, and why.
#[utoipa::path(get, operation_id = "recognition", path = "/api/recognition", tag = "scorecard", params(
    ("card" = Option<String>, Query, description = "name of the card; company where absent"),
    ("agents" = Option<bool>, Query, description = "agents in place of teams"),
), responses((status = 200, body = Vec<Eligibility>), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(
    State(context): State<Context>,
    Query(which): Query<Which>,
) -> Result<Json<Vec<Eligibility>>, ApiError> {
    let name = which.card.as_deref().unwrap_or("company");
    let workspace = &context.reader.workspace;
    let Some(definition) = workspace.scorecards.get(name) else {
        let help = suggest(name, workspace.scorecards.keys().map(String::as_str));
        return Err(ApiError::not_found(format!("there is no card `{name}`"), help));
    };
    let now = context.now();
    let to = workspace.organisation.today(now);
    let range = DateRange { from: to.saturating_sub(DAYS.days()), to, step: None };
    let whose = if which.agents { Whose::Agent } else { Whose::Team };
    Ok(Json(context.reader.recognition(definition, whose, range, &Principal::local(), now).await?))
}
