use jiff::ToSpan;

use super::*;
use crate::fixture::{self, Chance};
use Goal::{AtLeast, AtMost, Between};

const PERCENT: Scale = Scale { low: 0.0, high: 100.0 };

/// Weeks from Monday 5 January 2026 on, each with its figure and half the width of its interval.
fn weeks(figures: &[(f64, Option<f64>)]) -> Vec<TrendPoint> {
    let monday = Date::constant(2026, 1, 5);
    let point = |(week, (value, half)): (usize, &(f64, Option<f64>))| {
        let from = monday.checked_add((7 * week as i64).days()).unwrap();
        TrendPoint {
            from,
            to: from.checked_add(7.days()).unwrap(),
            value: Some(*value),
            low: half.map(|half| value - half),
            high: half.map(|half| value + half),
            n: 100,
            quality: Quality::Ok,
        }
    };
    figures.iter().enumerate().map(point).collect()
}

/// The last day of week `number`, of which the first is 0.
fn end_of_week(number: i64) -> Date {
    Date::constant(2026, 1, 11).checked_add((7 * number).days()).unwrap()
}

fn projected(trend: &[TrendPoint], goal: Goal, deadline: Date) -> Option<Projection> {
    let target = Target { deadline: Some(deadline), ..fixture::target(goal, 0.0) };
    project(trend, &target, PERCENT, Date::constant(2026, 3, 2))
}

const FIGURES: [f64; 8] = [10.0, 12.0, 11.0, 13.0, 14.0, 13.0, 15.0, 16.0];

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
}

#[test]
fn a_line_by_hand() {
    // Weeks t = 0 … 7, mean 3.5; y 10 12 11 13 14 13 15 16, mean 13. Sxx = 2(12.25 + 6.25 + 2.25 + 0.25) = 42,
    // Sxy = 10.5 + 2.5 + 3 + 0 + 0.5 + 0 + 5 + 10.5 = 32, Syy = 28. Slope 32 ÷ 42 = 0.761905 a week. Scatter
    // (28 − 32² ÷ 42) ÷ 6 = 0.603175. Week 9 is 5.5 from the mean: 13 + 5.5 · 0.761905 = 17.190476, its variance
    // 0.603175 (1 + 1/8 + 5.5² ÷ 42) = 1.113001, deviation 1.054989. t(6, 97.5 %) = 2.446912: ± 2.581464.
    let trend = weeks(&FIGURES.map(|figure| (figure, None)));
    let found = projected(&trend, AtLeast(16.0), end_of_week(9)).unwrap();
    near(found.value, 17.190_476_190);
    near(found.low, 14.609_012_303);
    near(found.high, 19.771_940_078);
    // t = (17.190476 − 16) ÷ 1.054989 = 1.128426; P(T₆ ≤ 1.128426) = 0.848885, by Simpson's rule over the density
    near(found.chance, 0.848_885_069);
    assert_eq!((found.verdict, found.points, found.deadline), (Verdict::Will, 8, end_of_week(9)));
    // 21 or more: t = −3.610965, 0.005609; 16 or less is the rest of 16 or more
    let found = projected(&trend, AtLeast(21.0), end_of_week(9)).unwrap();
    near(found.chance, 0.005_608_997);
    assert_eq!(found.verdict, Verdict::WillNot);
    near(projected(&trend, AtMost(16.0), end_of_week(9)).unwrap().chance, 1.0 - 0.848_885_069);
    // between 16 and 21: what is at least 16 and not at least 21
    let band = projected(&trend, Between { low: 16.0, high: 21.0 }, end_of_week(9)).unwrap();
    near(band.chance, 0.848_885_069 - 0.005_608_997);
    // at the expected figure it is even
    let found = projected(&trend, AtLeast(17.190_476_190), end_of_week(9)).unwrap();
    near(found.chance, 0.5);
    assert_eq!(found.verdict, Verdict::Unclear);
}

#[test]
fn precise_figures_weigh_more() {
    // Standard errors 1 (four times) and 0.5 (four times), so weights 1 and 4. The normal equations, solved as two of
    // them with two unknowns in another program: 17.195538 in week 9, scatter 1.506999 (more than the 1 that the margins
    // say), deviation 1.175967.
    let figures: Vec<(f64, Option<f64>)> =
        FIGURES.iter().enumerate().map(|(week, figure)| (*figure, Some(if week < 4 { Z } else { Z / 2.0 }))).collect();
    let found = projected(&weeks(&figures), AtLeast(16.0), end_of_week(9)).unwrap();
    near(found.value, 17.195_538_058);
    near(found.low, 14.318_049_692);
    near(found.high, 20.073_026_423);
    near(found.chance, 0.825_723_897);
}

