//! Random histories: the fold against the naive one, and against itself under another order of arrival.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;

use super::harness::{Line, cell, fold, lines};
use super::{naive, naive_contacts};
use crate::FactTable;

/// ` name=value`, or nothing.
fn maybe(name: &'static str, values: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::option::of(select(values))
        .prop_map(move |value| value.map_or(String::new(), |value| format!(" {name}={value}")))
}

/// An offset of whole minutes, often one that others have too.
fn offset() -> impl Strategy<Value = String> {
    prop_oneof![4 => (-3_i64..20).prop_map(|hours| format!("{hours}h")), 1 => (-300_i64..6000).prop_map(|minutes| format!("{minutes}m"))]
}

fn version() -> impl Strategy<Value = String> {
    (0..3, 0..2, 1..3)
        .prop_map(|(revision, rank, mapping)| format!(" revision={revision} rank={rank} mapping={mapping}"))
}

fn maybe_time(name: &'static str) -> impl Strategy<Value = String> {
    prop::option::weighted(0.3, offset()).prop_map(move |at| at.map_or(String::new(), |at| format!(" {name}={at}")))
}

const STATUSES: [&str; 6] = ["new", "open", "pending", "on_hold", "solved", "closed"];

fn ticket() -> impl Strategy<Value = String> {
    let stated = (
        maybe("status", STATUSES.to_vec()),
        maybe_time("solved_at"),
        maybe_time("closed_at"),
        maybe_time("first_reply_at"),
    );
    let people = (
        maybe("created_by", vec!["customer", "agent", "bot", "system"]),
        maybe("customer_id", vec!["c", "d"]),
        maybe("team", vec!["first", "second"]),
        maybe("agent", vec!["ann", "bob"]),
    );
    (1..4, offset(), stated, people, version()).prop_map(
        |(id, at, (status, solved, closed, reply), (by, customer, team, agent), version)| {
            format!("ticket {id} created_at={at}{status}{solved}{closed}{reply}{by}{customer}{team}{agent}{version}")
        },
    )
}

fn event() -> impl Strategy<Value = String> {
    let kinds =
        select(vec!["reply", "reply", "reply", "status", "status", "status", "assign", "note", "update", "merge"]);
    let who = (
        maybe("actor_kind", vec!["customer", "agent", "agent", "bot", "system"]),
        maybe("actor", vec!["c", "ann", "bob", "helper"]),
        maybe("public", vec!["true", "true", "false"]),
    );
    let charge = (
        maybe("from", vec!["ann", "first"]),
        maybe("team", vec!["first", "second"]),
        maybe("agent", vec!["ann", "bob"]),
    );
    (0..20, 1..5, offset(), prop::option::of(0..3), kinds, who, select(&STATUSES[..]), charge, version()).prop_map(
        |(id, ticket, at, sequence, kind, (actor_kind, actor, public), status, (from, team, agent), version)| {
            let sequence = sequence.map_or(String::new(), |sequence| format!(" sequence={sequence}"));
            let change = match kind {
                "status" => format!(" to={status}{from}"),
                // both or one of the columns; from and to without them have tests of their own
                "assign" if !team.is_empty() || !agent.is_empty() => format!("{from}{team}{agent}"),
                "assign" => String::new(),
                "update" => format!("{team}{agent}"),
                _ => String::new(),
            };
            format!("event e{id} ticket_id={ticket} at={at} kind={kind}{sequence}{actor_kind}{actor}{public}{change}{version}")
        },
    )
}

fn maybe_length(name: &'static str) -> impl Strategy<Value = String> {
    prop::option::of(-1_i64..90)
        .prop_map(move |minutes| minutes.map_or(String::new(), |minutes| format!(" {name}={minutes}m")))
}

fn contact() -> impl Strategy<Value = String> {
    let times = (offset(), maybe_time("answered_at"), maybe_time("abandoned_at"), maybe_time("ended_at"));
    let words = (
        maybe("outcome", vec!["answered", "answered", "abandoned", "callback", "overflow"]),
        maybe("direction", vec!["in", "in", "out"]),
        maybe("handled_by", vec!["human", "bot"]),
        maybe("ticket_id", vec!["1", "2", "9"]),
        maybe("customer_id", vec!["c", "d"]),
    );
    let work = (
        maybe_length("talk"),
        maybe_length("hold"),
        maybe_length("wrap_up"),
        maybe("agent", vec!["ann", "bob"]),
        maybe("team", vec!["first", "second"]),
        maybe("transfers", vec!["1", "2"]),
    );
    (0..6, times, words, work, version()).prop_map(
        |(id, (at, answered, abandoned, ended), (outcome, direction, handled, ticket, customer), work, version)| {
            let (talk, hold, wrap, agent, team, transfers) = work;
            format!(
                "contact k{id} queued_at={at}{answered}{abandoned}{ended}{outcome}{direction}{handled}{ticket}{customer}{talk}{hold}{wrap}{agent}{team}{transfers}{version}"
            )
        },
    )
}

fn leg() -> impl Strategy<Value = String> {
    let work = (maybe_length("talk"), maybe_length("hold"), maybe_length("wrap_up"));
    let people = (
        maybe("agent", vec!["ann", "bob"]),
        maybe("team", vec!["first", "second"]),
        maybe("transfer", vec!["cold", "warm", "consult"]),
    );
    (0..9, 0..7, offset(), maybe_time("ended_at"), work, people, version()).prop_map(
        |(id, contact, at, ended, (talk, hold, wrap), (agent, team, transfer), version)| {
            format!("contact_leg l{id} contact_id=k{contact} started_at={at}{ended}{talk}{hold}{wrap}{agent}{team}{transfer}{version}")
        },
    )
}

