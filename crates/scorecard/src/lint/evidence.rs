//! The figures that rules are held against: what to ask, and what the answers say.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::metric::Metric;
use catalogue::question::Question;
use jiff::civil::Date;
use model::FactTable;

use super::calibration::Calibration;
use super::l20_definitions_differ::resolved;
use crate::definition::{Definition, Kpi};
use crate::target::{History, Window, questions as history_questions};
use crate::words;

/// Months that two KPIs need in common before their correlation says something.
pub(super) const MONTHS_COMPARED: usize = 12;

/// What figures say of a card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    kpis: BTreeMap<String, KpiEvidence>,
    /// How reviewers agreed of late; none where it was not asked.
    calibration: Option<Calibration>,
}

/// What figures say of a KPI.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KpiEvidence {
    /// Where it stood when its target was set, or stands today.
    pub baseline: Option<AnswerRow>,
    /// First day of what that is over, and the day after the last.
    pub over: Option<(Date, Date)>,
    /// By how much it moved in a year: from the year before to the baseline, at least as far as chance can move it.
    pub yearly_change: Option<f64>,
    /// First day of a whole month → its figure.
    pub months: BTreeMap<Date, f64>,
    /// Whether its last figure is withheld, being about so few people.
    pub is_withheld: bool,
    /// Share of those asked who answered, percent; of surveys.
    pub response_rate: Option<f64>,
    /// Share of those who could be asked who were, percent; of surveys.
    pub coverage: Option<f64>,
}

/// The questions about how those who answer a survey were chosen.
const OF_SURVEYS: [&str; 2] = ["csat_response_rate", "survey_coverage"];

/// What is asked of a card: of each KPI its whole months of three years and where it stood when its target was set, or
/// stands today; of one from a survey how many were asked, and answered.
pub fn questions(definition: &Definition, catalogue: &Catalogue, today: Date) -> Vec<Question> {
    definition.kpis.iter().flat_map(|kpi| of_kpi(kpi, catalogue, today)).collect()
}

fn of_kpi(kpi: &Kpi, catalogue: &Catalogue, today: Date) -> Vec<Question> {
    let Some(metric) = catalogue.get(&kpi.metric) else { return Vec::new() };
    let subject = crate::questions::subject(kpi);
    let set_on = kpi.target.as_ref().and_then(|target| target.set_on).filter(|set_on| *set_on < today);
    let window = Window::of(&subject, metric, catalogue);
    let mut asked = history_questions(&subject, window, set_on.unwrap_or(today)).to_vec();
    if let [_, recent] = asked.as_slice()
        && metric.measure.table == Some(FactTable::SurveyAnswer)
        && let Some(instrument) = resolved(kpi, metric).get("instrument")
    {
        let of_survey = |id: &&str| Question {
            metric: (*id).to_owned(),
            variant: None,
            parameters: BTreeMap::from([("instrument".to_owned(), instrument.clone())]),
            filter: None,
            compare: None,
            ..recent.clone()
        };
        let known = OF_SURVEYS.iter().filter(|id| catalogue.get(id).is_some()).map(of_survey);
        asked.extend(known.collect::<Vec<_>>());
    }
    asked
}

impl Evidence {
    /// What `answers`, in the order of [`questions`], say; one without answers says nothing.
    pub fn of(definition: &Definition, catalogue: &Catalogue, today: Date, answers: &[Vec<Answer>]) -> Evidence {
        let mut rest = answers;
        let mut kpis = BTreeMap::new();
        for kpi in &definition.kpis {
            let asked = of_kpi(kpi, catalogue, today);
            let (own, others) = rest.split_at(asked.len().min(rest.len()));
            rest = others;
            let evidence = catalogue.get(&kpi.metric).map(|metric| {
                let window = Window::of(&crate::questions::subject(kpi), metric, catalogue);
                KpiEvidence::of(kpi, metric, window, &asked, own)
            });
            kpis.insert(kpi.id.clone(), evidence.unwrap_or_default());
        }
        Evidence { kpis, calibration: None }
    }

    /// Made of what is known of each KPI, by id.
    pub fn new(kpis: BTreeMap<String, KpiEvidence>) -> Evidence {
        Evidence { kpis, calibration: None }
    }

