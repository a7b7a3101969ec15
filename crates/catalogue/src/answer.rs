//! Answers: a value with its n, its margin and whether it can be relied on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::calendar::Period;
use model::{Instant, Millis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::margin;
use crate::metric::{Margin, Metric, SmallSample};
use crate::plan::{Figure, Ledger, LineUnit, Measure, Moments, Plan, shared_note};

/// Names for people by dimension and by its value; a value that has none is shown itself.
pub type Labels = BTreeMap<String, BTreeMap<String, String>>;

/// Answer of one statistic of one metric; `kpi --format json` and the API give an array of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// Metric id.
    pub metric: String,
    /// Version of its definition.
    pub version: u32,
    /// Variant asked for.
    pub variant: Option<String>,
    /// Every parameter with its resolved value.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// `share`, `net_score`, `ratio`, `count`, `mean`, `median`, `p90` and so on.
    pub statistic: String,
    /// `percent`, `points`, `score`, `seconds`, `count` or `currency`.
    pub unit: String,
    /// Units of what stands above and below the line; null where figures have no line.
    #[serde(default)]
    pub line_unit: Option<LineUnit>,
    /// ISO 4217 code of amounts of money: the figures themselves, or what stands above or below their line.
    #[serde(default)]
    pub currency: Option<String>,
    /// Whether `up` or `down` is better, or `range`.
    #[schema(value_type = crate::metric::Direction)]
    pub direction: String,
    /// One row a period and cell, sorted by period, then by dimension values.
    pub rows: Vec<AnswerRow>,
    /// Names of the agents and teams among the dimension values and in what the answer is narrowed to, by dimension and
    /// value, where records give them.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, BTreeMap<String, String>>)]
    pub labels: Labels,
    /// Data is loaded through this time, by the least advanced source the metric uses.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub watermark: Option<Instant>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnswerRow {
    /// First day, reporting zone.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Dimension values; null where a row has none.
    pub by: BTreeMap<String, Option<String>>,
    /// Percent 0–100, seconds, points or count; null where there is none.
    pub value: Option<f64>,
    /// Sample size: answers, tickets, contacts.
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
    /// Whether the figure can be relied on.
    pub quality: Quality,
    /// Why there is none, where that can be said: `3 rows without a value: USD 3`.
    #[serde(default)]
    pub note: Option<String>,
    /// The comparison period's figure and the change since.
    pub compare: Option<Comparison>,
}

impl AnswerRow {
    /// Nothing, of no day.
    pub const NO_DATA: AnswerRow = AnswerRow {
        from: Date::ZERO,
        to: Date::ZERO,
        by: BTreeMap::new(),
        value: None,
        n: 0,
        numerator: None,
        denominator: None,
        low: None,
        high: None,
        margin: None,
        quality: Quality::NoData,
        note: None,
        compare: None,
    };
}

/// Whether a figure can be relied on, in order of precedence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Nothing to measure: an empty denominator is never 0 or 100.
    #[default]
    NoData,
    /// About so few people, or leading to so few, that it is not given: neither value nor n.
    Withheld,
    /// Too few to show the value.
    Suppressed,
    /// Made of books that are not closed yet, or of too few entries for a ledger.
    Provisional,
    /// Late answers are not in yet, the data do not reach the end of the period, or part of it is too young to be judged.
    Settling,
    /// So much of a period long past is still open that the quantile has not been reached, and may never be.
    NotReached,
    /// Few; shown with its interval.
    LowN,
    /// Good.
    Ok,
}

/// The comparison period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Day after the last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Its value.
    pub value: Option<f64>,
    /// Its sample size.
    pub n: u64,
    /// Value now minus value then, in the metric's unit (percentage points for percent); null for counts and sums where
    /// the data cover only a part of either period.
    pub change: Option<f64>,
    /// Lower end of the 95 % confidence interval of the change.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// What came back for one period and cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Index of the period.
    pub period: usize,
    /// Dimension values, in the order of the plan.
    pub by: Vec<Option<String>>,
    /// What was counted.
    pub moments: Moments,
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// When an answer was given and how far the data reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it was asked.
    pub now: Instant,
    /// Data is loaded through this time.
    pub watermark: Option<Instant>,
    /// The first time anything is known of; none where it is known from the beginning.
    pub since: Option<Instant>,
    /// The time up to which all that is counted is old enough to be judged; none where nothing has to be.
    pub judged: Option<Instant>,
}

