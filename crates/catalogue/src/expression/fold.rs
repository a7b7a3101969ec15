//! Constant parts of an expression are worked out once, so that a formula chosen by a parameter costs nothing a row.

use super::evaluate::evaluate;
use super::{Expr, Operator, Value};

/// The expression with its constant parts replaced by their values.
pub(super) fn fold(expr: Expr) -> Expr {
    let expr = match expr {
        Expr::Not(x) => Expr::Not(Box::new(fold(*x))),
        Expr::Negate(x) => Expr::Negate(Box::new(fold(*x))),
        Expr::IsNull(x) => Expr::IsNull(Box::new(fold(*x))),
        Expr::Binary { operator, left, right } => return fold_binary(operator, fold(*left), fold(*right)),
        Expr::In { operand, list } => Expr::In { operand: Box::new(fold(*operand)), list },
        Expr::Like { operand, pattern, ignore_case } => {
            Expr::Like { operand: Box::new(fold(*operand)), pattern, ignore_case }
        }
        Expr::Cast { operand, to } => Expr::Cast { operand: Box::new(fold(*operand)), to },
        Expr::Call { function, arguments } => {
            Expr::Call { function, arguments: arguments.into_iter().map(fold).collect() }
        }
        Expr::Case { branches, otherwise, kind } => {
            let mut kept = Vec::new();
            let mut last = otherwise.map(|otherwise| fold(*otherwise));
            for (condition, result) in branches {
                match fold(condition) {
                    Expr::Literal(Value::Boolean(true)) => {
                        last = Some(fold(result));
                        break;
                    }
                    Expr::Literal(Value::Boolean(false) | Value::Null) => {}
                    condition => kept.push((condition, fold(result))),
                }
            }
            return match (kept.is_empty(), last) {
                (true, Some(last)) => last,
                (true, None) => Expr::Literal(Value::Null),
                (false, last) => Expr::Case { branches: kept, otherwise: last.map(Box::new), kind },
            };
        }
        other => other,
    };
    constant(expr)
}

fn fold_binary(operator: Operator, left: Expr, right: Expr) -> Expr {
    let (yes, no) = (Expr::Literal(Value::Boolean(true)), Expr::Literal(Value::Boolean(false)));
    match operator {
        Operator::And if left == no || right == no => no,
        Operator::And if left == yes => right,
        Operator::And if right == yes => left,
        Operator::Or if left == yes || right == yes => yes,
        Operator::Or if left == no => right,
        Operator::Or if right == no => left,
        _ => constant(Expr::Binary { operator, left: Box::new(left), right: Box::new(right) }),
    }
}

/// Its value where it has no columns; a null keeps its expression, and with it its type.
fn constant(expr: Expr) -> Expr {
    let mut any = false;
    expr.columns(&mut |_| any = true);
    if any || matches!(expr, Expr::Literal(_)) {
        return expr;
    }
    match evaluate(&expr, &|_| Value::Null) {
        Value::Null => expr,
        value => Expr::Literal(value),
    }
}
