//! L15: a volume of work as a KPI.

use catalogue::diagnostic::Severity;
use catalogue::metric::{Direction, MeasureKind};

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L15",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Activity, not value",
    fix: "use a rate, or what comes of it",
    check,
};

/// Counts and sums of work, and how many there are of something, as followers or customers. What is counted because less of
/// it is better, as breaches or a backlog, is harm and no activity; money is value.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    use catalogue::metric::Unit;
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let is_volume = matches!(metric.unit, Unit::Count | Unit::Seconds) && metric.direction != Direction::Down;
        let grows = match metric.measure.kind {
            MeasureKind::Count | MeasureKind::Sum => "it grows with the work",
            MeasureKind::Stock => "it says how many there are",
            _ => continue,
        };
        if is_volume {
            report.kpi(kpi, format!("`{}` is a volume: {grows}, whatever comes of it", kpi.id));
        }
    }
}
