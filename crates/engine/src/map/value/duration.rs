//! Lengths of time: a number of seconds or of a stated unit, or a clock.

use catalogue::source::LengthUnit;

use super::number::scaled_number;
use super::{Marks, Unreadable, shown};

/// Decimals kept of a number in a stated unit: a nanoday is less than a tenth of a millisecond.
const DECIMALS: i64 = 9;

/// Whole milliseconds of `90`, `90.5`, `1:30` (minutes and seconds), `0:01:30` or `36:00:00.250` (hours, minutes and
/// seconds); more decimals are rounded. Never negative. Where a `unit` is stated it is a plain number of that unit, since
/// a clock has its own.
pub(in crate::map) fn duration(text: &str, marks: Marks, unit: Option<LengthUnit>) -> Result<i64, Unreadable> {
    if let Some(positive) = text.strip_prefix(['-', '\u{2212}']) {
        return match duration(positive, marks, unit) {
            Ok(0) => Ok(0),
            Ok(_) => Err(Unreadable::new("negative_duration", format!("{} is a negative length of time", shown(text)))),
            Err(other) => Err(other),
        };
    }
    let wrong = || {
        let valid = unit.map_or("seconds, M:SS or H:MM:SS", LengthUnit::name);
        Unreadable::new("bad_duration", format!("{} is not a length of time: valid: {valid}", shown(text)))
    };
    let value = match unit {
        Some(unit) => scaled_number(text, marks, DECIMALS).and_then(|number| in_millis(number, unit)),
        None if text.contains(':') => clock(text, marks),
        None => scaled_number(text, marks, 3),
    };
    let value = value.ok_or_else(wrong)?;
    const CENTURY: i64 = 100 * 366 * 86_400_000;
    if value > CENTURY {
        return Err(Unreadable::new("out_of_range", format!("{} is more than a hundred years", shown(text))));
    }
    Ok(value)
}

/// Milliseconds of a number times 10⁹ of `unit`, rounded.
fn in_millis(number: i64, unit: LengthUnit) -> Option<i64> {
    const ONE: i128 = 10_i128.pow(DECIMALS as u32);
    i64::try_from((i128::from(number) * i128::from(unit.millis()) + ONE / 2) / ONE).ok()
}

fn clock(text: &str, marks: Marks) -> Option<i64> {
    let mut parts = text.rsplit(':');
    let plain = |part: &str, length: usize| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (1..=length).contains(&part.len())).then(|| part.parse::<i64>().ok()).flatten()
    };
    let seconds = parts.next()?;
    let (whole, fraction) = seconds.split_once(marks.decimal).unwrap_or((seconds, "0"));
    plain(whole, 2).filter(|whole| *whole < 60)?;
    plain(fraction, 18)?;
    let seconds = scaled_number(seconds, Marks { thousands: None, ..marks }, 3)?;
    let minutes = parts.next()?;
    let (hours, minutes) = match parts.next() {
        Some(hours) => (plain(hours, 9)?, plain(minutes, 2).filter(|minutes| *minutes < 60)?),
        None => (0, plain(minutes, 9)?),
    };
    if parts.next().is_some() {
        return None;
    }
    Some((hours * 60 + minutes) * 60_000 + seconds)
}