/// What is known of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Whether it lies outside of what is loaded.
    pub beyond: bool,
    /// Its length in months, of one that the data do not cover the part of it that they do; none of one beyond them.
    pub months: Option<f64>,
}

impl Reach {
    /// Of a period of which nothing is known.
    pub const BEYOND: Reach = Reach { beyond: true, months: None };
}

impl Moment {
    /// That of an answer made of `plans`, none of which is derived, each with the time that its own data are loaded through:
    /// what is young is judged as far as the data go that it is counted from, however far others do.
    pub fn of<'p>(
        now: Instant,
        since: Option<Instant>,
        plans: impl IntoIterator<Item = (&'p Plan, Option<Instant>)>,
    ) -> Moment {
        let mut watermarks: Option<Vec<Instant>> = Some(Vec::new());
        let mut judged: Option<Instant> = None;
        for (plan, watermark) in plans {
            if let (Some(all), Some(own)) = (&mut watermarks, watermark) {
                all.push(own);
            } else {
                watermarks = None;
            }
            let as_of = watermark.map_or(now, |watermark| watermark.min(now));
            let ripe = plan.matures.map(|matures| as_of.micros().saturating_sub(matures.get().saturating_mul(1000)));
            judged = judged.into_iter().chain(ripe.map(Instant::from_micros)).min();
        }
        Moment { now, watermark: watermarks.and_then(|all| all.into_iter().min()), since, judged }
    }

    /// Whether some of `period` is too young to be judged.
    fn is_young(&self, period: &Period) -> bool {
        self.judged.is_some_and(|judged| period.end.micros() > judged.micros().saturating_add(1))
    }

    /// What is known of `period`.
    pub fn reach(&self, period: &Period) -> Reach {
        let length = period.end.micros().saturating_sub(period.start.micros());
        let start = self.since.filter(|_| !self.reaches_start(period)).unwrap_or(period.start);
        let end = if self.reaches_end(period) { period.end } else { self.as_of() };
        let part = end.micros().saturating_sub(start.micros()) as f64 / length as f64;
        let months = (part > 0.0).then(|| period.months() * part);
        Reach { beyond: self.stock_instant(period).is_none(), months }
    }

    /// The time up to which an answer speaks: open work is clocked until here, and a stock is unknown beyond.
    pub fn as_of(&self) -> Instant {
        self.watermark.map_or(self.now, |watermark| watermark.min(self.now))
    }

    /// Whether the data cover all of `period`, give or take the hours in which nothing happened: a day, and a tenth of a
    /// shorter period.
    pub fn covers(&self, period: &Period) -> bool {
        self.reaches_start(period) && self.reaches_end(period)
    }

    /// Whether the data begin before the period, give or take the same.
    fn reaches_start(&self, period: &Period) -> bool {
        self.since.is_none_or(|since| since.micros() <= period.start.micros().saturating_add(slack(period)))
    }

    /// Whether the data go on to the end of `period`, give or take the same.
    pub fn reaches_end(&self, period: &Period) -> bool {
        let end = period.end.micros().saturating_sub(slack(period));
        self.watermark.is_some() && self.as_of().micros() >= end
    }

    /// The instant at which the stock of `period` is counted: its end, or just after the time the answer speaks up to,
    /// whose own events are in. None where the period lies beyond that or before the first data, or nothing is loaded.
    pub fn stock_instant(&self, period: &Period) -> Option<Instant> {
        let known = Instant::from_micros(self.as_of().micros().saturating_add(1));
        let instant = period.end.min(known);
        let begun = self.since.is_none_or(|since| instant > since);
        (self.watermark.is_some() && period.start < known && begun).then_some(instant)
    }
}

/// The hours of a period, in microseconds, in which it may be that nothing happened.
fn slack(period: &Period) -> i64 {
    let tenth = period.end.micros().saturating_sub(period.start.micros()).saturating_div(10);
    if tenth >= DAY / 5 { DAY } else { tenth }
}

