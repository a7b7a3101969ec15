//! Calls and chats: queues are queues.

use std::collections::{BTreeMap, HashMap, HashSet};

use simulator::{Config, Table};

use crate::data::{Exports, LARGE, LARGE_TICKETS, Row, SMALL, local, utc};

fn seconds(row: &Row, column: &str) -> i64 {
    row[column].parse().unwrap()
}

/// The most contacts that `agent`s of a medium have at once, from taking them to the end of wrap-up.
fn most_at_once(exports: &Exports, medium: &str) -> i64 {
    let of_medium: HashSet<u64> = exports
        .rows(Table::Contacts)
        .iter()
        .filter(|row| row["Medium"] == *medium)
        .map(|row| row["Contact"].parse().unwrap())
        .collect();
    let mut steps: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
    for leg in exports.legs() {
        if of_medium.contains(&leg["contact"].as_u64().unwrap()) {
            let began = utc(leg["began"].as_str().unwrap());
            let done = utc(leg["ended"].as_str().unwrap()) + leg["seconds"]["wrap_up"].as_i64().unwrap();
            let agent = leg["agent"]["id"].as_str().unwrap().to_owned();
            steps.entry(agent).or_default().extend([(began, 1), (done, -1)]);
        }
    }
    assert!(!steps.is_empty());
    let most = steps.values_mut().map(|steps| {
        steps.sort_unstable();
        steps
            .iter()
            .scan(0, |now, (_, step)| {
                *now += step;
                Some(*now)
            })
            .max()
    });
    most.flatten().max().unwrap()
}

#[test]
fn nobody_serves_two_calls_at_once() {
    for exports in [&*SMALL, &*LARGE] {
        assert_eq!(most_at_once(exports, "Voice"), 1);
        assert_eq!(most_at_once(exports, "Webchat"), 2);
    }
}

#[test]
fn first_come_first_served() {
    // a size at which every team has a line of its own, and one at which all share one
    let own = Exports::of(&Config { tickets: 40_000, months: 1, ..Config::demo(jiff::civil::date(2026, 3, 1)) });
    for (exports, is_shared) in [(&own, false), (&*LARGE, true)] {
        let mut lines: HashMap<&str, Vec<(i64, i64, i64)>> = HashMap::new();
        for row in exports.rows(Table::Contacts) {
            // Who is put through at once only waits while it rings, for a time of its own.
            if &row["Disposition"] == "Handled" && seconds(row, "Wait (s)") > 7 {
                let line = if is_shared { &row["Medium"] } else { &row["Queue"] };
                let [queued, answered] = ["Entered queue", "Answered"].map(|column| local(&row[column]).unwrap());
                lines.entry(line).or_default().push((queued, seconds(row, "Contact"), answered));
            }
        }
        assert_eq!(lines.len(), if is_shared { 2 } else { 8 });
        for (line, mut waited) in lines {
            assert!(waited.len() > 30, "{line}: {}", waited.len());
            waited.sort_unstable();
            // Of those who came in one second the order is not known.
            for pair in waited.windows(2).filter(|pair| pair[0].0 < pair[1].0) {
                assert!(pair[0].2 <= pair[1].2, "{line}: {pair:?}");
            }
        }
    }
}

#[test]
fn rows_are_consistent() {
    let dispositions = ["Handled", "Abandoned in queue", "Callback requested", "Overflowed"];
    let mut seen = [0; 4];
    for row in LARGE.rows(Table::Contacts) {
        let place = format!("contact {}", &row["Contact"]);
        let kind = dispositions.iter().position(|name| **name == row["Disposition"]).unwrap();
        seen[kind] += 1;
        let [queued, answered, abandoned, ended] =
            ["Entered queue", "Answered", "Abandoned", "Ended"].map(|column| local(&row[column]));
        assert_eq!((answered.is_some(), abandoned.is_some()), (kind == 0, kind == 1), "{place}");
        let stopped = answered.or(ended).unwrap();
        assert_eq!(stopped - queued.unwrap(), seconds(row, "Wait (s)"), "{place}");
        assert!(ended.unwrap() >= stopped && stopped > queued.unwrap(), "{place}");
        assert_eq!(&row["Ticket"] != "-", kind == 0, "{place}");
        if kind == 0 {
            let ticket = LARGE_TICKETS[&row["Ticket"]][0];
            assert_eq!(&ticket["channel"], if &row["Medium"] == "Voice" { "Phone" } else { "Chat" }, "{place}");
            assert!(&row["Customer"] == "-" || row["Customer"] == ticket["requester"], "{place}");
        }
    }
    assert!(seen.iter().all(|count| *count > 30), "{seen:?}");
}

#[test]
fn contacts_come_in_opening_hours() {
    for zone in ["Europe/Amsterdam", "America/New_York", "Asia/Kolkata"] {
        let config =
            Config { tickets: 3_000, months: 3, zone: zone.to_owned(), ..Config::demo(jiff::civil::date(2026, 4, 20)) };
        let exports = Exports::of(&config);
        let rows = exports.rows(Table::Contacts);
        assert!(rows.len() > 800);
        for row in rows {
            let at = jiff::civil::DateTime::strptime("%d-%m-%Y %H:%M:%S", &row["Entered queue"]).unwrap();
            let open = match at.weekday() {
                jiff::civil::Weekday::Sunday => 0..0,
                jiff::civil::Weekday::Saturday => 9..17,
                _ => 8..20,
            };
            assert!(open.contains(&at.hour()), "{zone}: {at}");
            // Easter Monday
            assert_ne!(at.date(), jiff::civil::date(2026, 4, 6));
        }
    }
}
