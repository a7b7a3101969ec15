//! Bringing operands to one type, where that loses nothing.

use model::{FieldType, Instant, Millis};

use super::fold::fold;
use super::{Expr, Operator, Value};

/// An integer or a decimal with at most four decimals.
pub(super) fn parse_number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Value::Integer(integer));
    }
    let (whole, fraction) = text.split_once('.')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty()
        || fraction.len() > 4
        || whole.len() > 14
        || !digits(whole)
        || !digits(fraction)
    {
        return None;
    }
    let padded = format!("{}{fraction:0<4}", if whole.is_empty() { "0" } else { whole });
    padded.parse().ok().map(Value::Number)
}

/// Brings the operands to one type where that loses nothing: an integer beside a number, a plain number of seconds
/// beside a duration, a text constant beside a time.
pub(super) fn unify(left: Expr, right: Expr, operator: Operator) -> (Expr, Expr) {
    match (left.kind(), right.kind()) {
        (Some(a), Some(b)) if a != b => {
            // `2 * wait` is a duration; the 2 is no seconds
            let scales = operator == Operator::Multiply || operator == Operator::Divide;
            if scales && (a == FieldType::Duration || b == FieldType::Duration) {
                return (left, right);
            }
            let left = if adapts(&left, b) { convert(left, b) } else { left };
            let right = if right.kind() != left.kind() && adapts(&right, a) { convert(right, a) } else { right };
            (left, right)
        }
        _ => (left, right),
    }
}

/// Whether `expr` is of type `to`, or can be brought to it without loss.
pub(super) fn fits(expr: &Expr, to: FieldType) -> bool {
    expr.kind().is_none_or(|kind| kind == to) || adapts(expr, to)
}

fn adapts(expr: &Expr, to: FieldType) -> bool {
    match (expr, expr.kind(), to) {
        (_, Some(FieldType::Integer), FieldType::Number) => true,
        (_, Some(FieldType::Integer | FieldType::Number), FieldType::Duration) => constant(expr),
        (Expr::Literal(Value::Text(text)), _, FieldType::Time) => text.parse::<Instant>().is_ok(),
        _ => false,
    }
}

/// Whether a value of type `from` can be read as `to` at all.
pub(super) fn castable(from: FieldType, to: FieldType) -> bool {
    use FieldType::{Boolean, Duration, Integer, Number, Text};
    match (from, to) {
        (from, to) if from == to => true,
        (Text, _) | (_, Text) => true,
        (Integer | Number | Duration, Integer | Number | Duration) => true,
        (Boolean, Integer | Number) => true,
        _ => false,
    }
}

fn constant(expr: &Expr) -> bool {
    let mut any = false;
    expr.columns(&mut |_| any = true);
    !any
}

/// `expr` as `to`; constants at once, the rest by a cast.
pub(super) fn convert(expr: Expr, to: FieldType) -> Expr {
    if expr.kind().is_none_or(|kind| kind == to) {
        return expr;
    }
    match fold(expr) {
        Expr::Literal(Value::Integer(seconds)) if to == FieldType::Duration => {
            Expr::Literal(Value::Duration(Millis::new(seconds.saturating_mul(1000))))
        }
        Expr::Literal(Value::Number(seconds)) if to == FieldType::Duration => {
            Expr::Literal(Value::Duration(Millis::new(i64::try_from(seconds / 10).unwrap_or(i64::MAX))))
        }
        Expr::Literal(Value::Text(text)) if to == FieldType::Time => {
            text.parse::<Instant>().map_or(Expr::Literal(Value::Null), |at| Expr::Literal(Value::Time(at)))
        }
        other => fold(Expr::Cast { operand: Box::new(other), to }),
    }
}

/// The type all of `kinds` can be brought to; text where there is none to go by.
pub(super) fn common_kind(kinds: &[FieldType]) -> Option<FieldType> {
    let Some(first) = kinds.first() else { return Some(FieldType::Text) };
    let mut common = *first;
    for kind in kinds {
        common = match (common, *kind) {
            (a, b) if a == b => a,
            (FieldType::Integer, FieldType::Number) | (FieldType::Number, FieldType::Integer) => FieldType::Number,
            (FieldType::Duration, FieldType::Integer | FieldType::Number)
            | (FieldType::Integer | FieldType::Number, FieldType::Duration) => FieldType::Duration,
            _ => return None,
        };
    }
    Some(common)
}
