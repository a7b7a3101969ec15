//! The newest revision wins; contradicting ones are listed.

use super::harness::{batch, cell, fold, lines, records};
use crate::lifecycle::{Conflict, Folded, winners};
use crate::{FactTable, RecordKind};

fn channel(folded: &Folded) -> String {
    let facts = &folded.facts[&FactTable::Ticket];
    assert_eq!(facts.num_rows(), 1);
    cell(facts, "channel", 0)
}

#[test]
fn greatest_revision_then_rank_then_mapping() {
    for (first, second, winner) in [
        ("revision=2", "revision=10", "second"),
        ("revision=-1", "revision=0", "second"),
        ("revision=2 rank=0", "revision=1 rank=9 mapping=9", "first"),
        ("revision=2 rank=1", "revision=2 rank=2", "second"),
        ("revision=2 rank=1 mapping=3", "revision=2 rank=1 mapping=2", "first"),
        ("revision=2 rank=3 mapping=1", "revision=2 rank=1 mapping=2", "first"),
    ] {
        let first = lines(&format!("ticket 1 created_at=0h channel=first {first}"));
        let second = lines(&format!("ticket 1 created_at=0h channel=second {second}"));
        for parts in [[first.clone(), second.clone()], [second, first]] {
            let folded = fold(&parts);
            assert_eq!(channel(&folded), winner, "{parts:?}");
            assert!(folded.conflicts.is_empty());
        }
    }
}

#[test]
fn equal_bodies_are_one_whatever_their_envelope_and_rest() {
    let folded = fold(&[
        lines("ticket 1 created_at=0h channel=email delivery=1 line=5 rest={}"),
        lines("ticket 1 created_at=0h channel=email delivery=2 line=9 rest=[]"),
    ]);
    assert_eq!(channel(&folded), "email");
    assert!(folded.conflicts.is_empty());
}

#[test]
fn the_first_place_of_equal_bodies_stands_for_them() {
    let lines = lines(
        "ticket 1 created_at=0h delivery=2 line=1
         ticket 1 created_at=0h delivery=1 line=8
         ticket 1 created_at=0h delivery=1 line=7
         ticket 2 created_at=0h",
    );
    let batch = |order: [usize; 4]| batch(&order.map(|index| &lines[index]), RecordKind::Ticket.schema(&[]));
    for (order, winner) in [([0, 1, 2, 3], 2), ([2, 1, 0, 3], 0), ([1, 2, 3, 0], 1)] {
        let winners = winners(RecordKind::Ticket, &[batch(order)]).unwrap();
        assert!(winners.contains(&(0, winner)) && winners.len() == 2, "{winners:?}");
    }
}

#[test]
fn different_bodies_of_one_revision_are_listed_with_the_same_winner_in_any_order() {
    let bodies = [
        lines("ticket 1 created_at=0h channel=email revision=3 delivery=2"),
        lines("ticket 1 created_at=0h channel=chat revision=3 delivery=1"),
        lines("ticket 1 created_at=0h channel=chat revision=3 delivery=4"),
        lines("ticket 1 created_at=0h channel=phone revision=1"),
    ];
    let mut seen: Option<(String, Vec<Conflict>)> = None;
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let folded = fold(&order.map(|index| bodies[index].clone()));
        let found = (channel(&folded), folded.conflicts);
        assert_eq!(seen.get_or_insert(found.clone()), &found);
    }
    let (winner, conflicts) = seen.unwrap();
    let [conflict] = &conflicts[..] else { panic!("{conflicts:?}") };
    assert_eq!(
        (conflict.kind, &*conflict.system, &*conflict.id, conflict.revision, conflict.rank, conflict.mapping),
        (RecordKind::Ticket, "desk", "1", 3, 0, 1)
    );
    assert!(!conflict.superseded);
    let [first, second] = &conflict.bodies[..] else { panic!("{conflict:?}") };
    assert!(first.hash > second.hash && first.hash.len() == 64);
    let places = if winner == "email" { [2, 1] } else { [1, 2] };
    assert_eq!([first.delivery, second.delivery], places, "the winner first, each with its first delivery");
}

#[test]
fn a_newer_revision_settles_a_conflict() {
    let folded = fold(&[lines(
        "ticket 1 created_at=0h channel=email revision=3
         ticket 1 created_at=0h channel=chat revision=3
         ticket 1 created_at=0h channel=phone revision=4",
    )]);
    assert_eq!(channel(&folded), "phone");
    assert!(folded.conflicts.iter().map(|conflict| conflict.superseded).eq([true]));
}

#[test]
fn conflicts_of_every_kind_are_listed() {
    let parts = [lines(
        "ticket 1 created_at=0h
         ticket 1 created_at=1h
         event 1 ticket_id=1 at=0h kind=reply
         event 1 ticket_id=1 at=0h kind=note
         contact 1 queued_at=0h
         contact 1 queued_at=0h talk=1s
         contact_leg 1 contact_id=1 started_at=0h
         contact_leg 1 contact_id=1 started_at=1h
         sla_target 1 ticket_id=1 promise=resolution started_at=0h
         sla_target 1 ticket_id=1 promise=resolution started_at=1h
         survey_answer 1 instrument=nps scale_min=0 scale_max=10 value=9 answered_at=1h
         survey_answer 1 instrument=nps scale_min=0 scale_max=10 value=8 answered_at=1h
         customer 1
         customer 1 is_test=true
         agent 1 attr.x=1
         agent 1 team=a
         team 1
         team 1 schedule=office",
    )];
    let (_, (_, of_people), _) = records(&parts);
    let folded = fold(&parts);
    let kinds = |conflicts: &[Conflict]| conflicts.iter().map(|conflict| conflict.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&folded.conflicts), RecordKind::ALL[..6]);
    assert_eq!(kinds(&of_people), RecordKind::ALL[6..9]);
}

#[test]
fn corrected_records_replace_events_and_people() {
    let folded = fold(&[
        lines(
            "customer c segment=old
             ticket 1 created_at=0h customer_id=c
             event a ticket_id=1 at=1h kind=status to=solved
             event b ticket_id=1 at=2h kind=reply actor_kind=agent",
        ),
        lines(
            "customer c segment=new mapping=2
             event a ticket_id=1 at=3h kind=status to=solved mapping=2
             event b ticket_id=2 at=2h kind=reply actor_kind=agent revision=1",
        ),
    ]);
    let facts = &folded.facts[&FactTable::Ticket];
    let cells = ["customer_segment", "resolution_time", "agent_replies"].map(|name| cell(facts, name, 0));
    assert_eq!(cells, ["new", "10800000", "0"]);
}
