//! Staff: nobody does two things at once, nobody works before they are hired, and what strain does to people.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use simulator::{Config, Table};

use crate::data::{Exports, LARGE, Row, percent, utc};
use crate::tally::length;

/// Local date as seconds, of a date day first.
fn midnight(text: &str) -> Option<i64> {
    let date = (!text.is_empty()).then(|| Date::strptime("%d/%m/%Y", text).unwrap())?;
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    Some(date.to_zoned(zone).unwrap().timestamp().as_second())
}

/// The local day of an instant, as the exports of HR write it.
fn day(at: i64) -> String {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let date = jiff::Timestamp::from_second(at).unwrap().to_zoned(zone).date();
    date.strftime("%d/%m/%Y").to_string()
}

/// Length of stretches, each second counted once.
fn union(mut stretches: Vec<(i64, i64)>) -> i64 {
    stretches.sort_unstable();
    let (mut sum, mut end) = (0, i64::MIN);
    for (a, b) in stretches {
        sum += (b - a.max(end)).max(0);
        end = end.max(b);
    }
    sum
}

#[test]
fn nobody_does_two_things_at_once() {
    let config = Config { tickets: 40_000, months: 3, ..Config::demo(date(2026, 4, 1)) };
    let exports = Exports::of(&config);
    let mut states: BTreeMap<(String, String), Vec<&Row>> = BTreeMap::new();
    for row in exports.rows(Table::States) {
        assert!(utc(&row["began"]) < utc(&row["ended"]));
        states.entry((row["agent"].to_owned(), day(utc(&row["began"])))).or_default().push(row);
    }
    let mut work: HashMap<(String, String), (Vec<(i64, i64)>, Vec<(i64, i64)>)> = HashMap::new();
    for leg in exports.legs() {
        let time = |name: &str| leg[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
        let (began, ended) = (time("began"), time("ended"));
        let of = work.entry((leg["agent"]["id"].as_str().unwrap().to_owned(), day(began))).or_default();
        of.0.push((began, ended));
        of.1.push((began, ended + leg["seconds"]["wrap_up"].as_i64().unwrap()));
    }
    let paid: HashMap<(String, String), i64> = exports
        .rows(Table::WorkDays)
        .iter()
        .map(|row| ((row["Employee"].to_owned(), row["Date"].to_owned()), length(&row["Paid"])))
        .collect();
    assert_eq!(paid.len(), exports.rows(Table::WorkDays).len(), "one row a person and day");
    let mut compared = 0;
    for (key, rows) in &mut states {
        rows.sort_by_key(|row| utc(&row["began"]));
        for pair in rows.windows(2) {
            assert!(utc(&pair[0]["ended"]) <= utc(&pair[1]["began"]), "{key:?}: two states at once");
        }
        let time = |keep: &dyn Fn(&str) -> bool| -> i64 {
            let kept = rows.iter().filter(|row| keep(&row["state"]));
            kept.map(|row| utc(&row["ended"]) - utc(&row["began"])).sum()
        };
        assert!(paid[key] >= time(&|_| true), "{key:?}: more than was paid");
        // those on the phone do nothing else with customers
        if &rows[0]["medium"] == "Phone" {
            let (talk, all) = work.remove(key).unwrap_or_default();
            let busy = (union(talk), union(all));
            assert_eq!(busy.0, time(&|state| state == "In contact"), "{key:?}");
            assert_eq!(busy.1, time(&|state| ["In contact", "After-contact work"].contains(&state)), "{key:?}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
    let a_day = exports.rows(Table::States).len() as f64 / states.len() as f64;
    assert!((12.0..30.0).contains(&a_day), "{a_day} rows a person and day");
    for row in exports.rows(Table::Absences) {
        let key = (row["Employee"].to_owned(), row["Date"].to_owned());
        assert!(!states.contains_key(&key) && paid.contains_key(&key), "{key:?} was absent");
    }
}

/// A person's stretches of employment: team, from, until.
type Stretches<'e> = HashMap<&'e str, Vec<(&'e str, i64, i64)>>;

fn stretches(exports: &Exports) -> Stretches<'_> {
    let mut all = Stretches::new();
    for row in exports.rows(Table::Employments) {
        let until = midnight(&row["Until"]).unwrap_or(i64::MAX);
        all.entry(&row["Employee"]).or_default().push((&row["Team"], midnight(&row["From"]).unwrap(), until));
    }
    all.values_mut().for_each(|stretches| stretches.sort_by_key(|stretch| stretch.1));
    all
}

#[test]
fn people_come_move_and_go() {
    let all = stretches(&LARGE);
    for (person, stretches) in &all {
        for pair in stretches.windows(2) {
            assert_eq!(pair[0].2, pair[1].1, "{person}: one stretch follows the other");
            assert_ne!(pair[0].0, pair[1].0, "{person}: in another team");
        }
    }
    assert!(all.values().filter(|stretches| stretches.len() > 1).count() >= 3, "a reorganisation");
    let agents: HashSet<&str> = LARGE.rows(Table::Agents).iter().map(|row| &row["agent_id"]).collect();
    assert_eq!(agents.len(), all.len() + 1, "everybody, and the bot");
    for leg in LARGE.legs() {
        let at = leg["began"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
        let (id, team) = (leg["agent"]["id"].as_str().unwrap(), leg["agent"]["team"].as_str().unwrap());
        let then = all[id].iter().find(|stretch| (stretch.1..stretch.2).contains(&at));
        assert_eq!(then.map(|stretch| stretch.0), Some(team), "{leg}");
    }
}

#[test]
fn a_strained_team_falls_ill_errs_and_leaves() {
    let config =
        Config { tickets: 600_000, months: 18, detail: simulator::Detail::Lean, ..Config::demo(date(2026, 7, 1)) };
    let kept = ["absences", "work-days", "agent-states", "qa-reviews", "qa-items", "hr"];
    let exports = Exports::keeping(&config, |path| kept.contains(&path.split('/').nth(1).unwrap()));
    let days = |from: i64, until: i64| exports.end - from * 86_400..exports.end - until * 86_400;
    let (strained, after) = (days(330, 240), days(239, 149));
    let is_strained = |team: &str, at: i64| team == "Technical" && strained.contains(&at);
    let is_usual = |team: &str, at: i64| team == "Technical" && days(540, 331).contains(&at);
    let share = |table: Table, what: &dyn Fn(&Row) -> i64, keep: &dyn Fn(&str, i64) -> bool| -> i64 {
        let rows = exports.rows(table).iter();
        rows.filter(|row| keep(&row["Team"], midnight(&row["Date"]).unwrap())).map(what).sum()
    };
    let ill = |keep: &dyn Fn(&str, i64) -> bool| {
        let missed = share(Table::Absences, &|row| i64::from(&row["Type"] == "Sick") * length(&row["Hours"]), keep);
        missed as f64 / share(Table::WorkDays, &|row| length(&row["Rostered"]), keep) as f64
    };
    assert!(ill(&is_strained) > 1.5 * ill(&is_usual), "{} and {}", ill(&is_strained), ill(&is_usual));
    let occupancy = |keep: &dyn Fn(&str, i64) -> bool| {
        let of = |states: &[&str]| -> i64 {
            let rows = exports.rows(Table::States).iter();
            rows.filter(|row| states.contains(&&row["state"]) && keep(&row["team"], utc(&row["began"])))
                .map(|row| utc(&row["ended"]) - utc(&row["began"]))
                .sum()
        };
        let busy = ["In contact", "After-contact work"];
        100.0 * of(&busy) as f64 / of(&[busy[0], busy[1], "Ready"]) as f64
    };
    assert!(occupancy(&is_strained) > occupancy(&is_usual) + 4.0);
    let mut points: HashMap<&str, (f64, f64)> = HashMap::new();
    for row in exports.rows(Table::Items) {
        if let Ok(part) = row["points"].parse::<f64>() {
            let weight: f64 = row["weight"].parse().unwrap();
            let sum = points.entry(&row["review"]).or_default();
            *sum = (sum.0 + weight * part, sum.1 + weight);
        }
    }
    let quality = |keep: &dyn Fn(&str, i64) -> bool| {
        let random = exports.rows(Table::Reviews).iter().filter(|row| &row["sample"] == "Random");
        let kept = random.filter(|row| keep(&row["team"], utc(&row["reviewed_at"])));
        let (sum, all) = kept.map(|row| points[&row["review"]]).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        100.0 * sum / all
    };
    assert!(quality(&is_strained) < quality(&is_usual) - 4.0, "{} and {}", quality(&is_strained), quality(&is_usual));
    // a quarter later
    let leavers = |keep: &dyn Fn(&str, i64) -> bool| {
        let rows = exports.rows(Table::Employments).iter().filter(|row| !["", "Moved"].contains(&&row["Reason"]));
        rows.filter(|row| keep(&row["Team"], midnight(&row["Until"]).unwrap())).count()
    };
    let later = leavers(&|team, at| team == "Technical" && after.contains(&at));
    let usual = leavers(&is_usual) * 90 / 209;
    assert!(later > usual * 3 / 2, "{later} leave, usually {usual}");
}

#[test]
fn answers_of_staff_are_anonymous() {
    let staff: HashSet<&str> = LARGE.rows(Table::Agents).iter().map(|row| &row["agent_id"]).collect();
    let rows = LARGE.rows(Table::StaffSurvey);
    let names: HashSet<&str> = rows.iter().map(|row| &row["Response"]).collect();
    assert_eq!(names.len(), rows.len(), "a pseudonym of one wave");
    assert!(names.is_disjoint(&staff));
    let waves: HashSet<&str> = rows.iter().map(|row| &row["Wave"]).collect();
    assert_eq!(waves.len(), 4, "{waves:?}");
    let places = LARGE.rows(Table::Employments).iter().filter(|row| row["Until"].is_empty()).count();
    assert!((60.0..95.0).contains(&percent(rows.len(), places * waves.len())));
}
