//! What a card asks.

use std::collections::BTreeMap;

use catalogue::answer::Answer;
use catalogue::question::Question;
use jiff::civil::Date;
use model::Instant;
use model::calendar::{Compare, DateRange, Grain, Organisation, split};

use crate::definition::{Cadence, Definition, Gate, Kpi};

/// Most points of one trend.
const POINTS_MAX: i64 = 1000;

/// Least share of a trend's periods that show a figure; below it longer periods are drawn.
const SHOWN_LEAST: f64 = 0.5;

/// Months of a projection's history, and weeks of one that is reviewed weekly.
const HISTORY: [(Grain, usize); 2] = [(Grain::Month, 12), (Grain::Week, 26)];

/// The questions of `definition` over `range`. For each metric of a KPI, under one variant, one set of parameters and one
/// filter, two in a row: its total over `range` with the comparison, and its trend. KPIs that differ in the statistic
/// only share them; metrics are in the order of their first KPI. Then the totals of gates that are no KPI's, and the
/// history of what is to be projected to a deadline. [`crate::build`] takes the answers in the order of the questions.
///
/// The trend ends with `range`, or with the day of `now` where `range` goes on, and shows whole days, weeks or months
/// only: a last week of two days would say more about two days than about the trend. It reaches back to the start of
/// `range` and at least over 28 days (of a range up to 45 days), 13 weeks (up to 400 days), 12 months (up to ten
/// years), 12 quarters, 12 years. It has at most about 1,000 points. Days are for a line under a rolling mean; where
/// so little comes in that they are too few to show, `trend` asks for weeks or months instead: see [`coarser`].
///
/// A history ends where the trend does, and has 12 whole months, or 26 whole weeks of a KPI that is reviewed weekly.
pub fn questions(
    definition: &Definition,
    range: &DateRange,
    compare: Option<Compare>,
    trend: Option<Grain>,
    organisation: &Organisation,
    now: Instant,
) -> Vec<Question> {
    let today = organisation.today(now);
    let (window, grain) = window(range, trend, organisation, today);
    let ask = |subject: &Subject<'_>, grain: Grain, range: DateRange, compare: Option<Compare>| Question {
        grain,
        compare,
        ..subject.question(range)
    };
    let layout = Layout::of(definition);
    let of_kpis = layout
        .subjects
        .iter()
        .flat_map(|subject| [ask(subject, Grain::Total, *range, compare), ask(subject, grain, window, None)]);
    let of_gates = layout.gates.iter().map(|subject| ask(subject, Grain::Total, *range, None));
    let histories = layout.histories.iter().filter_map(|(subject, grain)| {
        Some(ask(layout.subjects.get(*subject)?, *grain, history(range, *grain, organisation, today), None))
    });
    of_kpis.chain(of_gates).chain(histories).collect()
}

/// The trends of `definition` to be asked anew at `trend`, each with its place among the questions: those of which
/// `answers` to `asked` show fewer than half of their periods, because too little came in for one.
pub fn coarser(
    definition: &Definition,
    range: &DateRange,
    trend: Grain,
    (asked, answers): (&[Option<Question>], &[Vec<Answer>]),
    organisation: &Organisation,
    now: Instant,
) -> Vec<(usize, Question)> {
    let trends = 2 * Layout::of(definition).subjects.len();
    let anew = questions(definition, range, None, Some(trend), organisation, now).into_iter().enumerate();
    let is_sparse = |place: usize, question: &Question| {
        let was = asked.get(place).and_then(Option::as_ref);
        let shown = answers.get(place).map(|answers| shown(answers)).unwrap_or_default();
        was.is_some_and(|was| was.grain < question.grain) && shown.is_some_and(|share| share < SHOWN_LEAST)
    };
    anew.take(trends).filter(|(place, question)| place % 2 == 1 && is_sparse(*place, question)).collect()
}

