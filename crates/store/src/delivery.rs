//! A delivery: one file of a source, on its way from mapped records to segments that a commit makes visible.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, interleave_record_batch, take_record_batch};
use arrow::datatypes::{Schema, SchemaRef};
use model::{Attributes, Instant, RecordKind};

use crate::disk::Latch;
use crate::error::{self, Result};
use crate::homes;
use crate::lock::Lock;
use crate::segment::{self, Finished, SegmentWriter};

/// Rows that are gathered before they are spread over the buckets, so that a bucket gets them in pieces worth having.
const GATHERED_ROWS: usize = 65_536;

/// Shelves that the buckets are gathered on, neighbouring ones on one.
const SHELVES: u32 = 32;

/// Rows of a bucket that are worth a row group of their own; fewer stay together with those of the shelf.
const BUCKET_ROWS: usize = 4096;

/// Rows that are copied into order at once.
const COPIED_ROWS: usize = 16 << 10;

/// What makes a delivery the same as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryKey {
    /// Name of the source file that maps it.
    pub source: String,
    /// Name of the delivered file, for people.
    pub file_name: String,
    /// BLAKE3 of the delivered file, in hexadecimal.
    pub file_hash: String,
    /// Hash of the mapping.
    pub mapping_hash: String,
}

/// What of the workspace a delivery needs to write its segments.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// Where temporary files go.
    pub(crate) directory: PathBuf,
    pub(crate) buckets: u32,
    /// Bytes of records held in memory at most, beside what is being written.
    pub(crate) buffer_bytes: usize,
    pub(crate) latch: Latch,
    /// Held as long as any temporary file may exist.
    pub(crate) lock: Arc<Lock>,
}

/// A delivery being written. Dropping it removes its temporary files.
pub struct Delivery {
    key: DeliveryKey,
    number: i64,
    mapping: i64,
    attributes: Attributes,
    kinds: BTreeMap<RecordKind, Buffer>,
    held: usize,
    /// After what it guards: temporary files are removed before the lock is given up.
    room: Room,
}

/// A delivery that is written and waits for [`Writer::commit`](crate::Writer::commit). Dropping it removes its
/// temporary files.
#[derive(Debug)]
pub struct FinishedDelivery {
    pub(crate) key: DeliveryKey,
    pub(crate) number: i64,
    pub(crate) mapping: i64,
    pub(crate) attributes: Attributes,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) unzoned: u64,
    pub(crate) loaded_through: BTreeMap<RecordKind, Instant>,
    pub(crate) segments: BTreeMap<RecordKind, Finished>,
    /// After what it guards: temporary files are removed before the lock is given up.
    pub(crate) lock: Arc<Lock>,
}

impl FinishedDelivery {
    /// Source, file and mapping.
    pub fn key(&self) -> &DeliveryKey {
        &self.key
    }

    /// The delivery, of which so many times were read as UTC, since neither they nor its source name a zone.
    pub fn with_unzoned(self, unzoned: u64) -> Self {
        FinishedDelivery { unzoned, ..self }
    }

    /// Records written, by kind; kinds without any are absent.
    pub fn rows(&self) -> BTreeMap<RecordKind, u64> {
        self.segments.iter().map(|(&kind, segment)| (kind, segment.rows)).collect()
    }
}

/// Records of one kind on their way to its segment.
struct Buffer {
    /// Columns of the segment.
    schema: SchemaRef,
    /// Columns of the batches given.
    delivered: Schema,
    gathered: Vec<RecordBatch>,
    gathered_rows: usize,
    shelves: Vec<Shelf>,
    /// `None` until the first row group.
    writer: Option<SegmentWriter>,
}

/// Records of neighbouring buckets.
#[derive(Clone, Default)]
struct Shelf {
    batches: Vec<RecordBatch>,
    bytes: usize,
}

impl Delivery {
    /// A delivery of nothing so far.
    pub(crate) fn new(key: DeliveryKey, number: i64, mapping: i64, attributes: &Attributes, room: Room) -> Self {
        Delivery { key, number, mapping, attributes: attributes.clone(), kinds: BTreeMap::new(), held: 0, room }
    }

    /// Source, file and mapping.
    pub fn key(&self) -> &DeliveryKey {
        &self.key
    }

