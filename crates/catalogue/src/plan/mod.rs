//! Plans: what the engine is asked, with every name resolved and every parameter filled in. Plain data.
//!
//! A measure kind is a file each; a kind knows which aggregates it needs ([`Measure`]), what comes back
//! ([`Moments`]) and how that becomes figures.

use std::collections::BTreeMap;

use model::calendar::Period;
use model::{FactTable, FieldType, Instant};
use serde::Serialize;

use crate::expression::Expr;

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
    /// Table the facts are in.
    pub table: FactTable,
    /// Column of the time a row counts at; for a stock the instants are the ends of the periods.
    pub at: String,
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
    /// Quantiles (type 7) of a duration over rows that have one.
    Quantile {
        /// The duration.
        value: Expr,
        /// As .5, .9.
        quantiles: Vec<f64>,
    },
    /// Kaplan–Meier quantiles of the time from `start` until it ended; work still open is censored at the time of
    /// asking, on the same clock.
    Survival {
        /// The duration where it has ended; null where still open.
        duration: Expr,
        /// Start of the clock.
        start: String,
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
    /// Of a quantile or survival measure.
    Quantiles {
        /// Rows.
        n: u64,
        /// Rows that have ended; equal to n for a plain quantile.
        ended: u64,
        /// One an asked quantile, in milliseconds.
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

/// A quantile with its 95 % confidence interval, in milliseconds; absent where the curve does not reach it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QuantileValue {
    /// The quantile.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// The time up to which a plan's answer speaks: the earlier of now and the watermark.
pub type AsOf = Instant;