    /// The same, and how reviewers agreed in the days for which a calibration holds.
    pub fn with_calibration(self, calibration: Calibration) -> Evidence {
        Evidence { calibration: Some(calibration), ..self }
    }

    /// How reviewers agreed of late; none where it was not asked.
    pub fn calibration(&self) -> Option<Calibration> {
        self.calibration
    }

    /// What is known of the KPI with this id.
    pub fn of_kpi(&self, id: &str) -> Option<&KpiEvidence> {
        self.kpis.get(id)
    }
}

impl KpiEvidence {
    fn of(kpi: &Kpi, metric: &Metric, window: Window, asked: &[Question], answers: &[Vec<Answer>]) -> KpiEvidence {
        let [months, recent, of_survey @ ..] = answers else { return KpiEvidence::default() };
        let Some(history) = History::of(months, recent, &kpi.statistic, window, metric) else {
            return KpiEvidence::default();
        };
        let share = |id: &str| {
            let place = asked.iter().skip(2).position(|question| question.metric == id)?;
            let row = of_survey.get(place)?.first()?.rows.first()?;
            row.value
        };
        let [response_rate, coverage] = OF_SURVEYS.map(share);
        KpiEvidence {
            yearly_change: history.yearly_movement(),
            months: history.months.iter().filter_map(|row| Some((row.from, row.value?))).collect(),
            is_withheld: history.recent.quality == Quality::Withheld,
            over: Some((history.recent.from, history.recent.to)),
            baseline: history.recent.value.is_some().then_some(history.recent),
            response_rate,
            coverage,
        }
    }
}

impl KpiEvidence {
    /// Over which days it is seen where things stand, to be put behind a figure; empty where that is not known.
    pub(super) fn told(&self, kpi: &Kpi) -> String {
        let Some((from, to)) = self.over else { return String::new() };
        let is_set = kpi.target.as_ref().is_some_and(|target| target.set_on.is_some_and(|set_on| set_on >= to));
        let which = if is_set { "before the target was set, " } else { "" };
        format!(" ({which}{})", words::days(from, to))
    }
}

/// Spearman's rank correlation over the months both have, ties at their mean rank, and how many there are; none where
/// one of them never moves.
pub(super) fn rank_correlation(one: &BTreeMap<Date, f64>, other: &BTreeMap<Date, f64>) -> Option<(f64, usize)> {
    let pairs: Vec<(f64, f64)> = one.iter().filter_map(|(month, value)| Some((*value, *other.get(month)?))).collect();
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let rank = |value: &f64| {
            let below = values.iter().filter(|other| *other < value).count() as f64;
            let alike = values.iter().filter(|other| other.total_cmp(value).is_eq()).count() as f64;
            below + (alike + 1.0) / 2.0
        };
        values.iter().map(rank).collect()
    };
    let x = ranks(pairs.iter().map(|pair| pair.0).collect());
    let y = ranks(pairs.iter().map(|pair| pair.1).collect());
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let scale = (product(&x, &x) * product(&y, &y)).sqrt();
    (scale > 0.0).then(|| (product(&x, &y) / scale, pairs.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_correlations() {
        let series = |values: &[f64]| -> BTreeMap<Date, f64> {
            let first: Date = "2026-01-01".parse().unwrap();
            let at = |index: usize| first.saturating_add(jiff::Span::new().months(index as i64));
            values.iter().enumerate().map(|(index, value)| (at(index), *value)).collect()
        };
        let check = |one: &[f64], other: &[f64], expected: Option<f64>| {
            let found = rank_correlation(&series(one), &series(other)).map(|(rho, _)| (rho * 1e4).round() / 1e4);
            assert_eq!(found, expected, "{one:?} {other:?}");
        };
        check(&[1.0, 2.0, 3.0, 40.0], &[5.0, 6.0, 7.0, 8.0], Some(1.0));
        check(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], Some(-1.0));
        // d = 1, 1, 0, 1, 1: 1 − 6·4 ÷ (5·24) = 0.8
        check(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 3.0, 5.0, 4.0], Some(0.8));
        // ties: ranks 1.5 1.5 3 against 1 2 3: 1.5 ÷ √(1.5 · 2) = 0.8660
        check(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0], Some(0.866));
        check(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], None);
        // only months that both have
        check(&[1.0, 2.0, 3.0, 0.0], &[1.0, 2.0, 3.0], Some(1.0));
    }
}
