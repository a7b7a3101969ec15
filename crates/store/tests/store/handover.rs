//! What names a contact, a review, an order or an offer is folded with it: the same facts whatever the order and the
//! splitting, also where the contact of a record, the ticket of a contact or the review of an item is corrected.

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

fn order(number: i64, revision: i64, of: i64) -> Record {
    Record::new(RecordKind::Order, &format!("o{number}"))
        .text("customer_id", &format!("c{of}"))
        .time("ordered_at", 1000 + number)
        .number("amount", 100)
        .text("currency", "EUR")
        .integer("revision", revision)
}

fn refund(number: i64, revision: i64, of: i64, customer: i64) -> Record {
    Record::new(RecordKind::Refund, &format!("r{number}"))
        .text("order_id", &format!("o{of}"))
        .text("customer_id", &format!("c{customer}"))
        .time("refunded_at", 2000 + number)
        .number("amount", number + 1)
        .text("currency", "EUR")
        .integer("revision", revision)
}

fn offer(number: i64, revision: i64, of: Option<i64>) -> Record {
    let offer = Record::new(RecordKind::Offer, &format!("o{number}")).time("at", 1500 + number);
    let offer = offer.integer("revision", revision);
    of.map_or(offer.clone(), |of| offer.text("contact_id", &format!("k{of}")))
}

fn revenue(number: i64, revision: i64, [contact, ticket, offer]: [Option<i64>; 3]) -> Record {
    let mut revenue = Record::new(RecordKind::RevenueEvent, &format!("e{number}"))
        .time("at", 9000)
        .number("amount", 10)
        .text("currency", "EUR")
        .integer("revision", revision);
    for (column, letter, named) in [("contact_id", 'k', contact), ("ticket_id", 't', ticket), ("offer_id", 'o', offer)]
    {
        revenue = named.map_or(revenue.clone(), |named| revenue.text(column, &format!("{letter}{named}")));
    }
    revenue
}

fn survey_offer(number: i64, revision: i64, on: Option<i64>) -> Record {
    let offer = Record::new(RecordKind::SurveyOffer, &format!("o{number}"))
        .text("instrument", "csat")
        .time("eligible_at", 1000)
        .time("offered_at", 1000)
        .integer("revision", revision);
    on.map_or(offer.clone(), |on| offer.text("ticket_id", &format!("t{on}")))
}

fn answer(number: i64, revision: i64, of: Option<i64>, on: Option<i64>) -> Record {
    let answer = Record::new(RecordKind::SurveyAnswer, &format!("a{number}"))
        .text("instrument", "csat")
        .integer("scale_min", 1)
        .integer("scale_max", 5)
        .number("value", 5)
        .time("answered_at", 1001 + number)
        .integer("revision", revision);
    let answer = of.map_or(answer.clone(), |of| answer.text("offer_id", &format!("o{of}")));
    on.map_or(answer.clone(), |on| answer.text("ticket_id", &format!("t{on}")))
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

/// A check that names its contact and any ticket has the contact's, wherever the one it names lies.
#[test]
fn the_ticket_of_the_contact_counts_whatever_is_named_beside() {
    let tickets: Vec<Record> =
        (0..CONTACTS).map(|number| ticket(number).text("language", &format!("l{number}"))).collect();
    let contacts: Vec<Record> = (0..CONTACTS).map(|number| contact(number, 1, number)).collect();
    // some lie in the bucket of the ticket named, some do not
    let other = |number: i64| (number + 1 + number % 5) % CONTACTS;
    let checks: Vec<Record> = (0..CONTACTS).map(|number| check(number, Some(number), Some(other(number)))).collect();
    let offers: Vec<Record> = (0..CONTACTS)
        .map(|number| offer(number, 1, Some(number)).text("ticket_id", &format!("t{}", other(number))))
        .collect();
    for limits in [Limits::default(), small()] {
        for parts in [
            [tickets.clone(), contacts.clone(), checks.clone(), offers.clone()],
            [offers.clone(), checks.clone(), contacts.clone(), tickets.clone()],
        ] {
            let (found, _store, _room) = arrive(&parts, limits);
            assert_eq!(found.warnings().get(&Warning::OtherTicket), Some(&(2 * CONTACTS as u64)));
            assert_eq!(found.warnings().get(&Warning::WorkMissing), None);
            for (table, letter) in [(FactTable::ComplianceCheck, 'c'), (FactTable::Offer, 'o')] {
                let mut seen = BTreeMap::new();
                for batch in facts(&found, table) {
                    let text = |name: &str| {
                        let column = batch.column_by_name(name).unwrap();
                        arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).unwrap()
                    };
                    let (ids, languages, named) = (text(table.key()[1]), text("language"), text("ticket_id"));
                    for row in 0..batch.num_rows() {
                        let cell = |column: &arrow::array::ArrayRef| column.as_string::<i32>().value(row).to_owned();
                        seen.insert(cell(&ids), (cell(&languages), cell(&named)));
                    }
                }
                let of = |number: i64| (format!("{letter}{number}"), (format!("l{number}"), format!("t{number}")));
                assert_eq!(seen, (0..CONTACTS).map(of).collect());
            }
        }
    }
}

