//! Ways in which KPI software goes wrong. Each test is named after its trap, loads records that spring it, works out
//! what naive software would say, and asks for the right figure.

mod contacts;
mod money;
mod quality;
mod retention;
mod staff;
mod surveys;
mod tickets;
mod time;

use end_to_end::{Trial, close};
use serde_json::Value;

/// Sources of one system: tickets, their log, calls and their legs, answers, staff.
const SOURCES: [(&str, &str); 6] = [
    (
        "tickets",
        r#"kind = "ticket"
id = "ticket"
[record.fields]
created_at = "created"
customer_id = "customer"
team = "team"
merged_into = "merged"
"#,
    ),
    (
        "log",
        r#"kind = "event"
id = "concat(ticket, '-', number)"
[record.fields]
ticket_id = "ticket"
at = "at"
kind = "kind"
actor_kind = "actor_kind"
to = "to"
team = "team"
agent = "agent"
"#,
    ),
    (
        "calls",
        r#"kind = "contact"
id = "call"
[record.fields]
queued_at = "queued"
answered_at = "answered"
abandoned_at = "abandoned"
ended_at = "ended"
channel = "channel"
queue = "queue"
agent = "agent"
customer_id = "customer"
issue = "issue"
"#,
    ),
    (
        "legs",
        r#"kind = "contact_leg"
id = "concat(call, '-', agent)"
[record.fields]
contact_id = "call"
started_at = "started"
talk = "cast(talk as duration)"
agent = "agent"
team = "team"
"#,
    ),
    (
        "answers",
        r#"kind = "survey_answer"
id = "answer"
[record.fields]
ticket_id = "ticket"
instrument = "'csat'"
scale_min = "1"
scale_max = "5"
value = "value"
answered_at = "at"
"#,
    ),
    (
        "staff",
        r#"kind = "agent"
id = "agent"
[record.fields]
team = "team"
"#,
    ),
];

/// A workspace of this zone that knows the sources.
fn desk(zone: &str) -> Trial {
    let trial = Trial::new(zone);
    for (name, record) in SOURCES {
        let text = format!("system = \"desk\"\n[read]\nformat = \"csv\"\n\n[[record]]\n{record}");
        trial.write(&format!("sources/{name}.toml"), text);
    }
    trial
}

/// Loads rows under a header.
fn load(trial: &Trial, source: &str, header: &str, rows: &[String]) {
    let number = std::fs::read_dir(trial.path("incoming")).expect("a folder").count();
    let file = trial.write(&format!("incoming/{source}-{number}.csv"), format!("{header}\n{}\n", rows.join("\n")));
    trial.ok(&["import", source, &file]);
}

/// Something in June of every source that has rows, so that the data reach beyond what is asked for: of what came after
/// the last record of a source nothing is known.
fn go_on(trial: &Trial, sources: &[&str]) {
    for source in sources {
        let (header, row) = match *source {
            "tickets" => (TICKETS, "LATER,2026-06-01T08:00:00Z,,,"),
            "log" => (LOG, "LATER,1,2026-06-01T08:00:00Z,note,agent,,,"),
            _ => (CALLS, "LATER,2026-06-01T08:00:00Z,2026-06-01T08:00:09Z,,,phone,q,,,"),
        };
        load(trial, source, header, &[row.to_owned()]);
    }
}

const TICKETS: &str = "ticket,created,customer,team,merged";
const LOG: &str = "ticket,number,at,kind,actor_kind,to,team,agent";
const CALLS: &str = "call,queued,answered,abandoned,ended,channel,queue,agent,customer,issue";
const LEGS: &str = "call,started,talk,agent,team";
const ANSWERS: &str = "answer,ticket,value,at";

/// `count` rows made of their number.
fn rows(count: usize, row: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(row).collect()
}

/// The row says what is right, and that is not what naive software says.
fn holds(row: &Value, right: f64, naive: f64) {
    assert!((right - naive).abs() > 1e-6, "the records do not spring the trap");
    assert!(close(&row["value"], right, 1e-6 * right.abs().max(1.0)), "{right} is right, {naive} naive: {row}");
}
