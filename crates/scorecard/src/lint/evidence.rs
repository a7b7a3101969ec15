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
    /// Sample size of that, also where it is too small for a figure; none where it is not told.
    pub baseline_n: Option<u64>,
    /// First day of what that is over, and the day after the last.
    pub over: Option<(Date, Date)>,
    /// By how much it moved in a year: from the year before to the baseline, at least as far as chance can move it.
    pub yearly_change: Option<f64>,
    /// First day of a whole month → its figure.
    pub months: BTreeMap<Date, f64>,
    /// Whether its figure of today is withheld, being about so few people.
    pub is_withheld: bool,
    /// Share of those asked of late who answered, percent; of surveys.
    pub response_rate: Option<f64>,
    /// Share of those who could be asked of late who were, percent; of surveys.
    pub coverage: Option<f64>,
    /// Over which days these are: the first, and the day after the last.
    pub surveyed: Option<(Date, Date)>,
}

/// The questions about how those who answer a survey were chosen.
const OF_SURVEYS: [&str; 2] = ["csat_response_rate", "survey_coverage"];

/// What is asked of a card: of each KPI its whole months of three years and where it stood when its target was set, or
/// stands today; of one about staff whether it is told today; of one from a survey how many were asked of late, and
/// answered.
pub fn questions(definition: &Definition, catalogue: &Catalogue, today: Date) -> Vec<Question> {
    definition.kpis.iter().filter_map(|kpi| Asked::of(kpi, catalogue, today)).flat_map(Asked::questions).collect()
}

/// What is asked of a KPI.
struct Asked {
    /// Months, and where it stood.
    history: [Question; 2],
    /// Over which days it is seen where it stood.
    window: Window,
    /// Where it stands today, of one about staff whose target was set on another day.
    today: Option<Question>,
    /// How those who answer were chosen, up to today.
    survey: Vec<Question>,
}

impl Asked {
    /// None of a KPI whose metric is not known.
    fn of(kpi: &Kpi, catalogue: &Catalogue, today: Date) -> Option<Asked> {
        let metric = catalogue.get(&kpi.metric)?;
        let subject = crate::questions::subject(kpi);
        let set_on = kpi.target.as_ref().and_then(|target| target.set_on).filter(|set_on| *set_on < today);
        let window = Window::of(&subject, metric, catalogue);
        let of_staff = set_on.filter(|_| metric.privacy.is_some()).map(|_| {
            let (grain, range) = window.range(today);
            Question { grain, range, ..subject.clone() }
        });
        Some(Asked {
            survey: of_survey(kpi, metric, &subject, catalogue, today),
            history: history_questions(&subject, window, set_on.unwrap_or(today)),
            window,
            today: of_staff,
        })
    }

    fn questions(self) -> Vec<Question> {
        self.history.into_iter().chain(self.today).chain(self.survey).collect()
    }

    fn count(&self) -> usize {
        self.history.len() + usize::from(self.today.is_some()) + self.survey.len()
    }
}

/// Of a KPI from a survey: how those who answer it were chosen, over the last days of which it is known who answered.
fn of_survey(kpi: &Kpi, metric: &Metric, subject: &Question, catalogue: &Catalogue, today: Date) -> Vec<Question> {
    let parameters = resolved(kpi, metric);
    let Some(instrument) =
        parameters.get("instrument").filter(|_| metric.measure.table == Some(FactTable::SurveyAnswer))
    else {
        return Vec::new();
    };
    let known: Vec<(Question, &Metric)> = OF_SURVEYS
        .iter()
        .filter_map(|id| {
            let parameters = BTreeMap::from([("instrument".to_owned(), instrument.clone())]);
            let asked =
                Question { metric: (*id).to_owned(), variant: None, parameters, filter: None, ..subject.clone() };
            Some((asked, catalogue.get(id)?))
        })
        .collect();
    // both over the same days, by the one that has to wait for answers
    let Some((grain, range)) = known.first().map(|(one, metric)| Window::of(one, metric, catalogue).range(today))
    else {
        return Vec::new();
    };
    known.into_iter().map(|(one, _)| Question { grain, range, ..one }).collect()
}

