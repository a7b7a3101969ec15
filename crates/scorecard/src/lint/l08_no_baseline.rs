//! L08: a target without a baseline, or with one of too few.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::definition::Goal;
use crate::target::least_sample;
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L08",
    severity: Severity::Error,
    is_unfinished: true,
    title: "No usable baseline",
    fix: "collect 8 to 13 weeks first, then set baseline and baseline_n",
    check,
};

/// A band is kept from both sides, and needs no baseline. A sample that is too small for a figure is too small for a
/// baseline first of all.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(target) = kpi.target.as_ref().filter(|target| !matches!(target.goal, Goal::Between { .. })) else {
            continue;
        };
        let Some(metric) = input.metric(kpi) else { continue };
        if target.baseline.is_none() {
            report.target(
                kpi,
                target,
                format!("where `{}` stood when its target was set is not said: it has no score", kpi.id),
            );
            continue;
        }
        let found = input.evidence.of_kpi(&kpi.id).and_then(|evidence| evidence.baseline_n);
        let least = least_sample(metric);
        if let Some(n) = target.baseline_n.or(found).filter(|n| *n < least) {
            let message = format!(
                "the baseline of `{}` is of {}, and fewer than {} say too little",
                kpi.id,
                words::count(n),
                words::count(least)
            );
            report.target(kpi, target, message);
        }
    }
}
