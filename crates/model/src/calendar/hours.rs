//! Opening hours of any date, as people declare them: weekly hours in versions, and holidays.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use super::schedule::CalendarError;

const MINUTES_PER_DAY: u16 = 1440;
const MINUTES_PER_WEEK: u32 = 7 * MINUTES_PER_DAY as u32;
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Open hours of a wall clock, half-open; written `09:00-17:30`, `22:00-06:00` (into the next day), `00:00-24:00`.
///
/// A range belongs to the day it starts on, to its end on the next day too: the night shift of the eve of a holiday
/// is worked to its end, that of the evening of the holiday is not. Where the holiday shall begin at midnight, the
/// shift is written as two ranges, `22:00-24:00` and `00:00-06:00` of the next day.
///
/// ```
/// let night: model::calendar::ClockRange = "22:00-06:00".parse().unwrap();
/// assert_eq!((night.from_minute(), night.to_minute(), night.minutes()), (1320, 360, 480));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockRange {
    from_minute: u16,
    to_minute: u16,
}

impl ClockRange {
    /// From minute 0–1439 of a day to minute 0–1440; an end not after the start is on the next day, and 0 is 1440.
    ///
    /// Errors where a minute is not of the day.
    pub fn new(from_minute: u16, to_minute: u16) -> Result<Self, CalendarError> {
        if from_minute >= MINUTES_PER_DAY || to_minute > MINUTES_PER_DAY {
            return Err(CalendarError::Minutes { from_minute, to_minute });
        }
        let to_minute = if to_minute == 0 { MINUTES_PER_DAY } else { to_minute };
        Ok(ClockRange { from_minute, to_minute })
    }

    /// First open minute, 0–1439.
    pub fn from_minute(self) -> u16 {
        self.from_minute
    }

    /// First closed minute after it, 1–1440; on the next day where it is not after [`Self::from_minute`].
    pub fn to_minute(self) -> u16 {
        self.to_minute
    }

    /// Length in minutes of a wall clock, 1–1440.
    pub fn minutes(self) -> u16 {
        self.end() - self.from_minute
    }

    /// End in minutes from the midnight that begins the day it starts on.
    pub(super) fn end(self) -> u16 {
        if self.to_minute > self.from_minute { self.to_minute } else { self.to_minute + MINUTES_PER_DAY }
    }
}

impl FromStr for ClockRange {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let minute = |clock: &str| -> Option<u16> {
            let (hours, minutes) = clock.trim().split_once(':')?;
            let number = |digits: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<u16> {
                let plain = lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
                plain.then(|| digits.parse().ok()).flatten()
            };
            let (hours, minutes) = (number(hours, 1..=2)?, number(minutes, 2..=2)?);
            let of_day = hours * 60 + minutes;
            (minutes < 60 && of_day <= MINUTES_PER_DAY).then_some(of_day)
        };
        text.split_once(['-', '–'])
            .and_then(|(from, to)| ClockRange::new(minute(from)?, minute(to)?).ok())
            .ok_or_else(|| CalendarError::Range { text: text.to_owned() })
    }
}

impl fmt::Display for ClockRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from_minute, self.to_minute);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// A date whose hours replace those of its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The date, in the zone of the schedule.
    pub date: Date,
    /// Name for people.
    pub name: String,
    /// Open hours of that date: none where closed, some on a shortened day.
    pub hours: Vec<ClockRange>,
}

/// Weekly hours from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// First date it counts for; none for the first version of a schedule, which counts for all time before too.
    pub valid_from: Option<Date>,
    /// Open hours of each weekday, Monday first; none where closed.
    pub weekly: [Vec<ClockRange>; 7],
    /// Holidays. A date needs no version, so one listed here counts whichever version its date falls in.
    pub holidays: Vec<Holiday>,
}

/// The checked hours of a schedule: which ranges start on a date.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    /// Ascending; the first counts for all time before the second.
    weeks: Vec<(Option<Date>, [Vec<ClockRange>; 7])>,
    holidays: BTreeMap<Date, Vec<ClockRange>>,
}

