//! The card as the page, the terminal and the API show it: definition and answers side by side.

mod intent;

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{Answer, AnswerRow, Comparison, Labels, Quality};
use catalogue::metric::{Direction, Margin, Metric, Status as DefinitionStatus, Unit};
use catalogue::plan::{Growth, growth};
use jiff::civil::Date;
use model::Instant;
use model::calendar::DateRange;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::changes::{ScorecardChange, better, notable};
use crate::cut::Cut;
use crate::definition::{Cadence, Definition, Gate, Goal, Kpi, Level, Origin, Role, Target};
use crate::error::Error;
use crate::gate::{CardGate, Figure, judge};
use crate::project::{Projection, Scale, project, unprojected};
use crate::questions::Layout;
use crate::review::is_close;
use crate::review::{Approval, ClosedPeriod, Restated, RetiredDefinition};
use crate::score::{Total, perspectives, score, total};
use crate::status::{Reading, Status, status};
use crate::stretch::Stretch;
use crate::words;
pub use intent::{CardFactor, CardLeftOut, CardObjective, CardPair, MetricName};

/// A scorecard over one range. Everything on it comes from the definition or from an answer; nothing is counted anew.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Scorecard {
    /// Name of the card: its file without `.toml`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What the company promises its customers; may be empty.
    pub value_proposition: String,
    /// Whether a person approved the card.
    pub status: DefinitionStatus,
    /// Whether the card as a whole is approved; null on one that the journal was not asked about.
    pub approval: Option<Approval>,
    /// What has changed since the card was approved, and what is to be signed; null where nothing is.
    pub to_sign: Option<String>,
    /// Definitions that people took out of use, by which figures of the card are still worked out.
    pub retired_definitions: Vec<RetiredDefinition>,
    /// How its days were closed, where they are a period that was.
    pub closed: Option<ClosedPeriod>,
    /// The day whose definitions its figures are worked out by; null for those in force.
    #[schema(value_type = Option<String>, format = Date)]
    pub as_defined_on: Option<Date>,
    /// Whose card it is.
    pub level: Level,
    /// Name of the card above.
    pub parent: Option<String>,
    /// Days the values are for.
    pub range: Range,
    /// Days they are compared with.
    pub compared: Option<Range>,
    /// Values of dimensions the card is held to: of one dimension any of them, of several dimensions all; null for rows
    /// without a value.
    pub only: BTreeMap<String, Vec<Option<String>>>,
    /// Names of the agents and teams among them, by dimension and value, where records give them.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub labels: Labels,
    /// KPIs by status; they add up to the number of KPIs.
    pub counts: Counts,
    /// The card as one number.
    pub total: Total,
    /// What must hold whatever the total.
    pub gates: Vec<CardGate>,
    /// What changed most, at most three, the clearest first.
    pub changes: Vec<ScorecardChange>,
    /// What is to be achieved.
    pub objectives: Vec<CardObjective>,
    /// What that depends on.
    pub factors: Vec<CardFactor>,
    /// Perspectives in the order of the file.
    pub perspectives: Vec<CardPerspective>,
    /// KPIs in the order of the file.
    pub kpis: Vec<Card>,
    /// KPIs that pull against each other, and which one wins.
    pub pairs: Vec<CardPair>,
    /// KPIs that the data cannot support yet.
    pub left_out: Vec<CardLeftOut>,
    /// Data is loaded through this time, by the least advanced source of any KPI.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub watermark: Option<Instant>,
}

/// Days in the organisation's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Range {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

/// KPIs by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// At the target or better.
    pub on_target: usize,
    /// Short of it, inside the tolerance.
    pub within_tolerance: usize,
    /// Short of it by more.
    pub off_target: usize,
    /// The margin includes the target.
    pub too_close_to_call: usize,
    /// No value, or no target.
    pub no_data: usize,
}

impl Counts {
    fn of(statuses: impl IntoIterator<Item = Status>) -> Self {
        let mut counts = Counts::default();
        for status in statuses {
            *counts.slot(status) += 1;
        }
        counts
    }

    fn slot(&mut self, status: Status) -> &mut usize {
        match status {
            Status::OnTarget => &mut self.on_target,
            Status::WithinTolerance => &mut self.within_tolerance,
            Status::OffTarget => &mut self.off_target,
            Status::TooCloseToCall => &mut self.too_close_to_call,
            Status::NoData => &mut self.no_data,
        }
    }

