//! What is otherwise than when a period was closed: figures, and what they are judged by. A goal that is moved afterwards
//! is told as well as a record that came in late.

use catalogue::metric::{Direction, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Closed, ClosedGate, Figure, is_close};
use crate::card::{CardTarget, Scorecard};
use crate::gate::{Bound, CardGate};
use crate::words;

/// Something on a closed card that is otherwise now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SinceClosed {
    /// What it is.
    pub of: SinceOf,
    /// Its id on the card.
    pub id: String,
    /// Whether its figure is another; otherwise only what it is judged by.
    pub figure: bool,
    /// What was then and what is now, without a full stop.
    pub sentence: String,
}

/// What of a card is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SinceOf {
    /// A KPI.
    Kpi,
    /// A gate.
    Gate,
}

/// What of `then` is otherwise `now`, as `card` shows it: KPIs in the order of the card, those that are no more on it,
/// then gates.
pub fn since(then: &Closed, now: &Closed, card: &Scorecard) -> Vec<SinceClosed> {
    let told = |of, id: &str, figure, sentence| SinceClosed { of, id: id.to_owned(), figure, sentence };
    let mut found = Vec::new();
    for figure in &now.figures {
        let Some(kpi) = card.kpis.iter().find(|kpi| kpi.id == figure.kpi) else { continue };
        match then.figures.iter().find(|then| then.kpi == figure.kpi) {
            None => found.push(told(SinceOf::Kpi, &kpi.id, false, format!("{} was not on the card", kpi.name))),
            Some(then) => {
                let parts = of_kpi(then, figure, kpi.unit, kpi.direction);
                found.extend(
                    parts.sentence(&kpi.name).map(|text| told(SinceOf::Kpi, &kpi.id, parts.figure.is_some(), text)),
                );
            }
        }
    }
    for gone in then.figures.iter().filter(|then| now.figures.iter().all(|now| now.kpi != then.kpi)) {
        let unit = Unit::parse(&gone.unit).unwrap_or(Unit::Points);
        let name = gone.more.as_ref().map_or(gone.kpi.as_str(), |more| more.name.as_str());
        let sentence = format!("{name} is no longer on the card: {} then", words::figure(gone.value, unit));
        found.push(told(SinceOf::Kpi, &gone.kpi, false, sentence));
    }
    for gate in &card.gates {
        let then = then.gates.iter().find(|then| then.id == gate.id);
        let now = now.gates.iter().find(|now| now.id == gate.id);
        match (then, now) {
            (Some(then), Some(now)) => {
                let parts = of_gate(then, now, gate);
                found.extend(
                    parts.sentence(&gate.name).map(|text| told(SinceOf::Gate, &gate.id, parts.figure.is_some(), text)),
                );
            }
            _ => found.push(told(SinceOf::Gate, &gate.id, false, format!("{} was no gate of the card", gate.name))),
        }
    }
    for gone in then.gates.iter().filter(|then| now.gates.iter().all(|now| now.id != then.id)) {
        let name = gone.name.as_deref().unwrap_or(&gone.id);
        let sentence = format!("{name} is no longer a gate of the card: it {} then", held(&gone.status));
        found.push(told(SinceOf::Gate, &gone.id, false, sentence));
    }
    found
}

/// What is otherwise about one thing.
#[derive(Default)]
struct Parts {
    /// The figure then and now.
    figure: Option<String>,
    /// What it is judged by, and how.
    judged: Vec<String>,
}

impl Parts {
    /// `Customer satisfaction 86.3 % then, 86.0 % now; off target then, …`; none where nothing is otherwise.
    fn sentence(&self, name: &str) -> Option<String> {
        let judged = self.judged.join("; ");
        match (&self.figure, judged.is_empty()) {
            (None, true) => None,
            (None, false) => Some(format!("{name}: {judged}")),
            (Some(figure), true) => Some(format!("{name} {figure}")),
            (Some(figure), false) => Some(format!("{name} {figure}; {judged}")),
        }
    }

    fn judge(&mut self, what: &str, then: &str, now: &str) {
        if then != now {
            self.judged.push(format!("{what}{then} then, {now} now"));
        }
    }
}

