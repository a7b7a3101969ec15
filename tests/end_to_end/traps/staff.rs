//! Staff: who belonged where when, and figures of few.

use std::collections::BTreeMap;

use end_to_end::Trial;
use serde_json::Value;

use super::{CALLS, desk, holds, load, rows};

const YEAR: [&str; 2] = ["--range", "2026-01..2026-06"];

/// A desk that knows employment and employee surveys, too.
fn office() -> Trial {
    let trial = desk("UTC");
    let employment = r#"kind = "employment"
id = "stretch"
[record.fields]
agent = "agent"
team = "team"
role = "role"
started_at = "started"
ended_at = "ended"
end_reason = "reason"
"#;
    let survey = r#"kind = "employee_answer"
id = "answer"
[record.fields]
wave = "wave"
instrument = "'satisfaction'"
scale_min = "1"
scale_max = "5"
respondent = "respondent"
team = "team"
role = "role"
value = "value"
answered_at = "at"
"#;
    for (name, record) in [("employment", employment), ("survey", survey)] {
        let text = format!("system = \"desk\"\n[read]\nformat = \"csv\"\n\n[[record]]\n{record}");
        trial.write(&format!("sources/{name}.toml"), text);
    }
    trial
}

const EMPLOYMENT: &str = "stretch,agent,team,role,started,ended,reason";
const SURVEY: &str = "answer,wave,respondent,team,role,value,at";

/// Answers of some people of a team: so many content, so many not.
fn answers(team: &str, content: usize, others: usize, at: &str) -> Vec<String> {
    let wave = &at[..7];
    rows(content + others, |number| {
        let value = if number < content { 5 } else { 2 };
        format!("{wave}-{team}-{number},{wave},{team}{number},{team},agent,{value},{at}")
    })
}

/// The rows of one statistic by the value of their one dimension.
fn by(trial: &Trial, arguments: &[&str], dimension: &str) -> BTreeMap<String, Value> {
    let answers = trial.kpi(&[arguments, &["--by", dimension]].concat());
    let rows = answers[0]["rows"].as_array().expect("rows");
    let named = |row: &Value| row["by"][dimension].as_str().unwrap_or("none").to_owned();
    rows.iter().map(|row| (named(row), row.clone())).collect()
}

#[test]
fn agent_moves() {
    let trial = office();
    load(&trial, "staff", "agent,team", &["ann,second".to_owned(), "bob,second".to_owned()]);
    let stretches = ["e1,ann,first,agent,2025-01-01,2026-03-01,", "e2,ann,second,agent,2026-03-01,,"];
    load(&trial, "employment", EMPLOYMENT, &stretches.map(str::to_owned));
    let call = |number: usize, month: usize, agent: &str, wait: usize| {
        let at = format!("2026-{month:02}-10T08:00");
        format!("{agent}{month}-{number},{at}:00Z,{at}:{wait:02}Z,,2026-{month:02}-10T08:05:00Z,phone,q,{agent},,")
    };
    // ann answers at once in the first team and slowly in the second, bob always in half a minute
    let first = rows(30, |number| call(number, 2, "ann", 0));
    let second = rows(30, |number| call(number, 4, "ann", 50));
    let bob = rows(30, |number| call(number, 4, "bob", 30));
    load(&trial, "calls", CALLS, &[first, second, bob].concat());
    let found = by(&trial, &[&["asa"], &YEAR[..]].concat(), "team");
    // as it was: what ann did before she moved is the first team's; history does not move with her
    holds(&found["first"], 0.0, f64::MAX);
    holds(&found["second"], 40.0, 80.0 / 3.0);
    assert_eq!((found["first"]["n"].as_u64(), found["second"]["n"].as_u64()), (Some(30), Some(60)));
}

#[test]
fn a_move_is_no_leaving() {
    let trial = office();
    load(&trial, "staff", "agent,team", &["ann,second".to_owned()]);
    let mut stretches = rows(20, |number| format!("e{number},a{number},first,agent,2025-01-01,,"));
    stretches.extend(rows(10, |number| format!("m{number},m{number},first,agent,2025-01-01,2026-03-01,")));
    stretches.extend(rows(10, |number| format!("n{number},m{number},second,agent,2026-03-01,,")));
    stretches.extend(rows(3, |number| format!("l{number},l{number},second,agent,2025-01-01,2026-05-01,voluntary")));
    // the data reach to July
    stretches.push("later,later,first,agent,2026-07-02,,".to_owned());
    load(&trial, "employment", EMPLOYMENT, &stretches);
    let leavers = trial.figure("count", &[&["leavers"], &YEAR[..]].concat());
    holds(&leavers, 3.0, 13.0);
    // their last day is the thirtieth of April; 33 at four month ends, 30 at two
    assert_eq!(trial.figure("count", &["leavers", "--range", "2026-04"])["value"].as_f64(), Some(3.0));
    let rate = trial.figure("value", &[&["agent_attrition"], &YEAR[..]].concat());
    holds(&rate, 100.0 * 3.0 / 32.0 * 2.0, 100.0 * 13.0 / 32.0 * 2.0);
    // why they left is told of whole years only
    let voluntary = trial.figure("value", &[&["agent_attrition", "--variant", "voluntary"], &YEAR[..]].concat());
    assert_eq!(voluntary["quality"], "withheld");
}

