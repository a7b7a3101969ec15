//! L29: a KPI reviewed more often than its figures are whole.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;
use catalogue::question::Question;

use super::{LintInput, Report, Rule};
use crate::declare::planned;
use crate::definition::Cadence;
use crate::questions::subject;

pub(super) const RULE: Rule = Rule {
    id: "L29",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Immature data",
    fix: "review it less often, or by a variant or parameters that wait for less",
    check,
};

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    for kpi in &input.definition.kpis {
        let unfiltered = Question { filter: None, ..subject(kpi) };
        let matures = maturity_days(&unfiltered, input.catalogue);
        if matures > kpi.cadence.days() {
            let message = format!(
                "`{}` is reviewed {}, and a figure of it is whole after {matures} days",
                kpi.id,
                kpi.cadence.name()
            );
            report.kpi(kpi, message);
            let slower = Cadence::of_maturity(matures);
            if matures <= slower.days() {
                report.instead(format!(
                    "set cadence = \"{}\", or take a variant or parameters that wait for less",
                    slower.name()
                ));
            }
        }
    }
}

/// Days after which a period's figure does not change any more: until its rows can be judged, and late answers are in.
pub(crate) fn maturity_days(subject: &Question, catalogue: &Catalogue) -> i64 {
    const DAY: i64 = 86_400_000;
    let Some(metric) = catalogue.get(&subject.metric) else { return 0 };
    let matures = planned(subject, catalogue).and_then(|plan| plan.matures).map_or(0, |matures| matures.get());
    (matures + DAY - 1) / DAY + i64::from(metric.settling_days)
}
