//! The records of one ticket, or of one contact, found by the bucket they lie in: the other row groups are not read.

use arrow::array::{Array, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use model::RecordKind;
use model::lifecycle;

use crate::error::{self, Error, Result};
use crate::read::{self, Shape};
use crate::segment;
use crate::snapshot::Snapshot;
use crate::store::Store;

impl Store {
    /// The newest revisions of the records of `kind` that name a ticket: the ticket itself, or its events, contacts,
    /// targets, survey answers or complaints. Reviews and checks that name a contact as well lie where that does, see
    /// [`Store::records_of_contact`]. The batches have the columns they were written with.
    ///
    /// Only revisions that name the ticket are compared, so a record that a later revision gave to another ticket is
    /// still among them; facts are not.
    ///
    /// # Errors
    /// When a segment cannot be read, or `kind` does not lie in the bucket of its ticket.
    pub fn records_of_ticket(
        &self,
        snapshot: &Snapshot,
        kind: RecordKind,
        system: &str,
        id: &str,
    ) -> Result<Vec<RecordBatch>> {
        let names = match kind {
            RecordKind::Ticket => Some(["system", "id"]),
            _ => columns(kind, RecordKind::Ticket),
        };
        let Some(names) = names else {
            let expected = "a ticket or a kind that lies where its ticket does".to_owned();
            return Err(Error::Columns { kind, found: "none of that".to_owned(), expected });
        };
        self.records_naming(snapshot, kind, names, (system, id))
    }

    /// The newest revisions of the records of `kind` that name a contact: its legs, reviews, checks, offers. As
    /// [`Store::records_of_ticket`] otherwise.
    ///
    /// # Errors
    /// When a segment cannot be read, or `kind` names no contact.
    pub fn records_of_contact(
        &self,
        snapshot: &Snapshot,
        kind: RecordKind,
        system: &str,
        id: &str,
    ) -> Result<Vec<RecordBatch>> {
        let Some(names) = columns(kind, RecordKind::Contact) else {
            let expected = "a kind that names a contact".to_owned();
            return Err(Error::Columns { kind, found: "none of that".to_owned(), expected });
        };
        self.records_naming(snapshot, kind, names, (system, id))
    }

    /// The newest revisions that name `(system, id)` in the columns `names`, among those that lie in the bucket of that.
    fn records_naming(
        &self,
        snapshot: &Snapshot,
        kind: RecordKind,
        names: [&str; 2],
        (system, id): (&str, &str),
    ) -> Result<Vec<RecordBatch>> {
        let bucket = RecordKind::bucket(system, id, self.buckets()?);
        let mut found = Vec::new();
        for live in snapshot.records(kind) {
            read::read_buckets(&live.path, bucket..bucket + 1, Shape::AsWritten, |batch| {
                let systems = segment::text(kind, &batch, names[0])?;
                let own = segment::text(kind, &batch, "system")?;
                let ids = segment::text(kind, &batch, names[1])?;
                let of_it = |row: usize| {
                    let named = if systems.is_valid(row) { systems.value(row) } else { own.value(row) };
                    ids.is_valid(row) && ids.value(row) == id && named == system
                };
                let of_it: BooleanArray = (0..batch.num_rows()).map(|row| Some(of_it(row))).collect();
                if of_it.true_count() > 0 {
                    found.push(filter_record_batch(&batch, &of_it).map_err(error::batch(kind.name()))?);
                }
                Ok(())
            })?;
        }
        let winners = lifecycle::winners(kind, &found).map_err(|source| Error::Fold {
            what: format!("{} records of a ticket or contact", kind.name()),
            source,
        })?;
        let newest = found.iter().enumerate().map(|(index, batch)| {
            let rows = winners.iter().filter(|(of, _)| *of == index).filter_map(|(_, row)| u32::try_from(*row).ok());
            take_record_batch(batch, &rows.collect::<UInt32Array>()).map_err(error::batch(kind.name()))
        });
        newest.filter(|batch| batch.as_ref().map_or(true, |batch| batch.num_rows() > 0)).collect()
    }
}

/// The columns by which records of a kind name one of kind `named`: its system and its id.
fn columns(kind: RecordKind, named: RecordKind) -> Option<[&'static str; 2]> {
    let name = kind.names().iter().find(|name| name.kind == named)?;
    Some([name.system.unwrap_or("system"), name.id])
}
