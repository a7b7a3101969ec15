//! Runs: the same configuration gives the same bytes, in bounded memory, and bad configurations are told.

use jiff::civil::date;
use simulator::{Config, Error, Table, simulate};

use crate::data::{Exports, SMALL, utc};

fn hash(config: &Config) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in Exports::of(config).files {
        hasher.update(path.as_bytes()).update(&bytes);
    }
    hasher.finalize()
}

#[test]
fn the_same_configuration_gives_the_same_bytes() {
    let config = Config { tickets: 1_500, months: 2, ..Config::demo(date(2026, 1, 10)) };
    let first = hash(&config);
    assert_eq!(first, hash(&config.clone()));
    for (what, other) in [
        ("seed", Config { seed: 8, ..config.clone() }),
        ("tickets", Config { tickets: 1_501, ..config.clone() }),
        ("months", Config { months: 3, ..config.clone() }),
        ("until", Config { until: date(2026, 1, 11), ..config.clone() }),
        ("zone", Config { zone: "UTC".to_owned(), ..config.clone() }),
    ] {
        assert_ne!(first, hash(&other), "another {what}");
    }
}

#[test]
fn memory_follows_from_open_work() {
    let held = |months: u32| {
        let config = Config { tickets: u64::from(months) * 1_000, months, ..Config::demo(date(2026, 7, 1)) };
        let summary = Exports::of(&config).summary;
        (summary.tickets, summary.held_at_once)
    };
    let ((short, held_short), (long, held_long)) = (held(3), held(12));
    assert!(long > 3 * short, "{short} and {long} tickets");
    // Not four times as much; a year has a season, though, and a quarter may have none.
    assert!(held_long < held_short * 2 && held_long < long / 10, "{held_short} and {held_long} held");
}

#[test]
fn sizes_from_one_ticket_on() {
    for (tickets, months, until) in [
        (1, 1, date(2026, 3, 30)),
        (20, 2, date(2026, 1, 1)),
        (500, 1, date(2024, 3, 1)),
        (4_000, 1, date(2025, 11, 3)),
    ] {
        let config = Config { tickets, months, ..Config::demo(until) };
        let exports = Exports::of(&config);
        let made = exports.summary.tickets as f64;
        let expected = tickets as f64;
        assert!((made - expected).abs() < 0.08 * expected + 4.0 * expected.sqrt() + 1.0, "{made} of {expected}");
        let written: usize = exports.files.values().map(Vec::len).sum();
        assert_eq!(exports.summary.bytes, written as u64);
    }
}

#[test]
fn the_number_of_tickets_is_about_the_one_asked_for() {
    let made = SMALL.summary.tickets as f64;
    assert!((made - 3_000.0).abs() < 300.0, "{made}");
    assert_eq!(SMALL.rows(Table::Customers).len() as u64, SMALL.summary.customers);
    // the bot is one more
    assert_eq!(SMALL.rows(Table::Agents).len() as u64, SMALL.summary.agents + 1);
}

#[test]
fn nothing_is_outside_the_months() {
    let start = utc("2025-12-31T23:00:00Z");
    for row in SMALL.rows(Table::Changes) {
        let at = utc(&row["changed_at"]);
        assert!((start..SMALL.end).contains(&at), "{at}");
    }
    let months: Vec<&str> = SMALL
        .files
        .keys()
        .filter_map(|path| path.strip_prefix("incoming/helpdesk/changes-")?.strip_suffix(".csv.gz"))
        .collect();
    assert_eq!(months, ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]);
}

#[test]
fn bad_configurations_are_told() {
    let good = Config::demo(date(2026, 7, 1));
    let check = |config: Config, expected: &str| {
        let error = simulate(&config, &mut |_, _| Ok(()), &mut |_, _| ()).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(simulator::workspace_files(&config).unwrap_err().to_string(), expected);
    };
    let tickets = |tickets| Config { tickets, ..good.clone() };
    check(tickets(0), "0 tickets cannot be simulated: from 1 to 100000000 can");
    check(tickets(u64::MAX), "18446744073709551615 tickets cannot be simulated: from 1 to 100000000 can");
    check(Config { months: 0, ..good.clone() }, "0 months cannot be simulated: from 1 to 120 can");
    check(Config { months: u32::MAX, ..good.clone() }, "4294967295 months cannot be simulated: from 1 to 120 can");
    check(
        Config { until: date(-9999, 1, 1), ..good.clone() },
        "data cannot end on -009999-01-01: a date from 1990-01-01 to 2100-12-31 is needed",
    );
    check(
        Config { zone: "Mars/Olympus".to_owned(), ..good.clone() },
        "unknown time zone `Mars/Olympus`: a name of the IANA list is needed, as `Europe/Amsterdam`",
    );
}

#[test]
fn a_full_disk_ends_the_run() {
    let config = Config { tickets: 3_000, months: 3, ..Config::demo(date(2026, 7, 1)) };
    let mut calls = 0;
    let error = simulate(
        &config,
        &mut |_, _| {
            calls += 1;
            if calls == 3 { Err(std::io::Error::other("disk full")) } else { Ok(()) }
        },
        &mut |_, _| (),
    )
    .unwrap_err();
    assert!(matches!(&error, Error::Rows(cause) if cause.to_string() == "disk full"), "{error:?}");
    assert_eq!(calls, 3, "nothing is handed on after a failure");
}
