//! Yearly recurrence rules of iCalendar (RFC 5545, 3.3.10), as holidays have them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// The last year that rules without end are followed to; a calendar's dates stay the same whenever it is read.
const YEAR_MAX: i16 = 2100;

/// `FREQ=YEARLY` with `INTERVAL`, `BYMONTH`, `BYMONTHDAY`, `BYDAY`, `BYSETPOS`, `COUNT` and `UNTIL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    interval: i16,
    months: Vec<i8>,
    month_days: Vec<i8>,
    /// With its number within the month, or the year where no month is given; 0 for every such day.
    weekdays: Vec<(i8, Weekday)>,
    positions: Vec<i16>,
    count: Option<usize>,
    until: Option<Date>,
}

impl Rule {
    /// Reads the value of an `RRULE`; errors with what is wrong or not understood.
    pub(super) fn parse(text: &str) -> Result<Rule, String> {
        let mut yearly = false;
        let mut rule = Rule {
            interval: 1,
            months: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            count: None,
            until: None,
        };
        let mut seen: Vec<String> = Vec::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}` is no part of a recurrence"))?;
            let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
            let wrong = || format!("`{value}` is not a value of `{name}`");
            match name.as_str() {
                "FREQ" if value == "YEARLY" => yearly = true,
                "FREQ" => return Err(format!("recurrence `FREQ={value}` is not understood")),
                "INTERVAL" => rule.interval = value.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?),
                "UNTIL" => rule.until = Some(date(value.split('T').next().unwrap_or_default()).ok_or_else(wrong)?),
                "BYMONTH" => rule.months = list(&value, |month| (1..=12).contains(&month)).ok_or_else(wrong)?,
                "BYMONTHDAY" => {
                    rule.month_days = list(&value, |day: i8| day != 0 && day.unsigned_abs() <= 31).ok_or_else(wrong)?
                }
                "BYSETPOS" => {
                    rule.positions =
                        list(&value, |place: i16| place != 0 && place.unsigned_abs() <= 366).ok_or_else(wrong)?
                }
                "BYDAY" => {
                    rule.weekdays = value.split(',').map(weekday).collect::<Option<_>>().ok_or_else(wrong)?;
                }
                // Decides nothing without weeks in the rule.
                "WKST" => {}
                _ => return Err(format!("`{name}` of a recurrence is not understood")),
            }
            if seen.contains(&name) {
                return Err(format!("`{name}` stands twice in the recurrence"));
            }
            seen.push(name);
        }
        let numbered = rule.weekdays.iter().any(|(number, _)| *number != 0);
        if !yearly {
            Err("the recurrence has no `FREQ`".to_owned())
        } else if rule.count.is_some() && rule.until.is_some() {
            Err("a recurrence has `COUNT` or `UNTIL`, not both".to_owned())
        } else if numbered && !rule.month_days.is_empty() {
            Err("numbered weekdays of `BYDAY` together with `BYMONTHDAY` are not understood".to_owned())
        } else if !rule.positions.is_empty() && rule.weekdays.is_empty() && rule.month_days.is_empty() {
            Err("`BYSETPOS` without `BYDAY` or `BYMONTHDAY` is not understood".to_owned())
        } else {
            Ok(rule)
        }
    }

    /// The dates of an event that starts on `start`, which is always the first; in order, at the latest of 2100.
    pub(super) fn dates(&self, start: Date) -> Vec<Date> {
        let mut dates = vec![start];
        let mut year = start.year();
        while year <= YEAR_MAX {
            dates.extend(self.of_year(year, start).into_iter().filter(|date| *date > start));
            year = year.saturating_add(self.interval);
        }
        dates.retain(|date| *date == start || self.until.is_none_or(|until| *date <= until));
        dates.truncate(self.count.unwrap_or(usize::MAX));
        dates
    }

    /// The dates of one year, whether or not they are after the start.
    fn of_year(&self, year: i16, start: Date) -> Vec<Date> {
        let mut dates = Vec::new();
        if self.weekdays.is_empty() {
            // Without days of the month it is the one the event starts on; without months, the start's or every one.
            let days = if self.month_days.is_empty() { vec![start.day()] } else { self.month_days.clone() };
            let months = match (self.months.is_empty(), self.month_days.is_empty()) {
                (false, _) => self.months.clone(),
                (true, true) => vec![start.month()],
                (true, false) => (1..=12).collect(),
            };
            for month in months {
                dates.extend(days.iter().filter_map(|day| day_of_month(year, month, *day)));
            }
        } else if self.months.is_empty() {
            let (first, next) = (Date::new(year, 1, 1), Date::new(year.saturating_add(1), 1, 1));
            dates.extend(first.ok().zip(next.ok()).into_iter().flat_map(|(first, next)| self.weekdays_of(first, next)));
        } else {
            for month in &self.months {
                let first = Date::new(year, *month, 1).ok();
                let next = first.and_then(|first| first.checked_add(1.month()).ok());
                dates.extend(first.zip(next).into_iter().flat_map(|(first, next)| self.weekdays_of(first, next)));
            }
        }
        dates.sort_unstable();
        dates.dedup();
        if self.positions.is_empty() {
            return dates;
        }
        let place = |position: i16| {
            let length = dates.len();
            let from_either_end = usize::from(position.unsigned_abs());
            let index =
                if position > 0 { from_either_end.checked_sub(1)? } else { length.checked_sub(from_either_end)? };
            dates.get(index).copied()
        };
        let mut placed: Vec<Date> = self.positions.iter().filter_map(|position| place(*position)).collect();
        placed.sort_unstable();
        placed.dedup();
        placed
    }

    /// The weekdays of the rule from `first` until `next`, exclusive; of those days of the month, where it has some.
    fn weekdays_of(&self, first: Date, next: Date) -> Vec<Date> {
        let mut dates = Vec::new();
        for (number, weekday) in &self.weekdays {
            let offset = i64::from(first.weekday().until(*weekday));
            let every: Vec<Date> = (0..53)
                .filter_map(|week: i64| first.checked_add((offset + 7 * week).days()).ok())
                .take_while(|date| *date < next)
                .collect();
            let number = *number;
            match number {
                0 => dates.extend(every.into_iter().filter(|date| {
                    let of_month = |day: &i8| day_of_month(date.year(), date.month(), *day) == Some(*date);
                    self.month_days.is_empty() || self.month_days.iter().any(of_month)
                })),
                1.. => dates.extend(every.get(usize::from(number.unsigned_abs()) - 1)),
                _ => dates.extend(every.len().checked_sub(number.unsigned_abs().into()).and_then(|at| every.get(at))),
            }
        }
        dates
    }
}

/// The date `text`, written as 20261225.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// The day of a month, from its end where negative; none where the month has no such day.
fn day_of_month(year: i16, month: i8, day: i8) -> Option<Date> {
    if day > 0 {
        return Date::new(year, month, day).ok();
    }
    let length = Date::new(year, month, 1).ok()?.days_in_month();
    Date::new(year, month, length + 1 + day).ok()
}

fn list<N: std::str::FromStr + Copy>(text: &str, valid: impl Fn(N) -> bool) -> Option<Vec<N>> {
    text.split(',').map(|number| number.parse().ok().filter(|number| valid(*number))).collect()
}

/// `MO`, `4TH`, `-1MO`.
fn weekday(text: &str) -> Option<(i8, Weekday)> {
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at))?;
    let (number, day) = text.split_at(at);
    let weekday = match day {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let number = match number {
        "" => 0,
        number => number.parse().ok().filter(|number: &i8| (1..=53).contains(&number.unsigned_abs()))?,
    };
    Some((number, weekday))
}
