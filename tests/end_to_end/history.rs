//! Late, duplicated, reordered and corrected records give the same answer.

use std::collections::BTreeMap;
use std::path::Path;

use end_to_end::Trial;
use model::FactTable;
use store::Store;

/// A help desk's log: one row a change, revisions of the ticket beside it.
pub const DESK: &str = r#"
title = "Help desk"
[read]
format = "csv"
[[record]]
kind = "ticket"
id = "ticket"
revision = "cast(revision as integer)"
[record.fields]
created_at = "created"
customer_id = "customer"
channel = "channel"
category = "category"
team = "team"
[[record]]
kind = "event"
id = "concat(ticket, '-', revision)"
[record.fields]
ticket_id = "ticket"
at = "at"
kind = "kind"
actor_kind = "actor"
to = "to"
"#;

const HEADER: &str = "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n";

/// The rows of 40 tickets: replied, solved, every fifth reopened and solved again, every seventh still open.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for number in 0..40_u32 {
        let (day, customer) = (1 + number % 20, number % 6);
        let ticket =
            format!("T-{number:03},REVISION,2026-03-{day:02}T08:00:00Z,C{customer},email,billing,Team {}", number % 3);
        let mut event = |revision: u32, at: &str, rest: &str| {
            rows.push(format!("{},{at},{rest}", ticket.replace("REVISION", &revision.to_string())));
        };
        event(1, &format!("2026-03-{day:02}T09:{:02}:00Z", number), "reply,agent,");
        if number % 7 != 0 {
            event(2, &format!("2026-03-{day:02}T12:00:00Z"), "status,agent,solved");
        }
        if number % 5 == 1 && number % 7 != 0 {
            event(3, &format!("2026-03-{:02}T09:00:00Z", day + 3), "status,customer,open");
            event(4, &format!("2026-03-{:02}T15:00:00Z", day + 5), "status,agent,solved");
        }
    }
    rows
}

/// A workspace with these files imported one after another.
fn imported(source: &str, files: &[String]) -> Trial {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("sources/desk.toml", source);
    for (number, text) in files.iter().enumerate() {
        let file = trial.write(&format!("incoming/{number}.csv"), text);
        trial.ok(&["import", "desk", &file]);
    }
    trial
}

fn file_of(rows: &[String]) -> String {
    format!("{HEADER}{}\n", rows.join("\n"))
}

fn hashes(trial: &Trial) -> BTreeMap<FactTable, String> {
    let store = Store::open(Path::new(&trial.path("data"))).expect("a store");
    store.snapshot().and_then(|snapshot| snapshot.fact_hash()).expect("hashes")
}

const ASKED: [&str; 8] = [
    "full_resolution_time",
    "first_response_time",
    "unresolved_backlog",
    "--from",
    "2026-03-01",
    "--to",
    "2026-05-01",
    "--grain=week",
];

#[test]
fn order_splitting_and_duplicates_change_nothing() {
    let rows = rows();
    let mut conflicting = rows.clone();
    // two bodies under one key and revision: the same winner whatever comes first
    conflicting.push(rows[5].replace("billing", "delivery"));
    let reversed: Vec<String> = conflicting.iter().rev().cloned().collect();
    let split = |rows: &[String], size: usize| rows.chunks(size).map(file_of).collect::<Vec<_>>();
    let arrivals = [
        split(&conflicting, 1000),
        split(&conflicting, 37),
        split(&conflicting, 11),
        split(&reversed, 1000),
        split(&reversed, 37),
        split(&reversed, 11),
        vec![file_of(&conflicting), file_of(&reversed[..20]), file_of(&conflicting[10..30])],
    ];
    let mut first = None;
    for files in &arrivals {
        let trial = imported(DESK, files);
        let found = (hashes(&trial), trial.kpi(&ASKED), trial.kpi(&[&ASKED[..], &["--by", "team,category"]].concat()));
        let before = first.get_or_insert_with(|| found.clone());
        assert_eq!(found, *before, "{} files", files.len());
    }
    let (_, answers, _) = first.expect("answers");
    let total: u64 = answers[0]["rows"].as_array().expect("rows").iter().filter_map(|row| row["n"].as_u64()).sum();
    assert_eq!(total, 40);
}

