//! L06: a target without a deadline.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L06",
    severity: Severity::Error,
    is_unfinished: true,
    title: "Target has no date",
    fix: "set a deadline, as deadline = 2027-12-31",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        if let Some(target) = kpi.target.as_ref().filter(|target| target.deadline.is_none()) {
            report.target(kpi, target, format!("by when `{}` is to be reached is not said", kpi.id));
        }
    }
}
