//! What changed: which changes are worth a sentence, and the sentence.

use catalogue::metric::{Direction, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::card::Card;
use crate::words;

/// Most changes a card tells of.
const CHANGES_MAX: usize = 3;

/// One notable change.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ScorecardChange {
    /// Id of the KPI on the card.
    pub kpi: String,
    /// Its name.
    pub name: String,
    /// Which statistic of its metric.
    pub statistic: String,
    /// Unit of the change.
    pub unit: Unit,
    /// Value now minus value then (percentage points for percent).
    pub change: f64,
    /// Whether it is for the better; null where neither way is.
    pub better: Option<bool>,
    /// A sentence without its full stop.
    pub text: String,
}

/// Whether a change is for the better: its sign by the direction of the metric. None where the change is unknown or
/// nothing, where neither way is better, where its 95 % confidence interval (`ends`) includes 0, its own ends
/// included, and where the figures are `sampled` and have no interval for the change.
///
/// ```
/// use catalogue::metric::Direction;
/// use scorecard::better;
/// assert_eq!(better(Some(1.2), (Some(0.3), Some(2.1)), true, Direction::Up), Some(true));
/// assert_eq!(better(Some(1.2), (Some(-0.3), Some(2.7)), true, Direction::Up), None);
/// assert_eq!(better(Some(47.0), (None, None), false, Direction::Down), Some(false));
/// ```
pub fn better(
    change: Option<f64>,
    ends: (Option<f64>, Option<f64>),
    sampled: bool,
    direction: Direction,
) -> Option<bool> {
    let change = change.filter(|change| is_clear(*change, ends, sampled))?;
    match direction {
        Direction::Up => Some(change > 0.0),
        Direction::Down => Some(change < 0.0),
        Direction::Range => None,
    }
}

/// Whether a change can be told from none.
fn is_clear(change: f64, ends: (Option<f64>, Option<f64>), sampled: bool) -> bool {
    let is_something = change.is_finite() && change.abs() > 1e-9;
    match ends {
        (Some(low), Some(high)) => is_something && !(low <= 0.0 && 0.0 <= high),
        _ => is_something && !sampled,
    }
}

/// Which way the change of a figure goes, in words; nothing where there is none, and of a clear one where neither way is
/// better.
pub(crate) fn verdict(card: &Card) -> &'static str {
    let Some((change, by)) = card.change.as_ref().and_then(|change| Some((change, change.value?))) else { return "" };
    let has_margin = card.sampled || change.low.is_some();
    match card.direction {
        Direction::Range if has_margin && !is_clear(by, (change.low, change.high), card.sampled) => UNCLEAR,
        direction => words::verdict(change.better, direction),
    }
}

/// That a change cannot be told from none.
const UNCLEAR: &str = "unclear";

/// The changes worth a sentence, the clearest first; equally clear ones by weight, then as on the card.
pub(crate) fn notable(cards: &[Card]) -> Vec<ScorecardChange> {
    let mut found: Vec<(f64, &Card, f64)> = cards
        .iter()
        .filter_map(|card| {
            clearness(card).filter(|(clearness, _)| *clearness >= 1.0).map(|(clearness, by)| (clearness, card, by))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.weight.total_cmp(&a.1.weight)));
    found.into_iter().take(CHANGES_MAX).map(|(_, card, by)| sentence(card, by)).collect()
}

/// How clear a change is, on one scale that begins at 1 for all, and the change.
///
/// Where the figures are sampled: its size ÷ half the width of its 95 % confidence interval, where that excludes 0. A
/// full count has no interval, and hardly ever stays exactly the same: its change is measured by a twentieth of the
/// earlier figure, of counts at least by 1.96 √count, the ordinary to and fro of so many events.
fn clearness(card: &Card) -> Option<(f64, f64)> {
    let change = card.change.as_ref()?;
    let (by, previous) = (change.value?, change.previous?);
    if !is_clear(by, (change.low, change.high), card.sampled) {
        return None;
    }
    let unit_size = match change.low.zip(change.high) {
        Some((low, high)) => (high - low) / 2.0,
        None => {
            let noise = match card.unit {
                Unit::Count => 1.96 * previous.abs().max(1.0).sqrt(),
                // how many there are of an amount of money is not known
                Unit::Currency => 0.01,
                Unit::Percent | Unit::Points | Unit::Seconds => 1.0,
                Unit::Score => 0.1,
            };
            (previous.abs() / 20.0).max(noise)
        }
    };
    // An interval may be lopsided, so that a clear change is less than half its width.
    let clearness = if change.low.is_some() { (by.abs() / unit_size).max(1.0) } else { by.abs() / unit_size };
    Some((clearness, by))
}

