//! The source files fit the exports and the records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use model::RecordKind;
use simulator::{Config, Table, workspace_files};

use crate::data::{Exports, LARGE, SMALL};

const TABLES: [(&str, Table); 28] = [
    ("sources/helpdesk.toml", Table::Changes),
    ("sources/contact-centre.toml", Table::Contacts),
    ("sources/contact-legs.toml", Table::Legs),
    ("sources/sla.toml", Table::Promises),
    ("sources/surveys.toml", Table::Answers),
    ("sources/crm.toml", Table::Customers),
    ("sources/agents.toml", Table::Agents),
    ("sources/teams.toml", Table::Teams),
    ("sources/survey-offers.toml", Table::Offered),
    ("sources/portal.toml", Table::Sessions),
    ("sources/partner.toml", Table::Partner),
    ("sources/qa-reviews.toml", Table::Reviews),
    ("sources/qa-items.toml", Table::Items),
    ("sources/compliance.toml", Table::Checks),
    ("sources/complaints.toml", Table::Complaints),
    ("sources/billing.toml", Table::Subscriptions),
    ("sources/shop-orders.toml", Table::Orders),
    ("sources/shop-refunds.toml", Table::Refunds),
    ("sources/sales-offers.toml", Table::Chances),
    ("sources/sales.toml", Table::Sales),
    ("sources/absences.toml", Table::Absences),
    ("sources/work-days.toml", Table::WorkDays),
    ("sources/agent-states.toml", Table::States),
    ("sources/staff-survey.toml", Table::StaffSurvey),
    ("sources/hr.toml", Table::Employments),
    ("sources/ledger.toml", Table::Costs),
    ("sources/ledger-allocation.toml", Table::Allocations),
    ("sources/ledger-rates.toml", Table::Rates),
];

fn workspace() -> BTreeMap<String, toml::Table> {
    let files = workspace_files(&Config::demo(date(2026, 7, 1))).unwrap();
    files
        .into_iter()
        .map(|(path, text)| (path.clone(), text.parse().unwrap_or_else(|e| panic!("{path}: {e}"))))
        .collect()
}

/// Columns that an expression names: quoted, or bare words that are no function, literal or keyword.
fn columns(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, outside) in expression.split('\'').enumerate() {
        // Every second piece is a literal.
        if index % 2 == 1 {
            continue;
        }
        for (index, piece) in outside.split('"').enumerate() {
            if index % 2 == 1 {
                found.push(piece.to_owned());
                continue;
            }
            let mut rest = piece;
            while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
                let word: String =
                    rest[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                rest = &rest[start + word.len()..];
                let keyword = ["as", "integer", "like", "is", "null", "and", "or", "case", "when", "then", "end"]
                    .contains(&word.as_str());
                if !keyword && !rest.starts_with('(') {
                    found.push(word);
                }
            }
        }
    }
    found
}

fn expression(field: &toml::Value) -> &str {
    field.as_str().or_else(|| field.get("value")?.as_str()).unwrap()
}

#[test]
fn mappings_name_fields_and_columns_that_exist() {
    let files = workspace();
    for (path, table) in TABLES {
        for record in files[path]["record"].as_array().unwrap() {
            let kind = RecordKind::parse(record["kind"].as_str().unwrap()).unwrap();
            let fields = record["fields"].as_table().unwrap();
            for name in fields.keys() {
                assert!(kind.fields().iter().any(|field| field.name == name), "{path}: {name}");
                assert!(!name.ends_with("_system"), "{path}: {name} comes from refers");
            }
            for field in kind.fields().iter().filter(|field| field.required) {
                assert!(fields.contains_key(field.name), "{path}: {} is required", field.name);
            }
            let attributes = record.get("attributes").and_then(toml::Value::as_table);
            let single = ["id", "revision"].iter().filter_map(|name| record.get(name));
            for value in fields.values().chain(attributes.into_iter().flat_map(|table| table.values())).chain(single) {
                for column in columns(expression(value)) {
                    assert!(table.columns().contains(&column.as_str()), "{path}: {column}");
                }
            }
        }
    }
}

