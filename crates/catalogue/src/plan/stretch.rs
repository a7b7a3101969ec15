//! Whether a figure depends on how long the period is: four hundred contacts a month are twelve hundred a quarter, and of
//! the customers of a quarter more are lost than of those of a month. A share is the same.

use std::collections::BTreeMap;

use model::Attributes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::derived::PERIOD_MONTHS;
use super::{Measure, resolve};
use crate::Catalogue;
use crate::expression::{Value, calculate};
use crate::file::Problems;
use crate::metric::{Direction, MeasureKind, Metric, Unit, from_text};

/// How much longer the period is made, to see whether a formula gives something else.
const LONGER: f64 = 3.0;

/// How figures grow with the length of their period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Growth {
    /// Twice as long, twice as much: what is counted or added up.
    Linear,
    /// The share that is still there: what is left of what was left.
    Kept,
    /// The share that was lost: of what was left.
    Lost,
    /// They depend on it in another way, or in one that cannot be told.
    Unknown,
}

impl Growth {
    /// What `figure`, of one period, comes to over `times` as many; percent of what is kept or lost. None where it cannot be
    /// told.
    ///
    /// ```
    /// use catalogue::plan::Growth;
    /// assert_eq!(Growth::Linear.over(24.0, 3.0), Some(72.0));
    /// // a tenth is lost each time, of what there is
    /// assert_eq!(Growth::Lost.over(10.0, 2.0).map(f64::round), Some(19.0));
    /// assert_eq!(Growth::Kept.over(90.0, 2.0).map(f64::round), Some(81.0));
    /// assert_eq!(Growth::Unknown.over(24.0, 3.0), None);
    /// ```
    pub fn over(self, figure: f64, times: f64) -> Option<f64> {
        let kept = |percent: f64| 100.0 * (percent / 100.0).max(0.0).powf(times);
        match self {
            Growth::Linear => Some(figure * times),
            Growth::Kept => Some(kept(figure)),
            Growth::Lost => Some(100.0 - kept(100.0 - figure)),
            Growth::Unknown => None,
        }
    }
}

