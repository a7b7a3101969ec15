//! The templates that a card is proposed from: what companies compete on, what industries change, and what keeps a card
//! balanced. They are data, in `scorecards/`; everything here only reads them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::definition::Role;

/// What a card looks like for a company that competes on one thing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Identifier, as `customer_experience`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What such a company promises.
    pub value_proposition: String,
    /// What it wants to achieve.
    pub objective: Vec<Named>,
    /// What that depends on.
    pub factor: Vec<Named>,
    /// Its executive KPIs; their weights add up to 1.
    pub kpi: Vec<TemplateKpi>,
    /// What must hold whatever the total.
    #[serde(default)]
    pub gate: Vec<TemplateGate>,
    /// What ought to hold and cannot be asked.
    #[serde(default)]
    pub wanted_gate: Vec<WantedGate>,
    /// Which of two KPIs wins, and when.
    #[serde(default)]
    pub pair: Vec<TemplatePair>,
}

/// An objective or a factor.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Why, of an objective.
    #[serde(default)]
    pub why: String,
    /// Its objective, of a factor.
    #[serde(default)]
    pub objective: String,
}

/// A KPI of a template, or what an industry changes of one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateKpi {
    /// Metric id.
    pub metric: String,
    /// Which of its statistics; the first where not said.
    pub statistic: Option<String>,
    /// Name on the card; the metric's where not said.
    pub name: Option<String>,
    /// Its perspective; the metric's first where not said.
    pub perspective: Option<String>,
    /// Its share of the card; of an industry's where the template has none of it.
    pub weight: f64,
    /// What an industry adds to the share that the template gives it.
    pub more: f64,
    /// The least share that it has.
    pub least: f64,
    /// Whether an industry changes it where it is on the card, and adds it nowhere.
    pub only_change: bool,
    /// What it is on the card for.
    pub role: Role,
    /// The factor it measures; that of the industry where not said.
    pub factor: String,
    /// Metrics that move it.
    pub operational: Vec<String>,
    /// Why it is on the card.
    pub why: String,
    /// What to see to before it is approved.
    pub note: Option<String>,
}

/// A gate of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateGate {
    /// Name for people.
    pub name: String,
    /// Metric id.
    pub metric: Option<String>,
    /// KPI on the card, in place of a metric.
    pub kpi: Option<String>,
    /// This or less.
    pub at_most: Option<f64>,
    /// This or more.
    pub at_least: Option<f64>,
    /// Not worse than the baseline of the KPI by more than this.
    pub no_worse_than_baseline_by: Option<f64>,
}

/// A gate that no metric can be asked for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedGate {
    /// Name for people.
    pub name: String,
    /// Why it cannot be asked.
    pub why: String,
}

/// Which of two KPIs wins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplatePair {
    /// The two metrics.
    pub kpis: [String; 2],
    /// The one that wins.
    pub wins: String,
    /// When it does.
    pub when: String,
}

/// What an industry changes of every template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// Identifier, as `telecom`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Metrics that have no place there.
    #[serde(default)]
    pub forbidden: Vec<Instead>,
    /// Metrics in whose place others stand.
    #[serde(default)]
    pub replaced: Vec<Instead>,
    /// Operational metrics in whose place another stands.
    #[serde(default)]
    pub replaced_operational: Vec<InsteadOne>,
    /// Metrics that are measured only where another can be.
    #[serde(default)]
    pub only_with: Vec<OnlyWith>,
    /// What to know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The objective it adds.
    pub objective: Named,
    /// The factor it adds, of that objective.
    pub factor: Named,
    /// KPIs it adds, or gives more weight.
    pub kpi: Vec<TemplateKpi>,
    /// Gates it adds.
    #[serde(default)]
    pub gate: Vec<TemplateGate>,
}

/// A metric that gives way.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instead {
    /// Metric id.
    pub metric: String,
    /// What stands in its place.
    #[serde(default)]
    pub by: Vec<String>,
    /// Why.
    pub why: String,
}

/// An operational metric that gives way to one other.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsteadOne {
    /// Metric id.
    pub metric: String,
    /// What stands in its place.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A metric that is measured only where another can be.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyWith {
    /// Metric id.
    pub metric: String,
    /// The other.
    pub needs: String,
    /// Why.
    pub why: String,
}

/// What keeps a card balanced.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Least and most executive KPIs.
    pub kpis: [usize; 2],
    /// Least and most operational metrics of a KPI.
    pub operational: [usize; 2],
    /// Most KPIs on the card of an agent.
    pub agent_level_max: usize,
    /// Least and most weight of a KPI.
    pub weight: [f64; 2],
    /// Most weight of a perspective.
    pub perspective_max: f64,
    /// Least number of perspectives.
    pub perspectives_min: usize,
    /// Least weight of all counters.
    pub counter_min: f64,
    /// Weight from which a KPI needs a counterbalance on the card.
    pub counterbalanced_from: f64,
    /// Least weight of KPIs that lead.
    pub leading_min: f64,
    /// Metrics that are never a goal of an agent.
    pub never_agent_targets: Vec<String>,
    /// Metrics that count the same thing.
    pub same: Vec<[String; 2]>,
    /// Metrics that stand in for each other as counterbalances.
    pub families: BTreeMap<String, Vec<String>>,
    /// Metric → variant that needs fewer kinds of record.
    pub variants: BTreeMap<String, String>,
    /// KPIs that fill a card which the data leave too short, in the order they are tried.
    #[serde(default)]
    pub spare: Vec<TemplateKpi>,
}

