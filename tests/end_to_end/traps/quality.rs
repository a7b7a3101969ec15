//! Reviews, checks, complaints: samples that are none, steps that hang together, work blamed on the wrong team.

use end_to_end::{Trial, close};

use super::{LOG, TICKETS, desk, go_on, holds, load, rows};

const MARCH: [&str; 2] = ["--range", "2026-03-01..2026-03-31"];

const REVIEWS: &str = "review,call,ticket,reviewed,sampling";
const ITEMS: &str = "review,item,kind,weight,score,critical";
const CHECKS: &str = "call,rule,severity,checked,met,sampling";
const COMPLAINTS: &str = "complaint,ticket,received,resolved,days,outcome";
const CONTACTS: &str = "call,queued,answered,ended,agent,talk,hold";

/// A quality system of its own beside the desk, whose contacts and tickets it names; calls with their lengths.
const SOURCES: [(&str, &str); 5] = [
    (
        "reviews",
        r#"
refers = { contact = "desk", ticket = "desk" }
[read]
format = "csv"

[[record]]
kind = "quality_review"
id = "review"
[record.fields]
contact_id = "call"
ticket_id = "ticket"
reviewed_at = "reviewed"
sampling = "sampling"
"#,
    ),
    (
        "items",
        r#"
[read]
format = "csv"

[[record]]
kind = "quality_item"
id = "concat(review, '-', item)"
[record.fields]
review_id = "review"
item = "item"
kind = "kind"
weight = "weight"
score = "score"
is_critical = "critical"
"#,
    ),
    (
        "checks",
        r#"
refers = { contact = "desk" }
[read]
format = "csv"

[[record]]
kind = "compliance_check"
id = "concat(call, '-', rule)"
[record.fields]
contact_id = "call"
rule = "rule"
severity = "severity"
checked_at = "checked"
is_met = "met"
sampling = "sampling"
"#,
    ),
    (
        "complaints",
        r#"
refers = { ticket = "desk" }
[read]
format = "csv"

[[record]]
kind = "complaint"
id = "complaint"
[record.fields]
ticket_id = "ticket"
received_at = "received"
resolved_at = "resolved"
target = "cast(cast(days as integer) * 86400 as duration)"
outcome = "outcome"
"#,
    ),
    (
        "conversations",
        r#"
[read]
format = "csv"

[[record]]
kind = "contact"
id = "call"
[record.fields]
queued_at = "queued"
answered_at = "answered"
ended_at = "ended"
agent = "agent"
talk = "cast(talk as duration)"
hold = "cast(hold as duration)"
channel = "'phone'"
"#,
    ),
];

fn audited() -> Trial {
    let trial = desk("UTC");
    for (name, text) in SOURCES {
        let system = if name == "conversations" { "desk" } else { "qa" };
        trial.write(&format!("sources/{name}.toml"), format!("system = \"{system}\"{text}"));
    }
    trial
}

/// Calls of March, numbered, of `agent`.
fn calls(trial: &Trial, numbers: std::ops::Range<usize>, agent: &str, talk: usize, hold: usize) {
    let call = |number: usize| {
        let at = format!("2026-03-{:02}T09:{:02}", 2 + number / 60 % 28, number % 60);
        format!("K{number},{at}:00Z,{at}:10Z,{at}:50Z,{agent},{talk},{hold}")
    };
    load(trial, "conversations", CONTACTS, &numbers.map(call).collect::<Vec<_>>());
    let later = "LATER,2026-06-01T08:00:00Z,2026-06-01T08:00:09Z,2026-06-01T08:01:00Z,,1,0".to_owned();
    load(trial, "conversations", CONTACTS, &[later]);
}

