//! CSV: one line a row, numbers as numbers, no text that a spreadsheet would run.

use catalogue::metric::Unit;
use scorecard::document::{Cell, RowKind};
use scorecard::workbook::Sheet;

/// `sheet` as CSV: a header, then its rows without those that only head others. Percent, seconds, points and amounts stand
/// as bare numbers, days as 2026-01-31.
pub fn csv(sheet: &Sheet) -> String {
    let heads = sheet.table.columns.iter().map(|column| harmless(column.head.clone()));
    let mut text = line(heads);
    for row in sheet.table.rows.iter().filter(|row| row.kind != RowKind::Group) {
        text.push_str(&line(row.cells.iter().map(cell)));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut text = csv_record(cells);
    text.push_str("\r\n");
    text
}

/// One line of CSV, without its end. What a cell says is as it is: see [`harmless`].
///
/// ```
/// assert_eq!(press::csv_record(["a", "b, c", "ok;=1+1;"]), r#"a,"b, c","ok;=1+1;""#);
/// ```
pub fn csv_record<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    cells.into_iter().map(|cell| quoted(cell.as_ref())).collect::<Vec<_>>().join(",")
}

/// In quotes wherever a spreadsheet might take part of it for the end of the cell: where numbers have a decimal comma, cells
/// are told apart by semicolons, and what follows one would be a cell of its own that may begin as a formula.
fn quoted(cell: &str) -> String {
    if cell.contains([',', ';', '\t', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text.words()),
        Cell::Figure(value, unit)
        | Cell::Precise(value, unit, _)
        | Cell::Change(value, unit)
        | Cell::Width(value, unit) => number(*value, *unit),
        Cell::Count(count) => count.to_string(),
        Cell::Share(value) | Cell::Number(value, _) => value.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Status(status) => status.words().to_owned(),
    }
}

/// Counts as whole numbers; the rest as it is.
fn number(value: f64, unit: Unit) -> String {
    if unit == Unit::Count && value.fract() == 0.0 { format!("{value:.0}") } else { value.to_string() }
}

/// Text that a spreadsheet would run as a formula, made harmless by a leading apostrophe.
///
/// ```
/// assert_eq!(press::harmless("=1+1".to_owned()), "'=1+1");
/// assert_eq!(press::harmless("1+1".to_owned()), "1+1");
/// ```
pub fn harmless(text: String) -> String {
    if is_formula(&text) { format!("'{text}") } else { text }
}

/// Whether a spreadsheet would take `text` for something to run.
pub(crate) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0'])
}

#[cfg(test)]
mod tests {
    use scorecard::Status;
    use scorecard::document::{Column, Row, Table};

    use super::*;

    #[test]
    fn numbers_are_bare_and_text_is_harmless() {
        let table = Table {
            caption: String::new(),
            columns: vec![Column::text("name", 1), Column::number("value"), Column::text("status", 1)],
            rows: vec![
                Row::group("a group is left out"),
                Row::plain([
                    Cell::text("=HYPERLINK(\"x\")"),
                    Cell::Figure(86.25, Unit::Percent),
                    Cell::Status(Status::OnTarget),
                ]),
                Row::plain([Cell::text("a, b"), Cell::Figure(12_660.0, Unit::Seconds), Cell::Empty]),
                Row::plain([
                    Cell::text("-1 day"),
                    Cell::Change(-47.0, Unit::Count),
                    Cell::Date("2026-10-31".parse().expect("a day")),
                ]),
            ],
        };
        let sheet = Sheet { name: "KPIs".to_owned(), table };
        assert_eq!(["ok;=1+1;", "a\t=1+1", "a b"].map(quoted), ["\"ok;=1+1;\"", "\"a\t=1+1\"", "a b"]);
        let expected = "name,value,status\r\n\"'=HYPERLINK(\"\"x\"\")\",86.25,on target\r\n\"a, b\",12660,\r\n'-1 day,-47,2026-10-31\r\n";
        assert_eq!(csv(&sheet), expected);
    }
}
