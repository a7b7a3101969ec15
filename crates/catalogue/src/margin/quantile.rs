//! Quantiles of raw values: exact, and with an interval that assumes no distribution.

use std::iter::successors;

use super::TAIL;

/// The quantile `q` of sorted values by the method of R, NumPy and spreadsheets (type 7 of R. J. Hyndman and Y. Fan
/// (1996), The American Statistician 50, 361–365), in their unit.
///
/// None where there are no values or `q` is not in 0–1. Sample quantiles cannot be averaged or summed over groups.
///
/// ```
/// assert_eq!(catalogue::margin::quantile::type7(&[1, 2, 3, 4], 0.5), Some(2.5));
/// ```
pub fn type7(sorted: &[i64], q: f64) -> Option<f64> {
    let (lower, fraction) = type7_ranks(sorted.len(), q)?;
    let low = *sorted.get(lower)?;
    match sorted.get(lower + 1) {
        Some(high) if fraction > 0.0 => Some(low as f64 + fraction * (i128::from(*high) - i128::from(low)) as f64),
        _ => Some(low as f64),
    }
}

/// Where [`type7`] of `n` values lies: the rank (from 0) of the value at or below it, and the fraction of the way from
/// there to the next, below 1 and 0 where none is needed. For selection without sorting.
///
/// None where `n` is 0 or `q` is not in 0–1.
pub fn type7_ranks(n: usize, q: f64) -> Option<(usize, f64)> {
    if n == 0 || !(0.0..=1.0).contains(&q) {
        return None;
    }
    let place = (n - 1) as f64 * q;
    // 0.7 · 10 is 7 and no less: a product within rounding of a rank is that rank
    let nearest = place.round();
    let place = if (place - nearest).abs() <= 4.0 * f64::EPSILON * place.max(1.0) { nearest } else { place };
    let lower = (place.floor() as usize).min(n - 1);
    Some((lower, if lower == n - 1 { 0.0 } else { place - place.floor() }))
}

/// Ranks (from 1) of the two values that enclose the quantile `q` of whatever `n` values were drawn from, with at least
/// 95 % confidence and at most 2.5 % of error on each side.
///
/// The lower is the greatest rank l with P(B < l) ≤ 2.5 %, the upper the smallest u with P(B ≥ u) ≤ 2.5 %, for B
/// binomial of n and q. None where `n` is too small for both to exist, or `q` is not between 0 and 1: a median needs 6
/// values, a 90 % quantile 36.
///
/// The binomial weights are summed exactly, as ratios to the greatest, so that no approximation enters; time and memory
/// grow with √n.
///
/// ```
/// assert_eq!(catalogue::margin::quantile::order_statistic_ranks(11, 0.5), Some((2, 10)));
/// ```
pub fn order_statistic_ranks(n: usize, q: f64) -> Option<(usize, usize)> {
    if n == 0 || !(q > 0.0 && q < 1.0) {
        return None;
    }
    // relative to the greatest weight; the sum of all that are smaller is far below rounding
    const NEGLIGIBLE: f64 = 1e-25;
    let odds = q / (1.0 - q);
    let mode = (((n as f64 + 1.0) * q) as usize).min(n);
    let fewer = |&(k, weight): &(usize, f64)| (k > 0).then(|| (k - 1, weight * k as f64 / ((n - k + 1) as f64 * odds)));
    let more =
        |&(k, weight): &(usize, f64)| (k < n).then(|| (k + 1, weight * ((n - k) as f64 * odds) / (k + 1) as f64));
    let weights = |items: &mut dyn Iterator<Item = (usize, f64)>| -> Vec<f64> {
        items.map(|(_, weight)| weight).take_while(|weight| *weight > NEGLIGIBLE).collect()
    };
    let from_mode_down = weights(&mut successors(Some((mode, 1.0)), fewer));
    let above_mode = weights(&mut successors(Some((mode, 1.0)), more).skip(1));
    // from the far ends, small to great, for the sake of rounding
    let total = from_mode_down.iter().rev().sum::<f64>() + above_mode.iter().rev().sum::<f64>();
    let below = within(TAIL * total, from_mode_down.iter().rev().chain(&above_mode));
    let above = within(TAIL * total, above_mode.iter().rev().chain(&from_mode_down));
    let lower = mode + 1 - from_mode_down.len() + below;
    let upper = mode + above_mode.len() + 1 - above;
    (lower >= 1 && upper <= n).then_some((lower, upper))
}

