//! A temporary file for batches that are wanted later, in whatever order.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use lz4_flex::block::{DecompressError, compress_prepend_size, decompress_size_prepended};

use crate::error::{self, Result};
use crate::scratch::Scratch;

/// Where a batch is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In memory.
    Memory(RecordBatch),
    /// In the file, compressed.
    Disk {
        /// First byte.
        at: u64,
        /// Bytes.
        length: u64,
    },
}

/// A temporary file of batches; made with the first, removed when dropped.
#[derive(Debug)]
pub(crate) struct Spill {
    scratch: Scratch,
}

impl Spill {
    /// A file at `path`, to be made when it is needed.
    pub(crate) fn new(path: PathBuf) -> Spill {
        Spill { scratch: Scratch::new(path, 0) }
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// Moves a batch from memory to the file.
    pub(crate) fn put_away(&mut self, place: &mut Place) -> Result<()> {
        let Place::Memory(batch) = place else { return Ok(()) };
        let bytes = encode(batch).map_err(error::batch("rows put away"))?;
        let at = self.scratch.append(&bytes)?;
        *place = Place::Disk { at, length: bytes.len() as u64 };
        Ok(())
    }

    /// The batch at a place. Several threads may fetch at once.
    pub(crate) fn fetch(&self, place: &Place) -> Result<RecordBatch> {
        let (at, length) = match place {
            Place::Memory(batch) => return Ok(batch.clone()),
            Place::Disk { at, length } => (*at, *length),
        };
        let mut bytes = Vec::new();
        self.scratch.read(at, length, &mut bytes)?;
        decode(&bytes).map_err(error::batch("rows put away"))
    }
}

fn encode(batch: &RecordBatch) -> std::result::Result<Vec<u8>, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref())?;
    writer.write(batch)?;
    Ok(compress_prepend_size(&writer.into_inner()?))
}

fn decode(bytes: &[u8]) -> std::result::Result<RecordBatch, ArrowError> {
    let damaged = |error: DecompressError| ArrowError::IpcError(error.to_string());
    let bytes = decompress_size_prepended(bytes).map_err(damaged)?;
    let mut reader = StreamReader::try_new(bytes.as_slice(), None)?;
    reader.next().unwrap_or_else(|| Err(ArrowError::IpcError("the file ends before the batch".to_owned())))
}
