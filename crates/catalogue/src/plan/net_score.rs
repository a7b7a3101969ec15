//! Net score: 100 × (best − worst) ÷ all, in points from −100 to 100.

use model::FieldType;

use super::{Figure, Moments, Part, PartRole, Row, holds};
use crate::expression::Expr;
use crate::margin::nps;

pub(super) const PARTS: &[Part] = &[
    Part { name: "positive", role: PartRole::Expression(FieldType::Boolean), required: true },
    Part { name: "negative", role: PartRole::Expression(FieldType::Boolean), required: true },
];

pub(super) fn evaluate(positive: &Expr, negative: &Expr, rows: &[&Row]) -> Moments {
    let count = |expr: &Expr| rows.iter().filter(|row| holds(expr, row)).count() as u64;
    Moments::Net { positive: count(positive), negative: count(negative), n: rows.len() as u64 }
}

pub(super) fn figure(positive: u64, negative: u64, n: u64) -> Figure {
    let passive = n.saturating_sub(positive).saturating_sub(negative);
    let interval = (n > 0).then(|| nps::default(positive, passive, negative)).flatten();
    let net = positive as f64 - negative as f64;
    Figure {
        value: (n > 0).then(|| 100.0 * net / n as f64),
        low: interval.as_ref().map(|interval| interval.low),
        high: interval.as_ref().map(|interval| interval.high),
        n,
        numerator: Some(net),
        denominator: Some(n as f64),
    }
}
