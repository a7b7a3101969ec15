//! Promises of time: frozen at their start, paused while others are waited for, withdrawn where nothing is owed.

use std::collections::BTreeMap;

use jiff::civil::date;
use simulator::Config;

use crate::data::percent;
use crate::schedule::Schedule;
use crate::tally::{Channel, Promise, Tally};

fn tally() -> Tally {
    Tally::of(&Config { tickets: 20_000, months: 12, ..Config::demo(date(2026, 7, 1)) })
}

#[test]
fn a_promise_is_what_it_was_at_its_start() {
    let tally = tally();
    // the first of the month in the middle of the data
    let change = "2025-12-31T23:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    let mut restated = 0;
    for (id, promise) in &tally.promises {
        let expected = if promise.started < change { "v1" } else { "v2" };
        assert_eq!(promise.version, expected, "{id}");
        let first = &promise.statements[0];
        let others = promise.statements.iter().filter(|statement| *statement != first).count();
        if others > 0 {
            assert!(promise.started < change && promise.ended.is_none_or(|at| at >= change), "{id}");
            restated += 1;
        }
    }
    assert!(restated > 20, "{restated} are restated by the export after the change");
    let targets = |version: &str| {
        let of_version = tally.promises.values().filter(|promise| promise.version == version);
        of_version.map(|promise| promise.target).sum::<i64>() as f64
            / tally.promises.values().filter(|promise| promise.version == version).count() as f64
    };
    assert!(targets("v2") < 0.92 * targets("v1"), "the second version promises more");
}

#[test]
fn every_kind_is_kept_and_broken_and_withdrawn() {
    let tally = tally();
    let (desk, live) = (Schedule::desk(), Schedule::live());
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut paused = 0;
    for (id, promise) in &tally.promises {
        let life = &tally.lives[&promise.ticket];
        let hours = if matches!(life.channel, Channel::Phone | Channel::Chat) { &live } else { &desk };
        assert_eq!(promise.ended.is_some(), promise.state != "active", "{id}");
        let ended = promise.ended.unwrap_or(tally.end);
        assert!((promise.started..=tally.end).contains(&ended), "{id}");
        let elapsed = hours.between(promise.started, ended);
        assert!((0..=elapsed).contains(&promise.paused), "{id}: {} of {elapsed}", promise.paused);
        paused += usize::from(promise.paused > 0);
        let outcome = match promise.state.as_str() {
            "cancelled" => "withdrawn",
            _ if elapsed <= promise.target + promise.paused => "in time",
            _ => "late",
        };
        *counts.entry((&promise.kind, outcome)).or_default() += 1;
        // what is spam or carried on elsewhere is owed no answer
        assert!(!life.is_left_out || promise.state != "fulfilled", "{id}");
        ends_with_its_ticket(id, promise, &tally);
    }
    for kind in ["First reply", "Next reply", "Resolution"] {
        let [kept, late, withdrawn] =
            ["in time", "late", "withdrawn"].map(|outcome| counts.get(&(kind, outcome)).copied().unwrap_or_default());
        let rate = percent(kept, kept + late);
        assert!((70.0..97.0).contains(&rate) && late > 50 && withdrawn > 20, "{kind}: {counts:?}");
    }
    assert!(paused > 500, "{paused}");
}

/// First replies and first solves are those of the change log.
fn ends_with_its_ticket(id: &str, promise: &Promise, tally: &Tally) {
    let life = &tally.lives[&promise.ticket];
    match (promise.kind.as_str(), promise.state.as_str()) {
        ("First reply", "fulfilled") => assert_eq!(promise.ended, life.first_reply, "{id}"),
        ("Resolution", "fulfilled") => assert_eq!(promise.ended, life.first_solved, "{id}"),
        ("Resolution", "active") => assert_eq!(life.first_solved, None, "{id}"),
        _ => {}
    }
    if promise.kind == "First reply" {
        assert_eq!(promise.started, life.created, "{id}");
    }
}
