//! A card held to values of dimensions, as one channel or team.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::Labels;
use catalogue::metric::Metric;
use catalogue::plan::depends_on_size;
use catalogue::question::Question;

use crate::definition::{Gate, Kpi, Limit};
use crate::project::Scale;

/// What a card is held to. Metrics that lack one of the dimensions cannot be cut so: their KPIs are on the card without
/// a value, never with one of something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Values by dimension, as in [`Question::only`]; none for the whole organisation.
    pub only: BTreeMap<String, Vec<Option<String>>>,
    /// Names of the agents and teams among these values.
    pub labels: Labels,
    /// Whether that is less than the card itself is held to, whose targets are for all of that.
    pub is_part: bool,
    /// By metric the dimensions of `only` that it lacks, where there are any.
    pub lacking: BTreeMap<String, Vec<String>>,
    /// By metric why it cannot be asked at all, where it has errors.
    pub wrong: BTreeMap<String, String>,
}

impl Cut {
    /// The question as it is asked of the cut; none where its metric cannot be cut so, or has errors.
    pub fn question(&self, question: Question) -> Option<Question> {
        let cannot = self.lacking.contains_key(&question.metric) || self.wrong.contains_key(&question.metric);
        (!cannot).then(|| Question { only: self.only.clone(), ..question })
    }

    /// Why a metric has no value.
    pub(crate) fn no_value(&self, metric: &str) -> Option<String> {
        let lacking = || self.lacking.get(metric).map(|names| format!("not cut by {}", names.join(", ")));
        self.wrong.get(metric).cloned().or_else(lacking)
    }

    /// Why a KPI has no target: one for everything there is says nothing about a part of it.
    pub(crate) fn no_target(&self, kpi: &Kpi, metric: &Metric, catalogue: &Catalogue) -> Option<String> {
        let grows = || depends_on_size(metric, kpi.variant.as_deref(), &kpi.parameters, catalogue);
        (self.is_part && kpi.target.is_some() && grows()).then(|| "the target is for all of it".to_owned())
    }

    /// Why a gate has no limit, as [`Cut::no_target`]; unless a part by itself, of `value`, is beyond what all of it may be.
    pub(crate) fn no_limit(
        &self,
        gate: &Gate,
        metric: &Metric,
        value: Option<f64>,
        catalogue: &Catalogue,
    ) -> Option<String> {
        let never_below_zero = Scale::of(metric).low >= 0.0;
        let is_beyond = match gate.limit {
            Limit::AtMost(limit) => never_below_zero && value.is_some_and(|value| value > limit),
            _ => false,
        };
        let grows = || depends_on_size(metric, gate.variant.as_deref(), &gate.parameters, catalogue);
        (self.is_part && !is_beyond && grows()).then(|| "the limit is for all of it".to_owned())
    }
}
