//! One writer a workspace: an advisory lock that ends with the process that holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{self, Error, Result};

/// How often a held lock is tried again.
const RETRY: Duration = Duration::from_millis(50);

/// The exclusive right to write; given up when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path`, waiting at most `wait` for another writer to end.
    pub(crate) fn take(path: PathBuf, wait: Duration) -> Result<Lock> {
        let file = open(&path)?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) => {
                    let left = wait.saturating_sub(begun.elapsed());
                    if left.is_zero() {
                        return Err(Error::Busy { path, waited: wait });
                    }
                    std::thread::sleep(left.min(RETRY));
                }
                Err(TryLockError::Error(problem)) => return Err(error::file("lock", &path)(problem)),
            }
        }
    }
}

fn open(path: &Path) -> Result<File> {
    // never truncated: the file is only there to be locked
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).map_err(error::file("open", path))
}
