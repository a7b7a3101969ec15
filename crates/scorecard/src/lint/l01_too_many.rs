//! L01: more executive KPIs than anybody can steer by.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L01",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Too many executive KPIs",
    fix: "keep 4 to 10; the others can be operational metrics of one of them",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let most = balance().kpis[1];
    let count = input.definition.kpis.len();
    if let Some(first_too_many) = input.definition.kpis.get(most) {
        report.kpi(first_too_many, format!("{count} KPIs are on the card; nobody steers by more than {most}"));
    }
}
