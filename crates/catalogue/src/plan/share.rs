//! Share: rows for which something holds ÷ rows.

use model::FieldType;

use super::{Moments, Part, PartRole, Row, holds};
use crate::expression::Expr;

pub(super) const PARTS: &[Part] =
    &[Part { name: "hit", role: PartRole::Expression(FieldType::Boolean), required: true }];

pub(super) fn evaluate(hit: &Expr, rows: &[&Row]) -> Moments {
    let numerator = rows.iter().filter(|row| holds(hit, row)).count() as u64;
    Moments::Parts { numerator, denominator: rows.len() as u64 }
}