#[test]
fn figures_on_a_line_are_no_more_certain_than_their_margins() {
    let line: Vec<(f64, Option<f64>)> = (0..8).map(|week| (50.0 + f64::from(week), Some(Z))).collect();
    let found = projected(&weeks(&line), AtLeast(59.0), end_of_week(9)).unwrap();
    // scatter 0, so the margins count: 1 · (1 + 1/8 + 5.5² ÷ 42) = 1.845238, deviation 1.358396, · 2.446912
    near(found.value, 59.0);
    near(found.high - found.value, 3.323_873_832);
    near(found.chance, 0.5);
    // a full count on a line has none
    let line: Vec<(f64, Option<f64>)> = (0..8).map(|week| (50.0 + f64::from(week), None)).collect();
    let found = projected(&weeks(&line), AtLeast(58.0), end_of_week(9)).unwrap();
    assert!((found.high - found.low).abs() < 1e-6 && found.verdict == Verdict::Will, "{found:?}");
}

#[test]
fn when_nothing_is_projected() {
    let trend = weeks(&FIGURES.map(|figure| (figure, None)));
    let check = |trend: &[TrendPoint], deadline: Date, expected: bool| {
        assert_eq!(projected(trend, AtLeast(16.0), deadline).is_some(), expected, "{deadline}");
    };
    check(&trend, end_of_week(9), true);
    // seven figures, whether one is not there, has no value, or may still change
    check(&trend[1..], end_of_week(9), false);
    let with = |change: fn(&mut TrendPoint)| {
        let mut trend = trend.clone();
        trend.iter_mut().take(1).for_each(change);
        trend
    };
    check(&with(|point| point.value = None), end_of_week(9), false);
    check(&with(|point| point.quality = Quality::Settling), end_of_week(9), false);
    check(&with(|point| point.quality = Quality::LowN), end_of_week(9), true);
    // today is 2 March: a deadline of today is not over, one of yesterday is
    check(&trend, Date::constant(2026, 3, 2), true);
    check(&trend, Date::constant(2026, 3, 1), false);
    let target = fixture::target(AtLeast(16.0), 0.0);
    assert_eq!(project(&trend, &target, PERCENT, Date::constant(2026, 3, 2)), None);
}

#[test]
fn that_there_is_none_has_a_reason() {
    let check = |figures: usize, deadline: Option<Date>, expected: &str| {
        let trend = weeks(&vec![(50.0, Some(2.0)); figures]);
        let target = Target { deadline, ..fixture::target(AtLeast(16.0), 0.0) };
        assert_eq!(unprojected(&trend, Some(&target), Date::constant(2026, 3, 2)), expected);
    };
    check(8, None, "its target has no deadline");
    check(8, Some(Date::constant(2026, 3, 1)), "its deadline, 1 Mar 2026, is over");
    check(7, Some(end_of_week(30)), "it takes 8 whole weeks with a settled figure, and there are 7");
    assert_eq!(unprojected(&[], None, Date::constant(2026, 3, 2)), "it has no target");
}

#[test]
fn a_scale_has_ends() {
    let steep: Vec<(f64, Option<f64>)> = (0..8).map(|week| (90.0 + f64::from(week), Some(2.0))).collect();
    let found = projected(&weeks(&steep), AtLeast(95.0), end_of_week(30)).unwrap();
    assert_eq!((found.value, found.low, found.high, found.verdict), (100.0, 100.0, 100.0, Verdict::Will));
    assert_eq!(found.course, Course::RisesTooFast);
    assert_eq!(projected(&weeks(&steep), AtLeast(95.0), end_of_week(9)).unwrap().course, Course::Possible);
    let falling: Vec<(f64, Option<f64>)> = (0..8).map(|week| (10.0 - f64::from(week), Some(2.0))).collect();
    let found = projected(&weeks(&falling), AtMost(5.0), end_of_week(30)).unwrap();
    assert_eq!((found.value, found.course), (0.0, Course::FallsTooFast));
}

/// How often the interval had the figure in it that came, and by how much the mean chance differs from how often the
/// target was met, over many organisations that go on as they have: twelve weeks that scatter by `scatter`, told with a
/// standard error of `told`.
fn simulated(seed: u64, scatter: f64, told: Option<f64>) -> (f64, f64) {
    const RUNS: usize = 600;
    let mut chance = Chance(seed);
    let (mut inside, mut met, mut promised) = (0usize, 0usize, 0.0);
    for _ in 0..RUNS {
        let (start, slope) = (40.0 + 10.0 * chance.share(), chance.share() - 0.5);
        let mut figure = |week: f64| start + slope * week + scatter * chance.normal();
        let figures: Vec<(f64, Option<f64>)> =
            (0..12).map(|week| (figure(f64::from(week)), told.map(|error| Z * error))).collect();
        let came = figure(15.0);
        let found = projected(&weeks(&figures), AtLeast(45.0), end_of_week(15)).unwrap();
        inside += usize::from((found.low..=found.high).contains(&came));
        met += usize::from(came >= 45.0);
        promised += found.chance;
    }
    (inside as f64 / RUNS as f64, (promised - met as f64) / RUNS as f64)
}

