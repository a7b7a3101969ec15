//! Employment and the team of an agent at a time, working time, employee surveys.

use super::harness::check;

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
