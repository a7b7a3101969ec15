//! L03: a KPI of weight that nothing on the card pulls against.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule, quoted};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L03",
    severity: Severity::Error,
    is_unfinished: false,
    title: "KPI has no competing metric",
    fix: "add one of its counterbalances, or one of their family, or reduce its weight below 0.10",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let balance = balance();
    let kpis = &input.definition.kpis;
    for kpi in kpis.iter().filter(|kpi| kpi.weight >= balance.counterbalanced_from - 1e-9) {
        let on_card = |metric: &str| kpis.iter().any(|other| other.metric == metric && other.metric != kpi.metric);
        if balance.competing(&kpi.counterbalances).any(on_card) {
            continue;
        }
        let told = match kpi.counterbalances.as_slice() {
            [] => "it names no counterbalance".to_owned(),
            some => format!("{} would", quoted(some)),
        };
        report.kpi(
            kpi,
            format!(
                "`{}` weighs {:.2}, and nothing on the card gets worse where it is pushed too hard; {told}",
                kpi.id, kpi.weight
            ),
        );
    }
}
