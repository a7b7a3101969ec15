//! The operational metrics of a card as a card of their own, so that they are asked and placed as KPIs are.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use catalogue::plan::growth;

use crate::definition::{Definition, Kpi};

/// The metrics that move the KPIs of `definition`, and those it names itself, without weight; with a target where the card
/// has one. None where there are none. Metrics that are no KPI's own, and that `catalogue` has.
pub fn operational(definition: &Definition, catalogue: &Catalogue) -> Option<Definition> {
    let own: BTreeSet<&str> = definition.kpis.iter().map(|kpi| kpi.metric.as_str()).collect();
    let moving = definition.kpis.iter().flat_map(|kpi| kpi.operational.iter().map(String::as_str));
    let named = definition.operational.iter().map(|one| one.metric.as_str());
    let mut seen = BTreeSet::new();
    let metrics =
        moving.chain(named).filter(|id| !own.contains(id) && seen.insert(*id)).filter_map(|id| catalogue.get(id));
    let kpis: Vec<Kpi> = metrics
        .filter_map(|metric| {
            let said = definition.operational.iter().find(|one| one.metric == metric.id);
            Some(Kpi {
                id: metric.id.clone(),
                metric: metric.id.clone(),
                variant: None,
                parameters: Default::default(),
                filter: None,
                statistic: metric.measure.statistics().into_iter().next()?,
                name: metric.name.clone(),
                unit: metric.unit,
                direction: metric.direction,
                growth: growth(metric, None, &Default::default(), catalogue),
                perspective: String::new(),
                weight: 0.0,
                target: said.and_then(|said| said.target.clone()),
                has_wrong_target: false,
                role: Default::default(),
                factor: None,
                also: Vec::new(),
                operational: Vec::new(),
                cadence: Default::default(),
                serves: None,
                counterbalances: Vec::new(),
                why: None,
                span: 0..0,
            })
        })
        .collect();
    let card =
        Definition { perspectives: Vec::new(), gates: Vec::new(), pairs: Vec::new(), kpis, ..definition.clone() };
    (!card.kpis.is_empty()).then_some(card)
}