/// The share of the periods that show a figure, from the first to the last in which anything came in; one period alone
/// is no line. None where nothing came in.
pub fn shown(answers: &[Answer]) -> Option<f64> {
    let of_answer = |answer: &Answer| {
        let is_counted = |row: &catalogue::answer::AnswerRow| row.n > 0;
        let (first, last) = (answer.rows.iter().position(is_counted)?, answer.rows.iter().rposition(is_counted)?);
        let span = answer.rows.get(first..=last)?;
        let shown = span.iter().filter(|row| row.value.is_some()).count();
        Some(if shown < 2 { 0.0 } else { shown as f64 / span.len() as f64 })
    };
    answers.iter().filter_map(of_answer).max_by(f64::total_cmp)
}

/// What the KPIs of `definition` are asked as over `range`, each once where they share it.
pub fn figures(definition: &Definition, range: &DateRange) -> Vec<Question> {
    Layout::of(definition).subjects.iter().map(|subject| subject.question(*range)).collect()
}

/// The figures of `definition` over `range`, each with its name and what it is asked as: of its KPIs, then of those gates
/// that are no KPI's.
pub fn named_figures<'d>(definition: &'d Definition, range: &DateRange) -> Vec<(&'d str, Question)> {
    let of_kpis = definition.kpis.iter().map(|kpi| (kpi.name.as_str(), Subject::of(kpi)));
    let gates = definition.gates.iter().filter(|gate| gate.kpi.is_none());
    let all = of_kpis.chain(gates.map(|gate| (gate.name.as_str(), Subject::of_gate(gate))));
    all.map(|(name, subject)| (name, subject.question(*range))).collect()
}

/// What KPIs share their questions by.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Subject<'d> {
    metric: &'d str,
    variant: Option<&'d str>,
    parameters: &'d BTreeMap<String, String>,
    filter: Option<&'d str>,
}

impl<'d> Subject<'d> {
    fn of(kpi: &'d Kpi) -> Self {
        Subject {
            metric: &kpi.metric,
            variant: kpi.variant.as_deref(),
            parameters: &kpi.parameters,
            filter: kpi.filter.as_ref().map(|filter| filter.value.as_str()),
        }
    }

    fn of_gate(gate: &'d Gate) -> Self {
        Subject {
            metric: &gate.metric,
            variant: gate.variant.as_deref(),
            parameters: &gate.parameters,
            filter: gate.filter.as_ref().map(|filter| filter.value.as_str()),
        }
    }

    /// Its total over `range`.
    fn question(&self, range: DateRange) -> Question {
        Question {
            metric: self.metric.to_owned(),
            variant: self.variant.map(str::to_owned),
            parameters: self.parameters.clone(),
            by: Vec::new(),
            grain: Grain::Total,
            range,
            only: BTreeMap::new(),
            filter: self.filter.map(str::to_owned),
            compare: None,
        }
    }
}

/// What `kpi` is asked as; range, grain and comparison are still to be said.
pub fn subject(kpi: &Kpi) -> Question {
    Question {
        parameters: kpi.parameters.clone(),
        filter: kpi.filter.as_ref().map(|filter| filter.value.clone()),
        ..subject_of(&kpi.metric, kpi.variant.clone())
    }
}

/// What a metric is asked as under a variant; range, grain and comparison are still to be said.
pub fn subject_of(metric: &str, variant: Option<String>) -> Question {
    Question { variant, ..crate::declare::probe(metric) }
}

/// The total of `kpi` over `range`, asked by itself.
pub(crate) fn question_of(kpi: &Kpi, range: &DateRange) -> Question {
    Subject::of(kpi).question(*range)
}

/// Which question is whose.
pub(crate) struct Layout<'d> {
    /// What KPIs are asked about: of subject i the total is question 2i, the trend question 2i + 1.
    subjects: Vec<Subject<'d>>,
    /// Of each KPI its subject.
    kpis: Vec<usize>,
    /// What only gates are asked about; these follow.
    gates: Vec<Subject<'d>>,
    /// Of each gate the question of its total.
    of_gates: Vec<usize>,
    /// Subjects with a history, and its grain; these come last.
    histories: Vec<(usize, Grain)>,
    /// Of each KPI its place among the histories.
    of_kpis: Vec<Option<usize>>,
}

