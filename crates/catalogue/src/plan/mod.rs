//! Plans: what the engine is asked, with every name resolved and every parameter filled in. Plain data.
//!
//! A measure kind is a file each; a kind knows which aggregates it needs ([`Measure`]), what comes back
//! ([`Moments`]) and how that becomes figures.

mod build;
mod cohort;
mod computed;
mod count;
mod derived;
mod dimension;
mod ledger;
mod mean;
mod net_score;
mod quantile;
mod quotient;
mod ratio;
mod resolve;
mod share;
mod shared;
mod stock;
mod stock_age;
mod stretch;
mod sums;
mod survival;
mod unit;

use std::collections::BTreeMap;

use model::calendar::Period;
use model::{FactTable, FieldType, Instant, Millis};
use serde::Serialize;

use crate::answer::{Cell, Moment, Reach};
use crate::expression::{Expr, Value};
use crate::metric::{Margin, MeasureKind, SmallSample, Unit};
use crate::privacy::People;

pub use build::plan;
pub(crate) use cohort::cells as cohort_cells;
pub use cohort::{Cohort, CohortSums, Member};
pub(crate) use computed::with_columns;
pub use computed::{Computed, Formula, business_day_end};
pub(crate) use derived::{
    Formula as DerivedFormula, Given, PERIOD_MONTHS, figure as derived_figure, interval as derived_interval,
};
pub use derived::{Input, MadeOf, combine, made_of};
pub(crate) use dimension::is_dimension;
pub use dimension::{dimensions, lacking};
pub use ledger::Ledger;
pub use mean::{Sums, raw_units};
pub(crate) use quotient::Quotient;
pub use resolve::{Resolved, columns, resolve};
pub(crate) use shared::note as shared_note;
pub use stretch::{Growth, depends_on_length, depends_on_size, growth};
pub use unit::LineUnit;

/// One metric, resolved, over the periods of one question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// Metric id.
    pub metric: String,
    /// Version of the definition.
    pub version: u32,
    /// Variant asked for.
    pub variant: Option<String>,
    /// Every parameter with its resolved value.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// BLAKE3 of id, version and resolved parameters: two parameter sets are two metrics.
    pub identity: String,
    /// Table the facts are in; of a derived metric that of its first input.
    pub table: FactTable,
    /// Columns worked out before anything else, in this order; those after may use those before.
    pub computed: Vec<Computed>,
    /// Column of the time a row counts at; for a stock the instants are the ends of the periods.
    pub at: String,
    /// How long after that time a row can first be judged; younger ones do not count yet. Nothing where a row counts
    /// at once, even one that lies in the future.
    pub matures: Option<Millis>,
    /// Rows that count: the metric's population and the question's filter.
    pub population: Expr,
    /// What is measured.
    pub measure: Measure,
    /// Whose figures these are, where they are withheld of few people; none of a derived metric, whose inputs say it.
    pub people: Option<People>,
    /// Dimensions, in the order of the question.
    pub by: Vec<Dimension>,
    /// Periods, in order, not overlapping.
    pub periods: Vec<Period>,
    /// Comparison periods, one for each of `periods`, where asked for.
    pub compared: Option<Vec<Period>>,
    /// Unit of the figures.
    pub unit: Unit,
    /// ISO 4217 code of amounts of money, where figures are or are made of some.
    pub currency: Option<String>,
}

impl Plan {
    /// Whether any of it is clocked by hours of work.
    pub fn is_on_business_clock(&self) -> bool {
        if let Measure::Derived { inputs, .. } = &self.measure {
            return inputs.iter().any(|input| input.plan.is_on_business_clock());
        }
        let of_measure = match &self.measure {
            Measure::Share { hit } | Measure::ExactShare { hit, .. } => vec![hit],
            Measure::Ratio { numerator, denominator } => vec![numerator, denominator],
            Measure::NetScore { positive, negative } => vec![positive, negative],
            Measure::Mean { value, weight, .. } => {
                std::iter::once(value).chain(weight.iter().map(|(weight, _)| weight)).collect()
            }
            Measure::Sum { value, .. } | Measure::Quantile { value, .. } => vec![value],
            Measure::Survival { duration, end, .. } => vec![duration, end],
            Measure::Cohort(cohort) => {
                let value = cohort.value.iter().map(|(value, _)| value);
                value.chain(&cohort.left).chain([&cohort.entering]).collect()
            }
            Measure::Count | Measure::Derived { .. } | Measure::Stock { .. } | Measure::StockAge { .. } => Vec::new(),
        };
        let mut found = matches!(self.measure, Measure::Survival { business: true, .. });
        let is_business = |column: &str| column.ends_with("business_time");
        for expr in of_measure.into_iter().chain([&self.population]) {
            expr.columns(&mut |column| found |= is_business(column) || self.is_business_day_end(column));
        }
        found || self.is_business_day_end(&self.at)
    }

