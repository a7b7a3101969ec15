//! L30: a target changed after results were known.

use catalogue::diagnostic::Severity;
use jiff::civil::Date;

use super::{LintInput, Report, Rule, TargetChange};
use crate::definition::Goal;
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L30",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Moving goalposts",
    fix: "keep both: report the old target beside the new one until its deadline, and say why there is a new one with \
          `crosscheck review change`",
    check,
};

/// Until the deadline of the old target: then it has been held against it, or not.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        let Some(target) = &kpi.target else { continue };
        let day = |change: &TargetChange| change.on.unwrap_or(input.today);
        let moved = review.target_changes.iter().filter(|change| {
            let is_open = change.deadline.is_none_or(|deadline| day(change) < deadline && input.today <= deadline);
            change.first_result <= day(change) && is_open
        });
        let Some(last) = moved.max_by_key(|change| day(change)) else { continue };
        let with_deadline = |goal: &Goal, deadline: Option<Date>| match deadline {
            Some(deadline) if last.deadline != target.deadline => {
                format!("{} by {deadline}", words::goal(goal, kpi.unit))
            }
            _ => words::goal(goal, kpi.unit),
        };
        let (was, is) = (with_deadline(&last.was, last.deadline), with_deadline(&target.goal, target.deadline));
        let when = match last.on {
            Some(on) => format!("since {on}, when results were known already"),
            None => {
                format!("now: nobody recorded when it was changed, and results are known since {}", last.first_result)
            }
        };
        report.target(kpi, target, format!("the target of `{}` was {was}, and is {is} {when}", kpi.id));
    }
}
