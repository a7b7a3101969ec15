//! What can go wrong in a workspace's data directory.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::RecordKind;

use crate::verify::Damage;

/// Result of an operation on the store.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation on the store failed. Each names the place and what would be valid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no store, or only the beginnings of one.
    #[error("no data at {}: `crosscheck init` makes a workspace", path.display())]
    Absent {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is a database, but not ours.
    #[error("{} is not a crosscheck database: `crosscheck init` in an empty directory makes one", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// A later version of the program wrote it.
    #[error("{} has format {found}, made by a newer version: this one reads up to {known}", path.display())]
    Newer {
        /// The database or segment.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format this program knows.
        known: i64,
    },
    /// Locks and fsync cannot be relied on there.
    #[error("{} is on a network file system ({kind}): a local disk is needed", path.display())]
    NetworkFileSystem {
        /// The data directory.
        path: PathBuf,
        /// Its type as the kernel names it.
        kind: String,
    },
    /// Another process writes, and went on doing so.
    #[error("{} is held by another writer, after {} s of waiting: one import at a time", path.display(), waited.as_secs_f64())]
    Busy {
        /// The lock.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// A write or fsync failed before, so nothing more is written.
    #[error("an earlier write to {} failed: nothing is written until the program is started again and `crosscheck verify` passes", path.display())]
    Latched {
        /// The data directory.
        path: PathBuf,
    },
    /// Two sources declare one attribute differently.
    #[error("attribute `{name}` of {kind} is {first} and {second}: one type in both is valid", kind = kind.name())]
    AttributeClash {
        /// Kind of record that carries it.
        kind: RecordKind,
        /// Name without `attr.`.
        name: String,
        /// One declaration.
        first: Box<Declaration>,
        /// Another, of another source.
        second: Box<Declaration>,
    },
    /// A source declares one attribute twice.
    #[error("attribute `{name}` of {kind} is declared twice: once is valid", kind = kind.name())]
    AttributeTwice {
        /// Kind of record that carries it.
        kind: RecordKind,
        /// Name without `attr.`.
        name: String,
    },
    /// A batch does not have the columns of its kind.
    #[error("a batch of {kind} records has {found}: {expected} is valid", kind = kind.name())]
    Columns {
        /// Kind of the batch.
        kind: RecordKind,
        /// What it has.
        found: String,
        /// What would be valid.
        expected: String,
    },
    /// One file, delivered twice in one commit under two mappings.
    #[error("{file} of source `{source_name}` is delivered twice under two mappings: one is valid")]
    TwoMappings {
        /// Source.
        source_name: String,
        /// File.
        file: String,
    },
    /// A delivery was given to a writer that did not begin it.
    #[error("{file} was begun by another writer than the one that commits it")]
    ForeignDelivery {
        /// File.
        file: String,
    },
    /// Bytes on disk are not those that were written, so nothing is folded from them.
    #[error("{0}")]
    Damaged(Box<Damage>),
    /// The manifest holds something this program cannot have written.
    #[error("{}: {what}", path.display())]
    Manifest {
        /// The database.
        path: PathBuf,
        /// What it holds and what would be valid.
        what: String,
    },
    /// The fold of records into facts failed.
    #[error("folding {what}")]
    Fold {
        /// What was folded.
        what: String,
        /// Why.
        source: model::lifecycle::FoldError,
    },
    /// A file could not be made, written, synced, renamed, read or removed.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The manifest's database failed.
    #[error("database {}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A segment could not be written or read.
    #[error("segment {}", path.display())]
    Segment {
        /// The segment.
        path: PathBuf,
        /// Why.
        source: parquet::errors::ParquetError,
    },
    /// Rows in memory could not be rearranged.
    #[error("rearranging {what}")]
    Batch {
        /// Whose rows.
        what: String,
        /// Why.
        source: arrow::error::ArrowError,
    },
}

/// The type a source gives an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Name of the type.
    pub type_name: &'static str,
    /// Source that declares it.
    pub source: String,
    /// File delivered under that declaration.
    pub file: String,
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in source `{}` ({})", self.type_name, self.source, self.file)
    }
}

/// Names the file in an IO error.
pub(crate) fn file<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
    move |source| Error::File { action, path: path.to_path_buf(), source }
}

/// Names the database in an SQLite error.
pub(crate) fn database(path: &Path) -> impl Fn(rusqlite::Error) -> Error + '_ {
    move |source| Error::Database { path: path.to_path_buf(), source }
}

/// Names the segment in a Parquet error.
pub(crate) fn segment(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> Error + '_ {
    move |source| Error::Segment { path: path.to_path_buf(), source }
}

/// Names the rows in an Arrow error.
pub(crate) fn batch(what: &str) -> impl Fn(arrow::error::ArrowError) -> Error + '_ {
    move |source| Error::Batch { what: what.to_owned(), source }
}