#[test]
fn small_n_of_staff() {
    let trial = office();
    load(&trial, "survey", SURVEY, &answers("A", 4, 0, "2026-03-02T08:00:00Z"));
    let row = trial.figure("share", &[&["employee_satisfaction"], &YEAR[..]].concat());
    assert_eq!((row["quality"].as_str(), row["n"].as_u64()), (Some("withheld"), Some(0)), "{row}");
    assert!(row["value"].is_null() && row["numerator"].is_null() && row["denominator"].is_null(), "{row}");
    let said = trial.ok(&[&["kpi", "employee_satisfaction"], &YEAR[..]].concat());
    assert!(said.contains("withheld: about fewer people than are told"), "{said}");
    // nor is anybody listed, however many they are
    load(&trial, "survey", SURVEY, &answers("B", 30, 0, "2026-03-02T08:00:00Z"));
    let listed = trial.run(&[&["rows", "employee_satisfaction"], &YEAR[..]].concat());
    assert_ne!(listed.code, Some(0), "{listed:?}");
    assert!(listed.err.contains("is about staff") && !listed.out.contains("B1"), "{listed:?}");
    let alone = trial.run(&[&["kpi", "employee_satisfaction", "--by", "respondent"], &YEAR[..]].concat());
    assert_ne!(alone.code, Some(0), "{alone:?}");
}

#[test]
fn differencing() {
    let trial = office();
    let teams = [("A", 20, 10), ("B", 8, 6), ("C", 7, 4), ("D", 1, 2)];
    let mut all: Vec<String> = Vec::new();
    for (team, content, others) in teams {
        all.extend(answers(team, content, others, "2026-03-02T08:00:00Z"));
    }
    load(&trial, "survey", SURVEY, &all);
    let total = trial.figure("share", &[&["employee_satisfaction"], &YEAR[..]].concat());
    assert_eq!((total["n"].as_u64(), total["numerator"].as_f64()), (Some(58), Some(36.0)));
    let found = by(&trial, &[&["employee_satisfaction"], &YEAR[..]].concat(), "team");
    let shown: Vec<(&str, u64)> =
        found.iter().map(|(team, row)| (team.as_str(), row["n"].as_u64().expect("n"))).collect();
    // D has three people; with A, B and C shown they would be the total minus the rest: 1 of 3
    assert_eq!(shown, [("A", 30), ("B", 14), ("C", 0), ("D", 0)]);
    let naive: f64 = teams.iter().take(3).map(|(_, content, _)| *content as f64).sum();
    assert_eq!(total["numerator"].as_f64().expect("a number") - naive, 1.0, "what naive software gives away");
    // neither is it to be had by asking for it, for everybody else, or by another filter
    for only in [vec!["--only", "team=D"], vec!["--only", "team=A", "--only", "team=B", "--only", "team=C"]] {
        let row = trial.figure("share", &[&["employee_satisfaction"], &YEAR[..], &only[..]].concat());
        assert_eq!(row["quality"], "withheld", "{only:?}");
    }
    let but = trial.figure("share", &[&["employee_satisfaction", "--where", "team <> 'D'"], &YEAR[..]].concat());
    assert_eq!(but["quality"], "withheld");
    let one = trial.figure("share", &[&["employee_satisfaction", "--where", "value > 4"], &YEAR[..]].concat());
    assert_eq!(one["quality"], "withheld", "a filter by the answer itself tells how many answered so");
    // a filter that is a cell of a breakdown is answered, and so are the two hidden ones together
    let two = ["--only", "team=C", "--only", "team=D"];
    let row = trial.figure("share", &[&["employee_satisfaction"], &YEAR[..], &two[..]].concat());
    assert_eq!((row["n"].as_u64(), row["numerator"].as_f64()), (Some(14), Some(8.0)));
    // a wave of three: its half-year would be the year minus the other
    load(&trial, "survey", SURVEY, &answers("A", 3, 0, "2026-09-02T08:00:00Z"));
    let year = trial.figure("share", &["employee_satisfaction", "--range", "2026-01..2026-10"]);
    assert_eq!(year["quality"], "withheld");
    assert_eq!(trial.figure("share", &[&["employee_satisfaction"], &YEAR[..]].concat())["n"].as_u64(), Some(58));
    let months = trial.kpi(&["employee_satisfaction", "--range", "2026-03..2026-09", "--grain", "month"]);
    let months: Vec<u64> =
        months[0]["rows"].as_array().expect("rows").iter().map(|row| row["n"].as_u64().expect("n")).collect();
    assert_eq!(months, [58, 0, 0, 0, 0, 0, 0]);
    let half = ["--range", "2026-06..2026-11", "--compare", "prev"];
    let row = trial.figure("share", &[&["employee_satisfaction"], &half[..]].concat());
    assert!(row["compare"]["change"].is_null() && row["value"].is_null(), "{row}");
}
