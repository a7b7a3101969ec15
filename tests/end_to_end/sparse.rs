//! Feeds in which months go by without anything: what is stated of their completeness, by hand-worked examples.

use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

use end_to_end::Trial;
use model::Instant;
use serde_json::Value;

/// When everything is asked.
const NOW: &str = "2026-04-21T09:00:00Z";

const HR: &str = r#"
[read]
format = "csv"
zone = "Europe/Amsterdam"
[[record]]
kind = "employment"
id = "Stretch"
[record.fields]
agent = "Stretch"
started_at = "\"From\""
ended_at = "Until"
end_reason = "'voluntary'"
"#;

const COMPLAINTS: &str = r#"
[read]
format = "csv"
[[record]]
kind = "complaint"
id = "File"
[record.fields]
received_at = "Received"
"#;

/// Ten people since 2024; one of them was there to the 20th of January for the last time.
fn employed() -> String {
    let mut rows = "Stretch,From,Until\n".to_owned();
    for person in 1..=10 {
        rows.push_str(&format!("a{person},2024-05-01,{}\n", if person == 10 { "2026-01-21" } else { "" }));
    }
    rows
}

/// Value and quality of a metric in one period.
fn asked(trial: &Trial, metric: &str, range: &str) -> (Option<f64>, String) {
    let row = trial.figure("count", &[metric, "--range", range, "--now", NOW]);
    (row["value"].as_f64(), row["quality"].as_str().unwrap_or_default().to_owned())
}

fn check(trial: &Trial, metric: &str, range: &str, value: Option<f64>, quality: &str) {
    assert_eq!(asked(trial, metric, range), (value, quality.to_owned()), "{metric} {range}");
}

fn through(trial: &Trial, metric: &str) -> Value {
    trial.kpi(&[metric, "--range", "2026-03", "--now", NOW])[0]["watermark"].clone()
}

#[test]
fn months_without_an_event_of_staff_are_known_once_somebody_says_so() {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("sources/hr.toml", HR);
    let file = trial.write("hr.csv", employed());
    trial.ok(&["import", "hr", &file, "--now", NOW]);
    // the newest record is the end of the 21st of January, local midnight
    assert_eq!(through(&trial, "headcount"), "2026-01-20T23:00:00Z");
    check(&trial, "headcount", "2026-01", Some(9.0), "settling");
    check(&trial, "headcount", "2026-03", None, "no_data");
    for stated in ["2026-03-31", "\"2026-03-31\""] {
        trial.write("sources/hr.toml", format!("complete_through = {stated}\n{HR}"));
        // nothing is imported again; the last moment of the day, local time in summer
        assert_eq!(through(&trial, "headcount"), "2026-03-31T21:59:59.999999Z");
        check(&trial, "headcount", "2026-01", Some(9.0), "ok");
        check(&trial, "headcount", "2026-03", Some(9.0), "ok");
        check(&trial, "leavers", "2026-01", Some(1.0), "ok");
        check(&trial, "leavers", "2026-03", Some(0.0), "ok");
        check(&trial, "headcount", "2026-05", None, "no_data");
    }
    // a day before the newest record takes nothing back
    trial.write("sources/hr.toml", format!("complete_through = 2025-12-31\n{HR}"));
    assert_eq!(through(&trial, "headcount"), "2026-01-20T23:00:00Z");
}

