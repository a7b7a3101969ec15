//! The manifest: an SQLite database that says which segments are live. A commit is one transaction on it.

use std::path::{Path, PathBuf};

use model::Instant;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::database::{self, Kind};
use crate::error::{self, Error, Result};

mod load;

pub(crate) use load::{declared, snapshot};

/// Marked "XCHK".
const KIND: Kind = Kind {
    application: 0x5843_484b,
    migrations: &[
        include_str!("../migrations/0001_manifest.sql"),
        include_str!("../migrations/0002_missing_rates.sql"),
        include_str!("../migrations/0003_notes.sql"),
    ],
};

/// A connection to the manifest of a data directory.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    /// Data directory, against which segments' names are resolved.
    pub(crate) directory: PathBuf,
}

impl Manifest {
    /// The manifest of `directory`, made or brought to the present format where `create` is set.
    pub(crate) fn open(directory: &Path, create: bool) -> Result<Manifest> {
        let path = directory.join("store.db");
        let connection = database::open(directory, &path, &KIND, create)?;
        Ok(Manifest { connection, path, directory: directory.to_path_buf() })
    }

    /// Number of hash buckets, fixed when the store was made.
    pub(crate) fn buckets(&self) -> Result<u32> {
        let text: String = self
            .connection
            .query_row("SELECT value FROM workspace WHERE name = 'buckets'", [], |row| row.get(0))
            .map_err(error::database(&self.path))?;
        text.parse().ok().filter(|buckets| (1..=256).contains(buckets)).ok_or_else(|| Error::Manifest {
            path: self.path.clone(),
            what: format!("`{text}` buckets: a whole number from 1 to 256 is valid"),
        })
    }

    /// Says in the manifest how many buckets there are, unless it says so already.
    pub(crate) fn set_buckets(&self, buckets: u32) -> Result<()> {
        self.connection
            .execute("INSERT INTO workspace VALUES ('buckets', ?1) ON CONFLICT DO NOTHING", [buckets.to_string()])
            .map_err(error::database(&self.path))?;
        Ok(())
    }

    /// Number of the newest commit; 0 before the first.
    pub(crate) fn generation(&self) -> Result<u64> {
        self.connection
            .query_row("SELECT coalesce(max(number), 0) FROM generation", [], |row| row.get(0))
            .map(i64::unsigned_abs)
            .map_err(error::database(&self.path))
    }

    /// Numbers of deliveries: the next free one.
    pub(crate) fn next_delivery(&self) -> Result<i64> {
        self.connection
            .query_row("SELECT coalesce(max(number), 0) + 1 FROM delivery", [], |row| row.get(0))
            .map_err(error::database(&self.path))
    }

    /// Sequence numbers of a source's mappings, by hash.
    pub(crate) fn mappings(&self, source: &str) -> Result<Vec<(String, i64)>> {
        let wrap = error::database(&self.path);
        let mut statement =
            self.connection.prepare_cached("SELECT hash, sequence FROM mapping WHERE source = ?1").map_err(&wrap)?;
        let rows = statement.query_map([source], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&wrap)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
    }

    /// The live delivery of a file by a source.
    pub(crate) fn delivery(&self, source: &str, file_hash: &str) -> Result<Option<Delivered>> {
        let query = "SELECT number, mapping_hash, accepted, rejected FROM delivery \
                     WHERE source = ?1 AND file_hash = ?2 AND dropped IS NULL";
        let read = |row: &rusqlite::Row| {
            Ok(Delivered {
                number: row.get(0)?,
                mapping_hash: row.get(1)?,
                accepted: row.get::<_, i64>(2)?.unsigned_abs(),
                rejected: row.get::<_, i64>(3)?.unsigned_abs(),
            })
        };
        let wrap = error::database(&self.path);
        let mut statement = self.connection.prepare_cached(query).map_err(&wrap)?;
        statement.query_row([source, file_hash], read).optional().map_err(&wrap)
    }

