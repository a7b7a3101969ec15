//! L28: a formula that averages what cannot be averaged.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::expression::{Expr, Function, Operator};
use catalogue::plan::{Measure, Plan};

use super::{LintInput, Report, Rule};
use crate::declare::{planned, probe};
use crate::words::listed;

pub(super) const RULE: Rule = Rule {
    id: "L28",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Statistically wrong",
    fix: "divide sums by sums, as (a * n + b * m) / (n + m), or take quantiles of the raw values",
    check,
};

/// A formula, or that of a figure it is made of, that adds up rates, means or quantiles, as to average them. A difference
/// of two, one weighted by what it is of, or one taken from 100, is none; nor are shares of the same rows, as of those who
/// are content and those who are not.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if let Some(plan) = planned(&probe(&metric.id), input.catalogue) {
            of_plan(&plan, input.catalogue, &mut found);
        }
        for (id, added) in found {
            let Some(made) = input.catalogue.get(&id) else { continue };
            let of_which = match id == metric.id {
                true => String::new(),
                false => format!(", of which `{}` is made,", metric.id),
            };
            let message = format!(
                "the formula of `{id}`{of_which} adds up {}, each a rate, mean or quantile of cases of its own: one of \
                 few counts as much as one of many",
                listed(&added)
            );
            report.at(&made.file, made.measure.span.clone(), Some(kpi), message);
        }
    }
}

/// What formulas add up that they must not, by the id of the metric whose formula it is.
fn of_plan(plan: &Plan, catalogue: &Catalogue, found: &mut BTreeMap<String, Vec<String>>) {
    let Measure::Derived { value, inputs, .. } = &plan.measure else { return };
    let rate = |name: &str| {
        let input = inputs.iter().find(|input| input.name == name)?;
        (!adds_up(&input.plan, catalogue)).then_some(&*input.plan)
    };
    let mut added = Vec::new();
    sums(value, &rate, &mut added);
    if !added.is_empty() {
        found.insert(plan.metric.clone(), added);
    }
    inputs.iter().for_each(|input| of_plan(&input.plan, catalogue, found));
}

/// Whether the figure of a part and that of the rest add up to that of all: a number of things, an amount, or a formula that
/// only adds up, takes off and scales such.
pub(super) fn adds_up(plan: &Plan, catalogue: &Catalogue) -> bool {
    let Measure::Derived { value, inputs, .. } = &plan.measure else {
        return catalogue.get(&plan.metric).is_some_and(|metric| metric.measure.kind.adds_up());
    };
    let input = |name: &str| inputs.iter().any(|input| input.name == name && adds_up(&input.plan, catalogue));
    is_additive(value, &input)
}

fn is_additive(expr: &Expr, adds_up: &impl Fn(&str) -> bool) -> bool {
    let is_additive = |expr: &Expr| is_additive(expr, adds_up);
    match expr {
        Expr::Column { name, .. } => adds_up(name),
        Expr::Literal(_) => true,
        Expr::Negate(operand) | Expr::Cast { operand, .. } => is_additive(operand),
        Expr::Binary { operator: Operator::Add | Operator::Subtract, left, right } => {
            is_additive(left) && is_additive(right)
        }
        Expr::Binary { operator: Operator::Multiply, left, right } if is_constant(left) => is_additive(right),
        Expr::Binary { operator: Operator::Multiply | Operator::Divide, left, right } if is_constant(right) => {
            is_additive(left)
        }
        Expr::Case { branches, otherwise, .. } => {
            branches.iter().all(|(_, result)| is_additive(result))
                && otherwise.as_ref().is_none_or(|otherwise| is_additive(otherwise))
        }
        Expr::Call { function: Function::Coalesce | Function::Greatest | Function::Least, arguments } => {
            arguments.iter().all(is_additive)
        }
        _ => false,
    }
}

/// Whether all are shares of the same rows, so that what they add up to is one, too.
fn are_of_same_rows(plans: &[&Plan]) -> bool {
    let is_of_rows = |plan: &&Plan| {
        matches!(plan.measure, Measure::Share { .. } | Measure::ExactShare { .. } | Measure::NetScore { .. })
    };
    let rows = |plan: &Plan| (plan.table, plan.at.clone(), plan.matures, plan.population.clone());
    plans.iter().all(is_of_rows) && plans.windows(2).all(|pair| rows(pair[0]) == rows(pair[1]))
}

/// The rates that are terms of one sum; `rate` says how one is worked out.
fn sums<'p>(expr: &Expr, rate: &impl Fn(&str) -> Option<&'p Plan>, found: &mut Vec<String>) {
    match expr {
        Expr::Binary { operator: Operator::Add, .. } => {
            let mut terms = Vec::new();
            flatten(expr, &mut terms);
            let of_term = |term: &&Expr| match plain(term) {
                Expr::Column { name, .. } => Some((name.clone(), rate(name)?)),
                _ => None,
            };
            let (names, plans): (Vec<String>, Vec<&Plan>) = terms.iter().filter_map(of_term).unzip();
            if names.len() > 1 && !are_of_same_rows(&plans) {
                found.extend(names);
            }
            for term in terms.iter().filter(|term| !matches!(plain(term), Expr::Column { .. })) {
                sums(term, rate, found);
            }
        }
        Expr::Binary { left, right, .. } => {
            sums(left, rate, found);
            sums(right, rate, found);
        }
        Expr::Negate(operand) | Expr::Cast { operand, .. } => sums(operand, rate, found),
        Expr::Case { branches, otherwise, .. } => {
            for (_, result) in branches {
                sums(result, rate, found);
            }
            if let Some(otherwise) = otherwise {
                sums(otherwise, rate, found);
            }
        }
        Expr::Call { arguments, .. } => arguments.iter().for_each(|argument| sums(argument, rate, found)),
        _ => {}
    }
}

/// The terms of a sum.
fn flatten<'e>(expr: &'e Expr, terms: &mut Vec<&'e Expr>) {
    match plain(expr) {
        Expr::Binary { operator: Operator::Add, left, right } => {
            flatten(left, terms);
            flatten(right, terms);
        }
        other => terms.push(other),
    }
}

/// Without what leaves it a rate: the casts that make both sides of one type, a factor or divisor that is the same for
/// all, and what stands in where it is missing.
fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast { operand, .. } => plain(operand),
        Expr::Binary { operator: Operator::Multiply, left, right } if is_constant(left) => plain(right),
        Expr::Binary { operator: Operator::Multiply | Operator::Divide, left, right } if is_constant(right) => {
            plain(left)
        }
        Expr::Call { function: Function::Coalesce, arguments } => match arguments.as_slice() {
            [first, rest @ ..] if rest.iter().all(is_constant) => plain(first),
            _ => expr,
        },
        other => other,
    }
}

/// Whether it is the same whatever the figures are.
fn is_constant(expr: &Expr) -> bool {
    let mut columns = 0;
    expr.columns(&mut |_| columns += 1);
    columns == 0
}
