//! The plain evaluator: a plan over rows in memory. Runs the examples, and gives tests a second opinion on the engine.

use std::collections::BTreeMap;

use model::calendar::{Calendars, Period};

use crate::answer::{Answer, Cell, Moment, assemble};
use crate::expression::{Value, show};
use crate::metric::Metric;
use crate::plan::{Measure, Plan, Row, evaluate as evaluate_measure, holds};

/// Answers `plan` from `rows` of its fact table.
pub fn answer(plan: &Plan, metric: &Metric, rows: &[Row], moment: Moment, calendars: &Calendars) -> Vec<Answer> {
    let current = cells(plan, &plan.periods, rows, moment, calendars);
    let compared = plan.compared.as_ref().map(|periods| cells(plan, periods, rows, moment, calendars));
    assemble(plan, metric, current, compared, moment)
}

fn cells(plan: &Plan, periods: &[Period], rows: &[Row], moment: Moment, calendars: &Calendars) -> Vec<Cell> {
    let counted: Vec<&Row> = rows.iter().filter(|row| holds(&plan.population, row)).collect();
    let stock = matches!(plan.measure, Measure::Stock { .. });
    let mut cells = Vec::new();
    for (number, period) in periods.iter().enumerate() {
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<&Row>> = BTreeMap::new();
        for row in &counted {
            let inside = match row.get(&plan.at) {
                Some(Value::Time(at)) => period.start <= *at && *at < period.end,
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
