//! A second opinion on reviews and checks: what they fold to, word by word over plain lists, and random histories of
//! which both are asked. Tickets have no events here: who had them when is told apart elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;

use super::harness::{Line, cell, fold, lines, time};
use super::naive::newest;
use crate::{FactTable, RecordKind};

type Cells = BTreeMap<&'static str, String>;

fn text(value: Option<&str>) -> String {
    value.unwrap_or("-").to_owned()
}

/// ann is of the first team, bob of the second.
fn team_of(agent: Option<&str>) -> Option<&'static str> {
    match agent {
        Some("ann") => Some("first"),
        Some("bob") => Some("second"),
        _ => None,
    }
}

struct Work<'a> {
    line: &'a Line,
    contact: Option<&'a Line>,
    /// The contact's where the contact is there, else the one named.
    ticket: Option<&'a Line>,
}

impl<'a> Work<'a> {
    fn of(line: &'a Line, all: &'a [Line]) -> Self {
        let find = |kind: RecordKind, id: Option<&str>| {
            all.iter().find(|other| other.kind == kind && Some(other.cells["id"].as_str()) == id)
        };
        let contact = find(RecordKind::Contact, line.get("contact_id"));
        let ticket_of_contact = find(RecordKind::Ticket, contact.and_then(|contact| contact.get("ticket_id")));
        let ticket = match contact {
            Some(_) => ticket_of_contact,
            None => find(RecordKind::Ticket, line.get("ticket_id")),
        };
        Work { line, contact, ticket }
    }

    /// What the record says, else the contact, else the ticket.
    fn first(&self, name: &str) -> Option<&'a str> {
        let lines = [Some(self.line), self.contact, self.ticket];
        lines.into_iter().flatten().find_map(|line| line.get(name))
    }

    fn happened_at(&self, looked_at: &str) -> i64 {
        let contact = self.contact.and_then(|contact| contact.get("queued_at"));
        let ticket = self.ticket.and_then(|ticket| ticket.get("created_at"));
        let known = self.line.get("happened_at").or(contact).or(ticket).or(self.line.get(looked_at));
        time(known.unwrap()).micros()
    }

    fn done_by(&self) -> (Option<&'a str>, Option<&'a str>) {
        let stated = |line: &'a Line| (line.get("team"), line.get("agent"));
        let of_contact = self.contact.map(stated).filter(|both| *both != (None, None));
        let (own_team, own_agent) = stated(self.line);
        let Some((team, agent)) = of_contact.or(self.ticket.map(stated)) else {
            return (own_team.or(team_of(own_agent)), own_agent);
        };
        let team = team.or(team_of(agent));
        match (own_team, own_agent) {
            (Some(_), Some(_)) => (own_team, own_agent),
            (None, None) => (team, agent),
            // who did not have it answers with the own team
            (None, Some(other)) if agent != Some(other) => (team_of(own_agent).or(team), own_agent),
            (None, Some(_)) => (team, own_agent),
            (Some(other), None) => (own_team, agent.filter(|_| team == Some(other))),
        }
    }

    fn cells(&self, looked_at: &str) -> Cells {
        let (team, agent) = self.done_by();
        // a contact that names no customer is its ticket's
        let of = |line: Option<&'a Line>| line.and_then(|line| line.get("customer_id"));
        let customer = of(self.contact).or(of(self.ticket));
        let named = self.contact.and_then(|contact| contact.get("ticket_id")).or(self.line.get("ticket_id"));
        BTreeMap::from([
            ("happened_at", self.happened_at(looked_at).to_string()),
            ("channel", text(self.first("channel"))),
            ("team", text(team)),
            ("agent", text(agent)),
            ("customer_id", text(customer)),
            ("contact_id", text(self.line.get("contact_id"))),
            ("ticket_id", text(named)),
        ])
    }
}

