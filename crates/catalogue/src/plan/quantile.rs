//! Quantiles (type 7) of durations, with order-statistic intervals; in milliseconds inside, seconds in answers.

use super::{Figure, Moments, QuantileValue, Row};
use crate::expression::{Expr, Value};
use crate::margin::quantile::{order_statistic_ranks, type7};

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

pub(super) fn figures(n: u64, values: &[QuantileValue]) -> Vec<Figure> {
    let seconds = |millis: Option<f64>| millis.map(|millis| millis / 1000.0);
    values
        .iter()
        .map(|value| Figure {
            value: seconds(value.value),
            low: seconds(value.low),
            high: seconds(value.high),
            n,
            numerator: None,
            denominator: None,
        })
        .collect()
}

pub(super) fn evaluate(value: &Expr, quantiles: &[f64], rows: &[&Row]) -> Moments {
    let mut durations: Vec<i64> = rows.iter().filter_map(|row| duration(value, row)).collect();
    durations.sort_unstable();
    let n = durations.len();
    let values = quantiles
        .iter()
        .map(|q| {
            let ranks = order_statistic_ranks(n, *q);
            let at = |rank: usize| durations.get(rank.checked_sub(1)?).map(|millis| *millis as f64);
            QuantileValue {
                value: type7(&durations, *q),
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