/// Every record of a kind by its number, as `of` makes them, two revisions of each.
fn revisions<const N: usize>(of: impl Fn(i64) -> [Record; N]) -> Vec<Record> {
    (0..CONTACTS).flat_map(of).collect()
}

/// What was paid back belongs to the order, whoever is said to have ordered.
#[test]
fn a_refund_is_folded_with_its_order() {
    // the customer of every order is corrected, and the order of every refund
    let orders = revisions(|number| [order(number, 1, number), order(number, 2, number + 100)]);
    let refunds =
        revisions(|number| [refund(number, 1, (number + 7) % CONTACTS, number), refund(number, 2, number, number)]);
    for limits in [Limits::default(), small()] {
        for parts in [[refunds.clone(), orders.clone()], [orders.clone(), refunds.clone()]] {
            let (found, store, _room) = arrive(&parts, limits);
            assert_eq!(found.warnings().get(&Warning::RefundWithoutOrder), None);
            let back = by_id(&found, FactTable::Order, "refunded");
            let expected = (0..CONTACTS).map(|number| (format!("o{number}"), Some(i128::from(number + 1) * 10_000)));
            assert_eq!(back, expected.collect());
            store.verify().unwrap();
        }
    }
}

/// Revenue follows its offer to the offer's contact, and that to its ticket.
#[test]
fn revenue_that_names_its_offer_only_has_the_contact_of_the_offer() {
    let tickets = revisions(|number| [ticket(number)]);
    let contacts = revisions(|number| [contact(number, 1, number), contact(number, 2, 7)]);
    let offers = revisions(|number| [offer(number, 1, Some((number + 11) % CONTACTS)), offer(number, 2, Some(number))]);
    let events = revisions(|number| {
        let other = (number + 5) % CONTACTS;
        [revenue(number, 1, [None, None, Some(other)]), revenue(number, 2, [None, None, Some(number)])]
    });
    // a contact or a ticket that is named goes before the offer
    let named = revisions(|number| {
        [
            revenue(100 + number, 1, [Some(number), None, Some((number + 3) % CONTACTS)]),
            revenue(200 + number, 1, [None, Some(number), Some((number + 3) % CONTACTS)]),
            revenue(300 + number, 1, [Some(1000), None, Some(number)]),
        ]
    });
    let mut expected: BTreeMap<String, Option<i128>> = BTreeMap::new();
    for number in 0..CONTACTS {
        // contacts began at 1000 + number, tickets at number; all was bought at 9000
        let of_contact = Some(i128::from(9000 - 1000 - number) * 1000);
        let of_ticket = Some(i128::from(9000 - number) * 1000);
        for (id, gap) in
            [(number, of_contact), (100 + number, of_contact), (200 + number, of_ticket), (300 + number, of_contact)]
        {
            expected.insert(format!("e{id}"), gap);
        }
    }
    for limits in [Limits::default(), small()] {
        let parts = [named.clone(), events.clone(), offers.clone(), contacts.clone(), tickets.clone()];
        let (found, store, _room) = arrive(&parts, limits);
        assert_eq!(found.warnings().get(&Warning::OfferWithoutContact), None);
        assert_eq!(by_id(&found, FactTable::RevenueEvent, "since_contact"), expected);
        store.verify().unwrap();
    }
}

