//! A figure over time: line, interval band, target.

use catalogue::metric::Unit;
use jiff::civil::Date;

use super::scale::{Scale, span, tick_words, ticks};
use super::{Anchor, Drawing, LABEL, SMALL, Type, VALUE, breadth, fit, ink};
use crate::card::TrendPoint;
use crate::definition::Goal;
use crate::document::Figure;
use crate::status::Status;
use crate::words;

const WIDTH: f64 = 330.0;
const HEIGHT: f64 = 150.0;
/// Room above the picture, for the label of the target.
const TOP: f64 = 20.0;
const BOTTOM: f64 = 22.0;
/// Room for the words of a pin, below the picture.
const PIN_LINE: f64 = 12.0;
/// Most pins of a picture: the newest.
const PINS_MAX: usize = 5;

/// Something that was set going or decided, on the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The day.
    pub on: Date,
    /// What.
    pub name: String,
}

/// `points` as a line in a band of its 95 % confidence interval, against `goal`. The newest figure is written at its end,
/// in the shape of its `status`; of an earlier period than the last, with that period's name and without a status. `pins`
/// within the time shown are numbered marks, in the order of time, with their words below.
pub fn trend(
    title: &str,
    points: &[TrendPoint],
    goal: Option<&Goal>,
    unit: Unit,
    status: Status,
    pins: &[Pin],
) -> Figure {
    let pins = pinned(points, pins);
    let reading = reading(points, goal, unit) + &told(&pins);
    let alt = format!("{title}: {reading}");
    let mut drawing = Drawing::new(WIDTH, HEIGHT + PIN_LINE * pins.len() as f64);
    let values = points.iter().flat_map(|point| [point.value, point.value.and(point.low), point.value.and(point.high)]);
    let domain = span(values.flatten().chain(goal.into_iter().flat_map(Goal::edges)), unit);
    let marks = ticks(domain, unit);
    let left = 8.0 + marks.iter().map(|tick| breadth(&tick_words(*tick, unit), SMALL.size)).fold(16.0, f64::max);
    let newest = points.iter().rev().find(|point| point.value.is_some());
    let is_last = points.last().is_some_and(|point| point.value.is_some());
    let mut last = words::figure(newest.and_then(|point| point.value), unit);
    if let Some(point) = newest.filter(|_| !is_last) {
        last.push_str(&format!(" in {}", began(point, is_monthly(points), false)));
    }
    let right = WIDTH - 16.0 - breadth(&last, VALUE.size);
    let down = Scale::new(domain, (HEIGHT - BOTTOM, TOP));
    let across = Scale::new((0.0, points.len().saturating_sub(1).max(1) as f64), (left + 6.0, right - 6.0));
    let place = |index: usize| across.at(index as f64);

    if let Some(goal) = goal {
        tint(&mut drawing, goal, &down, (left, right));
    }
    for tick in &marks {
        let y = down.at(*tick);
        drawing.line((left, y), (right, y), ink::GRID, 0.6, false);
        drawing.text((left - 5.0, y + 3.0), &tick_words(*tick, unit), Anchor::End, SMALL);
    }
    for (number, (pin, place)) in (1..).zip(&pins) {
        let x = across.at(*place).clamp(left, right);
        drawing.line((x, TOP), (x, HEIGHT - BOTTOM), ink::TERTIARY, 0.6, false);
        let y = HEIGHT + PIN_LINE * f64::from(number) - 6.0;
        let words = format!("{number}: {}", called(pin));
        drawing.text((left, y), &fit(&words, WIDTH - left, SMALL.size), Anchor::Start, SMALL);
    }
    for run in runs(points) {
        let ends = |end: fn(&TrendPoint) -> Option<f64>| {
            run.clone()
                .map(move |index| (place(index), end(&points[index]).or(points[index].value).map(|end| down.at(end))))
        };
        let has_band = run.clone().any(|index| points[index].low.is_some() && points[index].high.is_some());
        if has_band && run.len() > 1 {
            let upper = ends(|point| point.high);
            let lower: Vec<_> = ends(|point| point.low).collect();
            let around: Vec<(f64, f64)> =
                upper.chain(lower.into_iter().rev()).filter_map(|(x, y)| Some((x, y?))).collect();
            drawing.path(&around, None, Some(ink::BAND));
        }
        let line: Vec<(f64, f64)> = ends(|point| point.value).filter_map(|(x, y)| Some((x, y?))).collect();
        match line.as_slice() {
            [alone] => drawing.dot(*alone, 2.0, ink::LINE, ink::LINE),
            line => drawing.path(line, Some((ink::LINE, 1.8)), None),
        }
    }
    if let Some(goal) = goal {
        target_lines(&mut drawing, goal, unit, &down, (left, right));
    }
    dates(&mut drawing, points, &place);
    mark(&mut drawing, pins.iter().map(|(_, place)| across.at(*place).clamp(left, right)));
    let end = points.iter().rposition(|point| point.value.is_some());
    if let Some((index, value)) = end.and_then(|index| Some((index, points[index].value?))) {
        let (x, y) = (place(index), down.at(value));
        match if is_last { status } else { Status::NoData } {
            Status::NoData => drawing.dot((x, y), 3.0, ink::LINE, ink::LINE),
            status => drawing.shape((x, y), 4.5, status),
        }
        drawing.text((x + 8.0, y + 3.5), &last, Anchor::Start, VALUE);
    }
    Figure { svg: drawing.finish(&alt), width: WIDTH, alt, title: title.to_owned(), reading }
}

