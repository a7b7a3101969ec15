//! L30: a target or a gate changed after results were known.

use catalogue::diagnostic::Severity;

use super::{Aim, LintInput, Report, Rule, TargetChange};
use crate::definition::Kpi;
use crate::gate;
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

/// Of a target until the deadline of the old one: then it has been held against it, or not. Of a gate until a period is
/// closed with the new one.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for (kpi, review) in input.reviewed() {
        let Some(target) = &kpi.target else { continue };
        let day = |change: &TargetChange| change.on.unwrap_or(input.today);
        let moved = review.target_changes.iter().filter(|change| {
            let is_open = change.was.deadline.is_none_or(|deadline| day(change) < deadline && input.today <= deadline);
            change.first_result <= day(change) && is_open
        });
        let Some(last) = moved.max_by_key(|change| day(change)) else { continue };
        let now = Aim::of(target);
        let (was, is) = (told(&last.was, &now, kpi), told(&now, &last.was, kpi));
        let when = match last.on {
            Some(on) => format!("since {on}, when results were known already"),
            None => {
                format!("now: nobody recorded when it was changed, and results are known since {}", last.first_result)
            }
        };
        report.target(kpi, target, format!("the target of `{}` was {was}, and is {is} {when}", kpi.id));
    }
    let Some(reviews) = input.reviews else { return };
    for gate in &input.definition.gates {
        let Some(was) = reviews.loosened.get(&gate.id) else { continue };
        let (bound, now, _) = gate::bound(gate);
        let bound = bound.words();
        let shown = |number: f64| words::figure(Some(number), gate.unit);
        report.place(
            &gate.span,
            format!(
                "the gate `{}` lets more pass than when {} was closed: {bound} {}, and it was {}",
                gate.id,
                words::days(was.from, was.to),
                shown(now),
                shown(was.limit)
            ),
        );
        report.instead("the old limit, or say why there is a new one with `crosscheck review change` on the card");
    }
}

/// What `aim` asks for, as far as it is not the same in `other`; always its number.
fn told(aim: &Aim, other: &Aim, kpi: &Kpi) -> String {
    let mut told = words::goal(&aim.goal, kpi.unit);
    if aim.tolerance != other.tolerance {
        let tolerance = words::difference(aim.tolerance, kpi.unit);
        told.push_str(&format!(" with {} tolerated", tolerance.trim_start_matches('+')));
    }
    if let (Some(baseline), Some(before)) = (aim.baseline, other.baseline)
        && baseline != before
    {
        told.push_str(&format!(" from a baseline of {}", words::figure(Some(baseline), kpi.unit)));
    }
    if let (Some(deadline), true) = (aim.deadline, aim.deadline != other.deadline) {
        told.push_str(&format!(" by {deadline}"));
    }
    told
}
