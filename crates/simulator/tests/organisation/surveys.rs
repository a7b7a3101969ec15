//! Surveys: answers belong to tickets, and come after the solve.

use std::collections::{HashMap, HashSet};

use crate::data::{LARGE, LARGE_TICKETS, Row, SMALL, SMALL_TICKETS, utc};

#[test]
fn answers_follow_solves() {
    for (exports, tickets) in [(&*SMALL, &*SMALL_TICKETS), (&*LARGE, &*LARGE_TICKETS)] {
        let offered = |row: &&&Row| &row["change"] == "Field" && &row["new_value"] == "offered";
        let offers: HashMap<&str, Vec<i64>> = tickets
            .iter()
            .map(|(id, rows)| (*id, rows.iter().filter(offered).map(|row| utc(&row["changed_at"])).collect()))
            .collect();
        let mut ids = HashSet::new();
        let mut commented = 0;
        for answer in exports.answers() {
            let number = |name: &str| answer[name].as_i64().unwrap();
            assert!(ids.insert(answer["id"].to_string()), "{answer}");
            assert!(number("sent") < number("answered") && number("answered") < exports.end, "{answer}");
            let scale = answer["scale"]["min"].as_i64().unwrap()..=answer["scale"]["max"].as_i64().unwrap();
            assert!(scale.contains(&number("score")), "{answer}");
            commented += usize::from(answer["comment"].is_string());
            match answer["survey"].as_str() {
                Some(survey @ ("csat" | "ces")) => {
                    assert_eq!((*scale.start(), *scale.end()), (1, if survey == "csat" { 5 } else { 7 }));
                    let ticket = answer["ticket"].as_str().unwrap();
                    assert!(offers[ticket].contains(&number("sent")), "{answer}");
                    let sent = number("sent");
                    let solved = tickets[ticket].iter().rev().find(|row| utc(&row["changed_at"]) <= sent).unwrap();
                    assert_eq!(&solved["status"], "Resolved", "{answer}");
                    assert_eq!(answer["customer"].as_str(), Some(&solved["requester"]), "{answer}");
                }
                Some("nps") => {
                    assert_eq!((*scale.start(), *scale.end()), (0, 10));
                    assert!(answer.get("ticket").is_none(), "{answer}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(commented > 20);
    }
}

#[test]
fn some_answer_twice_or_late() {
    let answers = LARGE.answers();
    let mut by_ticket: HashMap<&str, usize> = HashMap::new();
    for answer in &answers {
        if let Some(ticket) = answer["ticket"].as_str().filter(|_| answer["survey"] == "csat") {
            *by_ticket.entry(ticket).or_default() += 1;
        }
    }
    assert!(by_ticket.values().filter(|count| **count > 1).count() > 50);
    let late = |answer: &&serde_json::Value| {
        answer["answered"].as_i64().unwrap() - answer["sent"].as_i64().unwrap() > 14 * 86_400
    };
    assert!(answers.iter().filter(late).count() > 5);
}
