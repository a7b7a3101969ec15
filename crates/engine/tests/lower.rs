//! Lowered expressions against answers worked out by hand and against the catalogue's plain evaluator.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, StringViewArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::expression::{Expr, Function, Operator, Scope, Value, evaluate, resolve, show};
use engine::lower::physical;
use model::{FieldType, Instant, Millis};
use proptest::prelude::*;

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

/// Each expression with its value for the three rows of [`sample`].
const CASES: &[(&str, [&str; 3])] = &[
    // columns and constants
    ("text_a", ["Ärger im Büro", "50%_\\x", "null"]),
    ("null", ["null", "null", "null"]),
    ("'x'", ["x", "x", "x"]),
    ("1.25", ["1.25", "1.25", "1.25"]),
    ("-7", ["-7", "-7", "-7"]),
    // three-valued logic
    ("not boolean_a", ["false", "true", "null"]),
    ("boolean_a and boolean_b", ["false", "false", "null"]),
    ("boolean_a or boolean_b", ["true", "false", "null"]),
    ("boolean_a and false", ["false", "false", "false"]),
    ("boolean_a or true", ["true", "true", "true"]),
    ("boolean_a is true", ["true", "false", "false"]),
    ("boolean_a is not true", ["false", "true", "true"]),
    ("boolean_b is false", ["true", "true", "false"]),
    ("text_a is null", ["false", "false", "true"]),
    ("text_a is not null", ["true", "true", "false"]),
    ("(integer_a = integer_b) is null", ["false", "false", "true"]),
    // comparisons
    ("text_a = 'Ärger im Büro'", ["true", "false", "null"]),
    ("text_a <> 'Ärger im Büro'", ["false", "true", "null"]),
    ("text_a <> text_b", ["true", "true", "null"]),
    ("text_a = null", ["null", "null", "null"]),
    ("integer_a > integer_b", ["true", "true", "null"]),
    ("integer_a >= 7.5", ["false", "true", "null"]),
    ("number_a < number_b", ["false", "true", "null"]),
    ("number_a <= 2.5", ["true", "true", "null"]),
    ("duration_a <= 20", ["false", "true", "null"]),
    ("duration_a = 90.5", ["true", "false", "null"]),
    ("time_a < time_b", ["true", "false", "null"]),
    ("time_a >= '1970-01-01T01:00:00+01:00'", ["true", "true", "null"]),
    ("integer_a between 0 and 10", ["true", "false", "null"]),
    ("integer_a in (1, 7)", ["true", "false", "null"]),
    ("integer_a not in (1, 7)", ["false", "true", "null"]),
    ("text_a in ('50%_\\x', 'b')", ["false", "true", "null"]),
    ("text_a in ('a', null)", ["null", "null", "null"]),
    ("text_a in ('a', text_b, 'c', 'd', 'e', 'f')", ["false", "false", "null"]),
    // arithmetic
    ("integer_a + integer_b", ["4", "9223372036854775807", "null"]),
    ("integer_a + 1", ["8", "null", "null"]),
    ("integer_a - integer_b", ["10", "9223372036854775807", "null"]),
    ("integer_a * 2", ["14", "null", "null"]),
    ("integer_a % integer_b", ["1", "null", "null"]),
    ("integer_a / integer_b", ["-2.3333", "null", "null"]),
    ("integer_b / 2", ["-1.5", "0", "null"]),
    ("1 / 3", ["0.3333", "0.3333", "0.3333"]),
    ("number_a + number_b", ["1.25", "3.3333", "null"]),
    ("number_a - 0.0001", ["2.4999", "-0.0001", "null"]),
    ("number_b * number_b", ["1.5625", "11.1109", "null"]),
    ("number_a / number_b", ["-2", "0", "null"]),
    ("number_b / number_a", ["-0.5", "null", "null"]),
    ("number_a + integer_b", ["-0.5", "0", "null"]),
    ("-integer_b", ["3", "0", "null"]),
    ("-number_a", ["-2.5", "0", "null"]),
    ("-duration_b", ["-20", "0.001", "null"]),
    ("duration_a + duration_b", ["110.5", "-0.001", "null"]),
    ("duration_a - 30", ["60.5", "-30", "null"]),
    ("duration_a * 2", ["181", "0", "null"]),
    ("3 * duration_b", ["60", "-0.003", "null"]),
    ("duration_a / duration_b", ["4.525", "0", "null"]),
    ("time_b - time_a", ["1800", "0", "null"]),
    ("time_a - time_b", ["-1800.001", "0", "null"]),
    ("time_a + duration_b", ["2025-03-30T00:30:20Z", "1969-12-31T23:59:59.999Z", "null"]),
    ("time_a - duration_a", ["2025-03-30T00:28:29.5Z", "1970-01-01T00:00:00Z", "null"]),
    ("duration_a + time_a", ["2025-03-30T00:31:30.5Z", "1970-01-01T00:00:00Z", "null"]),
    ("abs(integer_b)", ["3", "0", "null"]),
    ("abs(number_b)", ["1.25", "3.3333", "null"]),
    ("abs(duration_b)", ["20", "0.001", "null"]),
    // reopenings: a text that is none, and none
    ("reopened_within(text_a, 60, 0)", ["false", "false", "false"]),
    ("reopened_within('60000:1000,90000:5000', duration_a, 1)", ["true", "false", "null"]),
    ("reopened_within('60000:1000,90500:5000', duration_a, 4.999)", ["true", "false", "null"]),
    ("reopened_within('60000:1000,90501:5000', duration_a, 4.999)", ["false", "false", "null"]),
    ("reopened_within('60000:1000,90000:5000', 90, duration_a)", ["false", "true", "null"]),
    ("reopened_within('60000:1000,90000:', 90, duration_a)", ["true", "true", "null"]),
    ("reopened_within(concat(text_b, '0:5000'), 90, 4)", ["false", "true", "true"]),
    ("reopened_within(null, 90, 4)", ["false", "false", "false"]),
    ("reopened_within(text_a, null, 4)", ["null", "null", "null"]),
    // text
    ("lower(text_a)", ["ärger im büro", "50%_\\x", "null"]),
    ("upper(text_a)", ["ÄRGER IM BÜRO", "50%_\\X", "null"]),
    ("trim(text_b)", ["7", "", "null"]),
    ("concat(text_b, '-', text_a)", [" 7 -Ärger im Büro", "-50%_\\x", "-"]),
    ("concat(null, text_a)", ["Ärger im Büro", "50%_\\x", ""]),
    ("length(text_a)", ["13", "6", "null"]),
    ("left(text_a, 2)", ["Är", "50", "null"]),
    ("left(text_a, -2)", ["Ärger im Bü", "50%_", "null"]),
    ("right(text_a, 4)", ["Büro", "%_\\x", "null"]),
    ("right(text_a, -9)", ["Büro", "", "null"]),
    ("lpad(text_b, 5, 'ä0')", ["ä0 7 ", "ä0ä0ä", "null"]),
    ("lpad(text_b, integer_b, '0')", ["", "", "null"]),
    ("lpad('x', integer_b + 5, '0')", ["0x", "0000x", "null"]),
    ("lpad(text_a, 3, '0')", ["Ärg", "50%", "null"]),
    ("split_part(text_a, ' ', 2)", ["im", "", "null"]),
    ("split_part(text_a, ' ', 9)", ["", "", "null"]),
    ("split_part(text_a, ' ', integer_b)", ["null", "null", "null"]),
    ("split_part(text_a, '', 1)", ["Ärger im Büro", "50%_\\x", "null"]),
    ("replace(text_a, 'r', '')", ["Äge im Büo", "50%_\\x", "null"]),
    ("replace(text_a, '', 'x')", ["Ärger im Büro", "50%_\\x", "null"]),
    ("starts_with(text_a, 'Ä')", ["true", "false", "null"]),
    ("contains(text_a, '%_')", ["false", "true", "null"]),
    ("regexp_like(text_a, '^.rger')", ["true", "false", "null"]),
    ("regexp_replace(text_a, '[aeiouü]', '.')", ["Ärg.r .m B.r.", "50%_\\x", "null"]),
    ("regexp_replace(text_a, '(\\w+) (\\w+)', '$2')", ["im Büro", "50%_\\x", "null"]),
    ("regexp_replace(text_a, '(\\w+) (\\w+)', '<\\1>\\\\2')", ["<Ärger>im Büro", "50%_\\x", "null"]),
    ("text_a like 'Ä%o'", ["true", "false", "null"]),
    ("text_a like '50\\%%'", ["false", "false", "null"]),
    ("text_a like '%\\x'", ["false", "true", "null"]),
    ("text_a like '_____\\_'", ["false", "false", "null"]),
    ("text_a like '____\\_'", ["false", "true", "null"]),
    ("text_a not like '%'", ["false", "false", "null"]),
    ("text_a ilike 'ärger%'", ["true", "false", "null"]),
    // choices
    ("coalesce(text_b, text_a, 'none')", [" 7 ", "", "none"]),
    ("coalesce(integer_a, number_a)", ["7", "9223372036854775807", "null"]),
    ("nullif(text_b, '')", [" 7 ", "null", "null"]),
    ("nullif(integer_b, 0)", ["-3", "null", "null"]),
    ("nullif(number_a, 0)", ["2.5", "null", "null"]),
    ("nullif(time_a, time_b)", ["2025-03-30T00:30:00Z", "null", "null"]),
    ("least(integer_a, integer_b, 5)", ["-3", "0", "5"]),
    ("greatest(number_a, number_b, 0.5)", ["2.5", "3.3333", "0.5"]),
    ("greatest(text_a, text_b)", ["Ärger im Büro", "50%_\\x", "null"]),
    ("least(time_a, time_b)", ["2025-03-30T00:30:00Z", "1970-01-01T00:00:00Z", "null"]),
    ("greatest(duration_a, duration_b)", ["90.5", "0", "null"]),
    ("case when boolean_a then 'yes' when boolean_b is null then 'unknown' end", ["yes", "null", "unknown"]),
    ("case when integer_a > 100 then integer_a else number_a end", ["2.5", "9223372036854775807", "null"]),
    ("case text_b when '' then 1 else 2 end", ["2", "1", "2"]),
    ("case when null then 1 else 2 end", ["2", "2", "2"]),
    // casts
    ("cast(text_b as integer)", ["7", "null", "null"]),
    ("cast(text_b as number)", ["7", "null", "null"]),
    ("cast(replace(text_b, '7', '1.5') as integer)", ["null", "null", "null"]),
    ("cast(concat('-', left(text_a, 2), '.5') as number)", ["null", "-50.5", "-0.5"]),
    ("cast(concat(text_b, text_b) as boolean)", ["null", "null", "null"]),
    ("cast(lower('YES') as boolean)", ["true", "true", "true"]),
    ("cast('2025-03-30T02:30:00+02:00' as time) = time_a", ["true", "false", "null"]),
    ("cast(integer_a as number)", ["7", "9223372036854775807", "null"]),
    ("cast(number_b as integer)", ["-1", "3", "null"]),
    ("cast(integer_a as text)", ["7", "9223372036854775807", "null"]),
    ("cast(number_b as text)", ["-1.25", "3.3333", "null"]),
    ("cast(concat(text_b, '.12345678') as number)", ["null", "0.1235", "0.1235"]),
    ("cast(concat('-9', trim(text_b), '.00005') as number)", ["-97.0001", "-9.0001", "-9.0001"]),
    ("cast(duration_a as text)", ["90.5", "0", "null"]),
    // lengths of time are seconds as numbers
    ("cast(duration_a as number) / 60", ["1.5083", "0", "null"]),
    ("cast(duration_a as integer)", ["90", "0", "null"]),
    ("cast(integer_b as duration) + duration_a", ["87.5", "0", "null"]),
    ("cast(integer_a as duration)", ["7", "null", "null"]),
    ("cast(number_b * 1.5 as duration)", ["-1.875", "5", "null"]),
    ("cast(text_b as duration)", ["7", "null", "null"]),
    ("time_a + cast('1.5' as duration)", ["2025-03-30T00:30:01.5Z", "1970-01-01T00:00:01.5Z", "null"]),
    ("cast(boolean_a as integer) + 1", ["2", "1", "null"]),
    ("cast(boolean_a as number)", ["1", "0", "null"]),
    ("cast(boolean_a as text)", ["true", "false", "null"]),
    ("cast(time_b as text)", ["2025-03-30T01:00:00.000999Z", "1970-01-01T00:00:00Z", "null"]),
];

