//! L16: weights that do not add up to 1.

use catalogue::diagnostic::Severity;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L16",
    severity: Severity::Error,
    is_unfinished: false,
    title: "Weights do not sum to 1",
    fix: "divide each by their sum",
    check,
};

/// How far off is rounding.
const SLACK: f64 = 0.001;

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let sum: f64 = input.definition.kpis.iter().map(|kpi| kpi.weight).sum();
    if (sum - 1.0).abs() > SLACK + 1e-9 {
        report.card(format!("the weights of the KPIs add up to {}", (sum * 1e6).round() / 1e6));
    }
}
