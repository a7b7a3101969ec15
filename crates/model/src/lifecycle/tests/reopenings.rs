//! Reopenings by the customer: whose they are, and how they are told from the first solve and from a contact.

use super::harness::check;

/// A ticket of customer c, made at 0 h, with its reopenings as `from-to:who`, in minutes; `who` is `actor_kind=…` and
/// the like, and the first solve is at 60 minutes.
fn check_reopenings(contacts: &str, reopenings: &[(&str, &str, &str)], expected: &str) {
    check_reopenings_of("", contacts, reopenings, expected);
}

fn check_reopenings_of(ticket: &str, contacts: &str, reopenings: &[(&str, &str, &str)], expected: &str) {
    let mut records = format!(
        "ticket 1 created_at=0h customer_id=c {ticket}\nevent s ticket_id=1 at=60m kind=status to=solved\n{contacts}\n"
    );
    for (number, (opened, solved, who)) in reopenings.iter().enumerate() {
        records.push_str(&format!("event o{number} ticket_id=1 at={opened} kind=status to=open {who}\n"));
        if !solved.is_empty() {
            records.push_str(&format!("event s{number} ticket_id=1 at={solved} kind=status to=solved\n"));
        }
    }
    check(&records, expected);
}

const CUSTOMER: &str = "actor_kind=customer";

#[test]
fn told_from_the_first_solve_are_those_longer_than_all_before() {
    for (reopenings, expected) in [
        (&[][..], "ticket 1 reopen_time=- reopen_length=- reopenings=-"),
        // 350 s, 627 s and 38,701 s, each longer than the one before
        (
            &[("70m", "4550s", CUSTOMER), ("80m", "5427s", CUSTOMER), ("100m", "44701s", CUSTOMER)],
            "ticket 1 reopen_time=10m reopen_length=350s reopenings=600000:350000,1200000:627000,2400000:38701000 reopens=3",
        ),
        // shorter ones and equal ones after a longer one say nothing new
        (
            &[
                ("70m", "80m", CUSTOMER),
                ("90m", "95m", CUSTOMER),
                ("100m", "110m", CUSTOMER),
                ("120m", "131m", CUSTOMER),
            ],
            "ticket 1 reopen_time=10m reopen_length=10m reopenings=600000:600000,3600000:660000 reopens=4",
        ),
        // one that is open is longer than any
        (
            &[("70m", "500h", CUSTOMER), ("501h", "", CUSTOMER)],
            "ticket 1 reopen_time=10m reopenings=600000:1795800000,1800000000:",
        ),
        (&[("70m", "", CUSTOMER)], "ticket 1 reopen_time=10m reopen_length=- reopenings=600000:"),
        // others' reopenings are none, however long
        (
            &[("70m", "90m", "actor_kind=agent"), ("100m", "101m", "actor=c"), ("110m", "115m", "actor_kind=system")],
            "ticket 1 reopen_time=40m reopen_length=1m reopenings=2400000:60000 reopens=3",
        ),
    ] {
        check_reopenings("", reopenings, expected);
    }
}

#[test]
fn told_from_a_contact_are_those_after_it() {
    let reopenings = [("70m", "170m", CUSTOMER), ("200m", "210m", CUSTOMER), ("300m", "320m", CUSTOMER)];
    for (contacts, expected) in [
        // the request itself
        ("", "customer_contact 1 reopen_time=70m reopen_length=100m reopenings=4200000:6000000"),
        // a call before the solve, and one after it: only the first tells of the ticket
        (
            "contact k ticket_id=1 queued_at=30m answered_at=30m customer_id=c
             contact l ticket_id=1 queued_at=65m answered_at=65m customer_id=c",
            "customer_contact k reopen_time=40m reopen_length=100m reopenings=2400000:6000000
             customer_contact l reopen_time=- reopen_length=- reopenings=-",
        ),
        // hours after the request: a second visit, and the first tells of the ticket
        (
            "contact k ticket_id=1 queued_at=180m answered_at=180m customer_id=c",
            "customer_contact 1 reopen_time=70m reopen_length=100m reopenings=4200000:6000000
             customer_contact k reopen_time=- reopenings=-
             ticket 1 reopen_time=10m reopen_length=100m reopenings=600000:6000000",
        ),
    ] {
        check_reopenings(contacts, &reopenings, expected);
    }
}

#[test]
fn a_ticket_made_by_an_agent_is_told_by_its_first_contact_whenever_that_came() {
    let reopenings = [("70m", "170m", CUSTOMER), ("200m", "210m", CUSTOMER), ("300m", "320m", CUSTOMER)];
    for (contacts, expected) in [
        // after the longest: what follows is told by itself
        (
            "contact k ticket_id=1 queued_at=180m answered_at=180m customer_id=c",
            "customer_contact k reopen_time=20m reopen_length=10m reopenings=1200000:600000,7200000:1200000
             ticket 1 reopen_time=10m reopen_length=100m reopenings=600000:6000000
             rows customer_contact 1",
        ),
        (
            "contact k ticket_id=1 queued_at=301m answered_at=301m customer_id=c",
            "customer_contact k reopen_time=- reopenings=-",
        ),
    ] {
        check_reopenings_of("created_by=agent", contacts, &reopenings, expected);
    }
}
