//! L27: a target of all or nothing.

use catalogue::diagnostic::Severity;
use catalogue::metric::Unit;

use super::{LintInput, Report, Rule};
use crate::definition::Goal;
use crate::project::Scale;
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L27",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Invites gaming",
    fix: "set what can be accepted, with the evidence for it; what must never happen is a gate",
    check,
};

/// Of what may be more than 100 % nothing is perfect, as of the revenue that customers who stayed bring.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.unit == Unit::Percent) {
        let (Some(target), Some(metric)) = (&kpi.target, input.metric(kpi)) else { continue };
        let scale = Scale::of(metric);
        let is_perfect = match target.goal {
            Goal::AtLeast(value) => value >= scale.high,
            Goal::AtMost(value) => value <= scale.low,
            Goal::Between { .. } => false,
        };
        if is_perfect {
            let goal = words::goal(&target.goal, kpi.unit);
            report.target(kpi, target, format!("{goal} of `{}` is met by not counting", kpi.id));
        }
    }
}
