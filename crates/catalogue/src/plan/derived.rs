//! Derived: arithmetic of the figures of other metrics, as backlog ÷ solved a day. It has no margin of its own: the
//! figures it is made of are not independent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Figure, Ledger, Moments, Part, PartRole, Plan};
use crate::answer::Cell;
use crate::expression::{Expr, Value, evaluate};

pub(super) const PARTS: &[Part] = &[
    Part { name: "value", role: PartRole::Formula, required: true },
    Part { name: "denominator", role: PartRole::Formula, required: false },
];

/// What is worked out, and what it divides by.
type Formula<'a> = (&'a Expr, Option<&'a Expr>);

/// One of the figures a derived metric is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// Name in the formula.
    pub name: String,
    /// Which statistic of its plan.
    pub statistic: usize,
    /// How it is answered, over the same periods and dimensions.
    pub plan: Box<Plan>,
}

/// The figure of a formula over named figures, each with its sample size. Null where one of them is, or where it
/// divides by zero; its n is what it divides by where that is said, the least of theirs otherwise.
pub(crate) fn figure((value, denominator): Formula<'_>, inputs: &BTreeMap<&str, (Option<f64>, u64)>) -> Figure {
    let of = |name: &str| match inputs.get(name) {
        // four decimals, as the expression language calculates
        Some((Some(figure), _)) => number(*figure).map_or(Value::Null, Value::Number),
        _ => Value::Null,
    };
    let result = |expr: &Expr| match evaluate(expr, &of) {
        Value::Number(number) => Some(number as f64 / 10_000.0),
        Value::Integer(number) => Some(number as f64),
        _ => None,
    };
    let below = denominator.and_then(result);
    let n = match denominator {
        // whole things are divided by: contacts, customers; a fraction of one is none
        Some(_) => below.map_or(0, |below| below.max(0.0) as u64),
        None => inputs.values().map(|(_, n)| *n).min().unwrap_or(0),
    };
    Figure { value: result(value), low: None, high: None, n, numerator: None, denominator: below }
}

/// The inputs that a formula uses under its parameters.
pub(super) fn used<'a>((value, denominator): Formula<'a>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    value.columns(&mut |name| {
        names.insert(name);
    });
    if let Some(denominator) = denominator {
        denominator.columns(&mut |name| {
            names.insert(name);
        });
    }
    names
}

fn number(figure: f64) -> Option<i128> {
    let scaled = (figure * 10_000.0).round();
    (scaled.is_finite() && scaled.abs() < 1e30).then_some(scaled as i128)
}

/// The cells of a derived metric, by its formula and what that divides by, from those of its inputs in their order; a cell
/// that an input lacks is nothing there.
pub fn combine(
    formula: (&Expr, Option<&Expr>),
    inputs: &[Input],
    cells: Vec<Vec<Cell>>,
    beyond: &dyn Fn(usize) -> bool,
) -> Vec<Cell> {
    type Key = (usize, Vec<Option<String>>);
    let by_key: Vec<BTreeMap<Key, Moments>> = cells
        .into_iter()
        .map(|cells| cells.into_iter().map(|cell| ((cell.period, cell.by), cell.moments)).collect())
        .collect();
    let mut keys: Vec<&Key> = by_key.iter().flat_map(BTreeMap::keys).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .map(|key| {
            let mut ledger = Ledger::default();
            let mut figures = BTreeMap::new();
            for (input, cells) in inputs.iter().zip(&by_key) {
                let measure = &input.plan.measure;
                let nothing = || measure.nothing(beyond(key.0));
                let moments = cells.get(key).cloned().unwrap_or_else(nothing);
                ledger.join(moments.ledger().unwrap_or(&Ledger::default()));
                let figure = measure.figures(&moments).into_iter().nth(input.statistic);
                let figure = figure.map_or((None, 0), |figure| (figure.value, figure.n));
                figures.insert(input.name.as_str(), figure);
            }
            let moments = Moments::Derived(figure(formula, &figures), ledger);
            Cell { period: key.0, by: key.1.clone(), moments }
        })
        .collect()
}