impl<'d> Layout<'d> {
    pub(crate) fn of(definition: &'d Definition) -> Self {
        let mut subjects = Vec::new();
        let kpis: Vec<usize> = definition.kpis.iter().map(|kpi| place(&mut subjects, Subject::of(kpi))).collect();
        let mut gates = Vec::new();
        let of_gates = definition.gates.iter().map(|gate| {
            let subject = Subject::of_gate(gate);
            let among_kpis = subjects.iter().position(|known| *known == subject);
            among_kpis.map_or_else(|| 2 * subjects.len() + place(&mut gates, subject), |place| 2 * place)
        });
        let of_gates = of_gates.collect();
        let mut histories = Vec::new();
        let of_kpis = definition.kpis.iter().zip(&kpis).map(|(kpi, subject)| {
            kpi.target.as_ref()?.deadline?;
            // a week's is not held against what a month's is to be
            let is_weekly = kpi.cadence == Cadence::Weekly && kpi.growth.is_none();
            let grain = if is_weekly { Grain::Week } else { Grain::Month };
            Some(place(&mut histories, (*subject, grain)))
        });
        let of_kpis = of_kpis.collect();
        Layout { subjects, kpis, gates, of_gates, histories, of_kpis }
    }

    /// How many questions there are.
    pub(crate) fn len(&self) -> usize {
        2 * self.subjects.len() + self.gates.len() + self.histories.len()
    }

    /// The questions of the total and of the trend of KPI `index`.
    pub(crate) fn kpi(&self, index: usize) -> Option<(usize, usize)> {
        self.kpis.get(index).map(|subject| (2 * subject, 2 * subject + 1))
    }

    /// The question of gate `index`.
    pub(crate) fn gate(&self, index: usize) -> Option<usize> {
        self.of_gates.get(index).copied()
    }

    /// The question of the history of KPI `index`, where there is one.
    pub(crate) fn history(&self, index: usize) -> Option<usize> {
        let place = self.of_kpis.get(index).copied().flatten()?;
        Some(2 * self.subjects.len() + self.gates.len() + place)
    }
}

/// The place of `item` in `list`, at its end where it was not there.
fn place<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// The days of the history of a card over `range`.
fn history(range: &DateRange, grain: Grain, organisation: &Organisation, today: Date) -> DateRange {
    let least = HISTORY.iter().find(|(known, _)| *known == grain).map_or(1, |(_, least)| *least);
    let to = start_of_unit(end(range, today), grain, organisation);
    DateRange { from: reach_back(to, to, grain, least, organisation), to, step: None }
}

/// The days and the grain of the trend of a card over `range`.
fn window(range: &DateRange, trend: Option<Grain>, organisation: &Organisation, today: Date) -> (DateRange, Grain) {
    let end = end(range, today);
    let length = length(range.from, end);
    let natural = match length {
        ..=45 => Grain::Day,
        46..=400 => Grain::Week,
        401..=3660 => Grain::Month,
        3661..=15_000 => Grain::Quarter,
        _ => Grain::Year,
    };
    let wanted = trend.unwrap_or(natural);
    let fits = |grain: &Grain| *grain >= wanted && length / unit_days(*grain) < POINTS_MAX;
    let grain = Grain::ALL.into_iter().find(fits).unwrap_or(Grain::Total);
    let least = match grain {
        Grain::Day => 28,
        Grain::Week => 13,
        Grain::Month | Grain::Quarter | Grain::Year => 12,
        Grain::Total => return (DateRange { from: range.from, to: end, step: None }, grain),
    };
    let to = start_of_unit(end, grain, organisation);
    let from = start_of_unit(range.from, grain, organisation);
    (DateRange { from: reach_back(from, to, grain, least, organisation), to, step: None }, grain)
}

