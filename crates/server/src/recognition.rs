//! Who can be recognised for the KPIs of a card: its questions by team or agent, and what the answers say, all of them
//! together.

use catalogue::answer::{Answer, AnswerRow, Labels};
use catalogue::metric::Metric;
use catalogue::plan::{LineUnit, dimensions, lacking};
use catalogue::question::{Principal, Question};
use model::Instant;
use model::calendar::{Compare, DateRange, Grain};
use scorecard::recognition::{
    Eligibility, Examined, Ground, Watched, examine, no_goal, of_nobody, recognised, watched, work_behind,
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
        let mut beside: Vec<Question> = Vec::new();
        for kpi in &definition.kpis {
            let Some(metric) = catalogue.get(&kpi.metric) else { continue };
            let known = dimensions(metric, catalogue, &attributes);
            let lacks = lacking(metric, definition.only.keys(), catalogue, &attributes);
            let cannot = no_goal(metric)
                .or_else(|| (!lacks.is_empty()).then(|| format!("not cut by {}", lacks.join(", "))))
                .or_else(|| {
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
            for question in watched(kpi, metric, catalogue).into_iter().chain(work_behind(metric, catalogue)) {
                let by = whose.name().to_owned();
                let can_tell = |metric: &Metric| {
                    let dimensions = definition.only.keys().chain([&by]);
                    metric.privacy.is_none() && lacking(metric, dimensions, catalogue, &attributes).is_empty()
                };
                if !beside.contains(&question) && catalogue.get(&question.metric).is_some_and(can_tell) {
                    beside.push(question);
                }
            }
        }
        questions.extend(beside.iter().map(|question| Question {
            by: vec![whose.name().to_owned()],
            grain: Grain::Total,
            range,
            compare: Some(Compare::Prev),
            only: definition.held_to(),
            ..question.clone()
        }));
        let mut answers = self.ask(&questions, principal, now).await?;
        let of_beside = answers.split_off(answers.len().saturating_sub(beside.len()));
        let told: Vec<(Question, Watched<'_>)> = beside
            .into_iter()
            .zip(of_beside)
            .filter_map(|(question, answers)| {
                let metric = catalogue.get(&question.metric)?;
                let rows = answers.into_iter().next().map(|answer| answer.rows).unwrap_or_default();
                let rows = rows.into_iter().filter_map(|row| of_somebody(row, whose)).collect();
                Some((question, Watched { metric, rows }))
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
                    let answer = |asked: Question| told.iter().find(|(question, _)| *question == asked);
                    let watched: Vec<Watched<'_>> = watched(kpi, metric, catalogue)
                        .into_iter()
                        .filter_map(|question| answer(question).map(|(_, told)| told.clone()))
                        .collect();
                    let amount = work_behind(metric, catalogue).and_then(answer).map(|(_, told)| told);
                    examine(kpi, metric, &rows, mixes.each_ref(), &names, &watched, amount)
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
