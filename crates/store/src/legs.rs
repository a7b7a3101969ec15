//! Legs of contacts: each is folded in the bucket in which its contact is.
//!
//! A leg names its contact, not the contact's ticket, by which the contact's bucket goes. So it lies in the bucket of
//! the contact's key, and is handed to the bucket of the contact's winning revision before buckets are folded.

use std::ops::Range;

use arrow::array::{Array, RecordBatch};
use model::RecordKind;

use crate::error::Result;
use crate::fold::{self, Inputs};
use crate::homes::{self, Homes, Moved};
use crate::read::{self, Part};
use crate::segment;
use crate::spread::Spread;

const LEG: RecordKind = RecordKind::ContactLeg;
const CONTACT: RecordKind = RecordKind::Contact;

/// Where the legs of each bucket are found.
pub(crate) enum Legs {
    /// Where they lie: there are none, or none is to be handed over.
    InPlace,
    /// By bucket.
    HandedOver(Box<Handed>),
}

/// Legs by the bucket they are folded in, in memory as long as they are few.
pub(crate) struct Handed {
    spread: Spread,
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
        Ok(Legs::HandedOver(Box::new(hand_over(inputs, &homes, moved)?)))
    }

    /// The legs that are folded in some buckets.
    pub(crate) fn gather(&self, inputs: &Inputs, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
        let handed = match self {
            Legs::InPlace => return fold::lying(inputs, LEG, buckets),
            Legs::HandedOver(handed) => handed,
        };
        let mut gathered = handed.spread.gather(buckets.clone())?;
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
            read::read(&live.path, Part::Columns(&columns), |batch| {
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
        read::read(&live.path, Part::Columns(&["bucket", "system", "id"]), |batch| {
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
    let path = inputs.directory.join("legs.spill");
    let mut spread = Spread::new(LEG, path, inputs.limits.fold_bytes / 4, &inputs.latch);
    let mut before = 0;
    for live in inputs.records(LEG) {
        read::read(&live.path, Part::All, |batch| {
            let (systems, ids) = homes::keys(LEG, &batch)?;
            spread.add(&batch, |row| {
                let is_moved = moved.home(systems.value(row), ids.value(row)).is_some();
                (!is_moved).then(|| homes[before + row].into())
            })?;
            before += batch.num_rows();
            Ok(())
        })?;
    }
    Ok(Handed { spread: spread.finish()?, moved })
}
