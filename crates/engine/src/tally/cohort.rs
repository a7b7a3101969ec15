//! What becomes of the members of a cohort. A stretch that lasts from the start of a period to its end tells all there is
//! to tell of its customer; only of those who changed in a period something is kept until both ends are known, some
//! hundred bytes each.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use catalogue::plan::{Cohort, CohortSums, Member, Moments};

/// The cohorts of one member of a scan.
pub struct Cohorts {
    measure: Cohort,
    /// Start and end of each slot, sorted.
    slots: Vec<(i64, i64)>,
    /// Of each group those of each slot; empty while none of its stretches is at a start.
    sums: Vec<Vec<CohortSums>>,
    /// Who changed in a slot.
    changed: HashMap<(u32, u128), Changed>,
    /// What stretches lack whose worth is not known, each once.
    lacking: Vec<String>,
}

/// What a stretch is worth; of one of which that is not known the place of what it lacks, where that is said.
type Worth = Result<i64, Option<u32>>;

/// One entity in one slot, as far as its stretches have been seen.
#[derive(Clone, Copy, Default)]
struct Changed {
    /// The group of the stretch at the start, and what it is worth.
    start: Option<(u32, Worth)>,
    /// What the stretch at the end is worth, where there is one.
    end: Option<Worth>,
    /// When the stretch that ended last did, and whether it counts as having left.
    left: Option<(i64, bool)>,
}

/// One stretch.
#[derive(Clone, Copy)]
pub struct Stretch<'a> {
    /// The group of its dimensions.
    pub group: usize,
    /// When it began, and when it ended, in microseconds.
    pub start: i64,
    /// None while it goes on.
    pub end: Option<i64>,
    /// Whose it is.
    pub entity: (&'a str, &'a str),
    /// Whether it puts its entity into the cohort.
    pub enters: bool,
    /// What it is worth; 1 where entities are counted.
    pub value: Option<i64>,
    /// What it lacks where that is not known.
    pub lacks: Option<&'a str>,
    /// Whether one who left with it counts as having left.
    pub leaves: bool,
}

impl Cohorts {
    /// None so far, over slots of these starts and ends, which are sorted and do not overlap.
    pub fn new(measure: Cohort, slots: Vec<(i64, i64)>) -> Self {
        Cohorts { measure, slots, sums: Vec::new(), changed: HashMap::new(), lacking: Vec::new() }
    }

    /// Makes room for `groups` groups.
    pub fn grow(&mut self, groups: usize) {
        self.sums.resize_with(groups, Vec::new);
    }

    /// Adds a stretch.
    pub fn add(&mut self, stretch: &Stretch<'_>) {
        let end = stretch.end.unwrap_or(i64::MAX);
        if end < stretch.start {
            return;
        }
        let first = self.slots.partition_point(|(_, slot_end)| *slot_end <= stretch.start);
        let after = self.slots.partition_point(|(slot_start, _)| *slot_start <= end);
        let worth = stretch.value.ok_or_else(|| stretch.lacks.map(|lacks| self.place(lacks)));
        let mut who = None;
        for slot in first..after {
            let (slot_start, slot_end) = self.slots[slot];
            let at_start = stretch.start < slot_start && end >= slot_start;
            let at_end = stretch.start < slot_end && end >= slot_end;
            if at_start && at_end {
                if stretch.enters {
                    self.count(stretch.group, slot, (worth, worth), true);
                }
                continue;
            }
            let ended = (!at_end).then_some((end, stretch.leaves)).filter(|_| self.measure.left.is_some());
            let starts = at_start && stretch.enters;
            if starts || at_end || ended.is_some() {
                let who = *who.get_or_insert_with(|| hash(stretch.entity));
                let changed = self.changed.entry((slot as u32, who)).or_default();
                changed.join(Changed {
                    start: starts.then_some((stretch.group as u32, worth)),
                    end: at_end.then_some(worth),
                    left: ended,
                });
            }
        }
    }

    /// Adds those of another partition, whose groups stand in `places` here.
    pub fn merge(&mut self, other: Cohorts, places: &[u32]) {
        for (place, more) in places.iter().zip(other.sums) {
            let sums = &mut self.sums[*place as usize];
            if sums.is_empty() {
                *sums = more;
            } else {
                sums.iter_mut().zip(more).for_each(|(sum, more)| sum.join(more));
            }
        }
        let lacking: Vec<u32> = other.lacking.iter().map(|lacks| self.place(lacks)).collect();
        let here = |worth: Worth| worth.map_err(|lacks| lacks.map(|place| lacking[place as usize]));
        for (who, mut more) in other.changed {
            more.start = more.start.map(|(group, worth)| (places[group as usize], here(worth)));
            more.end = more.end.map(here);
            self.changed.entry(who).or_default().join(more);
        }
    }

