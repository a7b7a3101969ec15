//! Projection: where a KPI will stand at its deadline, if it goes on as it has.
//!
//! A straight line is fitted to the figures of whole periods by least squares, each weighing by its precision: one over
//! the square of its standard error, which is half its interval ÷ 1.96; where there are no intervals its n; else all
//! alike. The figures scatter about the line by more than their margins say, by season, by campaigns, by chance, so that
//! the scatter is measured, and what the margins say is only the least of it. What is given is the figure of a period of
//! the same length that ends at the deadline: its 95 % prediction interval (Student's t with n − 2 degrees of freedom),
//! and the chance that it meets the target.
//!
//! That assumes that the line goes on, that periods scatter independently and alike, and that nothing else happens. It
//! knows no season: of a KPI with one, a year of months says more than half a year of weeks. Figures that late answers
//! may still change are left out, as is the period in which the data began, and there is no projection of fewer than
//! eight. A line that leads out of what there can be, as to a time below nothing, cannot go on so: it is cut there, and
//! that is said in place of the figure.

use std::collections::BTreeMap;

use catalogue::answer::Quality;
use catalogue::expression::Value;
use catalogue::margin::Z;
use catalogue::metric::{MeasureKind, Metric, Parameter, Unit};
use jiff::civil::Date;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};
use utoipa::ToSchema;

use crate::card::TrendPoint;
use crate::definition::{Goal, Target};
use crate::words;

/// Fewest figures that a line is drawn through.
const LEAST: usize = 8;
/// From this chance on it will be made.
const LIKELY: f64 = 0.8;

/// Where a KPI will stand at its deadline, in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Projection {
    /// The deadline of the target.
    #[schema(value_type = String, format = Date)]
    pub deadline: Date,
    /// The figure expected then; where the line leads out of what there can be, the last that can.
    pub value: f64,
    /// Lower end of its 95 % prediction interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The chance that it meets the target, 0–1.
    pub chance: f64,
    /// The chance in words.
    pub verdict: Verdict,
    /// How many figures the line goes through.
    pub points: usize,
    /// Whether the line stays within what there can be.
    pub course: Course,
}

/// Whether a line can go on until the deadline as it has, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum Course {
    /// It can.
    #[serde(rename = "can go on")]
    Possible,
    /// It leads below the least there can be.
    #[serde(rename = "falls faster than can go on")]
    FallsTooFast,
    /// It leads above the most there can be.
    #[serde(rename = "rises faster than can go on")]
    RisesTooFast,
}

impl Course {
    /// The words for people; the same everywhere.
    pub fn words(self) -> &'static str {
        match self {
            Course::Possible => "can go on",
            Course::FallsTooFast => "falls faster than can go on",
            Course::RisesTooFast => "rises faster than can go on",
        }
    }

    fn of(value: f64, scale: Scale) -> Self {
        if value < scale.low - 1e-9 {
            Course::FallsTooFast
        } else if value > scale.high + 1e-9 {
            Course::RisesTooFast
        } else {
            Course::Possible
        }
    }
}

/// A chance in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum Verdict {
    /// At least 80 %.
    #[serde(rename = "will make it")]
    Will,
    /// Between.
    #[serde(rename = "unclear")]
    Unclear,
    /// At most 20 %.
    #[serde(rename = "will not make it")]
    WillNot,
}

impl Verdict {
    /// The words for people; the same everywhere.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Will => "will make it",
            Verdict::Unclear => "unclear",
            Verdict::WillNot => "will not make it",
        }
    }

    fn of(chance: f64) -> Self {
        if chance >= LIKELY - 1e-9 {
            Verdict::Will
        } else if chance <= 1.0 - LIKELY + 1e-9 {
            Verdict::WillNot
        } else {
            Verdict::Unclear
        }
    }
}

