//! Rows of newline-delimited JSON.

use super::super::FIELD_MAX;
use super::super::error::MapError;
use super::block::{Block, reject};
use super::objects::Objects;
use super::table::Table;
use super::text::Text;

/// Refuses a JSON array and an object over several lines, which would be rejected line by line otherwise.
pub(super) fn expect_lines(text: &mut Text) -> Result<(), MapError> {
    loop {
        let pending = text.pending();
        let start = pending.iter().position(|byte| !byte.is_ascii_whitespace());
        let line = start.and_then(|start| {
            let length = pending[start..].iter().position(|byte| *byte == b'\n');
            length.map(|length| pending[start..start + length].trim_ascii_end())
        });
        let what = match (start.map(|start| pending[start]), line) {
            (Some(b'['), _) => "this is a JSON array",
            (_, Some(b"{")) => "the first object goes over several lines",
            (Some(_), Some(_)) => return Ok(()),
            _ if text.ended || pending.len() > FIELD_MAX => return Ok(()),
            _ => {
                text.more()?;
                continue;
            }
        };
        return Err(MapError::NotNdjson { file: text.file.clone(), what });
    }
}

/// Reads a line; false after the last.
pub(super) fn row(
    text: &mut Text,
    objects: &mut Objects,
    table: &mut Table,
    block: &mut Block,
) -> Result<bool, MapError> {
    loop {
        let pending = text.pending();
        let (end, next) = match memchr::memchr(b'\n', pending) {
            Some(end) => (end, end + 1),
            None if pending.len() > FIELD_MAX => return Err(text.too_long()),
            None if !text.ended => {
                text.more()?;
                continue;
            }
            None if pending.is_empty() => return Ok(false),
            None => (pending.len(), pending.len()),
        };
        if end > FIELD_MAX {
            return Err(text.too_long());
        }
        let row = pending[..end].strip_suffix(b"\r").unwrap_or(&pending[..end]);
        if row.trim_ascii().is_empty() {
            text.advance(next, 1);
            continue;
        }
        match objects.read(row, table) {
            Ok(line) => block.push(text.line, line),
            Err(problem) => block.unreadable.push(reject(&text.file, text.line, row, problem)),
        }
        text.advance(next, 1);
        return Ok(true);
    }
}
