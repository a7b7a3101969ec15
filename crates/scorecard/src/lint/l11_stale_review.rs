//! L11: a review that is overdue, or whose outcome the card does not have: what was retired and still counts.

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

/// What to do about what was retired.
const TAKE_OUT: &str = "take it out of the card's file, or approve it again";

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        if let Some(due) = review.due.filter(|due| *due < input.today) {
            report.kpi(kpi, format!("the review of `{}` was due on {due}", kpi.id));
        }
        if let Some(by) = &review.retired {
            report.kpi(kpi, format!("`{}` was retired by {by}, and is still on the card", kpi.id));
            report.instead(TAKE_OUT);
        }
    }
    let Some(reviews) = input.reviews else { return };
    let told = |metric: &String, by: &String| {
        format!("the definition of `{metric}` was retired by {by}, and figures of the card are still worked out by it")
    };
    for kpi in &input.definition.kpis {
        if let Some(by) = reviews.retired.get(&kpi.metric) {
            report.kpi(kpi, told(&kpi.metric, by));
            report.instead(TAKE_OUT);
        }
    }
    for gate in input.definition.gates.iter().filter(|gate| gate.kpi.is_none()) {
        if let Some(by) = reviews.retired.get(&gate.metric) {
            report.place(&gate.span, told(&gate.metric, by));
            report.instead(TAKE_OUT);
        }
    }
}
