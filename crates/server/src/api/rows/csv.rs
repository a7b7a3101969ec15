//! Rows as CSV, record by record.

use catalogue::expression::{Value, show};
use engine::rows::{FactColumn, FactRow};
use model::FactTable;

use super::body::RowBody;
use crate::csv::{csv_record, harmless};

/// Columns in front of the cells.
const FIRST: [&str; 8] = ["system", "id", "ticket_id", "at", "part", "amount", "weight", "open"];

/// Whether a cell already stands in front.
fn in_front(column: &FactColumn) -> bool {
    FIRST.contains(&column.name.as_str())
}

/// The line of names.
pub fn header(columns: &[FactColumn]) -> Vec<u8> {
    let rest = columns.iter().filter(|column| !in_front(column)).map(|column| column.name.as_str());
    line(FIRST.into_iter().chain(rest))
}

/// A line a row. Text that a spreadsheet would run as a formula is made harmless.
pub fn records(rows: &[FactRow], table: FactTable, columns: &[FactColumn]) -> Vec<u8> {
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let lines = rows.iter().map(|row| {
        let body = RowBody::new(row, table, columns);
        let mut cells = vec![
            harmless(body.system),
            harmless(body.id),
            harmless(body.ticket_id.unwrap_or_default()),
            body.at.to_string(),
            body.part,
            number(body.amount),
            number(body.weight),
            body.open.to_string(),
        ];
        let rest = columns.iter().zip(&row.cells).filter(|(column, _)| !in_front(column));
        cells.extend(rest.map(|(_, cell)| match cell {
            Value::Text(text) => harmless(text.clone()),
            other => show(other),
        }));
        line(cells)
    });
    lines.flatten().collect()
}

fn line<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> Vec<u8> {
    (csv_record(cells) + "\n").into_bytes()
}
