//! From wall clocks to instants: the one place that knows what a clock change does to opening and closing times.
//!
//! Plain microsecond arithmetic, so that nothing overflows at the ends of the supported years.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::Instant;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MINUTES_PER_DAY: i64 = 1440;

/// Day 0 of [`days_since_epoch`].
pub(super) const EPOCH: Date = Date::constant(1970, 1, 1);

/// Which of two instants is meant when a wall-clock time comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occurrence {
    /// The first: an opening.
    First,
    /// The last: a closing. But the first where the repeated time only begins with it, as 01:00 where 02:00 becomes
    /// 01:00: clocks have shown all times before it then, and none of them comes again.
    Last,
}

/// The instant at which clocks in `zone` show `minute` minutes after the midnight that begins `date`; `minute` may
/// be 1440 and more, which is a time of the following days.
///
/// A time that clocks skip is the instant they are put forward: an opening then waits for the end of the gap, and a
/// closing comes at its start, which is the same instant. A time that clocks show twice is the `occurrence` asked for.
pub(super) fn instant_at(zone: &TimeZone, date: Date, minute: i64, occurrence: Occurrence) -> Instant {
    let days = minute.div_euclid(MINUTES_PER_DAY);
    let of_day = minute.rem_euclid(MINUTES_PER_DAY);
    let local_seconds = days_since_epoch(date) * 86_400 + minute * 60;
    // Beyond the last supported date the offset is that of the last date.
    let date = date.saturating_add(jiff::SignedDuration::from_hours(24 * days));
    let time = Time::new((of_day / 60) as i8, (of_day % 60) as i8, 0, 0).unwrap_or(Time::midnight());
    let at_offset =
        |offset: Offset| Instant::from_micros((local_seconds - i64::from(offset.seconds())) * MICROS_PER_SECOND);
    match zone.to_ambiguous_timestamp(date.to_datetime(time)).offset() {
        AmbiguousOffset::Unambiguous { offset } => at_offset(offset),
        AmbiguousOffset::Fold { before, after } => match occurrence {
            Occurrence::First => at_offset(before),
            Occurrence::Last => {
                let (earliest, latest) = (at_offset(before), at_offset(after));
                let just_before = Instant::from_micros(latest.micros() - 1).timestamp();
                if zone.to_offset(just_before) == before { earliest } else { latest }
            }
        },
        AmbiguousOffset::Gap { before, after } => {
            // Read with the offset after the gap it lies before the change, with the offset before it at or behind.
            let (earliest, latest) = (at_offset(after), at_offset(before));
            zone.following(earliest.timestamp())
                .map(|transition| (Instant::from(transition.timestamp()), transition.offset()))
                .take_while(|(at, _)| *at <= latest)
                .find(|(_, offset)| *offset == after)
                .map_or(latest, |(at, _)| at)
        }
    }
}

/// Days from 1970-01-01 to `date`.
pub(super) fn days_since_epoch(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The date clocks in `zone` show at `at`.
pub(super) fn date_shown(zone: &TimeZone, at: Instant) -> Date {
    zone.to_datetime(at.timestamp()).date()
}
