//! The newest revision of every key, and revisions that contradict each other.
//!
//! Of the rows of one key (system, id) the greatest (revision, rank, mapping) wins. Rows equal in these with the same
//! body are one; with different bodies they are in conflict and the greatest BLAKE3 of the body wins. A body is
//! everything mapped: neither the envelope nor the undeclared input columns in `rest`. So the winner depends on what
//! was said, never on the order, the splitting or the repetition of its arrival.

use std::cmp::{Ordering, Reverse};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use super::FoldError;
use super::body::Bodies;
use super::column::{Integers, Records, Row, Text};
use crate::RecordKind;

/// Different bodies under one key, revision, rank and mapping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Conflict {
    /// Kind of record.
    pub kind: RecordKind,
    /// System of the key.
    pub system: String,
    /// Id of the key.
    pub id: String,
    /// The revision that has several bodies.
    pub revision: i64,
    /// Rank of the source.
    pub rank: i64,
    /// Sequence number of the mapping.
    pub mapping: i64,
    /// Whether a greater revision, rank or mapping of the key has settled it.
    pub superseded: bool,
    /// The bodies, in descending order of their hashes: unless superseded, the first one counts.
    pub bodies: Vec<Body>,
}

/// One of several bodies and the first place it came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Body {
    /// BLAKE3 of the body in hexadecimal.
    pub hash: String,
    /// Number of the delivery.
    pub delivery: i64,
    /// Line in the delivered file.
    pub line: i64,
}

/// The columns that make a key.
pub(super) struct Keys<'a> {
    pub system: Text<'a>,
    pub id: Text<'a>,
}

impl<'a> Keys<'a> {
    pub fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(Keys { system: records.column("system")?, id: records.column("id")? })
    }

    /// The key that a row names in these columns; of its own system where it says no other.
    pub fn named(&self, systems: &Text<'a>, ids: &Text<'a>, row: Row) -> Option<(&'a str, &'a str)> {
        Some((systems.get(row).unwrap_or(self.system.required(row)), ids.get(row)?))
    }

    pub fn at(&self, row: Row) -> (&'a str, &'a str) {
        (self.system.required(row), self.id.required(row))
    }

    /// The order of the keys of two rows.
    fn compare(&self, left: Row, right: Row) -> Ordering {
        let (one, other) = (self.system.required(left), self.system.required(right));
        // mostly one word of a dictionary
        let systems = if std::ptr::eq(one, other) { Ordering::Equal } else { one.cmp(other) };
        systems.then_with(|| self.id.required(left).cmp(self.id.required(right)))
    }

    fn are_same(&self, left: Row, right: Row) -> bool {
        self.compare(left, right).is_eq()
    }
}

/// The winning row of every key, found by key.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// Sorted by hash of the key, then key.
    rows: Vec<(u64, Row)>,
    /// Where the rows with each value of the leading bits of the hash start.
    starts: Vec<u32>,
    /// Number of leading bits.
    bits: u32,
}

