//! How segments are laid out: row groups of records pure in a bucket, facts by month and in order.

use std::collections::BTreeMap;
use std::fs::File;
use std::time::Duration;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use model::{FactTable, RecordKind};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::statistics::Statistics;
use store::{Limits, Store};

use crate::fixture::*;

const DAY: i64 = 86_400;

/// Rows of each row group.
fn groups(path: &std::path::Path) -> Vec<RecordBatch> {
    let count =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().metadata().num_row_groups();
    (0..count)
        .map(|group| {
            let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
            let batches: Vec<RecordBatch> =
                reader.with_row_groups(vec![group]).build().unwrap().map(Result::unwrap).collect();
            arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
        })
        .collect()
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    use arrow::array::Array;
    // most text of segments is read as dictionaries
    let cell = batch.column_by_name(column).unwrap().slice(row, 1);
    let cell = arrow::compute::cast(&cell, &arrow::datatypes::DataType::Utf8).unwrap();
    let cell = cell.as_string::<i32>();
    cell.is_valid(0).then(|| cell.value(0).to_owned())
}

#[test]
fn row_groups_of_records_say_which_neighbouring_buckets_they_hold() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path()).with_limits(Limits { buffer_bytes: 20_000, ..Limits::default() });
    let mut records = Vec::new();
    for number in 0..240 {
        let id = number.to_string();
        records.push(Record::new(RecordKind::Ticket, &id).time("created_at", number));
        let event = Record::new(RecordKind::Event, &format!("e{id}"))
            .text("ticket_id", &id)
            .time("at", number)
            .text("kind", "note");
        records.push(if number % 3 == 0 { event.text("ticket_system", "elsewhere") } else { event });
        let contact = Record::new(RecordKind::Contact, &format!("c{id}")).time("queued_at", number);
        records.push(if number % 2 == 0 { contact.text("ticket_id", &id) } else { contact });
        records.push(Record::new(RecordKind::Agent, &format!("a{id}")));
    }
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut delivery = writer.begin(Sheet::new("a.csv", Vec::new()).key(), &Default::default()).unwrap();
    records.chunks(50).for_each(|part| append(&mut delivery, part));
    let finished = delivery.finish(records.len() as u64, 0, BTreeMap::new()).unwrap();
    writer
        .commit(
            vec![finished],
            &store::FoldSettings { calendars: &always(), organisation: &organisation() },
            NOW,
            &mut |_| {},
        )
        .unwrap();

    let snapshot = store.snapshot().unwrap();
    for kind in [RecordKind::Ticket, RecordKind::Event, RecordKind::Contact, RecordKind::Agent] {
        let [segment] = snapshot.records(kind) else { panic!() };
        let metadata =
            ParquetRecordBatchReaderBuilder::try_new(File::open(&segment.path).unwrap()).unwrap().metadata().clone();
        let groups = groups(&segment.path);
        let mut seen = 0;
        for (index, group) in groups.iter().enumerate() {
            let buckets = group.column_by_name("bucket").unwrap().as_primitive::<Int64Type>().values();
            let (least, greatest) = (buckets.iter().min().unwrap(), buckets.iter().max().unwrap());
            // small buckets lie together by eights
            assert_eq!(least / 8, greatest / 8, "{kind:?}: {buckets:?}");
            let statistics =
                metadata.row_group(index).columns().iter().find(|column| column.column_path().string() == "bucket");
            match statistics.and_then(|column| column.statistics()) {
                Some(Statistics::Int64(range)) => {
                    assert_eq!((range.min_opt(), range.max_opt()), (Some(least), Some(greatest)))
                }
                other => panic!("{other:?}"),
            }
            for row in 0..group.num_rows() {
                let (system, id) = (text(group, "system", row).unwrap(), text(group, "id", row).unwrap());
                let ticket = || {
                    text(group, "ticket_id", row)
                        .map(|id| (text(group, "ticket_system", row).unwrap_or("desk".into()), id))
                };
                let (system, id) = match kind {
                    RecordKind::Event | RecordKind::Contact => ticket().unwrap_or((system, id)),
                    _ => (system, id),
                };
                let expected =
                    if kind == RecordKind::Agent { 0 } else { i64::from(RecordKind::bucket(&system, &id, 256)) };
                assert_eq!(buckets[row], expected, "{kind:?} {id}");
                for (column, value) in [("mapping", 1), ("delivery", 1)] {
                    assert_eq!(group.column_by_name(column).unwrap().as_primitive::<Int64Type>().value(row), value);
                }
                seen += 1;
            }
        }
        assert_eq!((seen, segment.rows), (240, 240));
        // buffers were flushed before the end
        assert!(kind == RecordKind::Agent || groups.len() > 40, "{kind:?}: {} row groups", groups.len());
    }
}

