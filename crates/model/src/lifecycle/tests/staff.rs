//! Employment and the team of an agent at a time, working time, employee surveys.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::harness::{Line, cell, check, fold, lines, time};
use crate::FactTable;

/// Ann is in the first team until the tenth day, then in the second; the directory knows the second only.
const ANN: &str = "
    agent ann team=second
    agent bot team=first is_bot=true
    employment e1 agent=ann team=first started_at=-100d ended_at=10d
    employment e2 agent=ann team=second role=senior started_at=10d";

#[test]
fn agent_moves() {
    // as it was, not as it is: what ann did before she moved stays with the first team
    check(
        &format!(
            "{ANN}
             contact c1 queued_at=9d answered_at=9d ended_at=9d agent=ann
             contact c2 queued_at=10d answered_at=10d ended_at=10d agent=ann
             contact_leg l1 contact_id=c1 started_at=9d agent=ann
             survey_answer a1 instrument=csat scale_min=1 scale_max=5 value=5 answered_at=9d agent=ann
             survey_answer a2 instrument=csat scale_min=1 scale_max=5 value=5 answered_at=11d agent=ann
             ticket 1 created_at=9d agent=ann status=solved solved_at=11d
             ticket 2 created_at=9d agent=ann
             work_day d1 agent=ann day=9d scheduled=8h
             work_day d2 agent=ann day=10d scheduled=8h team=third
             absence s1 agent=ann started_at=11d time=4h
             agent_state s1 agent=ann state=contact started_at=9d ended_at=9d20m"
        )
        .replace("9d20m", "219h"),
        "contact c1 team=first
         contact c2 team=second
         survey_answer a1 team_rated=first
         survey_answer a2 team_rated=second
         ticket 1 team_created=first team_solved=second
         ticket 2 team_created=first team_solved=second
         work_day d1 team=first scheduled=8h paid=-
         work_day d2 team=third
         absence s1 team=second is_planned=false time=4h
         agent_state s1 team=first time=3h",
    );
}

#[test]
fn before_and_after_all_employment_the_directory_counts() {
    check(
        "agent ann team=now
         employment e1 agent=ann team=then started_at=0h ended_at=1h
         work_day d0 agent=ann day=-1h
         work_day d1 agent=ann day=0h
         work_day d2 agent=ann day=1h
         work_day d3 agent=zoe day=0h",
        "work_day d0 team=now
         work_day d1 team=then
         work_day d2 team=now
         work_day d3 team=-",
    );
}

#[test]
fn a_move_is_no_leaving_and_keeps_the_first_day() {
    check(
        &format!(
            "{ANN}
             employment b1 agent=bob started_at=0h ended_at=30d end_reason=voluntary is_regretted=true contract=temporary
             employment c1 agent=cid started_at=0h ended_at=2d
             employment d1 agent=dee started_at=0h hired_at=-10d
             employment e9 agent=eve started_at=0h ended_at=-1h end_reason=fled
             employment f1 agent=bot started_at=0h"
        ),
        "rows employment 6
         employment e1 hired_at=-100d end_reason=moved contract=permanent tenure=110d
         employment e2 hired_at=-100d end_reason=- ended_at=- tenure=- role=senior
         employment b1 end_reason=voluntary is_regretted=true contract=temporary tenure=30d
         employment c1 end_reason=other tenure=2d
         employment d1 hired_at=-10d
         employment e9 end_reason=other tenure=-
         warning bot_among_staff 1
         warning end_before_start 1
         warning unknown_value 1",
    );
}