/// `First response time fell by 36 m to 3 h 31 m, better`.
fn sentence(card: &Card, by: f64) -> ScorecardChange {
    let change = card.change.as_ref();
    let better = change.and_then(|change| change.better);
    let previous = change.and_then(|change| change.previous);
    let size = words::change(by, card.unit, previous);
    // The verb says which way; the relative size in brackets keeps its sign.
    let size = size.strip_prefix(['+', '−']).unwrap_or(&size);
    let verb = if by > 0.0 { "rose" } else { "fell" };
    let mut text =
        format!("{} {verb} by {size} to {}", card.name, words::beside(card.value, card.goal().as_ref(), card.unit));
    if better.is_some() {
        text.push_str(", ");
        text.push_str(words::verdict(better, card.direction));
    }
    ScorecardChange {
        kpi: card.id.clone(),
        name: card.name.clone(),
        statistic: card.statistic.clone(),
        unit: card.unit,
        change: by,
        better,
        text,
    }
}

#[cfg(test)]
mod tests {
    use catalogue::answer::Quality;
    use catalogue::metric::Status as DefinitionStatus;

    use super::*;
    use crate::card::CardChange;
    use crate::definition::{Cadence, Role};
    use crate::status::Status;

    #[test]
    fn better_and_worse() {
        use Direction::{Down, Range, Up};
        let check =
            |change: Option<f64>, ends: (Option<f64>, Option<f64>), sampled: bool, expected: [Option<bool>; 3]| {
                let found = [Up, Down, Range].map(|direction| better(change, ends, sampled, direction));
                assert_eq!(found, expected, "{change:?} {ends:?} {sampled}");
            };
        let ends = |low: f64, high: f64| (Some(low), Some(high));
        let open = (None, None);
        let rise = [Some(true), Some(false), None];
        let fall = [Some(false), Some(true), None];
        let unclear = [None; 3];
        check(Some(2.0), ends(1.0, 3.0), true, rise);
        check(Some(-2.0), ends(-3.0, -1.0), true, fall);
        check(Some(2.0), ends(-0.1, 4.0), true, unclear);
        check(Some(-2.0), ends(-4.0, 0.1), true, unclear);
        // ends that touch 0
        check(Some(2.0), ends(0.0, 4.0), true, unclear);
        check(Some(-2.0), ends(-4.0, 0.0), true, unclear);
        // a full count has no interval, a sampled figure without one is unclear
        check(Some(2.0), open, false, rise);
        check(Some(-2.0), open, false, fall);
        check(Some(2.0), open, true, unclear);
        check(Some(2.0), (Some(1.0), None), true, unclear);
        check(Some(0.0), open, false, unclear);
        check(None, open, false, unclear);
    }

    fn card(id: &str, unit: Unit, direction: Direction, value: f64, by: f64, ends: Option<(f64, f64)>) -> Card {
        let (low, high) = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
        let sampled = ends.is_some();
        Card {
            id: id.to_owned(),
            metric: id.to_owned(),
            name: id.to_owned(),
            variant: None,
            statistic: "s".to_owned(),
            unit,
            direction,
            perspective: "p".to_owned(),
            weight: 0.1,
            value: Some(value),
            n: 100,
            numerator: None,
            denominator: None,
            low: None,
            high: None,
            margin: None,
            sampled,
            quality: Quality::Ok,
            status: Status::NoData,
            target: None,
            change: Some(CardChange {
                value: Some(by),
                previous: Some(value - by),
                low,
                high,
                better: better(Some(by), (low, high), sampled, direction),
            }),
            definition_status: DefinitionStatus::Draft,
            trend: Vec::new(),
            approval: None,
            restated: None,
            reason: None,
            role: Role::Primary,
            factor: None,
            also: Vec::new(),
            operational: Vec::new(),
            cadence: Cadence::Monthly,
            serves: None,
            why: None,
            score: None,
            projection: None,
            not_projected: None,
        }
    }

