//! The strategy map of a card: objectives → factors → KPIs → operational metrics, each with its path to the promise.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use serde::Serialize;
use utoipa::ToSchema;

use crate::card::{MetricName, Scorecard};
use crate::definition::{Definition, Kpi, Level, PROPOSITIONS};
use crate::path;
use crate::status::Status;
use crate::tree::children;

/// A card as a map of why its figures are on it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Strategy {
    /// Name of the card.
    pub card: String,
    /// Title of the card.
    pub title: String,
    /// Whose card it is.
    pub level: Level,
    /// Name of the card above.
    pub parent: Option<String>,
    /// What the company promises its customers; may be empty.
    pub value_proposition: String,
    /// What it competes on, the largest share first.
    pub competes_on: Vec<CompetesOn>,
    /// What is to be achieved, with what is below it.
    pub objectives: Vec<ObjectiveBox>,
    /// KPIs that measure no factor.
    pub kpis: Vec<KpiBox>,
    /// The cards right below.
    pub children: Vec<ChildBox>,
}

/// One thing that is competed on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CompetesOn {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Its share, 0–1.
    pub share: f64,
}

/// What a box of the map is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxKind {
    /// What is to be achieved.
    Objective,
    /// What that depends on.
    Factor,
    /// A KPI.
    Kpi,
    /// An operational metric.
    Operational,
    /// A card below.
    Card,
}

/// An objective of the map.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ObjectiveBox {
    /// Identifier on the card.
    pub id: String,
    /// `objective`.
    pub kind: BoxKind,
    /// The sentence for people.
    pub name: String,
    /// Sentences from here to the promise.
    pub path: Vec<String>,
    /// What it depends on.
    pub factors: Vec<FactorBox>,
}

/// A factor of the map.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FactorBox {
    /// Identifier on the card.
    pub id: String,
    /// `factor`.
    pub kind: BoxKind,
    /// Name for people.
    pub name: String,
    /// Sentences from here to the promise.
    pub path: Vec<String>,
    /// KPIs that measure it.
    pub kpis: Vec<KpiBox>,
}

/// A KPI of the map.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct KpiBox {
    /// Identifier on the card.
    pub id: String,
    /// `kpi`.
    pub kind: BoxKind,
    /// Name for people.
    pub name: String,
    /// Metric id.
    pub metric: String,
    /// Where it stands against its target.
    pub status: Option<Status>,
    /// Sentences from here to the promise.
    pub path: Vec<String>,
    /// What moves it.
    pub operational: Vec<OperationalBox>,
}

/// An operational metric of the map.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OperationalBox {
    /// Metric id.
    pub id: String,
    /// `operational`.
    pub kind: BoxKind,
    /// Name for people.
    pub name: String,
    /// Sentences from here to the promise.
    pub path: Vec<String>,
}

/// A card below.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChildBox {
    /// Name of the card.
    pub id: String,
    /// `card`.
    pub kind: BoxKind,
    /// Its title.
    pub name: String,
    /// Whose card it is.
    pub level: Level,
}

/// The map of the card `name`, its KPIs with their status on `scorecard`; none where there is no such card.
pub fn strategy(
    cards: &BTreeMap<String, Definition>,
    catalogue: &Catalogue,
    name: &str,
    scorecard: &Scorecard,
) -> Option<Strategy> {
    let card = cards.get(name)?;
    let kpi_box = |kpi: &Kpi| KpiBox {
        id: kpi.id.clone(),
        kind: BoxKind::Kpi,
        name: kpi.name.clone(),
        metric: kpi.metric.clone(),
        status: scorecard.kpis.iter().find(|found| found.id == kpi.id).map(|found| found.status),
        path: path::of_kpi(cards, card, kpi),
        operational: (kpi.operational.iter())
            .map(|metric| OperationalBox {
                id: metric.clone(),
                kind: BoxKind::Operational,
                name: MetricName::of(metric, catalogue).name,
                path: path::of_operational(cards, catalogue, card, kpi, metric),
            })
            .collect(),
    };
    let of_factor = |id: &str| card.kpis.iter().filter(|kpi| kpi.factor.as_deref() == Some(id)).map(kpi_box).collect();
    let factors = |objective: &str| {
        let own = card.factors.iter().filter(|factor| factor.objective == objective);
        let own = own.map(|factor| FactorBox {
            id: factor.id.clone(),
            kind: BoxKind::Factor,
            name: factor.name.clone(),
            path: path::of_factor(cards, card, &factor.id),
            kpis: of_factor(&factor.id),
        });
        own.collect()
    };
    let mut competes_on: Vec<CompetesOn> = card
        .competes_on
        .iter()
        .map(|(id, share)| {
            let known = PROPOSITIONS.iter().find(|(known, _)| known == id);
            CompetesOn { id: id.clone(), name: known.map_or(id.as_str(), |(_, name)| name).to_owned(), share: *share }
        })
        .collect();
    competes_on.sort_by(|a, b| b.share.total_cmp(&a.share));
    Some(Strategy {
        card: name.to_owned(),
        title: card.title.clone(),
        level: card.level,
        parent: card.parent.as_ref().map(|parent| parent.value.clone()),
        value_proposition: card.value_proposition.clone(),
        competes_on,
        objectives: (card.objectives.iter())
            .map(|objective| ObjectiveBox {
                id: objective.id.clone(),
                kind: BoxKind::Objective,
                name: objective.name.clone(),
                path: path::of_objective(cards, card, &objective.id),
                factors: factors(&objective.id),
            })
            .collect(),
        kpis: card.kpis.iter().filter(|kpi| kpi.factor.is_none()).map(kpi_box).collect(),
        children: children(cards, name)
            .filter_map(|child| cards.get(child))
            .map(|child| ChildBox {
                id: child.name.clone(),
                kind: BoxKind::Card,
                name: child.title.clone(),
                level: child.level,
            })
            .collect(),
    })
}