/// Who says the last day of work instead of the first one after it moves all the same; the days are those of Berlin.
#[test]
fn a_move_may_leave_out_a_day() {
    check(
        "employment a1 agent=ann started_at=-100d ended_at=2026-03-30T22:00:00Z
         employment a2 agent=ann started_at=2026-03-31T22:00:00Z
         employment b1 agent=bob started_at=-100d ended_at=2026-03-30T22:00:00Z
         employment b2 agent=bob started_at=2026-04-01T21:59:00Z
         employment c1 agent=cid started_at=-100d ended_at=2026-03-30T22:00:00Z
         employment c2 agent=cid started_at=2026-04-01T22:00:00Z
         employment d1 agent=dee started_at=-100d ended_at=2026-03-30T22:00:00Z end_reason=voluntary
         employment d2 agent=dee started_at=2026-03-31T22:00:00Z",
        "employment a1 end_reason=moved
         employment a2 hired_at=-100d
         employment b1 end_reason=moved
         employment b2 hired_at=-100d
         employment c1 end_reason=other
         employment c2 hired_at=2026-04-01T22:00:00Z
         employment d1 end_reason=voluntary
         employment d2 hired_at=-100d",
    );
}

/// Two employments at once are two heads, and who ends one of them has not left.
#[test]
fn who_keeps_another_employment_has_not_left() {
    check(
        "employment a1 agent=ann started_at=-100d
         employment a2 agent=ann started_at=-10d ended_at=10d
         employment a3 agent=ann started_at=-5d ended_at=5d end_reason=voluntary
         employment b1 agent=bob started_at=-100d ended_at=10d
         employment b2 agent=bob started_at=-10d ended_at=5d
         employment b3 agent=bob started_at=6d ended_at=6d
         employment c1 agent=cid started_at=-100d ended_at=10d
         employment c2 agent=cid started_at=10d",
        "employment a2 end_reason=moved
         employment a3 end_reason=voluntary
         employment b1 end_reason=other
         employment b2 end_reason=moved
         rows employment 8
         warning employed_twice 3",
    );
}

#[test]
fn a_state_that_ended_before_it_began_has_no_length() {
    check(
        "agent bot is_bot=true
         agent_state s1 agent=ann state=available started_at=1h ended_at=30m
         agent_state s2 agent=bot state=contact started_at=1h ended_at=2h
         agent_state s3 agent=ann state=dreaming started_at=1h ended_at=2h",
        "rows agent_state 2
         agent_state s1 time=-
         agent_state s3 state=dreaming time=1h
         warning end_before_start 1
         warning bot_among_staff 1
         warning unknown_value 1",
    );
}

#[test]
fn items_of_a_person_belong_together() {
    let answer = "instrument=engagement scale_min=1 scale_max=5";
    check(
        &format!(
            "employee_answer a1 wave=w1 {answer} item=q1 respondent=p1 value=4 answered_at=1h
             employee_answer a2 wave=w1 {answer} item=q2 respondent=p1 value=5 answered_at=1h
             employee_answer a3 wave=w1 {answer} item=q1 respondent=p2 value=2 answered_at=2d team=first role=lead
             employee_answer a4 wave=w2 {answer} item=q1 respondent=p1 value=3 answered_at=90d
             employee_answer a5 wave=w1 {answer} item=q1 value=3 answered_at=0h
             employee_answer a6 wave=w1 instrument=engagement scale_min=1 scale_max=7 respondent=p1 value=9 answered_at=3h
             employee_answer a7 wave=w1 instrument=enps scale_min=0 scale_max=10 respondent=p1 value=9 answered_at=5h"
        ),
        "employee_answer a1 answer_number=1 person_items=2 person_total=9 scale=1-5 wave_at=0h
         employee_answer a2 answer_number=2 person_items=2 person_total=9 wave_at=0h
         employee_answer a3 answer_number=1 person_items=1 person_total=2 team=first role=lead wave_at=0h
         employee_answer a4 answer_number=1 person_items=1 person_total=3 wave_at=90d
         employee_answer a5 respondent=a5 person_items=1
         employee_answer a6 scale=1-7 answer_number=1 person_items=1
         employee_answer a7 wave_at=5h answer_number=1
         warning unknown_value 1",
    );
}

