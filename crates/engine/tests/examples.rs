//! The worked examples of every metric, through the engine: the same rows and expectations the plain evaluator runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use catalogue::answer::Moment;
use catalogue::check::{differences, example_plan};
use catalogue::expression::Value;
use catalogue::file::Problems;
use catalogue::plan::{Row, plan};
use catalogue::question::{Principal, Question, Scope};
use catalogue::{Catalogue, evaluate};
use engine::tables::Facts;
use engine::{Engine, Margins, Request};
use jiff::civil::Weekday;
use model::calendar::{Calendars, Compare, FiscalYear, Grain, Organisation, Schedule, resolve_range};
use model::{Attributes, FactTable, FieldType, Instant};

/// Rows as the table holds them; examples leave out what does not matter to them, so every column may be empty.
fn batch(table: FactTable, rows: &[Row]) -> RecordBatch {
    let column = |name: &str, kind: FieldType| -> ArrayRef {
        let cells = rows.iter().map(|row| row.get(name).cloned().unwrap_or(Value::Null));
        match kind {
            FieldType::Text => Arc::new(
                cells
                    .map(|cell| match cell {
                        Value::Text(text) => Some(text),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
            FieldType::Boolean => Arc::new(
                cells
                    .map(|cell| match cell {
                        Value::Boolean(flag) => Some(flag),
                        _ => None,
                    })
                    .collect::<BooleanArray>(),
            ),
            FieldType::Integer => Arc::new(
                cells
                    .map(|cell| match cell {
                        Value::Integer(number) => Some(number),
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            FieldType::Duration => Arc::new(
                cells
                    .map(|cell| match cell {
                        Value::Duration(length) => Some(length.get()),
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            FieldType::Number => {
                let array = cells
                    .map(|cell| match cell {
                        Value::Number(number) => Some(number),
                        _ => None,
                    })
                    .collect::<Decimal128Array>();
                Arc::new(array.with_precision_and_scale(18, 4).expect("a decimal"))
            }
            FieldType::Time => {
                let array = cells
                    .map(|cell| match cell {
                        Value::Time(at) => Some(at.micros()),
                        _ => None,
                    })
                    .collect::<TimestampMicrosecondArray>();
                Arc::new(array.with_timezone("UTC"))
            }
        }
    };
    let columns = table.columns();
    let fields: Vec<Field> = columns.iter().map(|field| Field::new(field.name, field.kind.arrow(), true)).collect();
    let arrays = columns.iter().map(|field| column(field.name, field.kind)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a batch")
}

#[test]
fn every_example_holds_through_the_engine() {
    let mut problems = Problems::default();
    let catalogue = Catalogue::load(&[], &mut problems);
    assert!(!problems.has_errors());
    let calendars = Arc::new(Calendars::new("always", vec![Schedule::always("always")]).expect("calendars"));
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    let mut ran = 0;
    for metric in catalogue.metrics().filter(|metric| metric.measure.table.is_some()) {
        for example in &metric.examples {
            let (plan, rows) = example_plan(metric, example, &catalogue, &Attributes::new()).expect("an example");
            let rows = batch(plan.table, &rows);
            let facts = Facts::Given { table: plan.table, rows: &rows, through: example.now };
            let request = Request { plan: &plan, metric };
            let asked = |principal: Principal| {
                // two partitions, so that partial states are merged
                let answers = runtime.block_on(Engine::new(2).ask(
                    facts,
                    &calendars,
                    &[request],
                    &principal,
                    example.now,
                    Margins::Wanted,
                ));
                answers.expect("answers").remove(0)
            };
            assert_eq!(
                differences(example, &asked(Principal::local())),
                Vec::<String>::new(),
                "{}: {}",
                metric.id,
                example.name
            );
            // a team that has no rows sees none of them
            let nobody = asked(Principal { name: "nobody".into(), scope: Scope::Teams(vec!["no such team".into()]) });
            assert!(
                nobody.iter().all(|answer| answer.rows.iter().all(|row| row.n == 0 && row.value.unwrap_or(0.0) == 0.0)),
                "{}: {}",
                metric.id,
                example.name
            );
            ran += 1;
        }
    }
    assert!(ran >= 40, "{ran} examples");
}

#[test]
fn a_batch_has_the_columns_of_its_table() {
    for table in FactTable::ALL {
        let found = batch(table, &[]);
        let schema = table.schema(&Attributes::new());
        let types = |schema: &Schema| {
            schema
                .fields()
                .iter()
                .map(|field| (field.name().clone(), field.data_type().clone()))
                .collect::<Vec<(String, DataType)>>()
        };
        assert_eq!(types(&found.schema()), types(&schema));
    }
}

/// Stretches of customers, one after another with gaps, from a fixed sequence of numbers.
fn stretches(customers: u64) -> Vec<Row> {
    let mut state = 1_u64;
    let mut next = move |below: u64| {
        // a linear congruential generator: Knuth's MMIX constants
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let day = |day: u64| Value::Time(Instant::from_micros(1_735_689_600_000_000 + day as i64 * 86_400_000_000));
    let mut rows = Vec::new();
    for customer in 0..customers {
        let mut at = next(500);
        while at < 640 {
            // whole days, so that many lie on the edge of a month
            let most = if next(3) == 0 { 10 } else { 200 };
            let length = 1 + next(most);
            let goes_on = next(3) > 0;
            let mut row = Row::from([
                ("customer_system".to_owned(), Value::Text(format!("s{}", customer % 2))),
                ("customer_id".to_owned(), Value::Text(format!("c{}", customer / 2))),
                ("started_at".to_owned(), day(at)),
                ("subscribed_since".to_owned(), day(at)),
                ("plan".to_owned(), Value::Text(["small", "large"][next(2) as usize].to_owned())),
                ("is_test".to_owned(), Value::Boolean(next(20) == 0)),
                ("start_kind".to_owned(), Value::Text("change".to_owned())),
            ]);
            // an amount there is, but no rate for it; of others without one nothing is said
            let lacks_rate = customer % 60 == 7 && at > 300 && next(2) == 0;
            if next(10) > 0 && !lacks_rate {
                let mrr = Value::Number(i128::from(next(5)) * 100_000);
                row.extend([("mrr".to_owned(), mrr.clone()), ("constant_mrr".to_owned(), mrr)]);
            } else if lacks_rate {
                let currency = ["USD", "GBP"][next(2) as usize];
                row.insert("currency".to_owned(), Value::Text(currency.to_owned()));
            }
            if at + length < 640 {
                row.insert("ended_at".to_owned(), day(at + length));
                row.insert("end_kind".to_owned(), Value::Text(if goes_on { "change" } else { "end" }.to_owned()));
                if !goes_on && next(3) > 0 {
                    row.insert("is_voluntary".to_owned(), Value::Boolean(next(2) == 0));
                }
            }
            rows.push(row);
            at += length + if goes_on { 0 } else { next(60) };
        }
    }
    rows
}

/// Cohorts and stocks over random stretches: the engine against the plain evaluator, and the rows behind a figure against
/// the figure.
#[test]
fn what_counts_at_instants_agrees_with_the_plain_evaluator() {
    let catalogue = Catalogue::load(&[], &mut Problems::default());
    let calendars = Arc::new(Calendars::new("always", vec![Schedule::always("always")]).expect("calendars"));
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    let organisation = Organisation::new("o", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).expect("one");
    let now: Instant = "2026-09-20T00:00:00Z".parse().expect("a time");
    let moment = Moment { now, watermark: Some(now), since: None, judged: None };
    let facts = stretches(300);
    let rows = batch(FactTable::Subscription, &facts);
    let given = Facts::Given { table: FactTable::Subscription, rows: &rows, through: now };
    let engine = Engine::new(2);
    let (mut asked, mut valued, mut lacking) = (0, 0, 0);
    for id in ["customer_retention_rate", "churn_rate", "grr", "nrr", "active_customers", "annual_churn_rate"] {
        let metric = catalogue.get(id).expect("a metric");
        for variant in std::iter::once(None).chain(metric.variants.keys().cloned().map(Some)) {
            for (number, range) in ["2025-03-01..2026-08-31", "2026-02-10..2026-11-20"].into_iter().enumerate() {
                for grain in [Grain::Total, Grain::Month, Grain::Week] {
                    for (by, filter) in [(None, None), (Some("plan"), None), (None, Some("plan = 'small'"))] {
                        let question = Question {
                            metric: id.to_owned(),
                            variant: variant.clone(),
                            parameters: BTreeMap::new(),
                            by: by.into_iter().map(str::to_owned).collect(),
                            grain,
                            range: resolve_range(range, now, &organisation).expect("a range"),
                            only: BTreeMap::new(),
                            filter: filter.map(str::to_owned),
                            compare: [Some(Compare::Prev), Some(Compare::Year)][number],
                        };
                        let plan = plan(&question, &catalogue, &organisation, &Attributes::new()).expect("a plan");
                        let request = [Request { plan: &plan, metric }];
                        let principal = Principal::local();
                        let found = engine.ask(given, &calendars, &request, &principal, now, Margins::Wanted);
                        let found = runtime.block_on(found).expect("answers").remove(0);
                        let wanted = evaluate::answer(&plan, metric, &facts, moment, &calendars);
                        assert_eq!(found, wanted, "{question:?}");
                        asked += 1;
                        valued += found[0].rows.iter().filter(|row| row.value.is_some()).count();
                        lacking += found[0].rows.iter().filter(|row| row.note.is_some()).count();
                        if plan.periods.len() == 1 && by.is_none() && metric.measure.table.is_some() {
                            let rows = engine.rows(given, &calendars, &plan, &principal, now).expect("rows");
                            let figure = runtime.block_on(rows.counts()).expect("counts").figure;
                            let row = &found[0].rows[0];
                            assert_eq!(
                                (
                                    figure.value.filter(|_| row.value.is_some()),
                                    figure.n,
                                    // the sum behind a figure of too few is not told
                                    figure.numerator.filter(|_| row.numerator.is_some())
                                ),
                                (row.value, row.n, row.numerator),
                                "{question:?}"
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(
        asked > 200 && valued > 2_000 && lacking > 100,
        "{asked} questions, {valued} figures, {lacking} lack a rate"
    );
}