fn of_kpi(then: &Figure, now: &Figure, unit: Unit, direction: Direction) -> Parts {
    let mut parts = Parts::default();
    if !then.is_asked_as(now) {
        let asked = |figure: &Figure| {
            let variant = figure.variant.as_ref().map_or_else(String::new, |variant| format!(", {variant}"));
            format!("{} of `{}`{variant}", figure.statistic, figure.metric)
        };
        parts.judged.push(format!("another figure then, the {}; now the {}", asked(then), asked(now)));
        return parts;
    }
    if !then.says(now) {
        let mut why = format!("n {} then, {} now", words::count(then.n), words::count(now.n));
        if then.is_defined_otherwise(now) {
            why.push_str("; its definition has changed");
        }
        if then.is_asked_otherwise(now) {
            why.push_str("; its parameters or filter on the card have changed");
        }
        let (then, now) = (words::figure(then.value, unit), words::figure(now.value, unit));
        parts.figure = Some(format!("{then} then, {now} now ({why})"));
    }
    let target =
        |figure: &Figure| figure.target.clone().and_then(|target| serde_json::from_value::<CardTarget>(target).ok());
    of_target(target(then).as_ref(), target(now).as_ref(), unit, direction, &mut parts);
    parts.judge("", &then.status, &now.status);
    if let (Some(then), Some(now)) = (&then.more, &now.more)
        && !is_close(Some(then.weight), Some(now.weight))
    {
        parts.judge("weight ", &words::share(then.weight), &words::share(now.weight));
    }
    parts
}

/// What a figure is held against. Who answers for it and when it was set do not judge.
fn of_target(then: Option<&CardTarget>, now: Option<&CardTarget>, unit: Unit, direction: Direction, parts: &mut Parts) {
    type Number = fn(&CardTarget) -> Option<f64>;
    let numbers: [(&str, Number, bool); 3] = [
        ("tolerance ", |target| Some(target.tolerance), true),
        ("baseline ", |target| target.baseline, false),
        ("stretch ", |target| target.stretch, false),
    ];
    let goal = |target: Option<&CardTarget>| {
        target.map_or_else(|| "none".to_owned(), |target| words::goal(&target.goal(direction), unit))
    };
    let ends: [Number; 3] = [|target| Some(target.value), |target| target.low, |target| target.high];
    if ends.iter().any(|number| !is_close(then.and_then(number), now.and_then(number))) {
        parts.judge("target ", &goal(then), &goal(now));
    }
    let (Some(then), Some(now)) = (then, now) else { return };
    for (what, number, is_difference) in numbers {
        let shown = |value: Option<f64>| match (value, is_difference) {
            (None, _) => "none".to_owned(),
            (Some(value), true) => words::difference(value, unit).trim_start_matches('+').to_owned(),
            (value, false) => words::figure(value, unit),
        };
        if !is_close(number(then), number(now)) {
            parts.judge(what, &shown(number(then)), &shown(number(now)));
        }
    }
}

fn of_gate(then: &ClosedGate, now: &ClosedGate, gate: &CardGate) -> Parts {
    let mut parts = Parts::default();
    let shown = |value: Option<f64>| words::figure(value, gate.unit);
    if !is_close(then.value, now.value) || then.n.is_some_and(|n| Some(n) != now.n) {
        let n = then.n.zip(now.n).filter(|(then, now)| then != now);
        let n = n.map_or_else(String::new, |(then, now)| {
            format!(" (n {} then, {} now)", words::count(then), words::count(now))
        });
        parts.figure = Some(format!("{} then, {} now{n}", shown(then.value), shown(now.value)));
    }
    if !is_close(Some(then.limit), Some(now.limit)) {
        let bound = match gate.bound {
            Bound::AtMost => "at most ",
            Bound::AtLeast => "at least ",
        };
        parts.judge(bound, &shown(Some(then.limit)), &shown(Some(now.limit)));
    }
    if then.metric != now.metric {
        parts.judge("of ", &format!("`{}`", then.metric), &format!("`{}`", now.metric));
    }
    if then.status != now.status {
        parts.judged.push(format!("it {} then, {} now", held(&then.status), holds(&now.status)));
    }
    parts
}

fn held(status: &str) -> &'static str {
    match status {
        "green" => "held",
        "red" => "did not hold",
        _ => "was unknown",
    }
}

fn holds(status: &str) -> &'static str {
    match status {
        "green" => "holds",
        "red" => "does not hold",
        _ => "is unknown",
    }
}
