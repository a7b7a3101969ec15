use proptest::prelude::*;

use super::*;
use crate::margin::oracle::{Vector, vectors};
use crate::margin::quantile::{order_statistic_ranks, type7};

type Ends = (Option<f64>, Option<f64>);

fn curve<T>(ended: &[i64], censored: &[i64], read: impl FnOnce(KaplanMeier) -> T) -> T {
    read(KaplanMeier::new(&mut ended.to_vec(), &mut censored.to_vec()))
}

fn split(vector: &Vector, times: &str, ended: &str) -> (Vec<i64>, Vec<i64>) {
    let pairs = vector.list(times).into_iter().zip(vector.list(ended));
    let (ended, censored): (Vec<_>, Vec<_>) = pairs.partition(|(_, ended)| *ended == 1);
    let times = |pairs: Vec<(i64, i64)>| pairs.into_iter().map(|(time, _)| time).collect();
    (times(ended), times(censored))
}

#[test]
fn vectors_of_durations() {
    let vectors = vectors!("kaplan_meier");
    let find = |id: &str| vectors.iter().find(|vector| vector.id == id).unwrap();

    let tickets = find("km_resolution_censoring");
    let (ended, censored) = split(tickets, "hours", "resolved");
    tickets.check("/naive_closed_only_median", type7(&ended, 0.5).unwrap());
    curve(&ended, &censored, |curve| {
        tickets.check("/km_median", curve.quantile(0.5).unwrap());
        assert_eq!((tickets.expected["km_p75"].as_str(), curve.quantile(0.75)), (Some("not reached"), None));
        tickets.check("/rmst_30", curve.restricted_mean(30).unwrap());
        tickets.check("/S_30", curve.survival_at(30).unwrap());
        tickets.check("/resolved_within_8h_pct", (1.0 - curve.survival_at(8).unwrap()) * 100.0);
    });

    let customers = find("km_customer_lifespan");
    let (ended, censored) = split(customers, "months", "churned");
    curve(&ended, &censored, |curve| {
        customers.check("/km_median", curve.quantile(0.5).unwrap());
        customers.check("/rmst_24", curve.restricted_mean(24).unwrap());
        customers.check("/S_12", curve.survival_at(12).unwrap());
        customers.check("/exp_mle_mean_lifespan", curve.exponential_mean().unwrap());
    });
    assert_eq!(vectors.len(), 2);
}