    #[test]
    fn a_change_within_its_margin_is_unclear_whichever_way_is_better() {
        let check = |direction, by: f64, ends: Option<(f64, f64)>, expected: &str| {
            assert_eq!(
                verdict(&card("AHT", Unit::Seconds, direction, 293.3, by, ends)),
                expected,
                "{direction:?} {by}"
            );
        };
        use Direction::{Down, Range, Up};
        // 293.3 ± 12.0 against 303.3 ± 12.0: 10 s less, give or take 17
        let within = Some((-27.0, 7.0));
        for direction in [Up, Down, Range] {
            check(direction, -10.0, within, "unclear");
        }
        let beyond = Some((-40.0, -6.0));
        check(Up, -23.0, beyond, "worse");
        check(Down, -23.0, beyond, "better");
        check(Range, -23.0, beyond, "");
        // a full count has no margin to be within
        check(Range, -23.0, None, "");
        check(Range, 0.0, None, "");
        let mut alone = card("AHT", Unit::Seconds, Range, 293.3, 0.0, None);
        alone.change = None;
        assert_eq!(verdict(&alone), "");
    }

    #[test]
    fn sentences() {
        let check = |card: Card, expected: &[&str]| {
            let found: Vec<String> = notable(&[card]).into_iter().map(|change| change.text).collect();
            assert_eq!(found, expected);
        };
        use Direction::{Down, Range, Up};
        check(card("CSAT", Unit::Percent, Up, 86.4, 1.2, Some((0.4, 2.0))), &["CSAT rose by 1.2 pp to 86.4 %, better"]);
        check(card("CSAT", Unit::Percent, Up, 86.4, 1.2, Some((-0.4, 2.8))), &[]);
        check(
            card("FRT", Unit::Seconds, Down, 12_660.0, -2160.0, Some((-2500.0, -1800.0))),
            &["FRT fell by 36 m to 3 h 31 m, better"],
        );
        check(card("NPS", Unit::Points, Up, 39.84, -4.2, Some((-7.0, -1.0))), &["NPS fell by 4.2 pt to 39.8, worse"]);
        check(card("Load", Unit::Percent, Range, 80.0, 5.0, Some((4.0, 6.0))), &["Load rose by 5.0 pp to 80.0 %"]);
        // of a full count, 47 more than 1,388 is the usual to and fro; 184 more than 1,251 is not
        check(card("Open", Unit::Count, Down, 1435.0, 47.0, None), &[]);
        check(card("Open", Unit::Count, Down, 1435.0, 184.0, None), &["Open rose by 184 (+14.7 %) to 1,435, worse"]);
        check(card("Open", Unit::Count, Down, 3.0, 1.0, None), &[]);
        check(card("Open", Unit::Count, Down, 3.0, 3.0, None), &["Open rose by 3 to 3, worse"]);
        // a lopsided interval that excludes 0 is clear, however wide its far side
        check(
            card("FRT", Unit::Seconds, Down, 100.0, 20.0, Some((1.0, 90.0))),
            &["FRT rose by 20 s to 1 m 40 s, worse"],
        );
    }

    #[test]
    fn the_three_clearest_are_told() {
        let cards = [
            card("slight", Unit::Percent, Direction::Up, 80.0, 1.0, Some((0.1, 1.9))),
            card("clear", Unit::Percent, Direction::Up, 80.0, -9.0, Some((-10.0, -8.0))),
            card("unclear", Unit::Percent, Direction::Up, 80.0, 9.0, Some((-1.0, 19.0))),
            card("doubled", Unit::Count, Direction::Down, 2000.0, 1000.0, None),
            card("fair", Unit::Percent, Direction::Up, 80.0, 3.0, Some((2.0, 4.0))),
        ];
        let found: Vec<String> = notable(&cards).into_iter().map(|change| change.kpi).collect();
        assert_eq!(found, ["doubled", "clear", "fair"]);
    }
}
