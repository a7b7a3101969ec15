//! Weights that keep the rules of balance, in whole hundredths, as near as they can be to those that are wanted.

use crate::template::Balance;

/// What is weighed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weighed {
    /// Share that is wanted; those of all add up to 1.
    pub(super) wanted: f64,
    /// Its perspective.
    pub(super) perspective: String,
    /// Whether it is a counter.
    pub(super) is_counter: bool,
    /// Least share.
    pub(super) least: f64,
    /// Most share.
    pub(super) most: f64,
}

/// Shares in hundredths, together 100. Each begins with its least; what is left is given out a hundredth at a time to
/// whoever lacks most, first among the counters until they have their part, never beyond what a KPI or a perspective
/// may weigh. Where so few KPIs cannot keep to that, limits give way, the perspectives' first: lint says so then.
pub(super) fn weigh(all: &[Weighed], balance: &Balance) -> Vec<u32> {
    if all.is_empty() {
        return Vec::new();
    }
    let mut most: Vec<u32> = all.iter().map(|one| hundredths(one.most).max(hundredths(one.least))).collect();
    while most.iter().sum::<u32>() < 100 {
        for most in &mut most {
            *most += 1;
        }
    }
    let mut of_perspective = hundredths(balance.perspective_max);
    while capacity(all, &most, of_perspective) < 100 {
        of_perspective += 1;
    }
    let mut given: Vec<u32> = all.iter().map(|one| hundredths(one.least)).collect();
    let counters_want = hundredths(balance.counter_min);
    while given.iter().sum::<u32>() < 100 {
        let counters: u32 = all.iter().zip(&given).filter(|(one, _)| one.is_counter).map(|(_, given)| given).sum();
        let lacks = |index: &usize| 100.0 * all[*index].wanted - f64::from(given[*index]);
        let has_room = |index: &usize| {
            let perspective = &all[*index].perspective;
            let weighs: u32 =
                all.iter().zip(&given).filter(|(one, _)| one.perspective == *perspective).map(|(_, given)| given).sum();
            given[*index] < most[*index] && weighs < of_perspective
        };
        let open: Vec<usize> = (0..all.len()).filter(has_room).collect();
        let open_counters: Vec<usize> = open.iter().copied().filter(|index| all[*index].is_counter).collect();
        let among = if counters < counters_want && !open_counters.is_empty() { open_counters } else { open };
        // the first of those that lack alike
        let next = among.into_iter().rev().max_by(|a, b| lacks(a).total_cmp(&lacks(b)));
        match next {
            Some(index) => given[index] += 1,
            // a least that fills a perspective already; the first takes the rest
            None => given[0] += 1,
        }
    }
    given
}

/// What perspectives of at most `of_perspective` and KPIs of at most `most` can weigh together.
fn capacity(all: &[Weighed], most: &[u32], of_perspective: u32) -> u32 {
    let mut seen: Vec<&str> = Vec::new();
    let mut sum = 0;
    for one in all {
        if !seen.contains(&one.perspective.as_str()) {
            seen.push(&one.perspective);
            let own = all.iter().zip(most).filter(|(other, _)| other.perspective == one.perspective);
            sum += own.map(|(_, most)| most).sum::<u32>().min(of_perspective);
        }
    }
    sum
}

fn hundredths(share: f64) -> u32 {
    (100.0 * share).round().clamp(0.0, 100.0) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::template::balance;

    fn one(wanted: f64, perspective: &str, is_counter: bool) -> Weighed {
        Weighed { wanted, perspective: perspective.to_owned(), is_counter, least: 0.05, most: 0.30 }
    }

    #[test]
    fn shares_are_those_wanted_where_they_can_be() {
        let check = |all: &[Weighed], expected: &[u32]| assert_eq!(weigh(all, balance()), expected, "{all:?}");
        // balanced already
        check(
            &[one(0.3, "a", false), one(0.2, "b", true), one(0.25, "c", false), one(0.25, "d", true)],
            &[30, 20, 25, 25],
        );
        // .40 is too much for one: the others take the tenth, those that lack most first
        check(
            &[one(0.4, "a", false), one(0.2, "b", true), one(0.2, "c", false), one(0.2, "d", true)],
            &[30, 24, 23, 23],
        );
        // counters get a quarter: begun with 5 and 5, the other 15 go to whoever lacks most
        check(
            &[
                one(0.3, "a", false),
                one(0.3, "b", false),
                one(0.3, "c", false),
                one(0.05, "d", true),
                one(0.05, "d", true),
            ],
            &[25, 25, 25, 13, 12],
        );
        // a perspective holds 55 together
        check(
            &[
                one(0.3, "a", false),
                one(0.3, "a", false),
                one(0.2, "b", true),
                one(0.1, "c", true),
                one(0.1, "d", false),
            ],
            &[28, 27, 22, 12, 11],
        );
        // two KPIs of one perspective hold everything
        check(&[one(0.5, "a", false), one(0.5, "a", true)], &[50, 50]);
        check(&[], &[]);
    }

    proptest! {
        #[test]
        fn shares_keep_the_rules(wanted in prop::collection::vec((0.01..1.0f64, 0usize..5, any::<bool>()), 8..10)) {
            let sum: f64 = wanted.iter().map(|(wanted, _, _)| wanted).sum();
            let all: Vec<Weighed> = wanted
                .iter()
                .map(|(wanted, perspective, is_counter)| one(wanted / sum, &perspective.to_string(), *is_counter))
                .collect();
            let given = weigh(&all, balance());
            prop_assert_eq!(given.iter().sum::<u32>(), 100);
            prop_assert!(given.iter().all(|share| *share >= 5));
            let counters = all.iter().filter(|one| one.is_counter).count();
            let of_counters: u32 = all.iter().zip(&given).filter(|(one, _)| one.is_counter).map(|(_, share)| share).sum();
            if counters >= 1 && capacity(&all, &[30; 10][..all.len()], 55) >= 100 {
                prop_assert!(given.iter().all(|share| *share <= 30));
                prop_assert!(of_counters >= 25.min(30 * counters as u32), "{of_counters} of {counters}");
            }
        }
    }
}