impl Evidence {
    /// What `answers`, in the order of [`questions`], say; one without answers says nothing.
    pub fn of(definition: &Definition, catalogue: &Catalogue, today: Date, answers: &[Vec<Answer>]) -> Evidence {
        let mut rest = answers;
        let mut kpis = BTreeMap::new();
        for kpi in &definition.kpis {
            let asked = Asked::of(kpi, catalogue, today);
            let (own, others) = rest.split_at(asked.as_ref().map_or(0, Asked::count).min(rest.len()));
            rest = others;
            let evidence = catalogue.get(&kpi.metric).zip(asked);
            let evidence = evidence.map(|(metric, asked)| KpiEvidence::of(kpi, metric, &asked, own));
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
    fn of(kpi: &Kpi, metric: &Metric, asked: &Asked, answers: &[Vec<Answer>]) -> KpiEvidence {
        let [months, recent, rest @ ..] = answers else { return KpiEvidence::default() };
        let Some(history) = History::of(months, recent, &kpi.statistic, asked.window, metric) else {
            return KpiEvidence::default();
        };
        let (today, of_survey) = rest.split_at(usize::from(asked.today.is_some()).min(rest.len()));
        let row = |answers: &[Answer]| answers.first()?.rows.first().cloned();
        let is_withheld = |row: &AnswerRow| row.quality == Quality::Withheld;
        let share = |id: &str| {
            let place = asked.survey.iter().position(|question| question.metric == id)?;
            row(of_survey.get(place)?)?.value
        };
        let [response_rate, coverage] = OF_SURVEYS.map(share);
        KpiEvidence {
            yearly_change: history.yearly_movement(),
            months: history.months.iter().filter_map(|row| Some((row.from, row.value?))).collect(),
            is_withheld: match today {
                [today] => today.iter().flat_map(|answer| &answer.rows).any(is_withheld),
                _ => is_withheld(&history.recent),
            },
            over: Some((history.recent.from, history.recent.to)),
            baseline_n: (!is_withheld(&history.recent)).then_some(history.recent.n),
            baseline: history.recent.value.is_some().then_some(history.recent),
            response_rate,
            coverage,
            surveyed: asked.survey.first().map(|question| (question.range.from, question.range.to)),
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

    /// Over which days it was seen how those who answer were chosen, to be put behind a figure.
    pub(super) fn told_surveyed(&self) -> String {
        self.surveyed.map_or_else(String::new, |(from, to)| format!(" ({})", words::days(from, to)))
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
    fn a_baseline_is_of_then_and_who_answers_and_is_told_of_today() {
        let card = |target: &str| {
            crate::fixture::definition(&format!(
                r#"title = "Card"
value_proposition = "v"
[[perspective]]
id = "a"
name = "A"
[[kpi]]
metric = "csat_t2b"
perspective = "a"
weight = 0.5
target = {{ value = 85, baseline = 80{target} }}
[[kpi]]
metric = "occupancy"
perspective = "a"
weight = 0.5
target = {{ low = 75, high = 85{target} }}
"#
            ))
        };
        let today = Date::constant(2026, 11, 27);
        let asked = |target: &str| -> Vec<String> {
            let asked = questions(&card(target), &crate::fixture::catalogue(), today);
            asked.iter().map(|one| format!("{} {} {}", one.metric, one.range.from, one.range.to)).collect()
        };
        // answers settle in a week, and of who was asked it is known after two who answers, as far as the data reach
        assert_eq!(
            asked(", set_on = 2026-04-01"),
            [
                "csat_t2b 2023-04-01 2026-04-01",
                "csat_t2b 2025-12-24 2026-03-25",
                "csat_response_rate 2026-08-13 2026-11-12",
                "survey_coverage 2026-08-13 2026-11-12",
                "occupancy 2023-04-01 2026-04-01",
                "occupancy 2026-01-01 2026-04-01",
                "occupancy 2026-08-01 2026-11-01",
            ]
        );
        assert_eq!(
            asked(""),
            [
                "csat_t2b 2023-11-01 2026-11-01",
                "csat_t2b 2026-08-21 2026-11-20",
                "csat_response_rate 2026-08-13 2026-11-12",
                "survey_coverage 2026-08-13 2026-11-12",
                "occupancy 2023-11-01 2026-11-01",
                "occupancy 2026-08-01 2026-11-01",
            ]
        );
    }

    #[test]
    fn a_sample_too_small_for_a_figure_is_told_and_one_of_few_people_is_not() {
        let catalogue = crate::fixture::catalogue();
        let definition = crate::fixture::definition(
            "title = \"Card\"\nvalue_proposition = \"v\"\n[[perspective]]\nid = \"a\"\nname = \"A\"\n[[kpi]]\nmetric = \
             \"occupancy\"\nperspective = \"a\"\nweight = 1\ntarget = { low = 75, high = 85, set_on = 2026-04-01 }\n",
        );
        let of = |then: (Quality, u64), now: Quality| {
            let row = |quality: Quality, n: u64| AnswerRow { quality, n, ..AnswerRow::NO_DATA };
            let answer = |row: AnswerRow| {
                let statistic = &definition.kpis[0].statistic;
                vec![crate::fixture::answered("occupancy", statistic, catalogue::metric::Unit::Percent, vec![row])]
            };
            let months = answer(row(Quality::NoData, 0));
            let answers = [months, answer(row(then.0, then.1)), answer(row(now, 0))];
            let today = Date::constant(2026, 11, 27);
            let evidence = Evidence::of(&definition, &catalogue, today, &answers);
            evidence.of_kpi("occupancy").map(|found| (found.baseline_n, found.is_withheld))
        };
        assert_eq!(of((Quality::Suppressed, 4), Quality::Ok), Some((Some(4), false)));
        assert_eq!(of((Quality::NoData, 0), Quality::Ok), Some((Some(0), false)));
        // withheld then, and told today; told then, and withheld today
        assert_eq!(of((Quality::Withheld, 0), Quality::Ok), Some((None, false)));
        assert_eq!(of((Quality::Ok, 900), Quality::Withheld), Some((Some(900), true)));
    }

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