    /// Whether a column is worked out by business days, or by one that is.
    fn is_business_day_end(&self, column: &str) -> bool {
        self.computed.iter().filter(|computed| computed.name == column).any(|computed| match &computed.formula {
            Formula::BusinessDayEnd { .. } => true,
            Formula::Value(expr) => {
                let mut found = false;
                // columns use those before only
                expr.columns(&mut |inner| found |= inner != column && self.is_business_day_end(inner));
                found
            }
        })
    }
}

/// A dimension of a question, resolved to the column of the role the metric uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dimension {
    /// Name in the question, as `team`.
    pub name: String,
    /// Column of the fact table, as `team_solved`.
    pub column: String,
    /// Its type; values are shown as text.
    pub kind: FieldType,
}

/// What is measured: a closed list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Rows for which `hit` is true ÷ rows.
    Share {
        /// The rows above the line.
        hit: Expr,
    },
    /// The same with an exact interval.
    ExactShare {
        /// The rows above the line.
        hit: Expr,
        /// Whether only what the share is at least is asked for.
        one_sided: bool,
    },
    /// Rows for which `numerator` is true ÷ rows for which `denominator` is true; neither need contain the other.
    Ratio {
        /// The rows above the line.
        numerator: Expr,
        /// The rows below the line.
        denominator: Expr,
    },
    /// 100 × (rows `positive` − rows `negative`) ÷ rows.
    NetScore {
        /// Promoters.
        positive: Expr,
        /// Detractors.
        negative: Expr,
    },
    /// Σ value ÷ Σ weight over rows that have both.
    Mean {
        /// What is added up above the line.
        value: Expr,
        /// Its type: duration, number or integer.
        kind: FieldType,
        /// What is added up below the line, with its type; rows where absent.
        weight: Option<(Expr, FieldType)>,
        /// Whether the rows are counts already, so that the sample is what is added up below the line, and not rows.
        of_counts: bool,
    },
    /// Σ value over rows that have one.
    Sum {
        /// What is added up.
        value: Expr,
        /// Its type: duration, number or integer.
        kind: FieldType,
        /// What a row lacks that has no value, where every row needs one.
        complete: Option<Expr>,
        /// Rows that may still change.
        provisional: Option<Expr>,
        /// Rows of which it is not known whether the question's filter lets them through: costs that are shared out to
        /// nobody. As long as there are any, nothing is known of what it asks for.
        apart: Option<Expr>,
    },
    /// Rows.
    Count,
    /// Quantiles (type 7) of a quantity over rows that have one.
    Quantile {
        /// The quantity.
        value: Expr,
        /// Its type: duration, number or integer.
        kind: FieldType,
        /// As .5, .9.
        quantiles: Vec<f64>,
    },
    /// Arithmetic of other metrics' figures.
    Derived {
        /// The formula over the inputs' names.
        value: Expr,
        /// What it divides by, where its sample is counted by that and not by the smallest of its inputs.
        denominator: Option<Expr>,
        /// The figures it is made of.
        inputs: Vec<Input>,
        /// The input whose interval the figure's follows from, the others taken as exact.
        interval: Option<String>,
    },
    /// Kaplan–Meier quantiles of the time from `start` until it ended; work still open is censored at the time of
    /// asking, on the same clock.
    Survival {
        /// The duration where it has ended; null where still open.
        duration: Expr,
        /// Start of the clock.
        start: String,
        /// The time it ended; null where still open. Work that ended but has no duration (before it began, say) is
        /// left out.
        end: Expr,
        /// Whether open work is clocked by its schedule (column `calendar`) or by the calendar.
        business: bool,
        /// As .5, .9.
        quantiles: Vec<f64>,
    },
    /// Rows with `start` < instant and (`end` null or `end` ≥ instant), at the end of each period.
    Stock {
        /// Column of the start.
        start: String,
        /// Column of the end.
        end: String,
        /// The ends of all months of the periods, in order, where the figure is the mean over those within a period.
        month_ends: Option<Vec<Instant>>,
    },
    /// How long the rows of a [`Measure::Stock`] have been open: quantiles, or the share of older ones.
    StockAge {
        /// Column of the start.
        start: String,
        /// Column of the end.
        end: String,
        /// Column of the time from which the age counts, where that is not the start.
        since: String,
        /// Those older than this, of all; quantiles where absent.
        than: Option<Millis>,
        /// As .5, .9.
        quantiles: Vec<f64>,
    },
    /// Who is there at the start of each period, and what of them at its end.
    Cohort(Cohort),
}

