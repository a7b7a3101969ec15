//! Legs of contacts: each is folded in the bucket in which its contact is.
//!
//! A leg names its contact, not the contact's ticket, by which the contact's bucket goes. So it lies in the bucket of
//! the contact's key, and is handed to the bucket of the contact's winning revision before buckets are folded.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::{Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use model::RecordKind;

use crate::error::{self, Result};
use crate::fold::{self, Inputs};
use crate::homes::{self, Homes, Moved};
use crate::segment::{self, Part};
use crate::spill::{Place, Spill};

const LEG: RecordKind = RecordKind::ContactLeg;
const CONTACT: RecordKind = RecordKind::Contact;

/// Where the legs of each bucket are found.
pub(crate) enum Legs {
    /// Where they lie: there are none, or none is to be handed over.
    InPlace,
    /// By bucket.
    HandedOver(Handed),
}

/// Legs by the bucket they are folded in, in memory as long as they are few.
pub(crate) struct Handed {
    buckets: BTreeMap<u32, Vec<Place>>,
    spill: Spill,
    /// Legs that named several contacts.
    moved: Moved,
}

impl Legs {
    /// Looks up where the contact of every leg is.
    pub(crate) fn find(inputs: &Inputs, contacts: &Homes) -> Result<Legs> {
        let (homes, is_in_place) = homes_of_rows(inputs, contacts)?;
        let suspects = homes::suspects(inputs, LEG, Some(&homes))?;
        // a leg that named another contact before lies in place twice
        if is_in_place && suspects.is_empty() {
            return Ok(Legs::InPlace);
        }
        let moved = match suspects.is_empty() {
            true => Moved::default(),
            false => homes::moved(inputs, LEG, &suspects, Some(&homes))?,
        };
        Ok(Legs::HandedOver(hand_over(inputs, &homes, moved)?))
    }

    /// The legs that are folded in some buckets.
    pub(crate) fn gather(&self, inputs: &Inputs, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
        let handed = match self {
            Legs::InPlace => return fold::records(inputs, LEG, Part::Buckets(buckets.start, buckets.end)),
            Legs::HandedOver(handed) => handed,
        };
        let places = handed.buckets.range(buckets.clone()).flat_map(|(_, places)| places);
        let mut gathered = places.map(|place| handed.spill.fetch(place)).collect::<Result<Vec<_>>>()?;
        gathered.extend(handed.moved.rows.range(buckets).flat_map(|(_, rows)| rows).cloned());
        Ok(gathered)
    }
}

/// The bucket of the contact of every leg, in the order in which they are read; that in which the leg lies where there
/// is no such contact. And whether every leg lies in the right one already.
///
/// A bucket is below 256, so it takes one byte a leg.
fn homes_of_rows(inputs: &Inputs, contacts: &Homes) -> Result<(Vec<u8>, bool)> {
    let mut homes: Vec<u8> = Vec::new();
    if inputs.records(LEG).is_empty() {
        return Ok((homes, true));
    }
    let mut is_in_place = true;
    let passes = homes::passes(inputs, CONTACT).max(1);
    for pass in 0..passes {
        let known = contacts_by_hash(inputs, |hash| hash % passes == pass)?;
        let mut before = 0;
        for live in inputs.records(LEG) {
            let columns = ["bucket", "system", "id", "contact_system", "contact_id"];
            segment::read(&live.path, Part::Columns(&columns), |batch| {
                let buckets = homes::buckets(LEG, &batch)?;
                if pass == 0 {
                    homes.extend(buckets.iter().map(|&bucket| bucket as u8));
                }
                let own = segment::text(LEG, &batch, "system")?;
                let systems = segment::text(LEG, &batch, "contact_system")?;
                let ids = segment::text(LEG, &batch, "contact_id")?;
                for row in 0..batch.num_rows() {
                    let system = if systems.is_valid(row) { systems.value(row) } else { own.value(row) };
                    let hash = homes::hash(system, ids.value(row));
                    let first = known.partition_point(|entry| entry >> 8 < hash);
                    let mut same = known[first..].iter().take_while(|entry| *entry >> 8 == hash);
                    let home = match (same.next(), same.next()) {
                        (Some(only), None) => Some(*only as u8),
                        (Some(_), Some(_)) => contacts.home(CONTACT, system, ids.value(row)).map(|home| home as u8),
                        (None, _) => None,
                    };
                    if let Some(home) = home {
                        is_in_place &= i64::from(home) == buckets[row];
                        homes[before + row] = home;
                    }
                }
                before += batch.num_rows();
                Ok(())
            })?;
        }
    }
    Ok((homes, is_in_place))
}

