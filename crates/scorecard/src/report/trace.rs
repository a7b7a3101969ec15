//! Where each figure comes from: the definition it was worked out by, who approved it, what it was when its period was closed,
//! and the commands that list the rows behind it.

use super::Sources;
use super::behind::{self, Asked};
use crate::card::{Card, Scorecard};
use crate::definition::{Gate, Kpi};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::gate::{CardGate, GateStatus};
use crate::review::{Approval, ClosedFigure, ClosedPeriod, SinceOf, is_close};
use crate::words;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let whole = table(sources);
    // the definition with its approval in one column, and the rows behind them in a table of their own
    let rows = whole.rows.iter().filter_map(|row| match row.cells.as_slice() {
        [name, Cell::Text(definition), Cell::Text(approval), of_card, closed, ..] => {
            let definition = Text::lines([definition.clone(), approval.clone()]);
            Some(Row::plain([name.clone(), Cell::Text(definition), of_card.clone(), closed.clone()]))
        }
        _ => None,
    });
    let columns = vec![
        Column::text("KPI or gate", 4),
        Column::text("Definition, and who approved it", 5),
        Column::text("Who approved its place and target on the card", 5),
        Column::text("Closed", 4),
    ];
    vec![
        Block::heading(1, "Where the figures come from", "trace"),
        Block::Table(Table { caption: String::new(), columns, rows: rows.collect() }),
        Block::paragraph(behind::introduction(sources)),
        Block::Table(behind::in_short(sources)),
    ]
}

/// A row a KPI, then one for each gate that is no KPI's.
pub(super) fn table(sources: &Sources<'_>) -> Table {
    let card = sources.card;
    let of_kpi = |(kpi, card): (&Kpi, &Card)| {
        let approval = card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words_on_card);
        row(sources, &card.name, &Asked::from(kpi), approval, closed(sources, &Stood::of_kpi(card, sources.card)))
    };
    let of_gate = |(gate, found): (&Gate, &CardGate)| {
        // it is signed with its card
        let approval = card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words);
        row(sources, &gate.name, &Asked::from(gate), approval, closed(sources, &Stood::from(found)))
    };
    let kpis = sources.definition.kpis.iter().zip(&card.kpis).map(of_kpi);
    let gates = sources.definition.gates.iter().zip(&card.gates).filter(|(gate, _)| gate.kpi.is_none());
    Table {
        caption: String::new(),
        columns: vec![
            Column::text("KPI or gate", 4),
            Column::text("Definition", 5),
            Column::text("Approval of the definition", 6),
            Column::text("Approval on the card, with its target", 6),
            Column::text("Closed", 4),
            Column::text("Rows behind it", 6),
        ],
        rows: kpis.chain(gates.map(of_gate)).collect(),
    }
}

fn row(sources: &Sources<'_>, name: &str, asked: &Asked, approval: String, closed: String) -> Row {
    let metric = asked.metric.as_str();
    let version = sources.catalogue.get(metric).map(|found| format!(", version {}", found.version));
    let definition = Text::new().code(metric).plain(version.unwrap_or_else(|| ", which has errors".to_owned()));
    let definition = match &asked.variant {
        Some(variant) => definition.plain(", ").code(variant.as_str()),
        None => definition,
    };
    let commands = behind::leaves(sources.catalogue, asked);
    let commands = commands.iter().map(|leaf| Text::new().code(behind::command(sources.card, leaf)));
    let commands = Text::join(commands, "; ");
    Row::plain([
        Cell::text(name),
        Cell::Text(definition),
        Cell::text(sources.approved.get(metric).map_or("not known", String::as_str)),
        Cell::text(approval),
        Cell::text(closed),
        Cell::Text(if commands.is_empty() { Text::from(behind::PRIVATE) } else { commands }),
    ])
}

/// What of a card may have been closed.
struct Stood<'c> {
    of: SinceOf,
    id: &'c str,
    has_figure: bool,
    /// What it was when it was closed last; none of a gate, and of a KPI that was not on the card.
    last: Option<&'c ClosedFigure>,
    /// Whether it is another now.
    is_restated: bool,
}

impl<'c> Stood<'c> {
    fn of_kpi(kpi: &'c Card, card: &'c Scorecard) -> Self {
        Stood {
            of: SinceOf::Kpi,
            id: &kpi.id,
            has_figure: kpi.value.is_some(),
            last: card.closed.as_ref().and_then(|closed| closed.figure(&kpi.id)),
            is_restated: kpi.restated.is_some(),
        }
    }
}

impl<'c> From<&'c CardGate> for Stood<'c> {
    fn from(gate: &'c CardGate) -> Self {
        let has_figure = gate.status != GateStatus::Unknown;
        Stood { of: SinceOf::Gate, id: &gate.id, has_figure, last: None, is_restated: false }
    }
}

/// What the figure was when its period was closed, each time.
fn closed(sources: &Sources<'_>, stood: &Stood<'_>) -> String {
    let Some(closed) = &sources.card.closed else { return "not closed".to_owned() };
    let before = earlier(closed, stood);
    let how = |is_provisional: bool| if is_provisional { "provisionally " } else { "" };
    let again = if before.is_empty() { "" } else { "again " };
    let on = format!("{again}{}on {} by {}", how(closed.provisional), words::day(closed.on), closed.by);
    let reason = closed.reason.as_ref().filter(|_| !before.is_empty());
    let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    let since = closed.since(stood.of, stood.id);
    if stood.of == SinceOf::Kpi && stood.last.is_none() {
        return "not on the card when its period was closed".to_owned();
    }
    let is_replaced = since.is_some_and(|since| since.replaced);
    let then = stood.last.filter(|_| stood.is_restated || is_replaced || !before.is_empty());
    let then = then.map_or_else(String::new, |then| format!(" as {}", words::figure(then.value, then.unit)));
    let since = match since {
        _ if stood.is_restated => "restated since".to_owned(),
        Some(since) if since.figure => format!("restated since: {}", since.sentence),
        Some(since) if since.replaced => format!("another figure since: {}", since.sentence),
        Some(_) => "judged otherwise since".to_owned(),
        None if !stood.has_figure => "without a figure".to_owned(),
        None => "the same now".to_owned(),
    };
    format!("{before}{on}{then}{reason}, {since}")
}

/// `first on 2 Nov 2026 by Anna as 80.5 %, `: what it had been before the period was closed the last time, where that was
/// something else.
fn earlier(closed: &ClosedPeriod, stood: &Stood<'_>) -> String {
    let Some(last) = stood.last else {
        let told = closed.earlier.iter().flat_map(|one| &one.changed);
        let told = told.filter(|one| one.of == stood.of && one.id == stood.id);
        return told.map(|one| format!("{}; ", one.sentence)).collect();
    };
    let is_other = |figure: &ClosedFigure| !is_close(figure.value, last.value) || figure.n != last.n;
    if !closed.earlier.iter().filter_map(|one| one.figure(stood.id)).any(is_other) {
        return String::new();
    }
    let told = closed.earlier.iter().enumerate().filter_map(|(place, one)| {
        let figure = one.figure(stood.id)?;
        let figure = words::figure(figure.value, figure.unit);
        let which = if place == 0 { "first" } else { "again" };
        let how = if one.provisional { " provisionally" } else { "" };
        let reason = one.reason.as_ref().filter(|_| place > 0);
        let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        Some(format!("{which}{how} on {} by {} as {figure}{reason}, ", words::day(one.on), one.by))
    });
    told.collect()
}
