//! L14: a KPI that nobody looks at or decides by.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L14",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Vanity metric",
    fix: "retire it, or decide something by it",
    check,
};

/// Days after which nobody needs it.
const DAYS: i32 = 90;

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        let days = |from: jiff::civil::Date| (input.today - from).get_days();
        // one that has not been there for so long cannot have been left alone for so long
        let since = review.last_used.or(review.known_since);
        if let Some(since) = since.filter(|since| days(*since) >= DAYS) {
            let message =
                format!("nobody has looked at `{}` or cited it in a decision in {} days", kpi.id, days(since));
            report.kpi(kpi, message);
        }
    }
}