    /// How many have `status`.
    pub fn get(mut self, status: Status) -> usize {
        *self.slot(status)
    }
}

/// One of the views the card balances.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CardPerspective {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Sum of the weights of its KPIs, 0–1.
    pub weight: f64,
    /// The mean of its KPIs' scores by weight, 0–120; null where less than half of its weight has a score.
    pub score: Option<f64>,
    /// The share of its weight that has a score, 0–1.
    pub scored_weight: f64,
    /// The score below which it caps the total.
    pub floor: f64,
}

/// One KPI of a card: its figure, its target and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Card {
    /// Identifier, unique on the card.
    pub id: String,
    /// Metric id.
    pub metric: String,
    /// Name for people.
    pub name: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// `share`, `net_score`, `ratio`, `count`, `median`, `p90` and so on.
    pub statistic: String,
    /// Unit of all its values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Id of its perspective.
    pub perspective: String,
    /// Its share of the card, 0–1.
    pub weight: f64,
    /// Percent 0–100, points, seconds or count; null where there is none.
    pub value: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// What is counted above the line, where there is a line.
    pub numerator: Option<f64>,
    /// What is counted below the line.
    pub denominator: Option<f64>,
    /// Lower end of the 95 % confidence interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Half its width, for "± 0.7 pp".
    pub margin: Option<f64>,
    /// False for a full count, which has no margin.
    pub sampled: bool,
    /// Whether the figure can be relied on.
    pub quality: Quality,
    /// Where it stands against its target.
    pub status: Status,
    /// Why it has no value or no target: nothing that counts came in; the card is held to values of dimensions, or the
    /// metric has errors.
    pub reason: Option<String>,
    /// What it is held against.
    pub target: Option<CardTarget>,
    /// The change since the comparison period; null where nothing is compared.
    pub change: Option<CardChange>,
    /// Where the metric's definition stands.
    pub definition_status: DefinitionStatus,
    /// The figure over time, up to the end of the range.
    pub trend: Vec<TrendPoint>,
    /// Whether its entry on the card, with its target, is approved; null on a card that the journal was not asked about.
    pub approval: Option<Approval>,
    /// What the figure was when its period was closed, where it is another now.
    pub restated: Option<Restated>,
    /// What it is on the card for.
    pub role: Role,
    /// Id of the critical success factor it measures.
    pub factor: Option<String>,
    /// Ids of further factors it says something about.
    pub also: Vec<String>,
    /// Operational metrics that move it.
    pub operational: Vec<MetricName>,
    /// How often it is reviewed.
    pub cadence: Cadence,
    /// Id of the KPI on the parent card that it serves.
    pub serves: Option<String>,
    /// Why it is on the card.
    pub why: Option<String>,
    /// How far it has come: 0 at the baseline, 100 at the target, 120 at the stretch, 100 within a band; null without
    /// target or value, and of a single number without baseline.
    pub score: Option<f64>,
    /// Where it will stand at the deadline, if it goes on as it has; null without deadline, and of fewer than eight
    /// whole months or weeks.
    pub projection: Option<Projection>,
    /// Why there is no projection, in words; null where there is one, and where the figure could not be asked.
    pub not_projected: Option<String>,
}

/// What a KPI is held against, in its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Target)]
pub struct CardTarget {
    /// The number to reach; of a band its middle.
    pub value: f64,
    /// Lower end of a band; null of a single number.
    pub low: Option<f64>,
    /// Upper end of a band.
    pub high: Option<f64>,
    /// How far short of it is still tolerated.
    pub tolerance: f64,
    /// Where things stood when it was set.
    pub baseline: Option<f64>,
    /// Of how many answers, tickets or contacts that was.
    pub baseline_n: Option<u64>,
    /// What would be more than was promised.
    pub stretch: Option<f64>,
    /// By when.
    #[schema(value_type = Option<String>, format = Date)]
    pub deadline: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was set.
    #[schema(value_type = Option<String>, format = Date)]
    pub set_on: Option<Date>,
    /// Where its number comes from: `own` history, or a `benchmark`.
    pub from: Option<Origin>,
    /// What it is for a month, of a figure that grows with its period: a count, a sum, what a cohort lost. The numbers above
    /// are what that comes to over the days of the card. Null of other figures.
    #[serde(default)]
    pub month: Option<TargetOfMonth>,
}

