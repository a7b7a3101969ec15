//! Ranges of days by name: `last-28d`, `this-quarter`, `2026-10-01..2026-10-31`.

use jiff::civil::Date;

use super::period::{DateRange, Grain, Organisation, PeriodError, shift_unit, unit_start};
use crate::Instant;

/// The days `text` means at `now`.
///
/// `today`, `yesterday` · `this-` and `last-` `week`, `month`, `quarter`, `year`: whole, of the organisation's weeks
/// and fiscal years · `last-Nd`: N full days ending yesterday · `last-Nw`, `last-Nm`: N full weeks or months before
/// the current · `2026-10-01..2026-10-31`: both days included, as a date picker shows it.
///
/// Errors on other text, on N of 0, on an end before its start and on days out of the calendar.
pub fn resolve_range(text: &str, now: Instant, organisation: &Organisation) -> Result<DateRange, PeriodError> {
    let text = text.trim();
    if let Some((from, to)) = text.split_once("..") {
        // Written back, because the parser takes times of day too, and drops them.
        let date = |day: &str| day.parse::<Date>().ok().filter(|date| date.to_string() == day);
        let (from, last) = date(from.trim()).zip(date(to.trim())).ok_or_else(|| unknown(text))?;
        return DateRange::new(from, last.tomorrow().map_err(|_| out_of_calendar(text))?);
    }
    let (grain, first, count) = units(text).ok_or_else(|| unknown(text))?;
    let range = || {
        let current = unit_start(organisation.today(now), grain, organisation)?;
        let from = shift_unit(current, grain, first)?;
        Some((from, shift_unit(from, grain, count)?))
    };
    let (from, to) = range().ok_or_else(|| out_of_calendar(text))?;
    DateRange::new(from, to)
}

/// The units `text` means: which, the first counted from the current one, and how many.
fn units(text: &str) -> Option<(Grain, i64, i64)> {
    match text {
        "today" => return Some((Grain::Day, 0, 1)),
        "yesterday" => return Some((Grain::Day, -1, 1)),
        _ => {}
    }
    let (which, unit) = text.split_once('-')?;
    if let Some(grain) = Grain::parse(unit).filter(|grain| !matches!(grain, Grain::Day | Grain::Total)) {
        return match which {
            "this" => Some((grain, 0, 1)),
            "last" => Some((grain, -1, 1)),
            _ => None,
        };
    }
    let grain = match unit.chars().next_back()? {
        'd' => Grain::Day,
        'w' => Grain::Week,
        'm' => Grain::Month,
        _ => return None,
    };
    let digits = &unit[..unit.len() - 1];
    let plain = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let count: i64 = plain.then(|| digits.parse().ok()).flatten()?;
    (which == "last" && count > 0).then_some((grain, -count, count))
}

fn unknown(text: &str) -> PeriodError {
    PeriodError::Range { text: text.to_owned() }
}

fn out_of_calendar(text: &str) -> PeriodError {
    PeriodError::OutOfCalendar { text: text.to_owned() }
}
