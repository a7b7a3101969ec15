//! Facts are the same whatever the order and the splitting in which records arrive.

use model::lifecycle::Warning;
use model::{Attribute, FactTable, FieldType, RecordKind};
use proptest::prelude::*;
use proptest::sample::Index;
use store::{Limits, Snapshot, Store};

use crate::fixture::*;

const HOUR: i64 = 3600;

/// A desk of `size` tickets with events, contacts, answers and people, drawn from a few ids so that they meet; some
/// records come in several revisions, a few of which contradict each other or move to another ticket.
fn desk(size: usize) -> impl Strategy<Value = Vec<Record>> {
    let ticket = (0..40u8, 0..200i64, 0..4u8, 0..3u8, 1..4i64, 0..3u8).prop_map(
        |(id, created, customer, category, revision, subject)| {
            Record::new(RecordKind::Ticket, &format!("{id:02}"))
                .time("created_at", created * 9 * HOUR)
                .text("customer_id", &format!("c{customer}"))
                .text("category", &format!("k{category}"))
                .text("subject", &format!("s{subject}"))
                .text("attr.tier", if subject == 0 { "gold" } else { "silver" })
                .integer("revision", revision)
        },
    );
    let event = (0..120u8, 0..40u8, 0..300i64, 0..5u8, 1..3i64).prop_map(|(id, ticket, at, what, revision)| {
        let event = Record::new(RecordKind::Event, &format!("e{id}"))
            .text("ticket_id", &format!("{ticket:02}"))
            .time("at", at * 9 * HOUR)
            .integer("revision", revision);
        match what {
            0 => event.text("kind", "reply").text("actor_kind", "agent").text("actor", "a1"),
            1 => event.text("kind", "reply").text("actor_kind", "customer"),
            2 => event.text("kind", "status").text("to", "solved"),
            3 => event.text("kind", "status").text("from", "solved").text("to", "open"),
            _ => event.text("kind", "assign").text("team", "t1").text("agent", "a2"),
        }
    });
    let contact =
        (0..30u8, 0..50u8, 0..200i64, 0..4u8, 1..3i64).prop_map(|(id, ticket, queued, customer, revision)| {
            let contact = Record::new(RecordKind::Contact, &format!("p{id}"))
                .time("queued_at", queued * HOUR)
                .time("answered_at", queued * HOUR + 20)
                .text("issue", "billing")
                .text("customer_id", &format!("c{customer}"))
                .integer("revision", revision);
            if ticket < 40 { contact.text("ticket_id", &format!("{ticket:02}")) } else { contact }
        });
    let answer = (0..30u8, 0..50u8, 0..300i64, 1..6i64, 1..4i64).prop_map(|(id, ticket, at, value, revision)| {
        let answer = Record::new(RecordKind::SurveyAnswer, &format!("s{id}"))
            .text("instrument", "csat")
            .integer("scale_min", 1)
            .integer("scale_max", 5)
            .number("value", value)
            .time("answered_at", at * 9 * HOUR)
            .integer("revision", revision);
        if ticket < 40 { answer.text("ticket_id", &format!("{ticket:02}")) } else { answer }
    });
    let person = (0..4u8, 0..3u8, 1..3i64).prop_map(|(id, segment, revision)| {
        Record::new(RecordKind::Customer, &format!("c{id}"))
            .text("segment", &format!("g{segment}"))
            .integer("revision", revision)
    });
    let any = prop_oneof![4 => ticket, 8 => event, 3 => contact, 3 => answer, 1 => person];
    prop::collection::vec(any, size..=size).prop_map(|mut records| {
        for (line, record) in records.iter_mut().enumerate() {
            *record = record.clone().integer("line", line as i64 + 1);
        }
        // one revision contradicts another for certain
        let last = Record::new(RecordKind::Ticket, "00").time("created_at", 0).integer("revision", 9);
        records.push(last.clone().text("subject", "one thing"));
        records.push(last.text("subject", "another"));
        records
    })
}

/// How records are split.
#[derive(Clone, Copy, Debug)]
enum Split {
    /// One file.
    Whole,
    /// Three files in one commit.
    Files,
    /// Four files, each committed by itself.
    Commits,
}

