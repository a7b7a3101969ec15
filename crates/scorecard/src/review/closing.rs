//! Closed periods: what the card said when the books were closed, and what it says now.

use catalogue::Catalogue;
use catalogue::answer::Quality;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::approval::{approval, is_regulated};
use super::event::Archived;
use super::state::State;
use super::subject::Kind;
use super::text::{card_texts, metric_text};
use crate::card::{Card, Scorecard};
use crate::definition::Definition;
use crate::gate::CardGate;
use crate::words;

/// The answers of a card over a period that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// Data was loaded through this time.
    pub watermark: Option<Instant>,
    /// What was not settled yet; closed nevertheless, and so provisional.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settling: Vec<String>,
    /// Why it was closed again, where it had been closed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The total, where there was one.
    #[serde(default)]
    pub total: Option<f64>,
    /// One a KPI, in the order of the card.
    pub figures: Vec<Figure>,
    /// What had to hold whatever the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<ClosedGate>,
    /// The definitions they were counted under, which were not kept before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archived: Vec<Archived>,
}

/// What a KPI stood at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Id on the card.
    pub kpi: String,
    /// Metric id.
    pub metric: String,
    /// Version of its definition.
    pub version: u32,
    /// Hash of its definition.
    pub definition: String,
    /// Variant asked for.
    #[serde(default)]
    pub variant: Option<String>,
    /// Which of its statistics.
    pub statistic: String,
    /// Unit of its values.
    pub unit: String,
    /// The figure; none where there was none.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// What was counted above the line.
    #[serde(default)]
    pub numerator: Option<f64>,
    /// What was counted below the line.
    #[serde(default)]
    pub denominator: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    #[serde(default)]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(default)]
    pub high: Option<f64>,
    /// Whether it could be relied on.
    pub quality: Quality,
    /// Where it stood against its target, in words.
    pub status: String,
    /// What it was held against, as the card shows it.
    #[serde(default)]
    pub target: Option<Value>,
}

/// How a gate stood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosedGate {
    /// Id on the card.
    pub id: String,
    /// Metric id.
    pub metric: String,
    /// Hash of its definition.
    pub definition: String,
    /// `red`, `green` or `unknown`.
    pub status: String,
    /// The figure; none where there was none.
    pub value: Option<f64>,
    /// The number it must not be beyond.
    pub limit: f64,
}

/// How a period was closed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClosedPeriod {
    /// The day it was closed.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Who closed it.
    pub by: String,
    /// Whether something was not settled then.
    pub provisional: bool,
    /// The total then; null where there was none.
    pub total: Option<f64>,
}

/// What a figure was when its period was closed, where it is another now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Restated {
    /// The value then; null where there was none.
    pub closed_value: Option<f64>,
    /// The day the period was closed.
    #[schema(value_type = String, format = Date)]
    pub closed_on: Date,
    /// Who closed it.
    pub closed_by: String,
    /// How many it was of then.
    pub closed_n: u64,
    /// Whether the definition has changed since; otherwise records have come in, or were corrected.
    pub definition_changed: bool,
}

impl Closed {
    /// What was done, in words.
    pub(super) fn sentence(&self) -> String {
        let how = if self.settling.is_empty() { "closed" } else { "closed provisionally" };
        let reason = self.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{how} {}{reason}", words::days(self.from, self.to))
    }
}

/// The answers on `card` to close its range with; `settling` says in words what is not settled at `now`, where anything
/// is not: days that are still to come, data that is not loaded to the end, figures that late answers still change.
pub fn close(card: &Scorecard, catalogue: &Catalogue, organisation: &Organisation, now: Instant) -> Closed {
    let mut settling = Vec::new();
    let end = organisation.start_of(card.range.to);
    if now < end {
        settling.push(format!("the period goes on through {}", last_day(card.range.to)));
    } else if card.watermark.is_none_or(|watermark| watermark < end) {
        settling.push(match card.watermark {
            Some(watermark) => format!("data is loaded through {} only", words::time(watermark, &organisation.zone)),
            None => "no data is loaded".to_owned(),
        });
    }
    let young = card.kpis.iter().filter(|kpi| matches!(kpi.quality, Quality::Settling | Quality::Provisional));
    settling.extend(young.map(|kpi| {
        let why = if kpi.quality == Quality::Settling { "late answers are not in yet" } else { "provisional" };
        format!("{}: {why}", kpi.name)
    }));
    let figures = card.kpis.iter().map(|kpi| figure(kpi, catalogue)).collect();
    Closed {
        from: card.range.from,
        to: card.range.to,
        watermark: card.watermark,
        settling,
        reason: None,
        total: card.total.score,
        figures,
        gates: card.gates.iter().map(|gate| closed_gate(gate, catalogue)).collect(),
        archived: Vec::new(),
    }
}

