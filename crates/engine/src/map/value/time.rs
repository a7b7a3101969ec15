//! Points in time: the file's own formats first, ISO 8601 last.

use jiff::civil::{Date, DateTime, date};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::number::scaled_number;
use super::{Marks, Unreadable, shown};

/// How the times of one field are written.
///
/// A time that names an offset or zone is that instant. One that names none is local in the field's zone: skipped by
/// a change of the clock it is refused, and occurring twice the first is taken and counted as a warning. A date
/// alone is the local midnight, or the first moment of a day that has none.
#[derive(Clone, Debug)]
pub(in crate::map) struct TimeReader {
    formats: Vec<Format>,
    zone: TimeZone,
    fixed: Option<Offset>,
    /// Whether ISO dates without a time of day are taken: not where the file states formats that all have one, since
    /// a date there is half of a value whose time is missing.
    dates: bool,
    /// What a month stands for; nothing where the field is a point in time.
    bound: Option<Bound>,
    names: String,
}

#[derive(Clone, Debug)]
enum Format {
    /// A number of units since 1970, of 10^n microseconds each.
    Epoch(i64),
    /// Days and a fraction since a day that Excel counts from, by the clock on the wall.
    Excel(Date),
    Strptime(String),
    /// With a month and no day.
    Month(String),
}

/// Which end of a period a time is, so that a month can stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::map) enum Bound {
    /// Its beginning: that of the month.
    Start,
    /// Where it ends, which belongs to it no more: the beginning of the next month.
    End,
}

/// A format that no time can be read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::map) struct UnusableFormat(pub String);

/// A point in time as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::map) struct Moment {
    /// Microseconds since 1970.
    pub at: i64,
    /// Whether it is a local time that occurs twice; the first is taken.
    pub is_twice: bool,
    /// Whether it names no offset or zone, so that the zone of the field decides what it is.
    pub is_local: bool,
}

enum Local {
    /// An instant, in microseconds.
    At(i64),
    Civil(DateTime, Option<TimeZone>),
    Date(DateTime, Option<TimeZone>),
}

impl TimeReader {
    /// A reader for `formats`, of strptime or of [`catalogue::source::TIME_UNITS`], local times being in `zone`. Where the
    /// field is a `bound` of a period, a month is read as well.
    ///
    /// # Errors
    /// With the first format that cannot read what it writes: an unknown directive, or neither a complete date nor a
    /// month in it.
    pub fn new(formats: &[String], zone: TimeZone, bound: Option<Bound>) -> Result<Self, UnusableFormat> {
        let mut dates = formats.is_empty();
        let mut read = Vec::new();
        for format in formats {
            read.push(match format.as_str() {
                "epoch_s" => Format::Epoch(6),
                "epoch_ms" => Format::Epoch(3),
                "epoch_us" => Format::Epoch(0),
                // Excel takes 1900 for a leap year, so that its days since March 1900 are one too many
                "excel" => Format::Excel(date(1899, 12, 30)),
                "excel_1904" => Format::Excel(date(1904, 1, 1)),
                strptime => match precision(strptime).ok_or_else(|| UnusableFormat(format.clone()))? {
                    Precision::Month => Format::Month(format.clone()),
                    precision => {
                        dates |= precision == Precision::Day;
                        Format::Strptime(format.clone())
                    }
                },
            });
        }
        dates |= read.iter().any(|format| matches!(format, Format::Excel(_) | Format::Month(_)));
        let names =
            if formats.is_empty() { "ISO 8601".to_owned() } else { format!("{} or ISO 8601", formats.join(", ")) };
        let fixed = zone.to_fixed_offset().ok();
        Ok(TimeReader { formats: read, zone, fixed, dates, bound, names })
    }

    /// Whether its formats tell nothing finer than months.
    pub fn is_of_months(&self) -> bool {
        self.formats.iter().all(|format| matches!(format, Format::Month(_)))
    }

