//! Scores: how far a KPI has come from its baseline to its target, and what that makes of the card.

use serde::Serialize;
use utoipa::ToSchema;

use crate::card::Card;
use crate::definition::{Definition, Goal, Perspective, Target};
use crate::gate::{CardGate, GateStatus};

/// The score at the target.
const REACHED: f64 = 100.0;
/// The highest score, that of the stretch.
const MOST: f64 = 120.0;
/// What a red gate or a perspective below its floor caps the total at.
pub const CAP: f64 = 60.0;
/// The share of the weight that must have a score for the rest to speak for it.
const ENOUGH: f64 = 0.5;
/// Sums of weights and scores closer than this are the same.
const DUST: f64 = 1e-9;

/// The score of `value`, 0–120; of a target that is no band none without a baseline.
///
/// At the baseline or worse it is 0, at the target 100, at the stretch 120 or whatever is better, in straight lines
/// between. Without a stretch the line from baseline to target goes on to 120.
///
/// Inside a band it is 100, and falls outside in a straight line to 0: at the distance that the baseline has from the
/// band, or where there is none outside of it, as of a KPI that was in its band when that was set, where the tolerance
/// ends. Without a tolerance either there is no way between in the band and out of it.
///
/// ```
/// use scorecard::{Goal, Target, score};
/// let target = Target { baseline: Some(70.0), stretch: Some(90.0), ..Target::of(Goal::AtLeast(80.0)) };
/// assert_eq!(score(77.5, &target), Some(75.0));
/// assert_eq!(score(85.0, &target), Some(110.0));
/// ```
pub fn score(value: f64, target: &Target) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    let short = target.goal.shortfall(value);
    let from_baseline = target.baseline.map(|baseline| target.goal.shortfall(baseline)).filter(|to_go| *to_go > 0.0);
    let to_go = match target.goal {
        Goal::Between { .. } => from_baseline.unwrap_or(target.tolerance),
        Goal::AtLeast(_) | Goal::AtMost(_) => from_baseline?,
    };
    let on_the_way = match to_go > 0.0 {
        true => REACHED * (1.0 - short / to_go),
        // a band without a way
        false if short > 0.0 => 0.0,
        false => REACHED,
    };
    let score = match (target.goal, target.stretch) {
        (Goal::Between { .. }, _) => on_the_way.min(REACHED),
        (_, Some(stretch)) if short < 0.0 => {
            let beyond = -target.goal.shortfall(stretch);
            REACHED + (MOST - REACHED) * (-short / beyond)
        }
        _ => on_the_way,
    };
    Some(score.clamp(0.0, MOST))
}

/// The card as one number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Total {
    /// The mean of the KPIs' scores by weight, 0–120, capped where there are caps; null where less than half of the
    /// weight has a score.
    pub score: Option<f64>,
    /// What it would be without caps.
    pub uncapped: Option<f64>,
    /// The share of the card's weight that has a score, 0–1; the total says nothing about the rest.
    pub scored_weight: f64,
    /// What caps it, gates first.
    pub caps: Vec<Cap>,
}

/// A reason why the total is no more than 60.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Cap {
    /// A red gate, or a perspective below its floor.
    pub kind: CapKind,
    /// Id of the gate or perspective.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The most the total can be.
    pub at: f64,
}

/// What caps a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapKind {
    /// A gate that is red.
    Gate,
    /// A perspective below its floor.
    Floor,
}

/// A perspective as one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerspectiveScore {
    /// The mean of its KPIs' scores by weight; none where less than half of its weight has a score.
    pub score: Option<f64>,
    /// The share of its weight that has a score, 0–1.
    pub scored_weight: f64,
}

/// The scores of the perspectives of `definition`, in their order.
pub(crate) fn perspectives(definition: &Definition, cards: &[Card]) -> Vec<PerspectiveScore> {
    let of = |perspective: &Perspective| {
        let own = cards.iter().filter(|card| card.perspective == perspective.id);
        let (score, scored_weight) = mean(own.map(|card| (card.weight, card.score)));
        PerspectiveScore { score, scored_weight }
    };
    definition.perspectives.iter().map(of).collect()
}

/// The total of a card.
pub(crate) fn total(
    definition: &Definition,
    cards: &[Card],
    perspectives: &[PerspectiveScore],
    gates: &[CardGate],
) -> Total {
    let red = gates.iter().filter(|gate| gate.status == GateStatus::Red);
    let red = red.map(|gate| Cap { kind: CapKind::Gate, id: gate.id.clone(), name: gate.name.clone(), at: CAP });
    let below = definition.perspectives.iter().zip(perspectives);
    let below = below.filter(|(one, found)| found.score.is_some_and(|score| score < one.floor - DUST));
    let below = below.map(|(one, _)| Cap { kind: CapKind::Floor, id: one.id.clone(), name: one.name.clone(), at: CAP });
    let caps: Vec<Cap> = red.chain(below).collect();
    let (uncapped, scored_weight) = mean(cards.iter().map(|card| (card.weight, card.score)));
    let most = caps.iter().map(|cap| cap.at).fold(f64::INFINITY, f64::min);
    Total { score: uncapped.map(|score| score.min(most)), uncapped, scored_weight, caps }
}

