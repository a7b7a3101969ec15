//! The change log: every ticket's life makes sense, row by row.

use std::collections::{BTreeMap, HashMap, HashSet};

use simulator::Table;

use crate::data::{Exports, LARGE, Row, SMALL, utc};

/// Rows of each ticket, in order of version.
pub fn tickets(exports: &Exports) -> BTreeMap<String, Vec<Row>> {
    let mut tickets: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in exports.rows(Table::Changes) {
        tickets.entry(row["ticket_id"].clone()).or_default().push(row);
    }
    for rows in tickets.values_mut() {
        rows.sort_by_key(|row| row["version"].parse::<u64>().unwrap());
    }
    tickets
}

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
    for exports in [&*SMALL, &*LARGE] {
        let tickets = tickets(exports);
        let agents: HashSet<String> =
            exports.rows(Table::Agents).into_iter().map(|mut row| row.remove("agent_id").unwrap()).collect();
        for (id, rows) in &tickets {
            let first = &rows[0];
            assert_eq!(first["change"], "Created", "{id}");
            assert!(utc(&first["changed_at"]) >= utc(&first["created_at"]));
            let mut before: Option<&Row> = None;
            for (version, row) in (1..).zip(rows) {
                let place = format!("{id}, version {version}");
                assert_eq!(row["version"], version.to_string(), "{place}");
                assert!(utc(&row["changed_at"]) < exports.end, "{place}");
                assert!(row["assignee"].is_empty() || agents.contains(&row["assignee"]), "{place}");
                assert_eq!(row["actor_type"] == "agent", row["actor"].starts_with('a'), "{place}");
                let (from, to) = (row["old_value"].as_str(), row["new_value"].as_str());
                match before {
                    None => assert!(["New", "In progress"].contains(&row["status"].as_str()), "{place}"),
                    Some(before) => {
                        assert!(row["changed_at"] >= before["changed_at"], "{place}");
                        assert_ne!(before["status"], "Closed", "{place}");
                        assert_ne!(row["change"], "Created", "{place}");
                        for column in ["created_at", "created_by", "channel", "subject", "requester", "order_value"] {
                            assert_eq!(row[column], first[column], "{place}");
                        }
                        let changed = |column: &str| row[column] != before[column];
                        assert_eq!(changed("status"), row["change"] == "Status", "{place}");
                        if row["change"] == "Status" {
                            assert_eq!((from, to), (before["status"].as_str(), row["status"].as_str()), "{place}");
                            assert!(allowed.contains(&(from, to)), "{place}: {from} to {to}");
                        } else if row["change"] == "Assignment" && changed("team") {
                            assert_eq!((from, to), (before["team"].as_str(), row["team"].as_str()), "{place}");
                            assert_eq!(row["assignee"], "", "{place}");
                        } else {
                            assert_eq!(changed("assignee"), row["change"] == "Assignment", "{place}");
                            assert!(!changed("team"), "{place}");
                            if row["change"] == "Assignment" {
                                let assignees = (before["assignee"].as_str(), row["assignee"].as_str());
                                assert_eq!((from, to), assignees, "{place}");
                            }
                        }
                    }
                }
                before = Some(row);
            }
        }
        merges_lead_to_elder_siblings(&tickets);
    }
}

fn merges_lead_to_elder_siblings(tickets: &BTreeMap<String, Vec<Row>>) {
    let mut merged = 0;
    for rows in tickets.values() {
        let last = &rows[rows.len() - 1];
        if !last["merged_into"].is_empty() {
            let into = &tickets[&last["merged_into"]][0];
            assert!(into["created_at"] < last["created_at"]);
            assert_eq!(into["requester"], last["requester"]);
            assert_eq!(last["status"], "Closed");
            merged += 1;
        }
    }
    assert!(merged > 0);
}

#[test]
fn people_are_known() {
    let exports = &*SMALL;
    let customers: HashMap<String, Row> =
        exports.rows(Table::Customers).into_iter().map(|row| (row["Customer No"].clone(), row)).collect();
    let mut tests = 0;
    for rows in tickets(exports).values() {
        let last = &rows[rows.len() - 1];
        let Some(customer) = customers.get(&last["requester"]) else {
            assert_eq!((last["requester"].as_str(), last["created_by"].as_str()), ("", "customer"));
            assert!(last["subject"].contains("traffic"), "only spam comes from nobody");
            continue;
        };
        let since: Vec<&str> = customer["Customer since"].split('/').rev().collect();
        assert!(since.join("-") <= last["created_at"][..10].to_owned(), "a customer before the request");
        if last["flags"] == "test" {
            assert!(customer["Email"].ends_with("@vondelware.example"));
            tests += 1;
        }
    }
    assert!(tests > 0);
    let teams: HashSet<String> =
        exports.rows(Table::Teams).into_iter().map(|mut row| row.remove("team").unwrap()).collect();
    assert!(exports.rows(Table::Agents).iter().all(|row| row["role"] == "Bot" || teams.contains(&row["team"])));
}

#[test]
fn what_exports_of_help_desks_are_like() {
    let rows = LARGE.rows(Table::Changes);
    let count = |what: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| what(row)).count();
    for (name, what) in [
        ("quotes in a subject", &(|row: &Row| row["subject"].contains('"')) as &dyn Fn(&Row) -> bool),
        ("commas in a subject", &|row| row["subject"].contains(',')),
        ("accents", &|row| row["subject"].contains('é')),
        ("bot replies", &|row| row["actor_type"] == "bot" && row["change"] == "Public reply"),
        ("internal notes", &|row| row["visibility"] == "internal"),
        ("moves between teams", &|row| row["change"] == "Assignment" && row["new_value"] == "Returns"),
        ("spam", &|row| row["flags"] == "spam"),
        ("tests", &|row| row["flags"] == "test"),
        ("agent-made tickets", &|row| row["created_by"] == "agent"),
        ("surveys offered", &|row| row["change"] == "Field" && row["new_value"] == "offered"),
    ] {
        assert!(count(what) > 20, "{name}: {}", count(what));
    }
}
