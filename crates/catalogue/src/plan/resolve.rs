//! A metric with its parameters filled in: every expression resolved against the fact table.

use std::collections::BTreeMap;

use model::{Attributes, FactTable, FieldType, Millis};

use super::cohort::{self, Cohort};
use super::computed::{self, Computed, Formula};
use super::derived;
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
    /// How long after that time a row can first be judged.
    pub matures: Option<Millis>,
    /// Who belongs to the group a figure is about beside those whose rows count, of a metric over staff.
    pub among: Option<Expr>,
    /// Whether the group is of those who were there in the period, not of those whose rows count in it.
    pub is_present: bool,
    /// Columns worked out before anything else.
    pub computed: Vec<Computed>,
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
    let columns = match declared.table {
        Some(table) => columns(table, attributes),
        None => {
            let inputs = declared.inputs.iter().map(|input| input.name.as_str());
            let figures = inputs.chain([derived::PERIOD_MONTHS]);
            figures.map(|name| (name.to_owned(), FieldType::Number)).collect()
        }
    };
    let scope = Scope { columns: &columns, raw: false, parameters };
    let always = Expr::Literal(Value::Boolean(true));
    let population = match &declared.population {
        Some(text) => expression(metric, text, FieldType::Boolean, &scope, problems).unwrap_or(always),
        None => always,
    };
    let mut computed = Vec::new();
    let population = computed::extract(population, &mut computed);
    let mut at = match &declared.at {
        Some(text) => time(metric, text, &scope, &mut computed, problems),
        None => Some(String::new()),
    };
    let matures = declared.matures.as_ref().and_then(|text| length(metric, text, &scope, problems));
    let mut expressions: BTreeMap<&'static str, Expr> = BTreeMap::new();
    let mut names: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut lengths: BTreeMap<&'static str, Millis> = BTreeMap::new();
    for part in kind_parts(declared.kind) {
        let Some(text) = declared.parts.get(part.name) else { continue };
        let found = match part.role {
            PartRole::Expression(kind) => expression(metric, text, kind, &scope, problems),
            PartRole::Quantity => quantity(metric, text, &scope, problems),
            PartRole::Formula => expression(metric, text, FieldType::Number, &scope, problems),
            PartRole::Length => {
                lengths.extend(length(metric, text, &scope, problems).map(|length| (part.name, length)));
                None
            }
            PartRole::Column(kind) => {
                names.extend(column(metric, text, kind, &columns, problems).map(|name| (part.name, name)));
                None
            }
            PartRole::Input => {
                names.extend(input(metric, text, problems).map(|name| (part.name, name)));
                None
            }
            PartRole::Word(words) => {
                names.extend(word(metric, text, words, &scope, problems).map(|word| (part.name, word)));
                None
            }
        };
        expressions.extend(found.map(|expr| (part.name, computed::extract(expr, &mut computed))));
    }
    let (among, is_present) = privacy(metric, &scope, &mut computed, problems);
    if problems.error_count() > before {
        return None;
    }
    let mut expr = |name| expressions.remove(name);
    let typed = |expr: Expr| expr.kind().map_or((expr.clone(), FieldType::Integer), |kind| (expr, kind));
    let named = |name| names.get(name).cloned();
    let quantiles = declared.quantiles.clone();
    let measure = match declared.kind {
        MeasureKind::Share => match (expr("hit")?, named("interval").as_deref()) {
            (hit, Some("clopper_pearson")) => Measure::ExactShare { hit, one_sided: false },
            (hit, Some("at_least")) => Measure::ExactShare { hit, one_sided: true },
            (hit, _) => Measure::Share { hit },
        },
        MeasureKind::Ratio => Measure::Ratio { numerator: expr("numerator")?, denominator: expr("denominator")? },
        MeasureKind::NetScore => Measure::NetScore { positive: expr("positive")?, negative: expr("negative")? },
        MeasureKind::StockAge => {
            let start = named("start")?;
            let since = named("since").unwrap_or_else(|| start.clone());
            Measure::StockAge { start, end: named("end")?, since, than: None, quantiles }
        }
        MeasureKind::StockOlder => {
            let start = named("start")?;
            let since = named("since").unwrap_or_else(|| start.clone());
            let than = Some(lengths.get("older_than").copied()?);
            Measure::StockAge { start, end: named("end")?, since, than, quantiles: Vec::new() }
        }
        MeasureKind::Stock => {
            // which month ends there are depends on the periods: a plan knows them
            let month_ends = named("instants").filter(|word| word == "month_ends").map(|_| Vec::new());
            Measure::Stock { start: named("start")?, end: named("end")?, month_ends }
        }
        MeasureKind::Cohort => {
            let counts_value = named("counts").is_some_and(|word| word == "value");
            let value = expr("value").map(typed);
            let entity = declared.table.and_then(cohort::entity);
            if entity.is_none() || counts_value && value.is_none() {
                let (message, help) = match entity {
                    None => ("a cohort is of a table of stretches", "as `subscription`"),
                    Some(_) => ("there is no value to count", "value = \"mrr\""),
                };
                let help = Some(help.to_owned());
                problems.error(&metric.file, declared.span.clone(), "wrong_value", message.to_owned(), help);
                return None;
            }
            let (entity, number) = entity?;
            Measure::Cohort(Cohort {
                start: named("start")?,
                end: named("end")?,
                entity,
                number,
                entering: Expr::Literal(Value::Boolean(true)),
                value: value.filter(|_| counts_value),
                complete: expr("complete"),
                lost: named("figure")? == "lost",
                grows: named("growth").is_some_and(|word| word == "counted"),
                left: expr("left").filter(|left| *left != Expr::Literal(Value::Boolean(true))),
            })
        }
        MeasureKind::Count => Measure::Count,
        MeasureKind::Sum => {
            let (value, kind) = typed(expr("value")?);
            Measure::Sum { value, kind, complete: expr("complete"), provisional: expr("provisional"), apart: None }
        }
        MeasureKind::Mean => {
            let (value, kind) = typed(expr("value")?);
            let of_counts = declared.table.is_some_and(FactTable::holds_sums);
            Measure::Mean { value, kind, weight: expr("weight").map(typed), of_counts }
        }
        MeasureKind::Quantile => {
            let (value, kind) = typed(expr("value")?);
            Measure::Quantile { value, kind, quantiles }
        }
        MeasureKind::Derived => {
            let (value, denominator) = (expr("value")?, expr("denominator"));
            Measure::Derived { value, denominator, inputs: Vec::new(), interval: named("interval") }
        }
        MeasureKind::Survival => {
            let business = named("clock")? == "business";
            let duration = expr(if business { "business" } else { "calendar" })?;
            if business && !columns.contains_key("calendar") {
                let table = declared.table.map_or("fact", FactTable::name);
                let message = format!("a {table} has no schedule, so it has no business clock");
                let help = Some("clock = \"'calendar'\"".to_owned());
                problems.error(&metric.file, declared.span.clone(), "no_schedule", message, help);
                return None;
            }
            let end = expr("end")?;
            if named("censoring")? == "closed_only" {
                let Expr::Column { name, .. } = end else {
                    let message = "`end` must come down to one column";
                    problems.error(&metric.file, declared.span.clone(), "wrong_type", message, None);
                    return None;
                };
                at = Some(name);
                Measure::Quantile { value: duration, kind: FieldType::Duration, quantiles }
            } else {
                Measure::Survival { duration, start: named("start")?, end, business, quantiles }
            }
        }
    };
    Some(Resolved { measure, population, at: at?, matures, among, is_present, computed })
}

