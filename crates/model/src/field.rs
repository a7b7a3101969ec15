//! What a column of records or facts is: name, type, meaning. Schemas, mapping checks and the reference read these.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use serde::{Deserialize, Serialize};

use crate::RecordKind;

/// The type of a field, with its one representation in segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// UTF-8 text, kept exactly.
    Text,
    /// 64-bit integer.
    Integer,
    /// Decimal with four digits after the point.
    Number,
    /// True or false.
    Boolean,
    /// A point in time, microseconds UTC.
    Time,
    /// A length of time, whole milliseconds. In expressions a plain number beside it is in seconds.
    Duration,
}

impl FieldType {
    /// Every type, in the order of the reference.
    pub const ALL: [FieldType; 6] =
        [Self::Text, Self::Integer, Self::Number, Self::Boolean, Self::Time, Self::Duration];

    /// The name used in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::Duration => "duration",
        }
    }

    /// The type called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The Arrow type in segments.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Integer | Self::Duration => DataType::Int64,
            Self::Number => DataType::Decimal128(18, 4),
            Self::Boolean => DataType::Boolean,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))),
        }
    }
}

/// A declared column of a record kind or a fact table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in files, expressions and segments.
    pub name: &'static str,
    /// Type of its values.
    pub kind: FieldType,
    /// Whether a record without it is rejected.
    pub required: bool,
    /// One sentence for the reference.
    pub meaning: &'static str,
    /// The numbers it may hold, where not all: a record with another one is rejected.
    pub range: Option<Range>,
}

impl Field {
    /// The field, with no other numbers than from `least` to `most`.
    pub(crate) const fn within(self, least: i64, most: i64) -> Field {
        Field { range: Some(Range::Within(least, most)), ..self }
    }

    /// The field, with no number less than `least`.
    pub(crate) const fn at_least(self, least: i64) -> Field {
        Field { range: Some(Range::AtLeast(least)), ..self }
    }

    /// The field, with no number that is not more than `bound`.
    pub(crate) const fn more_than(self, bound: i64) -> Field {
        Field { range: Some(Range::MoreThan(bound)), ..self }
    }
}

/// The numbers that a field may hold. Of lengths of time none is needed: they are never negative.
///
/// ```
/// use model::Range;
/// assert_eq!(Range::Within(0, 1).to_string(), "between 0 and 1");
/// assert!(Range::Within(0, 1).holds(10_000) && !Range::Within(0, 1).holds(10_001));
/// assert!(Range::AtLeast(0).holds(0) && !Range::MoreThan(0).holds(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From the first to the second, both among them.
    Within(i64, i64),
    /// This or more.
    AtLeast(i64),
    /// More than this.
    MoreThan(i64),
}

impl Range {
    /// Whether a number, given in ten-thousandths as in segments, is one of them.
    pub fn holds(self, number: i128) -> bool {
        let whole = |bound: i64| i128::from(bound) * 10_000;
        match self {
            Self::Within(least, most) => (whole(least)..=whole(most)).contains(&number),
            Self::AtLeast(least) => number >= whole(least),
            Self::MoreThan(bound) => number > whole(bound),
        }
    }
}

/// A number given in ten-thousandths as people write it, without trailing zeros: `-0.5`.
pub fn number(ten_thousandths: i128) -> String {
    let sign = if ten_thousandths < 0 { "-" } else { "" };
    let (whole, fraction) = (ten_thousandths.unsigned_abs() / 10_000, ten_thousandths.unsigned_abs() % 10_000);
    let text = format!("{sign}{whole}.{fraction:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(least, most) => write!(f, "between {least} and {most}"),
            Self::AtLeast(least) => write!(f, "{least} or more"),
            Self::MoreThan(bound) => write!(f, "more than {bound}"),
        }
    }
}

/// A custom attribute declared in a source file; its column is `attr.NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribute {
    /// Name without the `attr.` prefix.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: FieldType,
}

/// The custom attributes of a workspace, by the kind of record that carries them.
pub type Attributes = BTreeMap<RecordKind, Vec<Attribute>>;

/// Whether text in a column of this name repeats, so that it is held as dictionaries: all but the names of one thing each
/// and people's own words.
pub fn repeats(column: &str) -> bool {
    let is_own = matches!(column, "id" | "url" | "comment" | "subject" | "reopenings" | "rest");
    !is_own && !column.ends_with("_id")
}