/// The day after the last of a card over `range` of which anything can be known.
fn end(range: &DateRange, today: Date) -> Date {
    let tomorrow = today.saturating_add(days(1));
    if range.from < tomorrow { range.to.min(tomorrow) } else { range.to }
}

/// `from`, or as much earlier as it takes for `least` units of `grain` until `to`.
fn reach_back(from: Date, to: Date, grain: Grain, least: usize, organisation: &Organisation) -> Date {
    let mut from = from;
    let mut count = split(&DateRange { from, to, step: None }, grain, organisation).map_or(0, |periods| periods.len());
    while count < least {
        let before = from.saturating_sub(days(1));
        if before == from {
            break;
        }
        from = start_of_unit(before, grain, organisation);
        count += 1;
    }
    from
}

/// First day of the unit of `grain` that `date` lies in.
fn start_of_unit(date: Date, grain: Grain, organisation: &Organisation) -> Date {
    let until =
        DateRange { from: date.saturating_sub(days(unit_days(grain))), to: date.saturating_add(days(1)), step: None };
    split(&until, grain, organisation).ok().and_then(|periods| periods.last().map(|period| period.from)).unwrap_or(date)
}

/// Days of the longest period of `grain`.
fn unit_days(grain: Grain) -> i64 {
    match grain {
        Grain::Day => 1,
        Grain::Week => 7,
        Grain::Month => 31,
        Grain::Quarter => 92,
        Grain::Year | Grain::Total => 366,
    }
}

fn days(count: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(24 * count)
}

