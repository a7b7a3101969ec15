//! Facts of all buckets, put in order of time: shelved by month while buckets fold, then written month by month.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, concat_batches, take_record_batch};
use arrow::datatypes::TimestampMicrosecondType;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::lifecycle;
use model::{FactTable, Instant};

use crate::disk::Latch;
use crate::error::{self, Error, Result};
use crate::fold::{Inputs, Stage};
use crate::lexicon::{Decoder, Lexicon};
use crate::neighbours::{BusyTimes, Gaps, Links, Shifts};
use crate::parallel;
use crate::segment::{self, Finished, SegmentWriter};
use crate::spill::{Place, Spill};

/// A stretch of time within which facts are put in order at once: a quarter of a month, more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    /// Months since year 0.
    month: i32,
    /// 0 to 3.
    quarter: i32,
}

/// A segment of facts that is written but not yet named.
pub(crate) struct FactSegment {
    pub(crate) table: FactTable,
    pub(crate) finished: Finished,
}

/// Facts by table and month, in memory as long as they are few.
pub(crate) struct Shelf {
    pieces: BTreeMap<FactTable, BTreeMap<Piece, Vec<Chunk>>>,
    lexicon: Lexicon,
    spill: Spill,
    /// Bytes in memory.
    held: usize,
    /// Bytes in memory at most.
    limit: usize,
    rows: u64,
    latch: Latch,
}

/// Rows of one piece, some of each of several buckets.
struct Chunk {
    spans: Vec<Span>,
    place: Place,
}

/// Rows of one bucket that follow each other.
#[derive(Clone, Copy)]
struct Span {
    bucket: u32,
    /// Index of its first row among the bucket's facts.
    first: u32,
    rows: u32,
}

impl Shelf {
    /// An empty shelf.
    pub(crate) fn new(inputs: &Inputs) -> Shelf {
        Shelf {
            pieces: BTreeMap::new(),
            lexicon: Lexicon::default(),
            spill: Spill::new(inputs.directory.join("facts.spill")),
            held: 0,
            limit: inputs.limits.fold_bytes / 2,
            rows: 0,
            latch: inputs.latch.clone(),
        }
    }

    /// Adds the facts of a bucket.
    pub(crate) fn put(&mut self, table: FactTable, bucket: u32, facts: &RecordBatch) -> Result<()> {
        let facts = self.lexicon.encode(table, facts).map_err(error::batch(table.name()))?;
        let times = layout_times(table, &facts)?;
        let pieces = self.pieces.entry(table).or_default();
        let mut first = 0;
        while first < times.len() {
            let here = piece(times[first]);
            let end = piece_end(here);
            let length = times[first..].partition_point(|&time| time < end).max(1);
            let rows = facts.slice(first, length);
            self.held += segment::bytes(&rows);
            let span = Span { bucket, first: row_number(table, first)?, rows: row_number(table, length)? };
            pieces.entry(here).or_default().push(Chunk { spans: vec![span], place: Place::Memory(rows) });
            first += length;
        }
        self.rows += facts.num_rows() as u64;
        if self.held > self.limit {
            for (table, pieces) in &mut self.pieces {
                for chunks in pieces.values_mut() {
                    *chunks = put_together(*table, std::mem::take(chunks))?;
                    for chunk in chunks {
                        self.latch.guard(self.spill.put_away(&mut chunk.place))?;
                    }
                }
            }
            self.held = 0;
            let path = self.spill.path();
            self.latch.pass("fold.spilled", path)?;
        }
        Ok(())
    }
}

/// The same rows with those in memory as few chunks: many small ones are slow to put away and to fetch.
fn put_together(table: FactTable, chunks: Vec<Chunk>) -> Result<Vec<Chunk>> {
    let mut together = Vec::new();
    let mut waiting: Vec<(Vec<Span>, RecordBatch)> = Vec::new();
    for chunk in chunks {
        match chunk.place {
            Place::Memory(rows) => waiting.push((chunk.spans, rows)),
            Place::Disk { .. } => together.push(chunk),
        }
    }
    // a column may have become text, see the lexicon
    for same in waiting.chunk_by(|(_, left), (_, right)| left.schema_ref() == right.schema_ref()) {
        let rows = concat_batches(same[0].1.schema_ref(), same.iter().map(|(_, rows)| rows));
        let rows = rows.map_err(error::batch(table.name()))?;
        let spans = same.iter().flat_map(|(spans, _)| spans).copied().collect();
        together.push(Chunk { spans, place: Place::Memory(rows) });
    }
    Ok(together)
}

