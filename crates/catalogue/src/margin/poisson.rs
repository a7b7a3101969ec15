//! Counts of rare, independent happenings: breaches, complaints, leavers.

use statrs::distribution::{ContinuousCDF, Gamma};

use super::{Interval, TAIL, Z};

/// Counts from which the series of [`gamma_point`] replaces the search; there they agree to 13 digits.
const LARGE: u64 = 10_000;

/// The exact interval of the rate behind an observed `count`, as a count.
///
/// Formula: F. Garwood (1936), Biometrika 28, 437–442: gamma points of shape `count` and `count` + 1.
pub fn garwood(count: u64) -> Interval {
    let low = if count == 0 { 0.0 } else { gamma_point(count, TAIL) };
    Interval { low, high: gamma_point(count.saturating_add(1), 1.0 - TAIL) }
}

/// Point of the gamma distribution with this shape and rate 1 at `TAIL` or 1 − `TAIL`.
///
/// The search needs time with the root of the shape, so that large shapes take the series of R. A. Fisher and
/// E. A. Cornish (1960), Technometrics 2, 209–225, whose relative error is below 10⁻¹³ from [`LARGE`] on.
fn gamma_point(shape: u64, probability: f64) -> f64 {
    let a = shape as f64;
    if shape < LARGE {
        return Gamma::new(a, 1.0).map_or(f64::NAN, |gamma| gamma.inverse_cdf(probability));
    }
    let z = if probability < 0.5 { -Z } else { Z };
    let root = a.sqrt();
    a + z * root + (z * z - 1.0) / 3.0 + (z.powi(3) - 7.0 * z) / (36.0 * root)
        - (3.0 * z.powi(4) + 7.0 * z * z - 16.0) / (810.0 * a)
        + (9.0 * z.powi(5) + 256.0 * z.powi(3) - 433.0 * z) / (38_880.0 * a * root)
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{DiscreteCDF, Poisson};

    use super::super::oracle::vectors;
    use super::*;

    #[test]
    fn vectors_of_counts() {
        for vector in vectors!("poisson_ci") {
            vector.check_interval("/ci95", garwood(vector.count("count")), (0.0, f64::INFINITY));
        }
    }

    #[test]
    fn each_end_leaves_its_tail() {
        for count in [1_u64, 2, 3, 5, 29, 100, 999, 9_998, 9_999, 10_000, 20_000] {
            let Interval { low, high } = garwood(count);
            // P(as many or more | low) = P(as few or fewer | high) = 2.5 %
            let more = Poisson::new(low).unwrap().sf(count - 1);
            let fewer = Poisson::new(high).unwrap().cdf(count);
            assert!((more - TAIL).abs() < 1e-9 && (fewer - TAIL).abs() < 1e-9, "{count}: {more} {fewer}");
        }
    }

    #[test]
    fn large_counts() {
        // points of the gamma distribution to 17 digits by mpmath, and by SciPy for the last
        let check = |count: u64, low: f64, high: f64| {
            let found = garwood(count);
            assert!((found.low / low - 1.0).abs() < 1e-12, "{count}: {found:?}");
            assert!((found.high / high - 1.0).abs() < 1e-12, "{count}: {found:?}");
        };
        check(100, 81.363_991_250_923_14, 121.626_793_792_426_39);
        check(10_000, 9_804.952_467_260_183, 10_197.951_624_661_473);
        check(1_000_000, 998_040.983_340_293_9, 1_001_961.911_945_432_2);
        let most = garwood(u64::MAX);
        assert!(most.low < most.high && most.high.is_finite());
    }
}
