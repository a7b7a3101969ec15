//! Stock: what is open at an instant. A full count, so it has no margin.

use model::{FieldType, Instant};

use super::{Figure, Moments, Part, PartRole, Row};
use crate::expression::Value;

pub(super) const PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Column(FieldType::Time), required: true },
];

/// Rows begun before `instant` and not ended before it.
pub(super) fn evaluate(start: &str, end: &str, rows: &[&Row], instant: Option<Instant>) -> Moments {
    let Some(instant) = instant else { return Moments::Stock { count: 0, beyond: true } };
    let open = |row: &&&Row| {
        let begun = matches!(row.get(start), Some(Value::Time(at)) if *at < instant);
        let ended = matches!(row.get(end), Some(Value::Time(at)) if *at < instant);
        begun && !ended
    };
    Moments::Stock { count: rows.iter().filter(open).count() as u64, beyond: false }
}

pub(super) fn figure(count: u64, beyond: bool) -> Figure {
    let value = (!beyond).then_some(count as f64);
    Figure { value, low: None, high: None, n: if beyond { 0 } else { count }, numerator: None, denominator: None }
}
