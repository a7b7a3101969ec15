//! A file and a source file → records. Reads in bounded memory, whatever the size of the file, and says of each row
//! that did not become what it should have, where it stands and why.
//!
//! What a cell means. It is kept exactly: ids with their leading zeros, case and spaces. A cell of nothing but white
//! space is missing, as is one that the source file lists; only for that comparison, for `values`, and for reading
//! numbers, times and booleans is it trimmed. Text with a NUL, or whose bytes mean nothing in the file's encoding,
//! rejects its row.
//!
//! What a row counts as. It is **rejected** when it could not be read, or when at least one of the records it should
//! have made was refused, and **accepted** otherwise, also where it makes none because no `where` asks for it. So
//! accepted + rejected = rows, and each rejected row gives exactly one [`Reject`], of its first problem. A refused
//! record does not keep the others of its row out; when the row is corrected and delivered again, those replace
//! themselves.

mod check;
mod columns;
mod error;
mod field;
mod record;
mod rows;
mod value;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use catalogue::diagnostic::Diagnostic;
use catalogue::source::Source;
use model::{Attributes, Instant, RecordKind};

pub use error::{MapError, Reject, SinkError};
pub use rows::{GUARDED, file_hash};

use columns::Columns;
use record::RecordReader;
use rows::{Block, Rows};

/// Bytes of a field or line, at most.
const FIELD_MAX: usize = 16 << 20;
/// Columns of a file, at most.
const COLUMNS_MAX: usize = 10_000;
/// Blocks read ahead while others are mapped.
const BLOCKS_AHEAD: usize = 2;

/// How a file is mapped, beside what its source file says.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time of the import: a record more than a day ahead of it is refused.
    pub now: Instant,
    /// Only the first rows, to show what a mapping does.
    pub preview: Option<usize>,
    /// Revision of records whose mapping states none: of an export without one, the later file wins by it.
    pub undated: i64,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// Rows read, without header and empty lines.
    pub rows: u64,
    /// Rows of which nothing was refused.
    pub accepted: u64,
    /// Rows that could not be read or of which a record was refused; `accepted + rejected == rows`.
    pub rejected: u64,
    /// Records given to the sink, by kind.
    pub records: BTreeMap<RecordKind, u64>,
    /// The latest time that any of those records holds, by kind; none of customers, agents and teams.
    pub loaded_through: BTreeMap<RecordKind, Instant>,
    /// What was accepted but should be looked at.
    pub warnings: Vec<Warning>,
    /// The header line as it stands in the file, so that rejected rows can be delivered again under it.
    pub header: Option<String>,
    /// BLAKE3 of the bytes that were read, as of [`file_hash`]; `None` for a preview, which stops early.
    pub hash: Option<blake3::Hash>,
}

/// Something accepted that should be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Stable name of the kind of problem: `ambiguous_time`, `no_zone`, `unusual_order` or `absent_column`.
    pub code: &'static str,
    /// What it is.
    pub message: String,
    /// How many records, or rows for a column, it concerns.
    pub count: u64,
    /// Line of the first of them.
    pub line: Option<u64>,
    /// Its place in the source file, where it has one.
    pub diagnostic: Option<Diagnostic>,
}

impl Warning {
    /// What it is, and where it is first.
    pub fn told(&self) -> String {
        let place = self.line.map_or_else(String::new, |line| format!(" (first in line {line})"));
        format!("{}{place}", self.message)
    }
}

/// Maps the file at `path` by `source`. Batches of records go to `sink` in the order of the file, with the columns of
/// [`RecordKind::schema`] for `attributes` except `bucket`, `mapping` and `delivery`, which the store fills; rows that
/// were rejected go to `rejects`, and bytes read and in all to `progress`.
///
/// # Errors
/// Where the file as a whole cannot be read or mapped. Batches may have reached the sink by then: they are a part of
/// a delivery that must not be kept.
pub fn map_file(
    source: &Source,
    path: &Path,
    attributes: &Attributes,
    options: Options,
    sink: &mut dyn FnMut(RecordKind, RecordBatch) -> Result<(), SinkError>,
    rejects: &mut dyn FnMut(&Reject),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Mapped, MapError> {
    let columns = Columns::used(source);
    let readers = record_readers(source, attributes, &columns)?;
    let mut rows = Rows::open(source, &columns, path, options.preview)?;
    let (header, total) = (rows.header().map(str::to_owned), rows.bytes_total());
    let mut mapping = Mapping {
        source,
        columns: &columns,
        readers: &readers,
        file: path.display().to_string(),
        name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        options,
        mapped: Mapped { header, ..Mapped::default() },
    };
    progress(0, total);
    // one thread reads and splits while this one evaluates
    let rows = std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Result<Block, MapError>>(BLOCKS_AHEAD);
        let thread = std::thread::Builder::new().name(rows.thread().to_owned());
        let read = move || {
            while let Some(block) = rows.next_block().transpose() {
                let failed = block.is_err();
                if send.send(block).is_err() || failed {
                    break;
                }
            }
            rows
        };
        let reading =
            thread.spawn_scoped(scope, read).map_err(|source| MapError::Io { file: mapping.file.clone(), source })?;
        for block in receive {
            let block = block?;
            mapping.block(&block, sink, rejects)?;
            progress(block.bytes_read, total);
        }
        reading.join().map_err(|panic| std::panic::resume_unwind(panic))
    })?;
    let mut mapped = mapping.mapped;
    if mapped.rows > 0 && options.preview.is_none() {
        for column in rows.never_seen() {
            mapped.warnings.extend(absent(&columns.names[column], source, mapped.rows));
        }
    }
    if options.preview.is_none() {
        mapped.hash = Some(rows.finish()?);
    }
    progress(total, total);
    Ok(mapped)
}

