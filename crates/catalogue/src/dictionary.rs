//! The catalogue of a workspace: the metrics shipped with Crosscheck, added to or overridden by its own files.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::file::{Problems, nearest, suggest};
use crate::metric::{Metric, declare};
use crate::source::SourceText;

macro_rules! shipped {
    ($($path:literal),* $(,)?) => {
        &[$((concat!("metrics/", $path, ".toml"), include_str!(concat!("../../../metrics/", $path, ".toml")))),*]
    };
}

/// The metrics shipped with Crosscheck: path and content.
pub const DEFAULTS: &[(&str, &str)] = shipped![
    "compliance/breaches_over_appetite",
    "compliance/complaint_rate",
    "compliance/complaints",
    "compliance/complaints_resolved_in_time",
    "compliance/compliance_rate",
    "compliance/critical_breaches",
    "compliance/sla_compliance",
    "cost/aht",
    "cost/assisted_episodes",
    "cost/assisted_then_self_service",
    "cost/bot_containment_rate",
    "cost/contact_rate",
    "cost/contacts_handled",
    "cost/contacts_received",
    "cost/cost_per_contact",
    "cost/cost_per_resolution",
    "cost/cost_to_serve_share",
    "cost/daily_contacts",
    "cost/escalation_rate",
    "cost/handling_time",
    "cost/issues_resolved",
    "cost/net_flow",
    "cost/occupancy",
    "cost/paid_time",
    "cost/ready_time",
    "cost/scheduled_time",
    "cost/self_service_episodes",
    "cost/self_service_resolution_rate",
    "cost/self_service_usage_rate",
    "cost/service_refunds",
    "cost/shrinkage",
    "cost/tickets_created",
    "cost/tickets_solved",
    "cost/total_cost",
    "cost/total_cost_to_serve",
    "cost/utilisation",
    "cost/workload",
    "people/absence_rate",
    "people/absence_time",
    "people/agent_attrition",
    "people/employee_engagement",
    "people/employee_satisfaction",
    "people/enps",
    "people/headcount",
    "people/leavers",
    "people/staff_answers",
    "quality/contacts_reviewable",
    "quality/contacts_reviewed",
    "quality/critical_error_free_rate",
    "quality/identified_rate",
    "quality/one_touch_rate",
    "quality/protocol_adherence",
    "quality/qa_coverage",
    "quality/qa_margin",
    "quality/quality_score",
    "quality/reopen_rate",
    "revenue/active_customers",
    "revenue/annual_churn_rate",
    "revenue/attributed_revenue",
    "revenue/average_order_value",
    "revenue/churn_rate",
    "revenue/clv",
    "revenue/cohort_value",
    "revenue/conversion_rate",
    "revenue/customer_lifespan",
    "revenue/customer_retention_rate",
    "revenue/first_orders",
    "revenue/grr",
    "revenue/new_customers",
    "revenue/nrr",
    "revenue/offer_rate",
    "revenue/order_revenue",
    "revenue/orders",
    "revenue/repeat_purchase_ratio",
    "revenue/revenue_per_contact",
    "revenue/saves_rate",
    "revenue/win_backs",
    "satisfaction/abandonment_rate",
    "satisfaction/asa",
    "satisfaction/ces_v2",
    "satisfaction/ces_v2_mean",
    "satisfaction/ces_v2_net",
    "satisfaction/channel_continuity_rate",
    "satisfaction/channel_switch_rate",
    "satisfaction/csat_mean",
    "satisfaction/csat_net",
    "satisfaction/csat_response_rate",
    "satisfaction/csat_t2b",
    "satisfaction/daily_abandonment_rate",
    "satisfaction/daily_asa",
    "satisfaction/daily_service_level",
    "satisfaction/dsat_rate",
    "satisfaction/fcr",
    "satisfaction/first_response_time",
    "satisfaction/full_resolution_time",
    "satisfaction/hold_time",
    "satisfaction/next_response_time",
    "satisfaction/nps",
    "satisfaction/queue_wait",
    "satisfaction/resolution_within",
    "satisfaction/service_level",
    "satisfaction/survey_coverage",
    "satisfaction/transfer_rate",
    "satisfaction/unresolved_backlog",
    "satisfaction/unresolved_backlog_age",
    "satisfaction/unresolved_backlog_older",
];

/// The metrics of a workspace, by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    metrics: BTreeMap<String, Metric>,
    /// Ids whose file has errors, with the file: they are not answered, not even by a shipped definition.
    withdrawn: BTreeMap<String, String>,
}

