//! Every template in every industry against what both are to be, copied by hand from the lists the templates were made of.

use super::*;

/// Template, perspectives, and KPIs with their weights in hundredths; those it competes on are marked.
type Expected = (&'static str, &'static [&'static str], &'static [(&'static str, u32, bool)]);

const TEMPLATES: [Expected; 5] = [
    (
        "customer_experience",
        &["satisfaction", "revenue", "cost", "quality", "people"],
        &[
            ("csat_t2b", 18, true),
            ("fcr", 18, true),
            ("ces_v2", 14, true),
            ("customer_retention_rate", 10, false),
            ("cost_per_resolution", 15, false),
            ("quality_score", 10, false),
            ("service_level", 5, false),
            ("employee_satisfaction", 10, false),
        ],
    ),
    (
        "cost",
        &["cost", "satisfaction", "compliance", "quality", "people"],
        &[
            ("cost_per_resolution", 25, true),
            ("contact_rate", 10, true),
            ("self_service_resolution_rate", 10, true),
            ("fcr", 15, false),
            ("csat_t2b", 15, false),
            ("sla_compliance", 10, false),
            ("quality_score", 5, false),
            ("agent_attrition", 10, false),
        ],
    ),
    (
        "lifetime_value",
        &["revenue", "satisfaction", "cost", "people"],
        &[
            ("customer_retention_rate", 20, true),
            ("nrr", 12, true),
            ("clv", 10, true),
            ("nps", 13, false),
            ("ces_v2", 10, false),
            ("fcr", 10, false),
            ("total_cost_to_serve", 13, false),
            ("employee_engagement", 12, false),
        ],
    ),
    (
        "compliance",
        &["compliance", "satisfaction", "cost", "people"],
        &[
            ("compliance_rate", 28, true),
            ("complaint_rate", 12, true),
            ("sla_compliance", 15, true),
            ("csat_t2b", 12, false),
            ("fcr", 10, false),
            ("cost_per_contact", 12, false),
            ("agent_attrition", 11, false),
        ],
    ),
    (
        "revenue",
        &["revenue", "satisfaction", "compliance", "cost", "people"],
        &[
            ("revenue_per_contact", 18, true),
            ("conversion_rate", 12, true),
            ("saves_rate", 10, true),
            ("csat_t2b", 15, false),
            ("compliance_rate", 15, false),
            ("customer_retention_rate", 10, false),
            ("cost_per_contact", 10, false),
            ("employee_satisfaction", 10, false),
        ],
    ),
];

/// Industry, what it adds, what has no place in it.
const INDUSTRIES: [(&str, &[&str], &[&str]); 6] = [
    ("healthcare", &["abandonment_rate", "complaint_rate", "compliance_rate"], &["revenue_per_contact"]),
    ("insurance", &["full_resolution_time", "complaint_rate", "customer_retention_rate"], &[]),
    ("financial_services", &["compliance_rate", "complaint_rate", "sla_compliance"], &[]),
    // the answers in social networks and the knowledge used are measured by no metric here
    ("retail_ecommerce", &["contact_rate", "repeat_purchase_ratio"], &["nrr"]),
    ("saas", &["grr", "nrr", "full_resolution_time"], &["revenue_per_contact"]),
    // customers lost is what retention leaves
    ("telecom", &["churn_rate", "saves_rate", "transfer_rate", "abandonment_rate"], &[]),
];

/// What takes over the weight of another in an industry.
const HEIRS: [(&str, &str); 3] =
    [("retail_ecommerce", "clv"), ("saas", "saves_rate"), ("telecom", "customer_retention_rate")];

/// What an industry makes of a weight, where it says so.
fn changed(industry: &str, metric: &str, of_template: u32) -> Option<u32> {
    match (industry, metric) {
        ("healthcare", "compliance_rate") => Some((of_template + 10).min(30)),
        ("financial_services", "compliance_rate") => Some(of_template.max(25)),
        ("telecom", "fcr") if of_template > 0 => Some(of_template + 5),
        _ => None,
    }
}

#[test]
fn every_template_in_every_industry_is_what_both_are_to_be() {
    for (template, perspectives, kpis) in TEMPLATES {
        for (industry, added, without) in INDUSTRIES {
            let (_, card) = card(&wish(template, Some(industry)), &Available::everything());
            let told = format!("{template} in {industry}: {:?}", weights(&card));
            let of_template = |metric: &str| kpis.iter().find(|kpi| kpi.0 == metric).map_or(0, |kpi| kpi.1);
            let now = weights(&card);
            let weighs = |metric: &str| now.iter().find(|kpi| kpi.0 == metric).map(|kpi| kpi.1);
            for metric in without {
                assert_eq!(weighs(metric), None, "{metric} {told}");
            }
            for (metric, _, is_primary) in kpis.iter().filter(|kpi| !without.contains(&kpi.0)) {
                assert!(!is_primary || weighs(metric).is_some(), "{metric} {told}");
            }
            for perspective in perspectives {
                assert!(card.perspectives.iter().any(|one| one.id == *perspective), "{perspective} {told}");
            }
            // what the industry says of a weight
            for metric in kpis.iter().map(|kpi| kpi.0).chain(added.iter().copied()) {
                if let Some(expected) = changed(industry, metric, of_template(metric)) {
                    assert_eq!(weighs(metric), Some(expected), "{metric} {told}");
                }
            }
            let moves = |metric: &str| card.kpis.iter().any(|kpi| kpi.operational.iter().any(|one| one == metric));
            for metric in added {
                let is_there = weighs(metric).is_some_and(|weight| weight >= of_template(metric).max(5));
                // one too many for ten, or the complement of another
                let is_below = (now.len() == 10 || *metric == "churn_rate") && moves(metric);
                assert!(is_there || is_below, "{metric} {told}");
            }
            // nothing heavier had to go than what the industry brings, and of a card of ten only
            for (metric, weight, _) in kpis.iter().filter(|kpi| !without.contains(&kpi.0) && weighs(kpi.0).is_none()) {
                assert!(now.len() == 10 && *weight <= 5 && moves(metric), "{metric} {told}");
            }
            // the others keep their order among themselves, to a hundredth; counters, which weigh a quarter at least, too
            let is_plain = |kpi: &&(&'static str, u32, bool)| {
                let is_told = added.contains(&kpi.0) || changed(industry, kpi.0, kpi.1).is_some();
                !is_told && !HEIRS.contains(&(industry, kpi.0))
            };
            let role = |metric: &str| card.kpi(metric).map(|kpi| kpi.role == Role::Counter);
            let plain: Vec<_> = kpis.iter().filter(is_plain).collect();
            for (one, other) in plain.iter().flat_map(|one| plain.iter().map(move |other| (one, other))) {
                if other.1 > one.1 && role(one.0) == role(other.0) {
                    assert!(weighs(other.0) >= weighs(one.0).map(|weight| weight - 1), "{one:?} {other:?} {told}");
                }
            }
        }
    }
}
