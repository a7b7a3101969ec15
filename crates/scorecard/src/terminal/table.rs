//! The KPIs of a card as a table, and what stands in its cells.

use catalogue::answer::Quality;
use catalogue::metric::Unit;
use unicode_width::UnicodeWidthStr;

use super::{cut, plain, points};
use crate::card::{Card, Scorecard};
use crate::changes::verdict;
use crate::status::Status;
use crate::words;

/// Narrowest a name is cut to before a column is left out.
const NAME_MIN: usize = 22;
const GAP: &str = "  ";

/// A column: its head, whether numbers stand in it, and in which order it is left out; 0 for never.
struct Column {
    head: &'static str,
    is_number: bool,
    expendable: usize,
    cell: fn(&Card) -> String,
}

const COLUMNS: [Column; 8] = [
    Column { head: "", is_number: false, expendable: 0, cell: |card| format!("  {}", plain(&card.name)) },
    Column { head: "value", is_number: true, expendable: 0, cell: value },
    Column { head: "margin", is_number: true, expendable: 2, cell: margin },
    Column { head: "n", is_number: true, expendable: 1, cell: |card| words::count(card.n) },
    Column { head: "target", is_number: true, expendable: 4, cell: target },
    Column { head: "change", is_number: true, expendable: 3, cell: change },
    Column { head: "score", is_number: true, expendable: 5, cell: |card| points(card.score) },
    Column { head: "status", is_number: false, expendable: 0, cell: status },
];

pub(crate) fn value(card: &Card) -> String {
    match card.quality {
        Quality::Suppressed => too_few(card.numerator, card.denominator, card.n, card.unit),
        _ => words::beside(card.value, card.goal().as_ref(), card.unit),
    }
}

/// Of too few only how many: of a share k of n, which a net score does not have.
pub(crate) fn too_few(numerator: Option<f64>, denominator: Option<f64>, n: u64, unit: Unit) -> String {
    match (numerator, denominator) {
        (Some(numerator), Some(denominator)) if unit == Unit::Percent => format!("{numerator} of {denominator}"),
        _ => format!("{} only", words::count(n)),
    }
}

/// As [`margin_of`].
pub(crate) fn margin(card: &Card) -> String {
    margin_of(card.value, (card.low, card.high), card.sampled, card.unit)
}

/// How well a figure is known, see [`words::margin`]; of one that is no sample's that it is a full count.
pub(crate) fn margin_of(
    value: Option<f64>,
    (low, high): (Option<f64>, Option<f64>),
    sampled: bool,
    unit: Unit,
) -> String {
    match value {
        Some(_) if !sampled => "full count".to_owned(),
        Some(value) => words::margin(value, low, high, unit),
        None => String::new(),
    }
}

fn target(card: &Card) -> String {
    card.target.as_ref().map_or_else(String::new, |target| target.words(card.direction, card.unit))
}

/// `+1.2 pp better`, without the relative size of a count, for which there is no room.
fn change(card: &Card) -> String {
    let Some(by) = card.change.as_ref().and_then(|change| change.value) else { return String::new() };
    format!("{} {}", words::difference(by, card.unit), verdict(card)).trim_end().to_owned()
}

fn status(card: &Card) -> String {
    format!("{} {}", card.status.symbol(), status_words(card))
}

/// What is said of a figure that has no target to be judged by.
pub(crate) const NO_TARGET: &str = "no target";

/// A KPI's status in words. One that has a figure is never said to have no data: what it lacks is a target.
pub(crate) fn status_words(card: &Card) -> &'static str {
    if is_unjudged(card) { NO_TARGET } else { card.status.words() }
}

fn is_unjudged(card: &Card) -> bool {
    card.target.is_none() && card.value.is_some()
}

/// How many KPIs stand where, in the words that their rows have; only those that there are.
pub(crate) fn standings(scorecard: &Scorecard) -> Vec<(Status, &'static str, usize)> {
    let unjudged = scorecard.kpis.iter().filter(|card| is_unjudged(card)).count();
    let judged = Status::ALL.into_iter().map(|status| {
        let of_them = if status == Status::NoData { unjudged } else { 0 };
        (status, status.words(), scorecard.counts.get(status).saturating_sub(of_them))
    });
    judged.chain([(Status::NoData, NO_TARGET, unjudged)]).filter(|(_, _, count)| *count > 0).collect()
}

/// The KPIs by perspective as lines no wider than `width`; columns that there is no room for are left out.
pub(super) fn draw(scorecard: &Scorecard, width: usize, lines: &mut Vec<String>) {
    let width_of = |column: &Column| {
        let cells = scorecard.kpis.iter().map(|card| (column.cell)(card).width());
        cells.chain([column.head.width()]).max().unwrap_or(0)
    };
    let mut columns: Vec<(&Column, usize)> = COLUMNS.iter().map(|column| (column, width_of(column))).collect();
    let name = columns[0].1;
    // A column without any cell, as without comparison, only takes room.
    columns.retain(|(column, _)| scorecard.kpis.iter().any(|card| !(column.cell)(card).is_empty()));
    let rest = |columns: &[(&Column, usize)]| columns.iter().skip(1).map(|(_, width)| GAP.len() + width).sum::<usize>();
    while rest(&columns) + name.min(NAME_MIN) > width {
        let next = columns.iter().map(|(column, _)| column.expendable).filter(|order| *order > 0).min();
        let Some(next) = next else { break };
        columns.retain(|(column, _)| column.expendable != next);
    }
    if let Some(first) = columns.first().map(|(column, _)| *column) {
        columns[0] = (first, name.min(width.saturating_sub(rest(&columns)).max(1)));
    }
    let line = |cells: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().map(|(column, width)| fit(&cells(column), *width, column.is_number));
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    lines.push(line(&|column| column.head.to_owned()));
    for perspective in &scorecard.perspectives {
        let of_it = || scorecard.kpis.iter().filter(|card| card.perspective == perspective.id);
        if of_it().next().is_none() {
            continue;
        }
        let share = words::figure(Some(100.0 * perspective.weight), Unit::Percent);
        let share = share.replace(".0 %", " %");
        let score = perspective.score.map_or_else(String::new, |score| format!(", score {}", points(Some(score))));
        lines.push(cut(&format!("{} ({share}{score})", plain(&perspective.name)), width));
        for card in of_it() {
            lines.push(line(&|column| (column.cell)(card)));
        }
    }
}

/// `text` cut or filled up to `width`, to the right where it is a number.
fn fit(text: &str, width: usize, is_number: bool) -> String {
    let text = cut(text, width);
    let space = " ".repeat(width.saturating_sub(text.width()));
    if is_number { space + &text } else { text + &space }
}
