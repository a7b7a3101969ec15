//! What one member of a scan counts, group by group.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use catalogue::plan::{Cohort, Ledger, Moments, Sums};
use datafusion::common::{DataFusionError, Result, exec_err};

use super::ages::{Ages, Open};
use super::cohort::{Cohorts, Stretch};
use super::quantiles::{Durations, summarise};
use super::{GroupMoments, NOWHERE, join_sums, micros, quantities, truth};

/// What is to be counted.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Rows that hit, of all.
    Share,
    /// Rows of two kinds.
    Ratio,
    /// Rows of two kinds, of all.
    NetScore,
    /// Σx and Σw, with or without a column of weights.
    Mean {
        /// Whether there is one.
        weighted: bool,
    },
    /// Σx.
    Sum {
        /// Whether there is a column that says what a row without a value lacks.
        complete: bool,
        /// Whether there is a column of rows that may still change.
        provisional: bool,
        /// Whether there is a column of rows that are shared out to nobody.
        apart: bool,
    },
    /// Rows.
    Rows,
    /// Values of what has ended and of what is open.
    Quantiles {
        /// As .5, .9.
        quantiles: Vec<f64>,
        /// Whether as Kaplan–Meier.
        survival: bool,
        /// Whether their intervals are wanted.
        margins: bool,
    },
    /// Rows open at instants, in microseconds, sorted.
    Stock {
        /// The instants of each slot.
        instants: Vec<Vec<i64>>,
        /// Whether the figure is the mean over those of a slot.
        averaged: bool,
    },
    /// Who is there at the start of a slot, and at its end.
    Cohort {
        /// What of them is measured.
        measure: Cohort,
        /// Start and end of each slot, in microseconds, sorted.
        slots: Vec<(i64, i64)>,
    },
    /// How long these have been open.
    Ages(Ages),
}

/// Counts of every group.
pub enum Count {
    /// Rows of up to three kinds.
    Kinds {
        /// How many columns of flags there are.
        flags: usize,
        /// Whether all rows are counted as well.
        all: bool,
        /// Rows of each kind, and all, of each group.
        rows: Vec<[u64; 3]>,
        /// How the three become moments.
        read: fn([u64; 3]) -> Moments,
    },
    /// Sums of value and weight.
    Sums {
        /// Whether there is a column of weights.
        weighted: bool,
        /// Of each group.
        sums: Vec<Sums>,
    },
    /// Sums of a value.
    Sum {
        /// Whether there is a column that says what a row without a value lacks.
        complete: bool,
        /// Whether there is a column of rows that may still change.
        provisional: bool,
        /// Whether there is a column of rows that are shared out to nobody.
        apart: bool,
        /// Rows and total of each group.
        totals: Vec<(u64, i128, Ledger)>,
    },
    /// Durations.
    Durations {
        /// As .5, .9.
        quantiles: Vec<f64>,
        /// Whether as Kaplan–Meier.
        survival: bool,
        /// Whether their intervals are wanted.
        margins: bool,
        /// Of each group.
        values: Vec<Durations>,
    },
    /// Differences between the instants.
    Stock {
        /// The instants of all slots.
        instants: Vec<i64>,
        /// How many of them each slot has.
        slots: Vec<usize>,
        /// Whether the figure is the mean over those of a slot.
        averaged: bool,
        /// For each group, +1 at the first instant after a start, −1 at the first after an end; empty while no row lies
        /// in it, as of most groups of a scan shared with metrics that tell periods apart.
        steps: Vec<Vec<i64>>,
    },
    /// Stretches in which rows are open.
    Ages {
        /// What is asked of their ages.
        ages: Ages,
        /// Those of each group.
        stretches: Vec<Vec<Open>>,
    },
    /// Members of cohorts.
    Cohorts(Cohorts),
}

