//! Constant parts of an expression are worked out once, so that a formula chosen by a parameter costs nothing a row.

use super::evaluate::evaluate;
use super::{Expr, Function, Operator, Value};

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
            let arguments: Vec<Expr> = arguments.into_iter().map(fold).collect();
            if let Some(shorter) = within_constant(function, &arguments) {
                return fold(shorter);
            }
            Expr::Call { function, arguments }
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

/// What `contains(text, concat(…))` comes to where the text is known, and the known pieces alone are as long as it: they
/// are that text and there is nothing else between them, as where a list given by a parameter is empty.
fn within_constant(function: Function, arguments: &[Expr]) -> Option<Expr> {
    let (Function::Contains, [Expr::Literal(Value::Text(text)), Expr::Call { function: Function::Concat, arguments }]) =
        (function, arguments)
    else {
        return None;
    };
    let (mut known, mut unknown) = (String::new(), Vec::new());
    for piece in arguments {
        match piece {
            Expr::Literal(Value::Text(piece)) => known.push_str(piece),
            piece => unknown.push(piece),
        }
    }
    if known.len() < text.len() {
        return None;
    }
    let literal = |value| Box::new(Expr::Literal(value));
    let both = |operator, left, right| Expr::Binary { operator, left: Box::new(left), right };
    // what is not known adds nothing to a concatenation
    let is_nothing = |piece: &Expr| {
        let is_empty = both(Operator::Equal, piece.clone(), literal(Value::Text(String::new())));
        both(Operator::Or, Expr::IsNull(Box::new(piece.clone())), Box::new(is_empty))
    };
    let is_text = Expr::Literal(Value::Boolean(known == *text));
    Some(unknown.into_iter().fold(is_text, |all, piece| both(Operator::And, all, Box::new(is_nothing(piece)))))
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

#[cfg(test)]
mod tests {
    use model::FieldType;

    use super::*;

    /// `contains(text, concat(pieces))`, folded, tells the same of every issue; `None` among the pieces is the issue.
    fn check(text: &str, pieces: &[Option<&str>], folds: bool) {
        let issue = || Expr::Column { name: "issue".into(), kind: FieldType::Text };
        let literal = |text: &str| Expr::Literal(Value::Text(text.to_owned()));
        let arguments = pieces.iter().map(|piece| piece.map_or_else(issue, literal)).collect();
        let concat = Expr::Call { function: Function::Concat, arguments };
        let call = Expr::Call { function: Function::Contains, arguments: vec![literal(text), concat] };
        let folded = fold(call.clone());
        assert_eq!(folded != call, folds, "{text} {pieces:?}");
        for value in [Value::Null, Value::Text(String::new()), Value::Text("|".into()), Value::Text("a".into())] {
            let of = |expr: &Expr| evaluate(expr, &|_| value.clone());
            assert_eq!(of(&folded), of(&call), "{text} {pieces:?} of {value:?}");
        }
    }

    #[test]
    fn a_list_that_is_empty_is_not_searched() {
        check("||", &[Some("|"), None, Some("|")], true);
        check("", &[None], true);
        check("|", &[Some("|"), None, Some("|")], true);
        check("ab", &[Some("|"), None, Some("|")], true);
        check("||", &[Some("|"), None, None, Some("|")], true);
        check("|a|", &[Some("|"), None, Some("|")], false);
        check("a", &[None], false);
    }
}