/// What comes back from the engine for one period and cell, before margins and small-sample rules.
#[derive(Clone, Debug, PartialEq)]
pub enum Moments {
    /// Of a share or ratio.
    Parts {
        /// Rows above the line.
        numerator: u64,
        /// Rows below the line.
        denominator: u64,
    },
    /// Of a net score.
    Net {
        /// Promoters.
        positive: u64,
        /// Detractors.
        negative: u64,
        /// All.
        n: u64,
    },
    /// Of a mean.
    Sums(Sums),
    /// Of a sum.
    Sum {
        /// Rows that have a value.
        n: u64,
        /// What they add up to, in the raw unit of the type.
        total: i128,
        /// Whether the period lies outside of what is loaded.
        beyond: bool,
        /// Rows without a value, and rows that may still change.
        ledger: Ledger,
    },
    /// Of a count.
    Count {
        /// Rows.
        count: u64,
        /// Whether the period lies outside of what is loaded.
        beyond: bool,
    },
    /// Of a derived metric: the figure itself, and what stands in its way or in that of its inputs.
    Derived(Figure, Ledger),
    /// Of a quantile or survival measure.
    Quantiles {
        /// Rows.
        n: u64,
        /// Rows that have ended; equal to n for a plain quantile.
        ended: u64,
        /// One an asked quantile, in the raw unit of the type, as milliseconds.
        values: Vec<QuantileValue>,
    },
    /// Of a stock.
    Stock {
        /// Rows open.
        count: u64,
        /// Whether the instant lies beyond what is loaded or now.
        beyond: bool,
    },
    /// Of a cohort's value.
    Value {
        /// Members of the cohort.
        n: u64,
        /// What was kept or lost, in the raw unit of the type.
        numerator: i128,
        /// What there was at the start.
        denominator: i128,
        /// Members of whom a value is not known that is needed.
        ledger: Ledger,
    },
    /// Of a stock that is averaged.
    Average {
        /// Rows open, added up over the instants.
        total: u64,
        /// How many instants; none beyond what is loaded or now.
        instants: u64,
    },
}

impl Moments {
    /// Whether no row was counted; a stock of 0 at a known instant is something.
    pub fn is_nothing(&self) -> bool {
        match self {
            Moments::Parts { numerator, denominator } => *numerator == 0 && *denominator == 0,
            Moments::Net { n, .. } | Moments::Quantiles { n, .. } => *n == 0,
            Moments::Sum { n, ledger, .. } | Moments::Value { n, ledger, .. } => {
                *n == 0 && *ledger == Ledger::default()
            }
            Moments::Sums(sums) => sums.n == 0,
            Moments::Count { count, .. } => *count == 0,
            Moments::Derived(..) | Moments::Stock { .. } | Moments::Average { .. } => false,
        }
    }

    /// Rows without a value, and rows that may still change, where that is asked.
    pub fn ledger(&self) -> Option<&Ledger> {
        match self {
            Moments::Sum { ledger, .. } | Moments::Value { ledger, .. } | Moments::Derived(_, ledger) => Some(ledger),
            _ => None,
        }
    }
}

/// A quantile with its 95 % confidence interval, in the raw unit of its type; absent where the curve does not reach it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QuantileValue {
    /// The quantile.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// A part of `[measure]` that a kind takes beside table, at and population.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) role: PartRole,
    pub(crate) required: bool,
}

/// What a part must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartRole {
    /// An expression of this type.
    Expression(FieldType),
    /// A length of time that follows from the parameters alone.
    Length,
    /// The name of a column of this type.
    Column(FieldType),
    /// An expression over parameters only, one of these words.
    Word(&'static [&'static str]),
    /// An expression that is a duration, a number or an integer.
    Quantity,
    /// An expression over the inputs of a derived metric.
    Formula,
    /// The name of an input of a derived metric.
    Input,
}

