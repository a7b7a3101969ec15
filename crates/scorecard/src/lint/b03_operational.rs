//! B03: more operational metrics than move a KPI.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "B03",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Too many operational metrics",
    fix: "keep the 7 that move it most",
    check,
};

/// None at all is L13.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let most = balance().operational[1];
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.operational.len() > most) {
        report.kpi(kpi, format!("`{}` has {} operational metrics, more than {most}", kpi.id, kpi.operational.len()));
    }
}
