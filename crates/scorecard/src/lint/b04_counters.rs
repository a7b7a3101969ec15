//! B04: counters that weigh too little.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::Role;
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "B04",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Too little against it",
    fix: "give at least 0.25 of the weight to KPIs with role = \"counter\"",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let least = balance().counter_min;
    let counters = input.definition.kpis.iter().filter(|kpi| kpi.role == Role::Counter);
    // not sum(): that of nothing is −0
    let of_counters = counters.map(|kpi| kpi.weight).fold(0.0, |sum, weight| sum + weight);
    if of_counters < least - 1e-9 {
        report.card(format!(
            "counters weigh {of_counters:.2} together, less than {least:.2}: the rest can be pushed at their expense"
        ));
    }
}
