//! The organisation's wall clock. Inside the simulator, time is whole seconds since 1970-01-01T00:00:00Z.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::Error;

/// Seconds since 1970-01-01T00:00:00Z, or a number of seconds.
pub(crate) type Seconds = i64;

pub(crate) const MINUTE: Seconds = 60;
pub(crate) const HOUR: Seconds = 3_600;
pub(crate) const DAY: Seconds = 86_400;

/// Converts between UTC and local time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    zone: TimeZone,
    /// From when on which offset holds, in order; the first holds before, too.
    offsets: Vec<(Seconds, Seconds)>,
    /// The offset in use.
    present: usize,
}

impl Clock {
    /// A clock that is right from `start` to `end`.
    pub(crate) fn new(zone: TimeZone, start: Seconds, end: Seconds) -> Result<Self, Error> {
        let first = Timestamp::from_second(start)?;
        let mut offsets = vec![(start, Seconds::from(zone.to_offset(first).seconds()))];
        let changes = zone.following(first).take_while(|change| change.timestamp().as_second() < end);
        offsets.extend(changes.map(|change| (change.timestamp().as_second(), change.offset().seconds().into())));
        Ok(Clock { zone, offsets, present: 0 })
    }

    /// The instant at which the wall clock of `date` shows `second` seconds after midnight; the first one after it
    /// where the clock jumps over it, the earlier one where it shows it twice.
    pub(crate) fn at(&self, date: Date, second: Seconds) -> Result<Seconds, Error> {
        instant(&self.zone, date, second)
    }

    /// Seconds the wall clock shows at `at`, counted as if it were UTC.
    pub(crate) fn local(&mut self, at: Seconds) -> Seconds {
        let (from, offset) = self.offsets[self.present];
        let until = self.offsets.get(self.present + 1).map_or(Seconds::MAX, |next| next.0);
        if (from..until).contains(&at) {
            return at + offset;
        }
        self.present = self.offsets.partition_point(|(from, _)| *from <= at).saturating_sub(1);
        at + self.offsets[self.present].1
    }
}

/// The instant of a wall clock time, as [`Clock::at`].
pub(crate) fn instant(zone: &TimeZone, date: Date, second: Seconds) -> Result<Seconds, Error> {
    let time = Time::midnight().saturating_add(jiff::SignedDuration::from_secs(second));
    Ok(zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible()?.as_second())
}

/// Second of the local day of a local time.
pub(crate) fn second_of_day(local: Seconds) -> Seconds {
    local.rem_euclid(DAY)
}

/// Writes dates and times, remembering the last date.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    day: Seconds,
    iso: [u8; 10],
}

impl Stamp {
    pub(crate) fn new() -> Self {
        Stamp { day: 0, iso: *b"1970-01-01" }
    }

    fn turn(&mut self, at: Seconds) -> Seconds {
        let day = at.div_euclid(DAY);
        if day != self.day {
            if let Ok(timestamp) = Timestamp::from_second(day * DAY) {
                let date = TimeZone::UTC.to_datetime(timestamp).date();
                let (year, month, of_month) = (date.year().unsigned_abs(), date.month(), date.day());
                put(&mut self.iso[0..2], year / 100);
                put(&mut self.iso[2..4], year % 100);
                put(&mut self.iso[5..7], month.unsigned_abs().into());
                put(&mut self.iso[8..10], of_month.unsigned_abs().into());
            }
            self.day = day;
        }
        at.rem_euclid(DAY)
    }

    /// `2026-01-05T08:01:22Z`.
    pub(crate) fn iso(&mut self, out: &mut Vec<u8>, at: Seconds) {
        let second = self.turn(at);
        out.extend_from_slice(&self.iso);
        out.push(b'T');
        time_of_day(out, second);
        out.push(b'Z');
    }

    /// `2026-01-05T09:01:22+01:00`.
    pub(crate) fn with_offset(&mut self, out: &mut Vec<u8>, local: Seconds, offset: Seconds) {
        self.iso(out, local);
        out.pop();
        out.push(if offset < 0 { b'-' } else { b'+' });
        let mut text = *b"00:00";
        put(&mut text[0..2], (offset.abs() / HOUR) as u16);
        put(&mut text[3..5], (offset.abs() / MINUTE % 60) as u16);
        out.extend_from_slice(&text);
    }

