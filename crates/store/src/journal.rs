//! The journal: what people did, appended to `app.db` and never edited.
//!
//! Each entry carries the BLAKE3 hash of the one before and of itself, so a changed, added or missing one is found by
//! [`Journal::verify`]. An append is one transaction, on disk when it returns. It does not wait for an import: the
//! journal has a database of its own, whose write lock is held for one insertion.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Instant;
use rusqlite::{Connection, ErrorCode, Row, Transaction, TransactionBehavior, params};

use crate::database::{self, Kind};
use crate::disk::{self, Latch};
use crate::error::{self, Result};
use crate::store::refuse_network;
use crate::verify::Damage;

/// Marked "XCAP".
const KIND: Kind =
    Kind { application: 0x5843_4150, migrations: &[include_str!("../migrations/journal/0001_journal.sql")] };

/// The journal of a data directory.
#[derive(Debug)]
pub struct Journal {
    directory: PathBuf,
    path: PathBuf,
    /// Open since it was first needed; a workspace in which nobody did anything has no file.
    connection: Mutex<Option<Connection>>,
    latch: Latch,
}

/// What is to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Instant,
    /// Who, as they said.
    pub actor: String,
    /// What kind of deed.
    pub kind: String,
    /// What it was done to.
    pub subject: String,
    /// The rest of it, as JSON.
    pub body: String,
}

/// What was appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place: 1, 2, 3 … without gaps.
    pub number: u64,
    /// What it says.
    pub entry: Entry,
    /// Hash of the entry before; empty of the first.
    pub previous: String,
    /// BLAKE3 of all of this, in hexadecimal.
    pub hash: String,
}

impl Journal {
    /// The journal of the data directory `directory`. Nothing is made before the first append.
    ///
    /// # Errors
    /// When it lies on a network file system, where neither locks nor fsync can be relied on.
    pub fn open(directory: &Path) -> Result<Journal> {
        refuse_network(directory)?;
        Ok(Journal {
            directory: directory.to_path_buf(),
            path: directory.join("app.db"),
            connection: Mutex::new(None),
            latch: Latch::default(),
        })
    }

