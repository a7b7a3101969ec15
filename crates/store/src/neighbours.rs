//! What a row has from rows of other buckets: gaps to neighbours, and time shared with other legs of an agent. Gathered
//! from all buckets, and found again by bucket and row; in memory as long as they are few.

use std::path::Path;

use model::lifecycle::{self, BusyRow, Cell, Link, Role, Shift};
use model::{FactTable, Instant, Millis};

use crate::error::Result;
use crate::ledger::{Ledger, Sheet};

/// Parts that links and shifts are kept in, by customer or agent: each is sorted by itself.
const PARTS: usize = 64;

/// Stands for a length that there is none of; none is ever negative.
const NONE: i64 = -1;

/// Tables whose rows links tell something of.
const LINKED: [FactTable; 2] = [FactTable::CustomerContact, FactTable::Session];

/// Links of customers' contacts, sessions and subscriptions, of all buckets.
#[derive(Debug)]
pub(crate) struct Links {
    ledger: Ledger,
    buckets: usize,
}

/// Bytes of a link.
const LINK: usize = 57;

fn encode_link(link: &Link, bucket: u32) -> [u8; LINK] {
    let mut bytes = [0; LINK];
    bytes[..16].copy_from_slice(&link.customer);
    bytes[16..24].copy_from_slice(&link.issue.to_le_bytes());
    bytes[24..28].copy_from_slice(&link.channel.to_le_bytes());
    bytes[28..32].copy_from_slice(&link.tie.to_le_bytes());
    bytes[32..40].copy_from_slice(&link.at.micros().to_le_bytes());
    bytes[40..44].copy_from_slice(&bucket.to_le_bytes());
    bytes[44..48].copy_from_slice(&link.row.to_le_bytes());
    bytes[48] = link.role as u8;
    bytes[49..].copy_from_slice(&link.beside.micros().to_le_bytes());
    bytes
}

fn decode_link(bytes: &[u8]) -> Option<Link> {
    Some(Link {
        customer: array(bytes, 0),
        issue: u64::from_le_bytes(array(bytes, 16)),
        channel: u32::from_le_bytes(array(bytes, 24)),
        tie: u32::from_le_bytes(array(bytes, 28)),
        at: Instant::from_micros(i64::from_le_bytes(array(bytes, 32))),
        beside: Instant::from_micros(i64::from_le_bytes(array(bytes, 49))),
        role: *Role::ALL.get(usize::from(*bytes.get(48)?))?,
        bucket: u32::from_le_bytes(array(bytes, 40)),
        row: u32::from_le_bytes(array(bytes, 44)),
    })
}

/// The bytes from `at` on; zeros beyond the end.
fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..at + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
}

impl Links {
    /// None so far, of so many buckets, with temporary files in `directory` beyond `limit` bytes in memory.
    pub(crate) fn new(directory: &Path, buckets: usize, limit: usize) -> Links {
        Links { ledger: Ledger::new(directory.join("links.scratch"), LINK, PARTS, limit), buckets }
    }

    /// Adds the links of a bucket.
    pub(crate) fn add(&mut self, bucket: u32, links: &[Link]) -> Result<()> {
        links
            .iter()
            .try_for_each(|link| self.ledger.push(usize::from(link.customer[0]) % PARTS, &encode_link(link, bucket)))
    }