/// What rows have from rows of other buckets.
pub(crate) struct Neighbours {
    pub(crate) links: Links,
    pub(crate) shifts: Shifts,
}

impl Neighbours {
    /// Of nothing so far, in so many sets of buckets.
    pub(crate) fn new(inputs: &Inputs, sets: usize) -> Neighbours {
        let (directory, limit) = (&inputs.directory, neighbour_bytes(inputs));
        Neighbours { links: Links::new(directory, sets, limit), shifts: Shifts::new(directory, sets, limit) }
    }
}

/// Bytes of each kind of neighbour that are held in memory at most.
fn neighbour_bytes(inputs: &Inputs) -> usize {
    inputs.limits.fold_bytes / 4
}

/// What is filled into the facts of one table.
enum Fill<'g> {
    Nothing,
    Gaps(&'g Gaps),
    Busy(BusyTimes),
}

/// Writes all facts to temporary files: consecutive months together until a segment is large enough, in order of time
/// and key, with what comes from other buckets filled in.
pub(crate) fn write(
    mut shelf: Shelf,
    neighbours: Neighbours,
    inputs: &Inputs,
    progress: &mut dyn FnMut(Stage),
) -> Result<Vec<FactSegment>> {
    let Neighbours { links, shifts } = neighbours;
    let gaps = links.gaps(&inputs.directory, neighbour_bytes(inputs))?;
    let mut shifts = Some(shifts);
    let mut segments = Vec::new();
    let (mut done, of) = (0, shelf.rows);
    for (table, pieces) in std::mem::take(&mut shelf.pieces) {
        let fill = match table {
            FactTable::CustomerContact | FactTable::Session => Fill::Gaps(&gaps),
            FactTable::ContactLeg => match shifts.take() {
                Some(shifts) => Fill::Busy(shifts.busy(&inputs.directory, neighbour_bytes(inputs))?),
                None => Fill::Nothing,
            },
            _ => Fill::Nothing,
        };
        let groups = groups(pieces, inputs.limits.segment_rows);
        let decoder = shelf.lexicon.decoder(table, &table.schema(inputs.attributes));
        let first = segments.len();
        progress(Stage::Arranging { done, of });
        let write = |index: usize| {
            let mut writer = segment_writer(table, first + index, &decoder, inputs)?;
            for piece in &groups[index] {
                let facts = assemble(table, piece, &fill, &shelf.spill, &decoder)?;
                write_piece(table, &facts, &mut writer)?;
            }
            Ok(FactSegment { table, finished: writer.finish()? })
        };
        parallel::in_order(inputs.limits.threads, groups.len(), write, |_, segment| {
            done += segment.finished.rows;
            segments.push(segment);
            progress(Stage::Arranging { done, of });
            Ok(())
        })?;
    }
    progress(Stage::Arranging { done, of });
    Ok(segments)
}

