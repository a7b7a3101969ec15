//! Reviews, checks and complaints; escalations of tickets.

use super::harness::{check, fold, lines};
use crate::FactTable;

/// A ticket that ann of the first team had until 10 o'clock and bob of the second has since, and a call of it that cleo took.
const WORK: &str = "
    customer c segment=smb
    agent ann team=first
    agent bob team=second
    agent cleo team=third
    ticket 1 created_at=0h customer_id=c channel=email queue=mail language=nl product=app
    event x ticket_id=1 at=0h kind=assign team=first agent=ann
    event y ticket_id=1 at=10h kind=assign team=second agent=bob
    contact k ticket_id=1 queued_at=9h answered_at=9h ended_at=10h channel=phone queue=line agent=cleo language=fr";

fn given(records: &str) -> String {
    format!("{WORK}\n{records}")
}

#[test]
fn a_review_is_of_when_the_work_was_done_and_of_who_did_it() {
    check(
        &given(
            "quality_review a contact_id=k reviewed_at=90h sampling=random score=80
             quality_review b ticket_id=1 reviewed_at=91h score=60
             quality_review d ticket_id=1 reviewed_at=92h happened_at=11h sampling=calibration
             quality_review e reviewed_at=93h channel=chat team=t agent=u sampling=random
             quality_review f contact_id=k reviewed_at=94h agent=bob channel=video
             quality_review g contact_id=gone ticket_id=1 reviewed_at=95h
             quality_review h reviewed_at=96h is_test=true contact_id=k sampling=random
             quality_review i contact_id=k reviewed_at=97h sampling=often
             quality_review j contact_id=k reviewed_at=98h sampling=calibration
             ticket 2 created_at=1h channel=social queue=other
             contact m queued_at=12h answered_at=12h channel=chat agent=ann
             quality_review l contact_id=k ticket_id=2 reviewed_at=99h sampling=random
             quality_review n contact_id=m ticket_id=2 reviewed_at=99h
             quality_review o contact_id=k ticket_id=1 reviewed_at=99h",
        ),
        "quality_review a happened_at=9h channel=phone queue=line language=fr team=third agent=cleo ticket_id=1 contact_id=k customer_id=c customer_segment=smb sampling=random is_test=false
         quality_review b happened_at=0h channel=email queue=mail language=nl team=first agent=ann contact_id=- customer_id=c sampling=targeted
         quality_review d happened_at=11h team=second agent=bob sampling=calibration score=- raw_score=-
         quality_review e happened_at=93h channel=chat queue=- team=t agent=u customer_id=- ticket_id=-
         quality_review f channel=video team=second agent=bob happened_at=9h
         quality_review g happened_at=0h contact_id=gone agent=ann
         quality_review h is_test=true
         quality_review i sampling=targeted
         quality_review j sampling=calibration happened_at=9h
         quality_review l ticket_id=1 channel=phone queue=line agent=cleo customer_id=c
         quality_review n ticket_id=2 channel=chat queue=- agent=ann customer_id=-
         quality_review o ticket_id=1
         warning other_ticket 2
         contact k random_reviews=2 other_reviews=3
         warning work_missing 1
         warning unknown_value 1",
    );
}

#[test]
fn the_items_of_a_review_are_its_score() {
    check(
        "quality_review a reviewed_at=1h score=10
         quality_item 1 review_id=a item=greeting kind=protocol weight=3 score=1
         quality_item 2 review_id=a item=summary kind=protocol score=0.5
         quality_item 3 review_id=a item=identity kind=compliance weight=6 is_critical=true
         quality_review b reviewed_at=2h
         quality_item 4 review_id=b item=greeting kind=protocol score=1
         quality_item 5 review_id=b item=identity kind=compliance score=0 is_critical=true
         quality_review c reviewed_at=3h score=70 is_failed=true
         quality_review d reviewed_at=4h score=70
         quality_review e reviewed_at=5h score=70
         quality_item 6 review_id=e item=greeting
         quality_item 7 review_id=f item=greeting
         quality_item 8 review_id=e item=tone score=1.5
         quality_item 9 review_id=d system=other item=tone score=1
         quality_review g reviewed_at=6h is_failed=true
         quality_item 10 review_id=g item=greeting score=1",
        "quality_review a raw_score=87.5 score=87.5 items=2 critical_errors=0 is_failed=false protocol_steps=2 protocol_steps_done=1
         quality_review b raw_score=50 score=0 items=2 critical_errors=1 is_failed=true protocol_steps=1 protocol_steps_done=1
         quality_review c raw_score=70 score=0 items=0 critical_errors=0 is_failed=true
         quality_review d raw_score=70 score=70 is_failed=false
         quality_review e raw_score=70 score=70 items=0 is_failed=false
         quality_review g raw_score=100 score=0 items=1 critical_errors=0 is_failed=true
         rows quality_review 6
         warning item_without_review 2
         warning unknown_value 1",
    );
}

