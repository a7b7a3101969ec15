//! Opening an SQLite database of ours: recognised by its application id, brought to the present format, durable.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{self, Error, Result};

/// How long a statement waits for another process's statement.
const STATEMENT_WAIT: Duration = Duration::from_secs(30);

/// A kind of database.
pub(crate) struct Kind {
    /// Marks a database as one of this kind.
    pub(crate) application: i64,
    /// One step from each format to the next; `user_version` counts those that were taken.
    pub(crate) migrations: &'static [&'static str],
}

/// How long it is waited before a database is opened once more.
const AGAIN: Duration = Duration::from_millis(20);

/// Opens the database `path` of a data directory, made or brought to the present format where `create` is set. What was
/// committed is on disk: a write-ahead log that is synced at every commit.
pub(crate) fn open(directory: &Path, path: &Path, kind: &Kind, create: bool) -> Result<Connection> {
    let begun = std::time::Instant::now();
    loop {
        match open_once(directory, path, kind, create) {
            // who turns to the write-ahead log while another does is not made to wait, but refused
            Err(Error::Database { source, .. })
                if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
                    && begun.elapsed() < STATEMENT_WAIT =>
            {
                std::thread::sleep(AGAIN);
            }
            done => return done,
        }
    }
}

fn open_once(directory: &Path, path: &Path, kind: &Kind, create: bool) -> Result<Connection> {
    if !create && !path.is_file() {
        return Err(Error::Absent { path: directory.to_path_buf() });
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let wrap = error::database(path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(&wrap)?;
    connection.busy_timeout(STATEMENT_WAIT).map_err(&wrap)?;
    let (application, tables) = whose(&mut connection).map_err(|source| match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::Foreign { path: path.to_path_buf() },
        _ => Error::Database { path: path.to_path_buf(), source },
    })?;
    match (application, tables) {
        (found, _) if found == kind.application => {}
        (0, 0) if create => {}
        (0, 0) => return Err(Error::Absent { path: directory.to_path_buf() }),
        _ => return Err(Error::Foreign { path: path.to_path_buf() }),
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(&wrap)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(&wrap)?;
    connection.pragma_update(None, "foreign_keys", "ON").map_err(&wrap)?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(&wrap)?;
    let known = kind.migrations.len() as i64;
    if version > known {
        return Err(Error::Newer { path: path.to_path_buf(), found: version, known });
    }
    if version < known {
        migrate(&mut connection, kind).map_err(&wrap)?;
    }
    Ok(connection)
}

/// The application id and how many tables there are. Both of one moment: another process may just be making them.
fn whose(connection: &mut Connection) -> rusqlite::Result<(i64, i64)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let application = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok((application, tables))
}

/// Takes the steps that are missing, in one transaction.
fn migrate(connection: &mut Connection, kind: &Kind) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // counted again inside: another process may have been faster
    let taken: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for step in kind.migrations.iter().skip(usize::try_from(taken).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", kind.application)?;
    transaction.pragma_update(None, "user_version", kind.migrations.len() as i64)?;
    transaction.commit()
}

/// What SQLite finds wrong with the database itself.
pub(crate) fn problems(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