fn arrive(records: &[Record], split: Split, limits: Limits) -> (Snapshot, tempfile::TempDir) {
    let room = tempfile::tempdir().unwrap();
    let store: Store = create(room.path()).with_limits(limits);
    let attributes = [(RecordKind::Ticket, vec![Attribute { name: "tier".to_owned(), kind: FieldType::Text }])]
        .into_iter()
        .collect();
    let parts = match split {
        Split::Whole => 1,
        Split::Files => 3,
        Split::Commits => 4,
    };
    let sheets: Vec<Sheet> = records
        .chunks(records.len().div_ceil(parts))
        .enumerate()
        .map(|(part, records)| Sheet {
            attributes: model::Attributes::clone(&attributes),
            ..Sheet::new(&format!("{part}.csv"), records.to_vec())
        })
        .collect();
    match split {
        Split::Whole | Split::Files => drop(import(&store, &sheets)),
        Split::Commits => sheets.iter().for_each(|sheet| drop(import(&store, std::slice::from_ref(sheet)))),
    }
    (store.snapshot().unwrap(), room)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_splitting_changes_facts(records in desk(200), swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 200)) {
        let (expected, _room) = arrive(&records, Split::Whole, Limits::default());
        prop_assert!(expected.conflict_count() >= 1);
        let mut shuffled = records.clone();
        for (a, b) in swaps {
            let (a, b) = (a.index(shuffled.len()), b.index(shuffled.len()));
            shuffled.swap(a, b);
        }
        let small = Limits { buffer_bytes: 16_000, fold_bytes: 4000, segment_rows: 50, ..Limits::default() };
        for (order, limits) in [(&records, small), (&shuffled, Limits::default())] {
            for split in [Split::Whole, Split::Files, Split::Commits] {
                let (found, _room) = arrive(order, split, limits);
                prop_assert_eq!(found.fact_hash().unwrap(), expected.fact_hash().unwrap(), "{:?}", split);
                prop_assert_eq!(found.conflict_count(), expected.conflict_count(), "{:?}", split);
                prop_assert_eq!(found.warnings(), expected.warnings(), "{:?}", split);
            }
        }
    }
}

#[test]
fn fact_hashes_see_every_change() {
    let ticket = || Record::new(RecordKind::Ticket, "1").time("created_at", 100).text("channel", "email");
    let hash = |records: &[Record]| arrive(records, Split::Whole, Limits::default()).0.fact_hash().unwrap();
    let expected = hash(&[ticket()]);
    for other in [
        ticket().time("created_at", 101),
        ticket().text("channel", "phone"),
        ticket().boolean("is_spam", true),
        ticket().text("id", "01"),
        ticket().text("attr.tier", "gold"),
    ] {
        assert_ne!(hash(std::slice::from_ref(&other))[&FactTable::Ticket], expected[&FactTable::Ticket], "{other:?}");
        assert_eq!(hash(&[other])[&FactTable::Contact], expected[&FactTable::Contact]);
    }
    assert_ne!(hash(&[ticket(), ticket().text("id", "2")]), expected);
    assert_eq!(hash(&[ticket(), ticket()]), expected);
}

/// An answer that first names no ticket, or another one, counts once, on the ticket it names last.
#[test]
fn what_moves_to_another_ticket_counts_once() {
    let ticket = |number: i64| {
        Record::new(RecordKind::Ticket, &number.to_string())
            .time("created_at", number)
            .text("priority", &format!("p{number}"))
    };
    let answer = |revision: i64, on: Option<i64>| {
        let answer = Record::new(RecordKind::SurveyAnswer, "s")
            .text("instrument", "csat")
            .integer("scale_min", 1)
            .integer("scale_max", 5)
            .number("value", 4)
            .time("answered_at", 900)
            .integer("revision", revision);
        match on {
            Some(ticket) => answer.text("ticket_id", &ticket.to_string()),
            None => answer,
        }
    };
    let solve = |revision: i64, on: i64| {
        Record::new(RecordKind::Event, "e")
            .text("ticket_id", &on.to_string())
            .time("at", 500)
            .text("kind", "status")
            .text("to", "solved")
            .integer("revision", revision)
    };
    let tickets: Vec<Record> = (1..=9).map(ticket).collect();
    let last = [tickets.clone(), vec![answer(3, Some(7)), solve(2, 4)]].concat();
    let (expected, _room) = arrive(&last, Split::Whole, Limits::default());
    let moved =
        [vec![answer(1, None), solve(1, 8)], tickets, vec![answer(3, Some(7)), answer(2, Some(2)), solve(2, 4)]]
            .concat();
    let mut backwards = moved.clone();
    backwards.reverse();
    for records in [&moved, &backwards] {
        for split in [Split::Whole, Split::Files, Split::Commits] {
            let (found, _room) = arrive(records, split, Limits::default());
            assert_eq!(found.facts(FactTable::SurveyAnswer).iter().map(|segment| segment.rows).sum::<u64>(), 1);
            assert_eq!(found.fact_hash().unwrap(), expected.fact_hash().unwrap(), "{split:?}");
            assert_eq!(found.warnings().get(&Warning::AnswerWithoutTicket), None);
        }
    }

    // two that contradict each other are a conflict, although they lie in different buckets
    let contradiction = [(1..=9).map(ticket).collect(), vec![answer(1, Some(3)), answer(1, Some(5))]].concat();
    let (found, _room) = arrive(&contradiction, Split::Commits, Limits::default());
    assert_eq!(found.conflict_count(), 1);
    assert_eq!(found.facts(FactTable::SurveyAnswer).iter().map(|segment| segment.rows).sum::<u64>(), 1);
}
