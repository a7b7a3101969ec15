//! A file → blocks of rows, the cells of the columns in use as Arrow text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use catalogue::source::{Format, Read, Source};

use super::block::{Block, Kept, readable, reject};
use super::columns::{Columns, Role};
use super::csv::{self, Cell, Dialect, Split};
use super::error::MapError;
use super::input::Input;
use super::value::Unreadable;
use super::{COLUMNS_MAX, FIELD_MAX, ndjson};

/// Rows of a block, at most.
const ROWS_MAX: usize = 8192;
/// Bytes of a block's rows after which it is full.
const BLOCK_BYTES: usize = 8 << 20;

/// Reads a file block by block.
pub(super) struct Rows {
    input: Input,
    file: String,
    /// Decoded text; what is before `at` has been read.
    text: Vec<u8>,
    at: usize,
    ended: bool,
    line: u64,
    missing: Vec<String>,
    layout: Layout,
    builders: Vec<StringBuilder>,
    rest: Option<StringBuilder>,
    kept: Kept,
    /// Rows still to be read.
    left: usize,
    header: Option<String>,
}

enum Layout {
    Csv { dialect: Dialect, roles: Vec<Role>, cells: Vec<Cell> },
    Ndjson { used: HashMap<String, usize>, values: Vec<Option<String>>, filled: Vec<bool>, seen: Vec<bool> },
}

impl Rows {
    /// Opens `path`, reads its header line, and finds the columns in use in it. At most `limit` rows will be read.
    pub fn open(source: &Source, columns: &Columns, path: &Path, limit: Option<usize>) -> Result<Self, MapError> {
        let read = &source.read;
        let input = Input::open(path, read)?;
        let used = columns.names.len();
        let mut rows = Rows {
            input,
            file: path.display().to_string(),
            text: Vec::new(),
            at: 0,
            ended: false,
            line: 1,
            missing: read.missing.iter().map(|missing| missing.trim().to_owned()).collect(),
            layout: Layout::Csv { dialect: dialect(source)?, roles: Vec::new(), cells: Vec::new() },
            builders: (0..used).map(|_| StringBuilder::new()).collect(),
            rest: read.keep.then(StringBuilder::new),
            kept: Kept::default(),
            left: limit.unwrap_or(usize::MAX),
            header: None,
        };
        match read.format {
            Format::Csv => {
                let header = rows.csv_header(read)?;
                let assigned = columns.assign(&header, source).map_err(MapError::Diagnostics)?;
                if let Layout::Csv { roles, .. } = &mut rows.layout {
                    *roles = assigned;
                }
            }
            Format::Ndjson => {
                rows.expect_ndjson()?;
                rows.layout = Layout::Ndjson {
                    used: columns.names.iter().cloned().zip(0..).collect(),
                    values: vec![None; used],
                    filled: vec![false; used],
                    seen: vec![false; used],
                };
            }
        }
        Ok(rows)
    }

    /// Size of the file in bytes.
    pub fn bytes_total(&self) -> u64 {
        self.input.bytes_total()
    }

    /// The header line as it stands in the file.
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// Which columns in use no row had; only JSON can tell.
    pub fn never_seen(&self) -> Vec<usize> {
        match &self.layout {
            Layout::Csv { .. } => Vec::new(),
            Layout::Ndjson { seen, .. } => (0..seen.len()).filter(|used| !seen[*used]).collect(),
        }
    }

    /// The hash of the file, once every row has been read.
    pub fn finish(self) -> Result<blake3::Hash, MapError> {
        self.input.finish()
    }

    /// The next rows; `None` after the last.
    pub fn next_block(&mut self) -> Result<Option<Block>, MapError> {
        let mut block = Block::default();
        let mut bytes = 0;
        while self.left > 0 && block.rows() < ROWS_MAX && bytes < BLOCK_BYTES {
            let before = self.at;
            let more = match self.layout {
                Layout::Csv { .. } => self.csv_row(&mut block)?,
                Layout::Ndjson { .. } => self.ndjson_row(&mut block)?,
            };
            if !more {
                break;
            }
            bytes += self.at.saturating_sub(before);
        }
        if block.is_empty() {
            return Ok(None);
        }
        block.columns = self.builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        block.rest = self.rest.as_mut().map(StringBuilder::finish);
        block.bytes_read = self.input.bytes_read();
        Ok(Some(block))
    }

