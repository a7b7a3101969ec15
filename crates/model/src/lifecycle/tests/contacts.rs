//! Contacts.

use super::harness::check;

fn check_contact(contact: &str, expected: &str) {
    check(&format!("contact 1 queued_at=0h {contact}"), expected);
}

#[test]
fn outcomes_and_waits() {
    for (contact, expected) in [
        (
            "answered_at=20s ended_at=5m talk=4m hold=10s wrap_up=30s",
            "contact 1 outcome=answered wait=20s talk=4m hold=10s wrap_up=30s direction=in handled_by=human abandoned_at=-",
        ),
        ("answered_at=20400ms", "contact 1 wait=20400ms"),
        ("abandoned_at=9s", "contact 1 outcome=abandoned wait=9s"),
        ("abandoned_at=9s ended_at=11s", "contact 1 outcome=abandoned wait=9s abandoned_at=9s"),
        // ended without an answer: given up when it ended
        ("ended_at=11s", "contact 1 outcome=abandoned wait=11s abandoned_at=11s answered_at=-"),
        ("outcome=abandoned ended_at=11s", "contact 1 outcome=abandoned wait=11s abandoned_at=11s"),
        // a bot's conversation needs no agent to be answered
        ("handled_by=bot ended_at=11s", "contact 1 outcome=answered wait=- abandoned_at=- handled_by=bot"),
        ("", "contact 1 outcome=waiting wait=-"),
        ("answered_at=20s abandoned_at=30s", "contact 1 outcome=answered wait=20s abandoned_at=30s"),
        ("outcome=abandoned answered_at=20s abandoned_at=30s", "contact 1 outcome=abandoned wait=30s"),
        ("outcome=answered", "contact 1 outcome=answered wait=-"),
        ("outcome=callback ended_at=40s", "contact 1 outcome=callback wait=- abandoned_at=-"),
        ("outcome=callback answered_at=40s", "contact 1 outcome=callback wait=40s"),
        ("outcome=overflow abandoned_at=5s", "contact 1 outcome=overflow wait=5s"),
        (
            "outcome=Handled answered_at=1s",
            "contact 1 outcome=answered
          warning unknown_value 1",
        ),
        ("direction=out answered_at=1s", "contact 1 direction=out"),
        ("answered_at=0h", "contact 1 outcome=answered wait=0"),
        // times and lengths that cannot be
        (
            "answered_at=-1s",
            "contact 1 outcome=answered answered_at=-1s wait=-
          warning end_before_start 1",
        ),
        (
            "answered_at=1s talk=-5s hold=3s",
            "contact 1 talk=- hold=3s wait=1s
          warning end_before_start 1",
        ),
    ] {
        check_contact(contact, expected);
    }
}

#[test]
fn dimensions_of_contacts() {
    check(
        "customer c segment=smb attr.vip=true
         customer staff is_test=true
         agent ann team=first attr.site=Lyon attr.vip=false
         ticket 1 created_at=0h customer_id=c language=nl
         ticket 2 created_at=0h customer_id=staff
         contact a queued_at=0h ticket_id=1 channel=phone queue=q issue=bill agent=ann attr.due=5h
         contact b queued_at=0h ticket_id=1 language=de customer_id=other team=x agent=ann
         contact d queued_at=0h ticket_id=2
         contact e queued_at=0h is_test=true
         contact f queued_at=0h ticket_id=unknown",
        "contact a customer_id=c customer_segment=smb language=nl channel=phone queue=q issue=bill agent=ann team=first
         contact a attr.vip=true attr.site=Lyon ticket_id=1 is_test=false
         contact b customer_id=other customer_segment=- language=de team=x attr.vip=false attr.due=- attr.site=Lyon
         contact d is_test=true attr.site=-
         contact e is_test=true
         contact f ticket_id=unknown customer_id=- is_test=false
         rows contact 5",
    );
}

#[test]
fn a_contact_up_to_an_hour_after_a_ticket_is_the_visit_that_made_it() {
    for (queued_at, expected) in [
        ("-30h", "rows customer_contact 1"),
        ("59m", "rows customer_contact 1"),
        ("60m", "rows customer_contact 1"),
        ("3600001ms", "rows customer_contact 2"),
        (
            "61m",
            "rows customer_contact 2
             customer_contact 1 via=ticket contacted_at=0h
             customer_contact k via=queue contacted_at=61m",
        ),
    ] {
        check(
            &format!(
                "ticket 1 created_at=0h customer_id=c
                 contact k queued_at={queued_at} answered_at={queued_at} ticket_id=1 customer_id=c"
            ),
            expected,
        );
    }
}

#[test]
fn of_several_contacts_the_earliest_decides_whether_the_ticket_is_a_visit() {
    check(
        "ticket 1 created_at=0h customer_id=c
         ticket 2 created_at=0h customer_id=c
         contact k queued_at=5h answered_at=5h ticket_id=1 customer_id=c
         contact l queued_at=10m answered_at=10m ticket_id=1 customer_id=c
         contact m queued_at=10m abandoned_at=11m ticket_id=2 customer_id=c",
        "rows customer_contact 3
         customer_contact k via=queue
         customer_contact l via=queue
         customer_contact 2 via=ticket",
    );
}
