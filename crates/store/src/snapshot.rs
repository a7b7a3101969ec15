//! A snapshot: what is live in one generation. Its files stay until a writer finds them dropped for long enough.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use model::lifecycle::{Conflict, MissingRate, Note, Subject, Warning};
use model::{Attributes, FactTable, Instant, RecordKind};

use crate::error::Result;
use crate::fact_hash;
use crate::fold::{self, FoldSettings};
use crate::segment::{SCHEMA_VERSION, Segment};

/// What is live in one generation of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Number of the newest commit; 0 before the first.
    pub generation: u64,
    /// The custom attributes that live deliveries declare, sorted by name.
    pub attributes: Attributes,
    /// What its facts were folded under, as [`fold_hash`](crate::fold_hash) gives it; `None` before the first commit.
    pub folded_under: Option<String>,
    pub(crate) facts: BTreeMap<FactTable, Vec<Segment>>,
    pub(crate) records: BTreeMap<RecordKind, Vec<Segment>>,
    pub(crate) deliveries: Vec<DeliveryInfo>,
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) conflict_count: u64,
    pub(crate) warnings: BTreeMap<Warning, u64>,
    pub(crate) notes: BTreeMap<Subject, Note>,
    pub(crate) missing_rates: BTreeMap<String, MissingRate>,
}

/// A live delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryInfo {
    /// Its number, unique in the workspace.
    pub number: i64,
    /// Source that maps it.
    pub source: String,
    /// Name of the file.
    pub file: String,
    /// BLAKE3 of the file, in hexadecimal.
    pub file_hash: String,
    /// Hash of the mapping it was imported under.
    pub mapping_hash: String,
    /// Rows of the file that became records.
    pub accepted: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Time up to which the source had delivered each kind.
    pub loaded_through: BTreeMap<RecordKind, Instant>,
    /// When it was imported.
    pub imported_at: Instant,
    /// Times of it that were read as UTC, since neither they nor its source name a zone.
    pub unzoned: u64,
}

/// What is stated of sources, beside what they have delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Names of those that deliver nothing more.
    pub finished: BTreeSet<String>,
    /// Those that are complete up to some time, by name.
    pub complete: BTreeMap<String, Complete>,
    /// Since when those are complete that do not know all that was over before, by name.
    pub begun: BTreeMap<String, Instant>,
}

/// Up to when a source has delivered all there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complete {
    /// That time.
    pub through: Instant,
    /// The kinds of record it makes.
    pub kinds: BTreeSet<RecordKind>,
}

impl Snapshot {
    /// Segments of a table of facts, earliest first.
    pub fn facts(&self, table: FactTable) -> &[Segment] {
        self.facts.get(&table).map(Vec::as_slice).unwrap_or_default()
    }

    /// Segments of a kind of record, oldest delivery first.
    pub fn records(&self, kind: RecordKind) -> &[Segment] {
        self.records.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Live deliveries, oldest first.
    pub fn deliveries(&self) -> &[DeliveryInfo] {
        &self.deliveries
    }

    /// The time up to which every source that delivers any of `kinds` has delivered: the earliest, over the sources that
    /// are [`waited_for`](Self::waited_for). `None` when there is no such source.
    pub fn watermark(&self, kinds: &[RecordKind], stated: &Stated) -> Option<Instant> {
        self.waited_for(kinds, stated).into_values().min()
    }

    /// The sources that deliver any of `kinds`, each with the latest time it has loaded through, by its records or by
    /// what is `stated` of it. Those that have finished have delivered everything and are not waited for; where all have,
    /// it is the one that came furthest. Where nothing of `kinds` has come at all, those count that are stated to be
    /// complete in them, and have delivered, be it an empty file.
    pub fn waited_for(&self, kinds: &[RecordKind], stated: &Stated) -> BTreeMap<&str, Instant> {
        let mut latest: BTreeMap<&str, Instant> = BTreeMap::new();
        for delivery in &self.deliveries {
            let through = kinds.iter().filter_map(|kind| delivery.loaded_through.get(kind)).max();
            if let Some(&through) = through {
                latest.entry(&delivery.source).and_modify(|known| *known = through.max(*known)).or_insert(through);
            }
        }
        if latest.is_empty() {
            let stated = self.deliveries.iter().filter_map(|delivery| {
                let complete = stated.complete.get(&delivery.source)?;
                let of_kinds = kinds.iter().any(|kind| complete.kinds.contains(kind));
                of_kinds.then_some((delivery.source.as_str(), complete.through))
            });
            latest.extend(stated);
        }
        for (source, through) in &mut latest {
            if let Some(complete) = stated.complete.get(*source) {
                *through = complete.through.max(*through);
            }
        }
        if latest.keys().any(|source| !stated.finished.contains(*source)) {
            latest.retain(|source, _| !stated.finished.contains(*source));
            return latest;
        }
        latest.into_iter().max_by_key(|(_, through)| *through).into_iter().collect()
    }

    /// Since when what is known of `kinds` is complete, where it is `stated` of a source that delivers any of them: the
    /// latest of these times.
    pub fn begun(&self, kinds: &[RecordKind], stated: &Stated) -> Option<Instant> {
        let delivers = |source: &String| {
            let of = self.deliveries.iter().filter(|delivery| delivery.source == *source);
            of.flat_map(|delivery| delivery.loaded_through.keys()).any(|kind| kinds.contains(kind))
        };
        stated.begun.iter().filter(|(source, _)| delivers(source)).map(|(_, since)| *since).max()
    }

    /// Keys that have several bodies under one revision: those that matter first, then by key. A long list is cut
    /// off; [`conflict_count`](Self::conflict_count) counts all.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// How many keys have several bodies under one revision.
    pub fn conflict_count(&self) -> u64 {
        self.conflict_count
    }

    /// How often the fold found something odd that did not stop it.
    pub fn warnings(&self) -> &BTreeMap<Warning, u64> {
        &self.warnings
    }

    /// The same by what they are about, with an example of each.
    pub fn notes(&self) -> &BTreeMap<Subject, Note> {
        &self.notes
    }

    /// Currencies for which exchange rates are missing, with the days.
    pub fn missing_rates(&self) -> &BTreeMap<String, MissingRate> {
        &self.missing_rates
    }

    /// Whether the facts were folded under other settings than these, or by an older program:
    /// [`Writer::refold`](crate::Writer::refold) renews them. A workspace without any delivery is never stale.
    pub fn is_stale(&self, settings: &FoldSettings) -> bool {
        let older = self.facts.values().flatten().any(|segment| segment.schema_version < SCHEMA_VERSION);
        !self.deliveries.is_empty() && (older || self.folded_under.as_deref() != Some(&fold::fold_hash(settings)))
    }

    /// A hash of each table's rows, whatever their order and the segments they lie in: BLAKE3 over the sorted BLAKE3
    /// hashes of the rows, in hexadecimal.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn fact_hash(&self) -> Result<BTreeMap<FactTable, String>> {
        FactTable::ALL
            .into_iter()
            .map(|table| {
                let paths: Vec<PathBuf> = self.facts(table).iter().map(|segment| segment.path.clone()).collect();
                Ok((table, fact_hash::of_segments(&table.schema(&self.attributes), &paths)?))
            })
            .collect()
    }
}