    /// The point in time that `text` tells.
    pub fn read(&self, text: &str) -> Result<Moment, Unreadable> {
        for format in &self.formats {
            let found = match format {
                Format::Epoch(places) => epoch(text, *places),
                Format::Excel(start) => excel(text, *start),
                Format::Strptime(format) => strptime(text, format),
                Format::Month(format) => match month(text, format) {
                    Some(first) => Some(self.of_month(text, first)?),
                    None => None,
                },
            };
            if let Some(found) = found {
                return self.place(text, found);
            }
        }
        if let Some(first) = iso_month(text).filter(|_| self.dates) {
            return self.place(text, self.of_month(text, first)?);
        }
        match iso(text) {
            Some(Local::Date(..)) if !self.dates => Err(Unreadable::new(
                "bad_time",
                format!("{} is a date without the time of day that {} asks for", shown(text), self.names),
            )),
            Some(found) => self.place(text, found),
            None => Err(Unreadable::new("bad_time", format!("{} is not a time: valid: {}", shown(text), self.names))),
        }
    }

    /// What a month that begins with the day `first` stands for.
    fn of_month(&self, text: &str, first: Date) -> Result<Local, Unreadable> {
        let day = match self.bound {
            Some(Bound::Start) => Ok(first),
            Some(Bound::End) => first.checked_add(1.month()),
            None => {
                let reason =
                    format!("{} is a month; only the beginning or the end of a period is read of one", shown(text));
                return Err(Unreadable::new("bad_time", reason));
            }
        };
        Ok(Local::Date(day.map_err(|_| implausible(text))?.at(0, 0, 0, 0), None))
    }

    fn place(&self, text: &str, found: Local) -> Result<Moment, Unreadable> {
        let is_local = matches!(found, Local::Civil(_, None) | Local::Date(_, None));
        let (at, is_twice) = match found {
            Local::At(at) => (at, false),
            Local::Civil(civil, zone) => {
                let (timestamp, is_twice) = self.place_civil(text, civil, zone.as_ref())?;
                (timestamp.as_microsecond(), is_twice)
            }
            // the first moment of the day where its midnight is skipped, so `compatible`
            Local::Date(civil, zone) => {
                let ambiguous = zone.as_ref().unwrap_or(&self.zone).to_ambiguous_timestamp(civil);
                (ambiguous.compatible().map_err(|_| implausible(text))?.as_microsecond(), false)
            }
        };
        if !Self::plausible(at) {
            return Err(implausible(text));
        }
        Ok(Moment { at, is_twice, is_local })
    }

    /// Whether a time lies in the years 1970 to 2100 of UTC: outside is a wrong unit or a marker for "unknown".
    pub fn plausible(at: i64) -> bool {
        const END: i64 = 4_133_980_800_000_000;
        (0..END).contains(&at)
    }

    fn place_civil(
        &self,
        text: &str,
        civil: DateTime,
        zone: Option<&TimeZone>,
    ) -> Result<(Timestamp, bool), Unreadable> {
        if let (None, Some(offset)) = (zone, self.fixed) {
            return Ok((offset.to_timestamp(civil).map_err(|_| implausible(text))?, false));
        }
        let zone = zone.unwrap_or(&self.zone);
        let (offset, twice) = match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, false),
            AmbiguousOffset::Fold { before, .. } => (before, true),
            AmbiguousOffset::Gap { .. } => {
                let name = zone.iana_name().unwrap_or("its zone");
                let reason = format!("{} does not exist in {name}: clocks were moved over it", shown(text));
                return Err(Unreadable::new("nonexistent_time", reason));
            }
        };
        Ok((offset.to_timestamp(civil).map_err(|_| implausible(text))?, twice))
    }
}

fn implausible(text: &str) -> Unreadable {
    Unreadable::new("implausible_time", format!("{} is outside the years 1970 to 2100", shown(text)))
}

/// How finely a format tells a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Month,
    Day,
    Time,
}

/// How finely a strptime format tells a time; `None` where it cannot be read back.
fn precision(format: &str) -> Option<Precision> {
    let sample = jiff::civil::date(2001, 2, 3).at(4, 5, 6, 0).to_zoned(TimeZone::UTC).ok()?;
    let text = jiff::fmt::strtime::format(format, &sample).ok()?;
    let read = BrokenDownTime::parse(format, &text).ok()?;
    if read.timestamp().is_some() {
        return Some(Precision::Time);
    }
    if read.to_datetime().is_err() {
        return month(&text, format).map(|_| Precision::Month);
    }
    Some(if read.hour().is_none() { Precision::Day } else { Precision::Time })
}

/// The first day of the month that a text of a format without a day tells.
fn month(text: &str, format: &str) -> Option<Date> {
    let read = BrokenDownTime::parse(format, text).ok()?;
    let is_finer = read.day().is_some() || read.day_of_year().is_some() || read.hour().is_some();
    if is_finer { None } else { Date::new(read.year()?, read.month()?, 1).ok() }
}

