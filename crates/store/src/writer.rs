//! The one writer of a workspace: takes deliveries and commits them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::Attributes;

use crate::attributes;
use crate::delivery::{Delivery, DeliveryKey, Room};
use crate::disk::Latch;
use crate::error::{self, Result};
use crate::lock::Lock;
use crate::manifest::{self, Manifest};
use crate::snapshot::Snapshot;
use crate::store::{FACTS, Limits, RECORDS, TEMPORARY};
use crate::verify;

/// The exclusive right to write to a workspace; given up when it and all its deliveries are dropped.
#[derive(Debug)]
pub struct Writer {
    pub(crate) directory: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) buckets: u32,
    pub(crate) limits: Limits,
    pub(crate) latch: Latch,
    pub(crate) lock: Arc<Lock>,
    next_delivery: i64,
    /// Sequence numbers given to mappings that no committed delivery has used yet, by source and hash.
    mappings: BTreeMap<(String, String), i64>,
}

/// A live delivery of a file that is delivered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// Hash of the mapping it was imported under: the same means nothing is to be done, another one that the new
    /// delivery will replace it.
    pub mapping_hash: String,
    /// Rows of the file that became records.
    pub accepted: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Whether its segments are as they were written: where not, delivering the file again repairs them.
    pub intact: bool,
}

impl Writer {
    /// Takes the lock and removes what a killed writer left behind, and what was dropped long enough ago.
    pub(crate) fn open(directory: &Path, limits: Limits, latch: &Latch, wait: Duration) -> Result<Writer> {
        let lock = Arc::new(Lock::take(directory.join("writer.lock"), wait)?);
        latch.pass("writer.locked", directory)?;
        let manifest = Manifest::open(directory, false)?;
        let (buckets, next_delivery) = (manifest.buckets()?, manifest.next_delivery()?);
        let writer = Writer {
            directory: directory.to_path_buf(),
            manifest,
            buckets,
            limits,
            latch: latch.clone(),
            lock,
            next_delivery,
            mappings: BTreeMap::new(),
        };
        // forgotten first, removed then: a file whose removal is interrupted is an orphan and goes next time
        let keep = i64::try_from(limits.keep_dropped.as_secs()).unwrap_or(i64::MAX);
        writer.latch.guard(writer.manifest.forget_dropped(clock().saturating_sub(keep)))?;
        writer.latch.pass("writer.expired", directory)?;
        writer.sweep(&[TEMPORARY, RECORDS, FACTS])?;
        writer.latch.pass("writer.swept", directory)?;
        Ok(writer)
    }

    /// What is live now.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot> {
        manifest::snapshot(&self.manifest)
    }

    /// The live delivery of this file by this source.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn find(&self, source: &str, file_hash: &str) -> Result<Option<Existing>> {
        let Some(delivery) = self.manifest.delivery(source, file_hash)? else { return Ok(None) };
        let segments = self.manifest.segments_of(delivery.number)?;
        let intact = segments.iter().all(|(file, blake3)| verify::fault(&self.directory.join(file), blake3).is_none());
        let manifest::Delivered { mapping_hash, accepted, rejected, .. } = delivery;
        Ok(Some(Existing { mapping_hash, accepted, rejected, intact }))
    }

    /// The sequence number of a source's mapping: 1, 2, 3 in order of first use. It stays as soon as a delivery under
    /// the mapping is committed.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn mapping_sequence(&mut self, source: &str, mapping_hash: &str) -> Result<i64> {
        let known = self.manifest.mappings(source)?;
        if let Some((_, sequence)) = known.iter().find(|(hash, _)| hash == mapping_hash) {
            return Ok(*sequence);
        }
        let key = (source.to_owned(), mapping_hash.to_owned());
        if let Some(&sequence) = self.mappings.get(&key) {
            return Ok(sequence);
        }
        let pending = self.mappings.iter().filter(|((of, _), _)| of == source).map(|(_, &sequence)| sequence);
        let sequence = known.iter().map(|&(_, sequence)| sequence).chain(pending).max().unwrap_or(0) + 1;
        self.mappings.insert(key, sequence);
        Ok(sequence)
    }

    /// Begins a delivery whose source declares these custom attributes. Nothing is visible before its commit.
    ///
    /// # Errors
    /// When an attribute is declared twice, or an earlier write failed. Types that clash with another source's are
    /// found at the commit, when it is known which deliveries are replaced.
    pub fn begin(&mut self, key: DeliveryKey, attributes: &Attributes) -> Result<Delivery> {
        self.latch.check(&self.directory)?;
        attributes::check(attributes)?;
        let mapping = self.mapping_sequence(&key.source, &key.mapping_hash)?;
        let number = self.next_delivery;
        self.next_delivery += 1;
        let room = Room {
            directory: self.directory.join(TEMPORARY),
            buckets: self.buckets,
            buffer_bytes: self.limits.buffer_bytes,
            latch: self.latch.clone(),
            lock: self.lock.clone(),
        };
        Ok(Delivery::new(key, number, mapping, attributes, room))
    }

    /// Removes what the manifest does not know from these directories.
    pub(crate) fn sweep(&self, parts: &[&str]) -> Result<()> {
        let known: BTreeSet<PathBuf> =
            self.manifest.files()?.into_iter().map(|file| self.directory.join(file)).collect();
        for part in parts {
            let directory = self.directory.join(part);
            let entries = fs::read_dir(&directory).map_err(error::file("list", &directory))?;
            for entry in entries {
                let path = entry.map_err(error::file("list", &directory))?.path();
                let ours = *part == TEMPORARY || path.extension().is_some_and(|extension| extension == "parquet");
                if ours && path.is_file() && !known.contains(&path) {
                    tracing::info!(path = %path.display(), "removing a file that no generation holds");
                    fs::remove_file(&path).map_err(error::file("remove", &path))?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the segments of a delivery are as they were written.
pub(crate) fn is_intact(snapshot: &Snapshot, delivery: i64) -> bool {
    let mut segments = snapshot.records.values().flatten().filter(|segment| segment.delivery == Some(delivery));
    segments.all(|segment| verify::fault(&segment.path, &segment.blake3).is_none())
}

/// Seconds since 1970 by the machine's clock: the age of dropped files must not depend on `--now`.
pub(crate) fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
