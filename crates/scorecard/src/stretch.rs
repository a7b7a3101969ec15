//! What a target for a month is over other days.
//!
//! A figure that grows with its period, as a count, a sum or what a cohort lost, is not the same over a week and over a
//! quarter. Its target is for a month, and so is the limit of a gate: over other days they are what a month's come to
//! there. Whole months are exactly 1 each, other days 1 ÷ 30.4375.

use catalogue::Catalogue;
use catalogue::metric::Metric;
use catalogue::plan::{Growth, growth};
use model::Instant;
use model::calendar::{DateRange, Period};

use crate::definition::{Gate, Goal, Limit, Target};

/// How many months `range` is, and how figures grow over them; none where there is nothing to reckon: of figures that do
/// not grow, and over one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    growth: Growth,
    months: f64,
}

impl Stretch {
    /// That of figures that grow so, over `range`.
    pub(crate) fn over(growth: Option<Growth>, range: &DateRange) -> Option<Stretch> {
        let instant = Instant::from_micros(0);
        let months = Period { from: range.from, to: range.to, start: instant, end: instant }.months();
        growth.filter(|_| (months - 1.0).abs() > 1e-9).map(|growth| Stretch { growth, months })
    }

    /// That of the figure of `gate`.
    pub(crate) fn of_gate(gate: &Gate, metric: &Metric, catalogue: &Catalogue, range: &DateRange) -> Option<Stretch> {
        Stretch::over(growth(metric, gate.variant.as_deref(), &gate.parameters, catalogue), range)
    }

    fn number(self, for_a_month: f64) -> Option<f64> {
        self.growth.over(for_a_month, self.months)
    }

    /// How far `by` short of `goal` is; 0 or more.
    fn distance(self, goal: &Goal, by: f64) -> Option<f64> {
        let (edge, short) = match *goal {
            Goal::AtMost(edge) => (edge, edge + by),
            Goal::AtLeast(edge) | Goal::Between { low: edge, .. } => (edge, edge - by),
        };
        Some((self.number(edge)? - self.number(short)?).abs())
    }

    /// `target`, which is for a month, over these days; none where it cannot be told.
    pub(crate) fn target(self, target: &Target) -> Option<Target> {
        let goal = match target.goal {
            Goal::AtLeast(value) => Goal::AtLeast(self.number(value)?),
            Goal::AtMost(value) => Goal::AtMost(self.number(value)?),
            Goal::Between { low, high } => Goal::Between { low: self.number(low)?, high: self.number(high)? },
        };
        let number = |value: Option<f64>| value.and_then(|value| self.number(value));
        Some(Target {
            goal,
            tolerance: self.distance(&target.goal, target.tolerance)?,
            baseline: number(target.baseline),
            stretch: number(target.stretch),
            ..target.clone()
        })
    }

