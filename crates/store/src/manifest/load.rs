//! Reading a snapshot: everything that is live, in one read transaction.

use std::collections::BTreeMap;

use model::lifecycle::{Body, Conflict, Example, MissingRate, Note, Subject, Warning};
use model::{Attribute, FactTable, FieldType, Instant, RecordKind};
use rusqlite::{Connection, Row};

use super::Manifest;
use crate::attributes::{self, Declared};
use crate::error::{self, Error, Result};
use crate::segment::{SCHEMA_VERSION, Segment};
use crate::snapshot::{DeliveryInfo, Snapshot};

/// Name under which conflicts are counted.
pub(super) const CONFLICT: &str = "conflict";

/// What is live now.
pub(crate) fn snapshot(manifest: &Manifest) -> Result<Snapshot> {
    let connection = &manifest.connection;
    let wrap = error::database(&manifest.path);
    // a deferred transaction sees one state from its first read to its end
    let transaction = connection.unchecked_transaction().map_err(&wrap)?;
    let snapshot = read(manifest, &transaction)?;
    transaction.finish().map_err(&wrap)?;
    Ok(snapshot)
}

fn read(manifest: &Manifest, connection: &Connection) -> Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    let newest = "SELECT number, folded_under FROM generation ORDER BY number DESC LIMIT 1";
    for (number, folded_under) in rows(manifest, connection, newest, |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))? {
        snapshot.generation = number.unsigned_abs();
        snapshot.folded_under = Some(folded_under);
    }
    snapshot.deliveries = deliveries(manifest, connection)?;
    snapshot.attributes = attributes::unite(&read_declared(manifest, connection)?)?;
    segments(manifest, connection, &mut snapshot)?;
    snapshot.conflicts = conflicts(manifest, connection)?;
    for (name, count) in rows(manifest, connection, "SELECT name, count FROM fold_count", |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?.unsigned_abs()))
    })? {
        if name == CONFLICT {
            snapshot.conflict_count = count;
        } else {
            snapshot.warnings.insert(warning(manifest, &name)?, count);
        }
    }
    snapshot.notes = notes(manifest, connection)?;
    snapshot.missing_rates = missing_rates(manifest, connection)?;
    Ok(snapshot)
}

fn deliveries(manifest: &Manifest, connection: &Connection) -> Result<Vec<DeliveryInfo>> {
    let live = "SELECT number, source, file, file_hash, mapping_hash, accepted, rejected, imported_at, unzoned \
                FROM delivery WHERE dropped IS NULL ORDER BY number";
    let mut deliveries = rows(manifest, connection, live, |row| {
        Ok(DeliveryInfo {
            number: row.get(0)?,
            source: row.get(1)?,
            file: row.get(2)?,
            file_hash: row.get(3)?,
            mapping_hash: row.get(4)?,
            accepted: row.get::<_, i64>(5)?.unsigned_abs(),
            rejected: row.get::<_, i64>(6)?.unsigned_abs(),
            loaded_through: BTreeMap::new(),
            imported_at: Instant::from_micros(row.get(7)?),
            unzoned: row.get::<_, i64>(8)?.unsigned_abs(),
        })
    })?;
    let through =
        "SELECT delivery, kind, at FROM loaded_through JOIN delivery ON number = delivery WHERE dropped IS NULL";
    for (number, name, at) in
        rows(manifest, connection, through, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?)))?
    {
        let kind = kind(manifest, &name)?;
        if let Ok(index) = deliveries.binary_search_by_key(&number, |delivery| delivery.number) {
            deliveries[index].loaded_through.insert(kind, Instant::from_micros(at));
        }
    }
    Ok(deliveries)
}

/// What live deliveries declare.
pub(crate) fn declared(manifest: &Manifest) -> Result<Vec<Declared>> {
    read_declared(manifest, &manifest.connection)
}

fn read_declared(manifest: &Manifest, connection: &Connection) -> Result<Vec<Declared>> {
    let declared = "SELECT delivery.number, delivery.source, delivery.file, mapping.sequence, attribute.kind, attribute.name, \
                    attribute.type FROM attribute JOIN delivery ON delivery.number = attribute.delivery \
                    JOIN mapping ON mapping.source = delivery.source AND mapping.hash = delivery.mapping_hash \
                    WHERE delivery.dropped IS NULL ORDER BY delivery.number";
    rows(manifest, connection, declared, |row| {
        let texts: [String; 5] = [row.get(1)?, row.get(2)?, row.get(4)?, row.get(5)?, row.get(6)?];
        Ok((row.get(0)?, row.get(3)?, texts))
    })?
    .into_iter()
    .map(|(delivery, mapping, [source, file, of, name, type_name])| {
        let kind = FieldType::parse(&type_name).ok_or_else(|| unknown(manifest, "type", &type_name))?;
        let attribute = Attribute { name, kind };
        Ok(Declared { delivery, source, file, mapping, of: self::kind(manifest, &of)?, attribute })
    })
    .collect()
}