/// Who belongs to the group a figure over staff is about: an expression, and whether those present in the period.
fn privacy(
    metric: &Metric,
    scope: &Scope<'_>,
    computed: &mut Vec<Computed>,
    problems: &mut Problems,
) -> (Option<Expr>, bool) {
    let Some(privacy) = &metric.privacy else { return (None, false) };
    let Some(people) = &privacy.people else { return (None, false) };
    // a population that names somebody would be a group of one among others
    let declared = &metric.measure;
    for text in declared.population.iter().chain(declared.parts.values()).chain(&privacy.among) {
        let mut names = false;
        if let Ok(expr) = resolve_expression(&text.value, scope) {
            expr.columns(&mut |column| names |= column == people.value);
        }
        if names {
            let message =
                format!("a figure about staff tells nobody apart: `{}` is not to be named here", people.value);
            problems.error(&metric.file, text.span.clone(), "names_people", message, None);
        }
    }
    let among = privacy.among.as_ref().and_then(|text| expression(metric, text, FieldType::Boolean, scope, problems));
    let group = privacy.group.as_ref().and_then(|text| {
        let plain = ["counted", "present"].contains(&text.value.as_str());
        if plain { Some(text.value.clone()) } else { word(metric, text, &["counted", "present"], scope, problems) }
    });
    let is_present = group.as_deref() == Some("present");
    if is_present && declared.table != Some(FactTable::Employment) {
        let span = privacy.group.as_ref().map_or_else(|| declared.span.clone(), |group| group.span.clone());
        let message = "only of the table `employment` it is known who was present".to_owned();
        problems.error(&metric.file, span, "wrong_value", message, Some("`counted`".to_owned()));
    }
    (among.map(|among| computed::extract(among, computed)), is_present)
}