impl Balance {
    /// The metrics that keep `counterbalances` company: they and their families.
    pub fn competing<'a>(&'a self, counterbalances: &'a [String]) -> impl Iterator<Item = &'a str> {
        let families = self.families.values().filter(|family| counterbalances.iter().any(|one| family.contains(one)));
        counterbalances.iter().chain(families.flatten()).map(String::as_str)
    }

    /// Whether two metrics count the same thing.
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        self.same.iter().any(|[a, b]| (a == one && b == other) || (a == other && b == one))
    }
}

const TEMPLATES: [&str; 5] = [
    include_str!("../../../scorecards/templates/customer_experience.toml"),
    include_str!("../../../scorecards/templates/cost.toml"),
    include_str!("../../../scorecards/templates/lifetime_value.toml"),
    include_str!("../../../scorecards/templates/compliance.toml"),
    include_str!("../../../scorecards/templates/revenue.toml"),
];

const INDUSTRIES: [&str; 6] = [
    include_str!("../../../scorecards/industries/healthcare.toml"),
    include_str!("../../../scorecards/industries/insurance.toml"),
    include_str!("../../../scorecards/industries/financial_services.toml"),
    include_str!("../../../scorecards/industries/retail_ecommerce.toml"),
    include_str!("../../../scorecards/industries/saas.toml"),
    include_str!("../../../scorecards/industries/telecom.toml"),
];

const BALANCE: &str = include_str!("../../../scorecards/balance.toml");

/// The templates. The files are part of the program, and a test reads them.
pub fn templates() -> &'static [Template] {
    static READ: LazyLock<Vec<Template>> =
        LazyLock::new(|| TEMPLATES.iter().filter_map(|text| toml::from_str(text).ok()).collect());
    &READ
}

/// The industries.
pub fn industries() -> &'static [Industry] {
    static READ: LazyLock<Vec<Industry>> =
        LazyLock::new(|| INDUSTRIES.iter().filter_map(|text| toml::from_str(text).ok()).collect());
    &READ
}

/// The rules of balance.
pub fn balance() -> &'static Balance {
    static READ: LazyLock<Balance> = LazyLock::new(|| toml::from_str(BALANCE).unwrap_or_default());
    &READ
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        for text in TEMPLATES {
            toml::from_str::<Template>(text).unwrap();
        }
        for text in INDUSTRIES {
            toml::from_str::<Industry>(text).unwrap();
        }
        toml::from_str::<Balance>(BALANCE).unwrap();
        let ids = |ids: &[(&str, &str)]| ids.iter().map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>();
        let found: Vec<String> = templates().iter().map(|template| template.id.clone()).collect();
        assert_eq!(found, ids(&crate::definition::PROPOSITIONS));
        let found: Vec<String> = industries().iter().map(|industry| industry.id.clone()).collect();
        assert_eq!(found, ids(&crate::definition::INDUSTRIES));
    }

    #[test]
    fn templates_name_what_they_hold() {
        for template in templates() {
            let sum: f64 = template.kpi.iter().map(|kpi| kpi.weight).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{}: {sum}", template.id);
            let has = |id: &String| template.kpi.iter().any(|kpi| kpi.metric == *id);
            for kpi in &template.kpi {
                assert!(
                    template.factor.iter().any(|factor| factor.id == kpi.factor),
                    "{}: {}",
                    template.id,
                    kpi.metric
                );
            }
            for factor in &template.factor {
                assert!(template.objective.iter().any(|one| one.id == factor.objective), "{}", factor.id);
                assert!(template.kpi.iter().any(|kpi| kpi.factor == factor.id), "nothing measures {}", factor.id);
            }
            for pair in &template.pair {
                assert!(pair.kpis.iter().all(has) && pair.kpis.contains(&pair.wins), "{pair:?}");
            }
        }
    }

    #[test]
    fn a_family_stands_in_for_a_counterbalance() {
        let against = ["total_cost_to_serve".to_owned(), "nrr".to_owned()];
        let found: Vec<&str> = balance().competing(&against).collect();
        assert!(
            found.contains(&"cost_per_resolution") && found.contains(&"grr") && !found.contains(&"fcr"),
            "{found:?}"
        );
        assert!(balance().is_same("customer_retention_rate", "churn_rate") && !balance().is_same("fcr", "churn_rate"));
    }
}
