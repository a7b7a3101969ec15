//! The plain evaluator: one expression, one row. Slow and simple; the second opinion on the engine.

use std::cmp::Ordering;

use model::{FieldType, Instant, Millis, reopenings};

use super::types::parse_number;
use super::{Expr, Function, Operator, Value};

/// The value of `expr` for a row given by column name. SQL's three-valued logic; never panics.
pub fn evaluate(expr: &Expr, row: &dyn Fn(&str) -> Value) -> Value {
    match expr {
        Expr::Column { name, .. } => row(name),
        Expr::Literal(value) => value.clone(),
        Expr::Not(x) => match evaluate(x, row) {
            Value::Boolean(flag) => Value::Boolean(!flag),
            _ => Value::Null,
        },
        Expr::Negate(x) => match evaluate(x, row) {
            Value::Integer(number) => number.checked_neg().map_or(Value::Null, Value::Integer),
            Value::Number(number) => Value::Number(-number),
            Value::Duration(length) => {
                length.get().checked_neg().map_or(Value::Null, |millis| Value::Duration(Millis::new(millis)))
            }
            _ => Value::Null,
        },
        Expr::IsNull(x) => Value::Boolean(evaluate(x, row) == Value::Null),
        Expr::Binary { operator, left, right } => binary(*operator, evaluate(left, row), evaluate(right, row)),
        Expr::In { operand, list } => match evaluate(operand, row) {
            Value::Null => Value::Null,
            value => Value::Boolean(list.contains(&value)),
        },
        Expr::Like { operand, pattern, ignore_case } => match evaluate(operand, row) {
            Value::Text(text) => Value::Boolean(like(&text, pattern, *ignore_case)),
            _ => Value::Null,
        },
        Expr::Case { branches, otherwise, .. } => branches
            .iter()
            .find(|(condition, _)| evaluate(condition, row) == Value::Boolean(true))
            .map(|(_, result)| result)
            .or(otherwise.as_deref())
            .map_or(Value::Null, |result| evaluate(result, row)),
        Expr::Call { function, arguments } => {
            call(*function, arguments.iter().map(|argument| evaluate(argument, row)).collect())
        }
        Expr::Cast { operand, to } => cast(evaluate(operand, row), *to),
    }
}

fn binary(operator: Operator, left: Value, right: Value) -> Value {
    use Value::{Boolean, Duration, Integer, Null, Number, Time};
    match operator {
        Operator::And => match (left, right) {
            (Boolean(false), _) | (_, Boolean(false)) => Boolean(false),
            (Boolean(true), Boolean(true)) => Boolean(true),
            _ => Null,
        },
        Operator::Or => match (left, right) {
            (Boolean(true), _) | (_, Boolean(true)) => Boolean(true),
            (Boolean(false), Boolean(false)) => Boolean(false),
            _ => Null,
        },
        Operator::Add => match (left, right) {
            (Integer(a), Integer(b)) => a.checked_add(b).map_or(Null, Integer),
            (Number(a), Number(b)) => a.checked_add(b).map_or(Null, Number),
            (Duration(a), Duration(b)) => a.get().checked_add(b.get()).map_or(Null, |sum| Duration(Millis::new(sum))),
            (Time(at), Duration(by)) | (Duration(by), Time(at)) => shift(at, by.get()),
            _ => Null,
        },
        Operator::Subtract => match (left, right) {
            (Integer(a), Integer(b)) => a.checked_sub(b).map_or(Null, Integer),
            (Number(a), Number(b)) => a.checked_sub(b).map_or(Null, Number),
            (Duration(a), Duration(b)) => a.get().checked_sub(b.get()).map_or(Null, |rest| Duration(Millis::new(rest))),
            (Time(at), Duration(by)) => by.get().checked_neg().map_or(Null, |by| shift(at, by)),
            (Time(a), Time(b)) => {
                let micros = a.micros().checked_sub(b.micros());
                micros.map_or(Null, |micros| Duration(Millis::new(micros.div_euclid(1000))))
            }
            _ => Null,
        },
        Operator::Multiply => match (left, right) {
            (Integer(a), Integer(b)) => a.checked_mul(b).map_or(Null, Integer),
            (Number(a), Number(b)) => a.checked_mul(b).map_or(Null, |product| Number(divide_rounded(product, 10_000))),
            (Duration(a), Integer(b)) | (Integer(b), Duration(a)) => {
                a.get().checked_mul(b).map_or(Null, |product| Duration(Millis::new(product)))
            }
            _ => Null,
        },
        Operator::Divide => match (scaled(&left), scaled(&right)) {
            (Some(a), Some(b)) if b != 0 => a.checked_mul(10_000).map_or(Null, |a| Number(divide_rounded(a, b))),
            _ => Null,
        },
        Operator::Modulo => match (left, right) {
            (Integer(a), Integer(b)) => a.checked_rem(b).map_or(Null, Integer),
            _ => Null,
        },
        comparison => match compare(&left, &right) {
            None => Null,
            Some(order) => Boolean(match comparison {
                Operator::Equal => order == Ordering::Equal,
                Operator::NotEqual => order != Ordering::Equal,
                Operator::Less => order == Ordering::Less,
                Operator::LessOrEqual => order != Ordering::Greater,
                Operator::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }),
        },
    }
}

