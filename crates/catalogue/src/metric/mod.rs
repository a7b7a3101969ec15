//! A governed metric: one TOML file each. The dictionary page, the manual and `crosscheck check` read the same file.

mod declare;
pub mod shape;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{FactTable, FieldType, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::expression::Value;
use crate::file::Located;
use crate::plan;
use crate::source::SourceText;

pub use declare::declare;
pub use declare::to_json;
pub(crate) use declare::{from_json, from_text};

/// A declared metric. Its expressions are text until a question fills in the parameters; [`crate::check`] tries them
/// with the defaults and every variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Identifier, as `csat_t2b`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Other names people search for.
    pub aliases: Vec<String>,
    /// What it means, in prose.
    pub meaning: String,
    /// Who answers for the definition; empty until somebody does.
    pub owner: String,
    /// Where the definition stands.
    pub status: Status,
    /// Version of the definition.
    pub version: u32,
    /// From when that version holds.
    pub effective: Date,
    /// Unit of its values.
    pub unit: Unit,
    /// What its figures are at least, where its unit and kind do not say so already.
    pub least: Option<f64>,
    /// What its figures are at most, where its unit and kind do not say so already.
    pub most: Option<f64>,
    /// Which way is better.
    pub direction: Direction,
    /// Perspectives of a scorecard it belongs to.
    pub perspectives: Vec<String>,
    /// Who should see it.
    pub audience: Vec<String>,
    /// Channels it is for.
    pub channels: Vec<String>,
    /// Metrics that get worse when this one is pushed too hard.
    pub counterbalances: Vec<String>,
    /// Metrics that move it.
    pub drivers: Vec<String>,
    /// How it is gamed.
    pub gamed: String,
    /// What to know before trusting it.
    pub caveats: Vec<String>,
    /// Where the definition comes from.
    pub sources: Vec<String>,
    /// Parameters in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Named presets of parameters.
    pub variants: BTreeMap<String, Variant>,
    /// Dimension name → column of the role the metric uses, as team → team_solved.
    pub roles: BTreeMap<String, String>,
    /// What is measured.
    pub measure: MeasureDeclaration,
    /// Method of the confidence interval.
    pub margin: Margin,
    /// The parameter that says how many there were of whom the sample is a part; 0 where that is not known.
    pub sampled_of: Option<String>,
    /// What to do with few.
    pub small_sample: SmallSample,
    /// How few people are too few, of a metric over staff.
    pub privacy: Option<Privacy>,
    /// Days after a period in which late answers still come in.
    pub settling_days: u32,
    /// Worked examples, run as tests.
    pub examples: Vec<Example>,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    pub file: SourceText,
}

/// Where a definition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DefinitionStatus)]
pub enum Status {
    /// Shipped with Crosscheck; nobody here has approved it.
    TemplateDefault,
    /// Being written.
    Draft,
    /// A person approved it.
    Approved,
    /// Not to be used any more.
    Deprecated,
}

impl Status {
    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Status::TemplateDefault => "template_default",
            Status::Draft => "draft",
            Status::Approved => "approved",
            Status::Deprecated => "deprecated",
        }
    }
}

/// Unit of a metric's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0–100; changes are percentage points.
    Percent,
    /// Points of a net score, −100 to 100.
    Points,
    /// A mean answer on its scale, told to the hundredth.
    Score,
    /// Seconds.
    Seconds,
    /// Whole things.
    Count,
    /// Money, in the organisation's currency.
    Currency,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Unit; 6] = [Self::Percent, Self::Points, Self::Score, Self::Seconds, Self::Count, Self::Currency];

    /// The unit called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Percent => "percent",
            Unit::Points => "points",
            Unit::Score => "score",
            Unit::Seconds => "seconds",
            Unit::Count => "count",
            Unit::Currency => "currency",
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither too much nor too little.
    Range,
}

impl Direction {
    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Range => "range",
        }
    }
}

/// A parameter of a definition. Two parameter sets are two metrics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Name; `$name` in expressions.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Value where not set.
    pub default: Value,
    /// What it does.
    pub meaning: String,
    /// The only values it may have, where there is a list.
    pub one_of: Vec<Value>,
    /// The least value it may have where there is no list, of the same type; `None` where there is no least.
    pub min: Option<Value>,
}

impl Parameter {
    /// Whether it may have `value`, which is of its type.
    pub fn allows(&self, value: &Value) -> bool {
        if !self.one_of.is_empty() {
            return self.one_of.contains(value);
        }
        self.min.as_ref().is_none_or(|min| !is_less(value, min))
    }

