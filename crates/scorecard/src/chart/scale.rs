//! From figures to places, and the figures that are written beside an axis.

use catalogue::metric::Unit;

/// A straight scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// From `low` at `start` to `high` at `end`.
    pub fn new((low, high): (f64, f64), (start, end): (f64, f64)) -> Scale {
        let high = if high - low > 1e-12 { high } else { low + 1.0 };
        Scale { low, high, start, end }
    }

    /// The place of `value`, held within the scale.
    pub fn at(&self, value: f64) -> f64 {
        let part = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.start + part * (self.end - self.start)
    }
}

/// The span of `values` with a little air, within what the unit can be.
pub(super) fn span(values: impl IntoIterator<Item = f64>, unit: Unit) -> (f64, f64) {
    let finite = values.into_iter().filter(|value| value.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return (0.0, 1.0);
    }
    let least = match unit {
        Unit::Percent | Unit::Points => 2.0,
        Unit::Score => 0.2,
        Unit::Count | Unit::Currency | Unit::Seconds => 0.04 * high.abs().max(1.0),
    };
    let air = (0.08 * (high - low)).max(least / 2.0);
    let (bottom, top) = match unit {
        Unit::Percent => {
            (if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY }, if high <= 100.0 { 100.0 } else { f64::INFINITY })
        }
        Unit::Points => (-100.0, 100.0),
        Unit::Score | Unit::Seconds | Unit::Count | Unit::Currency => {
            (if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY }, f64::INFINITY)
        }
    };
    ((low - air).max(bottom), (high + air).min(top))
}

/// Round figures between `low` and `high`, two to five of them; of lengths of time those that clocks have.
pub(super) fn ticks((low, high): (f64, f64), unit: Unit) -> Vec<f64> {
    let rough = (high - low) / 4.0;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powf(rough.log10().floor());
    let round = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let clock = [
        1.0,
        2.0,
        5.0,
        10.0,
        15.0,
        30.0,
        60.0,
        120.0,
        300.0,
        600.0,
        900.0,
        1800.0,
        3600.0,
        7200.0,
        10_800.0,
        14_400.0,
        21_600.0,
        43_200.0,
        86_400.0,
        172_800.0,
        432_000.0,
        864_000.0,
        1_728_000.0,
        4_320_000.0,
    ];
    let step = match unit {
        Unit::Seconds if rough > 0.5 => clock.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power),
        Unit::Count => round.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power).max(1.0),
        _ => round.into_iter().find(|step| *step >= rough).unwrap_or(10.0 * power),
    };
    let first = (low / step - 1e-9).ceil();
    (0..8).map(|place| (first + f64::from(place)) * step).take_while(|tick| *tick <= high + 1e-9 * step).collect()
}

/// A figure beside an axis: as short as it can be told.
pub(super) fn tick_words(tick: f64, unit: Unit) -> String {
    let whole = (tick - tick.round()).abs() < 1e-9;
    match unit {
        Unit::Percent => format!("{} %", crate::words::number(tick, usize::from(!whole))),
        Unit::Seconds => crate::words::figure(Some(tick), unit),
        _ if whole => crate::words::number(tick, 0),
        _ => crate::words::number(tick, if (10.0 * tick).fract().abs() < 1e-9 { 1 } else { 2 }),
    }
}
