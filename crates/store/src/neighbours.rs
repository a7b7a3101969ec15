//! What a row has from rows of other buckets: gaps to neighbours, and time shared with other legs of an agent. Gathered
//! from all buckets, and found again by bucket and row.

use std::collections::BTreeMap;

use model::Millis;
use model::lifecycle::{self, Busy, Gap, Link, Scope, Shift};

/// Parts that links and shifts are kept in, by customer or agent: each is sorted by itself.
const PARTS: usize = 16;

/// Links of customer contacts, of all buckets.
#[derive(Debug)]
pub(crate) struct Links {
    parts: [Vec<Link>; PARTS],
}

impl Default for Links {
    fn default() -> Self {
        Links { parts: std::array::from_fn(|_| Vec::new()) }
    }
}

impl Links {
    /// Adds the links of a bucket.
    pub(crate) fn add(&mut self, bucket: u32, links: Vec<Link>) {
        for link in links {
            self.parts[usize::from(link.customer[0]) % PARTS].push(Link { bucket, ..link });
        }
    }

    /// The gaps of every row.
    pub(crate) fn gaps(self) -> Gaps {
        let mut gaps = Gaps::default();
        for mut part in self.parts {
            for (index, scope) in Scope::ALL.into_iter().enumerate() {
                for gap in lifecycle::gaps(&mut part, scope) {
                    let cell = cell(&mut gaps.0, gap.bucket, gap.row, [[NONE; 2]; SCOPES]);
                    cell[index] = [pack(gap.previous), pack(gap.next)];
                }
            }
        }
        gaps
    }
}

/// Scopes of neighbours.
const SCOPES: usize = Scope::ALL.len();

/// Stands for a length that there is none of; none is ever negative.
const NONE: i64 = -1;

fn pack(length: Option<Millis>) -> i64 {
    length.map_or(NONE, Millis::get)
}

fn unpack(length: i64) -> Option<Millis> {
    (length != NONE).then_some(Millis::new(length))
}

fn cell<T: Copy>(buckets: &mut BTreeMap<u32, Vec<T>>, bucket: u32, row: u32, none: T) -> &mut T {
    let rows = buckets.entry(bucket).or_default();
    let row = row as usize;
    if rows.len() <= row {
        rows.resize(row + 1, none);
    }
    &mut rows[row]
}

/// The values of `count` rows from row `first` of a bucket on, with the number of each, counted from `start`.
fn cells<T: Copy>(
    buckets: &BTreeMap<u32, Vec<T>>,
    [bucket, first, count, start]: [u32; 4],
) -> impl Iterator<Item = (u32, T)> + '_ {
    let rows = buckets.get(&bucket).map(Vec::as_slice).unwrap_or_default();
    (0..count).filter_map(move |offset| Some((start + offset, *rows.get((first + offset) as usize)?)))
}

/// Gaps to the previous and the next row in every scope, by bucket and row: 48 bytes a row.
#[derive(Debug, Default)]
pub(crate) struct Gaps(BTreeMap<u32, Vec<[[i64; 2]; SCOPES]>>);

impl Gaps {
    /// The gaps in a scope of `count` rows from row `first` of a bucket on, numbered from `start`; `place` is
    /// `[bucket, first, count, start]`.
    pub(crate) fn of(&self, scope: Scope, place: [u32; 4]) -> impl Iterator<Item = Gap> + '_ {
        let index = Scope::ALL.iter().position(|one| *one == scope).unwrap_or_default();
        cells(&self.0, place).map(move |(row, gaps)| {
            let [previous, next] = gaps[index].map(unpack);
            Gap { bucket: place[0], row, previous, next }
        })
    }
}

/// Shifts of contact legs, of all buckets.
#[derive(Debug)]
pub(crate) struct Shifts {
    parts: [Vec<Shift>; PARTS],
}

impl Default for Shifts {
    fn default() -> Self {
        Shifts { parts: std::array::from_fn(|_| Vec::new()) }
    }
}

impl Shifts {
    /// Adds the shifts of a bucket.
    pub(crate) fn add(&mut self, bucket: u32, shifts: Vec<Shift>) {
        for shift in shifts {
            self.parts[usize::from(shift.agent[0]) % PARTS].push(Shift { bucket, ..shift });
        }
    }

    /// The busy times of every row.
    pub(crate) fn busy(self) -> BusyTimes {
        let mut times = BusyTimes::default();
        for mut part in self.parts {
            lifecycle::share(&mut part, |busy| *cell(&mut times.0, busy.bucket, busy.row, NONE) = busy.time.get());
        }
        times
    }
}

/// Busy times by bucket and row: 8 bytes a row.
#[derive(Debug, Default)]
pub(crate) struct BusyTimes(BTreeMap<u32, Vec<i64>>);

impl BusyTimes {
    /// As [`Gaps::of`]; rows that no agent shared have none.
    pub(crate) fn of(&self, place: [u32; 4]) -> impl Iterator<Item = Busy> + '_ {
        cells(&self.0, place).filter_map(move |(row, time)| Some(Busy { bucket: place[0], row, time: unpack(time)? }))
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
        let mut links = Links::default();
        // row 1 of bucket 0 has no link: it has no customer
        links.add(0, vec![link(7, 1, 100, 0), link(23, 1, 5, 2)]);
        links.add(3, vec![link(7, 1, 40, 1), link(7, 1, 170, 0), link(7, 2, 171, 2)]);
        let gaps = links.gaps();
        let seconds = |scope, place| {
            gaps.of(scope, place)
                .map(|gap| (gap.row, gap.previous.map(Millis::seconds), gap.next.map(Millis::seconds)))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            seconds(Scope::Issue, [0, 0, 3, 10]),
            [(10, Some(60.0), Some(70.0)), (11, None, None), (12, None, None)]
        );
        assert_eq!(seconds(Scope::Issue, [3, 0, 2, 0]), [(0, Some(70.0), None), (1, None, Some(60.0))]);
        assert_eq!(seconds(Scope::Issue, [3, 1, 1, 5]), [(5, None, Some(60.0))]);
        assert_eq!(seconds(Scope::Customer, [3, 0, 1, 0]), [(0, Some(70.0), Some(1.0))]);
        assert_eq!(seconds(Scope::Channel, [0, 0, 1, 0]), [(0, None, Some(70.0))]);
        assert_eq!(seconds(Scope::Channel, [3, 1, 1, 0]), [(1, None, None)]);
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
        };
        let mut shifts = Shifts::default();
        shifts.add(0, vec![shift(1, 0, 100, 0), shift(2, 0, 100, 2)]);
        shifts.add(5, vec![shift(1, 50, 150, 0)]);
        let times = shifts.busy();
        let seconds = |place| times.of(place).map(|busy| (busy.row, busy.time.seconds())).collect::<Vec<_>>();
        assert_eq!(seconds([0, 0, 3, 7]), [(7, 75.0), (9, 100.0)]);
        assert_eq!(seconds([5, 0, 1, 0]), [(0, 75.0)]);
        assert_eq!(seconds([4, 0, 1, 0]), []);
    }
}