    /// Reads more text behind what is pending; false at the end of the file.
    fn more(&mut self) -> Result<(), MapError> {
        self.text.drain(..self.at);
        self.at = 0;
        // as much again as is pending, so that a long field is not looked through time after time
        let wanted = self.text.len();
        self.ended = !self.input.fill(&mut self.text, wanted)?;
        Ok(())
    }

    fn advance(&mut self, next: usize, lines: u64) {
        self.at += next;
        self.line += lines;
    }

    fn too_long(&self) -> MapError {
        MapError::TooLong { file: self.file.clone(), line: self.line }
    }

    /// Names of the columns, trimmed; of the header line, or of the source file where the file has none.
    fn csv_header(&mut self, read: &Read) -> Result<Vec<String>, MapError> {
        if let Some(columns) = &read.columns {
            return Ok(columns.iter().map(|name| name.trim().to_owned()).collect());
        }
        loop {
            let Layout::Csv { dialect, cells, .. } = &mut self.layout else { return Ok(Vec::new()) };
            let text = &self.text[self.at..];
            match csv::split(text, self.ended, *dialect, COLUMNS_MAX, FIELD_MAX, cells) {
                Split::More => self.more()?,
                Split::End => return Err(MapError::Empty { file: self.file.clone() }),
                Split::TooLong => return Err(self.too_long()),
                Split::Blank { next } => self.advance(next, 1),
                Split::Broken { reason, .. } => return Err(MapError::Header { file: self.file.clone(), reason }),
                Split::Row { end, next, .. } => {
                    if cells.len() > COLUMNS_MAX {
                        return Err(MapError::TooManyColumns { file: self.file.clone(), columns: cells.len() });
                    }
                    let header = |reason: &str| MapError::Header { file: self.file.clone(), reason: reason.to_owned() };
                    let line = std::str::from_utf8(&text[..end])
                        .map_err(|_| header("its bytes mean nothing in the encoding"))?;
                    if line.contains('\0') {
                        return Err(header("it holds NUL bytes; the file may be UTF-16"));
                    }
                    let names =
                        cells.iter().map(|cell| unquoted(line, *cell, dialect.quote).trim().to_owned()).collect();
                    let lines = csv::count_lines(&text[..next]);
                    self.header = Some(line.to_owned());
                    self.advance(next, lines);
                    return Ok(names);
                }
            }
        }
    }

    fn csv_row(&mut self, block: &mut Block) -> Result<bool, MapError> {
        loop {
            let Layout::Csv { dialect, roles, cells } = &mut self.layout else { return Ok(false) };
            let text = &self.text[self.at..];
            let (end, next, lines) = match csv::split(text, self.ended, *dialect, COLUMNS_MAX, FIELD_MAX, cells) {
                Split::More => {
                    self.more()?;
                    continue;
                }
                Split::End => return Ok(false),
                Split::TooLong => return Err(self.too_long()),
                Split::Blank { next } => {
                    self.advance(next, 1);
                    continue;
                }
                Split::Broken { code, reason, end, next } => {
                    let problem = Unreadable::new(code, reason);
                    block.unreadable.push(reject(&self.file, self.line, &text[..end], problem));
                    self.advance(next, 1);
                    self.left -= 1;
                    return Ok(true);
                }
                Split::Row { end, next, lines_inside } => {
                    (end, next, if lines_inside { csv::count_lines(&text[..next]) } else { 1 })
                }
            };
            let row = &text[..end];
            match readable(row).and_then(|line| {
                if cells.len() == roles.len() { Ok(line) } else { Err(ragged(cells.len(), roles.len())) }
            }) {
                Ok(line) => {
                    block.push(self.line, line);
                    self.kept.clear();
                    for (cell, role) in cells.iter().zip(roles.iter()) {
                        let cell = unquoted(line, *cell, dialect.quote);
                        let missing = is_missing(&cell, &self.missing);
                        match role {
                            Role::Used(used) if missing => self.builders[*used].append_null(),
                            Role::Used(used) => self.builders[*used].append_value(&cell),
                            Role::Kept(key) if self.rest.is_some() && !missing => {
                                self.kept.text(key, &cell);
                            }
                            Role::Kept(_) => {}
                        }
                    }
                    self.rest.iter_mut().for_each(|rest| self.kept.finish(rest));
                }
                Err(problem) => block.unreadable.push(reject(&self.file, self.line, row, problem)),
            }
            self.advance(next, lines);
            self.left -= 1;
            return Ok(true);
        }
    }