fn review(line: &Line, all: &[Line]) -> Cells {
    let mut cells = Work::of(line, all).cells("reviewed_at");
    let id = line.cells["id"].as_str();
    let items: Vec<&Line> =
        all.iter().filter(|item| item.kind == RecordKind::QualityItem && item.cells["review_id"] == id).collect();
    let number = |item: &Line, name: &str| item.get(name).map(|text| text.parse::<f64>().unwrap());
    let applied: Vec<(&Line, f64, f64)> = items
        .iter()
        .filter_map(|item| Some((*item, number(item, "weight").unwrap_or(1.0), number(item, "score")?)))
        .collect();
    let weight: f64 = applied.iter().map(|(_, weight, _)| weight).sum();
    let score: f64 = applied.iter().map(|(_, weight, score)| weight * score).sum();
    let by_items = (weight > 0.0).then(|| (1_000_000.0 * score / weight).round() / 10_000.0);
    let raw = by_items.or(number(line, "score"));
    let critical = |(item, _, score): &&(&Line, f64, f64)| item.get("is_critical") == Some("true") && *score == 0.0;
    let errors = applied.iter().filter(critical).count();
    let failed = line.get("is_failed") == Some("true") || errors > 0;
    let steps = || applied.iter().filter(|(item, ..)| item.get("kind") == Some("protocol"));
    let shown = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
    cells.extend([
        ("sampling", line.get("sampling").unwrap_or("targeted").to_owned()),
        ("items", applied.len().to_string()),
        ("raw_score", shown(raw)),
        ("score", shown(if failed { Some(0.0) } else { raw })),
        ("critical_errors", errors.to_string()),
        ("is_failed", failed.to_string()),
        ("protocol_steps", steps().count().to_string()),
        ("protocol_steps_done", steps().filter(|(.., score)| *score == 1.0).count().to_string()),
    ]);
    cells
}

/// Checks of one contact or ticket and one sampling, in order.
fn series<'a>(line: &Line, all: &'a [Line]) -> Vec<&'a Line> {
    let about = |line: &Line| match (line.get("contact_id"), line.get("ticket_id")) {
        (Some(contact), _) => format!("contact {contact}"),
        (None, Some(ticket)) => format!("ticket {ticket}"),
        (None, None) => format!("itself {}", line.cells["id"]),
    };
    let sampling = |line: &Line| line.get("sampling").unwrap_or("targeted").to_owned();
    let same = |other: &&Line| {
        other.kind == RecordKind::ComplianceCheck && about(other) == about(line) && sampling(other) == sampling(line)
    };
    let mut found: Vec<&Line> = all.iter().filter(same).collect();
    found.sort_by_key(|line| (Work::of(line, all).happened_at("checked_at"), line.cells["id"].clone()));
    found
}

fn checked(line: &Line, all: &[Line]) -> Cells {
    let mut cells = Work::of(line, all).cells("checked_at");
    let series = series(line, all);
    let number = 1 + series.iter().position(|other| other.cells["id"] == line.cells["id"]).unwrap();
    let broken: BTreeSet<&str> = series
        .iter()
        .filter(|other| {
            other.get("severity").unwrap_or("critical") == "critical" && other.get("is_met") == Some("false")
        })
        .filter_map(|other| other.get("rule"))
        .collect();
    cells.extend([
        ("check", number.to_string()),
        ("critical_breaches", if number == 1 { broken.len().to_string() } else { "0".to_owned() }),
        ("severity", line.get("severity").unwrap_or("critical").to_owned()),
    ]);
    cells
}

fn maybe(name: &'static str, values: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::option::of(select(values))
        .prop_map(move |value| value.map_or(String::new(), |value| format!(" {name}={value}")))
}

fn named() -> impl Strategy<Value = String> {
    let people = (maybe("team", vec!["first", "second"]), maybe("agent", vec!["ann", "bob", "cleo"]));
    let work = (maybe("contact_id", vec!["k0", "k1", "k2", "k9"]), maybe("ticket_id", vec!["1", "2", "9"]));
    (people, work, maybe("happened_at", vec!["2h", "7h"]), maybe("channel", vec!["phone", "chat"]), 0..3).prop_map(
        |((team, agent), (contact, ticket), happened, channel, revision)| {
            format!("{contact}{ticket}{team}{agent}{happened}{channel} revision={revision}")
        },
    )
}

