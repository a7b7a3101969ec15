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
/// could in place; the log says so, and they are tried again. Its data stay open whatever becomes of the files, so that what
/// refuses further writes after one failed goes on to; they are opened anew where other data lie in their place.
pub struct Live {
    fixed_now: Option<Instant>,
    seen: Mutex<Seen>,
}

struct Seen {
    reader: Arc<Reader>,
    /// The files it was read from.
    files: Vec<File>,
    /// Those that could not be read, last the log said so.
    refused: Vec<File>,
    /// When its data were made.
    data: Option<SystemTime>,
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
        let (files, data) = (files(&reader.workspace.directory), made(&reader.workspace));
        let (at, is_believed) = (Moment::now(), true);
        let seen = Seen { reader: Arc::new(reader), files, refused: Vec::new(), data, at, is_believed };
        Live { fixed_now, seen: Mutex::new(seen) }
    }

    /// What a request needs.
    pub fn context(&self) -> Context {
        // whoever panicked while holding it has left either the old reader or the new one
        self.looked_at().0
    }

    /// What a request needs that writes about the files: they are looked at first.
    ///
    /// # Errors
    /// Where they cannot be read as a workspace: what is served then is older than they are.
    pub fn anew(&self) -> Result<Context, ServerError> {
        self.doubt();
        match self.looked_at() {
            (_, Some(error)) => Err(error),
            (context, None) => Ok(context),
        }
    }

    /// What a request needs, and what the files met that could not be read just now.
    fn looked_at(&self) -> (Context, Option<ServerError>) {
        let mut unread = None;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.is_believed || seen.at.elapsed() >= BELIEVED {
            let now = files(&seen.reader.workspace.directory);
            if now != seen.files {
                match seen.read() {
                    Ok(reader) => {
                        tracing::info!("the files of the workspace have changed and were read anew");
                        seen.data = made(&reader.workspace);
                        seen.reader = Arc::new(reader);
                        seen.files = now;
                    }
                    Err(error) => {
                        if seen.refused != now {
                            tracing::warn!(%error, "the files of the workspace have changed and are not read");
                            seen.refused = now;
                        }
                        unread = Some(error);
                    }
                }
            }
            (seen.at, seen.is_believed) = (Moment::now(), true);
        }
        (Context { reader: Arc::clone(&seen.reader), fixed_now: self.fixed_now }, unread)
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

impl Seen {
    /// The workspace as its files now are.
    fn read(&self) -> Result<Reader, ServerError> {
        let workspace = Arc::new(Workspace::load(&self.reader.workspace.directory)?);
        match made(&workspace) == self.data {
            true => Ok(self.reader.over(workspace)),
            false => Reader::open(workspace),
        }
    }
}

/// When the data of a workspace were made, where the file system tells.
fn made(workspace: &Workspace) -> Option<SystemTime> {
    workspace.data().join("store.db").metadata().ok()?.created().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As if a second had passed.
    fn context(live: &Live) -> Context {
        live.doubt();
        live.context()
    }

    #[test]
    fn files_are_read_anew_and_data_stay_open() {
        let directory = tempfile::tempdir().expect("a directory");
        let settings = directory.path().join(SETTINGS);
        let write = |name: &str| {
            std::fs::write(&settings, format!("[organisation]\nname = {name}\nzone = \"UTC\"\n")).expect("a file");
        };
        write("\"One\"");
        let open = || Reader::open(Arc::new(Workspace::load(directory.path())?));
        let live = Live::new(open().expect("a workspace"), None);
        let before = context(&live).reader;
        assert!(Arc::ptr_eq(&before, &context(&live).reader));

        write("no text");
        assert!(Arc::ptr_eq(&before, &context(&live).reader), "what cannot be read leaves the last in place");
        write("\"Another\"");
        let after = context(&live).reader;
        assert_eq!(after.workspace.organisation.name, "Another");
        assert!(Arc::ptr_eq(&before.store, &after.store) && Arc::ptr_eq(&before.reviews, &after.reviews));

        // other data in their place are opened
        std::fs::remove_dir_all(directory.path().join("data")).expect("removed");
        open().expect("a workspace");
        write("\"A third\"");
        let after = context(&live).reader;
        assert_eq!(after.workspace.organisation.name, "A third");
        assert!(!Arc::ptr_eq(&before.store, &after.store));
    }
}
