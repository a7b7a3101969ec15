//! The organisation whose clock and calendar figures are reported in.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::period::{Period, PeriodError};
use super::wall_clock::{Occurrence, date_shown, instant_at};
use crate::Instant;

/// When a fiscal year begins: on the first of a month.
///
/// ```
/// let april = model::calendar::FiscalYear::new(4).unwrap();
/// assert_eq!(april.first_month, 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FiscalYear {
    /// First month, 1–12.
    pub first_month: i8,
}

impl FiscalYear {
    /// A fiscal year that begins with `first_month`, 1–12; errors on others.
    pub fn new(first_month: i8) -> Result<Self, PeriodError> {
        if (1..=12).contains(&first_month) {
            Ok(FiscalYear { first_month })
        } else {
            Err(PeriodError::FirstMonth { month: first_month })
        }
    }
}

impl Default for FiscalYear {
    /// The calendar year.
    fn default() -> Self {
        FiscalYear { first_month: 1 }
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
            fiscal_year: FiscalYear::new(fiscal_year.first_month)?,
        })
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

    /// The days from `from` until `to`, as a period.
    pub fn period(&self, from: Date, to: Date) -> Period {
        Period { from, to, start: self.start_of(from), end: self.start_of(to) }
    }
}
