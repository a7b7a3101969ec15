use jiff::Zoned;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

mod naive;

const OFFICE: [&str; 7] = ["09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "", ""];
const DAILY: [&str; 7] = ["09:00-17:00"; 7];
const NIGHTS: [&str; 7] = ["22:00-06:00"; 7];
const DAY_AND_NIGHT: [&str; 7] = ["00:00-24:00"; 7];

fn hours(text: &str) -> Vec<ClockRange> {
    text.split_whitespace().map(|range| range.parse().unwrap()).collect()
}

fn weekly(days: [&str; 7]) -> [Vec<ClockRange>; 7] {
    days.map(hours)
}

fn holiday(date: Date, text: &str) -> Holiday {
    Holiday { date, name: "a holiday".into(), hours: hours(text) }
}

fn version(valid_from: Option<Date>, days: [&str; 7], holidays: Vec<Holiday>) -> Version {
    Version { valid_from, weekly: weekly(days), holidays }
}

fn schedule(zone: &str, days: [&str; 7], holidays: Vec<Holiday>) -> Schedule {
    Schedule::new("test", zone, vec![version(None, days, holidays)]).unwrap()
}

/// A wall-clock time of the schedule's zone, or with an offset one that comes twice.
fn at(schedule: &Schedule, text: &str) -> Instant {
    let zoned: Zoned = format!("{text}[{}]", schedule.zone()).parse().unwrap();
    zoned.timestamp().into()
}

#[track_caller]
fn check(schedule: &Schedule, from: &str, to: &str, minutes: i64) {
    let (from, to) = (at(schedule, from), at(schedule, to));
    let expected = Millis::new(minutes * 60_000);
    assert_eq!(schedule.business_between(from, to), expected);
    assert_eq!(schedule.business_between(to, from), Millis::new(-minutes * 60_000));
    let open: i64 = schedule.open_ranges(from, to).iter().map(|(start, end)| end.since(*start).get()).sum();
    assert_eq!(open, expected.get(), "sum of the open ranges");
}

#[test]
fn oracles() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/oracles/business_hours.json"
    )))
    .unwrap();
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let inputs = &vector["inputs"];
        let day = |weekday: usize| -> Vec<ClockRange> {
            let ranges = inputs["open_minutes_by_weekday_mon0"][weekday.to_string()].as_array();
            let minute = |value: &Value| u16::try_from(value.as_u64().unwrap()).unwrap();
            ranges.into_iter().flatten().map(|r| ClockRange::new(minute(&r[0]), minute(&r[1])).unwrap()).collect()
        };
        let dates = inputs["holidays"].as_array().unwrap().iter();
        let holidays = dates.map(|date| holiday(date.as_str().unwrap().parse().unwrap(), "")).collect();
        let version = Version { valid_from: None, weekly: std::array::from_fn(day), holidays };
        let schedule = Schedule::new("oracle", inputs["tz"].as_str().unwrap(), vec![version]).unwrap();
        let (from, to) = (inputs["start_local"].as_str().unwrap(), inputs["end_local"].as_str().unwrap());
        check(&schedule, from, to, vector["expected"]["business_minutes"].as_i64().unwrap());
        let elapsed = Schedule::always("always").business_between(at(&schedule, from), at(&schedule, to));
        assert_eq!(elapsed.get(), vector["expected"]["elapsed_minutes"].as_i64().unwrap() * 60_000, "{}", vector["id"]);
    }
}

