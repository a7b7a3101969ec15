//! Why a figure is measured: the path from a metric to what the company promises, in words.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use serde::Serialize;
use utoipa::ToSchema;

use crate::card::{MetricName, served};
use crate::definition::{Definition, Kpi, Role};
use crate::tree::ancestors;

/// One place on a card where a metric stands, and the path from there.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Why {
    /// Name of the card.
    pub card: String,
    /// Title of the card.
    pub title: String,
    /// What it is there.
    pub place: Place,
    /// Id of the KPI it is or moves, or of the gate.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Sentences from here to what the company promises.
    pub path: Vec<String>,
}

/// What a metric is on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A KPI.
    Kpi,
    /// An operational metric that moves a KPI.
    Operational,
    /// A gate.
    Gate,
}

/// Every place of `metric` on `cards`, the widest cards first: as a KPI, as what moves one, as a gate.
pub fn why(cards: &BTreeMap<String, Definition>, catalogue: &Catalogue, metric: &str) -> Vec<Why> {
    let mut sorted: Vec<&Definition> = cards.values().collect();
    sorted.sort_by_key(|card| (card.level, card.name.as_str()));
    let mut found = Vec::new();
    for card in sorted {
        let at = |place: Place, id: &str, name: &str, path: Vec<String>| Why {
            card: card.name.clone(),
            title: card.title.clone(),
            place,
            id: id.to_owned(),
            name: name.to_owned(),
            path,
        };
        for kpi in card.kpis.iter().filter(|kpi| kpi.metric == metric) {
            found.push(at(Place::Kpi, &kpi.id, &kpi.name, of_kpi(cards, card, kpi)));
        }
        for kpi in card.kpis.iter().filter(|kpi| kpi.operational.iter().any(|id| id == metric)) {
            found.push(at(Place::Operational, &kpi.id, &kpi.name, of_operational(cards, catalogue, card, kpi, metric)));
        }
        for gate in card.gates.iter().filter(|gate| gate.kpi.is_none() && gate.metric == metric) {
            let sentence =
                format!("Unless {} holds, the total of {} is capped.", quoted(&gate.name), quoted(&card.title));
            let path = std::iter::once(sentence).chain(to_promise(cards, card)).collect();
            found.push(at(Place::Gate, &gate.id, &gate.name, path));
        }
    }
    found
}

/// From an operational metric through the KPI it moves.
pub(crate) fn of_operational(
    cards: &BTreeMap<String, Definition>,
    catalogue: &Catalogue,
    card: &Definition,
    kpi: &Kpi,
    metric: &str,
) -> Vec<String> {
    let name = MetricName::of(metric, catalogue).name;
    let sentence = format!("{} moves {}.", quoted(&name), quoted(&kpi.name));
    std::iter::once(sentence).chain(of_kpi(cards, card, kpi)).collect()
}

/// From a KPI through its factor and objective, and through what it serves on the cards above.
pub(crate) fn of_kpi(cards: &BTreeMap<String, Definition>, card: &Definition, kpi: &Kpi) -> Vec<String> {
    let mut path = steps(card, kpi);
    let mut below = (card, kpi);
    for name in ancestors(cards, &card.name) {
        let Some(above) = cards.get(name) else { break };
        let Some(next) = served(below.1, above).and_then(|id| above.kpi(&id)) else {
            path.push(part_of(below.0, above));
            path.extend(to_promise(cards, above));
            return path;
        };
        path.push(format!("On {} it serves {}.", quoted(&above.title), quoted(&next.name)));
        path.extend(steps(above, next));
        below = (above, next);
    }
    path.extend(promise(below.0));
    path
}

/// From a KPI to the nearest objective and to what it serves above: as much as a line of a report has room for. Why the KPI
/// itself is on its card, and what the company promises, are said beside it.
pub(crate) fn in_short(cards: &BTreeMap<String, Definition>, card: &Definition, kpi: &Kpi) -> Vec<String> {
    let mut path = steps(card, &Kpi { why: None, ..kpi.clone() });
    let mut has_objective = kpi.factor.is_some();
    let mut below = (card, kpi);
    for name in ancestors(cards, &card.name) {
        let Some(above) = cards.get(name) else { break };
        let Some(next) = served(below.1, above).and_then(|id| above.kpi(&id)) else {
            path.push(part_of(below.0, above));
            break;
        };
        path.push(format!("On {} it serves {}.", quoted(&above.title), quoted(&next.name)));
        if !has_objective {
            path.extend(steps(above, next));
            has_objective = next.factor.is_some();
        }
        below = (above, next);
    }
    path
}