/// Revisions only: what rank and mapping do to earlier statements has tests of its own.
fn promise() -> impl Strategy<Value = String> {
    let terms = (
        maybe("policy", vec!["gold", "silver"]),
        maybe_length("target"),
        maybe("clock", vec!["business", "calendar"]),
        maybe_length("paused"),
    );
    let end = (
        maybe_time("due_at"),
        maybe_time("fulfilled_at"),
        maybe("met", vec!["true", "false"]),
        maybe("is_cancelled", vec!["true", "false"]),
    );
    (0..4, 1..5, offset(), terms, end, 0..3).prop_map(
        |(id, ticket, at, (policy, target, clock, paused), (due, fulfilled, met, cancelled), revision)| {
            format!(
                "sla_target p{id} ticket_id={ticket} promise=resolution started_at={at}{policy}{target}{clock}{paused}{due}{fulfilled}{met}{cancelled} revision={revision}"
            )
        },
    )
}

fn other() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => contact(),
        2 => leg(),
        2 => promise(),
        1 => (0..6, 1..4, offset(), 1..6, version()).prop_map(|(id, ticket, at, value, version)| {
            format!("survey_answer s{id} ticket_id={ticket} instrument=csat scale_min=1 scale_max=5 value={value} answered_at={at}{version}")
        }),
        1 => (maybe("segment", vec!["smb", "large"]), version()).prop_map(|(segment, version)| format!("customer c{segment}{version}")),
    ]
}

const PEOPLE: &str = "agent ann team=first\nagent bob team=second\nagent helper is_bot=true\nteam first\nteam second\n";

fn history() -> impl Strategy<Value = Vec<Line>> {
    let all = (
        prop::collection::vec(ticket(), 1..6),
        prop::collection::vec(event(), 0..40),
        prop::collection::vec(other(), 0..24),
    );
    all.prop_map(|(tickets, events, others)| {
        let texts: Vec<String> = [tickets, events, others].concat();
        lines(&format!("{PEOPLE}{}", texts.join("\n")))
    })
}

/// The first of the lines of each key and version.
fn without_conflicts(lines: Vec<Line>) -> Vec<Line> {
    let mut seen = BTreeSet::new();
    let key = |line: &Line| (line.kind, ["id", "revision", "rank", "mapping"].map(|name| line.cells[name].clone()));
    lines.into_iter().filter(|line| seen.insert(key(line))).collect()
}

/// Tables with a naive fold: their key columns.
const TABLES: [(FactTable, &str, Option<&str>); 7] = [
    (FactTable::Ticket, "ticket_id", None),
    (FactTable::ReplyTurn, "ticket_id", Some("turn")),
    (FactTable::OpenInterval, "ticket_id", Some("interval")),
    (FactTable::Contact, "contact_id", None),
    (FactTable::ContactLeg, "contact_id", Some("leg")),
    (FactTable::CustomerContact, "contact_id", None),
    (FactTable::SlaTarget, "target_id", None),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_naive_fold_agrees(history in history()) {
        let history = without_conflicts(history);
        let mut expected = naive::facts(&history);
        expected.extend(naive_contacts::facts(&history, &expected));
        let folded = fold(&[history]);
        let mut rows = 0;
        for (table, id, number) in TABLES {
            let facts = &folded.facts[&table];
            rows += facts.num_rows();
            for row in 0..facts.num_rows() {
                let id = cell(facts, id, row);
                let key = number.map_or(id.clone(), |number| format!("{id}/{}", cell(facts, number, row)));
                let Some(expected) = expected.get(&(table.name(), key.clone())) else {
                    return Err(TestCaseError::fail(format!("{} {key} is not expected", table.name())));
                };
                // what a ticket knows of chases and of all reopenings is told by its customer contacts only
                let wanted: BTreeMap<&str, String> = expected
                    .iter()
                    .filter(|(name, _)| table != FactTable::Ticket || !["chase_silence", "all_reopenings"].contains(name))
                    .map(|(name, value)| (*name, value.clone()))
                    .collect();
                let found: BTreeMap<&str, String> = wanted.keys().map(|name| (*name, cell(facts, name, row))).collect();
                prop_assert_eq!(&found, &wanted, "{} {}", table.name(), key);
            }
        }
        prop_assert_eq!(rows, expected.len());
    }

    #[test]
    fn order_splitting_and_repetition_change_nothing(
        (history, shuffled) in history().prop_flat_map(|history| (Just(history.clone()), Just(history).prop_shuffle())),
        splits in prop::collection::vec(0_usize..5, 70),
        repeated in prop::collection::vec(any::<bool>(), 70),
    ) {
        let mut parts = vec![Vec::new(); 5];
        for (index, line) in shuffled.into_iter().enumerate() {
            if repeated[index % repeated.len()] {
                let mut again = line.clone();
                again.cells.insert("delivery".to_owned(), "2".to_owned());
                parts[splits[(index + 7) % splits.len()]].insert(0, again);
            }
            parts[splits[index % splits.len()]].push(line);
        }
        let (once, again) = (fold(&[history]), fold(&parts));
        prop_assert_eq!(&once.facts, &again.facts);
        prop_assert_eq!(&once.links, &again.links);
        prop_assert_eq!(&once.shifts, &again.shifts);
        prop_assert_eq!(&once.conflicts, &again.conflicts);
        prop_assert_eq!(&once.warnings, &again.warnings);
    }
}
