//! What is otherwise than when a period was closed: figures, and what they are judged by. A goal that is moved afterwards
//! is told as well as a record that came in late.

use catalogue::metric::{Direction, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Closed, ClosedGate, Figure, GateMore, bound_name, is_close};
use crate::card::{CardTarget, Scorecard};
use crate::gate::CardGate;
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
    /// Whether it is no restatement of a figure, but other figures that the card has: a KPI that came to it, left it, or is
    /// asked as another figure under the same name.
    pub replaced: bool,
    /// What was then and what is now, without a full stop.
    pub sentence: String,
}

/// What of a card is otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SinceOf {
    /// The card as a whole, as what it is held to; its id is its name.
    Card,
    /// A KPI.
    Kpi,
    /// A gate.
    Gate,
}

/// What of `then` is otherwise `now`, as `card` shows it: the card as a whole, KPIs in the order of the card, those that are
/// no more on it, then gates.
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
    let told = |of, id: &str, parts: &Parts, sentence| SinceClosed {
        of,
        id: id.to_owned(),
        figure: parts.figure.is_some(),
        replaced: parts.is_replaced,
        sentence,
    };
    let only_judged = Parts::default();
    let replaced = Parts { is_replaced: true, ..Parts::default() };
    let is = later.is();
    let mut found = Vec::new();
    let is_held_otherwise = then.is_held_otherwise(next);
    if is_held_otherwise {
        let held = |closed: &Closed| held_to(closed, card);
        let sentence = format!("The card was held to {} then, {} {}", held(then), held(next), later.word());
        found.push(told(SinceOf::Card, &card.name, &only_judged, sentence));
    }
    for figure in &next.figures {
        let (name, unit, direction) = shown(figure, card);
        match then.figures.iter().find(|then| then.kpi == figure.kpi) {
            None => found.push(told(SinceOf::Kpi, &figure.kpi, &replaced, format!("{name} was not on the card"))),
            Some(then) => {
                let parts = of_kpi(then, figure, (unit, direction), is_held_otherwise, later);
                found.extend(parts.sentence(name).map(|text| told(SinceOf::Kpi, &figure.kpi, &parts, text)));
            }
        }
    }
    for gone in then.figures.iter().filter(|then| next.figures.iter().all(|next| next.kpi != then.kpi)) {
        let value = words::figure(gone.value, gone.unit());
        let sentence = format!("{} {is} no longer on the card: {value} then", gone.name());
        found.push(told(SinceOf::Kpi, &gone.kpi, &replaced, sentence));
    }
    for now in &next.gates {
        let name = now.name.as_deref().unwrap_or(&now.id);
        let Some(then) = then.gates.iter().find(|then| then.id == now.id) else {
            found.push(told(SinceOf::Gate, &now.id, &only_judged, format!("{name} was no gate of the card")));
            continue;
        };
        // in which unit a gate's numbers are only the card says
        let of_card = card.gates.iter().find(|gate| gate.id == now.id && gate.metric == now.metric);
        let parts = of_gate(then, now, of_card, is_held_otherwise, later);
        found.extend(parts.sentence(name).map(|text| told(SinceOf::Gate, &now.id, &parts, text)));
    }
    for gone in then.gates.iter().filter(|then| next.gates.iter().all(|next| next.id != then.id)) {
        let name = gone.name.as_deref().unwrap_or(&gone.id);
        let sentence = format!("{name} {is} no longer a gate of the card: it {} then", held(&gone.status));
        found.push(told(SinceOf::Gate, &gone.id, &only_judged, sentence));
    }
    found
}

/// What a card was held to: `team Billing`, `nothing`.
fn held_to(closed: &Closed, card: &Scorecard) -> String {
    let only = closed.only.iter().flatten();
    let told: Vec<String> =
        only.map(|(name, values)| format!("{name} {}", words::held(name, values, &card.labels))).collect();
    if told.is_empty() { "nothing".to_owned() } else { words::listed(&told) }
}

/// How a figure is shown: as the card shows it where it is on it, else as it was kept.
fn shown<'a>(figure: &'a Figure, card: &'a Scorecard) -> (&'a str, Unit, Direction) {
    match card.kpis.iter().find(|kpi| kpi.id == figure.kpi && kpi.metric == figure.metric) {
        Some(kpi) => (&kpi.name, kpi.unit, kpi.direction),
        None => (figure.name(), figure.unit(), Direction::Up),
    }
}

/// What is otherwise about one thing.
#[derive(Default)]
struct Parts {
    /// The figure then and now.
    figure: Option<String>,
    /// What it is judged by, and how.
    judged: Vec<String>,
    /// Whether it is another figure under the same name, and so nothing that could be restated.
    is_replaced: bool,
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

/// Why a figure is another, beside records that came in or were corrected.
fn causes(is_defined_otherwise: bool, is_asked_otherwise: bool, is_held_otherwise: bool) -> Vec<String> {
    let causes = [
        (is_defined_otherwise, "its definition has changed"),
        (is_asked_otherwise, "its parameters or filter on the card have changed"),
        (is_held_otherwise, "the card is held to something else"),
    ];
    causes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, cause)| cause.to_owned()).collect()
}

