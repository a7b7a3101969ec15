//! L10: a target further off than the figure has ever moved.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::Goal;
use crate::target::CHANGES;
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L10",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Target implausible",
    fix: "go there in steps, each with a deadline of its own",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = &kpi.target else { continue };
        let (Goal::AtLeast(value) | Goal::AtMost(value)) = target.goal else { continue };
        let Some(baseline) = target.baseline else { continue };
        let Some(evidence) = input.evidence.of_kpi(&kpi.id) else { continue };
        let Some(change) = evidence.yearly_change else { continue };
        // what is met already is not out of reach
        let is_met = evidence.baseline.as_ref().and_then(|row| row.value);
        if is_met.is_some_and(|value| target.goal.shortfall(value) <= 0.0) {
            continue;
        }
        if (value - baseline).abs() > CHANGES * change.abs() {
            let unsigned = |by: f64| words::difference(by.abs(), kpi.unit).trim_start_matches('+').to_owned();
            let message = format!(
                "`{}` is to move by {}; in a year it moved by no more than {}",
                kpi.id,
                unsigned(value - baseline),
                unsigned(change)
            );
            report.target(kpi, target, message);
        }
    }
}
