//! Plans: what the engine is asked, with every name resolved and every parameter filled in. Plain data.
//!
//! A measure kind is a file each; a kind knows which aggregates it needs ([`Measure`]), what comes back
//! ([`Moments`]) and how that becomes figures.

mod build;
mod computed;
mod count;
mod derived;
mod dimension;
mod ledger;
mod mean;
mod net_score;
mod quantile;
mod ratio;
mod resolve;
mod share;
mod stock;
mod survival;

use std::collections::BTreeMap;

use model::calendar::Period;
use model::{FactTable, FieldType, Instant, Millis};
use serde::Serialize;

use crate::answer::{Cell, Moment};
use crate::expression::{Expr, Value};
use crate::metric::{Margin, MeasureKind, SmallSample};

pub use build::plan;
pub(crate) use computed::with_columns;
pub use computed::{Computed, Formula, business_day_end};
pub(crate) use derived::figure as derived_figure;
pub use derived::{Input, combine};
pub(crate) use dimension::is_dimension;
pub use dimension::{dimensions, lacking};
pub use ledger::Ledger;
pub use mean::{Sums, raw_units};
pub use resolve::{Resolved, columns, resolve};

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
    /// Dimensions, in the order of the question.
    pub by: Vec<Dimension>,
    /// Periods, in order, not overlapping.
    pub periods: Vec<Period>,
    /// Comparison periods, one for each of `periods`, where asked for.
    pub compared: Option<Vec<Period>>,
    /// ISO 4217 code of amounts of money.
    pub currency: Option<String>,
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
    },
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
}

impl Moments {
    /// Whether no row was counted; a stock of 0 at a known instant is something.
    pub fn is_nothing(&self) -> bool {
        match self {
            Moments::Parts { numerator, denominator } => *numerator == 0 && *denominator == 0,
            Moments::Net { n, .. } | Moments::Quantiles { n, .. } => *n == 0,
            Moments::Sum { n, ledger, .. } => *n == 0 && *ledger == Ledger::default(),
            Moments::Sums(sums) => sums.n == 0,
            Moments::Count { count, .. } => *count == 0,
            Moments::Derived(..) | Moments::Stock { .. } => false,
        }
    }

    /// Rows without a value, and rows that may still change, where that is asked.
    pub fn ledger(&self) -> Option<&Ledger> {
        match self {
            Moments::Sum { ledger, .. } | Moments::Derived(_, ledger) => Some(ledger),
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
    /// The name of a column of this type.
    Column(FieldType),
    /// An expression over parameters only, one of these words.
    Word(&'static [&'static str]),
    /// An expression that is a duration, a number or an integer.
    Quantity,
    /// An expression over the inputs of a derived metric.
    Formula,
}

pub(crate) fn kind_parts(kind: MeasureKind) -> &'static [Part] {
    match kind {
        MeasureKind::Share => share::PARTS,
        MeasureKind::Ratio => ratio::PARTS,
        MeasureKind::NetScore => net_score::PARTS,
        MeasureKind::Survival => survival::PARTS,
        MeasureKind::Stock => stock::PARTS,
        MeasureKind::Mean => mean::PARTS,
        MeasureKind::Sum => count::SUM_PARTS,
        MeasureKind::Count => count::COUNT_PARTS,
        MeasureKind::Quantile => quantile::PARTS,
        MeasureKind::Derived => derived::PARTS,
    }
}

pub(crate) fn has_quantiles(kind: MeasureKind) -> bool {
    matches!(kind, MeasureKind::Survival | MeasureKind::Quantile)
}

/// The margin of a kind, and its small-sample rule where the file has none.
pub(crate) fn kind_defaults(kind: MeasureKind) -> (Margin, SmallSample) {
    match kind {
        MeasureKind::Share | MeasureKind::Ratio => {
            (Margin::Wilson, SmallSample::Count { hide_below: 10, low_below: 30 })
        }
        MeasureKind::NetScore => (Margin::NetScore, SmallSample::Count { hide_below: 30, low_below: 100 }),
        MeasureKind::Survival | MeasureKind::Quantile => {
            (Margin::Quantile, SmallSample::Quantile { tail: 5, least: 20 })
        }
        MeasureKind::Mean => (Margin::Mean, SmallSample::Count { hide_below: 10, low_below: 30 }),
        MeasureKind::Derived => (Margin::None, SmallSample::Count { hide_below: 10, low_below: 30 }),
        MeasureKind::Sum | MeasureKind::Count => (Margin::None, SmallSample::Count { hide_below: 0, low_below: 0 }),
        MeasureKind::Stock => (Margin::None, SmallSample::Count { hide_below: 0, low_below: 10 }),
    }
}