/// Remission of leukaemia under 6-MP and placebo (Freireich 1963) and of AML (Miller 1997), intervals by lifelines.
#[test]
fn published_curves() {
    let check = |ended: &[i64], censored: &[i64], expected: [(f64, Option<f64>, Ends); 3]| {
        for (q, value, ends) in expected {
            let found = curve(ended, censored, |curve| (curve.quantile(q), curve.interval(q)));
            assert_eq!(found, (value, ends), "{q} of {ended:?}");
        }
    };
    check(
        &[6, 6, 6, 7, 10, 13, 16, 22, 23],
        &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
        [
            (0.25, Some(13.0), (Some(6.0), Some(22.0))),
            (0.5, Some(23.0), (Some(13.0), None)),
            (0.75, None, (Some(23.0), None)),
        ],
    );
    check(
        &[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
        &[],
        [
            (0.25, Some(4.0), (Some(1.0), Some(5.0))),
            (0.5, Some(8.0), (Some(4.0), Some(11.0))),
            // lifelines ends it at 23, where the last one ends
            (0.9, Some(17.0), (Some(12.0), None)),
        ],
    );
    check(
        &[9, 13, 18, 23, 31, 34, 48],
        &[13, 28, 45, 161],
        [
            (0.25, Some(18.0), (Some(9.0), Some(34.0))),
            (0.5, Some(31.0), (Some(13.0), None)),
            (0.9, None, (Some(34.0), None)),
        ],
    );
}

#[test]
fn empty_and_one_sided() {
    let all =
        |curve: KaplanMeier| (curve.quantile(0.5), curve.interval(0.5), curve.survival_at(0), curve.exponential_mean());
    assert_eq!(curve(&[], &[], all), (None, (None, None), None, None));
    assert_eq!(curve(&[], &[4, 9], all), (None, (None, None), Some(1.0), None));
    assert_eq!(curve(&[5], &[], all), (Some(5.0), (Some(5.0), None), Some(1.0), Some(5.0)));
    for q in [0.0, -0.5, 1.5, f64::NAN] {
        assert_eq!(curve(&[1, 2], &[], |curve| (curve.quantile(q), curve.interval(q))), (None, (None, None)));
    }
    assert_eq!(curve(&[2, 1], &[], |curve| (curve.quantile(1.0), curve.interval(1.0))), (Some(2.0), (None, None)));
    assert_eq!(curve(&[2, 1], &[3], |curve| curve.quantile(1.0)), None);
}

#[test]
fn an_end_comes_before_a_cut_of_the_same_time() {
    // the cut at 5 is still at risk: S(5) = 1/2 and not 0
    assert_eq!(curve(&[5], &[5], |curve| curve.survival_at(5)), Some(0.5));
    assert_eq!(curve(&[5], &[4], |curve| curve.survival_at(5)), Some(0.0));
}

#[test]
fn nothing_is_known_beyond_the_last_time() {
    curve(&[3, 7], &[9], |curve| {
        assert_eq!(
            (curve.survival_at(2), curve.survival_at(9), curve.survival_at(10)),
            (Some(1.0), Some(1.0 / 3.0), None)
        );
        assert_eq!((curve.restricted_mean(9), curve.restricted_mean(10)), (Some(3.0 + 8.0 / 3.0 + 2.0 / 3.0), None));
    });
    curve(&[3, 7], &[], |curve| {
        assert_eq!((curve.survival_at(100), curve.restricted_mean(100)), (Some(0.0), Some(5.0)));
    });
}

/// As many of one duration as order statistics need close the interval, and no fewer.
#[test]
fn ties_agree_with_order_statistics() {
    for q in [0.25, 0.5, 0.9] {
        for n in 1..60 {
            let needed = TAIL.ln() / f64::ln(q);
            let high = curve(&vec![7; n], &[], |curve| curve.interval(q).1);
            assert_eq!(high.is_some(), n as f64 >= needed, "{q} of {n}");
            if q >= 0.5 {
                assert_eq!(high.is_some(), order_statistic_ranks(n, q).is_some());
            }
        }
    }
}

/// Nothing censored: the inverse of the distribution function, type 1; type 7 lies between it and the next value.
#[test]
fn nothing_censored_is_type_1() {
    for vector in vectors!("percentile") {
        let mut values = vector.list("values");
        values.sort_unstable();
        for percent in [10, 25, 50, 75, 90, 95] {
            let q = f64::from(percent) / 100.0;
            vector.check(&format!("/p{percent}/type1"), curve(&values, &[], |curve| curve.quantile(q).unwrap()));
        }
    }
    assert_eq!(curve(&[1, 2, 3, 4], &[], |curve| curve.quantile(0.5)), Some(2.0));
    assert_eq!(type7(&[1, 2, 3, 4], 0.5), Some(2.5));
}

/// A curve that is cut after every end and yet comes down in even steps: of (K − j)² at risk at time j, K − j end
/// and K − j − 1 are cut, so that S falls by the factor (K − j − 1) ÷ (K − j).
#[test]
fn a_curve_of_many_cuts_meets_its_quantiles_exactly() {
    const K: i64 = 400;
    let times = |count: fn(i64) -> i64| -> Vec<i64> {
        (0..K).flat_map(|time| std::iter::repeat_n(time, usize::try_from(count(time)).unwrap())).collect()
    };
    curve(&times(|time| K - time), &times(|time| K - time - 1), |curve| {
        for step in (1..=K).step_by(7) {
            assert_eq!(curve.quantile(step as f64 / K as f64), Some((step - 1) as f64));
        }
    });
}

#[test]
fn without_cuts_the_curve_is_a_ratio_of_counts() {
    let ended: Vec<i64> = (0..100_003).collect();
    curve(&ended, &[], |curve| {
        assert_eq!(curve.quantile(0.9), Some(90_002.0));
        // to the last bit, after any number of steps
        for time in [0, 33_333, 70_000, 100_001] {
            assert_eq!(curve.survival_at(time), Some((100_002 - time) as f64 / 100_003.0));
        }
    });
}

/// Half of 40 end at 1, where the upper limit is .642, the others at 2: .642 · (1 − .025^(1/20)) = .108.
#[test]
fn the_last_end_takes_the_limit_before_it_along() {
    let ended = [[1; 20], [2; 20]].concat();
    let high = |q: f64| curve(&ended, &[], |curve| curve.interval(q).1);
    assert_eq!((high(0.3), high(0.35), high(0.36)), (Some(1.0), Some(1.0), Some(2.0)));
    assert_eq!((high(0.89), high(0.9)), (Some(2.0), None));
}

fn greatest_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

/// S(t) as an exact fraction, from the definition: one factor a time at which something ended.
fn naive_survival(ended: &[i64], censored: &[i64], until: i64) -> (u128, u128) {
    let mut fraction = (1, 1);
    for time in 0..=until {
        let deaths = ended.iter().filter(|end| **end == time).count() as u128;
        let at_risk = ended.iter().chain(censored).filter(|other| **other >= time).count() as u128;
        if deaths > 0 {
            fraction = (fraction.0 * (at_risk - deaths), fraction.1 * at_risk);
            let divisor = greatest_divisor(fraction.0, fraction.1);
            fraction = (fraction.0 / divisor, fraction.1 / divisor);
        }
    }
    fraction
}

/// Both limits of S(t), written out from the definition.
fn naive_limits(ended: &[i64], censored: &[i64], until: i64) -> Option<(f64, f64)> {
    let (numerator, denominator) = naive_survival(ended, censored, until);
    let share = numerator as f64 / denominator as f64;
    if numerator == 0 || numerator == denominator {
        return None;
    }
    let variance: f64 = (0..=until)
        .map(|time| {
            let deaths = ended.iter().filter(|end| **end == time).count() as f64;
            let at_risk = ended.iter().chain(censored).filter(|other| **other >= time).count() as f64;
            if deaths > 0.0 { deaths / (at_risk * (at_risk - deaths)) } else { 0.0 }
        })
        .sum();
    let power = |sign: f64| share.powf((sign * 1.959_963_984_540_054 * variance.sqrt() / share.ln()).exp());
    Some((power(-1.0), power(1.0)))
}

const LONGEST: i64 = 30;

proptest! {
    #[test]
    fn agrees_with_the_definition(
        ended in prop::collection::vec(0..=LONGEST, 0..18),
        censored in prop::collection::vec(0..=LONGEST, 0..18),
        twentieths in 1..20_u128,
    ) {
        let q = twentieths as f64 / 20.0;
        let below = |(numerator, denominator): (u128, u128)| 20 * numerator <= (20 - twentieths) * denominator;
        let expected = (0..=LONGEST).find(|time| below(naive_survival(&ended, &censored, *time)));
        let found = curve(&ended, &censored, |curve| curve.quantile(q));
        prop_assert_eq!(found, expected.map(|time| time as f64));

        for time in 0..=LONGEST {
            let (numerator, denominator) = naive_survival(&ended, &censored, time);
            if let Some(found) = curve(&ended, &censored, |curve| curve.survival_at(time)) {
                prop_assert!((found - numerator as f64 / denominator as f64).abs() < 1e-14);
            }
        }

        let first = |limit: fn((f64, f64)) -> f64| {
            (0..=LONGEST).find(|time| {
                naive_limits(&ended, &censored, *time).is_some_and(|limits| limit(limits) <= 1.0 - q + 1e-11)
            })
        };
        let (low, high) = curve(&ended, &censored, |curve| curve.interval(q));
        let emptied = (0..=LONGEST).find(|time| naive_survival(&ended, &censored, *time).0 == 0);
        prop_assert_eq!(low, first(|limits| limits.0).or(emptied).map(|time| time as f64));
        match first(|limits| limits.1) {
            Some(time) => prop_assert_eq!(high, Some(time as f64)),
            // only the end of the last may close it
            None => prop_assert!(high.is_none() || high == emptied.map(|time| time as f64)),
        }
        // the interval holds its quantile
        if let Some(value) = found {
            prop_assert!(low.is_some_and(|low| low <= value) && high.is_none_or(|high| value <= high));
        } else {
            prop_assert!(high.is_none());
        }
    }

    #[test]
    fn order_of_arrival_is_nothing(
        (ended, shuffled) in prop::collection::vec(0..1000_i64, 0..40)
            .prop_flat_map(|times| (Just(times.clone()), Just(times).prop_shuffle())),
        censored in prop::collection::vec(0..1000_i64, 0..40),
        q in 0.01..0.99_f64,
    ) {
        let read = |curve: KaplanMeier| (curve.quantile(q), curve.interval(q));
        let reversed: Vec<i64> = censored.iter().rev().copied().collect();
        prop_assert_eq!(curve(&ended, &censored, read), curve(&shuffled, &reversed, read));
    }
}
