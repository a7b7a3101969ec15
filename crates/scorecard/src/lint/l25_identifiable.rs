//! L25: a figure about staff on a card of very few people.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L25",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Identifiable",
    fix: "keep figures about staff on cards of at least five people; no smaller group is ever shown",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        if input.metric(kpi).is_none_or(|metric| metric.privacy.is_none()) {
            continue;
        }
        if input.definition.is_of_an_agent() {
            report.kpi(kpi, format!("`{}` is about staff, and the card about one of them", kpi.id));
        } else if input.evidence.of_kpi(&kpi.id).is_some_and(|evidence| evidence.is_withheld) {
            report.kpi(kpi, format!("`{}` is about fewer than five people here, and withheld", kpi.id));
        }
    }
}
