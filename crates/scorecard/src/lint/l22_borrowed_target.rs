//! L22: a target taken from others who count differently.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::benchmark;
use crate::definition::Origin;

pub(super) const RULE: Rule = Rule {
    id: "L22",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Borrowed target",
    fix: "set it by your own baseline; `crosscheck target suggest KPI` does",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = kpi.target.as_ref().filter(|target| target.from == Some(Origin::Benchmark)) else {
            continue;
        };
        let known = benchmark::all().iter().filter(|one| one.metric == kpi.metric);
        let matches = known.clone().any(|one| one.matches(&kpi.metric, kpi.variant.as_deref(), &kpi.statistic));
        if !matches {
            let told = match known.clone().find_map(|one| one.differs.as_deref()) {
                Some(differs) => format!("what others publish of it differs: {differs}"),
                None => "no benchmark known here is of this definition".to_owned(),
            };
            report.target(kpi, target, format!("the target of `{}` is a figure of others; {told}", kpi.id));
        }
    }
}
