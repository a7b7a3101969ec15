//! Who can be recognised for the KPIs of a card: its questions by team or agent, and what the answers say, all of them
//! together.

use catalogue::answer::{Answer, AnswerRow, Labels};
use catalogue::metric::Metric;
use catalogue::plan::{LineUnit, dimensions, lacking};
use catalogue::question::{Principal, Question};
use model::Instant;
use model::calendar::{Compare, DateRange, Grain};
use scorecard::recognition::{
    Eligibility, Examined, Ground, Watched, examine, no_goal, of_nobody, recognised, watched,
};
use scorecard::{Definition, Kpi};

use crate::ServerError;
use crate::ask::Reader;
use crate::yardsticks::{mixes, mixes_before, of_work};

/// By whom figures are broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Teams.
    Team,
    /// Agents.
    Agent,
}

impl Whose {
    /// The dimension.
    pub fn name(self) -> &'static str {
        match self {
            Whose::Team => "team",
            Whose::Agent => "agent",
        }
    }
}

impl Reader {
    /// Who can be recognised for each KPI of a card over `range`, compared with as many days before.
    ///
    /// # Errors
    /// As [`Reader::ask`].
    pub async fn recognition(
        &self,
        definition: &Definition,
        whose: Whose,
        range: DateRange,
        principal: &Principal,
        now: Instant,
    ) -> Result<Vec<Eligibility>, ServerError> {
        let catalogue = &self.workspace.catalogue;
        let attributes = self.store.snapshot()?.attributes;
        let mut found: Vec<Examined> = Vec::new();
        let mut asked: Vec<(&Kpi, bool)> = Vec::new();
        let mut questions: Vec<Question> = Vec::new();
        let mut balancing: Vec<&Metric> = Vec::new();
        for kpi in &definition.kpis {
            let Some(metric) = catalogue.get(&kpi.metric) else { continue };
            let known = dimensions(metric, catalogue, &attributes);
            let cannot = no_goal(metric).or_else(|| {
                (!known.contains_key(whose.name())).then(|| format!("not broken down by {}", whose.name()))
            });
            if let Some(reason) = cannot {
                found.push(Examined::nothing(nobody(kpi, reason)));
                continue;
            }
            let figures = Question {
                by: vec![whose.name().to_owned()],
                grain: Grain::Total,
                range,
                compare: Some(Compare::Prev),
                only: definition.held_to(),
                ..scorecard::subject(kpi)
            };
            let kind = ["channel", "queue"].into_iter().find(|name| known.contains_key(*name));
            let work = kind.map(|kind| of_work(&figures, whose.name(), kind));
            questions.push(figures);
            questions.extend(work);
            asked.push((kpi, kind.is_some()));
            let balances = watched(metric).into_iter().filter_map(|id| catalogue.get(id));
            for metric in balances.filter(|metric| metric.privacy.is_none()) {
                let by = whose.name().to_owned();
                let can_tell =
                    || lacking(metric, definition.only.keys().chain([&by]), catalogue, &attributes).is_empty();
                if !balancing.iter().any(|known| known.id == metric.id) && can_tell() {
                    balancing.push(metric);
                }
            }
        }
        questions.extend(balancing.iter().map(|metric| Question {
            by: vec![whose.name().to_owned()],
            grain: Grain::Total,
            range,
            compare: Some(Compare::Prev),
            only: definition.held_to(),
            ..scorecard::subject_of(&metric.id, None)
        }));
        let mut answers = self.ask(&questions, principal, now).await?;
        let of_balances = answers.split_off(answers.len().saturating_sub(balancing.len()));
        let balances: Vec<Watched<'_>> = balancing
            .into_iter()
            .zip(of_balances)
            .map(|(metric, answers)| {
                let rows = answers.into_iter().next().map(|answer| answer.rows).unwrap_or_default();
                Watched { metric, rows: rows.into_iter().filter_map(|row| of_somebody(row, whose)).collect() }
            })
            .collect();
        let mut answers = answers.into_iter();
        for (kpi, has_mix) in asked {
            let Some(metric) = catalogue.get(&kpi.metric) else { continue };
            let (rows, labels, line) = of_statistic(answers.next(), &kpi.statistic);
            let names = labels.get(whose.name()).cloned().unwrap_or_default();
            let unfair = of_nobody(metric, line, &rows, whose.name());
            let rows: Vec<(String, AnswerRow)> = rows.into_iter().filter_map(|row| of_somebody(row, whose)).collect();
            let mix = if has_mix { of_statistic(answers.next(), &kpi.statistic).0 } else { Vec::new() };
            let mixes = [mixes(&mix, whose.name()), mixes_before(&mix, whose.name())];
            found.extend(match unfair {
                Some(reason) => vec![Examined::nothing(nobody(kpi, reason))],
                None => {
                    let ids = watched(metric);
                    let watched: Vec<Watched<'_>> =
                        balances.iter().filter(|one| ids.contains(&one.metric.id.as_str())).cloned().collect();
                    examine(kpi, metric, &rows, mixes.each_ref(), &names, &watched)
                }
            });
        }
        let mut found = recognised(found);
        // in the order of the card
        let place = |one: &Eligibility| definition.kpis.iter().position(|kpi| kpi.id == one.kpi);
        found.sort_by_key(place);
        Ok(found)
    }
}

/// Of whom a row is, and it; none of nobody.
fn of_somebody(row: AnswerRow, whose: Whose) -> Option<(String, AnswerRow)> {
    row.by.get(whose.name()).cloned().flatten().map(|who| (who, row))
}

/// The rows of a statistic, what those are called whom they are of, and the units of its line.
fn of_statistic(answers: Option<Vec<Answer>>, statistic: &str) -> (Vec<AnswerRow>, Labels, Option<LineUnit>) {
    let answer = answers.into_iter().flatten().find(|answer| answer.statistic == statistic);
    answer.map(|answer| (answer.rows, answer.labels, answer.line_unit)).unwrap_or_default()
}

fn nobody(kpi: &Kpi, reason: String) -> Eligibility {
    let (ground, value, change) = (Ground::None, None, None);
    let (kpi, name, unit) = (kpi.id.clone(), kpi.name.clone(), kpi.unit);
    Eligibility { kpi, name, who: None, label: None, ground, unit, value, n: 0, change, reason }
}