impl Count {
    /// Nothing so far.
    pub fn new(shape: &Shape) -> Self {
        match shape {
            Shape::Share => Count::Kinds {
                flags: 1,
                all: true,
                rows: Vec::new(),
                read: |[hit, _, all]| Moments::Parts { numerator: hit, denominator: all },
            },
            Shape::Ratio => Count::Kinds {
                flags: 2,
                all: false,
                rows: Vec::new(),
                read: |[numerator, denominator, _]| Moments::Parts { numerator, denominator },
            },
            Shape::NetScore => Count::Kinds {
                flags: 2,
                all: true,
                rows: Vec::new(),
                read: |[positive, negative, n]| Moments::Net { positive, negative, n },
            },
            Shape::Rows => Count::Kinds {
                flags: 0,
                all: true,
                rows: Vec::new(),
                read: |[_, _, count]| Moments::Count { count, beyond: false },
            },
            Shape::Mean { weighted } => Count::Sums { weighted: *weighted, sums: Vec::new() },
            Shape::Sum { complete, provisional, apart } => {
                Count::Sum { complete: *complete, provisional: *provisional, apart: *apart, totals: Vec::new() }
            }
            Shape::Quantiles { quantiles, survival, margins } => Count::Durations {
                quantiles: quantiles.clone(),
                survival: *survival,
                margins: *margins,
                values: Vec::new(),
            },
            Shape::Ages(ages) => Count::Ages { ages: ages.clone(), stretches: Vec::new() },
            Shape::Cohort { measure, slots } => Count::Cohorts(Cohorts::new(measure.clone(), slots.clone())),
            Shape::Stock { instants, averaged } => Count::Stock {
                instants: instants.concat(),
                slots: instants.iter().map(Vec::len).collect(),
                averaged: *averaged,
                steps: Vec::new(),
            },
        }
    }