/// Hash of the key and bucket of the contacts whose hash is `wanted`, in one word each, sorted.
fn contacts_by_hash(inputs: &Inputs, wanted: impl Fn(u64) -> bool) -> Result<Vec<u64>> {
    let mut known: Vec<u64> = Vec::new();
    for live in inputs.records(CONTACT) {
        segment::read(&live.path, Part::Columns(&["bucket", "system", "id"]), |batch| {
            let (systems, ids) = homes::keys(CONTACT, &batch)?;
            for (row, &bucket) in homes::buckets(CONTACT, &batch)?.iter().enumerate() {
                let hash = homes::hash(systems.value(row), ids.value(row));
                if wanted(hash) {
                    known.push(hash << 8 | (bucket as u64 & 0xff));
                }
            }
            Ok(())
        })?;
    }
    known.sort_unstable();
    known.dedup();
    Ok(known)
}

/// Reads all legs and puts each where it is folded.
fn hand_over(inputs: &Inputs, homes: &[u8], moved: Moved) -> Result<Handed> {
    let wrap = error::batch(LEG.name());
    let spill = Spill::new(inputs.directory.join("legs.spill"));
    let mut handed = Handed { buckets: BTreeMap::new(), spill, moved };
    let mut waiting: BTreeMap<u32, Vec<RecordBatch>> = BTreeMap::new();
    let (mut held, mut before) = (0, 0);
    for live in inputs.records(LEG) {
        segment::read(&live.path, Part::All, |batch| {
            let (systems, ids) = homes::keys(LEG, &batch)?;
            let mut rows: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            // a batch read has fewer than 2³² rows
            for (row, number) in (0..batch.num_rows()).zip(0u32..) {
                if handed.moved.home(systems.value(row), ids.value(row)).is_none() {
                    rows.entry(homes[before + row].into()).or_default().push(number);
                }
            }
            before += batch.num_rows();
            for (home, rows) in rows {
                let part = take_record_batch(&batch, &UInt32Array::from(rows)).map_err(&wrap)?;
                held += segment::bytes(&part);
                waiting.entry(home).or_default().push(part);
            }
            if held > inputs.limits.fold_bytes {
                for (home, mut place) in put_together(&mut waiting)? {
                    inputs.latch.guard(handed.spill.put_away(&mut place))?;
                    handed.buckets.entry(home).or_default().push(place);
                }
                held = 0;
            }
            Ok(())
        })?;
    }
    for (home, place) in put_together(&mut waiting)? {
        handed.buckets.entry(home).or_default().push(place);
    }
    Ok(handed)
}

/// What waits for each bucket, as one batch for those of one schema.
fn put_together(waiting: &mut BTreeMap<u32, Vec<RecordBatch>>) -> Result<Vec<(u32, Place)>> {
    let mut places = Vec::new();
    for (home, batches) in std::mem::take(waiting) {
        // deliveries differ in the attributes they declare
        for same in batches.chunk_by(|left, right| left.schema_ref() == right.schema_ref()) {
            let batch = concat_batches(same[0].schema_ref(), same).map_err(error::batch(LEG.name()))?;
            places.push((home, Place::Memory(batch)));
        }
    }
    Ok(places)
}
