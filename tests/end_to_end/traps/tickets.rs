//! Reopenings, open work, bots, merges, deliveries, teams.

use super::{LOG, TICKETS, desk, go_on, holds, load, rows};

const MARCH: [&str; 2] = ["--range", "2026-03-01..2026-03-31"];

fn created(count: usize) -> Vec<String> {
    rows(count, |number| format!("T{number},2026-03-02T08:00:00Z,C{number},first,"))
}

#[test]
fn reopen_restate() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(20));
    // as in the oracle: solved after 5 hours, opened again after 20, solved after 30
    let oracles: serde_json::Value =
        serde_json::from_str(include_str!("../../oracles/resolution.json")).expect("oracles");
    let hours = |name: &str| oracles[0]["expected"][name].as_f64().expect("hours");
    let events = [("2026-03-02T13:00:00Z", "agent", "solved"), ("2026-03-03T04:00:00Z", "customer", "open")];
    let log = |(number, (at, by, to)): (usize, (&str, &str, &str))| {
        rows(20, |ticket| format!("T{ticket},{number},{at},status,{by},{to},,"))
    };
    load(&trial, "log", LOG, &events.into_iter().enumerate().flat_map(log).collect::<Vec<_>>());
    go_on(&trial, &["tickets", "log"]);
    let ask = || trial.figure("median", &[&["full_resolution_time", "--variant", "calendar"], &MARCH[..]].concat());
    let open = ask();
    assert!(open["value"].is_null(), "nothing is solved while all is open again: {open}");
    load(&trial, "log", LOG, &rows(20, |ticket| format!("T{ticket},9,2026-03-03T14:00:00Z,status,agent,solved,,")));
    holds(&ask(), hours("full_resolution_h") * 3600.0, hours("first_resolution_h") * 3600.0);
    // and the stretch between solve and reopening is in no backlog
    let backlog = |day: &str| trial.figure("count", &["unresolved_backlog", "--from", "2026-03-01", "--to", day]);
    assert_eq!(backlog("2026-03-03")["value"], 0.0);
}

/// Two thank-yous, the second longer than the first, do not hide what came back after them.
#[test]
fn thank_yous() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(40));
    let change = |count: usize, number: usize, at: &str, by: &str, to: &str| {
        rows(count, |ticket| format!("T{ticket},{number},2026-03-{at}Z,status,{by},{to},,"))
    };
    let events = [
        change(40, 1, "02T13:00:00", "agent", "solved"),
        // open for 350 and for 627 seconds, and of half of them for 38,701
        change(20, 2, "02T14:00:00", "customer", "open"),
        change(20, 3, "02T14:05:50", "agent", "solved"),
        change(20, 4, "03T08:00:00", "customer", "open"),
        change(20, 5, "03T08:10:27", "agent", "solved"),
        change(10, 6, "04T06:00:00", "customer", "open"),
        change(10, 7, "04T16:45:01", "agent", "solved"),
    ];
    load(&trial, "log", LOG, &events.concat());
    go_on(&trial, &["tickets", "log"]);
    let ask = |metric: &[&str]| trial.figure("share", &[metric, &MARCH[..]].concat());
    holds(&ask(&["reopen_rate"]), 25.0, 0.0);
    holds(&ask(&["resolution_within", "--variant", "one_day"]), 75.0, 100.0);
    holds(&ask(&["fcr"]), 75.0, 100.0);
    // another window or another thank-you asks of the same facts
    holds(&ask(&["reopen_rate", "--set", "window_days=1"]), 0.0, 25.0);
    holds(&ask(&["reopen_rate", "--set", "thank_you=600"]), 50.0, 25.0);
    holds(&ask(&["reopen_rate", "--set", "window_days=1", "--set", "thank_you=600"]), 50.0, 0.0);
}

#[test]
fn censoring() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(40));
    let hours = [1, 2, 3, 5, 8, 13, 20];
    let solved = rows(28, |ticket| {
        let hour = 8 + hours[ticket % 7];
        format!("T{ticket},1,2026-03-{:02}T{:02}:00:00Z,status,agent,solved,,", 2 + hour / 24, hour % 24)
    });
    load(&trial, "log", LOG, &solved);
    go_on(&trial, &["tickets", "log"]);
    let ask = |variant| trial.figure("median", &[&["full_resolution_time", "--variant", variant], &MARCH[..]].concat());
    let naive = ask("calendar_closed_only")["value"].as_f64().expect("a figure");
    assert!((naive - 5.0 * 3600.0).abs() < 1e-9, "{naive}");
    holds(&ask("calendar"), 8.0 * 3600.0, naive);
}

#[test]
fn bots() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(20));
    let replies = |number: usize, at: &str, by: &str| {
        rows(20, |ticket| format!("T{ticket},{number},2026-03-02T{at}Z,reply,{by},,,"))
    };
    load(&trial, "log", LOG, &[replies(1, "08:00:01", "bot"), replies(2, "09:00:00", "agent")].concat());
    go_on(&trial, &["tickets", "log"]);
    let ask = |variant: &[&str]| trial.figure("median", &[&["first_response_time"], variant, &MARCH[..]].concat());
    holds(&ask(&["--variant", "calendar"]), 3600.0, 1.0);
    let with_bots = ask(&["--variant", "incl_bot", "--set", "clock=calendar"]);
    assert_eq!(with_bots["value"], 1.0, "the other clock is there, under its own name");
}

#[test]
fn merged() {
    let trial = desk("UTC");
    let children = rows(20, |number| format!("D{number},2026-03-02T09:00:00Z,C{number},first,T{number}"));
    load(&trial, "tickets", TICKETS, &[created(20), children].concat());
    // a child is opened again after the merge: it stays a part of the other
    load(&trial, "log", LOG, &rows(20, |number| format!("D{number},1,2026-03-04T09:00:00Z,status,customer,open,,")));
    go_on(&trial, &["tickets", "log"]);
    for metric in ["tickets_created", "unresolved_backlog"] {
        holds(&trial.figure("count", &[&[metric], &MARCH[..]].concat()), 20.0, 40.0);
    }
}

#[test]
fn dup_late() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(20));
    load(&trial, "tickets", TICKETS, &created(25));
    load(&trial, "tickets", TICKETS, &created(20));
    holds(&trial.figure("count", &[&["tickets_created"], &MARCH[..]].concat()), 25.0, 65.0);
}

#[test]
fn agent_moves() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(20));
    load(&trial, "log", LOG, &rows(20, |ticket| format!("T{ticket},1,2026-03-02T08:30:00Z,assign,agent,,first,ann")));
    load(&trial, "log", LOG, &rows(20, |ticket| format!("T{ticket},2,2026-03-02T09:00:00Z,status,agent,solved,,")));
    let ask = || trial.figure("count", &[&["tickets_solved", "--where", "team_solved = 'first'"], &MARCH[..]].concat());
    assert_eq!(ask()["value"], 20.0);
    // the agent goes to another team: what was solved stays where it was
    load(&trial, "staff", "agent,team", &["ann,second".to_owned()]);
    holds(&ask(), 20.0, 0.0);
}

#[test]
fn gap_vs_zero() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &created(20));
    let row = trial.figure("count", &["tickets_created", "--range", "2026-01-01..2026-01-31"]);
    assert!(row["value"].is_null() && row["quality"] == "no_data", "no data is not 0: {row}");
}