    /// Makes room for `groups` groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Count::Kinds { rows, .. } => rows.resize(groups, [0; 3]),
            Count::Sums { sums, .. } => sums.resize(groups, Sums::NONE),
            Count::Sum { totals, .. } => totals.resize(groups, (0, 0, Ledger::default())),
            Count::Durations { values, .. } => values.resize_with(groups, Durations::default),
            Count::Stock { steps, .. } => steps.resize_with(groups, Vec::new),
            Count::Ages { stretches, .. } => stretches.resize_with(groups, Vec::new),
            Count::Cohorts(cohorts) => cohorts.grow(groups),
        }
    }

    /// Adds the rows of a batch that `mask` lets through, each to its group.
    ///
    /// # Errors
    /// When a column is missing or of another type.
    pub fn add(&mut self, groups: &[u32], mask: Option<&BooleanBuffer>, columns: &[&ArrayRef]) -> Result<()> {
        let column = |index: usize| match columns.get(index) {
            Some(column) => Ok(*column),
            None => exec_err!("column {index} of a measure is missing"),
        };
        match self {
            Count::Kinds { flags, all, rows, .. } => {
                for kind in 0..*flags {
                    let hit = truth(column(kind)?.as_boolean());
                    let hit = mask.map_or(hit.clone(), |mask| mask & &hit);
                    count_rows(groups, Some(&hit), rows, kind);
                }
                if *all {
                    count_rows(groups, mask, rows, 2);
                }
            }
            Count::Sums { weighted, sums } => {
                let values = quantities(column(0)?)?;
                let weights = if *weighted { Some(quantities(column(1)?)?) } else { None };
                each(groups, mask, |group, row| {
                    let weight =
                        weights.as_ref().map_or(Some(1), |weights| weights.is_valid(row).then(|| weights.value(row)));
                    if let (true, Some(weight)) = (values.is_valid(row), weight) {
                        sums[group].add(values.value(row), weight);
                    }
                });
            }
            Count::Sum { complete, provisional, apart, totals } => {
                let values = quantities(column(0)?)?;
                let lacking = if *complete { Some(cast(column(1)?, &DataType::Utf8)?) } else { None };
                let lacking = lacking.as_ref().map(|lacking| lacking.as_string::<i32>());
                let flag = |wanted: bool, place: usize| {
                    Ok::<_, DataFusionError>(if wanted { Some(truth(column(place)?.as_boolean())) } else { None })
                };
                let open = flag(*provisional, 1 + usize::from(*complete))?;
                let apart = flag(*apart, 1 + usize::from(*complete) + usize::from(*provisional))?;
                each(groups, mask, |group, row| {
                    let (n, total, ledger) = &mut totals[group];
                    if apart.as_ref().is_some_and(|apart| apart.value(row)) {
                        ledger.apart += 1;
                        return;
                    }
                    if values.is_valid(row) {
                        *n += 1;
                        *total += i128::from(values.value(row));
                    } else if let Some(lacking) = lacking {
                        ledger.lack(lacking.is_valid(row).then(|| lacking.value(row)));
                    }
                    ledger.open += u64::from(open.as_ref().is_some_and(|open| open.value(row)));
                });
            }
            Count::Durations { survival, values, .. } => {
                let ended = quantities(column(0)?)?;
                let open = if *survival { Some(quantities(column(1)?)?) } else { None };
                each(groups, mask, |group, row| {
                    if ended.is_valid(row) {
                        values[group].ended.push(ended.value(row));
                    } else if let Some(open) = open.as_ref().filter(|open| open.is_valid(row)) {
                        values[group].open.push(open.value(row));
                    }
                });
            }
            Count::Cohorts(cohorts) => add_stretches(cohorts, groups, mask, columns)?,
            Count::Stock { instants, steps, .. } => {
                let (starts, ends) = (micros(column(0)?)?, micros(column(1)?)?);
                let after = |at: i64| instants.partition_point(|instant| *instant <= at);
                each(groups, mask, |group, row| {
                    let end = ends.is_valid(row).then(|| ends.value(row));
                    // a row that ended before it began is never open
                    if starts.is_null(row) || end.is_some_and(|end| end < starts.value(row)) {
                        return;
                    }
                    let steps = &mut steps[group];
                    if steps.is_empty() {
                        steps.resize(instants.len(), 0);
                    }
                    if let Some(step) = steps.get_mut(after(starts.value(row))) {
                        *step += 1;
                    }
                    if let Some(step) = end.and_then(|end| steps.get_mut(after(end))) {
                        *step -= 1;
                    }
                });
            }
            Count::Ages { ages, stretches } => {
                let (starts, ends, since) = (micros(column(0)?)?, micros(column(1)?)?, micros(column(2)?)?);
                each(groups, mask, |group, row| {
                    if starts.is_valid(row) && since.is_valid(row) {
                        let end = ends.is_valid(row).then(|| ends.value(row));
                        stretches[group].extend(ages.stretch(starts.value(row), end, since.value(row)));
                    }
                });
            }
        }
        Ok(())
    }

    /// Adds the count of another partition, whose groups stand in `places` here.
    pub fn merge(&mut self, other: Count, places: &[u32]) {
        match (self, other) {
            (Count::Kinds { rows, .. }, Count::Kinds { rows: more, .. }) => {
                for (place, more) in places.iter().zip(more) {
                    rows[*place as usize].iter_mut().zip(more).for_each(|(count, more)| *count += more);
                }
            }
            (Count::Sums { sums, .. }, Count::Sums { sums: more, .. }) => {
                for (place, more) in places.iter().zip(&more) {
                    join_sums(&mut sums[*place as usize], more);
                }
            }
            (Count::Sum { totals, .. }, Count::Sum { totals: more, .. }) => {
                for (place, (n, total, ledger)) in places.iter().zip(more) {
                    let own = &mut totals[*place as usize];
                    own.0 += n;
                    own.1 += total;
                    own.2.join(&ledger);
                }
            }
            (Count::Durations { values, .. }, Count::Durations { values: more, .. }) => {
                for (place, more) in places.iter().zip(more) {
                    values[*place as usize].join(more);
                }
            }
            (Count::Stock { steps, .. }, Count::Stock { steps: more, .. }) => {
                for (place, more) in places.iter().zip(more) {
                    let steps = &mut steps[*place as usize];
                    if steps.is_empty() {
                        *steps = more;
                    } else {
                        steps.iter_mut().zip(more).for_each(|(step, more)| *step += more);
                    }
                }
            }
            (Count::Ages { stretches, .. }, Count::Ages { stretches: more, .. }) => {
                for (place, more) in places.iter().zip(more) {
                    stretches[*place as usize].extend(more);
                }
            }
            (Count::Cohorts(cohorts), Count::Cohorts(more)) => cohorts.merge(more, places),
            // both are made from one list of shapes
            _ => {}
        }
    }

    /// The moments of sets of groups, one where rows count at instants; durations are put in order by `threads` threads.
    pub fn moments(self, sets: &[Vec<u32>], threads: usize) -> GroupMoments {
        match self {
            Count::Kinds { rows, read, .. } => {
                let add = |one: [u64; 3], group: &u32| {
                    let more = rows[*group as usize];
                    [one[0] + more[0], one[1] + more[1], one[2] + more[2]]
                };
                sets.iter().map(|set| vec![read(set.iter().fold([0; 3], add))]).collect()
            }
            Count::Sums { sums, .. } => {
                let of = |set: &Vec<u32>| {
                    let mut total = Sums::NONE;
                    set.iter().for_each(|group| join_sums(&mut total, &sums[*group as usize]));
                    vec![Moments::Sums(total)]
                };
                sets.iter().map(of).collect()
            }
            Count::Sum { totals, .. } => {
                let of = |set: &Vec<u32>| {
                    let (mut n, mut total, mut ledger) = (0, 0, Ledger::default());
                    for (more_n, more_total, more_ledger) in set.iter().map(|group| &totals[*group as usize]) {
                        n += more_n;
                        total += more_total;
                        ledger.join(more_ledger);
                    }
                    vec![Moments::Sum { n, total, beyond: false, ledger }]
                };
                sets.iter().map(of).collect()
            }
            Count::Durations { quantiles, survival, margins, values } => {
                let together = join_sets(values, sets);
                summarise(together, &quantiles, survival, margins, threads).into_iter().map(|one| vec![one]).collect()
            }
            Count::Ages { ages, stretches } => pick(stretches, sets).map(|of| ages.moments(of)).collect(),
            Count::Cohorts(cohorts) => pick(cohorts.moments(threads), sets).collect(),
            Count::Stock { steps, slots, averaged, .. } => {
                pick(steps, sets).map(|steps| stocks(&steps, &slots, averaged)).collect()
            }
        }
    }
}

