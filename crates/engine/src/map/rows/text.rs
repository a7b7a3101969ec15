//! Text of a file on its way: decoded, and forgotten once it has been read.

use std::path::Path;

use catalogue::source::Read;

use super::super::error::MapError;
use super::input::Input;

/// A window over the text of a file.
pub(super) struct Text {
    input: Input,
    /// The file, as it was named.
    pub file: String,
    bytes: Vec<u8>,
    /// What is before it has been read.
    at: usize,
    /// Whether nothing follows what is pending.
    pub ended: bool,
    /// The physical line in which what is pending starts, 1 is the first.
    pub line: u64,
    /// Bytes of text that were read.
    taken: u64,
}

impl Text {
    /// Opens the file at `path`.
    pub fn open(path: &Path, read: &Read) -> Result<Self, MapError> {
        let input = Input::open(path, read)?;
        let file = path.display().to_string();
        Ok(Text { input, file, bytes: Vec::new(), at: 0, ended: false, line: 1, taken: 0 })
    }

    /// What has not been read yet, as far as it is known.
    #[inline]
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Reads more text behind what is pending, or finds that it has ended.
    pub fn more(&mut self) -> Result<(), MapError> {
        self.bytes.drain(..self.at);
        self.at = 0;
        // as much again as is pending, so that a long field is not looked through time after time
        let wanted = self.bytes.len();
        self.ended = !self.input.fill(&mut self.bytes, wanted)?;
        Ok(())
    }

    /// Goes on by `bytes`, in which `lines` lines end.
    #[inline]
    pub fn advance(&mut self, bytes: usize, lines: u64) {
        self.at += bytes;
        self.taken += bytes as u64;
        self.line += lines;
    }

    /// Bytes of text that were read.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Size of the file in bytes.
    pub fn bytes_total(&self) -> u64 {
        self.input.bytes_total()
    }

    /// Bytes of the file that were read, before decompression.
    pub fn bytes_read(&mut self) -> u64 {
        self.input.bytes_read()
    }

    /// The hash of the file, once everything has been read.
    pub fn finish(self) -> Result<blake3::Hash, MapError> {
        self.input.finish()
    }

    /// The error of a field or line that does not fit memory.
    pub fn too_long(&self) -> MapError {
        MapError::TooLong { file: self.file.clone(), line: self.line }
    }
}
