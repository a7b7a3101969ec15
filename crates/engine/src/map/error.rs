//! Why a file as a whole could not be mapped, and why one of its rows was not.

use std::io;

use catalogue::diagnostic::Diagnostic;
use datafusion::error::DataFusionError;
use serde::Serialize;

/// What a sink may fail with.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Why a file could not be mapped. Rows that reached the sink before are part of a delivery that must not be kept.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// Opening or reading failed.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A directory, pipe or device.
    #[error("{file}: this is {what}, not a file")]
    NotAFile {
        /// The path.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// No bytes at all where a header line belongs.
    #[error("{file}: the file is empty; a header line was expected")]
    Empty {
        /// The file.
        file: String,
    },
    /// A kind of file that is recognised and cannot be read.
    #[error("{file}: this is {what}; {valid}")]
    NotText {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
        /// What would be valid.
        valid: &'static str,
    },
    /// The compressed data end early or do not decompress.
    #[error("{file}: the compressed data are damaged or cut off: {source}")]
    Damaged {
        /// The file.
        file: String,
        /// What the decompressor said.
        source: io::Error,
    },
    /// A small file from which far more comes out than any export holds.
    #[error(
        "{file}: more than {unpacked_mb} MB come out of {packed_kb} kB, over {} times as much; a file that is meant to be so \
         is read once it is decompressed",
        super::rows::RATIO_MAX
    )]
    Bomb {
        /// The file.
        file: String,
        /// Megabytes that came out.
        unpacked_mb: u64,
        /// Kilobytes of the file that they came out of.
        packed_kb: u64,
    },
    /// The file was written to while it was read.
    #[error("{file}: the file changed while it was read")]
    Changed {
        /// The file.
        file: String,
    },
    /// The header line cannot be read.
    #[error("{file}:{line}: the header line cannot be read: {reason}")]
    Header {
        /// The file.
        file: String,
        /// Its line.
        line: u64,
        /// Why.
        reason: String,
    },
    /// A field or line beyond what is read into memory.
    #[error("{file}:{line}: a field or line of more than {} MB; a quote may not be closed", super::FIELD_MAX >> 20)]
    TooLong {
        /// The file.
        file: String,
        /// The line it starts in.
        line: u64,
    },
    /// More columns than any file of records has.
    #[error(
        "{file}: {columns} columns or more, where at most {} are read; the delimiter may be another",
        super::COLUMNS_MAX
    )]
    TooManyColumns {
        /// The file.
        file: String,
        /// How many were found before giving up.
        columns: usize,
    },
    /// JSON, but not an object a line.
    #[error("{file}: {what}; one object a line was expected")]
    NotNdjson {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// A JSON document that cannot be read any further; it has no lines to go on with.
    #[error("{file}:{line}:{character}: the JSON document cannot be read: {reason}")]
    Json {
        /// The file.
        file: String,
        /// The line, 1 is the first.
        line: u64,
        /// The character of the line, 1 is the first.
        character: u64,
        /// Why.
        reason: String,
    },
    /// A JSON document without rows where they should be.
    #[error("{file}: the JSON document has no rows at {}; {}", place_of_rows(.records.as_ref()), places_of_lists(.lists))]
    NoRows {
        /// The file.
        file: String,
        /// Where rows were looked for; `None` for the document itself.
        records: Option<String>,
        /// Where lists of objects are.
        lists: Vec<String>,
    },
    /// A Parquet file that is damaged, encrypted, or none at all.
    #[error("{file}: the file cannot be read as Parquet: {reason}")]
    Parquet {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A setting of the source file that cannot be used; reading a source file refuses it beforehand.
    #[error("{file}: {setting} `{value}` cannot be used")]
    Setting {
        /// The source file.
        file: String,
        /// Which.
        setting: &'static str,
        /// Its value.
        value: String,
    },
    /// The source file and the file do not go together, as where a column is missing.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Diagnostics(Vec<Diagnostic>),
    /// An expression cannot be evaluated, as where a column holds a pattern that is no regular expression.
    #[error("{file}: {source}")]
    Evaluate {
        /// The source file.
        file: String,
        /// What the engine said.
        source: Box<DataFusionError>,
    },
    /// The sink refused a batch.
    #[error(transparent)]
    Sink(SinkError),
}

fn place_of_rows(records: Option<&String>) -> String {
    records.map_or_else(|| "its top".to_owned(), |records| format!("`{records}`"))
}

fn places_of_lists(lists: &[String]) -> String {
    match lists {
        [] => "it holds no lists of objects".to_owned(),
        lists => {
            let named: Vec<String> = lists.iter().map(|list| format!("{list:?}")).collect();
            format!("valid for read.records: {}", named.join(", "))
        }
    }
}

/// One row that made fewer records than it should have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file, as it was named.
    pub file: String,
    /// The physical line in which the row starts, 1 is the first; of Parquet the number of the row.
    pub line: u64,
    /// The character of the line at which the row starts, 1 is the first, where rows are not lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<u64>,
    /// The column or columns of the file that the value comes from.
    pub column: Option<String>,
    /// Stable name of the kind of problem: `docs/guide/reading-files.md` has them all.
    pub code: &'static str,
    /// What is wrong, and what would be valid.
    pub reason: String,
    /// The row as it stands in the file (as UTF-8, and without its line end), so that it can be delivered again.
    pub raw: String,
    /// Whether `raw` is exactly the row: one of more than a megabyte is cut off, bytes that mean nothing in the file's
    /// encoding are replaced by U+FFFD, and a row of Parquet is shown as JSON.
    pub complete: bool,
}

impl Reject {
    /// Where the row starts, as `file:line` or `file:line:character`.
    pub fn place(&self) -> String {
        match self.character {
            Some(character) => format!("{}:{}:{character}", self.file, self.line),
            None => format!("{}:{}", self.file, self.line),
        }
    }
}
