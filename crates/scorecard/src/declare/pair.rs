//! `[[pair]]`, `[[operational]]` and `[[left_out]]`.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::file::{Located, Problems, Section, suggest};
use model::RecordKind;

use super::check_known;
use super::figure::unknown_metric;
use super::kpi::DeclaredKpi;
use super::target::declare_target;
use crate::definition::{LeftOut, Operational, Pair};
use crate::project::Scale;

/// Who a metric can be shown to.
const AUDIENCES: [&str; 3] = ["agent", "service_manager", "executive"];

pub(super) fn declare_pair(section: &Section<'_>, kpis: &[DeclaredKpi], problems: &mut Problems) -> Option<Pair> {
    if !section.has("kpis") {
        section.missing("kpis", problems);
    }
    let named = section.texts("kpis", problems);
    let wins = section.required_text("wins", problems);
    let when = section.text("when", problems);
    section.finish(problems);
    for id in &named {
        let ids = kpis.iter().map(|one| one.id.as_ref().map(|id| id.value.as_str()));
        check_known(section, ("kpi", "unknown_kpi"), id, ids, problems);
    }
    let [first, second] = named.as_slice() else {
        if let Some(last) = named.last() {
            let message = format!("a pair is of two KPIs, not of {}", named.len());
            problems.error(section.file, last.span.clone(), "wrong_pair", message, None);
        }
        return None;
    };
    if first.value == second.value {
        let message = format!("`{}` does not compete with itself", first.value);
        problems.error(section.file, second.span.clone(), "wrong_pair", message, None);
    }
    let wins = wins?;
    if ![&first.value, &second.value].contains(&&wins.value) {
        let message = format!("`{}` is not one of the pair", wins.value);
        let help = suggest(&wins.value, [first.value.as_str(), second.value.as_str()]);
        problems.error(section.file, wins.span, "wrong_pair", message, help);
        return None;
    }
    Some(Pair {
        kpis: [first.value.clone(), second.value.clone()],
        wins: wins.value,
        when: when.map(|when| when.value),
        span: section.span.clone(),
    })
}

/// Reads what is said of an operational metric, with the place of its id.
pub(super) fn declare_operational(
    section: &Section<'_>,
    catalogue: &Catalogue,
    problems: &mut Problems,
) -> Option<(Located<String>, Operational)> {
    let wanted = section.required_text("metric", problems);
    let audience = section.texts("audience", problems);
    let target = section.section("target", problems);
    section.finish(problems);
    for one in &audience {
        if !AUDIENCES.contains(&one.value.as_str()) {
            let message = format!("`{}` is nobody a metric can be shown to", one.value);
            problems.error(section.file, one.span.clone(), "unknown_value", message, suggest(&one.value, AUDIENCES));
        }
    }
    let wanted = wanted?;
    let metric = catalogue.get(&wanted.value);
    if metric.is_none() && catalogue.withdrawn(&wanted.value).is_none() {
        unknown_metric(section.file, &wanted, catalogue, problems);
    }
    let audience: Vec<String> = match (audience.is_empty(), metric) {
        (true, Some(metric)) => metric.audience.clone(),
        _ => audience.into_iter().map(|one| one.value).collect(),
    };
    let target = target.zip(metric).and_then(|(table, metric)| {
        declare_target(&table, metric, Scale::asked(metric, None, &BTreeMap::new()), problems)
    });
    let operational = Operational { metric: wanted.value.clone(), audience, target, span: section.span.clone() };
    Some((wanted, operational))
}

pub(super) fn declare_left_out(section: &Section<'_>, problems: &mut Problems) -> Option<LeftOut> {
    let kpi = section.required_text("kpi", problems);
    let needs = section.texts("needs", problems);
    let why = section.text("why", problems).map(|why| why.value);
    section.finish(problems);
    for kind in &needs {
        if RecordKind::parse(&kind.value).is_none() {
            let message = format!("there is no kind of record `{}`", kind.value);
            let help = suggest(&kind.value, RecordKind::ALL.map(RecordKind::name));
            problems.error(section.file, kind.span.clone(), "unknown_kind", message, help);
        }
    }
    let needs = needs.into_iter().map(|kind| kind.value).collect();
    Some(LeftOut { kpi: kpi?.value, needs, why, span: section.span.clone() })
}
