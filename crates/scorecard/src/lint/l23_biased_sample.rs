//! L23: a score over samples that were not drawn at random.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::metric::{MeasureKind, Metric};
use catalogue::question::Question;
use model::FactTable;

use super::conditions::{conditions, leaves_only};
use super::l20_definitions_differ::resolved;
use super::{LintInput, Report, Rule};
use crate::declare::planned;
use crate::definition::Kpi;
use crate::questions::subject;

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

/// Column that says how a review or check was chosen, and the parameter by which definitions choose.
const SAMPLING: &str = "sampling";

/// Scores of reviews and checks; a count of what was found anywhere is no score.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let is_score = matches!(metric.measure.table, Some(FactTable::QualityReview | FactTable::ComplianceCheck))
            && matches!(metric.measure.kind, MeasureKind::Mean | MeasureKind::Share);
        if is_score && let Some(why) = why_biased(kpi, metric, input.catalogue) {
            report.kpi(kpi, format!("`{}` includes samples that were not drawn at random: {why}", kpi.id));
            let instead = match metric.defaults().contains_key(SAMPLING) {
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

/// Why rows of other samples count: none where the `where` of the KPI or the population of its definition, under the
/// KPI's parameters, can only hold of random ones.
fn why_biased(kpi: &Kpi, metric: &Metric, catalogue: &Catalogue) -> Option<String> {
    if conditions(kpi, catalogue).iter().any(|condition| condition.holds_to(SAMPLING, &RANDOM)) {
        return None;
    }
    // a filter by what only the records know is left out: it cannot be about the sample
    let population = planned(&Question { filter: None, ..subject(kpi) }, catalogue)?.population;
    if leaves_only(&population, SAMPLING, &RANDOM) {
        return None;
    }
    let mut asks = false;
    population.columns(&mut |column| asks |= column == SAMPLING);
    Some(match resolved(kpi, metric).get(SAMPLING) {
        Some(sampling) if !RANDOM.contains(&sampling.as_str()) => format!("sampling is {sampling}"),
        _ if asks => "the population of its definition lets others in".to_owned(),
        _ => "its definition does not ask how they were chosen".to_owned(),
    })
}
