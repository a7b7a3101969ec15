//! Cohort: who is there at the start of a period, and what of them at its end. By membership, never by totals: those who
//! came in between belong to nobody's cohort, and one who left and came back within the period was not lost.
//!
//! Rows are the stretches of a table such as `subscription`, of which an entity, a customer there, has at most one at any
//! instant. A stretch is there at an instant where it began before it and had not ended before it, as in a stock: who
//! begins at the very start of a period is new in it, who ends at the very end is still there.
//!
//! Shares of entities have Wilson's interval. Shares of a value have none: what a few large customers do is no sample
//! from which the next period can be told.

use std::collections::BTreeMap;

use model::{FactTable, FieldType, Instant};
use serde::Serialize;

use super::mean::{quantity, raw_units};
use super::{Figure, Ledger, Moments, Part, PartRole, Row, holds};
use crate::expression::{Expr, Value, evaluate, show};

pub(super) const PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "figure", role: PartRole::Word(&["kept", "lost"]), required: true },
    Part { name: "counts", role: PartRole::Word(&["entities", "value"]), required: false },
    Part { name: "value", role: PartRole::Quantity, required: false },
    Part { name: "growth", role: PartRole::Word(&["capped", "counted"]), required: false },
    Part { name: "complete", role: PartRole::Expression(FieldType::Text), required: false },
    Part { name: "left", role: PartRole::Expression(FieldType::Boolean), required: false },
];

/// What of a cohort is measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cohort {
    /// Column of the start of a stretch.
    pub start: String,
    /// Column of its end.
    pub end: String,
    /// The columns that tell entities apart.
    pub entity: Vec<String>,
    /// Column of the number of a stretch: 1 for the first of its entity.
    pub number: String,
    /// Which stretches at the start of a period put their entity into the cohort; what the entity does later is counted
    /// in any stretch.
    pub entering: Expr,
    /// The value of an entity at an instant, with its type: a number or integer; none where entities are counted.
    pub value: Option<(Expr, FieldType)>,
    /// What an entity lacks whose value is not known, as the exchange rate of its currency: where it says something, there
    /// is no figure without the entity. Where it says nothing, the entity is left out.
    pub complete: Option<Expr>,
    /// Whether what was lost is measured, and not what was kept.
    pub lost: bool,
    /// Whether an entity that is worth more at the end counts with what it is worth then, and not with its start.
    pub grows: bool,
    /// Of whom what was lost counts, over the stretch that ended last before the end; everybody where absent.
    pub left: Option<Expr>,
}

/// The columns that tell the entities of a table of stretches apart, and that of the number of a stretch: its key.
pub(super) fn entity(table: FactTable) -> Option<(Vec<String>, String)> {
    let (number, entity) = table.key().split_last()?;
    let entity = entity.iter().map(|name| (*name).to_owned()).collect();
    (*number == "stretch").then(|| (entity, (*number).to_owned()))
}

/// One entity of a cohort, in raw units of the value; where entities are counted, a value of 1 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// What it is worth at the start; none where that is not known.
    pub before: Option<i64>,
    /// What it is worth at the end: 0 of one who is not there; none where that is not known.
    pub after: Option<i64>,
    /// What it lacks where a value is not known.
    pub lacks: Option<&'a str>,
    /// Whether what it lost counts.
    pub leaves: bool,
}

/// What the members of a cohort add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CohortSums {
    /// Members that had a value above zero at the start and whose value at the end is known.
    pub n: u64,
    /// What of it was kept, or lost.
    pub above: i128,
    /// What they were worth at the start.
    pub below: i128,
    /// Members of whom a value is not known that is needed.
    pub ledger: Ledger,
}