/// The time a row counts at: a column of the table, or an expression that becomes one.
fn time(
    metric: &Metric,
    text: &Located<String>,
    scope: &Scope<'_>,
    computed: &mut Vec<Computed>,
    problems: &mut Problems,
) -> Option<String> {
    let expr = expression(metric, text, FieldType::Time, scope, problems)?;
    let expr = match computed::extract(expr, computed) {
        column @ Expr::Column { .. } => column,
        other => computed::column(Formula::Value(other), computed),
    };
    match expr {
        Expr::Column { name, .. } => Some(name),
        _ => None,
    }
}

/// A length that follows from the parameters alone.
fn length(metric: &Metric, text: &Located<String>, scope: &Scope<'_>, problems: &mut Problems) -> Option<Millis> {
    match resolve_expression(&text.value, scope).map(crate::expression::as_duration) {
        Ok(Some(length)) => Some(length),
        Ok(None) => {
            let message = "this is no length of time, zero or more, that follows from the parameters".to_owned();
            let help = Some("as \"$window\", or seconds".to_owned());
            problems.error(&metric.file, text.span.clone(), "wrong_type", message, help);
            None
        }
        Err(found) => {
            report(metric, text, found, problems);
            None
        }
    }
}

/// An expression that can be added up.
fn quantity(metric: &Metric, text: &Located<String>, scope: &Scope<'_>, problems: &mut Problems) -> Option<Expr> {
    match resolve_expression(&text.value, scope) {
        Ok(expr) if matches!(expr.kind(), Some(FieldType::Duration | FieldType::Number | FieldType::Integer)) => {
            Some(expr)
        }
        Ok(expr) => {
            let found = expr.kind().map_or("null", FieldType::name);
            let message = format!("this is {found}, not a duration, number or integer");
            problems.error(&metric.file, text.span.clone(), "wrong_type", message, None);
            None
        }
        Err(found) => {
            report(metric, text, found, problems);
            None
        }
    }
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

/// The name of an input.
fn input(metric: &Metric, text: &Located<String>, problems: &mut Problems) -> Option<String> {
    let names = || metric.measure.inputs.iter().map(|input| input.name.as_str());
    if names().any(|name| name == text.value) {
        return Some(text.value.clone());
    }
    let message = format!("there is no input `{}`", text.value);
    problems.error(&metric.file, text.span.clone(), "unknown_input", message, suggest(&text.value, names()));
    None
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
