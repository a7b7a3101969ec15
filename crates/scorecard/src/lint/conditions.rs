//! What `where` holds a KPI to, condition by condition: whether it is that of the KPI above, and whether it is what makes
//! the card a part.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::expression::{Expr, Function, Operator, Scope, Value, resolve};
use catalogue::plan::{columns, dimensions};
use model::{Attributes, FieldType};

use crate::definition::{Definition, Kpi};

/// A condition that rows of a KPI meet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// As it is read.
    Read(Expr),
    /// As it is written, where it cannot be read without the records.
    Written(String),
}

/// The column and the values of a plain choice: `team = 'Billing'`, `channel in ('phone', 'chat')`.
fn choice(condition: &Expr) -> Option<(&str, Vec<&Value>)> {
    match condition {
        Expr::Binary { operator: Operator::Equal, left, right } => match (&**left, &**right) {
            (Expr::Column { name, .. }, Expr::Literal(value)) | (Expr::Literal(value), Expr::Column { name, .. }) => {
                Some((name, vec![value]))
            }
            _ => None,
        },
        Expr::In { operand, list } => match &**operand {
            Expr::Column { name, .. } => Some((name, list.iter().collect())),
            _ => None,
        },
        _ => None,
    }
}

/// The texts that a plain choice leaves of `column`.
pub(crate) fn chosen_texts(condition: &Expr, column: &str) -> Option<Vec<String>> {
    let (chosen, values) = choice(condition)?;
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    (chosen == column).then(|| values.into_iter().map(text).collect()).flatten()
}

/// Whether rows can only meet `condition` with one of these texts in `column`.
pub(super) fn leaves_only(condition: &Expr, column: &str, texts: &[&str]) -> bool {
    let leaves = |expr: &Expr| leaves_only(expr, column, texts);
    match condition {
        Expr::Literal(value) => *value != Value::Boolean(true),
        Expr::Binary { operator: Operator::And, left, right } => leaves(left) || leaves(right),
        Expr::Binary { operator: Operator::Or, left, right } => leaves(left) && leaves(right),
        Expr::Call { function: Function::Coalesce, arguments } => arguments.iter().all(leaves),
        Expr::Case { branches, otherwise, .. } => {
            branches.iter().all(|(condition, result)| leaves(condition) || leaves(result))
                && otherwise.as_ref().is_none_or(|otherwise| leaves(otherwise))
        }
        other => {
            chosen_texts(other, column).is_some_and(|chosen| chosen.iter().all(|text| texts.contains(&text.as_str())))
        }
    }
}

impl Condition {
    fn chosen(&self) -> Option<(&str, Vec<&Value>)> {
        match self {
            Condition::Read(expr) => choice(expr),
            Condition::Written(_) => None,
        }
    }

    /// Whether it leaves only these texts of a column.
    pub(super) fn holds_to(&self, column: &str, texts: &[&str]) -> bool {
        matches!(self, Condition::Read(expr) if leaves_only(expr, column, texts))
    }

    fn columns(&self) -> Vec<&str> {
        let mut found = Vec::new();
        if let Condition::Read(expr) = self {
            expr.columns(&mut |name| found.push(name));
        }
        found
    }
}

/// The conditions of a KPI's `where`, all of which its rows meet.
pub(super) fn conditions(kpi: &Kpi, catalogue: &Catalogue) -> Vec<Condition> {
    let Some(filter) = &kpi.filter else { return Vec::new() };
    let known = known_columns(&kpi.metric, catalogue);
    // attributes are known to the records only
    let scope = Scope { columns: &known, raw: true, parameters: &BTreeMap::new() };
    match resolve(&filter.value, &scope) {
        Ok(expr) => expr.conditions().into_iter().cloned().map(Condition::Read).collect(),
        Err(_) => vec![Condition::Written(filter.value.split_whitespace().collect::<Vec<_>>().join(" "))],
    }
}

/// The columns of a metric's records; of one made of others their dimensions.
fn known_columns(metric: &str, catalogue: &Catalogue) -> BTreeMap<String, FieldType> {
    let attributes = Attributes::default();
    let Some(metric) = catalogue.get(metric) else { return BTreeMap::new() };
    match metric.measure.table {
        Some(table) => columns(table, &attributes),
        None => dimensions(metric, catalogue, &attributes),
    }
}

/// Whether all that meets `held`, on a card held to its `only`, meets `wanted`.
pub(super) fn implies(held: &[Condition], card: &Definition, wanted: &Condition) -> bool {
    if held.contains(wanted) {
        return true;
    }
    let Some((column, values)) = wanted.chosen() else { return false };
    let narrower = held.iter().filter_map(Condition::chosen);
    let by_where =
        narrower.filter(|(own, _)| *own == column).any(|(_, own)| own.iter().all(|one| values.contains(one)));
    let is_text = |value: &&&Value, text: &String| matches!(value, Value::Text(own) if own == text);
    let by_card = card
        .only
        .get(column)
        .is_some_and(|only| only.value.iter().all(|text| values.iter().any(|value| is_text(&value, text))));
    by_where || by_card
}

/// Columns by which people are told apart: whoever chooses some of them asks for a part, and for nothing else.
const PEOPLE: [&str; 2] = ["team", "agent"];

/// Whether a condition of a KPI is what makes its card a part: a choice of teams or agents; or one that most of the other
/// KPIs are held to that could be; where there is none, a plain choice of a dimension.
pub(super) fn makes_a_part(condition: &Condition, kpi: &Kpi, card: &Definition, catalogue: &Catalogue) -> bool {
    if condition.chosen().is_some_and(|(column, _)| PEOPLE.contains(&column)) {
        return true;
    }
    let named = condition.columns();
    let (mut could, mut are) = (0, 0);
    for other in card.kpis.iter().filter(|other| other.id != kpi.id) {
        let is_held = implies(&conditions(other, catalogue), card, condition);
        let known = known_columns(&other.metric, catalogue);
        if is_held || (!named.is_empty() && named.iter().all(|name| known.contains_key(*name))) {
            could += 1;
            are += usize::from(is_held);
        }
    }
    if could > 0 {
        return 2 * are > could;
    }
    let Some((column, _)) = condition.chosen() else { return false };
    let of_metric = catalogue.get(&kpi.metric).map(|metric| dimensions(metric, catalogue, &Attributes::default()));
    let is_attribute = !known_columns(&kpi.metric, catalogue).contains_key(column);
    is_attribute || of_metric.is_some_and(|known| known.contains_key(column))
}