/// Stretches of three people in some hours, days of work and answers.
fn history() -> impl Strategy<Value = String> {
    let stretch = (0..3_usize, 0..3_usize, 0..20_i64, prop::option::of(-2..12_i64));
    let day = (0..4_usize, -2..24_i64);
    let answer = (0..3_usize, 0..2_usize, 0..2_usize, 1..6_i64, 0..9_i64);
    (
        prop::collection::vec(stretch, 0..9),
        prop::collection::vec(day, 0..9),
        prop::collection::vec(answer, 0..12),
    )
        .prop_map(|(stretches, days, answers)| {
            let agents = ["ann", "bob", "cid", "zoe"];
            let mut text = "agent ann team=now\nagent bob\n".to_owned();
            for (number, (agent, team, start, length)) in stretches.iter().enumerate() {
                let team = ["", " team=first", " team=second"][*team];
                let end = length.map_or(String::new(), |length| format!(" ended_at={}h", start + length));
                text += &format!("employment e{number} agent={}{team} started_at={start}h{end}\n", agents[*agent]);
            }
            for (number, (agent, at)) in days.iter().enumerate() {
                text += &format!("work_day d{number} agent={} day={at}h\n", agents[*agent]);
            }
            for (number, (person, wave, instrument, value, at)) in answers.iter().enumerate() {
                text += &format!(
                    "employee_answer a{number} wave=w{wave} instrument=i{instrument} respondent=p{person} scale_min=1 scale_max=5 value={value} answered_at={at}h\n"
                );
            }
            text
        })
}

/// The team of somebody at a time, looked for among all stretches.
fn team(all: &[Line], agent: &str, at: i64) -> String {
    let at_of = |line: &Line, name: &str| line.get(name).map(|text| time(text).micros());
    let mut found: Vec<(i64, &str)> = Vec::new();
    for line in all.iter().filter(|line| line.kind == crate::RecordKind::Employment && line.get("agent") == Some(agent))
    {
        let (start, end) = (at_of(line, "started_at").expect("a start"), at_of(line, "ended_at"));
        let goes_on = start <= at && end.is_none_or(|end| at < end);
        found.extend(line.get("team").filter(|_| goes_on).map(|team| (start, team)));
    }
    let of_directory = if agent == "ann" { "now" } else { "-" };
    found.iter().max().map_or(of_directory, |(_, team)| team).to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn teams_and_people_agree_with_a_naive_look(text in history()) {
        let all = lines(&text);
        let folded = fold(&[all.clone()]);
        let days = &folded.facts[&FactTable::WorkDay];
        for row in 0..days.num_rows() {
            let at: i64 = cell(days, "day", row).parse().expect("a time");
            prop_assert_eq!(cell(days, "team", row), team(&all, &cell(days, "agent", row), at));
        }
        let answers = &folded.facts[&FactTable::EmployeeAnswer];
        let group = |row: usize| ["wave", "instrument", "respondent"].map(|name| cell(answers, name, row));
        let mut of_person: BTreeMap<[String; 3], (BTreeSet<i64>, f64)> = BTreeMap::new();
        for row in 0..answers.num_rows() {
            let person = of_person.entry(group(row)).or_default();
            person.0.insert(cell(answers, "answer_number", row).parse().expect("a number"));
            person.1 += cell(answers, "value", row).parse::<f64>().expect("a number");
        }
        for row in 0..answers.num_rows() {
            let (numbers, total) = &of_person[&group(row)];
            prop_assert!(numbers.iter().copied().eq(1..=numbers.len() as i64));
            prop_assert_eq!(cell(answers, "person_items", row), numbers.len().to_string());
            prop_assert_eq!(cell(answers, "person_total", row).parse::<f64>().expect("a number"), *total);
            let same = |other: &usize| group(*other)[..2] == group(row)[..2];
            let first = (0..answers.num_rows()).filter(same).map(|other| cell(answers, "answered_at", other)).min_by_key(|at| at.parse::<i64>().expect("a time"));
            prop_assert_eq!(Some(cell(answers, "wave_at", row)), first);
        }
        // in another order of arrival the facts are the same
        let mut turned = all;
        turned.reverse();
        let again = fold(&[turned]);
        for table in [FactTable::Employment, FactTable::WorkDay, FactTable::EmployeeAnswer] {
            prop_assert_eq!(&again.facts[&table], &folded.facts[&table]);
        }
    }
}