/// A target as it is written, for a month.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TargetOfMonth {
    /// How the figure grows with its period.
    pub growth: Growth,
    /// The number to reach; of a band its middle.
    pub value: f64,
    /// Lower end of a band; null of a single number.
    pub low: Option<f64>,
    /// Upper end of a band.
    pub high: Option<f64>,
    /// How far short of it is still tolerated.
    pub tolerance: f64,
    /// Where things stood when it was set.
    pub baseline: Option<f64>,
}

impl TargetOfMonth {
    /// That of `kpi`, where it has a target and its figure grows with its period.
    fn of(kpi: &Kpi) -> Option<Self> {
        let (growth, target) = kpi.growth.zip(kpi.target.as_ref())?;
        let CardTarget { value, low, high, tolerance, baseline, .. } = target.into();
        Some(TargetOfMonth { growth, value, low, high, tolerance, baseline })
    }
}

impl Card {
    /// What it is to reach, where it has a target.
    pub(crate) fn goal(&self) -> Option<Goal> {
        self.target.as_ref().map(|target| target.goal(self.direction))
    }
}

impl From<&Target> for CardTarget {
    fn from(target: &Target) -> Self {
        let (value, band) = match target.goal {
            Goal::AtLeast(value) | Goal::AtMost(value) => (value, None),
            Goal::Between { low, high } => (low + (high - low) / 2.0, Some((low, high))),
        };
        CardTarget {
            value,
            low: band.map(|band| band.0),
            high: band.map(|band| band.1),
            tolerance: target.tolerance,
            baseline: target.baseline,
            baseline_n: target.baseline_n,
            stretch: target.stretch,
            deadline: target.deadline,
            owner: target.owner.clone(),
            set_on: target.set_on,
            from: target.from,
            month: None,
        }
    }
}

impl CardTarget {
    /// That of `kpi` as it is written, where it has one: of a figure that grows with its period for a month.
    pub fn written(kpi: &Kpi) -> Option<CardTarget> {
        kpi.target.as_ref().map(|target| CardTarget { month: TargetOfMonth::of(kpi), ..target.into() })
    }

    /// The number or the band, by the direction of the metric.
    pub fn goal(&self, direction: Direction) -> Goal {
        goal((self.value, self.low, self.high), direction)
    }

    /// What it asks for in words, and where that is another number than for a month, what it is for one: `≤ 72 (≤ 24 a month)`.
    pub fn words(&self, direction: Direction, unit: Unit) -> String {
        let told = words::goal(&self.goal(direction), unit);
        let other = self.month.filter(|month| !is_close(Some(month.value), Some(self.value)));
        let monthly = other.map(|month| words::goal(&goal((month.value, month.low, month.high), direction), unit));
        monthly.map_or_else(|| told.clone(), |monthly| format!("{told} ({monthly} a month)"))
    }
}

fn goal((value, low, high): (f64, Option<f64>, Option<f64>), direction: Direction) -> Goal {
    match (low, high, direction) {
        (Some(low), Some(high), _) => Goal::Between { low, high },
        (_, _, Direction::Down) => Goal::AtMost(value),
        _ => Goal::AtLeast(value),
    }
}

/// The change of a KPI since the comparison period, in its unit (percentage points for percent).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CardChange {
    /// Value now minus value then.
    pub value: Option<f64>,
    /// Value then.
    pub previous: Option<f64>,
    /// Lower end of the 95 % confidence interval of the change.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Whether it is for the better; null where its interval includes none, and where neither way is better.
    pub better: Option<bool>,
}

/// One period of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TrendPoint {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The value; null where there is none.
    pub value: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// Whether it can be relied on.
    pub quality: Quality,
}

/// What a card is looked at over.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// The days its figures are for.
    pub range: &'v DateRange,
    /// The day it is looked at.
    pub today: Date,
    /// What it is held to.
    pub cut: &'v Cut,
    /// The card above.
    pub above: Option<&'v Definition>,
}

