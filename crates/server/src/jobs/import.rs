//! Importing files: read and mapped as streams, then all of them and the facts folded from them made visible at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use catalogue::source::Source;
use engine::map::{Mapped, Options, Reject, SinkError, file_hash, map_file};
use model::{Attributes, Instant, RecordKind};
use store::{Committed, Delivery, DeliveryKey, FinishedDelivery, Snapshot, Stage};

use super::fold::WAIT;
use super::zones::{NO_ZONE, is_told};
use crate::ServerError;
use crate::workspace::{Workspace, attributes, resolved};

/// How far an import is.
#[derive(Clone, Debug)]
pub enum Progress<'a> {
    /// A file is being read.
    Reading {
        /// Which.
        file: &'a str,
        /// Bytes read.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// Records become facts and are committed.
    Storing(Stage),
}

/// What an import did.
#[derive(Clone, Debug)]
pub struct Imported {
    /// One a file, in the order they were named.
    pub files: Vec<FileReport>,
    /// What was committed.
    pub committed: Committed,
    /// What was live before.
    pub before: Snapshot,
    /// What is live now.
    pub after: Snapshot,
}

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Name of its source.
    pub source: String,
    /// It had been imported under the same mapping before: nothing was done.
    pub unchanged: bool,
    /// Rows that became records, or were left out by `where`.
    pub accepted: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Records made, by kind.
    pub records: BTreeMap<RecordKind, u64>,
    /// Refusals and warnings by code, with the first of each in words.
    pub reasons: BTreeMap<&'static str, (u64, String)>,
    /// Where the refused rows are, if there are any.
    pub rejects: Option<PathBuf>,
}

/// A file that was read, with its refused rows still under a temporary name.
struct ReadFile {
    report: FileReport,
    temporary: PathBuf,
    rejects: PathBuf,
}

