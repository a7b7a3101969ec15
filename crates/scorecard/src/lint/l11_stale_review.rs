//! L11: a review that is overdue.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L11",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Review is stale",
    fix: "review it with `crosscheck review confirm`, or retire it",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        if let Some(due) = review.due.filter(|due| *due < input.today) {
            report.kpi(kpi, format!("the review of `{}` was due on {due}", kpi.id));
        }
    }
}