/// Names of the statistics of a kind.
pub(crate) fn statistics(kind: MeasureKind, quantiles: &[f64]) -> Vec<String> {
    match kind {
        MeasureKind::Share => vec!["share".into()],
        MeasureKind::Ratio => vec!["ratio".into()],
        MeasureKind::NetScore => vec!["net_score".into()],
        MeasureKind::Stock | MeasureKind::Count => vec!["count".into()],
        MeasureKind::Mean => vec!["mean".into()],
        MeasureKind::Sum => vec!["sum".into()],
        MeasureKind::Derived => vec!["value".into()],
        MeasureKind::Survival | MeasureKind::Quantile => quantiles.iter().map(|q| quantile::statistic(*q)).collect(),
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

impl Measure {
    /// Names of its statistics.
    ///
    /// ```
    /// use catalogue::plan::Measure;
    /// let stock = Measure::Stock { start: "opened_at".into(), end: "solved_at".into() };
    /// assert_eq!(stock.statistics(), ["count"]);
    /// ```
    pub fn statistics(&self) -> Vec<String> {
        match self {
            Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
                statistics(MeasureKind::Survival, quantiles)
            }
            Measure::Share { .. } => statistics(MeasureKind::Share, &[]),
            Measure::Ratio { .. } => statistics(MeasureKind::Ratio, &[]),
            Measure::NetScore { .. } => statistics(MeasureKind::NetScore, &[]),
            Measure::Stock { .. } => statistics(MeasureKind::Stock, &[]),
            Measure::Mean { .. } => statistics(MeasureKind::Mean, &[]),
            Measure::Sum { .. } => statistics(MeasureKind::Sum, &[]),
            Measure::Count => statistics(MeasureKind::Count, &[]),
            Measure::Derived { .. } => statistics(MeasureKind::Derived, &[]),
        }
    }

    /// What is there when no row counts; `beyond` where the period lies outside of what is loaded.
    pub fn nothing(&self, beyond: bool) -> Moments {
        match self {
            Measure::Share { .. } | Measure::Ratio { .. } => Moments::Parts { numerator: 0, denominator: 0 },
            Measure::NetScore { .. } => Moments::Net { positive: 0, negative: 0, n: 0 },
            Measure::Stock { .. } => Moments::Stock { count: 0, beyond },
            Measure::Mean { .. } => Moments::Sums(Sums::NONE),
            Measure::Sum { .. } => Moments::Sum { n: 0, total: 0, beyond, ledger: Ledger::default() },
            Measure::Count => Moments::Count { count: 0, beyond },
            Measure::Quantile { quantiles, .. } | Measure::Survival { quantiles, .. } => {
                Moments::Quantiles { n: 0, ended: 0, values: vec![QuantileValue::default(); quantiles.len()] }
            }
            Measure::Derived { value, denominator, inputs } => {
                let formula = (value, denominator.as_ref());
                let cells = inputs
                    .iter()
                    .map(|input| vec![Cell { period: 0, by: Vec::new(), moments: input.plan.measure.nothing(beyond) }]);
                let combined = combine(formula, inputs, cells.collect(), &|_| beyond);
                let nothing = || Moments::Derived(derived::figure(formula, &BTreeMap::new()), Ledger::default());
                combined.into_iter().next().map_or_else(nothing, |cell| cell.moments)
            }
        }
    }

    /// Whether it counts everything there is, so that nothing is 0 where the data reach, and not "no data".
    pub fn is_full_count(&self) -> bool {
        matches!(self, Measure::Stock { .. } | Measure::Count | Measure::Sum { .. })
    }

    /// The figures of its statistics, in their order, from the moments that came back for it.
    pub fn figures(&self, moments: &Moments) -> Vec<Figure> {
        match (self, moments) {
            (_, Moments::Parts { numerator, denominator }) => vec![ratio::figure(*numerator, *denominator)],
            (_, Moments::Net { positive, negative, n }) => vec![net_score::figure(*positive, *negative, *n)],
            (_, Moments::Stock { count, beyond }) => vec![stock::figure(*count, *beyond)],
            (_, Moments::Count { count, beyond }) => vec![count::count_figure(*count, *beyond)],
            (_, Moments::Derived(figure, _)) => vec![*figure],
            (Measure::Mean { kind, weight, .. }, Moments::Sums(sums)) => {
                vec![mean::figure(sums, *kind, weight.as_ref().map(|(_, kind)| *kind))]
            }
            (_, Moments::Sums(sums)) => vec![mean::figure(sums, FieldType::Integer, None)],
            (Measure::Sum { kind, .. }, Moments::Sum { n, total, beyond, ledger }) => {
                vec![count::sum_figure(*n, *total, *beyond || !ledger.lacking.is_empty(), *kind)]
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
    /// The latest time a row may count at to be old enough; none where every row is.
    pub fn ripe_until(&self, moment: Moment) -> Option<Instant> {
        let matures = self.matures?.get().saturating_mul(1000);
        Some(Instant::from_micros(moment.as_of().micros().saturating_sub(matures)))
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

/// The plain second implementation: the moments of `rows`, which have been filtered by population and period.
pub fn evaluate(
    measure: &Measure,
    rows: &[&Row],
    as_of: Instant,
    instant: Option<Instant>,
    calendars: &model::calendar::Calendars,
) -> Moments {
    match measure {
        Measure::Share { hit } => share::evaluate(hit, rows),
        Measure::Ratio { numerator, denominator } => ratio::evaluate(numerator, denominator, rows),
        Measure::NetScore { positive, negative } => net_score::evaluate(positive, negative, rows),
        Measure::Quantile { value, quantiles, .. } => quantile::evaluate(value, quantiles, rows),
        Measure::Mean { value, weight, .. } => mean::evaluate(value, weight.as_ref().map(|(weight, _)| weight), rows),
        Measure::Sum { value, complete, provisional, .. } => {
            count::sum(value, complete.as_ref(), provisional.as_ref(), rows)
        }
        Measure::Count => count::count(rows),
        // made of cells, not of rows
        Measure::Derived { .. } => measure.nothing(true),
        Measure::Survival { duration, start, end, business, quantiles } => survival::evaluate(
            &survival::Clock { duration, start, end, business: *business },
            quantiles,
            rows,
            as_of,
            calendars,
        ),
        Measure::Stock { start, end } => stock::evaluate(start, end, rows, instant),
    }
}

/// Whether `expr` is true of `row`.
pub(crate) fn holds(expr: &Expr, row: &Row) -> bool {
    crate::expression::evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null)) == Value::Boolean(true)
}
