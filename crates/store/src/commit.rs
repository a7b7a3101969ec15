//! A commit: records of deliveries and the facts folded from them become visible together, or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::lifecycle::{MissingRate, Warning};
use model::{Attributes, FactTable, Instant, RecordKind};

use crate::arrange::FactSegment;
use crate::attributes::{self, Declared};
use crate::delivery::FinishedDelivery;
use crate::disk;
use crate::error::{self, Error, Result};
use crate::fold::{self, Findings, FoldSettings, Inputs, Live, Stage};
use crate::manifest::{self, SegmentRow};
use crate::segment::{Finished, Segment};
use crate::snapshot::{DeliveryInfo, Snapshot};
use crate::store::{FACTS, RECORDS, TEMPORARY};
use crate::verify;
use crate::writer::{Writer, clock, is_intact};

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// The newest generation.
    pub generation: u64,
    /// Whether this commit made it; not so when everything was there already.
    pub changed: bool,
    /// Deliveries added, those that replace another among them.
    pub added: usize,
    /// Deliveries replaced.
    pub replaced: usize,
    /// Deliveries that were there already: the same file under the same mapping.
    pub unchanged: usize,
    /// Facts, by table.
    pub facts: BTreeMap<FactTable, u64>,
    /// Keys that have several bodies under one revision.
    pub conflicts: u64,
    /// How often the fold found something odd that did not stop it.
    pub warnings: BTreeMap<Warning, u64>,
    /// Currencies for which exchange rates are missing, with the days.
    pub missing_rates: BTreeMap<String, MissingRate>,
}

/// What is to be changed.
struct Change {
    snapshot: Snapshot,
    deliveries: Vec<FinishedDelivery>,
    /// Numbers of the live deliveries that they replace.
    replaced: Vec<i64>,
    unchanged: usize,
    /// The attributes that are declared afterwards.
    attributes: Attributes,
}