/// What each set of one group holds; a group may be asked for twice, by two plans that count the same.
fn pick<T: Clone + Default>(groups: Vec<T>, sets: &[Vec<u32>]) -> impl Iterator<Item = T> {
    let of = move |set: &Vec<u32>| set.first().map_or_else(T::default, |group| groups[*group as usize].clone());
    sets.iter().map(of)
}

/// The durations of each set. Those of a group are moved where it is asked for last, and mostly that is once.
fn join_sets(mut values: Vec<Durations>, sets: &[Vec<u32>]) -> Vec<Durations> {
    let mut uses = vec![0_usize; values.len()];
    sets.iter().flatten().for_each(|group| uses[*group as usize] += 1);
    let mut of = |set: &Vec<u32>| {
        let mut together = Durations::default();
        for group in set {
            let (uses, values) = (&mut uses[*group as usize], &mut values[*group as usize]);
            *uses -= 1;
            together.join(if *uses == 0 { std::mem::take(values) } else { values.clone() });
        }
        together
    };
    sets.iter().map(&mut of).collect()
}

/// Adds the stretches of a batch: their start, end, both parts of their entity, which of its stretches they are, whether
/// they enter, what they are worth where that is measured, whether they leave, where that is asked, and what they lack
/// whose worth is not known.
fn add_stretches(
    cohorts: &mut Cohorts,
    groups: &[u32],
    mask: Option<&BooleanBuffer>,
    columns: &[&ArrayRef],
) -> Result<()> {
    let [start, end, system, id, stretch, enters, value, leaves, lacks] = columns else {
        return exec_err!("a cohort is counted from nine columns");
    };
    let (starts, ends) = (micros(start)?, micros(end)?);
    let text = |array: &ArrayRef| cast(array, &DataType::Utf8View);
    let (systems, ids, lacks) = (text(system)?, text(id)?, text(lacks)?);
    let [systems, ids, lacks] = [&systems, &ids, &lacks].map(|array| array.as_string_view());
    let numbers = quantities(stretch)?;
    let (enters, leaves) = (truth(enters.as_boolean()), truth(leaves.as_boolean()));
    let values = quantities(value)?;
    each(groups, mask, |group, row| {
        if starts.is_null(row) || systems.is_null(row) || ids.is_null(row) {
            return;
        }
        cohorts.add(&Stretch {
            group,
            start: starts.value(row),
            end: ends.is_valid(row).then(|| ends.value(row)),
            entity: (systems.value(row), ids.value(row)),
            is_first: numbers.is_valid(row) && numbers.value(row) == 1,
            enters: enters.value(row),
            value: values.is_valid(row).then(|| values.value(row)),
            lacks: lacks.is_valid(row).then(|| lacks.value(row)),
            leaves: leaves.value(row),
        });
    });
    Ok(())
}

