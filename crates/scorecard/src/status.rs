//! Where a figure stands against its target. The one rule, for card, table, terminal and page.

use catalogue::answer::Quality;
use serde::Serialize;
use utoipa::ToSchema;

use crate::definition::Target;

/// Where a KPI stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// At the target or better.
    OnTarget,
    /// Short of the target, inside the tolerance.
    WithinTolerance,
    /// Short of the target by more than the tolerance.
    OffTarget,
    /// The margin includes the target.
    TooCloseToCall,
    /// No value to judge, or no target to judge it by.
    NoData,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 5] =
        [Self::OnTarget, Self::WithinTolerance, Self::OffTarget, Self::TooCloseToCall, Self::NoData];

    /// The words for people; the same everywhere.
    pub fn words(self) -> &'static str {
        match self {
            Status::OnTarget => "on target",
            Status::WithinTolerance => "within tolerance",
            Status::OffTarget => "off target",
            Status::TooCloseToCall => "too close to call",
            Status::NoData => "no data",
        }
    }
}

/// A figure as an answer gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value; none where there is none or it is suppressed.
    pub value: Option<f64>,
    /// Lower end of its 95 % confidence interval; none of a full count.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Whether it can be relied on.
    pub quality: Quality,
}

/// Where `reading` stands against `target`, first rule that applies:
///
/// 1. No target, no value, or quality `no_data` or `suppressed`: no data.
/// 2. The margin includes the target, its own ends included: too close to call, wherever the value lies. Only the
///    target counts, never the edge of the tolerance. A band has two such numbers, its ends. An interval open on one
///    side goes on without end there. A full count has no margin, and neither has an interval without width.
/// 3. The value is the target or better: on target.
/// 4. Short of it by the tolerance or less: within tolerance.
/// 5. Else off target.
///
/// Numbers closer than one part in 10⁹ are the same: 88 − 85.3 is a little more than 2.7 in binary.
pub fn status(reading: &Reading, target: Option<&Target>) -> Status {
    let (Some(target), Some(value)) = (target, reading.value) else { return Status::NoData };
    if matches!(reading.quality, Quality::NoData | Quality::Withheld | Quality::Suppressed) || !value.is_finite() {
        return Status::NoData;
    }
    if target.goal.edges().any(|edge| includes(reading, edge)) {
        return Status::TooCloseToCall;
    }
    let short = target.goal.shortfall(value);
    let slack = target.goal.edges().map(slack).fold(slack(value), f64::max);
    if short <= slack {
        Status::OnTarget
    } else if short <= target.tolerance + slack {
        Status::WithinTolerance
    } else {
        Status::OffTarget
    }
}

/// Whether the margin of `reading` includes `number`.
fn includes(reading: &Reading, number: f64) -> bool {
    let slack = slack(number);
    let above_low = |low: f64| low - slack <= number;
    let below_high = |high: f64| number <= high + slack;
    match (reading.low, reading.high) {
        (None, None) => false,
        (Some(low), None) => above_low(low),
        (None, Some(high)) => below_high(high),
        (Some(low), Some(high)) => high - low > slack && above_low(low) && below_high(high),
    }
}

