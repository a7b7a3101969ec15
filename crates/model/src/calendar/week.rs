//! Numbers of weeks: ISO 8601 where weeks begin on Monday, US where they begin on Sunday. Other weeks have none.
//!
//! Both count whole weeks of seven days, so a year's first week may begin, and its last end, in another year.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// A way of numbering weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weeks {
    /// Monday to Sunday; week 1 contains 4 January, so most of its days are in the year. Written 2026-W07.
    Iso,
    /// Sunday to Saturday; week 1 contains 1 January. Written 2026-US07.
    Us,
}

impl Weeks {
    /// The numbers of weeks that begin on `week_start`.
    pub(super) fn from_start(week_start: Weekday) -> Option<Weeks> {
        match week_start {
            Weekday::Monday => Some(Weeks::Iso),
            Weekday::Sunday => Some(Weeks::Us),
            _ => None,
        }
    }

    /// What stands before the number.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Weeks::Iso => "W",
            Weeks::Us => "US",
        }
    }

    /// First day of week 1 of `year`; none where that is out of the calendar.
    fn first(self, year: i16) -> Option<Date> {
        let (inside, week_start) = match self {
            Weeks::Iso => (Date::new(year, 1, 4).ok()?, Weekday::Monday),
            Weeks::Us => (Date::new(year, 1, 1).ok()?, Weekday::Sunday),
        };
        inside.checked_sub(i64::from(week_start.until(inside.weekday())).days()).ok()
    }

    /// Year and number of the week that begins on `start`.
    pub(super) fn number(self, start: Date) -> Option<(i16, i64)> {
        // Week 1 of the next year may begin in December; that of this year begins in it or in the days before.
        let year = start.year();
        let after = year.checked_add(1).and_then(|next| Some((next, self.first(next)?)));
        let (year, first) = match after {
            Some((next, first)) if first <= start => (next, first),
            _ => (year, self.first(year)?),
        };
        let first = if first <= start {
            Some((year, first))
        } else {
            year.checked_sub(1).and_then(|year| Some((year, self.first(year)?)))
        };
        let (year, first) = first?;
        Some((year, i64::from((start - first).get_days()) / 7 + 1))
    }

    /// First day of week `number` of `year`; none where the year has no such week or that is out of the calendar.
    pub(super) fn start(self, year: i16, number: i64) -> Option<Date> {
        let start = self.first(year)?.checked_add((number.checked_sub(1)?).weeks()).ok()?;
        (self.number(start)? == (year, number)).then_some(start)
    }
}
