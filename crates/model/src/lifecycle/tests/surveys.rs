//! Survey answers.

use super::harness::check;

#[test]
fn answers_carry_what_was_true_of_their_ticket() {
    check(
        "customer c segment=smb attr.region=north attr.vip=false
         agent ann team=first
         agent bob team=second
         ticket 1 created_at=0h customer_id=c channel=email queue=q language=nl priority=high category=bill product=app attr.region=south
         event x ticket_id=1 at=0h kind=assign team=first agent=ann
         event y ticket_id=1 at=10h kind=assign team=second agent=bob
         survey_answer a ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4.5 answered_at=9h offered_at=8h attr.score=1.25
         survey_answer b ticket_id=1 instrument=nps scale_min=0 scale_max=10 value=9 answered_at=11h channel=chat language=de about=agent comment=good weight=0.5 question_version=v2
         survey_answer d ticket_id=1 instrument=ces scale_min=1 scale_max=7 value=7 answered_at=9h agent=bob attr.region=west
         survey_answer e ticket_id=1 instrument=x scale_min=1 scale_max=5 value=1 answered_at=9h team=third
         survey_answer f ticket_id=1 instrument=y scale_min=1 scale_max=5 value=1 answered_at=9h team=first
         event z ticket_id=1 at=20h kind=assign team=third agent=bob
         survey_answer h ticket_id=1 instrument=u scale_min=1 scale_max=5 value=1 answered_at=21h agent=bob
         survey_answer g ticket_id=1 instrument=z scale_min=-2 scale_max=2 value=1 answered_at=9h team=t agent=u",
        "survey_answer a team_rated=first agent_rated=ann answer_delay=1h scale=1-5 value=4.5 channel=email language=nl
         survey_answer a queue=q priority=high category=bill product=app customer_segment=smb attr.region=south attr.vip=false attr.score=1.25 attr.floor=-
         survey_answer b team_rated=second agent_rated=bob answer_delay=- scale=0-10 channel=chat language=de about=agent comment=good weight=0.5 question_version=v2
         survey_answer d team_rated=second agent_rated=bob attr.region=west
         survey_answer e team_rated=third agent_rated=-
         survey_answer f team_rated=first agent_rated=ann
         survey_answer h team_rated=third agent_rated=bob
         survey_answer g team_rated=t agent_rated=u scale=-2-2
         rows survey_answer 7",
    );
}

#[test]
fn answers_without_a_ticket() {
    check(
        "customer c segment=smb
         agent bob team=second
         survey_answer a instrument=nps scale_min=0 scale_max=10 value=9 answered_at=1h customer_id=c agent=bob
         survey_answer b ticket_id=9 instrument=nps scale_min=0 scale_max=10 value=9 answered_at=1h
         survey_answer d instrument=nps scale_min=0 scale_max=10 value=9 answered_at=1h offered_at=2h",
        "survey_answer a customer_segment=smb team_rated=second agent_rated=bob ticket_id=- next_answered_at=- is_test=false
         survey_answer b ticket_id=9 category=- next_answered_at=-
         survey_answer d answer_delay=- offered_at=2h
         warning answer_without_ticket 1
         warning end_before_start 1",
    );
}

#[test]
fn the_neighbours_of_an_answer_on_the_same_ticket_and_instrument() {
    let answers = [
        ("a", "1", "csat", "1h", ""),
        ("b", "1", "csat", "3h", ""),
        ("c", "1", "csat", "2h", ""),
        ("d", "1", "nps", "4h", ""),
        ("e", "2", "csat", "2h", ""),
        // of one instant: by id
        ("g", "2", "csat", "5h", ""),
        ("f", "2", "csat", "5h", ""),
        // no test answer takes the place of a real one
        ("t", "1", "csat", "9h", "is_test=true"),
    ];
    let answers = answers.map(|(id, ticket, instrument, at, more)| {
        format!("survey_answer {id} ticket_id={ticket} instrument={instrument} scale_min=1 scale_max=5 value=3 answered_at={at} {more}")
    });
    check(
        &format!("ticket 1 created_at=0h\nticket 2 created_at=0h\n{}", answers.join("\n")),
        "survey_answer a previous_answered_at=- next_answered_at=2h
         survey_answer c previous_answered_at=1h next_answered_at=3h
         survey_answer b previous_answered_at=2h next_answered_at=-
         survey_answer d previous_answered_at=- next_answered_at=-
         survey_answer e previous_answered_at=- next_answered_at=5h
         survey_answer f previous_answered_at=2h next_answered_at=5h
         survey_answer g previous_answered_at=5h next_answered_at=-
         survey_answer t previous_answered_at=- next_answered_at=- is_test=true",
    );
}

#[test]
fn answers_of_staff_and_tests() {
    check(
        "customer staff is_test=true
         ticket 1 created_at=0h is_test=true
         ticket 2 created_at=0h
         survey_answer a ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=3 answered_at=1h
         survey_answer b ticket_id=2 instrument=csat scale_min=1 scale_max=5 value=3 answered_at=1h customer_id=staff
         survey_answer d ticket_id=2 instrument=csat scale_min=1 scale_max=5 value=3 answered_at=1h",
        "survey_answer a is_test=true
         survey_answer b is_test=true
         survey_answer d is_test=false",
    );
}
