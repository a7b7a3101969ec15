//! L24: a quality score whose reviewers are not known to agree.

use catalogue::diagnostic::Severity;
use model::FactTable;

use super::{LintInput, Report, Rule};

pub(super) const RULE: Rule = Rule {
    id: "L24",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Unreliable score",
    fix: "have reviewers score the same contacts, and settle where they differ",
    check,
};

/// Least agreement beyond chance.
const KAPPA: f64 = 0.6;
/// Days for which a calibration holds.
const DAYS: i32 = 90;

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let Some(reviews) = input.reviews else { return };
    let is_qa = |table: Option<FactTable>| table == Some(FactTable::QualityReview);
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.weight > 0.0) {
        let Some(metric) = input.metric(kpi).filter(|metric| is_qa(metric.measure.table)) else { continue };
        let message = match &reviews.calibration {
            // nothing keeps calibrations yet that could be missed
            None => continue,
            Some(last) if (input.today - last.on).get_days() > DAYS => {
                format!("the reviewers behind `{}` were last calibrated on {}", metric.id, last.on)
            }
            Some(last) if last.kappa < KAPPA => {
                format!(
                    "the reviewers behind `{}` agreed with a kappa of {:.2}, less than {KAPPA}",
                    metric.id, last.kappa
                )
            }
            Some(_) => continue,
        };
        report.kpi(kpi, message);
    }
}