#[test]
fn importing_twice_changes_nothing() {
    let trial = imported(DESK, &[file_of(&rows())]);
    let before = (hashes(&trial), trial.kpi(&ASKED));
    let said = trial.ok(&["import", "desk", &trial.path("incoming/0.csv")]);
    assert!(said.contains("nothing changed"), "{said}");
    assert_eq!((hashes(&trial), trial.kpi(&ASKED)), before);
}

#[test]
fn a_corrected_mapping_imported_again_corrects_without_new_rows() {
    let wrong = DESK
        .replace("channel = \"channel\"", "channel = \"'phone'\"")
        .replace("kind = \"event\"", "kind = \"event\"\nwhere = \"kind <> 'reply'\"");
    let text = file_of(&rows());
    let trial = imported(&wrong, std::slice::from_ref(&text));
    let by_channel = |trial: &Trial| {
        let answers =
            trial.kpi(&["full_resolution_time", "--from", "2026-03-01", "--to", "2026-05-01", "--by", "channel"]);
        answers[0]["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| (row["by"]["channel"].clone(), row["n"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(by_channel(&trial), [("phone".into(), 40.into())]);
    trial.write("sources/desk.toml", DESK);
    trial.ok(&["import", "desk", &trial.path("incoming/0.csv")]);
    assert_eq!(by_channel(&trial), [("email".into(), 40.into())]);
    // and nothing is left of the wrong mapping: the same facts as if it had never been
    assert_eq!(hashes(&trial), hashes(&imported(DESK, &[text])));
}

#[test]
fn a_reopened_ticket_is_absent_from_the_backlog_between_solve_and_reopening() {
    let text = format!(
        "{HEADER}R,1,2026-03-02T08:00:00Z,C,email,x,T,2026-03-02T09:00:00Z,reply,agent,\n\
         R,2,2026-03-02T08:00:00Z,C,email,x,T,2026-03-03T09:00:00Z,status,agent,solved\n\
         R,3,2026-03-02T08:00:00Z,C,email,x,T,2026-03-06T09:00:00Z,status,customer,open\n\
         R,4,2026-03-02T08:00:00Z,C,email,x,T,2026-03-09T09:00:00Z,status,agent,solved\n"
    );
    let trial = imported(DESK, &[text]);
    let answers = trial.kpi(&["unresolved_backlog", "--from", "2026-03-01", "--to", "2026-03-11", "--grain", "day"]);
    let counts: Vec<Option<f64>> =
        answers[0]["rows"].as_array().expect("rows").iter().map(|row| row["value"].as_f64()).collect();
    // the day before the first ticket and the day after the last event are not known, rather than zero
    let open = [None, Some(1.0), Some(0.0), Some(0.0), Some(0.0), Some(1.0), Some(1.0), Some(1.0), Some(0.0), None];
    assert_eq!(counts, open);
}

#[test]
fn changing_the_reporting_zone_moves_buckets_not_durations() {
    let trial = imported(DESK, &[file_of(&rows())]);
    let asked = ["full_resolution_time", "--variant", "calendar", "--from", "2026-03-01", "--to", "2026-04-01"];
    let daily = |trial: &Trial| trial.kpi(&[&asked[..], &["--grain", "day"]].concat())[0]["rows"].clone();
    let facts = hashes(&trial);
    let (total, days) = (trial.figure("median", &asked), daily(&trial));
    let settings = std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings");
    trial.write("crosscheck.toml", settings.replace("Europe/Amsterdam", "Pacific/Auckland"));
    let (total_there, days_there) = (trial.figure("median", &asked), daily(&trial));
    assert_eq!(hashes(&trial), facts);
    assert_eq!(total["value"], total_there["value"]);
    // 08:00 UTC is 21:00 in Auckland (20:00 in winter): the same day; so ask of tickets late in the day there
    assert_eq!(days.as_array().map(Vec::len), days_there.as_array().map(Vec::len));
    trial.write("crosscheck.toml", settings.replace("Europe/Amsterdam", "Pacific/Pago_Pago"));
    let days_before = daily(&trial);
    let counts = |rows: &serde_json::Value| {
        rows.as_array().expect("rows").iter().filter_map(|row| row["n"].as_u64()).collect::<Vec<_>>()
    };
    // 08:00 UTC is 21:00 of the day before in Pago Pago: the first day's tickets move out of the range
    assert_eq!(counts(&days)[1..20], counts(&days_before)[..19]);
    assert_ne!(counts(&days), counts(&days_before));
}