    /// Gives the hash of the delivered file, where it is known only once the file is read.
    pub fn identify(&mut self, file_hash: String) {
        self.key.file_hash = file_hash;
    }

    /// The columns [`append`](Self::append) takes for records of `kind`: those of
    /// [`RecordKind::schema`] under the attributes the delivery was begun with, without `bucket`, `mapping` and
    /// `delivery`, which are filled in here.
    pub fn schema(&self, kind: RecordKind) -> SchemaRef {
        Arc::new(segment::delivered_schema(&self.full_schema(kind)))
    }

    fn full_schema(&self, kind: RecordKind) -> SchemaRef {
        kind.schema(self.attributes.get(&kind).map(Vec::as_slice).unwrap_or_default())
    }

    /// Adds records of `kind`, with the columns of [`schema`](Self::schema).
    ///
    /// # Errors
    /// When the columns differ, a required one has no value, or a write failed.
    pub fn append(&mut self, kind: RecordKind, batch: &RecordBatch) -> Result<()> {
        self.room.latch.check(&self.room.directory)?;
        if !self.kinds.contains_key(&kind) {
            let schema = self.full_schema(kind);
            let delivered = segment::delivered_schema(&schema);
            let shelves = vec![Shelf::default(); SHELVES as usize];
            let buffer = Buffer { schema, delivered, gathered: Vec::new(), gathered_rows: 0, shelves, writer: None };
            self.kinds.insert(kind, buffer);
        }
        let Some(buffer) = self.kinds.get_mut(&kind) else { return Ok(()) };
        segment::check_columns(kind, &buffer.delivered, batch)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        buffer.gathered.push(batch.clone());
        buffer.gathered_rows += batch.num_rows();
        self.held += segment::bytes(batch);
        if buffer.gathered_rows >= GATHERED_ROWS {
            self.spread(kind)?;
        }
        if self.held > self.room.buffer_bytes {
            for kind in RecordKind::ALL {
                self.spread(kind)?;
            }
        }
        while self.held > self.room.buffer_bytes && self.flush_largest()? {}
        Ok(())
    }

    /// Ends the delivery and waits until its segments are on disk, under temporary names.
    ///
    /// `accepted` and `rejected` count rows of the file; `loaded_through` is the time up to which the source had
    /// delivered each kind.
    ///
    /// # Errors
    /// When a write or fsync failed.
    pub fn finish(
        mut self,
        accepted: u64,
        rejected: u64,
        loaded_through: BTreeMap<RecordKind, Instant>,
    ) -> Result<FinishedDelivery> {
        self.room.latch.check(&self.room.directory)?;
        let kinds: Vec<RecordKind> = self.kinds.keys().copied().collect();
        let mut segments = BTreeMap::new();
        for kind in kinds {
            self.spread(kind)?;
            for shelf in 0..SHELVES as usize {
                self.flush(kind, shelf)?;
            }
            if let Some(writer) = self.kinds.remove(&kind).and_then(|buffer| buffer.writer) {
                segments.insert(kind, writer.finish()?);
            }
        }
        Ok(FinishedDelivery {
            key: self.key,
            number: self.number,
            mapping: self.mapping,
            attributes: self.attributes,
            accepted,
            rejected,
            unzoned: 0,
            loaded_through,
            segments,
            lock: self.room.lock,
        })
    }

