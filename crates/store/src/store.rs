//! A workspace's data directory: made, opened, read, verified; writing goes through a [`Writer`].

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::disk::{self, Latch};
use crate::error::{self, Error, Result};
use crate::manifest::{self, Manifest};
use crate::snapshot::Snapshot;
use crate::verify::{self, Damage};
use crate::writer::Writer;

/// Hash buckets of a new store, fixed for its life: so many that one of ten million tickets is small. Where there are few
/// records, several are written and folded together.
const BUCKETS: u32 = 256;

/// Threads of a fold where nothing else is said: more would hold more buckets in memory at once.
const MOST_THREADS: usize = 4;

/// Directories of a store, relative to its own.
pub(crate) const RECORDS: &str = "segments/records";
pub(crate) const FACTS: &str = "segments/facts";
pub(crate) const TEMPORARY: &str = "segments/tmp";

/// A workspace's data directory. It holds `store.db` (the manifest), `segments/` and `writer.lock`,
/// and `app.db` beside them (the [`crate::journal`]).
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    manifest: Mutex<Manifest>,
    limits: Limits,
    latch: Latch,
}

/// How much is held in memory and put into one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long files that a commit dropped stay for those who still read the generation before; one hour.
    pub keep_dropped: Duration,
    /// Bytes of records a delivery holds in memory at most, beside the row group being written; 64 MiB.
    pub buffer_bytes: usize,
    /// Half the bytes of keys that a fold compares at once, and twice the bytes of facts, and of what names a contact or
    /// review, that it holds in memory before it puts them into a temporary file; 64 MiB.
    pub fold_bytes: usize,
    /// Rows from which on a fact segment holds no further month; 256 Ki.
    pub segment_rows: u64,
    /// Rows of a row group of facts; 128 Ki.
    pub row_group_rows: usize,
    /// Buckets that are folded, and segments that are written, at once, each with its rows in memory; the processors
    /// there are, but not more than 4.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            keep_dropped: Duration::from_secs(3600),
            buffer_bytes: 64 << 20,
            fold_bytes: 64 << 20,
            segment_rows: 256 << 10,
            row_group_rows: 128 << 10,
            threads: std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS),
        }
    }
}

impl Store {
    /// Makes a store in `directory`, or completes one whose making was interrupted; one that is there is opened.
    ///
    /// # Errors
    /// When the directory cannot be made, holds another database, or lies on a network file system, where neither
    /// locks nor fsync can be relied on. That is found out on Linux only, from `/proc/self/mounts`: NFS, SMB, 9P, Ceph,
    /// GlusterFS, Lustre and their like, and the FUSE file systems known to be remote.
    pub fn create(directory: &Path) -> Result<Store> {
        refuse_network(directory)?;
        let latch = Latch::default();
        for part in [RECORDS, FACTS, TEMPORARY] {
            disk::create_directory(&directory.join(part))?;
        }
        let manifest = Manifest::open(directory, true)?;
        manifest.set_buckets(BUCKETS)?;
        disk::sync_directory(directory, &latch)?;
        Ok(Store {
            directory: directory.to_path_buf(),
            manifest: Mutex::new(manifest),
            limits: Limits::default(),
            latch,
        })
    }

    /// Opens the store in `directory`.
    ///
    /// # Errors
    /// When there is none, it is of a newer version, or it lies on a network file system.
    pub fn open(directory: &Path) -> Result<Store> {
        refuse_network(directory)?;
        let manifest = Manifest::open(directory, false)?;
        manifest.buckets()?;
        let (limits, latch) = (Limits::default(), Latch::default());
        Ok(Store { directory: directory.to_path_buf(), manifest: Mutex::new(manifest), limits, latch })
    }

    /// The same store with other limits.
    pub fn with_limits(self, limits: Limits) -> Store {
        Store { limits, ..self }
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Number of the newest commit; 0 before the first. Cheaper than a snapshot, for those who keep one.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn generation(&self) -> Result<u64> {
        self.manifest().generation()
    }

    /// What is live now, read in one transaction. Never waits for a writer.
    ///
    /// # Errors
    /// When the manifest cannot be read, or holds what only a newer version knows.
    pub fn snapshot(&self) -> Result<Snapshot> {
        manifest::snapshot(&self.manifest())
    }

    /// The exclusive right to write, waiting at most `wait` for another writer to end. What a killed writer left behind
    /// is removed first, and so are files that were dropped for longer than [`Limits::keep_dropped`].
    ///
    /// # Errors
    /// [`Error::Busy`] when another writer goes on for longer, [`Error::Latched`] when an earlier write of this store
    /// failed.
    pub fn writer(&self, wait: Duration) -> Result<Writer> {
        self.latch.check(&self.directory)?;
        Writer::open(&self.directory, self.limits, &self.latch, wait)
    }

    /// Reads every live segment and compares it with the hash in the manifest; also lets SQLite check the manifest.
    ///
    /// # Errors
    /// When the manifest cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Damage>> {
        let (snapshot, problems) = {
            let manifest = self.manifest();
            (manifest::snapshot(&manifest)?, manifest.problems()?)
        };
        let mut damages = verify::segments(&snapshot, |_, _| {});
        damages.extend(problems.into_iter().map(|problem| Damage::of_manifest(&self.directory, problem)));
        Ok(damages)
    }

    /// Number of hash buckets.
    pub(crate) fn buckets(&self) -> Result<u32> {
        self.manifest().buckets()
    }

    fn manifest(&self) -> MutexGuard<'_, Manifest> {
        // a panic while reading leaves nothing half done
        self.manifest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn refuse_network(directory: &Path) -> Result<()> {
    let Ok(mounts) = std::fs::read_to_string("/proc/self/mounts") else { return Ok(()) };
    // the directory may not exist yet: the nearest one above it that does decides
    let above = std::path::absolute(directory).map_err(error::file("find", directory))?;
    let Some(existing) = above.ancestors().find_map(|path| path.canonicalize().ok()) else { return Ok(()) };
    match disk::network_file_system(&mounts, &existing) {
        Some(kind) => Err(Error::NetworkFileSystem { path: directory.to_path_buf(), kind }),
        None => Ok(()),
    }
}
