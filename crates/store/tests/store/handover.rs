//! What names a contact or a review is folded with it: the same facts whatever the order and the splitting, also where
//! the contact of a record, the ticket of a contact or the review of an item is corrected.

use std::collections::BTreeMap;
use std::fs::File;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Decimal128Type, Int64Type};
use model::lifecycle::Warning;
use model::{FactTable, RecordKind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use proptest::sample::Index;
use store::{Limits, Snapshot, Store};

use crate::fixture::*;

/// Contacts and tickets, so many that they fill most buckets.
const CONTACTS: i64 = 60;

fn ticket(number: i64) -> Record {
    Record::new(RecordKind::Ticket, &format!("t{number}")).time("created_at", number).text("channel", "email")
}

fn contact(number: i64, revision: i64, on: i64) -> Record {
    Record::new(RecordKind::Contact, &format!("k{number}"))
        .time("queued_at", 1000 + number)
        .time("answered_at", 1010 + number)
        .text("outcome", "answered")
        .text("ticket_id", &format!("t{on}"))
        .text("agent", &format!("a{}", number % 3))
        .integer("revision", revision)
}

fn leg(number: i64, revision: i64, of: i64) -> Record {
    Record::new(RecordKind::ContactLeg, &format!("l{number}"))
        .text("contact_id", &format!("k{of}"))
        .text("agent", "a1")
        .time("started_at", 1010 + of)
        .integer("talk", 1000 * (number + 1))
        .integer("revision", revision)
}

fn review(number: i64, revision: i64, of: i64) -> Record {
    Record::new(RecordKind::QualityReview, &format!("r{number}"))
        .text("contact_id", &format!("k{of}"))
        .text("sampling", if number % 2 == 0 { "random" } else { "targeted" })
        .time("reviewed_at", 5000 + number)
        .integer("revision", revision)
}

fn item(number: i64, revision: i64, of: i64) -> Record {
    Record::new(RecordKind::QualityItem, &format!("i{number}"))
        .text("review_id", &format!("r{of}"))
        .text("item", "greeting")
        .number("score", number % 2)
        .integer("revision", revision)
}

fn check(number: i64, of: Option<i64>, on: Option<i64>) -> Record {
    let check = Record::new(RecordKind::ComplianceCheck, &format!("c{number}"))
        .time("checked_at", 6000 + number)
        .text("rule", &format!("rule{number}"))
        .text("severity", "critical")
        .boolean("is_met", false);
    let check = of.map_or(check.clone(), |of| check.text("contact_id", &format!("k{of}")));
    on.map_or(check.clone(), |on| check.text("ticket_id", &format!("t{on}")))
}

fn arrive(parts: &[Vec<Record>], limits: Limits) -> (Snapshot, Store, tempfile::TempDir) {
    let room = tempfile::tempdir().unwrap();
    let store: Store = create(room.path()).with_limits(limits);
    for (part, records) in parts.iter().enumerate() {
        import(&store, &[Sheet::new(&format!("{part}.csv"), records.clone())]);
    }
    (store.snapshot().unwrap(), store, room)
}

/// The rows of a table.
fn facts(snapshot: &Snapshot, table: FactTable) -> Vec<RecordBatch> {
    let read = |segment: &store::Segment| {
        let file = File::open(&segment.path).unwrap();
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect::<Vec<_>>()
    };
    snapshot.facts(table).iter().flat_map(read).collect()
}

/// A whole number or a decimal of every row of a table, by the id.
fn by_id(snapshot: &Snapshot, table: FactTable, column: &str) -> BTreeMap<String, Option<i128>> {
    let mut found = BTreeMap::new();
    for batch in facts(snapshot, table) {
        let ids =
            arrow::compute::cast(batch.column_by_name(table.key()[1]).unwrap(), &arrow::datatypes::DataType::Utf8);
        let ids = ids.unwrap();
        let values = batch.column_by_name(column).unwrap();
        for row in 0..batch.num_rows() {
            let value = match values.as_primitive_opt::<Int64Type>() {
                Some(integers) => i128::from(integers.value(row)),
                None => values.as_primitive::<Decimal128Type>().value(row),
            };
            found.insert(ids.as_string::<i32>().value(row).to_owned(), values.is_valid(row).then_some(value));
        }
    }
    found
}

/// Little memory, so that what is handed over waits on disk and keys are looked up in several passes.
fn small() -> Limits {
    Limits { buffer_bytes: 16_000, fold_bytes: 2000, segment_rows: 50, ..Limits::default() }
}

#[test]
fn a_record_is_folded_with_the_contact_it_names_last() {
    let tickets: Vec<Record> = (0..CONTACTS).map(ticket).collect();
    // every contact belongs to another ticket in the end than it did at first
    let contacts: Vec<Record> =
        (0..CONTACTS).flat_map(|number| [contact(number, 1, number), contact(number, 2, 7)]).collect();
    let named: Vec<Record> = (0..CONTACTS)
        .flat_map(|number| {
            let other = (number + 11) % CONTACTS;
            [leg(number, 1, other), leg(number, 2, number), review(number, 1, other), review(number, 2, number)]
        })
        .collect();
    // each item lies first with the review of the number before, then with its own
    let items: Vec<Record> =
        (0..CONTACTS).flat_map(|number| [item(number, 1, (number + 1) % CONTACTS), item(number, 2, number)]).collect();
    let checks: Vec<Record> = (0..CONTACTS)
        .flat_map(|number| [check(2 * number, Some(number), None), check(2 * number + 1, Some(number), Some(3))])
        .collect();
    for limits in [Limits::default(), small()] {
        let parts = [items.clone(), checks.clone(), named.clone(), contacts.clone(), tickets.clone()];
        let (found, store, _room) = arrive(&parts, limits);
        assert_eq!(found.warnings().get(&Warning::LegWithoutContact), None);
        assert_eq!(found.warnings().get(&Warning::ItemWithoutReview), None);
        assert_eq!(found.warnings().get(&Warning::WorkMissing), None);
        let scores = by_id(&found, FactTable::QualityReview, "raw_score");
        let expected = (0..CONTACTS).map(|number| (format!("r{number}"), Some(i128::from(number % 2) * 1_000_000)));
        assert_eq!(scores, expected.collect());
        let random = by_id(&found, FactTable::Contact, "random_reviews");
        assert_eq!(
            random,
            (0..CONTACTS).map(|number| (format!("k{number}"), Some(i128::from(number % 2 == 0)))).collect()
        );
        let talk = by_id(&found, FactTable::ContactLeg, "talk");
        assert_eq!(
            talk,
            (0..CONTACTS).map(|number| (format!("k{number}"), Some(1000 * i128::from(number + 1)))).collect()
        );
        let breaches = by_id(&found, FactTable::ComplianceCheck, "critical_breaches");
        // the first check of a contact stands for both
        let of = |number: i64| (format!("c{number}"), Some(if number % 2 == 0 { 2 } else { 0 }));
        assert_eq!(breaches, (0..2 * CONTACTS).map(of).collect());
        store.verify().unwrap();
    }
}

/// What names a contact that is not there goes with the ticket it names, and counts without the contact.
#[test]
fn without_its_contact_a_record_goes_with_its_ticket() {
    let tickets: Vec<Record> = (0..CONTACTS).map(ticket).collect();
    let checks: Vec<Record> = (0..CONTACTS).map(|number| check(number, Some(number), Some(number))).collect();
    let (found, _store, _room) = arrive(&[checks, tickets], small());
    assert_eq!(found.warnings().get(&Warning::WorkMissing), Some(&(CONTACTS as u64)));
    let facts = facts(&found, FactTable::ComplianceCheck);
    let channels = facts.iter().map(|batch| batch.column_by_name("channel").unwrap().null_count()).sum::<usize>();
    assert_eq!((facts.iter().map(RecordBatch::num_rows).sum::<usize>(), channels), (CONTACTS as usize, 0));
}

fn named(size: usize) -> impl Strategy<Value = Vec<Record>> {
    let number = || 0..20i64;
    let any = prop_oneof![
        number().prop_map(ticket),
        (number(), 1..4i64, number()).prop_map(|(number, revision, on)| contact(number, revision, on)),
        (number(), 1..4i64, 0..25i64).prop_map(|(number, revision, of)| leg(number, revision, of)),
        (number(), 1..4i64, 0..25i64).prop_map(|(number, revision, of)| review(number, revision, of)),
        (0..60i64, 1..4i64, 0..25i64).prop_map(|(number, revision, of)| item(number, revision, of)),
        (0..60i64, proptest::option::of(0..25i64), proptest::option::of(0..25i64))
            .prop_map(|(number, of, on)| check(number, of, on)),
    ];
    prop::collection::vec(any, size..=size).prop_map(|mut records| {
        for (line, record) in records.iter_mut().enumerate() {
            *record = record.clone().integer("line", line as i64 + 1);
        }
        records
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_splitting_changes_what_is_handed_over(
        records in named(250),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 250),
    ) {
        let (expected, _store, _room) = arrive(&[records.clone()], Limits::default());
        let mut shuffled = records.clone();
        for (a, b) in swaps {
            let (a, b) = (a.index(shuffled.len()), b.index(shuffled.len()));
            shuffled.swap(a, b);
        }
        for (order, parts, limits) in [(&records, 1, small()), (&shuffled, 1, Limits::default()), (&shuffled, 4, small())] {
            let parts: Vec<Vec<Record>> = order.chunks(order.len().div_ceil(parts)).map(<[Record]>::to_vec).collect();
            let (found, _store, _room) = arrive(&parts, limits);
            prop_assert_eq!(found.fact_hash().unwrap(), expected.fact_hash().unwrap());
            prop_assert_eq!(found.conflict_count(), expected.conflict_count());
            prop_assert_eq!(found.warnings(), expected.warnings());
        }
    }
}