/// How many of the weights add up to no more than `limit`.
fn within<'a>(limit: f64, weights: impl Iterator<Item = &'a f64>) -> usize {
    let mut sum = 0.0;
    weights
        .take_while(|weight| {
            sum += **weight;
            sum <= limit
        })
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::oracle::vectors;
    use super::*;

    #[test]
    fn vectors_of_percentiles() {
        for vector in vectors!("percentile") {
            let mut values = vector.list("values");
            values.sort_unstable();
            for percent in [10, 25, 50, 75, 90, 95] {
                let found = type7(&values, f64::from(percent) / 100.0).unwrap();
                vector.check(&format!("/p{percent}/type7"), found);
            }
            let Some((lower, upper)) = order_statistic_ranks(values.len(), 0.5) else {
                assert!(values.len() < 6 && vector.expected["median_ci95_order_stat"].is_null());
                continue;
            };
            let check = |name: &str, found: f64| vector.check(&format!("/median_ci95_order_stat/{name}"), found);
            check("lower_index_1based", lower as f64);
            check("upper_index_1based", upper as f64);
            check("lo", values[lower - 1] as f64);
            check("hi", values[upper - 1] as f64);
        }
    }

    #[test]
    fn edges_of_type7() {
        assert_eq!(
            (type7(&[], 0.5), type7(&[1], -0.1), type7(&[1], 1.1), type7(&[1], f64::NAN)),
            (None, None, None, None)
        );
        assert_eq!((type7(&[3, 8], 0.0), type7(&[3, 8], 1.0)), (Some(3.0), Some(8.0)));
        assert_eq!(type7(&[i64::MIN, i64::MAX], 0.5), Some(0.0));
        assert_eq!(type7_ranks(11, 0.7), Some((7, 0.0)));
        assert_eq!(type7_ranks(1, 0.9), Some((0, 0.0)));
        assert_eq!(type7_ranks(100_000_001, 0.9), Some((90_000_000, 0.0)));
        for percent in 0..=100 {
            // 0.29 · 100 is not 29 in binary
            assert_eq!(type7_ranks(101, percent as f64 / 100.0), Some((percent, 0.0)));
        }
    }

    /// By the quantile function of SciPy's binomial distribution: ppf(.025) and ppf(.975) + 1.
    #[test]
    fn ranks_of_many_values() {
        let check = |n: usize, q: f64, expected: (usize, usize)| {
            assert_eq!(order_statistic_ranks(n, q), Some(expected), "{n} {q}");
        };
        check(36, 0.5, (12, 25));
        check(36, 0.9, (29, 36));
        check(100, 0.95, (90, 100));
        check(1000, 0.9, (881, 919));
        check(12_345, 0.25, (2992, 3182));
        check(12_345, 0.001, (6, 21));
        check(1_000_000, 0.9, (899_412, 900_589));
        check(1_000_000, 0.95, (949_572, 950_428));
        check(100_000_000, 0.5, (49_990_200, 50_009_801));
        check(100_000_000, 0.9, (89_994_120, 90_005_881));
        check(100_000_000, 0.95, (94_995_728, 95_004_272));
        check(100_000_000, 0.25, (24_991_513, 25_008_488));
        check(100_000_000, 0.001, (99_381, 100_621));
        check(3_000_000_000, 0.9, (2_699_967_794, 2_700_032_206));
    }

    #[test]
    fn too_few_values() {
        // .5⁵ = 3.1 %, .5⁶ = 1.6 %; .9³⁵ = 2.503 %, .9³⁶ = 2.25 %
        assert_eq!((order_statistic_ranks(5, 0.5), order_statistic_ranks(6, 0.5)), (None, Some((1, 6))));
        assert_eq!((order_statistic_ranks(35, 0.9), order_statistic_ranks(36, 0.9)), (None, Some((29, 36))));
        assert_eq!((order_statistic_ranks(35, 0.1), order_statistic_ranks(36, 0.1)), (None, Some((1, 8))));
        for q in [0.0, 1.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(order_statistic_ranks(100, q), None);
        }
        assert_eq!(order_statistic_ranks(0, 0.5), None);
    }

    /// P(B = k) with the binomial coefficient in integers.
    fn probability(n: usize, k: usize, q: f64) -> f64 {
        let choose = (0..k as u128).fold(1_u128, |product, i| product * (n as u128 - i) / (i + 1));
        choose as f64 * q.powi(k as i32) * (1.0 - q).powi((n - k) as i32)
    }

    proptest! {
        #[test]
        fn ranks_agree_with_sums(n in 1..100_usize, q in 0.01..0.99_f64) {
            let at_most = |k: usize| (0..=k).map(|k| probability(n, k, q)).sum::<f64>();
            let at_least = |k: usize| (k..=n).map(|k| probability(n, k, q)).sum::<f64>();
            let lower = (1..=n).rev().find(|l| at_most(l - 1) <= 0.025);
            let upper = (1..=n).find(|u| at_least(*u) <= 0.025);
            prop_assert_eq!(order_statistic_ranks(n, q), lower.zip(upper));
        }

        #[test]
        fn type7_is_monotone(
            mut values in prop::collection::vec(-1000..1000_i64, 1..40),
            a in 0.0..=1.0_f64,
            b in 0.0..=1.0_f64,
        ) {
            values.sort_unstable();
            let (low, high) = (type7(&values, a.min(b)).unwrap(), type7(&values, a.max(b)).unwrap());
            prop_assert!(low <= high + 1e-9);
            prop_assert!(values[0] as f64 <= low && high <= values[values.len() - 1] as f64);
        }
    }
}
