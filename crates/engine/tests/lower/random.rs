//! Random expressions: the engine against the evaluator.

use std::collections::BTreeMap;

use catalogue::expression::{Expr, Function, Operator, Value};
use model::{FieldType, Instant, Millis};
use proptest::prelude::*;

use super::{KINDS, Row, batch, by_engine, by_evaluator, columns};

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
