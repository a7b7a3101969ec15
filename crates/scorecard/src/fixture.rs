//! Answers for tests: planned and assembled as the engine's are, from counts written down here.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use catalogue::answer::{Answer, AnswerRow, Cell, Moment, assemble};
use catalogue::file::Problems;
use catalogue::metric::Unit;
use catalogue::plan::{Measure, Moments, QuantileValue, plan};
use catalogue::question::Question;
use catalogue::source::SourceText;
use jiff::civil::Weekday;
use model::calendar::{Compare, DateRange, FiscalYear, Grain, Organisation};
use model::{Attributes, Instant};

use crate::card::{Card, Scorecard, View, build};
use crate::cut::Cut;
use crate::declare::declare;
use crate::definition::{Definition, Goal, Kpi, Target};
use crate::error::Error;
use crate::gate::{Bound, CardGate, GateStatus};
use crate::questions::questions;

pub(crate) fn catalogue() -> Catalogue {
    Catalogue::load(&[], &mut Problems::default())
}

pub(crate) fn definition(text: &str) -> Definition {
    named("company", text)
}

/// The card `name`.
pub(crate) fn named(name: &str, text: &str) -> Definition {
    let file = SourceText { path: format!("scorecards/{name}.toml"), text: text.to_owned() };
    let mut problems = Problems::default();
    let definition = declare(file, &catalogue(), &mut problems);
    definition.unwrap_or_else(|| panic!("{:?}", problems.into_sorted()))
}

/// A target with nothing but its goal and tolerance.
pub(crate) fn target(goal: Goal, tolerance: f64) -> Target {
    Target { tolerance, ..Target::of(goal) }
}

pub(crate) fn october() -> DateRange {
    DateRange::new("2026-10-01".parse().unwrap(), "2026-11-01".parse().unwrap()).unwrap()
}

/// Answers in October of 2026, asked on 5 November.
pub(crate) fn answers(definition: &Definition, compare: Option<Compare>, trend: Option<Grain>) -> Vec<Vec<Answer>> {
    let organisation =
        Organisation::new("o", "Europe/Amsterdam", "EUR", Weekday::Monday, FiscalYear::default()).unwrap();
    let now: Instant = "2026-11-05T09:00:00Z".parse().unwrap();
    let asked = questions(definition, &october(), compare, trend, &organisation, now);
    asked.iter().map(|question| answer(question, &organisation, now)).collect()
}

pub(crate) fn card(definition: &Definition, compare: Option<Compare>, trend: Option<Grain>) -> Scorecard {
    built(definition, &answers(definition, compare, trend), &Cut::default()).unwrap()
}

/// The card over October of 2026, looked at on 5 November.
pub(crate) fn built(definition: &Definition, answers: &[Vec<Answer>], cut: &Cut) -> Result<Scorecard, Error> {
    built_from(definition, &catalogue(), answers, cut)
}

/// The same, of other metrics.
pub(crate) fn built_from(
    definition: &Definition,
    catalogue: &Catalogue,
    answers: &[Vec<Answer>],
    cut: &Cut,
) -> Result<Scorecard, Error> {
    let view = View { range: &october(), today: "2026-11-05".parse().unwrap(), cut, above: None };
    build(definition, catalogue, &view, answers)
}

/// The card of `kpi` with nothing known of it.
pub(crate) fn kpi_card(kpi: &Kpi) -> Card {
    let row = AnswerRow::NO_DATA;
    crate::card::card(kpi, catalogue().get(&kpi.metric), &row, &[])
}

/// A gate called "Gate" that stands so.
pub(crate) fn gate(status: GateStatus) -> CardGate {
    CardGate {
        id: "gate".to_owned(),
        name: "Gate".to_owned(),
        metric: "critical_breaches".to_owned(),
        kpi: None,
        status,
        value: None,
        low: None,
        high: None,
        n: 0,
        limit: 0.0,
        bound: Bound::AtMost,
        unit: Unit::Count,
        sentence: String::new(),
    }
}

/// An answer of these rows, about which nothing else is known.
pub(crate) fn answered(metric: &str, statistic: &str, unit: Unit, rows: Vec<AnswerRow>) -> Answer {
    Answer {
        metric: metric.to_owned(),
        version: 1,
        variant: None,
        parameters: BTreeMap::new(),
        statistic: statistic.to_owned(),
        unit: unit.name().to_owned(),
        line_unit: None,
        currency: None,
        direction: "up".to_owned(),
        rows,
        labels: BTreeMap::new(),
        watermark: None,
    }
}

fn answer(question: &Question, organisation: &Organisation, now: Instant) -> Vec<Answer> {
    let catalogue = catalogue();
    let plan = plan(question, &catalogue, organisation, &Attributes::default()).unwrap();
    let metric = catalogue.get(&plan.metric).unwrap();
    let cells = |count: usize, which: usize| -> Vec<Cell> {
        (0..count)
            .map(|period| Cell { period, by: Vec::new(), moments: moments(&plan.metric, &plan.measure, which) })
            .collect()
    };
    let compared = plan.compared.as_ref().map(|periods| cells(periods.len(), 1));
    let through = Some("2026-11-05T08:55:00Z".parse().unwrap());
    let moment = Moment::of(now, None, plan.leaves().into_iter().map(|leaf| (leaf, through)));
    assemble(&plan, metric, cells(plan.periods.len(), 0), compared, moment)
}

/// What was counted, in the range (0) and in the comparison period (1).
fn moments(metric: &str, measure: &Measure, which: usize) -> Moments {
    let pick = |now: u64, then: u64| [now, then][which];
    let seconds = |value: [f64; 3], then: [f64; 3]| {
        let [value, low, high] = [value, then][which].map(|seconds| Some(1000.0 * seconds));
        QuantileValue { value, low, high }
    };
    match (metric, measure) {
        ("csat_t2b", _) => Moments::Parts { numerator: pick(1720, 1656), denominator: 2000 },
        ("service_level", _) => Moments::Parts { numerator: pick(7600, 7590), denominator: 10_000 },
        ("abandonment_rate", _) => Moments::Parts { numerator: pick(98, 101), denominator: 1687 },
        ("nps", _) => Moments::Net { positive: pick(15, 40), negative: pick(3, 10), n: pick(25, 90) },
        ("first_response_time", _) => Moments::Quantiles {
            n: 6400,
            ended: 6390,
            values: vec![
                seconds([6000.0, 5800.0, 6240.0], [7300.0, 7060.0, 7500.0]),
                seconds([30_000.0, 29_000.0, 31_500.0], [30_100.0, 29_000.0, 31_300.0]),
            ],
        },
        ("full_resolution_time", _) => Moments::Quantiles {
            n: 6400,
            ended: 6100,
            values: vec![
                seconds([18_600.0, 16_500.0, 21_000.0], [18_900.0, 16_700.0, 21_300.0]),
                seconds([300_000.0, 290_000.0, 312_000.0], [310_000.0, 296_000.0, 322_000.0]),
            ],
        },
        (_, Measure::Stock { .. }) => Moments::Stock { count: pick(585, 460), beyond: false },
        _ => panic!("no figures for {metric}"),
    }
}

/// Numbers that look like chance and are the same each time (SplitMix64), as standard normal ones (Box and Muller).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.share(), self.share());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}
