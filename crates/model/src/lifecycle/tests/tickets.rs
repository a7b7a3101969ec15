//! Dimensions, flags and strays of tickets.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;

use super::harness::{MONDAY_MICROS, attributes, batch, cell, check, fold, fold_under, lines};
use crate::lifecycle::{BucketRecords, Directory, Employments, FoldError, Warning};
use crate::{FactTable, RecordKind};

#[test]
fn dimensions_come_from_ticket_and_customer() {
    check(
        "customer c1 system=crm segment=smb country=NL plan=pro industry=travel attr.region=north attr.vip=true attr.floor=9
         customer c1 segment=wrong
         ticket 1 created_at=0h customer_system=crm customer_id=c1 channel=email queue=q language=nl priority=high category=bill product=app url=http://x attr.floor=3
         ticket 2 created_at=0h customer_id=c1 attr.region=south
         ticket 3 created_at=0h customer_id=nobody
         ticket 4 created_at=0h
         event a ticket_id=1 at=1h kind=reply",
        "ticket 1 customer_system=crm customer_id=c1 customer_segment=smb customer_country=NL customer_plan=pro
         ticket 1 customer_industry=travel channel=email queue=q language=nl priority=high category=bill product=app url=http://x
         ticket 1 attr.region=north attr.floor=3 attr.vip=true is_test=false is_spam=false is_merged=false
         ticket 2 customer_system=desk customer_segment=wrong attr.region=south attr.floor=- attr.vip=-
         ticket 3 customer_system=desk customer_id=nobody customer_segment=-
         ticket 4 customer_system=- customer_id=- customer_segment=- attr.region=-
         reply_turn 1/1 customer_segment=smb channel=email priority=high product=app attr.region=north attr.floor=3
         open_interval 1/1 customer_country=NL category=bill queue=q attr.vip=true
         rows ticket 4",
    );
}

#[test]
fn flags_are_carried_not_filtered() {
    check(
        "customer staff is_test=true
         ticket 1 created_at=0h is_spam=true
         ticket 2 created_at=0h merged_into=1
         ticket 3 created_at=0h customer_id=staff
         ticket 4 created_at=0h is_test=true
         ticket 5 created_at=0h merged_into=5
         ticket 6 created_at=0h
         event a ticket_id=6 at=1h kind=merge to=1
         ticket 7 created_at=0h
         event b ticket_id=7 at=1h kind=merge from=2 to=7",
        "ticket 1 is_spam=true
         ticket 2 is_merged=true
         ticket 3 is_test=true
         ticket 4 is_test=true
         ticket 5 is_merged=false
         ticket 6 is_merged=true
         ticket 7 is_merged=false
         open_interval 1/1 is_spam=true
         reply_turn 2/1 is_merged=true
         reply_turn 3/1 is_test=true
         rows ticket 7",
    );
}

#[test]
fn events_without_a_ticket_make_no_fact() {
    check(
        "ticket 1 created_at=0h
         event a ticket_id=2 at=1h kind=reply
         event b ticket_id=1 ticket_system=other at=1h kind=reply
         event c ticket_id=1 at=1h kind=shout
         event d ticket_id=1 system=phone ticket_system=desk at=2h kind=reply",
        "ticket 1 first_reply_time=2h
         rows ticket 1
         rows reply_turn 1
         warning event_without_ticket 2
         warning unknown_value 1",
    );
}

/// Events of one instant: those without a sequence first, and within one sequence by their ids as text.
#[test]
fn events_of_one_instant() {
    let events = [
        "event 10 ticket_id=1 at=5h kind=status to=solved",
        "event 9 ticket_id=1 at=5h kind=status to=open",
        "event 1 ticket_id=1 at=5h kind=status to=pending sequence=-7",
        "event 9 system=phone ticket_system=desk ticket_id=1 at=5h kind=status to=closed sequence=-7",
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        check(
            &format!("ticket 1 created_at=0h\n{}", order.map(|index| events[index]).join("\n")),
            "open_interval 1/1 solved_at=5h
             open_interval 1/2 opened_at=5h solved_at=5h
             rows open_interval 2
             ticket 1 status=closed reopens=1",
        );
    }
    check(
        "ticket 1 created_at=0h
         event 1 system=b ticket_system=desk ticket_id=1 at=5h kind=status to=open
         event 1 system=a ticket_system=desk ticket_id=1 at=5h kind=status to=solved",
        "ticket 1 status=open reopens=1",
    );
}

