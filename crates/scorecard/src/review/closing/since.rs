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
    told(then, now, card, Later::Now)
}

/// What of `then` was otherwise when the period was closed the `next` time; `card` is as it is now.
pub(super) fn between(then: &Closed, next: &Closed, card: &Scorecard) -> Vec<SinceClosed> {
    told(then, next, card, Later::Again)
}

/// What something closed is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Later {
    /// The card as it is.
    Now,
    /// The next time it was closed.
    Again,
}

impl Later {
    /// As the end of `80.5 % then, 76.7 % now`.
    fn word(self) -> &'static str {
        match self {
            Later::Now => "now",
            Later::Again => "when closed again",
        }
    }

    /// As the verb of what was not there, or is no longer.
    fn is(self) -> &'static str {
        match self {
            Later::Now => "is",
            Later::Again => "was",
        }
    }
}

fn told(then: &Closed, next: &Closed, card: &Scorecard, later: Later) -> Vec<SinceClosed> {
    let told = |of, id: &str, figure, sentence| SinceClosed { of, id: id.to_owned(), figure, sentence };
    let is = later.is();
    let mut found = Vec::new();
    for figure in &next.figures {
        let (name, unit, direction) = shown(figure, card);
        match then.figures.iter().find(|then| then.kpi == figure.kpi) {
            None => found.push(told(SinceOf::Kpi, &figure.kpi, false, format!("{name} was not on the card"))),
            Some(then) => {
                let parts = of_kpi(then, figure, unit, direction, later);
                found.extend(
                    parts.sentence(name).map(|text| told(SinceOf::Kpi, &figure.kpi, parts.figure.is_some(), text)),
                );
            }
        }
    }
    for gone in then.figures.iter().filter(|then| next.figures.iter().all(|next| next.kpi != then.kpi)) {
        let unit = Unit::parse(&gone.unit).unwrap_or(Unit::Points);
        let sentence = format!("{} {is} no longer on the card: {} then", called(gone), words::figure(gone.value, unit));
        found.push(told(SinceOf::Kpi, &gone.kpi, false, sentence));
    }
    for now in &next.gates {
        let name = now.name.as_deref().unwrap_or(&now.id);
        let Some(then) = then.gates.iter().find(|then| then.id == now.id) else {
            found.push(told(SinceOf::Gate, &now.id, false, format!("{name} was no gate of the card")));
            continue;
        };
        // in which unit a gate's numbers are only the card says
        let of_card = card.gates.iter().find(|gate| gate.id == now.id && gate.metric == now.metric);
        let parts = of_gate(then, now, of_card, later);
        found.extend(parts.sentence(name).map(|text| told(SinceOf::Gate, &now.id, parts.figure.is_some(), text)));
    }
    for gone in then.gates.iter().filter(|then| next.gates.iter().all(|next| next.id != then.id)) {
        let name = gone.name.as_deref().unwrap_or(&gone.id);
        let sentence = format!("{name} {is} no longer a gate of the card: it {} then", held(&gone.status));
        found.push(told(SinceOf::Gate, &gone.id, false, sentence));
    }
    found
}

/// What a figure was called.
fn called(figure: &Figure) -> &str {
    figure.more.as_ref().map_or(figure.kpi.as_str(), |more| more.name.as_str())
}

/// How a figure is shown: as the card shows it where it is on it, else as it was kept.
fn shown<'a>(figure: &'a Figure, card: &'a Scorecard) -> (&'a str, Unit, Direction) {
    match card.kpis.iter().find(|kpi| kpi.id == figure.kpi && kpi.metric == figure.metric) {
        Some(kpi) => (&kpi.name, kpi.unit, kpi.direction),
        None => (called(figure), Unit::parse(&figure.unit).unwrap_or(Unit::Points), Direction::Up),
    }
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

    fn judge(&mut self, what: &str, then: &str, now: &str, later: Later) {
        if then != now {
            self.judged.push(format!("{what}{then} then, {now} {}", later.word()));
        }
    }
}

