//! Age of a stock: quantiles (type 7) of how long what is open at an instant has been open, on the calendar clock; or the
//! share of it that is older than a length of time.
//!
//! What takes long is there at many instants, what is done at once at none: ages say nothing about how long work takes.

use model::{FieldType, Instant, Millis};

use super::{Moments, Part, PartRole, QuantileValue, Row};
use crate::expression::Value;
use crate::margin::quantile::{order_statistic_ranks, type7};

pub(super) const PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "since", role: PartRole::Column(FieldType::Time), required: false },
];

pub(super) const OLDER_PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "since", role: PartRole::Column(FieldType::Time), required: false },
    Part { name: "older_than", role: PartRole::Length, required: true },
];

/// Of nothing.
pub(super) fn nothing(than: Option<Millis>, quantiles: &[f64]) -> Moments {
    match than {
        Some(_) => Moments::Parts { numerator: 0, denominator: 0 },
        None => Moments::Quantiles { n: 0, ended: 0, values: vec![QuantileValue::default(); quantiles.len()] },
    }
}

/// Ages at `instant` of the rows begun before it and not ended before it.
pub(super) fn evaluate(
    [start, end, since]: [&str; 3],
    than: Option<Millis>,
    quantiles: &[f64],
    rows: &[&Row],
    instant: Option<Instant>,
) -> Moments {
    let Some(instant) = instant else { return nothing(than, quantiles) };
    let age = |row: &&Row| {
        let begun = matches!(row.get(start), Some(Value::Time(at)) if *at < instant);
        let ended = matches!(row.get(end), Some(Value::Time(at)) if *at < instant);
        match row.get(since) {
            Some(Value::Time(at)) if begun && !ended => Some(instant.since(*at).get()),
            _ => None,
        }
    };
    let mut ages: Vec<i64> = rows.iter().filter_map(age).collect();
    ages.sort_unstable();
    let n = ages.len();
    if let Some(than) = than {
        let older = ages.iter().filter(|age| **age > than.get()).count();
        return Moments::Parts { numerator: older as u64, denominator: n as u64 };
    }
    let values = quantiles.iter().map(|q| {
        let ranks = order_statistic_ranks(n, *q);
        let at = |rank: usize| ages.get(rank.checked_sub(1)?).map(|age| *age as f64);
        QuantileValue {
            value: type7(&ages, *q),
            low: ranks.and_then(|(low, _)| at(low)),
            high: ranks.and_then(|(_, high)| at(high)),
        }
    });
    Moments::Quantiles { n: n as u64, ended: n as u64, values: values.collect() }
}