#[test]
fn ends_of_a_range() {
    let office = schedule("Europe/Paris", OFFICE, vec![]);
    check(&office, "2025-01-06T08:00", "2025-01-06T09:00", 0);
    check(&office, "2025-01-06T08:59", "2025-01-06T09:01", 1);
    check(&office, "2025-01-06T16:59", "2025-01-07T09:01", 2);
    check(&office, "2025-01-06T10:00", "2025-01-06T10:00", 0);
    check(&office, "2025-01-04T00:00", "2025-01-06T00:00", 0);
    check(&office, "2025-01-01T00:00", "2026-01-01T00:00", 261 * 480);
    let open = ["2025-01-06T09:00", "2025-01-06T16:59:59.999999"];
    assert!(open.iter().all(|time| office.is_open(at(&office, time))));
    let closed = ["2025-01-06T08:59:59.999999", "2025-01-06T17:00", "2025-01-05T12:00"];
    assert!(!closed.iter().any(|time| office.is_open(at(&office, time))));
    // Milliseconds, truncated: 20.4 s are not 20 s.
    let from = at(&office, "2025-01-06T16:59:39.6");
    assert_eq!(office.business_between(from, at(&office, "2025-01-07T08:00")), Millis::new(20_400));
    let from = at(&office, "2025-01-06T16:59:59.999001");
    assert_eq!(office.business_between(from, at(&office, "2025-01-07T08:00")), Millis::new(0));
}