impl Catalogue {
    /// The shipped metrics overridden by `own` (path and content). A file with errors is left out; its problems are
    /// in `problems`.
    pub fn load(own: &[SourceText], problems: &mut Problems) -> Catalogue {
        let mut metrics = BTreeMap::new();
        for (path, text) in DEFAULTS {
            let file = SourceText { path: (*path).to_owned(), text: (*text).to_owned() };
            if let Some(metric) = declare(file, problems) {
                metrics.insert(metric.id.clone(), metric);
            }
        }
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut withdrawn: BTreeMap<String, String> = BTreeMap::new();
        for file in own {
            let Some(metric) = declare(file.clone(), problems) else {
                let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_owned();
                metrics.remove(&name);
                withdrawn.insert(name, file.path.clone());
                continue;
            };
            if let Some(other) = seen.insert(metric.id.clone(), file.path.clone()) {
                problems.error(
                    &metric.file,
                    0..0,
                    "duplicate_metric",
                    format!("`{}` is defined in {other} too", metric.id),
                    None,
                );
            }
            metrics.insert(metric.id.clone(), metric);
        }
        Catalogue { metrics, withdrawn }
    }

    /// Takes out the metrics whose file is among `files`: a definition that is known to be wrong gives no answers.
    pub fn withdraw<'a>(&mut self, files: impl IntoIterator<Item = &'a str>) {
        for file in files {
            let ids: Vec<String> = self
                .metrics
                .values()
                .filter(|metric| metric.file.path == file)
                .map(|metric| metric.id.clone())
                .collect();
            for id in ids {
                self.metrics.remove(&id);
                self.withdrawn.insert(id, file.to_owned());
            }
        }
    }

    /// This catalogue with `metrics` in place of those of the same ids, as with the definitions of another day.
    pub fn with(&self, metrics: impl IntoIterator<Item = Metric>) -> Catalogue {
        let mut other = self.clone();
        for metric in metrics {
            other.withdrawn.remove(&metric.id);
            other.metrics.insert(metric.id.clone(), metric);
        }
        other
    }

    /// This catalogue without the metrics of these ids.
    pub fn without<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Catalogue {
        let mut other = self.clone();
        for id in ids {
            other.metrics.remove(id);
        }
        other
    }

    /// The metric with this id.
    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.metrics.get(id)
    }

    /// The file of the metric with this id, where it has errors.
    pub fn withdrawn(&self, id: &str) -> Option<&str> {
        self.withdrawn.get(id).map(String::as_str)
    }

    /// Every metric, by id.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.values()
    }

    /// The metric with this id, or the only one with this alias, ignoring case.
    ///
    /// # Errors
    /// Unknown, with the nearest name; or an alias of several, naming them.
    pub fn find(&self, name: &str) -> Result<&Metric, Box<Diagnostic>> {
        if let Some(metric) = self.metrics.get(name) {
            return Ok(metric);
        }
        let wanted = name.to_lowercase();
        let matches = |metric: &&Metric| {
            metric.id == wanted
                || metric.name.to_lowercase() == wanted
                || metric.aliases.iter().any(|alias| alias.to_lowercase() == wanted)
        };
        let found: Vec<&Metric> = self.metrics.values().filter(matches).collect();
        let (code, message, help) = match found.as_slice() {
            [one] => return Ok(one),
            [] if self.withdrawn.contains_key(name) => {
                let file = self.withdrawn.get(name).map_or("", String::as_str);
                let message = format!("the definition of `{name}` in {file} has errors");
                ("metric_has_errors", message, Some("`crosscheck check` shows them".to_owned()))
            }
            [] => {
                let names = self.metrics.values().flat_map(|metric| {
                    [metric.id.as_str(), metric.name.as_str()]
                        .into_iter()
                        .chain(metric.aliases.iter().map(String::as_str))
                });
                let help = match nearest(name, &names.collect::<Vec<_>>()) {
                    Some(near) => Some(format!("perhaps `{near}`")),
                    None => suggest(name, self.metrics.keys().map(String::as_str)),
                };
                ("unknown_metric", format!("there is no metric `{name}`"), help)
            }
            several => {
                let ids: Vec<String> =
                    several.iter().map(|metric| format!("`{}` ({})", metric.id, metric.name)).collect();
                (
                    "ambiguous_metric",
                    format!("`{name}` may mean several metrics"),
                    Some(format!("one of {}", ids.join(", "))),
                )
            }
        };
        let mut problems = Problems::default();
        let file = SourceText { path: "metric".to_owned(), text: name.to_owned() };
        problems.error(&file, 0..name.len(), code, message, help);
        Err(Box::new(problems.into_sorted().swap_remove(0)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Each file of `metrics/` is embedded, lies in the folder of its first perspective and is named by its id.
    #[test]
    fn every_metric_file_is_shipped() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../metrics");
        let folders = std::fs::read_dir(&root).expect("metrics").map(|entry| entry.expect("a folder").path());
        let files: BTreeSet<String> = folders
            .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
            .map(|entry| entry.expect("a file").path().strip_prefix(&root).expect("inside").display().to_string())
            .collect();
        let catalogue = Catalogue::load(&[], &mut Problems::default());
        let wanted: BTreeSet<String> =
            catalogue.metrics().map(|metric| format!("{}/{}.toml", metric.perspectives[0], metric.id)).collect();
        assert_eq!(files, wanted);
    }
}
