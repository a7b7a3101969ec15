//! Where each figure comes from: the definition it was worked out by, who approved it, what it was when its period was closed,
//! and the commands that list the rows behind it.

use catalogue::metric::Unit;

use super::Sources;
use super::behind::{self, Asked};
use crate::card::Card;
use crate::definition::{Gate, Kpi};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::gate::{CardGate, GateStatus};
use crate::review::{Approval, SinceOf};
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
        row(sources, &card.name, &Asked::from(kpi), approval, closed(sources, &Stood::from(card)))
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
    /// What it was, where it is another now.
    then: Option<(Option<f64>, Unit)>,
}

impl<'c> From<&'c Card> for Stood<'c> {
    fn from(card: &'c Card) -> Self {
        let then = card.restated.as_ref().map(|restated| (restated.closed_value, card.unit));
        Stood { of: SinceOf::Kpi, id: &card.id, has_figure: card.value.is_some(), then }
    }
}

impl<'c> From<&'c CardGate> for Stood<'c> {
    fn from(gate: &'c CardGate) -> Self {
        Stood { of: SinceOf::Gate, id: &gate.id, has_figure: gate.status != GateStatus::Unknown, then: None }
    }
}

/// What the figure was when its period was closed.
fn closed(sources: &Sources<'_>, stood: &Stood<'_>) -> String {
    let Some(closed) = &sources.card.closed else { return "not closed".to_owned() };
    let how = if closed.provisional { "provisionally " } else { "" };
    let on = format!("{how}on {} by {}", words::day(closed.on), closed.by);
    if let Some((then, unit)) = stood.then {
        return format!("{on} as {}, restated since", words::figure(then, unit));
    }
    match closed.since(stood.of, stood.id) {
        Some(since) if since.figure => format!("{on}, restated since: {}", since.sentence),
        Some(_) => format!("{on}, judged otherwise since"),
        None if !stood.has_figure => format!("{on}, without a figure"),
        None => format!("{on}, the same now"),
    }
}