    /// `limit`, which is for a month, over these days; none where it cannot be told. Nothing stays nothing, however long.
    pub(crate) fn limit(self, limit: Limit) -> Option<Limit> {
        match limit {
            Limit::AtMost(0.0) => Some(limit),
            Limit::AtMost(value) => self.number(value).map(Limit::AtMost),
            Limit::AtLeast(value) => self.number(value).map(Limit::AtLeast),
            Limit::NoWorseThanBaselineBy { by, baseline } => {
                let goal = if self.growth == Growth::Kept { Goal::AtLeast(baseline) } else { Goal::AtMost(baseline) };
                let by = self.distance(&goal, by)?;
                Some(Limit::NoWorseThanBaselineBy { by, baseline: self.number(baseline)? })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> DateRange {
        DateRange { from: from.parse().unwrap(), to: to.parse().unwrap(), step: None }
    }

    #[test]
    fn a_target_over_other_days() {
        let check =
            |growth: Growth, (from, to): (&str, &str), target: Target, expected: Option<(Goal, f64, Option<f64>)>| {
                let found = Stretch::over(Some(growth), &range(from, to)).unwrap().target(&target);
                let near = |a: f64, b: f64| (a - b).abs() < 1e-4;
                match (found, expected) {
                    (None, None) => {}
                    (Some(found), Some((goal, tolerance, baseline))) => {
                        assert!(found.goal.edges().zip(goal.edges()).all(|(a, b)| near(a, b)), "{found:?}");
                        assert!(near(found.tolerance, tolerance), "{found:?}");
                        assert!(found.baseline.zip(baseline).is_none_or(|(a, b)| near(a, b)), "{found:?}");
                        assert_eq!(found.baseline.is_some(), baseline.is_some());
                    }
                    other => panic!("{other:?}"),
                }
            };
        let quarter = ("2026-07-01", "2026-10-01");
        let of = |goal: Goal, tolerance: f64, baseline: Option<f64>| Target { tolerance, baseline, ..Target::of(goal) };
        // 24 complaints a month are 72 a quarter, whatever the days of its months
        check(
            Growth::Linear,
            quarter,
            of(Goal::AtMost(24.0), 2.0, Some(31.0)),
            Some((Goal::AtMost(72.0), 6.0, Some(93.0))),
        );
        // a week is 7 ÷ 30.4375 of a month
        check(
            Growth::Linear,
            ("2026-11-02", "2026-11-09"),
            of(Goal::AtMost(24.0), 0.0, None),
            Some((Goal::AtMost(5.519_507), 0.0, None)),
        );
        // 0.985³ = 0.955671…, 0.98³ = 0.941192
        check(
            Growth::Kept,
            quarter,
            of(Goal::AtLeast(98.5), 0.5, Some(98.0)),
            Some((Goal::AtLeast(95.567_16), 1.447_96, Some(94.1192))),
        );
        check(
            Growth::Lost,
            quarter,
            of(Goal::AtMost(1.5), 0.5, Some(2.0)),
            Some((Goal::AtMost(4.432_84), 1.447_96, Some(5.8808))),
        );
        check(Growth::Unknown, quarter, of(Goal::AtMost(24.0), 0.0, None), None);
    }

    #[test]
    fn one_month_is_what_it_is_for() {
        for (from, to) in [("2026-02-01", "2026-03-01"), ("2026-12-01", "2027-01-01"), ("2026-11-12", "2026-12-12")] {
            assert_eq!(Stretch::over(Some(Growth::Linear), &range(from, to)), None);
        }
        assert_eq!(Stretch::over(None, &range("2026-01-01", "2027-01-01")), None);
    }

    #[test]
    fn a_limit_over_other_days() {
        let quarter = Stretch::over(Some(Growth::Linear), &range("2026-07-01", "2026-10-01")).unwrap();
        assert_eq!(quarter.limit(Limit::AtMost(2.0)), Some(Limit::AtMost(6.0)));
        assert_eq!(quarter.limit(Limit::AtLeast(2.0)), Some(Limit::AtLeast(6.0)));
        let baseline = Limit::NoWorseThanBaselineBy { by: 5.0, baseline: 40.0 };
        let over_it = Limit::NoWorseThanBaselineBy { by: 15.0, baseline: 120.0 };
        assert_eq!(quarter.limit(baseline), Some(over_it));
        // of 95 % kept no more than 5 points worse are 90 %, which are 0.9¹² = 28.243 % in a year
        let year = Stretch::over(Some(Growth::Kept), &range("2026-01-01", "2027-01-01")).unwrap();
        match year.limit(Limit::NoWorseThanBaselineBy { by: 5.0, baseline: 95.0 }) {
            Some(Limit::NoWorseThanBaselineBy { by, baseline }) => assert!((baseline - by - 28.243).abs() < 1e-3),
            other => panic!("{other:?}"),
        }
        // none at all is none at all, also where it cannot be told how figures grow
        let unknown = Stretch { growth: Growth::Unknown, months: 3.0 };
        assert_eq!(unknown.limit(Limit::AtMost(0.0)), Some(Limit::AtMost(0.0)));
        assert_eq!(unknown.limit(Limit::AtMost(2.0)), None);
    }
}
