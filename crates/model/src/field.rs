//! What a column of records or facts is: name, type, meaning. Schemas, mapping checks and the reference read these.

use std::collections::BTreeMap;
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
