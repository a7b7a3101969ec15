//! Gates: what must hold whatever the total.

use catalogue::answer::Quality;
use catalogue::metric::{Direction, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::definition::{Gate, Limit};
use crate::words;

/// A gate with its figure.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CardGate {
    /// Identifier, unique among the gates of the card.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Metric id.
    pub metric: String,
    /// Id of the KPI on the card whose figure it is; null where it is none's.
    pub kpi: Option<String>,
    /// Whether it holds.
    pub status: GateStatus,
    /// The figure; null where there is none, and where it is of too few to be shown.
    pub value: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Sample size.
    pub n: u64,
    /// The number it must not be beyond.
    pub limit: f64,
    /// Whether less or more than the limit is red.
    pub bound: Bound,
    /// Unit of figure and limit.
    pub unit: Unit,
    /// How it stands, without a full stop.
    pub sentence: String,
}

/// Whether a gate holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateStatus {
    /// It does not.
    Red,
    /// It does.
    Green,
    /// There is no figure to tell by.
    Unknown,
}

impl GateStatus {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            GateStatus::Red => "red",
            GateStatus::Green => "green",
            GateStatus::Unknown => "unknown",
        }
    }
}

/// Which side of a limit is red.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// More than the limit.
    AtMost,
    /// Less than the limit.
    AtLeast,
}

impl Bound {
    /// The words before a limit.
    pub fn words(self) -> &'static str {
        match self {
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        }
    }
}

/// The figure of a gate as an answer gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) value: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) n: u64,
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    pub(crate) quality: Quality,
    /// False for a full count, which has no margin.
    pub(crate) sampled: bool,
}

impl Figure {
    /// Of a gate that cannot be asked.
    pub(crate) const NONE: Figure = Figure {
        value: None,
        low: None,
        high: None,
        n: 0,
        numerator: None,
        denominator: None,
        quality: Quality::NoData,
        sampled: false,
    };

    /// How many of how many, of a share that is not shown because chance rules so few; not of what is withheld because it
    /// would tell of people.
    fn few(&self, unit: Unit) -> Option<(f64, f64)> {
        let is_share = self.quality == Quality::Suppressed && unit == Unit::Percent;
        self.numerator.zip(self.denominator).filter(|(_, of)| is_share && *of > 0.0)
    }
}

/// Which side of which number is red at `gate`, and the baseline that the number was reckoned from.
pub(crate) fn bound(gate: &Gate) -> (Bound, f64, Option<f64>) {
    match gate.limit {
        Limit::AtMost(limit) => (Bound::AtMost, limit, None),
        Limit::AtLeast(limit) => (Bound::AtLeast, limit, None),
        Limit::NoWorseThanBaselineBy { by, baseline } => match gate.direction {
            Direction::Down => (Bound::AtMost, baseline + by, Some(baseline)),
            _ => (Bound::AtLeast, baseline - by, Some(baseline)),
        },
    }
}

