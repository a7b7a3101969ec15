//! The net promoter score, in points: 100 × (promoters − detractors) ÷ answers, −100–100.

use statrs::function::erf::erfc;

use super::{Interval, Z};

/// Sample size from which [`default`] takes [`adjusted_wald`].
const ENOUGH: u64 = 30;

/// The interval shown with a score, in points: [`score`] below 30 answers, [`adjusted_wald`] from 30 on.
///
/// None where there are no answers.
pub fn default(promoters: u64, passives: u64, detractors: u64) -> Option<Interval> {
    if total([promoters, passives, detractors]) < ENOUGH {
        score(promoters, passives, detractors)
    } else {
        adjusted_wald(promoters, passives, detractors)
    }
}

/// The adjusted Wald interval, in points, cut to −100–100: of the score with ¾ promoter, 1½ passives and ¾ detractor
/// added. Unlike the plain Wald interval it has a width where all are promoters.
///
/// None where there are no answers.
///
/// Formula: B. Rocks (2016), The American Statistician 70, 365–372.
pub fn adjusted_wald(promoters: u64, passives: u64, detractors: u64) -> Option<Interval> {
    let n = total([promoters, passives, detractors]);
    if n == 0 {
        return None;
    }
    let size = n as f64 + 3.0;
    let (positive, negative) = ((promoters as f64 + 0.75) / size, (detractors as f64 + 0.75) / size);
    let centre = positive - negative;
    let margin = Z * ((positive + negative - centre * centre) / size).sqrt();
    Some(points(centre - margin, centre + margin))
}

/// The score interval, in points: the true scores from which the observed one is at most z standard errors away, the
/// standard error being the one most likely under that true score.
///
/// None where there are no answers.
///
/// Formula: T. Tango (1998), Statistics in Medicine 17, 891–908, of (b − c) ÷ n with promoters for b and detractors
/// for c; W. L. May and W. D. Johnson (1997), Statistics in Medicine 16, 2127–2136.
pub fn score(promoters: u64, passives: u64, detractors: u64) -> Option<Interval> {
    let n = total([promoters, passives, detractors]);
    if n == 0 {
        return None;
    }
    let (positive, negative, size) = (promoters as f64, detractors as f64, n as f64);
    Some(points(-score_limit(negative, positive, size), score_limit(positive, negative, size)))
}