/// What values a figure can have at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Scale {
    /// That of the figures of `metric`, whatever is asked of it: by its unit and kind, and no further than it says itself.
    /// What it says of a mean on a scale that can be chosen is not of every one.
    pub fn of(metric: &Metric) -> Self {
        let has_choice = metric.parameters.iter().any(|parameter| !parameter.one_of.is_empty());
        Scale::within(metric, !(metric.unit == Unit::Score && has_choice))
    }

    /// That of the figures of `metric` under `variant` and parameters set by hand. A mean is on the scale it says where
    /// nothing else is chosen.
    pub fn asked(metric: &Metric, variant: Option<&str>, by_hand: &BTreeMap<String, String>) -> Self {
        let variant = variant.and_then(|variant| metric.variants.get(variant));
        let is_by_default = |parameter: &Parameter| match (by_hand.get(&parameter.name), variant) {
            (Some(text), _) => parameter.default == Value::Text(text.clone()),
            (None, Some(variant)) => {
                variant.parameters.get(&parameter.name).is_none_or(|set| *set == parameter.default)
            }
            (None, None) => true,
        };
        let mut choices = metric.parameters.iter().filter(|parameter| !parameter.one_of.is_empty());
        Scale::within(metric, metric.unit != Unit::Score || choices.all(is_by_default))
    }

    /// By unit and kind of `metric`, and as far as it says itself where that is of these figures.
    fn within(metric: &Metric, says: bool) -> Self {
        let kind = metric.measure.kind;
        let formula = metric.measure.parts.get("value").map(|text| text.value.as_str());
        let (low, high) = match metric.unit {
            // what is above the line of a ratio need not be part of what is below, a formula may come to anything, and what
            // customers who stayed have added may be more than what others took away
            Unit::Percent if matches!(kind, MeasureKind::Ratio | MeasureKind::Derived) => (0.0, f64::INFINITY),
            Unit::Percent if kind == MeasureKind::Cohort && formula.is_some() => (0.0, f64::INFINITY),
            Unit::Percent => (0.0, 100.0),
            Unit::Points => (-100.0, 100.0),
            // a flow may be negative
            Unit::Count if kind == MeasureKind::Derived && formula.is_some_and(|formula| formula.contains('-')) => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
            Unit::Seconds | Unit::Score | Unit::Count => (0.0, f64::INFINITY),
            Unit::Currency => (f64::NEG_INFINITY, f64::INFINITY),
        };
        Scale {
            low: metric.least.filter(|_| says).map_or(low, |least| least.max(low)),
            high: metric.most.filter(|_| says).map_or(high, |most| most.min(high)),
        }
    }
}

/// Why there is no projection, in words.
pub(crate) fn unprojected(trend: &[TrendPoint], target: Option<&Target>, today: Date) -> String {
    let Some(target) = target else { return "it has no target".to_owned() };
    match target.deadline {
        None => "its target has no deadline".to_owned(),
        Some(deadline) if deadline < today => format!("its deadline, {}, is over", words::day(deadline)),
        Some(_) => {
            let known = known(trend).len();
            let long = |point: &TrendPoint| days(point.from, point.to) > 7.0;
            let periods = if trend.iter().any(long) { "months" } else { "weeks" };
            match known < LEAST {
                true => format!("it takes {LEAST} whole {periods} with a settled figure, and there are {known}"),
                false => "no line can be drawn through its figures".to_owned(),
            }
        }
    }
}

/// The figures of `trend` that a line can go through: settled, and of whole periods.
fn known(trend: &[TrendPoint]) -> Vec<(&TrendPoint, f64)> {
    let first = begun(trend.iter().map(|point| point.n > 0 || point.value.is_some()));
    let whole = trend.iter().enumerate().filter(|(place, _)| Some(*place) != first).map(|(_, point)| point);
    whole
        .filter(|point| is_settled(point.quality))
        .filter_map(|point| Some((point, point.value.filter(|value| value.is_finite())?)))
        .collect()
}

/// Which of some periods, of which it is told whether there is anything, the data began in, most likely in the middle of
/// it; none where they began before all of them.
pub(crate) fn begun(mut is_there: impl Iterator<Item = bool>) -> Option<usize> {
    is_there.position(|there| there).filter(|first| *first > 0)
}

/// Whether a figure of this quality stays as it is.
pub(crate) fn is_settled(quality: Quality) -> bool {
    matches!(quality, Quality::Ok | Quality::LowN)
}

