//! Question → plan.

use std::collections::BTreeMap;

use model::calendar::{Organisation, compared, split};
use model::{Attributes, FieldType};

use super::resolve::{columns, resolve};
use super::{Dimension, Plan};
use crate::Catalogue;
use crate::diagnostic::Diagnostic;
use crate::expression::{Expr, Operator, Scope, Value, resolve_as};
use crate::file::{Problems, suggest};
use crate::metric::{self, Metric};
use crate::question::Question;
use crate::source::SourceText;

/// Plans `question`.
///
/// # Errors
/// Every problem of the question: unknown metric, variant, parameter, dimension; a filter that does not resolve; a
/// range with too many periods. Their `file` is the option they came from, as `--by`.
pub fn plan(
    question: &Question,
    catalogue: &Catalogue,
    organisation: &Organisation,
    attributes: &Attributes,
) -> Result<Plan, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let metric = catalogue.find(&question.metric).map_err(|problem| vec![problem])?;
    let parameters = parameters(question, metric, &mut problems);
    let resolved = resolve(metric, &parameters, attributes, &mut problems);
    let columns = columns(metric.measure.table, attributes);
    let by: Vec<Dimension> =
        question.by.iter().filter_map(|name| dimension(name, metric, &columns, &mut problems)).collect();
    let filter = question.filter.as_ref().and_then(|text| filter(text, metric, &columns, &mut problems));
    let periods = match split(&question.range, question.grain, organisation) {
        Ok(periods) => periods,
        Err(error) => {
            option_error("--grain", question.grain.name(), "too_many_periods", error.to_string(), None, &mut problems);
            Vec::new()
        }
    };
    let Some(resolved) = resolved.filter(|_| !problems.has_errors()) else {
        return Err(problems.into_sorted());
    };
    let population = match filter {
        Some(filter) => {
            Expr::Binary { operator: Operator::And, left: Box::new(resolved.population), right: Box::new(filter) }
        }
        None => resolved.population,
    };
    let compared =
        question.compare.map(|compare| compared(&periods, &question.range, question.grain, compare, organisation));
    let shown: BTreeMap<String, serde_json::Value> =
        parameters.iter().map(|(name, value)| (name.clone(), metric::to_json(value))).collect();
    let identity = serde_json::to_vec(&(&metric.id, metric.version, &shown)).unwrap_or_default();
    Ok(Plan {
        metric: metric.id.clone(),
        version: metric.version,
        variant: question.variant.clone(),
        parameters: shown,
        identity: blake3::hash(&identity).to_hex().to_string(),
        table: metric.measure.table,
        at: resolved.at,
        population,
        measure: resolved.measure,
        by,
        periods,
        compared,
    })
}

fn option_error(
    option: &str,
    text: &str,
    code: &'static str,
    message: String,
    help: Option<String>,
    problems: &mut Problems,
) {
    let file = SourceText { path: option.to_owned(), text: text.to_owned() };
    problems.error(&file, 0..text.len(), code, message, help);
}

fn parameters(question: &Question, metric: &Metric, problems: &mut Problems) -> BTreeMap<String, Value> {
    let mut values = metric.defaults();
    if let Some(name) = &question.variant {
        match metric.variants.get(name) {
            Some(variant) => values.extend(variant.parameters.clone()),
            None => {
                let help = match metric.variants.is_empty() {
                    true => Some(format!("`{}` has no variants", metric.id)),
                    false => suggest(name, metric.variants.keys().map(String::as_str)),
                };
                option_error(
                    "--variant",
                    name,
                    "unknown_variant",
                    format!("`{}` has no variant `{name}`", metric.id),
                    help,
                    problems,
                );
            }
        }
    }
    for (name, text) in &question.parameters {
        let Some(parameter) = metric.parameters.iter().find(|parameter| parameter.name == *name) else {
            let help = suggest(name, metric.parameters.iter().map(|parameter| parameter.name.as_str()));
            option_error(
                "--set",
                name,
                "unknown_parameter",
                format!("`{}` has no parameter `{name}`", metric.id),
                help,
                problems,
            );
            continue;
        };
        match metric::from_text(text, parameter.kind) {
            Some(value) if parameter.one_of.is_empty() || parameter.one_of.contains(&value) => {
                values.insert(name.clone(), value);
            }
            Some(_) => {
                let valid: Vec<String> = parameter.one_of.iter().map(crate::expression::show).collect();
                let help = suggest(text, valid.iter().map(String::as_str));
                option_error(
                    "--set",
                    text,
                    "unknown_value",
                    format!("`{text}` is not a value of `{name}`"),
                    help,
                    problems,
                );
            }
            None => {
                let wanted =
                    if parameter.kind == FieldType::Duration { "a number of seconds" } else { parameter.kind.name() };
                option_error(
                    "--set",
                    text,
                    "wrong_type",
                    format!("`{text}` is not a value of `{name}`"),
                    Some(format!("it takes {wanted}")),
                    problems,
                );
            }
        }
    }
    values
}

