//! What becomes of the members of a cohort. A stretch that lasts from the start of a period to its end tells all there is
//! to tell of its customer, in every period it lasts through. Of the others, who was there at the start of a period and
//! whose stretch ended within it is kept by name; of those who came or went within it only what may turn out to be about
//! one of these, to be looked up once all rows are known.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use catalogue::plan::{Cohort, CohortSums, Member, Moments};
use foldhash::fast::FixedState;

/// Into how many parts what changed is dealt, so that one of them is looked up within the cache of a processor.
const PARTS: usize = 64;

/// The cohorts of one member of a scan.
pub struct Cohorts {
    measure: Cohort,
    /// Start and end of each slot, sorted.
    slots: Vec<(i64, i64)>,
    /// Of each group those of each slot; empty while none of its stretches is at a start.
    sums: Vec<Vec<Slot>>,
    /// What changed within a slot, by the hash of whom it is about.
    parts: Vec<Part>,
    /// What stretches lack whose worth is not known, each once.
    lacking: Vec<String>,
}

/// The hash of an entity: 128 bits, so that among a hundred million customers no two are taken for one.
type Who = [u64; 2];

/// What a stretch is worth; of one of which that is not known the place of what it lacks, where that is said.
type Worth = Result<i64, Option<u32>>;

/// What changed, of some of the entities.
#[derive(Default)]
struct Part {
    /// Who was there at the start of a slot, and whose stretch ended within it.
    changed: Vec<(Key, Changed)>,
    /// What else happened within a slot, and to whom.
    events: Vec<(Key, Event)>,
}

/// An entity in a slot.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    who: Who,
    slot: u32,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // a hash already
        state.write_u64(self.who[0] ^ u64::from(self.slot));
    }
}

/// The members of a group in one slot.
#[derive(Clone, Default)]
struct Slot {
    /// Those who changed within it, and those whose worth is not known.
    changed: CohortSums,
    /// Those of stretches that last through a run of slots of which this is the first.
    begun: Lasting,
    /// Those of stretches that last through a run of slots of which the one before is the last.
    over: Lasting,
}

/// Members that last, whose worth is known.
#[derive(Clone, Copy, Default)]
struct Lasting {
    n: u64,
    worth: i128,
}

impl Lasting {
    fn add(&mut self, other: Lasting) {
        self.n += other.n;
        self.worth += other.worth;
    }

    fn take(&mut self, other: Lasting) {
        self.n -= other.n;
        self.worth -= other.worth;
    }
}

/// What happened within a slot to one who may have been there at its start.
#[derive(Clone, Copy)]
enum Event {
    /// A stretch ended, and whether its entity counts as having left.
    Ended(i64, bool),
    /// A stretch began that is there at the end, and what it is worth.
    There(Worth),
}

