//! The change log: every ticket's life makes sense, row by row.

use std::collections::{HashMap, HashSet};

use simulator::Table;

use crate::data::{LARGE, LARGE_TICKETS, Row, SMALL, SMALL_TICKETS, Tickets};

#[test]
fn every_life_makes_sense() {
    let allowed: HashSet<(&str, &str)> = HashSet::from([
        ("New", "In progress"),
        ("In progress", "Awaiting customer"),
        ("In progress", "Awaiting third party"),
        ("In progress", "Resolved"),
        ("In progress", "Closed"),
        ("Awaiting customer", "In progress"),
        ("Awaiting customer", "Resolved"),
        ("Awaiting third party", "In progress"),
        ("Resolved", "In progress"),
        ("Resolved", "Closed"),
    ]);
    for (exports, tickets) in [(&*SMALL, &*SMALL_TICKETS), (&*LARGE, &*LARGE_TICKETS)] {
        let agents: HashSet<&str> = exports.rows(Table::Agents).iter().map(|row| &row["agent_id"]).collect();
        let end = jiff::Timestamp::from_second(exports.end).unwrap().to_string();
        for (id, rows) in tickets {
            let first = rows[0];
            assert_eq!(&first["change"], "Created", "{id}");
            assert!(first["changed_at"] >= first["created_at"], "{id}");
            let mut before: Option<&Row> = None;
            for (version, row) in (1..).zip(rows) {
                assert_eq!(row["version"], version.to_string(), "{id}");
                // ISO times of one zone compare like text.
                assert!(row["changed_at"] < *end, "{id}, {version}");
                assert!(row["assignee"].is_empty() || agents.contains(&row["assignee"]), "{id}, {version}");
                assert_eq!(&row["actor_type"] == "agent", row["actor"].starts_with('a'), "{id}, {version}");
                match before {
                    None => assert!(["New", "In progress"].contains(&&row["status"]), "{id}"),
                    Some(before) => {
                        if let Err(problem) = follows(row, before, first, &allowed) {
                            panic!("{id}, version {version}: {problem}");
                        }
                    }
                }
                before = Some(row);
            }
        }
        merges_lead_to_elder_siblings(tickets);
    }
}

/// Whether a row may come after the one before.
fn follows(row: &Row, before: &Row, first: &Row, allowed: &HashSet<(&str, &str)>) -> Result<(), String> {
    let same = |column: &str| row[column] == before[column];
    let told = |column: &str| row["old_value"] == before[column] && row["new_value"] == row[column];
    let check = |holds: bool, problem: &str| if holds { Ok(()) } else { Err(problem.to_owned()) };
    check(row["changed_at"] >= before["changed_at"], "time goes back")?;
    check(&before["status"] != "Closed", "it was closed")?;
    check(&row["change"] != "Created", "it is made twice")?;
    for column in ["created_at", "created_by", "channel", "subject", "requester", "order_value"] {
        check(row[column] == first[column], column)?;
    }
    check(same("status") == (&row["change"] != "Status"), "status")?;
    match (&row["change"], same("team")) {
        ("Status", _) => {
            check(told("status"), "status before and after")?;
            check(allowed.contains(&(&row["old_value"], &row["new_value"])), "not allowed")
        }
        ("Assignment", false) => check(told("team") && row["assignee"].is_empty(), "team"),
        ("Assignment", true) => check(told("assignee") && !same("assignee"), "assignee"),
        _ => check(same("team") && same("assignee"), "assignment"),
    }
}

fn merges_lead_to_elder_siblings(tickets: &Tickets<'_>) {
    let mut merged = 0;
    for rows in tickets.values() {
        let last = rows[rows.len() - 1];
        if !last["merged_into"].is_empty() {
            let into = tickets[&last["merged_into"]][0];
            assert!(into["created_at"] < last["created_at"]);
            assert_eq!(into["requester"], last["requester"]);
            assert_eq!(&last["status"], "Closed");
            merged += 1;
        }
    }
    assert!(merged > 0);
}

#[test]
fn people_are_known() {
    let customers: HashMap<&str, &Row> =
        SMALL.rows(Table::Customers).iter().map(|row| (&row["Customer No"], row)).collect();
    let mut tests = 0;
    for rows in SMALL_TICKETS.values() {
        let last = rows[rows.len() - 1];
        let Some(customer) = customers.get(&last["requester"]) else {
            assert_eq!((&last["requester"], &last["created_by"]), ("", "customer"));
            assert!(last["subject"].contains("traffic"), "only spam comes from nobody");
            continue;
        };
        let since: Vec<&str> = customer["Customer since"].split('/').rev().collect();
        assert!(*since.join("-") <= last["created_at"][..10], "a customer before the request");
        if &last["flags"] == "test" {
            assert!(customer["Email"].ends_with("@vondelware.example"));
            tests += 1;
        }
    }
    assert!(tests > 0);
    let teams: HashSet<&str> = SMALL.rows(Table::Teams).iter().map(|row| &row["team"]).collect();
    assert!(SMALL.rows(Table::Agents).iter().all(|row| &row["role"] == "Bot" || teams.contains(&row["team"])));
}

#[test]
fn what_exports_of_help_desks_are_like() {
    let rows = LARGE.rows(Table::Changes);
    let count = |what: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| what(row)).count();
    for (name, what) in [
        ("quotes in a subject", &(|row: &Row| row["subject"].contains('"')) as &dyn Fn(&Row) -> bool),
        ("commas in a subject", &|row| row["subject"].contains(',')),
        ("accents", &|row| row["subject"].contains('é')),
        ("bot replies", &|row| &row["actor_type"] == "bot" && &row["change"] == "Public reply"),
        ("internal notes", &|row| &row["visibility"] == "internal"),
        ("moves between teams", &|row| &row["change"] == "Assignment" && &row["new_value"] == "Returns"),
        ("spam", &|row| &row["flags"] == "spam"),
        ("tests", &|row| &row["flags"] == "test"),
        ("agent-made tickets", &|row| &row["created_by"] == "agent"),
        ("surveys offered", &|row| &row["change"] == "Field" && &row["new_value"] == "offered"),
    ] {
        assert!(count(what) > 20, "{name}: {}", count(what));
    }
}
