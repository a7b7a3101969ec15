//! L17: a target of agents that is met by treating customers worse.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L17",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Known to be gamed",
    fix: "show it as context with a range to a manager, and give agents no target of it",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let never = &balance().never_agent_targets;
    let definition = input.definition;
    if definition.is_of_an_agent() {
        for kpi in definition.kpis.iter().filter(|kpi| never.contains(&kpi.metric) && kpi.target.is_some()) {
            report.kpi(
                kpi,
                format!("`{}` is a target of an agent, who meets it by treating customers worse", kpi.metric),
            );
        }
    }
    for one in &definition.operational {
        let is_agents = definition.is_of_an_agent() || one.audience.iter().any(|who| who == "agent");
        if is_agents && one.target.is_some() && never.contains(&one.metric) {
            report.place(&one.span, format!("`{}` has a target that agents are shown", one.metric));
        }
    }
}