/// Puts cells together into one answer a statistic: a row for every period and every cell seen in any of them, margins,
/// small-sample rules, comparison.
pub fn assemble(
    plan: &Plan,
    metric: &Metric,
    current: Vec<Cell>,
    compared: Option<Vec<Cell>>,
    moment: Moment,
) -> Vec<Answer> {
    // a scan shared with other metrics also finds cells in which this one counts nothing at all
    let counts = |cell: &&Cell| {
        let lacks = cell.moments.ledger().is_some_and(Ledger::hides);
        lacks || plan.measure.figures(&cell.moments).iter().any(|figure| figure.n > 0 || is_derived(plan, figure))
    };
    let cells = current.iter().chain(compared.iter().flatten());
    let mut keys: BTreeSet<Vec<Option<String>>> = cells.filter(counts).map(|cell| cell.by.clone()).collect();
    if plan.by.is_empty() {
        keys.insert(Vec::new());
    }
    let index = |cells: Vec<Cell>| -> BTreeMap<(usize, Vec<Option<String>>), Moments> {
        cells.into_iter().map(|cell| ((cell.period, cell.by), cell.moments)).collect()
    };
    let current = index(current);
    let compared = compared.map(index);
    let statistics = plan.measure.statistics();
    let mut answers: Vec<Answer> =
        statistics.iter().map(|statistic| empty_answer(plan, metric, statistic, moment)).collect();
    for (number, period) in plan.periods.iter().enumerate() {
        for key in &keys {
            let of = |cells: &BTreeMap<(usize, Vec<Option<String>>), Moments>, period: &Period| {
                cells.get(&(number, key.clone())).cloned().unwrap_or_else(|| plan.measure.nothing(moment.reach(period)))
            };
            let now = of(&current, period);
            let then = match (&compared, &plan.compared) {
                (Some(cells), Some(periods)) => periods.get(number).map(|period| (period, of(cells, period))),
                _ => None,
            };
            let figures = figures(plan, metric, &now);
            for (which, (answer, figure)) in answers.iter_mut().zip(&figures).enumerate() {
                let quality = quality(metric, (&now, figure), &statistics[which], period, moment, plan);
                let is_half = quality == Quality::Settling && is_half_judged(plan, period, moment);
                let figure = &if is_half { figure.unknown() } else { *figure };
                let compare = then.as_ref().map(|(period, moments)| {
                    let figure_then = &self::figures(plan, metric, moments)[which];
                    let side = (moments, figure_then);
                    let quality_then = self::quality(metric, side, &statistics[which], period, moment, plan);
                    let is_half = quality_then == Quality::Settling && is_half_judged(plan, period, moment);
                    let figure_then = &if is_half { figure_then.unknown() } else { *figure_then };
                    let sides = ((&now, figure, quality), (moments, figure_then, quality_then));
                    let comparable = !counts_a_stretch(&plan.measure)
                        || moment.covers(&plan.periods[number]) && moment.covers(period);
                    comparison((metric, plan), sides.0, sides.1, period, comparable)
                });
                let note = now.ledger().and_then(Ledger::note).or_else(|| shared_note(plan, key, &now));
                let note = note.or_else(|| is_half.then(|| HALF_JUDGED.to_owned()));
                answer.rows.push(AnswerRow { note, ..row(plan, metric, period, key, figure, quality, compare) });
            }
        }
    }
    answers
}

/// The figures of what came back, their intervals narrowed where the sample is a good part of all there were: times
/// √((N − n) ÷ (N − 1)), the finite-population correction (Cochran, Sampling Techniques, 2.6). Only of the whole, since of
/// a cell or a filter it is not known how many there were.
fn figures(plan: &Plan, metric: &Metric, moments: &Moments) -> Vec<Figure> {
    let mut figures = plan.measure.figures(moments);
    let number = |name: &String| plan.parameters.get(name).and_then(serde_json::Value::as_u64);
    let whole = plan.by.is_empty() && plan.people.as_ref().is_none_or(|people| people.is_of_all());
    let Some(all) = metric.sampled_of.as_ref().and_then(number).filter(|all| *all > 1 && whole) else { return figures };
    for figure in figures.iter_mut().filter(|figure| figure.n <= all) {
        let narrowed = ((all - figure.n) as f64 / (all - 1) as f64).sqrt();
        let Some(value) = figure.value else { continue };
        let about = |end: f64| value + (end - value) * narrowed;
        (figure.low, figure.high) = (figure.low.map(about), figure.high.map(about));
    }
    figures
}

fn empty_answer(plan: &Plan, metric: &Metric, statistic: &str, moment: Moment) -> Answer {
    Answer {
        metric: plan.metric.clone(),
        version: plan.version,
        variant: plan.variant.clone(),
        parameters: plan.parameters.clone(),
        statistic: statistic.to_owned(),
        unit: metric.unit.name().to_owned(),
        line_unit: plan.line_unit(),
        currency: plan.currency.clone(),
        direction: metric.direction.name().to_owned(),
        rows: Vec::new(),
        labels: Labels::new(),
        watermark: moment.watermark,
    }
}

