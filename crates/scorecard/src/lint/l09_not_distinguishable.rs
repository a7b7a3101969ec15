//! L09: a target that cannot be told from where things stand, or that was met before it was set.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::{Goal, Origin};
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L09",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Target is not distinguishable from today",
    fix: "ask for more than the margin, on the better side of it, or wait until more data narrow it",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = &kpi.target else { continue };
        let (Goal::AtLeast(value) | Goal::AtMost(value)) = target.goal else { continue };
        let Some(evidence) = input.evidence.of_kpi(&kpi.id) else { continue };
        let Some(baseline) = evidence.baseline.as_ref() else { continue };
        // a full count has no margin
        let ends = baseline.low.zip(baseline.high).or_else(|| baseline.value.map(|value| (value, value)));
        let Some((low, high)) = ends else { continue };
        // since when it is met is known of one that says when it was set, or not where it began; one made of history may
        // be met in the better season
        let was_met = (target.set_on.is_some() || target.baseline.is_none())
            && target.from != Some(Origin::Own)
            && [low, high].iter().all(|end| target.goal.shortfall(*end) <= 0.0);
        if was_met {
            let message = format!(
                "the target {} of `{}` was met before it was set: it stood at {}{}",
                words::goal(&target.goal, kpi.unit),
                kpi.id,
                words::figure(baseline.value, kpi.unit),
                evidence.told(kpi)
            );
            report.target(kpi, target, message);
            report.instead(
                "ask for more, or keep it with a [[gate]]: `crosscheck target suggest` says what is within reach",
            );
        } else if low < high && low <= value && value <= high {
            let message = format!(
                "the target {} of `{}` lies in the margin of where things stand, {}{}",
                words::goal(&target.goal, kpi.unit),
                kpi.id,
                words::interval(Some(low), Some(high), kpi.unit),
                evidence.told(kpi)
            );
            report.target(kpi, target, message);
        }
    }
}
