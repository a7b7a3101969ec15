//! A file → blocks of rows, the cells of the columns in use as Arrow text.

mod block;
mod delimited;
mod document;
mod input;
mod json;
mod ndjson;
mod object;
mod objects;
mod parquet;
mod split;
mod table;
mod text;

use std::path::Path;

use catalogue::source::{Format, Source};

use super::columns::Columns;
use super::error::MapError;

pub use self::parquet::GUARDED;
pub(super) use block::Block;
pub(super) use input::RATIO_MAX;
pub use input::file_hash;

use self::parquet::Parquet;
use delimited::Delimited;
use json::Json;
use objects::Objects;
use table::Table;
use text::Text;

/// Rows of a block, at most.
const ROWS_MAX: usize = 8192;
/// Bytes of a block's rows after which it is full.
const BLOCK_BYTES: u64 = 8 << 20;

/// Reads a file block by block.
pub(super) struct Rows {
    body: Body,
    /// Rows still to be read.
    left: usize,
}

#[expect(clippy::large_enum_variant, reason = "there is one a file")]
enum Body {
    Text { text: Box<Text>, table: Table, layout: Layout },
    Parquet(Box<Parquet>),
}

enum Layout {
    Delimited(Delimited),
    Ndjson(Objects),
    Json(Json, Objects),
}

impl Rows {
    /// Opens `path` and finds the columns in use in it. At most `limit` rows will be read.
    pub fn open(source: &Source, columns: &Columns, path: &Path, limit: Option<usize>) -> Result<Self, MapError> {
        let read = &source.read;
        let left = limit.unwrap_or(usize::MAX);
        if read.format == Format::Parquet {
            return Ok(Rows { body: Body::Parquet(Box::new(Parquet::open(source, columns, path)?)), left });
        }
        let mut text = Box::new(Text::open(path, read)?);
        let layout = match read.format {
            Format::Csv | Format::Parquet => Layout::Delimited(Delimited::open(&mut text, source, columns)?),
            Format::Ndjson => {
                ndjson::expect_lines(&mut text)?;
                Layout::Ndjson(Objects::new(columns))
            }
            Format::Json => Layout::Json(Json::new(read.records.as_deref()), Objects::new(columns)),
        };
        Ok(Rows { body: Body::Text { text, table: Table::new(read, columns.names.len()), layout }, left })
    }

    /// Name of the thread in which it is to be read.
    pub fn thread(&self) -> &'static str {
        match &self.body {
            Body::Text { .. } => "reader",
            Body::Parquet(_) => GUARDED,
        }
    }

    /// Size of the file in bytes.
    pub fn bytes_total(&self) -> u64 {
        match &self.body {
            Body::Text { text, .. } => text.bytes_total(),
            Body::Parquet(rows) => rows.bytes_total(),
        }
    }

    /// The header line as it stands in the file.
    pub fn header(&self) -> Option<&str> {
        match &self.body {
            Body::Text { layout: Layout::Delimited(rows), .. } => rows.header.as_deref(),
            Body::Text { .. } | Body::Parquet(_) => None,
        }
    }

    /// Which columns in use no row had; only JSON can tell.
    pub fn never_seen(&self) -> Vec<usize> {
        match &self.body {
            Body::Text { layout: Layout::Ndjson(objects) | Layout::Json(_, objects), .. } => objects.never_seen(),
            Body::Text { layout: Layout::Delimited(_), .. } | Body::Parquet(_) => Vec::new(),
        }
    }

    /// The hash of the file, once every row has been read.
    pub fn finish(self) -> Result<blake3::Hash, MapError> {
        match self.body {
            Body::Text { text, .. } => text.finish(),
            Body::Parquet(rows) => rows.finish(),
        }
    }

    /// The next rows; `None` after the last.
    pub fn next_block(&mut self) -> Result<Option<Block>, MapError> {
        let (text, table, layout) = match &mut self.body {
            Body::Parquet(rows) => {
                let block = rows.next_block(self.left)?;
                self.left -= block.as_ref().map_or(0, Block::rows).min(self.left);
                return Ok(block);
            }
            Body::Text { text, table, layout } => (text, table, layout),
        };
        let mut block = Block::default();
        let full = text.taken() + BLOCK_BYTES;
        while self.left > 0 && block.rows() < ROWS_MAX && text.taken() < full {
            let more = match layout {
                Layout::Delimited(rows) => rows.row(text, table, &mut block)?,
                Layout::Ndjson(objects) => ndjson::row(text, objects, table, &mut block)?,
                Layout::Json(rows, objects) => rows.row(text, objects, table, &mut block)?,
            };
            if !more {
                break;
            }
            self.left -= 1;
        }
        if block.is_empty() {
            return Ok(None);
        }
        table.finish(&mut block);
        block.bytes_read = text.bytes_read();
        Ok(Some(block))
    }
}
