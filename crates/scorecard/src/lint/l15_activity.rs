//! L15: a volume of work as a KPI.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::expression::{Expr, Operator};
use catalogue::metric::{Direction, MeasureKind, Metric, Unit};
use catalogue::plan::{Measure, Plan};

use super::l28_mean_of_means::adds_up;
use super::{LintInput, Report, Rule};
use crate::declare::{planned, probe};

pub(super) const RULE: Rule = Rule {
    id: "L15",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Activity, not value",
    fix: "use a rate, or what comes of it",
    check,
};

/// Counts and sums of work, what is added up of such, and how many there are of something, as followers or customers. What
/// is counted because less of it is better, as breaches or a backlog, is harm and no activity; money is value.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let Some(metric) = input.metric(kpi) else { continue };
        let is_volume = matches!(metric.unit, Unit::Count | Unit::Seconds) && metric.direction != Direction::Down;
        let grows = match metric.measure.kind {
            MeasureKind::Count | MeasureKind::Sum => "it grows with the work",
            MeasureKind::Derived if is_added_up(metric, input.catalogue) => "it grows with the work",
            MeasureKind::Stock => "it says how many there are",
            _ => continue,
        };
        if is_volume {
            report.kpi(kpi, format!("`{}` is a volume: {grows}, whatever comes of it", kpi.id));
        }
    }
}

/// Whether a formula only adds up what grows with the work: of a difference it is not said which way it goes.
fn is_added_up(metric: &Metric, catalogue: &Catalogue) -> bool {
    let Some(plan) = planned(&probe(&metric.id), catalogue).filter(|plan| adds_up(plan, catalogue)) else {
        return false;
    };
    !takes_off(&plan)
}

fn takes_off(plan: &Plan) -> bool {
    let Measure::Derived { value, inputs, .. } = &plan.measure else { return false };
    let mut found = inputs.iter().any(|input| takes_off(&input.plan));
    value.clone().rewrite(&mut |expr| {
        found |= matches!(expr, Expr::Negate(_) | Expr::Binary { operator: Operator::Subtract, .. });
        expr
    });
    found
}
