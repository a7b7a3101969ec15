//! L28: a formula that averages what cannot be averaged.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::expression::{Expr, Function, Operator};
use catalogue::metric::{MeasureKind, Metric, Unit};
use catalogue::plan::Measure;

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

/// A formula that adds up rates, means or quantiles, as to average them. A difference of two, one weighted by what it is
/// of, or one taken from 100, is none.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi).filter(|metric| metric.measure.kind == MeasureKind::Derived) else {
            continue;
        };
        let added = added(metric, input.catalogue);
        if !added.is_empty() {
            let message = format!(
                "the formula of `{}` adds up {}, each a rate, mean or quantile of cases of its own: one of few counts as \
                 much as one of many",
                metric.id,
                listed(&added)
            );
            report.at(&metric.file, metric.measure.span.clone(), Some(kpi), message);
        }
    }
}

fn added(metric: &Metric, catalogue: &Catalogue) -> Vec<String> {
    let planned = planned(&probe(&metric.id), catalogue);
    let Some(Measure::Derived { value, inputs, .. }) = planned.map(|plan| plan.measure) else { return Vec::new() };
    let is_rate = |name: &str| {
        let input = inputs.iter().find(|input| input.name == name);
        input.and_then(|input| catalogue.get(&input.plan.metric)).is_some_and(cannot_be_added)
    };
    let mut found = Vec::new();
    sums(&value, &is_rate, &mut found);
    found
}

fn cannot_be_added(metric: &Metric) -> bool {
    match metric.measure.kind {
        MeasureKind::Derived => {
            matches!(metric.unit, Unit::Percent | Unit::Points | Unit::Score | Unit::Seconds)
        }
        kind => !kind.adds_up(),
    }
}

/// The rates that are terms of one sum.
fn sums(expr: &Expr, is_rate: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
    match expr {
        Expr::Binary { operator: Operator::Add, .. } => {
            let mut terms = Vec::new();
            flatten(expr, &mut terms);
            let name = |term: &&Expr| match plain(term) {
                Expr::Column { name, .. } if is_rate(name) => Some(name.clone()),
                _ => None,
            };
            let rates: Vec<String> = terms.iter().filter_map(name).collect();
            if rates.len() > 1 {
                found.extend(rates);
            }
            for term in terms.iter().filter(|term| !matches!(plain(term), Expr::Column { .. })) {
                sums(term, is_rate, found);
            }
        }
        Expr::Binary { left, right, .. } => {
            sums(left, is_rate, found);
            sums(right, is_rate, found);
        }
        Expr::Negate(operand) | Expr::Cast { operand, .. } => sums(operand, is_rate, found),
        Expr::Case { branches, otherwise, .. } => {
            for (_, result) in branches {
                sums(result, is_rate, found);
            }
            if let Some(otherwise) = otherwise {
                sums(otherwise, is_rate, found);
            }
        }
        Expr::Call { arguments, .. } => arguments.iter().for_each(|argument| sums(argument, is_rate, found)),
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
