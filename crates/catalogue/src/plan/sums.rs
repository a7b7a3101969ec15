//! Which rows of a table about staff the metrics over it count: what one counts and another does not follows from the two,
//! so what is shown of them is decided together.

use std::collections::BTreeMap;

use model::{Attributes, FieldType};

use super::Measure;
use super::resolve::{Resolved, resolve};
use crate::Catalogue;
use crate::expression::{Expr, Value};
use crate::file::Problems;
use crate::metric::Metric;

/// Of a metric with more combinations of parameters only the defaults are taken.
const COMBINATIONS_MAX: usize = 64;

/// The populations of the metrics that count at the same time as `metric` and have the same minimum, each once, in an order
/// that does not depend on the question. None where the group is not of those who are counted.
pub(super) fn sums(
    metric: &Metric,
    own: &Resolved,
    columns: &BTreeMap<String, FieldType>,
    catalogue: &Catalogue,
    attributes: &Attributes,
) -> Vec<Expr> {
    let Some(privacy) = metric.privacy.as_ref().filter(|_| is_of_those_counted(own)) else { return Vec::new() };
    let minimum = (privacy.minimum, privacy.breakdown_minimum);
    let mut sums: Vec<Expr> = Vec::new();
    let beside = catalogue.metrics().filter(|other| other.measure.table == metric.measure.table);
    for other in beside {
        let least = other.privacy.as_ref().map(|privacy| (privacy.minimum, privacy.breakdown_minimum));
        if least != Some(minimum) {
            continue;
        }
        for parameters in combinations(other) {
            let resolved = resolve(other, &parameters, attributes, &mut Problems::default());
            let same = resolved.filter(|other| other.at == own.at && is_of_those_counted(other));
            sums.extend(same.map(|same| same.population).filter(|population| is_of(population, columns)));
        }
    }
    // under a value that is on no list
    sums.push(own.population.clone());
    let mut each: Vec<Expr> = Vec::new();
    for sum in sums {
        if !each.contains(&sum) {
            each.push(sum);
        }
    }
    each
}

fn is_of_those_counted(resolved: &Resolved) -> bool {
    resolved.among.is_none() && !resolved.is_present && !matches!(resolved.measure, Measure::Stock { .. })
}

/// Whether an expression can be told from the columns of the table alone.
fn is_of(expr: &Expr, columns: &BTreeMap<String, FieldType>) -> bool {
    let mut is_of = true;
    expr.columns(&mut |name| is_of &= columns.contains_key(name));
    is_of
}

/// The values of its parameters: the defaults, with every value of those that say which rows count and have a list.
fn combinations(metric: &Metric) -> Vec<BTreeMap<String, Value>> {
    let defaults = metric.defaults();
    let population = metric.measure.population.as_ref().map_or("", |text| text.value.as_str());
    let asked = |name: &str| population.contains(&format!("${name}"));
    let choosing = metric.parameters.iter().filter(|parameter| !parameter.one_of.is_empty() && asked(&parameter.name));
    let mut all = vec![defaults.clone()];
    for parameter in choosing {
        let with = |value: &Value| {
            let one = |values: &BTreeMap<String, Value>| {
                let mut values = values.clone();
                values.insert(parameter.name.clone(), value.clone());
                values
            };
            all.iter().map(one).collect::<Vec<_>>()
        };
        all = parameter.one_of.iter().flat_map(with).collect();
        if all.len() > COMBINATIONS_MAX {
            return vec![defaults];
        }
    }
    all
}
