//! Closed periods: what the card said when the books were closed, and what it says now.

mod settling;
mod since;

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::Quality;
use catalogue::metric::Unit;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::approval::{approval, retired_definitions, to_sign};
use super::event::Archived;
use super::state::{Closing, State};
use super::subject::{Kind, Subject};
use super::text::{card_texts, definitions, metric_text};
use crate::card::{Card, Scorecard};
use crate::definition::Definition;
use crate::gate::{Bound, CardGate};
use crate::words;
pub use settling::Behind;
use settling::settling;
use since::between;
pub use since::{SinceClosed, SinceOf, since};

/// The answers of a card over a period that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// What the card was held to; not kept by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<BTreeMap<String, Vec<Option<String>>>>,
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
    /// Hash of the working hours and holidays they were counted under; not kept by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
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
    /// What is kept since versions that tell more of it; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<More>,
}

/// What else decides over a figure and what is made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct More {
    /// Name for people.
    pub name: String,
    /// Parameters set on the card.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The filter set on the card.
    #[serde(default)]
    pub filter: Option<String>,
    /// Hash over its definition and those of all it is made of.
    pub made_of: String,
    /// Its share of the card.
    pub weight: f64,
    /// Why there is no figure, where there is none and the card says why.
    #[serde(default)]
    pub reason: Option<String>,
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
    /// Name for people; not kept by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sample size; not kept by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// What is kept since versions that tell more of it; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<GateMore>,
}

/// What a gate's figure was asked as, and which side of its limit was red.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateMore {
    /// `at_most` or `at_least`.
    pub bound: String,
    /// Unit of figure and limit.
    pub unit: String,
    /// Which of the metric's statistics.
    pub statistic: String,
    /// Variant asked for.
    #[serde(default)]
    pub variant: Option<String>,
    /// Parameters set on the card.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The filter set on the card.
    #[serde(default)]
    pub filter: Option<String>,
    /// Hash over its definition and those of all it is made of.
    pub made_of: String,
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
    /// Why it was closed again, where it had been closed before.
    pub reason: Option<String>,
    /// The total then; null where there was none.
    pub total: Option<f64>,
    /// What each KPI stood at then, in the order of the card of then; also those that are another figure by now, or are no
    /// longer on the card.
    pub figures: Vec<ClosedFigure>,
    /// How it had been closed before that, the first time first: a figure that people have seen stays known.
    pub earlier: Vec<EarlierClose>,
    /// What is otherwise now: figures, and what they are judged by. KPIs in the order of the card, then gates.
    pub changed: Vec<SinceClosed>,
    /// Whether the files of working hours and holidays say something else than when it was closed: what is counted in hours
    /// of business may be otherwise for that.
    pub hours_changed: bool,
}

impl ClosedPeriod {
    /// Says whether the working hours with the hash `now` are others than those that `closing` was closed under; of what an
    /// earlier version closed that is not known.
    pub fn compare_hours(&mut self, closing: &Closing, now: &str) {
        self.hours_changed = closing.closed.hours.as_deref().is_some_and(|then| then != now);
    }

    /// What is otherwise of something since.
    pub(crate) fn since(&self, of: SinceOf, id: &str) -> Option<&SinceClosed> {
        self.changed.iter().find(|one| one.of == of && one.id == id)
    }

    /// What a KPI stood at.
    pub(crate) fn figure(&self, kpi: &str) -> Option<&ClosedFigure> {
        self.figures.iter().find(|figure| figure.kpi == kpi)
    }
}

/// How a period had been closed before it was closed again.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EarlierClose {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Who closed it.
    pub by: String,
    /// Whether something was not settled then.
    pub provisional: bool,
    /// Why it was closed again then; null of the first time.
    pub reason: Option<String>,
    /// The total then; null where there was none.
    pub total: Option<f64>,
    /// What each KPI of the card stood at, in its order; without those that were another figure or not on the card.
    pub figures: Vec<ClosedFigure>,
    /// What was otherwise the next time it was closed.
    pub changed: Vec<SinceClosed>,
}

