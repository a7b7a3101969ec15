//! B02: more on an agent's card than one person can mind.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "B02",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Too much for one person",
    fix: "keep at most 6 on the card of an agent",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let most = balance().agent_level_max;
    let kpis = &input.definition.kpis;
    if input.definition.is_of_an_agent()
        && let Some(first_too_many) = kpis.get(most)
    {
        report.kpi(first_too_many, format!("{} KPIs are on the card of an agent, who can mind {most}", kpis.len()));
    }
}
