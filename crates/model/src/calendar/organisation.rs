//! The organisation whose clock and calendar figures are reported in.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::period::{Period, PeriodError};
use super::wall_clock::{Occurrence, date_shown, instant_at};
use crate::Instant;

/// When a fiscal year begins, on the first of a month, and which calendar year it is called after.
///
/// ```
/// use jiff::civil::date;
/// use model::calendar::{FiscalYear, YearName};
///
/// let april = FiscalYear::new(4).unwrap(); // FY2026 is April 2025 to March 2026
/// assert_eq!(april.start_of(2026), Some(date(2025, 4, 1)));
/// let april = FiscalYear { named_after: YearName::Start, ..april }; // April 2026 to March 2027
/// assert_eq!(april.start_of(2026), Some(date(2026, 4, 1)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FiscalYear {
    /// First month, 1–12.
    pub first_month: i8,
    /// The calendar year its number is.
    pub named_after: YearName,
}

/// Which calendar year a fiscal year that lies in two is called after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum YearName {
    /// The one it begins in.
    Start,
    /// The one it ends in.
    #[default]
    End,
}

impl FiscalYear {
    /// A fiscal year that begins with `first_month`, 1–12, called after the year it ends in; errors on other months.
    pub fn new(first_month: i8) -> Result<Self, PeriodError> {
        if (1..=12).contains(&first_month) {
            Ok(FiscalYear { first_month, named_after: YearName::End })
        } else {
            Err(PeriodError::FirstMonth { month: first_month })
        }
    }

    /// First day of the fiscal year called `year`; none where that is out of the calendar.
    pub fn start_of(self, year: i16) -> Option<Date> {
        Date::new(year.checked_sub(self.ahead())?, self.first_month, 1).ok()
    }

    /// The fiscal year whose first day is `start`.
    pub(super) fn year_from(self, start: Date) -> i16 {
        start.year() + self.ahead()
    }

    /// Years its name is ahead of the calendar year it begins in.
    fn ahead(self) -> i16 {
        i16::from(self.first_month != 1 && self.named_after == YearName::End)
    }
}

impl Default for FiscalYear {
    /// The calendar year.
    fn default() -> Self {
        FiscalYear { first_month: 1, named_after: YearName::End }
    }
}

/// An organisation: the zone its days are counted in, its currency, and when its weeks and years begin.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Name for people.
    pub name: String,
    /// Reporting zone.
    pub zone: TimeZone,
    /// IANA name of the reporting zone.
    pub zone_name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// First day of a week.
    pub week_start: Weekday,
    /// When a year begins.
    pub fiscal_year: FiscalYear,
}

impl Organisation {
    /// An organisation that reports in the IANA zone `zone` and the currency `currency`.
    ///
    /// Errors on an unknown zone, a currency that is not three capital letters, and a first month outside 1–12.
    pub fn new(
        name: &str,
        zone: &str,
        currency: &str,
        week_start: Weekday,
        fiscal_year: FiscalYear,
    ) -> Result<Self, PeriodError> {
        let time_zone = TimeZone::get(zone).map_err(|_| PeriodError::Zone { zone: zone.to_owned() })?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(PeriodError::Currency { currency: currency.to_owned() });
        }
        Ok(Organisation {
            name: name.to_owned(),
            zone_name: time_zone.iana_name().unwrap_or(zone).to_owned(),
            zone: time_zone,
            currency: currency.to_owned(),
            week_start,
            fiscal_year: FiscalYear {
                named_after: fiscal_year.named_after,
                ..FiscalYear::new(fiscal_year.first_month)?
            },
        })
    }

    /// Whether its reporting zone is UTC.
    pub fn is_utc(&self) -> bool {
        matches!(self.zone_name.as_str(), "UTC" | "Etc/UTC")
    }

    /// The reporting day of `now`.
    pub fn today(&self, now: Instant) -> Date {
        self.date_of(now)
    }

    /// The instant a reporting day begins: its midnight; the first of two; where clocks skip midnight, the instant
    /// they do. A date that a zone left out begins, and ends, with the next.
    ///
    /// ```
    /// use jiff::civil::{Weekday, date};
    /// use model::calendar::{FiscalYear, Organisation};
    ///
    /// let brazil =
    ///     Organisation::new("b", "America/Sao_Paulo", "BRL", Weekday::Monday, FiscalYear::default()).unwrap();
    /// assert_eq!(brazil.start_of(date(2018, 11, 4)).to_string(), "2018-11-04T03:00:00Z"); // clocks show 01:00
    /// ```
    pub fn start_of(&self, date: Date) -> Instant {
        instant_at(&self.zone, date, 0, Occurrence::First)
    }

    /// The reporting day `at` falls in: the one with `start_of(day) <= at < start_of(next day)`.
    ///
    /// That is the date clocks show, but for the rare zone that once put them back from just after midnight to the
    /// evening before: that evening's second run belongs to the new day already.
    pub fn date_of(&self, at: Instant) -> Date {
        let mut date = date_shown(&self.zone, at);
        while let Ok(next) = date.tomorrow() {
            if self.start_of(next) > at {
                break;
            }
            date = next;
        }
        date
    }

    /// The instants at which calendar months end, after the beginning of `from` and not after that of `to`.
    pub fn month_ends(&self, from: Date, to: Date) -> Vec<Instant> {
        let mut ends = Vec::new();
        let mut first = from.first_of_month();
        while let Ok(next) = first.checked_add(1.month()) {
            if next > to {
                break;
            }
            ends.push(self.start_of(next));
            first = next;
        }
        ends
    }

    /// The days from `from` until `to`, as a period.
    pub fn period(&self, from: Date, to: Date) -> Period {
        Period { from, to, start: self.start_of(from), end: self.start_of(to) }
    }
}
