//! Which plans are answered by one scan: those that share a table, a breakdown and periods. Each counts its rows at a
//! time of its own, a *clock* of the scan, so that a table is read once for all of them. The comparison period rides
//! along in the same scan where it does not overlap.

use std::collections::BTreeSet;

use catalogue::plan::Plan;
use model::calendar::Period;
use model::{FactTable, RecordKind};

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
    /// Periods, sorted, not overlapping.
    pub slots: Vec<Period>,
    /// Columns of the times at which rows count; none where they count at instants, as those of a stock do.
    pub clocks: Vec<Option<String>>,
    /// Who asks.
    pub members: Vec<Member>,
}

/// One side of one plan within a pass.
#[derive(Debug)]
pub struct Member {
    /// Index of the plan.
    pub plan: usize,
    /// Whether its own periods or those it is compared with.
    pub side: Side,
    /// Index of its clock.
    pub clock: usize,
    /// For each period of that side, its slot in this pass.
    pub slots: Vec<Option<usize>>,
}

/// Which periods of a plan.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    /// Those asked about.
    Current,
    /// Those they are compared with.
    Compared,
}

/// The passes that answer `plans`, none of which is derived.
pub fn passes(plans: &[&Plan]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let mut sides = vec![(Side::Current, &plan.periods)];
        sides.extend(plan.compared.as_ref().map(|periods| (Side::Compared, periods)));
        let at = (!plan.measure.is_at_instants()).then(|| plan.at.clone());
        let kinds = sources::kinds(plan);
        let by: Vec<String> = plan.by.iter().map(|dimension| dimension.column.clone()).collect();
        for slots in layers(sides.iter().flat_map(|(_, periods)| periods.iter())) {
            let is_same =
                |pass: &Pass| pass.table == plan.table && pass.kinds == kinds && pass.by == by && pass.slots == slots;
            let place = passes.iter().position(is_same).unwrap_or_else(|| {
                let (kinds, by, slots) = (kinds.clone(), by.clone(), slots.clone());
                passes.push(Pass { table: plan.table, kinds, by, slots, clocks: Vec::new(), members: Vec::new() });
                passes.len() - 1
            });
            let pass = &mut passes[place];
            let clock = pass.clocks.iter().position(|clock| *clock == at).unwrap_or_else(|| {
                pass.clocks.push(at.clone());
                pass.clocks.len() - 1
            });
            pass.members.extend(sides.iter().map(|(side, periods)| Member {
                plan: number,
                side: *side,
                clock,
                slots: periods.iter().map(|period| slots.iter().position(|slot| slot == period)).collect(),
            }));
        }
    }
    passes
}

/// The distinct periods in as few sorted lists as possible, within each of which none overlap: a row falls into at most
/// one slot of a scan. Mostly one list; a comparison with the year before of two years needs two.
fn layers<'a>(periods: impl Iterator<Item = &'a Period>) -> Vec<Vec<Period>> {
    let mut sorted: Vec<Period> = periods.cloned().collect();
    sorted.sort_by_key(|period| (period.start, period.end));
    sorted.dedup();
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