    /// What it takes, in words: `a whole number from 0`.
    pub fn takes(&self) -> String {
        let kind = match self.kind {
            FieldType::Duration => "a number of seconds",
            FieldType::Integer => "a whole number",
            other => other.name(),
        };
        let from = self.min.as_ref().map_or_else(String::new, |min| format!(" from {}", to_json(min)));
        format!("{kind}{from}")
    }
}

/// Whether `value` lies below `min`; values of other types than numbers and lengths of time do not.
fn is_less(value: &Value, min: &Value) -> bool {
    match (value, min) {
        (Value::Integer(value), Value::Integer(min)) => value < min,
        (Value::Number(value), Value::Number(min)) => value < min,
        (Value::Duration(value), Value::Duration(min)) => value.get() < min.get(),
        _ => false,
    }
}

/// A named preset of parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// What is different.
    pub meaning: String,
    /// The parameters it sets.
    pub parameters: BTreeMap<String, Value>,
}

/// The kinds of measure: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Hits among rows.
    Share,
    /// Rows of one kind to rows of another.
    Ratio,
    /// Share of the best answers minus share of the worst.
    NetScore,
    /// Quantiles of time until done, open work censored.
    Survival,
    /// Open at instants.
    Stock,
    /// How long what is open at instants has been.
    StockAge,
    /// What of it has been for longer than a length of time.
    StockOlder,
    /// Who is there at the start of a period, and at its end.
    Cohort,
    /// What rows add up to ÷ what they weigh.
    Mean,
    /// What rows add up to.
    Sum,
    /// How many rows.
    Count,
    /// Quantiles of a quantity.
    Quantile,
    /// Arithmetic of other metrics.
    Derived,
}

impl MeasureKind {
    /// Whether figures of this kind add up from parts to the whole as they are.
    pub fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Stock)
    }

    /// Every kind.
    pub const ALL: [MeasureKind; 13] = [
        Self::Share,
        Self::Ratio,
        Self::NetScore,
        Self::Mean,
        Self::Sum,
        Self::Count,
        Self::Quantile,
        Self::Survival,
        Self::Stock,
        Self::StockAge,
        Self::StockOlder,
        Self::Cohort,
        Self::Derived,
    ];

    /// One sentence for the reference.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Share => "rows for which `hit` holds, of all rows, in percent",
            Self::Ratio => "rows of one kind to rows of another, which need not contain them, in percent",
            Self::NetScore => "percentage of the best answers minus percentage of the worst, in points",
            Self::Mean => {
                "what rows add up to, over their number or what they weigh; rows without a value are left out"
            }
            Self::Sum => "what rows add up to; nothing in a period that the data reach is 0",
            Self::Count => "how many rows; nothing in a period that the data reach is 0",
            Self::Quantile => "quantiles (type 7) of a quantity, over rows that have one",
            Self::Survival => {
                "quantiles of the time until work is done, work still open counted as open (Kaplan–Meier); not reached where too much is open"
            }
            Self::Cohort => {
                "who is there at the start of a period, and the share of them, or of their value, that is kept or lost at its end; by membership, so that who comes in between counts nowhere"
            }
            Self::Stock => "rows open at the end of each period; figures of several periods are never added",
            Self::StockAge => {
                "quantiles (type 7) of how long the rows open at the end of each period have been open by then, calendar clock"
            }
            Self::StockOlder => {
                "rows open at the end of each period for longer than `older_than`, of all rows open then, in percent"
            }
            Self::Derived => "arithmetic of the figures of other metrics; nothing where one of them is not known",
        }
    }

    /// Margin and small-sample rule where the file says nothing.
    pub fn defaults(self) -> (Margin, SmallSample) {
        plan::kind_defaults(self)
    }

    /// The parts of `[measure]` that it takes beside table, at, matures and population, and whether each must be there.
    pub fn parts(self) -> impl Iterator<Item = (&'static str, bool)> {
        let parts = plan::kind_parts(self).iter().map(|part| (part.name, part.required));
        parts.chain(plan::has_quantiles(self).then_some(("quantiles", false)))
    }

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Ratio => "ratio",
            Self::NetScore => "net_score",
            Self::Survival => "survival",
            Self::Stock => "stock",
            Self::StockAge => "stock_age",
            Self::StockOlder => "stock_older",
            Self::Cohort => "cohort",
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Count => "count",
            Self::Quantile => "quantile",
            Self::Derived => "derived",
        }
    }
}

