//! L21: a card on which nothing moves first.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::{Kpi, Role};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L21",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "No leading indicator",
    fix: "give at least 0.30 of the weight to what moves first: a KPI with role = \"driver\", or one that is among the drivers of \
          another's definition or in its operational = […]",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let definition = input.definition;
    // it leads where it is there to, or moves another on the card
    let leads = |kpi: &&Kpi| {
        let moves = |other: &Kpi| {
            let drivers = input.metric(other).map(|metric| metric.drivers.as_slice()).unwrap_or_default();
            drivers.contains(&kpi.metric) || other.operational.contains(&kpi.metric)
        };
        kpi.role == Role::Driver || definition.kpis.iter().any(moves)
    };
    let leading: f64 = definition.kpis.iter().filter(leads).map(|kpi| kpi.weight).sum();
    if leading <= 0.0 && !definition.kpis.is_empty() {
        let least = balance().leading_min;
        report.card(format!(
            "every KPI shows what has happened already; {least:.2} of the weight should move before the others do"
        ));
    }
}