fn row(
    plan: &Plan,
    metric: &Metric,
    period: &Period,
    key: &[Option<String>],
    figure: &Figure,
    quality: Quality,
    compare: Option<Comparison>,
) -> AnswerRow {
    let shown = shown(quality);
    let sampled = metric.margin != Margin::None;
    let low = figure.low.filter(|_| shown && sampled);
    let high = figure.high.filter(|_| shown && sampled);
    AnswerRow {
        from: period.from,
        to: period.to,
        by: plan.by.iter().map(|dimension| dimension.name.clone()).zip(key.iter().cloned()).collect(),
        value: figure.value.filter(|_| shown),
        n: figure.n,
        numerator: figure.numerator.filter(|_| shown || quality == Quality::NoData || is_count(&plan.measure)),
        denominator: figure.denominator,
        low,
        high,
        margin: low.zip(high).map(|(low, high)| (high - low) / 2.0),
        quality,
        note: None,
        compare,
    }
}

/// Whether a figure that is too small to be shown is told as k of n; the sum behind a mean would be the mean.
fn is_count(measure: &Measure) -> bool {
    match measure {
        Measure::Share { .. } | Measure::ExactShare { .. } | Measure::Ratio { .. } => true,
        Measure::StockAge { than, .. } => than.is_some(),
        Measure::Cohort(cohort) => cohort.value.is_none(),
        _ => false,
    }
}

fn shown(quality: Quality) -> bool {
    !matches!(quality, Quality::NoData | Quality::Withheld | Quality::Suppressed)
}

/// Whether a figure follows from others that are known, of which one may count nothing: 3 created − 0 solved is 3, and
/// 3 contacts for 0 orders are 3 contacts.
fn is_derived(plan: &Plan, figure: &Figure) -> bool {
    let has_something = figure.value.is_some() || figure.numerator.is_some_and(|above| above != 0.0);
    matches!(plan.measure, Measure::Derived { .. }) && has_something
}

/// Why there is no figure where [`is_half_judged`].
const HALF_JUDGED: &str = "part of what it is made of is too young to be judged, and the rest counts already";

/// Whether a figure is made of others of which some count all of `period` and some only what is old enough to be judged: it
/// would divide the cost of all days by the issues of the first ones.
fn is_half_judged(plan: &Plan, period: &Period, moment: Moment) -> bool {
    let age = |leaf: &&Plan| leaf.matures.map_or(0, Millis::get);
    let ages: BTreeSet<i64> = plan.leaves().iter().map(age).collect();
    ages.len() > 1 && moment.is_young(period)
}

/// How long after a period, in microseconds, what is still open of it is no longer expected to be done any day.
const LONG_PAST: i64 = 28 * DAY;

fn quality(
    metric: &Metric,
    (moments, figure): (&Moments, &Figure),
    statistic: &str,
    period: &Period,
    moment: Moment,
    plan: &Plan,
) -> Quality {
    let full = plan.measure.is_full_count() || is_derived(plan, figure);
    if (figure.n == 0 && !full) || (full && figure.value.is_none()) {
        return Quality::NoData;
    }
    let (hide, low) = match metric.small_sample {
        SmallSample::Count { hide_below, low_below } => (figure.n < hide_below, figure.n < low_below),
        SmallSample::Quantile { tail, least } => {
            let q = match statistic.strip_prefix('p').and_then(|percent| percent.parse::<f64>().ok()) {
                Some(percent) => percent / 100.0,
                None => 0.5,
            };
            let beyond = figure.n as f64 * q.min(1.0 - q);
            (figure.n < least || beyond + 1e-9 < tail as f64, false)
        }
        SmallSample::Ledger { .. } => (false, false),
    };
    let settled = period.end.micros().saturating_add(i64::from(metric.settling_days) * 86_400_000_000);
    let immature = moment.is_young(period);
    // of what is not loaded yet it is not known what it adds; who is lost of a cohort is not known without its start either
    let cohort = plan.leaves().iter().any(|leaf| matches!(leaf.measure, Measure::Cohort(_)));
    let immature = immature || !moment.reaches_end(period) || cohort && !moment.covers(period);
    if hide {
        Quality::Suppressed
    } else if figure.value.is_none() && !matches!(plan.measure, Measure::Survival { .. }) {
        // rows there are, but nothing to divide by
        Quality::NoData
    } else if is_half_judged(plan, period, moment) {
        Quality::Settling
    } else if is_provisional(metric, moments, figure) {
        Quality::Provisional
    } else if (metric.settling_days > 0 && settled > moment.now.micros()) || immature {
        Quality::Settling
    } else if figure.value.is_none() {
        let is_long_past = period.end.micros().saturating_add(LONG_PAST) <= moment.as_of().micros();
        if is_long_past { Quality::NotReached } else { Quality::Settling }
    } else if low {
        Quality::LowN
    } else {
        Quality::Ok
    }
}