/// Places `answers`, one list a question of [`crate::questions`] and in their order, on the card. A question that could
/// not be asked of the cut has an empty list.
///
/// # Errors
/// Where the answers are not those to the card's questions.
pub fn build(
    definition: &Definition,
    catalogue: &Catalogue,
    view: &View<'_>,
    answers: &[Vec<Answer>],
) -> Result<Scorecard, Error> {
    let View { range, cut, .. } = *view;
    let layout = Layout::of(definition);
    if answers.len() != layout.len() {
        return Err(Error::Count { expected: layout.len(), found: answers.len() });
    }
    let answers_to = |question: Option<usize>| question.and_then(|one| answers.get(one)).map_or(&[][..], Vec::as_slice);
    let mut kpis = Vec::new();
    let mut compared = None;
    for (index, kpi) in definition.kpis.iter().enumerate() {
        let metric = catalogue.get(&kpi.metric);
        // by the definition that is asked, which may be that of another day
        let growth =
            metric.map_or(kpi.growth, |metric| growth(metric, kpi.variant.as_deref(), &kpi.parameters, catalogue));
        let kpi = &Kpi { growth, ..kpi.clone() };
        let nothing = |metric: Option<&Metric>, reason: String| {
            let none = AnswerRow { from: range.from, to: range.to, ..AnswerRow::NO_DATA };
            let (card, _) = over_days(kpi, range, |kpi| card(kpi, metric, &none, &[]));
            Card { reason: Some(reason), ..card }
        };
        if let Some(reason) = cut.no_value(&kpi.metric) {
            kpis.push(nothing(metric, reason));
            continue;
        }
        let metric = metric.ok_or_else(|| Error::Metric { kpi: kpi.id.clone(), metric: kpi.metric.clone() })?;
        if let Some(reason) = unanswered(metric, &kpi.statistic, kpi.unit) {
            kpis.push(nothing(Some(metric), reason));
            continue;
        }
        let (of_total, of_trend) = layout.kpi(index).unzip();
        let total = total_row(kpi, range, answers_to(of_total))?;
        let trend = statistic(kpi, answers_to(of_trend))?;
        compared = compared.or(total.compare.as_ref().map(|compare| Range { from: compare.from, to: compare.to }));
        let no_target = cut.no_target(kpi, metric, catalogue);
        let untargeted = no_target.as_ref().map(|_| Kpi { target: None, ..kpi.clone() });
        let kpi = untargeted.as_ref().unwrap_or(kpi);
        let history: Vec<TrendPoint> = match layout.history(index) {
            Some(question) => statistic(kpi, answers_to(Some(question)))?.rows.iter().map(point).collect(),
            None => Vec::new(),
        };
        let wrong = kpi.has_wrong_target.then(|| "no target for now, as what is written has errors".to_owned());
        let (placed, is_for_a_month) = over_days(kpi, range, |kpi| card(kpi, Some(metric), total, &trend.rows));
        let other = is_for_a_month.then(|| "the target is for a month".to_owned());
        let reason = lack(total).or(no_target).or(wrong).or(other);
        // of a range that is over, what could be said at its end
        let seen = range.to.yesterday().unwrap_or(range.to).min(view.today);
        let scale = Scale::asked(metric, kpi.variant.as_deref(), &kpi.parameters);
        let projection = kpi.target.as_ref().and_then(|target| project(&history, target, scale, seen));
        let not_projected = projection.is_none().then(|| unprojected(&history, kpi.target.as_ref(), seen));
        kpis.push(Card { reason, projection, not_projected, ..placed });
    }
    for (card, kpi) in kpis.iter_mut().zip(&definition.kpis) {
        card.serves = view.above.and_then(|above| served(kpi, above));
        card.operational = kpi.operational.iter().map(|id| MetricName::of(id, catalogue)).collect();
    }
    let gates = (definition.gates.iter().enumerate())
        .map(|(index, gate)| gate_of(gate, view, catalogue, answers_to(layout.gate(index))))
        .collect::<Result<Vec<_>, Error>>()?;
    let scores = perspectives(definition, &kpis);
    let watermarks = answers.iter().flatten().filter_map(|answer| answer.watermark);
    Ok(Scorecard {
        name: definition.name.clone(),
        title: definition.title.clone(),
        value_proposition: definition.value_proposition.clone(),
        status: definition.status,
        approval: None,
        to_sign: None,
        retired_definitions: Vec::new(),
        closed: None,
        as_defined_on: None,
        level: definition.level,
        parent: definition.parent.as_ref().map(|parent| parent.value.clone()),
        range: Range { from: range.from, to: range.to },
        compared,
        only: cut.only.clone(),
        labels: cut.labels.clone(),
        counts: Counts::of(kpis.iter().map(|kpi| kpi.status)),
        total: total(definition, &kpis, &scores, &gates),
        gates,
        changes: notable(&kpis),
        objectives: definition.objectives.iter().map(CardObjective::from).collect(),
        factors: definition.factors.iter().map(CardFactor::from).collect(),
        perspectives: definition
            .perspectives
            .iter()
            .zip(scores)
            .map(|(one, found)| CardPerspective {
                id: one.id.clone(),
                name: one.name.clone(),
                weight: one.weight,
                score: found.score,
                scored_weight: found.scored_weight,
                floor: one.floor,
            })
            .collect(),
        kpis,
        pairs: definition.pairs.iter().map(CardPair::from).collect(),
        left_out: definition.left_out.iter().map(|one| CardLeftOut::of(one, catalogue)).collect(),
        watermark: watermarks.min(),
    })
}

