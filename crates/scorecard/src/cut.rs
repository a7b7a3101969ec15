//! A card held to values of dimensions, as one channel or team.

use std::collections::BTreeMap;

use catalogue::metric::{MeasureKind, Metric, Unit};
use catalogue::question::Question;

use crate::definition::Kpi;

/// What a card is held to. Metrics that lack one of the dimensions cannot be cut so: their KPIs are on the card without
/// a value, never with one of something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// Values by dimension, as in [`Question::only`]; none for the whole organisation.
    pub only: BTreeMap<String, Vec<Option<String>>>,
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

    /// Why a KPI has no value.
    pub(crate) fn no_value(&self, kpi: &Kpi) -> Option<String> {
        let lacking = || self.lacking.get(&kpi.metric).map(|names| format!("not cut by {}", names.join(", ")));
        self.wrong.get(&kpi.metric).cloned().or_else(lacking)
    }

    /// Why a KPI has no target: one for everything there is says nothing about a part of it.
    pub(crate) fn no_target(&self, kpi: &Kpi, metric: &Metric) -> Option<String> {
        let counts_all = match metric.measure.kind {
            MeasureKind::Stock | MeasureKind::Count | MeasureKind::Sum => true,
            MeasureKind::Derived => kpi.unit == Unit::Count,
            _ => false,
        };
        (counts_all && !self.only.is_empty() && kpi.target.is_some()).then(|| "the target is for all of it".to_owned())
    }
}
