//! `GET /api/cards`: the cards there are; and the card that an address names.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use catalogue::file::Problems;
use catalogue::metric::Status as DefinitionStatus;
use scorecard::{Definition, Level};
use serde::Serialize;
use utoipa::ToSchema;

use super::Context;
use super::error::ApiError;
use super::question::{Asked, complain, pairs};
use crate::cards::COMPANY;

/// A card, without its figures.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct CardBody {
    /// Name: its file without `.toml`.
    name: String,
    /// Title for people.
    title: String,
    /// Whose card it is.
    level: Level,
    /// Name of the card above.
    parent: Option<String>,
    /// Whether a person approved it.
    status: DefinitionStatus,
    /// Who answers for the card as a whole; null where nobody is named.
    owner: Option<String>,
    /// How many KPIs are on it.
    kpi_count: usize,
    /// Ids of the metrics that are KPIs on it.
    metrics: BTreeSet<String>,
    /// Values by dimension that it is held to.
    only: BTreeMap<String, Vec<String>>,
}

impl From<&Definition> for CardBody {
    fn from(card: &Definition) -> Self {
        CardBody {
            name: card.name.clone(),
            title: card.title.clone(),
            level: card.level,
            parent: card.parent.as_ref().map(|parent| parent.value.clone()),
            status: card.status,
            owner: card.owner.clone(),
            kpi_count: card.kpis.len(),
            metrics: card.kpis.iter().map(|kpi| kpi.metric.clone()).collect(),
            only: card.only.iter().map(|(name, values)| (name.clone(), values.value.clone())).collect(),
        }
    }
}

/// The cards without errors, the company's first, then from wide to narrow by name.
#[utoipa::path(get, operation_id = "cards", path = "/api/cards", tag = "scorecard", responses((status = 200, body = [CardBody])))]
pub async fn list(State(context): State<Context>) -> Json<Vec<CardBody>> {
    let mut cards: Vec<&Definition> = context.reader.workspace.scorecards.values().collect();
    cards.sort_by_key(|card| (card.name != COMPANY, card.level, card.name.as_str()));
    Json(cards.into_iter().map(CardBody::from).collect())
}

/// An address that names a card, perhaps a KPI on it, and asks something about it.
#[derive(Debug)]
pub struct AskedOfCard {
    /// Name of the card; the company's where none is given.
    pub card: String,
    /// Id of a KPI on it.
    pub kpi: Option<String>,
    /// The rest of the question.
    pub asked: Asked,
}

impl<S: Send + Sync> FromRequestParts<S> for AskedOfCard {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let (mut card, mut kpi) = (COMPANY.to_owned(), None);
        let mut rest = Vec::new();
        for (name, value) in pairs(parts, state).await {
            match name.as_str() {
                "card" if !value.is_empty() => card = value,
                "kpi" if !value.is_empty() => kpi = Some(value),
                "card" | "kpi" => {}
                _ => rest.push((name, value)),
            }
        }
        Ok(AskedOfCard { card, kpi, asked: Asked::from_pairs(rest)? })
    }
}

/// Refuses a KPI where it would not be used.
///
/// # Errors
/// One was given.
pub(super) fn takes_no_kpi(kpi: Option<&str>) -> Result<(), ApiError> {
    let Some(kpi) = kpi else { return Ok(()) };
    let mut problems = Problems::default();
    let help = Some("`/api/cascade` takes one".to_owned());
    complain("query", kpi, "unknown_field", "`kpi` cannot be asked of this".to_owned(), help, &mut problems);
    Err(problems.into_sorted().into())
}
