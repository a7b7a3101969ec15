//! Columns worked out before a plan is answered: those that need a business calendar, and times a row counts at that
//! are no column of its table.

use model::Instant;
use model::calendar::Calendars;
use serde::Serialize;

use super::Row;
use crate::expression::{Expr, Function, Value, evaluate};

/// A column worked out for every row. Its name follows from what it is, so that plans asked together share it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Computed {
    /// Name that no declared column has.
    pub name: String,
    /// What it is.
    pub formula: Formula,
}

/// How a column is worked out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Formula {
    /// An expression.
    Value(Expr),
    /// The end of a business day: `business_day_end(from, days, schedule)`.
    BusinessDayEnd {
        /// When work came in.
        from: Expr,
        /// Business days after the one it came in on; null or negative makes null.
        days: Expr,
        /// Name of the schedule; the default one where it is unknown.
        schedule: Expr,
    },
}

/// Takes the calls that need a calendar out of `expr`: each becomes a column, added to `computed` once.
pub(super) fn extract(expr: Expr, computed: &mut Vec<Computed>) -> Expr {
    expr.rewrite(&mut |expr| match expr {
        Expr::Call { function: Function::BusinessDayEnd, arguments } => match <[Expr; 3]>::try_from(arguments) {
            Ok([from, days, schedule]) => column(Formula::BusinessDayEnd { from, days, schedule }, computed),
            Err(arguments) => Expr::Call { function: Function::BusinessDayEnd, arguments },
        },
        other => other,
    })
}

/// The column of `formula`, added to `computed` where it is not there.
pub(super) fn column(formula: Formula, computed: &mut Vec<Computed>) -> Expr {
    let text = serde_json::to_vec(&formula).unwrap_or_default();
    let name = format!("computed.{}", &blake3::hash(&text).to_hex()[..16]);
    if computed.iter().all(|other| other.name != name) {
        computed.push(Computed { name: name.clone(), formula });
    }
    Expr::Column { name, kind: model::FieldType::Time }
}

/// `row` with its computed columns.
pub(crate) fn with_columns(row: &Row, computed: &[Computed], calendars: &Calendars) -> Row {
    let mut row = row.clone();
    for column in computed {
        let of = |expr: &Expr| evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null));
        let value = match &column.formula {
            Formula::Value(expr) => of(expr),
            Formula::BusinessDayEnd { from, days, schedule } => match (of(from), of(days)) {
                (Value::Time(from), Value::Integer(days)) => {
                    let name = match of(schedule) {
                        Value::Text(name) => name,
                        _ => String::new(),
                    };
                    business_day_end(calendars, &name, from, days).map_or(Value::Null, Value::Time)
                }
                _ => Value::Null,
            },
        };
        row.insert(column.name.clone(), value);
    }
    row
}

/// The end of the business day `days` after the one that `from` belongs to, under the named schedule.
pub fn business_day_end(calendars: &Calendars, schedule: &str, from: Instant, days: i64) -> Option<Instant> {
    let schedule = calendars.get(schedule).unwrap_or(calendars.default());
    schedule.business_day_end(from, u32::try_from(days).ok()?)
}
