//! Opening hours added up, for clocks that stand still when the organisation is closed.

use crate::calendar::Hours;
use crate::clock::Seconds;
use crate::demand::Day;

/// Working time of one schedule over the days of the data.
#[derive(Clone, Debug)]
pub(crate) struct WorkTime {
    /// A day's first instant, its opening and closing, and the working time before it.
    days: Vec<(Seconds, (Seconds, Seconds), Seconds)>,
}

impl WorkTime {
    pub(crate) fn new(days: &[Day], hours: Hours) -> Self {
        let mut before = 0;
        let days = days
            .iter()
            .map(|day| {
                let open = if hours == Hours::Live { day.live } else { day.desk }.unwrap_or((day.start, day.start));
                let entry = (day.start, open, before);
                before += open.1 - open.0;
                entry
            })
            .collect();
        WorkTime { days }
    }

    /// Working time from one instant of the data to a later one.
    pub(crate) fn between(&self, from: Seconds, to: Seconds) -> Seconds {
        self.until(to) - self.until(from)
    }

    fn until(&self, at: Seconds) -> Seconds {
        let found = self.days.partition_point(|day| day.0 <= at).checked_sub(1).and_then(|index| self.days.get(index));
        found.map_or(0, |(_, (open, close), before)| before + at.clamp(*open, *close) - open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::clock::{Clock, HOUR, instant};
    use crate::demand;
    use crate::dice::{Dice, Stream};
    use crate::story::Story;
    use jiff::civil::{Date, date};

    #[test]
    fn nights_weekends_and_holidays_do_not_count() {
        let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").unwrap();
        let clock = Clock::new(zone.clone(), 1_700_000_000, 1_900_000_000).unwrap();
        let config = Config { tickets: 1_000, ..Config::demo(Date::constant(2026, 5, 1)) };
        let mut dice = Dice::new(3, Stream::Arrivals);
        let days = demand::days(&config, date(2026, 3, 1), &clock, &Story::ending(0, None), &mut dice).unwrap();
        let check = |hours, from: (Date, i64), to: (Date, i64), expected: f64| {
            let at = |(date, hour): (Date, i64)| instant(&zone, date, hour * HOUR).unwrap();
            let worked = WorkTime::new(&days, hours).between(at(from), at(to));
            assert_eq!(worked, (expected * HOUR as f64) as i64, "{hours:?} {from:?} {to:?}");
        };
        let tuesday = date(2026, 3, 10);
        check(Hours::Desk, (tuesday, 10), (tuesday, 12), 2.0);
        check(Hours::Desk, (tuesday, 7), (tuesday, 23), 8.5);
        check(Hours::Live, (tuesday, 19), (date(2026, 3, 11), 9), 2.0);
        // a weekend in which the clock changes
        check(Hours::Desk, (date(2026, 3, 27), 16), (date(2026, 3, 30), 10), 2.5);
        check(Hours::Live, (date(2026, 3, 28), 12), (date(2026, 3, 29), 20), 5.0);
        // Good Friday is a working day, Easter Monday none
        check(Hours::Desk, (date(2026, 4, 3), 9), (date(2026, 4, 7), 10), 9.5);
    }
}