pub(crate) fn kind_parts(kind: MeasureKind) -> &'static [Part] {
    match kind {
        MeasureKind::Share => share::PARTS,
        MeasureKind::Ratio => ratio::PARTS,
        MeasureKind::NetScore => net_score::PARTS,
        MeasureKind::Survival => survival::PARTS,
        MeasureKind::Stock => stock::PARTS,
        MeasureKind::StockAge => stock_age::PARTS,
        MeasureKind::StockOlder => stock_age::OLDER_PARTS,
        MeasureKind::Cohort => cohort::PARTS,
        MeasureKind::Mean => mean::PARTS,
        MeasureKind::Sum => count::SUM_PARTS,
        MeasureKind::Count => count::COUNT_PARTS,
        MeasureKind::Quantile => quantile::PARTS,
        MeasureKind::Derived => derived::PARTS,
    }
}

pub(crate) fn has_quantiles(kind: MeasureKind) -> bool {
    matches!(kind, MeasureKind::Survival | MeasureKind::Quantile | MeasureKind::StockAge)
}

/// The margin of a kind, and its small-sample rule where the file has none.
pub(crate) fn kind_defaults(kind: MeasureKind) -> (Margin, SmallSample) {
    match kind {
        MeasureKind::Share | MeasureKind::Ratio | MeasureKind::Cohort => {
            (Margin::Wilson, SmallSample::Count { hide_below: 10, low_below: 30 })
        }
        MeasureKind::NetScore => (Margin::NetScore, SmallSample::Count { hide_below: 30, low_below: 100 }),
        MeasureKind::Survival | MeasureKind::Quantile | MeasureKind::StockAge => {
            (Margin::Quantile, SmallSample::Quantile { tail: 5, least: 20 })
        }
        MeasureKind::Mean => (Margin::Mean, SmallSample::Count { hide_below: 10, low_below: 30 }),
        MeasureKind::Derived => (Margin::None, SmallSample::Count { hide_below: 10, low_below: 30 }),
        MeasureKind::Sum | MeasureKind::Count => (Margin::None, SmallSample::Count { hide_below: 0, low_below: 0 }),
        MeasureKind::StockOlder => (Margin::None, SmallSample::Count { hide_below: 10, low_below: 30 }),
        MeasureKind::Stock => (Margin::None, SmallSample::Count { hide_below: 0, low_below: 10 }),
    }
}

/// Names of the statistics of a kind.
pub(crate) fn statistics(kind: MeasureKind, quantiles: &[f64]) -> Vec<String> {
    match kind {
        MeasureKind::Share | MeasureKind::StockOlder | MeasureKind::Cohort => vec!["share".into()],
        MeasureKind::Ratio => vec!["ratio".into()],
        MeasureKind::NetScore => vec!["net_score".into()],
        MeasureKind::Stock | MeasureKind::Count => vec!["count".into()],
        MeasureKind::Mean => vec!["mean".into()],
        MeasureKind::Sum => vec!["sum".into()],
        MeasureKind::Derived => vec!["value".into()],
        MeasureKind::Survival | MeasureKind::Quantile | MeasureKind::StockAge => {
            quantiles.iter().map(|q| quantile::statistic(*q)).collect()
        }
    }
}

/// One statistic of one cell, in the unit of answers, before small-sample rules.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The value.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// Above the line.
    pub numerator: Option<f64>,
    /// Below the line.
    pub denominator: Option<f64>,
}

impl Figure {
    /// The same sample, of which no value is given.
    pub(crate) fn unknown(self) -> Self {
        Figure { value: None, low: None, high: None, numerator: None, ..self }
    }
}

