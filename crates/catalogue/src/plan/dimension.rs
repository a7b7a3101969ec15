//! Dimensions: what a metric can be cut by, in the role it uses, and filters by their values.

use std::collections::BTreeMap;

use model::{Attributes, FactTable, FieldType};

use super::Dimension;
use super::build::option_error;
use super::resolve::columns;
use crate::Catalogue;
use crate::expression::{Expr, Operator, Value};
use crate::file::{Problems, suggest};
use crate::metric::Metric;

/// The dimensions `metric` can be broken down by in a workspace with these attributes, with their types.
///
/// Of a derived metric those that all its inputs have.
pub fn dimensions(metric: &Metric, catalogue: &Catalogue, attributes: &Attributes) -> BTreeMap<String, FieldType> {
    if let Some(table) = metric.measure.table {
        return dimensions_of(metric, &columns(table, attributes));
    }
    let inputs = metric.measure.inputs.iter().filter_map(|input| catalogue.find(&input.metric.value).ok());
    let own = inputs.filter(|input| input.id != metric.id).map(|input| dimensions(input, catalogue, attributes));
    let common = |a: BTreeMap<String, FieldType>, b: BTreeMap<String, FieldType>| {
        a.into_iter().filter(|(name, _)| b.contains_key(name)).collect()
    };
    own.reduce(common).unwrap_or_default()
}

/// Those of `names` that are no dimension of `metric`; of a derived metric no dimension of all its inputs.
pub fn lacking<'a>(
    metric: &Metric,
    names: impl IntoIterator<Item = &'a String>,
    catalogue: &Catalogue,
    attributes: &Attributes,
) -> Vec<String> {
    let has = |name: &String| has(metric, name, catalogue, attributes);
    names.into_iter().filter(|name| !has(name)).cloned().collect()
}

fn has(metric: &Metric, name: &str, catalogue: &Catalogue, attributes: &Attributes) -> bool {
    if let Some(table) = metric.measure.table {
        return find(name, metric, &columns(table, attributes)).is_some();
    }
    let inputs = metric.measure.inputs.iter().filter_map(|input| catalogue.find(&input.metric.value).ok());
    inputs.filter(|input| input.id != metric.id).all(|input| has(input, name, catalogue, attributes))
}

/// The column of a dimension: the metric's role of that name first, then the table's own column, then an attribute.
fn find(name: &str, metric: &Metric, columns: &BTreeMap<String, FieldType>) -> Option<Dimension> {
    let attribute = format!("attr.{name}");
    let candidates = [metric.roles.get(name).map(String::as_str), Some(name), Some(attribute.as_str())];
    let found = candidates.into_iter().flatten().find_map(|column| columns.get_key_value(column));
    let (column, kind) = found.filter(|(column, kind)| is_dimension(column, **kind) && !names_staff(metric, column))?;
    Some(Dimension { name: name.to_owned(), column: column.clone(), kind: *kind })
}

/// The dimension that `option` names.
pub(super) fn dimension(
    option: &str,
    name: &str,
    metric: &Metric,
    columns: &BTreeMap<String, FieldType>,
    problems: &mut Problems,
) -> Option<Dimension> {
    let found = find(name, metric, columns);
    if found.is_none() {
        let valid = dimensions_of(metric, columns);
        let help = suggest(name, valid.keys().map(String::as_str));
        let message = format!("`{}` has no dimension `{name}`", metric.id);
        option_error(option, name, "unknown_dimension", message, help, problems);
    }
    found
}

/// Rows whose dimension has one of `values`, as answers show them; no value among them means rows without one.
pub(super) fn only(
    name: &str,
    values: &[Option<String>],
    metric: &Metric,
    columns: &BTreeMap<String, FieldType>,
    problems: &mut Problems,
) -> Option<Expr> {
    let Dimension { column, kind, .. } = dimension("--only", name, metric, columns, problems)?;
    let column = Expr::Column { name: column, kind };
    let list: Vec<Value> = values.iter().flatten().filter_map(|text| value(name, text, kind, problems)).collect();
    let named = Expr::In { operand: Box::new(column.clone()), list };
    Some(match values.iter().any(Option::is_none) {
        false => named,
        true => Expr::Binary {
            operator: Operator::Or,
            left: Box::new(named),
            right: Box::new(Expr::IsNull(Box::new(column))),
        },
    })
}

/// The value that answers show as `text`.
fn value(name: &str, text: &str, kind: FieldType, problems: &mut Problems) -> Option<Value> {
    let value = match kind {
        FieldType::Boolean => text.parse().ok().map(Value::Boolean),
        FieldType::Integer => text.parse().ok().map(Value::Integer),
        // the types a dimension may have end here
        _ => Some(Value::Text(text.to_owned())),
    };
    if value.is_none() {
        let wanted = if kind == FieldType::Boolean { "true or false" } else { "a whole number" };
        let message = format!("`{text}` is not a value of `{name}`");
        option_error("--only", text, "wrong_type", message, Some(format!("it takes {wanted}")), problems);
    }
    value
}

/// Text, integers and flags; not ids of the row itself, addresses or comments, which would make a cell a row; nor why
/// somebody left, which is told by a parameter and of those who left together, not of those present.
pub(crate) fn is_dimension(column: &str, kind: FieldType) -> bool {
    matches!(kind, FieldType::Text | FieldType::Boolean | FieldType::Integer)
        && !matches!(
            column,
            "ticket_id"
                | "contact_id"
                | "target_id"
                | "answer_id"
                | "employment_id"
                | "absence_id"
                | "work_day_id"
                | "state_id"
                | "respondent"
                | "end_reason"
                | "is_regretted"
                | "answer_number"
                | "person_items"
                | "customer_id"
                | "url"
                | "comment"
                | "reopenings"
                | "calendar_version"
                | "customer_system"
        )
}

/// Whether a column names the person whose row it is, which would make a cell a person.
fn names_staff(metric: &Metric, column: &str) -> bool {
    metric.measure.table.and_then(FactTable::people) == Some(column)
}

/// Everything a metric over a table can be broken down by: team and role first, then by name. What few people are shown
/// by is decided in this order, so the first ones are shown most.
pub(super) fn ordered(metric: &Metric, columns: &BTreeMap<String, FieldType>) -> Vec<Dimension> {
    let names = dimensions_of(metric, columns).into_keys();
    let mut all: Vec<Dimension> = names.filter_map(|name| find(&name, metric, columns)).collect();
    let rank = |dimension: &Dimension| ["team", "role"].iter().position(|first| *first == dimension.name).unwrap_or(2);
    all.sort_by(|left, right| (rank(left), &left.name).cmp(&(rank(right), &right.name)));
    all
}

fn dimensions_of(metric: &Metric, columns: &BTreeMap<String, FieldType>) -> BTreeMap<String, FieldType> {
    let own = columns
        .iter()
        .filter(|(name, kind)| is_dimension(name, **kind) && !names_staff(metric, name))
        .filter(|(name, _)| !metric.roles.values().any(|role| role == *name))
        .map(|(name, kind)| (name.strip_prefix("attr.").unwrap_or(name).to_owned(), *kind));
    let roles = metric.roles.iter().filter_map(|(role, column)| Some((role.clone(), *columns.get(column)?)));
    own.chain(roles).collect()
}