fn shift(at: Instant, millis: i64) -> Value {
    millis
        .checked_mul(1000)
        .and_then(|micros| at.micros().checked_add(micros))
        .map_or(Value::Null, |micros| Value::Time(Instant::from_micros(micros)))
}

/// A number, integer or duration as an integer of one common scale for division.
fn scaled(value: &Value) -> Option<i128> {
    match value {
        Value::Integer(number) => Some(i128::from(*number) * 10_000),
        Value::Number(number) => Some(*number),
        Value::Duration(length) => Some(i128::from(length.get())),
        _ => None,
    }
}

/// Rounded half away from zero, as SQL decimals are.
fn divide_rounded(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a / b, a % b);
    if rest.unsigned_abs() * 2 >= b.unsigned_abs() {
        quotient + if (a < 0) == (b < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

/// The order of two values of one type; `None` where one is null or the types differ.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn like(text: &str, pattern: &str, ignore_case: bool) -> bool {
    let mut source = String::from(if ignore_case { "(?is)^" } else { "(?s)^" });
    for c in pattern.chars() {
        match c {
            '%' => source.push_str(".*"),
            '_' => source.push('.'),
            c => source.push_str(&regex::escape(&c.to_string())),
        }
    }
    source.push('$');
    regex::Regex::new(&source).is_ok_and(|regex| regex.is_match(text))
}

fn call(function: Function, arguments: Vec<Value>) -> Value {
    let text = |index: usize| match arguments.get(index) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let integer = |index: usize| match arguments.get(index) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    };
    let of_text = |apply: &dyn Fn(&str) -> String| text(0).map_or(Value::Null, |text| Value::Text(apply(text)));
    let best = |wanted: Ordering| {
        arguments
            .iter()
            .filter(|value| **value != Value::Null)
            .cloned()
            .reduce(|best, value| if compare(&value, &best) == Some(wanted) { value } else { best })
    };
    let result = match function {
        Function::Coalesce => arguments.iter().find(|value| **value != Value::Null).cloned(),
        Function::NullIf => match (arguments.first(), arguments.get(1)) {
            (Some(a), Some(b)) if a == b => None,
            (first, _) => first.cloned(),
        },
        Function::Lower => return of_text(&|text| text.to_lowercase()),
        Function::Upper => return of_text(&|text| text.to_uppercase()),
        Function::Trim => return of_text(&|text| text.trim_matches(' ').to_owned()),
        Function::Concat => Some(Value::Text((0..arguments.len()).filter_map(text).collect())),
        Function::Length => text(0).map(|text| Value::Integer(text.chars().count() as i64)),
        Function::Left => text(0).zip(integer(1)).map(|(text, n)| {
            let count = text.chars().count() as i64;
            let kept = if n < 0 { count.saturating_add(n) } else { n };
            Value::Text(text.chars().take(kept.max(0) as usize).collect())
        }),
        Function::Right => text(0).zip(integer(1)).map(|(text, n)| {
            let count = text.chars().count() as i64;
            let dropped = if n < 0 { n.saturating_neg() } else { count - n };
            Value::Text(text.chars().skip(dropped.max(0) as usize).collect())
        }),
        Function::Lpad => {
            text(0).zip(integer(1)).zip(text(2)).map(|((text, n), fill)| Value::Text(lpad(text, n, fill)))
        }
        Function::SplitPart => text(0).zip(text(1)).zip(integer(2)).and_then(|((text, delimiter), n)| {
            let parts: Vec<&str> = if delimiter.is_empty() { vec![text] } else { text.split(delimiter).collect() };
            let index = usize::try_from(n).ok()?.checked_sub(1)?;
            Some(Value::Text(parts.get(index).copied().unwrap_or_default().to_owned()))
        }),
        Function::Replace => text(0).zip(text(1)).zip(text(2)).map(|((text, from), to)| {
            Value::Text(if from.is_empty() { text.to_owned() } else { text.replace(from, to) })
        }),
        Function::StartsWith => text(0).zip(text(1)).map(|(text, prefix)| Value::Boolean(text.starts_with(prefix))),
        Function::Contains => text(0).zip(text(1)).map(|(text, part)| Value::Boolean(text.contains(part))),
        Function::RegexpLike => text(0)
            .zip(text(1))
            .and_then(|(text, pattern)| Some(Value::Boolean(regex::Regex::new(pattern).ok()?.is_match(text)))),
        Function::RegexpReplace => text(0).zip(text(1)).zip(text(2)).and_then(|((text, pattern), to)| {
            let to = regex::Regex::new(r"\\{1,2}(\d+)").ok()?.replace_all(to, "$${$1}");
            Some(Value::Text(regex::Regex::new(pattern).ok()?.replace_all(text, to.as_ref()).into_owned()))
        }),
        Function::Abs => match arguments.first() {
            Some(Value::Integer(number)) => number.checked_abs().map(Value::Integer),
            Some(Value::Number(number)) => Some(Value::Number(number.abs())),
            Some(Value::Duration(length)) => Some(Value::Duration(Millis::new(length.get().saturating_abs()))),
            _ => None,
        },
        Function::Least => best(Ordering::Less),
        Function::Greatest => best(Ordering::Greater),
        Function::Power => match (arguments.first(), arguments.get(1)) {
            (Some(Value::Number(base)), Some(Value::Number(exponent))) => power(*base, *exponent).map(Value::Number),
            _ => None,
        },
        Function::ReopenedWithin => match (arguments.first(), arguments.get(1), arguments.get(2)) {
            (Some(Value::Text(told)), Some(Value::Duration(window)), Some(Value::Duration(thank_you))) => {
                Some(Value::Boolean(reopenings::any_within(told, *window, *thank_you)))
            }
            (Some(Value::Null), Some(Value::Duration(_)), Some(Value::Duration(_))) => Some(Value::Boolean(false)),
            _ => None,
        },
        // needs a calendar: a plan has made a column of it
        Function::BusinessDayEnd => None,
    };
    result.unwrap_or(Value::Null)
}

