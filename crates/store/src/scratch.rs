//! A temporary file of bytes that are wanted later, in whatever order.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{self, Result};

/// A temporary file; in memory as long as it is small, removed when dropped. It need not outlive a crash, so it is never
/// synced.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    /// Bytes in memory at most.
    limit: usize,
    memory: Vec<u8>,
    file: Mutex<Option<File>>,
    end: u64,
}

impl Scratch {
    /// A file at `path`, to be made once there are more than `limit` bytes.
    pub(crate) fn new(path: PathBuf, limit: usize) -> Scratch {
        Scratch { path, limit, memory: Vec::new(), file: Mutex::new(None), end: 0 }
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds bytes; where they begin.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<u64> {
        let at = self.end;
        self.end += bytes.len() as u64;
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() && self.memory.len() + bytes.len() <= self.limit {
            self.memory.extend_from_slice(bytes);
            return Ok(at);
        }
        let file = match file {
            Some(file) => file,
            None => {
                let options = File::options().create_new(true).read(true).write(true).open(&self.path);
                let file = file.insert(options.map_err(error::file("create", &self.path))?);
                file.write_all(&self.memory).map_err(error::file("write", &self.path))?;
                self.memory = Vec::new();
                file
            }
        };
        let written = file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(bytes));
        written.map_err(error::file("write", &self.path))?;
        Ok(at)
    }

    /// Adds `length` bytes from `at` on to `into`; fewer where there are fewer. Several threads may read at once.
    pub(crate) fn read(&self, at: u64, length: u64, into: &mut Vec<u8>) -> Result<()> {
        // a panic while reading leaves nothing half done: whoever reads next seeks first
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        match file.as_mut() {
            Some(file) => {
                let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.take(length).read_to_end(into));
                read.map_err(error::file("read", &self.path))?;
            }
            None => {
                let first = usize::try_from(at).unwrap_or(usize::MAX).min(self.memory.len());
                let bytes = usize::try_from(length).unwrap_or(usize::MAX).min(self.memory.len() - first);
                into.extend_from_slice(&self.memory[first..first + bytes]);
            }
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.file.get_mut().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            // a file left behind is removed by the next writer
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
