//! One figure against its target, on one line.

use catalogue::metric::Unit;

use super::scale::{Scale, span};
use super::{Anchor, Drawing, SMALL, Type, ink};
use crate::card::Card;
use crate::definition::Goal;
use crate::document::Figure;
use crate::words;

const WIDTH: f64 = 330.0;
const HEIGHT: f64 = 52.0;
const LEFT: f64 = 8.0;
const TRACK: (f64, f64) = (18.0, 30.0);

/// Where the figure of `card` stands: a dot in its interval on a line whose good side is tinted, the target dashed, the
/// baseline hollow. A dot and no bar, as the line does not begin at 0. None of a figure without a value or a target.
pub fn bullet(card: &Card) -> Option<Figure> {
    let (value, target) = (card.value?, card.target.as_ref()?);
    let goal = target.goal(card.direction);
    let marks = [Some(value), card.low, card.high, target.baseline, target.stretch];
    let domain = span(marks.into_iter().flatten().chain(goal.edges()), card.unit);
    let across = Scale::new(domain, (LEFT, WIDTH - LEFT));
    let mut drawing = Drawing::new(WIDTH, HEIGHT);
    let (top, bottom) = TRACK;
    let middle = (top + bottom) / 2.0;
    drawing.rectangle((LEFT, top), (WIDTH - 2.0 * LEFT, bottom - top), "#f0f0f4");
    let (from, to) = match goal {
        Goal::AtLeast(target) => (across.at(target), WIDTH - LEFT),
        Goal::AtMost(target) => (LEFT, across.at(target)),
        Goal::Between { low, high } => (across.at(low), across.at(high)),
    };
    drawing.rectangle((from, top), (to - from, bottom - top), "#d3eded");
    for edge in goal.edges() {
        drawing.line((across.at(edge), top - 4.0), (across.at(edge), bottom + 4.0), ink::ON_TARGET, 1.2, true);
    }
    if let Some(baseline) = target.baseline {
        drawing.dot((across.at(baseline), middle), 3.0, "#ffffff", ink::TERTIARY);
    }
    if let (Some(low), Some(high)) = (card.low, card.high) {
        drawing.line((across.at(low), middle), (across.at(high), middle), ink::LINE, 2.0, false);
    }
    drawing.shape((across.at(value), middle), 5.5, card.status);
    let label = Type { colour: ink::ON_TARGET, ..SMALL };
    let edge = goal.edges().next().unwrap_or(value);
    label_at(&mut drawing, across.at(edge), 10.0, &format!("target {}", words::goal(&goal, card.unit)), label);
    if let Some(baseline) = target.baseline {
        let text = format!("baseline {}", words::figure(Some(baseline), card.unit));
        label_at(&mut drawing, across.at(baseline), 46.0, &text, SMALL);
    }
    let reading = reading(card, &goal, card.unit);
    let alt = format!("{}: {reading}", card.name);
    Some(Figure { svg: drawing.finish(&alt), width: WIDTH, alt, title: card.name.clone(), reading })
}

/// A label over or under its mark, kept inside the picture.
fn label_at(drawing: &mut Drawing, x: f64, y: f64, words: &str, look: Type) {
    let half = super::breadth(words, look.size) / 2.0;
    let (x, anchor) = match x {
        x if x - half < 2.0 => (2.0, Anchor::Start),
        x if x + half > WIDTH - 2.0 => (WIDTH - 2.0, Anchor::End),
        x => (x, Anchor::Middle),
    };
    drawing.text((x, y), words, anchor, look);
}

fn reading(card: &Card, goal: &Goal, unit: Unit) -> String {
    let interval = match (card.low, card.high) {
        (None, None) => String::new(),
        (low, high) => format!(" ({})", words::interval(low, high, unit)),
    };
    format!(
        "{}{interval}, target {}, {}",
        words::beside(card.value, Some(goal), unit),
        words::goal(goal, unit),
        card.status.words()
    )
}
