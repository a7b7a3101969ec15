//! What a card is made of.

use std::collections::BTreeMap;
use std::ops::Range;

use catalogue::file::Located;
use catalogue::metric::{Direction, Status as DefinitionStatus, Unit};
use catalogue::source::SourceText;
use jiff::civil::Date;
use serde::Serialize;

/// A checked `scorecards/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Title for people.
    pub title: String,
    /// What the company promises its customers; empty where nobody wrote it down.
    pub value_proposition: String,
    /// Whether a person approved it.
    pub status: DefinitionStatus,
    /// Perspectives in the order of the file.
    pub perspectives: Vec<Perspective>,
    /// KPIs in the order of the file; their weights add up to 1.
    pub kpis: Vec<Kpi>,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    pub file: SourceText,
}

/// One of the views the card balances: satisfaction, cost, people and so on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Perspective {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Sum of the weights of its KPIs.
    pub weight: f64,
}

/// One figure on the card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kpi {
    /// Identifier, unique on the card.
    pub id: String,
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set on the card, as written; they win over the variant's.
    pub parameters: BTreeMap<String, String>,
    /// A filter over the metric's fact table, as written.
    #[serde(rename = "where")]
    pub filter: Option<Located<String>>,
    /// Which of the metric's statistics.
    pub statistic: String,
    /// Name for people.
    pub name: String,
    /// Unit of its values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Id of its perspective.
    pub perspective: String,
    /// Its share of the card, 0–1.
    pub weight: f64,
    /// What it is held against; none until somebody sets it.
    pub target: Option<Target>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// What a KPI is held against, in the unit of answers: percent 0–100, seconds, points, counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The number, or the band.
    pub goal: Goal,
    /// How far short of it is still tolerated; 0 or more.
    pub tolerance: f64,
    /// Where things stood when it was set.
    pub baseline: Option<f64>,
    /// What would be more than was promised.
    pub stretch: Option<f64>,
    /// By when.
    pub deadline: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
}

/// The number to reach, by the direction of the metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// In this band, both ends included.
    Between {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

impl Goal {
    /// How far `value` is short of it; 0 or less where it is reached.
    ///
    /// ```
    /// use scorecard::Goal;
    /// assert_eq!(Goal::AtLeast(80.0).shortfall(77.0), 3.0);
    /// assert_eq!(Goal::AtMost(5.0).shortfall(4.0), -1.0);
    /// assert_eq!(Goal::Between { low: 75.0, high: 85.0 }.shortfall(87.0), 2.0);
    /// ```
    pub fn shortfall(&self, value: f64) -> f64 {
        match self {
            Goal::AtLeast(target) => target - value,
            Goal::AtMost(target) => value - target,
            Goal::Between { low, high } => (low - value).max(value - high),
        }
    }

    /// The numbers at which it turns from reached to missed.
    pub fn edges(&self) -> impl Iterator<Item = f64> {
        let (first, second) = match self {
            Goal::AtLeast(target) | Goal::AtMost(target) => (*target, None),
            Goal::Between { low, high } => (*low, Some(*high)),
        };
        std::iter::once(first).chain(second)
    }
}
