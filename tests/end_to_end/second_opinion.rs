//! A naive second implementation of every kind of measure: the plain evaluator over the same facts, row by row, against
//! the engine, for every metric and variant, several grains, breakdowns, comparisons and a filter.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use catalogue::answer::Moment;
use catalogue::evaluate::{self, Facts};
use catalogue::expression::Value;
use catalogue::plan::{Plan, Row, dimensions, lacking, plan};
use catalogue::question::{Principal, Question};
use end_to_end::run;
use model::calendar::{Compare, Grain, resolve_range};
use model::{FactTable, FieldType, Instant, Millis, RecordKind};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use server::Workspace;
use server::ask::Reader;
use store::Snapshot;

fn value(array: &ArrayRef, kind: FieldType, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        FieldType::Text => Value::Text(array.as_string::<i32>().value(row).to_owned()),
        FieldType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        FieldType::Integer => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
        FieldType::Duration => Value::Duration(Millis::new(array.as_primitive::<Int64Type>().value(row))),
        FieldType::Number => Value::Number(array.as_primitive::<Decimal128Type>().value(row)),
        FieldType::Time => {
            Value::Time(Instant::from_micros(array.as_primitive::<TimestampMicrosecondType>().value(row)))
        }
    }
}

pub(crate) fn rows(snapshot: &Snapshot, table: FactTable) -> Vec<Row> {
    let columns = catalogue::plan::columns(table, &snapshot.attributes);
    let mut rows = Vec::new();
    for segment in snapshot.facts(table) {
        let file = File::open(&segment.path).expect("a segment");
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(
            file,
            ArrowReaderOptions::new().with_skip_arrow_metadata(true),
        )
        .and_then(|builder| builder.build())
        .expect("Parquet");
        for batch in reader {
            let batch = batch.expect("a batch");
            for row in 0..batch.num_rows() {
                let cells = columns
                    .iter()
                    .filter_map(|(name, kind)| Some((name.clone(), value(batch.column_by_name(name)?, *kind, row))));
                rows.push(cells.collect());
            }
        }
    }
    rows
}

/// For one of the breakdowns, values of another dimension that is not broken down by.
fn only(by: &[String]) -> BTreeMap<String, Vec<Option<String>>> {
    let values = vec![Some("email".to_owned()), Some("phone".to_owned()), None];
    if by.len() == 2 { BTreeMap::from([("channel".to_owned(), values)]) } else { BTreeMap::new() }
}

/// The earliest time of a table's rows.
pub(crate) fn first(rows: &[Row], table: FactTable) -> Option<Instant> {
    let times = rows.iter().filter_map(|row| match row.get(table.layout_time()) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    });
    times.min()
}

#[test]
fn the_engine_agrees_with_the_plain_evaluator() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("demo");
    let path = directory.to_string_lossy().into_owned();
    let now = "2026-11-03T15:20:00Z";
    let options = [
        "demo",
        "--workspace",
        &path,
        "--tickets",
        "2500",
        "--months",
        "5",
        "--until",
        "2026-11-04",
        "--now",
        now,
        "--no-serve",
    ];
    let made = run(Command::new(end_to_end::binary()).args(options));
    assert_eq!(made.code, Some(0), "{made:?}");
    let compared = compare(&directory, now, "2026-07-06..2026-11-08");
    assert!(compared.empty.is_empty(), "{:?} have no facts", compared.empty);
    assert!(compared.asked > 200 && compared.valued > 2000, "{compared:?}");
}

/// What was compared.
#[derive(Debug)]
pub struct Compared {
    /// Tables without facts.
    pub empty: Vec<FactTable>,
    /// Questions.
    pub asked: usize,
    /// Figures.
    pub valued: usize,
    /// Rows of answers by their quality.
    pub qualities: BTreeMap<String, usize>,
}