/// The mean of scores by their weights, over those that there are, and the share of the weight that these have. None
/// where it is less than half.
fn mean(scores: impl Iterator<Item = (f64, Option<f64>)>) -> (Option<f64>, f64) {
    let (mut all, mut scored, mut sum) = (0.0, 0.0, 0.0);
    for (weight, score) in scores {
        all += weight;
        if let Some(score) = score {
            scored += weight;
            sum += weight * score;
        }
    }
    if all <= DUST {
        return (None, 0.0);
    }
    // a share without the dust of binary fractions: .1 + .2 of .3 is all of it
    let share = (scored / all * 1e9).round() / 1e9;
    ((share >= ENOUGH && scored > DUST).then(|| sum / scored), share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{kpi_card, target};
    use Goal::{AtLeast, AtMost, Between};

    #[test]
    fn scores_of_kpis() {
        let check = |goal: Goal, baseline: Option<f64>, stretch: Option<f64>, value: f64, expected: Option<f64>| {
            let target = Target { baseline, stretch, ..target(goal, 1.0) };
            let found = score(value, &target);
            let is_it = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                (found, expected) => found == expected,
            };
            assert!(is_it, "{value} against {target:?}: {found:?}, not {expected:?}");
        };
        // 70 → 80, stretch 90. 77.5 is 7.5 of 10 on the way; 85 is half of the way to the stretch, which is worth 20
        let up = |value: f64, expected: f64| check(AtLeast(80.0), Some(70.0), Some(90.0), value, Some(expected));
        up(60.0, 0.0);
        up(70.0, 0.0);
        up(77.5, 75.0);
        up(80.0, 100.0);
        up(85.0, 110.0);
        up(90.0, 120.0);
        up(99.0, 120.0);
        // less is better: 10,800 s → 7,200 s, stretch 3,600 s. 6,000 s is 1,200 of 3,600 beyond: 100 + 20 ÷ 3
        let down =
            |value: f64, expected: f64| check(AtMost(7200.0), Some(10_800.0), Some(3600.0), value, Some(expected));
        down(12_000.0, 0.0);
        down(9000.0, 50.0);
        down(6000.0, 100.0 + 20.0 / 3.0);
        down(1800.0, 120.0);
        // without a stretch the line goes on: 10 points of way are worth 100, so 1 more is worth 10, and 2 all there is
        let open = |value: f64, expected: f64| check(AtLeast(80.0), Some(70.0), None, value, Some(expected));
        open(81.0, 110.0);
        open(82.0, 120.0);
        open(95.0, 120.0);
        // a band of 75–85 whose baseline of 95 is 10 outside: 88 is 3 outside, as is 72
        let band = |value: f64, expected: f64| {
            check(Between { low: 75.0, high: 85.0 }, Some(95.0), None, value, Some(expected))
        };
        band(80.0, 100.0);
        band(85.0, 100.0);
        band(88.0, 70.0);
        band(72.0, 70.0);
        band(95.0, 0.0);
        band(20.0, 0.0);
        // a band that was kept when it was set, of a tolerance of 4: 1 outside is a quarter of it, as is one on the other
        // side, and where the tolerance ends there is nothing left; a baseline inside says as little as none
        let kept = |baseline: Option<f64>, tolerance: f64, value: f64, expected: f64| {
            let target = Target { baseline, ..crate::fixture::target(Between { low: 75.0, high: 85.0 }, tolerance) };
            assert_eq!(score(value, &target), Some(expected), "{value} {target:?}");
        };
        for baseline in [None, Some(80.0)] {
            kept(baseline, 4.0, 75.0, 100.0);
            kept(baseline, 4.0, 80.0, 100.0);
            kept(baseline, 4.0, 86.0, 75.0);
            kept(baseline, 4.0, 72.0, 25.0);
            kept(baseline, 4.0, 89.0, 0.0);
            kept(baseline, 4.0, 60.0, 0.0);
            kept(baseline, 0.0, 85.0, 100.0);
            kept(baseline, 0.0, 85.1, 0.0);
        }
        // a baseline outside says how far the way is, whatever is tolerated
        kept(Some(95.0), 4.0, 88.0, 70.0);
        // nothing to measure the way by
        check(AtLeast(80.0), None, Some(90.0), 85.0, None);
        check(AtLeast(80.0), Some(80.0), None, 85.0, None);
        check(AtLeast(80.0), Some(70.0), None, f64::NAN, None);
    }

    const CARD: &str = r#"title = "Card"
value_proposition = "v"
[[perspective]]
id = "a"
name = "A"
[[perspective]]
id = "b"
name = "B"
floor = 50
[[kpi]]
id = "one"
metric = "csat_t2b"
name = "One"
perspective = "a"
weight = 0.4
[[kpi]]
id = "two"
metric = "nps"
name = "Two"
perspective = "a"
weight = 0.2
[[kpi]]
id = "three"
metric = "fcr"
name = "Three"
perspective = "b"
weight = 0.4
"#;

    /// The total and the scores of A and B, of the scores of the three KPIs and the states of gates.
    fn rolled(scores: [Option<f64>; 3], gates: &[GateStatus]) -> (Total, [Option<f64>; 2]) {
        let definition = crate::fixture::definition(CARD);
        let cards: Vec<Card> =
            definition.kpis.iter().zip(scores).map(|(kpi, score)| Card { score, ..kpi_card(kpi) }).collect();
        let gates: Vec<CardGate> = gates.iter().map(|status| crate::fixture::gate(*status)).collect();
        let perspectives = perspectives(&definition, &cards);
        let total = total(&definition, &cards, &perspectives, &gates);
        (total, [perspectives[0].score, perspectives[1].score])
    }

    fn check(
        scores: [Option<f64>; 3],
        gates: &[GateStatus],
        expected: (Option<f64>, Option<f64>, f64, &[&str]),
        of_perspectives: [Option<f64>; 2],
    ) {
        let (total, found) = rolled(scores, gates);
        let near = |found: Option<f64>, expected: Option<f64>| match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
            (found, expected) => found == expected,
        };
        let (score, uncapped, scored_weight, caps) = expected;
        assert!(near(total.score, score) && near(total.uncapped, uncapped), "{total:?}");
        assert!((total.scored_weight - scored_weight).abs() < 1e-9, "{total:?}");
        assert_eq!(total.caps.iter().map(|cap| cap.name.as_str()).collect::<Vec<_>>(), caps);
        assert!(near(found[0], of_perspectives[0]) && near(found[1], of_perspectives[1]), "{found:?}");
    }

    #[test]
    fn totals_roll_up_by_weight() {
        use GateStatus::{Green, Red, Unknown};
        // .4 · 90 + .2 · 60 + .4 · 110 = 36 + 12 + 44 = 92; A: (36 + 12) ÷ .6 = 80
        let all = [Some(90.0), Some(60.0), Some(110.0)];
        check(all, &[], (Some(92.0), Some(92.0), 1.0, &[]), [Some(80.0), Some(110.0)]);
        // without Two: (36 + 44) ÷ .8 = 100; A has .4 of its .6, more than half
        check([Some(90.0), None, Some(110.0)], &[], (Some(100.0), Some(100.0), 0.8, &[]), [Some(90.0), Some(110.0)]);
        // Two alone is a third of A: no score of A. With Three: (12 + 44) ÷ .6 = 93 1/3
        check(
            [None, Some(60.0), Some(110.0)],
            &[],
            (Some(280.0 / 3.0), Some(280.0 / 3.0), 0.6, &[]),
            [None, Some(110.0)],
        );
        // .4 of the weight is less than half
        check([None, None, Some(110.0)], &[], (None, None, 0.4, &[]), [None, Some(110.0)]);
        check([None; 3], &[], (None, None, 0.0, &[]), [None, None]);
        // gates
        check(all, &[Green, Unknown], (Some(92.0), Some(92.0), 1.0, &[]), [Some(80.0), Some(110.0)]);
        check(all, &[Green, Red], (Some(60.0), Some(92.0), 1.0, &["Gate"]), [Some(80.0), Some(110.0)]);
        // a cap does not lift: .4 · 50 + .2 · 50 + .4 · 55 = 52
        check(
            [Some(50.0), Some(50.0), Some(55.0)],
            &[Red],
            (Some(52.0), Some(52.0), 1.0, &["Gate"]),
            [Some(50.0), Some(55.0)],
        );
        // a red gate is said without a total too
        check([None; 3], &[Red], (None, None, 0.0, &["Gate"]), [None, None]);
    }

    #[test]
    fn floors_cap_the_total() {
        // .4 · 110 + .2 · 110 + .4 · 49 = 66 + 19.6 = 85.6, but B is below its floor of 50
        check(
            [Some(110.0), Some(110.0), Some(49.0)],
            &[],
            (Some(60.0), Some(85.6), 1.0, &["B"]),
            [Some(110.0), Some(49.0)],
        );
        // at the floor it is not below
        check(
            [Some(110.0), Some(110.0), Some(50.0)],
            &[],
            (Some(86.0), Some(86.0), 1.0, &[]),
            [Some(110.0), Some(50.0)],
        );
        // the floor of A is the usual 40; gates come first
        check(
            [Some(39.0), Some(39.0), Some(120.0)],
            &[GateStatus::Red],
            (Some(60.0), Some(71.4), 1.0, &["Gate", "A"]),
            [Some(39.0), Some(120.0)],
        );
    }
}