/// One entity in one slot, as far as its stretches have been seen.
#[derive(Clone, Copy)]
struct Changed {
    /// The group of the stretch at the start.
    group: u32,
    /// What it is worth.
    before: Worth,
    /// What the stretch at the end is worth, where there is one.
    after: Option<Worth>,
    /// When the stretch that ended last did, and whether it counts as having left.
    left: (i64, bool),
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
    /// Whether it is known that there was none of the entity before it.
    pub is_first: bool,
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
        let parts = (0..PARTS).map(|_| Part::default()).collect();
        Cohorts { measure, slots, sums: Vec::new(), parts, lacking: Vec::new() }
    }

    /// Makes room for `groups` groups.
    pub fn grow(&mut self, groups: usize) {
        self.sums.resize_with(groups, Vec::new);
    }

    /// Adds a stretch.
    // by the million; a stretch that is built in memory and read from there again stalls the processor
    #[inline]
    pub fn add(&mut self, stretch: &Stretch<'_>) {
        let end = stretch.end.unwrap_or(i64::MAX);
        if end < stretch.start {
            return;
        }
        // the slots it touches: it begins within the first at most, and ends within the last at most
        let mut first = self.slots.partition_point(|(_, slot_end)| *slot_end <= stretch.start);
        let mut after = self.slots.partition_point(|(slot_start, _)| *slot_start <= end);
        if first >= after {
            return;
        }
        let worth = stretch.value.ok_or_else(|| stretch.lacks.map(|lacks| self.place(lacks)));
        let begins = stretch.start >= self.slots[first].0;
        let ends = end < self.slots[after - 1].1;
        let is_within = begins && ends && first + 1 == after;
        // whoever was there before is one who came back
        let comes_back = begins && !is_within && !stretch.is_first;
        let enters = ends && stretch.enters && !is_within;
        let ended = ends && !enters && self.measure.left.is_some() && !(is_within && stretch.is_first);
        if comes_back || enters || ended {
            let who = hash(stretch.entity.0, stretch.entity.1);
            let part = &mut self.parts[who[1] as usize % PARTS];
            let key = |slot: usize| Key { who, slot: slot as u32 };
            if comes_back {
                part.events.push((key(first), Event::There(worth)));
            }
            if enters {
                let (group, left) = (stretch.group as u32, (end, stretch.leaves));
                part.changed.push((key(after - 1), Changed { group, before: worth, after: None, left }));
            } else if ended {
                part.events.push((key(after - 1), Event::Ended(end, stretch.leaves)));
            }
        }
        first += usize::from(begins);
        after -= usize::from(ends);
        if stretch.enters && first < after {
            match worth {
                Err(_) => {
                    // what is lacked is told of each slot, and is nothing to be taken away again
                    let member = self.member((worth, worth), true);
                    let slots = self.slots(stretch.group);
                    slots[first..after].iter_mut().for_each(|slot| slot.changed.join(member.clone()));
                }
                // what is worth nothing is nobody's loss
                Ok(..=0) => {}
                Ok(worth) => {
                    let lasting = Lasting { n: 1, worth: worth.into() };
                    let slots = self.slots(stretch.group);
                    slots[first].begun.add(lasting);
                    if let Some(slot) = slots.get_mut(after) {
                        slot.over.add(lasting);
                    }
                }
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
        for (part, more) in self.parts.iter_mut().zip(other.parts) {
            part.changed.extend(more.changed.into_iter().map(|(key, more)| {
                let (before, after) = (here(more.before), more.after.map(here));
                (key, Changed { group: places[more.group as usize], before, after, ..more })
            }));
            part.events.extend(more.events.into_iter().map(|(key, event)| match event {
                Event::There(worth) => (key, Event::There(here(worth))),
                ended @ Event::Ended(..) => (key, ended),
            }));
        }
    }

    /// The moments of every group, one a slot; none of a group without members. What changed is looked up by `threads`
    /// threads.
    pub fn moments(mut self, threads: usize) -> Vec<Vec<Moments>> {
        let mut hands: Vec<Vec<Part>> = (0..threads.clamp(1, PARTS)).map(|_| Vec::new()).collect();
        let dealt = hands.len();
        for (index, part) in std::mem::take(&mut self.parts).into_iter().enumerate() {
            hands[index % dealt].push(part);
        }
        let cohorts = &self;
        let sums: Vec<HashMap<(u32, u32), CohortSums>> = std::thread::scope(|scope| {
            let workers: Vec<_> = hands.into_iter().map(|hand| scope.spawn(move || cohorts.changes(hand))).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for ((group, slot), more) in sums.into_iter().flatten() {
            self.slots(group as usize)[slot as usize].changed.join(more);
        }
        let of_group = |slots: &Vec<Slot>| {
            let mut through = Lasting::default();
            let of_slot = |slot: &Slot| {
                through.add(slot.begun);
                through.take(slot.over);
                let Lasting { n, worth } = through;
                let above = if self.measure.lost { 0 } else { worth };
                let mut sums = slot.changed.clone();
                sums.join(CohortSums { n, above, below: worth, ..CohortSums::default() });
                sums.moments(&self.measure)
            };
            slots.iter().map(of_slot).collect()
        };
        self.sums.iter().map(of_group).collect()
    }

    /// What those who changed add up to, by group and slot.
    fn changes(&self, parts: Vec<Part>) -> HashMap<(u32, u32), CohortSums> {
        let mut sums: HashMap<(u32, u32), CohortSums> = HashMap::new();
        for Part { changed, events } in parts {
            let mut known: HashMap<Key, Changed, FixedState> =
                HashMap::with_capacity_and_hasher(changed.len(), FixedState::default());
            for (key, changed) in changed {
                // an entity has at most one stretch at any instant
                known.entry(key).or_insert(changed);
            }
            for (key, event) in events {
                if let Some(changed) = known.get_mut(&key) {
                    match event {
                        Event::Ended(at, leaves) => changed.left = changed.left.max((at, leaves)),
                        Event::There(worth) => changed.after = changed.after.or(Some(worth)),
                    }
                }
            }
            for (key, changed) in known {
                let leaves = self.measure.left.is_none() || changed.left.1;
                let member = self.member((changed.before, changed.after.unwrap_or(Ok(0))), leaves);
                sums.entry((changed.group, key.slot)).or_default().join(member);
            }
        }
        sums
    }

    /// The sums of one member, by what it is worth at the start and at the end.
    fn member(&self, (before, after): (Worth, Worth), leaves: bool) -> CohortSums {
        let place = [before, after].into_iter().filter_map(Result::err).flatten().next();
        let lacks = place.and_then(|place| self.lacking.get(place as usize)).map(String::as_str);
        let mut sums = CohortSums::default();
        sums.add(&self.measure, Member { before: before.ok(), after: after.ok(), lacks, leaves });
        sums
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

    /// The slots of a group.
    fn slots(&mut self, group: usize) -> &mut [Slot] {
        let slots = &mut self.sums[group];
        if slots.is_empty() {
            slots.resize_with(self.slots.len(), Slot::default);
        }
        slots
    }
}

impl Slot {
    fn join(&mut self, other: Slot) {
        self.changed.join(other.changed);
        self.begun.add(other.begun);
        self.over.add(other.over);
    }
}

/// Always the same, so that partitions agree.
fn hash(system: &str, id: &str) -> Who {
    // one by one: as a closure over an array they are called, not inlined, twice for every stretch
    [half(1, system, id), half(2, system, id)]
}

#[inline]
fn half(seed: u64, system: &str, id: &str) -> u64 {
    let mut hasher = foldhash::quality::FixedState::with_seed(seed).build_hasher();
    hasher.write(system.as_bytes());
    // not a byte of any text, so that no part runs into the other
    hasher.write_u8(0xff);
    hasher.write(id.as_bytes());
    hasher.finish()
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
            number: "stretch".into(),
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
                _ => (begins + 20 + (index % 3) as i64, index.is_multiple_of(2).then_some(begins + 33)),
            };
            Stretch {
                group: part % 2,
                start,
                end,
                entity: ("s", &names[index]),
                is_first: part == 0 && index.is_multiple_of(2),
                enters: !index.is_multiple_of(7),
                value: Some(1),
                lacks: None,
                leaves: !(index + part).is_multiple_of(3),
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
            first.moments(partitions)
        };
        let whole = made(1);
        assert!(whole.iter().flatten().any(|moments| !moments.is_nothing()));
        assert_eq!(made(4), whole);
    }
}
