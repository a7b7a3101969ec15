//! Answers: few, none, several a ticket, and whom they are about.

use super::{ANSWERS, LOG, TICKETS, desk, holds, load, rows};

const MARCH: [&str; 2] = ["--range", "2026-03-01..2026-03-31"];

fn answers(name: &str, count: usize, value: u32, at: &str) -> Vec<String> {
    rows(count, |number| format!("{name}{number},T{number},{value},{at}"))
}

fn tickets(count: usize) -> Vec<String> {
    rows(count, |number| format!("T{number},2026-03-02T08:00:00Z,C{number},second,"))
}

#[test]
fn small_n() {
    let trial = desk("UTC");
    load(&trial, "answers", ANSWERS, &answers("a", 3, 5, "2026-03-03T08:00:00Z"));
    let row = trial.figure("share", &[&["csat_t2b"], &MARCH[..]].concat());
    assert!(row["value"].is_null() && row["quality"] == "suppressed", "3 of 3 top no table: {row}");
    assert_eq!((row["numerator"].as_f64(), row["n"].as_u64()), (Some(3.0), Some(3)));
}

#[test]
fn denominator_zero() {
    let trial = desk("UTC");
    load(&trial, "answers", ANSWERS, &answers("a", 30, 5, "2026-03-03T08:00:00Z"));
    for metric in ["csat_t2b", "nps", "service_level", "fcr", "sla_compliance", "asa", "aht", "reopen_rate"] {
        let answer = &trial.kpi(&[metric, "--range", "2026-02-01..2026-02-28"])[0];
        let row = &answer["rows"][0];
        assert!(row["value"].is_null() && row["quality"] == "no_data", "{metric}: {row}");
    }
}

#[test]
fn multi_survey() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &tickets(40));
    // 20 angry customers answer five times before they are content; 20 are content at once
    let angry: Vec<String> = (0..5)
        .flat_map(|time| {
            answers(
                &format!("a{time}-"),
                20,
                if time == 4 { 4 } else { 1 },
                &format!("2026-03-0{}T08:00:00Z", 3 + time),
            )
        })
        .collect();
    let content = rows(20, |number| format!("b{number},T{},5,2026-03-03T08:00:00Z", 20 + number));
    load(&trial, "answers", ANSWERS, &[angry, content].concat());
    let row = trial.figure("share", &[&["csat_t2b"], &MARCH[..]].concat());
    holds(&row, 100.0, 100.0 * 40.0 / 120.0);
    assert_eq!(row["n"], 40, "one answer a ticket");
}

#[test]
fn attribution() {
    let trial = desk("UTC");
    load(&trial, "tickets", TICKETS, &tickets(30));
    let assign = |number: usize, at: &str, team: &str| {
        rows(30, |ticket| format!("T{ticket},{number},{at},assign,agent,,{team},"))
    };
    load(
        &trial,
        "log",
        LOG,
        &[assign(1, "2026-03-02T09:00:00Z", "first"), assign(2, "2026-03-20T09:00:00Z", "second")].concat(),
    );
    load(&trial, "answers", ANSWERS, &answers("a", 30, 1, "2026-03-03T08:00:00Z"));
    let asked = [&["csat_t2b", "--by", "team"], &MARCH[..]].concat();
    let answer = &trial.kpi(&asked)[0];
    let teams: Vec<&str> =
        answer["rows"].as_array().expect("rows").iter().filter_map(|row| row["by"]["team"].as_str()).collect();
    assert_eq!(teams, ["first"], "who had the ticket when it was rated, not who has it now");
}
