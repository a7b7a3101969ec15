//! Means.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Interval, TAIL, Z};

/// Degrees of freedom from which the series of [`student_point`] replaces the search; there they agree to 12 digits.
const LARGE: u64 = 500;

/// Student's t interval of a mean of `n` values with sample standard deviation `sd` (of n − 1), in their unit.
///
/// None for fewer than two values. It describes a mean of many, not of few lopsided durations: those are better
/// told by a median.
///
/// Formula: mean ± t(n − 1, 97.5 %) · sd ÷ √n, Student (1908), Biometrika 6, 1–25.
pub fn mean_t(n: u64, mean: f64, sd: f64) -> Option<Interval> {
    if n < 2 || !mean.is_finite() || !sd.is_finite() {
        return None;
    }
    let margin = student_point(n - 1) * sd.abs() / (n as f64).sqrt();
    Some(Interval { low: mean - margin, high: mean + margin })
}

/// The 97.5 % point of Student's t distribution.
///
/// The search loses digits with many degrees of freedom (it errs by 3 · 10⁻⁶ at 10⁵ and does not end at 10⁸), so that
/// from [`LARGE`] on the series of M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.5 is taken;
/// its relative error is there below 10⁻¹³.
fn student_point(freedom: u64) -> f64 {
    let v = freedom as f64;
    if freedom < LARGE {
        return StudentsT::new(0.0, 1.0, v).map_or(f64::NAN, |student| student.inverse_cdf(1.0 - TAIL));
    }
    let z = |power: i32| Z.powi(power);
    Z + (z(3) + Z) / (4.0 * v)
        + (5.0 * z(5) + 16.0 * z(3) + 3.0 * Z) / (96.0 * v.powi(2))
        + (3.0 * z(7) + 19.0 * z(5) + 17.0 * z(3) - 15.0 * Z) / (384.0 * v.powi(3))
        + (79.0 * z(9) + 776.0 * z(7) + 1482.0 * z(5) - 1920.0 * z(3) - 945.0 * Z) / (92_160.0 * v.powi(4))
}

#[cfg(test)]
mod tests {
    use super::super::oracle::vectors;
    use super::*;

    fn mean_and_sd(values: &[i64]) -> (f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<i64>() as f64 / n;
        let squares: f64 = values.iter().map(|value| (*value as f64 - mean).powi(2)).sum();
        (mean, (squares / (n - 1.0)).sqrt())
    }

    #[test]
    fn vectors_of_means() {
        for vector in vectors!("csat") {
            let ratings = vector.list("ratings");
            let (mean, sd) = mean_and_sd(&ratings);
            vector.check("/mean", mean);
            vector.check("/sd_sample", sd);
            let found = mean_t(ratings.len() as u64, mean, sd).unwrap();
            vector.check_interval("/mean_t_ci95", found, (f64::NEG_INFINITY, f64::INFINITY));
        }
    }

    #[test]
    fn points_by_mpmath() {
        for (freedom, expected) in [
            (1, 12.706_204_736_174_705),
            (2, 4.302_652_729_749_464),
            (5, 2.570_581_835_636_315_5),
            (29, 2.045_229_642_132_704_3),
            (100, 1.983_971_518_523_552_3),
            (200, 1.971_896_223_633_909_4),
            (500, 1.964_719_837_467_367_8),
            (1000, 1.962_339_080_826_408_5),
            (10_000, 1.960_201_239_890_626_3),
            (1_000_000, 1.959_966_356_814_107),
            (u64::MAX, Z),
        ] {
            let found = student_point(freedom);
            assert!((found - expected).abs() < 2e-12, "{freedom}: {found}");
        }
        // no step where the series takes over
        assert!(student_point(LARGE) < student_point(LARGE - 1));
    }

    #[test]
    fn too_few() {
        assert_eq!((mean_t(0, 0.0, 0.0), mean_t(1, 4.0, 0.0), mean_t(3, f64::NAN, 1.0)), (None, None, None));
        assert_eq!(mean_t(2, 4.0, 0.0), Some(Interval { low: 4.0, high: 4.0 }));
    }
}