#[test]
fn what_comes_is_as_likely_as_was_said() {
    // 600 runs tell a share of 95 % to ± 1.8 pp
    let (inside, off) = simulated(1, 2.0, None);
    assert!((0.93..=0.97).contains(&inside) && off.abs() < 0.04, "{inside} {off}");
    // margins that tell the scatter rightly: the least of it, so rather more than 95 %
    let (inside, off) = simulated(2, 2.0, Some(2.0));
    assert!((0.96..=0.995).contains(&inside) && off.abs() < 0.04, "{inside} {off}");
    // margins that tell a quarter of it: the line is no more certain for that
    let (inside, off) = simulated(3, 2.0, Some(0.5));
    assert!((0.93..=0.97).contains(&inside) && off.abs() < 0.04, "{inside} {off}");
}

/// Which metrics in percent whose kind does not say it are 100 at most.
#[test]
fn shares_end_at_a_hundred() {
    use catalogue::metric::MeasureKind::{Cohort, Derived, Ratio};
    const ENDLESS: f64 = f64::INFINITY;
    let expected = [
        // days missed that began in the period may go on beyond it, and what was on the roster then is all it is over
        ("absence_rate", ENDLESS),
        // of a year at the pace of a month: more than all of them may leave, and be replaced
        ("agent_attrition", ENDLESS),
        // who has left cannot leave again
        ("annual_churn_rate", 100.0),
        // of customers who were there, and of what those paid
        ("churn_rate", 100.0),
        // service may cost more than customers bring in
        ("cost_to_serve_share", ENDLESS),
        ("customer_retention_rate", 100.0),
        // each customer is capped at what was paid at the start
        ("grr", 100.0),
        // what customers pay more is in it
        ("nrr", ENDLESS),
        // handling is a part of the time in which people were ready
        ("occupancy", 100.0),
        // episodes that went on in self-service are among the assisted ones
        ("self_service_usage_rate", 100.0),
        // what was answered in time is a part of what was offered, under each variant
        ("service_level", 100.0),
        // what is left of paid time when that in which people were ready is taken from it
        ("shrinkage", 100.0),
        // people may work longer than they are paid for
        ("utilisation", ENDLESS),
    ];
    let catalogue = fixture::catalogue();
    let percent = || catalogue.metrics().filter(|metric| metric.unit == Unit::Percent);
    let may_be_more = |metric: &&Metric| matches!(metric.measure.kind, Ratio | Derived | Cohort);
    let mut found: Vec<(&str, f64)> =
        percent().filter(may_be_more).map(|metric| (metric.id.as_str(), Scale::of(metric).high)).collect();
    found.sort_by_key(|(id, _)| *id);
    assert_eq!(found, expected);
    assert!(percent().filter(|metric| !may_be_more(metric)).all(|metric| Scale::of(metric) == PERCENT));
}

#[test]
fn points_are_on_the_scale_of_their_metric() {
    let catalogue = fixture::catalogue();
    let check = |metric: &str, low: f64, high: f64| {
        assert_eq!(Scale::of(catalogue.get(metric).unwrap()), Scale { low, high }, "{metric}");
    };
    check("nps", -100.0, 100.0);
    check("quality_score", 0.0, 100.0);
    check("qa_margin", 0.0, 100.0);
}

#[test]
fn a_mean_is_on_the_scale_it_is_asked_on() {
    let catalogue = fixture::catalogue();
    let check = |metric: &str, variant: Option<&str>, by_hand: &[(&str, &str)], low: f64, high: f64| {
        let by_hand = by_hand.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found = Scale::asked(catalogue.get(metric).unwrap(), variant, &by_hand);
        assert_eq!(found, Scale { low, high }, "{metric} {variant:?} {by_hand:?}");
    };
    const ENDLESS: f64 = f64::INFINITY;
    check("csat_mean", None, &[], 1.0, 5.0);
    check("csat_mean", None, &[("scale", "1-5"), ("instrument", "after_chat")], 1.0, 5.0);
    check("csat_mean", Some("scale_1_7"), &[], 0.0, ENDLESS);
    check("csat_mean", Some("pomp"), &[], 0.0, ENDLESS);
    check("csat_mean", None, &[("scale", "0-10")], 0.0, ENDLESS);
    check("ces_v2_mean", None, &[("answer_within_days", "7")], 1.0, 7.0);
    // whatever is asked
    assert_eq!(Scale::of(catalogue.get("csat_mean").unwrap()), Scale { low: 0.0, high: ENDLESS });
    assert_eq!(Scale::of(catalogue.get("ces_v2_mean").unwrap()), Scale { low: 1.0, high: 7.0 });
}

#[test]
fn the_period_in_which_data_began_is_no_whole_one() {
    // the data began late in the second week, with 2 of 10 a week: the other eight lie on a line that is flat
    let mut figures = vec![(10.0, None); 10];
    figures[1].0 = 2.0;
    let mut trend = weeks(&figures);
    trend[0] = TrendPoint { value: None, n: 0, quality: Quality::NoData, ..trend[0].clone() };
    let found = projected(&trend, AtMost(12.0), end_of_week(12)).unwrap();
    assert_eq!((found.points, found.value), (8, 10.0));
    // of one that began before all of them nothing is left out
    assert_eq!(projected(&trend[1..], AtMost(12.0), end_of_week(12)).unwrap().points, 9);
}