impl Measure {
    /// Names of its statistics.
    ///
    /// ```
    /// use catalogue::plan::Measure;
    /// let stock = Measure::Stock { start: "opened_at".into(), end: "solved_at".into(), month_ends: None };
    /// assert_eq!(stock.statistics(), ["count"]);
    /// ```
    pub fn statistics(&self) -> Vec<String> {
        match self {
            Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
                statistics(MeasureKind::Survival, quantiles)
            }
            Measure::Share { .. } | Measure::ExactShare { .. } => statistics(MeasureKind::Share, &[]),
            Measure::StockAge { than: Some(_), .. } => statistics(MeasureKind::StockOlder, &[]),
            Measure::StockAge { quantiles, .. } => statistics(MeasureKind::StockAge, quantiles),
            Measure::Ratio { .. } => statistics(MeasureKind::Ratio, &[]),
            Measure::NetScore { .. } => statistics(MeasureKind::NetScore, &[]),
            Measure::Stock { .. } => statistics(MeasureKind::Stock, &[]),
            Measure::Cohort(_) => statistics(MeasureKind::Cohort, &[]),
            Measure::Mean { .. } => statistics(MeasureKind::Mean, &[]),
            Measure::Sum { .. } => statistics(MeasureKind::Sum, &[]),
            Measure::Count => statistics(MeasureKind::Count, &[]),
            Measure::Derived { .. } => statistics(MeasureKind::Derived, &[]),
        }
    }

    /// What is there when no row counts in a period of that reach.
    pub fn nothing(&self, reach: Reach) -> Moments {
        let beyond = reach.beyond;
        match self {
            Measure::Share { .. } | Measure::ExactShare { .. } | Measure::Ratio { .. } => {
                Moments::Parts { numerator: 0, denominator: 0 }
            }
            Measure::StockAge { than, quantiles, .. } => stock_age::nothing(*than, quantiles),
            Measure::NetScore { .. } => Moments::Net { positive: 0, negative: 0, n: 0 },
            Measure::Cohort(cohort) => CohortSums::default().moments(cohort),
            Measure::Stock { month_ends: None, .. } => Moments::Stock { count: 0, beyond },
            Measure::Stock { .. } => Moments::Average { total: 0, instants: u64::from(!beyond) },
            Measure::Mean { .. } => Moments::Sums(Sums::NONE),
            Measure::Sum { .. } => Moments::Sum { n: 0, total: 0, beyond, ledger: Ledger::default() },
            Measure::Count => Moments::Count { count: 0, beyond },
            Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
                Moments::Quantiles { n: 0, ended: 0, values: vec![QuantileValue::default(); quantiles.len()] }
            }
            Measure::Derived { inputs, .. } => {
                let cells = inputs
                    .iter()
                    .map(|input| vec![Cell { period: 0, by: Vec::new(), moments: input.plan.measure.nothing(reach) }]);
                let combined = combine(self, cells.collect(), &|_| reach).into_iter().next();
                combined.map_or(Moments::Derived(derived::NOTHING, Ledger::default()), |cell| cell.moments)
            }
        }
    }

    /// Whether its rows count at instants of a period, and not at a time of their own.
    pub fn is_at_instants(&self) -> bool {
        matches!(self, Measure::Stock { .. } | Measure::StockAge { .. } | Measure::Cohort(_))
    }

    /// The instants of `period` at which rows count, as far as `moment` knows them, of a cohort its start and its end; none of a measure whose rows count
    /// at a time of their own, and none where the period lies outside of what is loaded.
    pub fn instants(&self, moment: Moment, period: &Period) -> Vec<Instant> {
        let last = moment.stock_instant(period);
        match (self, last) {
            (Measure::Stock { month_ends: Some(ends), .. }, Some(last)) => {
                stock::month_ends(ends, moment, period, last)
            }
            (Measure::Stock { .. } | Measure::StockAge { .. }, Some(last)) => vec![last],
            // who was there at the start and had left by then may be unknown
            (Measure::Cohort(_), Some(last)) if moment.since.is_none_or(|since| since <= period.start) => {
                vec![period.start, last]
            }
            _ => Vec::new(),
        }
    }

    /// Whether it counts everything there is, so that nothing is 0 where the data reach, and not "no data".
    pub fn is_full_count(&self) -> bool {
        matches!(self, Measure::Stock { .. } | Measure::Count | Measure::Sum { .. })
    }

    /// The figures of its statistics, in their order, from the moments that came back for it.
    pub fn figures(&self, moments: &Moments) -> Vec<Figure> {
        match (self, moments) {
            (Measure::ExactShare { one_sided, .. }, Moments::Parts { numerator, denominator }) => {
                vec![share::exact_figure(*numerator, *denominator, *one_sided)]
            }
            (_, Moments::Parts { numerator, denominator }) => vec![ratio::figure(*numerator, *denominator)],
            (_, Moments::Net { positive, negative, n }) => vec![net_score::figure(*positive, *negative, *n)],
            (_, Moments::Stock { count, beyond }) => vec![stock::figure(*count, *beyond)],
            (_, Moments::Average { total, instants }) => vec![stock::average(*total, *instants)],
            (_, Moments::Count { count, beyond }) => vec![count::count_figure(*count, *beyond)],
            (measure, Moments::Value { n, numerator, denominator, ledger }) => {
                let kind = match measure {
                    Measure::Cohort(Cohort { value: Some((_, kind)), .. }) => *kind,
                    _ => FieldType::Integer,
                };
                vec![cohort::figure(*n, *numerator, *denominator, !ledger.hides(), kind)]
            }
            (_, Moments::Derived(figure, _)) => vec![*figure],
            (Measure::Mean { kind, weight, of_counts, .. }, Moments::Sums(sums)) => {
                let figure = mean::figure(sums, *kind, weight.as_ref().map(|(_, kind)| *kind));
                vec![if *of_counts { mean::counted(figure) } else { figure }]
            }
            (_, Moments::Sums(sums)) => vec![mean::figure(sums, FieldType::Integer, None)],
            (Measure::Sum { kind, .. }, Moments::Sum { n, total, beyond, ledger }) => {
                vec![count::sum_figure(*n, *total, *beyond || ledger.hides(), *kind)]
            }
            (_, Moments::Sum { n, total, beyond, .. }) => {
                vec![count::sum_figure(*n, *total, *beyond, FieldType::Integer)]
            }
            (Measure::Quantile { kind, .. }, Moments::Quantiles { n, values, .. }) => {
                quantile::figures(*n, values, *kind)
            }
            (_, Moments::Quantiles { n, values, .. }) => quantile::figures(*n, values, FieldType::Duration),
        }
    }
}

