//! What happened to a ticket, in order: from its facts and from the events its sources gave.

use std::collections::BTreeMap;

use catalogue::expression::Value;
use catalogue::metric::Unit;
use catalogue::plan::Row;
use model::{FactTable, Instant, Millis};
use scorecard::words;
use serde::Serialize;
use utoipa::ToSchema;

use super::row::Cells;
use crate::api::rows::to_json;
use crate::names::Names;

/// One thing that happened, or went on for a while.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EntryBody {
    /// When, or from when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Until when, of what went on; of a promise when it is due. Null while it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Instant>,
    /// `created`, `open`, `turn`, `sla`, `contact`, `leg`, `survey`, `review`, `check`, `complaint`, `closed`, `stated`, or
    /// the kind of an event: `reply`, `note`, `status`, `assign`, `escalate`, `merge`, `update`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// Its own id, or its number within the ticket.
    pub id: Option<String>,
    /// System of that id.
    pub system: Option<String>,
    /// What else is known of it, by name of the column: durations in seconds.
    #[schema(value_type = Object)]
    pub details: BTreeMap<String, serde_json::Value>,
}

/// Entries in order of time; of one time, what went on comes before what happened, and events follow their sequence.
pub(super) fn of(facts: &BTreeMap<FactTable, Vec<Row>>, events: &[Row], names: &Names) -> Vec<EntryBody> {
    let mut entries: Vec<EntryBody> = Vec::new();
    for (table, rows) in facts {
        for row in rows {
            entries.extend(entry(*table, row, names));
            if *table == FactTable::Ticket {
                entries.extend(stated(row, events));
            }
        }
    }
    entries.extend(events.iter().filter_map(|row| event(row, names)));
    let place = |entry: &EntryBody| ORDER.iter().position(|kind| *kind == entry.kind).unwrap_or(ORDER.len());
    // events of one instant as the fold takes them: by their sequence, those without one first, then by id
    let sequence = |entry: &EntryBody| entry.details.get("sequence").and_then(serde_json::Value::as_i64);
    let order = |a: &EntryBody, b: &EntryBody| {
        let (left, right) = ((a.at, place(a), sequence(a)), (b.at, place(b), sequence(b)));
        left.cmp(&right).then_with(|| (&a.id, &a.system).cmp(&(&b.id, &b.system)))
    };
    entries.sort_by(order);
    entries
}

/// Of one instant, these in this order, then events.
const ORDER: [&str; 6] = ["created", "contact", "leg", "open", "turn", "sla"];

