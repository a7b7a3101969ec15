//! `[[gate]]`: a figure, and what must hold of it.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section};
use catalogue::metric::{Direction, Unit};

use super::check_known;
use super::figure::{declare_metric, declare_parameters, declare_statistic, declare_variant};
use super::kpi::DeclaredKpi;
use super::target::check_unit;
use crate::definition::{Gate, Kpi, Limit};
use crate::project::Scale;

/// Reads a gate, with the place of what it is called by.
pub(super) fn declare_gate(
    section: &Section<'_>,
    catalogue: &Catalogue,
    kpis: &[DeclaredKpi],
    problems: &mut Problems,
) -> Option<(Located<String>, Gate)> {
    let id = section.text("id", problems);
    let name = section.text("name", problems);
    let kpi = section.text("kpi", problems);
    let metric = section.text("metric", problems);
    let (figure, span) = match (kpi, metric) {
        (Some(kpi), None) => {
            refuse_with_kpi(section, problems);
            let ids = kpis.iter().map(|one| one.id.as_ref().map(|id| id.value.as_str()));
            check_known(section, ("kpi", "unknown_kpi"), &kpi, ids, problems);
            let found = kpis.iter().filter_map(|one| one.kpi.as_ref()).find(|one| one.id == kpi.value);
            (found.map(|found| gate_of(found, Some(found.id.clone()))), kpi.span)
        }
        (None, Some(metric)) => {
            let span = metric.span.clone();
            (declare_figure(section, &metric, catalogue, kpis, problems), span)
        }
        (None, None) => {
            let help = "`kpi`, the id of a KPI on the card, or `metric`".to_owned();
            problems.error(section.file, section.span.clone(), "wrong_gate", "the gate names no figure", help);
            (None, section.span.clone())
        }
        (Some(_), Some(metric)) => {
            let message = "a gate names a `kpi` or a `metric`, not both";
            problems.error(section.file, metric.span.clone(), "wrong_gate", message, None);
            (None, metric.span)
        }
    };
    let limit = declare_limit(section, catalogue, figure.as_ref(), kpis, problems);
    section.finish(problems);
    let figure = figure?;
    let id = id.unwrap_or_else(|| Located { value: figure.id.clone(), span });
    let gate = Gate {
        id: id.value.clone(),
        name: name.map_or_else(|| figure.name.clone(), |name| name.value),
        limit: limit?,
        span: section.span.clone(),
        ..figure
    };
    Some((id, gate))
}

/// The figure of a KPI has been said where the KPI is.
fn refuse_with_kpi(section: &Section<'_>, problems: &mut Problems) {
    for key in ["variant", "parameters", "where", "statistic"] {
        if section.has(key) {
            let message = format!("`{key}` is the KPI's: a gate of a `kpi` is of its figure");
            let help = "`metric` in place of `kpi`, for another figure".to_owned();
            problems.error(section.file, section.span.clone(), "wrong_gate", message, help);
        }
    }
}

/// A gate on the figure of `kpi`, without limit yet.
fn gate_of(kpi: &Kpi, on_card: Option<String>) -> Gate {
    Gate {
        id: kpi.id.clone(),
        name: kpi.name.clone(),
        kpi: on_card,
        metric: kpi.metric.clone(),
        variant: kpi.variant.clone(),
        parameters: kpi.parameters.clone(),
        filter: kpi.filter.clone(),
        statistic: kpi.statistic.clone(),
        unit: kpi.unit,
        direction: kpi.direction,
        limit: Limit::AtMost(0.0),
        span: kpi.span.clone(),
    }
}

