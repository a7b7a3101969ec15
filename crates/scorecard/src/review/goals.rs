//! What a KPI was to reach before, as far as the journal tells.

use catalogue::metric::Direction;
use jiff::ToSpan;
use jiff::civil::Date;
use model::Instant;
use model::calendar::Organisation;
use serde_json::Value;

use super::closing::{Closed, ClosedGate, Figure, GateMore, bound_name, is_close};
use super::state::{Closing, State};
use super::subject::Subject;
use crate::definition::{Gate, Goal, Kpi};
use crate::gate::{self, Bound};
use crate::lint::{Aim, GateChange, TargetChange};

/// From a target as a file or a closed card has it, what it asks for and when it was set; none where it has no number.
fn read(target: &Value, direction: Direction) -> Option<(Aim, Option<Date>)> {
    // a closed card may have it over other days than the month it is for
    let numbers = target.get("month").filter(|month| month.is_object()).unwrap_or(target);
    let number = |key: &str| numbers.get(key)?.as_f64();
    let date = |key: &str| target.get(key)?.as_str()?.parse::<Date>().ok();
    let goal = match (number("low"), number("high"), direction) {
        (Some(low), Some(high), _) => Goal::Between { low, high },
        (_, _, Direction::Down) => Goal::AtMost(number("value")?),
        _ => Goal::AtLeast(number("value")?),
    };
    let tolerance = number("tolerance").unwrap_or(0.0);
    Some((Aim { goal, deadline: date("deadline"), tolerance, baseline: number("baseline") }, date("set_on")))
}

/// An aim for as long as the journal has nothing else.
struct Held {
    aim: Aim,
    set_on: Option<Date>,
    first: Date,
    last: Date,
}

/// The targets of `kpi` of `card` that gave way to the one it has: of those that were signed, changed or held against a
/// period that was closed. A result can be held against a target once a period that ends after it was set is closed, or
/// the KPI was due.
pub fn replaced(state: &State, card: &str, kpi: &Kpi, organisation: &Organisation, today: Date) -> Vec<TargetChange> {
    let Some(target) = &kpi.target else { return Vec::new() };
    let now = Aim::of(target);
    let history = state.history(&Subject::target(card, &kpi.id));
    let said = history.map_or(&[][..], |history| history.said.as_slice()).iter().filter_map(|(at, text)| {
        let text: Value = serde_json::from_str(text).ok()?;
        Some((*at, read(&text, kpi.direction)?))
    });
    let is_it = |figure: &&Figure| figure.kpi == kpi.id && figure.metric == kpi.metric;
    let closes = state.every_close(card);
    let figures: Vec<(&Closing, &Figure)> =
        closes.filter_map(|closing| Some((closing, closing.closed.figures.iter().find(is_it)?))).collect();
    let held_then = figures
        .iter()
        .filter_map(|(closing, figure)| Some((closing.at, read(figure.target.as_ref()?, kpi.direction)?)));
    let mut all: Vec<(Instant, (Aim, Option<Date>))> = said.chain(held_then).collect();
    all.sort_by_key(|(at, _)| *at);
    let mut held: Vec<Held> = Vec::new();
    for (at, (aim, set_on)) in all {
        let day = organisation.date_of(at);
        match held.last_mut().filter(|last| last.aim.asks_as(&aim)) {
            Some(last) => {
                last.last = day;
                last.aim.baseline = last.aim.baseline.or(aim.baseline);
            }
            None => held.push(Held { aim, set_on, first: day, last: day }),
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
        let (set_on, until) = next.map_or((target.set_on, today), |next| (next.set_on, next.first));
        let named = set_on.filter(|day| old.last <= *day && *day <= until);
        let before = place.checked_sub(1).and_then(|place| held.get(place));
        let may_begin = |day: &Date| *day <= old.first && before.is_none_or(|before| before.last <= *day);
        let began = old.set_on.filter(may_begin).unwrap_or(old.first);
        let due = began.saturating_add(kpi.cadence.days().days());
        let closed = results.iter().filter(|(to, _)| *to > began).map(|(_, on)| *on).min();
        Some(TargetChange {
            was: old.aim,
            first_result: closed.map_or(due, |closed| closed.min(due)),
            on: named.or(next.map(|next| next.first)),
        })
    };
    held.iter().enumerate().filter_map(change).collect()
}

/// What `gate` of `card` was when the last period was closed, where it let less pass than it does now.
pub fn loosened(state: &State, card: &str, gate: &Gate) -> Option<GateChange> {
    let (bound, now, _) = gate::bound(gate);
    // asked or bounded otherwise it is another gate
    let is_alike = |more: &GateMore| {
        let asked = (&more.statistic, &more.variant, &more.parameters);
        more.bound == bound_name(bound) && asked == (&gate.statistic, &gate.variant, &gate.parameters)
    };
    let is_it = |closed: &&ClosedGate| {
        closed.id == gate.id && closed.metric == gate.metric && closed.more.as_ref().is_none_or(is_alike)
    };
    let closes = state.every_close(card).map(|closing| (closing.at, &closing.closed));
    // over other days the limit of what grows with them is another
    let month = |closed: &&Closed| closed.from.checked_add(1.months()).ok() == Some(closed.to);
    let held = closes
        .filter_map(|(at, closed)| Some((at, Some(closed).filter(month)?, closed.gates.iter().find(is_it)?.limit)));
    let (_, closed, limit) = held.max_by_key(|(at, closed, _)| (closed.to, *at))?;
    let is_looser = match bound {
        Bound::AtMost => now > limit,
        Bound::AtLeast => now < limit,
    };
    let change = GateChange { limit, from: closed.from, to: closed.to };
    (is_looser && !is_close(Some(now), Some(limit))).then_some(change)
}
