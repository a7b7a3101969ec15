//! Integers and decimals, read digit by digit: no binary floating point lies between the file and the record.

use super::{Unreadable, shown};

/// Characters of a file's numbers.
#[derive(Clone, Copy, Debug)]
pub(in crate::map) struct Marks {
    /// Between whole and fraction.
    pub decimal: char,
    /// Between groups of digits, if any.
    pub thousands: Option<char>,
}

impl Marks {
    /// A point, and nothing between thousands: how computed values are written.
    pub const PLAIN: Marks = Marks { decimal: '.', thousands: None };
}

/// Digits and where the point stands: the value is `digits` × 10^`exponent`.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

/// A decimal times 10⁴, rounded half away from zero beyond the fourth decimal; at most 14 digits before the point.
pub(in crate::map) fn number(text: &str, marks: Marks) -> Result<i128, Unreadable> {
    let decimal = parse(text, marks)
        .ok_or_else(|| Unreadable::new("bad_number", format!("{} is not a number{}", shown(text), written(marks))))?;
    let value = scaled(&decimal, 4, Rounding::HalfAway);
    value.filter(|value| value.unsigned_abs() < 10_u128.pow(18)).ok_or_else(|| {
        Unreadable::new("out_of_range", format!("{} has more than 14 digits before the point", shown(text)))
    })
}

/// A whole number; a fraction of zeros is no fraction.
pub(in crate::map) fn integer(text: &str, marks: Marks) -> Result<i64, Unreadable> {
    if let Ok(plain) = text.parse() {
        return Ok(plain);
    }
    let wrong = || Unreadable::new("bad_integer", format!("{} is not a whole number", shown(text)));
    let decimal = parse(text, marks).ok_or_else(wrong)?;
    match scaled(&decimal, 0, Rounding::Refused) {
        Some(value) => i64::try_from(value)
            .map_err(|_| Unreadable::new("out_of_range", format!("{} does not fit 64 bits", shown(text)))),
        None if decimal.exponent >= 0 => {
            Err(Unreadable::new("out_of_range", format!("{} does not fit 64 bits", shown(text))))
        }
        None => Err(wrong()),
    }
}

/// A number times 10^`places`, rounded; `None` where `text` is no number or too large.
pub(super) fn scaled_number(text: &str, marks: Marks, places: i64) -> Option<i64> {
    i64::try_from(scaled(&parse(text, marks)?, places, Rounding::HalfAway)?).ok()
}

fn written(marks: Marks) -> String {
    match marks {
        Marks { decimal: '.', thousands: None } => String::new(),
        Marks { decimal, thousands: None } => format!(" written with `{decimal}` before the decimals"),
        Marks { decimal, thousands: Some(thousands) } => {
            format!(" written with `{decimal}` before the decimals and `{thousands}` between thousands")
        }
    }
}

/// Sign, digits with group marks, fraction, exponent. Nothing else: no currency, no percent sign, no "NaN".
fn parse(text: &str, marks: Marks) -> Option<Decimal> {
    let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once(marks.decimal).unwrap_or((mantissa, ""));
    let mut digits = Vec::with_capacity(text.len());
    whole_digits(whole, marks.thousands, &mut digits)?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.extend_from_slice(fraction.as_bytes());
    if digits.is_empty() {
        return None;
    }
    Some(Decimal { negative, digits, exponent: i64::from(exponent) - fraction.len() as i64 })
}

/// `1,234,567` but not `1,5`: a decimal comma read as a group mark would make a number ten times too large. Groups
/// before the last may have two digits, as in India.
fn whole_digits(whole: &str, thousands: Option<char>, digits: &mut Vec<u8>) -> Option<()> {
    let Some(thousands) = thousands else {
        digits.extend_from_slice(whole.as_bytes());
        return whole.bytes().all(|byte| byte.is_ascii_digit()).then_some(());
    };
    let space = thousands.is_whitespace();
    let is_mark = |c: char| c == thousands || (space && matches!(c, ' ' | '\u{a0}' | '\u{202f}'));
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let last = groups.len() - 1;
    for (index, group) in groups.iter().enumerate() {
        let length = group.len();
        let fits = match (last, index) {
            (0, _) => true,
            (_, 0) => (1..=3).contains(&length),
            (_, index) if index == last => length == 3,
            _ => length == 2 || length == 3,
        };
        if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.extend_from_slice(group.as_bytes());
    }
    Some(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    HalfAway,
    Refused,
}

/// The value times 10^`places`; `None` where it does not fit or would have to be rounded and may not.
fn scaled(decimal: &Decimal, places: i64, rounding: Rounding) -> Option<i128> {
    let shift = decimal.exponent + places;
    let significant = decimal.digits.iter().position(|digit| *digit != b'0');
    let Some(first) = significant else { return Some(0) };
    let digits = &decimal.digits[first..];
    let kept = usize::try_from((digits.len() as i64 + shift).max(0)).ok()?;
    if kept > 37 {
        return None;
    }
    let mut value: i128 = 0;
    for index in 0..kept {
        let digit = digits.get(index).map_or(0, |digit| i128::from(digit - b'0'));
        value = value * 10 + digit;
    }
    let dropped = digits.get(kept..).unwrap_or_default();
    if dropped.iter().any(|digit| *digit != b'0') {
        if rounding == Rounding::Refused {
            return None;
        }
        // the first dropped digit counts only where it stands right behind the last kept one
        let adjacent = digits.len() as i64 + shift >= 0;
        if adjacent && dropped.first().is_some_and(|digit| *digit >= b'5') {
            value += 1;
        }
    }
    Some(if decimal.negative { -value } else { value })
}