/// An answer is told to the offer it names, and stays with its ticket itself.
#[test]
fn an_answer_is_told_to_the_offer_it_names() {
    let tickets = revisions(|number| [ticket(number)]);
    // by number: on tickets, on tickets and corrected, on none
    let offers = revisions(|number| match number % 3 {
        0 => [survey_offer(number, 1, Some(number)), survey_offer(number, 1, Some(number))],
        1 => [survey_offer(number, 1, Some(number)), survey_offer(number, 2, Some((number + 9) % CONTACTS))],
        _ => [survey_offer(number, 1, None), survey_offer(number, 1, None)],
    });
    // by number: on the ticket, on none; each named another offer before
    let answers = revisions(|number| {
        let on = (number % 2 == 0).then_some(number);
        [answer(number, 1, Some((number + 4) % CONTACTS), on), answer(number, 2, Some(number), on)]
    });
    for limits in [Limits::default(), small()] {
        for parts in
            [[answers.clone(), offers.clone(), tickets.clone()], [tickets.clone(), offers.clone(), answers.clone()]]
        {
            let (found, store, _room) = arrive(&parts, limits);
            let delays = by_id(&found, FactTable::SurveyOffer, "answer_delay");
            let expected = (0..CONTACTS).map(|number| (format!("o{number}"), Some(i128::from(number + 1) * 1000)));
            assert_eq!(delays, expected.collect());
            let answered = facts(&found, FactTable::SurveyAnswer);
            let channels =
                answered.iter().map(|batch| batch.column_by_name("channel").unwrap().null_count()).sum::<usize>();
            // those on a ticket have its channel, wherever the offer is
            assert_eq!((answered.iter().map(RecordBatch::num_rows).sum::<usize>(), channels), (60, 30));
            store.verify().unwrap();
        }
    }
}

/// Checks of one contact that has not come count as one, whether they name its ticket or not.
#[test]
fn checks_of_a_contact_that_has_not_come_stay_together() {
    let tickets = revisions(|number| [ticket(number)]);
    let checks =
        revisions(|number| [check(2 * number, Some(number), Some(number)), check(2 * number + 1, Some(number), None)]);
    for limits in [Limits::default(), small()] {
        let (found, _store, _room) = arrive(&[checks.clone(), tickets.clone()], limits);
        let breaches = by_id(&found, FactTable::ComplianceCheck, "critical_breaches");
        // the first one, that of the ticket, which began earlier, stands for both
        let of = |number: i64| (format!("c{number}"), Some(if number % 2 == 0 { 2 } else { 0 }));
        assert_eq!(breaches, (0..2 * CONTACTS).map(of).collect());
    }
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
        (number(), 1..4i64, number()).prop_map(|(number, revision, of)| order(number, revision, of)),
        (number(), 1..4i64, 0..25i64, number())
            .prop_map(|(number, revision, of, customer)| refund(number, revision, of, customer)),
        (number(), 1..4i64, proptest::option::of(0..25i64))
            .prop_map(|(number, revision, of)| offer(number, revision, of)),
        (number(), 1..4i64, prop::array::uniform3(proptest::option::of(0..25i64)))
            .prop_map(|(number, revision, names)| revenue(number, revision, names)),
        (number(), 1..4i64, proptest::option::of(0..25i64))
            .prop_map(|(number, revision, on)| survey_offer(number, revision, on)),
        (number(), 1..4i64, proptest::option::of(0..25i64), proptest::option::of(0..25i64))
            .prop_map(|(number, revision, of, on)| answer(number, revision, of, on)),
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
        records in named(400),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 400),
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
