//! Shifts: who takes calls and chats when.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use simulator::{Config, Table};

use crate::data::{Exports, percent, wall};

const HOUR: i64 = 3_600;

/// First start and last start of parts of calls and chats, in seconds after midnight, by agent and day.
type Days = BTreeMap<(String, i64), (i64, i64)>;

fn days(exports: &Exports) -> Days {
    let mut days = Days::new();
    for leg in exports.legs() {
        let began = wall(leg["began"].as_str().unwrap());
        let (day, second) = (began.div_euclid(86_400), began.rem_euclid(86_400));
        let agent = leg["agent"]["id"].as_str().unwrap().to_owned();
        let span = days.entry((agent, day)).or_insert((second, second));
        *span = (span.0.min(second), span.1.max(second));
    }
    days
}

#[test]
fn agents_keep_their_hours() {
    // some stay longer, or come earlier, when there is more to do than those of the shift can
    let config = Config { tickets: 150_000, months: 2, ..Config::demo(date(2026, 3, 1)) };
    let exports = Exports::of(&config);
    let contracts: HashMap<&str, &str> =
        exports.rows(Table::Agents).iter().map(|row| (&row["agent_id"], &row["contract"])).collect();
    let (mut early, mut late, mut longer) = (0, 0, BTreeMap::from([("Full-time", (0, 0)), ("Part-time", (0, 0))]));
    let mut weekly: HashMap<(String, i64), BTreeSet<i64>> = HashMap::new();
    for ((agent, day), (first, last)) in days(&exports) {
        let contract = contracts[agent.as_str()];
        let most = if contract == "Full-time" { 17 * HOUR / 2 } else { 9 * HOUR / 2 };
        let count = longer.get_mut(contract).unwrap();
        *count = (count.0 + usize::from(last - first > most), count.1 + 1);
        early += usize::from(contract == "Full-time" && first < 11 * HOUR && last < 33 * HOUR / 2);
        late += usize::from(contract == "Full-time" && first > 11 * HOUR && last > 17 * HOUR);
        weekly.entry((agent, (day + 3).div_euclid(7))).or_default().insert(day);
    }
    for (contract, (over, all)) in longer {
        assert!(all > 300 && percent(over, all) < 24.0, "{contract}: {over} of {all} days longer than a shift");
    }
    assert!(early > 300 && late > 150, "{early} early, {late} late");
    let six = weekly.values().filter(|days| days.len() > 5).count();
    // a ticket of one day is sometimes finished by its agent on a day off
    assert!(percent(six, weekly.len()) < 12.0, "{six} of {} weeks of six days", weekly.len());
}

#[test]
fn there_are_breaks() {
    let config = Config { tickets: 60_000, months: 2, ..Config::demo(date(2026, 3, 1)) };
    let exports = Exports::of(&config);
    let mut starts: BTreeMap<(String, i64), Vec<i64>> = BTreeMap::new();
    for leg in exports.legs().iter().filter(|leg| leg["came_by"].is_null()) {
        let began = wall(leg["began"].as_str().unwrap());
        let agent = leg["agent"]["id"].as_str().unwrap().to_owned();
        starts.entry((agent, began.div_euclid(86_400))).or_default().push(began.rem_euclid(86_400));
    }
    // of those with many contacts on both sides of it, most begin none for half an hour between 11:30 and 16:30
    let (mut paused, mut busy) = (0, 0);
    for starts in starts.values_mut().filter(|starts| starts.len() >= 30) {
        starts.sort_unstable();
        if starts[starts.len() - 1] - starts[0] < 6 * HOUR {
            continue;
        }
        busy += 1;
        let breaks = (0..8).map(|half| 23 * HOUR / 2 + half * HOUR / 2).any(|from| {
            // calls ring for some seconds before they begin
            !starts.iter().any(|at| (from + 10..from + HOUR / 2).contains(at))
        });
        paused += usize::from(breaks);
    }
    assert!(busy > 100 && percent(paused, busy) > 85.0, "{paused} of {busy}");
}

#[test]
fn skills_and_contracts_are_listed() {
    let exports = &*crate::data::LARGE;
    let staff: Vec<_> = exports.rows(Table::Agents).iter().filter(|row| &row["role"] == "Agent").collect();
    let speaks =
        |language: &str| staff.iter().filter(|row| row["languages"].split('/').any(|one| one == language)).count();
    assert!(speaks("nl") == staff.len() && speaks("de") < staff.len() && speaks("fr") > 1);
    assert!(staff.iter().all(|row| row["skills"].split('/').any(|team| team == &row["team"])));
    assert!(staff.iter().any(|row| &row["contract"] == "Part-time"));
}

#[test]
fn wall_clock_times_have_their_offset() {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let mut offsets = BTreeSet::new();
    for leg in crate::data::SMALL.legs() {
        let text = leg["began"].as_str().unwrap();
        let at: Timestamp = text.parse().unwrap();
        let local = zone.to_datetime(at).round(Unit::Second).unwrap();
        assert_eq!(local.to_string(), text[..19], "{text}");
        offsets.insert(text[19..].to_owned());
    }
    assert_eq!(offsets.into_iter().collect::<Vec<_>>(), ["+01:00", "+02:00"]);
}
