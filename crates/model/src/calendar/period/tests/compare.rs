//! Comparisons, each worked out by hand on a calendar.

use super::*;

/// Compares the periods of `text`: two dates, or a name as of midday UTC of a day, `month-to-date @ 2026-03-31`.
#[track_caller]
fn check(organisation: &Organisation, text: &str, grain: Grain, compare: Compare, expected: &[&str]) {
    let asked = match text.split_once(" @ ") {
        Some((name, today)) => resolve_range(name, instant(&format!("{today}T12:00:00Z")), organisation).unwrap(),
        None => range(text),
    };
    let periods = split(&asked, grain, organisation).unwrap();
    let compared = compared(&periods, &asked, grain, compare, organisation);
    assert_eq!(days(&compared, organisation), expected, "{text} by {grain} against {compare:?}");
}

const PREV: Compare = Compare::Prev;
const YEAR: Compare = Compare::Year;

#[test]
fn of_two_dates() {
    let april = organisation("Europe/Berlin", Weekday::Monday, 4);
    let check = |text, grain, compare, expected: &[&str]| check(&april, text, grain, compare, expected);
    // Days: those before the range, the first against the first.
    check("2026-11-19 2026-11-21", Grain::Day, PREV, &["2026-11-17 2026-11-18", "2026-11-18 2026-11-19"]);
    check("2024-02-28 2024-03-01", Grain::Day, YEAR, &["2023-02-28 2023-03-01", "2023-02-28 2023-03-01"]);
    check("2025-02-28 2025-03-02", Grain::Day, YEAR, &["2024-02-28 2024-02-29", "2024-03-01 2024-03-02"]);
    // Weeks: the same weekdays of the week before; a year is 52 weeks.
    check("2026-11-02 2026-11-16", Grain::Week, PREV, &["2026-10-26 2026-11-02", "2026-11-02 2026-11-09"]);
    check("2026-11-04 2026-11-16", Grain::Week, PREV, &["2026-10-28 2026-11-02", "2026-11-02 2026-11-09"]);
    let parts = ["2025-11-03 2025-11-10", "2025-11-10 2025-11-17", "2025-11-17 2025-11-19"];
    check("2026-11-02 2026-11-18", Grain::Week, YEAR, &parts);
    check("2026-12-28 2027-01-04", Grain::Week, YEAR, &["2025-12-29 2026-01-05"]); // week 53 against week 1
    check("2026-12-28 2027-01-04", Grain::Week, PREV, &["2026-12-21 2026-12-28"]);
    // Months, fiscal quarters and years, each against the one before, however long.
    check("2024-02-01 2024-04-01", Grain::Month, PREV, &["2024-01-01 2024-02-01", "2024-02-01 2024-03-01"]);
    check("2024-02-01 2024-04-01", Grain::Month, YEAR, &["2023-02-01 2023-03-01", "2023-03-01 2023-04-01"]);
    check("2025-02-01 2025-03-01", Grain::Month, YEAR, &["2024-02-01 2024-03-01"]);
    check("2026-10-01 2027-01-01", Grain::Quarter, PREV, &["2026-07-01 2026-10-01"]);
    check("2026-04-01 2027-04-01", Grain::Year, PREV, &["2025-04-01 2026-04-01"]);
    check("2026-04-01 2027-04-01", Grain::Year, YEAR, &["2025-04-01 2026-04-01"]);
    // Clipped ones against the same part: the first days, capped; the last ones to the end; those in between.
    check("2026-11-01 2026-11-21", Grain::Month, PREV, &["2026-10-01 2026-10-21"]);
    check("2026-11-01 2026-11-21", Grain::Month, YEAR, &["2025-11-01 2025-11-21"]);
    check("2026-03-01 2026-03-31", Grain::Month, PREV, &["2026-02-01 2026-03-01"]); // 30 days against 28
    check("2024-03-01 2024-03-30", Grain::Month, PREV, &["2024-02-01 2024-03-01"]); // 29 against 29
    check("2026-03-01 2026-03-29", Grain::Month, PREV, &["2026-02-01 2026-03-01"]); // 28 against 28
    check("2026-02-10 2026-03-01", Grain::Month, PREV, &["2026-01-10 2026-02-01"]); // to the end of either
    check("2026-03-30 2026-04-01", Grain::Month, PREV, &["2026-02-28 2026-03-01"]); // never empty
    check("2026-03-29 2026-03-30", Grain::Month, PREV, &["2026-02-28 2026-03-01"]);
    check("2026-11-10 2026-11-20", Grain::Month, PREV, &["2026-10-10 2026-10-20"]);
    check("2025-02-10 2025-03-01", Grain::Month, YEAR, &["2024-02-10 2024-03-01"]);
    check("2024-02-01 2024-02-29", Grain::Month, YEAR, &["2023-02-01 2023-03-01"]);
    check(
        "2026-01-20 2026-03-10",
        Grain::Month,
        PREV,
        &["2025-12-20 2026-01-01", "2026-01-01 2026-02-01", "2026-02-01 2026-02-10"],
    );
    check("2026-04-01 2026-06-01", Grain::Quarter, PREV, &["2026-01-01 2026-03-01"]); // two months
    check("2026-04-01 2026-06-16", Grain::Quarter, PREV, &["2026-01-01 2026-03-16"]); // two months and 15 days
    check("2026-04-01 2026-05-31", Grain::Quarter, PREV, &["2026-01-01 2026-03-01"]); // May has no 30 in February
    check("2026-05-15 2026-07-01", Grain::Quarter, PREV, &["2026-02-15 2026-04-01"]);
    check("2026-04-01 2026-11-21", Grain::Year, PREV, &["2025-04-01 2025-11-21"]);
    check("2027-04-01 2028-02-29", Grain::Year, PREV, &["2026-04-01 2027-03-01"]); // 28 February to the same
    check("2027-04-01 2028-03-01", Grain::Year, PREV, &["2026-04-01 2027-03-01"]); // the leap day to the 28th
    check("2028-04-01 2029-03-01", Grain::Year, PREV, &["2027-04-01 2028-03-01"]); // to the end of February
    check("2026-01-01 2027-01-01", Grain::Year, YEAR, &["2025-01-01 2025-04-01", "2025-04-01 2026-01-01"]);
    check("2026-01-01 2026-04-01", Grain::Year, PREV, &["2025-01-01 2025-04-01"]); // the last quarter of a year
    // Totals: whole months against as many, all else against as many days.
    check("2026-11-01 2026-12-01", Grain::Total, PREV, &["2026-10-01 2026-11-01"]);
    check("2026-10-01 2027-01-01", Grain::Total, PREV, &["2026-07-01 2026-10-01"]);
    check("2025-01-01 2027-01-01", Grain::Total, PREV, &["2023-01-01 2025-01-01"]);
    check("2026-11-09 2026-11-23", Grain::Total, PREV, &["2026-10-26 2026-11-09"]);
    check("2026-11-01 2026-11-21", Grain::Total, PREV, &["2026-10-12 2026-11-01"]);
    check("2026-10-24 2026-11-21", Grain::Total, YEAR, &["2025-10-24 2025-11-21"]);
    check("2024-02-29 2024-03-01", Grain::Total, YEAR, &["2023-02-28 2023-03-01"]);
    check("2024-01-01 2024-02-29", Grain::Total, YEAR, &["2023-01-01 2023-03-01"]);
    check("2024-01-01 2025-01-01", Grain::Total, YEAR, &["2023-01-01 2024-01-01"]);
    // At the beginning of time.
    check("-009999-01-01 -009999-02-01", Grain::Month, PREV, &["-009999-01-01 -009999-01-01"]);
    check("-009999-01-01 -009999-02-01", Grain::Total, YEAR, &["-009999-01-01 -009999-01-01"]);
}

