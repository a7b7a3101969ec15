//! What a KPI was to reach before, as far as the journal tells.

use catalogue::metric::Direction;
use jiff::ToSpan;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use serde_json::Value;

use super::closing::Figure;
use super::state::{Closing, State};
use super::subject::Subject;
use crate::definition::{Goal, Kpi};
use crate::lint::TargetChange;

/// What a target asks for, and by when.
#[derive(Clone, Debug, PartialEq)]
struct Aim {
    goal: Goal,
    deadline: Option<Date>,
    set_on: Option<Date>,
}

impl Aim {
    /// From a target as a file or a closed card has it; none where it has no number.
    fn read(target: &Value, direction: Direction) -> Option<Aim> {
        let number = |key: &str| target.get(key)?.as_f64();
        let date = |key: &str| target.get(key)?.as_str()?.parse::<Date>().ok();
        let goal = match (number("low"), number("high"), direction) {
            (Some(low), Some(high), _) => Goal::Between { low, high },
            (_, _, Direction::Down) => Goal::AtMost(number("value")?),
            _ => Goal::AtLeast(number("value")?),
        };
        Some(Aim { goal, deadline: date("deadline"), set_on: date("set_on") })
    }

    /// Whether it asks for the same, whenever it was set.
    fn asks_as(&self, other: &Aim) -> bool {
        (self.goal, self.deadline) == (other.goal, other.deadline)
    }
}

/// An aim for as long as the journal has nothing else.
struct Held {
    aim: Aim,
    first: Date,
    last: Date,
}

/// The targets of `kpi` of `card` that gave way to the one it has: of those that were signed, changed or held against a
/// period that was closed. A result can be held against a target once a period that ends after it was set is closed, or
/// the KPI was due.
pub fn replaced(state: &State, card: &str, kpi: &Kpi, organisation: &Organisation, today: Date) -> Vec<TargetChange> {
    let Some(target) = &kpi.target else { return Vec::new() };
    let now = Aim { goal: target.goal, deadline: target.deadline, set_on: target.set_on };
    let history = state.history(&Subject::target(card, &kpi.id));
    let said = history.map_or(&[][..], |history| history.said.as_slice()).iter().filter_map(|(at, text)| {
        let text: Value = serde_json::from_str(text).ok()?;
        Some((*at, Aim::read(&text, kpi.direction)?))
    });
    let is_it = |figure: &&Figure| figure.kpi == kpi.id && figure.metric == kpi.metric;
    let closes = state.every_close(card);
    let figures: Vec<(&Closing, &Figure)> =
        closes.filter_map(|closing| Some((closing, closing.closed.figures.iter().find(is_it)?))).collect();
    let held_then = figures
        .iter()
        .filter_map(|(closing, figure)| Some((closing.at, Aim::read(figure.target.as_ref()?, kpi.direction)?)));
    let mut all: Vec<(Instant, Aim)> = said.chain(held_then).collect();
    all.sort_by_key(|(at, _)| *at);
    let mut held: Vec<Held> = Vec::new();
    for (at, aim) in all {
        let day = organisation.date_of(at);
        match held.last_mut().filter(|last| last.aim.asks_as(&aim)) {
            Some(last) => last.last = day,
            None => held.push(Held { aim, first: day, last: day }),
        }
    }
    let results: Vec<(Date, Date)> = figures
        .iter()
        .filter(|(_, figure)| figure.value.is_some())
        .map(|(closing, _)| (closing.closed.to, organisation.date_of(closing.at)))
        .collect();
    let change = |(place, old): (usize, &Held)| {
        if old.aim.asks_as(&now) {
            return None;
        }
        // the day the new one names, where it may be: else the day it was recorded
        let next = held.get(place + 1);
        let (set_on, until) = next.map_or((now.set_on, today), |next| (next.aim.set_on, next.first));
        let named = set_on.filter(|day| old.last <= *day && *day <= until);
        let before = place.checked_sub(1).and_then(|place| held.get(place));
        let may_begin = |day: &Date| *day <= old.first && before.is_none_or(|before| before.last <= *day);
        let began = old.aim.set_on.filter(may_begin).unwrap_or(old.first);
        let due = began.saturating_add(kpi.cadence.days().days());
        let closed = results.iter().filter(|(to, _)| *to > began).map(|(_, on)| *on).min();
        Some(TargetChange {
            was: old.aim.goal,
            deadline: old.aim.deadline,
            first_result: closed.map_or(due, |closed| closed.min(due)),
            on: named.or(next.map(|next| next.first)),
        })
    };
    held.iter().enumerate().filter_map(change).collect()
}
