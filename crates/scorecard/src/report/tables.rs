//! Figures against their targets, operational metrics, purposes and notes.

use catalogue::answer::Quality;

use super::Sources;
use crate::card::{Card, Scorecard};
use crate::changes::verdict;
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::path;
use crate::review::ApprovalStatus;
use crate::terminal;
use crate::words;

/// Every KPI by perspective; with the days and owners of targets where `is_detailed`.
pub(super) fn against_target(sources: &Sources<'_>, is_detailed: bool) -> Vec<Block> {
    let card = sources.card;
    let has_change = card.compared.is_some();
    let mut columns = vec![Column::text("KPI", 5), Column::number("Figure"), Column::number("Margin").under(1)];
    if !is_detailed {
        columns.push(Column::number("n").under(1));
    }
    if has_change {
        columns.push(Column::number("Change"));
    }
    columns.push(Column::number("Target"));
    columns.push(Column::text("Status", 0));
    let has_scores = card.kpis.iter().any(|kpi| kpi.score.is_some());
    if has_scores {
        columns.push(Column::number("Score"));
    }
    if is_detailed {
        columns.push(Column::text("Who", 4).under(0));
    }
    let mut rows = Vec::new();
    for perspective in &card.perspectives {
        let of_it: Vec<&Card> = card.kpis.iter().filter(|kpi| kpi.perspective == perspective.id).collect();
        if of_it.is_empty() {
            continue;
        }
        let share = words::share(perspective.weight);
        rows.push(Row::group(Text::new().strong(perspective.name.as_str()).plain(format!(", {share} of the card"))));
        rows.extend(of_it.into_iter().map(|kpi| row(kpi, has_change, has_scores, is_detailed)));
    }
    if rows.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, "Against target", "target"), Block::Table(Table { caption: String::new(), columns, rows })]
}

fn row(kpi: &Card, has_change: bool, has_scores: bool, is_detailed: bool) -> Row {
    let mut cells = vec![Cell::text(kpi.name.as_str()), figure(kpi), Cell::text(margin(kpi))];
    if !is_detailed {
        cells.push(n(kpi));
    }
    if has_change {
        cells.push(change(kpi));
    }
    let target = kpi.target.as_ref();
    cells.push(target.map_or(Cell::Empty, |target| Cell::text(target.words(kpi.direction, kpi.unit))));
    cells.push(status(kpi));
    if has_scores {
        cells.push(Cell::score(kpi.score));
    }
    if is_detailed {
        cells.push(target.and_then(|target| target.owner.as_ref()).map_or(Cell::Empty, Cell::text));
    }
    Row::plain(cells)
}

/// A figure that can be shown stays a number; of too few it is how many.
fn figure(kpi: &Card) -> Cell {
    match kpi.value {
        Some(_) => Cell::beside(kpi.value, kpi.goal().as_ref(), kpi.unit),
        None => Cell::text(terminal::value(kpi)),
    }
}

fn n(kpi: &Card) -> Cell {
    if kpi.quality == Quality::Withheld { Cell::Empty } else { Cell::Count(kpi.n) }
}

/// From where to where, as two pieces where each end has its unit: `25 m 35 s –` and `58 m 31 s`.
fn margin(kpi: &Card) -> Text {
    let words = terminal::margin(kpi);
    match words.split_once(" – ") {
        Some((low, high)) => Text::from(format!("{low} –")).plain(format!(" {high}")),
        None => Text::from(words),
    }
}

/// `+1.2 pp better`, in two pieces.
fn change(kpi: &Card) -> Cell {
    kpi.change.as_ref().and_then(|change| change.value).map_or(Cell::Empty, |by| {
        let verdict = verdict(kpi);
        let by = Text::from(words::difference(by, kpi.unit));
        Cell::text(if verdict.is_empty() { by } else { by.plain(format!(" {verdict}")) })
    })
}

pub(super) fn status(kpi: &Card) -> Cell {
    match terminal::status_words(kpi) {
        terminal::NO_TARGET => Cell::text(terminal::NO_TARGET),
        _ => Cell::Status(kpi.status),
    }
}

