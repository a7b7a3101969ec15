use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

mod compare;
mod label;
mod named;

fn organisation(zone: &str, week_start: Weekday, first_month: i8) -> Organisation {
    Organisation::new("Example", zone, "EUR", week_start, FiscalYear::new(first_month).unwrap()).unwrap()
}

fn berlin() -> Organisation {
    organisation("Europe/Berlin", Weekday::Monday, 1)
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// `2026-10-01 2026-11-01` as a range whose end is exclusive.
fn range(text: &str) -> DateRange {
    let (from, to) = text.split_once(' ').unwrap();
    DateRange { from: day(from), to: day(to), step: None }
}

/// Periods as `2026-10-01 2026-10-08`, after checking that their instants are those of their days.
fn days(periods: &[Period], organisation: &Organisation) -> Vec<String> {
    for period in periods {
        assert_eq!((period.start, period.end), (organisation.start_of(period.from), organisation.start_of(period.to)));
    }
    periods.iter().map(|period| format!("{} {}", period.from, period.to)).collect()
}

#[test]
fn names() {
    for grain in Grain::ALL {
        assert_eq!(Grain::parse(grain.name()), Some(grain));
        assert_eq!(serde_json::to_value(grain).unwrap(), grain.to_string());
    }
    for compare in Compare::ALL {
        assert_eq!(Compare::parse(compare.name()), Some(compare));
        assert_eq!(serde_json::to_value(compare).unwrap(), compare.name());
    }
    assert_eq!((Grain::parse("Day"), Compare::parse("")), (None, None));
    let period = berlin().period(day("2026-10-01"), day("2026-11-01"));
    let json = serde_json::json!({
        "from": "2026-10-01", "to": "2026-11-01", "start": "2026-09-30T22:00:00Z", "end": "2026-10-31T23:00:00Z"
    });
    assert_eq!(serde_json::to_value(period).unwrap(), json);
    assert_eq!(serde_json::from_value::<Period>(json).unwrap(), period);
}

#[test]
fn organisations() {
    let fiscal_year = FiscalYear::default();
    let new = |zone, currency, fiscal_year| {
        Organisation::new("Example", zone, currency, Weekday::Monday, fiscal_year).map(|made| made.zone_name)
    };
    assert_eq!(new("europe/berlin", "EUR", fiscal_year).as_deref(), Ok("Europe/Berlin"));
    assert_eq!(new("CEST", "EUR", fiscal_year), Err(PeriodError::Zone { zone: "CEST".into() }));
    for currency in ["", "eur", "EURO", "€", "E1R"] {
        assert_eq!(new("UTC", currency, fiscal_year), Err(PeriodError::Currency { currency: currency.into() }));
    }
    for month in [0, 13, -1, i8::MIN] {
        assert_eq!(FiscalYear::new(month), Err(PeriodError::FirstMonth { month }));
        assert!(new("UTC", "EUR", FiscalYear { first_month: month, ..fiscal_year }).is_err());
    }
}

#[test]
fn days_begin() {
    let cases = [
        ("UTC", "2026-10-25", "2026-10-25T00:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"),
        ("Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00Z"), // 25 hours later
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"), // midnight became 01:00
        ("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z"), // 23 hours later
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"), // midnight became 23:00: Saturday has 25 hours
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"),
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"), // the first of two midnights
        ("America/Havana", "2024-11-04", "2024-11-04T05:00:00Z"),
        ("Pacific/Kwajalein", "1969-09-30", "1969-09-29T13:00:00Z"), // a date of 47 hours
        ("Pacific/Kwajalein", "1969-10-01", "1969-10-01T12:00:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"), // a date left out
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
        ("Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00Z"),
        // 00:01 became 23:01 of the day before.
        ("America/St_Johns", "2005-10-30", "2005-10-30T02:30:00Z"),
        ("America/St_Johns", "2005-10-31", "2005-10-31T03:30:00Z"),
    ];
    for (zone, date, expected) in cases {
        let organisation = organisation(zone, Weekday::Monday, 1);
        let start = organisation.start_of(day(date));
        assert_eq!(start, instant(expected), "{zone} {date}");
        let before = Instant::from_micros(start.micros() - 1);
        assert!(organisation.date_of(start) >= day(date) && organisation.date_of(before) < day(date), "{zone} {date}");
    }
    let shown = [
        ("Europe/Berlin", "2026-11-20T22:59:59.999999Z", "2026-11-20"),
        ("Europe/Berlin", "2026-11-20T23:00:00Z", "2026-11-21"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
        ("America/St_Johns", "2005-10-30T02:31:00Z", "2005-10-30"), // clocks show 23:01 of the 29th again
    ];
    for (zone, at, expected) in shown {
        assert_eq!(organisation(zone, Weekday::Monday, 1).today(instant(at)), day(expected), "{zone} {at}");
    }
    // The ends of the calendar.
    for (zone, first, last) in [
        ("UTC", -377_705_116_800, 253_402_214_400),
        ("Pacific/Kiritimati", -377_705_116_800 + 37_760, 253_402_214_400 - 14 * 3_600), // 10:29:20 behind, 14:00 ahead
        ("Pacific/Pago_Pago", -377_705_116_800 - 45_432, 253_402_214_400 + 11 * 3_600),  // 12:37:12 ahead, 11:00 behind
    ] {
        let organisation = organisation(zone, Weekday::Monday, 1);
        let seconds = [Date::MIN, Date::MAX].map(|date| organisation.start_of(date).micros() / 1_000_000);
        assert_eq!(seconds, [first, last], "{zone}");
        assert!(organisation.date_of(Instant::from_micros(i64::MAX)) >= day("9999-12-30"));
        assert!(organisation.date_of(Instant::from_micros(i64::MIN)) <= day("-009999-01-03"));
    }
}

#[test]
fn ranges_by_name() {
    // Saturday 21 November 2026, already Sunday in Auckland.
    let now = instant("2026-11-21T21:00:00Z");
    let check = |organisation: &Organisation, text: &str, expected: &str| {
        let found = resolve_range(text, now, organisation).map(|found| DateRange { step: None, ..found });
        assert_eq!(found, Ok(range(expected)), "{text}");
    };
    let cases = [
        ("today", "2026-11-21 2026-11-22"),
        ("yesterday", "2026-11-20 2026-11-21"),
        ("this-week", "2026-11-16 2026-11-23"),
        ("last-week", "2026-11-09 2026-11-16"),
        ("this-month", "2026-11-01 2026-12-01"),
        ("last-month", "2026-10-01 2026-11-01"),
        ("this-quarter", "2026-10-01 2027-01-01"),
        ("last-quarter", "2026-07-01 2026-10-01"),
        ("this-year", "2026-01-01 2027-01-01"),
        ("last-year", "2025-01-01 2026-01-01"),
        ("last-1d", "2026-11-20 2026-11-21"),
        ("last-7d", "2026-11-14 2026-11-21"),
        ("last-28d", "2026-10-24 2026-11-21"),
        ("last-90d", "2026-08-23 2026-11-21"),
        ("last-365d", "2025-11-21 2026-11-21"),
        ("last-1w", "2026-11-09 2026-11-16"),
        ("last-4w", "2026-10-19 2026-11-16"),
        ("last-1m", "2026-10-01 2026-11-01"),
        ("last-13m", "2025-10-01 2026-11-01"),
        (" 2026-10-01..2026-10-31 ", "2026-10-01 2026-11-01"),
        ("2026-10-01 .. 2026-10-01", "2026-10-01 2026-10-02"),
        ("2024-02-28..2024-02-29", "2024-02-28 2024-03-01"),
        ("9999-12-29..9999-12-30", "9999-12-29 9999-12-31"),
        ("2025-05-26", "2025-05-26 2025-05-27"),
        ("2023-05", "2023-05-01 2023-06-01"),
        ("2023-05..2023-06", "2023-05-01 2023-07-01"),
        ("2023-11 .. 2024-Q1", "2023-11-01 2024-04-01"),
        ("2023-05..2023-06-10", "2023-05-01 2023-06-11"),
        ("2026-W07..2026-W08", "2026-02-09 2026-02-23"),
    ];
    cases.iter().for_each(|(text, expected)| check(&berlin(), text, expected));
    // Sunday weeks; a fiscal year from April, one from December.
    let auckland = organisation("Pacific/Auckland", Weekday::Sunday, 4);
    let cases = [
        ("today", "2026-11-22 2026-11-23"),
        ("this-week", "2026-11-22 2026-11-29"),
        ("last-week", "2026-11-15 2026-11-22"),
        ("this-quarter", "2026-10-01 2027-01-01"),
        ("this-year", "2026-04-01 2027-04-01"),
        ("last-year", "2025-04-01 2026-04-01"),
    ];
    cases.iter().for_each(|(text, expected)| check(&auckland, text, expected));
    let december = organisation("UTC", Weekday::Saturday, 12);
    let cases = [
        ("this-week", "2026-11-21 2026-11-28"),
        ("this-quarter", "2026-09-01 2026-12-01"),
        ("last-quarter", "2026-06-01 2026-09-01"),
        ("this-year", "2025-12-01 2026-12-01"),
        ("last-year", "2024-12-01 2025-12-01"),
    ];
    cases.iter().for_each(|(text, expected)| check(&december, text, expected));

    let unknown = [
        "",
        "-",
        "..",
        "tomorrow",
        "Today",
        "this-day",
        "this-total",
        "last-",
        "last-d",
        "last-0d",
        "last-00m",
        "last--7d",
        "last-+7d",
        "this-7d",
        "last-7",
        "last-7y",
        "last-7é",
        "last-1234567890d",
        "last-99999999999999999999d",
        "2026-10-32",
        "2026-10-1",
        "2026-10-01..",
        "2026-05..2026-13",
        "last-28d..today",
        "2026-10-01..2026-10-32",
        "2026-02-29..2026-03-01",
        "2026-10-01..2026-10-31..",
        "20261001..20261031",
        "2026-10-01T12:00..2026-10-31",
        "1.10.2026..31.10.2026",
    ];
    for text in unknown {
        assert_eq!(resolve_range(text, now, &berlin()), Err(PeriodError::Range { text: text.into() }));
    }
    // How far back the period before lies: whole months to whole months, a day to a day, other dates by their length.
    for (text, step) in [
        ("2023-05..2023-06", Some((Grain::Month, 2))),
        ("2023-11..2024-Q1", Some((Grain::Month, 5))),
        ("2023-05..2023-06-10", None),
        ("2023-05-01..2023-06-30", None),
        ("2025-05-26", Some((Grain::Day, 1))),
    ] {
        let found = resolve_range(text, now, &berlin()).unwrap().step;
        assert_eq!(found.map(|step| (step.grain, step.count)), step, "{text}");
    }
    for text in [
        "last-9999999d",
        "last-999999999m",
        "last-999999999w",
        "2026-10-01..9999-12-31",
        "9999-12-31",
        "2026-05..9999-12",
    ] {
        assert_eq!(resolve_range(text, now, &berlin()), Err(PeriodError::OutOfCalendar { text: text.into() }));
    }
    for text in ["2026-10-31..2026-10-01", "2026-10-02..2026-10-01", "2026-06..2026-05"] {
        assert!(matches!(resolve_range(text, now, &berlin()), Err(PeriodError::Empty { .. })), "{text}");
    }
    let end = Instant::from_micros(i64::MAX);
    assert!(resolve_range("this-year", end, &berlin()).is_err());
    assert!(resolve_range("last-year", Instant::from_micros(i64::MIN), &berlin()).is_err());
}

#[test]
fn periods() {
    let check = |organisation: &Organisation, text: &str, grain: Grain, expected: &[&str]| {
        let periods = split(&range(text), grain, organisation).unwrap();
        assert_eq!(days(&periods, organisation), expected, "{text} by {grain}");
    };
    let berlin = berlin();
    check(
        &berlin,
        "2024-02-28 2024-03-02",
        Grain::Day,
        &["2024-02-28 2024-02-29", "2024-02-29 2024-03-01", "2024-03-01 2024-03-02"],
    );
    check(&berlin, "2026-11-16 2026-11-30", Grain::Week, &["2026-11-16 2026-11-23", "2026-11-23 2026-11-30"]);
    check(
        &berlin,
        "2026-11-18 2026-12-01",
        Grain::Week,
        &["2026-11-18 2026-11-23", "2026-11-23 2026-11-30", "2026-11-30 2026-12-01"],
    );
    check(&berlin, "2026-11-18 2026-11-19", Grain::Week, &["2026-11-18 2026-11-19"]);
    check(
        &berlin,
        "2024-01-31 2024-04-01",
        Grain::Month,
        &["2024-01-31 2024-02-01", "2024-02-01 2024-03-01", "2024-03-01 2024-04-01"],
    );
    check(
        &berlin,
        "2026-02-10 2026-08-01",
        Grain::Quarter,
        &["2026-02-10 2026-04-01", "2026-04-01 2026-07-01", "2026-07-01 2026-08-01"],
    );
    check(&berlin, "2025-06-01 2027-01-01", Grain::Year, &["2025-06-01 2026-01-01", "2026-01-01 2027-01-01"]);
    check(&berlin, "2025-06-03 2027-01-05", Grain::Total, &["2025-06-03 2027-01-05"]);
    let july = organisation("America/New_York", Weekday::Sunday, 7);
    check(&july, "2026-11-18 2026-11-29", Grain::Week, &["2026-11-18 2026-11-22", "2026-11-22 2026-11-29"]);
    check(
        &july,
        "2026-06-01 2027-08-01",
        Grain::Year,
        &["2026-06-01 2026-07-01", "2026-07-01 2027-07-01", "2027-07-01 2027-08-01"],
    );
    let november = organisation("UTC", Weekday::Monday, 11);
    check(
        &november,
        "2026-01-01 2026-06-01",
        Grain::Quarter,
        &["2026-01-01 2026-02-01", "2026-02-01 2026-05-01", "2026-05-01 2026-06-01"],
    );
    // Hours of the days around clock changes.
    for (zone, text, expected) in [
        ("Europe/Berlin", "2026-03-28 2026-03-31", [24, 23, 24]),
        ("Europe/Berlin", "2026-10-24 2026-10-27", [24, 25, 24]),
        ("America/Sao_Paulo", "2018-11-03 2018-11-06", [24, 23, 24]),
        ("America/Havana", "2024-11-02 2024-11-05", [24, 25, 24]),
        ("Pacific/Apia", "2011-12-29 2012-01-01", [24, 0, 24]),
        ("UTC", "2016-12-31 2017-01-03", [24, 24, 24]),
    ] {
        let periods = split(&range(text), Grain::Day, &organisation(zone, Weekday::Monday, 1)).unwrap();
        let hours = periods.iter().map(|period| period.end.since(period.start).get() / 3_600_000);
        assert_eq!(hours.collect::<Vec<_>>(), expected, "{zone} {text}");
    }
    // Limits: 10,000 days are 27 years.
    let many = |days: i64| {
        let from = day("2000-01-01");
        DateRange { from, to: from.checked_add(days.days()).unwrap(), step: None }
    };
    assert_eq!(split(&many(10_000), Grain::Day, &berlin).map(|periods| periods.len()), Ok(PERIODS_MAX));
    let DateRange { from, to, .. } = many(10_001);
    assert_eq!(split(&many(10_001), Grain::Day, &berlin), Err(PeriodError::TooMany { from, to, grain: Grain::Day }));
    let all = DateRange { from: Date::MIN, to: Date::MAX, step: None };
    assert!(matches!(split(&all, Grain::Week, &berlin), Err(PeriodError::TooMany { .. })));
    assert_eq!(split(&all, Grain::Total, &berlin).map(|periods| periods.len()), Ok(1));
    let years = split(&DateRange { from: day("9990-05-01"), to: Date::MAX, step: None }, Grain::Year, &july).unwrap();
    assert_eq!((years.len(), years[10].to), (11, Date::MAX));
    for text in ["2026-10-02 2026-10-01", "2026-10-01 2026-10-01"] {
        let DateRange { from, to, .. } = range(text);
        assert_eq!(split(&range(text), Grain::Day, &berlin), Err(PeriodError::Empty { from, to }));
    }
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Pacific/Apia",
];

proptest! {
    /// Periods cover their range without gap or overlap, begin at borders, and none could be longer.
    #[test]
    fn periods_tile(
        zone in prop::sample::select(&ZONES[..]), week_start in 0i8..7, first_month in 1i8..=12,
        from in 0i64..36_000, length in 1i64..2_000, grain in prop::sample::select(&Grain::ALL[..]),
    ) {
        let organisation = organisation(zone, Weekday::from_monday_zero_offset(week_start).unwrap(), first_month);
        let date = |days: i64| day("1950-01-01").checked_add(days.days()).unwrap();
        let range = DateRange { from: date(from), to: date(from + length), step: None };
        let periods = split(&range, grain, &organisation).unwrap();
        prop_assert_eq!((periods[0].from, periods[periods.len() - 1].to), (range.from, range.to));
        prop_assert!(periods.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].end == pair[1].start));
        prop_assert!(periods.iter().all(|period| period.from < period.to && period.start <= period.end));
        // A plain second opinion on borders: walk the days.
        let border = |date: Date| {
            let first = date.day() == 1;
            let month = (date.month() + 12 - first_month) % 12;
            match grain {
                Grain::Day => true,
                Grain::Week => date.weekday().to_monday_zero_offset() == week_start,
                Grain::Month => first,
                Grain::Quarter => first && month % 3 == 0,
                Grain::Year => first && month == 0,
                Grain::Total => false,
            }
        };
        let walked: Vec<Date> = (from + 1..from + length).map(date).filter(|date| border(*date)).collect();
        let cuts: Vec<Date> = periods[1..].iter().map(|period| period.from).collect();
        prop_assert_eq!(cuts, walked);
        for compare in Compare::ALL {
            let compared = compared(&periods, &range, grain, compare, &organisation);
            prop_assert_eq!(compared.len(), periods.len());
            for (then, now) in compared.iter().zip(&periods) {
                prop_assert!(then.from < then.to && then.from < now.from);
                prop_assert!(compare == Compare::Year || then.to <= now.from);
            }
            // Without gap or overlap, as they are.
            let units = matches!(grain, Grain::Week | Grain::Month | Grain::Quarter | Grain::Year);
            prop_assert!(!units || compared.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }

    /// The day of an instant is the one whose borders it lies between, and the one clocks show but for repeated evenings.
    #[test]
    fn instants_have_one_day(zone in prop::sample::select(&ZONES[..]), year in 1900i16..2100, change in 0usize..3, minutes in -3_000i64..3_000) {
        let organisation = organisation(zone, Weekday::Monday, 1);
        let start = Date::constant(year, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let near = organisation.zone.following(start).nth(change).map_or(start, |transition| transition.timestamp());
        let at = Instant::from_micros(near.as_microsecond() + minutes * 60_000_000);
        let date = organisation.date_of(at);
        prop_assert!(organisation.start_of(date) <= at && at < organisation.start_of(date.tomorrow().unwrap()));
        let shown = at.timestamp().to_zoned(organisation.zone.clone()).date();
        prop_assert!(date == shown || (zone == "America/St_Johns" && date.yesterday().unwrap() == shown));
        // No earlier instant shows the date or a later one.
        let first = organisation.start_of(date);
        let before = (1..2_000).map(|minute| Instant::from_micros(first.micros() - minute * 60_000_000));
        let mut shown = before.map(|at| at.timestamp().to_zoned(organisation.zone.clone()).date());
        prop_assert!(shown.all(|shown| shown < date));
    }
}
