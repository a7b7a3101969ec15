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

/// Counts and sums of work. What is counted because less of it is better, as breaches, is harm and no activity; money is
/// value.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    use catalogue::metric::Unit;
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let is_volume = matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Sum)
            && matches!(metric.unit, Unit::Count | Unit::Seconds);
        if is_volume && metric.direction != Direction::Down {
            report.kpi(kpi, format!("`{}` is a volume: it grows with the work, whatever comes of it", kpi.id));
        }
    }
}
