//! L20: one metric under two definitions, on a card and the one above it.

use std::collections::BTreeMap;

use catalogue::diagnostic::Severity;
use catalogue::metric::{Metric, to_json};

use super::conditions::{conditions, implies, makes_a_part};
use super::{LintInput, Report, Rule};
use crate::card::served;
use crate::definition::{Definition, Kpi};

pub(super) const RULE: Rule = Rule {
    id: "L20",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Definitions differ",
    fix: "give both the same variant, parameters, statistic and `where`, or let it serve another KPI",
    check,
};

/// A KPI of a part is compared with, and summed into, the one above that it serves.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let Some(above) = input.definition.parent.as_ref().and_then(|parent| input.cards.get(&parent.value)) else {
        return;
    };
    for kpi in &input.definition.kpis {
        let served = served(kpi, above).and_then(|id| above.kpi(&id));
        // another statistic is another figure, unless somebody says that it serves that one
        let is_meant = |served: &&Kpi| kpi.serves.is_some() || served.statistic == kpi.statistic;
        let same_metric = served.filter(|served| served.metric == kpi.metric).filter(is_meant);
        let Some((served, metric)) = same_metric.zip(input.metric(kpi)) else { continue };
        let mut different = differences(kpi, served, metric);
        different.extend(filters(input, kpi, above, served));
        if !different.is_empty() {
            let message = format!(
                "`{}` here and `{}` above it are of one metric, with {}",
                kpi.id,
                served.id,
                different.join(" and ")
            );
            report.kpi(kpi, message);
        }
    }
}

fn differences(kpi: &Kpi, served: &Kpi, metric: &Metric) -> Vec<String> {
    let (own, above) = (resolved(kpi, metric), resolved(served, metric));
    let mut found: Vec<String> = own
        .iter()
        .filter(|(name, value)| above.get(*name) != Some(value))
        .map(|(name, value)| format!("{name} {value} and {}", above.get(name).map_or("none", String::as_str)))
        .collect();
    if kpi.statistic != served.statistic {
        found.push(format!("statistic {} and {}", kpi.statistic, served.statistic));
    }
    found
}

/// What is counted under another `where`. That a part counts its own rows only is no difference, however it is said: by the
/// `only` of its card, or by a `where` of its KPIs.
fn filters(input: &LintInput<'_>, kpi: &Kpi, above: &Definition, served: &Kpi) -> Option<String> {
    let (card, catalogue) = (input.definition, input.catalogue);
    let (own, wanted) = (conditions(kpi, catalogue), conditions(served, catalogue));
    let is_wider = wanted.iter().any(|condition| !implies(&own, card, condition));
    let is_else = |condition: &_| !implies(&wanted, above, condition) && !makes_a_part(condition, kpi, card, catalogue);
    let written = |kpi: &Kpi| match &kpi.filter {
        Some(filter) => format!("`{}`", filter.value),
        None => "none".to_owned(),
    };
    (is_wider || own.iter().any(is_else)).then(|| format!("where {} and {}", written(kpi), written(served)))
}

/// Every parameter with its value: by default, by variant, by hand.
pub(super) fn resolved(kpi: &Kpi, metric: &Metric) -> BTreeMap<String, String> {
    let text = |value: &catalogue::expression::Value| match to_json(value) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let mut found: BTreeMap<String, String> =
        metric.defaults().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    if let Some(variant) = kpi.variant.as_ref().and_then(|variant| metric.variants.get(variant)) {
        found.extend(variant.parameters.iter().map(|(name, value)| (name.clone(), text(value))));
    }
    found.extend(kpi.parameters.clone());
    found
}
