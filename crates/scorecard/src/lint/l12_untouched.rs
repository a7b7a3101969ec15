//! L12: a card of the template that nobody has made their own.

use catalogue::diagnostic::Severity;
use catalogue::metric::Status as DefinitionStatus;

use super::{LintInput, Report, Rule, listed};

pub(super) const RULE: Rule = Rule {
    id: "L12",
    severity: Severity::Warning,
    is_unfinished: true,
    title: "Untouched template default",
    fix: "go through definitions, parameters and weights, then set status = \"draft\" and have it approved",
    check,
};

/// One finding a card: on a new one it is every KPI.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    if input.definition.status != DefinitionStatus::TemplateDefault {
        return;
    }
    let is_approved =
        |id: &String| input.reviews.and_then(|reviews| reviews.kpis.get(id)).is_some_and(|review| review.is_approved);
    let untouched: Vec<String> =
        input.definition.kpis.iter().filter(|kpi| !is_approved(&kpi.id)).map(|kpi| format!("`{}`", kpi.id)).collect();
    if !untouched.is_empty() {
        report.card(format!("nobody has approved {}", listed(&untouched)));
    }
}
