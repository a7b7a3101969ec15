//! Open time as sorted UTC ranges with running totals, worked out a stretch at a time when first asked for.
//!
//! A stretch is 27 weeks, because 773 of them are exactly 400 years, after which the Gregorian calendar, the weekdays
//! and a zone's yearly clock changes repeat. So the stretches around everything dated in the schedule and its zone,
//! and one cycle on either side, stand for all time, the year 9999 too.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::hours::Hours;
use super::wall_clock::{EPOCH, Occurrence, days_since_epoch, instant_at};
use crate::Instant;

const MICROS_PER_DAY: i64 = 86_400_000_000;
const DAYS_PER_STRETCH: i64 = 27 * 7;
const MICROS_PER_STRETCH: i64 = DAYS_PER_STRETCH * MICROS_PER_DAY;
/// Stretches in 400 years.
const CYCLE: i64 = 773;

/// Zones change their rules between these dates: local mean time before, yearly rules without end after.
const ZONES_CHANGE: (Date, Date) = (Date::constant(1800, 1, 1), Date::constant(2101, 1, 1));

/// A range starts up to two days (its length) and a day and more (the offset) before the last instant it reaches;
/// twice as much allows for zones that skipped or repeated a whole day.
const DAYS_AROUND: i64 = 6;
/// A date begins and ends within two days of its place in UTC, in zones that repeated a day too.
const MICROS_AROUND: i64 = 3 * MICROS_PER_DAY;

/// When a schedule is open.
#[derive(Clone, Debug)]
pub(super) struct OpenTime {
    zone: TimeZone,
    hours: Hours,
    /// Stretch before which open time repeats every cycle.
    first: i64,
    /// Stretch from which open time repeats every cycle.
    last: i64,
    /// From `first - CYCLE` until `last + CYCLE`.
    stretches: Box<[OnceLock<Box<Stretch>>]>,
}

/// Open time of one stretch.
#[derive(Clone, Debug)]
struct Stretch {
    /// Clipped to the stretch, sorted, neither overlapping nor touching.
    ranges: Box<[Open]>,
    /// Open microseconds.
    total: i64,
    /// The dates of the stretch on which a range begins, in order.
    days: Box<[BusinessDay]>,
}

/// A date on which a range begins, in microseconds from the start of its stretch.
#[derive(Clone, Copy, Debug)]
struct BusinessDay {
    /// From when on work is received on the next: the last closing of its ranges, at the latest its end.
    cutoff: i64,
    /// When the date ends.
    end: i64,
}

/// One open range, in microseconds from the start of its stretch.
#[derive(Clone, Copy, Debug)]
struct Open {
    start: i64,
    end: i64,
    /// Open time of the stretch before `start`.
    before: i64,
}

impl OpenTime {
    pub(super) fn new(zone: TimeZone, hours: Hours) -> OpenTime {
        let (mut earliest, mut latest) = ZONES_CHANGE;
        if let Some((first, last)) = hours.dated() {
            earliest = earliest.min(first);
            latest = latest.max(last);
        }
        let stretch_of = |date: Date| days_since_epoch(date).div_euclid(DAYS_PER_STRETCH);
        // The stretch beside the dated one is left out of the repetition: ranges reach over its border.
        let (first, last) = (stretch_of(earliest) - 1, stretch_of(latest) + 2);
        let slots = last - first + 2 * CYCLE;
        OpenTime { zone, hours, first, last, stretches: (0..slots).map(|_| OnceLock::new()).collect() }
    }

    /// Open microseconds in `[from, to)`, for `from` not after `to`.
    pub(super) fn between(&self, from: Instant, to: Instant) -> i64 {
        let ((first, from), (last, to)) = (place(from), place(to));
        let (start, end) = (self.stretch(first), self.stretch(last));
        if first == last {
            end.open_before(to) - start.open_before(from)
        } else {
            start.total - start.open_before(from) + self.total(first + 1, last) + end.open_before(to)
        }
    }

    pub(super) fn is_open(&self, at: Instant) -> bool {
        let (number, at) = place(at);
        self.stretch(number).last_started(at).is_some_and(|open| at < open.end)
    }

    /// Open ranges clipped to `[from, to)`, sorted, neither overlapping nor touching.
    pub(super) fn ranges(&self, from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
        let ((first, _), (last, _)) = (place(from), place(to));
        let mut merged = Vec::new();
        for number in first..=last {
            let origin = number * MICROS_PER_STRETCH;
            for open in &self.stretch(number).ranges {
                let start = Instant::from_micros(origin + open.start).max(from);
                let end = Instant::from_micros(origin + open.end).min(to);
                if start < end {
                    merge(&mut merged, (start, end));
                }
            }
        }
        merged
    }

    /// The first instant at which `length` open microseconds, more than none, have passed since `from`; none where that
    /// is after `limit`.
    pub(super) fn after(&self, from: Instant, length: i64, limit: Instant) -> Option<Instant> {
        let (mut number, from) = place(from);
        let mut wanted = length.checked_add(self.stretch(number).open_before(from))?;
        loop {
            let stretch = self.stretch(number);
            if wanted <= stretch.total {
                let index = stretch.ranges.partition_point(|open| open.before < wanted);
                let open = stretch.ranges.get(index.checked_sub(1)?)?;
                let at = number * MICROS_PER_STRETCH + open.start + (wanted - open.before);
                return Some(Instant::from_micros(at)).filter(|at| *at <= limit);
            }
            wanted -= stretch.total;
            number += 1;
            if number * MICROS_PER_STRETCH > limit.micros() {
                return None;
            }
        }
    }

