//! Count and sum: how many rows, and how much they add up to. Full counts, so they have no margin; nothing is 0 only
//! where the data reach.

use model::FieldType;

use super::mean::{quantity, raw_units};
use super::{Figure, Moments, Part, PartRole, Row};
use crate::expression::Expr;

pub(super) const COUNT_PARTS: &[Part] = &[];

pub(super) const SUM_PARTS: &[Part] = &[Part { name: "value", role: PartRole::Quantity, required: true }];

pub(super) fn count(rows: &[&Row]) -> Moments {
    Moments::Count { count: rows.len() as u64, beyond: false }
}

pub(super) fn sum(value: &Expr, rows: &[&Row]) -> Moments {
    let values: Vec<i64> = rows.iter().filter_map(|row| quantity(value, row)).collect();
    Moments::Sum { n: values.len() as u64, total: values.into_iter().map(i128::from).sum(), beyond: false }
}

pub(super) fn count_figure(count: u64, beyond: bool) -> Figure {
    let value = (!beyond).then_some(count as f64);
    Figure { value, low: None, high: None, n: count, numerator: None, denominator: None }
}

pub(super) fn sum_figure(n: u64, total: i128, beyond: bool, kind: FieldType) -> Figure {
    let value = (!beyond).then_some(total as f64 / raw_units(kind));
    Figure { value, low: None, high: None, n, numerator: None, denominator: None }
}
