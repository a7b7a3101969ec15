//! Where each figure comes from: the definition it was worked out by, who approved it, what it was when its period was closed,
//! and the command that lists the rows behind it.

use std::fmt::Write as _;

use super::Sources;
use crate::card::Card;
use crate::definition::Kpi;
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::review::{Approval, SinceOf};
use crate::words;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let whole = table(sources);
    let (last, others) = (whole.columns.len() - 1, ..whole.columns.len() - 1);
    let of = |columns: &[Column], cells: &dyn Fn(&[Cell]) -> Vec<Cell>| Table {
        caption: String::new(),
        columns: columns.to_vec(),
        rows: whole.rows.iter().map(|row| Row::plain(cells(&row.cells))).collect(),
    };
    // commands in lines of their own, so that they can be copied
    let commands = [Column::text("KPI", 3), Column::text("Rows behind it", 11)];
    vec![
        Block::heading(1, "Where the figures come from", "trace"),
        Block::Table(of(&whole.columns[others], &|cells| cells[others].to_vec())),
        Block::paragraph("What was counted is listed by a command:"),
        Block::Table(of(&commands, &|cells| vec![cells[0].clone(), cells[last].clone()])),
    ]
}

pub(super) fn table(sources: &Sources<'_>) -> Table {
    let row = |(kpi, card): (&Kpi, &Card)| {
        let metric = sources.catalogue.get(&kpi.metric);
        let version =
            metric.map_or_else(|| ", which has errors".to_owned(), |one| format!(", version {}", one.version));
        let definition = Text::new().code(&kpi.metric).plain(version);
        let definition = match &kpi.variant {
            Some(variant) => definition.plain(", ").code(variant),
            None => definition,
        };
        Row::plain([
            Cell::text(&card.name),
            Cell::Text(definition),
            Cell::text(card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words)),
            Cell::text(closed(sources, card)),
            Cell::Text(Text::new().code(behind(sources, kpi))),
        ])
    };
    Table {
        caption: String::new(),
        columns: vec![
            Column::text("KPI", 4),
            Column::text("Definition", 5),
            Column::text("Approval of KPI and target", 6),
            Column::text("Closed", 4),
            Column::text("Rows behind it", 6),
        ],
        rows: sources.definition.kpis.iter().zip(&sources.card.kpis).map(row).collect(),
    }
}

/// What the figure was when its period was closed.
fn closed(sources: &Sources<'_>, card: &Card) -> String {
    let Some(closed) = &sources.card.closed else { return "not closed".to_owned() };
    let how = if closed.provisional { "provisionally " } else { "" };
    let on = words::day(closed.on);
    match &card.restated {
        None if closed.changed.iter().any(|one| one.of == SinceOf::Kpi && one.id == card.id) => {
            format!("{how}on {on} by {}, judged otherwise since", closed.by)
        }
        None if card.value.is_none() => format!("{how}on {on} by {}, without a figure", closed.by),
        None => format!("{how}on {on} by {}, the same now", closed.by),
        Some(restated) => {
            let then = words::figure(restated.closed_value, card.unit);
            format!("{how}on {on} by {} as {then}, restated since", closed.by)
        }
    }
}

/// The command that lists what was counted.
fn behind(sources: &Sources<'_>, kpi: &Kpi) -> String {
    let quoted = |text: &str| {
        let is_plain = |character: char| character.is_alphanumeric() || "_-=.".contains(character);
        if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    let range = &sources.card.range;
    let mut command = format!("crosscheck rows {} --from {} --to {}", kpi.metric, range.from, range.to);
    if let Some(variant) = &kpi.variant {
        let _ = write!(command, " --variant {}", quoted(variant));
    }
    for (name, value) in &kpi.parameters {
        let _ = write!(command, " --set {}", quoted(&format!("{name}={value}")));
    }
    for (name, values) in &sources.card.only {
        for value in values {
            let held = value.as_ref().map_or_else(|| name.clone(), |value| format!("{name}={value}"));
            let _ = write!(command, " --only {}", quoted(&held));
        }
    }
    if let Some(filter) = &kpi.filter {
        let _ = write!(command, " --where {}", quoted(&filter.value));
    }
    command
}