fn segments(manifest: &Manifest, connection: &Connection, snapshot: &mut Snapshot) -> Result<()> {
    let live = "SELECT layer, holds, file, rows, bytes, min_time, max_time, blake3, schema_version, delivery \
                FROM segment WHERE dropped IS NULL ORDER BY layer, holds, delivery, min_time, file";
    let found = rows(manifest, connection, live, |row| {
        let segment = Segment {
            path: manifest.directory.join(row.get::<_, String>(2)?),
            rows: row.get::<_, i64>(3)?.unsigned_abs(),
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            min_time: row.get::<_, Option<i64>>(5)?.map(Instant::from_micros),
            max_time: row.get::<_, Option<i64>>(6)?.map(Instant::from_micros),
            blake3: row.get(7)?,
            schema_version: row.get(8)?,
            delivery: row.get(9)?,
        };
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, segment))
    })?;
    for (layer, holds, segment) in found {
        if segment.schema_version > SCHEMA_VERSION {
            let (found, known) = (segment.schema_version.into(), SCHEMA_VERSION.into());
            return Err(Error::Newer { path: segment.path, found, known });
        }
        if layer == "fact" {
            let table = FactTable::parse(&holds).ok_or_else(|| unknown(manifest, "fact table", &holds))?;
            snapshot.facts.entry(table).or_default().push(segment);
        } else {
            snapshot.records.entry(kind(manifest, &holds)?).or_default().push(segment);
        }
    }
    Ok(())
}

fn conflicts(manifest: &Manifest, connection: &Connection) -> Result<Vec<Conflict>> {
    let listed = "SELECT kind, system, id, revision, rank, mapping, superseded FROM conflict ORDER BY number";
    let mut conflicts = rows(manifest, connection, listed, |row| {
        let kind: String = row.get(0)?;
        let (system, id) = (row.get(1)?, row.get(2)?);
        let (revision, rank, mapping, superseded) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        Ok((kind, system, id, revision, rank, mapping, superseded))
    })?
    .into_iter()
    .map(|(name, system, id, revision, rank, mapping, superseded)| {
        let kind = kind(manifest, &name)?;
        Ok(Conflict { kind, system, id, revision, rank, mapping, superseded, bodies: Vec::new() })
    })
    .collect::<Result<Vec<_>>>()?;
    let bodies = "SELECT conflict, hash, delivery, line FROM conflict_body ORDER BY conflict, position";
    for (number, body) in rows(manifest, connection, bodies, |row| {
        Ok((row.get::<_, i64>(0)?, Body { hash: row.get(1)?, delivery: row.get(2)?, line: row.get(3)? }))
    })? {
        // conflicts are numbered from 0 in the order in which they were read
        if let Some(conflict) = usize::try_from(number).ok().and_then(|number| conflicts.get_mut(number)) {
            conflict.bodies.push(body);
        }
    }
    Ok(conflicts)
}

fn notes(manifest: &Manifest, connection: &Connection) -> Result<BTreeMap<Subject, Note>> {
    let noted = "SELECT warning, kind, field, count, example, delivery, line FROM fold_note";
    let found = rows(manifest, connection, noted, |row| {
        let subject: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let place = row.get::<_, Option<i64>>(5)?.zip(row.get::<_, Option<i64>>(6)?);
        let example = row.get::<_, Option<String>>(4)?.map(|said| Example { said, place });
        Ok((subject, Note { count: row.get::<_, i64>(3)?.unsigned_abs(), example }))
    })?;
    let subject = |[name, of, field]: [String; 3]| {
        let kind = if of.is_empty() { None } else { Some(kind(manifest, &of)?) };
        let fields = kind.into_iter().flat_map(|kind| kind.fields());
        let field = fields.map(|known| known.name).find(|known| *known == field);
        Ok(Subject { warning: warning(manifest, &name)?, kind, field })
    };
    found.into_iter().map(|(about, note)| Ok((subject(about)?, note))).collect()
}

fn warning(manifest: &Manifest, name: &str) -> Result<Warning> {
    let known = Warning::ALL.into_iter().find(|warning| warning.name() == name);
    known.ok_or_else(|| unknown(manifest, "warning", name))
}

fn missing_rates(manifest: &Manifest, connection: &Connection) -> Result<BTreeMap<String, MissingRate>> {
    let missing = "SELECT currency, first, last, amounts FROM missing_rate";
    let found = rows(manifest, connection, missing, |row| {
        let days: [String; 2] = [row.get(1)?, row.get(2)?];
        Ok((row.get::<_, String>(0)?, days, row.get::<_, i64>(3)?.unsigned_abs()))
    })?;
    let day = |text: &str| text.parse().map_err(|_| unknown(manifest, "day", text));
    let rate = |([first, last], amounts): ([String; 2], u64)| {
        Ok(MissingRate { first: day(&first)?, last: day(&last)?, amounts })
    };
    found.into_iter().map(|(currency, days, amounts)| Ok((currency, rate((days, amounts))?))).collect()
}

fn rows<T>(
    manifest: &Manifest,
    connection: &Connection,
    query: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let wrap = error::database(&manifest.path);
    let mut statement = connection.prepare_cached(query).map_err(&wrap)?;
    let rows = statement.query_map([], read).map_err(&wrap)?;
    rows.collect::<rusqlite::Result<Vec<T>>>().map_err(&wrap)
}

fn kind(manifest: &Manifest, name: &str) -> Result<RecordKind> {
    RecordKind::parse(name).ok_or_else(|| unknown(manifest, "record kind", name))
}

fn unknown(manifest: &Manifest, what: &str, name: &str) -> Error {
    let what = format!("`{name}` is not a {what} that this version knows: a newer version may have written it");
    Error::Manifest { path: manifest.path.clone(), what }
}
