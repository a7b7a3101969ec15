//! Ranges of days by name: `last-28d`, `month-to-date`, `FY2026-Q2`, `2026-10-01`, `2026-05..2026-06`.

use jiff::civil::{Date, Weekday};

use super::period::{DateRange, Grain, Organisation, PeriodError, Step, shift_unit, unit_start, weekday_name};
use super::week::Weeks;
use crate::Instant;

/// The days `text` means at `now`.
///
/// `today`, `yesterday` · `this-` and `last-` `week`, `month`, `quarter`, `year`: whole, of the organisation's weeks
/// and fiscal years · `week-`, `month-`, `quarter-`, `year-` `to-date`, short `wtd`, `mtd`, `qtd`, `ytd`: from the first
/// day of the current one through yesterday · `last-Nd`: N full days ending yesterday · `last-Nw`, `last-Nm`: N full
/// weeks or months before the current · `2026`, `2026-Q2`, `2026-07`: of the calendar · `FY2026`, `FY2026-Q2`: of the
/// fiscal year called 2026 · `2026-W07`: an ISO week, where weeks begin on Monday · `2026-US07`: a US week, where they
/// begin on Sunday; week 1 contains 1 January · `2026-10-01`: that day · `2026-10-01..2026-10-31`, `2026-05..2026-06`:
/// both days or periods included, as a date picker shows it.
///
/// Errors on other text, on N of 0, on a unit to date on its first day, on a week number of other weeks, on week 53 of
/// a year without one, on an end before its start and on days out of the calendar.
pub fn resolve_range(text: &str, now: Instant, organisation: &Organisation) -> Result<DateRange, PeriodError> {
    let text = text.trim();
    if let Some((from, to)) = text.split_once("..") {
        let end = |end: &str| dated(end.trim(), organisation).unwrap_or_else(|| Err(unknown(text)));
        let between =
            |error| if matches!(error, PeriodError::OutOfCalendar { .. }) { out_of_calendar(text) } else { error };
        let (first, last) = (end(from).map_err(between)?, end(to).map_err(between)?);
        let range = DateRange::new(first.from, last.to)?;
        return Ok(DateRange { step: months_between(&first, &last), ..range });
    }
    if let Some(dated) = dated(text, organisation) {
        return dated;
    }
    let today = organisation.today(now);
    if let Some(grain) = to_date(text) {
        let from = unit_start(today, grain, organisation).ok_or_else(|| out_of_calendar(text))?;
        if from == today {
            return Err(PeriodError::NothingToDate { text: text.to_owned(), grain, today });
        }
        return stepped(from, today, grain, 1);
    }
    let (grain, first, count) = units(text).ok_or_else(|| unknown(text))?;
    let range = || {
        let current = unit_start(today, grain, organisation)?;
        let from = shift_unit(current, grain, first)?;
        Some((from, shift_unit(from, grain, count)?))
    };
    let (from, to) = range().ok_or_else(|| out_of_calendar(text))?;
    stepped(from, to, grain, count)
}

/// The days of a date or of a period called by its number; `None` on other text.
fn dated(text: &str, organisation: &Organisation) -> Option<Result<DateRange, PeriodError>> {
    // Written back, because the parser takes times of day too, and drops them.
    if let Some(date) = text.parse::<Date>().ok().filter(|date| date.to_string() == text) {
        let next = date.tomorrow().map_err(|_| out_of_calendar(text));
        return Some(next.and_then(|next| stepped(date, next, Grain::Day, 1)));
    }
    Named::parse(text).map(|named| named.resolve(text, organisation))
}

/// From the first month to the last, where both ends are whole months: the period before is as many months.
fn months_between(first: &DateRange, last: &DateRange) -> Option<Step> {
    let in_months = |range: &DateRange| range.step.is_some_and(|step| step.grain == Grain::Month);
    let month = |range: &DateRange| i64::from(range.from.year()) * 12 + i64::from(range.from.month());
    let count = month(last) - month(first) + last.step?.count;
    (in_months(first) && in_months(last)).then_some(Step { grain: Grain::Month, count })
}

/// The days from `from` until `to`, whose period before is `count` units of `grain` back.
fn stepped(from: Date, to: Date, grain: Grain, count: i64) -> Result<DateRange, PeriodError> {
    Ok(DateRange { step: Some(Step { grain, count }), ..DateRange::new(from, to)? })
}

/// The unit whose days up to yesterday `text` means.
fn to_date(text: &str) -> Option<Grain> {
    Some(match text {
        "week-to-date" | "wtd" => Grain::Week,
        "month-to-date" | "mtd" => Grain::Month,
        "quarter-to-date" | "qtd" => Grain::Quarter,
        "year-to-date" | "ytd" => Grain::Year,
        _ => return None,
    })
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
    let count = digits(&unit[..unit.len() - 1], 1..=9)?;
    (which == "last" && count > 0).then_some((grain, -count, count))
}

/// A period called by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// `2026`, `2026-Q2`, `2026-07`: first month and number of months.
    Months { year: i16, month: i8, count: i64 },
    /// `FY2026`, `FY2026-Q2`.
    Fiscal { year: i16, quarter: Option<i64> },
    /// `2026-W07`, `2026-US07`.
    Week { weeks: Weeks, year: i16, number: i64 },
}