/// Asks every metric of a workspace both ways.
pub fn compare(directory: &Path, now: &str, range: &str) -> Compared {
    let reader = Reader::open(Arc::new(Workspace::load(directory).expect("a workspace"))).expect("a reader");
    let workspace = &reader.workspace;
    let snapshot = reader.store.snapshot().expect("a snapshot");
    let facts: BTreeMap<FactTable, Vec<Row>> =
        FactTable::ALL.into_iter().map(|table| (table, rows(&snapshot, table))).collect();
    let since: BTreeMap<FactTable, Option<Instant>> =
        facts.iter().map(|(table, rows)| (*table, first(rows, *table))).collect();
    let now: Instant = now.parse().expect("a time");
    let range = resolve_range(range, now, &workspace.organisation).expect("a range");
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");

    let breakdowns: [&[&str]; 3] = [&[], &["channel"], &["team", "language"]];
    let (mut asked, mut valued, mut qualities) = (0, 0, BTreeMap::new());
    for metric in workspace.catalogue.metrics() {
        let variants = std::iter::once(None).chain(metric.variants.keys().map(|name| Some(name.clone())));
        let mut questions = Vec::new();
        for variant in variants {
            for (number, grain) in [Grain::Total, Grain::Month, Grain::Week].into_iter().enumerate() {
                for by in breakdowns {
                    let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
                    // where it cannot be cut so, it is asked as a whole once more
                    let cut = lacking(metric, &by, &workspace.catalogue, &snapshot.attributes).is_empty();
                    let filters = dimensions(metric, &workspace.catalogue, &snapshot.attributes);
                    let by = if cut { by } else { Vec::new() };
                    questions.push(Question {
                        metric: metric.id.clone(),
                        variant: variant.clone(),
                        parameters: BTreeMap::new(),
                        by: by.clone(),
                        grain,
                        range,
                        only: if filters.contains_key("channel") { only(&by) } else { BTreeMap::new() },
                        filter: (by.len() == 1 && filters.contains_key("language"))
                            .then(|| "channel <> 'email' or language is null".to_owned()),
                        compare: [None, Some(Compare::Prev), Some(Compare::Year)][(number + by.len()) % 3],
                    });
                }
            }
        }
        // all at once, so that scans are shared
        let answers = runtime.block_on(reader.ask(&questions, &Principal::local(), now)).expect("answers");
        for (question, found) in questions.iter().zip(answers) {
            let plan =
                plan(question, &workspace.catalogue, &workspace.organisation, &snapshot.attributes).expect("a plan");
            // a derived metric reaches as far as the least of its inputs, each as far as its table and the neighbours
            // that it uses columns about under its variant, which is any that is named in its plan
            let moment = |plans: &[&Plan]| {
                let kinds = |plan: &Plan| -> Vec<RecordKind> {
                    let told = format!("{plan:?}");
                    let is_used = |name: &str| told.contains(&format!("\"{name}\""));
                    let columns = plan.table.columns().iter().filter(|column| is_used(column.name));
                    let beside = columns.flat_map(|column| plan.table.neighbour_kinds(column.name));
                    plan.table.record_kinds().iter().chain(beside).copied().collect()
                };
                let through = |plan: &Plan| snapshot.watermark(&kinds(plan), &workspace.stated(now));
                let all = plans.iter().map(|plan| through(plan));
                let watermark = all.collect::<Option<Vec<_>>>().and_then(|through| through.into_iter().min());
                // what is young is judged as far as its own data go
                let judged = plans.iter().filter_map(|plan| {
                    let known = through(plan).map_or(now, |through| through.min(now));
                    Some(Instant::from_micros(known.micros() - plan.matures?.get() * 1000))
                });
                let judged = judged.min();
                // some sources know nothing of what was over before a day
                let stated = plans.iter().flat_map(|plan| {
                    let kinds = kinds(plan);
                    let sources = workspace.sources.values();
                    let of_kinds =
                        sources.filter(move |source| source.records.iter().any(|one| kinds.contains(&one.kind)));
                    of_kinds.filter_map(|source| Some(workspace.organisation.start_of(source.complete_from?)))
                });
                let since = plans.iter().filter_map(|plan| since[&plan.table]).chain(stated).max();
                Moment { now, watermark, since, judged }
            };
            let given = Facts { rows: &|table| &facts[&table], moment: &moment };
            let wanted = evaluate::answer_from(&plan, metric, &given, &workspace.calendars);
            assert_eq!(found, wanted, "{question:?}");
            asked += 1;
            for row in found.iter().flat_map(|answer| &answer.rows) {
                valued += usize::from(row.value.is_some());
                *qualities.entry(format!("{:?}", row.quality)).or_default() += 1;
            }
        }
    }
    let empty = facts.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| *table).collect();
    Compared { empty, asked, valued, qualities }
}