#[test]
fn night_shifts() {
    // Worked by hand: Friday's shift ends on Saturday, Sunday's begins in the evening.
    let nights = schedule(
        "Europe/Berlin",
        ["22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "", "22:00-06:00"],
        vec![],
    );
    check(&nights, "2025-06-02T00:00", "2025-06-02T12:00", 360); // Monday: the end of Sunday's
    check(&nights, "2025-06-06T21:00", "2025-06-08T21:00", 480); // Friday's, to Saturday 06:00
    check(&nights, "2025-06-07T06:00", "2025-06-08T22:00", 0);
    check(&nights, "2025-06-02T00:00", "2025-06-09T00:00", 6 * 480);
    // Clocks go forward at 02:00 on 30 March and back at 03:00 on 26 October 2025.
    let nights = schedule("Europe/Berlin", NIGHTS, vec![]);
    check(&nights, "2025-03-29T12:00", "2025-03-30T12:00", 420);
    check(&nights, "2025-10-25T12:00", "2025-10-26T12:00", 540);
    // Midnight is where one range meets the next, and the same as 24:00.
    let split = schedule("Europe/Berlin", ["00:00-06:00 22:00-00:00"; 7], vec![]);
    for (from, to) in [("2025-03-29T12:00", "2025-04-02T03:30"), ("2025-10-25T23:59", "2025-10-26T02:10+01:00")] {
        let (from, to) = (at(&nights, from), at(&nights, to));
        assert_eq!(split.open_ranges(from, to), nights.open_ranges(from, to));
    }
    // From 09:00 to 09:00 is a day and night.
    let around = schedule("Europe/Berlin", ["09:00-09:00", "", "", "", "", "", ""], vec![]);
    check(&around, "2025-06-02T00:00", "2025-06-09T00:00", 1440);
}

#[test]
fn holidays() {
    let closed = vec![holiday(date(2025, 12, 25), ""), holiday(date(2025, 12, 24), "09:00-12:00")];
    let office = schedule("Europe/Berlin", OFFICE, closed.clone());
    check(&office, "2025-12-22T00:00", "2025-12-29T00:00", 3 * 480 + 180); // Mon, Tue, Fri and a short Wed
    check(&office, "2025-12-24T11:00", "2025-12-26T09:30", 90);
    // A shift belongs to the day it starts on: the eve's is worked to its end, the holiday's own is not.
    let nights = schedule("Europe/Berlin", NIGHTS, vec![holiday(date(2025, 12, 25), "")]);
    check(&nights, "2025-12-25T00:00", "2025-12-26T00:00", 360);
    check(&nights, "2025-12-26T00:00", "2025-12-27T00:00", 120);
    // Hours of a holiday may meet the end of the eve's shift; no minute counts twice.
    let both = schedule("Europe/Berlin", NIGHTS, vec![holiday(date(2025, 12, 25), "05:00-12:00")]);
    check(&both, "2025-12-25T00:00", "2025-12-26T00:00", 720);
    // Open on a Sunday that is a special day.
    let sunday = schedule("Europe/Berlin", OFFICE, vec![holiday(date(2025, 12, 21), "10:00-14:00")]);
    check(&sunday, "2025-12-20T00:00", "2025-12-22T00:00", 240);
}

#[test]
fn versions() {
    let long = ["08:00-20:00"; 7];
    let versions = vec![
        version(None, OFFICE, vec![holiday(date(2025, 7, 4), "")]),
        version(Some(date(2025, 6, 4)), NIGHTS, vec![holiday(date(2025, 6, 3), "")]),
        version(Some(date(2025, 7, 1)), long, vec![]),
    ];
    let changing = Schedule::new("test", "UTC", versions).unwrap();
    check(&changing, "2025-06-02T00:00", "2025-06-04T00:00", 480); // Monday; Tuesday is a holiday listed elsewhere
    check(&changing, "2025-06-04T00:00", "2025-06-05T12:00", 480); // the first night
    check(&changing, "2025-07-01T00:00", "2025-07-02T00:00", 360 + 720); // 30 June's night, then 1 July's day
    check(&changing, "2025-07-04T00:00", "2025-07-05T00:00", 0); // a holiday of the first version still is one
    check(&changing, "1905-06-05T00:00", "1905-06-12T00:00", 5 * 480);
    check(&changing, "3025-07-01T00:00", "3025-07-08T00:00", 7 * 720);
}

#[test]
fn versions_at_clock_changes() {
    // Berlin, 30 March 2025 (02:00 → 03:00) and 26 October (03:00 → 02:00), each the first day of a version.
    let versions = vec![
        version(None, NIGHTS, vec![holiday(date(2025, 3, 28), ""), holiday(date(2025, 10, 26), "01:00-05:00")]),
        version(
            Some(date(2025, 3, 30)),
            ["01:00-04:00 22:00-24:00"; 7],
            vec![holiday(date(2025, 3, 31), "00:00-24:00")],
        ),
        version(Some(date(2025, 10, 26)), DAY_AND_NIGHT, vec![]),
    ];
    let changing = Schedule::new("test", "Europe/Berlin", versions.clone()).unwrap();
    check(&changing, "2025-03-28T12:00", "2025-03-30T00:00", 120); // no shift on the 28th, the 29th's begins
    check(&changing, "2025-03-30T00:00", "2025-03-31T00:00", 5 * 60 + 120); // its tail, which holds the new hours' start
    check(&changing, "2025-03-30T03:30", "2025-03-30T12:00", 150); // 03:30 to 06:00
    check(&changing, "2025-03-31T00:00", "2025-04-01T12:00", 1440 + 180);
    check(&changing, "2025-10-25T12:00", "2025-10-26T12:00", 120 + 5 * 60); // a holiday's hours, an hour longer
    check(&changing, "2025-10-26T12:00", "2025-10-28T00:00", 1440);
    for (from, to) in [("2025-03-25T00:00", "2025-04-03T00:00"), ("2025-10-20T00:00", "2025-10-30T00:00")] {
        let (from, to) = (at(&changing, from), at(&changing, to));
        let walked = naive::naive(&versions, "Europe/Berlin", from, to, false);
        assert_eq!(changing.business_between(from, to).get(), walked);
    }
}

#[test]
fn clock_changes() {
    // New York, 9 March 2025: 02:00 becomes 03:00; 2 November: 02:00 becomes 01:00.
    let all = schedule("America/New_York", DAY_AND_NIGHT, vec![]);
    check(&all, "2025-03-09T00:00", "2025-03-10T00:00", 23 * 60);
    check(&all, "2025-11-02T00:00", "2025-11-03T00:00", 25 * 60);
    let sundays = |text| schedule("America/New_York", ["", "", "", "", "", "", text], vec![]);
    let spring = |text, minutes| check(&sundays(text), "2025-03-08T00:00", "2025-03-11T00:00", minutes);
    spring("02:30-10:00", 7 * 60); // opens when clocks show 03:00
    spring("01:00-02:30", 60); // closes when they would show 02:00
    spring("02:10-02:50", 0);
    spring("02:00-03:00", 0);
    spring("01:30-03:30", 60);
    spring("23:00-02:30", 210);
    let autumn = |text, minutes| check(&sundays(text), "2025-11-01T00:00", "2025-11-04T00:00", minutes);
    autumn("00:30-01:00", 30); // over before the hour is repeated
    autumn("00:30-01:30", 120); // first to last
    autumn("01:00-02:00", 120);
    autumn("01:15-01:45", 90);
    autumn("01:30-05:00", 270);
    autumn("02:00-05:00", 180);
    autumn("00:00-01:15 01:45-03:00", 240); // the second opens before the first has closed for good
    // Where midnight itself is repeated, Saturday ends with its first showing: Havana, 3 November 2024, 01:00 → 00:00.
    let saturdays = schedule("America/Havana", ["", "", "", "", "", "00:00-24:00", ""], vec![]);
    check(&saturdays, "2024-11-01T00:00", "2024-11-05T00:00", 1440);
    let sundays = schedule("America/Havana", ["", "", "", "", "", "", "00:00-24:00"], vec![]);
    check(&sundays, "2024-11-01T00:00", "2024-11-05T00:00", 1500);
    // Where it is skipped, Sunday opens at 01:00: São Paulo, 4 November 2018.
    let sundays = schedule("America/Sao_Paulo", ["", "", "", "", "", "", "00:00-12:00"], vec![]);
    check(&sundays, "2018-11-03T00:00", "2018-11-06T00:00", 660);
    // Half an hour: Lord Howe, 5 April 2026, 02:00 → 01:30.
    let sundays = schedule("Australia/Lord_Howe", ["", "", "", "", "", "", "00:00-12:00"], vec![]);
    check(&sundays, "2026-04-04T00:00", "2026-04-07T00:00", 750);
    // A day that never was: Apia went from Thursday 29 to Saturday 31 December 2011.
    let daily = schedule("Pacific/Apia", DAILY, vec![]);
    check(&daily, "2011-12-29T00:00", "2012-01-01T00:00", 960);
    let all = schedule("Pacific/Apia", DAY_AND_NIGHT, vec![]);
    check(&all, "2011-12-29T00:00", "2012-01-01T00:00", 2880);
}

#[test]
fn time_added() {
    let office = schedule("Europe/Paris", OFFICE, vec![holiday(date(2025, 1, 7), "")]);
    let added = |from: &str, minutes: i64, expected: &str| {
        let from = at(&office, from);
        assert_eq!(office.add_business(from, Millis::new(minutes * 60_000)), Some(at(&office, expected)));
    };
    added("2025-01-06T10:00", 60, "2025-01-06T11:00");
    added("2025-01-06T16:00", 60, "2025-01-06T17:00"); // at the closing, not the next opening
    added("2025-01-06T16:00", 61, "2025-01-08T09:01");
    added("2025-01-04T11:00", 1, "2025-01-06T09:01");
    added("2025-01-04T11:00", 0, "2025-01-04T11:00");
    added("2025-01-02T09:00", 260 * 480, "2026-01-01T17:00"); // over a year with a holiday
    let from = at(&office, "2025-01-06T10:00");
    assert_eq!(office.add_business(from, Millis::new(-1)), None);
    assert_eq!(office.add_business(from, Millis::new(i64::MAX)), None);
    assert_eq!(office.add_business(Instant::from_micros(i64::MAX), Millis::new(1)), None);
    // Ten years and no longer.
    let day: i64 = 86_400_000;
    let always = Schedule::always("always");
    assert!(always.add_business(from, Millis::new(3_653 * day)).is_some());
    assert_eq!(always.add_business(from, Millis::new(3_653 * day + 1)), None);
    let ended = vec![version(None, OFFICE, vec![]), version(Some(date(2025, 1, 7)), [""; 7], vec![])];
    let ended = Schedule::new("ended", "Europe/Paris", ended).unwrap();
    assert_eq!(ended.add_business(from, Millis::new(7 * 3_600_000)), Some(at(&ended, "2025-01-06T17:00")));
    assert_eq!(ended.add_business(from, Millis::new(7 * 3_600_000 + 1)), None);
}

#[test]
fn business_days() {
    #[track_caller]
    fn check(schedule: &Schedule, from: &str, expected: &[(u32, &str)]) {
        for (days, end) in expected {
            let end = (!end.is_empty()).then(|| at(schedule, end));
            assert_eq!(schedule.business_day_end(at(schedule, from), *days), end, "{days} days from {from}");
        }
    }
    // Thursday 2 January 2025; Monday 6 is a holiday, Tuesday 7 a short day.
    let special = vec![holiday(date(2025, 1, 6), ""), holiday(date(2025, 1, 7), "09:00-12:00")];
    let office = schedule("Europe/Berlin", OFFICE, special);
    let thursday = [(0, "2025-01-03T00:00"), (1, "2025-01-04T00:00"), (2, "2025-01-08T00:00"), (3, "2025-01-09T00:00")];
    check(&office, "2025-01-02T00:00", &thursday); // before the opening is its own day
    check(&office, "2025-01-02T16:59:59.999", &thursday);
    check(&office, "2025-01-02T17:00", &[(0, "2025-01-04T00:00"), (1, "2025-01-08T00:00")]); // closed: Friday
    for weekend in ["2025-01-03T17:00", "2025-01-04T12:00", "2025-01-05T23:59", "2025-01-06T10:00", "2025-01-07T11:59"]
    {
        check(&office, weekend, &[(0, "2025-01-08T00:00"), (1, "2025-01-09T00:00")]); // Tuesday
    }
    check(&office, "2025-01-07T12:00", &[(0, "2025-01-09T00:00")]); // the short day is over
    check(&office, "2025-01-02T12:00", &[(2 + 2 * 260, "2027-01-06T00:00")]);
    // Split days: the last closing counts.
    let siesta = schedule("Europe/Madrid", ["09:00-13:00 16:00-20:00"; 7], vec![]);
    check(&siesta, "2025-01-02T14:00", &[(0, "2025-01-03T00:00")]);
    check(&siesta, "2025-01-02T20:00", &[(0, "2025-01-04T00:00")]);
    // Nights from Monday to Friday belong to the date they begin on.
    let nights = schedule(
        "Europe/Berlin",
        ["22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "22:00-06:00", "", ""],
        vec![],
    );
    check(&nights, "2025-01-03T23:59", &[(0, "2025-01-04T00:00"), (1, "2025-01-07T00:00")]); // Friday
    check(&nights, "2025-01-04T02:00", &[(0, "2025-01-07T00:00"), (1, "2025-01-08T00:00")]); // Saturday counts as Monday
    check(&nights, "2025-01-03T02:00", &[(0, "2025-01-04T00:00")]); // Thursday's shift, but Friday is one too
    // Round the clock every date is one; days of 23 and 25 hours end at midnight.
    let always = Schedule::always("always");
    check(&always, "2025-01-02T23:59:59.999999", &[(0, "2025-01-03T00:00"), (365, "2026-01-03T00:00")]);
    let daily = schedule("Europe/Berlin", DAILY, vec![]);
    check(&daily, "2025-03-29T12:00", &[(1, "2025-03-31T00:00")]);
    check(&daily, "2025-10-25T12:00", &[(1, "2025-10-27T00:00"), (2, "2025-10-28T00:00")]);
    // Where midnight is skipped a day ends when clocks are put forward; where it comes twice, at the first.
    let brazil = schedule("America/Sao_Paulo", DAILY, vec![]);
    check(&brazil, "2018-11-03T12:00", &[(0, "2018-11-04T01:00")]);
    let havana = schedule("America/Havana", DAILY, vec![]);
    check(&havana, "2024-11-02T12:00", &[(0, "2024-11-03T00:00-04:00"), (1, "2024-11-04T00:00")]);
    // Opening hours that clocks skip make no business day; nor does a date that never was.
    let sundays = schedule("America/New_York", ["", "", "", "", "", "", "02:10-02:50"], vec![]);
    check(&sundays, "2025-03-08T12:00", &[(0, "2025-03-17T00:00")]);
    let apia = schedule("Pacific/Apia", DAILY, vec![]);
    check(&apia, "2011-12-29T12:00", &[(0, "2011-12-31T00:00"), (1, "2012-01-01T00:00")]);
    // A change of hours: weekends from February on.
    let versions = vec![
        version(None, OFFICE, vec![]),
        version(Some(date(2025, 2, 1)), ["", "", "", "", "", "10:00-14:00", "10:00-14:00"], vec![]),
    ];
    let changing = Schedule::new("test", "UTC", versions).unwrap();
    check(
        &changing,
        "2025-01-30T12:00",
        &[(1, "2025-02-01T00:00"), (2, "2025-02-02T00:00"), (3, "2025-02-03T00:00"), (4, "2025-02-09T00:00")],
    );
    // Ten years and no longer; a schedule that has ended; the ends of the calendar.
    let noon = at(&always, "2025-01-01T12:00");
    assert!(always.business_day_end(noon, 3_652).is_some());
    assert_eq!(always.business_day_end(noon, 3_653), None);
    assert_eq!(always.business_day_end(noon, u32::MAX), None);
    let ended = vec![version(None, DAILY, vec![]), version(Some(date(2025, 1, 3)), [""; 7], vec![])];
    let ended = Schedule::new("ended", "UTC", ended).unwrap();
    check(&ended, "2025-01-01T12:00", &[(0, "2025-01-02T00:00"), (1, "2025-01-03T00:00"), (2, "")]);
    check(&ended, "2025-01-02T17:00", &[(0, "")]);
    assert_eq!(always.business_day_end(Instant::from_micros(i64::MAX), 0), None);
    assert_eq!(always.business_day_end(Timestamp::MAX.into(), 0), None);
    let first = always.business_day_end(Timestamp::MIN.into(), 0).map(|end| end.to_string());
    assert_eq!(first.as_deref(), Some("-009999-01-03T00:00:00Z"));
    assert_eq!(always.business_day_end(Instant::from_micros(i64::MIN), 0), None); // more than ten years before
}

#[test]
fn far_away() {
    let always = Schedule::always("always");
    let (first, last) = (Instant::from(Timestamp::MIN), Instant::from(Timestamp::MAX));
    assert_eq!(always.business_between(first, last), last.since(first));
    assert_eq!(
        always.business_between(Instant::from_micros(i64::MIN), Instant::from_micros(i64::MAX)),
        last.since(first)
    );
    assert!(always.is_open(first) && always.is_open(last));
    assert_eq!(always.open_ranges(at(&always, "2025-01-01T00:00"), at(&always, "2045-01-01T00:00")).len(), 1);
    // 7,600 years are 19 cycles: every one as long as the first.
    let office = schedule("America/New_York", OFFICE, vec![]);
    let cycle = office.business_between(at(&office, "2200-03-01T12:00"), at(&office, "2600-03-01T12:00"));
    assert_eq!(cycle.get(), 400 * 365_2425 / 10_000 / 7 * 5 * 8 * 3_600_000);
    let long = office.business_between(at(&office, "2200-03-01T12:00"), at(&office, "9800-03-01T12:00"));
    assert_eq!(long.get(), 19 * cycle.get());
    let before = office.business_between(
        at(&office, "-9000-03-01T12:00".replace("-9000", "-009000").as_str()),
        at(&office, "-001000-03-01T12:00"),
    );
    assert_eq!(before.get(), 20 * cycle.get());
    // Something dated far away is not repeated.
    for year in [-9999, -9000, 1500, 2300, 9700, 9999] {
        let day = date(year, 6, 15);
        let closed = schedule("UTC", DAILY, vec![holiday(day, "")]);
        let noon = Instant::from(day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp());
        assert!(!closed.is_open(noon));
        let days = |count: i64| Instant::from_micros(noon.micros() + count * 86_400_000_000);
        assert!(closed.is_open(days(1)) && closed.is_open(days(-1)));
        for cycles in [-2, -1, 1, 2] {
            let other = days(cycles * 146_097);
            if (first.micros()..last.micros()).contains(&other.micros()) {
                assert!(closed.is_open(other), "{other}");
            }
        }
    }
}

#[test]
fn definitions() {
    let overlap = |day: &str, first: &str, second: &str| CalendarError::Overlap {
        day: day.into(),
        first: first.parse().unwrap(),
        second: second.parse().unwrap(),
    };
    let some = |day| Some(date(2025, 1, day));
    let cases = [
        (vec![], CalendarError::NeverOpen),
        (vec![version(None, [""; 7], vec![holiday(date(2025, 1, 1), "")])], CalendarError::NeverOpen),
        (vec![version(some(1), DAILY, vec![])], CalendarError::FirstVersionDated { date: date(2025, 1, 1) }),
        (
            vec![version(None, DAILY, vec![]), version(None, DAILY, vec![])],
            CalendarError::VersionUndated { position: 2 },
        ),
        (
            vec![version(None, DAILY, vec![]), version(some(2), DAILY, vec![]), version(some(2), DAILY, vec![])],
            CalendarError::VersionOrder { date: date(2025, 1, 2) },
        ),
        (
            vec![
                version(None, DAILY, vec![holiday(date(2025, 1, 1), "")]),
                version(some(2), DAILY, vec![holiday(date(2025, 1, 1), "10:00-11:00")]),
            ],
            CalendarError::HolidayTwice { date: date(2025, 1, 1) },
        ),
        (
            vec![version(None, ["09:00-12:00 11:00-13:00", "", "", "", "", "", ""], vec![])],
            overlap("monday", "09:00-12:00", "11:00-13:00"),
        ),
        (
            vec![version(None, ["", "22:00-06:00", "05:00-12:00", "", "", "", ""], vec![])],
            overlap("tuesday", "22:00-06:00", "05:00-12:00"),
        ),
        (
            vec![version(None, ["05:59-12:00", "", "", "", "", "", "22:00-06:00"], vec![])],
            overlap("sunday", "22:00-06:00", "05:59-12:00"),
        ),
        (
            vec![version(None, DAILY, vec![holiday(date(2025, 1, 1), "12:00-14:00 09:00-13:00")])],
            overlap("holiday 2025-01-01 (a holiday)", "09:00-13:00", "12:00-14:00"),
        ),
    ];
    for (versions, expected) in cases {
        assert_eq!(Schedule::new("test", "UTC", versions).unwrap_err(), expected);
    }
    let daily = || vec![version(None, DAILY, vec![])];
    assert_eq!(
        Schedule::new("a", "Europe/Atlantis", daily()).unwrap_err(),
        CalendarError::Zone { zone: "Europe/Atlantis".into() }
    );
    assert_eq!(Schedule::new(" ", "UTC", daily()).unwrap_err(), CalendarError::Unnamed);
    // Touching is no overlap, over midnight and from Sunday to Monday neither.
    assert!(Schedule::new("a", "UTC", vec![version(None, ["06:00-22:00 22:00-06:00"; 7], vec![])]).is_ok());
}

#[test]
fn ranges_as_text() {
    let valid = [
        ("09:00-17:30", (540, 1050), "09:00-17:30"),
        ("9:00 - 17:30", (540, 1050), "09:00-17:30"),
        ("09:00–17:30", (540, 1050), "09:00-17:30"),
        ("22:00-06:00", (1320, 360), "22:00-06:00"),
        ("00:00-24:00", (0, 1440), "00:00-24:00"),
        ("22:00-00:00", (1320, 1440), "22:00-24:00"),
        ("00:00-00:00", (0, 1440), "00:00-24:00"),
        ("23:59-23:59", (1439, 1439), "23:59-23:59"),
    ];
    for (text, minutes, canonical) in valid {
        let range: ClockRange = text.parse().unwrap();
        assert_eq!((range.from_minute(), range.to_minute()), minutes, "{text}");
        assert_eq!(range.to_string(), canonical);
        assert_eq!(canonical.parse::<ClockRange>().unwrap(), range);
    }
    let invalid = [
        "",
        "-",
        "9-17",
        "09:00",
        "24:00-06:00",
        "09:60-10:00",
        "09:00-24:01",
        "09:00-25:00",
        "+9:00-10:00",
        "09:0-10:00",
        "009:00-10:00",
        "09:00-10:00-11:00",
        "09:00:00-10:00",
        "٠٩:00-10:00",
        "99999:00-10:00",
    ];
    for text in invalid {
        assert_eq!(text.parse::<ClockRange>(), Err(CalendarError::Range { text: text.into() }));
    }
    assert!(ClockRange::new(1440, 10).is_err() && ClockRange::new(0, 1441).is_err());
}

#[test]
fn version_hashes() {
    let hash = |zone, versions| Schedule::new("a", zone, versions).unwrap().version_hash().to_owned();
    let holidays = || vec![holiday(date(2025, 1, 1), ""), holiday(date(2025, 1, 2), "09:00-10:00 11:00-12:00")];
    let base = hash("Europe/Berlin", vec![version(None, DAILY, holidays())]);
    assert!(base.len() == 16 && base.bytes().all(|byte| byte.is_ascii_hexdigit()));
    // Names and order decide nothing.
    let mut renamed = vec![holiday(date(2025, 1, 2), "11:00-12:00 09:00-10:00"), holiday(date(2025, 1, 1), "")];
    renamed[0].name = "another name".into();
    let same = Schedule::new("b", "europe/berlin", vec![version(None, DAILY, renamed)]).unwrap();
    assert_eq!(same.version_hash(), base);
    let others = [
        hash("Europe/Paris", vec![version(None, DAILY, holidays())]),
        hash("Europe/Berlin", vec![version(None, OFFICE, holidays())]),
        hash("Europe/Berlin", vec![version(None, DAILY, vec![])]),
        hash("Europe/Berlin", vec![version(None, DAILY, holidays()), version(Some(date(2025, 1, 3)), DAILY, vec![])]),
        Schedule::always("a").version_hash().to_owned(),
    ];
    for other in others {
        assert_ne!(other, base);
    }
}

#[test]
fn calendars() {
    let two = || vec![Schedule::always("b"), schedule("UTC", DAILY, vec![])];
    let calendars = Calendars::new("b", two()).unwrap();
    assert_eq!(calendars.default().name(), "b");
    assert_eq!(calendars.names().collect::<Vec<_>>(), ["b", "test"]);
    assert_eq!(calendars.get("test").map(|schedule| schedule.name()), Some("test"));
    assert!(calendars.get("c").is_none());
    let unknown = CalendarError::UnknownDefault { name: "c".into(), declared: "b, test".into() };
    assert_eq!(Calendars::new("c", two()).unwrap_err(), unknown);
    let twice = vec![Schedule::always("b"), Schedule::always("b")];
    assert_eq!(Calendars::new("b", twice).unwrap_err(), CalendarError::DeclaredTwice { name: "b".into() });
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&calendars);
}
