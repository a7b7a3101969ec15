//! What a card says of why its figures are on it.

use catalogue::Catalogue;
use serde::Serialize;
use utoipa::ToSchema;

use crate::definition::{Factor, LeftOut, Objective, Pair};

/// What is to be achieved.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Objective)]
pub struct CardObjective {
    /// Identifier, by which factors name it.
    pub id: String,
    /// The sentence for people.
    pub name: String,
    /// Why it serves the value proposition.
    pub why: Option<String>,
}

impl From<&Objective> for CardObjective {
    fn from(one: &Objective) -> Self {
        CardObjective { id: one.id.clone(), name: one.name.clone(), why: one.why.clone() }
    }
}

/// A critical success factor: what has to go right for an objective to be achieved.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Factor)]
pub struct CardFactor {
    /// Identifier, by which KPIs name it.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of its objective.
    pub objective: String,
}

impl From<&Factor> for CardFactor {
    fn from(one: &Factor) -> Self {
        CardFactor { id: one.id.clone(), name: one.name.clone(), objective: one.objective.clone() }
    }
}

/// Two KPIs that pull against each other.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Pair)]
pub struct CardPair {
    /// Ids of the two KPIs.
    pub kpis: [String; 2],
    /// Id of the one that wins.
    pub wins: String,
    /// When it does, in words; null for always.
    pub when: Option<String>,
}

impl From<&Pair> for CardPair {
    fn from(one: &Pair) -> Self {
        CardPair { kpis: one.kpis.clone(), wins: one.wins.clone(), when: one.when.clone() }
    }
}

/// A KPI that the card would have, were there data for it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = LeftOut)]
pub struct CardLeftOut {
    /// Metric id.
    pub kpi: String,
    /// Name of the metric; its id where there is no definition of it.
    pub name: String,
    /// Kinds of record it needs.
    pub needs: Vec<String>,
}

impl CardLeftOut {
    pub(super) fn of(one: &LeftOut, catalogue: &Catalogue) -> Self {
        let name = MetricName::of(&one.kpi, catalogue).name;
        CardLeftOut { kpi: one.kpi.clone(), name, needs: one.needs.clone() }
    }
}

/// A metric by its id and its name for people.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MetricName {
    /// Metric id.
    pub metric: String,
    /// Name for people; the id of one whose file has errors.
    pub name: String,
}

impl MetricName {
    pub(crate) fn of(id: &str, catalogue: &Catalogue) -> Self {
        let name = catalogue.get(id).map_or_else(|| id.to_owned(), |metric| metric.name.clone());
        MetricName { metric: id.to_owned(), name }
    }
}
