//! Schedules: when a service is open, and how much open time lies between two instants.
//!
//! Opening hours are read from the wall clock of the schedule's zone and turned into UTC ranges, so that durations
//! are always true elapsed time, on days of 23 and 25 hours too. Where clocks are put forward over an opening, it
//! opens when they are; where they are put back, an opening is the first of the two times and a closing the last. In
//! other words: it opens as soon as the clock has shown the opening time, and closes once the clock shows no time
//! before the closing time any more.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use thiserror::Error;

use super::hours::Hours;
pub use super::hours::{ClockRange, Holiday, Version};
use super::open_time::OpenTime;
use crate::{Instant, Millis};

/// How far ahead [`Schedule::add_business`] looks: ten years.
const AHEAD_MICROS: i64 = 3_653 * 86_400_000_000;

/// Why a calendar is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Not an IANA zone.
    #[error("unknown time zone `{zone}`; valid are names of the IANA list, as Europe/Berlin or UTC")]
    Zone {
        /// As written.
        zone: String,
    },
    /// Text that is no range of hours.
    #[error("`{text}` are no opening hours; valid are 09:00-17:30, 22:00-06:00 (over midnight) or 00:00-24:00")]
    Range {
        /// As written.
        text: String,
    },
    /// Minutes that are not of a day.
    #[error("opening hours from minute {from_minute} to {to_minute}; valid are 0 to 1439 and 0 to 1440")]
    Minutes {
        /// Start.
        from_minute: u16,
        /// End.
        to_minute: u16,
    },
    /// Hours that overlap.
    #[error("opening hours {first} of {day} overlap {second}")]
    Overlap {
        /// Weekday or holiday the first starts on.
        day: String,
        /// The earlier range.
        first: ClockRange,
        /// The one that starts before its end, perhaps of the next day.
        second: ClockRange,
    },
    /// A schedule without a version, or without hours in any.
    #[error("the schedule never opens; at least one weekday or holiday needs opening hours")]
    NeverOpen,
    /// A first version with a date: nothing would say what was open before.
    #[error("the first version is valid from {date}; it counts for all time before the second and takes no date")]
    FirstVersionDated {
        /// As written.
        date: Date,
    },
    /// A later version without a date.
    #[error("version {position} has no date it is valid from; only the first takes none")]
    VersionUndated {
        /// Position, the first is 1.
        position: usize,
    },
    /// Versions out of order.
    #[error("the version valid from {date} stands after one of the same or a later date; versions ascend")]
    VersionOrder {
        /// As written.
        date: Date,
    },
    /// A date that is a holiday twice.
    #[error("{date} is a holiday twice; once is enough, whichever version its date falls in")]
    HolidayTwice {
        /// The date.
        date: Date,
    },
    /// A schedule without a name.
    #[error("a schedule has no name")]
    Unnamed,
    /// Two schedules of one name.
    #[error("schedule `{name}` is declared twice")]
    DeclaredTwice {
        /// The name.
        name: String,
    },
    /// A default that is none of the schedules.
    #[error("the default schedule `{name}` is not declared; declared are: {declared}")]
    UnknownDefault {
        /// As written.
        name: String,
        /// Names of the schedules, with commas.
        declared: String,
    },
}

/// When a service is open: weekly hours in versions, and holidays, in one zone. Immutable, and shared between threads.
///
/// ```
/// use model::calendar::{ClockRange, Schedule, schedule::Version};
/// use model::{Instant, Millis};
///
/// let day: ClockRange = "09:00-17:00".parse().unwrap();
/// let weekly = std::array::from_fn(|weekday| if weekday < 5 { vec![day] } else { vec![] });
/// let version = Version { valid_from: None, weekly, holidays: vec![] };
/// let office = Schedule::new("office", "Europe/Paris", vec![version]).unwrap();
///
/// let saturday: Instant = "2025-01-04T11:00:00+01:00".parse().unwrap();
/// let monday: Instant = "2025-01-06T09:07:00+01:00".parse().unwrap();
/// assert_eq!(office.business_between(saturday, monday), Millis::new(7 * 60_000));
/// assert!(office.is_open(monday) && !office.is_open(saturday));
/// ```
#[derive(Clone)]
pub struct Schedule {
    name: String,
    zone: String,
    hash: String,
    open: OpenTime,
}

impl Schedule {
    /// The schedule `name` in the IANA zone `zone`.
    ///
    /// `versions` ascend by date and the first has none. Errors on an unknown zone, hours that overlap within a day
    /// or with the day before, a holiday twice, versions out of order, and a schedule that never opens.
    pub fn new(name: &str, zone: &str, versions: Vec<Version>) -> Result<Schedule, CalendarError> {
        if name.trim().is_empty() {
            return Err(CalendarError::Unnamed);
        }
        let time_zone = TimeZone::get(zone).map_err(|_| CalendarError::Zone { zone: zone.to_owned() })?;
        Ok(Schedule::of(name, time_zone, Hours::new(versions)?))
    }

    /// Open day and night, every day; its clock is the calendar.
    pub fn always(name: &str) -> Schedule {
        Schedule::of(name, TimeZone::UTC, Hours::always())
    }

