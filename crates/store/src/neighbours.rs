//! What a row has from rows of other buckets: gaps to neighbours, and time shared with other legs of an agent. Gathered
//! from all buckets, and found again by bucket and row; in memory as long as they are few.

use std::path::Path;

use model::lifecycle::{self, BusyRow, Gap, Link, Scope, Shift};
use model::{Instant, Millis};

use crate::error::Result;
use crate::ledger::{Ledger, Sheet};

/// Parts that links and shifts are kept in, by customer or agent: each is sorted by itself.
const PARTS: usize = 64;

/// Stands for a length that there is none of; none is ever negative.
const NONE: i64 = -1;

/// Scopes of neighbours.
const SCOPES: usize = Scope::ALL.len();

/// Bytes of the gaps of a row: to the previous and the next one in every scope.
const GAPS: usize = 16 * SCOPES;

/// Links of customer contacts, of all buckets.
#[derive(Debug)]
pub(crate) struct Links {
    ledger: Ledger,
    buckets: usize,
}

/// Bytes of a link.
const LINK: usize = 48;

fn encode_link(link: &Link, bucket: u32) -> [u8; LINK] {
    let mut bytes = [0; LINK];
    bytes[..16].copy_from_slice(&link.customer);
    bytes[16..24].copy_from_slice(&link.issue.to_le_bytes());
    bytes[24..28].copy_from_slice(&link.channel.to_le_bytes());
    bytes[28..32].copy_from_slice(&link.tie.to_le_bytes());
    bytes[32..40].copy_from_slice(&link.at.micros().to_le_bytes());
    bytes[40..44].copy_from_slice(&bucket.to_le_bytes());
    bytes[44..].copy_from_slice(&link.row.to_le_bytes());
    bytes
}

fn decode_link(bytes: &[u8]) -> Link {
    Link {
        customer: array(bytes, 0),
        issue: u64::from_le_bytes(array(bytes, 16)),
        channel: u32::from_le_bytes(array(bytes, 24)),
        tie: u32::from_le_bytes(array(bytes, 28)),
        at: Instant::from_micros(i64::from_le_bytes(array(bytes, 32))),
        bucket: u32::from_le_bytes(array(bytes, 40)),
        row: u32::from_le_bytes(array(bytes, 44)),
    }
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

    /// The gaps of every row.
    pub(crate) fn gaps(mut self, directory: &Path, limit: usize) -> Result<Gaps> {
        // an entry is a row, the place of a scope in it, and its two lengths
        let mut entries = Ledger::new(directory.join("gaps.scratch"), 24, self.buckets, limit);
        for part in 0..PARTS {
            let mut links: Vec<Link> = self.ledger.take(part)?.chunks_exact(LINK).map(decode_link).collect();
            for (index, scope) in (0u32..).zip(Scope::ALL) {
                for gap in lifecycle::gaps(&mut links, scope).filter(|gap| gap.previous.or(gap.next).is_some()) {
                    let mut entry = [0; 24];
                    entry[..4].copy_from_slice(&gap.row.to_le_bytes());
                    entry[4..8].copy_from_slice(&(16 * index).to_le_bytes());
                    entry[8..16].copy_from_slice(&pack(gap.previous).to_le_bytes());
                    entry[16..].copy_from_slice(&pack(gap.next).to_le_bytes());
                    entries.push(gap.bucket as usize, &entry)?;
                }
            }
        }
        drop(self);
        let sheet =
            Sheet::fill(directory.join("gaps.sheet"), GAPS, limit, entries, |cell, gaps| cell.copy_from_slice(gaps))?;
        Ok(Gaps(sheet))
    }
}

fn pack(length: Option<Millis>) -> i64 {
    length.map_or(NONE, Millis::get)
}

fn unpack(bytes: &[u8], at: usize) -> Option<Millis> {
    let length = bytes.get(at..at + 8).map_or(NONE, |_| i64::from_le_bytes(array(bytes, at)));
    (length != NONE).then_some(Millis::new(length))
}

/// Gaps to the previous and the next row in every scope, by bucket and row.
#[derive(Debug)]
pub(crate) struct Gaps(Sheet);

impl Gaps {
    /// The gaps in every scope, in the order of [`Scope::ALL`], of `count` rows from row `first` of a bucket on, numbered
    /// from `start`; `place` is `[bucket, first, count, start]`.
    pub(crate) fn of(&self, place: [u32; 4]) -> Result<[Vec<Gap>; SCOPES]> {
        let [bucket, first, count, start] = place;
        let bytes = self.0.rows(bucket as usize, first, count)?;
        Ok(std::array::from_fn(|index| {
            (start..)
                .zip(bytes.chunks_exact(GAPS))
                .map(|(row, gaps)| {
                    let (previous, next) = (unpack(gaps, 16 * index), unpack(gaps, 16 * index + 8));
                    Gap { bucket, row, previous, next }
                })
                .collect()
        }))
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
        let link = |customer: u8, issue: u64, seconds: i64, row: u32| Link {
            customer: [customer; 16],
            issue,
            channel: row % 2,
            tie: row,
            at: second(seconds),
            bucket: 0,
            row,
        };
        // in memory and in files
        for limit in [0, 1 << 20] {
            let directory = tempfile::tempdir().unwrap();
            let mut links = Links::new(directory.path(), 10, limit);
            // row 1 of bucket 0 has no link: it has no customer
            links.add(0, &[link(7, 1, 100, 0), link(23, 1, 5, 2)]).unwrap();
            links.add(3, &[link(7, 1, 40, 1), link(7, 1, 170, 0), link(7, 2, 171, 2)]).unwrap();
            let gaps = links.gaps(directory.path(), limit).unwrap();
            check_gaps(&gaps);
        }
    }

    fn check_gaps(gaps: &Gaps) {
        let seconds = |scope, place| {
            let index = Scope::ALL.iter().position(|one| *one == scope).unwrap();
            let found = gaps.of(place).unwrap();
            found[index]
                .iter()
                .filter(|gap| gap.previous.or(gap.next).is_some())
                .map(|gap| (gap.row, gap.previous.map(Millis::seconds), gap.next.map(Millis::seconds)))
                .collect::<Vec<_>>()
        };
        assert_eq!(seconds(Scope::Issue, [0, 0, 3, 10]), [(10, Some(60.0), Some(70.0))]);
        assert_eq!(seconds(Scope::Issue, [3, 0, 2, 0]), [(0, Some(70.0), None), (1, None, Some(60.0))]);
        assert_eq!(seconds(Scope::Issue, [3, 1, 1, 5]), [(5, None, Some(60.0))]);
        assert_eq!(seconds(Scope::Customer, [3, 0, 1, 0]), [(0, Some(70.0), Some(1.0))]);
        assert_eq!(seconds(Scope::Channel, [0, 0, 1, 0]), [(0, None, Some(70.0))]);
        assert_eq!(seconds(Scope::Channel, [3, 1, 1, 0]), []);
        assert_eq!(seconds(Scope::Issue, [9, 0, 2, 0]), []);
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