/// Tickets over three years, some months without any.
fn tickets() -> Vec<Record> {
    (0..150)
        .map(|number| {
            let month = [0, 1, 2, 5, 6, 7, 8, 20, 30, 31][number as usize % 10];
            let created = month * 31 * DAY + number * 977 % (28 * DAY) - 40 * DAY;
            Record::new(RecordKind::Ticket, &format!("{number:03}"))
                .time("created_at", if number % 7 == 0 { month * 31 * DAY } else { created })
                .text("customer_id", &format!("c{}", number % 5))
        })
        .collect()
}

/// Their customers, in two revisions each, and some who have no ticket.
fn customers() -> Vec<Record> {
    (0..80)
        .map(|number| {
            let segment = format!("s{}", number % 7);
            Record::new(RecordKind::Customer, &format!("c{}", number % 40))
                .integer("revision", number)
                .text("segment", &segment)
                .text("plan", &format!("p{number}"))
        })
        .collect()
}

fn imported(limits: Limits) -> (tempfile::TempDir, Store) {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path()).with_limits(limits);
    import(&store, &[Sheet::new("a.csv", tickets()), Sheet::new("b.csv", customers())]);
    (room, store)
}

#[test]
fn facts_lie_by_month_and_in_order() {
    let limits = Limits { segment_rows: 25, row_group_rows: 10, ..Limits::default() };
    let (_room, store) = imported(limits);
    let snapshot = store.snapshot().unwrap();
    let segments = snapshot.facts(FactTable::Ticket);
    assert!(segments.len() >= 4, "{} segments", segments.len());
    assert_eq!(segments.iter().map(|segment| segment.rows).sum::<u64>(), 150);
    let months = |segment: &store::Segment| {
        let month = |time: model::Instant| time.to_string()[..7].to_owned();
        (month(segment.min_time.unwrap()), month(segment.max_time.unwrap()))
    };
    for (earlier, later) in segments.iter().zip(&segments[1..]) {
        assert!(months(earlier).1 < months(later).0, "{:?} {:?}", months(earlier), months(later));
        assert!(earlier.rows >= 25);
    }
    for segment in segments {
        let groups = groups(&segment.path);
        assert!(groups.iter().all(|group| group.num_rows() <= 10));
        let mut keys = Vec::new();
        for group in &groups {
            let times = group.column_by_name("created_at").unwrap().as_primitive::<TimestampMicrosecondType>();
            keys.extend((0..group.num_rows()).map(|row| (times.value(row), text(group, "ticket_id", row).unwrap())));
            for row in 0..group.num_rows() {
                // the second revision of customer 0 is record 40, and so on
                let customer: usize = text(group, "customer_id", row).unwrap()[1..].parse().unwrap();
                let told = ["customer_segment", "customer_plan"].map(|column| text(group, column, row).unwrap());
                assert_eq!(told, [format!("s{}", (40 + customer) % 7), format!("p{}", 40 + customer)]);
            }
        }
        assert!(keys.is_sorted());
        assert_eq!(
            (keys.first().unwrap().0, keys.last().unwrap().0),
            (segment.min_time.unwrap().micros(), segment.max_time.unwrap().micros())
        );
    }
}

#[test]
fn limits_change_the_layout_and_not_the_facts() {
    let (_room, usual) = imported(Limits::default());
    let expected = usual.snapshot().unwrap();
    assert_eq!(expected.facts(FactTable::Ticket).len(), 1);
    let small = Limits { buffer_bytes: 1, fold_bytes: 800, segment_rows: 0, row_group_rows: 9, ..Limits::default() };
    for limits in [small, Limits { fold_bytes: 0, ..Limits::default() }] {
        let (_room, store) = imported(limits);
        assert_eq!(store.snapshot().unwrap().fact_hash().unwrap(), expected.fact_hash().unwrap(), "{limits:?}");
    }
}