    /// What the links say of every row.
    pub(crate) fn gaps(mut self, directory: &Path, limit: usize) -> Result<Gaps> {
        // an entry is a row, the place of a value in it, and the value
        let ledger = |table: FactTable| {
            Ledger::new(directory.join(format!("gaps-{}.scratch", table.name())), 16, self.buckets, limit)
        };
        let mut entries = LINKED.map(ledger);
        let mut places = LINKED.map(|_| 0);
        for part in 0..PARTS {
            let mut links: Vec<Link> = self.ledger.take(part)?.chunks_exact(LINK).filter_map(decode_link).collect();
            let mut pushed = Ok(());
            lifecycle::gaps(&mut links, |cell| {
                let Some(table) = LINKED.iter().position(|table| *table == cell.table) else { return };
                let mut entry = [0; 16];
                entry[..4].copy_from_slice(&cell.row.to_le_bytes());
                entry[4..8].copy_from_slice(&(8 * cell.place).to_le_bytes());
                entry[8..].copy_from_slice(&cell.value.to_le_bytes());
                places[table] = places[table].max(cell.place as usize + 1);
                if pushed.is_ok() {
                    pushed = entries[table].push(cell.bucket as usize, &entry);
                }
            });
            pushed?;
        }
        drop(self);
        let mut sheets = Vec::with_capacity(LINKED.len());
        for ((table, entries), places) in LINKED.into_iter().zip(entries).zip(places) {
            let path = directory.join(format!("gaps-{}.sheet", table.name()));
            let sheet = Sheet::fill(path, 8 * places, limit, entries, |cell, value| cell.copy_from_slice(value))?;
            sheets.push(GapSheet { table, places, sheet });
        }
        Ok(Gaps(sheets))
    }
}

fn unpack(bytes: &[u8], at: usize) -> Option<Millis> {
    let length = bytes.get(at..at + 8).map_or(NONE, |_| i64::from_le_bytes(array(bytes, at)));
    (length != NONE).then_some(Millis::new(length))
}

/// What links say of rows, by table, bucket and row.
#[derive(Debug)]
pub(crate) struct Gaps(Vec<GapSheet>);

/// What links say of the rows of one table; wide enough for what they say of any of them.
#[derive(Debug)]
struct GapSheet {
    table: FactTable,
    places: usize,
    sheet: Sheet,
}

impl Gaps {
    /// What is said of `count` rows of `table` from row `first` of a bucket on, numbered from `start`; `place` is
    /// `[bucket, first, count, start]`.
    pub(crate) fn of(&self, table: FactTable, place: [u32; 4]) -> Result<Vec<Cell>> {
        let [bucket, first, count, start] = place;
        let mut cells = Vec::new();
        let Some(of_table) = self.0.iter().find(|sheet| sheet.table == table && sheet.places > 0) else {
            return Ok(cells);
        };
        let bytes = of_table.sheet.rows(bucket as usize, first, count)?;
        for (row, values) in (start..).zip(bytes.chunks_exact(8 * of_table.places)) {
            for (place, value) in (0u32..).zip(values.chunks_exact(8)) {
                let value = i64::from_le_bytes(array(value, 0));
                if value != NONE {
                    cells.push(Cell { table, bucket, row, place, value });
                }
            }
        }
        Ok(cells)
    }
}

/// Shifts of contact legs, of all buckets.
#[derive(Debug)]
pub(crate) struct Shifts {
    ledger: Ledger,
    buckets: usize,
}

/// Bytes of a shift.
const SHIFT: usize = 44;

fn encode_shift(shift: &Shift, bucket: u32) -> [u8; SHIFT] {
    let mut bytes = [0; SHIFT];
    bytes[..16].copy_from_slice(&shift.agent);
    bytes[16..24].copy_from_slice(&shift.start.micros().to_le_bytes());
    bytes[24..32].copy_from_slice(&shift.end.micros().to_le_bytes());
    bytes[32..36].copy_from_slice(&bucket.to_le_bytes());
    bytes[36..40].copy_from_slice(&shift.row.to_le_bytes());
    bytes[40..].copy_from_slice(&shift.first.to_le_bytes());
    bytes
}

fn decode_shift(bytes: &[u8]) -> Shift {
    Shift {
        agent: array(bytes, 0),
        start: Instant::from_micros(i64::from_le_bytes(array(bytes, 16))),
        end: Instant::from_micros(i64::from_le_bytes(array(bytes, 24))),
        bucket: u32::from_le_bytes(array(bytes, 32)),
        row: u32::from_le_bytes(array(bytes, 36)),
        first: u32::from_le_bytes(array(bytes, 40)),
    }
}