/// The stock of each slot from the steps between instants; none of a group without rows.
fn stocks(steps: &[i64], slots: &[usize], averaged: bool) -> Vec<Moments> {
    if steps.is_empty() {
        return Vec::new();
    }
    let mut steps = steps.iter();
    let mut open = 0;
    let of_slot = |instants: &usize| {
        let at = steps.by_ref().take(*instants).map(|step| {
            open += step;
            u64::try_from(open).unwrap_or(0)
        });
        let total = at.sum();
        match averaged {
            true => Moments::Average { total, instants: *instants as u64 },
            false => Moments::Stock { count: total, beyond: false },
        }
    };
    slots.iter().map(of_slot).collect()
}

fn count_rows(groups: &[u32], mask: Option<&BooleanBuffer>, rows: &mut [[u64; 3]], kind: usize) {
    // rows lie in order of time, so those of a batch are often of one group
    if let Some((first, rest)) = groups.split_first()
        && rest.iter().fold(0, |differs, group| differs | (group ^ first)) == 0
    {
        if *first != NOWHERE {
            rows[*first as usize][kind] += mask.map_or(groups.len(), BooleanBuffer::count_set_bits) as u64;
        }
        return;
    }
    each(groups, mask, |group, _| rows[group][kind] += 1);
}

/// Calls `visit` with group and index of every row that lies in one and that `mask` lets through.
fn each(groups: &[u32], mask: Option<&BooleanBuffer>, mut visit: impl FnMut(usize, usize)) {
    let mut row = |row: usize| {
        let group = groups[row];
        if group != NOWHERE {
            visit(group as usize, row);
        }
    };
    match mask {
        Some(mask) => mask.set_indices().for_each(&mut row),
        None => (0..groups.len()).for_each(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of 1 to 4 durations each, asked for together and one by one, by two plans.
    #[test]
    fn a_group_may_be_in_several_sets() {
        let shape = Shape::Quantiles { quantiles: vec![0.5], survival: false, margins: false };
        let mut count = Count::new(&shape);
        count.grow(2);
        let groups = [0, 0, 1, 1, NOWHERE, 1];
        let values: ArrayRef = std::sync::Arc::new(arrow::array::Int64Array::from(vec![1, 3, 10, 20, 99, 30]));
        assert!(count.add(&groups, None, &[&values]).is_ok());
        let sets = [vec![0, 1], vec![0], vec![1], vec![1]];
        let medians: Vec<Option<f64>> = count
            .moments(&sets, 2)
            .iter()
            .flatten()
            .map(|moments| match moments {
                Moments::Quantiles { values, .. } => values[0].value,
                _ => None,
            })
            .collect();
        // of 1 3 10 20 30; of 1 3; of 10 20 30
        assert_eq!(medians, [Some(10.0), Some(2.0), Some(20.0), Some(20.0)]);

        let mut count = Count::new(&Shape::Stock { instants: vec![vec![5], vec![9]], averaged: false });
        count.grow(1);
        let times = |values: Vec<Option<i64>>| -> ArrayRef {
            std::sync::Arc::new(arrow::array::TimestampMicrosecondArray::from(values).with_timezone("UTC"))
        };
        let (starts, ends) = (times(vec![Some(1), Some(6)]), times(vec![None, None]));
        assert!(count.add(&[0, 0], None, &[&starts, &ends]).is_ok());
        let stock = |count| Moments::Stock { count, beyond: false };
        assert_eq!(count.moments(&[vec![0], vec![0]], 1), [[stock(1), stock(2)], [stock(1), stock(2)]]);
    }
}
