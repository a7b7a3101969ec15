//! When the organisation works: opening hours of its desks and Dutch public holidays, for the simulation and, from the
//! same source, as calendar files.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::clock::{HOUR, MINUTE, Seconds};

/// Who keeps which hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Hours {
    /// Telephone and chat.
    Live,
    /// E-mail, web form, social media.
    Desk,
}

/// Opening and closing of a day without holiday, seconds after midnight by the wall clock.
pub(crate) fn opening(hours: Hours, weekday: Weekday) -> Option<(Seconds, Seconds)> {
    match (hours, weekday) {
        (_, Weekday::Sunday) | (Hours::Desk, Weekday::Saturday) => None,
        (Hours::Live, Weekday::Saturday) => Some((9 * HOUR, 17 * HOUR)),
        (Hours::Live, _) => Some((8 * HOUR, 20 * HOUR)),
        (Hours::Desk, _) => Some((9 * HOUR, 17 * HOUR + 30 * MINUTE)),
    }
}

/// Days on which everything is closed, in order. Liberation Day is a day off every fifth year only.
pub(crate) fn holidays(year: i16) -> Vec<(Date, &'static str)> {
    let fixed = |month, day| Date::new(year, month, day).ok();
    let easter = easter(year);
    let after_easter = |days: i32| easter.and_then(|date| date.checked_add(days.days()).ok());
    let kings_day =
        fixed(4, 27).map(|date| if date.weekday() == Weekday::Sunday { date.saturating_sub(1.day()) } else { date });
    let mut all: Vec<(Date, &str)> = [
        (fixed(1, 1), "New Year's Day"),
        (after_easter(0), "Easter Sunday"),
        (after_easter(1), "Easter Monday"),
        (kings_day, "King's Day"),
        (fixed(5, 5).filter(|_| year % 5 == 0), "Liberation Day"),
        (after_easter(39), "Ascension Day"),
        (after_easter(49), "Whit Sunday"),
        (after_easter(50), "Whit Monday"),
        (fixed(12, 25), "Christmas Day"),
        (fixed(12, 26), "Second Day of Christmas"),
    ]
    .into_iter()
    .filter_map(|(date, name)| Some((date?, name)))
    .collect();
    all.sort();
    all
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).ok()
}

/// The calendar file of these hours, with the holidays of the years `first` … `last`.
pub(crate) fn file(hours: Hours, zone: &str, first: i16, last: i16) -> String {
    let mut text = match hours {
        Hours::Live => "# Telephone and chat\n".to_owned(),
        Hours::Desk => "# E-mail, web form and social media\n".to_owned(),
    };
    let clock = |second: Seconds| format!("{:02}:{:02}", second / HOUR, second / MINUTE % 60);
    let _ = writeln!(text, "zone = \"{zone}\"\n\n[[version]]");
    let week = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    for (name, weekday) in week {
        if let Some((open, close)) = opening(hours, weekday) {
            let _ = writeln!(text, "{name} = [\"{}-{}\"]", clock(open), clock(close));
        }
    }
    for (date, name) in (first..=last).flat_map(holidays) {
        let _ = write!(text, "\n[[holiday]]\ndate = {date}\nname = \"{name}\"\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_holidays() {
        let check = |year: i16, expected: &[&str]| {
            let dates: Vec<String> = holidays(year).iter().map(|(date, _)| date.to_string()[5..].to_owned()).collect();
            assert_eq!(dates, expected, "{year}");
        };
        // as published by the Dutch government; Good Friday is no day off
        check(2024, &["01-01", "03-31", "04-01", "04-27", "05-09", "05-19", "05-20", "12-25", "12-26"]);
        check(2025, &["01-01", "04-20", "04-21", "04-26", "05-05", "05-29", "06-08", "06-09", "12-25", "12-26"]);
        check(2026, &["01-01", "04-05", "04-06", "04-27", "05-14", "05-24", "05-25", "12-25", "12-26"]);
        check(2038, &["01-01", "04-25", "04-26", "04-27", "06-03", "06-13", "06-14", "12-25", "12-26"]);
    }

    #[test]
    fn the_file_says_what_the_simulation_does() {
        let text = file(Hours::Desk, "Europe/Amsterdam", 2025, 2026);
        let parsed: toml::Table = text.parse().unwrap();
        assert_eq!(parsed["zone"].as_str(), Some("Europe/Amsterdam"));
        let version = &parsed["version"][0];
        assert_eq!(version["monday"][0].as_str(), Some("09:00-17:30"));
        assert!(version.get("saturday").is_none() && version.get("sunday").is_none());
        let days = parsed["holiday"].as_array().unwrap();
        assert_eq!(days.len(), 19);
        assert_eq!(days[10]["date"].to_string(), "2026-01-01");
        let live: toml::Table = file(Hours::Live, "UTC", 2026, 2026).parse().unwrap();
        assert_eq!(live["version"][0]["saturday"][0].as_str(), Some("09:00-17:00"));
    }
}