fn shown(value: &Value) -> String {
    if *value == Value::Null { "null".to_owned() } else { show(value) }
}

#[test]
fn expressions_mean_what_they_say() {
    let columns = columns();
    let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
    let rows = sample();
    let mut wrong = Vec::new();
    for (expression, expected) in CASES {
        let expr = resolve(expression, &scope).unwrap_or_else(|problems| panic!("{expression}: {problems:?}"));
        for (who, values) in [
            ("engine", by_engine(&expr, &batch(&rows, false))),
            ("engine, text as views", by_engine(&expr, &batch(&rows, true))),
            ("evaluator", by_evaluator(&expr, &rows)),
        ] {
            let values: Vec<String> = values.iter().map(shown).collect();
            if values != *expected {
                wrong.push(format!("{expression}\n  expected {expected:?}\n  {who}: {values:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions_that_do_not_fit_are_null_and_not_a_panic() {
    let column = |name: &str, kind| Box::new(Expr::Column { name: name.to_owned(), kind });
    let (t, i) = (column("text_a", FieldType::Text), column("integer_a", FieldType::Integer));
    let misfits = [
        Expr::Not(t.clone()),
        Expr::Negate(t.clone()),
        Expr::Binary { operator: Operator::Equal, left: t.clone(), right: i.clone() },
        Expr::Binary { operator: Operator::And, left: t.clone(), right: i.clone() },
        Expr::Binary { operator: Operator::Modulo, left: t.clone(), right: i.clone() },
        Expr::Like { operand: i.clone(), pattern: "%".into(), ignore_case: false },
        Expr::Call { function: Function::Lower, arguments: vec![*i.clone()] },
        Expr::Call { function: Function::Left, arguments: vec![*t.clone()] },
        Expr::Call { function: Function::Abs, arguments: vec![*t.clone()] },
        Expr::Call { function: Function::Coalesce, arguments: Vec::new() },
        Expr::Cast { operand: i.clone(), to: FieldType::Time },
        Expr::Case { branches: Vec::new(), otherwise: None, kind: FieldType::Text },
        Expr::Binary { operator: Operator::Add, left: Box::new(Expr::Literal(Value::Null)), right: i.clone() },
        Expr::Negate(Box::new(Expr::Literal(Value::Integer(i64::MIN)))),
        Expr::Literal(Value::Null),
    ];
    for expr in misfits {
        assert_eq!(by_engine(&expr, &batch(&sample(), false)), vec![Value::Null; 3], "{expr:?}");
    }
    let empty = Expr::In { operand: t, list: Vec::new() };
    assert_eq!(
        by_engine(&empty, &batch(&sample(), false)),
        [Value::Boolean(false), Value::Boolean(false), Value::Null]
    );
    assert!(
        physical(&Expr::Column { name: "nothing".into(), kind: FieldType::Text }, &batch(&sample(), false).schema())
            .is_err()
    );
}

#[test]
fn a_deep_coalesce_does_not_double_at_each_level() {
    let mut expr = Expr::Column { name: "text_a".into(), kind: FieldType::Text };
    for _ in 0..40 {
        let inner = Expr::Call { function: Function::Lower, arguments: vec![expr] };
        expr =
            Expr::Call { function: Function::Coalesce, arguments: vec![inner, Expr::Literal(Value::Text("x".into()))] };
    }
    let values = by_engine(&expr, &batch(&sample(), false));
    assert_eq!(values, [text("ärger im büro"), text("50%_\\x"), text("x")]);
}

fn any_value(kind: FieldType) -> BoxedStrategy<Value> {
    let known: BoxedStrategy<Value> = match kind {
        FieldType::Text => prop_oneof![
            "[ab%_\\\\ .0-9-]{0,6}",
            Just("Straße".to_owned()),
            Just("İstanbul".to_owned()),
            Just("😀x".to_owned()),
            Just(" TRUE ".to_owned()),
            proptest::sample::select(vec![
                "-9223372036854775808",
                "--9223372036854775808",
                "-+5",
                "+5",
                "-.5",
                "5.",
                ".",
                "-",
                "123456789012345.5",
                "1.00001"
            ])
            .prop_map(str::to_owned),
            Just("2024-02-29T12:00:00Z".to_owned())
        ]
        .prop_map(Value::Text)
        .boxed(),
        FieldType::Integer => prop_oneof![-5..=5_i64, Just(i64::MAX), Just(i64::MIN), any::<i32>().prop_map(i64::from)]
            .prop_map(Value::Integer)
            .boxed(),
        FieldType::Number => {
            prop_oneof![-50_000..=50_000_i128, Just(999_999_999_999_999_999), Just(0)].prop_map(Value::Number).boxed()
        }
        FieldType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        FieldType::Time => (0..4_000_000_000_000_000_i64).prop_map(|at| Value::Time(Instant::from_micros(at))).boxed(),
        FieldType::Duration => prop_oneof![-5000..=5000_i64, Just(i64::MAX), Just(i64::MIN)]
            .prop_map(|millis| Value::Duration(Millis::new(millis)))
            .boxed(),
    };
    prop_oneof![4 => known, 1 => Just(Value::Null)].boxed()
}

fn any_row() -> impl Strategy<Value = Row> {
    columns()
        .into_iter()
        .map(|(name, kind)| (Just(name), any_value(kind)))
        .collect::<Vec<_>>()
        .prop_map(|cells| cells.into_iter().collect())
}

/// Well-typed expressions of each type, as resolving makes them, of `depth` operators one in another.
fn any_exprs(depth: u32) -> BTreeMap<FieldType, BoxedStrategy<Expr>> {
    let inner = if depth == 0 { BTreeMap::new() } else { any_exprs(depth - 1) };
    KINDS.into_iter().map(|kind| (kind, any_expr(kind, &inner))).collect()
}

/// Expressions of `kind` over expressions of `inner`, or columns and constants where there are none.
fn any_expr(kind: FieldType, inner: &BTreeMap<FieldType, BoxedStrategy<Expr>>) -> BoxedStrategy<Expr> {
    let column = prop_oneof![Just("a"), Just("b")]
        .prop_map(move |which| Expr::Column { name: format!("{}_{which}", kind.name()), kind });
    let leaf = prop_oneof![2 => column, 1 => any_value(kind).prop_map(Expr::Literal)].boxed();
    if inner.is_empty() {
        return leaf;
    }
    let sub = |kind| inner[&kind].clone().prop_map(Box::new).boxed();
    let binary = |operator: Operator, left: FieldType, right: FieldType| {
        (sub(left), sub(right)).prop_map(move |(left, right)| Expr::Binary { operator, left, right }).boxed()
    };
    let call = |function: Function, kinds: &[FieldType]| {
        let arguments: Vec<_> = kinds.iter().map(|kind| inner[kind].clone()).collect();
        arguments.prop_map(move |arguments| Expr::Call { function, arguments }).boxed()
    };
    let small = prop_oneof![8 => -3..12_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
        .prop_map(|n| Expr::Literal(Value::Integer(n)));
    use FieldType::{Boolean, Duration, Integer, Number, Text, Time};
    let mut choices: Vec<BoxedStrategy<Expr>> = vec![
        leaf,
        call(Function::Coalesce, &[kind, kind, kind]),
        call(Function::NullIf, &[kind, kind]),
        call(Function::Least, &[kind, kind]),
        call(Function::Greatest, &[kind, kind]),
        (sub(Boolean), sub(kind), proptest::option::of(sub(kind)))
            .prop_map(move |(condition, result, otherwise)| Expr::Case {
                branches: vec![(*condition, *result)],
                otherwise,
                kind,
            })
            .boxed(),
    ];
    match kind {
        Boolean => {
            for operator in [Operator::And, Operator::Or] {
                choices.push(binary(operator, Boolean, Boolean));
            }
            for kind in KINDS {
                for operator in [
                    Operator::Equal,
                    Operator::NotEqual,
                    Operator::Less,
                    Operator::LessOrEqual,
                    Operator::Greater,
                    Operator::GreaterOrEqual,
                ] {
                    choices.push(binary(operator, kind, kind));
                }
                choices.push(sub(kind).prop_map(Expr::IsNull).boxed());
                let list = proptest::collection::vec(
                    any_value(kind).prop_filter("a list holds no nulls", |value| *value != Value::Null),
                    0..5,
                );
                choices.push((sub(kind), list).prop_map(|(operand, list)| Expr::In { operand, list }).boxed());
            }
            choices.push(sub(Boolean).prop_map(Expr::Not).boxed());
            choices.push(
                (sub(Text), "[ab%_\\\\ ]{0,4}", any::<bool>())
                    .prop_map(|(operand, pattern, ignore_case)| Expr::Like { operand, pattern, ignore_case })
                    .boxed(),
            );
            choices.push(call(Function::StartsWith, &[Text, Text]));
            choices.push(call(Function::Contains, &[Text, Text]));
            choices.push(
                (sub(Text), prop_oneof![Just("^a"), Just("[0-9]+"), Just("b|_"), Just("(")])
                    .prop_map(|(text, pattern)| Expr::Call {
                        function: Function::RegexpLike,
                        arguments: vec![*text, Expr::Literal(Value::Text(pattern.to_owned()))],
                    })
                    .boxed(),
            );
            choices.push(sub(Text).prop_map(|operand| Expr::Cast { operand, to: Boolean }).boxed());
        }
        Text => {
            for function in [Function::Lower, Function::Upper, Function::Trim] {
                choices.push(call(function, &[Text]));
            }
            choices.push(call(Function::Concat, &[Text, Text]));
            choices.push(call(Function::Replace, &[Text, Text, Text]));
            for function in [Function::Left, Function::Right] {
                choices.push(
                    (sub(Text), small.clone())
                        .prop_map(move |(text, n)| Expr::Call { function, arguments: vec![*text, n] })
                        .boxed(),
                );
            }
            choices.push(
                (sub(Text), small.clone(), sub(Text))
                    .prop_map(|(text, n, fill)| Expr::Call {
                        function: Function::Lpad,
                        arguments: vec![*text, n, *fill],
                    })
                    .boxed(),
            );
            choices.push(
                (sub(Text), sub(Text), small)
                    .prop_map(|(text, by, n)| Expr::Call {
                        function: Function::SplitPart,
                        arguments: vec![*text, *by, n],
                    })
                    .boxed(),
            );
            choices.push(
                (sub(Text), prop_oneof![Just("a"), Just("[0-9]+"), Just("(a)(b)")])
                    .prop_map(|(text, pattern)| {
                        let constant = |text: &str| Expr::Literal(Value::Text(text.to_owned()));
                        Expr::Call {
                            function: Function::RegexpReplace,
                            arguments: vec![*text, constant(pattern), constant("<$1\\1>")],
                        }
                    })
                    .boxed(),
            );
            for from in [Integer, Number, Boolean, Time] {
                choices.push(sub(from).prop_map(|operand| Expr::Cast { operand, to: Text }).boxed());
            }
        }
        Integer => {
            for operator in [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Modulo] {
                choices.push(binary(operator, Integer, Integer));
            }
            choices.push(sub(Integer).prop_map(Expr::Negate).boxed());
            choices.push(call(Function::Abs, &[Integer]));
            choices.push(call(Function::Length, &[Text]));
            choices.push(sub(Text).prop_map(|operand| Expr::Cast { operand, to: Integer }).boxed());
            for from in [Number, Duration, Boolean] {
                choices.push(sub(from).prop_map(|operand| Expr::Cast { operand, to: Integer }).boxed());
            }
        }
        Number => {
            for operator in [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide] {
                choices.push(binary(operator, Number, Number));
            }
            choices.push(binary(Operator::Divide, Integer, Integer));
            choices.push(binary(Operator::Divide, Duration, Duration));
            choices.push(sub(Number).prop_map(Expr::Negate).boxed());
            choices.push(call(Function::Abs, &[Number]));
            choices.push(sub(Text).prop_map(|operand| Expr::Cast { operand, to: Number }).boxed());
            for from in [Integer, Duration, Boolean] {
                choices.push(sub(from).prop_map(|operand| Expr::Cast { operand, to: Number }).boxed());
            }
        }
        Time => {
            choices.push(binary(Operator::Add, Time, Duration));
            choices.push(binary(Operator::Add, Duration, Time));
            choices.push(binary(Operator::Subtract, Time, Duration));
            choices.push(sub(Text).prop_map(|operand| Expr::Cast { operand, to: Time }).boxed());
        }
        Duration => {
            choices.push(binary(Operator::Add, Duration, Duration));
            choices.push(binary(Operator::Subtract, Duration, Duration));
            choices.push(binary(Operator::Multiply, Duration, Integer));
            choices.push(call(Function::Abs, &[Duration]));
            choices.push(sub(Duration).prop_map(Expr::Negate).boxed());
            for from in [Text, Integer, Number] {
                choices.push(sub(from).prop_map(|operand| Expr::Cast { operand, to: Duration }).boxed());
            }
        }
    }
    // a null literal beside a time or duration makes an expression of the other's type
    let typed = move |expr: &Expr| expr.kind().is_none_or(|found| found == kind);
    proptest::strategy::Union::new(choices).prop_filter("of the wanted type", typed).boxed()
}

#[test]
fn engine_and_evaluator_agree() {
    let exprs = proptest::strategy::Union::new(any_exprs(3).into_values());
    let inputs = (exprs, proptest::collection::vec(any_row(), 1..5), any::<bool>());
    let config =
        ProptestConfig { cases: 6000, max_shrink_iters: 2000, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&inputs, |(expr, rows, views)| {
        prop_assert_eq!(by_engine(&expr, &batch(&rows, views)), by_evaluator(&expr, &rows));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
