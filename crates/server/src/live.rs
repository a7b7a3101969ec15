//! A workspace that is served while people edit it: its files are read anew once they have changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Moment, SystemTime};

use axum::extract::FromRef;
use model::Instant;

use crate::ServerError;
use crate::api::Context;
use crate::ask::Reader;
use crate::workspace::{FOLDERS, SETTINGS, Workspace};

/// How long what was seen of the files is believed.
const BELIEVED: Duration = Duration::from_secs(1);

/// The reader of a workspace as its files now are. Files that can no longer be read as a workspace leave the last one that
/// could in place; the log says so.
pub struct Live {
    fixed_now: Option<Instant>,
    seen: Mutex<Seen>,
}

struct Seen {
    reader: Arc<Reader>,
    files: Vec<File>,
    at: Moment,
    /// Whether it still holds, as far as this program knows.
    is_believed: bool,
}

/// What tells a file from what it was before.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct File {
    path: PathBuf,
    changed: Option<SystemTime>,
    bytes: u64,
}

impl Live {
    /// Serves what `reader` has open; the time is `fixed_now` where that is given.
    pub fn new(reader: Reader, fixed_now: Option<Instant>) -> Live {
        let files = files(&reader.workspace.directory);
        Live {
            fixed_now,
            seen: Mutex::new(Seen { reader: Arc::new(reader), files, at: Moment::now(), is_believed: true }),
        }
    }

    /// What a request needs.
    pub fn context(&self) -> Context {
        // whoever panicked while holding it has left either the old reader or the new one
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.is_believed || seen.at.elapsed() >= BELIEVED {
            let directory = seen.reader.workspace.directory.clone();
            let now = files(&directory);
            if now != seen.files {
                match read(&directory) {
                    Ok(reader) => {
                        tracing::info!("the files of the workspace have changed and were read anew");
                        seen.reader = Arc::new(reader);
                    }
                    Err(error) => tracing::warn!(%error, "the files of the workspace have changed and are not read"),
                }
                seen.files = now;
            }
            (seen.at, seen.is_believed) = (Moment::now(), true);
        }
        Context { reader: Arc::clone(&seen.reader), fixed_now: self.fixed_now }
    }

    /// Has the files looked at before the next request is answered: one of them was just written.
    pub fn doubt(&self) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_believed = false;
    }
}

impl FromRef<Arc<Live>> for Context {
    fn from_ref(live: &Arc<Live>) -> Context {
        live.context()
    }
}

fn read(directory: &Path) -> Result<Reader, ServerError> {
    Reader::open(Arc::new(Workspace::load(directory)?))
}

/// The files a workspace is read from, by path.
fn files(directory: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = FOLDERS.iter().map(|folder| directory.join(folder)).collect();
    waiting.push(directory.join(SETTINGS));
    while let Some(path) = waiting.pop() {
        // one that is gone by now is seen to be gone
        let Ok(metadata) = path.metadata() else { continue };
        if metadata.is_dir() {
            waiting.extend(path.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()));
        } else {
            found.push(File { path, changed: metadata.modified().ok(), bytes: metadata.len() });
        }
    }
    found.sort();
    found
}
