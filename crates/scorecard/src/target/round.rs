//! Numbers that people set as targets: 88.5 %, 4 h, 1,200.

use catalogue::metric::{MeasureKind, Metric, Unit};

/// What numbers of a metric are rounded to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    unit: Unit,
    /// Whether it counts things, of which there is no half: contacts a customer are a count too, and have one.
    is_whole: bool,
}

impl Steps {
    pub(super) fn of(metric: &Metric) -> Steps {
        let is_sum = metric.measure.kind == MeasureKind::Sum && metric.unit == Unit::Count;
        let is_whole = is_sum || matches!(metric.measure.kind, MeasureKind::Count | MeasureKind::Stock);
        Steps { unit: metric.unit, is_whole }
    }

    /// The usual step beside a figure as large as `value`.
    fn step(self, value: f64) -> f64 {
        match self.is_whole {
            true => step(self.unit, value).max(1.0),
            false => step(self.unit, value),
        }
    }

    /// The next finer step; none where there is none.
    fn finer(self, step: f64) -> Option<f64> {
        (!self.is_whole || step > 1.0).then_some(step / 10.0)
    }
}

/// `value` rounded away from where things stand (`sign`: 1 upwards, −1 downwards) to a number people would set, but not
/// as far as `bound`, which nobody reaches.
pub(super) fn nice(value: f64, steps: Steps, sign: f64, bound: Option<f64>) -> f64 {
    let mut step = steps.step(value);
    for _ in 0..4 {
        let rounded = clean(sign * (sign * value / step - 1e-9).ceil() * step, step);
        if bound.is_none_or(|bound| sign * (bound - rounded) > 0.0) {
            return rounded;
        }
        // of whole things there may be none at all
        let Some(finer) = steps.finer(step) else { return rounded };
        step = finer;
    }
    value
}

/// As [`nice`], and beyond `end`, where what it is to be told from ends: what lies on its edge may be the same still.
pub(super) fn nice_beyond(value: f64, end: Option<f64>, steps: Steps, sign: f64, bound: Option<f64>) -> f64 {
    // far more than the dust that rounding forgives, far less than a step
    let past = end.map(|end| end + sign * 1e-6 * steps.step(end));
    let value = past.filter(|past| sign * (past - value) > 0.0).unwrap_or(value);
    nice(value, steps, sign, bound)
}

/// A tolerance of a figure as large as `beside`, rounded up.
pub(super) fn nice_up(value: f64, steps: Steps, beside: f64) -> f64 {
    let step = steps.step(beside);
    clean((value / step - 1e-9).ceil().max(0.0) * step, step)
}

/// A tolerance of a figure as large as `beside` and no more than `most`, rounded down; by finer steps where the usual one
/// would leave nothing.
pub(super) fn nice_within(most: f64, steps: Steps, beside: f64) -> f64 {
    let mut step = steps.step(beside);
    for _ in 0..4 {
        let rounded = clean((most / step + 1e-9).floor().max(0.0) * step, step);
        if rounded > 0.0 {
            return rounded;
        }
        let Some(finer) = steps.finer(step) else { return 0.0 };
        step = finer;
    }
    0.0
}

fn step(unit: Unit, value: f64) -> f64 {
    let size = value.abs();
    match unit {
        Unit::Percent => 0.5,
        Unit::Points => 1.0,
        Unit::Score => 0.05,
        Unit::Seconds if size >= 86_400.0 => 3600.0,
        Unit::Seconds if size >= 3600.0 => 300.0,
        Unit::Seconds if size >= 600.0 => 60.0,
        Unit::Seconds => 1.0,
        Unit::Count | Unit::Currency if size >= 1000.0 => 10.0,
        Unit::Count if size >= 20.0 => 1.0,
        Unit::Currency if size >= 100.0 => 1.0,
        Unit::Count | Unit::Currency if size >= 5.0 => 0.1,
        Unit::Count | Unit::Currency => 0.01,
    }
}

/// Without the dust of binary fractions: 3 × 0.05 is 0.15.
fn clean(value: f64, step: f64) -> f64 {
    let digits = if step >= 1.0 { 1.0 } else { (1.0 / step).round() * 100.0 };
    let value = (value * digits).round() / digits;
    if value == 0.0 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "these are to be exactly the numbers people write")]
    fn numbers_are_those_that_people_set() {
        let check = |value: f64, unit: Unit, sign: f64, bound: Option<f64>, expected: f64| {
            let steps = Steps { unit, is_whole: false };
            assert_eq!(nice(value, steps, sign, bound), expected, "{value} {unit:?}");
        };
        check(88.12, Unit::Percent, 1.0, Some(100.0), 88.5);
        check(88.5, Unit::Percent, 1.0, Some(100.0), 88.5);
        check(4.3, Unit::Percent, -1.0, Some(0.0), 4.0);
        // not 100 %: by tenths, then by hundredths
        check(99.6, Unit::Percent, 1.0, Some(100.0), 99.6);
        check(99.96, Unit::Percent, 1.0, Some(100.0), 99.96);
        check(0.2, Unit::Percent, -1.0, Some(0.0), 0.2);
        check(13_999.0, Unit::Seconds, -1.0, Some(0.0), 13_800.0);
        check(22.4, Unit::Seconds, -1.0, Some(0.0), 22.0);
        check(4.21, Unit::Score, 1.0, None, 4.25);
        check(5.873, Unit::Currency, -1.0, Some(0.0), 5.8);
        check(-3.2, Unit::Points, 1.0, Some(100.0), -3.0);
        let of = |unit: Unit| Steps { unit, is_whole: false };
        assert_eq!(nice_up(0.61, of(Unit::Percent), 86.0), 1.0);
        assert_eq!(nice_up(0.11, of(Unit::Score), 4.2), 0.15);
        assert_eq!(nice_up(0.0, of(Unit::Count), 300.0), 0.0);
        assert_eq!(nice_within(3.23, of(Unit::Percent), 80.5), 3.0);
        assert_eq!(nice_within(0.24, of(Unit::Percent), 80.5), 0.2);
        assert_eq!(nice_within(980.0, of(Unit::Seconds), 7061.0), 900.0);
        assert_eq!(nice_within(0.0, of(Unit::Count), 300.0), 0.0);
        // what lies on the edge may be no change: beyond it, and by twentieths where the next half is the bound
        let percent = of(Unit::Percent);
        assert_eq!(nice_beyond(81.0, Some(81.0), percent, 1.0, Some(100.0)), 81.5);
        assert_eq!(nice_beyond(83.0, Some(81.0), percent, 1.0, Some(100.0)), 83.0);
        assert_eq!(nice_beyond(99.25, Some(99.5), percent, 1.0, Some(100.0)), 99.55);
        assert_eq!(nice_beyond(35.7, Some(32.66), of(Unit::Count), -1.0, Some(0.0)), 32.0);
        // there is no half complaint
        let whole = Steps { unit: Unit::Count, is_whole: true };
        assert_eq!(nice(2.75, whole, -1.0, Some(0.0)), 2.0);
        assert_eq!(nice(0.6, whole, -1.0, Some(0.0)), 0.0);
        assert_eq!(nice_beyond(2.0, Some(2.0), whole, -1.0, Some(0.0)), 1.0);
        assert_eq!(nice(13.5, whole, 1.0, None), 14.0);
        assert_eq!(nice_up(0.4, whole, 3.0), 1.0);
        assert_eq!(nice_within(1.7, whole, 3.0), 1.0);
        assert_eq!(nice_within(0.7, whole, 3.0), 0.0);
    }
}