/// An export of the subscriptions there were on the first of May, and of what became of them: of forty customers who came
/// before, those who had left by then are unknown, so that of April it can be told of nobody that they left.
#[test]
fn before_an_export_knows_all_there_is_no_churn() {
    const BILLING: &str = r#"
[read]
format = "csv"
[[record]]
kind = "subscription_movement"
id = "Movement"
[record.fields]
customer_id = "Customer"
at = "\"On\""
kind = "Kind"
mrr = "10"
"#;
    let trial = Trial::new("UTC");
    let mut rows = "Movement,Customer,On,Kind\n".to_owned();
    (0..40).for_each(|one| rows.push_str(&format!("s{one},c{one},2025-02-03,start\n")));
    (0..10).for_each(|one| rows.push_str(&format!("e{one},c{one},2025-05-20,end\n")));
    rows.push_str("s40,c40,2025-06-20,start\n");
    trial.write("sources/billing.toml", BILLING);
    let file = trial.write("billing.csv", rows);
    trial.ok(&["import", "billing", &file, "--now", NOW]);
    let churn = |month: &str| {
        let row = trial.figure("share", &["churn_rate", "--range", month, "--now", NOW]);
        (row["value"].as_f64(), row["note"].as_str().map(str::to_owned))
    };
    assert_eq!((churn("2025-04"), churn("2025-05").0), ((Some(0.0), None), Some(25.0)));
    trial.write("sources/billing.toml", format!("complete_from = 2025-05-01\n{BILLING}"));
    let reason = |data: &str| (None, Some(format!("the period {data} before the data, which begin on 2025-05-01")));
    assert_eq!((churn("2025-04"), churn("2025-05").0), (reason("ends"), Some(25.0)));
    // a day more, and those are unknown who left on the first
    trial.write("sources/billing.toml", format!("complete_from = 2025-05-02\n{BILLING}"));
    assert_eq!(
        churn("2025-05"),
        (None, Some("the period begins before the data, which begin on 2025-05-02".to_owned()))
    );
    assert_eq!(trial.figure("count", &["active_customers", "--range", "2025-05", "--now", NOW])["value"], 30.0);
    trial
        .write("sources/billing.toml", format!("complete_from = 2025-08-01\ncomplete_through = 2025-07-31\n{BILLING}"));
    let ran = trial.run(&["check", "--now", NOW]);
    assert!(
        ran.code == Some(1) && ran.err.contains("complete from 2025-08-01 on, and through 2025-07-31 only"),
        "{ran:?}"
    );
}

/// What somebody states wins over what is stated by nobody, whatever was written or imported last.
#[test]
fn a_stated_revision_wins_over_a_file_without() {
    const TICKETS: &str = r#"
[read]
format = "csv"
[[record]]
kind = "ticket"
id = "Ticket"
REVISION
[record.fields]
created_at = "Created"
channel = "Channel"
"#;
    let trial = Trial::new("UTC");
    let source = |revision: &str| {
        trial.write("sources/desk.toml", TICKETS.replace("REVISION", revision));
    };
    let import = |name: &str, channel: &str, revision: u32| {
        let file = trial.write(name, format!("Ticket,Created,Channel,Rev\n1,2026-03-02,{channel},{revision}\n"));
        trial.ok(&["import", "desk", &file, "--now", NOW])
    };
    let is_by = |channel: &str| {
        let out = trial.ok(&["ticket", "1", "--now", NOW]);
        assert!(out.contains(channel), "{channel}: {out}");
    };
    source("");
    import("one.csv", "email", 9);
    is_by("email");
    // of a column of text
    source("revision = \"Rev\"");
    import("two.csv", "chat", 7);
    is_by("chat");
    // of files without, the later one wins, and none of them over one with
    source("");
    import("three.csv", "phone", 8);
    is_by("chat");
    source("revision = \"Rev\"");
    import("four.csv", "social", 8);
    is_by("social");
}

#[test]
fn an_empty_feed_is_nothing_where_it_is_complete_and_unknown_where_not() {
    let trial = Trial::new("UTC");
    trial.write("sources/complaints.toml", format!("complete_through = 2026-03-31\n{COMPLAINTS}"));
    // a statement about a source of which no file has come says nothing
    check(&trial, "complaints", "2026-03", None, "no_data");
    let file = trial.write("complaints.csv", "File,Received\n");
    trial.ok(&["import", "complaints", &file, "--now", NOW]);
    check(&trial, "complaints", "2026-03", Some(0.0), "ok");
    trial.write("sources/complaints.toml", COMPLAINTS);
    check(&trial, "complaints", "2026-03", None, "no_data");
}