fn of_kpi(then: &Figure, now: &Figure, unit: Unit, direction: Direction, later: Later) -> Parts {
    let word = later.word();
    let mut parts = Parts::default();
    if !then.is_asked_as(now) {
        let asked = |figure: &Figure| {
            let variant = figure.variant.as_ref().map_or_else(String::new, |variant| format!(", {variant}"));
            format!("{} of `{}`{variant}", figure.statistic, figure.metric)
        };
        parts.judged.push(format!("another figure then, the {}; {word} the {}", asked(then), asked(now)));
        return parts;
    }
    if !then.says(now) {
        let mut why = format!("n {} then, {} {word}", words::count(then.n), words::count(now.n));
        if then.is_defined_otherwise(now) {
            why.push_str("; its definition has changed");
        }
        if then.is_asked_otherwise(now) {
            why.push_str("; its parameters or filter on the card have changed");
        }
        let (then, now) = (words::figure(then.value, unit), words::figure(now.value, unit));
        parts.figure = Some(format!("{then} then, {now} {word} ({why})"));
    }
    let target =
        |figure: &Figure| figure.target.clone().and_then(|target| serde_json::from_value::<CardTarget>(target).ok());
    of_target((target(then).as_ref(), target(now).as_ref()), (unit, direction), later, &mut parts);
    parts.judge("", &then.status, &now.status, later);
    if let (Some(then), Some(now)) = (&then.more, &now.more)
        && !is_close(Some(then.weight), Some(now.weight))
    {
        parts.judge("weight ", &words::share(then.weight), &words::share(now.weight), later);
    }
    parts
}

/// What a figure is held against. Who answers for it and when it was set do not judge.
fn of_target(
    (then, now): (Option<&CardTarget>, Option<&CardTarget>),
    (unit, direction): (Unit, Direction),
    later: Later,
    parts: &mut Parts,
) {
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
        parts.judge("target ", &goal(then), &goal(now), later);
    }
    let (Some(then), Some(now)) = (then, now) else { return };
    for (what, number, is_difference) in numbers {
        let shown = |value: Option<f64>| match (value, is_difference) {
            (None, _) => "none".to_owned(),
            (Some(value), true) => words::difference(value, unit).trim_start_matches('+').to_owned(),
            (value, false) => words::figure(value, unit),
        };
        if !is_close(number(then), number(now)) {
            parts.judge(what, &shown(number(then)), &shown(number(now)), later);
        }
    }
}

/// Without `gate`, the gate as it is on the card, only how it stood can be told.
fn of_gate(then: &ClosedGate, now: &ClosedGate, gate: Option<&CardGate>, later: Later) -> Parts {
    let mut parts = Parts::default();
    let word = later.word();
    if let Some(gate) = gate {
        let shown = |value: Option<f64>| words::figure(value, gate.unit);
        if !is_close(then.value, now.value) || then.n.is_some_and(|n| Some(n) != now.n) {
            let n = then.n.zip(now.n).filter(|(then, now)| then != now);
            let n = n.map_or_else(String::new, |(then, now)| {
                format!(" (n {} then, {} {word})", words::count(then), words::count(now))
            });
            parts.figure = Some(format!("{} then, {} {word}{n}", shown(then.value), shown(now.value)));
        }
        if !is_close(Some(then.limit), Some(now.limit)) {
            let bound = match gate.bound {
                Bound::AtMost => "at most ",
                Bound::AtLeast => "at least ",
            };
            parts.judge(bound, &shown(Some(then.limit)), &shown(Some(now.limit)), later);
        }
    }
    if then.metric != now.metric {
        parts.judge("of ", &format!("`{}`", then.metric), &format!("`{}`", now.metric), later);
    }
    if then.status != now.status {
        let stands = match later {
            Later::Now => holds(&now.status),
            Later::Again => held(&now.status),
        };
        parts.judged.push(format!("it {} then, {stands} {word}", held(&then.status)));
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
