//! L05: a KPI without a target.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L05",
    severity: Severity::Error,
    is_unfinished: true,
    title: "Target has no number",
    fix: "set value, deadline, owner and baseline; `crosscheck target suggest KPI` makes them of what the figures did so far",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.target.is_none() && input.metric(kpi).is_some()) {
        report.kpi(kpi, format!("`{}` has no target: its status will be \"no data\"", kpi.id));
    }
}
