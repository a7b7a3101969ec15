//! Rows of a Parquet file, batch by batch.
//!
//! Every value becomes the text that a person would have written for it, and is read as its field's type like that of
//! any other file: so a time without a zone is in the zone that the source file states, and an id that a data frame
//! made a float is `17` again.
//!
//! The file's own structures are not trusted: its decoder was not written for damaged files and panics in some, so
//! it runs in a thread whose panics are taken as damage ([`GUARDED`]).

mod guard;
mod leaf;
mod show;

use std::fs::{File, Metadata};
use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow::array::{Array, ArrayRef, StringArray, StringBuilder};
use arrow::record_batch::RecordBatch;
use catalogue::source::Source;

use super::super::columns::{Columns, Role};
use super::super::error::{MapError, Reject};
use super::super::value::Unreadable;
use super::block::{Block, Kept};
use super::input::{open_file, unchanged};
use super::table::Missing;
use super::{BLOCK_BYTES, ROWS_MAX};
use leaf::{Leaf, leaves};

pub use guard::GUARDED;
pub(super) use show::row_json;

/// Rows for a byte of the file, at most: even a column of consecutive numbers takes more than a hundredth of a byte.
const ROWS_A_BYTE: u64 = 100;

/// An open Parquet file.
pub(super) struct Parquet {
    file: String,
    path: PathBuf,
    opened: File,
    before: Metadata,
    reader: ParquetRecordBatchReader,
    leaves: Vec<Leaf>,
    roles: Vec<Role>,
    used: usize,
    missing: Missing,
    keeps: bool,
    rows: u64,
    rows_total: u64,
}

impl Parquet {
    /// Opens the file at `path` and finds the columns in use in its schema.
    pub fn open(source: &Source, columns: &Columns, path: &Path) -> Result<Self, MapError> {
        let (opened, before) = open_file(path)?;
        let file = path.display().to_string();
        let io = |source| MapError::Io { file: file.clone(), source };
        let keeps = source.read.keep;
        let handle = opened.try_clone().map_err(io)?;
        let bytes = before.len();
        let (reader, leaves, roles, rows_total) = guard::apart(&file, || {
            let damaged = |error: ::parquet::errors::ParquetError| parquet_error(&file, &error);
            let builder = ParquetRecordBatchReaderBuilder::try_new(handle).map_err(damaged)?;
            let rows = builder.metadata().file_metadata().num_rows();
            let rows_total = u64::try_from(rows).unwrap_or(u64::MAX);
            if rows_total > ROWS_A_BYTE.saturating_mul(bytes) {
                let reason = format!("it states {rows} rows, more than a file of {bytes} bytes can hold");
                return Err(MapError::Parquet { file: file.clone(), reason });
            }
            let found = leaves(builder.schema(), builder.parquet_schema());
            let names: Vec<String> = found.iter().map(|leaf| leaf.name.trim().to_owned()).collect();
            let roles = columns.assign(&names, source).map_err(MapError::Diagnostics)?;
            let batch = batch_rows(&builder);
            // the places of leaves are those in the projected schema, whose columns keep their order
            let (found, roles, mask) =
                if keeps { (found, roles, ProjectionMask::all()) } else { projected(found, roles, &builder) };
            let reader = builder.with_batch_size(batch).with_projection(mask).build().map_err(damaged)?;
            Ok((reader, found, roles, rows_total))
        })?;
        Ok(Parquet {
            file,
            path: path.to_owned(),
            opened,
            before,
            reader,
            leaves,
            roles,
            used: columns.names.len(),
            missing: Missing::new(&source.read),
            keeps,
            rows: 0,
            rows_total,
        })
    }

    /// Size of the file in bytes.
    pub fn bytes_total(&self) -> u64 {
        self.before.len()
    }

    /// The next rows, `limit` at most; `None` after the last.
    pub fn next_block(&mut self, limit: usize) -> Result<Option<Block>, MapError> {
        if limit == 0 {
            return Ok(None);
        }
        let next = guard::caught(&self.file, || self.reader.next().transpose());
        let Some(batch) =
            next?.map_err(|error| MapError::Parquet { file: self.file.clone(), reason: error.to_string() })?
        else {
            return Ok(None);
        };
        let batch = batch.slice(0, batch.num_rows().min(limit));
        let mut block = guard::caught(&self.file, || self.block(&batch))??;
        self.rows += batch.num_rows() as u64;
        let share = self.rows as f64 / self.rows_total.max(1) as f64;
        block.bytes_read = (self.before.len() as f64 * share.min(1.0)) as u64;
        Ok(Some(block))
    }

    /// Makes sure that the file is still the one that was opened, and gives the hash of its bytes.
    pub fn finish(mut self) -> Result<blake3::Hash, MapError> {
        let io = |source| MapError::Io { file: self.file.clone(), source };
        let mut hasher = blake3::Hasher::new();
        self.opened.rewind().map_err(io)?;
        io::copy(&mut self.opened, &mut hasher).map_err(io)?;
        unchanged(&self.path, &self.before)?;
        Ok(hasher.finalize())
    }

