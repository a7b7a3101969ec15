//! Rows of a JSON document.

use super::super::FIELD_MAX;
use super::super::error::{MapError, Reject};
use super::block::{Block, Start, reject};
use super::document::{Document, Event};
use super::objects::Objects;
use super::table::Table;
use super::text::Text;

/// How far the rows of a document have been read.
pub(super) struct Json {
    document: Document,
    records: Option<String>,
    rows: u64,
    /// Characters of the present line before what is pending.
    characters: u64,
}

impl Json {
    /// A document whose rows are at `records`.
    pub fn new(records: Option<&str>) -> Self {
        let records = records.map(str::to_owned);
        Json { document: Document::new(records.as_deref()), records, rows: 0, characters: 0 }
    }

    /// Reads a row; false after the last.
    ///
    /// # Errors
    /// Where the document around the rows is no JSON, or has no rows where they should be.
    pub fn row(
        &mut self,
        text: &mut Text,
        objects: &mut Objects,
        table: &mut Table,
        block: &mut Block,
    ) -> Result<bool, MapError> {
        loop {
            let (before, event) = self.document.next(text.pending(), text.ended);
            self.advance(text, before);
            match event {
                Event::Row(length) if length > FIELD_MAX => return Err(text.too_long()),
                Event::Row(length) => {
                    let start = self.start(text);
                    self.rows += 1;
                    let row = &text.pending()[..length];
                    match objects.read(row, table) {
                        Ok(object) => block.push_at(self.rows, start, object),
                        Err(problem) => {
                            let refused = reject(&text.file, start.line, row, problem);
                            block.unreadable.push(Reject { character: Some(start.character), ..refused });
                        }
                    }
                    self.advance(text, length);
                    return Ok(true);
                }
                Event::More if text.pending().len() > FIELD_MAX => return Err(text.too_long()),
                Event::More => text.more()?,
                Event::End if self.document.found => return Ok(false),
                Event::End => {
                    return Err(MapError::NoRows {
                        file: text.file.clone(),
                        records: self.records.clone(),
                        lists: std::mem::take(&mut self.document.lists),
                    });
                }
                Event::Broken(reason) => {
                    let Start { line, character } = self.start(text);
                    return Err(MapError::Json { file: text.file.clone(), line, character, reason });
                }
            }
        }
    }

    fn start(&self, text: &Text) -> Start {
        Start { line: text.line, character: self.characters + 1 }
    }

    fn advance(&mut self, text: &mut Text, bytes: usize) {
        let passed = &text.pending()[..bytes];
        let lines = memchr::memchr_iter(b'\n', passed).count() as u64;
        let line = match memchr::memrchr(b'\n', passed) {
            Some(end) => {
                self.characters = 0;
                &passed[end + 1..]
            }
            None => passed,
        };
        // all bytes of UTF-8 but those that go on with a character
        self.characters += line.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
        text.advance(bytes, lines);
    }
}