/// What the widest card above `card` promises.
pub(crate) fn promised(cards: &BTreeMap<String, Definition>, card: &Definition) -> Option<String> {
    let widest = ancestors(cards, &card.name).filter_map(|name| cards.get(name)).last();
    promise(widest.unwrap_or(card))
}

/// From a factor through its objective.
pub(crate) fn of_factor(cards: &BTreeMap<String, Definition>, card: &Definition, factor: &str) -> Vec<String> {
    factor_steps(card, factor).into_iter().chain(to_promise(cards, card)).collect()
}

/// From an objective to the promise.
pub(crate) fn of_objective(cards: &BTreeMap<String, Definition>, card: &Definition, objective: &str) -> Vec<String> {
    objective_steps(card, objective).into_iter().chain(to_promise(cards, card)).collect()
}

/// From a KPI to the objective on its own card.
fn steps(card: &Definition, kpi: &Kpi) -> Vec<String> {
    let name = quoted(&kpi.name);
    let mut path = Vec::new();
    match &kpi.factor {
        Some(id) => {
            let factor = card.factors.iter().find(|factor| factor.id == *id);
            let factor = factor.map_or(id.as_str(), |factor| factor.name.as_str());
            path.push(because(format!("{name} measures {}", quoted(factor)), kpi.why.as_deref()));
            path.extend(factor_steps(card, id));
        }
        None => {
            let role = match kpi.role {
                Role::Primary => "is a primary KPI",
                Role::Outcome => "is an outcome",
                Role::Driver => "is a driver",
                Role::Counter => "holds the balance",
            };
            let perspective = card.perspectives.iter().find(|one| one.id == kpi.perspective);
            let perspective = perspective.map_or(kpi.perspective.as_str(), |one| one.name.as_str());
            let sentence = format!("{name} {role} of {}, on {}", quoted(perspective), quoted(&card.title));
            path.push(because(sentence, kpi.why.as_deref()));
        }
    }
    path
}

fn factor_steps(card: &Definition, id: &str) -> Vec<String> {
    let Some(factor) = card.factors.iter().find(|factor| factor.id == id) else { return Vec::new() };
    let objective = card.objectives.iter().find(|objective| objective.id == factor.objective);
    let Some(objective) = objective else { return Vec::new() };
    let sentence = format!("{} depends on {}.", quoted(&objective.name), quoted(&factor.name));
    std::iter::once(sentence).chain(objective_steps(card, &objective.id)).collect()
}

fn objective_steps(card: &Definition, id: &str) -> Vec<String> {
    let objective = card.objectives.iter().find(|objective| objective.id == id);
    let sentence = objective.map(|objective| {
        because(
            format!("{} is an objective of {}", quoted(&objective.name), quoted(&card.title)),
            objective.why.as_deref(),
        )
    });
    sentence.into_iter().collect()
}

/// From a card through those above it to what the widest promises.
fn to_promise(cards: &BTreeMap<String, Definition>, card: &Definition) -> Vec<String> {
    let mut path = Vec::new();
    let mut below = card;
    for above in ancestors(cards, &card.name).filter_map(|name| cards.get(name)) {
        path.push(part_of(below, above));
        below = above;
    }
    path.extend(promise(below));
    path
}

fn part_of(below: &Definition, above: &Definition) -> String {
    format!("{} is a card below {}.", quoted(&below.title), quoted(&above.title))
}

/// What a card promises, where somebody wrote it down.
fn promise(card: &Definition) -> Option<String> {
    (!card.value_proposition.is_empty()).then(|| format!("The promise: {}", quoted(card.value_proposition.trim())))
}

fn because(sentence: String, why: Option<&str>) -> String {
    match why.map(|why| why.trim().trim_end_matches('.')).filter(|why| !why.is_empty()) {
        Some(why) => format!("{sentence}: {why}."),
        None => format!("{sentence}."),
    }
}

