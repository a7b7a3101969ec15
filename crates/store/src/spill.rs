//! A temporary file for batches that are wanted later, in whatever order.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;

use crate::error::{self, Result};

/// Light compression: the file is written and read once.
const LEVEL: i32 = 1;

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

/// A temporary file of batches; made with the first, removed when dropped. It need not outlive a crash, so it is never
/// synced.
#[derive(Debug)]
pub(crate) struct Spill {
    path: PathBuf,
    file: Mutex<Option<File>>,
    end: u64,
}

impl Spill {
    /// A file at `path`, to be made when it is needed.
    pub(crate) fn new(path: PathBuf) -> Spill {
        Spill { path, file: Mutex::new(None), end: 0 }
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves a batch from memory to the file.
    pub(crate) fn put_away(&mut self, place: &mut Place) -> Result<()> {
        let Place::Memory(batch) = place else { return Ok(()) };
        let bytes = encode(batch).map_err(error::batch("rows put away"))?;
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            let options = File::options().create_new(true).read(true).write(true).open(&self.path);
            *file = Some(options.map_err(error::file("create", &self.path))?);
        }
        if let Some(file) = file {
            let written = file.seek(SeekFrom::Start(self.end)).and_then(|_| file.write_all(&bytes));
            written.map_err(error::file("write", &self.path))?;
        }
        let length = bytes.len() as u64;
        *place = Place::Disk { at: self.end, length };
        self.end += length;
        Ok(())
    }

    /// The batch at a place. Several threads may fetch at once.
    pub(crate) fn fetch(&self, place: &Place) -> Result<RecordBatch> {
        let (at, length) = match place {
            Place::Memory(batch) => return Ok(batch.clone()),
            Place::Disk { at, length } => (*at, *length),
        };
        let mut bytes = Vec::new();
        // a panic while reading leaves nothing half done: whoever reads next seeks first
        if let Some(file) = self.file.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.take(length).read_to_end(&mut bytes));
            read.map_err(error::file("read", &self.path))?;
        }
        decode(&bytes).map_err(error::batch("rows put away"))
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        if self.file.get_mut().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            // a file left behind is removed by the next writer
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn encode(batch: &RecordBatch) -> std::result::Result<Vec<u8>, arrow::error::ArrowError> {
    let mut writer = StreamWriter::try_new(zstd::Encoder::new(Vec::new(), LEVEL)?, batch.schema_ref())?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?.finish()?)
}

fn decode(bytes: &[u8]) -> std::result::Result<RecordBatch, arrow::error::ArrowError> {
    let mut reader = StreamReader::try_new(zstd::Decoder::new(bytes)?, None)?;
    reader
        .next()
        .unwrap_or_else(|| Err(arrow::error::ArrowError::IpcError("the file ends before the batch".to_owned())))
}