#[test]
fn a_source_that_is_complete_does_not_speak_for_another() {
    let trial = Trial::new("UTC");
    for (name, stated, day) in [("north", "complete_through = 2026-03-31\n", "2026-02-03"), ("south", "", "2026-03-05")]
    {
        trial.write(&format!("sources/{name}.toml"), format!("{stated}{COMPLAINTS}"));
        let file = trial.write(&format!("{name}.csv"), format!("File,Received\n{name},{day}\n"));
        trial.ok(&["import", name, &file, "--now", NOW]);
    }
    assert_eq!(through(&trial, "complaints"), "2026-03-05T00:00:00Z");
    check(&trial, "complaints", "2026-03", Some(1.0), "settling");
    // one that has finished is not waited for
    trial.write("sources/south.toml", format!("finished = 2026-03-06\n{COMPLAINTS}"));
    assert_eq!(through(&trial, "complaints"), "2026-03-31T23:59:59.999999Z");
    check(&trial, "complaints", "2026-03", Some(1.0), "ok");
}

#[test]
fn an_export_is_complete_to_the_time_it_was_made() {
    let trial = Trial::new("UTC");
    trial.write("sources/complaints.toml", format!("complete_through = \"file_time\"\n{COMPLAINTS}"));
    let file = trial.write("complaints.csv", "File,Received\nK1,2026-02-03\n");
    let exported = |at: &str| {
        let at: Instant = at.parse().expect("a time");
        let at = UNIX_EPOCH + Duration::from_micros(at.micros().unsigned_abs());
        File::options().write(true).open(&file).and_then(|file| file.set_modified(at)).expect("its time");
        trial.ok(&["import", "complaints", &file, "--now", NOW])
    };
    exported("2026-03-01T06:00:00Z");
    assert_eq!(through(&trial, "complaints"), "2026-03-01T06:00:00Z");
    check(&trial, "complaints", "2026-02", Some(1.0), "ok");
    // made again a month later with the same bytes: nothing happened in between, and that is news
    exported("2026-04-01T06:00:00Z");
    assert_eq!(through(&trial, "complaints"), "2026-04-01T06:00:00Z");
    check(&trial, "complaints", "2026-02", Some(1.0), "ok");
    check(&trial, "complaints", "2026-03", Some(0.0), "ok");
    // an older copy takes nothing back, and neither does a clock that is ahead go beyond the import
    assert!(exported("2026-03-01T06:00:00Z").contains("imported before under the same mapping"));
    assert_eq!(through(&trial, "complaints"), "2026-04-01T06:00:00Z");
    exported("2027-01-01T00:00:00Z");
    assert_eq!(through(&trial, "complaints"), NOW);
    // without the statement, as far as its newest record, once it is imported so
    trial.write("sources/complaints.toml", COMPLAINTS);
    exported("2026-04-02T06:00:00Z");
    assert_eq!(through(&trial, "complaints"), "2026-02-03T00:00:00Z");
}

#[test]
fn what_is_stated_of_completeness_is_checked() {
    let trial = Trial::new("UTC");
    let teams = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"team\"\nid = \"Team\"\n";
    for (stated, rest, code, said) in [
        ("2026-05-01", COMPLAINTS, 0, "2026-05-01 lies ahead: what has not happened yet cannot be complete"),
        ("\"soon\"", COMPLAINTS, 1, "a day such as 2026-01-31, or `file_time`"),
        ("true", COMPLAINTS, 1, "`complete_through` is boolean, not a date such as 2026-01-31"),
        ("2026-04-20", teams, 0, "no answer waits for records of kind team"),
    ] {
        trial.write("sources/some.toml", format!("complete_through = {stated}\n{rest}"));
        let ran = trial.run(&["check", "--now", NOW]);
        assert!(ran.code == Some(code) && ran.err.contains(said), "{stated}: {ran:?}");
        assert!(ran.err.contains("sources/some.toml:1"), "{stated}: {ran:?}");
    }
    trial.write("sources/some.toml", format!("complete_through = 2026-04-21\n{COMPLAINTS}"));
    let ran = trial.run(&["check", "--now", NOW]);
    assert!(ran.code == Some(0) && !ran.err.contains("complete_through"), "{ran:?}");
}

const CARD: &str = r#"
title = "Company scorecard"
value_proposition = "A right answer, fast."

[[perspective]]
id = "p"
name = "People"

[[kpi]]
metric = "complaints"
name = "Complaints"
perspective = "p"
weight = 0.5
target = { value = 10 }

[[kpi]]
metric = "headcount"
name = "Headcount"
perspective = "p"
weight = 0.5

