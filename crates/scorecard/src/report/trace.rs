//! Where each figure comes from: the definition it was worked out by, who approved it, what it was when its period was closed,
//! and the command that lists the rows behind it.

use std::fmt::Write as _;

use super::Sources;
use crate::card::Card;
use crate::definition::Kpi;
use crate::document::{Block, Cell, Column, Row, Table};
use crate::review::{Approval, SinceOf};
use crate::words;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    vec![Block::heading(1, "Where the figures come from", "trace"), Block::Table(table(sources))]
}

pub(super) fn table(sources: &Sources<'_>) -> Table {
    let row = |(kpi, card): (&Kpi, &Card)| {
        let version =
            sources.catalogue.get(&kpi.metric).map(|metric| format!("{}, version {}", kpi.metric, metric.version));
        let definition = version.unwrap_or_else(|| format!("{}, which has errors", kpi.metric));
        let variant = kpi.variant.as_ref().map_or_else(String::new, |variant| format!(", {variant}"));
        Row::plain([
            Cell::text(&card.name),
            Cell::text(format!("{definition}{variant}")),
            Cell::text(card.approval.as_ref().map_or_else(|| "not known".to_owned(), Approval::words)),
            Cell::text(closed(sources, card)),
            Cell::text(behind(sources, kpi)),
        ])
    };
    Table {
        caption: String::new(),
        columns: vec![
            Column::text("KPI", 4),
            Column::text("Definition", 4),
            Column::text("Approval of KPI and target", 4),
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
