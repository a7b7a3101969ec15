//! Ages at instants of what is open then.
//!
//! Kept are the stretches that are open at one of the instants at least, 24 bytes each; ages only of one instant at a
//! time.

use catalogue::plan::Moments;
use model::{Instant, Millis};

use super::quantiles::{Durations, figures};

/// What is asked of the ages.
#[derive(Clone, Debug, PartialEq)]
pub struct Ages {
    /// The instants, in microseconds, sorted.
    pub instants: Vec<i64>,
    /// Those older than this, of all; quantiles where absent.
    pub than: Option<Millis>,
    /// As .5, .9.
    pub quantiles: Vec<f64>,
    /// Whether their intervals are wanted.
    pub margins: bool,
}

/// A stretch in which a row is open, in microseconds; the youngest is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    /// From when its age counts.
    since: i64,
    start: i64,
    /// The greatest number where it goes on.
    end: i64,
}

impl Ages {
    /// A stretch, if it is open at one of the instants.
    pub(super) fn stretch(&self, start: i64, end: Option<i64>, since: i64) -> Option<Open> {
        let end = end.unwrap_or(i64::MAX);
        let first = self.instants.partition_point(|instant| *instant <= start);
        // one that ended before it began is never open
        (self.instants.get(first).is_some_and(|instant| *instant <= end) && start <= end).then_some(Open {
            since,
            start,
            end,
        })
    }

    /// The moments of a group at every instant; none where nothing lies in it.
    pub(super) fn moments(&self, mut stretches: Vec<Open>) -> Vec<Moments> {
        if stretches.is_empty() {
            return Vec::new();
        }
        // the youngest first, so that ages are in order
        stretches.sort_unstable_by(|left, right| right.cmp(left));
        let at = |instant: &i64| {
            let open = stretches.iter().filter(|open| open.start < *instant && *instant <= open.end);
            let now = Instant::from_micros(*instant);
            let ages: Vec<i64> = open.map(|open| now.since(Instant::from_micros(open.since)).get()).collect();
            match self.than {
                Some(than) => {
                    let older = ages.iter().filter(|age| **age > than.get()).count();
                    Moments::Parts { numerator: older as u64, denominator: ages.len() as u64 }
                }
                None => {
                    let mut ages = Durations { ended: ages, open: Vec::new() };
                    figures(&mut ages, &self.quantiles, false, self.margins)
                }
            }
        };
        self.instants.iter().map(at).collect()
    }
}
