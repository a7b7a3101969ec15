//! B01: a KPI that weighs next to nothing, or nearly everything.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "B01",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Weight too small or too large",
    fix: "weigh each KPI 0.05 to 0.30: below nobody notices it, above nobody notices the rest",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let [least, most] = balance().weight;
    for kpi in &input.definition.kpis {
        if kpi.weight < least - 1e-9 || kpi.weight > most + 1e-9 {
            report.kpi(kpi, format!("`{}` weighs {}, not {least:.2} to {most:.2}", kpi.id, kpi.weight));
        }
    }
}
