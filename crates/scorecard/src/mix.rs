//! Whether teams do the same kinds of work, so that their figures can be compared at all.

use std::collections::{BTreeMap, BTreeSet};

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Least overlap of two mixes that are the same.
const SAME: f64 = 0.8;

/// How much of which kind of work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    parts: BTreeMap<String, u64>,
}

impl Mix {
    /// Adds work of a kind.
    pub fn add(&mut self, kind: &str, amount: u64) {
        *self.parts.entry(kind.to_owned()).or_default() += amount;
    }

    fn share(&self, kind: &str) -> f64 {
        let sum: u64 = self.parts.values().sum();
        self.parts.get(kind).map_or(0.0, |part| *part as f64 / sum.max(1) as f64)
    }

    /// The share of work that two have in common, 0–1: 1 less half of what their shares differ by.
    pub fn overlap(&self, other: &Mix) -> f64 {
        let kinds = self.parts.keys().chain(other.parts.keys().filter(|kind| !self.parts.contains_key(*kind)));
        kinds.map(|kind| self.share(kind).min(other.share(kind))).sum()
    }

    /// Whether less than four fifths of their work are the same, and by more than chance deals alike work of so few: the χ²
    /// test of homogeneity at 5 %.
    pub fn is_other(&self, than: &Mix) -> bool {
        let kinds: BTreeSet<&String> = self.parts.keys().chain(than.parts.keys()).collect();
        let count = |mix: &Mix, kind: &str| mix.parts.get(kind).map_or(0.0, |part| *part as f64);
        let sums = [self, than].map(|mix| mix.parts.values().sum::<u64>() as f64);
        let all = sums[0] + sums[1];
        let mut statistic = 0.0;
        let mut seen = 0_u32;
        for kind in kinds {
            let found = [self, than].map(|mix| count(mix, kind));
            let of_kind = found[0] + found[1];
            if of_kind > 0.0 {
                seen += 1;
                let expected = sums.map(|sum| of_kind * sum / all);
                let terms = found.iter().zip(expected).filter(|(_, expected)| *expected > 0.0);
                statistic += terms.map(|(found, expected)| (found - expected).powi(2) / expected).sum::<f64>();
            }
        }
        let most = ChiSquared::new(f64::from(seen.saturating_sub(1))).map(|chance| chance.inverse_cdf(0.95));
        !self.is_same(than) && most.is_ok_and(|most| statistic > most)
    }

    /// Whether four fifths of their work are the same.
    pub fn is_same(&self, other: &Mix) -> bool {
        self.overlap(other) >= SAME - 1e-9
    }
}

/// Each team with all others that do the same kinds of work as it does, in the order of their names. Two that are alike a
/// third need not be alike each other, so that there are no groups: whom somebody is compared with is their own.
pub fn alike(mixes: &BTreeMap<String, Mix>) -> BTreeMap<String, Vec<String>> {
    let of = |(team, mix): (&String, &Mix)| {
        let others = mixes.iter().filter(|(other, theirs)| *other != team && mix.is_same(theirs));
        (team.clone(), others.map(|(other, _)| other.clone()).collect())
    };
    mixes.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(parts: &[(&str, u64)]) -> Mix {
        let mut mix = Mix::default();
        parts.iter().for_each(|(kind, amount)| mix.add(kind, *amount));
        mix
    }

    #[test]
    fn overlap_by_hand() {
        let check = |one: &[(&str, u64)], other: &[(&str, u64)], expected: f64| {
            let found = mix(one).overlap(&mix(other));
            assert!((found - expected).abs() < 1e-12, "{one:?} {other:?}: {found}");
            assert!((mix(other).overlap(&mix(one)) - expected).abs() < 1e-12);
        };
        check(&[("phone", 60), ("email", 40)], &[("phone", 600), ("email", 400)], 1.0);
        // .5 and .3 in common
        check(&[("phone", 70), ("email", 30)], &[("phone", 50), ("email", 50)], 0.8);
        check(&[("phone", 1)], &[("email", 1)], 0.0);
        check(&[], &[("email", 1)], 0.0);
    }

    #[test]
    fn other_work_is_told_from_chance() {
        let check = |one: &[(&str, u64)], other: &[(&str, u64)], expected: bool| {
            assert_eq!(mix(one).is_other(&mix(other)), expected, "{one:?} {other:?}");
        };
        // 70 % in common: χ² 5.41 of 30 each is beyond the 3.84 of one degree of freedom, 3.60 of 20 each is not
        check(&[("phone", 20), ("email", 10)], &[("phone", 11), ("email", 19)], true);
        check(&[("phone", 13), ("email", 7)], &[("phone", 7), ("email", 13)], false);
        // clear, and four fifths the same
        check(&[("phone", 600), ("email", 400)], &[("phone", 400), ("email", 600)], false);
        check(&[("phone", 40), ("email", 0)], &[("email", 40)], true);
        check(&[("phone", 40)], &[("phone", 4)], false);
        check(&[], &[], false);
    }

    /// A has .82 in common with B and .65 with C, B .83 with C; whatever their names are.
    #[test]
    fn who_is_alike_does_not_go_by_names() {
        let check = |names: [&str; 4], expected: [&[&str]; 4]| {
            let parts = [[100, 0], [82, 18], [65, 35], [0, 5]];
            let of =
                |(name, [email, chat]): (&str, [u64; 2])| (name.to_owned(), mix(&[("email", email), ("chat", chat)]));
            let found = alike(&names.into_iter().zip(parts).map(of).collect());
            assert_eq!(names.map(|name| found[name].as_slice()), expected, "{names:?}");
        };
        check(["A", "B", "C", "D"], [&["B"], &["A", "C"], &["B"], &[]]);
        check(["C", "B", "A", "D"], [&["B"], &["A", "C"], &["B"], &[]]);
        check(["B", "A", "C", "D"], [&["A"], &["B", "C"], &["A"], &[]]);
    }
}