impl Newest {
    fn new(rows: Vec<(u64, Row)>) -> Self {
        let bits = usize::BITS - rows.len().leading_zeros();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for (hash, _) in &rows {
            starts[slot(*hash, bits) + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        Newest { rows, starts, bits }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.rows.iter().map(|(_, row)| *row)
    }

    /// The rows in the order of their batches, in which columns are read fastest.
    pub fn rows_as_stored(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows().collect();
        rows.sort_unstable();
        rows
    }

    /// Position among [`Newest::rows`] of the row with this key.
    pub fn find(&self, keys: &Keys, system: &str, id: &str) -> Option<usize> {
        if self.rows.is_empty() {
            return None;
        }
        let wanted = hash_of(system, id);
        let slot = slot(wanted, self.bits);
        let range = self.starts[slot] as usize..self.starts[slot + 1] as usize;
        let found =
            self.rows[range.clone()].iter().position(|(hash, row)| *hash == wanted && keys.at(*row) == (system, id))?;
        Some(range.start + found)
    }
}

fn slot(hash: u64, bits: u32) -> usize {
    // A shift by 64 is none: with no leading bits there is one slot.
    hash.checked_shr(u64::BITS - bits).unwrap_or(0) as usize
}

/// Hash of a key, to find it by.
pub(super) fn hash_of(system: &str, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    system.hash(&mut hasher);
    id.hash(&mut hasher);
    hasher.finish()
}

/// What each revision of every key says, for kinds whose earlier revisions count too.
///
/// A revision is a revision number: rank and mapping decide which statement of it is believed, as they do of the
/// newest, and of conflicting bodies it is the one that wins. So neither what a source of lower rank said nor what an
/// older mapping made of the same revision survives in a later statement of it; what a corrected mapping makes of its
/// own file has replaced the records made before, and is not here at all.
#[derive(Debug, Default)]
pub(super) struct Statements {
    rows: Vec<Row>,
    /// Where the rows of each key start, in the order of [`Newest::rows`].
    starts: Vec<u32>,
}

impl Statements {
    /// The revisions of the key at this position among [`Newest::rows`], earliest first; at least one.
    pub fn of(&self, position: usize) -> impl DoubleEndedIterator<Item = Row> + Clone + '_ {
        let end = self.starts.get(position + 1).map_or(self.rows.len(), |end| *end as usize);
        self.rows[self.starts[position] as usize..end].iter().rev().copied()
    }
}

/// The newest revision of every key of `records`, and the conflicts among them in ascending order of key.
pub(super) fn newest(records: &Records) -> Result<(Newest, Vec<Conflict>), FoldError> {
    walk(records, |_| {})
}

/// As [`newest`], with what each revision says.
pub(super) fn statements(records: &Records) -> Result<(Newest, Vec<Conflict>, Statements), FoldError> {
    let mut statements = Statements::default();
    let (newest, conflicts) = walk(records, |rows| {
        // Rows are fewer than 2³², as `Records::rows` has checked.
        statements.starts.push(statements.rows.len() as u32);
        statements.rows.extend_from_slice(rows);
    })?;
    Ok((newest, conflicts, statements))
}

/// Goes through the keys of `records` and gives `each` the believed row of every revision of a key, newest first.
fn walk(records: &Records, mut each: impl FnMut(&[Row])) -> Result<(Newest, Vec<Conflict>), FoldError> {
    let keys = Keys::open(records)?;
    let versions = Versions::open(records)?;
    let mut rows: Vec<(u64, Row)> = records
        .rows()?
        .map(|row| {
            let (system, id) = keys.at(row);
            (hash_of(system, id), row)
        })
        .collect();
    // Strings and versions are compared only between rows of one key (or of one hash).
    rows.sort_unstable_by(|(left_hash, left), (right_hash, right)| {
        left_hash
            .cmp(right_hash)
            .then_with(|| keys.compare(*left, *right))
            .then_with(|| Reverse(versions.at(*left)).cmp(&Reverse(versions.at(*right))))
    });

    let mut winners = Vec::with_capacity(rows.len());
    let mut conflicts = Vec::new();
    let mut bodies = Bodies::new(*records);
    let mut revisions: Vec<Row> = Vec::new();
    for same_key in rows.chunk_by(|left, right| left.0 == right.0 && keys.are_same(left.1, right.1)) {
        let mut winner = None;
        let mut last = None;
        revisions.clear();
        for same_version in same_key.chunk_by(|left, right| versions.at(left.1) == versions.at(right.1)) {
            let first = same_version[0].1;
            let mut best = first;
            if same_version.len() > 1 {
                let rows = same_version.iter().map(|(_, row)| (versions.place(*row), *row));
                let (winning, distinct) = bodies.distinct(rows.collect())?;
                best = winning;
                if distinct.len() > 1 {
                    let (system, id) = keys.at(first);
                    let (revision, rank, mapping) = versions.at(first);
                    conflicts.push(Conflict {
                        kind: records.kind,
                        system: system.to_owned(),
                        id: id.to_owned(),
                        revision,
                        rank,
                        mapping,
                        superseded: winner.is_some(),
                        bodies: distinct,
                    });
                }
            }
            winner.get_or_insert(best);
            let (revision, ..) = versions.at(first);
            if last != Some(revision) {
                last = Some(revision);
                revisions.push(best);
            }
        }
        each(&revisions);
        winners.extend(winner.map(|row| (same_key[0].0, row)));
    }
    conflicts.sort_unstable();
    Ok((Newest::new(winners), conflicts))
}

/// The columns that decide between rows of one key, and where a row came from.
struct Versions<'a> {
    revision: Integers<'a>,
    rank: Integers<'a>,
    mapping: Integers<'a>,
    delivery: Integers<'a>,
    line: Integers<'a>,
}

impl<'a> Versions<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(Versions {
            revision: records.column("revision")?,
            rank: records.column("rank")?,
            mapping: records.column("mapping")?,
            delivery: records.column("delivery")?,
            line: records.column("line")?,
        })
    }

    fn at(&self, row: Row) -> (i64, i64, i64) {
        (self.revision.required(row), self.rank.required(row), self.mapping.required(row))
    }

    fn place(&self, row: Row) -> (i64, i64) {
        (self.delivery.required(row), self.line.required(row))
    }
}