fn quoted(text: &str) -> String {
    format!("“{text}”")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{catalogue, named};

    const COMPANY: &str = r#"title = "Company scorecard"
value_proposition = "Right, fast, at a cost we can sustain."
[[objective]]
id = "once"
name = "Customers get it solved once"
why = "it is what they pay for"
[[factor]]
id = "authority"
name = "First-contact authority"
objective = "once"
[[perspective]]
id = "p"
name = "Satisfaction"
[[kpi]]
id = "csat"
metric = "csat_t2b"
name = "CSAT"
perspective = "p"
weight = 0.6
factor = "authority"
operational = ["dsat_rate"]
[[kpi]]
metric = "nps"
name = "NPS"
perspective = "p"
weight = 0.4
role = "outcome"
why = "Happy customers come back."
[[gate]]
metric = "critical_breaches"
name = "No breach"
at_most = 0
"#;
    const TEAM: &str = r#"title = "Billing"
value_proposition = "Bills people understand"
parent = "company"
[[perspective]]
id = "p"
name = "Satisfaction"
[[kpi]]
metric = "csat_t2b"
name = "CSAT of Billing"
perspective = "p"
weight = 0.5
operational = ["dsat_rate"]
[[kpi]]
metric = "transfer_rate"
name = "Transfers"
perspective = "p"
weight = 0.5
role = "driver"
"#;

    fn check(metric: &str, expected: &[(&str, Place, &[&str])]) {
        let cards: BTreeMap<String, Definition> =
            [("company", COMPANY), ("billing", TEAM)].map(|(name, text)| (name.to_owned(), named(name, text))).into();
        let found = why(&cards, &catalogue(), metric);
        let found: Vec<(&str, Place, Vec<&str>)> = found
            .iter()
            .map(|why| (why.card.as_str(), why.place, why.path.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<(&str, Place, Vec<&str>)> =
            expected.iter().map(|(card, place, path)| (*card, *place, path.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn paths_lead_to_the_promise() {
        let of_csat = [
            "“CSAT” measures “First-contact authority”.",
            "“Customers get it solved once” depends on “First-contact authority”.",
            "“Customers get it solved once” is an objective of “Company scorecard”: it is what they pay for.",
            "The promise: “Right, fast, at a cost we can sustain.”",
        ];
        let of_team = [
            "“CSAT of Billing” is a primary KPI of “Satisfaction”, on “Billing”.",
            "On “Company scorecard” it serves “CSAT”.",
        ];
        let whole: Vec<&str> = of_team.into_iter().chain(of_csat).collect();
        check("csat_t2b", &[("company", Place::Kpi, &of_csat), ("billing", Place::Kpi, &whole)]);
        let name = catalogue().get("dsat_rate").unwrap().name.clone();
        let first = [format!("“{name}” moves “CSAT”."), format!("“{name}” moves “CSAT of Billing”.")];
        let of_company: Vec<&str> = std::iter::once(first[0].as_str()).chain(of_csat).collect();
        let of_billing: Vec<&str> = std::iter::once(first[1].as_str()).chain(whole.iter().copied()).collect();
        check(
            "dsat_rate",
            &[("company", Place::Operational, &of_company), ("billing", Place::Operational, &of_billing)],
        );
        // no factor, a reason of its own
        check(
            "nps",
            &[(
                "company",
                Place::Kpi,
                &[
                    "“NPS” is an outcome of “Satisfaction”, on “Company scorecard”: Happy customers come back.",
                    "The promise: “Right, fast, at a cost we can sustain.”",
                ],
            )],
        );
        // nothing above is served
        check(
            "transfer_rate",
            &[(
                "billing",
                Place::Kpi,
                &[
                    "“Transfers” is a driver of “Satisfaction”, on “Billing”.",
                    "“Billing” is a card below “Company scorecard”.",
                    "The promise: “Right, fast, at a cost we can sustain.”",
                ],
            )],
        );
        check(
            "critical_breaches",
            &[(
                "company",
                Place::Gate,
                &[
                    "Unless “No breach” holds, the total of “Company scorecard” is capped.",
                    "The promise: “Right, fast, at a cost we can sustain.”",
                ],
            )],
        );
        check("aht", &[]);
    }
}
