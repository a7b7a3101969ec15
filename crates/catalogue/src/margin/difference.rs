//! Differences of figures that have intervals of their own.

use super::Interval;

/// Interval of `value1` − `value2`, two independent figures with intervals of their own, in their unit.
///
/// MOVER, the method of variance estimates recovery: the distance of a figure from the end that matters stands for
/// its standard error there, so that lopsided intervals stay lopsided. It needs no more of a figure than its
/// interval, whatever the method that made it; over Wilson's intervals it is [`newcombe`](super::newcombe). An end on
/// the wrong side of its value counts as no distance.
///
/// Formula: G. Y. Zou and A. Donner (2008), Statistics in Medicine 27, 1693–1702.
pub fn mover(value1: f64, interval1: Interval, value2: f64, interval2: Interval) -> Interval {
    let difference = value1 - value2;
    let below = f64::hypot((value1 - interval1.low).max(0.0), (interval2.high - value2).max(0.0));
    let above = f64::hypot((interval1.high - value1).max(0.0), (value2 - interval2.low).max(0.0));
    Interval { low: difference - below, high: difference + above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let check = |first: (f64, f64, f64), second: (f64, f64, f64), expected: (f64, f64)| {
            let interval = |(low, _, high): (f64, f64, f64)| Interval { low, high };
            let found = mover(first.1, interval(first), second.1, interval(second));
            assert_eq!((found.low, found.high), expected);
        };
        // 3-4-5 and 5-12-13 triangles
        check((7.0, 10.0, 15.0), (-8.0, 4.0, 8.0), (6.0 - 5.0, 6.0 + 13.0));
        // certain figures: a difference as uncertain as the other
        check((10.0, 10.0, 10.0), (3.0, 4.0, 6.0), (4.0, 7.0));
        // an end past its value
        check((11.0, 10.0, 15.0), (4.0, 4.0, 4.0), (6.0, 11.0));
    }
}
