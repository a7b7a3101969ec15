//! Rows of delimited text.

use std::borrow::Cow;

use catalogue::source::{Read, Source};

use super::super::columns::{Columns, Role};
use super::super::error::MapError;
use super::super::value::Unreadable;
use super::super::{COLUMNS_MAX, FIELD_MAX};
use super::block::{Block, readable, reject};
use super::split::{self, Cell, Dialect, Split, split};
use super::table::Table;
use super::text::Text;

/// How the rows of a file are cut and what becomes of their cells.
pub(super) struct Delimited {
    dialect: Dialect,
    roles: Vec<Role>,
    cells: Vec<Cell>,
    /// The header line as it stands in the file.
    pub header: Option<String>,
}

impl Delimited {
    /// Reads the header line and finds the columns in use in it.
    pub fn open(text: &mut Text, source: &Source, columns: &Columns) -> Result<Self, MapError> {
        let mut rows = Delimited { dialect: dialect(source)?, roles: Vec::new(), cells: Vec::new(), header: None };
        let names = rows.names(text, &source.read)?;
        rows.roles = columns.assign(&names, source).map_err(MapError::Diagnostics)?;
        Ok(rows)
    }

    /// Names of the columns, trimmed; of the header line, or of the source file where the file has none.
    fn names(&mut self, text: &mut Text, read: &Read) -> Result<Vec<String>, MapError> {
        if let Some(columns) = &read.columns {
            return Ok(columns.iter().map(|name| name.trim().to_owned()).collect());
        }
        loop {
            let pending = text.pending();
            match split(pending, text.ended, self.dialect, COLUMNS_MAX, FIELD_MAX, &mut self.cells) {
                Split::More => text.more()?,
                Split::End => return Err(MapError::Empty { file: text.file.clone() }),
                Split::TooLong => return Err(text.too_long()),
                Split::Blank { next } => text.advance(next, 1),
                Split::Broken { reason, .. } => {
                    return Err(MapError::Header { file: text.file.clone(), line: text.line, reason });
                }
                Split::Row { end, next, .. } => {
                    let columns = self.cells.len();
                    if columns > COLUMNS_MAX {
                        return Err(MapError::TooManyColumns { file: text.file.clone(), columns });
                    }
                    let header = |reason: &str| MapError::Header {
                        file: text.file.clone(),
                        line: text.line,
                        reason: reason.to_owned(),
                    };
                    let line = std::str::from_utf8(&pending[..end])
                        .map_err(|_| header("its bytes mean nothing in the encoding"))?;
                    if line.contains('\0') {
                        return Err(header("it holds NUL bytes; the file may be UTF-16"));
                    }
                    let quote = self.dialect.quote;
                    let names = self.cells.iter().map(|cell| unquoted(line, *cell, quote).trim().to_owned()).collect();
                    self.header = Some(line.to_owned());
                    let lines = split::count_lines(&pending[..next]);
                    text.advance(next, lines);
                    return Ok(names);
                }
            }
        }
    }

    /// Reads a row; false after the last.
    pub fn row(&mut self, text: &mut Text, table: &mut Table, block: &mut Block) -> Result<bool, MapError> {
        loop {
            let pending = text.pending();
            let cells = &mut self.cells;
            let (end, next, lines) = match split(pending, text.ended, self.dialect, COLUMNS_MAX, FIELD_MAX, cells) {
                Split::More => {
                    text.more()?;
                    continue;
                }
                Split::End => return Ok(false),
                Split::TooLong => return Err(text.too_long()),
                Split::Blank { next } => {
                    text.advance(next, 1);
                    continue;
                }
                Split::Broken { code, reason, end, next } => {
                    let problem = Unreadable::new(code, reason);
                    block.unreadable.push(reject(&text.file, text.line, &pending[..end], problem));
                    text.advance(next, 1);
                    return Ok(true);
                }
                Split::Row { end, next, lines_inside } => {
                    (end, next, if lines_inside { split::count_lines(&pending[..next]) } else { 1 })
                }
            };
            let row = &pending[..end];
            match readable(row).and_then(|line| fitting(line, cells.len(), self.roles.len())) {
                Ok(line) => {
                    block.push(text.line, line);
                    for (cell, role) in cells.iter().zip(&self.roles) {
                        table.cell(role, &unquoted(line, *cell, self.dialect.quote));
                    }
                    table.end_row();
                }
                Err(problem) => block.unreadable.push(reject(&text.file, text.line, row, problem)),
            }
            text.advance(next, lines);
            return Ok(true);
        }
    }
}

fn dialect(source: &Source) -> Result<Dialect, MapError> {
    let single = |setting: &'static str, value: char| {
        u8::try_from(value)
            .ok()
            .filter(u8::is_ascii)
            .filter(|byte| !matches!(byte, b'\n' | b'\r'))
            .ok_or_else(|| MapError::Setting { file: source.file.path.clone(), setting, value: value.to_string() })
    };
    let quote = source.read.quote.map(|quote| single("quote", quote)).transpose()?;
    Ok(Dialect { delimiter: single("delimiter", source.read.delimiter)?, quote })
}

fn fitting(line: &str, cells: usize, columns: usize) -> Result<&str, Unreadable> {
    if cells == columns {
        return Ok(line);
    }
    let or_more = if cells > COLUMNS_MAX { " or more" } else { "" };
    Err(Unreadable::new("ragged_row", format!("{cells}{or_more} fields where there are {columns} columns")))
}

#[inline]
fn unquoted(line: &str, cell: Cell, quote: Option<u8>) -> Cow<'_, str> {
    let text = line.get(cell.start..cell.end).unwrap_or_default();
    match quote {
        Some(quote) if cell.doubled => {
            let quote = char::from(quote);
            let doubled: String = [quote, quote].iter().collect();
            Cow::Owned(text.replace(&doubled, quote.encode_utf8(&mut [0; 4])))
        }
        _ => Cow::Borrowed(text),
    }
}