    /// `05-01-2026 08:01:22`, without a zone.
    pub(crate) fn dashed(&mut self, out: &mut Vec<u8>, local: Seconds) {
        let second = self.turn(local);
        self.day_first(out, b'-');
        out.push(b' ');
        time_of_day(out, second);
    }

    /// `05/01/2026`.
    pub(crate) fn date(&mut self, out: &mut Vec<u8>, local: Seconds) {
        self.turn(local);
        self.day_first(out, b'/');
    }

    fn day_first(&self, out: &mut Vec<u8>, separator: u8) {
        out.extend_from_slice(&self.iso[8..10]);
        out.push(separator);
        out.extend_from_slice(&self.iso[5..7]);
        out.push(separator);
        out.extend_from_slice(&self.iso[0..4]);
    }
}

fn put(out: &mut [u8], value: u16) {
    out[0] = b'0' + (value / 10 % 10) as u8;
    out[1] = b'0' + (value % 10) as u8;
}

fn time_of_day(out: &mut Vec<u8>, second: Seconds) {
    let mut text = *b"00:00:00";
    put(&mut text[0..2], (second / HOUR) as u16);
    put(&mut text[3..5], (second / MINUTE % 60) as u16);
    put(&mut text[6..8], (second % MINUTE) as u16);
    out.extend_from_slice(&text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(text: &str) -> Seconds {
        text.parse::<Timestamp>().unwrap().as_second()
    }

    #[test]
    fn local_time_follows_daylight_saving() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let mut clock = Clock::new(zone, second("2020-01-01T00:00:00Z"), second("2027-01-01T00:00:00Z")).unwrap();
        let mut offset = Vec::new();
        let (local, at) = (clock.local(second("2026-07-05T08:01:22Z")), second("2026-07-05T08:01:22Z"));
        Stamp::new().with_offset(&mut offset, local, local - at);
        assert_eq!(offset, b"2026-07-05T10:01:22+02:00");
        let mut west = Vec::new();
        Stamp::new().with_offset(&mut west, 0, -(3 * HOUR + 30 * MINUTE));
        assert_eq!(west, b"1970-01-01T00:00:00-03:30");
        let mut check = |utc: &str, dashed: &str, iso: &str| {
            let mut out = Vec::new();
            let mut stamp = Stamp::new();
            stamp.dashed(&mut out, clock.local(second(utc)));
            out.push(b'|');
            stamp.iso(&mut out, second(utc));
            assert_eq!(String::from_utf8(out).unwrap(), format!("{dashed}|{iso}"));
        };
        check("2026-01-05T08:01:22Z", "05-01-2026 09:01:22", "2026-01-05T08:01:22Z");
        check("2026-03-29T00:59:59Z", "29-03-2026 01:59:59", "2026-03-29T00:59:59Z");
        check("2026-03-29T01:00:00Z", "29-03-2026 03:00:00", "2026-03-29T01:00:00Z");
        check("2025-10-25T22:30:00Z", "26-10-2025 00:30:00", "2025-10-25T22:30:00Z");
        check("2025-10-26T00:30:00Z", "26-10-2025 02:30:00", "2025-10-26T00:30:00Z");
        check("2025-10-26T01:30:00Z", "26-10-2025 02:30:00", "2025-10-26T01:30:00Z");
        check("2024-02-29T23:30:00Z", "01-03-2024 00:30:00", "2024-02-29T23:30:00Z");
    }

    #[test]
    fn wall_clock_times_become_instants() {
        let clock = Clock::new(TimeZone::get("Europe/Amsterdam").unwrap(), 0, second("2027-01-01T00:00:00Z")).unwrap();
        let check = |date: Date, hour: i64, utc: &str| {
            assert_eq!(clock.at(date, hour * HOUR).unwrap(), second(utc), "{date} {hour}");
        };
        check(Date::constant(2026, 1, 5), 8, "2026-01-05T07:00:00Z");
        check(Date::constant(2026, 7, 6), 20, "2026-07-06T18:00:00Z");
        check(Date::constant(2026, 3, 29), 0, "2026-03-28T23:00:00Z");
        check(Date::constant(2026, 3, 29), 9, "2026-03-29T07:00:00Z");
        check(Date::constant(2026, 3, 30), 0, "2026-03-29T22:00:00Z");
    }
}
