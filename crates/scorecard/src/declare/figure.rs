//! Which figure a KPI or a gate is: metric, variant, parameters and statistic.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section, suggest};
use catalogue::metric::{Metric, Status as DefinitionStatus};
use catalogue::plan::plan;
use catalogue::question::Question;
use catalogue::source::SourceText;
use jiff::civil::Weekday;
use model::Attributes;
use model::calendar::{FiscalYear, Organisation};

use super::probe;

/// The metric called `name` by its id; a card does not go by aliases, which may come to mean something else.
pub(super) fn declare_metric<'c>(
    file: &SourceText,
    name: &Located<String>,
    catalogue: &'c Catalogue,
    problems: &mut Problems,
) -> Option<&'c Metric> {
    let metric = catalogue.get(&name.value);
    match metric {
        Some(metric) if metric.status == DefinitionStatus::Deprecated => {
            let message = format!("metric `{}` is deprecated", metric.id);
            problems.warning(file, name.span.clone(), "deprecated_metric", message, None);
        }
        Some(_) => {}
        None if catalogue.withdrawn(&name.value).is_some() => {
            let message = format!("metric `{}` has errors: the card shows no figure of it", name.value);
            problems.warning(file, name.span.clone(), "metric_has_errors", message, None);
        }
        None => unknown_metric(file, name, catalogue, problems),
    }
    metric
}

/// Ids of metrics under `key`, each of which must be one.
pub(super) fn declare_metrics(
    section: &Section<'_>,
    key: &'static str,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> Vec<String> {
    let names = section.texts(key, problems);
    for name in &names {
        if catalogue.get(&name.value).is_none() && catalogue.withdrawn(&name.value).is_none() {
            unknown_metric(section.file, name, catalogue, problems);
        }
    }
    names.into_iter().map(|name| name.value).collect()
}

pub(super) fn unknown_metric(
    file: &SourceText,
    name: &Located<String>,
    catalogue: &Catalogue,
    problems: &mut Problems,
) {
    let (message, help) = match catalogue.find(&name.value) {
        Ok(metric) => {
            (format!("there is no metric `{}`", name.value), Some(format!("`{}` is called that too", metric.id)))
        }
        Err(problem) => (problem.message, problem.help),
    };
    problems.error(file, name.span.clone(), "unknown_metric", message, help);
}

/// The statistic asked for, the metric's first where none is.
pub(super) fn declare_statistic(
    file: &SourceText,
    metric: &Metric,
    wanted: Option<Located<String>>,
    problems: &mut Problems,
) -> Option<String> {
    let valid = metric.measure.statistics();
    let Some(wanted) = wanted else { return valid.into_iter().next() };
    if !valid.contains(&wanted.value) {
        let message = format!("`{}` has no statistic `{}`", metric.id, wanted.value);
        let help = suggest(&wanted.value, valid.iter().map(String::as_str));
        problems.error(file, wanted.span, "unknown_statistic", message, help);
        return None;
    }
    Some(wanted.value)
}

pub(super) fn declare_variant(
    file: &SourceText,
    metric: &Metric,
    wanted: Located<String>,
    problems: &mut Problems,
) -> Option<String> {
    if !metric.variants.contains_key(&wanted.value) {
        let message = format!("`{}` has no variant `{}`", metric.id, wanted.value);
        let help = match metric.variants.is_empty() {
            true => Some(format!("`{}` has no variants", metric.id)),
            false => suggest(&wanted.value, metric.variants.keys().map(String::as_str)),
        };
        problems.error(file, wanted.span, "unknown_variant", message, help);
        return None;
    }
    Some(wanted.value)
}

/// Parameters as a question takes them; each is planned by itself, so that a problem has its place.
pub(super) fn declare_parameters(
    table: &Section<'_>,
    metric: &Metric,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let organisation = Organisation::new("check", "UTC", "EUR", Weekday::Monday, FiscalYear::default());
    let mut parameters = BTreeMap::new();
    for entry in table.entries() {
        let name = entry.key.value.clone();
        let value = match entry.json() {
            serde_json::Value::String(text) => text,
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => value.to_string(),
            _ => {
                entry.mismatch("a text, a number, true or false", problems);
                continue;
            }
        };
        let question = Question { parameters: BTreeMap::from([(name.clone(), value.clone())]), ..probe(&metric.id) };
        let found =
            organisation.as_ref().map(|organisation| plan(&question, catalogue, organisation, &Attributes::default()));
        // Other problems are of the metric's own file, where they are said.
        for problem in
            found.ok().and_then(Result::err).unwrap_or_default().into_iter().filter(|one| one.file == "--set")
        {
            let span = if problem.code == "unknown_parameter" { entry.key.span.clone() } else { entry.span() };
            problems.error(table.file, span, problem.code, problem.message, problem.help);
        }
        parameters.insert(name, value);
    }
    parameters
}
