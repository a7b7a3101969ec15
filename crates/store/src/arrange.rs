//! Facts of all buckets, put in order of time: shelved by month while buckets fold, then written month by month.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array, make_comparator};
use arrow::compute::{SortOptions, concat_batches, take_record_batch};
use arrow::datatypes::TimestampMicrosecondType;
use jiff::tz::TimeZone;
use model::lifecycle::{self, Scope};
use model::{FactTable, Instant};

use crate::disk::Latch;
use crate::error::{self, Error, Result};
use crate::fold::{Inputs, Stage};
use crate::neighbours::{BusyTimes, Gaps, Links, Shifts};
use crate::parallel;
use crate::segment::{self, Finished, SegmentWriter};
use crate::spill::{Place, Spill};

/// Months since year 0.
type Month = i32;

/// A segment of facts that is written but not yet named.
pub(crate) struct FactSegment {
    pub(crate) table: FactTable,
    pub(crate) finished: Finished,
}

/// Facts by table and month, in memory as long as they are few.
pub(crate) struct Shelf {
    months: BTreeMap<FactTable, BTreeMap<Month, Vec<Chunk>>>,
    spill: Spill,
    /// Bytes in memory.
    held: usize,
    /// Bytes in memory at most.
    limit: usize,
    rows: u64,
    latch: Latch,
}

/// Rows of one bucket and month that follow each other.
struct Chunk {
    bucket: u32,
    /// Index of its first row among the bucket's facts.
    first: u32,
    rows: u32,
    place: Place,
}

impl Shelf {
    /// An empty shelf.
    pub(crate) fn new(inputs: &Inputs) -> Shelf {
        Shelf {
            months: BTreeMap::new(),
            spill: Spill::new(inputs.directory.join("facts.spill")),
            held: 0,
            limit: inputs.limits.fold_bytes,
            rows: 0,
            latch: inputs.latch.clone(),
        }
    }

    /// Adds the facts of a bucket.
    pub(crate) fn put(&mut self, table: FactTable, bucket: u32, facts: &RecordBatch) -> Result<()> {
        let times = layout_times(table, facts)?;
        let months = self.months.entry(table).or_default();
        let mut first = 0;
        while first < times.len() {
            let here = month(times[first]);
            let length = times[first..].iter().take_while(|&&time| month(time) == here).count();
            let rows = facts.slice(first, length);
            self.held += segment::bytes(&rows);
            let (first_row, length_rows) = (row_number(table, first)?, row_number(table, length)?);
            months.entry(here).or_default().push(Chunk {
                bucket,
                first: first_row,
                rows: length_rows,
                place: Place::Memory(rows),
            });
            first += length;
        }
        self.rows += facts.num_rows() as u64;
        if self.held > self.limit {
            for chunk in self.months.values_mut().flat_map(BTreeMap::values_mut).flatten() {
                self.latch.guard(self.spill.put_away(&mut chunk.place))?;
            }
            self.held = 0;
            let path = self.spill.path();
            self.latch.pass("fold.spilled", path)?;
        }
        Ok(())
    }
}

/// What rows have from rows of other buckets.
#[derive(Default)]
pub(crate) struct Neighbours {
    pub(crate) links: Links,
    pub(crate) shifts: Shifts,
}

/// What is filled into the facts of one table.
enum Fill {
    Nothing,
    Gaps(Gaps),
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
    let (mut links, mut shifts) = (Some(links), Some(shifts));
    let mut segments = Vec::new();
    let (mut done, of) = (0, shelf.rows);
    for (table, months) in std::mem::take(&mut shelf.months) {
        let fill = match table {
            FactTable::CustomerContact => Fill::Gaps(links.take().unwrap_or_default().gaps()),
            FactTable::ContactLeg => Fill::Busy(shifts.take().unwrap_or_default().busy()),
            _ => Fill::Nothing,
        };
        let groups = groups(months, inputs.limits.segment_rows);
        let first = segments.len();
        progress(Stage::Arranging { done, of });
        let write = |index: usize| {
            let facts = assemble(table, &groups[index], &fill, &shelf.spill, inputs)?;
            write_segment(table, &facts, first + index, inputs)
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

/// Chunks of consecutive months, together until they are enough for a segment.
fn groups(months: BTreeMap<Month, Vec<Chunk>>, segment_rows: u64) -> Vec<Vec<Chunk>> {
    let mut groups = Vec::new();
    let mut group: Vec<Chunk> = Vec::new();
    let mut rows = 0;
    for chunks in months.into_values() {
        rows += chunks.iter().map(|chunk| u64::from(chunk.rows)).sum::<u64>();
        group.extend(chunks);
        if rows >= segment_rows {
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
fn assemble(table: FactTable, chunks: &[Chunk], fill: &Fill, spill: &Spill, inputs: &Inputs) -> Result<RecordBatch> {
    let mut batches = Vec::with_capacity(chunks.len());
    let mut places = Vec::with_capacity(chunks.len());
    let mut start = 0u32;
    for chunk in chunks {
        places.push([chunk.bucket, chunk.first, chunk.rows, start]);
        start = start.checked_add(chunk.rows).ok_or_else(|| too_large(table))?;
        batches.push(spill.fetch(&chunk.place)?);
    }
    let schema = table.schema(inputs.attributes);
    let facts = concat_batches(&schema, &batches).map_err(error::batch(table.name()))?;
    drop(batches);
    let filled = match fill {
        Fill::Nothing => Ok(facts),
        Fill::Gaps(gaps) => Scope::ALL.into_iter().try_fold(facts, |facts, scope| {
            lifecycle::fill_gaps(&facts, scope, places.iter().flat_map(|place| gaps.of(scope, *place)))
        }),
        Fill::Busy(times) => lifecycle::fill_busy(&facts, places.iter().flat_map(|place| times.of(*place))),
    };
    filled.map_err(|source| {
        let what = format!("neighbours among {} facts", table.name());
        Error::Fold { what, source }
    })
}

/// Writes rows in order of time and key.
fn write_segment(table: FactTable, facts: &RecordBatch, index: usize, inputs: &Inputs) -> Result<FactSegment> {
    let order = order(table, facts)?;
    let path = inputs.directory.join(format!("fact-{}-{index}.parquet", table.name()));
    let group_rows = inputs.limits.row_group_rows.max(1);
    let mut writer = SegmentWriter::create(
        path.clone(),
        &facts.schema(),
        Some(table.layout_time()),
        segment::fact_properties(table.layout_time(), group_rows),
        ["fact.written", "fact.synced"],
        &inputs.latch,
    )?;
    inputs.latch.pass("fact.created", &path)?;
    for rows in order.chunks(group_rows) {
        let rows = UInt32Array::from(rows.to_vec());
        writer.write(&take_record_batch(facts, &rows).map_err(error::batch(table.name()))?)?;
    }
    Ok(FactSegment { table, finished: writer.finish()? })
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

fn month(micros: i64) -> Month {
    let date = TimeZone::UTC.to_datetime(Instant::from_micros(micros).timestamp());
    Month::from(date.year()) * 12 + Month::from(date.month()) - 1
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