/// Whether a figure is made of books that are still open, or of fewer entries than a ledger needs.
fn is_provisional(metric: &Metric, moments: &Moments, figure: &Figure) -> bool {
    let open = moments.ledger().is_some_and(|ledger| ledger.open > 0);
    open || matches!(metric.small_sample, SmallSample::Ledger { provisional_below } if figure.n < provisional_below)
}

/// The row of a derived metric's worked example, whose figures are given: whatever its period is, it is over.
pub(crate) fn derived_row(metric: &Metric, figure: Figure) -> AnswerRow {
    let (hide, low) = match metric.small_sample {
        SmallSample::Count { hide_below, low_below } => (figure.n < hide_below, figure.n < low_below),
        _ => (false, false),
    };
    let quality = match figure.value {
        _ if hide => Quality::Suppressed,
        None => Quality::NoData,
        Some(_) if is_provisional(metric, &Moments::Derived(figure, Ledger::default()), &figure) => {
            Quality::Provisional
        }
        Some(_) if low => Quality::LowN,
        Some(_) => Quality::Ok,
    };
    let (n, denominator) = (figure.n, figure.denominator);
    let numerator = figure.numerator.filter(|_| shown(quality) || quality == Quality::NoData);
    let shown = |end: Option<f64>| end.filter(|_| shown(quality));
    let (value, low, high) = (shown(figure.value), shown(figure.low), shown(figure.high));
    AnswerRow { value, low, high, n, numerator, denominator, quality, ..AnswerRow::NO_DATA }
}

type Side<'a> = (&'a Moments, &'a Figure, Quality);

/// Whether a measure is of what happened in a period, so that one of which only a part is known has less of it.
fn counts_a_stretch(measure: &Measure) -> bool {
    match measure {
        Measure::Count | Measure::Sum { .. } | Measure::Cohort(_) => true,
        Measure::Derived { inputs, .. } => inputs.iter().any(|input| counts_a_stretch(&input.plan.measure)),
        _ => false,
    }
}

fn comparison(
    (metric, plan): (&Metric, &Plan),
    now: Side<'_>,
    then: Side<'_>,
    period: &Period,
    comparable: bool,
) -> Comparison {
    let value = then.1.value.filter(|_| shown(then.2));
    let change = now.1.value.filter(|_| shown(now.2)).zip(value).map(|(now, then)| now - then).filter(|_| comparable);
    let interval =
        change.and_then(|_| change_interval(metric, matches!(plan.measure, Measure::ExactShare { .. }), now, then));
    Comparison {
        from: period.from,
        to: period.to,
        value,
        n: then.1.n,
        change,
        low: interval.as_ref().map(|interval| interval.low),
        high: interval.as_ref().map(|interval| interval.high),
    }
}

/// The interval of value now − value then, in the unit of answers.
fn change_interval(metric: &Metric, exact: bool, now: Side<'_>, then: Side<'_>) -> Option<margin::Interval> {
    match (metric.margin, now.0, then.0) {
        (
            Margin::Wilson,
            Moments::Parts { numerator: k1, denominator: n1 },
            Moments::Parts { numerator: k2, denominator: n2 },
        ) if !exact => {
            if k1 > n1 || k2 > n2 {
                return None;
            }
            let interval = margin::newcombe(*k1, *n1, *k2, *n2)?;
            Some(interval.scaled(100.0))
        }
        // of exact intervals as of any others
        (Margin::Wilson | Margin::NetScore | Margin::Quantile | Margin::Mean | Margin::Carried, _, _) => {
            let side = |figure: &Figure| {
                let interval = margin::Interval { low: figure.low?, high: figure.high? };
                Some((figure.value?, interval))
            };
            let ((value1, interval1), (value2, interval2)) = (side(now.1)?, side(then.1)?);
            Some(margin::mover(value1, interval1, value2, interval2))
        }
        _ => None,
    }
}