/// How far apart two numbers of this size may be and still be the same.
fn slack(number: f64) -> f64 {
    1e-9 * number.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::definition::Goal;
    use Goal::{AtLeast, AtMost, Between};
    use Status::{NoData, OffTarget, OnTarget, TooCloseToCall, WithinTolerance};

    fn target(goal: Goal, tolerance: f64) -> Target {
        crate::fixture::target(goal, tolerance)
    }

    type Ends = (Option<f64>, Option<f64>);

    #[test]
    fn statuses() {
        let full: Ends = (None, None);
        let margin = |low: f64, high: f64| -> Ends { (Some(low), Some(high)) };
        let band = Between { low: 75.0, high: 85.0 };
        let check = |goal: Goal, tolerance: f64, value: f64, ends: Ends, expected: Status| {
            let reading = Reading { value: Some(value), low: ends.0, high: ends.1, quality: Quality::Ok };
            assert_eq!(
                status(&reading, Some(&target(goal, tolerance))),
                expected,
                "{goal:?} ± {tolerance}: {value} {ends:?}"
            );
        };
        // more is better
        check(AtLeast(88.0), 3.0, 90.0, margin(89.0, 91.0), OnTarget);
        check(AtLeast(88.0), 3.0, 86.0, margin(85.5, 86.5), WithinTolerance);
        check(AtLeast(88.0), 3.0, 84.9, margin(84.5, 85.3), OffTarget);
        check(AtLeast(88.0), 3.0, 89.0, margin(87.0, 91.0), TooCloseToCall);
        check(AtLeast(88.0), 3.0, 87.0, margin(85.0, 89.0), TooCloseToCall);
        // even a figure beyond the tolerance is too close to call while its margin includes the target
        check(AtLeast(88.0), 3.0, 80.0, margin(70.0, 90.0), TooCloseToCall);
        // the edge of the tolerance inside the margin changes nothing
        check(AtLeast(88.0), 3.0, 85.2, margin(84.0, 86.4), WithinTolerance);
        check(AtLeast(88.0), 3.0, 84.8, margin(83.6, 86.0), OffTarget);
        // ends of the margin exactly at the target
        check(AtLeast(88.0), 3.0, 89.0, margin(88.0, 90.0), TooCloseToCall);
        check(AtLeast(88.0), 3.0, 87.0, margin(86.0, 88.0), TooCloseToCall);
        check(AtLeast(88.0), 3.0, 89.0, margin(88.000001, 90.0), OnTarget);
        check(AtLeast(88.0), 3.0, 87.0, margin(86.0, 87.999999), WithinTolerance);
        // a margin without width is none: all of a hundred waits took an hour
        check(AtMost(3600.0), 60.0, 3600.0, margin(3600.0, 3600.0), OnTarget);
        check(AtMost(3600.0), 60.0, 3660.0, margin(3660.0, 3660.0), WithinTolerance);
        // less is better
        check(AtMost(14_400.0), 1800.0, 12_660.0, margin(12_400.0, 12_900.0), OnTarget);
        check(AtMost(14_400.0), 1800.0, 15_000.0, margin(14_401.0, 15_600.0), WithinTolerance);
        check(AtMost(14_400.0), 1800.0, 17_000.0, margin(16_500.0, 17_600.0), OffTarget);
        check(AtMost(14_400.0), 1800.0, 15_000.0, margin(14_400.0, 15_600.0), TooCloseToCall);
        // a curve that never comes down to its upper limit
        check(AtMost(14_400.0), 1800.0, 20_000.0, (Some(15_000.0), None), OffTarget);
        check(AtMost(14_400.0), 1800.0, 20_000.0, (Some(14_000.0), None), TooCloseToCall);
        check(AtMost(14_400.0), 1800.0, 10_000.0, (None, Some(14_000.0)), OnTarget);
        check(AtMost(14_400.0), 1800.0, 10_000.0, (None, Some(15_000.0)), TooCloseToCall);
        // full counts: exactly on the target, exactly at the edge of the tolerance
        check(AtMost(1200.0), 100.0, 1200.0, full, OnTarget);
        check(AtMost(1200.0), 100.0, 1201.0, full, WithinTolerance);
        check(AtMost(1200.0), 100.0, 1300.0, full, WithinTolerance);
        check(AtMost(1200.0), 100.0, 1301.0, full, OffTarget);
        check(AtMost(0.0), 0.0, 0.0, full, OnTarget);
        check(AtMost(0.0), 0.0, 1.0, full, OffTarget);
        check(AtLeast(-10.0), 5.0, -15.0, full, WithinTolerance);
        check(AtLeast(-10.0), 5.0, -16.0, full, OffTarget);
        // binary fractions: 88 − 85.3 > 2.7 and 0.1 + 0.2 > 0.3
        check(AtLeast(88.0), 2.7, 85.3, full, WithinTolerance);
        check(AtMost(0.3), 0.0, 0.1 + 0.2, full, OnTarget);
        check(AtMost(0.3), 0.0, 0.300001, full, OffTarget);
        check(AtLeast(86.4), 0.0, 100.0 * 108.0 / 125.0, full, OnTarget);
        // a band: its ends are the targets
        check(band, 2.0, 80.0, margin(78.0, 82.0), OnTarget);
        check(band, 2.0, 80.0, margin(74.0, 86.0), TooCloseToCall);
        check(band, 2.0, 84.0, margin(82.0, 86.0), TooCloseToCall);
        check(band, 2.0, 75.0, full, OnTarget);
        check(band, 2.0, 85.0, full, OnTarget);
        check(band, 2.0, 87.0, full, WithinTolerance);
        check(band, 2.0, 73.0, full, WithinTolerance);
        check(band, 2.0, 72.9, full, OffTarget);
        check(band, 2.0, 90.0, margin(88.0, 92.0), OffTarget);
    }

    #[test]
    fn no_value_or_no_target_is_no_data() {
        let goal = target(AtLeast(88.0), 3.0);
        let check = |value: Option<f64>, quality: Quality, target: Option<&Target>, expected: Status| {
            let reading = Reading { value, low: None, high: None, quality };
            assert_eq!(status(&reading, target), expected, "{reading:?}");
        };
        check(None, Quality::NoData, Some(&goal), NoData);
        check(None, Quality::Suppressed, Some(&goal), NoData);
        check(None, Quality::Settling, Some(&goal), NoData);
        check(Some(90.0), Quality::Suppressed, Some(&goal), NoData);
        check(Some(f64::NAN), Quality::Ok, Some(&goal), NoData);
        check(Some(90.0), Quality::Ok, None, NoData);
        check(Some(90.0), Quality::Settling, Some(&goal), OnTarget);
        check(Some(90.0), Quality::LowN, Some(&goal), OnTarget);
    }

    proptest! {
        /// "More is better" mirrored is "less is better"; a wide band is either.
        #[test]
        fn directions_mirror_each_other(
            value in -1e5..1e5f64, number in -1e5..1e5f64, tolerance in 0.0..1e4f64, half in prop::option::of(0.0..1e4f64),
        ) {
            let reading = |value: f64| Reading {
                value: Some(value),
                low: half.map(|half| value - half),
                high: half.map(|half| value + half),
                quality: Quality::Ok,
            };
            let up = status(&reading(value), Some(&target(AtLeast(number), tolerance)));
            prop_assert_eq!(up, status(&reading(-value), Some(&target(AtMost(-number), tolerance))));
            prop_assert_eq!(up, status(&reading(value), Some(&target(Between { low: number, high: 1e9 }, tolerance))));
            // the plain rule, a second time, away from the edges
            let short = number - value;
            let edges = [short.abs(), (short - tolerance).abs(), half.map_or(1.0, |half| (half - short.abs()).abs())];
            prop_assume!(edges.iter().all(|edge| *edge > 1e-3));
            let expected = if half.is_some_and(|half| short.abs() < half) { TooCloseToCall }
                else if short < 0.0 { OnTarget }
                else if short < tolerance { WithinTolerance }
                else { OffTarget };
            prop_assert_eq!(up, expected);
        }
    }
}
