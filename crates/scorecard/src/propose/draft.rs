//! A card before it is written: templates blended, an industry's changes made.

use std::collections::BTreeMap;

use super::LeftOut;
use crate::template::{Industry, Named, Template, TemplateGate, TemplateKpi, TemplatePair, balance, templates};

/// What will be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) value_proposition: String,
    pub(super) objectives: Vec<Named>,
    pub(super) factors: Vec<Named>,
    pub(super) kpis: Vec<DraftKpi>,
    pub(super) gates: Vec<TemplateGate>,
    pub(super) pairs: Vec<TemplatePair>,
    pub(super) left_out: Vec<LeftOut>,
    /// Names of what there is no definition of.
    pub(super) undefined: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// A KPI before it is weighed.
#[derive(Clone, Debug)]
pub(super) struct DraftKpi {
    pub(super) declared: TemplateKpi,
    /// The variant that the records at hand can answer, where it is not the usual definition.
    pub(super) variant: Option<String>,
    /// Whether the industry wants it.
    pub(super) of_industry: bool,
    /// What the template it is from gave it, of all that name it the most.
    pub(super) part: f64,
    /// Factors of other templates that it says something about.
    pub(super) also: Vec<String>,
}

impl DraftKpi {
    pub(super) fn new(declared: TemplateKpi) -> Self {
        let part = declared.weight;
        DraftKpi { declared, variant: None, of_industry: false, part, also: Vec::new() }
    }
}

impl Draft {
    /// The templates of `shares`, each KPI weighing what they give it together; its role and factor are those of the
    /// template that gives it most.
    pub(super) fn blend(shares: &BTreeMap<String, f64>) -> Draft {
        let mut chosen: Vec<(&Template, f64)> = templates()
            .iter()
            .filter_map(|template| Some((template, *shares.get(&template.id)?)))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        chosen.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut draft = Draft::default();
        if let Some((first, _)) = chosen.first() {
            draft.value_proposition.clone_from(&first.value_proposition);
        }
        for (template, share) in chosen {
            draft.objectives.extend(template.objective.iter().cloned());
            draft.factors.extend(template.factor.iter().cloned());
            for kpi in &template.kpi {
                draft.add(TemplateKpi { weight: share * kpi.weight, ..kpi.clone() });
            }
            for gate in &template.gate {
                draft.add_gate(gate);
            }
            for gate in &template.wanted_gate {
                draft.notes.push(format!("no gate \"{}\": {}", gate.name, gate.why));
            }
            for pair in &template.pair {
                // what the larger share says of two KPIs holds
                let is_known = |known: &TemplatePair| known.kpis.iter().all(|id| pair.kpis.contains(id));
                if !draft.pairs.iter().any(is_known) {
                    draft.pairs.push(pair.clone());
                }
            }
        }
        draft
    }

    pub(super) fn find(&self, metric: &str) -> Option<usize> {
        self.kpis.iter().position(|kpi| kpi.declared.metric == metric)
    }

    /// Adds a KPI, or to the weight and the operational metrics of the one of its metric.
    fn add(&mut self, declared: TemplateKpi) {
        let Some(index) = self.find(&declared.metric) else {
            self.kpis.push(DraftKpi::new(declared));
            return;
        };
        let known = &mut self.kpis[index];
        known.declared.weight += declared.weight;
        for metric in &declared.operational {
            if !known.declared.operational.contains(metric) {
                known.declared.operational.push(metric.clone());
            }
        }
        let mut other = declared.factor;
        if declared.weight > known.part {
            known.part = declared.weight;
            known.declared.role = declared.role;
            known.declared.why = declared.why;
            std::mem::swap(&mut known.declared.factor, &mut other);
        }
        if other != known.declared.factor && !known.also.contains(&other) {
            known.also.push(other);
        }
    }

    fn add_gate(&mut self, gate: &TemplateGate) {
        let is_known = |known: &TemplateGate| (&known.metric, &known.kpi) == (&gate.metric, &gate.kpi);
        if !self.gates.iter().any(is_known) {
            self.gates.push(gate.clone());
        }
    }

