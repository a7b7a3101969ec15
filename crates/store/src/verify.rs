//! Whether the bytes on disk are those that were written: Parquet written by Rust has no checksums of its own, so the
//! manifest has one of each whole file.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::disk;
use crate::segment::Segment;
use crate::snapshot::Snapshot;

/// A file that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
    /// What repairs it, in words.
    pub remedy: String,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// Its content is not what was written.
    Changed {
        /// BLAKE3 of what was written, in hexadecimal.
        expected: String,
        /// BLAKE3 of what is there, in hexadecimal.
        found: String,
    },
    /// It cannot be read.
    Unreadable(String),
    /// SQLite finds a fault in the manifest.
    Manifest(String),
    /// The journal is not what was appended to it.
    Journal(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.path.display(), self.fault, self.remedy)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Missing => write!(f, "is missing"),
            Fault::Changed { expected, found } => {
                let short = |hash: &str| hash.chars().take(16).collect::<String>();
                write!(f, "is not what was written: its BLAKE3 is {}…, {}… is valid", short(found), short(expected))
            }
            Fault::Unreadable(problem) => write!(f, "cannot be read: {problem}"),
            Fault::Manifest(problem) | Fault::Journal(problem) => write!(f, "is damaged: {problem}"),
        }
    }
}

impl Damage {
    /// A fault of the manifest of a data directory.
    pub(crate) fn of_manifest(directory: &Path, problem: String) -> Damage {
        let remedy = "a backup of the data directory repairs it".to_owned();
        Damage { path: directory.join("store.db"), fault: Fault::Manifest(problem), remedy }
    }

    /// A fault of the journal at `path`.
    pub(crate) fn of_journal(path: &Path, problem: String) -> Damage {
        let remedy = "a backup of it repairs it; nothing else can bring back what was said".to_owned();
        Damage { path: path.to_path_buf(), fault: Fault::Journal(problem), remedy }
    }
}

/// What is wrong with a file that had this hash when it was written, if anything.
pub(crate) fn fault(path: &Path, blake3: &str) -> Option<Fault> {
    match disk::hash(path) {
        Ok((found, _)) if found == blake3 => None,
        Ok((found, _)) => Some(Fault::Changed { expected: blake3.to_owned(), found }),
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Some(Fault::Missing),
        Err(problem) => Some(Fault::Unreadable(problem.to_string())),
    }
}

/// Everything wrong with the segments of a snapshot; `progress` hears how many of how many were compared.
pub(crate) fn segments(snapshot: &Snapshot, mut progress: impl FnMut(usize, usize)) -> Vec<Damage> {
    let all: Vec<&Segment> = snapshot.records.values().chain(snapshot.facts.values()).flatten().collect();
    let mut damages = Vec::new();
    for (done, segment) in all.iter().enumerate() {
        progress(done, all.len());
        if let Some(fault) = fault(&segment.path, &segment.blake3) {
            damages.push(Damage { path: segment.path.clone(), fault, remedy: remedy(snapshot, segment) });
        }
    }
    progress(all.len(), all.len());
    damages
}

fn remedy(snapshot: &Snapshot, segment: &Segment) -> String {
    match snapshot.deliveries.iter().find(|delivery| Some(delivery.number) == segment.delivery) {
        Some(delivery) => format!("importing {} of source `{}` again repairs it", delivery.file, delivery.source),
        None => "folding the facts again repairs it".to_owned(),
    }
}