/// The files to import: those named, or those the source's patterns find.
///
/// # Errors
/// When a pattern is malformed or nothing is found.
pub fn find_files(workspace: &Workspace, source: &Source, named: &[PathBuf]) -> Result<Vec<PathBuf>, ServerError> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    let mut found = Vec::new();
    for pattern in &source.read.files {
        // the directory is a place, whatever its name looks like
        let directory = glob::Pattern::escape(&workspace.directory.to_string_lossy());
        let pattern = Path::new(&directory).join(pattern);
        let paths = glob::glob(&pattern.to_string_lossy()).map_err(|error| {
            ServerError::Usage(format!(
                "{}: `{}` is not a pattern of files: {error}",
                source.file.path,
                pattern.display()
            ))
        })?;
        for path in paths {
            found.push(path.map_err(|error| ServerError::io(error.path().to_path_buf(), error.into()))?);
        }
    }
    if found.is_empty() {
        let patterns = source.read.files.join(", ");
        let hint = if patterns.is_empty() {
            "`read.files` is empty".to_owned()
        } else {
            format!("nothing matches {patterns}")
        };
        return Err(ServerError::Usage(format!(
            "no files to import for {}: {hint}; name them after the source",
            source.name
        )));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Imports files, each through its source, all of them at once.
///
/// # Errors
/// When a file cannot be read or mapped at all, another writer holds the workspace, or a write fails; then the
/// workspace is as before.
pub fn import(
    workspace: &Workspace,
    files: &[(&Source, PathBuf)],
    now: Instant,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Imported, ServerError> {
    let store = workspace.store()?;
    let mut writer = store.writer(WAIT)?;
    let rejects = workspace.data().join("rejects");
    fs::create_dir_all(&rejects).map_err(|error| ServerError::io(&rejects, error))?;
    remove_temporary(&rejects)?;

    // a file of a source that has delivered nothing yet is none that is known: it is hashed when it is read
    let before = writer.snapshot()?;
    let delivered: BTreeSet<&str> = before.deliveries().iter().map(|delivery| delivery.source.as_str()).collect();
    let mut read: Vec<ReadFile> = Vec::new();
    let mut pending: Vec<Pending<'_>> = Vec::new();
    for (source, path) in files {
        let name = shown_name(workspace, path);
        let hash = match delivered.contains(source.name.as_str()) {
            true => Some(file_hash(path)?.to_hex().to_string()),
            false => None,
        };
        let target = rejects.join(format!("{}--{}.ndjson", source.name, rejects_name(&name)));
        let temporary = rejects.join(format!("{}-{}.tmp", source.name, read.len()));
        let mut report = FileReport { file: name.clone(), source: source.name.clone(), ..FileReport::default() };
        let known = match &hash {
            Some(hash) => writer.find(&source.name, hash)?,
            None => None,
        };
        // the same bytes written later say that nothing has happened since
        let is_later = || {
            let live = before.deliveries().iter().filter(|delivery| delivery.source == source.name);
            let mut same = live.filter(|delivery| Some(&delivery.file_hash) == hash.as_ref());
            let complete = complete_to(source, modified(path), now);
            same.any(|live| complete.iter().any(|(kind, through)| live.loaded_through.get(kind) < Some(through)))
        };
        if let Some(known) = known.filter(|known| known.mapping_hash == source.hash && known.intact && !is_later()) {
            report.unchanged = true;
            (report.accepted, report.rejected) = (known.accepted, known.rejected);
            report.rejects = target.exists().then(|| target.clone());
        } else {
            let key = DeliveryKey {
                source: source.name.clone(),
                file_name: name.clone(),
                file_hash: hash.unwrap_or_default(),
                mapping_hash: source.hash.clone(),
            };
            let declared = attributes([(&source.name, *source)]);
            let delivery = writer.begin(key, &declared)?;
            let (index, temporary) = (read.len(), temporary.clone());
            pending.push(Pending { index, source, path, name, declared, delivery, temporary });
        }
        read.push(ReadFile { report, temporary, rejects: target });
    }
    let mut deliveries: Vec<FinishedDelivery> = Vec::new();
    for (index, (delivery, mapped, reasons)) in read_files(workspace, pending, now, progress)? {
        deliveries.push(delivery);
        let ReadFile { report, temporary, rejects } = &mut read[index];
        (report.accepted, report.rejected) = (mapped.accepted, mapped.rejected);
        (report.records, report.reasons) = (mapped.records, reasons);
        report.rejects = temporary.exists().then(|| rejects.clone());
    }
    let settings = workspace.fold_settings();
    let mut stage = |stage: Stage| progress(Progress::Storing(stage));
    let committed = if deliveries.is_empty() && writer.snapshot()?.is_stale(&settings) {
        writer.refold(&settings, now, &mut stage)?
    } else {
        writer.commit(deliveries, &settings, now, &mut stage)?
    };
    for file in read.iter().filter(|file| !file.report.unchanged) {
        keep_rejects(file)?;
    }
    let files = read.into_iter().map(|file| file.report).collect();
    Ok(Imported { files, committed, before, after: writer.snapshot()? })
}

/// A file that is to be read.
struct Pending<'a> {
    /// Its place among the files.
    index: usize,
    source: &'a Source,
    path: &'a Path,
    name: String,
    declared: Attributes,
    delivery: Delivery,
    temporary: PathBuf,
}

/// Files read at once: each is mostly read by one thread and mapped by another.
const FILES_AT_ONCE: usize = 2;

type Reading = (FinishedDelivery, Mapped, Reasons);

/// Reads files, several at once, and gives what came of each in their order.
fn read_files(
    workspace: &Workspace,
    pending: Vec<Pending<'_>>,
    now: Instant,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<(usize, Reading)>, ServerError> {
    let waiting = Mutex::new(pending.into_iter());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (send, receive) = sync_channel(16);
    std::thread::scope(|scope| {
        for _ in 0..FILES_AT_ONCE {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some(file) = next() {
                    let (index, name) = (file.index, file.name.clone());
                    let mut tell = |done, of| {
                        // nobody listens any more once a file could not be read
                        let _ = send.send(Told::Progress { file: name.clone(), done, of });
                    };
                    let reading = read_file(workspace, file, now, &mut tell);
                    let failed = reading.is_err();
                    if send.send(Told::Read(index, Box::new(reading))).is_err() || failed {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut found = Vec::new();
        let mut failure: Option<(usize, ServerError)> = None;
        for told in receive {
            match told {
                Told::Progress { file, done, of } => progress(Progress::Reading { file: &file, done, of }),
                Told::Read(index, reading) => match *reading {
                    Ok(reading) => found.push((index, reading)),
                    Err(error) if failure.as_ref().is_none_or(|(first, _)| index < *first) => {
                        // what is being read is read to its end, nothing more is begun
                        waiting.lock().unwrap_or_else(PoisonError::into_inner).by_ref().for_each(drop);
                        failure = Some((index, error));
                    }
                    Err(_) => {}
                },
            }
        }
        if let Some((_, error)) = failure {
            return Err(error);
        }
        found.sort_by_key(|(index, _)| *index);
        Ok(found)
    })
}

/// What a thread that reads files says.
enum Told {
    Progress { file: String, done: u64, of: u64 },
    Read(usize, Box<Result<Reading, ServerError>>),
}

type Reasons = BTreeMap<&'static str, (u64, String)>;

fn read_file(
    workspace: &Workspace,
    file: Pending<'_>,
    now: Instant,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Reading, ServerError> {
    let Pending { source, path, name, declared, mut delivery, temporary, .. } = file;
    let mut reasons = Reasons::new();
    let mut rejects = RejectFile { path: &temporary, file: None, error: None };
    let mut refuse = |reject: &Reject| {
        let shown = || match &reject.column {
            Some(column) => format!("{}: {column}: {}", reject.place(), reject.reason),
            None => format!("{}: {}", reject.place(), reject.reason),
        };
        reasons.entry(reject.code).or_insert_with(|| (0, shown())).0 += 1;
        rejects.write(reject);
    };
    let mut sink = |kind, batch| delivery.append(kind, &batch).map_err(SinkError::from);
    let written = modified(path);
    let options = Options { now, preview: None, undated: undated(written) };
    let mapped = map_file(source, path, &declared, options, &mut sink, &mut refuse, tell)?;
    let hash = match mapped.hash {
        Some(hash) => hash,
        None => file_hash(path)?,
    };
    let hash = hash.to_hex().to_string();
    if delivery.key().file_hash.is_empty() {
        delivery.identify(hash);
    } else if delivery.key().file_hash != hash {
        return Err(ServerError::Usage(format!(
            "{name}: the file changed between being recognised and being read; import it again"
        )));
    }
    rejects.finish()?;
    for warning in mapped.warnings.iter().filter(|warning| is_told(workspace, warning)) {
        reasons.entry(warning.code).or_insert_with(|| (0, warning.told())).0 += warning.count;
    }
    let unzoned = mapped.warnings.iter().filter(|warning| warning.code == NO_ZONE).map(|warning| warning.count).sum();
    let mut loaded_through = mapped.loaded_through.clone();
    for (kind, complete) in complete_to(source, written, now) {
        loaded_through.entry(kind).and_modify(|through| *through = complete.max(*through)).or_insert(complete);
    }
    let finished = delivery.finish(mapped.accepted, mapped.rejected, loaded_through)?.with_unzoned(unzoned);
    Ok((finished, mapped, reasons))
}

/// Up to when a file of `source` written at `modified` holds all there is, by kind: of a source whose files hold all there
/// was when they were written, though nothing of it may have happened.
fn complete_to(source: &Source, modified: i64, now: Instant) -> BTreeMap<RecordKind, Instant> {
    if !source.is_complete_to_file_time() {
        return BTreeMap::new();
    }
    let through = Instant::from_micros(modified).min(now);
    source.timed_kinds().into_iter().map(|kind| (kind, through)).collect()
}

/// The revision of records that have none, of a file written at `modified`: of such exports the later one wins, whichever
/// is imported first, and any revision that somebody states wins over all of them.
fn undated(modified: i64) -> i64 {
    i64::MIN.saturating_add(modified.max(0))
}

/// When the file was last written, in microseconds.
fn modified(path: &Path) -> i64 {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let since = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0)
}

/// Refused rows, one JSON object a line; the file is made with the first of them.
struct RejectFile<'a> {
    path: &'a Path,
    file: Option<BufWriter<File>>,
    error: Option<std::io::Error>,
}

impl RejectFile<'_> {
    fn write(&mut self, reject: &Reject) {
        if self.error.is_none() {
            self.error = self.try_write(reject).err();
        }
    }

    fn try_write(&mut self, reject: &Reject) -> std::io::Result<()> {
        if self.file.is_none() {
            self.file = Some(BufWriter::new(File::create(self.path)?));
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, reject)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), ServerError> {
        let flushed = match (self.error, self.file) {
            (Some(error), _) => Err(error),
            (None, Some(file)) => {
                file.into_inner().map_err(|error| error.into_error()).and_then(|file| file.sync_all())
            }
            (None, None) => Ok(()),
        };
        flushed.map_err(|error| ServerError::io(self.path, error))
    }
}

fn keep_rejects(file: &ReadFile) -> Result<(), ServerError> {
    let moved = if file.temporary.exists() {
        fs::rename(&file.temporary, &file.rejects)
    } else if file.rejects.exists() {
        fs::remove_file(&file.rejects)
    } else {
        Ok(())
    };
    moved.map_err(|error| ServerError::io(&file.rejects, error))
}

/// What the refused rows of a file are kept under: its name, where it is short and lies in no folder; otherwise the end
/// of it and some of its hash, so that no two files share one.
fn rejects_name(name: &str) -> String {
    const LONGEST: usize = 150;
    let flat = name.replace(['/', '\\'], "_");
    if flat == name && name.len() <= LONGEST {
        return flat;
    }
    let start = (flat.len().saturating_sub(LONGEST)..=flat.len()).find(|at| flat.is_char_boundary(*at));
    let hash = blake3::hash(name.as_bytes()).to_hex();
    format!("{}-{}", flat.get(start.unwrap_or(0)..).unwrap_or_default(), &hash[..8])
}

/// What a killed import left behind.
fn remove_temporary(folder: &Path) -> Result<(), ServerError> {
    let entries = fs::read_dir(folder).map_err(|error| ServerError::io(folder, error))?;
    for entry in entries.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "tmp") {
            fs::remove_file(entry.path()).map_err(|error| ServerError::io(entry.path(), error))?;
        }
    }
    Ok(())
}

/// Relative to the workspace where it lies in it, else as it was named.
fn shown_name(workspace: &Workspace, path: &Path) -> String {
    let absolute = resolved(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.strip_prefix(&workspace.directory).unwrap_or(path).to_string_lossy().into_owned()
}
