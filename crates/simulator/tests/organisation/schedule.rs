//! Opening hours as the test counts them, from its own list of days off.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

/// Dutch public holidays from 2025 to the middle of 2026.
const HOLIDAYS: [Date; 17] = [
    date(2025, 1, 1),
    date(2025, 4, 20),
    date(2025, 4, 21),
    date(2025, 4, 26),
    date(2025, 5, 5),
    date(2025, 5, 29),
    date(2025, 6, 8),
    date(2025, 6, 9),
    date(2025, 12, 25),
    date(2025, 12, 26),
    date(2026, 1, 1),
    date(2026, 4, 5),
    date(2026, 4, 6),
    date(2026, 4, 27),
    date(2026, 5, 14),
    date(2026, 5, 24),
    date(2026, 5, 25),
];

/// A day: its first instant, opening and closing, the latter two equal where it is closed.
#[derive(Clone, Copy)]
struct Day {
    start: i64,
    open: i64,
    close: i64,
}

/// The days from 2025 to the middle of 2026, in Amsterdam.
pub struct Schedule {
    days: Vec<Day>,
}

impl Schedule {
    /// Monday to Friday, 9:00 to 17:30.
    pub fn desk() -> Self {
        Schedule::new(|weekday| (!matches!(weekday, Weekday::Saturday | Weekday::Sunday)).then_some(((9, 0), (17, 30))))
    }

    /// Telephone and chat.
    pub fn live() -> Self {
        Schedule::new(|weekday| match weekday {
            Weekday::Sunday => None,
            Weekday::Saturday => Some(((9, 0), (17, 0))),
            _ => Some(((8, 0), (20, 0))),
        })
    }

    fn new(hours: impl Fn(Weekday) -> Option<((i8, i8), (i8, i8))>) -> Self {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let at = |day: Date, (hour, minute): (i8, i8)| {
            day.at(hour, minute, 0, 0).to_zoned(zone.clone()).unwrap().timestamp().as_second()
        };
        let (mut days, mut day) = (Vec::new(), date(2025, 1, 1));
        while day < date(2026, 7, 20) {
            let start = at(day, (0, 0));
            let hours = hours(day.weekday()).filter(|_| !HOLIDAYS.contains(&day));
            let (open, close) = hours.map_or((start, start), |(open, close)| (at(day, open), at(day, close)));
            days.push(Day { start, open, close });
            day = day.checked_add(1.day()).unwrap();
        }
        Schedule { days }
    }

    fn index(&self, at: i64) -> usize {
        self.days.partition_point(|day| day.start <= at) - 1
    }

    /// Seconds of opening from one time to another.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        let days = &self.days[self.index(from)..=self.index(to.max(from))];
        days.iter().map(|day| (day.close.min(to) - day.open.max(from)).max(0)).sum()
    }

    /// The end of the `n`-th business day after the one a request belongs to: the day it came in, or the next open
    /// one where it came after closing.
    pub fn business_day_end(&self, at: i64, n: usize) -> i64 {
        let mut open = self.days[self.index(at)..].iter().filter(|day| day.close > day.open && day.close > at);
        open.nth(n).map_or(i64::MAX, |day| day.close)
    }
}

#[test]
fn opening_hours_add_up() {
    let second = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let desk = Schedule::desk();
    // Thursday before Easter, 16:00, to the Tuesday after it, 10:00
    assert_eq!(desk.between(second("2026-04-02T14:00:00Z"), second("2026-04-07T08:00:00Z")), 5_400 + 30_600 + 3_600);
    assert_eq!(desk.between(second("2026-04-04T10:00:00Z"), second("2026-04-04T12:00:00Z")), 0);
    assert_eq!(desk.business_day_end(second("2026-04-02T16:00:00Z"), 1), second("2026-04-07T15:30:00Z"));
    assert_eq!(Schedule::live().business_day_end(second("2026-04-04T10:00:00Z"), 0), second("2026-04-04T15:00:00Z"));
}
