//! Exact intervals of shares, from the binomial distribution itself: never narrower than they say, so wider than
//! Wilson's. For claims that must hold, as to a regulator.

use statrs::function::gamma::ln_gamma;

use super::{Interval, TAIL};

/// The Clopper–Pearson interval of `successes` ÷ `n`, as fractions 0–1: the shares under which what was seen, or more of
/// it, has at least 2.5 % on either side.
///
/// None where `n` is 0, and where `successes` exceeds `n`.
///
/// Formula: C. J. Clopper and E. S. Pearson (1934), Biometrika 26, 404–413.
pub fn clopper_pearson(successes: u64, n: u64) -> Option<Interval> {
    let low = lower(successes, n, TAIL)?;
    // from above a share is what one minus it is from below
    let high = 1.0 - lower(n - successes, n, TAIL)?;
    Some(Interval { low, high })
}

/// What the share of successes is at least, with 95 % confidence on this one side, as a fraction 0–1.
///
/// Where nothing failed it is 0.05^(1 ÷ n), close to 1 − 3 ÷ n: the rule of three.
///
/// None where `n` is 0, and where `successes` exceeds `n`.
///
/// Formula: as [`clopper_pearson`], with 5 % on one side; B. D. Jovanovic and P. S. Levy (1997), The American Statistician
/// 51, 137–139.
pub fn at_least(successes: u64, n: u64) -> Option<f64> {
    lower(successes, n, 2.0 * TAIL)
}

/// The share under which `successes` or more of `n` have the probability `tail`.
fn lower(successes: u64, n: u64, tail: f64) -> Option<f64> {
    if n == 0 || successes > n {
        return None;
    }
    if successes == 0 {
        return Some(0.0);
    }
    if successes == n {
        return Some(tail.powf(1.0 / n as f64));
    }
    // the probability grows with the share: halved until nothing lies between the ends
    let (a, b) = (successes as f64, (n - successes) as f64 + 1.0);
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = (low + high) / 2.0;
        if middle <= low || middle >= high {
            return Some(middle);
        }
        if beta_regularised(a, b, middle) < tail {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The regularised incomplete beta function: the probability of `a` or more successes of `a + b − 1` under the share `x`,
/// 0 < x < 1.
///
/// By its continued fraction, W. H. Press et al., Numerical Recipes, 6.4, which takes some √(a + b) steps.
fn beta_regularised(a: f64, b: f64, x: f64) -> f64 {
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    // the fraction converges fast on its side of the mean
    if x < (a + 1.0) / (a + b + 2.0) {
        front.exp() * fraction(a, b, x) / a
    } else {
        1.0 - front.exp() * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction, by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    /// More than the square root of any number of rows.
    const STEPS: u32 = 100_000;
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut found = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        found *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        let factor = d * c;
        found *= factor;
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::oracle::vectors;
    use super::super::wilson;
    use super::*;

    #[test]
    fn vectors_of_shares() {
        for vector in vectors!("proportion_ci") {
            let found = clopper_pearson(vector.count("k"), vector.count("n")).unwrap();
            vector.check_interval("/clopper_pearson", found, (0.0, 1.0));
        }
    }

    /// No breach in 60 checks still allows 4.9 %: the vector `sample_size`.
    #[test]
    fn rule_of_three() {
        let allowed = 1.0 - at_least(60, 60).unwrap();
        assert!((allowed - 0.048_702_913_31).abs() < 1e-10, "{allowed}");
        assert!((allowed - 3.0 / 60.0).abs() < 0.0015);
        assert_eq!((at_least(0, 0), at_least(3, 2), at_least(0, 5)), (None, None, Some(0.0)));
        assert_eq!((clopper_pearson(0, 0), clopper_pearson(3, 2)), (None, None));
    }

    /// The ends are the shares under which what was seen, or more, has just 2.5 %, added up term by term.
    #[test]
    fn the_ends_leave_their_tails() {
        let at_least = |k: u64, n: u64, p: f64| -> f64 {
            let ln_choose =
                |i: u64| ln_gamma(n as f64 + 1.0) - ln_gamma(i as f64 + 1.0) - ln_gamma((n - i) as f64 + 1.0);
            (k..=n).map(|i| (ln_choose(i) + i as f64 * p.ln() + (n - i) as f64 * (-p).ln_1p()).exp()).sum()
        };
        for (k, n) in [(1, 2), (1, 60), (59, 60), (7, 300), (299, 300), (1500, 3000), (2, 100_000)] {
            let found = clopper_pearson(k, n).unwrap();
            let share = k as f64 / n as f64;
            assert!(found.low < share && share < found.high);
            let wide = wilson(k, n).unwrap();
            assert!(found.high - found.low >= (wide.high - wide.low) * 0.99, "{k} of {n}");
            assert!((at_least(k, n, found.low) - TAIL).abs() < 1e-8, "{k} of {n}: {found:?}");
            assert!((1.0 - at_least(k + 1, n, found.high) - TAIL).abs() < 1e-8, "{k} of {n}: {found:?}");
        }
    }

    /// With many rows it is the normal one.
    #[test]
    fn many_rows() {
        let (k, n) = (9_990_000, 10_000_000);
        let (exact, score) = (clopper_pearson(k, n).unwrap(), wilson(k, n).unwrap());
        assert!((exact.low - score.low).abs() < 1e-6 && (exact.high - score.high).abs() < 1e-6, "{exact:?} {score:?}");
    }
}
