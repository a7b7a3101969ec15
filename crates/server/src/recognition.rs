//! Who can be recognised for the KPIs of a card: its questions by team or agent, and what the answers say, all of them
//! together.

use catalogue::answer::{Answer, AnswerRow, Labels};
use catalogue::metric::MeasureKind;
use catalogue::plan::dimensions;
use catalogue::question::{Principal, Question};
use model::Instant;
use model::calendar::{Compare, DateRange, Grain};
use scorecard::recognition::{Eligibility, Examined, Ground, examine, no_goal, of_nobody, recognised};
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
        }
        let mut answers = self.ask(&questions, principal, now).await?.into_iter();
        for (kpi, has_mix) in asked {
            let Some(metric) = catalogue.get(&kpi.metric) else { continue };
            let (rows, labels) = of_statistic(answers.next(), &kpi.statistic);
            let names = labels.get(whose.name()).cloned().unwrap_or_default();
            let is_quotient = matches!(metric.measure.kind, MeasureKind::Share | MeasureKind::Ratio);
            let unfair = of_nobody(&rows, whose.name()).filter(|_| is_quotient);
            let who = |row: AnswerRow| row.by.get(whose.name()).cloned().flatten().map(|who| (who, row));
            let rows: Vec<(String, AnswerRow)> = rows.into_iter().filter_map(who).collect();
            let mix = if has_mix { of_statistic(answers.next(), &kpi.statistic).0 } else { Vec::new() };
            let mixes = [mixes(&mix, whose.name()), mixes_before(&mix, whose.name())];
            found.extend(match unfair {
                Some(reason) => vec![Examined::nothing(nobody(kpi, reason))],
                None => examine(kpi, metric, &rows, mixes.each_ref(), &names),
            });
        }
        let mut found = recognised(found);
        // in the order of the card
        let place = |one: &Eligibility| definition.kpis.iter().position(|kpi| kpi.id == one.kpi);
        found.sort_by_key(place);
        Ok(found)
    }
}

/// The rows of a statistic, and what those are called whom they are of.
fn of_statistic(answers: Option<Vec<Answer>>, statistic: &str) -> (Vec<AnswerRow>, Labels) {
    let answer = answers.into_iter().flatten().find(|answer| answer.statistic == statistic);
    answer.map(|answer| (answer.rows, answer.labels)).unwrap_or_default()
}

fn nobody(kpi: &Kpi, reason: String) -> Eligibility {
    let (ground, value, change) = (Ground::None, None, None);
    let (kpi, name, unit) = (kpi.id.clone(), kpi.name.clone(), kpi.unit);
    Eligibility { kpi, name, who: None, label: None, ground, unit, value, n: 0, change, reason }
}
