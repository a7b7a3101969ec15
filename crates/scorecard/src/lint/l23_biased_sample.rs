//! L23: a score over samples that were not drawn at random.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::metric::{MeasureKind, Metric};
use model::FactTable;

use super::conditions::conditions;
use super::l20_definitions_differ::resolved;
use super::{LintInput, Report, Rule};
use crate::definition::Kpi;

pub(super) const RULE: Rule = Rule {
    id: "L23",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Biased sample",
    fix: "score random samples only; what was picked for coaching or on suspicion says nothing about the rest",
    check,
};

/// Samples that say something about the rest: all is no sample.
const RANDOM: [&str; 2] = ["random", "all"];

/// Scores of reviews and checks; a count of what was found anywhere is no score.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let is_score = matches!(metric.measure.table, Some(FactTable::QualityReview | FactTable::ComplianceCheck))
            && matches!(metric.measure.kind, MeasureKind::Mean | MeasureKind::Share);
        if is_score && let Some(why) = why_biased(kpi, metric, input.catalogue) {
            report.kpi(kpi, format!("`{}` includes samples that were not drawn at random: {why}", kpi.id));
            let instead = match metric.defaults().contains_key("sampling") {
                true => {
                    "write parameters = { sampling = \"random\" } on the KPI, in place of a variant that says otherwise"
                }
                false => {
                    "write where = \"sampling = 'random'\" on the KPI, or the same in the population of its definition"
                }
            };
            report.instead(format!(
                "{instead}: what was picked for coaching or on suspicion says nothing about the rest"
            ));
        }
    }
}

fn why_biased(kpi: &Kpi, metric: &Metric, catalogue: &Catalogue) -> Option<String> {
    if conditions(kpi, catalogue).iter().any(|condition| condition.holds_to("sampling", &RANDOM)) {
        return None;
    }
    match resolved(kpi, metric).get("sampling").map(String::as_str) {
        Some(sampling) if RANDOM.contains(&sampling) => None,
        Some(other) => Some(format!("sampling is {other}")),
        None => {
            let population = metric.measure.population.as_ref().map_or("", |population| population.value.as_str());
            let is_random = population.contains("sampling = 'random'") || population.contains("sampling = 'all'");
            (!is_random).then(|| "its definition does not ask how they were chosen".to_owned())
        }
    }
}
