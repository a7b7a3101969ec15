//! Formulas of derived metrics, in floating point: figures are no decimals of four places, and a root of one that was
//! rounded first is another figure.

use super::{Expr, Function, Operator, Value};

/// The value of a formula over figures given by name; none where one it needs is not known, where it divides by zero,
/// and where the result is no finite number.
pub(crate) fn calculate(expr: &Expr, of: &dyn Fn(&str) -> Option<f64>) -> Option<f64> {
    let value = match expr {
        Expr::Column { name, .. } => of(name)?,
        Expr::Literal(Value::Integer(number)) => *number as f64,
        Expr::Literal(Value::Number(number)) => *number as f64 / 1e4,
        Expr::Negate(x) => -calculate(x, of)?,
        Expr::Cast { operand, to: model::FieldType::Number } => calculate(operand, of)?,
        Expr::Cast { operand, to: model::FieldType::Integer } => calculate(operand, of)?.trunc(),
        Expr::Binary { operator, left, right } => arithmetic(*operator, calculate(left, of)?, calculate(right, of)?)?,
        Expr::Case { branches, otherwise, .. } => {
            let found = branches.iter().find(|(condition, _)| truth(condition, of) == Some(true));
            calculate(found.map(|(_, result)| result).or(otherwise.as_deref())?, of)?
        }
        Expr::Call { function, arguments } => {
            let mut known = arguments.iter().map(|argument| calculate(argument, of));
            match function {
                Function::Coalesce => known.flatten().next()?,
                Function::Least => known.flatten().reduce(f64::min)?,
                Function::Greatest => known.flatten().reduce(f64::max)?,
                Function::Abs => known.next()??.abs(),
                Function::Power => known.next()??.powf(known.next()??),
                Function::NullIf => {
                    let (value, other) = (known.next()??, known.next()?);
                    Some(value).filter(|value| other != Some(*value))?
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    value.is_finite().then_some(value)
}

fn arithmetic(operator: Operator, left: f64, right: f64) -> Option<f64> {
    match operator {
        Operator::Add => Some(left + right),
        Operator::Subtract => Some(left - right),
        Operator::Multiply => Some(left * right),
        Operator::Divide if right != 0.0 => Some(left / right),
        Operator::Modulo if right != 0.0 => Some(left % right),
        _ => None,
    }
}

/// Whether a condition over figures holds, in three-valued logic.
fn truth(expr: &Expr, of: &dyn Fn(&str) -> Option<f64>) -> Option<bool> {
    match expr {
        Expr::Literal(Value::Boolean(flag)) => Some(*flag),
        Expr::Not(x) => truth(x, of).map(|flag| !flag),
        Expr::IsNull(x) => Some(calculate(x, of).is_none()),
        Expr::In { operand, list } => {
            let value = calculate(operand, of)?;
            Some(list.iter().any(|one| calculate(&Expr::Literal(one.clone()), of) == Some(value)))
        }
        Expr::Binary { operator: Operator::And, left, right } => match (truth(left, of), truth(right, of)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::Binary { operator: Operator::Or, left, right } => match (truth(left, of), truth(right, of)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expr::Binary { operator, left, right } => {
            let (left, right) = (calculate(left, of)?, calculate(right, of)?);
            match operator {
                Operator::Equal => Some(left == right),
                Operator::NotEqual => Some(left != right),
                Operator::Less => Some(left < right),
                Operator::LessOrEqual => Some(left <= right),
                Operator::Greater => Some(left > right),
                Operator::GreaterOrEqual => Some(left >= right),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::FieldType;

    use super::super::{Scope, resolve_as};
    use super::*;

    fn value(text: &str, figures: &[(&str, f64)]) -> Option<f64> {
        let columns: BTreeMap<_, _> = ["m", "months"].map(|name| (name.to_owned(), FieldType::Number)).into();
        let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
        let expr = resolve_as(text, FieldType::Number, &scope).expect("a formula");
        calculate(&expr, &|name| figures.iter().find(|(known, _)| *known == name).map(|(_, figure)| *figure))
    }

    #[test]
    fn nothing_is_rounded_on_the_way() {
        let annual = "100 * (1 - power(1 - m / 100, 12 / months))";
        assert!((value(annual, &[("m", 6.0), ("months", 1.0)]).expect("a figure") - 52.407_968_52).abs() < 1e-7);
        assert!((value(annual, &[("m", 0.004), ("months", 1.0)]).expect("a figure") - 0.047_989_4).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_known_or_no_number_is_nothing() {
        assert_eq!(value("m / months", &[("m", 1.0), ("months", 0.0)]), None);
        assert_eq!(value("m / months", &[("m", 1.0)]), None);
        assert_eq!(value("power(m, 0.5)", &[("m", -1.0)]), None);
        assert_eq!(value("coalesce(months, 2) + m", &[("m", 1.0)]), Some(3.0));
        assert_eq!(value("case when m > 1 then 1 when months is null then 2 end", &[("m", 1.0)]), Some(2.0));
    }
}