    /// Makes the changes of an industry. What is forbidden or replaced hands its weight to what stands in its place, or
    /// to all others.
    pub(super) fn change(&mut self, industry: &Industry) {
        for change in industry.forbidden.iter().chain(&industry.replaced) {
            let Some(index) = self.find(&change.metric) else { continue };
            let gone = self.kpis.remove(index);
            let told = if change.by.is_empty() { "has no place here" } else { "gives way" };
            self.notes.push(format!("`{}` {told}: {}", change.metric, change.why));
            let each = gone.declared.weight / change.by.len().max(1) as f64;
            for by in &change.by {
                self.add(TemplateKpi { metric: by.clone(), weight: each, why: String::new(), ..gone.declared.clone() });
            }
        }
        let from_elsewhere = |metric: &str| {
            let others = templates().iter().flat_map(|template| &template.kpi).chain(&balance().spare);
            others.chain(&industry.kpi).find(|kpi| kpi.metric == metric).cloned()
        };
        // a stand-in is moved by its own metrics, and there for its own reason
        for kpi in self.kpis.iter_mut().filter(|kpi| kpi.declared.why.is_empty()) {
            if let Some(own) = from_elsewhere(&kpi.declared.metric) {
                kpi.declared.operational = own.operational;
                kpi.declared.why = own.why;
            }
        }
        for added in &industry.kpi {
            match self.find(&added.metric) {
                Some(index) => {
                    let known = &mut self.kpis[index];
                    known.of_industry = true;
                    known.also.push(industry.factor.id.clone());
                    // what the industry wants is not to weigh less for all else that it adds
                    known.declared.weight = (known.declared.weight + added.more).max(added.least);
                    known.declared.least = known.declared.weight;
                    known.declared.note.clone_from(&added.note);
                    known.declared.statistic = known.declared.statistic.take().or_else(|| added.statistic.clone());
                    known.declared.name = known.declared.name.take().or_else(|| added.name.clone());
                }
                None if added.only_change => {}
                None => {
                    let factor = industry.factor.id.clone();
                    let declared = TemplateKpi { least: added.weight, factor, ..added.clone() };
                    self.kpis.push(DraftKpi { of_industry: true, ..DraftKpi::new(declared) });
                }
            }
        }
        for only in &industry.only_with {
            if self.find(&only.metric).is_some() {
                self.notes.push(format!("`{}` stays only beside `{}`: {}", only.metric, only.needs, only.why));
                if self.find(&only.needs).is_none()
                    && let Some(needed) = from_elsewhere(&only.needs)
                {
                    let (factor, weight) = (industry.factor.id.clone(), balance().weight[0]);
                    let declared = TemplateKpi { weight, factor, ..needed };
                    self.kpis.push(DraftKpi { of_industry: true, ..DraftKpi::new(declared) });
                }
            }
        }
        for kpi in &mut self.kpis {
            let is_forbidden = |metric: &String| industry.forbidden.iter().any(|forbidden| forbidden.metric == *metric);
            kpi.declared.operational.retain(|metric| !is_forbidden(metric));
        }
        for change in &industry.replaced_operational {
            for kpi in &mut self.kpis {
                let operational = &mut kpi.declared.operational;
                if let Some(index) = operational.iter().position(|metric| *metric == change.metric) {
                    operational.remove(index);
                    if !operational.contains(&change.by) {
                        operational.insert(index, change.by.clone());
                    }
                }
            }
        }
        self.objectives.push(industry.objective.clone());
        self.factors.push(Named { objective: industry.objective.id.clone(), ..industry.factor.clone() });
        for gate in &industry.gate {
            self.add_gate(gate);
        }
        self.notes.extend(industry.notes.iter().cloned());
    }

    /// Drops what no KPI measures, and says so of objectives.
    pub(super) fn prune(&mut self) {
        let kpis = &self.kpis;
        let is_of = |kpi: &DraftKpi, factor: &Named| kpi.declared.factor == factor.id || kpi.also.contains(&factor.id);
        self.factors.retain(|factor| kpis.iter().any(|kpi| is_of(kpi, factor)));
        let factors = &self.factors;
        let (kept, lost): (Vec<Named>, Vec<Named>) = std::mem::take(&mut self.objectives)
            .into_iter()
            .partition(|objective| factors.iter().any(|factor| factor.objective == objective.id));
        self.objectives = kept;
        for objective in lost {
            self.notes.push(format!(
                "the objective \"{}\" is left off: no KPI for it can be asked of these records",
                objective.name
            ));
        }
        let has = |id: &String| kpis.iter().any(|kpi| kpi.declared.metric == *id);
        self.pairs.retain(|pair| pair.kpis.iter().all(has));
        self.gates.retain(|gate| gate.kpi.as_ref().is_none_or(has));
    }
}