/// `base` to the power of `exponent`, all three in ten-thousandths; none where that is no number below 10¹⁵.
pub fn power(base: i128, exponent: i128) -> Option<i128> {
    let scaled = ((base as f64 / 1e4).powf(exponent as f64 / 1e4) * 1e4).round();
    (scaled.abs() < 1e19).then_some(scaled as i128)
}

fn lpad(text: &str, n: i64, fill: &str) -> String {
    let n = usize::try_from(n).unwrap_or(0).min(10_000);
    let count = text.chars().count();
    if count >= n || fill.is_empty() {
        return text.chars().take(n).collect();
    }
    fill.chars().cycle().take(n - count).chain(text.chars()).collect()
}

fn cast(value: Value, to: FieldType) -> Value {
    match (value, to) {
        (Value::Null, _) => Value::Null,
        (value, to) if value.kind() == Some(to) => value,
        (Value::Integer(number), FieldType::Number) => Value::Number(i128::from(number) * 10_000),
        (Value::Number(number), FieldType::Integer) => {
            i64::try_from(number / 10_000).map_or(Value::Null, Value::Integer)
        }
        (Value::Boolean(flag), FieldType::Integer) => Value::Integer(flag.into()),
        (Value::Boolean(flag), FieldType::Number) => Value::Number(i128::from(flag) * 10_000),
        // lengths of time are seconds as numbers
        (Value::Duration(length), FieldType::Integer) => Value::Integer(length.get() / 1000),
        (Value::Duration(length), FieldType::Number) => Value::Number(i128::from(length.get()) * 10),
        (Value::Integer(seconds), FieldType::Duration) => seconds.checked_mul(1000).map_or(Value::Null, duration),
        (Value::Number(seconds), FieldType::Duration) => duration_of(seconds),
        (Value::Text(text), to) => cast_text(text.trim(), to),
        (value, FieldType::Text) => Value::Text(show(&value)),
        _ => Value::Null,
    }
}

fn duration(millis: i64) -> Value {
    Value::Duration(Millis::new(millis))
}

/// The length of ten-thousandths of a second, rounded half away from zero.
fn duration_of(seconds: i128) -> Value {
    let millis = (seconds.abs() + 5) / 10 * seconds.signum();
    i64::try_from(millis).map_or(Value::Null, duration)
}

fn cast_text(text: &str, to: FieldType) -> Value {
    let number = || {
        if let Ok(integer) = text.parse::<i64>() {
            return Some(i128::from(integer) * 10_000);
        }
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        Some(sign * decimal(digits)?)
    };
    match to {
        FieldType::Integer => text.parse().map_or(Value::Null, Value::Integer),
        FieldType::Number => number().map_or(Value::Null, Value::Number),
        FieldType::Duration => number().map_or(Value::Null, duration_of),
        FieldType::Boolean => match text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" => Value::Boolean(true),
            "false" | "f" | "no" | "n" | "0" => Value::Boolean(false),
            _ => Value::Null,
        },
        FieldType::Time => text.parse().map_or(Value::Null, Value::Time),
        FieldType::Text => Value::Null,
    }
}

/// Ten-thousandths of an unsigned decimal; decimals beyond the fourth are rounded half up, as sixteen of them are only
/// what a program wrote of a fraction.
fn decimal(digits: &str) -> Option<i128> {
    let (whole, fraction) = digits.split_once('.')?;
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(fraction) {
        return None;
    }
    let (kept, dropped) = fraction.split_at(fraction.len().min(4));
    let Value::Number(number) = parse_number(&format!("{whole}.{kept}"))? else { return None };
    Some(number + i128::from(dropped.as_bytes().first().is_some_and(|digit| *digit >= b'5')))
}

/// A value as people write it: numbers without trailing zeros, durations in seconds.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => model::number(*number),
        Value::Boolean(flag) => flag.to_string(),
        Value::Time(at) => at.to_string(),
        Value::Duration(length) => length.seconds().to_string(),
    }
}