    /// The end of the date `days` business days after the one `from` counts as received on; none where that is after
    /// `limit`.
    pub(super) fn business_day_end(&self, from: Instant, days: u32, limit: Instant) -> Option<Instant> {
        let (mut number, _) = place(Instant::from_micros(from.micros().saturating_sub(MICROS_AROUND)));
        let mut days = days as usize;
        // Cut-offs ascend, and no date contains that of another, so the first one still to come is that of the date
        // itself, or where that is no business day or it is too late in it, of the next one that is.
        loop {
            let origin = number * MICROS_PER_STRETCH;
            let of_stretch = &self.stretch(number).days;
            let received = of_stretch.partition_point(|day| origin + day.cutoff <= from.micros());
            if let Some(day) = of_stretch.get(received.saturating_add(days)) {
                return Some(Instant::from_micros(origin + day.end)).filter(|end| *end <= limit);
            }
            days -= of_stretch.len() - received;
            number += 1;
            if number * MICROS_PER_STRETCH > limit.micros() {
                return None;
            }
        }
    }

    /// Open microseconds of the stretches `[first, last)`.
    fn total(&self, first: i64, last: i64) -> i64 {
        let mut number = first;
        let mut total = 0;
        while number < last {
            let repeated_until = if number >= self.last { last } else { last.min(self.first) };
            let cycles = (repeated_until - number).max(0) / CYCLE;
            if cycles > 0 {
                let cycle: i64 = (number..number + CYCLE).map(|number| self.stretch(number).total).sum();
                total += cycles * cycle;
                number += cycles * CYCLE;
            } else {
                total += self.stretch(number).total;
                number += 1;
            }
        }
        total
    }

    /// The stretch that stands for stretch `number`.
    fn stretch(&self, number: i64) -> &Stretch {
        let number = if number < self.first {
            self.first - CYCLE + (number - self.first).rem_euclid(CYCLE)
        } else if number >= self.last {
            self.last + (number - self.last).rem_euclid(CYCLE)
        } else {
            number
        };
        let slot = (number - (self.first - CYCLE)).unsigned_abs() as usize;
        self.stretches[slot].get_or_init(|| Box::new(Stretch::new(number, &self.zone, &self.hours)))
    }
}

impl Stretch {
    fn new(number: i64, zone: &TimeZone, hours: &Hours) -> Stretch {
        let origin = number * MICROS_PER_STRETCH;
        let first_day = number * DAYS_PER_STRETCH - DAYS_AROUND;
        let days = DAYS_PER_STRETCH + 2 * DAYS_AROUND;
        let mut opened = Vec::new();
        let mut business_days = Vec::new();
        let mut day = Some(EPOCH.saturating_add(first_day.days()));
        for number in -DAYS_AROUND..days - DAYS_AROUND {
            let Some(date) = day else { break };
            let mut closing = None;
            for range in hours.of(date) {
                let start = instant_at(zone, date, range.from_minute().into(), Occurrence::First).micros() - origin;
                let end = instant_at(zone, date, range.end().into(), Occurrence::Last).micros() - origin;
                if start < end {
                    closing = closing.max(Some(end));
                }
                let (start, end) = (start.max(0), end.min(MICROS_PER_STRETCH));
                if start < end {
                    opened.push((start, end));
                }
            }
            if let Some(closing) = closing.filter(|_| (0..DAYS_PER_STRETCH).contains(&number)) {
                let end = instant_at(zone, date, 24 * 60, Occurrence::First).micros() - origin;
                business_days.push(BusinessDay { cutoff: closing.min(end), end });
            }
            day = date.tomorrow().ok();
        }
        opened.sort_unstable();
        let mut merged = Vec::with_capacity(opened.len());
        opened.into_iter().for_each(|range| merge(&mut merged, range));
        let mut total = 0;
        let ranges = merged
            .into_iter()
            .map(|(start, end)| {
                let before = total;
                total += end - start;
                Open { start, end, before }
            })
            .collect();
        Stretch { ranges, total, days: business_days.into() }
    }

    /// The last range that has started by `at`.
    fn last_started(&self, at: i64) -> Option<&Open> {
        let started = self.ranges.partition_point(|open| open.start <= at);
        started.checked_sub(1).and_then(|index| self.ranges.get(index))
    }

    /// Open microseconds of the stretch before `at`.
    fn open_before(&self, at: i64) -> i64 {
        self.last_started(at).map_or(0, |open| open.before + at.min(open.end) - open.start)
    }
}

/// Number of the stretch `at` lies in, and the microseconds since its start. Instants outside the supported years
/// (−9999 to 9999) count as their ends.
fn place(at: Instant) -> (i64, i64) {
    let micros = at.micros().clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
    (micros.div_euclid(MICROS_PER_STRETCH), micros.rem_euclid(MICROS_PER_STRETCH))
}

/// Adds `range`, which starts no earlier than the last of `ranges`, to it where it touches it, else after it.
fn merge<T: Copy + Ord>(ranges: &mut Vec<(T, T)>, range: (T, T)) {
    match ranges.last_mut() {
        Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
        _ => ranges.push(range),
    }
}