/// Id of the KPI on the card above that `kpi` serves: as written, else the one of the same metric. Of several it is the one
/// that is asked alike, or would be without the `where` by which a part is told apart; where none is, it serves none.
pub(crate) fn served(kpi: &Kpi, above: &Definition) -> Option<String> {
    let written = kpi.serves.as_ref().map(|serves| serves.value.as_str());
    let found = match written {
        Some(id) => above.kpi(id),
        None => {
            let of_metric: Vec<&Kpi> = above.kpis.iter().filter(|other| other.metric == kpi.metric).collect();
            let filter = |kpi: &Kpi| kpi.filter.as_ref().map(|filter| filter.value.clone());
            let mut alike = of_metric.clone();
            alike.retain(|other| {
                let key = |kpi: &Kpi| (kpi.variant.clone(), kpi.parameters.clone(), kpi.statistic.clone());
                key(other) == key(kpi)
            });
            match (alike.as_slice(), of_metric.as_slice()) {
                ([one], _) | ([], [one]) => Some(*one),
                _ => alike.into_iter().find(|other| filter(other) == filter(kpi)),
            }
        }
    };
    found.map(|found| found.id.clone())
}

/// `placed` with the target of `kpi` over `range`, and whether that cannot be told: the target of a figure that grows with
/// its period is for a month.
fn over_days(kpi: &Kpi, range: &DateRange, placed: impl FnOnce(&Kpi) -> Card) -> (Card, bool) {
    let stretch = Stretch::over(kpi.growth, range);
    let target = kpi.target.as_ref().map(|target| stretch.map_or(Some(target.clone()), |over| over.target(target)));
    let is_for_a_month = target == Some(None);
    let card = placed(&Kpi { target: target.flatten(), ..kpi.clone() });
    let target = card.target.clone().map(|target| CardTarget { month: TargetOfMonth::of(kpi), ..target });
    (Card { target, ..card }, is_for_a_month)
}

/// A gate at its figure.
fn gate_of(gate: &Gate, view: &View<'_>, catalogue: &Catalogue, answers: &[Answer]) -> Result<CardGate, Error> {
    let none = |gate: &Gate, reason: &str| Ok(judge(gate, Figure::NONE, Some(reason)));
    let lacks = view.cut.no_value(&gate.metric);
    let Some(metric) = catalogue.get(&gate.metric) else {
        let missing = || Error::Metric { kpi: gate.id.clone(), metric: gate.metric.clone() };
        return lacks.map_or_else(|| Err(missing()), |reason| none(gate, &reason));
    };
    let stretch = Stretch::of_gate(gate, metric, catalogue, view.range);
    let limit = stretch.map_or(Some(gate.limit), |over| over.limit(gate.limit));
    let over_range = limit.map(|limit| Gate { limit, ..gate.clone() });
    let Some(gate) = &over_range else {
        return none(gate, "the limit is for a month");
    };
    if let Some(reason) = lacks {
        return none(gate, &reason);
    }
    if let Some(reason) = unanswered(metric, &gate.statistic, gate.unit) {
        return Ok(judge(gate, Figure::NONE, Some(&reason)));
    }
    let found = answers.iter().find(|answer| answer.statistic == gate.statistic && answer.metric == gate.metric);
    let Some([row]) = found.map(|answer| answer.rows.as_slice()) else {
        let (kpi, metric, statistic) = (gate.id.clone(), gate.metric.clone(), gate.statistic.clone());
        return Err(Error::Statistic { kpi, metric, statistic });
    };
    if let Some(reason) = view.cut.no_limit(gate, metric, row.value, catalogue) {
        return Ok(judge(gate, Figure::NONE, Some(&reason)));
    }
    let figure = Figure {
        value: row.value,
        low: row.low,
        high: row.high,
        n: row.n,
        numerator: row.numerator,
        denominator: row.denominator,
        quality: row.quality,
        sampled: metric.margin != Margin::None,
    };
    Ok(judge(gate, figure, lack(row).as_deref()))
}

