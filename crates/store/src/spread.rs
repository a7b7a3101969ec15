//! Records of a kind spread over numbered parts, in memory as long as they are few.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use model::RecordKind;

use crate::disk::Latch;
use crate::error::{self, Result};
use crate::segment;
use crate::spill::{Place, Spill};

/// Records by part.
pub(crate) struct Spread {
    kind: RecordKind,
    /// What waits to be put together.
    waiting: BTreeMap<u32, Vec<RecordBatch>>,
    parts: BTreeMap<u32, Vec<Place>>,
    spill: Spill,
    /// Bytes waiting.
    held: usize,
    /// Bytes that wait at most.
    limit: usize,
    latch: Latch,
}

impl Spread {
    /// None so far, with a temporary file at `path` beyond `limit` bytes.
    pub(crate) fn new(kind: RecordKind, path: PathBuf, limit: usize, latch: &Latch) -> Spread {
        Spread {
            kind,
            waiting: BTreeMap::new(),
            parts: BTreeMap::new(),
            spill: Spill::new(path),
            held: 0,
            limit,
            latch: latch.clone(),
        }
    }

    /// Adds the rows of a batch, each to its part; those without one are left out.
    pub(crate) fn add(&mut self, batch: &RecordBatch, part: impl Fn(usize) -> Option<u32>) -> Result<()> {
        let mut rows: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        // a batch read has fewer than 2³² rows
        for (row, number) in (0..batch.num_rows()).zip(0u32..) {
            if let Some(part) = part(row) {
                rows.entry(part).or_default().push(number);
            }
        }
        for (part, rows) in rows {
            let taken = take_record_batch(batch, &UInt32Array::from(rows)).map_err(error::batch(self.kind.name()))?;
            self.held += segment::bytes(&taken);
            self.waiting.entry(part).or_default().push(taken);
        }
        if self.held > self.limit {
            for (part, mut place) in self.put_together()? {
                self.latch.guard(self.spill.put_away(&mut place))?;
                self.parts.entry(part).or_default().push(place);
            }
        }
        Ok(())
    }

    /// The same when all has been added.
    pub(crate) fn finish(mut self) -> Result<Spread> {
        for (part, place) in self.put_together()? {
            self.parts.entry(part).or_default().push(place);
        }
        Ok(self)
    }

    /// The records of some parts.
    pub(crate) fn gather(&self, parts: Range<u32>) -> Result<Vec<RecordBatch>> {
        let places = self.parts.range(parts).flat_map(|(_, places)| places);
        places.map(|place| self.spill.fetch(place)).collect()
    }

    /// What waits for each part, as one batch for those of one schema.
    fn put_together(&mut self) -> Result<Vec<(u32, Place)>> {
        let mut places = Vec::new();
        self.held = 0;
        for (part, batches) in std::mem::take(&mut self.waiting) {
            // deliveries differ in the attributes they declare
            for same in batches.chunk_by(|left, right| left.schema_ref() == right.schema_ref()) {
                let batch = concat_batches(same[0].schema_ref(), same).map_err(error::batch(self.kind.name()))?;
                places.push((part, Place::Memory(batch)));
            }
        }
        Ok(places)
    }
}