impl Shifts {
    /// As [`Links::new`].
    pub(crate) fn new(directory: &Path, buckets: usize, limit: usize) -> Shifts {
        Shifts { ledger: Ledger::new(directory.join("shifts.scratch"), SHIFT, PARTS, limit), buckets }
    }

    /// Adds the shifts of a bucket.
    pub(crate) fn add(&mut self, bucket: u32, shifts: &[Shift]) -> Result<()> {
        shifts
            .iter()
            .try_for_each(|shift| self.ledger.push(usize::from(shift.agent[0]) % PARTS, &encode_shift(shift, bucket)))
    }

    /// The busy times of every row.
    pub(crate) fn busy(mut self, directory: &Path, limit: usize) -> Result<BusyTimes> {
        // an entry is a row, a place in it and a time: the leg's own, and that of a further leg in its contact's first
        let mut entries = Ledger::new(directory.join("busy.scratch"), 16, self.buckets, limit);
        for part in 0..PARTS {
            let mut shifts: Vec<Shift> = self.ledger.take(part)?.chunks_exact(SHIFT).map(decode_shift).collect();
            let mut pushed = Ok(());
            lifecycle::share(&mut shifts, |busy| {
                let further = Some((busy.first, FURTHER)).filter(|_| busy.first != busy.row);
                for (row, place) in [(busy.row, OWN)].into_iter().chain(further) {
                    let mut entry = [0; 16];
                    entry[..4].copy_from_slice(&row.to_le_bytes());
                    entry[4..8].copy_from_slice(&place.to_le_bytes());
                    entry[8..].copy_from_slice(&busy.time.get().to_le_bytes());
                    if pushed.is_ok() {
                        pushed = entries.push(busy.bucket as usize, &entry);
                    }
                }
            });
            pushed?;
        }
        drop(self);
        let sheet = Sheet::fill(directory.join("busy.sheet"), BUSY, limit, entries, |cell, time| {
            let [before, time] = [&*cell, time].map(|bytes| unpack(bytes, 0).unwrap_or_default().get());
            cell.copy_from_slice(&before.saturating_add(time).to_le_bytes());
        })?;
        Ok(BusyTimes(sheet))
    }
}

/// Bytes of the busy times of a row, and the place in it of its own and of that of the contact's further legs.
const BUSY: usize = 16;
const OWN: u32 = 0;
const FURTHER: u32 = 8;

/// Busy times by bucket and row.
#[derive(Debug)]
pub(crate) struct BusyTimes(Sheet);