/// Whether figures of `metric`, under `variant` and parameters set by hand, depend on the length of their period, as
/// [`growth`] tells.
pub fn depends_on_length(
    metric: &Metric,
    variant: Option<&str>,
    by_hand: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> bool {
    growth(metric, variant, by_hand, catalogue).is_some()
}

/// How figures of `metric`, under `variant` and parameters set by hand, grow with the length of their period: counts, sums
/// and cohorts do, and formulas in which that does not cancel out, as the cost of a customer. None where they do not.
pub fn growth(
    metric: &Metric,
    variant: Option<&str>,
    by_hand: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> Option<Growth> {
    grows(metric, (variant, by_hand), Of::Length, catalogue, &mut Vec::new())
}

/// Whether figures of `metric`, under `variant` and parameters set by hand, grow with how much there is, so that those of
/// a part are less than those of the whole: counts, sums and stocks do, and formulas in which that does not cancel out.
/// Where it cannot be told, they do.
pub fn depends_on_size(
    metric: &Metric,
    variant: Option<&str>,
    by_hand: &BTreeMap<String, String>,
    catalogue: &Catalogue,
) -> bool {
    grows(metric, (variant, by_hand), Of::Size, catalogue, &mut Vec::new()).is_some()
}

/// What is made more of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Of {
    /// The days of the period.
    Length,
    /// Customers, contacts and all else that there is.
    Size,
}

fn grows(
    metric: &Metric,
    (variant, by_hand): (Option<&str>, &BTreeMap<String, String>),
    of: Of,
    catalogue: &Catalogue,
    above: &mut Vec<String>,
) -> Option<Growth> {
    match (metric.measure.kind, of) {
        (MeasureKind::Count | MeasureKind::Sum, _) | (MeasureKind::Stock, Of::Size) => return Some(Growth::Linear),
        (MeasureKind::Cohort, Of::Length) => {
            return Some(match metric.direction {
                Direction::Up if metric.unit == Unit::Percent => Growth::Kept,
                Direction::Down if metric.unit == Unit::Percent => Growth::Lost,
                _ => Growth::Unknown,
            });
        }
        (MeasureKind::Derived, _) if !above.contains(&metric.id) => {}
        // made of itself: its own check says so
        (MeasureKind::Derived, _) => return Some(Growth::Unknown),
        _ => return None,
    }
    let parameters = parameters(metric, variant, by_hand);
    let resolved = resolve(metric, &parameters, &Attributes::default(), &mut Problems::default());
    let Some(Measure::Derived { value, .. }) = resolved.map(|resolved| resolved.measure) else {
        return Some(Growth::Unknown);
    };
    above.push(metric.id.clone());
    let inputs: BTreeMap<&str, (f64, Option<Growth>)> = metric
        .measure
        .inputs
        .iter()
        .enumerate()
        .map(|(place, input)| {
            let growth = match catalogue.get(&input.metric.value) {
                Some(metric) => grows(metric, (input.variant.as_deref(), &input.parameters), of, catalogue, above),
                None => Some(Growth::Unknown),
            };
            // any figures do, as long as no two are alike
            (input.name.as_str(), (10.0 + place as f64, growth))
        })
        .collect();
    above.pop();
    let over = |times: f64| {
        calculate(&value, &|name| match inputs.get(name) {
            Some((figure, None)) => Some(*figure),
            Some((figure, Some(growth))) => growth.over(*figure, times).or(Some(figure * times)),
            None => (name == PERIOD_MONTHS).then_some(if of == Of::Length { times } else { 1.0 }),
        })
    };
    let (Some(short), Some(long)) = (over(1.0), over(LONGER)) else { return Some(Growth::Unknown) };
    let is = |expected: f64| (long - expected).abs() <= 1e-9 * short.abs().max(1.0);
    let all_linear = inputs.values().all(|(_, growth)| matches!(growth, None | Some(Growth::Linear)));
    match short.is_finite() {
        true if is(short) => None,
        true if is(LONGER * short) && all_linear => Some(Growth::Linear),
        _ => Some(Growth::Unknown),
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
        let check = |id: &str, by_hand: &[(&str, &str)], expected: Option<Growth>| {
            let metric = catalogue.get(id).unwrap();
            let by_hand = by_hand.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(growth(metric, None, &by_hand, &catalogue), expected, "{id} {by_hand:?}");
        };
        let (linear, kept, lost) = (Some(Growth::Linear), Some(Growth::Kept), Some(Growth::Lost));
        check("contacts_received", &[], linear);
        check("order_revenue", &[], linear);
        check("churn_rate", &[], lost);
        check("nrr", &[], kept);
        check("csat_t2b", &[], None);
        check("first_response_time", &[], None);
        check("unresolved_backlog", &[], None);
        // cost ÷ contacts, both of the period
        check("cost_per_contact", &[], None);
        check("complaint_rate", &[], None);
        check("average_order_value", &[], None);
        check("occupancy", &[], None);
        check("shrinkage", &[], None);
        // created − solved grows with both
        check("net_flow", &[], linear);
        // contacts grow, active customers are counted at an instant
        check("contact_rate", &[], None);
        check("contact_rate", &[("per", "customer")], linear);
        check("total_cost_to_serve", &[], linear);
        // leavers ÷ headcount × 12 ÷ months is a year's, however long the period
        check("agent_attrition", &[], None);
        // what is lost in a month, twelve times of what was left, is what three months make four times
        check("annual_churn_rate", &[], None);
    }

    #[test]
    fn counts_grow_with_what_there_is_and_quotients_do_not() {
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let check = |id: &str, by_hand: &[(&str, &str)], expected: bool| {
            let metric = catalogue.get(id).unwrap();
            let by_hand = by_hand.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(depends_on_size(metric, None, &by_hand, &catalogue), expected, "{id} {by_hand:?}");
        };
        check("contacts_received", &[], true);
        check("critical_breaches", &[], true);
        check("unresolved_backlog", &[], true);
        check("net_flow", &[], true);
        check("complaint_rate", &[], false);
        check("contact_rate", &[("per", "customer")], false);
        check("cost_per_contact", &[], false);
        check("churn_rate", &[], false);
        check("csat_t2b", &[], false);
    }
}