/// The newest of the pins within the time of `points`, in the order of time, each with its place among them: that of a
/// point is the middle of its period.
fn pinned<'p>(points: &[TrendPoint], pins: &'p [Pin]) -> Vec<(&'p Pin, f64)> {
    let place = |pin: &'p Pin| {
        let index = points.iter().position(|point| point.from <= pin.on && pin.on < point.to)?;
        let since = points[index].from.until(pin.on).map_or(0, |span| span.get_days());
        Some((pin, index as f64 - 0.5 + f64::from(since) / days(&points[index]).max(1) as f64))
    };
    let mut pinned: Vec<(&Pin, f64)> = pins.iter().filter_map(place).collect();
    pinned.sort_by(|(one, _), (other, _)| (one.on, &one.name).cmp(&(other.on, &other.name)));
    pinned.split_off(pinned.len().saturating_sub(PINS_MAX))
}

/// `20 Jul 2026, Web forms to chat`.
fn called(pin: &Pin) -> String {
    format!("{}, {}", words::day(pin.on), pin.name)
}

/// The pins in the words of the chart.
fn told(pins: &[(&Pin, f64)]) -> String {
    let told = (1..).zip(pins).map(|(number, (pin, _))| format!("; pin {number}: {}", called(pin)));
    told.collect()
}

/// Numbers in circles at the top of the picture, one below the other where they would touch.
fn mark(drawing: &mut Drawing, places: impl Iterator<Item = f64>) {
    const RADIUS: f64 = 5.0;
    let mut last: Option<(f64, f64)> = None;
    for (number, x) in (1..).zip(places) {
        let y = match last {
            Some((before, y)) if x - before < 2.0 * RADIUS + 1.0 => y + 2.0 * RADIUS + 1.0,
            _ => TOP + RADIUS,
        };
        last = Some((x, y));
        drawing.dot((x, y), RADIUS, "#ffffff", ink::SECONDARY);
        drawing.text((x, y + 2.8), &number.to_string(), Anchor::Middle, Type { size: 8.0, ..SMALL });
    }
}

/// The side on which the target is reached.
fn tint(drawing: &mut Drawing, goal: &Goal, down: &Scale, (left, right): (f64, f64)) {
    let (top, bottom) = match goal {
        Goal::AtLeast(target) => (TOP, down.at(*target)),
        Goal::AtMost(target) => (down.at(*target), HEIGHT - BOTTOM),
        Goal::Between { low, high } => (down.at(*high), down.at(*low)),
    };
    drawing.rectangle((left, top), (right - left, bottom - top), ink::GOOD);
}

/// The target as dashed lines. Its label stands above the picture with a piece of the line before it: within, it would lie on
/// the line, the band or the figures, wherever it was put.
fn target_lines(drawing: &mut Drawing, goal: &Goal, unit: Unit, down: &Scale, (left, right): (f64, f64)) {
    const SAMPLE: f64 = 18.0;
    for edge in goal.edges() {
        let y = down.at(edge);
        drawing.line((left, y), (right, y), ink::ON_TARGET, 1.0, true);
    }
    let look = Type { colour: ink::ON_TARGET, ..LABEL };
    let y = look.size;
    drawing.line((left, y - 3.0), (left + SAMPLE, y - 3.0), ink::ON_TARGET, 1.0, true);
    drawing.text((left + SAMPLE + 4.0, y), &format!("target {}", words::goal(goal, unit)), Anchor::Start, look);
}

