//! Count and sum: how many rows, and how much they add up to. Full counts, so they have no margin; nothing is 0 only
//! where the data reach.

use model::FieldType;

use super::mean::{quantity, raw_units};
use super::{Figure, Ledger, Moments, Part, PartRole, Row, holds};
use crate::expression::{Expr, Value, evaluate};

pub(super) const COUNT_PARTS: &[Part] = &[];

pub(super) const SUM_PARTS: &[Part] = &[
    Part { name: "value", role: PartRole::Quantity, required: true },
    Part { name: "complete", role: PartRole::Expression(FieldType::Text), required: false },
    Part { name: "provisional", role: PartRole::Expression(FieldType::Boolean), required: false },
];

pub(super) fn count(rows: &[&Row]) -> Moments {
    Moments::Count { count: rows.len() as u64, beyond: false }
}

pub(super) fn sum(value: &Expr, [complete, provisional, apart]: [Option<&Expr>; 3], rows: &[&Row]) -> Moments {
    let (mut n, mut total, mut ledger) = (0, 0, Ledger::default());
    for row in rows {
        if apart.is_some_and(|apart| holds(apart, row)) {
            ledger.apart += 1;
            continue;
        }
        match (quantity(value, row), complete) {
            (Some(value), _) => {
                n += 1;
                total += i128::from(value);
            }
            (None, Some(what)) => match evaluate(what, &|name| row.get(name).cloned().unwrap_or(Value::Null)) {
                Value::Text(what) => ledger.lack(Some(&what)),
                _ => ledger.lack(None),
            },
            (None, None) => {}
        }
        ledger.open += u64::from(provisional.is_some_and(|open| holds(open, row)));
    }
    Moments::Sum { n, total, beyond: false, ledger }
}

pub(super) fn count_figure(count: u64, beyond: bool) -> Figure {
    let value = (!beyond).then_some(count as f64);
    Figure { value, low: None, high: None, n: count, numerator: None, denominator: None }
}

/// What is added up; nothing where that is not known as a whole.
pub(super) fn sum_figure(n: u64, total: i128, unknown: bool, kind: FieldType) -> Figure {
    let value = (!unknown).then_some(total as f64 / raw_units(kind));
    Figure { value, low: None, high: None, n, numerator: None, denominator: None }
}
