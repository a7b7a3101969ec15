//! Rows of bytes of one width: a [`Ledger`] of them in parts, as they come, and a [`Sheet`] of them by bucket and number.

use std::path::PathBuf;

use crate::error::Result;
use crate::scratch::Scratch;

/// Bytes a part gathers before they are put away.
const GATHERED: usize = 32 << 10;

/// Rows in parts, each part in the order of arrival.
#[derive(Debug)]
pub(crate) struct Ledger {
    width: usize,
    parts: Vec<Part>,
    scratch: Scratch,
}

#[derive(Clone, Debug, Default)]
struct Part {
    gathered: Vec<u8>,
    /// First byte and length of what was put away.
    places: Vec<(u64, u64)>,
}

impl Ledger {
    /// None so far; rows of `width` bytes in so many parts, with a file at `path` beyond `limit` bytes in memory.
    pub(crate) fn new(path: PathBuf, width: usize, parts: usize, limit: usize) -> Ledger {
        Ledger { width, parts: vec![Part::default(); parts], scratch: Scratch::new(path, limit) }
    }

    /// Adds a row to a part; one of a part that there is not is none.
    pub(crate) fn push(&mut self, part: usize, row: &[u8]) -> Result<()> {
        let Some(part) = self.parts.get_mut(part) else { return Ok(()) };
        part.gathered.extend_from_slice(row);
        if part.gathered.len() >= GATHERED {
            let at = self.scratch.append(&part.gathered)?;
            part.places.push((at, part.gathered.len() as u64));
            part.gathered.clear();
        }
        Ok(())
    }

    /// All rows of a part, one behind the other; it has none afterwards.
    pub(crate) fn take(&mut self, part: usize) -> Result<Vec<u8>> {
        let Some(part) = self.parts.get_mut(part) else { return Ok(Vec::new()) };
        let Part { gathered, places } = std::mem::take(part);
        let length = gathered.len() as u64 + places.iter().map(|(_, length)| length).sum::<u64>();
        let mut rows = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        for (at, length) in places {
            self.scratch.read(at, length, &mut rows)?;
        }
        rows.extend_from_slice(&gathered);
        Ok(rows)
    }
}

/// What is entered into a sheet.
struct Entry<'a> {
    row: u32,
    place: u32,
    value: &'a [u8],
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (row, rest) = bytes.split_first_chunk()?;
        let (place, value) = rest.split_first_chunk()?;
        Some(Entry { row: u32::from_le_bytes(*row), place: u32::from_le_bytes(*place), value })
    }
}

/// Rows by bucket and number. A byte that nothing was entered for is 255, so that a number that was not is −1.
#[derive(Debug)]
pub(crate) struct Sheet {
    width: usize,
    /// First byte and number of rows of each bucket.
    buckets: Vec<(u64, u32)>,
    scratch: Scratch,
}

impl Sheet {
    /// Makes a sheet of rows of `width` bytes of `entries`, one part a bucket. An entry is a row and a place in it, four
    /// bytes each, and bytes that `put` brings into the cell that is there.
    pub(crate) fn fill(
        path: PathBuf,
        width: usize,
        limit: usize,
        mut entries: Ledger,
        put: impl Fn(&mut [u8], &[u8]),
    ) -> Result<Sheet> {
        let mut sheet = Sheet { width, buckets: Vec::new(), scratch: Scratch::new(path, limit) };
        for bucket in 0..entries.parts.len() {
            let all = entries.take(bucket)?;
            let all = || all.chunks_exact(entries.width).filter_map(Entry::read);
            let rows = all().map(|entry| entry.row + 1).max().unwrap_or(0);
            let mut bytes = vec![u8::MAX; rows as usize * width];
            for entry in all() {
                let at = entry.row as usize * width + entry.place as usize;
                if let Some(cell) = bytes.get_mut(at..at + entry.value.len()) {
                    put(cell, entry.value);
                }
            }
            sheet.buckets.push((sheet.scratch.append(&bytes)?, rows));
        }
        Ok(sheet)
    }

    /// The bytes of `count` rows of a bucket from row `first` on; fewer where nothing was entered for the last ones.
    pub(crate) fn rows(&self, bucket: usize, first: u32, count: u32) -> Result<Vec<u8>> {
        let (at, rows) = self.buckets.get(bucket).copied().unwrap_or_default();
        let count = count.min(rows.saturating_sub(first));
        let mut bytes = Vec::with_capacity(count as usize * self.width);
        let width = self.width as u64;
        self.scratch.read(at + u64::from(first) * width, u64::from(count) * width, &mut bytes)?;
        Ok(bytes)
    }
}