/// The upper limit of (`positive` − `negative`) ÷ `n`, by bisection between it and 1.
fn score_limit(positive: f64, negative: f64, n: f64) -> f64 {
    let within = |delta: f64| {
        // the most likely share of negative answers given delta: the greater root of a x² + b x + c
        let a = 2.0 * n;
        let b = (2.0 * n - positive + negative) * delta - positive - negative;
        let c = -negative * delta * (1.0 - delta);
        let share = ((b * b - 4.0 * a * c).max(0.0).sqrt() - b) / (2.0 * a);
        let variance = 2.0 * share + delta * (1.0 - delta);
        (positive - negative - n * delta).powi(2) <= Z * Z * n * variance
    };
    let (mut low, mut high) = ((positive - negative) / n, 1.0_f64);
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        if within(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// A difference of two independent scores, tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// First score minus second, points.
    pub points: f64,
    /// In standard errors.
    pub z: f64,
    /// Two-sided probability of one at least as large where there is none.
    pub p: f64,
    /// Interval of the difference, points, cut to −200–200.
    pub interval: Interval,
}

/// z test of the score of `a` against that of `b`, each promoters, passives, detractors, on their summed variances.
///
/// None where one has no answers or neither varies. A plain Wald test for samples of some size; the margin of a change
/// on a card is [`mover`](super::mover) over [`default`], which holds for few and for unanimous answers too.
pub fn difference(a: [u64; 3], b: [u64; 3]) -> Option<Difference> {
    let ((first, variance1), (second, variance2)) = (moments(a)?, moments(b)?);
    let (difference, error) = (first - second, (variance1 + variance2).sqrt());
    if error <= 0.0 {
        return None;
    }
    let z = difference / error;
    let (low, high) = (difference - Z * error, difference + Z * error);
    Some(Difference {
        points: difference * 100.0,
        z,
        p: erfc(z.abs() / std::f64::consts::SQRT_2),
        interval: Interval { low: low.max(-2.0), high: high.min(2.0) }.scaled(100.0),
    })
}

/// Answers needed for a margin of ± `points` where a single answer has `variance` (promoters + detractors − score², as
/// fractions; at most 1).
///
/// None unless `points` is above 0 and `variance` in 0–1.
pub fn answers_needed(variance: f64, points: f64) -> Option<u64> {
    let sensible = (0.0..=1.0).contains(&variance) && points > 0.0 && points.is_finite();
    sensible.then(|| (variance * (100.0 * Z / points).powi(2)).ceil() as u64)
}

/// Score as a fraction and the variance of its estimate.
fn moments(answers: [u64; 3]) -> Option<(f64, f64)> {
    let n = total(answers) as f64;
    if n <= 0.0 {
        return None;
    }
    let [positive, _, negative] = answers.map(|count| count as f64 / n);
    let value = positive - negative;
    Some((value, (positive + negative - value * value).max(0.0) / n))
}

fn total(answers: [u64; 3]) -> u64 {
    answers.into_iter().fold(0, u64::saturating_add)
}

fn points(low: f64, high: f64) -> Interval {
    Interval { low: low.max(-1.0), high: high.min(1.0) }.scaled(100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::oracle::{Vector, vectors};
    use super::*;

    const WITHIN: (f64, f64) = (-100.0, 100.0);

    fn answers(vector: &Vector) -> [u64; 3] {
        ["promoters", "passives", "detractors"].map(|name| vector.count(name))
    }

    #[test]
    fn vectors_of_scores() {
        let mut scores = 0;
        for vector in vectors!("nps_ci").iter().filter(|vector| vector.inputs["v"].is_null()) {
            let counts @ [promoters, passives, detractors] = answers(vector);
            let (score_now, variance) = moments(counts).unwrap();
            vector.check("/nps", score_now * 100.0);
            vector.check("/variance_per_response_population", variance * total(counts) as f64);
            vector.check("/se_points_n", variance.sqrt() * 100.0);
            let (wald, tango) =
                (adjusted_wald(promoters, passives, detractors), score(promoters, passives, detractors));
            vector.check_interval("/adjusted_wald95", wald.unwrap(), WITHIN);
            vector.check_interval("/score95_tango", tango.unwrap(), WITHIN);
            let expected = if total(counts) < 30 { tango } else { wald };
            assert_eq!(default(promoters, passives, detractors), expected);
            scores += 1;
        }
        assert_eq!(scores, 5);
    }

    #[test]
    fn vectors_of_sample_sizes() {
        let vectors = vectors!("nps_ci");
        let vector = vectors.iter().find(|vector| vector.id == "nps_margin_n").unwrap();
        let expected = vector.expected.as_object().unwrap();
        assert_eq!(expected.len(), 12);
        for (name, n) in expected {
            // as v0.4_m10
            let (variance, margin) = name.trim_start_matches('v').split_once("_m").unwrap();
            let found = answers_needed(variance.parse().unwrap(), margin.parse().unwrap());
            assert_eq!(found, n.as_u64(), "{name}");
        }
        assert_eq!(
            (answers_needed(1.1, 5.0), answers_needed(0.5, 0.0), answers_needed(f64::NAN, 5.0)),
            (None, None, None)
        );
    }

    #[test]
    fn vectors_of_differences() {
        for vector in vectors!("nps_test") {
            let [a, b] = ["a", "b"].map(|name| {
                let list: Vec<u64> = vector.inputs[name].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
                <[u64; 3]>::try_from(list).unwrap()
            });
            let found = difference(a, b).unwrap();
            vector.check("/diff_points", found.points);
            vector.check("/z", found.z);
            vector.check("/p_two_sided", found.p);
            vector.check_interval("/ci95", found.interval, (-200.0, 200.0));
        }
        assert_eq!((difference([0; 3], [1, 1, 1]), difference([9, 0, 0], [0, 0, 9])), (None, None));
    }

    #[test]
    fn no_answers_no_interval() {
        assert_eq!((default(0, 0, 0), score(0, 0, 0), adjusted_wald(0, 0, 0)), (None, None, None));
    }

    #[test]
    fn thirty_answers_are_enough() {
        assert_eq!(default(20, 5, 4), score(20, 5, 4));
        assert_eq!(default(20, 5, 5), adjusted_wald(20, 5, 5));
        assert_ne!(score(20, 5, 5), adjusted_wald(20, 5, 5));
    }

    #[test]
    fn unanimous_answers_by_closed_form() {
        let z2 = Z * Z;
        let check = |counts: [u64; 3], low: f64, high: f64| {
            let found = score(counts[0], counts[1], counts[2]).unwrap();
            assert!((found.low - low).abs() < 1e-9 && (found.high - high).abs() < 1e-9, "{counts:?} {found:?}");
        };
        for n in [1_u64, 5, 29, 1_000_000] {
            let size = n as f64;
            let promoters = 100.0 * (size - z2) / (size + z2);
            let passives = 100.0 * z2 / (size + z2);
            check([n, 0, 0], promoters, 100.0);
            check([0, 0, n], -100.0, -promoters);
            check([0, n, 0], -passives, passives);
        }
    }

    /// Tango's constrained estimate by search: the share of detractors that makes the counts most likely.
    fn standard_errors(counts: [u64; 3], delta: f64) -> f64 {
        let [b, rest, c] = counts.map(|count| count as f64);
        let n = b + rest + c;
        let term = |count: f64, share: f64| if count > 0.0 { count * share.max(1e-300).ln() } else { 0.0 };
        let likelihood = |x: f64| term(b, x + delta) + term(c, x) + term(rest, 1.0 - 2.0 * x - delta);
        let (mut low, mut high) = ((-delta).max(0.0), (1.0 - delta) / 2.0);
        for _ in 0..200 {
            let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if likelihood(left) < likelihood(right) { low = left } else { high = right }
        }
        let variance = 2.0 * low + delta - delta * delta;
        (b - c - n * delta) / (n * variance).sqrt()
    }

    proptest! {
        #[test]
        fn score_limits_are_z_away(b in 1..200_u64, rest in 1..200_u64, c in 1..200_u64) {
            let found = score(b, rest, c).unwrap();
            prop_assert!((standard_errors([b, rest, c], found.low / 100.0) - Z).abs() < 1e-4);
            prop_assert!((standard_errors([b, rest, c], found.high / 100.0) + Z).abs() < 1e-4);
        }

        #[test]
        fn intervals_hold_the_score(b in 0..3000_u64, rest in 0..3000_u64, c in 0..3000_u64) {
            prop_assume!(b + rest + c > 0);
            let value = moments([b, rest, c]).unwrap().0 * 100.0;
            for (found, mirrored) in [
                (score(b, rest, c), score(c, rest, b)),
                (adjusted_wald(b, rest, c), adjusted_wald(c, rest, b)),
            ] {
                let (found, mirrored) = (found.unwrap(), mirrored.unwrap());
                prop_assert!(-100.0 <= found.low && found.low <= value + 1e-9);
                prop_assert!(value <= found.high + 1e-9 && found.high <= 100.0);
                prop_assert!(found.high > found.low);
                prop_assert!((found.low + mirrored.high).abs() < 1e-9 && (found.high + mirrored.low).abs() < 1e-9);
            }
        }
    }
}
