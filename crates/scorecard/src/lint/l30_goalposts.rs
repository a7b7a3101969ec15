//! L30: a target changed after results were known.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L30",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Moving goalposts",
    fix: "keep both: report the old target until its deadline, and say in the log why there is a new one",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        let moved = review.target_changes.iter().filter(|change| {
            let known = change.first_result.is_some_and(|first| first <= change.on);
            known && change.deadline.is_none_or(|deadline| change.on < deadline)
        });
        if let Some(last) = moved.max_by_key(|change| change.on) {
            let message =
                format!("the target of `{}` was changed on {}, when results were known already", kpi.id, last.on);
            report.kpi(kpi, message);
        }
    }
}