impl Hours {
    /// Checks and sorts `versions`.
    pub(super) fn new(versions: Vec<Version>) -> Result<Hours, CalendarError> {
        let mut weeks: Vec<(Option<Date>, [Vec<ClockRange>; 7])> = Vec::with_capacity(versions.len());
        let mut holidays = BTreeMap::new();
        for Version { valid_from, mut weekly, holidays: dates } in versions {
            match (weeks.last().map(|(date, _)| *date), valid_from) {
                (None, None) => {}
                (None, Some(date)) => return Err(CalendarError::FirstVersionDated { date }),
                (Some(_), None) => {
                    return Err(CalendarError::VersionUndated { position: weeks.len() + 1 });
                }
                (Some(earlier), Some(date)) if earlier >= Some(date) => {
                    return Err(CalendarError::VersionOrder { date });
                }
                (Some(_), Some(_)) => {}
            }
            weekly.iter_mut().for_each(|day| day.sort_unstable());
            check_week(&weekly)?;
            weeks.push((valid_from, weekly));
            for Holiday { date, name, mut hours } in dates {
                hours.sort_unstable();
                if let Some(pair) = hours.windows(2).find(|pair| pair[1].from_minute < pair[0].end()) {
                    let day = format!("holiday {date} ({name})");
                    return Err(CalendarError::Overlap { day, first: pair[0], second: pair[1] });
                }
                if holidays.insert(date, hours).is_some() {
                    return Err(CalendarError::HolidayTwice { date });
                }
            }
        }
        let opens = weeks.iter().flat_map(|(_, week)| week).chain(holidays.values()).any(|day| !day.is_empty());
        if opens { Ok(Hours { weeks, holidays }) } else { Err(CalendarError::NeverOpen) }
    }

    /// Every minute of every day.
    pub(super) fn always() -> Hours {
        let day = ClockRange { from_minute: 0, to_minute: MINUTES_PER_DAY };
        Hours { weeks: vec![(None, std::array::from_fn(|_| vec![day]))], holidays: BTreeMap::new() }
    }

    /// Open ranges that start on `date`, sorted.
    pub(super) fn of(&self, date: Date) -> &[ClockRange] {
        if let Some(hours) = self.holidays.get(&date) {
            return hours;
        }
        let in_force = self.weeks.partition_point(|(from, _)| from.is_none_or(|from| from <= date));
        match self.weeks.get(in_force.saturating_sub(1)) {
            Some((_, week)) => &week[weekday_index(date.weekday())],
            None => &[],
        }
    }

    /// Earliest and latest date anything is declared for.
    pub(super) fn dated(&self) -> Option<(Date, Date)> {
        let dates = || self.holidays.keys().copied().chain(self.weeks.iter().filter_map(|(from, _)| *from));
        Some((dates().min()?, dates().max()?))
    }

    /// Everything that decides when it is open, in one way of writing: neither names nor the order of declaration.
    pub(super) fn canonical(&self) -> String {
        use fmt::Write;
        let ranges = |ranges: &[ClockRange]| ranges.iter().map(|range| format!(" {range}")).collect::<String>();
        let mut text = String::new();
        for (from, week) in &self.weeks {
            let from = from.map_or("always".to_owned(), |date| date.to_string());
            let _ = writeln!(text, "from {from}");
            for (name, day) in WEEKDAYS.iter().zip(week) {
                let _ = writeln!(text, "{name}{}", ranges(day));
            }
        }
        for (date, hours) in &self.holidays {
            let _ = writeln!(text, "holiday {date}{}", ranges(hours));
        }
        text
    }
}

/// Refuses ranges of a week that overlap, those that run over midnight with the next day's, Sunday's with Monday's.
fn check_week(weekly: &[Vec<ClockRange>; 7]) -> Result<(), CalendarError> {
    let of_week = |(day, range): &(usize, ClockRange)| {
        let midnight = *day as u32 * u32::from(MINUTES_PER_DAY);
        (midnight + u32::from(range.from_minute), midnight + u32::from(range.end()))
    };
    let ranges: Vec<(usize, ClockRange)> =
        weekly.iter().enumerate().flat_map(|(day, ranges)| ranges.iter().map(move |range| (day, *range))).collect();
    for (index, earlier) in ranges.iter().enumerate() {
        let (later, shift) = match ranges.get(index + 1) {
            Some(later) => (later, 0),
            None => (&ranges[0], MINUTES_PER_WEEK),
        };
        if of_week(later).0 + shift < of_week(earlier).1 {
            let day = WEEKDAYS[earlier.0].to_owned();
            return Err(CalendarError::Overlap { day, first: earlier.1, second: later.1 });
        }
    }
    Ok(())
}

/// 0 for Monday.
fn weekday_index(weekday: Weekday) -> usize {
    weekday.to_monday_zero_offset().unsigned_abs().into()
}
