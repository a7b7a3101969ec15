//! Quantiles of a group's durations, from the raw values.

use catalogue::margin::quantile::{order_statistic_ranks, type7};
use catalogue::margin::survival::KaplanMeier;
use catalogue::plan::{Moments, QuantileValue};

/// The durations of a group.
#[derive(Clone, Debug, Default)]
pub struct Durations {
    /// Of what has ended.
    pub ended: Vec<i64>,
    /// So far, of what has not.
    pub open: Vec<i64>,
}

impl Durations {
    /// With those of another partition.
    pub fn join(&mut self, more: Durations) {
        let append = |mine: &mut Vec<i64>, more: Vec<i64>| {
            if mine.is_empty() {
                *mine = more;
            } else {
                mine.extend_from_slice(&more);
            }
        };
        append(&mut self.ended, more.ended);
        append(&mut self.open, more.open);
    }
}

/// The quantiles of every group: type 7 of what has ended, or Kaplan–Meier's.
pub fn summarise(
    mut groups: Vec<Durations>,
    quantiles: &[f64],
    survival: bool,
    margins: bool,
    threads: usize,
) -> Vec<Moments> {
    let threads = threads.clamp(1, groups.len().max(1));
    let mut answers: Vec<Option<Moments>> = groups.iter().map(|_| None).collect();
    // groups differ in size, so they are dealt out in turn
    let mut hands: Vec<Vec<(&mut Durations, &mut Option<Moments>)>> = (0..threads).map(|_| Vec::new()).collect();
    for (index, pair) in groups.iter_mut().zip(&mut answers).enumerate() {
        hands[index % threads].push(pair);
    }
    std::thread::scope(|scope| {
        for hand in hands {
            scope.spawn(move || {
                for (durations, answer) in hand {
                    *answer = Some(figures(durations, quantiles, survival, margins));
                }
            });
        }
    });
    let nothing = || Moments::Quantiles { n: 0, ended: 0, values: vec![QuantileValue::default(); quantiles.len()] };
    answers.into_iter().map(|answer| answer.unwrap_or_else(nothing)).collect()
}

/// The quantiles of one group.
pub(super) fn figures(durations: &mut Durations, quantiles: &[f64], survival: bool, margins: bool) -> Moments {
    let ended = durations.ended.len();
    let values = if survival {
        let curve = KaplanMeier::new(&mut durations.ended, &mut durations.open);
        let of = |q: &f64| {
            let (low, high) = if margins { curve.interval(*q) } else { (None, None) };
            QuantileValue { value: curve.quantile(*q), low, high }
        };
        quantiles.iter().map(of).collect()
    } else {
        durations.ended.sort_unstable();
        let of = |q: &f64| {
            let ranks = if margins { order_statistic_ranks(ended, *q) } else { None };
            let at = |rank: usize| durations.ended.get(rank.checked_sub(1)?).map(|value| *value as f64);
            QuantileValue {
                value: type7(&durations.ended, *q),
                low: ranks.and_then(|(low, _)| at(low)),
                high: ranks.and_then(|(_, high)| at(high)),
            }
        };
        quantiles.iter().map(of).collect()
    };
    let n = if survival { ended + durations.open.len() } else { ended };
    Moments::Quantiles { n: n as u64, ended: ended as u64, values }
}