impl Plan {
    /// The latest time a row may count at to be old enough, and not of a day to come; none where every row is.
    pub fn ripe_until(&self, moment: Moment) -> Option<Instant> {
        let before = |at: Instant, micros: i64| Instant::from_micros(at.micros().saturating_sub(micros));
        let ripe = self.matures.map(|matures| before(moment.as_of(), matures.get().saturating_mul(1000)));
        let come = self.table.lies_ahead().then(|| before(moment.now, 1));
        ripe.into_iter().chain(come).min()
    }

    /// Whether its figures are about staff, so that the rows behind them are not listed.
    pub fn is_private(&self) -> bool {
        self.leaves().into_iter().any(|plan| plan.people.is_some() || plan.table.people().is_some())
    }

    /// The plans that facts answer: itself, or those a derived metric is made of.
    pub fn leaves(&self) -> Vec<&Plan> {
        match &self.measure {
            Measure::Derived { inputs, .. } => inputs.iter().flat_map(|input| input.plan.leaves()).collect(),
            _ => vec![self],
        }
    }
}

/// One row of facts for the plain evaluator.
pub type Row = BTreeMap<String, Value>;

/// The plain second implementation: the moments of `rows`, which have been filtered by population and period, or count
/// at `instants`.
pub fn evaluate(
    measure: &Measure,
    rows: &[&Row],
    as_of: Instant,
    instants: &[Instant],
    calendars: &model::calendar::Calendars,
) -> Moments {
    match measure {
        Measure::Share { hit } | Measure::ExactShare { hit, .. } => share::evaluate(hit, rows),
        Measure::StockAge { start, end, since, than, quantiles } => {
            stock_age::evaluate([start, end, since], *than, quantiles, rows, instants.last().copied())
        }
        Measure::Ratio { numerator, denominator } => ratio::evaluate(numerator, denominator, rows),
        Measure::NetScore { positive, negative } => net_score::evaluate(positive, negative, rows),
        Measure::Quantile { value, quantiles, .. } => quantile::evaluate(value, quantiles, rows),
        Measure::Mean { value, weight, .. } => mean::evaluate(value, weight.as_ref().map(|(weight, _)| weight), rows),
        Measure::Sum { value, complete, provisional, apart, .. } => {
            count::sum(value, [complete.as_ref(), provisional.as_ref(), apart.as_ref()], rows)
        }
        Measure::Count => count::count(rows),
        // made of cells, not of rows; of rows of all cells
        Measure::Derived { .. } | Measure::Cohort(_) => measure.nothing(Reach::BEYOND),
        Measure::Survival { duration, start, end, business, quantiles } => survival::evaluate(
            &survival::Clock { duration, start, end, business: *business },
            quantiles,
            rows,
            as_of,
            calendars,
        ),
        Measure::Stock { start, end, month_ends } => stock::evaluate(start, end, rows, instants, month_ends.is_some()),
    }
}

/// Whether `expr` is true of `row`.
pub(crate) fn holds(expr: &Expr, row: &Row) -> bool {
    crate::expression::evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null)) == Value::Boolean(true)
}
