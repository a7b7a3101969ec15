//! Periods: the days figures are reported for, cut into days, weeks, months, quarters and years.
//!
//! Everything is half-open, in days of the organisation's zone, and resolved to instants once, here.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use super::compare::compared;
pub use super::label::label;
pub use super::organisation::{FiscalYear, Organisation, YearName};
pub use super::range::resolve_range;
use crate::Instant;

/// Most periods one question is answered for.
pub const PERIODS_MAX: usize = 10_000;

/// Length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A day of the reporting zone, of 23 to 25 hours.
    Day,
    /// Seven days from the organisation's first day of the week.
    Week,
    /// A calendar month.
    Month,
    /// Three months of the fiscal year.
    Quarter,
    /// A fiscal year.
    Year,
    /// The whole range.
    Total,
}

impl Grain {
    /// Every grain, the shortest first.
    pub const ALL: [Grain; 6] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year, Self::Total];

    /// The name used in options and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Total => "total",
        }
    }

    /// The grain called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.name() == name)
    }

    /// Months in one period, where it is made of months.
    pub(super) fn months(self) -> Option<i32> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
            Self::Day | Self::Week | Self::Total => None,
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Dates in the reporting zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateRange {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// How far back the period before lies, where the range was asked for by a name that says so; none for two dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
}

impl DateRange {
    /// The days from `from` until `to`, exclusive; errors where that is none.
    pub fn new(from: Date, to: Date) -> Result<Self, PeriodError> {
        if from < to { Ok(DateRange { from, to, step: None }) } else { Err(PeriodError::Empty { from, to }) }
    }
}

/// From a range to the one before: `count` units of `grain`. Of `last-3m` three months, of `month-to-date` one, of
/// `last-28d` 28 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    /// The unit: a day, week, month, quarter or year.
    pub grain: Grain,
    /// How many, 1 and more.
    pub count: i64,
}

/// One period: days, and the instants they begin and end at in the reporting zone. Half-open.
///
/// A day that a zone left out has a start equal to its end: nothing happened in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// When `from` begins.
    pub start: Instant,
    /// When `to` begins.
    pub end: Instant,
}

/// Days of a month on average: 365.25 ÷ 12.
const DAYS_A_MONTH: f64 = 30.4375;

impl Period {
    /// Its length in months: whole months, counted from its first day, are exactly 1 each, the days after the last of
    /// them 1 ÷ 30.4375.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use model::Instant;
    /// use model::calendar::Period;
    /// let none = Instant::from_micros(0);
    /// let period = Period { from: date(2026, 1, 1), to: date(2026, 3, 15), start: none, end: none };
    /// assert_eq!(period.months(), 2.0 + 14.0 / 30.4375);
    /// ```
    pub fn months(&self) -> f64 {
        let whole = (self.to.year() - self.from.year()) as i32 * 12 + (self.to.month() - self.from.month()) as i32;
        // counted from the first day each time: the month after 31 January ends on 28 February, the next on 31 March
        let after = |months: i32| self.from.checked_add(months.months()).ok().filter(|date| *date <= self.to);
        let found = [whole, whole - 1].into_iter().find_map(|months| Some((months, after(months)?)));
        let (whole, last) = found.unwrap_or((0, self.from));
        let rest = (self.to - last).get_days();
        f64::from(whole) + f64::from(rest) / DAYS_A_MONTH
    }
}

/// Comparison period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period before.
    Prev,
    /// The same period a year before.
    Year,
}

impl Compare {
    /// Every comparison.
    pub const ALL: [Compare; 2] = [Self::Prev, Self::Year];

    /// The name used in options and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prev => "prev",
            Self::Year => "year",
        }
    }

    /// The comparison called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|compare| compare.name() == name)
    }
}