    fn block(&self, batch: &RecordBatch) -> Result<Block, MapError> {
        let count = batch.num_rows();
        let mut refused: Vec<Option<Unreadable>> = vec![None; count];
        let mut texts = Vec::with_capacity(self.leaves.len());
        for (leaf, role) in self.leaves.iter().zip(&self.roles) {
            let array = leaf.array(batch).map_err(|error| self.damaged(error.to_string()))?;
            let text = match role {
                Role::Kept(_) if !self.keeps => None,
                Role::Kept(_) => Some(Cells::Json(array)),
                Role::Used(_) => {
                    let text = show::text(&array, leaf.uuid, &mut |row, problem| {
                        refused[row].get_or_insert(problem);
                    });
                    Some(Cells::Text(text.map_err(|error| self.damaged(error.to_string()))?))
                }
            };
            texts.push(text);
        }
        let good: Vec<usize> = (0..count).filter(|row| refused[*row].is_none()).collect();
        let number = |row: usize| self.rows + row as u64 + 1;
        let unreadable = refused.into_iter().enumerate().filter_map(|(row, problem)| {
            let problem = problem?;
            Some(Reject {
                file: self.file.clone(),
                line: number(row),
                character: None,
                column: None,
                code: problem.code,
                reason: problem.reason,
                raw: row_json(batch, row),
                complete: false,
            })
        });
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.used];
        for (role, text) in self.roles.iter().zip(&texts) {
            if let (Role::Used(used), Some(Cells::Text(text))) = (role, text) {
                columns[*used] = Some(Arc::new(self.present(text, &good)));
            }
        }
        let mut block = Block::of_batch(batch.clone(), good.clone());
        block.lines = good.iter().map(|row| number(*row) as i64).collect();
        block.columns = columns.into_iter().flatten().collect();
        block.rest = self.keeps.then(|| self.rest(&texts, &good));
        block.unreadable = unreadable.collect();
        Ok(block)
    }

    /// Cells of the good rows, null where missing.
    fn present(&self, text: &StringArray, good: &[usize]) -> StringArray {
        let cell = |row: &usize| text.is_valid(*row).then(|| text.value(*row)).filter(|cell| !self.missing.holds(cell));
        good.iter().map(cell).collect()
    }

    /// What no expression uses of the good rows.
    fn rest(&self, texts: &[Option<Cells>], good: &[usize]) -> StringArray {
        let mut rest = StringBuilder::new();
        let mut kept = Kept::default();
        let mut value = String::new();
        for row in good {
            for (role, cells) in self.roles.iter().zip(texts) {
                let (Role::Kept(key), Some(Cells::Json(array))) = (role, cells) else { continue };
                if array.is_valid(*row) {
                    value.clear();
                    show::json(array, *row, &mut value);
                    kept.keyed_json(key, &value);
                }
            }
            kept.finish(&mut rest);
            kept.clear();
        }
        rest.finish()
    }

    fn damaged(&self, reason: String) -> MapError {
        MapError::Parquet { file: self.file.clone(), reason }
    }
}

enum Cells {
    Text(StringArray),
    Json(ArrayRef),
}

/// Rows of a batch, so that it is no larger than a block of text.
fn batch_rows(builder: &ParquetRecordBatchReaderBuilder<File>) -> usize {
    let sizes = builder.metadata().row_groups().iter().map(|group| {
        let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
        u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX).div_ceil(rows)
    });
    let row = sizes.max().unwrap_or(1).max(1);
    usize::try_from(BLOCK_BYTES / row).unwrap_or(ROWS_MAX).clamp(1, ROWS_MAX)
}

/// Only the columns in use.
fn projected(
    leaves: Vec<Leaf>,
    roles: Vec<Role>,
    builder: &ParquetRecordBatchReaderBuilder<File>,
) -> (Vec<Leaf>, Vec<Role>, ProjectionMask) {
    let wanted = |role: &Role| matches!(role, Role::Used(_));
    let mut roots: Vec<usize> =
        leaves.iter().zip(&roles).filter(|(_, role)| wanted(role)).map(|(leaf, _)| leaf.path[0]).collect();
    roots.sort_unstable();
    roots.dedup();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
    let kept = leaves.into_iter().zip(roles).filter(|(_, role)| wanted(role)).map(|(mut leaf, role)| {
        leaf.path[0] = roots.binary_search(&leaf.path[0]).unwrap_or_default();
        (leaf, role)
    });
    let (leaves, roles) = kept.unzip();
    (leaves, roles, mask)
}

fn parquet_error(file: &str, error: &::parquet::errors::ParquetError) -> MapError {
    MapError::Parquet { file: file.to_owned(), reason: error.to_string() }
}
