//! A second opinion: walks minute by minute in UTC and looks at the wall clock. It knows the declared hours and which
//! time a clock shows, and nothing of gaps, folds, stretches or cycles.

use jiff::tz::TimeZone;

use super::*;

const MINUTE: i64 = 60_000_000;

/// Zones with whole-minute offsets since 1975: both hemispheres, changes at midnight, of half an hour, of a day, none.
const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Atlantic/Azores",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Asia/Gaza",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Pacific/Apia",
];

/// Ranges, in minutes of the local calendar, that start on day `day` (days since 1970-01-01).
fn declared(versions: &[Version], day: i64) -> Vec<(i64, i64)> {
    let date = date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * day));
    let special = versions.iter().flat_map(|version| &version.holidays).find(|holiday| holiday.date == date);
    let in_force = versions.iter().rfind(|version| version.valid_from.is_none_or(|from| from <= date)).unwrap();
    let hours = match special {
        Some(holiday) => &holiday.hours,
        // 1 January 1970 was a Thursday.
        None => &in_force.weekly[(day + 3).rem_euclid(7) as usize],
    };
    let minutes = |range: &ClockRange| {
        let (from, to) = (i64::from(range.from_minute()), i64::from(range.to_minute()));
        (day * 1440 + from, day * 1440 + if to <= from { to + 1440 } else { to })
    };
    hours.iter().map(minutes).collect()
}

/// Open UTC minutes (since 1970) of `[from, to)`, by what is `shown` at a minute: the latest local minute shown so far
/// and the earliest still to be shown, which are the same except while an hour is repeated.
fn walk(versions: &[Version], zone: &TimeZone, from: i64, to: i64, plain: bool) -> Vec<i64> {
    // Longer than any hour was repeated since 1975.
    const AROUND: i64 = 4 * 60;
    let local = |minute: i64| {
        let at = Timestamp::from_microsecond(minute * MINUTE).unwrap();
        minute + i64::from(zone.to_offset(at).seconds()) / 60
    };
    let shown: Vec<i64> = (from - AROUND..to + AROUND).map(local).collect();
    let (mut reached, mut to_come) = (shown.clone(), shown.clone());
    if !plain {
        (1..shown.len()).for_each(|index| reached[index] = reached[index].max(reached[index - 1]));
        (0..shown.len() - 1).rev().for_each(|index| to_come[index] = to_come[index].min(to_come[index + 1]));
    }
    let mut days = std::collections::BTreeMap::new();
    (from..to)
        .filter(|minute| {
            let index = (minute - from + AROUND) as usize;
            let (reached, to_come) = (reached[index], to_come[index]);
            (to_come.div_euclid(1440) - 1..=reached.div_euclid(1440)).any(|day| {
                let ranges = days.entry(day).or_insert_with(|| declared(versions, day));
                ranges.iter().any(|(open, close)| *open <= reached && to_come < *close)
            })
        })
        .collect()
}

/// Open milliseconds of `[from, to)`.
pub(super) fn naive(versions: &[Version], zone: &str, from: Instant, to: Instant, plain: bool) -> i64 {
    let zone = TimeZone::get(zone).unwrap();
    let (first, last) = (from.micros().div_euclid(MINUTE), to.micros().div_euclid(MINUTE) + 1);
    let inside = |minute: i64| (minute * MINUTE + MINUTE).min(to.micros()) - (minute * MINUTE).max(from.micros());
    walk(versions, &zone, first, last, plain).into_iter().map(|minute| inside(minute).max(0)).sum::<i64>() / 1000
}

/// Up to three ranges between minutes `from` and `to` of a day.
fn ranges(from: u16, to: u16) -> impl Strategy<Value = Vec<ClockRange>> {
    prop::collection::btree_set(from..=to, 0..=6).prop_map(|ends| {
        let ends: Vec<u16> = ends.into_iter().collect();
        ends.chunks_exact(2).map(|pair| ClockRange::new(pair[0], pair[1]).unwrap()).collect()
    })
}

/// A day's hours: ranges at any time, or in the small hours where clocks change; all day; none.
fn day() -> impl Strategy<Value = Vec<ClockRange>> {
    prop_oneof![
        3 => ranges(0, 1440),
        3 => ranges(0, 240),
        1 => Just(hours("00:00-24:00")),
        1 => Just(vec![]),
    ]
}

/// Weekly hours without overlaps; nights are added where the next morning leaves room.
fn week() -> impl Strategy<Value = [Vec<ClockRange>; 7]> {
    (prop::array::uniform7(day()), prop::array::uniform7(prop::option::of((0u16..=1440, 0u16..=300)))).prop_map(
        |(mut week, nights)| {
            for (weekday, night) in nights.into_iter().enumerate() {
                let Some((start, end)) = night else { continue };
                let morning = week[(weekday + 1) % 7].iter().map(|range| range.from_minute()).min().unwrap_or(1440);
                let evening = week[weekday].iter().map(|range| range.to_minute()).max().unwrap_or(0);
                let yesterday = week[(weekday + 6) % 7].iter().filter(|range| range.to_minute() <= range.from_minute());
                let dawn = yesterday.map(|range| range.to_minute()).max().unwrap_or(0);
                let (start, end) = (start.max(evening).max(dawn), end.min(morning));
                if start < 1440 && 0 < end && end <= start {
                    week[weekday].push(ClockRange::new(start, end).unwrap());
                }
            }
            week
        },
    )
}