/// `[measure]` as written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureDeclaration {
    /// Kind of measure.
    pub kind: MeasureKind,
    /// Table the facts are in; none for a derived metric.
    pub table: Option<FactTable>,
    /// The time a row counts at: a column, or an expression that is a time; none for a derived metric.
    pub at: Option<Located<String>>,
    /// How long after that time a row can first be judged, an expression over parameters; younger rows do not count.
    pub matures: Option<Located<String>>,
    /// The figures a derived metric is made of.
    pub inputs: Vec<InputDeclaration>,
    /// Rows that count; all where absent.
    pub population: Option<Located<String>>,
    /// The kind's own expressions and columns by name.
    pub parts: BTreeMap<&'static str, Located<String>>,
    /// Quantiles asked for, for kinds that have them.
    pub quantiles: Vec<f64>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: std::ops::Range<usize>,
}

/// A figure that a derived metric is made of, as written in `[measure.of]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputDeclaration {
    /// Its name in the formula.
    pub name: String,
    /// Metric id.
    pub metric: Located<String>,
    /// Which statistic; the first where not said.
    pub statistic: Option<String>,
    /// Named preset of its parameters.
    pub variant: Option<String>,
    /// Parameters set by hand, as on a command line.
    pub parameters: BTreeMap<String, String>,
}

/// Method of the 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Margin {
    /// Wilson's score interval; changes by Newcombe's.
    Wilson,
    /// Adjusted Wald, score interval under 30 answers; changes by MOVER, which holds for unanimous answers too.
    NetScore,
    /// Student's t of a mean, linearised for a ratio of sums; changes by MOVER.
    Mean,
    /// Order statistics, or log-log Kaplan–Meier limits where work is censored; changes by MOVER.
    Quantile,
    /// That of one input of a derived metric, carried through its formula; changes by MOVER.
    Carried,
    /// A full count: nothing was sampled.
    None,
}

impl Margin {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Margin::Wilson => "wilson",
            Margin::NetScore => "net_score",
            Margin::Quantile => "quantile",
            Margin::Mean => "mean",
            Margin::Carried => "carried",
            Margin::None => "none",
        }
    }
}

/// What to do with few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SmallSample {
    /// By number.
    Count {
        /// Fewer: only k of n is shown.
        hide_below: u64,
        /// Fewer: marked as few.
        low_below: u64,
    },
    /// A quantile q needs n·q and n·(1−q) of at least `tail`, and n of at least `least`.
    Quantile {
        /// Rows needed beyond the quantile.
        tail: u64,
        /// Rows needed in all.
        least: u64,
    },
    /// Of a figure of a ledger, which nothing was sampled for: it is shown whatever it is made of.
    Ledger {
        /// Fewer: marked provisional, as one entry more or less would change it much.
        provisional_below: u64,
    },
}

/// `[privacy]`: which people a figure is about, and how few of them are too few.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Privacy {
    /// Fewer people are withheld; at least [`crate::privacy::LEAST`].
    pub minimum: u64,
    /// Fewer are withheld in a breakdown; at least `minimum`.
    pub breakdown_minimum: u64,
    /// Column that names the person; none of a derived metric.
    pub people: Option<Located<String>>,
    /// Who belongs to the group beside those whose rows count; nobody where absent.
    pub among: Option<Located<String>>,
    /// Whose group it is: `counted` or `present`.
    pub group: Option<Located<String>>,
}

/// A worked example: rows and what the metric must say of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Figures of the inputs of a derived metric, by name.
    pub given: BTreeMap<String, f64>,
    /// Rows of the fact table: column → value, durations in seconds, times in ISO 8601; `times` repeats a row.
    pub rows: Vec<serde_json::Map<String, serde_json::Value>>,
    /// Variant asked for.
    pub variant: Option<String>,
    /// Parameters set by hand.
    pub parameters: BTreeMap<String, String>,
    /// When it is asked.
    pub now: Instant,
    /// Which statistic, where the metric has several.
    pub statistic: Option<String>,
    /// Cells of the answer's one row; `value = "none"` for none.
    pub expect: serde_json::Map<String, serde_json::Value>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: std::ops::Range<usize>,
}

impl MeasureDeclaration {
    /// Names of its statistics, the same under every variant: `share`, `median`, `p90`.
    pub fn statistics(&self) -> Vec<String> {
        plan::statistics(self.kind, &self.quantiles)
    }
}

impl Metric {
    /// The default value of every parameter.
    pub fn defaults(&self) -> BTreeMap<String, Value> {
        self.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default.clone())).collect()
    }
}