/// A figure of its own, or the one of a KPI that is asked alike.
fn declare_figure(
    section: &Section<'_>,
    wanted: &Located<String>,
    catalogue: &Catalogue,
    kpis: &[DeclaredKpi],
    problems: &mut Problems,
) -> Option<Gate> {
    let metric = declare_metric(section.file, wanted, catalogue, problems);
    let variant = section.text("variant", problems);
    let parameters = section.section("parameters", problems);
    let filter = section.text("where", problems);
    let statistic = section.text("statistic", problems);
    let Some(metric) = metric else {
        // one whose own file has errors keeps its place, as unknown
        return catalogue.withdrawn(&wanted.value).map(|_| Gate {
            id: wanted.value.clone(),
            name: wanted.value.clone(),
            kpi: None,
            metric: wanted.value.clone(),
            variant: None,
            parameters: BTreeMap::new(),
            filter: None,
            statistic: String::new(),
            unit: Unit::Count,
            direction: Direction::Range,
            limit: Limit::AtMost(0.0),
            span: section.span.clone(),
        });
    };
    let variant = variant.and_then(|variant| declare_variant(section.file, metric, variant, problems));
    let parameters =
        parameters.map_or_else(BTreeMap::new, |table| declare_parameters(&table, metric, catalogue, problems));
    let statistic = declare_statistic(section.file, metric, statistic, problems)?;
    let text = |filter: &Option<Located<String>>| filter.as_ref().map(|filter| filter.value.clone());
    let is_same = |kpi: &&Kpi| {
        (&kpi.metric, &kpi.variant, &kpi.parameters, &kpi.statistic) == (&metric.id, &variant, &parameters, &statistic)
            && text(&kpi.filter) == text(&filter)
    };
    if let Some(kpi) = kpis.iter().filter_map(|one| one.kpi.as_ref()).find(is_same) {
        return Some(gate_of(kpi, Some(kpi.id.clone())));
    }
    Some(Gate {
        id: metric.id.clone(),
        name: metric.name.clone(),
        kpi: None,
        metric: metric.id.clone(),
        variant,
        parameters,
        filter,
        statistic,
        unit: metric.unit,
        direction: metric.direction,
        limit: Limit::AtMost(0.0),
        span: section.span.clone(),
    })
}

/// One of `at_most`, `at_least` and `no_worse_than_baseline_by`.
fn declare_limit(
    section: &Section<'_>,
    catalogue: &Catalogue,
    figure: Option<&Gate>,
    kpis: &[DeclaredKpi],
    problems: &mut Problems,
) -> Option<Limit> {
    let at_most = section.number("at_most", problems);
    let at_least = section.number("at_least", problems);
    let by = section.number("no_worse_than_baseline_by", problems);
    let given: Vec<&Located<f64>> = [&at_most, &at_least, &by].into_iter().flatten().collect();
    let valid = "one of `at_most`, `at_least` and `no_worse_than_baseline_by`";
    match given.as_slice() {
        // one that is no number has been said to be none
        [] if section.has("at_most") || section.has("at_least") || section.has("no_worse_than_baseline_by") => {
            return None;
        }
        [] => {
            let message = "the gate has no limit";
            problems.error(section.file, section.span.clone(), "wrong_gate", message, valid.to_owned());
            return None;
        }
        [_, second, ..] => {
            let message = "the gate has several limits";
            problems.error(section.file, second.span.clone(), "wrong_gate", message, valid.to_owned());
            return None;
        }
        [limit] if by.is_none() => {
            if let Some((figure, metric)) = figure.and_then(|figure| Some((figure, catalogue.get(&figure.metric)?))) {
                let scale = Scale::asked(metric, figure.variant.as_deref(), &figure.parameters);
                check_unit(section, (metric, scale), limit, problems);
            }
        }
        _ => {}
    }
    if let Some(limit) = at_most {
        return Some(Limit::AtMost(limit.value));
    }
    if let Some(limit) = at_least {
        return Some(Limit::AtLeast(limit.value));
    }
    let by = by?;
    if by.value < 0.0 {
        let message = format!("{} worse than the baseline is better than it", by.value);
        let help = "by how much it may be worse, 0 or more".to_owned();
        problems.error(section.file, by.span, "wrong_gate", message, help);
        return None;
    }
    let figure = figure?;
    let on_card = figure.kpi.as_deref();
    let kpi = kpis.iter().filter_map(|one| one.kpi.as_ref()).find(|kpi| Some(kpi.id.as_str()) == on_card);
    let baseline = kpi.and_then(|kpi| kpi.target.as_ref()?.baseline);
    match baseline {
        Some(baseline) if figure.direction != Direction::Range => {
            Some(Limit::NoWorseThanBaselineBy { by: by.value, baseline })
        }
        Some(_) => {
            let message = format!("neither more nor less of `{}` is worse", figure.metric);
            problems.error(section.file, by.span, "wrong_gate", message, "`at_most` or `at_least`".to_owned());
            None
        }
        None => {
            let message = format!("no KPI of `{}` on the card has a baseline", figure.metric);
            let help = "`kpi`, with a `baseline` in its target".to_owned();
            problems.error(section.file, by.span, "wrong_gate", message, help);
            None
        }
    }
}