    /// Files of the live segments of a delivery, relative to the data directory, and their hashes.
    pub(crate) fn segments_of(&self, delivery: i64) -> Result<Vec<(String, String)>> {
        let wrap = error::database(&self.path);
        let query = "SELECT file, blake3 FROM segment WHERE delivery = ?1 AND dropped IS NULL";
        let mut statement = self.connection.prepare_cached(query).map_err(&wrap)?;
        let rows = statement.query_map([delivery], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&wrap)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
    }

    /// Names of all files that some generation may still be read from, relative to the data directory.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let wrap = error::database(&self.path);
        let mut statement = self.connection.prepare("SELECT file FROM segment").map_err(&wrap)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(&wrap)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
    }

    /// Forgets the segments that were dropped before `limit`, in seconds since 1970; gives how many.
    pub(crate) fn forget_dropped(&self, limit: i64) -> Result<usize> {
        self.connection
            .execute("DELETE FROM segment WHERE dropped_at IS NOT NULL AND dropped_at <= ?1", [limit])
            .map_err(error::database(&self.path))
    }

    /// Begins the transaction of a commit.
    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>> {
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error::database(&self.path))
    }

    /// What SQLite finds wrong with the database itself.
    pub(crate) fn problems(&self) -> Result<Vec<String>> {
        database::problems(&self.connection).map_err(error::database(&self.path))
    }
}

/// A live delivery, in short.
#[derive(Debug)]
pub(crate) struct Delivered {
    pub(crate) number: i64,
    pub(crate) mapping_hash: String,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
}

/// A row of the table of segments.
pub(crate) struct SegmentRow {
    /// Relative to the data directory.
    pub(crate) file: String,
    /// `record` or `fact`.
    pub(crate) layer: &'static str,
    /// Record kind or fact table.
    pub(crate) holds: &'static str,
    pub(crate) delivery: Option<i64>,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) min_time: Option<i64>,
    pub(crate) max_time: Option<i64>,
    pub(crate) blake3: String,
}

/// Adds a generation.
pub(crate) fn add_generation(
    transaction: &Transaction,
    generation: i64,
    now: Instant,
    folded_under: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO generation VALUES (?1, ?2, ?3)")?
        .execute(params![generation, now.micros(), folded_under])
        .map(drop)
}

/// Adds a segment that is live from `generation` on.
pub(crate) fn add_segment(transaction: &Transaction, generation: i64, row: &SegmentRow) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO segment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, NULL)")?
        .execute(params![
            row.file,
            row.layer,
            row.holds,
            row.delivery,
            row.rows as i64,
            row.bytes as i64,
            row.min_time,
            row.max_time,
            row.blake3,
            crate::segment::SCHEMA_VERSION,
            generation,
        ])
        .map(drop)
}

/// Adds a delivery that is live from `generation` on; its mapping gets its number where it has none yet.
pub(crate) fn add_delivery(
    transaction: &Transaction,
    generation: i64,
    now: Instant,
    delivery: &crate::delivery::FinishedDelivery,
) -> rusqlite::Result<()> {
    let key = &delivery.key;
    transaction
        .prepare_cached("INSERT INTO mapping VALUES (?1, ?2, ?3) ON CONFLICT (source, hash) DO NOTHING")?
        .execute(params![key.source, key.mapping_hash, delivery.mapping])?;
    transaction
        .prepare_cached("INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL, ?10)")?
        .execute(params![
            delivery.number,
            key.source,
            key.file_name,
            key.file_hash,
            key.mapping_hash,
            delivery.accepted as i64,
            delivery.rejected as i64,
            now.micros(),
            generation,
            delivery.unzoned as i64,
        ])?;
    for (kind, at) in &delivery.loaded_through {
        transaction.prepare_cached("INSERT INTO loaded_through VALUES (?1, ?2, ?3)")?.execute(params![
            delivery.number,
            kind.name(),
            at.micros()
        ])?;
    }
    for (kind, attributes) in &delivery.attributes {
        for attribute in attributes {
            transaction.prepare_cached("INSERT INTO attribute VALUES (?1, ?2, ?3, ?4)")?.execute(params![
                delivery.number,
                kind.name(),
                attribute.name,
                attribute.kind.name()
            ])?;
        }
    }
    Ok(())
}