/// The first day of a month as ISO 8601 writes it: 2026-03.
fn iso_month(text: &str) -> Option<Date> {
    let is_one = text.len() == "2026-03".len() && text.as_bytes()[4] == b'-';
    is_one.then(|| format!("{text}-01").parse().ok())?
}

fn strptime(text: &str, format: &str) -> Option<Local> {
    let read = BrokenDownTime::parse(format, text).ok()?;
    if let Some(timestamp) = read.timestamp() {
        return Some(Local::At(timestamp.as_microsecond()));
    }
    let civil = read.to_datetime().ok()?;
    if let Some(offset) = read.offset() {
        return at_offset(civil, offset);
    }
    let zone = match read.iana_time_zone() {
        Some(name) => Some(TimeZone::get(name).ok()?),
        None => None,
    };
    Some(if read.hour().is_none() { Local::Date(civil, zone) } else { Local::Civil(civil, zone) })
}

fn at_offset(civil: DateTime, offset: Offset) -> Option<Local> {
    offset.to_timestamp(civil).ok().map(|timestamp| Local::At(timestamp.as_microsecond()))
}

/// ISO 8601 in its extended and basic forms, RFC 3339 and RFC 9557; a space before the offset is forgiven, and
/// "UTC" for "Z".
fn iso(text: &str) -> Option<Local> {
    if let Some(found) = pieces(text).or_else(|| end_of_day(text)) {
        return Some(found);
    }
    let (clock, offset) = text.rsplit_once(' ')?;
    match offset {
        "UTC" | "GMT" | "Z" => pieces(&format!("{clock}Z")),
        _ if offset.starts_with(['+', '-']) => pieces(&format!("{clock}{offset}")),
        _ => None,
    }
}

/// ISO 8601 writes the end of a day as 24:00 too: the midnight with which the next one begins.
fn end_of_day(text: &str) -> Option<Local> {
    let (day, clock) = text.split_at_checked("2024-02-29".len())?;
    let rest = clock.strip_prefix(['T', 't', ' '])?.strip_prefix("24:00")?;
    let offset = rest.strip_prefix(":00").unwrap_or(rest);
    if !offset.is_empty() && !offset.starts_with(['Z', 'z', '+', '-', '[']) {
        return None;
    }
    let next = day.parse::<jiff::civil::Date>().ok()?.tomorrow().ok()?;
    pieces(&format!("{next}T00:00{offset}"))
}

fn pieces(text: &str) -> Option<Local> {
    let pieces = Pieces::parse(text).ok()?;
    let zone = match pieces.time_zone_annotation() {
        Some(_) => Some(pieces.to_time_zone().ok()??),
        None => None,
    };
    let Some(time) = pieces.time() else {
        return Some(Local::Date(pieces.date().at(0, 0, 0, 0), zone));
    };
    let civil = pieces.date().to_datetime(time);
    match pieces.to_numeric_offset() {
        Some(offset) => at_offset(civil, offset),
        None => Some(Local::Civil(civil, zone)),
    }
}

/// A plain number, with a fraction perhaps, of units of 10^`places` microseconds each; no exponent, since a
/// spreadsheet that writes 1.70E+12 has lost the time.
fn epoch(text: &str, places: i64) -> Option<Local> {
    if text.contains(['e', 'E']) {
        return None;
    }
    scaled_number(text, Marks::PLAIN, places).map(Local::At)
}

/// Days since `start`, to the millisecond: a spreadsheet has about eleven decimals of a day, a microsecond. A whole
/// number is a date.
fn excel(text: &str, start: Date) -> Option<Local> {
    const DECIMALS: i64 = 11;
    const DAY_MS: i128 = 86_400_000;
    if text.contains(['e', 'E']) {
        return None;
    }
    let days = i128::from(scaled_number(text, Marks::PLAIN, DECIMALS)?);
    let unit = 10_i128.pow(DECIMALS as u32);
    let millis = i64::try_from((days * DAY_MS + unit / 2).div_euclid(unit)).ok()?;
    let civil = start.at(0, 0, 0, 0).checked_add(SignedDuration::from_millis(millis)).ok()?;
    Some(if days % unit == 0 { Local::Date(civil, None) } else { Local::Civil(civil, None) })
}