#[test]
fn one_id_in_two_systems_is_two_tickets() {
    let folded = fold(&[lines(
        "ticket 007 created_at=1h
         ticket 007 system=mail created_at=1h
         ticket 7 created_at=0h",
    )]);
    let facts = &folded.facts[&FactTable::Ticket];
    let keys: Vec<(String, String)> =
        (0..3).map(|row| (cell(facts, "system", row), cell(facts, "ticket_id", row))).collect();
    let key = |system: &str, id: &str| (system.to_owned(), id.to_owned());
    assert_eq!(keys, [key("desk", "7"), key("desk", "007"), key("mail", "007")], "by creation, then key");
}

#[test]
fn nothing_folds_to_empty_tables() {
    let folded = fold(&[]);
    assert!(FactTable::ALL.into_iter().all(|table| folded.facts[&table].num_rows() == 0));
    assert!(folded.links.is_empty() && folded.conflicts.is_empty());
}

fn fold_tickets(tickets: RecordBatch) -> Result<crate::lifecycle::Folded, FoldError> {
    let attributes = attributes();
    let (directory, _) = Directory::new(&[], &[], &[], &attributes)?;
    let records =
        BucketRecords { of_kind: BTreeMap::from([(RecordKind::Ticket, vec![tickets])]), ..BucketRecords::default() };
    fold_under(&directory, &Employments::default(), &records)
}

#[test]
fn older_segments_lack_attributes_or_have_them_in_another_type() {
    let lines = lines("ticket 1 created_at=0h attr.region=south attr.floor=3");
    let lines: Vec<_> = lines.iter().collect();
    let old = fold_tickets(batch(&lines, RecordKind::Ticket.schema(&[]))).unwrap();
    assert_eq!(cell(&old.facts[&FactTable::Ticket], "attr.floor", 0), "-");
    assert_eq!(old.warnings.iter().count(), 0);

    let mut declared = attributes()[&RecordKind::Ticket].clone();
    declared[1].kind = crate::FieldType::Text;
    let text = fold_tickets(batch(&lines, RecordKind::Ticket.schema(&declared))).unwrap();
    assert_eq!(cell(&text.facts[&FactTable::Ticket], "attr.floor", 0), "-");
    assert_eq!(cell(&text.facts[&FactTable::Ticket], "attr.region", 0), "south");
    assert_eq!(text.warnings.count(Warning::AttributeType), 1);
}

#[test]
fn batches_of_another_schema_are_refused() {
    let message = |batch| fold_tickets(batch).unwrap_err().to_string();
    let column = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as _;
    let of = |fields: Vec<Field>, columns| RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let text = |name| Field::new(name, DataType::Utf8, true);

    assert_eq!(message(of(vec![text("id")], vec![column(vec![Some("1")])])), "ticket records have no column 'system'");
    let empty_cell = of(
        vec![text("system"), text("id")],
        vec![column(vec![Some("desk"), Some("desk")]), column(vec![Some("1"), None])],
    );
    assert_eq!(message(empty_cell), "column 'id' of ticket records is required but 1 rows have no value");
    let number = of(vec![Field::new("system", DataType::Int64, false)], vec![Arc::new(Int64Array::from(vec![1])) as _]);
    assert_eq!(message(number), "column 'system' of ticket records is of type Int64, expected text");
}

/// Instants at the ends of the 64-bit range: no overflow, and no length that does not fit.
#[test]
fn extreme_times() {
    let (first, last) = (format!("@{}", i64::MIN), format!("@{}", i64::MAX));
    check(
        &format!(
            "ticket 1 created_at={first} solved_at={last}
             ticket 2 created_at={last} solved_at={first}
             ticket 3 created_at=0h solved_at={last} schedule=around_the_clock
             ticket 4 created_at=0h solved_at={last}"
        ),
        &format!(
            "ticket 1 last_solved_at={last} resolution_time=- resolution_business_time=-
             ticket 2 last_solved_at={first} resolution_time=- resolution_business_time=-
             ticket 3 resolution_time={}ms
             warning end_before_start 1",
            (i64::MAX - MONDAY_MICROS) / 1000
        ),
    );
}