fn history() -> impl Strategy<Value = Vec<Line>> {
    let people = || (maybe("team", vec!["first", "second"]), maybe("agent", vec!["ann", "bob"]));
    let ticket = (1..4, 0..9, people(), maybe("customer_id", vec!["c"]), maybe("channel", vec!["email"])).prop_map(
        |(id, at, (team, agent), customer, channel)| {
            format!("ticket {id} created_at={at}h{team}{agent}{customer}{channel}")
        },
    );
    let contact = (0..4, 0..9, people(), maybe("ticket_id", vec!["1", "2", "8"]), maybe("customer_id", vec!["d"]))
        .prop_map(|(id, at, (team, agent), ticket, customer)| {
            format!("contact k{id} queued_at={at}h outcome=answered{team}{agent}{ticket}{customer}")
        });
    let sampling = maybe("sampling", vec!["random", "targeted", "calibration"]);
    let stated = (maybe("score", vec!["60", "87.5"]), maybe("is_failed", vec!["true", "false"]));
    let review = (0..5, 20..24, named(), sampling, stated).prop_map(|(id, at, named, sampling, (score, failed))| {
        format!("quality_review r{id} reviewed_at={at}h{named}{sampling}{score}{failed}")
    });
    let item = (
        (0..12, 0..5, 0..3),
        maybe("kind", vec!["protocol", "skill"]),
        maybe("weight", vec!["0", "2", "3.5"]),
        maybe("score", vec!["0", "0", "0.25", "1", "1"]),
        maybe("is_critical", vec!["true", "false"]),
    )
        .prop_map(|((id, review, revision), kind, weight, score, critical)| {
            format!("quality_item i{id} review_id=r{review} item=x{kind}{weight}{score}{critical} revision={revision}")
        });
    let check = (
        (0..8, 20..24),
        named(),
        maybe("sampling", vec!["random", "targeted", "all"]),
        maybe("severity", vec!["critical", "critical", "minor"]),
        select(vec!["identity", "consent"]),
        any::<bool>(),
    )
        .prop_map(|((id, at), named, sampling, severity, rule, met)| {
            format!("compliance_check v{id} checked_at={at}h rule={rule} is_met={met}{named}{sampling}{severity}")
        });
    let any = prop_oneof![2 => ticket, 3 => contact, 4 => review, 6 => item, 5 => check];
    prop::collection::vec(any, 5..60)
        .prop_map(|texts| lines(&format!("agent ann team=first\nagent bob team=second\n{}", texts.join("\n"))))
}

/// The first of the lines of each key and revision.
fn without_conflicts(lines: Vec<Line>) -> Vec<Line> {
    let mut seen = BTreeSet::new();
    lines
        .into_iter()
        .filter(|line| seen.insert((line.kind, line.cells["id"].clone(), line.cells["revision"].clone())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_naive_fold_agrees_on_reviews_and_checks(history in history()) {
        let history = without_conflicts(history);
        let all = newest(&history);
        let folded = fold(&[history]);
        type Naive = fn(&Line, &[Line]) -> Cells;
        let tables: [(FactTable, RecordKind, Naive); 2] = [
            (FactTable::QualityReview, RecordKind::QualityReview, review),
            (FactTable::ComplianceCheck, RecordKind::ComplianceCheck, checked),
        ];
        for (table, kind, naive) in tables {
            let facts = &folded.facts[&table];
            let records: Vec<&Line> = all.iter().filter(|line| line.kind == kind).collect();
            prop_assert_eq!(facts.num_rows(), records.len());
            for row in 0..facts.num_rows() {
                let id = cell(facts, table.key()[1], row);
                let line = records.iter().find(|line| line.cells["id"] == id).expect("a record");
                let wanted = naive(line, &all);
                let found: Cells = wanted.keys().map(|name| (*name, cell(facts, name, row))).collect();
                prop_assert_eq!(&found, &wanted, "{} {}", table.name(), id);
            }
        }
        let contacts = &folded.facts[&FactTable::Contact];
        for row in 0..contacts.num_rows() {
            let id = cell(contacts, "contact_id", row);
            let of_it = |line: &&Line| {
                line.kind == RecordKind::QualityReview
                    && line.get("contact_id") == Some(&id)
                    && line.get("sampling") != Some("calibration")
            };
            let (random, other): (Vec<&Line>, Vec<&Line>) =
                all.iter().filter(of_it).partition(|line| line.get("sampling") == Some("random"));
            prop_assert_eq!(cell(contacts, "random_reviews", row), random.len().to_string());
            prop_assert_eq!(cell(contacts, "other_reviews", row), other.len().to_string());
        }
    }
}