/// The problems for which no file can be mapped by `source`, whatever is in it.
pub fn problems(source: &Source, attributes: &Attributes) -> Vec<Diagnostic> {
    match record_readers(source, attributes, &Columns::used(source)) {
        Err(MapError::Diagnostics(problems)) => problems,
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn record_readers(source: &Source, attributes: &Attributes, columns: &Columns) -> Result<Vec<RecordReader>, MapError> {
    let mut problems = Vec::new();
    let mut readers = Vec::new();
    for record in &source.records {
        match RecordReader::new(record, source, attributes, columns) {
            Ok(reader) => readers.push(reader),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(readers) } else { Err(MapError::Diagnostics(problems)) }
}

fn absent(column: &str, source: &Source, rows: u64) -> impl Iterator<Item = Warning> {
    columns::absent(column, source).into_iter().map(move |diagnostic| Warning {
        code: diagnostic.code,
        message: diagnostic.message.clone(),
        count: rows,
        line: None,
        diagnostic: Some(diagnostic),
    })
}

/// A file in the course of being mapped.
struct Mapping<'a> {
    source: &'a Source,
    columns: &'a Columns,
    readers: &'a [RecordReader],
    file: String,
    name: String,
    options: Options,
    mapped: Mapped,
}

impl Mapping<'_> {
    fn block(
        &mut self,
        block: &Block,
        sink: &mut dyn FnMut(RecordKind, RecordBatch) -> Result<(), SinkError>,
        rejects: &mut dyn FnMut(&Reject),
    ) -> Result<(), MapError> {
        let evaluate = |source| MapError::Evaluate { file: self.source.file.path.clone(), source: Box::new(source) };
        let lines = Int64Array::from(block.lines.clone());
        let batch = self.raw_batch(block, &lines).map_err(|error| evaluate(error.into()))?;
        let mut rest = block.rest.clone();
        let mut rejected: BTreeMap<usize, Reject> = BTreeMap::new();
        for reader in self.readers {
            let made = reader.read(&batch, &lines, &mut rest, self.options).map_err(evaluate)?;
            for refused in made.refused {
                rejected.entry(refused.row).or_insert_with(|| {
                    let (raw, complete) = block.raw(refused.row);
                    let (line, character) = block.place(refused.row);
                    Reject {
                        file: self.file.clone(),
                        line,
                        character,
                        column: refused.column,
                        code: refused.code,
                        reason: format!("{} {}", reader.kind.name(), refused.reason),
                        raw: raw.into_owned(),
                        complete,
                    }
                });
            }
            for (field, row) in made.twice {
                let message =
                    format!("{} {field}: local times that occur twice; the first was taken", reader.kind.name());
                self.mapped.warn("ambiguous_time", message, 1, block.lines.get(row));
            }
            for (field, times, row) in made.unzoned {
                let message = format!(
                    "{} {field}: no zone declared, so that times without one were read as UTC; write `zone = \"…\"` in [read]",
                    reader.kind.name()
                );
                self.mapped.warn("no_zone", message, times, block.lines.get(row));
            }
            for (later, earlier, row) in made.unusual {
                let message = format!("{} {later} lies before {earlier}", reader.kind.name());
                self.mapped.warn("unusual_order", message, 1, block.lines.get(row));
            }
            if let Some(through) = made.through {
                let latest = self.mapped.loaded_through.entry(reader.kind).or_insert(through);
                *latest = through.max(*latest);
            }
            if let Some(batch) = made.batch {
                *self.mapped.records.entry(reader.kind).or_default() += batch.num_rows() as u64;
                sink(reader.kind, batch).map_err(MapError::Sink)?;
            }
        }
        self.mapped.rows += block.rows() as u64;
        self.mapped.rejected += (rejected.len() + block.unreadable.len()) as u64;
        self.mapped.accepted = self.mapped.rows - self.mapped.rejected;
        let mut all: Vec<&Reject> = block.unreadable.iter().chain(rejected.values()).collect();
        all.sort_by_key(|reject| (reject.line, reject.character));
        all.into_iter().for_each(rejects);
        Ok(())
    }

    fn raw_batch(&self, block: &Block, lines: &Int64Array) -> Result<RecordBatch, arrow::error::ArrowError> {
        let count = block.lines.len();
        let mut arrays = block.columns.clone();
        for pseudo in &self.columns.schema.fields()[self.columns.names.len()..] {
            arrays.push(match pseudo.name().as_str() {
                columns::LINE => Arc::new(lines.clone()) as ArrayRef,
                _ => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(&self.name, count))),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::clone(&self.columns.schema), arrays, &options)
    }
}

impl Mapped {
    fn warn(&mut self, code: &'static str, message: String, times: u64, line: Option<&i64>) {
        match self.warnings.iter_mut().find(|warning| warning.code == code && warning.message == message) {
            Some(warning) => warning.count += times,
            None => {
                let line = line.map(|line| line.unsigned_abs());
                self.warnings.push(Warning { code, message, count: times, line, diagnostic: None });
            }
        }
    }
}
