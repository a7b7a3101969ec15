//! The plain evaluator: a plan over rows in memory. Runs the examples, and gives tests a second opinion on the engine.

use std::collections::BTreeMap;

use model::FactTable;
use model::calendar::{Calendars, Period};

use crate::answer::{Answer, Cell, Moment, Reach, assemble};
use crate::expression::{Value, show};
use crate::metric::Metric;
use crate::plan::{Measure, Plan, Row, cohort_cells, combine, evaluate as evaluate_measure, holds, with_columns};
use crate::privacy::{Census, Group, Guard, Parts, People, Seen, withhold};

/// Answers `plan` from `rows` of its fact table; a derived metric's inputs are of that table too.
pub fn answer(plan: &Plan, metric: &Metric, rows: &[Row], moment: Moment, calendars: &Calendars) -> Vec<Answer> {
    answer_from(plan, metric, &Facts { rows: &|_| rows, moment: &|_| moment }, calendars)
}

/// The facts of several tables.
pub struct Facts<'a> {
    /// The rows of a table.
    pub rows: &'a dyn Fn(FactTable) -> &'a [Row],
    /// When an answer to these plans, none of which is derived, is given, and how far their data reach.
    pub moment: &'a dyn Fn(&[&Plan]) -> Moment,
}

/// Answers `plan` from the facts of its tables.
pub fn answer_from(plan: &Plan, metric: &Metric, facts: &Facts<'_>, calendars: &Calendars) -> Vec<Answer> {
    let moment = (facts.moment)(&plan.leaves());
    let current = cells(plan, Side::Current, facts, moment, calendars);
    let compared = plan.compared.as_ref().map(|_| cells(plan, Side::Compared, facts, moment, calendars));
    let mut answers = assemble(plan, metric, current, compared, moment);
    let leaves = plan.leaves();
    let guards: Vec<(Guard, Option<Guard>)> = leaves
        .iter()
        .filter_map(|leaf| {
            let people = leaf.people.as_ref()?;
            let of = |periods: &[Period]| guard(leaf, people, periods, (facts.rows)(leaf.table), moment, calendars);
            Some((of(&leaf.periods), leaf.compared.as_deref().map(of)))
        })
        .collect();
    withhold(&mut answers, &plan.by, &guards);
    answers
}

/// Who stands behind the cells of a plan over staff.
fn guard(
    plan: &Plan,
    people: &People,
    periods: &[Period],
    rows: &[Row],
    moment: Moment,
    calendars: &Calendars,
) -> Guard {
    let mut census = Census::new(people, periods, moment);
    for row in rows {
        let row = with_columns(row, &plan.computed, calendars);
        let Some(Value::Text(person)) = row.get(&people.column).filter(|_| holds(&people.among, &row)) else {
            continue;
        };
        let time = |column: &str| match row.get(column) {
            Some(Value::Time(at)) => Some(*at),
            _ => None,
        };
        let text = |column: &str| match row.get(column) {
            None | Some(Value::Null) => None,
            Some(value) => Some(show(value)),
        };
        let part = match &people.parts {
            Parts::Of { column } => text(column),
            Parts::Whole { .. } => None,
        };
        let stretch = match &people.group {
            Group::Counted => (None, None),
            Group::Present { start, end } | Group::There { start, end } => (time(start), time(end)),
        };
        census.add(Seen {
            person,
            profile: people.dimensions.iter().map(|dimension| text(&dimension.column)).collect(),
            at: time(&plan.at),
            stretch,
            part: part.as_deref(),
            counts: people.sums.iter().map(|sum| holds(sum, &row)).collect(),
            is_asked: holds(&people.filter, &row),
        });
    }
    census.guard(&plan.by)
}

#[derive(Clone, Copy)]
enum Side {
    Current,
    Compared,
}

fn cells(plan: &Plan, side: Side, facts: &Facts<'_>, outermost: Moment, calendars: &Calendars) -> Vec<Cell> {
    let periods = match side {
        Side::Current => &plan.periods,
        Side::Compared => plan.compared.as_ref().unwrap_or(&plan.periods),
    };
    if let Measure::Derived { inputs, .. } = &plan.measure {
        let of = inputs.iter().map(|input| cells(&input.plan, side, facts, outermost, calendars)).collect();
        let reach = |period: usize| periods.get(period).map_or(Reach::BEYOND, |period| outermost.reach(period));
        return combine(&plan.measure, of, &reach);
    }
    let moment = (facts.moment)(&[plan]);
    let rows = (facts.rows)(plan.table);
    let rows: Vec<Row> = rows.iter().map(|row| with_columns(row, &plan.computed, calendars)).collect();
    let counted: Vec<&Row> = rows.iter().filter(|row| holds(&plan.population, row)).collect();
    let at_instants = plan.measure.is_at_instants();
    let ripe = plan.ripe_until(moment);
    let mut cells = Vec::new();
    for (number, period) in periods.iter().enumerate() {
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
        for row in &counted {
            let inside = match row.get(&plan.at) {
                Some(Value::Time(at)) => period.start <= *at && *at < period.end && ripe.is_none_or(|ripe| *at <= ripe),
                _ => false,
            };
            if inside || at_instants {
                groups.entry(key(plan, row)).or_default().push(row);
            }
        }
        let instants = plan.measure.instants(moment, period);
        if at_instants && instants.is_empty() {
            continue;
        }
        if let Measure::Cohort(cohort) = &plan.measure {
            let found = cohort_cells(cohort, &counted, &instants, &|row| key(plan, row));
            cells.extend(found.into_iter().map(|(by, moments)| Cell { period: number, by, moments }));
            continue;
        }
        for (by, rows) in groups {
            let moments = evaluate_measure(&plan.measure, &rows, moment.as_of(), &instants, calendars);
            cells.push(Cell { period: number, by, moments });
        }
    }
    cells
}

fn key(plan: &Plan, row: &Row) -> Vec<Option<String>> {
    plan.by
        .iter()
        .map(|dimension| match row.get(&dimension.column) {
            None | Some(Value::Null) => None,
            Some(value) => Some(show(value)),
        })
        .collect()
}

#[cfg(test)]
mod tests;