impl CohortSums {
    /// Adds a member.
    pub fn add(&mut self, cohort: &Cohort, member: Member<'_>) {
        if member.before.is_some_and(|before| before <= 0) {
            return;
        }
        let (Some(before), Some(after)) = (member.before, member.after) else {
            if member.lacks.is_some() {
                self.ledger.lack(member.lacks);
            }
            return;
        };
        let kept = if cohort.grows { after } else { after.min(before) };
        let lost = if member.leaves { i128::from(before) - i128::from(kept) } else { 0 };
        self.n += 1;
        self.below += i128::from(before);
        self.above += if cohort.lost { lost } else { i128::from(kept) };
    }

    /// Adds those of others.
    pub fn join(&mut self, other: CohortSums) {
        self.n += other.n;
        self.above += other.above;
        self.below += other.below;
        self.ledger.join(&other.ledger);
    }

    /// As moments: of entities the parts of a share.
    pub fn moments(self, cohort: &Cohort) -> Moments {
        match cohort.value {
            None => Moments::Parts { numerator: u64::try_from(self.above).unwrap_or(0), denominator: self.n },
            Some(_) => {
                let CohortSums { n, above: numerator, below: denominator, ledger } = self;
                Moments::Value { n, numerator, denominator, ledger }
            }
        }
    }
}

/// The cells of one period, by the dimensions of the stretches at its start; `instants` are its start and its end.
pub(crate) fn cells(
    cohort: &Cohort,
    rows: &[&Row],
    instants: &[Instant],
    key: &dyn Fn(&Row) -> Vec<Option<String>>,
) -> BTreeMap<Vec<Option<String>>, Moments> {
    let [start, end] = instants else { return BTreeMap::new() };
    let mut entities: BTreeMap<Vec<String>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let known = |name: &String| row.get(name).filter(|value| **value != Value::Null).map(show);
        if let Some(entity) = cohort.entity.iter().map(known).collect() {
            entities.entry(entity).or_default().push(row);
        }
    }
    let time = |row: &Row, name: &str| match row.get(name) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    };
    let there = |row: &Row, at: Instant| {
        time(row, &cohort.start).is_some_and(|begun| begun < at) && time(row, &cohort.end).is_none_or(|end| end >= at)
    };
    let worth = |row: &Row| cohort.value.as_ref().map_or(Some(1), |(value, _)| quantity(value, row));
    let lacks =
        |row: &Row| match evaluate(cohort.complete.as_ref()?, &|name| row.get(name).cloned().unwrap_or(Value::Null)) {
            Value::Text(what) => Some(what),
            _ => None,
        };
    let mut cells: BTreeMap<Vec<Option<String>>, CohortSums> = BTreeMap::new();
    for rows in entities.values() {
        let Some(first) = rows.iter().find(|row| there(row, *start) && holds(&cohort.entering, row)) else { continue };
        let ended = rows.iter().filter(|row| time(row, &cohort.end).is_some_and(|at| at < *end));
        let last = ended.max_by_key(|row| time(row, &cohort.end));
        let still = rows.iter().find(|row| there(row, *end));
        let unknown = |row: &&Row| worth(row).is_none();
        let mut lacking = std::iter::once(*first).chain(still.copied()).filter(unknown).filter_map(lacks);
        let lacking = lacking.next();
        let member = Member {
            before: worth(first),
            after: still.map_or(Some(0), |row| worth(row)),
            lacks: lacking.as_deref(),
            leaves: cohort.left.as_ref().is_none_or(|left| last.is_some_and(|row| holds(left, row))),
        };
        cells.entry(key(first)).or_default().add(cohort, member);
    }
    cells.into_iter().map(|(by, sums)| (by, sums.moments(cohort))).collect()
}

/// The share of a value, in percent; none where a value is not known that is needed.
pub(super) fn figure(n: u64, numerator: i128, denominator: i128, is_known: bool, kind: FieldType) -> Figure {
    let (above, below) = (numerator as f64 / raw_units(kind), denominator as f64 / raw_units(kind));
    Figure {
        value: (is_known && denominator > 0).then(|| 100.0 * above / below),
        low: None,
        high: None,
        n,
        numerator: Some(above),
        denominator: Some(below),
    }
}
