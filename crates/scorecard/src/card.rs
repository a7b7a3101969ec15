//! The card as the page, the terminal and the API show it: definition and answers side by side.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{Answer, AnswerRow, Comparison, Quality};
use catalogue::metric::{Direction, Margin, Metric, Status as DefinitionStatus, Unit};
use jiff::civil::Date;
use model::Instant;
use model::calendar::DateRange;
use serde::Serialize;
use utoipa::ToSchema;

use crate::changes::{ScorecardChange, better, notable};
use crate::cut::Cut;
use crate::definition::{Definition, Goal, Kpi, Target};
use crate::error::Error;
use crate::questions::subjects;
use crate::review::{Approval, ClosedPeriod, Restated};
use crate::status::{Reading, Status, status};

/// A scorecard over one range. Everything on it comes from the definition or from an answer; nothing is counted anew.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Scorecard {
    /// Title for people.
    pub title: String,
    /// What the company promises its customers; may be empty.
    pub value_proposition: String,
    /// Whether a person approved the card.
    pub status: DefinitionStatus,
    /// Whether the card as a whole is approved; null on one that the journal was not asked about.
    pub approval: Option<Approval>,
    /// How its days were closed, where they are a period that was.
    pub closed: Option<ClosedPeriod>,
    /// Days the values are for.
    pub range: Range,
    /// Days they are compared with.
    pub compared: Option<Range>,
    /// Values of dimensions the card is held to: of one dimension any of them, of several dimensions all; null for rows
    /// without a value.
    pub only: BTreeMap<String, Vec<Option<String>>>,
    /// KPIs by status; they add up to the number of KPIs.
    pub counts: Counts,
    /// What changed most, at most three, the clearest first.
    pub changes: Vec<ScorecardChange>,
    /// Perspectives in the order of the file.
    pub perspectives: Vec<CardPerspective>,
    /// KPIs in the order of the file.
    pub kpis: Vec<Card>,
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
    /// Why it has no value or no target: on a card that is held to values of dimensions, or of a metric with errors.
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
}

/// What a KPI is held against, in its unit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
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
    /// What would be more than was promised.
    pub stretch: Option<f64>,
    /// By when.
    #[schema(value_type = Option<String>, format = Date)]
    pub deadline: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
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
            stretch: target.stretch,
            deadline: target.deadline,
            owner: target.owner.clone(),
        }
    }
}

impl CardTarget {
    /// The number or the band, by the direction of the metric.
    pub fn goal(&self, direction: Direction) -> Goal {
        match (self.low, self.high, direction) {
            (Some(low), Some(high), _) => Goal::Between { low, high },
            (_, _, Direction::Down) => Goal::AtMost(self.value),
            _ => Goal::AtLeast(self.value),
        }
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

/// Places `answers`, one list a question of [`crate::questions`] and in their order, on the card. A question that could
/// not be asked of `cut` has an empty list.
///
/// # Errors
/// Where the answers are not those to the card's questions.
pub fn build(
    definition: &Definition,
    catalogue: &Catalogue,
    range: &DateRange,
    answers: &[Vec<Answer>],
    cut: &Cut,
) -> Result<Scorecard, Error> {
    let (subjects, places) = subjects(definition);
    if answers.len() != 2 * subjects.len() {
        return Err(Error::Count { expected: 2 * subjects.len(), found: answers.len() });
    }
    let mut kpis = Vec::new();
    let mut compared = None;
    for (kpi, place) in definition.kpis.iter().zip(places) {
        let metric = catalogue.get(&kpi.metric);
        if let Some(reason) = cut.no_value(kpi) {
            let none = AnswerRow { from: range.from, to: range.to, ..AnswerRow::NO_DATA };
            kpis.push(Card { reason: Some(reason), ..card(kpi, metric, &none, &[]) });
            continue;
        }
        let metric = metric.ok_or_else(|| Error::Metric { kpi: kpi.id.clone(), metric: kpi.metric.clone() })?;
        let total = total(kpi, range, &answers[2 * place])?;
        let trend = statistic(kpi, &answers[2 * place + 1])?;
        compared = compared.or(total.compare.as_ref().map(|compare| Range { from: compare.from, to: compare.to }));
        let reason = cut.no_target(kpi, metric);
        let untargeted = reason.as_ref().map(|_| Kpi { target: None, ..kpi.clone() });
        kpis.push(Card { reason, ..card(untargeted.as_ref().unwrap_or(kpi), Some(metric), total, &trend.rows) });
    }
    let watermarks = answers.iter().flatten().filter_map(|answer| answer.watermark);
    Ok(Scorecard {
        title: definition.title.clone(),
        value_proposition: definition.value_proposition.clone(),
        status: definition.status,
        approval: None,
        closed: None,
        range: Range { from: range.from, to: range.to },
        compared,
        only: cut.only.clone(),
        counts: Counts::of(kpis.iter().map(|kpi| kpi.status)),
        changes: notable(&kpis),
        perspectives: definition
            .perspectives
            .iter()
            .map(|one| CardPerspective { id: one.id.clone(), name: one.name.clone(), weight: one.weight })
            .collect(),
        kpis,
        watermark: watermarks.min(),
    })
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
fn total<'a>(kpi: &Kpi, range: &DateRange, answers: &'a [Answer]) -> Result<&'a AnswerRow, Error> {
    match statistic(kpi, answers)?.rows.as_slice() {
        [row] if row.by.is_empty() && (row.from, row.to) == (range.from, range.to) => Ok(row),
        _ => Err(Error::Rows { kpi: kpi.id.clone(), from: range.from, to: range.to }),
    }
}

/// A card; of a metric with errors there is none.
fn card(kpi: &Kpi, metric: Option<&Metric>, total: &AnswerRow, trend: &[AnswerRow]) -> Card {
    let sampled = metric.is_some_and(|metric| metric.margin != Margin::None);
    let reading = Reading { value: total.value, low: total.low, high: total.high, quality: total.quality };
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
        status: status(&reading, kpi.target.as_ref()),
        reason: None,
        target: kpi.target.as_ref().map(CardTarget::from),
        change: total.compare.as_ref().map(|compare| change(compare, kpi.direction, sampled)),
        definition_status: metric.map_or(DefinitionStatus::Draft, |metric| metric.status),
        trend: trend.iter().map(point).collect(),
        approval: None,
        restated: None,
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