impl Writer {
    /// Makes deliveries visible together with the facts folded from all records, as one new generation. A delivery of
    /// a file that is there already is skipped; one of the same file under another mapping replaces it, and so does
    /// one of a file whose segments are damaged, or that says by now that it is complete up to a later time. Where nothing remains, nothing is folded and no generation is made.
    ///
    /// `now` is the time of the import; `progress` is told how far it is.
    ///
    /// # Errors
    /// Then nothing has changed. After a failed write or fsync the writer and its store refuse further writes.
    pub fn commit(
        &mut self,
        deliveries: Vec<FinishedDelivery>,
        settings: &FoldSettings,
        now: Instant,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Committed> {
        self.latch.check(&self.directory)?;
        self.latch.pass("commit.begun", &self.directory)?;
        let change = self.plan(deliveries)?;
        if change.deliveries.is_empty() {
            return Ok(Committed { unchanged: change.unchanged, ..unchanged(&change.snapshot) });
        }
        self.apply_or_sweep(change, settings, now, progress)
    }

    /// Folds all records again, for other calendars or after damage to facts, and makes a new generation.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn refold(
        &mut self,
        settings: &FoldSettings,
        now: Instant,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Committed> {
        self.latch.check(&self.directory)?;
        let change = self.plan(Vec::new())?;
        self.apply_or_sweep(change, settings, now, progress)
    }

    /// What remains to be done for some deliveries.
    fn plan(&self, deliveries: Vec<FinishedDelivery>) -> Result<Change> {
        let snapshot = self.snapshot()?;
        let mut kept: Vec<FinishedDelivery> = Vec::new();
        let (mut replaced, mut unchanged) = (Vec::new(), 0);
        for delivery in deliveries {
            let key = &delivery.key;
            if !Arc::ptr_eq(&delivery.lock, &self.lock) {
                return Err(Error::ForeignDelivery { file: key.file_name.clone() });
            }
            let twin = kept.iter().find(|other| other.key.source == key.source && other.key.file_hash == key.file_hash);
            if let Some(twin) = twin {
                if twin.key.mapping_hash != key.mapping_hash {
                    return Err(Error::TwoMappings { source_name: key.source.clone(), file: key.file_name.clone() });
                }
                unchanged += 1;
                continue;
            }
            let live =
                snapshot.deliveries.iter().find(|live| live.source == key.source && live.file_hash == key.file_hash);
            match live {
                Some(live)
                    if live.mapping_hash == key.mapping_hash
                        && is_intact(&snapshot, live.number)
                        && !reaches_further(&delivery.loaded_through, live) =>
                {
                    unchanged += 1;
                    continue;
                }
                Some(live) => replaced.push(live.number),
                None => {}
            }
            kept.push(delivery);
        }
        let mut declared = manifest::declared(&self.manifest)?;
        declared.retain(|one| !replaced.contains(&one.delivery));
        declared.extend(kept.iter().flat_map(declared_by));
        Ok(Change { snapshot, replaced, unchanged, attributes: attributes::unite(&declared)?, deliveries: kept })
    }

    fn apply_or_sweep(
        &mut self,
        change: Change,
        settings: &FoldSettings,
        now: Instant,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Committed> {
        let committed = self.apply(change, settings, now, progress);
        if committed.is_err() && !self.latch.is_set() {
            // after a failed write it may not be known what the manifest holds, so the next writer sweeps; temporary
            // files may belong to deliveries that are still being written
            self.sweep(&[RECORDS, FACTS])?;
        }
        committed
    }

    fn apply(
        &mut self,
        mut change: Change,
        settings: &FoldSettings,
        now: Instant,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Committed> {
        let generation = i64::try_from(change.snapshot.generation).unwrap_or(i64::MAX).saturating_add(1);
        let survivors = survivors(&change, progress)?;
        let records = self.publish_records(&mut change, generation)?;

        let mut live = survivors;
        for (kind, row) in &records {
            live.entry(*kind).or_default().push(Live { path: self.directory.join(&row.file), rows: row.rows });
        }
        let inputs = Inputs {
            records: live,
            attributes: &change.attributes,
            settings: *settings,
            buckets: self.buckets,
            directory: self.directory.join(TEMPORARY),
            limits: self.limits,
            latch: self.latch.clone(),
        };
        let (segments, findings) = fold::fold(&inputs, progress)?;
        let facts = self.publish_facts(segments, generation)?;

        progress(Stage::Committing);
        let rows: Vec<&SegmentRow> =
            records.iter().map(|(_, row)| row).chain(facts.iter().map(|(_, row)| row)).collect();
        self.record(&change, generation, now, &fold::fold_hash(settings), &rows, &findings)?;

        let mut counts: BTreeMap<FactTable, u64> = FactTable::ALL.into_iter().map(|table| (table, 0)).collect();
        for (table, row) in &facts {
            *counts.entry(*table).or_default() += row.rows;
        }
        Ok(Committed {
            generation: generation.unsigned_abs(),
            changed: true,
            added: change.deliveries.len(),
            replaced: change.replaced.len(),
            unchanged: change.unchanged,
            facts: counts,
            conflicts: findings.conflict_count,
            warnings: findings.warnings.iter().collect(),
            missing_rates: findings.warnings.missing_rates().clone(),
        })
    }

    /// Gives the new segments of records their names, on disk.
    fn publish_records(&self, change: &mut Change, generation: i64) -> Result<Vec<(RecordKind, SegmentRow)>> {
        let mut rows = Vec::new();
        for delivery in &mut change.deliveries {
            for (kind, finished) in std::mem::take(&mut delivery.segments) {
                let file = format!("{RECORDS}/{}-{generation:08}-{}.parquet", kind.name(), delivery.number);
                let row = self.publish(finished, file, "record", kind.name(), Some(delivery.number))?;
                self.latch.pass("record.renamed", &self.directory)?;
                rows.push((kind, row));
            }
        }
        disk::sync_directory(&self.directory.join(RECORDS), &self.latch)?;
        self.latch.pass("record.directory", &self.directory)?;
        Ok(rows)
    }

    /// Gives the new segments of facts their names, on disk.
    fn publish_facts(&self, segments: Vec<FactSegment>, generation: i64) -> Result<Vec<(FactTable, SegmentRow)>> {
        let mut rows = Vec::new();
        for (index, FactSegment { table, finished }) in segments.into_iter().enumerate() {
            let file = format!("{FACTS}/{}-{generation:08}-{index:04}.parquet", table.name());
            let row = self.publish(finished, file, "fact", table.name(), None)?;
            self.latch.pass("fact.renamed", &self.directory)?;
            rows.push((table, row));
        }
        disk::sync_directory(&self.directory.join(FACTS), &self.latch)?;
        self.latch.pass("fact.directory", &self.directory)?;
        Ok(rows)
    }

    fn publish(
        &self,
        finished: Finished,
        file: String,
        layer: &'static str,
        holds: &'static str,
        delivery: Option<i64>,
    ) -> Result<SegmentRow> {
        let Finished { written, rows, times } = finished;
        let (bytes, blake3) = (written.bytes, written.blake3.clone());
        written.publish(&self.directory.join(&file), &self.latch)?;
        let (min_time, max_time) = (times.min(), times.max());
        Ok(SegmentRow { file, layer, holds, delivery, rows, bytes, min_time, max_time, blake3 })
    }

    /// Changes the manifest, in one transaction.
    fn record(
        &mut self,
        change: &Change,
        generation: i64,
        now: Instant,
        folded_under: &str,
        segments: &[&SegmentRow],
        findings: &Findings,
    ) -> Result<()> {
        let (latch, path) = (self.latch.clone(), self.manifest.path.clone());
        let wrap = error::database(&path);
        let at = clock();
        let transaction = self.manifest.begin()?;
        latch.pass("manifest.begun", &path)?;
        let first_half = || {
            manifest::add_generation(&transaction, generation, now, folded_under)?;
            for &number in &change.replaced {
                manifest::drop_delivery(&transaction, generation, at, number)?;
            }
            manifest::drop_facts(&transaction, generation, at)?;
            change
                .deliveries
                .iter()
                .try_for_each(|delivery| manifest::add_delivery(&transaction, generation, now, delivery))
        };
        latch.guard(first_half()).map_err(&wrap)?;
        latch.pass("manifest.half", &path)?;
        let second_half = || {
            for row in segments {
                manifest::add_segment(&transaction, generation, row)?;
            }
            manifest::replace_findings(&transaction, findings)
        };
        latch.guard(second_half()).map_err(&wrap)?;
        latch.pass("manifest.filled", &path)?;
        latch.guard(transaction.commit()).map_err(&wrap)?;
        latch.pass("manifest.committed", &path)
    }
}

/// The outcome of a commit that changes nothing.
fn unchanged(snapshot: &Snapshot) -> Committed {
    let count = |table| snapshot.facts(table).iter().map(|segment| segment.rows).sum();
    Committed {
        generation: snapshot.generation,
        facts: FactTable::ALL.into_iter().map(|table| (table, count(table))).collect(),
        conflicts: snapshot.conflict_count,
        warnings: snapshot.warnings.clone(),
        missing_rates: snapshot.missing_rates.clone(),
        ..Committed::default()
    }
}

/// Segments of records that stay live, each compared with its hash: facts must not be folded from damaged records.
fn survivors(change: &Change, progress: &mut dyn FnMut(Stage)) -> Result<BTreeMap<RecordKind, Vec<Live>>> {
    let stays = |delivery: Option<i64>| delivery.is_none_or(|number| !change.replaced.contains(&number));
    let mut records = change.snapshot.records.clone();
    records.values_mut().for_each(|segments| segments.retain(|segment| stays(segment.delivery)));
    let alone = Snapshot { facts: BTreeMap::new(), records, ..change.snapshot.clone() };
    let damages = verify::segments(&alone, |done, of| progress(Stage::Verifying { done, of }));
    match damages.into_iter().next() {
        Some(damage) => Err(Error::Damaged(Box::new(damage))),
        None => {
            let live = |segment: Segment| Live { path: segment.path, rows: segment.rows };
            Ok(alone
                .records
                .into_iter()
                .map(|(kind, segments)| (kind, segments.into_iter().map(live).collect()))
                .collect())
        }
    }
}

fn declared_by(delivery: &FinishedDelivery) -> impl Iterator<Item = Declared> + '_ {
    delivery.attributes.iter().flat_map(move |(&of, attributes)| {
        attributes.iter().map(move |attribute| Declared {
            delivery: delivery.number,
            source: delivery.key.source.clone(),
            file: delivery.key.file_name.clone(),
            mapping: delivery.mapping,
            of,
            attribute: attribute.clone(),
        })
    })
}

/// Whether a delivery reaches further than the live one of the same file: an export made again after months in which
/// nothing happened has the same bytes.
fn reaches_further(through: &BTreeMap<RecordKind, Instant>, live: &DeliveryInfo) -> bool {
    through.iter().any(|(kind, at)| live.loaded_through.get(kind) < Some(at))
}