/// The figure that `trend` leads to by the deadline of `target`, seen from `today`. None without a deadline or after it,
/// and of fewer than eight figures.
pub fn project(trend: &[TrendPoint], target: &Target, scale: Scale, today: Date) -> Option<Projection> {
    let deadline = target.deadline.filter(|deadline| *deadline >= today)?;
    let known = known(trend);
    let (first, last) = (known.first()?.0, known.last()?.0);
    let day = |date: Date| days(first.from, date);
    let (weights, known_errors) = weights(&known);
    let points: Vec<Point> = known
        .iter()
        .zip(weights)
        .map(|((point, value), weight)| Point { x: (day(point.from) + day(point.to)) / 2.0, y: *value, weight })
        .collect();
    let end = day(deadline.tomorrow().ok()?);
    let (value, deviation, freedom) = fit(&points, end - days(last.from, last.to) / 2.0, known_errors)?;
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    let half = student.inverse_cdf(0.975) * deviation;
    // of figures exactly on a line there is no scatter to go by
    let below = |number: f64| match deviation > 0.0 {
        true => student.cdf((number - value) / deviation),
        false => f64::from(u8::from(value <= number)),
    };
    let chance = match target.goal {
        Goal::AtMost(target) => below(target),
        Goal::AtLeast(target) if deviation > 0.0 => 1.0 - below(target),
        Goal::AtLeast(target) => f64::from(u8::from(value >= target)),
        Goal::Between { low, high } if deviation > 0.0 => below(high) - below(low),
        Goal::Between { low, high } => f64::from(u8::from((low..=high).contains(&value))),
    };
    let on_scale = |number: f64| number.clamp(scale.low, scale.high);
    Some(Projection {
        deadline,
        value: on_scale(value),
        low: on_scale(value - half),
        high: on_scale(value + half),
        chance,
        verdict: Verdict::of(chance),
        points: points.len(),
        course: Course::of(value, scale),
    })
}

/// A figure: when, what, and how much it counts.
struct Point {
    x: f64,
    y: f64,
    weight: f64,
}

/// What each figure weighs, and whether that is one over its known variance.
fn weights(known: &[(&TrendPoint, f64)]) -> (Vec<f64>, bool) {
    let error = |point: &TrendPoint| Some((point.high? - point.low?) / 2.0 / Z).filter(|error| *error > 0.0);
    let errors: Option<Vec<f64>> = known.iter().map(|(point, _)| error(point)).collect();
    if let Some(errors) = errors {
        return (errors.iter().map(|error| error.powi(-2)).collect(), true);
    }
    // some of them have intervals, so these are samples, and their n says how much each of them is worth
    let is_sample = known.iter().any(|(point, _)| point.low.is_some() || point.high.is_some());
    let by_n = is_sample && known.iter().all(|(point, _)| point.n > 0);
    (known.iter().map(|(point, _)| if by_n { point.n as f64 } else { 1.0 }).collect(), false)
}

/// The figure at `at`, the standard deviation of a new one there, and the degrees of freedom.
fn fit(points: &[Point], at: f64, known_errors: bool) -> Option<(f64, f64, f64)> {
    if points.len() < LEAST {
        return None;
    }
    let sum = |of: &dyn Fn(&Point) -> f64| points.iter().map(|point| point.weight * of(point)).sum::<f64>();
    let weight = sum(&|_| 1.0);
    let (x, y) = (sum(&|point| point.x) / weight, sum(&|point| point.y) / weight);
    let spread = sum(&|point| (point.x - x).powi(2));
    let slope = sum(&|point| (point.x - x) * (point.y - y)) / spread;
    let freedom = points.len() as f64 - 2.0;
    let scatter = sum(&|point| (point.y - y - slope * (point.x - x)).powi(2)) / freedom;
    let scatter = if known_errors { scatter.max(1.0) } else { scatter };
    // a new figure is as precise as these are on average
    let own = points.iter().map(|point| 1.0 / point.weight).sum::<f64>() / points.len() as f64;
    let variance = scatter * (own + 1.0 / weight + (at - x).powi(2) / spread);
    let value = y + slope * (at - x);
    (value.is_finite() && variance.is_finite()).then(|| (value, variance.sqrt(), freedom))
}

/// Days from `from` until `to`.
fn days(from: Date, to: Date) -> f64 {
    to.duration_since(from).as_hours() as f64 / 24.0
}

#[cfg(test)]
mod tests;
