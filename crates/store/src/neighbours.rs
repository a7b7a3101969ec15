//! Gaps between neighbours, gathered from the links of all buckets and found again by bucket and row.

use std::collections::BTreeMap;

use model::Millis;
use model::lifecycle::{self, Gap, Link};

/// Parts that links are kept in, by group: each is sorted by itself.
const PARTS: usize = 16;

/// Links of one table, of all buckets.
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
            self.parts[usize::from(link.group[0]) % PARTS].push(Link { bucket, ..link });
        }
    }

    /// The gaps of every row.
    pub(crate) fn gaps(self) -> Gaps {
        let mut gaps = Gaps::default();
        for mut part in self.parts {
            for gap in lifecycle::gaps(&mut part) {
                let rows = gaps.0.entry(gap.bucket).or_default();
                let row = gap.row as usize;
                if rows.len() <= row {
                    rows.resize(row + 1, [NONE; 2]);
                }
                rows[row] = [pack(gap.previous), pack(gap.next)];
            }
        }
        gaps
    }
}

/// Stands for a gap that there is none of; a gap is never negative.
const NONE: i64 = -1;

fn pack(gap: Option<Millis>) -> i64 {
    gap.map_or(NONE, Millis::get)
}

fn unpack(gap: i64) -> Option<Millis> {
    (gap != NONE).then_some(Millis::new(gap))
}

/// Gaps to the previous and the next row, by bucket and row: 16 bytes a row.
#[derive(Debug, Default)]
pub(crate) struct Gaps(BTreeMap<u32, Vec<[i64; 2]>>);

impl Gaps {
    /// The gaps of `count` rows from row `first` of a bucket on, numbered from `start`.
    pub(crate) fn of(&self, bucket: u32, first: u32, count: u32, start: u32) -> impl Iterator<Item = Gap> + '_ {
        let rows = self.0.get(&bucket).map(Vec::as_slice).unwrap_or_default();
        (0..count).filter_map(move |offset| {
            let [previous, next] = *rows.get((first + offset) as usize)?;
            Some(Gap { bucket, row: start + offset, previous: unpack(previous), next: unpack(next) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Instant;

    #[test]
    fn gaps_are_found_again_across_buckets() {
        let link = |group: u8, seconds: i64, row: u32| Link {
            group: [group; 16],
            at: Instant::from_micros(seconds * 1_000_000),
            tie: u64::from(row),
            bucket: 0,
            row,
        };
        let mut links = Links::default();
        // row 1 of bucket 0 has no link: it has no customer
        links.add(0, vec![link(7, 100, 0), link(23, 5, 2)]);
        links.add(3, vec![link(7, 40, 1), link(7, 170, 0)]);
        let gaps = links.gaps();
        let seconds = |bucket, first, count, start| {
            gaps.of(bucket, first, count, start)
                .map(|gap| (gap.row, gap.previous.map(Millis::seconds), gap.next.map(Millis::seconds)))
                .collect::<Vec<_>>()
        };
        assert_eq!(seconds(0, 0, 3, 10), [(10, Some(60.0), Some(70.0)), (11, None, None), (12, None, None)]);
        assert_eq!(seconds(3, 0, 2, 0), [(0, Some(70.0), None), (1, None, Some(60.0))]);
        assert_eq!(seconds(3, 1, 1, 5), [(5, None, Some(60.0))]);
        assert_eq!(seconds(9, 0, 2, 0), []);
    }
}