/// What a KPI stood at when its period was closed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClosedFigure {
    /// Id of the KPI.
    pub kpi: String,
    /// Its name for people.
    pub name: String,
    /// Id of its metric.
    pub metric: String,
    /// Its value; null where there was none.
    pub value: Option<f64>,
    /// Unit of its value.
    pub unit: Unit,
    /// How many it was of.
    pub n: u64,
    /// Whether the card has this figure now, whatever it stands at: the same statistic of the same metric and variant.
    pub is_on_card: bool,
}

impl EarlierClose {
    /// What a KPI stood at then.
    pub(crate) fn figure(&self, kpi: &str) -> Option<&ClosedFigure> {
        self.figures.iter().find(|figure| figure.kpi == kpi)
    }
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
    /// Whether its definition, or one that it is made of, has changed since.
    pub definition_changed: bool,
    /// Whether its parameters or its filter on the card have, or what the card is held to. Where neither has, records have
    /// come in, or were corrected.
    pub asked_changed: bool,
}

impl Closed {
    /// Whether the card was held to something else; not known of what an earlier version kept.
    fn is_held_otherwise(&self, now: &Closed) -> bool {
        self.only.as_ref().zip(now.only.as_ref()).is_some_and(|(then, now)| then != now)
    }

    /// What was done, in words.
    pub(super) fn sentence(&self) -> String {
        let how = if self.settling.is_empty() { "closed" } else { "closed provisionally" };
        let total = self
            .total
            .map_or_else(String::new, |total| format!(", total {}", words::figure(Some(total), Unit::Points)));
        let reason = self.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{how} {}{total}{reason}", words::days(self.from, self.to))
    }
}

/// The answers on `card` to close its range with, and what is not settled at `now`, where sources are `behind`.
pub fn close(
    card: &Scorecard,
    definition: &Definition,
    catalogue: &Catalogue,
    organisation: &Organisation,
    behind: &[Behind],
    now: Instant,
) -> Closed {
    Closed { settling: settling(card, organisation, behind, now), ..standing(card, definition, catalogue) }
}

/// What a card says of its range now.
fn standing(card: &Scorecard, definition: &Definition, catalogue: &Catalogue) -> Closed {
    Closed {
        from: card.range.from,
        to: card.range.to,
        only: Some(card.only.clone()),
        watermark: card.watermark,
        settling: Vec::new(),
        reason: None,
        total: card.total.score,
        figures: card.kpis.iter().map(|kpi| figure(kpi, definition, catalogue)).collect(),
        gates: card.gates.iter().map(|gate| closed_gate(gate, definition, catalogue)).collect(),
        archived: Vec::new(),
        hours: None,
    }
}

/// Hash of the definition of a metric; empty where it has none without errors.
fn definition_hash(metric: &str, catalogue: &Catalogue) -> String {
    catalogue.get(metric).map_or_else(String::new, |metric| metric_text(metric).hash)
}

fn closed_gate(gate: &CardGate, definition: &Definition, catalogue: &Catalogue) -> ClosedGate {
    let asked = definition.gates.iter().find(|asked| asked.id == gate.id);
    ClosedGate {
        id: gate.id.clone(),
        metric: gate.metric.clone(),
        definition: definition_hash(&gate.metric, catalogue),
        status: gate.status.name().to_owned(),
        value: gate.value,
        limit: gate.limit,
        name: Some(gate.name.clone()),
        n: Some(gate.n),
        more: asked.map(|asked| GateMore {
            bound: bound_name(gate.bound).to_owned(),
            unit: gate.unit.name().to_owned(),
            statistic: asked.statistic.clone(),
            variant: asked.variant.clone(),
            parameters: asked.parameters.clone(),
            filter: asked.filter.as_ref().map(|filter| filter.value.clone()),
            made_of: made_of(&gate.metric, catalogue),
        }),
    }
}

pub(super) fn bound_name(bound: Bound) -> &'static str {
    match bound {
        Bound::AtMost => "at_most",
        Bound::AtLeast => "at_least",
    }
}

