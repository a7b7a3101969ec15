//! L31: a deadline that has passed.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L31",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Deadline has passed",
    fix: "say what came of it in a review, then set the next target with a deadline to come",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = &kpi.target else { continue };
        if let Some(deadline) = target.deadline.filter(|deadline| *deadline < input.today) {
            report.target(kpi, target, format!("`{}` was to be reached by {}", kpi.id, words::day(deadline)));
        }
    }
}