/// Drops a delivery and its segments from `generation` on; `at` is in seconds since 1970.
pub(crate) fn drop_delivery(transaction: &Transaction, generation: i64, at: i64, number: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE delivery SET dropped = ?1 WHERE number = ?2 AND dropped IS NULL")?
        .execute([generation, number])?;
    transaction
        .prepare_cached("UPDATE segment SET dropped = ?1, dropped_at = ?2 WHERE delivery = ?3 AND dropped IS NULL")?
        .execute([generation, at, number])
        .map(drop)
}

/// Drops all facts from `generation` on; `at` is in seconds since 1970.
pub(crate) fn drop_facts(transaction: &Transaction, generation: i64, at: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("UPDATE segment SET dropped = ?1, dropped_at = ?2 WHERE layer = 'fact' AND dropped IS NULL")?
        .execute([generation, at])
        .map(drop)
}

/// Puts what a fold found in the place of what the last one found.
pub(crate) fn replace_findings(transaction: &Transaction, findings: &crate::fold::Findings) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "DELETE FROM conflict_body; DELETE FROM conflict; DELETE FROM fold_count; DELETE FROM fold_note; DELETE FROM missing_rate;",
    )?;
    for (number, conflict) in (0i64..).zip(&findings.conflicts) {
        transaction.prepare_cached("INSERT INTO conflict VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
            params![
                number,
                conflict.kind.name(),
                conflict.system,
                conflict.id,
                conflict.revision,
                conflict.rank,
                conflict.mapping,
                conflict.superseded
            ],
        )?;
        for (position, body) in (0i64..).zip(&conflict.bodies) {
            transaction.prepare_cached("INSERT INTO conflict_body VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
                number,
                position,
                body.hash,
                body.delivery,
                body.line
            ])?;
        }
    }
    let mut count = transaction.prepare_cached("INSERT INTO fold_count VALUES (?1, ?2)")?;
    count.execute(params![load::CONFLICT, findings.conflict_count as i64])?;
    for (warning, times) in findings.warnings.iter() {
        count.execute(params![warning.name(), times as i64])?;
    }
    let mut note = transaction.prepare_cached("INSERT INTO fold_note VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for (subject, found) in findings.warnings.notes() {
        let (example, place) = (found.example.as_ref(), found.example.as_ref().and_then(|example| example.place));
        note.execute(params![
            subject.warning.name(),
            subject.kind.map_or("", |kind| kind.name()),
            subject.field.unwrap_or_default(),
            found.count as i64,
            example.map(|example| example.said.as_str()),
            place.map(|(delivery, _)| delivery),
            place.map(|(_, line)| line),
        ])?;
    }
    let mut missing = transaction.prepare_cached("INSERT INTO missing_rate VALUES (?1, ?2, ?3, ?4)")?;
    for (currency, rate) in findings.warnings.missing_rates() {
        missing.execute(params![currency, rate.first.to_string(), rate.last.to_string(), rate.amounts as i64])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a commit relies on for being on disk when it returns.
    #[test]
    fn every_connection_waits_for_the_disk() {
        let room = tempfile::tempdir().unwrap();
        for create in [true, false] {
            let manifest = Manifest::open(room.path(), create).unwrap();
            let pragma =
                |name| manifest.connection.pragma_query_value(None, name, |row| row.get::<_, String>(0)).unwrap();
            let number = |name| manifest.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(pragma("journal_mode"), "wal");
            assert_eq!((number("synchronous"), number("foreign_keys")), (2, 1));
            assert_eq!(
                (number("application_id"), number("user_version")),
                (KIND.application, KIND.migrations.len() as i64)
            );
        }
    }

    #[test]
    fn the_number_of_buckets_is_fixed() {
        let room = tempfile::tempdir().unwrap();
        let manifest = Manifest::open(room.path(), true).unwrap();
        manifest.set_buckets(32).unwrap();
        manifest.set_buckets(64).unwrap();
        assert_eq!(manifest.buckets().unwrap(), 32);
        for wrong in ["0", "257", "-1", "many"] {
            manifest.connection.execute("UPDATE workspace SET value = ?1", [wrong]).unwrap();
            assert!(matches!(manifest.buckets(), Err(Error::Manifest { .. })), "{wrong}");
        }
    }
}
