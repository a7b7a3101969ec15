//! L13: a KPI without operational metrics, so that nobody can act on it.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule, quoted};

pub(super) const RULE: Rule = Rule {
    id: "L13",
    severity: Severity::Error,
    is_unfinished: true,
    title: "Cannot be acted on",
    fix: "name 1 to 7 operational metrics that move it, as operational = [\"transfer_rate\"]",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.operational.is_empty()) {
        let known = |metric: &&String| input.catalogue.get(metric).is_some();
        let drivers = input.metric(kpi).map(|metric| metric.drivers.iter().filter(known).cloned().collect::<Vec<_>>());
        let drivers = drivers.unwrap_or_default();
        let told = match drivers.as_slice() {
            [] => String::new(),
            [one] => format!("; by its definition `{one}` does"),
            some => format!("; by its definition {} do", quoted(some)),
        };
        report.kpi(kpi, format!("which operational metrics move `{}` is not said{told}", kpi.id));
        if !drivers.is_empty() {
            let named: Vec<String> = drivers.iter().map(|driver| format!("\"{driver}\"")).collect();
            report.instead(format!("name 1 to 7 of those that move it, as operational = [{}]", named.join(", ")));
        }
    }
}
