//! How well reviewers of quality agree, by what they both scored.

use std::collections::BTreeMap;

/// Days for which a calibration holds.
pub const CALIBRATED_DAYS: i64 = 90;

/// A score that a reviewer gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The contact or ticket, and by which rubric.
    pub what: String,
    /// Who scored it; none where that is not known.
    pub reviewer: Option<String>,
    /// Whether it was scored to compare reviewers.
    pub is_calibration: bool,
    /// The score, 0 to 100, before critical errors.
    pub score: f64,
}

/// How well reviewers agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Contacts and tickets that several scored.
    pub contacts: u64,
    /// Their agreement beyond chance, −1 to 1; none where nothing was scored by several.
    pub kappa: Option<f64>,
}

impl Calibration {
    /// That of what was scored to compare reviewers, with what others gave the same contact. What one reviewer scores
    /// again counts once.
    ///
    /// The agreement is Krippendorff's alpha of interval data, which for two is the quadratically weighted kappa of
    /// scores whose order does not matter: 1 − the mean square by which scores of one contact differ ÷ that of all
    /// scores. Formula: K. Krippendorff (2004), Content Analysis, 2nd edition, chapter 11.
    pub fn of(scored: impl IntoIterator<Item = Scored>) -> Calibration {
        let mut of_each: BTreeMap<String, Vec<Scored>> = BTreeMap::new();
        for one in scored {
            let known = of_each.entry(one.what.clone()).or_default();
            match known.iter_mut().find(|other| one.reviewer.is_some() && other.reviewer == one.reviewer) {
                Some(other) => other.is_calibration |= one.is_calibration,
                None => known.push(one),
            }
        }
        let is_compared = |scored: &&Vec<Scored>| scored.len() > 1 && scored.iter().any(|one| one.is_calibration);
        let compared: Vec<Vec<f64>> =
            of_each.values().filter(is_compared).map(|scored| scored.iter().map(|one| one.score).collect()).collect();
        Calibration { contacts: compared.len() as u64, kappa: agreement(&compared) }
    }
}

fn agreement(compared: &[Vec<f64>]) -> Option<f64> {
    let all: Vec<f64> = compared.iter().flatten().copied().collect();
    let n = all.len() as f64;
    // over all ordered pairs of some scores: 2 · (n · Σx² − (Σx)²)
    let pairs = |scores: &[f64]| {
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        2.0 * scores.len() as f64 * scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>()
    };
    let observed = compared.iter().map(|scores| pairs(scores) / (scores.len() as f64 - 1.0)).sum::<f64>() / n;
    let expected = pairs(&all) / (n * (n - 1.0));
    match compared {
        [] => None,
        // all alike: nothing to differ by
        _ if expected <= 0.0 => Some(1.0),
        _ => Some(1.0 - observed / expected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(what: &str, reviewer: Option<&str>, is_calibration: bool, score: f64) -> Scored {
        Scored { what: what.to_owned(), reviewer: reviewer.map(str::to_owned), is_calibration, score }
    }

    #[test]
    fn agreement_by_hand() {
        let check = |compared: &[(f64, f64)], contacts: u64, expected: Option<f64>| {
            let scored = compared.iter().enumerate().flat_map(|(place, (first, second))| {
                let what = place.to_string();
                [one(&what, Some("Ann"), true, *first), one(&what, Some("Ben"), true, *second)]
            });
            let found = Calibration::of(scored);
            let kappa = found.kappa.map(|kappa| (kappa * 1e4).round() / 1e4);
            assert_eq!((found.contacts, kappa), (contacts, expected), "{compared:?}");
        };
        check(&[], 0, None);
        check(&[(70.0, 70.0), (90.0, 90.0)], 2, Some(1.0));
        check(&[(80.0, 80.0), (80.0, 80.0)], 2, Some(1.0));
        // one contact scored twice: what differs is all there is
        check(&[(70.0, 30.0)], 1, Some(0.0));
        // within: 10² and 10², a mean of 100; of all pairs of 60, 70, 90, 80: 10² four times… Σ(x − 75)² = 500, so that
        // the mean over pairs is 2 · 4 · 500 ÷ 12 = 333.33: 1 − 100 ÷ 333.33
        check(&[(60.0, 70.0), (90.0, 80.0)], 2, Some(0.7));
        // the other way round: within 30² and 10², a mean of 500
        check(&[(60.0, 90.0), (70.0, 80.0)], 2, Some(-0.5));
    }

    #[test]
    fn what_can_be_compared() {
        let contacts = |scored: Vec<Scored>| Calibration::of(scored).contacts;
        let (ann, ben) = (Some("Ann"), Some("Ben"));
        // whoever scored it first need not have known that it would be compared
        assert_eq!(contacts(vec![one("c", ann, false, 70.0), one("c", ben, true, 80.0)]), 1);
        // reviewers may not be known; two reviews that nobody wanted to compare are none
        assert_eq!(contacts(vec![one("c", None, true, 70.0), one("c", None, true, 80.0)]), 1);
        assert_eq!(contacts(vec![one("c", ann, false, 70.0), one("c", ben, false, 80.0)]), 0);
        assert_eq!(contacts(vec![one("c", ann, true, 70.0), one("c", ann, true, 80.0)]), 0);
        assert_eq!(contacts(vec![one("c", ann, true, 70.0), one("d", ben, true, 80.0)]), 0);
    }
}