    fn of(name: &str, time_zone: TimeZone, hours: Hours) -> Schedule {
        let zone = time_zone.iana_name().unwrap_or("UTC").to_owned();
        let canonical = format!("zone {zone}\n{}", hours.canonical());
        let hash = blake3::hash(canonical.as_bytes()).to_hex()[..16].to_owned();
        Schedule { name: name.to_owned(), zone, hash, open: OpenTime::new(time_zone, hours) }
    }

    /// Open time in `[from, to)`, truncated to milliseconds; where `to` is earlier, minus that of `[to, from)`.
    ///
    /// Instants outside the years −9999 to 9999 count as their ends.
    pub fn business_between(&self, from: Instant, to: Instant) -> Millis {
        let micros = if from <= to { self.open.between(from, to) } else { -self.open.between(to, from) };
        Millis::new(micros / 1000)
    }

    /// Whether it is open at `at`: a range contains its opening and not its closing.
    pub fn is_open(&self, at: Instant) -> bool {
        self.open.is_open(at)
    }

    /// Open ranges clipped to `[from, to)`, in order, neither overlapping nor touching; none where `to` is earlier.
    pub fn open_ranges(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        self.open.ranges(from, to)
    }

    /// The first instant at which `length` of open time has passed since `from`: a closing, not the next opening,
    /// where both fit; `from` itself for no length.
    ///
    /// None where that is more than ten years (3,653 days) away, and for a negative length.
    pub fn add_business(&self, from: Instant, length: Millis) -> Option<Instant> {
        match length.get() {
            0 => Some(from),
            millis if millis < 0 => None,
            millis => {
                let limit = from.micros().saturating_add(AHEAD_MICROS).min(Timestamp::MAX.as_microsecond());
                self.open.after(from, millis.checked_mul(1000)?, Instant::from_micros(limit))
            }
        }
    }

    /// The end, exclusive, of the `days`-th business day after the one `from` counts as received on; of 0 days the end
    /// of that day itself. An end is the midnight that begins the next date in the schedule's zone.
    ///
    /// A business day is a date with opening time: one on which a range begins, holidays and clock changes considered.
    /// So the tail of Friday's night shift makes Saturday none. `from` is received on its own date where that is a
    /// business day and the last range that begins on it has not closed, and on the next business day otherwise: at
    /// 02:00 on Saturday, in the tail of Friday's shift, on Monday.
    ///
    /// None where that end is more than ten years (3,653 days) away or out of the supported years.
    ///
    /// ```
    /// use model::Instant;
    /// use model::calendar::{ClockRange, Schedule, schedule::Version};
    ///
    /// let day: ClockRange = "09:00-17:00".parse().unwrap();
    /// let weekly = std::array::from_fn(|weekday| if weekday < 5 { vec![day] } else { vec![] });
    /// let office = Schedule::new("o", "UTC", vec![Version { valid_from: None, weekly, holidays: vec![] }]).unwrap();
    /// let end = |from: &str, days| office.business_day_end(from.parse().unwrap(), days).unwrap().to_string();
    /// assert_eq!(end("2025-01-02T16:00:00Z", 1), "2025-01-04T00:00:00Z"); // Thursday: by the end of Friday
    /// assert_eq!(end("2025-01-02T17:00:00Z", 1), "2025-01-07T00:00:00Z"); // closed: as received on Friday
    /// ```
    pub fn business_day_end(&self, from: Instant, days: u32) -> Option<Instant> {
        let limit = from.micros().saturating_add(AHEAD_MICROS).min(Timestamp::MAX.as_microsecond());
        self.open.business_day_end(from, days, Instant::from_micros(limit))
    }

    /// Name records refer to it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// IANA name of its zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// BLAKE3, 16 hexadecimal characters, of zone, versions and holidays: all that decides when it is open, so
    /// neither names nor the order in which hours and holidays are declared.
    pub fn version_hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schedule")
            .field("name", &self.name)
            .field("zone", &self.zone)
            .field("hash", &self.hash)
            .finish()
    }
}

/// The schedules of an organisation, one of them for whatever names none.
#[derive(Clone, Debug)]
pub struct Calendars {
    default: Arc<Schedule>,
    schedules: BTreeMap<String, Arc<Schedule>>,
}

impl Calendars {
    /// `schedules`, of which the one named `default` is the default.
    ///
    /// Errors where two have one name or none is the default.
    pub fn new(default: &str, schedules: Vec<Schedule>) -> Result<Calendars, CalendarError> {
        let mut named = BTreeMap::new();
        for schedule in schedules {
            let name = schedule.name.clone();
            if named.insert(name.clone(), Arc::new(schedule)).is_some() {
                return Err(CalendarError::DeclaredTwice { name });
            }
        }
        match named.get(default).cloned() {
            Some(default) => Ok(Calendars { default, schedules: named }),
            None => Err(CalendarError::UnknownDefault {
                name: default.to_owned(),
                declared: named.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// The schedule called `name`.
    pub fn get(&self, name: &str) -> Option<&Arc<Schedule>> {
        self.schedules.get(name)
    }

    /// The schedule of whatever names none.
    pub fn default(&self) -> &Arc<Schedule> {
        &self.default
    }

    /// Names of all schedules, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schedules.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests;