/// A schedule's zone and versions, and an instant near its clock changes, holidays and versions.
fn schedules() -> impl Strategy<Value = (&'static str, Vec<Version>, i64)> {
    let special = (-4i64..4, day());
    // Up to three more versions within days of the clock change.
    let later = (-3i64..3, week());
    (
        prop::sample::select(&ZONES[..]),
        1975i16..2090,
        0usize..4,
        week(),
        prop::collection::btree_map(later.0, later.1, 0..4),
        prop::collection::vec(special, 0..4),
    )
        .prop_map(|(zone, year, change, weekly, later, specials)| {
            let start = date(year, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp();
            let time_zone = TimeZone::get(zone).unwrap();
            let near = time_zone.following(start).nth(change).map_or(start, |transition| transition.timestamp());
            let today = near.to_zoned(time_zone).date();
            let day = |days: i64| today.saturating_add(jiff::SignedDuration::from_hours(24 * days));
            let dates: std::collections::BTreeMap<i64, Vec<ClockRange>> = specials.into_iter().collect();
            let holidays =
                dates.into_iter().map(|(days, hours)| Holiday { date: day(days), name: String::new(), hours });
            let mut versions = vec![Version { valid_from: None, weekly, holidays: holidays.collect() }];
            for (days, weekly) in later {
                versions.push(Version { valid_from: Some(day(days)), weekly, holidays: vec![] });
            }
            (zone, versions, near.as_microsecond())
        })
        .prop_filter("opens at all", |(_, versions, _)| {
            versions.iter().any(|version| version.weekly.iter().any(|day| !day.is_empty()))
        })
}

/// Hours from the instant a schedule was made for, in microseconds.
fn hours_away(hours: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    (hours.start * 3_600_000..hours.end * 3_600_000)
        .prop_flat_map(|millis| prop_oneof![Just(millis * 1000), Just(millis / 60_000 * 60_000_000)])
}

proptest! {
    #[test]
    fn walked((zone, versions, near) in schedules(), from in hours_away(-48..24), length in hours_away(0..48)) {
        let schedule = Schedule::new("test", zone, versions.clone()).unwrap();
        let (from, to) = (Instant::from_micros(near + from), Instant::from_micros(near + from + length));
        prop_assert_eq!(schedule.business_between(from, to).get(), naive(&versions, zone, from, to, false));
        let minute = Instant::from_micros(from.micros().div_euclid(MINUTE) * MINUTE);
        let next = Instant::from_micros(minute.micros() + MINUTE);
        prop_assert_eq!(schedule.is_open(from), naive(&versions, zone, minute, next, false) > 0);
    }

    /// The plainest rule, open where the clock shows opening hours, holds wherever no range ends in a repeated hour.
    #[test]
    fn walked_plainly(
        zone in prop::sample::select(&ZONES[..]), year in 1975i16..2090, change in 0usize..4,
        weekly in prop::array::uniform7(prop_oneof![4 => ranges(5 * 60, 21 * 60), 1 => Just(hours("05:00-05:00"))]),
        from in hours_away(-48..24), length in hours_away(0..48),
    ) {
        let versions = vec![Version { valid_from: None, weekly, holidays: vec![] }];
        let Ok(schedule) = Schedule::new("test", zone, versions.clone()) else { return Ok(()) };
        let start = date(year, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let near = TimeZone::get(zone).unwrap().following(start).nth(change).map_or(start, |at| at.timestamp()).as_microsecond();
        let (from, to) = (Instant::from_micros(near + from), Instant::from_micros(near + from + length));
        prop_assert_eq!(schedule.business_between(from, to).get(), naive(&versions, zone, from, to, true));
    }

    /// Years whose open time is taken from another cycle.
    #[test]
    fn walked_far_away(
        zone in prop::sample::select(&ZONES[..]), weekly in week(),
        year in prop_oneof![-9990i16..1700, 2100i16..9990], second in 0i64..366 * 86_400, length in hours_away(0..48),
    ) {
        let versions = vec![Version { valid_from: None, weekly, holidays: vec![] }];
        let Ok(schedule) = Schedule::new("test", zone, versions.clone()) else { return Ok(()) };
        let from = date(year, 1, 1).to_zoned(TimeZone::UTC).unwrap().timestamp().as_microsecond() + second * 1_000_000;
        let (from, to) = (Instant::from_micros(from), Instant::from_micros(from + length));
        // Local mean time has seconds; a walk by the minute then counts each end of a range up to a minute wrongly.
        let offset = TimeZone::get(zone).unwrap().to_offset(from.timestamp()).seconds() % 60;
        let walked = naive(&versions, zone, from, to, false);
        let tolerance = if offset == 0 { 0 } else { 60_000 * 2 * (schedule.open_ranges(from, to).len() as i64 + 1) };
        let difference = schedule.business_between(from, to).get() - walked;
        prop_assert!(difference.abs() <= tolerance, "{} from the walk's {}", difference, walked);
    }

    #[test]
    fn additive((zone, versions, near) in schedules(), mut cuts in prop::array::uniform3(-20_000_000i64..20_000_000)) {
        let schedule = Schedule::new("test", zone, versions).unwrap();
        // Up to a year and a half around, in any order.
        cuts.iter_mut().for_each(|cut| *cut *= 2_311);
        let [a, b, c] = cuts.map(|cut| Instant::from_micros((near / 1000 + cut) * 1000));
        let between = |from, to| schedule.business_between(from, to).get();
        prop_assert_eq!(between(a, c), between(a, b) + between(b, c));
        prop_assert_eq!(between(a, b), -between(b, a));
        prop_assert!(between(a, c).abs() <= c.since(a).get().abs());
    }

    #[test]
    fn added((zone, versions, near) in schedules(), from in hours_away(-60..60), length in 1i64..2_000_000_000) {
        let schedule = Schedule::new("test", zone, versions).unwrap();
        let from = Instant::from_micros(near + from);
        if let Some(due) = schedule.add_business(from, Millis::new(length)) {
            prop_assert_eq!(schedule.business_between(from, due).get(), length);
            // The first such instant.
            let before = Instant::from_micros(due.micros() - 1000);
            prop_assert_eq!(schedule.business_between(from, before).get(), length - 1);
        } else {
            let ten_years = Instant::from_micros(from.micros() + AHEAD_MICROS);
            prop_assert!(schedule.business_between(from, ten_years).get() < length);
        }
    }

    #[test]
    fn ranges_are_open((zone, versions, near) in schedules(), from in hours_away(-48..24), length in hours_away(0..9_000)) {
        let schedule = Schedule::new("test", zone, versions).unwrap();
        let (from, to) = (Instant::from_micros(near + from), Instant::from_micros(near + from + length));
        let ranges = schedule.open_ranges(from, to);
        let open: i64 = ranges.iter().map(|(start, end)| end.micros() - start.micros()).sum();
        prop_assert_eq!(schedule.business_between(from, to).get(), open / 1000);
        prop_assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        for (start, end) in ranges {
            prop_assert!(from <= start && start < end && end <= to);
            prop_assert!(schedule.is_open(start) && schedule.is_open(Instant::from_micros(end.micros() - 1)));
            prop_assert!(end == to || !schedule.is_open(end));
            prop_assert!(start == from || !schedule.is_open(Instant::from_micros(start.micros() - 1)));
        }
    }

    /// Business days, walked a date at a time.
    #[test]
    fn business_days_walked((zone, versions, near) in schedules(), from in hours_away(-60..200), days in 0u32..12) {
        let schedule = Schedule::new("test", zone, versions.clone()).unwrap();
        let from = Instant::from_micros(near + from);
        let midnight = |date: Date| -> Instant {
            // jiff's own reading: the first of two midnights, and the end of a gap.
            date.to_zoned(TimeZone::get(zone).unwrap()).unwrap().timestamp().into()
        };
        // Openings that begin on a date, cut out of the declared ones by a schedule that has no others.
        let closing = |date: Date| -> Option<Instant> {
            let day = days_since(date);
            let hours: Vec<ClockRange> = declared(&versions, day).iter().map(|(from, to)| {
                ClockRange::new((from - day * 1440) as u16, ((to - day * 1440 - 1) % 1440 + 1) as u16).unwrap()
            }).collect();
            if hours.is_empty() {
                return None;
            }
            let only = Version { valid_from: None, weekly: Default::default(), holidays: vec![Holiday { date, name: String::new(), hours }] };
            let (first, last) = (day * 1440 - 2_000, day * 1440 + 5_000);
            let zone = TimeZone::get(zone).unwrap();
            walk(&[only], &zone, first, last, false).last().map(|minute| Instant::from_micros((minute + 1) * MINUTE))
        };
        let mut date = from.timestamp().to_zoned(TimeZone::get(zone).unwrap()).date();
        while midnight(date.tomorrow().unwrap()) <= from {
            date = date.tomorrow().unwrap();
        }
        let mut wanted = days;
        let mut walked = None;
        let mut received = false;
        for _ in 0..120 {
            let next = midnight(date.tomorrow().unwrap());
            if let Some(closing) = closing(date) {
                if received {
                    wanted -= 1;
                } else {
                    received = from < closing;
                }
                if received && wanted == 0 {
                    walked = Some(next);
                    break;
                }
            }
            date = date.tomorrow().unwrap();
        }
        let found = schedule.business_day_end(from, days);
        match walked {
            Some(walked) => prop_assert_eq!(found, Some(walked)),
            None => prop_assert!(found.is_none_or(|found| found.micros() - from.micros() > 100 * 1440 * MINUTE)),
        }
    }
}

/// Days since 1970-01-01, counted by the calendar.
fn days_since(date: Date) -> i64 {
    i64::from((date - jiff::civil::date(1970, 1, 1)).get_days())
}