/// Easy contacts reviewed, and those complained about, are no sample of all.
#[test]
fn targeted_samples() {
    let trial = audited();
    calls(&trial, 0..200, "ann", 60, 0);
    let review = |number: usize, sampling: &str| format!("R{number},K{number},,2026-04-20T08:00:00Z,{sampling}");
    let reviews = [rows(40, |number| review(number, "random")), rows(60, |number| review(40 + number, "targeted"))];
    load(&trial, "reviews", REVIEWS, &reviews.concat());
    let score = |number: usize| if number < 40 { "0.8" } else { "0.3" };
    load(&trial, "items", ITEMS, &rows(100, |number| format!("R{number},tone,skill,1,{},", score(number))));
    let ask = |more: &[&str]| trial.figure("mean", &[more, &MARCH[..]].concat());
    let found = ask(&["quality_score"]);
    holds(&found, 80.0, (40.0 * 80.0 + 60.0 * 30.0) / 100.0);
    assert_eq!(found["n"], 40);
    // reviewed in April, of work done in March
    let april = trial.figure("mean", &["quality_score", "--range", "2026-04-01..2026-04-30"]);
    assert_eq!(april["quality"], "no_data", "{april}");
    let covered = |variant: &[&str]| trial.figure("share", &[&["qa_coverage"], variant, &MARCH[..]].concat());
    holds(&covered(&["--variant", "random"]), 20.0, 50.0);
    holds(&covered(&[]), 50.0, 20.0);
    // 40 of 200: 1.96 · √(¼ ÷ 40 · 160 ÷ 199)
    let margin = trial.figure("value", &[&["qa_margin"], &MARCH[..]].concat());
    holds(&margin, 98.0 * (160.0_f64 / (40.0 * 199.0)).sqrt(), 98.0 / 40.0_f64.sqrt());
}

/// One grave failure among good marks: the mean hardly moves, the score of the review is 0.
#[test]
fn critical_errors() {
    let trial = audited();
    calls(&trial, 0..40, "ann", 60, 0);
    load(&trial, "reviews", REVIEWS, &rows(40, |number| format!("R{number},K{number},,2026-03-31T08:00:00Z,random")));
    let good = rows(40, |number| format!("R{number},tone,skill,9,1,false"));
    let identity = rows(40, |number| format!("R{number},identity,compliance,1,{},true", usize::from(number >= 8)));
    // what did not apply takes no part
    let skipped = rows(40, |number| format!("R{number},refund,skill,90,,false"));
    load(&trial, "items", ITEMS, &[good, identity, skipped].concat());
    let ask = |more: &[&str]| trial.figure("mean", &[more, &MARCH[..]].concat());
    holds(&ask(&["quality_score"]), 80.0, 98.0);
    holds(&ask(&["quality_score", "--variant", "raw"]), 98.0, 80.0);
    holds(&trial.figure("share", &[&["critical_error_free_rate"], &MARCH[..]].concat()), 80.0, 98.0);
}

/// Steps add up over reviews, and those of one review hang together.
#[test]
fn avg_of_avg() {
    let trial = audited();
    calls(&trial, 0..30, "ann", 60, 60);
    calls(&trial, 30..60, "bob", 540, 0);
    load(&trial, "reviews", REVIEWS, &rows(60, |number| format!("R{number},K{number},,2026-03-31T08:00:00Z,random")));
    // thirty reviews of two steps, all done; thirty of ten, done by every other one
    let steps = |number: usize| match number {
        0..30 => rows(2, |step| format!("R{number},s{step},protocol,1,1,")),
        _ => rows(10, |step| format!("R{number},s{step},protocol,1,{},", number % 2)),
    };
    load(&trial, "items", ITEMS, &(0..60).flat_map(steps).collect::<Vec<_>>());
    let found = trial.figure("mean", &[&["protocol_adherence"], &MARCH[..]].concat());
    holds(&found, 100.0 * 210.0 / 360.0, (100.0 + 50.0) / 2.0);
    assert_eq!((found["n"].as_u64(), found["denominator"].as_f64()), (Some(60), Some(360.0)));
    // taken as 360 independent steps Wilson's interval is ± 5 points wide; of 60 reviews it is some ± 16
    let half = found["margin"].as_f64().expect("a margin");
    assert!(half > 14.0 && half < 18.0, "{found}");
    // ann holds half of her calls, which are a tenth of all minutes
    let hold = trial.figure("mean", &[&["hold_time"], &MARCH[..]].concat());
    holds(&hold, 100.0 * 60.0 / 660.0, (50.0 + 0.0) / 2.0);
}