    /// The moments of every group, one a slot; none of a group without members.
    pub fn moments(mut self) -> Vec<Vec<Moments>> {
        for ((slot, _), changed) in std::mem::take(&mut self.changed) {
            let Some((group, before)) = changed.start else { continue };
            let everybody = self.measure.left.is_none();
            let leaves = everybody || changed.left.is_some_and(|(_, leaves)| leaves);
            self.count(group as usize, slot as usize, (before, changed.end.unwrap_or(Ok(0))), leaves);
        }
        let of_group = |sums: Vec<CohortSums>| sums.into_iter().map(|sums| sums.moments(&self.measure)).collect();
        self.sums.into_iter().map(of_group).collect()
    }

    /// The place of what a stretch lacks, there already or added; there are a few currencies.
    fn place(&mut self, lacks: &str) -> u32 {
        let found = self.lacking.iter().position(|other| other == lacks);
        let place = found.unwrap_or_else(|| {
            self.lacking.push(lacks.to_owned());
            self.lacking.len() - 1
        });
        place as u32
    }

    fn count(&mut self, group: usize, slot: usize, (before, after): (Worth, Worth), leaves: bool) {
        let place = [before, after].into_iter().filter_map(Result::err).flatten().next();
        let lacks = place.and_then(|place| self.lacking.get(place as usize)).map(String::as_str);
        let member = Member { before: before.ok(), after: after.ok(), lacks, leaves };
        let sums = &mut self.sums[group];
        if sums.is_empty() {
            sums.resize_with(self.slots.len(), CohortSums::default);
        }
        sums[slot].add(&self.measure, member);
    }
}

impl Changed {
    fn join(&mut self, other: Changed) {
        self.start = self.start.or(other.start);
        self.end = self.end.or(other.end);
        self.left = self.left.max(other.left);
    }
}

/// 128 bits, so that among a hundred million customers no two are taken for one.
fn hash(entity: (&str, &str)) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, entity).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

#[cfg(test)]
mod tests {
    use catalogue::expression::{Expr, Value};

    use super::*;

    /// However stretches are spread over partitions, the cohorts are the same.
    #[test]
    fn partitions_add_up() {
        let literal = |flag| Expr::Literal(Value::Boolean(flag));
        let measure = Cohort {
            start: "started_at".into(),
            end: "ended_at".into(),
            entity: vec!["customer_system".into(), "customer_id".into()],
            entering: literal(true),
            value: None,
            complete: None,
            lost: true,
            grows: false,
            left: Some(literal(true)),
        };
        let slots = vec![(10, 20), (20, 30), (35, 40)];
        let names: Vec<String> = (0..60).map(|name| format!("c{name}")).collect();
        let stretch = |index: usize, part: usize| {
            // three stretches a customer, the middle one of another cell, some with a gap before the last
            let begins = (index % 13) as i64;
            let (start, end) = match part {
                0 => (begins, Some(begins + 9)),
                1 => (begins + 9, Some(begins + 9 + (index % 11) as i64)),
                _ => (begins + 20 + (index % 3) as i64, (index % 2 == 0).then_some(begins + 33)),
            };
            Stretch {
                group: part % 2,
                start,
                end,
                entity: ("s", &names[index]),
                enters: index % 7 > 0,
                value: Some(1),
                lacks: None,
                leaves: (index + part) % 3 > 0,
            }
        };
        let made = |partitions: usize| {
            let mut all: Vec<Cohorts> = (0..partitions)
                .map(|_| {
                    let mut cohorts = Cohorts::new(measure.clone(), slots.clone());
                    cohorts.grow(2);
                    cohorts
                })
                .collect();
            for index in 0..names.len() {
                for part in 0..3 {
                    all[(index + 2 * part) % partitions].add(&stretch(index, part));
                }
            }
            let mut rest = all.into_iter();
            let mut first = rest.next().expect("a partition");
            rest.for_each(|more| first.merge(more, &[0, 1]));
            first.moments()
        };
        let whole = made(1);
        assert!(whole.iter().flatten().any(|moments| !moments.is_nothing()));
        assert_eq!(made(4), whole);
    }
}
