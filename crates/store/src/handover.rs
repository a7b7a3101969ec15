//! What names a contact or a review: each is folded in the bucket in which its contact or review is.
//!
//! Such a record names the contact, not the contact's ticket, by which the contact's bucket goes. So it lies in the
//! bucket of the contact's key, and is handed to the bucket of the contact's winning revision before buckets are folded.
//! Where there is no such contact it goes to the bucket of the ticket it names itself; where it names none either, it
//! stays where it lies. An item goes to the bucket of its review, which may itself have been handed over.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::{Array, RecordBatch, StringArray};
use model::RecordKind;
use model::records::Lies;

use crate::error::Result;
use crate::fold::{self, Inputs};
use crate::homes::{self, Homes, Moved};
use crate::read::{self, Part};
use crate::segment;
use crate::spread::Spread;

/// Where the records of the kinds that name a contact or a review are found.
pub(crate) struct Handover {
    /// Kinds of which something is handed over; the others are found where they lie.
    kinds: BTreeMap<RecordKind, Handed>,
    /// Bytes of a kind that wait in memory at most.
    limit: usize,
}

/// Records of a kind by the bucket they are folded in.
struct Handed {
    spread: Spread,
    /// Records whose revisions go to several buckets.
    moved: Moved,
}

/// The buckets in which the records of a kind are folded, in the order in which they are read. A bucket is below 256,
/// so it takes one byte a record.
struct RowHomes {
    buckets: Vec<u8>,
    /// Whether each lies there already.
    is_in_place: bool,
}

impl Handover {
    /// Looks up where the contact or review of every record is.
    pub(crate) fn find(inputs: &Inputs, homes: &Homes) -> Result<Handover> {
        let there = |lies: Lies| -> Vec<RecordKind> {
            let wanted = |kind: &RecordKind| kind.lies() == lies && !inputs.records(*kind).is_empty();
            RecordKind::ALL.into_iter().filter(wanted).collect()
        };
        let (by_contact, by_review) = (there(Lies::Contact), there(Lies::Review));
        let kinds = (by_contact.len() + by_review.len()).max(1);
        let mut handover = Handover { kinds: BTreeMap::new(), limit: inputs.limits.fold_bytes / 4 / kinds };
        let contact = |system: &str, id: &str| homes.home(RecordKind::Contact, system, id);
        let of_contacts = find_homes(inputs, RecordKind::Contact, None, &contact, &by_contact)?;
        for (kind, rows) in &of_contacts {
            handover.take(inputs, *kind, rows)?;
        }
        let reviews = of_contacts.get(&RecordKind::QualityReview).map(|rows| rows.buckets.as_slice());
        let review = |system: &str, id: &str| handover.kinds.get(&RecordKind::QualityReview)?.moved.home(system, id);
        let of_reviews = find_homes(inputs, RecordKind::QualityReview, reviews, &review, &by_review)?;
        for (kind, rows) in &of_reviews {
            handover.take(inputs, *kind, rows)?;
        }
        Ok(handover)
    }

    /// The records of a kind that are folded in some buckets.
    pub(crate) fn gather(&self, inputs: &Inputs, kind: RecordKind, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
        let Some(handed) = self.kinds.get(&kind) else { return fold::lying(inputs, kind, buckets) };
        let mut gathered = handed.spread.gather(buckets.clone())?;
        gathered.extend(handed.moved.rows.range(buckets).flat_map(|(_, rows)| rows).cloned());
        Ok(gathered)
    }

    /// Puts the records of a kind where they are folded, unless each lies there.
    fn take(&mut self, inputs: &Inputs, kind: RecordKind, rows: &RowHomes) -> Result<()> {
        let suspects = homes::suspects(inputs, kind, Some(&rows.buckets))?;
        // a record that named another contact before lies in place twice
        if rows.is_in_place && suspects.is_empty() {
            return Ok(());
        }
        let moved = match suspects.is_empty() {
            true => Moved::default(),
            false => homes::moved(inputs, kind, &suspects, Some(&rows.buckets))?,
        };
        let spread = self.hand_over(inputs, kind, &rows.buckets, &moved)?;
        self.kinds.insert(kind, Handed { spread, moved });
        Ok(())
    }

    /// Reads all records of a kind and puts each where it is folded, but those that moved.
    fn hand_over(&self, inputs: &Inputs, kind: RecordKind, homes: &[u8], moved: &Moved) -> Result<Spread> {
        let path = inputs.directory.join(format!("{}-handover.spill", kind.name()));
        let mut spread = Spread::new(kind, path, self.limit, &inputs.latch);
        let mut before = 0;
        for live in inputs.records(kind) {
            read::read(&live.path, Part::All, |batch| {
                let (systems, ids) = homes::keys(kind, &batch)?;
                spread.add(&batch, |row| {
                    let is_moved = moved.home(systems.value(row), ids.value(row)).is_some();
                    (!is_moved).then(|| homes[before + row].into())
                })?;
                before += batch.num_rows();
                Ok(())
            })?;
        }
        spread.finish()
    }
}