/// No breach in 59 checks demonstrates nothing, and a contact is one however many rules it was checked against.
#[test]
fn small_n() {
    let trial = audited();
    calls(&trial, 0..200, "ann", 60, 0);
    let check = |number: usize, rule: &str, met: bool, sampling: &str| {
        format!("K{number},{rule},critical,2026-04-02T08:00:00Z,{met},{sampling}")
    };
    let rules = ["identity", "consent"];
    let kept = rows(118, |row| check(row / 2, rules[row % 2], true, "random"));
    load(&trial, "checks", CHECKS, &kept);
    let ask = |more: &[&str]| trial.figure("share", &[&["compliance_rate"], more, &MARCH[..]].concat());
    let found = ask(&["--variant", "demonstrated"]);
    assert_eq!((found["n"].as_u64(), found["quality"].as_str()), (Some(59), Some("low_n")), "{found}");
    // what 59 show is 95.05 %, not 100
    assert!(close(&found["low"], 100.0 * 0.05_f64.powf(1.0 / 59.0), 1e-6), "{found}");
    // one more contact, in which both rules were broken; and one that was picked because it looked bad
    let broken = [check(59, "identity", false, "random"), check(59, "consent", false, "random")];
    let picked = [check(150, "identity", false, "targeted")];
    load(&trial, "checks", CHECKS, &[&broken[..], &picked[..]].concat());
    let found = ask(&[]);
    holds(&found, 100.0 * 59.0 / 60.0, 100.0 * 118.0 / 121.0);
    assert_eq!((found["n"].as_u64(), found["quality"].as_str()), (Some(60), Some("ok")), "{found}");
    let exact = ask(&["--variant", "regulatory"]);
    let low = |row: &serde_json::Value| row["low"].as_f64().expect("an end");
    assert!(low(&exact) < low(&found), "{exact} {found}");
    let sum = trial.figure("sum", &[&["critical_breaches"], &MARCH[..]].concat());
    assert_eq!(sum["value"], 3.0, "{sum}");
    let over = trial.figure("value", &[&["breaches_over_appetite", "--set", "appetite=2"], &MARCH[..]].concat());
    holds(&over, 1.0, 3.0);
    let within = trial.figure("value", &[&["breaches_over_appetite", "--set", "appetite=5"], &MARCH[..]].concat());
    assert_eq!(within["value"], 0.0, "{within}");
    // five perfect contacts of five say nothing of an agent
    let five = trial.figure(
        "share",
        &["compliance_rate", "--where", "contact_id in ('K0', 'K1', 'K2', 'K3', 'K4')", "--range", "2026-03"],
    );
    assert!(five["value"].is_null() && five["quality"] == "suppressed", "{five}");
}

/// What takes long is in the backlog whenever one looks: its age is no resolution time.
#[test]
fn length_bias() {
    let trial = desk("UTC");
    // three a day solved within the hour, and one a day that takes a month and a half
    let day = |number: usize| format!("2026-03-{:02}", 1 + number % 30);
    let quick = rows(90, |number| format!("Q{number},{}T08:00:00Z,,first,", day(number)));
    let slow = rows(30, |number| format!("S{number},{}T08:00:00Z,,first,", day(number)));
    load(&trial, "tickets", TICKETS, &[quick, slow].concat());
    let solved = rows(90, |number| format!("Q{number},1,{}T09:00:00Z,status,agent,solved,,", day(number)));
    let later =
        rows(30, |number| format!("S{number},1,2026-05-{:02}T08:00:00Z,status,agent,solved,,", 1 + number % 30));
    load(&trial, "log", LOG, &[solved, later].concat());
    go_on(&trial, &["tickets", "log"]);
    let age = trial.figure("median", &[&["unresolved_backlog_age"], &MARCH[..]].concat());
    // opened on the 1st to the 30th at eight, looked at at the end of the 31st
    let days = (1.0 + 30.0) / 2.0 + 2.0 / 3.0;
    holds(&age, days * 86_400.0, 3600.0);
    assert_eq!(age["n"], 30);
    let took = trial.figure("median", &[&["full_resolution_time", "--variant", "calendar"], &MARCH[..]].concat());
    holds(&took, 3600.0, days * 86_400.0);
    let old = trial.figure("share", &[&["unresolved_backlog_older"], &MARCH[..]].concat());
    // created on the 1st to the 24th at eight: more than seven days before
    holds(&old, 100.0 * 24.0 / 30.0, 100.0 * 24.0 / 120.0);
    // after all was solved nothing is old
    let june = trial.figure("median", &["unresolved_backlog_age", "--range", "2026-05"]);
    assert_eq!(june["quality"], "no_data", "{june}");
}