/// The column of a dimension: the metric's role of that name first, then the table's own column, then an attribute.
fn dimension(
    name: &str,
    metric: &Metric,
    columns: &BTreeMap<String, FieldType>,
    problems: &mut Problems,
) -> Option<Dimension> {
    let attribute = format!("attr.{name}");
    let candidates = [metric.roles.get(name).map(String::as_str), Some(name), Some(attribute.as_str())];
    let found = candidates.into_iter().flatten().find_map(|column| columns.get_key_value(column));
    match found {
        Some((column, kind)) if is_dimension(column, *kind) => {
            Some(Dimension { name: name.to_owned(), column: column.clone(), kind: *kind })
        }
        _ => {
            let valid = dimensions_of(metric, columns);
            let help = suggest(name, valid.keys().map(String::as_str));
            option_error(
                "--by",
                name,
                "unknown_dimension",
                format!("`{}` has no dimension `{name}`", metric.id),
                help,
                problems,
            );
            None
        }
    }
}

/// Text, integers and flags; not ids of the row itself, addresses or comments, which would make a cell a row.
fn is_dimension(column: &str, kind: FieldType) -> bool {
    matches!(kind, FieldType::Text | FieldType::Boolean | FieldType::Integer)
        && !matches!(
            column,
            "ticket_id"
                | "contact_id"
                | "answer_id"
                | "customer_id"
                | "url"
                | "comment"
                | "calendar_version"
                | "customer_system"
        )
}

/// The dimensions `metric` can be broken down by in a workspace with these attributes, with their types.
pub fn dimensions(metric: &Metric, attributes: &Attributes) -> BTreeMap<String, FieldType> {
    dimensions_of(metric, &columns(metric.measure.table, attributes))
}

fn dimensions_of(metric: &Metric, columns: &BTreeMap<String, FieldType>) -> BTreeMap<String, FieldType> {
    let own = columns
        .iter()
        .filter(|(name, kind)| is_dimension(name, **kind) && !metric.roles.values().any(|role| role == *name))
        .map(|(name, kind)| (name.strip_prefix("attr.").unwrap_or(name).to_owned(), *kind));
    let roles = metric.roles.iter().filter_map(|(role, column)| Some((role.clone(), *columns.get(column)?)));
    own.chain(roles).collect()
}

/// `--where` may also use the names of roles: `team = 'Billing'` filters by the team the metric counts.
fn filter(text: &str, metric: &Metric, columns: &BTreeMap<String, FieldType>, problems: &mut Problems) -> Option<Expr> {
    let mut names = columns.clone();
    for (role, column) in &metric.roles {
        if let Some(kind) = columns.get(column) {
            names.insert(role.clone(), *kind);
        }
    }
    for (column, kind) in columns {
        if let Some(bare) = column.strip_prefix("attr.") {
            names.entry(bare.to_owned()).or_insert(*kind);
        }
    }
    let parameters = BTreeMap::new();
    let scope = Scope { columns: &names, raw: false, parameters: &parameters };
    match resolve_as(text, FieldType::Boolean, &scope) {
        Ok(mut expr) => {
            expr.rename_columns(&|name| match metric.roles.get(name) {
                Some(column) => column.clone(),
                None if columns.contains_key(name) => name.to_owned(),
                None => format!("attr.{name}"),
            });
            Some(expr)
        }
        Err(found) => {
            let file = SourceText { path: "--where".to_owned(), text: text.to_owned() };
            for problem in found {
                problems.error(&file, problem.span, problem.code, problem.message, problem.help);
            }
            None
        }
    }
}
