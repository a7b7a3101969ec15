//! What a card asks.

use std::collections::BTreeMap;

use catalogue::question::Question;
use jiff::civil::Date;
use model::Instant;
use model::calendar::{Compare, DateRange, Grain, Organisation, split};

use crate::definition::{Definition, Kpi};

/// Most points of one trend.
const POINTS_MAX: i64 = 1000;

/// The questions of `definition` over `range`: for each metric on it, under one variant, one set of parameters and one
/// filter, two in a row — its total over `range` with the comparison, and its trend. KPIs that differ in the
/// statistic only share them; metrics are in the order of their first KPI. [`crate::build`] takes the answers in
/// the order of the questions.
///
/// The trend ends with `range`, or with the day of `now` where `range` goes on, and shows whole days, weeks or months
/// only: a last week of two days would say more about two days than about the trend. It reaches back to the start of
/// `range` and at least over 28 days (of a range up to 45 days), 13 weeks (up to 400 days), 12 months (up to ten
/// years), 12 quarters, 12 years. It has at most about 1,000 points. Days are for a line under a rolling mean; where
/// so little comes in that they are too few to show, `trend` asks for weeks instead.
pub fn questions(
    definition: &Definition,
    range: &DateRange,
    compare: Option<Compare>,
    trend: Option<Grain>,
    organisation: &Organisation,
    now: Instant,
) -> Vec<Question> {
    let (window, grain) = window(range, trend, organisation, organisation.today(now));
    let ask = |subject: &Subject<'_>, grain: Grain, range: DateRange, compare: Option<Compare>| Question {
        metric: subject.metric.to_owned(),
        variant: subject.variant.map(str::to_owned),
        parameters: subject.parameters.clone(),
        by: Vec::new(),
        grain,
        range,
        only: BTreeMap::new(),
        filter: subject.filter.map(str::to_owned),
        compare,
    };
    subjects(definition)
        .0
        .iter()
        .flat_map(|subject| [ask(subject, Grain::Total, *range, compare), ask(subject, grain, window, None)])
        .collect()
}

/// What KPIs share their questions by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Subject<'d> {
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

/// The subjects of `definition`, and of each KPI the index of its subject: subject i is asked for its total by
/// question 2i and for its trend by question 2i + 1.
pub(crate) fn subjects(definition: &Definition) -> (Vec<Subject<'_>>, Vec<usize>) {
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    let places = definition
        .kpis
        .iter()
        .map(|kpi| {
            let subject = Subject::of(kpi);
            subjects.iter().position(|known| *known == subject).unwrap_or_else(|| {
                subjects.push(subject);
                subjects.len() - 1
            })
        })
        .collect();
    (subjects, places)
}

/// The days and the grain of the trend of a card over `range`.
fn window(range: &DateRange, trend: Option<Grain>, organisation: &Organisation, today: Date) -> (DateRange, Grain) {
    let tomorrow = today.saturating_add(days(1));
    let end = if range.from < tomorrow { range.to.min(tomorrow) } else { range.to };
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
    let mut from = start_of_unit(range.from, grain, organisation);
    let mut count = split(&DateRange { from, to, step: None }, grain, organisation).map_or(0, |periods| periods.len());
    while count < least {
        let before = from.saturating_sub(days(1));
        if before == from {
            break;
        }
        from = start_of_unit(before, grain, organisation);
        count += 1;
    }
    (DateRange { from, to, step: None }, grain)
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
