//! Units to date and periods called by their number.

use super::*;

#[test]
fn units_to_date() {
    // Monday weeks, a fiscal year from April; Wednesday 18 November 2026.
    let organisation = organisation("Europe/Berlin", Weekday::Monday, 4);
    let resolve = |text: &str, now: &str| resolve_range(text, instant(now), &organisation);
    let cases = [
        ("2026-11-18T12:00:00Z", "week", "2026-11-16 2026-11-18"),
        ("2026-11-18T12:00:00Z", "month", "2026-11-01 2026-11-18"),
        ("2026-11-18T12:00:00Z", "quarter", "2026-10-01 2026-11-18"),
        ("2026-11-18T12:00:00Z", "year", "2026-04-01 2026-11-18"),
        ("2026-11-18T23:00:00Z", "month", "2026-11-01 2026-11-19"), // the 19th in Berlin
        ("2024-03-01T12:00:00Z", "year", "2023-04-01 2024-03-01"),
        ("2026-11-02T12:00:00Z", "month", "2026-11-01 2026-11-02"), // one day
    ];
    for (now, unit, expected) in cases {
        let long = resolve(&format!("{unit}-to-date"), now).unwrap();
        assert_eq!(DateRange { step: None, ..long }, range(expected), "{unit} at {now}");
        let grain = Grain::parse(unit).unwrap();
        assert_eq!(long.step, Some(Step { grain, count: 1 }));
        assert_eq!(resolve(&format!("{}td", &unit[..1]), now), Ok(long));
    }
    // On the first day nothing is over yet.
    for (now, text, grain) in [
        ("2026-11-16T12:00:00Z", "wtd", Grain::Week),
        ("2026-10-31T23:00:00Z", "month-to-date", Grain::Month), // 1 November in Berlin
        ("2026-10-01T12:00:00Z", "qtd", Grain::Quarter),
        ("2026-04-01T12:00:00Z", "ytd", Grain::Year),
    ] {
        let today = organisation.today(instant(now));
        let error = PeriodError::NothingToDate { text: text.into(), grain, today };
        assert_eq!(resolve(text, now), Err(error.clone()));
        assert!(error.to_string().contains(&format!("valid are last-{grain}, today and, from tomorrow, {text}")));
    }
    for text in ["day-to-date", "total-to-date", "dtd", "MTD", "month-to-dates"] {
        let now = "2026-11-18T12:00:00Z";
        assert_eq!(resolve(text, now), Err(PeriodError::Range { text: text.into() }));
    }
}

#[test]
fn periods_by_number() {
    let monday = organisation("Europe/Berlin", Weekday::Monday, 1);
    let sunday = organisation("America/New_York", Weekday::Sunday, 7);
    let saturday = organisation("Asia/Dubai", Weekday::Saturday, 1);
    let start = FiscalYear { first_month: 4, named_after: YearName::Start };
    let by_start = Organisation::new("Example", "UTC", "EUR", Weekday::Monday, start).unwrap();
    let now = instant("2026-11-21T12:00:00Z");
    let cases = [
        (&monday, "2026", "2026-01-01 2027-01-01"),
        (&sunday, "2026", "2026-01-01 2027-01-01"), // of the calendar, whatever the fiscal year
        (&monday, "2026-Q2", "2026-04-01 2026-07-01"),
        (&sunday, "2026-Q4", "2026-10-01 2027-01-01"),
        (&monday, "2024-02", "2024-02-01 2024-03-01"),
        (&monday, "2026-12", "2026-12-01 2027-01-01"),
        (&monday, "FY2026", "2026-01-01 2027-01-01"),
        (&sunday, "FY2026", "2025-07-01 2026-07-01"),
        (&by_start, "FY2026", "2026-04-01 2027-04-01"),
        (&monday, "FY2026-Q2", "2026-04-01 2026-07-01"),
        (&sunday, "FY2026-Q1", "2025-07-01 2025-10-01"),
        (&sunday, "FY2026-Q2", "2025-10-01 2026-01-01"),
        (&by_start, "FY2026-Q4", "2027-01-01 2027-04-01"),
        (&monday, "2026-W07", "2026-02-09 2026-02-16"),
        (&monday, "2026-W01", "2025-12-29 2026-01-05"),
        (&monday, "2026-W53", "2026-12-28 2027-01-04"),
        (&monday, "2027-W01", "2027-01-04 2027-01-11"),
        (&sunday, "2026-US01", "2025-12-28 2026-01-04"),
        (&sunday, "2026-US07", "2026-02-08 2026-02-15"),
        (&sunday, "2022-US53", "2022-12-25 2023-01-01"),
        (&sunday, "2023-US01", "2023-01-01 2023-01-08"),
    ];
    for (organisation, text, expected) in cases {
        let found = resolve_range(text, now, organisation).map(|found| DateRange { step: None, ..found });
        assert_eq!(found, Ok(range(expected)), "{text}");
    }
    let error = |organisation: &Organisation, text: &str| resolve_range(text, now, organisation).unwrap_err();
    // Week numbers of other weeks are refused, and the message says what is valid.
    for (organisation, text, valid) in [
        (&monday, "2026-US07", "those from Monday are called as 2026-W07"),
        (&sunday, "2026-W07", "those from Sunday are called as 2026-US07"),
        (&saturday, "2026-W07", "valid are two dates"),
        (&saturday, "2026-US07", "valid are two dates"),
    ] {
        let error = error(organisation, text);
        assert!(matches!(error, PeriodError::WeekName { .. }) && error.to_string().contains(valid), "{error}");
    }
    for (organisation, text) in [(&monday, "2025-W53"), (&sunday, "2026-US53")] {
        assert_eq!(error(organisation, text), PeriodError::NoWeek { text: text.into() });
    }
    for text in ["9999", "9999-12", "9999-Q4", "9999-W52", "FY9999"] {
        assert_eq!(error(&monday, text), PeriodError::OutOfCalendar { text: text.into() }, "{text}");
    }
    for text in [
        "26",
        "02026",
        "2026-0",
        "2026-00",
        "2026-13",
        "2026-7",
        "2026-Q0",
        "2026-Q5",
        "2026-Q",
        "2026-q2",
        "2026-Q02",
        "2026-W0",
        "2026-W00",
        "2026-W54",
        "2026-W7",
        "2026-w07",
        "2026W07",
        "2026-W07-1",
        "2026-US7",
        "FY26",
        "FY2026-",
        "FY2026-07",
        "FY2026-W07",
        "fy2026",
        "FY",
        "FY-2026",
        "-2026",
        "+2026",
        "2026-",
        "2026-+7",
        "20é6",
    ] {
        assert_eq!(error(&monday, text), PeriodError::Range { text: text.into() }, "{text}");
    }
}