/// Whether closing with `now` what was closed with `then` keeps nothing new: the figures and what they are judged by are
/// the same, and so is all they were counted under.
pub fn is_unchanged(then: &Closed, now: &Closed, card: &Scorecard) -> bool {
    let is_kept = |now: &Figure| {
        let then = then.figures.iter().find(|then| then.kpi == now.kpi);
        then.is_some_and(|then| then.more.is_some() && !then.is_defined_otherwise(now) && !then.is_asked_otherwise(now))
    };
    since(then, now, card).is_empty()
        && is_close(then.total, now.total)
        && then.settling == now.settling
        && then.only.is_some()
        && now.figures.iter().all(is_kept)
}

/// Hash over the definitions of a metric and of all it is made of, whichever come first.
pub(super) fn made_of(metric: &str, catalogue: &Catalogue) -> String {
    let all: String = definitions(metric, catalogue).into_iter().map(|(id, hash)| format!("{id} {hash}\n")).collect();
    blake3::hash(all.as_bytes()).to_hex().to_string()
}

fn figure(kpi: &Card, definition: &Definition, catalogue: &Catalogue) -> Figure {
    let asked = definition.kpi(&kpi.id);
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
        more: Some(More {
            name: kpi.name.clone(),
            parameters: asked.map(|asked| asked.parameters.clone()).unwrap_or_default(),
            filter: asked.and_then(|asked| asked.filter.as_ref()).map(|filter| filter.value.clone()),
            made_of: made_of(&kpi.metric, catalogue),
            weight: kpi.weight,
            reason: kpi.reason.clone(),
        }),
    }
}

/// What the journal says about the card of `definition`: whether it and each of its KPIs is approved, and, where its days
/// are a period that was closed, what each figure was then and is no more. A card held to other values than its file
/// says is another's, and was not closed. `takes_two` says of the card and of each KPI whether it takes two people to
/// approve it.
pub fn place(
    card: &mut Scorecard,
    definition: &Definition,
    takes_two: impl Fn(&Subject) -> bool,
    state: &State,
    catalogue: &Catalogue,
    organisation: &Organisation,
) {
    let name = definition.name.as_str();
    for text in card_texts(name, definition) {
        let stands = || approval(state, &text, takes_two(&text.subject), definition.status, organisation);
        match text.subject.kind {
            Kind::Card => card.approval = Some(stands()),
            Kind::Kpi => {
                let of_it = card.kpis.iter_mut().filter(|kpi| kpi.id == text.subject.id);
                of_it.for_each(|kpi| kpi.approval = Some(stands()));
            }
            Kind::Metric | Kind::Target | Kind::Initiative => {}
        }
    }
    card.to_sign = to_sign(card, definition, takes_two(&Subject::card(name)), state);
    card.retired_definitions = retired_definitions(card, state, organisation);
    let closings = state.closings_of(name, card.range.from, card.range.to);
    let Some(closing) = closings.last() else { return };
    if card.only != definition.held_to() {
        return;
    }
    let on = organisation.date_of(closing.at);
    let provisional = !closing.closed.settling.is_empty();
    let now = standing(card, definition, catalogue);
    let is_held_otherwise = closing.closed.is_held_otherwise(&now);
    for (kpi, now) in card.kpis.iter_mut().zip(&now.figures) {
        let Some(then) = closing.closed.figures.iter().find(|figure| figure.kpi == kpi.id) else { continue };
        // another figure under the same id is no restatement of it
        if then.is_asked_as(now) && !then.says(now) {
            kpi.restated = Some(Restated {
                closed_value: then.value,
                closed_on: on,
                closed_by: closing.by.clone(),
                closed_n: then.n,
                definition_changed: then.is_defined_otherwise(now),
                asked_changed: then.is_asked_otherwise(now) || is_held_otherwise,
            });
        }
    }
    card.closed = Some(ClosedPeriod {
        on,
        by: closing.by.clone(),
        provisional,
        reason: closing.closed.reason.clone(),
        total: closing.closed.total,
        figures: closing.closed.figures.iter().map(|figure| closed_figure(figure, &now)).collect(),
        earlier: closings.windows(2).filter_map(|pair| earlier(pair, &now, card, organisation)).collect(),
        changed: since(&closing.closed, &now, card),
        hours_changed: false,
    });
}

