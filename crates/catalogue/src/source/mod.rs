//! Source files: how to read a delivery and which records its rows make.

mod astray;
mod declare;
pub mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use model::{Attribute, FieldType, RecordKind};
use serde::Serialize;

use crate::expression::Expr;
use crate::file::Located;

pub use astray::{ASTRAY, check_references};
pub use declare::declare;

/// A checked `sources/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// File name without extension.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// System whose ids these are; the source's name where not said. Part of every key.
    pub system: String,
    /// Decides between equal revisions of one key from two source files of one system.
    pub rank: i64,
    /// Since when it delivers nothing more; `None` while it goes on.
    pub finished: Option<Finished>,
    /// Up to when it has delivered all there is, where that is known of more than its newest record.
    pub complete_through: Option<Located<CompleteThrough>>,
    /// The first day of which it has delivered all there is: what was over before may be missing from it.
    pub complete_from: Option<Date>,
    /// For `ticket`, `contact`, `customer`, `agent`: the system whose ids the fields `ticket_id`, `contact_id`,
    /// `customer_id`, `agent` hold; its own where not said.
    pub refers: BTreeMap<String, String>,
    /// How to read a file.
    pub read: Read,
    /// Which records a row makes.
    pub records: Vec<RecordMapping>,
    /// BLAKE3 of everything that can change what is made of a file, in hexadecimal. The file's own text is not it:
    /// a comment or a title changes nothing.
    pub hash: String,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    pub file: SourceText,
}

/// Since when a source delivers nothing more, so that answers do not wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finished {
    /// Since ever.
    Already,
    /// Since the start of this day.
    From(Date),
}

/// Up to when a source has delivered all there is. The newest record says so by itself of a busy source; of one in which
/// months go by without anything, somebody has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompleteThrough {
    /// To the end of this day, in the reporting zone.
    Day(Date),
    /// To the time each file was last written: an export holds all that was known when it was made.
    FileTime,
}

impl Source {
    /// The day it states that it is complete through, if it states a day.
    pub fn complete_day(&self) -> Option<Date> {
        match self.complete_through.as_ref()?.value {
            CompleteThrough::Day(day) => Some(day),
            CompleteThrough::FileTime => None,
        }
    }

    /// Whether each of its files holds all there was when it was last written.
    pub fn is_complete_to_file_time(&self) -> bool {
        self.complete_through.as_ref().is_some_and(|complete| complete.value == CompleteThrough::FileTime)
    }

    /// The kinds of record it makes whose completeness is told by time.
    pub fn timed_kinds(&self) -> BTreeSet<RecordKind> {
        self.records.iter().map(|record| record.kind).filter(|kind| kind.is_timed()).collect()
    }

    /// Whether nothing more comes of it on the day `today`.
    pub fn is_finished(&self, today: Date) -> bool {
        match self.finished {
            Some(Finished::Already) => true,
            Some(Finished::From(first)) => today >= first,
            None => false,
        }
    }
}

/// A file of a person, for messages that point into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceText {
    /// Path relative to the workspace.
    pub path: String,
    /// Content.
    pub text: String,
}

/// Formats of times that are numbers: seconds, milliseconds and microseconds since 1970, and days as Excel counts them,
/// in the file's zone, from 1900 or from 1904.
pub const TIME_UNITS: [&str; 5] = ["epoch_s", "epoch_ms", "epoch_us", "excel", "excel_1904"];

/// How to read a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Read {
    /// Kind of file.
    pub format: Format,
    /// Where in a JSON document its rows are, as a dotted name; `None` for the document itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<String>,
    /// Patterns of files, relative to the workspace, imported where none are named.
    pub files: Vec<String>,
    /// Field delimiter of CSV.
    pub delimiter: char,
    /// Quote character of CSV; `None` where quotes mean nothing.
    pub quote: Option<char>,
    /// Name of the encoding after the WHATWG standard, as `utf-8` or `windows-1252`. A byte order mark wins.
    pub encoding: String,
    /// Names of the columns of a CSV without header line.
    pub columns: Option<Vec<String>>,
    /// Compression; `auto` looks at the first bytes.
    pub compression: Compression,
    /// Cells that mean "missing", beside the empty one; compared after trimming.
    pub missing: Vec<String>,
    /// Zone of times that name none, from the IANA list.
    pub zone: String,
    /// Whether the file states it; UTC where it does not. A mapping that states UTC is the same as one that states none.
    #[serde(skip)]
    pub is_zone_stated: bool,
    /// Formats of times and dates, of strptime or of [`TIME_UNITS`], that are tried in order; ISO 8601 is always
    /// tried last.
    pub date_formats: Vec<String>,
    /// Character between whole and fraction of numbers.
    pub decimal: char,
    /// Character between thousands, if any.
    pub thousands: Option<char>,
    /// Whether input columns that no mapping uses are kept, as JSON, with the first record of each row.
    pub keep: bool,
}

/// Unit of numbers that are lengths of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
}

impl LengthUnit {
    /// Every unit, the shortest first.
    pub const ALL: [LengthUnit; 5] = [Self::Milliseconds, Self::Seconds, Self::Minutes, Self::Hours, Self::Days];

    /// The name in source files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// The unit called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// How many milliseconds it has.
    pub fn millis(self) -> i64 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1_000,
            Self::Minutes => 60_000,
            Self::Hours => 3_600_000,
            Self::Days => 86_400_000,
        }
    }
}

/// Kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text with quotes after RFC 4180.
    Csv,
    /// One JSON object a line; nested objects become columns with dotted names.
    Ndjson,
    /// One JSON document: a list of objects, or objects at the place that `records` names.
    Json,
    /// Apache Parquet; nested structs become columns with dotted names.
    Parquet,
}

/// Compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// By the first bytes of the file.
    Auto,
    /// None.
    None,
    /// gzip, several members one after another too.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// One `[[record]]`: which rows make a record of which kind, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordMapping {
    /// Kind of record.
    pub kind: RecordKind,
    /// Rows that make one; all where absent. A row for which it is null makes none.
    pub filter: Option<Expr>,
    /// Greater wins; 0 where absent.
    pub revision: Option<Expr>,
    /// `id` first, then the fields of the kind.
    pub fields: Vec<FieldMapping>,
    /// Custom attributes.
    pub attributes: Vec<AttributeMapping>,
    /// Bytes of the source file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// A custom attribute and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributeMapping {
    /// Its name and type.
    pub attribute: Attribute,
    /// Its value.
    pub field: FieldMapping,
}

/// Where a field comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldMapping {
    /// Name of the field.
    pub name: String,
    /// Type it must have in the end. Text is read as that type: times with `formats` and `zone`, numbers with the
    /// file's decimal mark, booleans as true/false/yes/no/1/0/t/f/y/n.
    pub kind: FieldType,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// Expression over the raw columns, all of them text, and `_line` (integer) and `_file` (text).
    pub value: Expr,
    /// Raw value → value, compared exactly after trimming.
    pub values: Option<BTreeMap<String, String>>,
    /// Value for raw values not in `values`; without it they are kept as they are.
    pub otherwise: Option<String>,
    /// Formats of this field, in place of the file's: of strptime, or one of [`TIME_UNITS`].
    pub formats: Vec<String>,
    /// Zone of this field, in place of the file's.
    pub zone: Option<String>,
    /// For a time: the field of the record it lies after; the value is then the length of time between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Unit of the value, a length of time in plain numbers; seconds or a clock where not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<LengthUnit>,
    /// Bytes of the source file the expression stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}
