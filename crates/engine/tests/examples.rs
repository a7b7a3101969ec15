//! The worked examples of every metric, through the engine: the same rows and expectations the plain evaluator runs.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use catalogue::Catalogue;
use catalogue::check::{differences, example_plan};
use catalogue::expression::Value;
use catalogue::file::Problems;
use catalogue::plan::Row;
use catalogue::question::{Principal, Scope};
use engine::tables::Facts;
use engine::{Engine, Margins, Request};
use model::calendar::{Calendars, Schedule};
use model::{Attributes, FactTable, FieldType};

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
