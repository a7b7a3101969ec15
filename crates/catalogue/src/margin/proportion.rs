//! Shares of rows: Wilson's score interval and Newcombe's for a difference.

use super::{Interval, Z, mover};

/// Wilson's score interval of `successes` ÷ `n`, as fractions 0–1; it contains the share, and has a width at 0 and 1
/// too.
///
/// None where `n` is 0, and where `successes` exceeds `n`: then the figure is a ratio and no share.
///
/// Formula: E. B. Wilson (1927), Journal of the American Statistical Association 22, 209–212; without continuity
/// correction.
pub fn wilson(successes: u64, n: u64) -> Option<Interval> {
    if n == 0 || successes > n {
        return None;
    }
    let size = n as f64;
    let share = successes as f64 / size;
    let spread = Z * (share * (1.0 - share) / size + Z * Z / (4.0 * size * size)).sqrt();
    let centre = share + Z * Z / (2.0 * size);
    let shrink = 1.0 + Z * Z / size;
    // the ends are exact at 0 and n; rounding must not carry an end past the share
    let low = if successes == 0 { 0.0 } else { ((centre - spread) / shrink).clamp(0.0, share) };
    let high = if successes == n { 1.0 } else { ((centre + spread) / shrink).clamp(share, 1.0) };
    Some(Interval { low, high })
}

/// Newcombe's interval of the difference `k1` ÷ `n1` − `k2` ÷ `n2` of two independent shares, as a fraction −1–1.
///
/// None where a sample is empty or a numerator exceeds its denominator, as in [`wilson`].
///
/// Formula: R. G. Newcombe (1998), Statistics in Medicine 17, 873–890, method 10: [`mover`] over Wilson's intervals.
pub fn newcombe(k1: u64, n1: u64, k2: u64, n2: u64) -> Option<Interval> {
    let (first, second) = (wilson(k1, n1)?, wilson(k2, n2)?);
    Some(mover(k1 as f64 / n1 as f64, first, k2 as f64 / n2 as f64, second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::oracle::vectors;
    use super::*;

    #[test]
    fn vectors_of_shares() {
        for vector in vectors!("proportion_ci") {
            let found = wilson(vector.count("k"), vector.count("n")).unwrap();
            vector.check_interval("/wilson", found, (0.0, 1.0));
        }
        for vector in vectors!("csat") {
            let (ratings, from) = (vector.list("ratings"), vector.inputs["satisfied_from"].as_i64().unwrap());
            let satisfied = ratings.iter().filter(|rating| **rating >= from).count() as u64;
            vector.check("/top2box_pct", satisfied as f64 / ratings.len() as f64 * 100.0);
            let found = wilson(satisfied, ratings.len() as u64).unwrap().scaled(100.0);
            vector.check_interval("/wilson95_pct", found, (0.0, 100.0));
        }
    }

    #[test]
    fn vectors_of_differences() {
        for vector in vectors!("two_proportion") {
            let [k1, n1, k2, n2] = ["k1", "n1", "k2", "n2"].map(|name| vector.count(name));
            vector.check_interval("/newcombe_ci95", newcombe(k1, n1, k2, n2).unwrap(), (-1.0, 1.0));
        }
    }

    #[test]
    fn no_share_no_interval() {
        assert_eq!((wilson(0, 0), wilson(3, 2)), (None, None));
        assert_eq!((newcombe(0, 0, 1, 2), newcombe(1, 2, 0, 0), newcombe(3, 2, 1, 2)), (None, None, None));
    }

    #[test]
    fn ends_are_exact() {
        let (none, all) = (wilson(0, 3).unwrap(), wilson(3, 3).unwrap());
        assert_eq!((none.low.to_bits(), all.high.to_bits()), (0.0_f64.to_bits(), 1.0_f64.to_bits()));
        // the extreme difference reaches 1 and no further
        let difference = newcombe(3, 3, 0, 3).unwrap();
        assert!(difference.high.to_bits() == 1.0_f64.to_bits() && difference.low < 1.0);
    }

    proptest! {
        /// The ends are the shares from which the observed one is just z standard errors away.
        #[test]
        fn wilson_solves_its_equation(n in 1..2_000_000_000_u64, part in 0.0..=1.0_f64) {
            let k = ((n as f64 * part) as u64).min(n);
            let share = k as f64 / n as f64;
            let found = wilson(k, n).unwrap();
            prop_assert!(0.0 <= found.low && found.low <= share && share <= found.high && found.high <= 1.0);
            for end in [found.low, found.high] {
                let error = (share - end).powi(2) - Z * Z * end * (1.0 - end) / n as f64;
                prop_assert!(error.abs() < 1e-14);
            }
        }

        /// Newcombe wrote his limits without the distances: δ = z √(l₁(1−l₁)/n₁ + u₂(1−u₂)/n₂).
        #[test]
        fn newcombe_is_mover_over_wilson(
            (k1, n1) in (1..5000_u64).prop_flat_map(|n| (0..=n, Just(n))),
            (k2, n2) in (1..5000_u64).prop_flat_map(|n| (0..=n, Just(n))),
        ) {
            let (first, second) = (wilson(k1, n1).unwrap(), wilson(k2, n2).unwrap());
            let (p1, p2) = (k1 as f64 / n1 as f64, k2 as f64 / n2 as f64);
            let found = newcombe(k1, n1, k2, n2).unwrap();
            prop_assert_eq!(found, mover(p1, first, p2, second));
            let distance = |a: f64, b: f64| {
                Z * (a * (1.0 - a) / n1 as f64 + b * (1.0 - b) / n2 as f64).sqrt()
            };
            prop_assert!((found.low - (p1 - p2 - distance(first.low, second.high))).abs() < 1e-7);
            prop_assert!((found.high - (p1 - p2 + distance(first.high, second.low))).abs() < 1e-7);
            let back = newcombe(k2, n2, k1, n1).unwrap();
            prop_assert!((back.low + found.high).abs() < 1e-12 && (back.high + found.low).abs() < 1e-12);
            prop_assert!((-1.0..=1.0).contains(&found.low) && (-1.0..=1.0).contains(&found.high));
        }
    }
}