fn entry(table: FactTable, row: &Row, names: &Names) -> Option<EntryBody> {
    let length = |name: &str| row.length(name).map_or_else(|| "–".to_owned(), long);
    let (at, until, kind, text, id, details): (_, Option<&str>, _, String, _, &[&str]) = match table {
        FactTable::Ticket => {
            let by = row.text("created_by").unwrap_or_default();
            let channel = row.text("channel").map_or_else(String::new, |channel| format!(", {channel}"));
            let details = &["channel", "priority", "category", "team_created", "agent_created"];
            ("created_at", None, "created", format!("request of {by}{channel}"), None, details)
        }
        FactTable::ReplyTurn => {
            let turn = row.integer("turn").unwrap_or_default();
            let text = match (row.time("replied_at"), row.time("solved_unanswered_at")) {
                (Some(_), _) => {
                    format!("answered after {}, {} business", length("reply_time"), length("reply_business_time"))
                }
                (None, Some(_)) => "solved without an answer".to_owned(),
                (None, None) => "waits for an answer".to_owned(),
            };
            let details = &["reply_time", "reply_business_time", "team_replied", "agent_replied"];
            ("asked_at", Some("replied_at"), "turn", format!("turn {turn}: {text}"), Some("turn"), details)
        }
        FactTable::OpenInterval => {
            let number = row.integer("interval").unwrap_or_default();
            let text = match number {
                1 => "open".to_owned(),
                _ => format!("open again, interval {number}"),
            };
            ("opened_at", Some("solved_at"), "open", text, Some("interval"), &["team", "agent"])
        }
        FactTable::SlaTarget => {
            let details =
                &["policy", "policy_version", "target", "paused", "fulfilled_at", "met", "is_cancelled", "changes"];
            ("started_at", Some("due_at"), "sla", promise(row), Some("target_id"), details)
        }
        FactTable::Contact => {
            let channel = row.text("channel").unwrap_or_else(|| "a".to_owned());
            let outcome = row.text("outcome").unwrap_or_default();
            let wait = row.length("wait").map_or_else(String::new, |wait| format!(" after {}", long(wait)));
            let text = format!("{channel} contact, {outcome}{wait}");
            let details = &["wait", "talk", "hold", "wrap_up", "transfers", "queue", "team", "agent", "issue"];
            ("queued_at", Some("ended_at"), "contact", text, Some("contact_id"), details)
        }
        FactTable::ContactLeg => {
            let (leg, contact) = (row.integer("leg").unwrap_or_default(), row.text("contact_id").unwrap_or_default());
            let text = format!("leg {leg} of contact {contact}{}", who(row, names));
            let details = &["talk", "hold", "wrap_up", "handle_time", "busy_time", "transfer", "team", "agent"];
            ("started_at", Some("ended_at"), "leg", text, Some("contact_id"), details)
        }
        FactTable::SurveyAnswer => {
            let shown = row.get("value").map(catalogue::expression::show).unwrap_or_default();
            let (instrument, scale) =
                (row.text("instrument").unwrap_or_default(), row.text("scale").unwrap_or_default());
            let details = &["value", "offered_at", "answer_delay", "about", "team_rated", "agent_rated", "comment"];
            ("answered_at", None, "survey", format!("{instrument} {shown} on {scale}"), Some("answer_id"), details)
        }
        FactTable::QualityReview => {
            let details =
                &["happened_at", "reviewer", "rubric", "raw_score", "score", "critical_errors", "team", "agent"];
            ("reviewed_at", None, "review", review(row), Some("review_id"), details)
        }
        FactTable::ComplianceCheck => {
            let (rule, severity) = (row.text("rule").unwrap_or_default(), row.text("severity").unwrap_or_default());
            let text = match row.flag("is_met") {
                Some(true) => format!("{rule} kept"),
                _ => format!("{rule} broken, {severity}"),
            };
            let details = &["happened_at", "severity", "is_met", "sampling", "evidence", "team", "agent"];
            ("checked_at", None, "check", text, Some("check_id"), details)
        }
        FactTable::Complaint => {
            let outcome = row.text("outcome").or_else(|| row.time("resolved_at").map(|_| "resolved".to_owned()));
            let text = format!("complaint, {}", outcome.unwrap_or_else(|| "open".to_owned()));
            let details = &["due_at", "root_cause", "severity", "is_escalated", "team", "agent"];
            ("received_at", Some("resolved_at"), "complaint", text, Some("complaint_id"), details)
        }
        // the same contacts and requests once more
        FactTable::CustomerContact => return None,
        _ => return None,
    };
    Some(EntryBody {
        at: row.time(at)?,
        until: until.and_then(|name| row.time(name)),
        kind: kind.to_owned(),
        text,
        id: id.and_then(|name| row.get(name)).map(catalogue::expression::show),
        system: row.text("system").filter(|_| !matches!(table, FactTable::Ticket)),
        details: known(row, details),
    })
}

fn review(row: &Row) -> String {
    let score = row.get("score").filter(|score| **score != Value::Null).map(catalogue::expression::show);
    let score = score.map_or_else(String::new, |score| format!(": {score} of 100"));
    let failed = if row.flag("is_failed") == Some(true) { ", failed by a critical error" } else { "" };
    format!("{} review{score}{failed}", row.text("sampling").unwrap_or_default())
}