[[gate]]
metric = "leavers"
name = "Leavers"
at_most = 5
"#;

#[test]
fn a_month_is_closed_once_its_sparse_sources_are_said_to_be_complete() {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("scorecards/company.toml", CARD);
    for (name, source, rows) in
        [("hr", HR, employed()), ("complaints", COMPLAINTS, "File,Received\nK1,2026-02-03\n".into())]
    {
        trial.write(&format!("sources/{name}.toml"), source);
        let file = trial.write(&format!("{name}.csv"), rows);
        trial.ok(&["import", name, &file, "--now", NOW]);
    }
    let close = || trial.run(&["close", "2026-03", "--as", "Anna", "--now", NOW]);
    let check = |said: &str| {
        let ran = close();
        assert!(ran.code == Some(1) && ran.err.contains(said), "{ran:?}");
    };
    check(
        "error: the period is not settled: source `complaints` is loaded through 2026-02-03T01:00:00+01:00 only, for \
         Complaints; source `hr` is loaded through 2026-01-21T00:00:00+01:00 only, for Headcount, Leavers; --provisional \
         closes it nevertheless\n  help: import what is missing; or where nothing is, write \
         `complete_through = 2026-03-31` in sources/complaints.toml and sources/hr.toml, or `finished = true` where nothing \
         more comes of it\n",
    );
    trial.write("sources/hr.toml", format!("complete_through = 2026-03-31\n{HR}"));
    check("not settled: source `complaints` is loaded through 2026-02-03T01:00:00+01:00 only, for Complaints; --prov");
    // a day before the last is not enough
    trial.write("sources/complaints.toml", format!("complete_through = 2026-03-30\n{COMPLAINTS}"));
    check("source `complaints` is loaded through 2026-03-30T23:59:59+02:00 only");
    trial.write("sources/complaints.toml", format!("complete_through = 2026-03-31\n{COMPLAINTS}"));
    let ran = close();
    assert!(ran.code == Some(0) && ran.out.contains("card company: 2 of 2 figures kept"), "{ran:?}");
    assert!(!ran.out.contains("not settled"), "{ran:?}");
}

#[test]
fn the_sparse_feeds_of_the_sample_hold_no_close_up() {
    let trial = Trial::demo(&["--tickets", "600", "--months", "4", "--lean", "--until", "2026-11-01"]);
    let sparse = ["complaint_rate", "absence_rate", "agent_attrition"]
        .map(|metric| format!("[[kpi]]\nmetric = \"{metric}\"\nperspective = \"p\"\nweight = {}\n", 1.0 / 4.0));
    let head = "title = \"People\"\nvalue_proposition = \"p\"\n[[perspective]]\nid = \"p\"\nname = \"People\"\n";
    let last = "[[kpi]]\nmetric = \"headcount\"\nperspective = \"p\"\nweight = 0.25\n";
    trial.write("scorecards/people.toml", format!("{head}{}{last}", sparse.concat()));
    let close = |reason: &str| trial.run(&["close", "2026-09", "--card", "people", "--as", "Anna", "--reason", reason]);
    let feeds = ["hr", "absences", "complaints"].map(|name| format!("sources/{name}.toml"));
    let restate = |with: &str| {
        for feed in &feeds {
            let text = std::fs::read_to_string(trial.path(feed)).expect("a source of the sample");
            let lines = text.lines().filter(|line| !line.starts_with("complete_through"));
            trial.write(feed, format!("{with}{}\n", lines.collect::<Vec<_>>().join("\n")));
        }
    };
    // as they come, and complete to the last day of the month alone
    let ran = close("books");
    assert!(ran.code == Some(0) && ran.out.contains("card people"), "{ran:?}");
    restate("");
    let ran = close("again");
    assert!(ran.code == Some(1) && ran.err.contains("source `hr` is loaded through 2026-0"), "{ran:?}");
    assert!(ran.err.contains("`complete_through = 2026-09-30` in sources/"), "{ran:?}");
    restate("complete_through = 2026-09-30\n");
    let ran = close("again");
    assert!(ran.err.contains("nothing has changed since"), "no more than that: {ran:?}");
}
