//! Expressions that resolving never makes, and deep ones.

use catalogue::expression::{Expr, Function, Operator, Value};
use engine::lower::physical;
use model::FieldType;

use super::{batch, by_engine, sample, text};

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