#[test]
fn checks_are_numbered_within_what_they_are_about() {
    let rule = |id: &str, rest: &str| format!("compliance_check {id} checked_at=90h {rest}");
    let checks = [
        rule("1", "contact_id=k rule=identity severity=critical is_met=false sampling=random"),
        rule("2", "contact_id=k rule=identity severity=critical is_met=false sampling=random"),
        rule("3", "contact_id=k rule=consent severity=critical is_met=false sampling=random"),
        rule("4", "contact_id=k rule=recording is_met=false sampling=random"),
        rule("5", "contact_id=k rule=tone severity=minor is_met=true sampling=random"),
        rule("6", "contact_id=k rule=consent severity=critical is_met=false"),
        rule("7", "ticket_id=1 rule=consent severity=critical is_met=true sampling=all"),
        rule("8", "rule=consent severity=critical is_met=false sampling=all"),
        rule("9", "rule=consent severity=grave is_met=false sampling=calibration"),
        rule("0", "contact_id=k rule=consent severity=critical is_met=false sampling=random is_test=true"),
    ];
    check(
        &given(&checks.join("\n")),
        "compliance_check 1 check=1 critical_breaches=3 happened_at=9h agent=cleo team=third channel=phone severity=critical
         compliance_check 2 check=2 critical_breaches=0
         compliance_check 3 check=3 critical_breaches=0
         compliance_check 4 check=4 critical_breaches=0 severity=critical
         compliance_check 5 check=5 severity=minor is_met=true
         compliance_check 6 check=1 critical_breaches=1 sampling=targeted
         compliance_check 7 check=1 critical_breaches=0 sampling=all happened_at=0h agent=ann customer_id=c
         compliance_check 8 check=1 critical_breaches=1 happened_at=90h
         compliance_check 9 check=1 critical_breaches=1 severity=critical sampling=targeted
         compliance_check 0 check=1 critical_breaches=1 is_test=true
         warning unknown_value 2",
    );
}

#[test]
fn complaints_are_due_on_their_clock() {
    // Monday; the office is open from 8 to 16 UTC
    check(
        &given(
            "complaint a ticket_id=1 received_at=9h resolved_at=11h target=4h
             complaint b received_at=15h target=2h clock=business due_at=90h schedule=office
             complaint d ticket_id=1 received_at=15h resolved_at=33h due_at=20h channel=letter product=box team=law agent=eve
             complaint e received_at=15h resolved_at=14h target=1h is_escalated=true customer_id=c schedule=around_the_clock
             complaint f received_at=15h target=-1h schedule=unheard_of
             complaint g ticket_id=gone received_at=16h
             complaint h ticket_id=1 received_at=16h",
        ),
        "complaint a due_at=13h resolution_time=2h resolution_business_time=2h channel=email queue=mail language=nl product=app team=second agent=bob customer_segment=smb is_escalated=false calendar=office
         complaint b due_at=33h resolution_time=- is_test=false
         complaint d due_at=20h resolution_time=18h resolution_business_time=2h channel=letter product=box team=law agent=eve
         complaint e due_at=16h resolution_time=- resolved_at=14h customer_segment=smb is_escalated=true calendar=around_the_clock
         complaint f due_at=- calendar=office
         complaint g due_at=- ticket_id=gone
         complaint h due_at=- team=second agent=bob
         warning end_before_start 2
         warning unknown_schedule 1
         warning work_missing 1",
    );
}

#[test]
fn a_ticket_keeps_its_first_escalation() {
    check(
        "ticket 1 created_at=0h
         ticket 2 created_at=0h
         event b ticket_id=1 at=3h kind=escalate reason=legal
         event a ticket_id=1 at=2h kind=escalate reason=expertise team=tier2
         ticket 3 created_at=0h
         event x1 ticket_id=3 at=2h kind=escalate reason=routing
         event x2 ticket_id=3 at=3h kind=escalate
         event x3 ticket_id=3 at=4h kind=escalate reason=legal
         event x4 ticket_id=3 at=5h kind=escalate reason=routing
         ticket 4 created_at=0h
         event x5 ticket_id=4 at=2h kind=escalate
         event c ticket_id=1 at=1h kind=assign team=tier1
         event d ticket_id=2 at=1h kind=note reason=legal",
        "ticket 1 escalations=2 first_escalated_at=2h escalation_reason=expertise team_solved=tier2
         ticket 1 escalation_reasons=expertise|legal
         ticket 2 escalations=0 first_escalated_at=- escalation_reason=- escalation_reasons=-
         ticket 3 escalations=4 escalation_reason=routing escalation_reasons=routing||legal
         ticket 4 escalations=1 escalation_reason=- escalation_reasons=",
    );
}

/// Neither order nor splitting changes a cell.
#[test]
fn order_does_not_matter() {
    let text = given(
        "quality_review a contact_id=k reviewed_at=90h sampling=random
         quality_review b contact_id=k reviewed_at=91h sampling=random
         quality_item 1 review_id=a item=greeting kind=protocol weight=3 score=1
         quality_item 2 review_id=a item=summary kind=protocol score=0.3333
         quality_item 3 review_id=b item=summary score=0 is_critical=true
         compliance_check 1 contact_id=k checked_at=90h rule=identity severity=critical is_met=false
         compliance_check 2 contact_id=k checked_at=80h rule=consent severity=critical is_met=false
         complaint d ticket_id=1 received_at=15h resolved_at=33h target=9h clock=business",
    );
    let all = lines(&text);
    let expected = fold(&[all.clone()]);
    let mut backwards = all;
    backwards.reverse();
    let parts: Vec<_> = backwards.chunks(3).map(<[_]>::to_vec).collect();
    let found = fold(&parts);
    for table in [FactTable::QualityReview, FactTable::ComplianceCheck, FactTable::Complaint, FactTable::Contact] {
        assert_eq!(found.facts[&table], expected.facts[&table]);
    }
}