/// Why a period or an organisation is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// Not an IANA zone.
    #[error("unknown time zone `{zone}`; valid are names of the IANA list, as Europe/Berlin or UTC")]
    Zone {
        /// As written.
        zone: String,
    },
    /// Not an ISO 4217 code.
    #[error("unknown currency `{currency}`; valid are ISO 4217 codes, as EUR or USD")]
    Currency {
        /// As written.
        currency: String,
    },
    /// Not a month.
    #[error("the fiscal year begins with month {month}; valid are 1 to 12")]
    FirstMonth {
        /// As written.
        month: i8,
    },
    /// Text that names no range.
    #[error(
        "unknown range `{text}`; {}valid are today, yesterday, this-week, last-week, this-month, last-month, \
         this-quarter, last-quarter, this-year, last-year, week-to-date, month-to-date, quarter-to-date, year-to-date, \
         last-28d (days), last-4w (weeks), last-3m (months), 2026, 2026-Q2, 2026-07, FY2026, FY2026-Q2, 2026-W07 \
         (weeks from Monday), 2026-US07 (weeks from Sunday), 2026-10-01 (a day), 2026-10-01..2026-10-31 (both days \
         included) and 2026-05..2026-06 (both months)",
        super::range::meant(text).map_or_else(String::new, |meant| format!("perhaps `{meant}`; "))
    )]
    Range {
        /// As written.
        text: String,
    },
    /// A unit to date on its first day, which is not over.
    #[error(
        "{text} has no full day yet: the {grain} began today, {today}; valid are last-{grain}, today and, from \
         tomorrow, {text}"
    )]
    NothingToDate {
        /// As written.
        text: String,
        /// The unit.
        grain: Grain,
        /// Its first day.
        today: Date,
    },
    /// A numbered week where weeks have no such number.
    #[error("`{text}` is no week of weeks that begin on {week_start}; {valid}")]
    WeekName {
        /// As written.
        text: String,
        /// First day of a week.
        week_start: &'static str,
        /// What is valid instead.
        valid: &'static str,
    },
    /// A week 53 of a year of 52 weeks.
    #[error("there is no week `{text}`; the year has 52 weeks")]
    NoWeek {
        /// As written.
        text: String,
    },
    /// A range that reaches out of the calendar.
    #[error("range `{text}` leaves the supported years, -9999 to 9999")]
    OutOfCalendar {
        /// As written.
        text: String,
    },
    /// A range without a day.
    #[error("no day from {from} until {to} (exclusive); the end has to be after the start")]
    Empty {
        /// First day.
        from: Date,
        /// Day after the last.
        to: Date,
    },
    /// More periods than are answered at once.
    #[error(
        "{from} to {to} by {grain} is more than {PERIODS_MAX} periods; a longer grain or a shorter range makes fewer"
    )]
    TooMany {
        /// First day.
        from: Date,
        /// Day after the last.
        to: Date,
        /// Length of a period.
        grain: Grain,
    },
}

/// Cuts `range` at the borders of `grain`; the first and the last period are clipped to the range.
///
/// Errors on an empty range and on more than [`PERIODS_MAX`] periods.
pub fn split(range: &DateRange, grain: Grain, organisation: &Organisation) -> Result<Vec<Period>, PeriodError> {
    let DateRange { from, to, .. } = DateRange::new(range.from, range.to)?;
    let mut periods = Vec::new();
    let mut cut = organisation.period(from, from);
    while cut.to < to {
        if periods.len() == PERIODS_MAX {
            return Err(PeriodError::TooMany { from, to, grain });
        }
        let next = match grain {
            Grain::Total => to,
            _ => unit_start(cut.to, grain, organisation).and_then(|start| shift_unit(start, grain, 1)).unwrap_or(to),
        };
        let next = next.min(to);
        cut = Period { from: cut.to, to: next, start: cut.end, end: organisation.start_of(next) };
        periods.push(cut);
    }
    Ok(periods)
}

/// First day of the week, month, quarter or year `date` lies in; none where that is out of the calendar.
pub(super) fn unit_start(date: Date, grain: Grain, organisation: &Organisation) -> Option<Date> {
    let months_in = i32::from(date.month()) - i32::from(organisation.fiscal_year.first_month);
    match grain {
        Grain::Day | Grain::Total => Some(date),
        Grain::Week => date.checked_sub(i64::from(organisation.week_start.until(date.weekday())).days()).ok(),
        Grain::Month | Grain::Quarter | Grain::Year => {
            date.first_of_month().checked_sub(i64::from(months_in.rem_euclid(grain.months()?)).months()).ok()
        }
    }
}

/// `start`, the first day of a unit, `count` units later; none where that is out of the calendar.
pub(super) fn shift_unit(start: Date, grain: Grain, count: i64) -> Option<Date> {
    let span = match grain {
        Grain::Day | Grain::Total => jiff::Span::new().try_days(count),
        Grain::Week => jiff::Span::new().try_weeks(count),
        Grain::Month => jiff::Span::new().try_months(count),
        Grain::Quarter => jiff::Span::new().try_months(count.checked_mul(3)?),
        Grain::Year => jiff::Span::new().try_years(count),
    };
    start.checked_add(span.ok()?).ok()
}

/// Name of a weekday, as settings have it.
pub(super) fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

#[cfg(test)]
mod tests;