    /// Spreads the gathered rows of a kind over the shelves.
    fn spread(&mut self, kind: RecordKind) -> Result<()> {
        let Some(buffer) = self.kinds.get_mut(&kind) else { return Ok(()) };
        let Some(first) = buffer.gathered.first() else { return Ok(()) };
        let wrap = error::batch(kind.name());
        let batch = concat_batches(first.schema_ref(), &buffer.gathered).map_err(&wrap)?;
        let released: usize = buffer.gathered.iter().map(segment::bytes).sum();
        buffer.gathered.clear();
        buffer.gathered_rows = 0;
        self.held = self.held.saturating_sub(released);

        let of = segment::buckets(kind, &batch, self.room.buckets)?;
        let batch = self.fill(kind, &batch, &of)?;
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); SHELVES as usize];
        let buckets_a_shelf = self.room.buckets.max(1).div_ceil(SHELVES);
        for (row, &bucket) in (0u32..).zip(&of) {
            rows[(bucket / buckets_a_shelf) as usize].push(row);
        }
        let Some(buffer) = self.kinds.get_mut(&kind) else { return Ok(()) };
        for (shelf, rows) in buffer.shelves.iter_mut().zip(rows) {
            if rows.is_empty() {
                continue;
            }
            let part = take_record_batch(&batch, &UInt32Array::from(rows)).map_err(&wrap)?;
            let size = segment::bytes(&part);
            shelf.batches.push(part);
            shelf.bytes += size;
            self.held += size;
        }
        Ok(())
    }

    /// The batch with the columns that the store fills in.
    fn fill(&self, kind: RecordKind, batch: &RecordBatch, buckets: &[u32]) -> Result<RecordBatch> {
        let schema = self.full_schema(kind);
        let mut delivered = batch.columns().iter();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let column: Option<ArrayRef> = match field.name().as_str() {
                "bucket" => Some(Arc::new(buckets.iter().map(|&bucket| i64::from(bucket)).collect::<Int64Array>())),
                "mapping" => Some(Arc::new(Int64Array::from_value(self.mapping, batch.num_rows()))),
                "delivery" => Some(Arc::new(Int64Array::from_value(self.number, batch.num_rows()))),
                _ => delivered.next().cloned(),
            };
            columns.extend(column);
        }
        RecordBatch::try_new(schema, columns).map_err(error::batch(kind.name()))
    }

    /// Writes the shelf that holds most; gives whether there was one.
    fn flush_largest(&mut self) -> Result<bool> {
        let all = self.kinds.iter().flat_map(|(&kind, buffer)| {
            buffer.shelves.iter().enumerate().map(move |(shelf, held)| (held.bytes, kind, shelf))
        });
        match all.max_by_key(|&(bytes, ..)| bytes) {
            Some((bytes, kind, shelf)) if bytes > 0 => self.flush(kind, shelf).map(|()| true),
            _ => Ok(false),
        }
    }

    /// Writes what a shelf holds in the order of buckets: a row group a bucket, or one for all where they are small.
    fn flush(&mut self, kind: RecordKind, shelf: usize) -> Result<()> {
        let Some(buffer) = self.kinds.get_mut(&kind) else { return Ok(()) };
        let held = std::mem::take(&mut buffer.shelves[shelf]);
        if held.batches.is_empty() {
            return Ok(());
        }
        self.held = self.held.saturating_sub(held.bytes);
        let latch = &self.room.latch;
        if buffer.writer.is_none() {
            let path = self.room.directory.join(format!("record-{}-{}.parquet", kind.name(), self.number));
            let writer = SegmentWriter::create(
                path.clone(),
                &buffer.schema,
                segment::record_time(kind),
                segment::record_properties(&buffer.schema),
                ["record.written", "record.synced"],
                latch,
            )?;
            buffer.writer = Some(writer);
            latch.pass("record.created", &path)?;
        }
        if let Some(writer) = &mut buffer.writer {
            let wrap = error::batch(kind.name());
            let order = by_bucket(kind, &held.batches)?;
            let batches: Vec<&RecordBatch> = held.batches.iter().collect();
            let mut groups: Vec<_> = order.chunk_by(|(left, _), (right, _)| left == right).collect();
            if order.len() / groups.len().max(1) < BUCKET_ROWS {
                groups = vec![&order[..]];
            }
            for group in groups {
                for rows in group.chunks(COPIED_ROWS) {
                    let rows: Vec<(usize, usize)> = rows.iter().map(|(_, row)| *row).collect();
                    writer.write(&interleave_record_batch(&batches, &rows).map_err(&wrap)?)?;
                }
                writer.end_group()?;
            }
            latch.pass("record.group", &self.room.directory)?;
        }
        Ok(())
    }
}

/// Bucket and place, as batch and row, of all rows, in the order of their buckets and within one of arrival.
fn by_bucket(kind: RecordKind, batches: &[RecordBatch]) -> Result<Vec<(i64, (usize, usize))>> {
    let mut order = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for (index, batch) in batches.iter().enumerate() {
        let places = (0..batch.num_rows()).map(|row| (index, row));
        order.extend(homes::buckets(kind, batch)?.iter().copied().zip(places));
    }
    order.sort_by_key(|(bucket, _)| *bucket);
    Ok(order)
}
