//! `[[kpi]]`: which figure, how it is asked, and its place on the card.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section};
use catalogue::metric::{Direction, Metric, Unit};
use catalogue::plan::growth;

use super::figure::{declare_metric, declare_metrics, declare_parameters, declare_statistic, declare_variant};
use super::target::declare_target;
use super::{DeclaredPerspective, check_known, declare_weight};
use crate::definition::{Cadence, Factor, Kpi, Role};
use crate::project::Scale;

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
    factors: &[Option<(Located<String>, Factor)>],
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
        let ids = perspectives.iter().map(|one| one.as_ref().map(|one| one.id.value.as_str()));
        check_known(section, ("perspective", "unknown_perspective"), perspective, ids, problems);
    }
    if !section.has("weight") {
        section.missing("weight", problems);
    }
    let weight = declare_weight(section, problems);
    let target_section = section.section("target", problems);
    let intent = declare_intent(section, catalogue, factors, problems);
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
                name: name.as_ref()?.value.clone(),
                perspective: perspective.as_ref()?.value.clone(),
                weight: weight.as_ref()?.value,
                ..intent.clone()
            });
        }
        let metric = metric?;
        let statistic = declare_statistic(section.file, metric, statistic, problems);
        let variant = variant.map(|variant| declare_variant(section.file, metric, variant, problems));
        let parameters =
            parameters.map_or_else(BTreeMap::new, |table| declare_parameters(&table, metric, catalogue, problems));
        // that there is none is said by lint
        let before = problems.error_count();
        let variant = variant.flatten();
        let scale = Scale::asked(metric, variant.as_deref(), &parameters);
        let target = target_section.as_ref().and_then(|table| declare_target(table, metric, scale, problems));
        let growth = growth(metric, variant.as_deref(), &parameters, catalogue);
        let has_wrong_target = problems.error_count() > before || (section.has("target") && target_section.is_none());
        Some(Kpi {
            id: id.as_ref()?.value.clone(),
            metric: metric.id.clone(),
            variant,
            parameters,
            filter,
            statistic: statistic?,
            name: name.as_ref()?.value.clone(),
            unit: metric.unit,
            direction: metric.direction,
            growth,
            perspective: perspective.as_ref()?.value.clone(),
            weight: weight.as_ref()?.value,
            target,
            has_wrong_target,
            counterbalances: match section.has("counterbalances") {
                true => intent.counterbalances.clone(),
                false => metric.counterbalances.clone(),
            },
            ..intent.clone()
        })
    };
    let kpi = whole();
    DeclaredKpi { kpi, id, name, perspective: perspective.map(|perspective| perspective.value), weight }
}

/// What a KPI is on the card for, in one that has nothing else yet.
fn declare_intent(
    section: &Section<'_>,
    catalogue: &Catalogue,
    factors: &[Option<(Located<String>, Factor)>],
    problems: &mut Problems,
) -> Kpi {
    let parse_role = |text: &str| Role::ALL.into_iter().find(|role| role.name() == text);
    let role = section.choice("role", &Role::ALL.map(Role::name), parse_role, problems);
    let parse_cadence = |text: &str| Cadence::ALL.into_iter().find(|cadence| cadence.name() == text);
    let cadence = section.choice("cadence", &Cadence::ALL.map(Cadence::name), parse_cadence, problems);
    let factor = section.text("factor", problems);
    let also = section.texts("also", problems);
    for named in factor.iter().chain(&also) {
        let ids = factors.iter().map(|one| one.as_ref().map(|(id, _)| id.value.as_str()));
        check_known(section, ("factor", "unknown_factor"), named, ids, problems);
    }
    Kpi {
        id: String::new(),
        metric: String::new(),
        variant: None,
        parameters: BTreeMap::new(),
        filter: None,
        statistic: String::new(),
        name: String::new(),
        unit: Unit::Count,
        direction: Direction::Range,
        growth: None,
        perspective: String::new(),
        weight: 0.0,
        target: None,
        has_wrong_target: false,
        role: role.map_or_else(Role::default, |role| role.value),
        factor: factor.map(|factor| factor.value),
        also: also.into_iter().map(|factor| factor.value).collect(),
        operational: declare_metrics(section, "operational", catalogue, problems),
        cadence: cadence.map_or_else(Cadence::default, |cadence| cadence.value),
        serves: section.text("serves", problems),
        counterbalances: declare_metrics(section, "counterbalances", catalogue, problems),
        why: section.text("why", problems).map(|why| why.value),
        span: section.span.clone(),
    }
}
