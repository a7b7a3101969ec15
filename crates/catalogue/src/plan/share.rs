//! Share: rows for which something holds ÷ rows.

use model::FieldType;

use super::{Figure, Moments, Part, PartRole, Row, holds, ratio};
use crate::expression::Expr;
use crate::margin;

/// Methods of the interval: Wilson's, Clopper and Pearson's, or what the share is at least.
pub(super) const INTERVALS: &[&str] = &["wilson", "clopper_pearson", "at_least"];

pub(super) const PARTS: &[Part] = &[
    Part { name: "hit", role: PartRole::Expression(FieldType::Boolean), required: true },
    Part { name: "interval", role: PartRole::Word(INTERVALS), required: false },
];

pub(super) fn evaluate(hit: &Expr, rows: &[&Row]) -> Moments {
    let numerator = rows.iter().filter(|row| holds(hit, row)).count() as u64;
    Moments::Parts { numerator, denominator: rows.len() as u64 }
}

/// Percent with an exact interval; one-sided, it reaches up to 100.
pub(super) fn exact_figure(numerator: u64, denominator: u64, one_sided: bool) -> Figure {
    let interval = match one_sided {
        true => margin::at_least(numerator, denominator).map(|low| margin::Interval { low, high: 1.0 }),
        false => margin::clopper_pearson(numerator, denominator),
    };
    let interval = interval.map(|interval| interval.scaled(100.0));
    Figure {
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        ..ratio::figure(numerator, denominator)
    }
}
