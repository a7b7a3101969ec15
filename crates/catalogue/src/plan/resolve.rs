//! A metric with its parameters filled in: every expression resolved against the fact table.

use std::collections::BTreeMap;

use model::{Attributes, FactTable, FieldType};

use super::{Measure, PartRole, kind_parts};
use crate::expression::{Expr, Scope, Value, resolve as resolve_expression, resolve_as};
use crate::file::{Located, Problems, place_in_string, suggest};
use crate::metric::{MeasureKind, Metric};

/// A metric's measure under one set of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What is measured.
    pub measure: Measure,
    /// Rows that count.
    pub population: Expr,
    /// Column of the time a row counts at.
    pub at: String,
}

/// The columns of a fact table in a workspace, with their types.
pub fn columns(table: FactTable, attributes: &Attributes) -> BTreeMap<String, FieldType> {
    let declared = table.columns().iter().map(|column| (column.name.to_owned(), column.kind));
    let custom =
        table.attributes(attributes).into_iter().map(|attribute| (format!("attr.{}", attribute.name), attribute.kind));
    declared.chain(custom).collect()
}

/// Resolves `metric` under `parameters` (all of them). Problems point into the metric's file.
pub fn resolve(
    metric: &Metric,
    parameters: &BTreeMap<String, Value>,
    attributes: &Attributes,
    problems: &mut Problems,
) -> Option<Resolved> {
    let before = problems.error_count();
    let declared = &metric.measure;
    let columns = columns(declared.table, attributes);
    let scope = Scope { columns: &columns, raw: false, parameters };
    let always = Expr::Literal(Value::Boolean(true));
    let population = match &declared.population {
        Some(text) => expression(metric, text, FieldType::Boolean, &scope, problems).unwrap_or(always),
        None => always,
    };
    let mut at = column(metric, &declared.at, FieldType::Time, &columns, problems);
    let mut expressions: BTreeMap<&'static str, Expr> = BTreeMap::new();
    let mut names: BTreeMap<&'static str, String> = BTreeMap::new();
    for part in kind_parts(declared.kind) {
        let Some(text) = declared.parts.get(part.name) else { continue };
        match part.role {
            PartRole::Expression(kind) => {
                if let Some(expr) = expression(metric, text, kind, &scope, problems) {
                    expressions.insert(part.name, expr);
                }
            }
            PartRole::Column(kind) => {
                if let Some(name) = column(metric, text, kind, &columns, problems) {
                    names.insert(part.name, name);
                }
            }
            PartRole::Word(words) => {
                if let Some(word) = word(metric, text, words, &scope, problems) {
                    names.insert(part.name, word);
                }
            }
        }
    }
    if problems.error_count() > before {
        return None;
    }
    let mut expr = |name| expressions.remove(name);
    let named = |name| names.get(name).cloned();
    let measure = match declared.kind {
        MeasureKind::Share => Measure::Share { hit: expr("hit")? },
        MeasureKind::Ratio => Measure::Ratio { numerator: expr("numerator")?, denominator: expr("denominator")? },
        MeasureKind::NetScore => Measure::NetScore { positive: expr("positive")?, negative: expr("negative")? },
        MeasureKind::Stock => Measure::Stock { start: named("start")?, end: named("end")? },
        MeasureKind::Survival => {
            let business = named("clock")? == "business";
            let duration = expr(if business { "business" } else { "calendar" })?;
            let quantiles = declared.quantiles.clone();
            if business && !columns.contains_key("calendar") {
                let message = format!("a {} has no schedule, so it has no business clock", declared.table.name());
                problems.error(
                    &metric.file,
                    declared.span.clone(),
                    "no_schedule",
                    message,
                    Some("clock = \"'calendar'\"".to_owned()),
                );
                return None;
            }
            let end = expr("end")?;
            if named("censoring")? == "closed_only" {
                let Expr::Column { name, .. } = end else {
                    problems.error(
                        &metric.file,
                        declared.span.clone(),
                        "wrong_type",
                        "`end` must come down to one column",
                        None,
                    );
                    return None;
                };
                at = Some(name);
                Measure::Quantile { value: duration, quantiles }
            } else {
                Measure::Survival { duration, start: named("start")?, end, business, quantiles }
            }
        }
    };
    Some(Resolved { measure, population, at: at? })
}

fn expression(
    metric: &Metric,
    text: &Located<String>,
    kind: FieldType,
    scope: &Scope<'_>,
    problems: &mut Problems,
) -> Option<Expr> {
    match resolve_as(&text.value, kind, scope) {
        Ok(expr) => Some(expr),
        Err(found) => {
            report(metric, text, found, problems);
            None
        }
    }
}

fn report(metric: &Metric, text: &Located<String>, found: Vec<crate::expression::Problem>, problems: &mut Problems) {
    for problem in found {
        let span = place_in_string(&metric.file, &text.span, problem.span);
        problems.error(&metric.file, span, problem.code, problem.message, problem.help);
    }
}

fn column(
    metric: &Metric,
    text: &Located<String>,
    kind: FieldType,
    columns: &BTreeMap<String, FieldType>,
    problems: &mut Problems,
) -> Option<String> {
    match columns.get(&text.value) {
        Some(found) if *found == kind => Some(text.value.clone()),
        found => {
            let message = match found {
                Some(found) => format!("`{}` is {}, not {}", text.value, found.name(), kind.name()),
                None => format!("there is no column `{}`", text.value),
            };
            let valid = columns.iter().filter(|(_, of)| **of == kind).map(|(name, _)| name.as_str());
            problems.error(&metric.file, text.span.clone(), "unknown_column", message, suggest(&text.value, valid));
            None
        }
    }
}

fn word(
    metric: &Metric,
    text: &Located<String>,
    words: &[&str],
    scope: &Scope<'_>,
    problems: &mut Problems,
) -> Option<String> {
    match resolve_expression(&text.value, scope) {
        Ok(Expr::Literal(Value::Text(word))) if words.contains(&word.as_str()) => Some(word),
        Ok(other) => {
            let found = match &other {
                Expr::Literal(value) => crate::expression::show(value),
                _ => text.value.clone(),
            };
            problems.error(
                &metric.file,
                text.span.clone(),
                "unknown_value",
                format!("`{found}` is not one of the words valid here"),
                suggest(&found, words.iter().copied()),
            );
            None
        }
        Err(found) => {
            report(metric, text, found, problems);
            None
        }
    }
}
