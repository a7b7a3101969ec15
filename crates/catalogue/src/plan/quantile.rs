//! Quantiles (type 7) of quantities, with order-statistic intervals; in raw units inside, as milliseconds, in those of
//! answers outside, as seconds.

use model::FieldType;

use super::mean::{quantity, raw_units};
use super::{Figure, Moments, Part, PartRole, QuantileValue, Row};
use crate::expression::{Expr, Value};
use crate::margin::quantile::{order_statistic_ranks, type7};

pub(super) const PARTS: &[Part] = &[Part { name: "value", role: PartRole::Quantity, required: true }];

/// The name of a quantile's statistic.
///
/// `.5` is `median`, `.9` is `p90`, `.999` is `p99.9`.
pub(super) fn statistic(q: f64) -> String {
    if (q - 0.5).abs() < 1e-9 {
        return "median".into();
    }
    let percent = (q * 1_000_000.0).round() / 10_000.0;
    format!("p{percent}")
}

pub(super) fn figures(n: u64, values: &[QuantileValue], kind: FieldType) -> Vec<Figure> {
    let shown = |raw: Option<f64>| raw.map(|raw| raw / raw_units(kind));
    values
        .iter()
        .map(|value| Figure {
            value: shown(value.value),
            low: shown(value.low),
            high: shown(value.high),
            n,
            numerator: None,
            denominator: None,
        })
        .collect()
}

pub(super) fn evaluate(value: &Expr, quantiles: &[f64], rows: &[&Row]) -> Moments {
    let mut quantities: Vec<i64> = rows.iter().filter_map(|row| quantity(value, row)).collect();
    quantities.sort_unstable();
    let n = quantities.len();
    let values = quantiles
        .iter()
        .map(|q| {
            let ranks = order_statistic_ranks(n, *q);
            let at = |rank: usize| quantities.get(rank.checked_sub(1)?).map(|millis| *millis as f64);
            QuantileValue {
                value: type7(&quantities, *q),
                low: ranks.and_then(|(low, _)| at(low)),
                high: ranks.and_then(|(_, high)| at(high)),
            }
        })
        .collect();
    Moments::Quantiles { n: n as u64, ended: n as u64, values }
}

/// The duration of a row, in milliseconds.
pub(super) fn duration(value: &Expr, row: &Row) -> Option<i64> {
    match crate::expression::evaluate(value, &|name| row.get(name).cloned().unwrap_or(Value::Null)) {
        Value::Duration(length) => Some(length.get()),
        _ => None,
    }
}
