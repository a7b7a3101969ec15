//! What people told, said, set going and decided that concerns a card.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;

use crate::chart::Pin;
use crate::definition::Definition;
use crate::initiative::{Decision, Initiative, InitiativeStatus};
use crate::review::{Kind, State, Subject};
use crate::tree::ancestors;

/// What people did, since the period of a report began, that concerns its card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deeds {
    /// What was announced, oldest first.
    pub announcements: Vec<Announced>,
    /// What was said, oldest first.
    pub comments: Vec<Said>,
    /// What is under way, planned, or ended since, the first begun first.
    pub initiatives: Vec<Undertaking>,
    /// What was decided, oldest first.
    pub decisions: Vec<Decided>,
    /// What was set going and decided at any time, for charts.
    pub pins: Vec<Pinned>,
}

/// What stands on the charts of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned {
    /// The metric.
    pub metric: String,
    /// When, and what.
    pub pin: Pin,
}

/// Something told to everybody concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    /// Its number, by which it is acknowledged.
    pub number: u64,
    /// When, by whom, about what.
    pub said: Said,
    /// Who acknowledged it, and on which day, in order.
    pub acknowledged: Vec<(String, Date)>,
}

/// Something said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The day.
    pub on: Date,
    /// Who.
    pub by: String,
    /// About what, as people call it.
    pub about: String,
    /// What.
    pub text: String,
}

/// An initiative, with what it moves as people call it.
#[derive(Clone, Debug, PartialEq)]
pub struct Undertaking {
    /// The initiative.
    pub initiative: Initiative,
    /// Its KPI.
    pub about: String,
}

/// A decision, with what it is about as people call it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// Its KPIs, and the objective it serves.
    pub about: String,
}

/// Where deeds are looked for.
#[derive(Clone, Copy, Debug)]
pub struct DeedSources<'a> {
    /// Whose day an entry is of.
    pub organisation: &'a Organisation,
    /// Metrics.
    pub catalogue: &'a Catalogue,
    /// The card.
    pub definition: &'a Definition,
    /// Every card, by name.
    pub cards: &'a BTreeMap<String, Definition>,
    /// What the journal amounts to.
    pub state: &'a State,
    /// Every initiative, by id.
    pub initiatives: &'a BTreeMap<String, Initiative>,
    /// Every decision, by id.
    pub decisions: &'a BTreeMap<String, Decision>,
    /// The teams that the report is held to; none for all.
    pub teams: &'a [String],
    /// The first day of its period.
    pub since: Date,
}

/// What concerns the card: about itself and the cards above and below it, about the metrics on it, and what affects its
/// teams.
pub fn deeds(sources: &DeedSources<'_>) -> Deeds {
    let scope = Scope::of(sources);
    let day = |at: Instant| sources.organisation.date_of(at);
    let said = |at: Instant, by: &str, subject: &Subject, text: &str| Said {
        on: day(at),
        by: by.to_owned(),
        about: scope.called(subject),
        text: text.to_owned(),
    };
    let announcements = sources.state.announcements();
    let announcements = announcements.filter(|(_, one)| day(one.at) >= sources.since && scope.concerns(&one.subject));
    let comments = sources.state.subjects().filter(|(subject, _)| scope.concerns(subject));
    let comments =
        comments.flat_map(|(subject, history)| history.comments.iter().map(move |comment| (subject, comment)));
    let mut comments: Vec<_> = comments.filter(|(_, comment)| day(comment.at) >= sources.since).collect();
    comments.sort_by_key(|(_, comment)| comment.number);
    let mut initiatives: Vec<Undertaking> = sources
        .initiatives
        .values()
        .filter(|one| scope.initiatives.contains(one.id.as_str()) && !is_over(one, sources.since))
        .map(|one| Undertaking { initiative: one.clone(), about: scope.kpi(&one.card, &one.kpi, &one.metric) })
        .collect();
    initiatives.sort_by_key(|one| one.initiative.start);
    let is_about = |one: &&Decision| {
        let of_initiative = one.initiative.as_ref().is_some_and(|id| scope.initiatives.contains(id.as_str()));
        let of_objective = one.objective.is_some() && one.card == sources.definition.name;
        let of_metric = one.metrics.iter().any(|metric| scope.metrics.contains(metric));
        one.date >= sources.since && (of_initiative || of_objective || of_metric)
    };
    let mut decisions: Vec<Decided> = sources
        .decisions
        .values()
        .filter(is_about)
        .map(|one| {
            let about = one.kpis.iter().zip(&one.metrics).map(|(kpi, metric)| scope.kpi(&one.card, kpi, metric));
            let about = about.chain(one.objective.as_ref().map(|id| scope.objective(&one.card, id)));
            Decided { decision: one.clone(), about: about.collect::<Vec<_>>().join(", ") }
        })
        .collect();
    decisions.sort_by_key(|one| one.decision.date);
    let begun = sources.initiatives.values().filter(|one| scope.initiatives.contains(one.id.as_str()));
    let begun = begun.map(|one| pinned(&one.metric, one.start, &one.name));
    let decided = sources.decisions.values();
    let decided = decided.flat_map(|one| one.metrics.iter().map(|metric| pinned(metric, one.date, &one.text)));
    let pins = begun.chain(decided).collect();
    Deeds {
        announcements: announcements
            .map(|(number, one)| Announced {
                number,
                said: said(one.at, &one.by, &one.subject, &one.text),
                acknowledged: one.acknowledged.iter().map(|(name, at)| (name.clone(), day(*at))).collect(),
            })
            .collect(),
        comments: comments
            .into_iter()
            .map(|(subject, comment)| said(comment.at, &comment.by, subject, &comment.text))
            .collect(),
        initiatives,
        decisions,
        pins,
    }
}