/// A review is of who did the work then, not of who has the ticket now; a complaint of who handles it.
#[test]
fn attribution() {
    let trial = audited();
    load(&trial, "tickets", TICKETS, &rows(30, |number| format!("T{number},2026-03-02T08:00:00Z,C{number},,")));
    let passed_on = |number: usize| {
        [
            format!("T{number},1,2026-03-02T08:00:00Z,assign,agent,,first,ann"),
            format!("T{number},2,2026-03-02T10:00:00Z,reply,agent,,,ann"),
            format!("T{number},3,2026-03-05T08:00:00Z,assign,agent,,second,bob"),
        ]
    };
    load(&trial, "log", LOG, &(0..30).flat_map(passed_on).collect::<Vec<_>>());
    go_on(&trial, &["tickets", "log"]);
    load(&trial, "reviews", REVIEWS, &rows(30, |number| format!("R{number},,T{number},2026-03-20T08:00:00Z,random")));
    load(&trial, "items", ITEMS, &rows(30, |number| format!("R{number},tone,skill,1,0.5,")));
    let of_team = |metric: &str, statistic: &str, team: &str| {
        let filter = format!("team = '{team}'");
        let asked = [&[metric, "--where", &filter], &MARCH[..]].concat();
        trial.figure(statistic, &asked)["n"].as_u64()
    };
    assert_eq!(of_team("quality_score", "mean", "first"), Some(30));
    assert_eq!(of_team("quality_score", "mean", "second"), Some(0));
    // in time, late, overdue and open, withdrawn, not yet due
    let complaint = |number: usize, rest: &str| format!("P{number},T{number},2026-03-06T08:00:00Z,{rest}");
    let complaints = [
        rows(12, |number| complaint(number, "2026-03-16T08:00:00Z,10,upheld")),
        rows(4, |number| complaint(12 + number, "2026-03-17T08:00:00Z,10,rejected")),
        rows(4, |number| complaint(16 + number, ",10,")),
        rows(5, |number| complaint(20 + number, ",10,withdrawn")),
        rows(5, |number| complaint(25 + number, "2026-03-08T08:00:00Z,400,upheld")),
        vec!["P99,,2026-06-01T08:00:00Z,,10,".to_owned()],
    ];
    load(&trial, "complaints", COMPLAINTS, &complaints.concat());
    let ask = |more: &[&str]| trial.figure("share", &[&["complaints_resolved_in_time"], more, &MARCH[..]].concat());
    holds(&ask(&[]), 60.0, 75.0);
    holds(&ask(&["--variant", "closed_only"]), 75.0, 60.0);
    assert_eq!(of_team("complaints_resolved_in_time", "share", "second"), Some(20));
    assert_eq!(trial.figure("count", &[&["complaints"], &MARCH[..]].concat())["value"], 30.0);
    // 30 complaints in 30 contacts, with Garwood's interval of 30
    let rate = trial.figure("value", &[&["complaint_rate"], &MARCH[..]].concat());
    holds(&rate, 1000.0, 30.0);
    assert!(rate["low"].as_f64() < Some(700.0) && rate["high"].as_f64() > Some(1400.0), "{rate}");
    // the story of a ticket has them
    let story = trial.ok(&["ticket", "T3"]);
    for wanted in ["random review: 50 of 100", "complaint, upheld"] {
        assert!(story.contains(wanted), "{wanted}\n{story}");
    }
}

/// A ticket counts once, however often it is escalated; what was only in the wrong place does not.
#[test]
fn escalations() {
    let trial = desk("UTC");
    trial.write(
        "sources/escalations.toml",
        "system = \"desk\"\n[read]\nformat = \"csv\"\n\n[[record]]\nkind = \"event\"\nid = \"concat(ticket, '-', number)\"\n[record.fields]\nticket_id = \"ticket\"\nat = \"at\"\nkind = \"'escalate'\"\nreason = \"reason\"\n",
    );
    load(&trial, "tickets", TICKETS, &rows(60, |number| format!("T{number},2026-03-02T08:00:00Z,,,")));
    load(&trial, "log", LOG, &rows(60, |number| format!("T{number},1,2026-03-02T10:00:00Z,reply,agent,,,")));
    let raised = |number: usize, at: &str, reason: &str| format!("T{number},{at},2026-03-0{at}T08:00:00Z,{reason}");
    let events = [
        rows(10, |number| raised(number, "3", "expertise")),
        rows(10, |number| raised(number, "4", "legal")),
        rows(5, |number| raised(20 + number, "3", "routing")),
        rows(5, |number| raised(30 + number, "3", "")),
    ];
    load(&trial, "escalations", "ticket,number,at,reason", &events.concat());
    go_on(&trial, &["tickets", "log"]);
    let ask = |more: &[&str]| trial.figure("share", &[&["escalation_rate"], more, &MARCH[..]].concat());
    holds(&ask(&[]), 25.0, 50.0);
    holds(&ask(&["--set", "reason=expertise"]), 100.0 * 10.0 / 60.0, 100.0);
    // any of its reasons, not only the first
    holds(&ask(&["--set", "reason=legal"]), 100.0 * 10.0 / 60.0, 100.0);
}