fn promise(row: &Row) -> String {
    let name = row.text("promise").unwrap_or_default();
    let state = match (row.flag("is_cancelled"), row.flag("met"), row.time("fulfilled_at")) {
        (Some(true), _, _) => "withdrawn",
        (_, Some(true), _) => "met",
        (_, Some(false), _) => "missed",
        (_, None, _) => "open",
    };
    format!("{name} promised, {state}")
}

/// What a source states of a ticket without giving the events.
fn stated(row: &Row, events: &[Row]) -> Vec<EntryBody> {
    let has = |kind: &str| events.iter().any(|event| event.text("kind").as_deref() == Some(kind));
    let mut stated = Vec::new();
    let mut add = |column: &str, kind: &str, text: &str| {
        stated.extend(row.time(column).map(|at| EntryBody {
            at,
            until: None,
            kind: kind.to_owned(),
            text: text.to_owned(),
            id: None,
            system: None,
            details: BTreeMap::new(),
        }));
    };
    if !has("reply") {
        add("first_reply_at", "stated", "first reply, as the source states it");
    }
    if !has("status") {
        add("last_solved_at", "stated", "solved, as the source states it");
    }
    add("closed_at", "closed", "closed for good");
    stated
}

fn event(row: &Row, names: &Names) -> Option<EntryBody> {
    let kind = row.text("kind").unwrap_or_default();
    let actor = || match (row.text("actor_kind"), row.text("actor")) {
        (Some(kind), Some(id)) => format!(" by {kind} {}", names.read(&kind, &id)),
        (Some(one), None) | (None, Some(one)) => format!(" by {one}"),
        (None, None) => String::new(),
    };
    // whom an assignment went from and to; of any other change the words are no ids
    let end = |column: &str| row.text(column).map(|id| if kind == "assign" { names.read_any(&id) } else { id });
    let change = match (end("from"), end("to")) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (None, Some(to)) => Some(format!("→ {to}")),
        (Some(from), None) => Some(format!("{from} →")),
        (None, None) => None,
    };
    let text = match (kind.as_str(), change) {
        ("reply", _) if row.flag("public") == Some(false) => format!("reply hidden from the customer{}", actor()),
        ("reply" | "note", _) => format!("{kind}{}", actor()),
        (_, Some(change)) => format!("{change}{}", actor()),
        ("escalate", None) => {
            let reason = row.text("reason").map_or_else(String::new, |reason| format!(", {reason}"));
            format!("escalated{}{reason}{}", who(row, names), actor())
        }
        ("assign", None) => format!("assigned{}{}", who(row, names), actor()),
        (_, None) => format!("{kind}{}", actor()),
    };
    let details = ["actor_kind", "actor", "public", "from", "to", "team", "agent", "reason", "sequence"];
    Some(EntryBody {
        at: row.time("at")?,
        until: None,
        kind,
        text,
        id: row.text("id"),
        system: row.text("system"),
        details: known(row, &details),
    })
}

/// `, agent of team`.
fn who(row: &Row, names: &Names) -> String {
    let read = |column: &str| row.text(column).map(|id| names.read(column, &id));
    match (read("agent"), read("team")) {
        (Some(agent), Some(team)) => format!(", {agent} of {team}"),
        (Some(one), None) | (None, Some(one)) => format!(", {one}"),
        (None, None) => String::new(),
    }
}

fn known(row: &Row, names: &[&str]) -> BTreeMap<String, serde_json::Value> {
    let cells = names.iter().filter_map(|name| Some((*name, row.get(*name)?)));
    cells.filter(|(_, cell)| **cell != Value::Null).map(|(name, cell)| (name.to_owned(), to_json(cell))).collect()
}

fn long(length: Millis) -> String {
    words::figure(Some(length.seconds()), Unit::Seconds)
}
