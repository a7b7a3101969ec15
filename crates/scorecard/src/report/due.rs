//! What is due.

use jiff::civil::Date;

use crate::document::{Block, Cell, Column, Row, Table};
use crate::words;

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

impl Due {
    /// The definitions that nobody has reviewed yet, in one line: after a card is approved there are dozens, and one by one
    /// they would hide what else is due. None of none. `first` is the day the first of them was to be reviewed, and how many
    /// days ago.
    pub fn never_reviewed(definitions: usize, first: (Date, u32)) -> Option<Due> {
        let name = match definitions {
            0 => return None,
            1 => "1 definition".to_owned(),
            several => format!("{} definitions", words::count(several as u64)),
        };
        let what = "never reviewed: crosscheck review due".to_owned();
        Some(Due { name, what, who: None, on: first.0, overdue_days: first.1 })
    }
}

pub(super) fn blocks(due: &[Due]) -> Vec<Block> {
    if due.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, "What is due", "due"), Block::Table(table(due))]
}

/// Most rows of a report that is not about what is to be done.
const FIRST: usize = 5;

/// The first of it, and how many more there are.
pub(super) fn first_blocks(due: &[Due]) -> Vec<Block> {
    let (first, rest) = due.split_at(due.len().min(FIRST));
    let mut blocks = blocks(first);
    if !rest.is_empty() {
        blocks.push(Block::paragraph(format!("And {} more.", words::count(rest.len() as u64))));
    }
    blocks
}

pub(super) fn table(due: &[Due]) -> Table {
    let row = |due: &Due| {
        let late = words::late(due.overdue_days).map_or(Cell::Empty, Cell::text);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_reviewed_is_one_line() {
        let today = Date::constant(2026, 11, 26);
        let check = |count: usize, expected: Option<&str>| {
            let found = Due::never_reviewed(count, (today, 3));
            assert!(found.iter().all(|due| (due.on, due.overdue_days) == (today, 3)));
            assert_eq!(found.map(|due| format!("{}, {}", due.name, due.what)).as_deref(), expected, "{count}");
        };
        check(0, None);
        check(1, Some("1 definition, never reviewed: crosscheck review due"));
        check(1023, Some("1,023 definitions, never reviewed: crosscheck review due"));
    }

    #[test]
    fn an_executive_sees_the_first_five() {
        let due = |number: i8| Due {
            name: format!("KPI {number}"),
            what: "monthly review".to_owned(),
            who: None,
            on: Date::constant(2026, 11, number),
            overdue_days: 0,
        };
        let check = |count: i8, rows: usize, more: Option<&str>| {
            let all: Vec<Due> = (1..=count).map(due).collect();
            let blocks = first_blocks(&all);
            let shown = blocks.iter().find_map(|block| match block {
                Block::Table(table) => Some(table.rows.len()),
                _ => None,
            });
            assert_eq!(shown.unwrap_or(0), rows);
            let told: Vec<&Block> = blocks.iter().filter(|block| matches!(block, Block::Paragraph(_))).collect();
            assert_eq!(told, more.map(Block::paragraph).iter().collect::<Vec<_>>());
        };
        check(0, 0, None);
        check(5, 5, None);
        check(15, 5, Some("And 10 more."));
    }
}
