//! Keys whose revisions lie in several buckets, because they name different tickets: each is folded in one bucket, that
//! of the revision which wins, or an answer whose ticket was corrected would count twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use arrow::datatypes::Int64Type;
use model::RecordKind;
use model::lifecycle;

use crate::error::{self, Error, Result};
use crate::fold::Inputs;
use crate::read::{self, Part};
use crate::segment;

/// By kind: the keys whose revisions lie in several buckets.
#[derive(Debug, Default)]
pub(crate) struct Homes {
    kinds: BTreeMap<RecordKind, Moved>,
}

/// Keys of one kind whose revisions lie in several buckets.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// Bucket of the revision that wins, by system and by id.
    homes: HashMap<String, HashMap<String, u32>>,
    /// All revisions of these keys, by home.
    pub(crate) rows: BTreeMap<u32, Vec<RecordBatch>>,
}

impl Moved {
    /// The home of a key, where its revisions lie in several buckets.
    pub(crate) fn home(&self, system: &str, id: &str) -> Option<u32> {
        self.homes.get(system)?.get(id).copied()
    }
}

impl Homes {
    /// Looks at the keys of all records.
    pub(crate) fn find(inputs: &Inputs) -> Result<Homes> {
        let mut homes = Homes::default();
        // the buckets of what is handed over are looked at then
        let by_other = |kind: &RecordKind| !kind.names().is_empty() && !kind.is_handed_over();
        for kind in RecordKind::ALL.into_iter().filter(by_other) {
            let suspects = suspects(inputs, kind, None)?;
            if !suspects.is_empty() {
                homes.kinds.insert(kind, moved(inputs, kind, &suspects, None)?);
            }
        }
        Ok(homes)
    }

    /// The home of a key of a kind, where its revisions lie in several buckets.
    pub(crate) fn home(&self, kind: RecordKind, system: &str, id: &str) -> Option<u32> {
        self.kinds.get(&kind)?.home(system, id)
    }

    /// What of a kind is folded in some buckets, given the records that lie there.
    pub(crate) fn gather(
        &self,
        kind: RecordKind,
        buckets: Range<u32>,
        lying: Vec<RecordBatch>,
    ) -> Result<Vec<RecordBatch>> {
        let Some(moved) = self.kinds.get(&kind) else { return Ok(lying) };
        let mut gathered = Vec::with_capacity(lying.len());
        for batch in lying {
            // both may be coded here
            let (systems, ids) =
                (segment::plain_text(kind, &batch, "system")?, segment::plain_text(kind, &batch, "id")?);
            let stays = |row| moved.home(systems.value(row), ids.value(row)).is_none();
            let stays: BooleanArray = (0..batch.num_rows()).map(|row| Some(stays(row))).collect();
            gathered.push(filter_record_batch(&batch, &stays).map_err(error::batch(kind.name()))?);
        }
        gathered.extend(moved.rows.range(buckets).flat_map(|(_, rows)| rows).cloned());
        Ok(gathered)
    }
}

/// Hashes of the keys that lie in several buckets, and, though hardly ever, of others: hashes are cut to 56 bits.
///
/// Where a row lies is said by `homes`, in the order in which rows are read; by its bucket where that is not given.
pub(crate) fn suspects(inputs: &Inputs, kind: RecordKind, homes: Option<&[u8]>) -> Result<BTreeSet<u64>> {
    let (passes, rows) = (passes(inputs, kind), rows(inputs, kind));
    let mut suspects = BTreeSet::new();
    for pass in 0..passes {
        // a bucket is below 256, so hash and bucket fit one word
        // the share of a pass is a little more or less than its part, and a vector that is full doubles
        let share = rows / passes + if passes > 1 { rows / passes / 64 } else { 0 };
        let mut seen: Vec<u64> = Vec::with_capacity(usize::try_from(share).unwrap_or(0));
        let mut before = 0;
        for live in inputs.records(kind) {
            read::read(&live.path, Part::Columns(&["bucket", "system", "id"]), |batch| {
                let (systems, ids) = keys(kind, &batch)?;
                let buckets = buckets(kind, &batch)?;
                for (row, &bucket) in buckets.iter().enumerate() {
                    let hash = hash(systems.value(row), ids.value(row));
                    if hash % passes == pass {
                        let bucket = homes.map_or(bucket as u64 & 0xff, |homes| homes[before + row].into());
                        seen.push(hash << 8 | bucket);
                    }
                }
                before += batch.num_rows();
                Ok(())
            })?;
        }
        seen.sort_unstable();
        seen.dedup();
        let several = seen.chunk_by(|a, b| a >> 8 == b >> 8).filter(|same| same.len() > 1);
        suspects.extend(several.map(|same| same[0] >> 8));
    }
    Ok(suspects)
}

