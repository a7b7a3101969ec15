//! Rows as CSV, record by record.

use catalogue::expression::{Value, show};
use engine::rows::{FactColumn, FactRow};
use model::FactTable;

use super::body::RowBody;
use crate::csv::harmless;

/// Columns in front of the cells.
const FIRST: [&str; 8] = ["system", "id", "ticket_id", "at", "part", "amount", "weight", "open"];

/// Whether a cell already stands in front.
fn in_front(column: &FactColumn) -> bool {
    FIRST.contains(&column.name.as_str())
}

/// The line of names.
///
/// # Errors
/// Never on memory that can grow.
pub fn header(columns: &[FactColumn]) -> std::io::Result<Vec<u8>> {
    let rest = columns.iter().filter(|column| !in_front(column)).map(|column| column.name.as_str());
    lines([FIRST.into_iter().chain(rest)])
}

/// A line a row. Text that a spreadsheet would run as a formula is made harmless.
///
/// # Errors
/// Never on memory that can grow.
pub fn records(rows: &[FactRow], table: FactTable, columns: &[FactColumn]) -> std::io::Result<Vec<u8>> {
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    lines(rows.iter().map(|row| {
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
        cells
    }))
}

fn lines<L>(records: impl IntoIterator<Item = L>) -> std::io::Result<Vec<u8>>
where
    L: IntoIterator,
    L::Item: AsRef<[u8]>,
{
    let mut out = csv::Writer::from_writer(Vec::new());
    for record in records {
        out.write_record(record).map_err(std::io::Error::other)?;
    }
    out.into_inner().map_err(|error| std::io::Error::other(error.to_string()))
}
