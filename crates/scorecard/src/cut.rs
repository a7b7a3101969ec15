//! A card held to values of dimensions, as one channel or team.

use std::collections::BTreeMap;

use catalogue::answer::Labels;
use catalogue::metric::{MeasureKind, Metric, Unit};
use catalogue::question::Question;

use crate::definition::{Gate, Kpi, Limit};

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
    pub(crate) fn no_target(&self, kpi: &Kpi, metric: &Metric) -> Option<String> {
        (kpi.target.is_some() && self.counts_a_part(kpi.unit, metric)).then(|| "the target is for all of it".to_owned())
    }

    /// Why a gate has no limit, as [`Cut::no_target`]; unless a part by itself, of `value`, is beyond what all of it may be.
    pub(crate) fn no_limit(&self, gate: &Gate, metric: &Metric, value: Option<f64>) -> Option<String> {
        let never_below_zero = matches!(metric.measure.kind, MeasureKind::Stock | MeasureKind::Count);
        let is_beyond = match gate.limit {
            Limit::AtMost(limit) => never_below_zero && value.is_some_and(|value| value > limit),
            _ => false,
        };
        (self.counts_a_part(gate.unit, metric) && !is_beyond).then(|| "the limit is for all of it".to_owned())
    }

    /// Whether a metric that grows with how much there is is cut to a part of what the card is for.
    fn counts_a_part(&self, unit: Unit, metric: &Metric) -> bool {
        let counts_all = match metric.measure.kind {
            MeasureKind::Stock | MeasureKind::Count | MeasureKind::Sum => true,
            MeasureKind::Derived => unit == Unit::Count,
            _ => false,
        };
        counts_all && self.is_part
    }
}
