//! Whether a figure depends on how long the period is: four hundred contacts a month are twelve hundred a quarter, and of
//! the customers of a quarter more are lost than of those of a month. A share is the same.

use std::collections::BTreeMap;

use model::Attributes;

use super::derived::PERIOD_MONTHS;
use super::{Measure, resolve};
use crate::Catalogue;
use crate::expression::{Value, calculate};
use crate::file::Problems;
use crate::metric::{MeasureKind, Metric, from_text};

/// How much longer the period is made, to see whether a formula gives something else.
const LONGER: f64 = 3.0;

/// Whether figures of `metric`, under `variant` and parameters set by hand, depend on the length of their period: counts,
/// sums and cohorts do, and formulas in which that does not cancel out, as the cost of a customer. Where it cannot be
/// told, they do.
pub fn depends_on_length(
    metric: &Metric,
    variant: Option<&str>,
    by_hand: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> bool {
    depends(metric, variant, by_hand, catalogue, &mut Vec::new())
}

fn depends(
    metric: &Metric,
    variant: Option<&str>,
    by_hand: &BTreeMap<String, String>,
    catalogue: &Catalogue,
    above: &mut Vec<String>,
) -> bool {
    match metric.measure.kind {
        MeasureKind::Count | MeasureKind::Sum | MeasureKind::Cohort => return true,
        MeasureKind::Derived if !above.contains(&metric.id) => {}
        // made of itself: its own check says so
        MeasureKind::Derived => return true,
        _ => return false,
    }
    let parameters = parameters(metric, variant, by_hand);
    let resolved = resolve(metric, &parameters, &Attributes::default(), &mut Problems::default());
    let Some(Measure::Derived { value, .. }) = resolved.map(|resolved| resolved.measure) else { return true };
    above.push(metric.id.clone());
    let inputs: BTreeMap<&str, (f64, bool)> = metric
        .measure
        .inputs
        .iter()
        .enumerate()
        .map(|(place, input)| {
            let grows = catalogue
                .get(&input.metric.value)
                .is_none_or(|metric| depends(metric, input.variant.as_deref(), &input.parameters, catalogue, above));
            // any figures do, as long as no two are alike
            (input.name.as_str(), (10.0 + place as f64, grows))
        })
        .collect();
    above.pop();
    let over = |times: f64| {
        calculate(&value, &|name| match inputs.get(name) {
            Some((figure, grows)) => Some(if *grows { figure * times } else { *figure }),
            None => (name == PERIOD_MONTHS).then_some(times),
        })
    };
    match (over(1.0), over(LONGER)) {
        (Some(short), Some(long)) if short.is_finite() => (long - short).abs() > 1e-9 * short.abs().max(1.0),
        _ => true,
    }
}

/// Every parameter with its value: by default, by variant, by hand.
fn parameters(metric: &Metric, variant: Option<&str>, by_hand: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut found = metric.defaults();
    if let Some(variant) = variant.and_then(|variant| metric.variants.get(variant)) {
        found.extend(variant.parameters.clone());
    }
    let kind = |name: &String| metric.parameters.iter().find(|parameter| parameter.name == *name).map(|one| one.kind);
    let set = by_hand.iter().filter_map(|(name, text)| Some((name.clone(), from_text(text, kind(name)?)?)));
    found.extend(set.collect::<Vec<_>>());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_cohorts_depend_on_the_length_of_the_period_and_shares_do_not() {
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let check = |id: &str, by_hand: &[(&str, &str)], expected: bool| {
            let metric = catalogue.get(id).unwrap();
            let by_hand = by_hand.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(depends_on_length(metric, None, &by_hand, &catalogue), expected, "{id} {by_hand:?}");
        };
        check("contacts_received", &[], true);
        check("order_revenue", &[], true);
        check("churn_rate", &[], true);
        check("nrr", &[], true);
        check("csat_t2b", &[], false);
        check("first_response_time", &[], false);
        check("unresolved_backlog", &[], false);
        // cost ÷ contacts, both of the period
        check("cost_per_contact", &[], false);
        check("complaint_rate", &[], false);
        check("average_order_value", &[], false);
        check("occupancy", &[], false);
        check("shrinkage", &[], false);
        // created − solved grows with both
        check("net_flow", &[], true);
        // contacts grow, active customers are counted at an instant
        check("contact_rate", &[], false);
        check("contact_rate", &[("per", "customer")], true);
        check("total_cost_to_serve", &[], true);
        // leavers ÷ headcount × 12 ÷ months is a year's, however long the period
        check("agent_attrition", &[], false);
    }
}
