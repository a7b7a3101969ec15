//! Survival: quantiles of the time until work is done, open work censored at the time of asking (Kaplan–Meier).
//!
//! With `censoring` closed_only it becomes a plain quantile over work that is done, counted at the time it was done:
//! what help desks report, biased while a backlog grows, and so never the default.

use model::FieldType;
use model::Instant;
use model::calendar::Calendars;

use super::quantile::duration as duration_of;
use super::{Moments, Part, PartRole, QuantileValue, Row};
use crate::expression::{Expr, Value};
use crate::margin::survival::KaplanMeier;

pub(super) const PARTS: &[Part] = &[
    Part { name: "start", role: PartRole::Column(FieldType::Time), required: true },
    Part { name: "end", role: PartRole::Expression(FieldType::Time), required: true },
    Part { name: "calendar", role: PartRole::Expression(FieldType::Duration), required: true },
    Part { name: "business", role: PartRole::Expression(FieldType::Duration), required: true },
    Part { name: "clock", role: PartRole::Word(&["business", "calendar"]), required: true },
    Part { name: "censoring", role: PartRole::Word(&["kaplan_meier", "closed_only"]), required: true },
];

/// What runs, from when to when, on which clock.
pub(super) struct Clock<'a> {
    pub(super) duration: &'a Expr,
    pub(super) start: &'a str,
    pub(super) end: &'a Expr,
    pub(super) business: bool,
}

pub(super) fn evaluate(
    clock: &Clock<'_>,
    quantiles: &[f64],
    rows: &[&Row],
    as_of: Instant,
    calendars: &Calendars,
) -> Moments {
    let mut ended = Vec::new();
    let mut open = Vec::new();
    for row in rows {
        let Some(Value::Time(begun)) = row.get(clock.start) else { continue };
        if *begun > as_of {
            continue;
        }
        let end = evaluate_expression(clock.end, row);
        if matches!(end, Value::Time(end) if end <= as_of) {
            // work that ended but has no length, as before it began, is left out
            ended.extend(duration_of(clock.duration, row));
        } else {
            let schedule = match row.get("calendar") {
                Some(Value::Text(name)) => calendars.get(name).unwrap_or(calendars.default()),
                _ => calendars.default(),
            };
            open.push(if clock.business {
                schedule.business_between(*begun, as_of).get()
            } else {
                as_of.since(*begun).get()
            });
        }
    }
    let (done, n) = (ended.len() as u64, (ended.len() + open.len()) as u64);
    let curve = KaplanMeier::new(&mut ended, &mut open);
    let values = quantiles
        .iter()
        .map(|q| {
            let (low, high) = curve.interval(*q);
            QuantileValue { value: curve.quantile(*q), low, high }
        })
        .collect();
    Moments::Quantiles { n, ended: done, values }
}

fn evaluate_expression(expr: &Expr, row: &Row) -> Value {
    crate::expression::evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null))
}
