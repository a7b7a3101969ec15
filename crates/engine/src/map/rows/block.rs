//! Rows that were read together, and the text each of them was read from.

use std::borrow::Cow;

use arrow::array::{ArrayRef, StringArray, StringBuilder};
use arrow::record_batch::RecordBatch;

use super::super::error::Reject;
use super::super::value::Unreadable;
use super::parquet;

/// Bytes of a row that are kept for a reject.
const RAW_MAX: usize = 1 << 20;

/// Rows of a file.
#[derive(Debug, Default)]
pub(in crate::map) struct Block {
    /// The number of each row: the physical line it starts in, or its place among the rows of a file without lines.
    pub lines: Vec<i64>,
    /// A column for each column in use; null where a cell is missing.
    pub columns: Vec<ArrayRef>,
    /// JSON objects of the cells no expression uses; null where there are none.
    pub rest: Option<StringArray>,
    /// Rows that could not be read at all.
    pub unreadable: Vec<Reject>,
    /// Bytes of the file read so far.
    pub bytes_read: u64,
    /// Where each row starts, in a file whose rows are not lines.
    starts: Vec<Start>,
    raw: Raw,
}

/// Where a row starts in a text whose rows are not lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::map) struct Start {
    /// The physical line, 1 is the first.
    pub line: u64,
    /// The character of the line, 1 is the first.
    pub character: u64,
}

/// What the rows were read from.
#[derive(Debug)]
enum Raw {
    /// Text, with the end of each row in it and whether it is the whole row.
    Text { text: String, ends: Vec<(usize, bool)> },
    /// A batch, with the row of it that each row is.
    Batch { batch: RecordBatch, rows: Vec<usize> },
}

impl Default for Raw {
    fn default() -> Self {
        Raw::Text { text: String::new(), ends: Vec::new() }
    }
}

impl Block {
    /// A block of rows of a batch.
    pub fn of_batch(batch: RecordBatch, rows: Vec<usize>) -> Self {
        Block { raw: Raw::Batch { batch, rows }, ..Block::default() }
    }

    /// The text of a row and whether it is the whole of it.
    pub fn raw(&self, row: usize) -> (Cow<'_, str>, bool) {
        match &self.raw {
            Raw::Text { text, ends } => {
                let start = if row == 0 { 0 } else { ends.get(row - 1).map_or(0, |(end, _)| *end) };
                let (end, complete) = ends.get(row).copied().unwrap_or((start, true));
                (Cow::Borrowed(text.get(start..end).unwrap_or_default()), complete)
            }
            Raw::Batch { batch, rows } => {
                let text = rows.get(row).map_or_else(String::new, |row| parquet::row_json(batch, *row));
                (Cow::Owned(bounded(&text).0.to_owned()), false)
            }
        }
    }

    /// Where a row starts: its line, and the character of it where rows are not lines.
    pub fn place(&self, row: usize) -> (u64, Option<u64>) {
        match self.starts.get(row) {
            Some(start) => (start.line, Some(start.character)),
            None => (self.lines.get(row).map_or(0, |line| line.unsigned_abs()), None),
        }
    }

    /// Adds a row that was read, which starts in `line`.
    #[inline]
    pub fn push(&mut self, line: u64, row: &str) {
        let (kept, complete) = bounded(row);
        if let Raw::Text { text, ends } = &mut self.raw {
            text.push_str(kept);
            ends.push((text.len(), complete));
        }
        self.lines.push(line as i64);
    }

    /// Adds a row that was read, the `number`th of a document.
    pub fn push_at(&mut self, number: u64, start: Start, row: &str) {
        self.push(number, row);
        self.starts.push(start);
    }

    /// Whether there is no row in it, readable or not.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.unreadable.is_empty()
    }

    /// How many rows are in it, readable or not.
    pub fn rows(&self) -> usize {
        self.lines.len() + self.unreadable.len()
    }
}

fn bounded(line: &str) -> (&str, bool) {
    if line.len() <= RAW_MAX {
        return (line, true);
    }
    let mut end = RAW_MAX;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    (&line[..end], false)
}

/// A row that could not be read.
pub(super) fn reject(file: &str, line: u64, row: &[u8], problem: Unreadable) -> Reject {
    let text = String::from_utf8_lossy(row);
    let (raw, whole) = bounded(&text);
    let complete = whole && matches!(text, Cow::Borrowed(_));
    Reject {
        file: file.to_owned(),
        line,
        character: None,
        column: None,
        code: problem.code,
        reason: problem.reason,
        raw: raw.to_owned(),
        complete,
    }
}

/// The JSON object of what is kept of a row, written member by member.
#[derive(Default)]
pub(super) struct Kept {
    json: Vec<u8>,
}

impl Kept {
    /// Forgets the row before.
    pub fn clear(&mut self) {
        self.json.clear();
    }

    /// A member whose key is written already, with quotes and colon.
    pub fn text(&mut self, key: &str, text: &str) {
        self.next();
        self.json.extend_from_slice(key.as_bytes());
        self.string(text);
    }

    /// A member whose key is written already, with quotes and colon, and whose value is JSON.
    pub fn keyed_json(&mut self, key: &str, value: &str) {
        self.next();
        self.json.extend_from_slice(key.as_bytes());
        self.json.extend_from_slice(value.as_bytes());
    }

    /// A member whose value is JSON.
    pub fn json(&mut self, name: &str, value: &str) {
        self.next();
        self.string(name);
        self.json.push(b':');
        self.json.extend_from_slice(value.as_bytes());
    }

    fn next(&mut self) {
        self.json.push(if self.json.is_empty() { b'{' } else { b',' });
    }

    fn string(&mut self, text: &str) {
        // writing to memory does not fail
        let _ = serde_json::to_writer(&mut self.json, text);
    }

    /// Appends the object, or null where it has no members.
    pub fn finish(&mut self, into: &mut StringBuilder) {
        if !self.json.is_empty() {
            self.json.push(b'}');
        }
        into.append_option(std::str::from_utf8(&self.json).ok().filter(|json| !json.is_empty()));
    }
}

/// A row as text, where it is text.
pub(super) fn readable(row: &[u8]) -> Result<&str, Unreadable> {
    let text = std::str::from_utf8(row).map_err(|error| {
        Unreadable::new(
            "invalid_encoding",
            format!("byte {} of the row means nothing in the encoding", error.valid_up_to() + 1),
        )
    })?;
    if memchr::memchr(0, row).is_some() {
        return Err(Unreadable::new("nul_byte", "a NUL byte in the row"));
    }
    Ok(text)
}
