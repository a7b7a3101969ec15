//! Labels and numbers of weeks.

use jiff::civil::ISOWeekDate;

use super::*;

fn labels(text: &str, grain: Grain, organisation: &Organisation) -> Vec<String> {
    split(&range(text), grain, organisation).unwrap().iter().map(|period| label(period, grain, organisation)).collect()
}

#[test]
fn labels_of_periods() {
    let monday = berlin();
    let (sunday, saturday) = (organisation("UTC", Weekday::Sunday, 4), organisation("UTC", Weekday::Saturday, 12));
    let start = FiscalYear { first_month: 4, named_after: YearName::Start };
    let named_by_start = Organisation::new("Example", "UTC", "EUR", Weekday::Monday, start).unwrap();
    let check = |organisation: &Organisation, text: &str, grain: Grain, expected: &[&str]| {
        assert_eq!(labels(text, grain, organisation), expected, "{text} by {grain}");
    };
    check(&monday, "2026-02-10 2026-02-12", Grain::Day, &["2026-02-10", "2026-02-11"]);
    check(&monday, "2026-02-10 2026-02-12", Grain::Total, &["2026-02-10..2026-02-11"]);
    check(&monday, "2026-02-10 2026-02-11", Grain::Total, &["2026-02-10"]);
    // Weeks at the edges of years.
    check(&monday, "2026-02-09 2026-02-16", Grain::Week, &["2026-W07"]);
    check(&monday, "2025-12-22 2026-01-12", Grain::Week, &["2025-W52", "2026-W01", "2026-W02"]);
    check(&monday, "2026-12-21 2027-01-11", Grain::Week, &["2026-W52", "2026-W53", "2027-W01"]);
    check(&monday, "2020-12-28 2021-01-11", Grain::Week, &["2020-W53", "2021-W01"]);
    check(&monday, "2021-01-01 2021-01-02", Grain::Week, &["2020-W53 (2021-01-01)"]);
    check(&sunday, "2026-02-08 2026-02-15", Grain::Week, &["2026-US07"]);
    check(&sunday, "2025-12-21 2026-01-11", Grain::Week, &["2025-US52", "2026-US01", "2026-US02"]);
    check(&sunday, "2022-12-25 2023-01-08", Grain::Week, &["2022-US53", "2023-US01"]); // 1 January is a Sunday
    check(&sunday, "2028-12-24 2029-01-07", Grain::Week, &["2028-US53", "2029-US01"]);
    check(&saturday, "2026-02-07 2026-02-14", Grain::Week, &["2026-02-07..2026-02-13"]);
    check(&saturday, "2026-02-08 2026-02-14", Grain::Week, &["2026-02-08..2026-02-13"]);
    // Months, quarters, years; clipped ones.
    let months = ["Feb 2026 (2026-02-10..2026-02-28)", "Mar 2026", "Apr 2026 (2026-04-01)"];
    check(&monday, "2026-02-10 2026-04-02", Grain::Month, &months);
    check(&monday, "2026-01-01 2026-07-01", Grain::Quarter, &["2026-Q1", "2026-Q2"]);
    check(&monday, "2025-12-31 2027-01-01", Grain::Year, &["2025 (2025-12-31)", "2026"]);
    check(&sunday, "2026-01-01 2026-07-01", Grain::Quarter, &["FY2026-Q4", "FY2027-Q1"]);
    check(&sunday, "2026-04-01 2027-04-01", Grain::Year, &["FY2027"]);
    check(&named_by_start, "2026-01-01 2026-07-01", Grain::Quarter, &["FY2025-Q4", "FY2026-Q1"]);
    check(&named_by_start, "2026-04-01 2027-04-01", Grain::Year, &["FY2026"]);
    check(&saturday, "2025-12-01 2026-06-01", Grain::Quarter, &["FY2026-Q1", "FY2026-Q2"]);
    // The ends of the calendar have days.
    assert_eq!(labels("9999-12-20 9999-12-31", Grain::Year, &monday), ["9999 (9999-12-20..9999-12-30)"]);
}

/// Week of the year as spreadsheets and US calendars count it: 1 January is in week 1, a new week begins on Sunday.
fn us_week(date: Date) -> i64 {
    let first = Date::constant(date.year(), 1, 1).weekday().to_sunday_zero_offset();
    (i64::from(date.day_of_year()) - 1 + i64::from(first)) / 7 + 1
}

proptest! {
    #[test]
    fn weeks_have_the_number_of_the_standard(days in -3_000_000i64..2_000_000) {
        let date = day("1970-01-01").checked_add(days.days()).unwrap();
        let monday = berlin();
        let week = split(&DateRange::new(date, date.tomorrow().unwrap()).unwrap(), Grain::Week, &monday).unwrap();
        let name = label(&week[0], Grain::Week, &monday);
        let iso = ISOWeekDate::from(date);
        prop_assert_eq!(name.split(' ').next().unwrap(), format!("{:04}-W{:02}", iso.year(), iso.week()));
        // The last week of December that reaches into January is the next year's first.
        let sunday = organisation("UTC", Weekday::Sunday, 1);
        let week = split(&DateRange::new(date, date.tomorrow().unwrap()).unwrap(), Grain::Week, &sunday).unwrap();
        let name = label(&week[0], Grain::Week, &sunday);
        let saturday = date.checked_add(i64::from(6 - date.weekday().to_sunday_zero_offset()).days()).unwrap();
        prop_assert_eq!(name.split(' ').next().unwrap(), format!("{:04}-US{:02}", saturday.year(), us_week(saturday)));
    }

    /// What a whole week, quarter or year is called is a range: that one.
    #[test]
    fn names_are_ranges(
        days in 0i64..60_000, week_start in prop::sample::select(&[Weekday::Monday, Weekday::Sunday][..]),
        first_month in 1i8..=12, by_start: bool, grain in prop::sample::select(&[Grain::Week, Grain::Quarter, Grain::Year][..]),
    ) {
        let named_after = if by_start { YearName::Start } else { YearName::End };
        let fiscal_year = FiscalYear { first_month, named_after };
        let organisation = Organisation::new("Example", "UTC", "EUR", week_start, fiscal_year).unwrap();
        let from = unit_start(day("1950-01-01").checked_add(days.days()).unwrap(), grain, &organisation).unwrap();
        let whole = DateRange::new(from, shift_unit(from, grain, 1).unwrap()).unwrap();
        let periods = split(&whole, grain, &organisation).unwrap();
        prop_assert_eq!(periods.len(), 1);
        let name = label(&periods[0], grain, &organisation);
        let found = resolve_range(&name, instant("2026-11-21T12:00:00Z"), &organisation);
        prop_assert_eq!(found.map(|found| (found.from, found.to)), Ok((whole.from, whole.to)), "{}", name);
    }
}
