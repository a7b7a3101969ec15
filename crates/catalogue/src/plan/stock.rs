//! Stock: what is open at an instant, or on average over the month ends within a period. A full count, so it has no
//! margin.

use model::calendar::Period;
use model::{FieldType, Instant};

use super::{Figure, Moments, Part, PartRole, Row};
use crate::answer::Moment;
use crate::expression::Value;

pub(super) const PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "instants", role: PartRole::Word(&["period_end", "month_ends"]), required: false },
];

/// The month ends among `ends` that lie in `period` and are known; where none is, as in a week, the `last` instant the
/// period is known at.
pub(super) fn month_ends(ends: &[Instant], moment: Moment, period: &Period, last: Instant) -> Vec<Instant> {
    let known = |end: &Instant| *end > period.start && *end <= last && moment.since.is_none_or(|since| *end > since);
    let within: Vec<Instant> = ends.iter().copied().filter(known).collect();
    if within.is_empty() { vec![last] } else { within }
}

/// Rows begun before an instant and not ended before it, at all of `instants`.
pub(super) fn evaluate(start: &str, end: &str, rows: &[&Row], instants: &[Instant], averaged: bool) -> Moments {
    let open = |row: &Row, instant: &Instant| {
        let begun = matches!(row.get(start), Some(Value::Time(at)) if at < instant);
        let ended = matches!(row.get(end), Some(Value::Time(at)) if at < instant);
        begun && !ended
    };
    let at = |instant: &Instant| rows.iter().filter(|row| open(row, instant)).count() as u64;
    let total = instants.iter().map(at).sum();
    match averaged {
        true => Moments::Average { total, instants: instants.len() as u64 },
        false => Moments::Stock { count: total, beyond: instants.is_empty() },
    }
}

pub(super) fn figure(count: u64, beyond: bool) -> Figure {
    let value = (!beyond).then_some(count as f64);
    Figure { value, low: None, high: None, n: if beyond { 0 } else { count }, numerator: None, denominator: None }
}

/// The mean over the instants; its n is the mean as a whole number.
pub(super) fn average(total: u64, instants: u64) -> Figure {
    let value = (instants > 0).then(|| total as f64 / instants as f64);
    let n = value.map_or(0, |mean| mean.round() as u64);
    let (numerator, denominator) = (value.map(|_| total as f64), value.map(|_| instants as f64));
    Figure { value, low: None, high: None, n, numerator, denominator }
}
