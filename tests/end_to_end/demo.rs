//! What people did in the sample organisation.

use end_to_end::Trial;
use serde_json::Value;

const OPTIONS: &[&str] = &["--tickets", "600", "--months", "4", "--lean", "--until", "2026-11-01"];

/// The whole journal.
fn journal(trial: &Trial) -> Vec<Value> {
    match serde_json::from_str(&trial.ok(&["review", "export"])) {
        Ok(Value::Array(entries)) => entries,
        other => panic!("{other:?}"),
    }
}

/// The demo of other days in the same place.
fn anew(until: &'static str) -> Vec<&'static str> {
    [&["demo", "--no-serve"], &OPTIONS[..OPTIONS.len() - 1], &[until]].concat()
}

#[test]
fn people_of_the_demo_have_approved_announced_decided_and_closed_a_month() {
    let trial = Trial::demo(OPTIONS);
    let entries = journal(&trial);
    let kinds: Vec<&str> = entries.iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert_eq!(kinds, ["approve", "approve", "comment", "announce", "acknowledge", "closed", "comment"]);
    let times: Vec<&str> = entries.iter().filter_map(|entry| entry["at"].as_str()).collect();
    assert!(times.is_sorted() && times.iter().all(|at| ("2026-10-01".."2026-11-01").contains(at)), "{times:?}");
    assert_eq!(entries[4]["body"]["announcement"], entries[3]["number"]);
    let closed = &entries[5]["body"];
    assert_eq!((&closed["from"], &closed["to"]), (&"2026-09-01".into(), &"2026-10-01".into()));
    let log = trial.ok(&["review", "log", "card:company"]);
    assert!(log.contains("Head of customer experience") && log.contains("closed"), "{log}");
    let report = trial.ok(&["report", "manager", "--period", "2026-10", "--format", "md"]);
    for told in ["The card holds from now on", "Mondays fall short", "Web forms to chat", "we plan shifts by weekday"] {
        assert!(report.contains(told), "{told}: {report}");
    }
    let checked = trial.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    assert_eq!(trial.ok(&["verify"]), "all data is as it was written\n");

    // the same options make the same journal to the last hash, and make it once
    assert_eq!(journal(&Trial::demo(OPTIONS)), entries);
    trial.ok(&anew("2026-11-01"));
    assert_eq!(journal(&trial), entries);
}

#[test]
fn a_demo_is_made_anew_over_no_journal_but_its_own() {
    let trial = Trial::demo(OPTIONS);
    trial.ok(&anew("2026-10-20"));
    let moved = journal(&trial);
    assert_eq!(moved.len(), 7);
    assert!(moved.iter().all(|entry| entry["at"].as_str().is_some_and(|at| at < "2026-10-20")), "{moved:?}");
    let decision = std::fs::read_to_string(trial.path("decisions/mondays.toml")).expect("a decision");
    assert!(decision.starts_with("date = 2026-09-16\n"), "{decision}");

    trial.ok(&["review", "comment", "metric:csat_t2b", "mine", "--as", "Anna"]);
    let with_mine = journal(&trial);
    let refused = trial.run(&anew("2026-10-21"));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("1 entry of the journal, by Anna"), "{}", refused.err);
    // nor is anything added to it
    let stamp = std::fs::read_to_string(trial.path("demo.json")).expect("a stamp");
    trial.write("demo.json", stamp.replace("\"loaded\": true", "\"loaded\": false"));
    trial.ok(&anew("2026-10-20"));
    assert_eq!(journal(&trial), with_mine);
}