/// How often the keys of a kind are read so that those compared at once, 8 bytes each, keep within the limit: twice of what
/// folding may hold, as nothing is folded yet.
pub(crate) fn passes(inputs: &Inputs, kind: RecordKind) -> u64 {
    (8 * rows(inputs, kind)).div_ceil(2 * inputs.limits.fold_bytes.max(8) as u64)
}

fn rows(inputs: &Inputs, kind: RecordKind) -> u64 {
    inputs.records(kind).iter().map(|live| live.rows).sum()
}

/// All revisions of the suspects, each at the home of its key; `homes` as for [`suspects`].
pub(crate) fn moved(
    inputs: &Inputs,
    kind: RecordKind,
    suspects: &BTreeSet<u64>,
    homes: Option<&[u8]>,
) -> Result<Moved> {
    let wrap = error::batch(kind.name());
    let mut revisions: Vec<RecordBatch> = Vec::new();
    // of the rows in `revisions`, batch by batch
    let mut lying: Vec<Vec<u32>> = Vec::new();
    let mut before = 0;
    for live in inputs.records(kind) {
        read::read(&live.path, Part::All, |batch| {
            let (systems, ids) = keys(kind, &batch)?;
            let wanted = |row| suspects.contains(&hash(systems.value(row), ids.value(row)));
            let wanted: BooleanArray = (0..batch.num_rows()).map(|row| Some(wanted(row))).collect();
            if wanted.true_count() > 0 {
                let buckets = buckets(kind, &batch)?;
                let lies = |row: usize| match homes {
                    Some(homes) => homes[before + row].into(),
                    None => u32::try_from(buckets[row]).unwrap_or(0),
                };
                lying.push((0..batch.num_rows()).filter(|&row| wanted.value(row)).map(lies).collect());
                revisions.push(filter_record_batch(&batch, &wanted).map_err(&wrap)?);
            }
            before += batch.num_rows();
            Ok(())
        })?;
    }

    let mut moved = Moved::default();
    let failed = |source| Error::Fold { what: format!("{} records that moved to another ticket", kind.name()), source };
    for (batch, row) in lifecycle::winners(kind, &revisions).map_err(failed)? {
        let home = lying[batch][row];
        let (systems, ids) = keys(kind, &revisions[batch])?;
        moved.homes.entry(systems.value(row).to_owned()).or_default().insert(ids.value(row).to_owned(), home);
    }
    for batch in &revisions {
        let (systems, ids) = keys(kind, batch)?;
        let mut rows: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in 0..batch.num_rows() {
            if let (Some(home), Ok(row)) = (moved.home(systems.value(row), ids.value(row)), u32::try_from(row)) {
                rows.entry(home).or_default().push(row);
            }
        }
        for (home, rows) in rows {
            let part = take_record_batch(batch, &UInt32Array::from(rows)).map_err(&wrap)?;
            moved.rows.entry(home).or_default().push(part);
        }
    }
    Ok(moved)
}

/// Systems and ids of the rows of a batch.
pub(crate) fn keys(kind: RecordKind, batch: &RecordBatch) -> Result<(&StringArray, &StringArray)> {
    Ok((segment::text(kind, batch, "system")?, segment::text(kind, batch, "id")?))
}

/// Buckets in which the rows of a batch lie.
pub(crate) fn buckets(kind: RecordKind, batch: &RecordBatch) -> Result<&[i64]> {
    let column = batch.column_by_name("bucket").and_then(|column| column.as_primitive_opt::<Int64Type>());
    column.map(|column| &**column.values()).ok_or_else(|| Error::Columns {
        kind,
        found: "none of that".to_owned(),
        expected: "integer column `bucket`".to_owned(),
    })
}

/// 56 bits of hash of a key.
pub(crate) fn hash(system: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (system, id).hash(&mut hasher);
    hasher.finish() >> 8
}