/// How `gate` stands at `figure`; `reason` says why there is none.
///
/// A limit that was written is one on the figure itself, whatever its margin. One against a baseline is about a change
/// for the worse, and that has to be told from chance: it is red only where the whole interval is beyond it. A full
/// count has no chance in it; a sampled figure without an interval, beyond the limit, is unknown. As a written limit leaves
/// nothing to chance, it holds of a share of too few to be shown as well: three failures of five are three failures.
pub(crate) fn judge(gate: &Gate, figure: Figure, reason: Option<&str>) -> CardGate {
    let (bound, limit, from_baseline) = bound(gate);
    let hidden = matches!(figure.quality, Quality::NoData | Quality::Withheld | Quality::Suppressed);
    let value = figure.value.filter(|value| !hidden && value.is_finite());
    let slack = 1e-9 * limit.abs().max(1.0);
    let is_beyond = |number: f64| match bound {
        Bound::AtMost => number > limit + slack,
        Bound::AtLeast => number < limit - slack,
    };
    // the end that would be the last to be beyond
    let nearer = match bound {
        Bound::AtMost => figure.low,
        Bound::AtLeast => figure.high,
    };
    let few = figure.few(gate.unit).filter(|_| from_baseline.is_none());
    let status = match (value, from_baseline) {
        (None, _) => match few {
            Some((part, of)) if is_beyond(100.0 * part / of) => GateStatus::Red,
            Some(_) => GateStatus::Green,
            None => GateStatus::Unknown,
        },
        (Some(value), _) if !is_beyond(value) => GateStatus::Green,
        (Some(_), None) => GateStatus::Red,
        (Some(_), Some(_)) if !figure.sampled => GateStatus::Red,
        (Some(_), Some(_)) => match nearer {
            Some(end) if is_beyond(end) => GateStatus::Red,
            Some(_) => GateStatus::Green,
            None => GateStatus::Unknown,
        },
    };
    let shown = |number: f64| words::figure(Some(number), gate.unit);
    let bound_words = bound.words();
    let stands = match (value, few) {
        (Some(value), _) => shown(value),
        (None, Some((part, of))) => format!("{part} of {of}"),
        (None, None) => "unknown".to_owned(),
    };
    let mut sentence = format!("{}: {stands}, {bound_words} {}", gate.name, shown(limit));
    if let Some(baseline) = from_baseline {
        sentence.push_str(&format!(" (the baseline was {})", shown(baseline)));
    }
    match (status, value) {
        (GateStatus::Green, Some(value)) if is_beyond(value) => {
            sentence.push_str(", which is within its margin");
        }
        (GateStatus::Unknown, Some(_)) => sentence.push_str(", without a margin to tell by"),
        (GateStatus::Unknown, None) => {
            sentence.push_str(", ");
            sentence.push_str(reason.unwrap_or(match figure.quality {
                Quality::Withheld => "being about too few people",
                Quality::Suppressed => "being of too few",
                _ => "without data",
            }));
        }
        _ => {}
    }
    CardGate {
        id: gate.id.clone(),
        name: gate.name.clone(),
        metric: gate.metric.clone(),
        kpi: gate.kpi.clone(),
        status,
        value,
        low: figure.low.filter(|_| value.is_some()),
        high: figure.high.filter(|_| value.is_some()),
        n: figure.n,
        limit,
        bound,
        unit: gate.unit,
        sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use GateStatus::{Green, Red, Unknown};

    fn gate(unit: Unit, direction: Direction, limit: Limit) -> Gate {
        let definition = crate::fixture::definition(crate::COMPANY.1);
        let kpi = &definition.kpis[0];
        Gate {
            id: "g".to_owned(),
            name: "Gate".to_owned(),
            kpi: None,
            metric: kpi.metric.clone(),
            variant: None,
            parameters: kpi.parameters.clone(),
            filter: None,
            statistic: kpi.statistic.clone(),
            unit,
            direction,
            limit,
            span: 0..0,
        }
    }

    fn check(gate: &Gate, value: Option<f64>, ends: Option<(f64, f64)>, expected: GateStatus, sentence: &str) {
        let figure = Figure {
            value,
            low: ends.map(|ends| ends.0),
            high: ends.map(|ends| ends.1),
            n: 500,
            numerator: None,
            denominator: None,
            quality: if value.is_some() { Quality::Ok } else { Quality::NoData },
            sampled: gate.unit != Unit::Count,
        };
        let found = judge(gate, figure, None);
        assert_eq!((found.status, found.sentence.as_str()), (expected, sentence));
    }

    #[test]
    fn limits_that_are_written() {
        let breaches = gate(Unit::Count, Direction::Down, Limit::AtMost(0.0));
        check(&breaches, Some(0.0), None, Green, "Gate: 0, at most 0");
        check(&breaches, Some(1.0), None, Red, "Gate: 1, at most 0");
        check(&breaches, None, None, Unknown, "Gate: unknown, at most 0, without data");
        // whatever the margin
        let rate = gate(Unit::Percent, Direction::Up, Limit::AtLeast(98.0));
        check(&rate, Some(97.5), Some((96.0, 98.6)), Red, "Gate: 97.5 %, at least 98.0 %");
        check(&rate, Some(98.0), Some((96.0, 98.6)), Green, "Gate: 98.0 %, at least 98.0 %");
    }

    #[test]
    fn a_limit_against_the_baseline_must_be_missed_beyond_chance() {
        // 70 less 2 is 68
        let up = gate(Unit::Percent, Direction::Up, Limit::NoWorseThanBaselineBy { by: 2.0, baseline: 70.0 });
        let said = |value: &str, more: &str| format!("Gate: {value}, at least 68.0 % (the baseline was 70.0 %){more}");
        check(&up, Some(69.0), Some((66.0, 72.0)), Green, &said("69.0 %", ""));
        check(&up, Some(66.0), Some((63.5, 68.5)), Green, &said("66.0 %", ", which is within its margin"));
        check(&up, Some(66.0), Some((64.5, 67.5)), Red, &said("66.0 %", ""));
        // an interval that ends at the limit includes it
        check(&up, Some(66.0), Some((64.0, 68.0)), Green, &said("66.0 %", ", which is within its margin"));
        check(&up, Some(66.0), None, Unknown, &said("66.0 %", ", without a margin to tell by"));
        // less is better, and a full count has no margin: 40 and 5 are 45
        let down = gate(Unit::Count, Direction::Down, Limit::NoWorseThanBaselineBy { by: 5.0, baseline: 40.0 });
        check(&down, Some(45.0), None, Green, "Gate: 45, at most 45 (the baseline was 40)");
        check(&down, Some(46.0), None, Red, "Gate: 46, at most 45 (the baseline was 40)");
    }

    #[test]
    fn a_written_limit_holds_of_few_as_well() {
        let check = |gate: &Gate, quality: Quality, few: Option<(f64, f64)>, expected: GateStatus, sentence: &str| {
            let (numerator, denominator) = few.unzip();
            let found = judge(gate, Figure { n: 5, numerator, denominator, quality, ..Figure::NONE }, None);
            assert_eq!((found.status, found.value, found.sentence.as_str()), (expected, None, sentence));
        };
        let rate = gate(Unit::Percent, Direction::Up, Limit::AtLeast(98.0));
        check(&rate, Quality::Suppressed, Some((2.0, 5.0)), Red, "Gate: 2 of 5, at least 98.0 %");
        check(&rate, Quality::Suppressed, Some((5.0, 5.0)), Green, "Gate: 5 of 5, at least 98.0 %");
        let escalated = gate(Unit::Percent, Direction::Down, Limit::AtMost(20.0));
        check(&escalated, Quality::Suppressed, Some((1.0, 5.0)), Green, "Gate: 1 of 5, at most 20.0 %");
        check(&escalated, Quality::Suppressed, Some((2.0, 5.0)), Red, "Gate: 2 of 5, at most 20.0 %");
        // what would tell of people is told to nobody
        let withheld = "Gate: unknown, at least 98.0 %, being about too few people";
        check(&rate, Quality::Withheld, Some((2.0, 5.0)), Unknown, withheld);
        // a median has no parts, and a change for the worse has to be told from chance
        let few = "being of too few";
        check(&rate, Quality::Suppressed, None, Unknown, &format!("Gate: unknown, at least 98.0 %, {few}"));
        let wait = gate(Unit::Seconds, Direction::Down, Limit::AtMost(60.0));
        check(&wait, Quality::Suppressed, Some((900.0, 5.0)), Unknown, &format!("Gate: unknown, at most 1 m, {few}"));
        let change = gate(Unit::Percent, Direction::Up, Limit::NoWorseThanBaselineBy { by: 2.0, baseline: 70.0 });
        let said = format!("Gate: unknown, at least 68.0 % (the baseline was 70.0 %), {few}");
        check(&change, Quality::Suppressed, Some((2.0, 5.0)), Unknown, &said);
    }

    #[test]
    fn why_it_is_unknown() {
        let gate = gate(Unit::Percent, Direction::Up, Limit::AtLeast(98.0));
        let said = |quality: Quality, reason: Option<&str>| {
            judge(&gate, Figure { value: Some(99.0), quality, ..Figure::NONE }, reason).sentence
        };
        assert_eq!(said(Quality::Suppressed, None), "Gate: unknown, at least 98.0 %, being of too few");
        assert_eq!(said(Quality::Withheld, None), "Gate: unknown, at least 98.0 %, being about too few people");
        assert_eq!(said(Quality::NoData, Some("not cut by team")), "Gate: unknown, at least 98.0 %, not cut by team");
    }
}
