//! L02: too few KPIs to hold each other in balance.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L02",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Too few to be balanced",
    fix: "add a KPI of each perspective that is missing",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let least = balance().kpis[0];
    let count = input.definition.kpis.len();
    if count < least {
        report.card(format!("{count} KPIs cannot hold each other in balance; that takes {least}"));
    }
}
