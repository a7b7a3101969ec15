//! Ratio: rows of one kind ÷ rows of another; and the figure shares have in common with it.

use model::FieldType;

use super::{Figure, Moments, Part, PartRole, Row, holds};
use crate::expression::Expr;
use crate::margin;

pub(super) const PARTS: &[Part] = &[
    Part { name: "numerator", role: PartRole::Expression(FieldType::Boolean), required: true },
    Part { name: "denominator", role: PartRole::Expression(FieldType::Boolean), required: true },
];

pub(super) fn evaluate(numerator: &Expr, denominator: &Expr, rows: &[&Row]) -> Moments {
    let count = |expr: &Expr| rows.iter().filter(|row| holds(expr, row)).count() as u64;
    Moments::Parts { numerator: count(numerator), denominator: count(denominator) }
}

/// Percent with Wilson's interval; no interval where the numerator is no part of the denominator.
pub(super) fn figure(numerator: u64, denominator: u64) -> Figure {
    let interval = if numerator <= denominator { margin::wilson(numerator, denominator) } else { None };
    Figure {
        value: (denominator > 0).then(|| 100.0 * numerator as f64 / denominator as f64),
        low: interval.as_ref().map(|interval| 100.0 * interval.low),
        high: interval.as_ref().map(|interval| 100.0 * interval.high),
        n: denominator,
        numerator: Some(numerator as f64),
        denominator: Some(denominator as f64),
    }
}