impl Named {
    fn parse(text: &str) -> Option<Named> {
        let (text, fiscal) = text.strip_prefix("FY").map_or((text, false), |rest| (rest, true));
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        let year = i16::try_from(digits(year, 4..=4)?).ok()?;
        let quarter = |part: &str| digits(part.strip_prefix('Q')?, 1..=1).filter(|quarter| (1..=4).contains(quarter));
        if fiscal {
            return match part {
                None => Some(Named::Fiscal { year, quarter: None }),
                Some(part) => quarter(part).map(|quarter| Named::Fiscal { year, quarter: Some(quarter) }),
            };
        }
        let Some(part) = part else { return Some(Named::Months { year, month: 1, count: 12 }) };
        if let Some(quarter) = quarter(part) {
            return Some(Named::Months { year, month: i8::try_from(quarter * 3 - 2).ok()?, count: 3 });
        }
        for weeks in [Weeks::Iso, Weeks::Us] {
            if let Some(number) = part.strip_prefix(weeks.mark()) {
                let number = digits(number, 2..=2).filter(|number| (1..=53).contains(number))?;
                return Some(Named::Week { weeks, year, number });
            }
        }
        let month = digits(part, 2..=2).filter(|month| (1..=12).contains(month))?;
        Some(Named::Months { year, month: i8::try_from(month).ok()?, count: 1 })
    }

    fn resolve(self, text: &str, organisation: &Organisation) -> Result<DateRange, PeriodError> {
        let (from, grain, count) = match self {
            Named::Months { year, month, count } => (Date::new(year, month, 1).ok(), Grain::Month, count),
            Named::Fiscal { year, quarter: None } => (organisation.fiscal_year.start_of(year), Grain::Year, 1),
            Named::Fiscal { year, quarter: Some(quarter) } => {
                let year = organisation.fiscal_year.start_of(year);
                (year.and_then(|year| shift_unit(year, Grain::Quarter, quarter - 1)), Grain::Quarter, 1)
            }
            Named::Week { weeks, year, number } => {
                if Weeks::from_start(organisation.week_start) != Some(weeks) {
                    return Err(other_weeks(text, organisation.week_start));
                }
                let start = weeks.start(year, number);
                if start.is_none() && number == 53 {
                    return Err(PeriodError::NoWeek { text: text.to_owned() });
                }
                (start, Grain::Week, 1)
            }
        };
        let to = from.and_then(|from| shift_unit(from, grain, count));
        let (from, to) = from.zip(to).ok_or_else(|| out_of_calendar(text))?;
        stepped(from, to, grain, count)
    }
}

fn other_weeks(text: &str, week_start: Weekday) -> PeriodError {
    let valid = match Weeks::from_start(week_start) {
        Some(Weeks::Iso) => "those from Monday are called as 2026-W07, after ISO 8601",
        Some(Weeks::Us) => "those from Sunday are called as 2026-US07; week 1 contains 1 January",
        None => "they have no number; valid are two dates, as 2026-02-07..2026-02-13",
    };
    PeriodError::WeekName { text: text.to_owned(), week_start: weekday_name(week_start), valid }
}

/// A plain number of `lengths` digits.
fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// The range that was meant by one whose months or days lack their zero, or are parted by something else: `2026-9`,
/// `2026/09`, `2026-9..2026-10`.
pub(super) fn meant(text: &str) -> Option<String> {
    let part = |text: &str| {
        let mut parts = text.trim().split(['-', '/', '.']);
        let year = parts.next().filter(|year| digits(year, 4..=4).is_some())?;
        let (month, day) = (digits(parts.next()?, 1..=2)?, parts.next().map(|day| digits(day, 1..=2)));
        let is_month = (1..=12).contains(&month) && parts.next().is_none();
        match day {
            _ if !is_month => None,
            None => Some(format!("{year}-{month:02}")),
            Some(day) => day.filter(|day| (1..=31).contains(day)).map(|day| format!("{year}-{month:02}-{day:02}")),
        }
    };
    let meant = match text.split_once("..") {
        Some((first, last)) => format!("{}..{}", part(first)?, part(last)?),
        None => part(text)?,
    };
    (meant != text).then_some(meant)
}

fn unknown(text: &str) -> PeriodError {
    PeriodError::Range { text: text.to_owned() }
}

fn out_of_calendar(text: &str) -> PeriodError {
    PeriodError::OutOfCalendar { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_said() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(meant(text).as_deref(), expected, "{text}");
        check("2026-9", Some("2026-09"));
        check("2026/09", Some("2026-09"));
        check("2026-9-1", Some("2026-09-01"));
        check("2026-9..2026-10", Some("2026-09..2026-10"));
        check("2026-13", None);
        check("2026-10", None);
        check("next-month", None);
        let error = unknown("2026-9").to_string();
        assert!(error.starts_with("unknown range `2026-9`; perhaps `2026-09`; valid are today, "), "{error}");
    }
}
