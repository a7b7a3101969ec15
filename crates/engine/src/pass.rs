//! Which plans are answered by one scan: all that share a table and a breakdown. Each counts its rows at a time of its
//! own, a *clock* of the scan, in the *slots* between the bounds of all periods asked for; a period is a run of slots, so
//! that a total, its months and what they are compared with are counted together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use catalogue::plan::Plan;
use model::calendar::Period;
use model::{FactTable, Instant, RecordKind};

use crate::sources;

/// One scan.
#[derive(Debug)]
pub struct Pass {
    /// What is read.
    pub table: FactTable,
    /// The kinds of record that all members are answered from: whatever is known of them up to one time.
    pub kinds: BTreeSet<RecordKind>,
    /// Columns of the dimensions.
    pub by: Vec<String>,
    /// Starts and ends of the slots in which rows are counted, sorted, not overlapping.
    pub slots: Vec<(Instant, Instant)>,
    /// Columns of the times at which rows count; none where they count at instants, as those of a stock do.
    pub clocks: Vec<Option<String>>,
    /// Who asks.
    pub members: Vec<Member>,
}

/// What a pass counts for one plan.
#[derive(Debug)]
pub struct Member {
    /// Index of the plan.
    pub plan: usize,
    /// Index of its clock.
    pub clock: usize,
    /// Distinct periods of the plan, those it is compared with among them, sorted; where rows count at instants, some of
    /// them that do not overlap.
    pub periods: Vec<Period>,
}

/// The passes that answer `plans`, none of which is derived.
pub fn passes(plans: &[&Plan]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut periods: Vec<Period> = plan.periods.iter().chain(plan.compared.iter().flatten()).copied().collect();
        periods.sort_by_key(|period| (period.start, period.end));
        periods.dedup();
        let by: Vec<String> = plan.by.iter().map(|dimension| dimension.column.clone()).collect();
        let kinds = sources::kinds(plan);
        let is_same = |pass: &Pass| pass.table == plan.table && pass.kinds == kinds && pass.by == by;
        let same = passes.iter().position(is_same);
        let place = same.unwrap_or_else(|| {
            let (slots, clocks, members) = (Vec::new(), Vec::new(), Vec::new());
            passes.push(Pass { table: plan.table, kinds: kinds.clone(), by, slots, clocks, members });
            passes.len() - 1
        });
        let pass = &mut passes[place];
        let at = (!plan.measure.is_at_instants()).then(|| plan.at.clone());
        let clock = pass.clocks.iter().position(|clock| *clock == at).unwrap_or_else(|| {
            pass.clocks.push(at.clone());
            pass.clocks.len() - 1
        });
        let layers = if at.is_some() { vec![periods] } else { layers(periods) };
        pass.members.extend(layers.into_iter().map(|periods| Member { plan: number, clock, periods }));
    }
    for pass in &mut passes {
        let counted = pass.members.iter().filter(|member| pass.clocks[member.clock].is_some());
        pass.slots = slots(counted.flat_map(|member| &member.periods));
    }
    passes
}

impl Pass {
    /// The slots of a period.
    pub fn run(&self, period: &Period) -> Range<usize> {
        let first = self.slots.partition_point(|(start, _)| *start < period.start);
        let after = self.slots.partition_point(|(_, end)| *end <= period.end);
        first..after.max(first)
    }
}

/// The stretches between neighbouring bounds of `periods` that lie in one of them at least.
fn slots<'a>(periods: impl Iterator<Item = &'a Period>) -> Vec<(Instant, Instant)> {
    // how many more periods go on after a bound than before it
    let mut bounds: BTreeMap<Instant, i64> = BTreeMap::new();
    for period in periods {
        *bounds.entry(period.start).or_default() += 1;
        *bounds.entry(period.end).or_default() -= 1;
    }
    let mut slots = Vec::new();
    let mut open: (i64, Option<Instant>) = (0, None);
    for (at, more) in bounds {
        if let (1.., Some(start)) = open {
            slots.push((start, at));
        }
        open = (open.0 + more, Some(at));
    }
    slots
}

/// Sorted periods in as few lists as possible, within each of which none overlap: what is there at an instant has one
/// after the other. Mostly one list; a comparison with the year before of two years needs two.
fn layers(sorted: Vec<Period>) -> Vec<Vec<Period>> {
    let mut layers: Vec<Vec<Period>> = Vec::new();
    for period in sorted {
        let free = |layer: &&mut Vec<Period>| layer.last().is_none_or(|last| last.end <= period.start);
        match layers.iter_mut().find(free) {
            Some(layer) => layer.push(period),
            None => layers.push(vec![period]),
        }
    }
    layers
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// From midnight of one day of June to that of another, UTC.
    fn period(from: i8, to: i8) -> Period {
        let at = |day: i8| Instant::from_micros(1_748_736_000_000_000 + i64::from(day - 1) * 86_400_000_000);
        Period { from: date(2025, 6, from), to: date(2025, 6, to), start: at(from), end: at(to) }
    }

    /// The slots of periods, as days of June; and that each period is the run of slots it says.
    fn check(periods: &[(i8, i8)], expected: &[(i8, i8)]) {
        let mut periods: Vec<Period> = periods.iter().map(|(from, to)| period(*from, *to)).collect();
        let found = slots(periods.iter());
        let expected: Vec<Period> = expected.iter().map(|(from, to)| period(*from, *to)).collect();
        assert_eq!(found, expected.iter().map(|slot| (slot.start, slot.end)).collect::<Vec<_>>());
        let (by, clocks, members) = (Vec::new(), Vec::new(), Vec::new());
        let pass = Pass { table: FactTable::Ticket, kinds: BTreeSet::new(), by, slots: found, clocks, members };
        for period in &periods {
            let run = &expected[pass.run(period)];
            let days: i32 = run.iter().map(|slot| i32::from(slot.to.day() - slot.from.day())).sum();
            assert_eq!(days, i32::from(period.to.day() - period.from.day()), "{period:?}");
            assert!(run.iter().all(|slot| period.start <= slot.start && slot.end <= period.end), "{period:?}");
        }
        periods.sort_by_key(|period| (period.start, period.end));
        for layer in layers(periods) {
            assert!(layer.windows(2).all(|pair| pair[0].end <= pair[1].start), "{layer:?}");
        }
    }

    #[test]
    fn a_period_is_a_run_of_slots() {
        check(&[], &[]);
        check(&[(1, 8)], &[(1, 8)]);
        // a total and its parts
        check(&[(1, 15), (1, 8), (8, 15)], &[(1, 8), (8, 15)]);
        // what is compared lies apart, or overlaps
        check(&[(1, 8), (20, 27)], &[(1, 8), (20, 27)]);
        check(&[(1, 15), (8, 22)], &[(1, 8), (8, 15), (15, 22)]);
        // a part that reaches beyond the total, and a day that a zone left out
        check(&[(3, 10), (1, 8), (8, 15)], &[(1, 3), (3, 8), (8, 10), (10, 15)]);
        check(&[(1, 8), (5, 5), (9, 9)], &[(1, 5), (5, 8)]);
    }
}