/// Days from `from` until `to`.
fn length(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;
    use model::calendar::FiscalYear;
    use proptest::prelude::*;

    use super::*;

    fn organisation() -> Organisation {
        Organisation::new("o", "Europe/Amsterdam", "EUR", Weekday::Monday, FiscalYear::new(4).unwrap()).unwrap()
    }

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn trends_show_whole_periods_up_to_the_end_of_the_range() {
        let today: Date = "2026-11-21".parse().unwrap(); // a Saturday
        let check = |from: &str, to: &str, trend: Option<Grain>, expected: (&str, &str, Grain, usize)| {
            let (window, grain) = window(&range(from, to), trend, &organisation(), today);
            let points = split(&window, grain, &organisation()).unwrap().len();
            let found = (window.from.to_string(), window.to.to_string(), grain, points);
            assert_eq!(found, (expected.0.to_owned(), expected.1.to_owned(), expected.2, expected.3), "{from} to {to}");
        };
        use Grain::{Day, Month, Quarter, Total, Week, Year};
        // last week: days, four weeks of them
        check("2026-11-09", "2026-11-16", None, ("2026-10-19", "2026-11-16", Day, 28));
        // this week is not over: until today, today included
        check("2026-11-16", "2026-11-23", None, ("2026-10-25", "2026-11-22", Day, 28));
        check("2026-11-21", "2026-11-22", None, ("2026-10-25", "2026-11-22", Day, 28));
        // last 28 days, last month
        check("2026-10-24", "2026-11-21", None, ("2026-10-24", "2026-11-21", Day, 28));
        check("2026-10-01", "2026-11-01", None, ("2026-10-01", "2026-11-01", Day, 31));
        // in weeks: the last whole one ended on Sunday the 15th
        check("2026-10-24", "2026-11-21", Some(Week), ("2026-08-17", "2026-11-16", Week, 13));
        // this month and last quarter
        check("2026-11-01", "2026-12-01", None, ("2026-10-25", "2026-11-22", Day, 28));
        check("2026-07-01", "2026-10-01", None, ("2026-06-29", "2026-09-28", Week, 13));
        // a calendar year: its weeks, the first from before New Year
        check("2025-01-01", "2026-01-01", None, ("2024-12-30", "2025-12-29", Week, 52));
        check("2024-11-01", "2026-11-01", None, ("2024-11-01", "2026-11-01", Month, 24));
        check("2025-11-01", "2026-11-01", Some(Month), ("2025-11-01", "2026-11-01", Month, 12));
        check("2026-10-15", "2026-11-15", Some(Month), ("2025-11-01", "2026-11-01", Month, 12));
        // quarters of a fiscal year from April
        check("2010-01-01", "2026-11-01", None, ("2010-01-01", "2026-10-01", Quarter, 67));
        check("1960-01-01", "2026-11-01", None, ("1959-04-01", "2026-04-01", Year, 67));
        check("2026-10-01", "2026-11-01", Some(Total), ("2026-10-01", "2026-11-01", Total, 1));
        // wholly in the future
        check("2027-01-01", "2027-01-08", None, ("2026-12-11", "2027-01-08", Day, 28));
        // 2,000 days are too many points
        check("2020-06-01", "2025-11-22", Some(Day), ("2020-06-01", "2025-11-17", Week, 285));
    }

    #[test]
    fn histories_are_whole_and_long_enough() {
        let today: Date = "2026-11-21".parse().unwrap(); // a Saturday
        let check = |from: &str, to: &str, grain: Grain, expected: (&str, &str)| {
            let found = history(&range(from, to), grain, &organisation(), today);
            assert_eq!((found.from.to_string().as_str(), found.to.to_string().as_str()), expected);
        };
        // November is not over, nor is the week
        check("2026-11-01", "2026-12-01", Grain::Month, ("2025-11-01", "2026-11-01"));
        check("2026-11-01", "2026-12-01", Grain::Week, ("2026-05-18", "2026-11-16"));
        // as things stood at the end of March
        check("2026-03-01", "2026-04-01", Grain::Month, ("2025-04-01", "2026-04-01"));
    }

    #[test]
    fn gates_and_histories_are_asked_once() {
        let text = r#"title = "Card"
value_proposition = "v"
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "csat_t2b"
perspective = "p"
weight = 0.5
target = { value = 80, deadline = 2027-03-31, owner = "Ann" }
[[kpi]]
metric = "first_response_time"
perspective = "p"
weight = 0.3
[[kpi]]
id = "slow"
metric = "first_response_time"
statistic = "p90"
perspective = "p"
weight = 0.2
cadence = "weekly"
target = { value = 86400, deadline = 2027-03-31, owner = "Ann" }
[[gate]]
metric = "critical_breaches"
at_most = 0
[[gate]]
id = "appetite"
metric = "critical_breaches"
at_most = 3
[[gate]]
metric = "csat_t2b"
at_least = 60
"#;
        let definition = crate::fixture::definition(text);
        let now: Instant = "2026-11-21T09:00:00Z".parse().unwrap();
        let asked = questions(&definition, &range("2026-11-01", "2026-12-01"), None, None, &organisation(), now);
        let found: Vec<(&str, Grain)> = asked.iter().map(|one| (one.metric.as_str(), one.grain)).collect();
        assert_eq!(
            found,
            [
                ("csat_t2b", Grain::Total),
                ("csat_t2b", Grain::Day),
                ("first_response_time", Grain::Total),
                ("first_response_time", Grain::Day),
                ("critical_breaches", Grain::Total),
                ("csat_t2b", Grain::Month),
                ("first_response_time", Grain::Week),
            ]
        );
        let layout = Layout::of(&definition);
        assert_eq!(layout.len(), asked.len());
        assert_eq!(
            (layout.kpi(2), layout.history(0), layout.history(1), layout.history(2)),
            (Some((2, 3)), Some(5), None, Some(6))
        );
        assert_eq!([layout.gate(0), layout.gate(1), layout.gate(2)], [Some(4), Some(4), Some(0)]);
        let plain = figures(&definition, &range("2026-11-01", "2026-12-01"));
        assert_eq!(
            plain.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(),
            ["csat_t2b", "first_response_time"]
        );
    }

    fn answer(periods: &[(u64, Option<f64>)]) -> Answer {
        let row = |(n, value): &(u64, Option<f64>)| catalogue::answer::AnswerRow {
            n: *n,
            value: *value,
            ..catalogue::answer::AnswerRow::NO_DATA
        };
        let rows = periods.iter().map(row).collect();
        crate::fixture::answered("csat_t2b", "share", catalogue::metric::Unit::Percent, rows)
    }

    #[test]
    fn a_trend_is_drawn_as_far_as_its_periods_have_figures() {
        let check = |periods: &[(u64, Option<f64>)], expected: Option<f64>| {
            assert_eq!(shown(&[answer(periods)]), expected, "{periods:?}");
        };
        let (few, enough, none) = ((3, None), (12, Some(80.0)), (0, None));
        check(&[none, none], None);
        check(&[few, few, few], Some(0.0));
        // what came before the first record and after the last is no gap
        check(&[none, enough, few, few, enough, none], Some(0.5));
        check(&[enough, enough, none, enough], Some(0.75));
        // one period is no line
        check(&[few, enough, few, few], Some(0.0));
        assert_eq!(shown(&[]), None);
    }

    #[test]
    fn trends_of_too_few_a_period_are_asked_at_longer_ones() {
        let text = r#"title = "Card"
value_proposition = "v"
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "csat_t2b"
perspective = "p"
weight = 0.5
[[kpi]]
metric = "fcr"
perspective = "p"
weight = 0.5
"#;
        let definition = crate::fixture::definition(text);
        let now: Instant = "2026-11-21T09:00:00Z".parse().unwrap();
        let october = range("2026-10-01", "2026-11-01");
        let asked = questions(&definition, &october, None, None, &organisation(), now);
        let asked: Vec<Option<Question>> = asked.into_iter().map(Some).collect();
        let (sparse, dense) = (answer(&[(3, None); 31]), answer(&[(30, Some(80.0)); 31]));
        let check = |grain: Grain, trends: [&Answer; 2], expected: &[(usize, &str, Grain)]| {
            let [first, second] = trends.map(|trend| vec![trend.clone()]);
            let answers = [Vec::new(), first, Vec::new(), second];
            let found = coarser(&definition, &october, grain, (&asked, &answers), &organisation(), now);
            let found: Vec<(usize, &str, Grain)> =
                found.iter().map(|(place, one)| (*place, one.metric.as_str(), one.grain)).collect();
            assert_eq!(found, expected);
        };
        check(Grain::Week, [&dense, &dense], &[]);
        check(Grain::Week, [&sparse, &dense], &[(1, "csat_t2b", Grain::Week)]);
        check(Grain::Month, [&dense, &sparse], &[(3, "fcr", Grain::Month)]);
        // never at those that were asked
        check(Grain::Day, [&sparse, &sparse], &[]);
        // of what did not come in at all there is nothing to draw at any length
        let nothing = answer(&[(0, None); 31]);
        check(Grain::Week, [&nothing, &dense], &[]);
    }

    proptest! {
        #[test]
        fn trends_have_enough_points_and_not_too_many(start in -700_000i64..2_900_000, length in 1i64..1_200_000, grain in 0usize..7) {
            let epoch: Date = "1970-01-01".parse().unwrap();
            let from = epoch.saturating_add(days(start));
            let to = from.saturating_add(days(length));
            prop_assume!(from < to);
            let trend = Grain::ALL.get(grain).copied();
            let today = from.saturating_add(days(length / 2));
            let (window, found) = window(&DateRange { from, to, step: None }, trend, &organisation(), today);
            let points = split(&window, found, &organisation()).unwrap().len();
            prop_assert!(points >= if found == Grain::Total { 1 } else { 12 }, "{points} of {found}");
            prop_assert!(points <= 1_020, "{points} of {found}");
            prop_assert!(window.to <= to);
        }
    }
}
