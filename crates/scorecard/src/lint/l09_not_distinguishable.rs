//! L09: a target that cannot be told from where things stand.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::Goal;
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L09",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Target is not distinguishable from today",
    fix: "raise it, or wait until more data narrow the margin",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = &kpi.target else { continue };
        let (Goal::AtLeast(value) | Goal::AtMost(value)) = target.goal else { continue };
        let baseline = input.evidence.of_kpi(&kpi.id).and_then(|evidence| evidence.baseline.as_ref());
        let Some((low, high)) = baseline.and_then(|row| Some((row.low?, row.high?))) else { continue };
        if low <= value && value <= high {
            let message = format!(
                "the target {} of `{}` lies in the margin of where things stand, {}",
                words::goal(&target.goal, kpi.unit),
                kpi.id,
                words::interval(Some(low), Some(high), kpi.unit)
            );
            report.target(kpi, target, message);
        }
    }
}