/// `the share of `csat_t2b`, top_box`.
fn asked(statistic: &str, metric: &str, variant: Option<&String>) -> String {
    let variant = variant.map_or_else(String::new, |variant| format!(", {variant}"));
    format!("the {statistic} of `{metric}`{variant}")
}

fn of_kpi(
    then: &Figure,
    now: &Figure,
    (unit, direction): (Unit, Direction),
    is_held_otherwise: bool,
    later: Later,
) -> Parts {
    let word = later.word();
    let mut parts = Parts::default();
    if !then.is_asked_as(now) {
        let told = |figure: &Figure, unit| {
            let asked = asked(&figure.statistic, &figure.metric, figure.variant.as_ref());
            format!("{}, {asked}", words::figure(figure.value, unit))
        };
        let (then, now) = (told(then, then.unit()), told(now, unit));
        parts.judged.push(format!("another figure then: {then}; {word} {now}"));
        parts.is_replaced = true;
        return parts;
    }
    if !then.says(now) {
        let n = format!("n {} then, {} {word}", words::count(then.n), words::count(now.n));
        let causes = causes(then.is_defined_otherwise(now), then.is_asked_otherwise(now), is_held_otherwise);
        let why = std::iter::once(n).chain(causes).collect::<Vec<_>>().join("; ");
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

/// Without `gate`, the gate as it is on the card, and of what an earlier version kept, only how it stood can be told.
fn of_gate(
    then: &ClosedGate,
    now: &ClosedGate,
    gate: Option<&CardGate>,
    is_held_otherwise: bool,
    later: Later,
) -> Parts {
    let mut parts = Parts::default();
    let word = later.word();
    let more = then.more.as_ref().zip(now.more.as_ref());
    let is_replaced = then.metric != now.metric
        || more.is_some_and(|(then, now)| (&then.variant, &then.statistic) != (&now.variant, &now.statistic));
    if is_replaced {
        let told = |gate: &ClosedGate| match &gate.more {
            Some(more) => {
                let asked = asked(&more.statistic, &gate.metric, more.variant.as_ref());
                format!("{}, {asked}, {}", words::figure(gate.value, more.unit()), more.condition(gate.limit))
            }
            None => format!("of `{}`", gate.metric),
        };
        parts.judged.push(format!("another figure then: {}; {word} {}", told(then), told(now)));
    } else if let Some(unit) = now.more.as_ref().map(GateMore::unit).or(gate.map(|gate| gate.unit)) {
        let shown = |value: Option<f64>| words::figure(value, unit);
        if !is_close(then.value, now.value) || then.n.is_some_and(|n| Some(n) != now.n) {
            let n = then.n.zip(now.n).filter(|(then, now)| then != now);
            let n = n.map(|(then, now)| format!("n {} then, {} {word}", words::count(then), words::count(now)));
            let asked = |more: &GateMore| (more.parameters.clone(), more.filter.clone());
            let is_defined_otherwise = more.is_some_and(|(then, now)| then.made_of != now.made_of);
            let is_asked_otherwise = more.is_some_and(|(then, now)| asked(then) != asked(now));
            let causes = causes(is_defined_otherwise, is_asked_otherwise, is_held_otherwise);
            let why = n.into_iter().chain(causes).collect::<Vec<_>>().join("; ");
            let why = if why.is_empty() { why } else { format!(" ({why})") };
            parts.figure = Some(format!("{} then, {} {word}{why}", shown(then.value), shown(now.value)));
        }
        match more {
            Some((before, after)) if before.bound != after.bound => {
                parts.judge("", &before.condition(then.limit), &after.condition(now.limit), later);
            }
            _ if !is_close(Some(then.limit), Some(now.limit)) => {
                let bound =
                    now.more.as_ref().map(|more| more.bound.as_str()).or(gate.map(|gate| bound_name(gate.bound)));
                let bound = bound.map_or_else(String::new, |bound| format!("{} ", bound.replace('_', " ")));
                parts.judge(&bound, &shown(Some(then.limit)), &shown(Some(now.limit)), later);
            }
            _ => {}
        }
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

impl GateMore {
    fn unit(&self) -> Unit {
        Unit::parse(&self.unit).unwrap_or(Unit::Points)
    }

    /// What had to hold: `at least 90.0 %`.
    fn condition(&self, limit: f64) -> String {
        format!("{} {}", self.bound.replace('_', " "), words::figure(Some(limit), self.unit()))
    }
}
