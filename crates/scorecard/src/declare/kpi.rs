//! `[[kpi]]`: which figure, how it is asked, and its place on the card.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section, suggest};
use catalogue::metric::{Direction, Metric, Status as DefinitionStatus, Unit};
use catalogue::plan::plan;
use catalogue::question::Question;
use catalogue::source::SourceText;
use jiff::civil::Weekday;
use model::Attributes;
use model::calendar::{FiscalYear, Organisation};

use super::target::declare_target;
use super::{DeclaredPerspective, declare_weight, probe};
use crate::definition::Kpi;

/// A KPI as written: what other KPIs are compared with, and the whole where it is sound.
pub(super) struct DeclaredKpi {
    pub(super) id: Option<Located<String>>,
    pub(super) name: Option<Located<String>>,
    pub(super) perspective: Option<String>,
    pub(super) weight: Option<Located<f64>>,
    pub(super) kpi: Option<Kpi>,
}

pub(super) fn declare_kpi(
    section: &Section<'_>,
    catalogue: &Catalogue,
    perspectives: &[Option<DeclaredPerspective>],
    problems: &mut Problems,
) -> DeclaredKpi {
    let id = section.text("id", problems);
    let wanted = section.required_text("metric", problems);
    let metric = wanted.as_ref().and_then(|name| declare_metric(section.file, name, catalogue, problems));
    let variant = section.text("variant", problems);
    let parameters = section.section("parameters", problems);
    let filter = section.text("where", problems);
    let statistic = section.text("statistic", problems);
    let name = section.text("name", problems);
    let perspective = section.required_text("perspective", problems);
    if let Some(perspective) = &perspective {
        check_perspective(section.file, perspective, perspectives, problems);
    }
    if !section.has("weight") {
        section.missing("weight", problems);
    }
    let weight = declare_weight(section, problems);
    let target = section.section("target", problems);
    let has_target = section.has("target");
    section.finish(problems);

    // Where id or name is not said, the metric's is meant; messages then point at the metric.
    let span = wanted.as_ref().map_or_else(|| section.span.clone(), |wanted| wanted.span.clone());
    // One whose own file has errors keeps its place on the card, without a figure.
    let withdrawn = wanted.as_ref().filter(|wanted| catalogue.withdrawn(&wanted.value).is_some());
    let or_metric = |own: Option<Located<String>>, of: fn(&Metric) -> &String| {
        own.or_else(|| metric.map(|metric| Located { value: of(metric).clone(), span: span.clone() }))
            .or_else(|| withdrawn.cloned())
    };
    let (id, name) = (or_metric(id, |metric| &metric.id), or_metric(name, |metric| &metric.name));
    let whole = || -> Option<Kpi> {
        if let Some(wanted) = withdrawn {
            return Some(Kpi {
                id: id.as_ref()?.value.clone(),
                metric: wanted.value.clone(),
                variant: None,
                parameters: BTreeMap::new(),
                filter: None,
                statistic: String::new(),
                name: name.as_ref()?.value.clone(),
                unit: Unit::Count,
                direction: Direction::Range,
                perspective: perspective.as_ref()?.value.clone(),
                weight: weight.as_ref()?.value,
                target: None,
                span: section.span.clone(),
            });
        }
        let metric = metric?;
        let statistic = declare_statistic(section.file, metric, statistic, problems);
        let variant = variant.map(|variant| declare_variant(section.file, metric, variant, problems));
        let parameters =
            parameters.map_or_else(BTreeMap::new, |table| declare_parameters(&table, metric, catalogue, problems));
        let target = match (&target, has_target) {
            (Some(table), _) => declare_target(table, metric, problems),
            (None, true) => None,
            (None, false) => {
                let help = format!("as {}", super::target::example(metric));
                let message = format!("`{}` has no target: its status will be \"no data\"", metric.id);
                problems.warning(section.file, span.clone(), "missing_target", message, help);
                None
            }
        };
        Some(Kpi {
            id: id.as_ref()?.value.clone(),
            metric: metric.id.clone(),
            variant: variant.flatten(),
            parameters,
            filter,
            statistic: statistic?,
            name: name.as_ref()?.value.clone(),
            unit: metric.unit,
            direction: metric.direction,
            perspective: perspective.as_ref()?.value.clone(),
            weight: weight.as_ref()?.value,
            target,
            span: section.span.clone(),
        })
    };
    let kpi = whole();
    DeclaredKpi { kpi, id, name, perspective: perspective.map(|perspective| perspective.value), weight }
}

/// The metric called `name` by its id; a card does not go by aliases, which may come to mean something else.
fn declare_metric<'c>(
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
        None => {
            let (message, help) = match catalogue.find(&name.value) {
                Ok(metric) => (
                    format!("there is no metric `{}`", name.value),
                    Some(format!("`{}` is called that too", metric.id)),
                ),
                Err(problem) => (problem.message, problem.help),
            };
            problems.error(file, name.span.clone(), "unknown_metric", message, help);
        }
    }
    metric
}

fn check_perspective(
    file: &SourceText,
    wanted: &Located<String>,
    perspectives: &[Option<DeclaredPerspective>],
    problems: &mut Problems,
) {
    // One perspective that could not be read may be the one.
    if perspectives.iter().any(|one| one.as_ref().is_none_or(|one| one.id.value == wanted.value)) {
        return;
    }
    let message = format!("there is no perspective `{}` on this card", wanted.value);
    let valid = perspectives.iter().flatten().map(|one| one.id.value.as_str());
    problems.error(file, wanted.span.clone(), "unknown_perspective", message, suggest(&wanted.value, valid));
}

/// The statistic asked for, the metric's first where none is.
fn declare_statistic(
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

fn declare_variant(
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
fn declare_parameters(
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