    /// Appends what `decide` makes of the entries after number `seen`; nothing where it makes nothing of them. No other
    /// entry comes between what it is shown and what it appends. The entry is on disk when this returns.
    ///
    /// # Errors
    /// What `decide` refuses; when the journal cannot be read or written, or an earlier write failed.
    pub fn append<E: From<error::Error>>(
        &self,
        seen: u64,
        decide: impl FnOnce(&[Recorded]) -> std::result::Result<Option<Entry>, E>,
    ) -> std::result::Result<Option<Recorded>, E> {
        self.latch.check(&self.directory)?;
        let mut held = self.connection();
        if held.is_none() {
            *held = Some(self.make()?);
        }
        let Some(connection) = held.as_mut() else { return Ok(None) };
        let wrap = error::database(&self.path);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&wrap)?;
        self.latch.pass("journal.begun", &self.path)?;
        let newer = entries(&transaction, seen).map_err(&wrap)?;
        let Some(entry) = decide(&newer)? else { return Ok(None) };
        let recorded = self.write(transaction, entry)?;
        Ok(Some(recorded))
    }

    /// The entries after number `seen`, in order; all of them after 0.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn read(&self, seen: u64) -> Result<Vec<Recorded>> {
        let mut held = self.connection();
        match self.opened(&mut held)? {
            Some(connection) => entries(connection, seen).map_err(error::database(&self.path)),
            None => Ok(Vec::new()),
        }
    }

    /// Everything about the journal that is not as it was appended.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Damage>> {
        let mut held = self.connection();
        let Some(connection) = self.opened(&mut held)? else { return Ok(Vec::new()) };
        let wrap = error::database(&self.path);
        let mut faults = database::problems(connection).map_err(&wrap)?;
        if faults.is_empty() {
            let head: (u64, String) = connection
                .query_row("SELECT number, hash FROM head", [], |row| Ok((number(row, 0)?, row.get(1)?)))
                .map_err(&wrap)?;
            faults = broken(&entries(connection, 0).map_err(&wrap)?, &head);
        }
        Ok(faults.into_iter().map(|fault| Damage::of_journal(&self.path, fault)).collect())
    }

    /// The database, made where there is none.
    fn make(&self) -> Result<Connection> {
        disk::create_directory(&self.directory)?;
        let connection = database::open(&self.directory, &self.path, &KIND, true)?;
        disk::sync_directory(&self.directory, &self.latch)?;
        Ok(connection)
    }

    /// The database, where there is one.
    fn opened<'h>(&self, held: &'h mut Option<Connection>) -> Result<Option<&'h Connection>> {
        // of no length while another process is just making it
        let is_there = || self.path.metadata().is_ok_and(|file| file.len() > 0);
        if held.is_none() && is_there() {
            *held = Some(database::open(&self.directory, &self.path, &KIND, true)?);
        }
        Ok(held.as_ref())
    }

    /// Adds `entry` at the end and ends the transaction.
    fn write(&self, transaction: Transaction<'_>, entry: Entry) -> Result<Recorded> {
        let wrap = error::database(&self.path);
        let (last, previous): (u64, String) = transaction
            .query_row("SELECT number, hash FROM head", [], |row| Ok((number(row, 0)?, row.get(1)?)))
            .map_err(&wrap)?;
        let hash = hash(last + 1, &entry, &previous);
        let recorded = Recorded { number: last + 1, entry, previous, hash };
        self.guard(add(&transaction, &recorded))?;
        self.latch.pass("journal.added", &self.path)?;
        let head = params![recorded.number as i64, recorded.hash];
        self.guard(transaction.execute("UPDATE head SET number = ?1, hash = ?2", head))?;
        self.latch.pass("journal.filled", &self.path)?;
        self.guard(transaction.commit())?;
        self.latch.pass("journal.committed", &self.path)?;
        Ok(recorded)
    }

    /// Remembers a failed write, but not that another process was at it for too long.
    fn guard<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        let is_busy = matches!(&result, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        let result = if is_busy { result } else { self.latch.guard(result) };
        result.map_err(error::database(&self.path))
    }

    fn connection(&self) -> MutexGuard<'_, Option<Connection>> {
        // a panic while reading leaves nothing half done, a transaction that was not committed is undone
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(transaction: &Transaction<'_>, recorded: &Recorded) -> rusqlite::Result<usize> {
    let Recorded { number, entry, previous, hash } = recorded;
    transaction.execute(
        "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![*number as i64, entry.at.micros(), entry.actor, entry.kind, entry.subject, entry.body, previous, hash],
    )
}

/// The entries after number `seen`, in order.
fn entries(connection: &Connection, seen: u64) -> rusqlite::Result<Vec<Recorded>> {
    let query = "SELECT number, at, actor, kind, subject, body, previous, hash FROM entry \
                 WHERE number > ?1 ORDER BY number";
    let mut statement = connection.prepare_cached(query)?;
    let read = |row: &Row<'_>| {
        Ok(Recorded {
            number: number(row, 0)?,
            entry: Entry {
                at: Instant::from_micros(row.get(1)?),
                actor: row.get(2)?,
                kind: row.get(3)?,
                subject: row.get(4)?,
                body: row.get(5)?,
            },
            previous: row.get(6)?,
            hash: row.get(7)?,
        })
    };
    statement.query_map([i64::try_from(seen).unwrap_or(i64::MAX)], read)?.collect()
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

/// The hash of an entry at its place: over its parts, each with its length before it, so that no two entries read alike.
fn hash(number: u64, entry: &Entry, previous: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes()).update(&entry.at.micros().to_le_bytes());
    for part in [&entry.actor, &entry.kind, &entry.subject, &entry.body, previous] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// What is wrong with the chain of `entries`, whose last one `head` names.
fn broken(entries: &[Recorded], head: &(u64, String)) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut last, mut previous) = (0, "");
    for recorded in entries {
        let Recorded { number, entry, .. } = recorded;
        if *number != last + 1 {
            faults.push(format!("of its entries number {} is followed by number {number}", last));
        } else if recorded.previous != previous {
            faults.push(format!("entry {number} does not follow the one before it"));
        }
        if recorded.hash != hash(*number, entry, &recorded.previous) {
            faults.push(format!("entry {number} is not what was written"));
        }
        (last, previous) = (*number, &recorded.hash);
    }
    if (last, previous) != (head.0, head.1.as_str()) {
        faults.push(format!("its last entry is number {last}, that written last was number {}", head.0));
    }
    faults
}