    /// Refuses a JSON array and an object over several lines, which would be rejected line by line otherwise.
    fn expect_ndjson(&mut self) -> Result<(), MapError> {
        loop {
            let blank = self.text.iter().position(|byte| !byte.is_ascii_whitespace());
            let line = blank.and_then(|start| {
                let length = self.text[start..].iter().position(|byte| *byte == b'\n');
                length.map(|length| self.text[start..start + length].trim_ascii_end())
            });
            let what = match (blank.map(|start| self.text[start]), line) {
                (Some(b'['), _) => "this is a JSON array",
                (_, Some(b"{")) => "the first object goes over several lines",
                (Some(_), Some(_)) => return Ok(()),
                _ if self.ended || self.text.len() > FIELD_MAX => return Ok(()),
                _ => {
                    self.more()?;
                    continue;
                }
            };
            return Err(MapError::NotNdjson { file: self.file.clone(), what });
        }
    }

    fn ndjson_row(&mut self, block: &mut Block) -> Result<bool, MapError> {
        loop {
            let text = &self.text[self.at..];
            let (end, next) = match text.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end, end + 1),
                None if text.len() > FIELD_MAX => return Err(self.too_long()),
                None if !self.ended => {
                    self.more()?;
                    continue;
                }
                None if text.is_empty() => return Ok(false),
                None => (text.len(), text.len()),
            };
            if end > FIELD_MAX {
                return Err(self.too_long());
            }
            let row = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
            if row.trim_ascii().is_empty() {
                self.advance(next, 1);
                continue;
            }
            let Layout::Ndjson { used, values, filled, seen } = &mut self.layout else { return Ok(false) };
            filled.fill(false);
            self.kept.clear();
            let (missing, keeps, kept) = (&self.missing, self.rest.is_some(), &mut self.kept);
            let read = readable(row).and_then(|line| {
                ndjson::members(line, &mut |name, value| {
                    match used.get(name).copied() {
                        Some(at) if filled[at] => {
                            return Err(Unreadable::new(
                                "duplicate_key",
                                format!("the key {name:?} stands twice in the object"),
                            ));
                        }
                        Some(at) => {
                            filled[at] = true;
                            let text = ndjson::text(value)?.filter(|text| !is_missing(text, missing));
                            store(&mut values[at], text);
                        }
                        None if keeps && value != "null" && value != "\"\"" => {
                            kept.json(name, value);
                        }
                        None => {}
                    }
                    Ok(())
                })
                .map(|()| line)
            });
            match read {
                Ok(line) => {
                    block.push(self.line, line);
                    for (at, builder) in self.builders.iter_mut().enumerate() {
                        seen[at] |= filled[at];
                        builder.append_option(values[at].as_deref().filter(|_| filled[at]));
                    }
                    self.rest.iter_mut().for_each(|rest| self.kept.finish(rest));
                }
                Err(problem) => block.unreadable.push(reject(&self.file, self.line, row, problem)),
            }
            self.advance(next, 1);
            self.left -= 1;
            return Ok(true);
        }
    }
}

/// Puts `text` into a slot, whose memory is used again.
fn store(slot: &mut Option<String>, text: Option<Cow<'_, str>>) {
    match (slot.as_mut(), text) {
        (Some(old), Some(text)) => {
            old.clear();
            old.push_str(&text);
        }
        (_, text) => *slot = text.map(Cow::into_owned),
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

fn ragged(cells: usize, columns: usize) -> Unreadable {
    let or_more = if cells > COLUMNS_MAX { " or more" } else { "" };
    Unreadable::new("ragged_row", format!("{cells}{or_more} fields where there are {columns} columns"))
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

#[inline]
fn is_missing(cell: &str, missing: &[String]) -> bool {
    let trimmed = match cell.as_bytes() {
        // nearly every cell: nothing to trim
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
        _ => cell.trim(),
    };
    trimmed.is_empty() || missing.iter().any(|missing| missing == trimmed)
}
