//! The plain evaluator: a plan over rows in memory. Runs the examples, and gives tests a second opinion on the engine.

use std::collections::BTreeMap;

use model::FactTable;
use model::calendar::Calendars;

use crate::answer::{Answer, Cell, Moment, assemble};
use crate::expression::{Value, show};
use crate::metric::Metric;
use crate::plan::{Measure, Plan, Row, combine, evaluate as evaluate_measure, holds, with_columns};

/// Answers `plan` from `rows` of its fact table; a derived metric's inputs are of that table too.
pub fn answer(plan: &Plan, metric: &Metric, rows: &[Row], moment: Moment, calendars: &Calendars) -> Vec<Answer> {
    answer_from(plan, metric, &Facts { rows: &|_| rows, moment: &|_| moment }, calendars)
}

/// The facts of several tables.
pub struct Facts<'a> {
    /// The rows of a table.
    pub rows: &'a dyn Fn(FactTable) -> &'a [Row],
    /// When an answer from these tables is given, and how far their data reach.
    pub moment: &'a dyn Fn(&[FactTable]) -> Moment,
}

/// Answers `plan` from the facts of its tables.
pub fn answer_from(plan: &Plan, metric: &Metric, facts: &Facts<'_>, calendars: &Calendars) -> Vec<Answer> {
    let tables: Vec<FactTable> = plan.leaves().iter().map(|leaf| leaf.table).collect();
    let moment = (facts.moment)(&tables);
    let current = cells(plan, Side::Current, facts, moment, calendars);
    let compared = plan.compared.as_ref().map(|_| cells(plan, Side::Compared, facts, moment, calendars));
    assemble(plan, metric, current, compared, moment)
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
    if let Measure::Derived { value, denominator, inputs } = &plan.measure {
        let of = inputs.iter().map(|input| cells(&input.plan, side, facts, outermost, calendars)).collect();
        let beyond = |period: usize| periods.get(period).is_none_or(|period| outermost.stock_instant(period).is_none());
        return combine((value, denominator.as_ref()), inputs, of, &beyond);
    }
    let moment = (facts.moment)(&[plan.table]);
    let rows = (facts.rows)(plan.table);
    let rows: Vec<Row> = rows.iter().map(|row| with_columns(row, &plan.computed, calendars)).collect();
    let counted: Vec<&Row> = rows.iter().filter(|row| holds(&plan.population, row)).collect();
    let stock = matches!(plan.measure, Measure::Stock { .. });
    let ripe = plan.ripe_until(moment);
    let mut cells = Vec::new();
    for (number, period) in periods.iter().enumerate() {
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
        for row in &counted {
            let inside = match row.get(&plan.at) {
                Some(Value::Time(at)) => period.start <= *at && *at < period.end && ripe.is_none_or(|ripe| *at <= ripe),
                _ => false,
            };
            if inside || stock {
                groups.entry(key(plan, row)).or_default().push(row);
            }
        }
        let instant = moment.stock_instant(period);
        if stock && instant.is_none() {
            continue;
        }
        for (by, rows) in groups {
            let moments = evaluate_measure(&plan.measure, &rows, moment.as_of(), instant, calendars);
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