/// The pieces of consecutive months, together until they are enough for a segment.
fn groups(pieces: BTreeMap<Piece, Vec<Chunk>>, segment_rows: u64) -> Vec<Vec<Vec<Chunk>>> {
    let mut groups = Vec::new();
    let mut group: Vec<Vec<Chunk>> = Vec::new();
    let mut rows = 0;
    let mut pieces = pieces.into_iter().peekable();
    while let Some((piece, chunks)) = pieces.next() {
        rows += chunks.iter().flat_map(|chunk| &chunk.spans).map(|span| u64::from(span.rows)).sum::<u64>();
        group.push(chunks);
        let month_ends = pieces.peek().is_none_or(|(next, _)| next.month != piece.month);
        if month_ends && rows >= segment_rows {
            groups.push(std::mem::take(&mut group));
            rows = 0;
        }
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

/// The rows of some chunks as one batch, with what comes from other buckets.
fn assemble(table: FactTable, chunks: &[Chunk], fill: &Fill, spill: &Spill, decoder: &Decoder) -> Result<RecordBatch> {
    let mut batches = Vec::with_capacity(chunks.len());
    let mut places = Vec::new();
    let mut start = 0u32;
    for chunk in chunks {
        for span in &chunk.spans {
            places.push([span.bucket, span.first, span.rows, start]);
            start = start.checked_add(span.rows).ok_or_else(|| too_large(table))?;
        }
        batches.push(spill.fetch(&chunk.place)?);
    }
    let facts = decoder.concat(&batches).map_err(error::batch(table.name()))?;
    drop(batches);
    let filled = match fill {
        Fill::Nothing => Ok(facts),
        Fill::Gaps(gaps) => {
            let found = places.iter().map(|place| gaps.of(table, *place)).collect::<Result<Vec<_>>>()?;
            lifecycle::fill_gaps(&facts, table, found.into_iter().flatten())
        }
        Fill::Busy(times) => {
            let found = places.iter().map(|place| times.of(*place)).collect::<Result<Vec<_>>>()?;
            lifecycle::fill_busy(&facts, found.into_iter().flatten())
        }
    };
    filled.map_err(|source| {
        let what = format!("neighbours among {} facts", table.name());
        Error::Fold { what, source }
    })
}

/// The segment of this number, begun.
fn segment_writer(table: FactTable, index: usize, decoder: &Decoder, inputs: &Inputs) -> Result<SegmentWriter> {
    let path = inputs.directory.join(format!("fact-{}-{index}.parquet", table.name()));
    let writer = SegmentWriter::create(
        path.clone(),
        decoder.schema(),
        Some(table.layout_time()),
        segment::fact_properties(decoder.schema(), table.layout_time(), inputs.limits.row_group_rows),
        ["fact.written", "fact.synced"],
        &inputs.latch,
    )?;
    inputs.latch.pass("fact.created", &path)?;
    Ok(writer)
}

/// Rows that are copied into order at once.
const COPIED_ROWS: usize = 16 << 10;

/// Writes the rows of a piece in order of time and key.
fn write_piece(table: FactTable, facts: &RecordBatch, writer: &mut SegmentWriter) -> Result<()> {
    let order = order(table, facts)?;
    order.chunks(COPIED_ROWS).try_for_each(|rows| {
        let rows = UInt32Array::from(rows.to_vec());
        writer.write(&take_record_batch(facts, &rows).map_err(error::batch(table.name()))?)
    })
}

/// The order of rows: by layout time, then by key.
fn order(table: FactTable, facts: &RecordBatch) -> Result<Vec<u32>> {
    let times = layout_times(table, facts)?;
    let compare = table
        .key()
        .iter()
        .map(|name| {
            let column: &ArrayRef = facts.column_by_name(name).ok_or_else(|| lacks(table, name))?;
            make_comparator(column, column, SortOptions::default()).map_err(error::batch(table.name()))
        })
        .collect::<Result<Vec<_>>>()?;
    let mut order: Vec<u32> = (0..row_number(table, facts.num_rows())?).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = (a as usize, b as usize);
        times[a].cmp(&times[b]).then_with(|| {
            compare.iter().map(|compare| compare(a, b)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        })
    });
    Ok(order)
}

fn layout_times(table: FactTable, facts: &RecordBatch) -> Result<&[i64]> {
    facts
        .column_by_name(table.layout_time())
        .and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>())
        .map(|times| &**times.values())
        .ok_or_else(|| lacks(table, table.layout_time()))
}

/// Days of a quarter of a month; the last one has the rest.
const QUARTER_DAYS: i32 = 8;

fn piece(micros: i64) -> Piece {
    let date = TimeZone::UTC.to_datetime(Instant::from_micros(micros).timestamp());
    let month = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    Piece { month, quarter: (i32::from(date.day()) - 1) / QUARTER_DAYS }
}

/// The first microsecond behind a piece; the end of time where there is none.
fn piece_end(piece: Piece) -> i64 {
    let quarter = (piece.quarter + 1) % 4;
    let month = if quarter == 0 { piece.month + 1 } else { piece.month };
    let (year, month, day) = (month.div_euclid(12), month.rem_euclid(12) + 1, quarter * QUARTER_DAYS + 1);
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let start = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    start.map_or(i64::MAX, |start| start.timestamp().as_microsecond())
}

fn row_number(table: FactTable, row: usize) -> Result<u32> {
    u32::try_from(row).map_err(|_| too_large(table))
}

fn too_large(table: FactTable) -> Error {
    let problem = "more than 2³² rows in one month: earlier or later times are valid".to_owned();
    Error::Batch { what: table.name().to_owned(), source: arrow::error::ArrowError::ComputeError(problem) }
}

fn lacks(table: FactTable, column: &str) -> Error {
    let problem = format!("the fold gave no column `{column}` of its type");
    Error::Batch { what: table.name().to_owned(), source: arrow::error::ArrowError::SchemaError(problem) }
}
