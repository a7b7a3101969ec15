//! The quotient behind a figure that is made of others: `1000 * complaints / contacts` is 1,000 × how many complaints
//! there are over how many contacts, and both add up from parts to the whole, which the figure itself does not.

use super::Input;
use super::derived::PERIOD_MONTHS;
use crate::expression::{Expr, Operator};

/// What stands above and below the line of a formula, each a sum or a difference of figures that add up. The figure is
/// their quotient × what is the same for every part: a number, or one over the months of the period.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quotient {
    pub(crate) numerator: Expr,
    pub(crate) denominator: Expr,
}

impl Quotient {
    /// That of `formula` where it is one and every figure in it adds up from parts to the whole.
    pub(crate) fn of(formula: &Expr, adds_up: &dyn Fn(&str) -> bool) -> Option<Self> {
        let (numerator, denominator) = split(formula)?;
        let mut all = true;
        for expr in [numerator, denominator] {
            expr.columns(&mut |name| all &= adds_up(name));
        }
        all.then(|| Quotient { numerator: numerator.clone(), denominator: denominator.clone() })
    }

    /// That of a formula over `inputs`.
    pub(super) fn over(formula: &Expr, inputs: &[Input]) -> Option<Self> {
        Self::of(formula, &|name| {
            let input = inputs.iter().find(|input| input.name == name);
            input.is_some_and(|input| input.plan.measure.is_full_count())
        })
    }
}

fn split(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match expr {
        Expr::Cast { operand, .. } => split(operand),
        Expr::Binary { operator: Operator::Divide, left, right } if is_same(right) => split(left),
        Expr::Binary { operator: Operator::Divide, left, right } => {
            (is_sum(left) && is_sum(right)).then(|| (bare(left), bare(right)))
        }
        Expr::Binary { operator: Operator::Multiply, left, right } if is_same(left) => split(right),
        Expr::Binary { operator: Operator::Multiply, left, right } if is_same(right) => split(left),
        _ => None,
    }
}

/// Whether it is the same for every part of a whole.
fn is_same(expr: &Expr) -> bool {
    let mut same = true;
    expr.columns(&mut |name| same &= name == PERIOD_MONTHS);
    same
}

/// Whether it adds up as what it is made of does: sums, differences and multiples of figures, and no number beside them.
fn is_sum(expr: &Expr) -> bool {
    match expr {
        Expr::Column { name, .. } => name != PERIOD_MONTHS,
        Expr::Cast { operand, to: model::FieldType::Number } | Expr::Negate(operand) => is_sum(operand),
        Expr::Binary { operator: Operator::Add | Operator::Subtract, left, right } => is_sum(left) && is_sum(right),
        Expr::Binary { operator: Operator::Multiply, left, right } => {
            is_same(left) && is_sum(right) || is_sum(left) && is_same(right)
        }
        Expr::Binary { operator: Operator::Divide, left, right } => is_sum(left) && is_same(right),
        _ => false,
    }
}

/// Without the multiple it is taken of.
fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast { operand, .. } => bare(operand),
        Expr::Binary { operator: Operator::Multiply, left, right } if is_same(left) => bare(right),
        Expr::Binary { operator: Operator::Multiply | Operator::Divide, left, right } if is_same(right) => bare(left),
        _ => expr,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::FieldType;

    use super::*;
    use crate::expression::{Scope, calculate, resolve_as};

    #[test]
    fn what_stands_above_and_below_the_line() {
        // over a = 6, b = 3, c = 5 in two months
        let check = |text: &str, wanted: Option<(f64, f64)>| {
            let names = ["a", "b", "c", "mean", PERIOD_MONTHS];
            let columns = names.map(|name| (name.to_owned(), FieldType::Number)).into();
            let scope = Scope { columns: &columns, raw: false, parameters: &BTreeMap::new() };
            let formula = resolve_as(text, FieldType::Number, &scope).expect("a formula");
            let figures = |name: &str| match name {
                "a" => Some(6.0),
                "b" => Some(3.0),
                "c" => Some(5.0),
                _ => Some(2.0),
            };
            let found = Quotient::of(&formula, &|name| name != "mean");
            let found = found
                .map(|of| (calculate(&of.numerator, &figures).unwrap(), calculate(&of.denominator, &figures).unwrap()));
            assert_eq!(found, wanted, "{text}");
        };
        check("a / b", Some((6.0, 3.0)));
        check("1000 * a / b", Some((6.0, 3.0)));
        check("100 * (a - b) / a", Some((3.0, 6.0)));
        check("100 * (a + c) / (b + c)", Some((11.0, 8.0)));
        check("100 * a / b * 12 / period_months", Some((6.0, 3.0)));
        check("case when true then a / b else a end", Some((6.0, 3.0)));
        // each part has its own multiple of what is below
        check("a / (c * 24 * (1 + 0.01))", Some((6.0, 5.0)));
        check("(2 * a + b) / c", Some((15.0, 5.0)));
        // no quotient; one of what does not add up; something that every part would have beside it
        check("a - b", None);
        check("a", None);
        check("100 * (1 - a / b)", None);
        check("power(a / b, 2)", None);
        check("a / mean", None);
        check("(a + 1) / b", None);
        check("a / b / c", None);
        check("greatest(a, b) / c", None);
        check("a * b / c", None);
        check("a / period_months", None);
    }
}