/// Days or months under the line, as many as there is room for.
fn dates(drawing: &mut Drawing, points: &[TrendPoint], place: &dyn Fn(usize) -> f64) {
    let is_monthly = is_monthly(points);
    let step = points.len().div_ceil(if is_monthly { 7 } else { 5 }).max(1);
    // the newest is always among them
    let first = points.len().saturating_sub(1) % step;
    let mut year = None;
    for (index, point) in points.iter().enumerate().skip(first).step_by(step) {
        let date: Date = point.from;
        let mut label = date.strftime(if is_monthly { "%b" } else { "%-d %b" }).to_string();
        if is_monthly && year != Some(date.year()) {
            label = format!("{label} {:02}", date.year() % 100);
        }
        year = Some(date.year());
        drawing.text((place(index), HEIGHT - 8.0), &label, Anchor::Middle, SMALL);
    }
}

fn is_monthly(points: &[TrendPoint]) -> bool {
    points.iter().all(|point| point.from.day() == 1 && days(point) >= 28)
}

/// When a period was: `Sep`, `Sep 2026`; of shorter ones than months the first day, `7 Sep`, `7 Sep 2026`.
fn began(point: &TrendPoint, is_monthly: bool, with_year: bool) -> String {
    let (day, year) = (if is_monthly { "" } else { "%-d " }, if with_year { " %Y" } else { "" });
    point.from.strftime(&format!("{day}%b{year}")).to_string()
}

fn days(point: &TrendPoint) -> i64 {
    i64::from(point.from.until(point.to).map_or(0, |span| span.get_days()))
}

/// Runs of points that have a value.
fn runs(points: &[TrendPoint]) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (index, has_value) in points.iter().map(|point| point.value.is_some()).chain([false]).enumerate() {
        match (has_value, start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                runs.push(from..index);
                start = None;
            }
            _ => {}
        }
    }
    runs
}

/// `▂▃▅▆ 81.0 % → 86.4 %, target ≥ 88.0 %`: the chart where pictures are dropped. Where the last periods have no figure,
/// it says of which one the newest is: `→ 86.4 % (Sep 2026, none since)`.
fn reading(points: &[TrendPoint], goal: Option<&Goal>, unit: Unit) -> String {
    let values: Vec<Option<f64>> = points.iter().map(|point| point.value).collect();
    let mut known = values.iter().flatten();
    let newest = points.iter().rposition(|point| point.value.is_some());
    let earlier = newest.filter(|newest| newest + 1 < points.len()).map_or_else(String::new, |newest| {
        format!(" ({}, none since)", began(&points[newest], is_monthly(points), true))
    });
    let target = goal.map_or_else(String::new, |goal| format!(", target {}", words::goal(goal, unit)));
    match (known.next(), known.next_back()) {
        (None, _) => format!("no figures{target}"),
        (Some(only), None) => format!("{}{earlier}{target}", words::figure(Some(*only), unit)),
        (Some(first), Some(last)) => {
            let (first, last) = (words::figure(Some(*first), unit), words::figure(Some(*last), unit));
            format!("{} {first} → {last}{earlier}{target}", sparkline(&values))
        }
    }
}

/// Values as eight heights of blocks; a dot where there is none.
///
/// ```
/// use scorecard::chart::sparkline;
/// assert_eq!(sparkline(&[Some(1.0), Some(4.5), None, Some(8.0)]), "▁▅·█");
/// assert_eq!(sparkline(&[Some(3.0), Some(3.0)]), "▄▄");
/// ```
pub fn sparkline(values: &[Option<f64>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let block = |value: &Option<f64>| match value {
        None => '·',
        Some(_) if high - low < 1e-12 => BLOCKS[3],
        Some(value) => BLOCKS[((value - low) / (high - low) * 7.0).round().clamp(0.0, 7.0) as usize],
    };
    values.iter().map(block).collect()
}