fn last_day(to: Date) -> Date {
    to.yesterday().unwrap_or(to)
}

/// Hash of the definition of a metric; empty where it has none without errors.
fn definition_hash(metric: &str, catalogue: &Catalogue) -> String {
    catalogue.get(metric).map_or_else(String::new, |metric| metric_text(metric).hash)
}

fn closed_gate(gate: &CardGate, catalogue: &Catalogue) -> ClosedGate {
    ClosedGate {
        id: gate.id.clone(),
        metric: gate.metric.clone(),
        definition: definition_hash(&gate.metric, catalogue),
        status: gate.status.name().to_owned(),
        value: gate.value,
        limit: gate.limit,
    }
}

fn figure(kpi: &Card, catalogue: &Catalogue) -> Figure {
    Figure {
        kpi: kpi.id.clone(),
        metric: kpi.metric.clone(),
        version: catalogue.get(&kpi.metric).map_or(0, |metric| metric.version),
        definition: definition_hash(&kpi.metric, catalogue),
        variant: kpi.variant.clone(),
        statistic: kpi.statistic.clone(),
        unit: kpi.unit.name().to_owned(),
        value: kpi.value,
        n: kpi.n,
        numerator: kpi.numerator,
        denominator: kpi.denominator,
        low: kpi.low,
        high: kpi.high,
        quality: kpi.quality,
        status: kpi.status.words().to_owned(),
        target: kpi.target.as_ref().and_then(|target| serde_json::to_value(target).ok()),
    }
}

/// What the journal says about the card of `definition`: whether it and each of its KPIs is approved, and, where its days
/// are a period that was closed, what each figure was then and is no more. A card held to other values than its file
/// says is another's, and was not closed.
pub fn place(
    card: &mut Scorecard,
    definition: &Definition,
    second_person: bool,
    state: &State,
    catalogue: &Catalogue,
    organisation: &Organisation,
) {
    let name = definition.name.as_str();
    let second_person = second_person || is_regulated(definition);
    for text in card_texts(name, definition) {
        let stands = || approval(state, &text.subject, &text.hash, second_person, definition.status, organisation);
        match text.subject.kind {
            Kind::Card => card.approval = Some(stands()),
            Kind::Kpi => {
                let of_it = card.kpis.iter_mut().filter(|kpi| kpi.id == text.subject.id);
                of_it.for_each(|kpi| kpi.approval = Some(stands()));
            }
            Kind::Metric | Kind::Target | Kind::Initiative => {}
        }
    }
    let Some(closing) = state.closing(name, card.range.from, card.range.to) else { return };
    if card.only != definition.held_to() {
        return;
    }
    let on = organisation.date_of(closing.at);
    let provisional = !closing.closed.settling.is_empty();
    card.closed = Some(ClosedPeriod { on, by: closing.by.clone(), provisional, total: closing.closed.total });
    for kpi in &mut card.kpis {
        let Some(then) = closing.closed.figures.iter().find(|figure| figure.kpi == kpi.id) else { continue };
        let now = figure(kpi, catalogue);
        if !is_same(then, &now) {
            kpi.restated = Some(Restated {
                closed_value: then.value,
                closed_on: on,
                closed_by: closing.by.clone(),
                closed_n: then.n,
                definition_changed: then.definition != now.definition,
            });
        }
    }
}

/// Whether a figure is what it was, up to the last digit that floating point can be trusted with.
fn is_same(then: &Figure, now: &Figure) -> bool {
    let close = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    };
    let asked = |figure: &Figure| (figure.metric.clone(), figure.variant.clone(), figure.statistic.clone());
    // another figure under the same id is no restatement of it
    asked(then) != asked(now)
        || (close(then.value, now.value)
            && then.n == now.n
            && close(then.numerator, now.numerator)
            && close(then.denominator, now.denominator))
}