#[test]
fn of_names() {
    let july = organisation("Europe/Berlin", Weekday::Monday, 7);
    let check = |text, grain, compare, expected: &[&str]| check(&july, text, grain, compare, expected);
    // A unit to date against the same part of the unit before.
    check("month-to-date @ 2026-11-21", Grain::Total, PREV, &["2026-10-01 2026-10-21"]);
    check("month-to-date @ 2026-11-21", Grain::Month, PREV, &["2026-10-01 2026-10-21"]);
    check("month-to-date @ 2026-03-31", Grain::Total, PREV, &["2026-02-01 2026-03-01"]); // 30 days against 28
    check("month-to-date @ 2026-03-31", Grain::Total, YEAR, &["2025-03-01 2025-03-31"]);
    check("month-to-date @ 2024-02-29", Grain::Total, YEAR, &["2023-02-01 2023-03-01"]);
    check("month-to-date @ 2026-11-03", Grain::Day, PREV, &["2026-10-01 2026-10-02", "2026-10-02 2026-10-03"]);
    check("month-to-date @ 2026-11-03", Grain::Day, YEAR, &["2025-11-01 2025-11-02", "2025-11-02 2025-11-03"]);
    check("quarter-to-date @ 2026-11-21", Grain::Total, PREV, &["2026-07-01 2026-08-21"]);
    check("quarter-to-date @ 2026-12-01", Grain::Total, PREV, &["2026-07-01 2026-09-01"]); // two whole months
    check("quarter-to-date @ 2026-12-31", Grain::Total, PREV, &["2026-07-01 2026-10-01"]);
    check("year-to-date @ 2026-11-21", Grain::Total, PREV, &["2025-07-01 2025-11-21"]);
    check("year-to-date @ 2026-11-21", Grain::Total, YEAR, &["2025-07-01 2025-11-21"]);
    check("year-to-date @ 2024-03-01", Grain::Total, PREV, &["2022-07-01 2023-03-01"]); // to the end of February
    check("week-to-date @ 2026-11-19", Grain::Total, PREV, &["2026-11-09 2026-11-12"]); // Monday to Wednesday
    check("week-to-date @ 2026-11-19", Grain::Week, PREV, &["2026-11-09 2026-11-12"]);
    check("week-to-date @ 2026-11-19", Grain::Total, YEAR, &["2025-11-17 2025-11-20"]);
    check("week-to-date @ 2026-11-18", Grain::Day, PREV, &["2026-11-09 2026-11-10", "2026-11-10 2026-11-11"]);
    // Clocks change on 25 October 2026: days are days.
    check("week-to-date @ 2026-10-31", Grain::Total, PREV, &["2026-10-19 2026-10-24"]);
    // Days go back by their number, whatever months they happen to be.
    check("last-28d @ 2026-11-21", Grain::Total, PREV, &["2026-09-26 2026-10-24"]);
    check("last-28d @ 2026-03-01", Grain::Total, PREV, &["2026-01-04 2026-02-01"]); // February, but 28 days
    check("last-28d @ 2026-01-29", Grain::Total, PREV, &["2025-12-04 2026-01-01"]);
    check("last-28d @ 2026-11-21", Grain::Total, YEAR, &["2025-10-24 2025-11-21"]);
    check("yesterday @ 2026-11-21", Grain::Total, PREV, &["2026-11-19 2026-11-20"]);
    // Weeks and months by as many.
    check("last-4w @ 2026-11-21", Grain::Total, PREV, &["2026-09-21 2026-10-19"]);
    check("last-4w @ 2026-11-21", Grain::Total, YEAR, &["2025-10-20 2025-11-17"]);
    check("last-3m @ 2026-05-21", Grain::Total, PREV, &["2025-11-01 2026-02-01"]);
    check("last-month @ 2026-03-21", Grain::Total, PREV, &["2026-01-01 2026-02-01"]);
    check("this-quarter @ 2026-11-21", Grain::Total, PREV, &["2026-07-01 2026-10-01"]);
    check("FY2026 @ 2026-11-21", Grain::Total, PREV, &["2024-07-01 2025-07-01"]);
    check("FY2026-Q3 @ 2026-11-21", Grain::Total, PREV, &["2025-10-01 2026-01-01"]);
    check("2026 @ 2026-11-21", Grain::Total, PREV, &["2025-01-01 2026-01-01"]);
    check("2026-03 @ 2026-11-21", Grain::Total, PREV, &["2026-02-01 2026-03-01"]);
    check(
        "2026-03 @ 2026-11-21",
        Grain::Day,
        PREV,
        &[
            (1..=28)
                .map(|day| {
                    format!(
                        "2026-02-{day:02} {}",
                        if day < 28 { format!("2026-02-{:02}", day + 1) } else { "2026-03-01".into() }
                    )
                })
                .collect::<Vec<_>>(),
            vec!["2026-02-28 2026-03-01".to_owned(); 3], // 29, 30 and 31 March
        ]
        .concat()
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>(),
    );
    check("2026-W53 @ 2026-11-21", Grain::Total, PREV, &["2026-12-21 2026-12-28"]);
    check("2026-W53 @ 2026-11-21", Grain::Total, YEAR, &["2025-12-29 2026-01-05"]);
    check("2027-W01 @ 2026-11-21", Grain::Total, PREV, &["2026-12-28 2027-01-04"]); // against week 53
}