/// Where the records of `kinds`, which name one of kind `named`, are folded.
///
/// Where the rows of `named` are folded is said by `homes`, in the order in which they are read, or by their bucket;
/// `winner` knows those whose revisions lie in several.
fn find_homes(
    inputs: &Inputs,
    named: RecordKind,
    homes: Option<&[u8]>,
    winner: &dyn Fn(&str, &str) -> Option<u32>,
    kinds: &[RecordKind],
) -> Result<BTreeMap<RecordKind, RowHomes>> {
    let nothing = || RowHomes { buckets: Vec::new(), is_in_place: true };
    let mut found: BTreeMap<RecordKind, RowHomes> = kinds.iter().map(|kind| (*kind, nothing())).collect();
    if kinds.is_empty() {
        return Ok(found);
    }
    let passes = homes::passes(inputs, named).max(1);
    for pass in 0..passes {
        let known = by_hash(inputs, named, homes, |hash| hash % passes == pass)?;
        for (&kind, rows) in &mut found {
            let mut before = 0;
            read_names(inputs, kind, |names| {
                if pass == 0 {
                    rows.buckets.extend(names.without_the_named(inputs.buckets));
                }
                for (row, &lies) in names.buckets.iter().enumerate() {
                    let home = &mut rows.buckets[before + row];
                    if let Some((system, id)) = names.named(row) {
                        let hash = homes::hash(system, id);
                        let first = known.partition_point(|entry| entry >> 8 < hash);
                        let mut same = known[first..].iter().take_while(|entry| *entry >> 8 == hash);
                        *home = match (same.next(), same.next()) {
                            (Some(only), None) => *only as u8,
                            (Some(_), Some(_)) => winner(system, id).map_or(*home, |bucket| bucket as u8),
                            (None, _) => *home,
                        };
                    }
                    rows.is_in_place &= pass + 1 < passes || i64::from(*home) == lies;
                }
                before += names.buckets.len();
                Ok(())
            })?;
        }
    }
    Ok(found)
}

/// What the rows of a batch name.
struct Names<'a> {
    buckets: &'a [i64],
    own: &'a StringArray,
    /// System and id of the contact or review; the system is missing where it is their own.
    of: (Option<&'a StringArray>, &'a StringArray),
    /// The same of the ticket, where the kind names one.
    of_ticket: Option<(&'a StringArray, &'a StringArray)>,
}

impl<'a> Names<'a> {
    fn named(&self, row: usize) -> Option<(&'a str, &'a str)> {
        let (systems, ids) = self.of;
        self.key(systems, ids, row)
    }

    fn ticket(&self, row: usize) -> Option<(&'a str, &'a str)> {
        let (systems, ids) = self.of_ticket?;
        self.key(Some(systems), ids, row)
    }

    /// Where each row is folded if what it names is not there: with the ticket it names, else where it lies.
    fn without_the_named(&self, buckets: u32) -> impl Iterator<Item = u8> {
        self.buckets.iter().enumerate().map(move |(row, &lies)| match self.ticket(row) {
            Some((system, id)) => RecordKind::bucket(system, id, buckets) as u8,
            None => lies as u8,
        })
    }

    fn key(&self, systems: Option<&'a StringArray>, ids: &'a StringArray, row: usize) -> Option<(&'a str, &'a str)> {
        let systems = systems.filter(|systems| systems.is_valid(row)).unwrap_or(self.own);
        ids.is_valid(row).then(|| (systems.value(row), ids.value(row)))
    }
}

/// Gives what the records of a kind name to `take`, batch by batch.
fn read_names(inputs: &Inputs, kind: RecordKind, mut take: impl FnMut(Names) -> Result<()>) -> Result<()> {
    let (system, id) = match kind.lies() {
        // of one system, so there is no column that says which
        Lies::Review => (None, "review_id"),
        _ => (Some("contact_system"), "contact_id"),
    };
    let has_ticket = kind.fields().iter().any(|field| field.name == "ticket_id");
    let ticket = has_ticket.then_some(["ticket_system", "ticket_id"]);
    let columns: Vec<&str> =
        ["bucket", "system", "id", id].into_iter().chain(system).chain(ticket.into_iter().flatten()).collect();
    for live in inputs.records(kind) {
        read::read(&live.path, Part::Columns(&columns), |batch| {
            let text = |name| segment::text(kind, &batch, name);
            take(Names {
                buckets: homes::buckets(kind, &batch)?,
                own: text("system")?,
                of: (system.map(text).transpose()?, text(id)?),
                of_ticket: ticket.map(|[system, id]| Ok((text(system)?, text(id)?))).transpose()?,
            })
        })?;
    }
    Ok(())
}

/// Hash of the key and bucket of the records of a kind whose hash is `wanted`, in one word each, sorted; `homes` as for
/// [`find_homes`].
fn by_hash(inputs: &Inputs, kind: RecordKind, homes: Option<&[u8]>, wanted: impl Fn(u64) -> bool) -> Result<Vec<u64>> {
    let mut known: Vec<u64> = Vec::new();
    let mut before = 0;
    for live in inputs.records(kind) {
        read::read(&live.path, Part::Columns(&["bucket", "system", "id"]), |batch| {
            let (systems, ids) = homes::keys(kind, &batch)?;
            for (row, &bucket) in homes::buckets(kind, &batch)?.iter().enumerate() {
                let hash = homes::hash(systems.value(row), ids.value(row));
                if wanted(hash) {
                    let bucket = homes.map_or(bucket as u64 & 0xff, |homes| homes[before + row].into());
                    known.push(hash << 8 | bucket);
                }
            }
            before += batch.num_rows();
            Ok(())
        })?;
    }
    known.sort_unstable();
    known.dedup();
    Ok(known)
}
