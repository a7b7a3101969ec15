//! L19: two KPIs that count the same.

use catalogue::Catalogue;
use catalogue::diagnostic::Severity;

use super::evidence::{MONTHS_COMPARED, rank_correlation};
use super::l20_definitions_differ::resolved;
use super::{LintInput, Report, Rule};
use crate::definition::Kpi;
use crate::template::balance;

pub(super) const RULE: Rule = Rule {
    id: "L19",
    severity: Severity::Warning,
    is_unfinished: false,
    title: "Double counting",
    fix: "drop one, or make it an operational metric of the other",
    check,
};

/// Rank correlation from which two tell the same.
const SAME: f64 = 0.9;

fn check(input: &LintInput<'_>, report: &mut Report<'_>) {
    let kpis = &input.definition.kpis;
    for (index, later) in kpis.iter().enumerate() {
        for earlier in &kpis[..index] {
            if let Some(why) = why_same(input, earlier, later) {
                report.kpi(later, format!("`{}` and `{}` count the same twice: {why}", earlier.id, later.id));
            }
        }
    }
}

fn why_same(input: &LintInput<'_>, earlier: &Kpi, later: &Kpi) -> Option<String> {
    if is_one(input, earlier, later) {
        return Some("they are one metric".to_owned());
    }
    if balance().is_same(&earlier.metric, &later.metric) {
        return Some("one is the other's complement".to_owned());
    }
    for (whole, part) in [(earlier, later), (later, earlier)] {
        if is_made_of(&whole.metric, &part.metric, input.catalogue, 0) {
            return Some(format!("`{}` is worked out of `{}`", whole.metric, part.metric));
        }
    }
    let of = |kpi: &Kpi| Some(&input.evidence.of_kpi(&kpi.id)?.months);
    let (rho, months) = rank_correlation(of(earlier)?, of(later)?)?;
    let is_same = months >= MONTHS_COMPARED && rho.abs() > SAME;
    is_same.then(|| format!("over {months} months their rank correlation is {rho:.2}"))
}

/// Whether two are one figure: of one metric, by the same parameters, statistic and `where`.
fn is_one(input: &LintInput<'_>, earlier: &Kpi, later: &Kpi) -> bool {
    let written = |kpi: &Kpi| kpi.filter.as_ref().map(|filter| filter.value.split_whitespace().collect::<String>());
    let asked = |kpi: &Kpi| input.metric(kpi).map(|metric| resolved(kpi, metric));
    earlier.metric == later.metric
        && earlier.statistic == later.statistic
        && written(earlier) == written(later)
        && asked(earlier) == asked(later)
}

/// Whether a derived metric has another among its inputs, or theirs.
fn is_made_of(whole: &str, part: &str, catalogue: &Catalogue, depth: usize) -> bool {
    // a definition made of itself is refused elsewhere
    let Some(metric) = catalogue.get(whole).filter(|_| depth < 10) else { return false };
    let inputs = metric.measure.inputs.iter().map(|input| input.metric.value.as_str());
    inputs.into_iter().any(|input| input == part || is_made_of(input, part, catalogue, depth + 1))
}
