//! Gaps between neighbours reach across buckets and months, and follow what arrives later.

use std::collections::BTreeMap;
use std::fs::File;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use model::{FactTable, RecordKind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use store::{Limits, Store};

use crate::fixture::*;

type Gaps = BTreeMap<String, (Option<i64>, Option<i64>)>;

/// Id, customer, issue, time.
type Row = (String, Option<String>, String, i64);

/// Gaps in seconds, by id.
fn found(store: &Store) -> Gaps {
    let mut gaps = Gaps::new();
    for segment in store.snapshot().unwrap().facts(FactTable::CustomerContact) {
        let file = File::open(&segment.path).unwrap();
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let ids = batch.column_by_name("contact_id").unwrap().as_string::<i32>();
            let value = |name: &str, row: usize| {
                let column = batch.column_by_name(name).unwrap().as_primitive::<Int64Type>();
                column.is_valid(row).then(|| column.value(row) / 1000)
            };
            for row in 0..batch.num_rows() {
                gaps.insert(ids.value(row).to_owned(), (value("previous_gap", row), value("next_gap", row)));
            }
        }
    }
    gaps
}

/// What the gaps are by looking at every pair.
fn expected(rows: &[Row]) -> Gaps {
    let gap = |row: &Row, later: bool| {
        row.1.as_ref()?;
        let others = rows.iter().filter(|other| other.0 != row.0 && other.1 == row.1 && other.2 == row.2);
        others.map(|other| if later { other.3 - row.3 } else { row.3 - other.3 }).filter(|&gap| gap > 0).min()
    };
    rows.iter().map(|row| (row.0.clone(), (gap(row, false), gap(row, true)))).collect()
}

#[test]
fn gaps_of_tickets_and_contacts() {
    // no two times are equal, so that every pair has one order; 260 days in all
    let rows = |prefix: &str, offset: i64| -> Vec<Row> {
        (0..300i64)
            .map(|number| {
                let at = number * 7919 % 300 * 75_000 + offset + number;
                let customer = (number % 11 != 0).then(|| format!("c{}", number % 7));
                (format!("{prefix}{number}"), customer, format!("i{}", number % 3), at)
            })
            .collect()
    };
    let record = |kind, time, issue, row: &Row| {
        let record = Record::new(kind, &row.0).time(time, row.3).text(issue, &row.2);
        match &row.1 {
            Some(customer) => record.text("customer_id", customer),
            None => record,
        }
    };
    // calls, and written requests between them
    let (calls, requests) = (rows("k", 0), rows("t", 30_000));
    let tickets: Vec<Record> =
        requests.iter().map(|row| record(RecordKind::Ticket, "created_at", "category", row)).collect();
    let contacts: Vec<Record> = calls
        .iter()
        .map(|row| record(RecordKind::Contact, "queued_at", "issue", row).text("outcome", "answered"))
        .collect();

    let room = tempfile::tempdir().unwrap();
    let limits = Limits { fold_bytes: 20_000, segment_rows: 40, ..Limits::default() };
    let store = create(room.path()).with_limits(limits);
    // every other row first: the rest then arrives between old neighbours
    let half = |records: &[Record], odd: usize| records.iter().skip(odd).step_by(2).cloned().collect::<Vec<_>>();
    import(&store, &[Sheet::new("t1", half(&tickets, 0)), Sheet::new("c1", half(&contacts, 0))]);
    let first: Vec<Row> = [&requests, &calls].into_iter().flat_map(|rows| rows.iter().step_by(2)).cloned().collect();
    assert!(store.snapshot().unwrap().facts(FactTable::CustomerContact).len() > 2);
    assert_eq!(found(&store), expected(&first));

    import(&store, &[Sheet::new("t2", half(&tickets, 1)), Sheet::new("c2", half(&contacts, 1))]);
    assert_eq!(found(&store), expected(&[requests, calls].concat()));
}