/// How a period was closed, and what was otherwise when it was closed the next time.
fn earlier(pair: &[Closing], now: &Closed, card: &Scorecard, organisation: &Organisation) -> Option<EarlierClose> {
    let [first, next] = pair else { return None };
    let then = &first.closed;
    let figures = now.figures.iter().filter_map(|figure| {
        let then = then.figures.iter().find(|then| then.kpi == figure.kpi && then.is_asked_as(figure))?;
        Some(closed_figure(then, now))
    });
    Some(EarlierClose {
        on: organisation.date_of(first.at),
        by: first.by.clone(),
        provisional: !then.settling.is_empty(),
        reason: then.reason.clone(),
        total: then.total,
        figures: figures.collect(),
        changed: between(then, &next.closed, card),
    })
}

/// What `figure` of a close stood at, beside the card as it is `now`.
fn closed_figure(figure: &Figure, now: &Closed) -> ClosedFigure {
    ClosedFigure {
        kpi: figure.kpi.clone(),
        name: figure.name().to_owned(),
        metric: figure.metric.clone(),
        value: figure.value,
        unit: figure.unit(),
        n: figure.n,
        is_on_card: now.figures.iter().any(|now| now.kpi == figure.kpi && figure.is_asked_as(now)),
    }
}

impl Figure {
    /// Its name for people.
    fn name(&self) -> &str {
        self.more.as_ref().map_or(self.kpi.as_str(), |more| more.name.as_str())
    }

    /// Unit of its values.
    fn unit(&self) -> Unit {
        Unit::parse(&self.unit).unwrap_or(Unit::Points)
    }

    /// Why there is nothing to keep of it, as `Net Promoter Score: no data`; none where there is a figure.
    pub fn lack(&self) -> Option<String> {
        let more = self.more.as_ref();
        let name = self.name();
        let reason = more.and_then(|more| more.reason.as_deref());
        let why = match (reason, self.quality) {
            (Some(reason), _) => reason.to_owned(),
            (None, Quality::Suppressed) => format!("too few to show, n {}", words::count(self.n)),
            (None, Quality::Withheld) => "withheld, being about too few people".to_owned(),
            (None, quality) => words::quality(quality).to_owned(),
        };
        self.value.is_none().then(|| format!("{name}: {why}"))
    }

    /// Whether it is the same figure of the same metric.
    fn is_asked_as(&self, now: &Figure) -> bool {
        (&self.metric, &self.variant, &self.statistic) == (&now.metric, &now.variant, &now.statistic)
    }

    /// Whether it is what it was. Of a figure made of others an earlier version kept no line.
    fn says(&self, now: &Figure) -> bool {
        let kept = |then: Option<f64>, now: Option<f64>| then.is_none() || is_close(then, now);
        is_close(self.value, now.value)
            && self.n == now.n
            && kept(self.numerator, now.numerator)
            && kept(self.denominator, now.denominator)
    }

    /// Whether its definition is another, or one that it is made of.
    fn is_defined_otherwise(&self, now: &Figure) -> bool {
        match (&self.more, &now.more) {
            (Some(then), Some(now)) => then.made_of != now.made_of,
            _ => self.definition != now.definition,
        }
    }

    /// Whether it is asked with other parameters or another filter; not known of what an earlier version kept.
    fn is_asked_otherwise(&self, now: &Figure) -> bool {
        let asked = |more: &More| (more.parameters.clone(), more.filter.clone());
        self.more.as_ref().zip(now.more.as_ref()).is_some_and(|(then, now)| asked(then) != asked(now))
    }
}

/// Whether a number is what it was, up to the last digit that floating point can be trusted with.
pub(crate) fn is_close(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    }
}
