//! L05: a KPI without a target.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::declare::target::example;

pub(super) const RULE: Rule = Rule {
    id: "L05",
    severity: Severity::Error,
    is_unfinished: true,
    title: "Target has no number",
    fix: "set value, deadline, owner and baseline; `crosscheck target suggest KPI` makes them of what the figures did so far",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.target.is_none() && !kpi.has_wrong_target) {
        let Some(metric) = input.metric(kpi) else { continue };
        report
            .kpi(kpi, format!("`{}` has no target, as {}: its status will be \"no target\"", kpi.id, example(metric)));
    }
}