impl BusyTimes {
    /// As [`Gaps::of`]; a row that no agent shared, and none of its contact's further legs, has none.
    pub(crate) fn of(&self, place: [u32; 4]) -> Result<Vec<BusyRow>> {
        let [bucket, first, count, start] = place;
        let bytes = self.0.rows(bucket as usize, first, count)?;
        let rows = (start..).zip(bytes.chunks_exact(BUSY));
        let rows = rows.map(|(row, times)| BusyRow {
            row,
            own: unpack(times, OWN as usize),
            further: unpack(times, FURTHER as usize),
        });
        Ok(rows.filter(|busy| busy.own.or(busy.further).is_some()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Instant;

    fn second(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn gaps_are_found_again_across_buckets() {
        let link = |role: Role, customer: u8, issue: u64, seconds: i64, row: u32| Link {
            customer: [customer; 16],
            issue,
            channel: row % 2,
            tie: row,
            at: second(seconds),
            beside: second(seconds),
            role,
            bucket: 0,
            row,
        };
        let contact = |customer, issue, seconds, row| link(Role::HumanContact, customer, issue, seconds, row);
        // in memory and in files
        for limit in [0, 1 << 20] {
            let directory = tempfile::tempdir().unwrap();
            let mut links = Links::new(directory.path(), 10, limit);
            // row 1 of bucket 0 has no link: it has no customer
            links.add(0, &[contact(7, 1, 100, 0), contact(23, 1, 5, 2), link(Role::Session, 23, 1, 1, 0)]).unwrap();
            links.add(3, &[contact(7, 1, 40, 1), contact(7, 1, 170, 0), contact(7, 2, 171, 2)]).unwrap();
            let gaps = links.gaps(directory.path(), limit).unwrap();
            check_gaps(&gaps);
        }
    }

    fn check_gaps(gaps: &Gaps) {
        let of = |table, column, place| {
            let found = gaps.of(table, place).unwrap();
            let is_it = |cell: &&Cell| lifecycle::linked_columns(table)[cell.place as usize] == column;
            found.iter().filter(is_it).map(|cell| (cell.row, cell.value / 1000)).collect::<Vec<_>>()
        };
        let contacts = |column, place| of(FactTable::CustomerContact, column, place);
        for (column, place, expected) in [
            ("previous_gap", [0, 0, 3, 10], vec![(10, 60)]),
            ("next_gap", [0, 0, 3, 10], vec![(10, 70)]),
            ("previous_gap", [3, 0, 2, 0], vec![(0, 70)]),
            ("next_gap", [3, 0, 2, 0], vec![(1, 60)]),
            ("next_gap", [3, 1, 1, 5], vec![(5, 60)]),
            ("next_any_issue_gap", [3, 0, 1, 0], vec![(0, 1)]),
            ("next_same_channel_gap", [0, 0, 1, 0], vec![(0, 70)]),
            ("next_same_channel_gap", [3, 1, 1, 0], vec![]),
            ("next_other_channel_gap", [3, 1, 1, 0], vec![(0, 60)]),
            ("previous_other_channel_gap", [3, 0, 1, 0], vec![(0, 130)]),
            ("previous_session_gap", [0, 2, 1, 8], vec![(8, 4)]),
            ("next_gap", [9, 0, 2, 0], vec![]),
        ] {
            assert_eq!(contacts(column, place), expected, "{column} {place:?}");
        }
        assert_eq!(of(FactTable::Session, "next_contact_gap", [0, 0, 1, 3]), [(3, 4)]);
        assert_eq!(of(FactTable::Ticket, "next_contact_gap", [0, 0, 1, 3]), []);
    }

    #[test]
    fn time_is_shared_across_buckets() {
        let shift = |agent: u8, start: i64, end: i64, row: u32| Shift {
            agent: [agent; 16],
            start: second(start),
            end: second(end),
            bucket: 0,
            row,
            first: row % 10,
        };
        for limit in [0, 1 << 20] {
            let directory = tempfile::tempdir().unwrap();
            let mut shifts = Shifts::new(directory.path(), 6, limit);
            shifts.add(0, &[shift(1, 0, 100, 0), shift(2, 0, 100, 2)]).unwrap();
            shifts.add(0, &[shift(3, 0, 40, 10), shift(2, 200, 201, 20)]).unwrap();
            shifts.add(5, &[shift(1, 50, 150, 0)]).unwrap();
            let times = shifts.busy(directory.path(), limit).unwrap();
            let seconds = |place| {
                let found = times.of(place).unwrap();
                let seconds = |time: Option<Millis>| time.map(Millis::seconds);
                found.iter().map(|busy| (busy.row, seconds(busy.own), seconds(busy.further))).collect::<Vec<_>>()
            };
            // rows 10 and 20 are further legs of the contact of row 0
            assert_eq!(seconds([0, 0, 3, 7]), [(7, Some(75.0), Some(41.0)), (9, Some(100.0), None)]);
            assert_eq!(seconds([0, 10, 11, 0]), [(0, Some(40.0), None), (10, Some(1.0), None)]);
            assert_eq!(seconds([5, 0, 1, 0]), [(0, Some(75.0), None)]);
            assert_eq!(seconds([4, 0, 1, 0]), []);
        }
    }
}