/// The operational metrics over the same days.
pub(super) fn operational(sources: &Sources<'_>) -> Vec<Block> {
    let Some(card) = sources.operational.filter(|card| !card.kpis.is_empty()) else { return Vec::new() };
    let mut rows = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for kpi in &sources.definition.kpis {
        let of_it: Vec<&Card> = card
            .kpis
            .iter()
            .filter(|one| kpi.operational.contains(&one.metric) && !told.contains(&one.id.as_str()))
            .collect();
        if of_it.is_empty() {
            continue;
        }
        rows.push(Row::group(Text::from("Moves ").strong(kpi.name.as_str())));
        told.extend(of_it.iter().map(|one| one.id.as_str()));
        rows.extend(of_it.into_iter().map(operational_row));
    }
    let rest: Vec<&Card> = card.kpis.iter().filter(|one| !told.contains(&one.id.as_str())).collect();
    if !rest.is_empty() && !rows.is_empty() {
        rows.push(Row::group("Also looked at"));
    }
    rows.extend(rest.into_iter().map(operational_row));
    let mut columns = vec![
        Column::text("Metric", 6),
        Column::number("Figure"),
        Column::number("Margin").under(1),
        Column::number("n").under(1),
        Column::number("Change"),
        Column::number("Target"),
    ];
    if card.kpis.iter().all(|one| one.target.is_none()) {
        columns.pop();
        for row in &mut rows {
            row.cells.truncate(columns.len());
        }
    }
    vec![
        Block::heading(1, "What moves them", "operational"),
        Block::Table(Table { caption: String::new(), columns, rows }),
    ]
}

fn operational_row(kpi: &Card) -> Row {
    let target = kpi.target.as_ref();
    Row::plain([
        Cell::text(kpi.name.as_str()),
        figure(kpi),
        Cell::text(margin(kpi)),
        n(kpi),
        change(kpi),
        target.map_or(Cell::Empty, |target| Cell::text(target.words(kpi.direction, kpi.unit))),
    ])
}

/// What each figure is for, and once what all of them are for.
pub(super) fn purposes(sources: &Sources<'_>) -> Vec<Block> {
    let definition = sources.definition;
    let items: Vec<Text> = definition
        .kpis
        .iter()
        .map(|kpi| {
            let path = path::in_short(sources.cards, definition, kpi);
            let why = kpi.why.clone().into_iter().chain(path).collect::<Vec<_>>().join(" ");
            Text::new().strong(format!("{}. ", kpi.name)).plain(why)
        })
        .collect();
    if items.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::heading(1, "What they are for", "purposes"), Block::list(items)];
    blocks.extend(path::promised(sources.cards, definition).map(Block::paragraph));
    blocks
}

/// What to know before relying on a figure.
pub(super) fn notes(card: &Scorecard) -> Vec<Block> {
    let of = |quality: Quality, meaning: &str| {
        let names: Vec<&str> =
            card.kpis.iter().filter(|kpi| kpi.quality == quality).map(|kpi| kpi.name.as_str()).collect();
        (!names.is_empty()).then(|| Text::new().strong(format!("{}: ", names.join(", "))).plain(meaning))
    };
    let mut items: Vec<Text> = [
        of(Quality::Settling, "still settling: late answers are still coming in, and the figure will move."),
        of(Quality::Provisional, "provisional: the books are not closed yet, or there are few entries."),
        of(Quality::NotReached, "not reached: so much is still open that there is no such figure yet."),
        of(Quality::LowN, "few answers: mind the margin."),
        of(Quality::Suppressed, "too few to show a figure."),
        of(Quality::Withheld, "withheld: it would be about too few people."),
    ]
    .into_iter()
    .flatten()
    .collect();
    let is_retired = |kpi: &&Card| kpi.approval.as_ref().is_some_and(|one| one.status == ApprovalStatus::Retired);
    items.extend(card.kpis.iter().filter(is_retired).filter_map(|kpi| {
        let said = kpi.approval.as_ref()?.words_on_card();
        Some(Text::new().strong(format!("{}: ", kpi.name)).plain(format!("{said}.")))
    }));
    items.extend(card.retired_definitions.iter().map(|one| Text::prose(&format!("{}.", one.sentence))));
    let reasons = card.kpis.iter().filter_map(|kpi| Some((kpi, kpi.reason.as_ref()?)));
    items
        .extend(reasons.map(|(kpi, reason)| Text::new().strong(format!("{}: ", kpi.name)).plain(format!("{reason}."))));
    if items.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, "Before relying on them", "notes"), Block::list(items)]
}
