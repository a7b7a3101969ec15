//! L24: a quality score whose reviewers are not known to agree.

use catalogue::diagnostic::Severity;
use model::FactTable;

use super::calibration::CALIBRATED_DAYS;
use super::{LintInput, Report, Rule};
use crate::words;

pub(super) const RULE: Rule = Rule {
    id: "L24",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Unreliable score",
    fix: "have two reviewers score the same contacts, as reviews with sampling = \"calibration\", and settle where they differ",
    check,
};

/// Least agreement beyond chance.
const KAPPA: f64 = 0.6;

/// Of a card whose figures were asked: where no reviews of the last [`CALIBRATED_DAYS`] can be compared, there is no
/// calibration.
fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let Some(calibration) = input.evidence.calibration() else { return };
    let is_qa = |table: Option<FactTable>| table == Some(FactTable::QualityReview);
    for kpi in input.definition.kpis.iter().filter(|kpi| kpi.weight > 0.0) {
        let Some(metric) = input.metric(kpi).filter(|metric| is_qa(metric.measure.table)) else { continue };
        match calibration.kappa {
            None => report.kpi(
                kpi,
                format!(
                    "in the last {CALIBRATED_DAYS} days no contact was scored by two reviewers to compare them: whether those \
                     behind `{}` agree is not known",
                    metric.id
                ),
            ),
            Some(kappa) if kappa < KAPPA => {
                let noun = if calibration.contacts == 1 { "contact" } else { "contacts" };
                report.kpi(
                    kpi,
                    format!(
                        "the reviewers behind `{}` agreed with a kappa of {} over {} {noun} of the last {CALIBRATED_DAYS} days, \
                         less than {KAPPA}",
                        metric.id,
                        words::number(kappa, 2),
                        words::count(calibration.contacts)
                    ),
                );
            }
            Some(_) => {}
        }
    }
}
