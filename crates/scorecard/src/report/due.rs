//! What is due.

use jiff::civil::Date;

use crate::document::{Block, Cell, Column, Row, Table};

/// Something that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Of what.
    pub name: String,
    /// What is due of it: `monthly review`, `target`.
    pub what: String,
    /// Who is to do it.
    pub who: Option<String>,
    /// The day.
    pub on: Date,
    /// Days since then; 0 where it is still to come.
    pub overdue_days: u32,
}

pub(super) fn blocks(due: &[Due]) -> Vec<Block> {
    if due.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, "What is due", "due"), Block::Table(table(due))]
}

pub(super) fn table(due: &[Due]) -> Table {
    let row = |due: &Due| {
        let late = match due.overdue_days {
            0 => Cell::Empty,
            1 => Cell::text("1 day late"),
            days => Cell::text(format!("{days} days late")),
        };
        let who = due.who.as_ref().map_or_else(|| Cell::text("nobody yet"), Cell::text);
        Row::plain([Cell::Date(due.on), Cell::text(&due.name), Cell::text(&due.what), who, late])
    };
    Table {
        caption: String::new(),
        columns: vec![
            Column::text("Day", 3),
            Column::text("Of", 6),
            Column::text("What", 4),
            Column::text("Who", 4),
            Column::text("", 3),
        ],
        rows: due.iter().map(row).collect(),
    }
}
