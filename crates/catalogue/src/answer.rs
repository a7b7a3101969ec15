//! Answers: a value with its n, its margin and whether it can be relied on.

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Instant;
use serde::{Deserialize, Serialize};

/// Answer of one statistic of one metric; `kpi --format json` and the API give an array of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// `percent`, `points`, `seconds` or `count`.
    pub unit: String,
    /// Whether `up` or `down` is better, or `range`.
    pub direction: String,
    /// One row a period and cell, sorted by period, then by dimension values.
    pub rows: Vec<AnswerRow>,
    /// Data is loaded through this time, by the least advanced source the metric uses.
    pub watermark: Option<Instant>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// First day, reporting zone.
    pub from: Date,
    /// Day after the last.
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
    /// The comparison period's figure and the change since.
    pub compare: Option<Comparison>,
}

/// Whether a figure can be relied on, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Nothing to measure: an empty denominator is never 0 or 100.
    NoData,
    /// Too few to show the value.
    Suppressed,
    /// Late answers are not in yet.
    Settling,
    /// Few; shown with its interval.
    LowN,
    /// Good.
    Ok,
}

/// The comparison period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// Its value.
    pub value: Option<f64>,
    /// Its sample size.
    pub n: u64,
    /// Value now minus value then, in the metric's unit (percentage points for percent).
    pub change: Option<f64>,
    /// Lower end of the 95 % confidence interval of the change.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}
