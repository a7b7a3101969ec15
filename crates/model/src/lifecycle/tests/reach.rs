//! Survey offers: which answer belongs to which, and what they have from their ticket.

use super::harness::check;

#[test]
fn an_answer_belongs_to_the_offer_it_names_or_the_last_one_before_it() {
    check(
        "ticket 1 created_at=0h channel=email priority=high category=bill team=t agent=a
         survey_offer o1 ticket_id=1 instrument=csat eligible_at=1h offered_at=2h
         survey_offer o2 ticket_id=1 instrument=csat eligible_at=50h offered_at=51h
         survey_offer o3 ticket_id=1 instrument=nps eligible_at=1h offered_at=2h
         survey_offer o4 ticket_id=1 instrument=csat eligible_at=90h
         survey_offer o5 ticket_id=1 instrument=csat eligible_at=91h offered_at=92h is_delivered=false
         survey_offer o6 instrument=csat eligible_at=1h offered_at=2h answered_at=4h channel=chat team=x agent=y
         survey_answer late ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=60h
         survey_answer early ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=3h
         survey_answer again ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=49h
         survey_answer before ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=1h
         survey_answer named ticket_id=1 offer_id=o3 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=5h
         survey_answer test ticket_id=1 instrument=csat scale_min=1 scale_max=5 value=4 answered_at=2h30m is_test=true",
        "rows survey_offer 6
         survey_offer o1 answered_at=3h answer_delay=1h is_delivered=true channel=email priority=high category=bill team=t agent=a
         survey_offer o2 answered_at=60h answer_delay=9h
         survey_offer o3 answered_at=5h answer_delay=3h instrument=nps
         survey_offer o4 answered_at=- answer_delay=- is_delivered=false
         survey_offer o5 answered_at=- is_delivered=false
         survey_offer o6 answered_at=4h answer_delay=2h channel=chat team=x agent=y priority=-",
    );
}

#[test]
fn offers_are_of_who_was_in_charge_when_the_customer_could_be_asked() {
    check(
        "customer c segment=smb is_test=true
         ticket 1 created_at=0h customer_id=c team=late agent=second
         event e1 ticket_id=1 at=1h kind=assign team=early agent=first
         event e2 ticket_id=1 at=9h kind=assign team=late agent=second
         survey_offer o1 ticket_id=1 instrument=csat eligible_at=2h
         survey_offer o2 ticket_id=1 instrument=csat eligible_at=10h
         survey_offer o3 ticket_id=nowhere instrument=csat eligible_at=10h",
        "survey_offer o1 team=early agent=first customer_segment=smb is_test=true
         survey_offer o2 team=late agent=second
         survey_offer o3 team=- customer_id=- is_test=false
         warning answer_without_ticket 1",
    );
}

#[test]
fn sessions_and_daily_counts_are_carried_over() {
    check(
        "customer c region=north
         session s1 kind=bot started_at=1h customer_id=c customer_turns=3 outcome=handed_off contact_id=7
         session s2 kind=self_service started_at=1h ended_at=2h is_engaged=true is_solved=false is_test=true
         session s3 kind=bot started_at=1h contact_id=7
         session s4 kind=bot started_at=1h contact_id=7 outcome=solved
         daily_count d1 day=0h measure=offered value=12.5 channel=phone queue=q",
        "session s1 ended_at=1h customer_region=north customer_turns=3 outcome=handed_off contact_id=7 is_engaged=- is_test=false
         session s2 ended_at=2h is_engaged=true is_solved=false is_test=true outcome=-
         session s3 outcome=handed_off
         session s4 outcome=solved
         daily_count d1 day=0h measure=offered value=12.5 channel=phone queue=q",
    );
}

#[test]
fn a_part_that_is_more_than_its_whole_is_noted_once_a_day_and_slice() {
    check(
        "daily_count o1 day=0h measure=offered value=60 channel=phone
         daily_count o2 day=0h measure=offered value=40 channel=phone
         daily_count t1 day=0h measure=answered_in_target value=100 channel=phone
         daily_count o3 day=24h measure=offered value=99 channel=phone
         daily_count t3 day=24h measure=answered_in_target value=100 channel=phone
         daily_count b3 day=24h measure=abandoned value=100 channel=phone
         daily_count o4 day=24h measure=offered value=1 channel=chat
         daily_count h4 day=24h measure=handle_time value=900 channel=chat
         daily_count s4 day=24h measure=abandoned_short value=2 channel=chat
         daily_count b5 day=48h measure=abandoned value=3 queue=a
         daily_count s5 day=48h measure=abandoned_short value=4 queue=a
         daily_count s6 day=48h measure=abandoned_short value=4 queue=b",
        "rows daily_count 12
         daily_count t3 day=24h value=100
         warning part_above_whole 2",
    );
}