fn pinned(metric: &str, on: Date, name: &str) -> Pinned {
    Pinned { metric: metric.to_owned(), pin: Pin { on, name: name.to_owned() } }
}

/// Whether it had ended before the day `since`.
fn is_over(initiative: &Initiative, since: Date) -> bool {
    let has_ended = matches!(initiative.status, InitiativeStatus::Done | InitiativeStatus::Stopped);
    has_ended && initiative.end.is_some_and(|end| end < since)
}

/// What a card is concerned with.
struct Scope<'a> {
    sources: &'a DeedSources<'a>,
    /// The card and those above and below it.
    family: BTreeSet<&'a str>,
    /// The metrics of its KPIs, of its gates, and those that move them.
    metrics: BTreeSet<&'a String>,
    /// The initiatives that are to move one of them, or are for a card of the family, and affect its teams.
    initiatives: BTreeSet<&'a str>,
}

impl<'a> Scope<'a> {
    fn of(sources: &'a DeedSources<'a>) -> Scope<'a> {
        let (definition, cards) = (sources.definition, sources.cards);
        let own = definition.name.as_str();
        let below = cards.keys().map(String::as_str).filter(|name| ancestors(cards, name).any(|above| above == own));
        let family: BTreeSet<&str> = ancestors(cards, own).chain(below).chain([own]).collect();
        let of_kpis = definition.kpis.iter().flat_map(|kpi| kpi.operational.iter().chain([&kpi.metric]));
        let of_gates = definition.gates.iter().map(|gate| &gate.metric);
        let others = definition.operational.iter().map(|one| &one.metric);
        let metrics: BTreeSet<&String> = of_kpis.chain(of_gates).chain(others).collect();
        let affects = |one: &Initiative| {
            let is_everybody = one.teams.is_empty() || sources.teams.is_empty();
            is_everybody || one.teams.iter().any(|team| sources.teams.contains(team))
        };
        let initiatives = sources.initiatives.values().filter(|one| affects(one));
        let initiatives = initiatives.filter(|one| metrics.contains(&one.metric) || family.contains(one.card.as_str()));
        let initiatives = initiatives.map(|one| one.id.as_str()).collect();
        Scope { sources, family, metrics, initiatives }
    }

    fn concerns(&self, subject: &Subject) -> bool {
        match subject.kind {
            Kind::Metric => self.metrics.contains(&subject.id),
            Kind::Card => self.family.contains(subject.id.as_str()),
            Kind::Initiative => self.initiatives.contains(subject.id.as_str()),
            Kind::Kpi | Kind::Target => {
                let Some(card) = subject.card.as_deref().filter(|card| self.family.contains(card)) else {
                    return false;
                };
                // of another card only what is measured here, too
                let metric = self.sources.cards.get(card).and_then(|card| card.kpi(&subject.id)).map(|kpi| &kpi.metric);
                card == self.sources.definition.name || metric.is_some_and(|metric| self.metrics.contains(metric))
            }
        }
    }

    /// As people call it: by its name, and that of its card where it is another's.
    fn called(&self, subject: &Subject) -> String {
        let Subject { kind, id, card } = subject;
        let name = match (kind, card) {
            (Kind::Kpi, Some(card)) => Some(self.kpi(card, id, id)),
            (Kind::Target, Some(card)) => Some(format!("the target of {}", self.kpi(card, id, id))),
            (Kind::Card, _) => self.sources.cards.get(id).map(|card| card.title.clone()),
            (Kind::Initiative, _) => self.sources.initiatives.get(id).map(|one| one.name.clone()),
            (Kind::Metric, _) => self.sources.catalogue.get(id).map(|metric| metric.name.clone()),
            (Kind::Kpi | Kind::Target, None) => None,
        };
        name.unwrap_or_else(|| id.clone())
    }

    /// The KPI `id` on `card`, or else the metric.
    fn kpi(&self, card: &str, id: &str, metric: &str) -> String {
        let found = self.sources.cards.get(card).and_then(|card| Some((card, card.kpi(id)?)));
        match found {
            Some((card, kpi)) if card.name == self.sources.definition.name => kpi.name.clone(),
            Some((card, kpi)) => format!("{} ({})", kpi.name, card.title),
            None => self.sources.catalogue.get(metric).map_or_else(|| id.to_owned(), |metric| metric.name.clone()),
        }
    }

    /// The name of an objective of a card.
    fn objective(&self, card: &str, id: &str) -> String {
        let objectives = self.sources.cards.get(card).into_iter().flat_map(|card| &card.objectives);
        let name = objectives.filter(|one| one.id == id).map(|one| one.name.clone()).next();
        name.unwrap_or_else(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests;
