//! L18: a survey that few are asked or few answer.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};
use crate::words;
use catalogue::metric::Unit;

pub(super) const RULE: Rule = Rule {
    id: "L18",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Sample too selective",
    fix: "ask after every contact and make answering easy; until then say beside the figure how few answered",
    check,
};

/// Least response rate, percent.
const RESPONSE: f64 = 10.0;
/// Least coverage, percent.
const COVERAGE: f64 = 50.0;

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(evidence) = input.evidence.of_kpi(&kpi.id) else { continue };
        let mut few = Vec::new();
        let told = |rate: f64| words::figure(Some(rate), Unit::Percent);
        if let Some(rate) = evidence.response_rate.filter(|rate| *rate < RESPONSE) {
            few.push(format!("{} of those asked answered", told(rate)));
        }
        if let Some(rate) = evidence.coverage.filter(|rate| *rate < COVERAGE) {
            few.push(format!("{} of those who could be asked were", told(rate)));
        }
        if !few.is_empty() {
            report.kpi(kpi, format!("`{}` speaks for few: {}{}", kpi.id, few.join(", and "), evidence.told_surveyed()));
        }
    }
}
