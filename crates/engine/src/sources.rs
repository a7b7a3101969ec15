//! Whose data a plan needs, and so up to when it can be answered.

use std::collections::BTreeSet;

use catalogue::expression::Expr;
use catalogue::plan::{Formula, Measure, Plan};
use model::RecordKind;

/// The kinds of record that `plan`, which is not derived, is answered from: those its table is folded from, and those of
/// the neighbours that its columns tell of.
pub fn kinds(plan: &Plan) -> BTreeSet<RecordKind> {
    let mut kinds: BTreeSet<RecordKind> = plan.table.record_kinds().iter().copied().collect();
    let mut exprs: Vec<&Expr> = match &plan.measure {
        Measure::Share { hit } | Measure::ExactShare { hit, .. } => vec![hit],
        Measure::Ratio { numerator, denominator } => vec![numerator, denominator],
        Measure::NetScore { positive, negative } => vec![positive, negative],
        Measure::Mean { value, weight, .. } => {
            std::iter::once(value).chain(weight.iter().map(|(weight, _)| weight)).collect()
        }
        Measure::Sum { value, .. } | Measure::Quantile { value, .. } => vec![value],
        Measure::Survival { duration, end, .. } => vec![duration, end],
        Measure::Cohort(cohort) => {
            let value = cohort.value.iter().map(|(value, _)| value);
            value.chain(&cohort.left).chain([&cohort.entering]).collect()
        }
        Measure::Count | Measure::Derived { .. } | Measure::Stock { .. } | Measure::StockAge { .. } => Vec::new(),
    };
    exprs.push(&plan.population);
    for computed in &plan.computed {
        match &computed.formula {
            Formula::Value(expr) => exprs.push(expr),
            Formula::BusinessDayEnd { from, days, schedule } => exprs.extend([from, days, schedule]),
        }
    }
    for expr in exprs {
        expr.columns(&mut |column| kinds.extend(plan.table.neighbour_kinds(column)));
    }
    kinds.extend(plan.table.neighbour_kinds(&plan.at));
    kinds
}
