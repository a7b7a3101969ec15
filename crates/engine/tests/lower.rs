//! Lowered expressions against answers worked out by hand and against the catalogue's plain evaluator.

mod by_hand;
mod misfits;
mod random;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, StringViewArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::expression::{Expr, Value, evaluate};
use engine::lower::physical;
use model::{FieldType, Instant, Millis};

const KINDS: [FieldType; 6] = FieldType::ALL;

/// Columns two of each type: `text_a`, `text_b`, `integer_a` and so on.
fn columns() -> BTreeMap<String, FieldType> {
    KINDS.iter().flat_map(|kind| ["a", "b"].map(|which| (format!("{}_{which}", kind.name()), *kind))).collect()
}

type Row = BTreeMap<String, Value>;

/// Rows as a batch, its text as `Utf8` or `Utf8View`.
fn batch(rows: &[Row], views: bool) -> RecordBatch {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, kind) in columns() {
        let cells = rows.iter().map(|row| row.get(&name).cloned().unwrap_or(Value::Null));
        let array: ArrayRef = match kind {
            FieldType::Text => {
                let texts = cells.map(|cell| if let Value::Text(text) = cell { Some(text) } else { None });
                if views {
                    Arc::new(texts.collect::<StringViewArray>())
                } else {
                    Arc::new(texts.collect::<StringArray>())
                }
            }
            FieldType::Integer | FieldType::Duration => Arc::new(
                cells
                    .map(|cell| match cell {
                        Value::Integer(number) => Some(number),
                        Value::Duration(length) => Some(length.get()),
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            FieldType::Number => {
                let numbers = cells.map(|cell| if let Value::Number(number) = cell { Some(number) } else { None });
                Arc::new(numbers.collect::<Decimal128Array>().with_precision_and_scale(18, 4).unwrap())
            }
            FieldType::Boolean => Arc::new(
                cells
                    .map(|cell| if let Value::Boolean(flag) = cell { Some(flag) } else { None })
                    .collect::<BooleanArray>(),
            ),
            FieldType::Time => {
                let times = cells.map(|cell| if let Value::Time(at) = cell { Some(at.micros()) } else { None });
                Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            }
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// The values of `expr` for the rows of `batch`, by the engine.
fn by_engine(expr: &Expr, batch: &RecordBatch) -> Vec<Value> {
    let physical = physical(expr, &batch.schema()).unwrap_or_else(|error| panic!("{expr:?}: {error}"));
    let value = physical.evaluate(batch).unwrap_or_else(|error| panic!("{expr:?}: {error}"));
    let array = value.into_array(batch.num_rows()).unwrap();
    let Some(kind) = expr.kind() else {
        assert_eq!(array.null_count().max(array.logical_null_count()), array.len());
        return vec![Value::Null; array.len()];
    };
    let array = match array.data_type() {
        DataType::Utf8View => arrow::compute::cast(&array, &DataType::Utf8).unwrap(),
        _ => array,
    };
    (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return Value::Null;
            }
            match kind {
                FieldType::Text => Value::Text(array.as_string::<i32>().value(row).to_owned()),
                FieldType::Integer => Value::Integer(array.as_primitive::<Int64Type>().value(row)),
                FieldType::Duration => Value::Duration(Millis::new(array.as_primitive::<Int64Type>().value(row))),
                FieldType::Number => Value::Number(array.as_primitive::<Decimal128Type>().value(row)),
                FieldType::Boolean => Value::Boolean(array.as_boolean().value(row)),
                FieldType::Time => {
                    Value::Time(Instant::from_micros(array.as_primitive::<TimestampMicrosecondType>().value(row)))
                }
            }
        })
        .collect()
}

fn by_evaluator(expr: &Expr, rows: &[Row]) -> Vec<Value> {
    rows.iter().map(|row| evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null))).collect()
}

fn time(text: &str) -> Value {
    Value::Time(text.parse().unwrap())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Three rows: ordinary values, edges, nulls.
fn sample() -> Vec<Row> {
    let row = |cells: [Value; 12]| columns().into_keys().zip(cells).collect::<Row>();
    use Value::{Boolean as B, Integer as I, Null, Number as N};
    let d = |millis| Value::Duration(Millis::new(millis));
    // boolean a b, duration a b, integer a b, number a b, text a b, time a b
    vec![
        row([
            B(true),
            B(false),
            d(90_500),
            d(20_000),
            I(7),
            I(-3),
            N(25_000),
            N(-12_500),
            text("Ärger im Büro"),
            text(" 7 "),
            time("2025-03-30T00:30:00Z"),
            time("2025-03-30T01:00:00.000999Z"),
        ]),
        row([
            B(false),
            B(false),
            d(0),
            d(-1),
            I(i64::MAX),
            I(0),
            N(0),
            N(33_333),
            text("50%_\\x"),
            text(""),
            time("1970-01-01T00:00:00Z"),
            time("1970-01-01T00:00:00Z"),
        ]),
        row([const { Null }; 12]),
    ]
}
