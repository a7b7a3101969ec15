//! Mean: Σ value ÷ Σ weight, from exact sums. Without a weight every row weighs one; with one it is a ratio of sums,
//! as handle time over contacts, and never a mean of the rows' own ratios.

use model::FieldType;
use serde::Serialize;

use super::{Figure, Moments, Part, PartRole, Row};
use crate::expression::{Expr, Value};
use crate::margin::{self, Interval};

pub(super) const PARTS: &[Part] = &[
    Part { name: "value", role: PartRole::Quantity, required: true },
    Part { name: "weight", role: PartRole::Quantity, required: false },
];

/// Exact sums of value x and weight w over rows that have both, in the raw units of their types: milliseconds,
/// ten-thousandths, ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Rows.
    pub n: u64,
    /// Σx.
    pub x: i128,
    /// Σw.
    pub w: i128,
    /// Σx², Σxw, Σw²; none where they leave 128 bits.
    pub squares: Option<[i128; 3]>,
}

impl Sums {
    /// Of no row.
    pub const NONE: Sums = Sums { n: 0, x: 0, w: 0, squares: Some([0; 3]) };

    /// With one more row. The first sums cannot overflow: 2⁶³ rows of 2⁶³ fit.
    pub fn add(&mut self, x: i64, w: i64) {
        let (x, w) = (i128::from(x), i128::from(w));
        self.n += 1;
        self.x += x;
        self.w += w;
        self.squares = self
            .squares
            .and_then(|[xx, xw, ww]| Some([xx.checked_add(x * x)?, xw.checked_add(x * w)?, ww.checked_add(w * w)?]));
    }
}

/// How many raw units make one of answers: 1,000 milliseconds a second. Divided by, not multiplied with a rounded
/// reciprocal.
pub fn raw_units(kind: FieldType) -> f64 {
    match kind {
        FieldType::Duration => 1e3,
        FieldType::Number => 1e4,
        _ => 1.0,
    }
}

/// The raw quantity of a row.
pub(super) fn quantity(expr: &Expr, row: &Row) -> Option<i64> {
    match crate::expression::evaluate(expr, &|name| row.get(name).cloned().unwrap_or(Value::Null)) {
        Value::Duration(length) => Some(length.get()),
        Value::Integer(number) => Some(number),
        Value::Number(number) => i64::try_from(number).ok(),
        _ => None,
    }
}

pub(super) fn evaluate(value: &Expr, weight: Option<&Expr>, rows: &[&Row]) -> Moments {
    let mut sums = Sums::NONE;
    for row in rows {
        let weight = weight.map_or(Some(1), |weight| quantity(weight, row));
        if let (Some(x), Some(w)) = (quantity(value, row), weight) {
            sums.add(x, w);
        }
    }
    Moments::Sums(sums)
}

/// The mean with its interval.
pub(super) fn figure(sums: &Sums, value: FieldType, weight: Option<FieldType>) -> Figure {
    let (x, w) = (sums.x as f64 / raw_units(value), sums.w as f64 / weight.map_or(1.0, raw_units));
    let mean = (sums.n > 0 && sums.w > 0).then(|| x / w);
    let interval = mean.and_then(|mean| match weight {
        None => margin::mean_t(sums.n, mean, deviation(sums)? / raw_units(value)),
        Some(weight) => ratio_interval(sums, mean, raw_units(weight) / raw_units(value)),
    });
    Figure {
        value: mean,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        n: sums.n,
        numerator: Some(x),
        denominator: Some(w),
    }
}

/// A figure of rows that are counts: its sample is what it divides by, contacts and not the records that count them.
pub(super) fn counted(figure: Figure) -> Figure {
    Figure { n: figure.denominator.map_or(0, |below| below.max(0.0) as u64), ..figure }
}

/// Sample standard deviation of x, raw. The squares are taken about a whole number next to the mean, exactly, so that
/// large times with a small spread lose no digits.
fn deviation(sums: &Sums) -> Option<f64> {
    let n = i128::from(sums.n);
    if n < 2 {
        return None;
    }
    let [xx, ..] = sums.squares?;
    let centre = sums.x / n;
    let squares = xx
        .checked_sub(centre.checked_mul(2)?.checked_mul(sums.x)?)?
        .checked_add(centre.checked_mul(centre)?.checked_mul(n)?)?;
    let rest = (sums.x - n * centre) as f64;
    let squares = squares as f64 - rest * rest / n as f64;
    Some((squares.max(0.0) / (n - 1) as f64).sqrt())
}

/// Interval of Σx ÷ Σw by linearisation: the residuals x − R·w are what varies. Cochran, Sampling Techniques, 6.4.
fn ratio_interval(sums: &Sums, mean: f64, unit: f64) -> Option<Interval> {
    let [xx, xw, ww] = sums.squares?.map(|square| square as f64);
    let (n, w) = (sums.n as f64, sums.w as f64);
    if sums.n < 2 {
        return None;
    }
    let ratio = mean / unit;
    let residuals = (xx - 2.0 * ratio * xw + ratio * ratio * ww).max(0.0);
    // as a deviation whose mean of n has the standard error of the ratio
    let deviation = (residuals / (n - 1.0)).sqrt() * n / w;
    margin::mean_t(sums.n, mean, deviation * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure_of(rows: &[(i64, i64)], weight: Option<FieldType>) -> Figure {
        let mut sums = Sums::NONE;
        rows.iter().for_each(|(x, w)| sums.add(*x, *w));
        figure(&sums, FieldType::Integer, weight)
    }

    fn check(found: &Figure, value: f64, low: f64, high: f64) {
        for (found, wanted) in [(found.value, value), (found.low, low), (found.high, high)] {
            assert!((found.expect("a figure") - wanted).abs() < 1e-6, "{found:?} is not {wanted}");
        }
    }

    /// The vectors `ratio_of_sums` and `csat_stars_1-5`.
    #[test]
    fn means_agree_with_the_vectors() {
        let ratio = [(1200, 40), (900, 25), (1500, 60), (700, 18), (1100, 35)];
        check(&figure_of(&ratio, Some(FieldType::Integer)), 30.337_078_65, 23.629_862_48, 37.044_294_82);
        let stars = [5, 4, 4, 3, 1, 5].map(|stars| (stars, 1));
        check(&figure_of(&stars, None), 3.666_666_667, 2.086_693_766, 5.246_639_568);
    }

    #[test]
    fn a_small_spread_far_from_zero_keeps_its_digits() {
        let far = 4_000_000_000_000_000;
        let figure = figure_of(&[(far, 1), (far + 2, 1), (far + 4, 1)], None);
        let half = (figure.high.expect("an end") - figure.low.expect("an end")) / 2.0;
        // t(2) × 2 ÷ √3
        assert!((half - 4.302_652_73 * 2.0 / 3f64.sqrt()).abs() < 1.0, "{half}");
        assert!(
            (deviation(&{
                let mut sums = Sums::NONE;
                [far, far + 2, far + 4].iter().for_each(|x| sums.add(*x, 1));
                sums
            })
            .expect("a deviation")
                - 2.0)
                .abs()
                < 1e-12
        );
    }

    #[test]
    fn nothing_to_divide_by_is_no_data() {
        assert_eq!(figure_of(&[], None).value, None);
        assert_eq!(figure_of(&[(5, 0)], Some(FieldType::Integer)).value, None);
        assert_eq!(figure_of(&[(5, 1)], None).low, None, "one value has no spread");
    }
}