#[test]
fn every_raw_value_is_mapped() {
    let files = workspace();
    let mut mapped = 0;
    for (path, table) in TABLES.into_iter().filter(|(_, table)| !table.is_json()) {
        let rows = LARGE.rows(table);
        let records = files[path]["record"].as_array().unwrap();
        for (name, field) in records.iter().flat_map(|record| record["fields"].as_table().unwrap()) {
            // Those of status changes; other values before and after are names and stay.
            let only_status = ["from", "to"].contains(&name.as_str());
            let Some(values) = field.get("values").and_then(toml::Value::as_table) else { continue };
            if field.get("otherwise").is_some() && name != "channel" {
                continue;
            }
            let column = columns(expression(field)).remove(0);
            let raw: BTreeSet<&str> = rows
                .iter()
                .filter(|row| !only_status || &row["change"] == "Status")
                .map(|row| &row[column.as_str()])
                .filter(|value| !["", "-", "n/a"].contains(value))
                .collect();
            for value in raw {
                assert!(values.contains_key(value), "{path}, {name}: {value}");
            }
            mapped += 1;
        }
    }
    assert!(mapped >= 30, "{mapped}");
    for (path, table, name, field) in [
        ("sources/surveys.toml", Table::Answers, "survey", "instrument"),
        ("sources/contact-legs.toml", Table::Legs, "came_by", "transfer"),
        ("sources/portal.toml", Table::Sessions, "kind", "kind"),
        ("sources/portal.toml", Table::Sessions, "result", "outcome"),
    ] {
        let values = files[path]["record"][0]["fields"][field]["values"].as_table().unwrap();
        let mapped: BTreeSet<&str> = values.keys().map(String::as_str).collect();
        let lines = LARGE.lines(table);
        let raw: BTreeSet<&str> = lines.iter().filter_map(|line| line[name].as_str()).collect();
        assert_eq!(mapped, raw, "{path}");
    }
}

#[test]
fn plain_files_are_looked_for_where_they_are() {
    let config = Config { tickets: 300, months: 1, compress: false, ..Config::demo(date(2026, 3, 1)) };
    let exports = Exports::of(&config);
    for (path, text) in workspace_files(&config).unwrap() {
        assert!(!text.contains(".gz"), "{path}");
    }
    assert!(exports.files.keys().all(|path| path.ends_with(".csv") || path.ends_with(".ndjson")));
    let compressed = Exports::of(&Config { compress: true, ..config });
    let renamed: BTreeMap<String, Vec<u8>> =
        compressed.files.into_iter().map(|(path, bytes)| (path.trim_end_matches(".gz").to_owned(), bytes)).collect();
    assert_eq!(exports.files, renamed);
}

#[test]
fn source_files_find_the_exports() {
    let files = workspace();
    let mut unread: BTreeSet<&String> = SMALL.files.keys().collect();
    for (path, _) in TABLES {
        for pattern in files[path]["read"]["files"].as_array().unwrap() {
            let (head, tail) = pattern.as_str().unwrap().split_once('*').unwrap_or((pattern.as_str().unwrap(), ""));
            let before = unread.len();
            unread.retain(|file| !(file.starts_with(head) && file.ends_with(tail)));
            assert!(unread.len() < before, "{path} finds files");
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn targets_of_cards_are_set_before_the_data_end_and_due_after() {
    let cards: Vec<(String, toml::Table)> =
        workspace().into_iter().filter(|(path, _)| path.starts_with("scorecards/")).collect();
    assert_eq!(cards.len(), 6);
    for (path, card) in cards {
        let kpis = card["kpi"].as_array().expect("KPIs");
        assert!((4..=10).contains(&kpis.len()), "{path}");
        for kpi in kpis {
            let day = |key: &str| kpi["target"][key].to_string();
            assert_eq!((day("set_on").as_str(), day("deadline").as_str()), ("2026-04-01", "2027-04-30"), "{path}");
        }
    }
}

#[test]
fn files_follow_the_configuration() {
    let config = Config { months: 30, zone: "Asia/Kolkata".to_owned(), ..Config::demo(date(2026, 7, 1)) };
    for (path, text) in workspace_files(&config).unwrap() {
        assert!(!text.contains("{zone}") && !text.contains("Europe/Amsterdam"), "{path}");
        if path.starts_with("calendars/") {
            assert!(text.contains("zone = \"Asia/Kolkata\""), "{path}");
            assert!(text.contains("date = 2023-01-01") && text.contains("date = 2028-12-26"), "{path}");
        }
    }
}