/// Why `metric` cannot give the `statistic` that the card shows: a card is checked against its catalogue, but a definition of
/// another day may have had other answers, or told them in another unit.
fn unanswered(metric: &Metric, statistic: &str, unit: Unit) -> Option<String> {
    if metric.measure.statistics().iter().all(|found| found != statistic) {
        return Some(format!("the definition that is asked by has no `{statistic}`"));
    }
    (metric.unit != unit)
        .then(|| format!("the definition that is asked by is in {}, not in {}", metric.unit.name(), unit.name()))
}

/// Why there is no figure, where somebody has looked into it.
fn lack(row: &AnswerRow) -> Option<String> {
    let is_unknown = row.quality == Quality::NoData || (row.quality == Quality::Settling && row.value.is_none());
    row.note.clone().filter(|_| is_unknown)
}

/// The answer of the KPI's statistic.
fn statistic<'a>(kpi: &Kpi, answers: &'a [Answer]) -> Result<&'a Answer, Error> {
    let is_it = |answer: &&Answer| {
        answer.statistic == kpi.statistic && answer.metric == kpi.metric && answer.variant == kpi.variant
    };
    answers.iter().find(is_it).ok_or_else(|| Error::Statistic {
        kpi: kpi.id.clone(),
        metric: kpi.metric.clone(),
        statistic: kpi.statistic.clone(),
    })
}

/// The one row of the KPI's total.
fn total_row<'a>(kpi: &Kpi, range: &DateRange, answers: &'a [Answer]) -> Result<&'a AnswerRow, Error> {
    match statistic(kpi, answers)?.rows.as_slice() {
        [row] if row.by.is_empty() && (row.from, row.to) == (range.from, range.to) => Ok(row),
        _ => Err(Error::Rows { kpi: kpi.id.clone(), from: range.from, to: range.to }),
    }
}

/// A card; of a metric with errors there is none.
pub(crate) fn card(kpi: &Kpi, metric: Option<&Metric>, total: &AnswerRow, trend: &[AnswerRow]) -> Card {
    let sampled = metric.is_some_and(|metric| metric.margin != Margin::None);
    let reading = Reading { value: total.value, low: total.low, high: total.high, quality: total.quality };
    let status = status(&reading, kpi.target.as_ref());
    Card {
        id: kpi.id.clone(),
        metric: kpi.metric.clone(),
        name: kpi.name.clone(),
        variant: kpi.variant.clone(),
        statistic: kpi.statistic.clone(),
        unit: kpi.unit,
        direction: kpi.direction,
        perspective: kpi.perspective.clone(),
        weight: kpi.weight,
        value: total.value,
        n: total.n,
        numerator: total.numerator,
        denominator: total.denominator,
        low: total.low,
        high: total.high,
        margin: total.margin,
        sampled,
        quality: total.quality,
        status,
        reason: None,
        target: kpi.target.as_ref().map(CardTarget::from),
        change: total.compare.as_ref().map(|compare| change(compare, kpi.direction, sampled)),
        definition_status: metric.map_or(DefinitionStatus::Draft, |metric| metric.status),
        trend: trend.iter().map(point).collect(),
        approval: None,
        restated: None,
        role: kpi.role,
        factor: kpi.factor.clone(),
        also: kpi.also.clone(),
        operational: Vec::new(),
        cadence: kpi.cadence,
        serves: None,
        why: kpi.why.clone(),
        score: (kpi.target.as_ref().zip(total.value).filter(|_| status != Status::NoData))
            .and_then(|(target, value)| score(value, target)),
        projection: None,
        not_projected: None,
    }
}

fn change(compare: &Comparison, direction: Direction, sampled: bool) -> CardChange {
    CardChange {
        value: compare.change,
        previous: compare.value,
        low: compare.low,
        high: compare.high,
        better: better(compare.change, (compare.low, compare.high), sampled, direction),
    }
}

fn point(row: &AnswerRow) -> TrendPoint {
    TrendPoint {
        from: row.from,
        to: row.to,
        value: row.value,
        low: row.low,
        high: row.high,
        n: row.n,
        quality: row.quality,
    }
}

#[cfg(test)]
mod tests;
