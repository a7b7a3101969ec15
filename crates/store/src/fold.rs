//! The fold's way through the store: bucket by bucket from record segments to fact segments.
//!
//! Memory holds the buckets that are folded at once, what folds read of the newest revision of every customer, a byte a
//! contact leg, and of facts, links and shifts as much as the limits say; the rest waits on disk.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use model::calendar::{Calendars, Organisation};
use model::lifecycle::{self, BucketRecords, Conflict, Employments, FoldContext, Rates, Warnings};
use model::{Attributes, RecordKind};

use crate::arrange::{self, FactSegment, Neighbours, Shelf};
use crate::directory;
use crate::disk::Latch;
use crate::error::{Error, Result};
use crate::handover::Handover;
use crate::homes::Homes;
use crate::parallel;
use crate::read::{self, Shape};
use crate::segment::SCHEMA_VERSION;
use crate::store::Limits;

/// Version of the fold: raised when the same records fold to other facts, so that old facts count as stale.
pub const FOLD_VERSION: u32 = 7;

/// Sets that buckets are folded in where records are few.
const SETS: u32 = 32;

/// Records of a set that are good to have at once; more buckets are not folded together.
const SET_ROWS: u64 = 300_000;

/// Conflicts that are listed; the others are only counted.
const CONFLICTS_LISTED: usize = 1000;

/// What facts are folded under.
#[derive(Clone, Copy, Debug)]
pub struct FoldSettings<'a> {
    /// Schedules of business clocks.
    pub calendars: &'a Calendars,
    /// Its reporting days, and the currency that amounts become.
    pub organisation: &'a Organisation,
}

/// How far a commit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Segments of records that are already there are read and compared with their hashes.
    Verifying {
        /// Segments compared.
        done: usize,
        /// Segments to compare.
        of: usize,
    },
    /// Records become facts.
    Folding {
        /// Buckets folded.
        done: u32,
        /// Buckets to fold.
        of: u32,
    },
    /// Facts are put in order and written.
    Arranging {
        /// Rows written.
        done: u64,
        /// Rows to write.
        of: u64,
    },
    /// The manifest is changed.
    Committing,
}

/// Hash of all that facts depend on beside the records: the calendars, the reporting zone, the currency, the fold and
/// the schema. In hexadecimal.
pub fn fold_hash(settings: &FoldSettings) -> String {
    let FoldSettings { calendars, organisation } = settings;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&FOLD_VERSION.to_le_bytes());
    hasher.update(&SCHEMA_VERSION.to_le_bytes());
    let mut text = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    text(&organisation.zone_name);
    text(&organisation.currency);
    text(calendars.default().name());
    for name in calendars.names() {
        text(name);
        text(calendars.get(name).map_or("", |schedule| schedule.version_hash()));
    }
    hasher.finalize().to_hex().to_string()
}

/// What a fold found beside the facts.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Those that matter first, then by key; not more than are listed.
    pub(crate) conflicts: Vec<Conflict>,
    pub(crate) conflict_count: u64,
    pub(crate) warnings: Warnings,
}

impl Findings {
    pub(crate) fn add_conflicts(&mut self, conflicts: impl IntoIterator<Item = Conflict>) {
        let before = self.conflicts.len();
        self.conflicts.extend(conflicts);
        self.conflict_count += (self.conflicts.len() - before) as u64;
        if self.conflicts.len() > 2 * CONFLICTS_LISTED {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.conflicts.sort_by(|a, b| (a.superseded, a).cmp(&(b.superseded, b)));
        self.conflicts.truncate(CONFLICTS_LISTED);
    }
}

/// What is folded.
pub(crate) struct Inputs<'a> {
    /// Live segments of records.
    pub(crate) records: BTreeMap<RecordKind, Vec<Live>>,
    pub(crate) attributes: &'a Attributes,
    pub(crate) settings: FoldSettings<'a>,
    pub(crate) buckets: u32,
    /// Directory for temporary files.
    pub(crate) directory: PathBuf,
    pub(crate) limits: Limits,
    pub(crate) latch: Latch,
}

/// A live segment of records.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) path: PathBuf,
    pub(crate) rows: u64,
}

impl Inputs<'_> {
    /// Live segments of a kind.
    pub(crate) fn records(&self, kind: RecordKind) -> &[Live] {
        self.records.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Folds all records and writes the facts to temporary files.
pub(crate) fn fold(inputs: &Inputs, progress: &mut dyn FnMut(Stage)) -> Result<(Vec<FactSegment>, Findings)> {
    let mut findings = Findings::default();
    let find = || {
        let homes = Homes::find(inputs)?;
        let handover = Handover::find(inputs, &homes)?;
        Ok((homes, handover))
    };
    let ((homes, handover), directory) =
        parallel::both(inputs.limits.threads, find, || directory::read(inputs, &mut findings))?;
    let employments = employments(inputs)?;
    let FoldSettings { calendars, organisation } = inputs.settings;
    let rates = rates(inputs)?;
    findings.add_conflicts(rates.conflicts().iter().cloned());
    findings.warnings.extend(rates.warnings());
    let context = FoldContext {
        calendars,
        organisation,
        rates: &rates,
        directory: &directory,
        employments: &employments,
        attributes: inputs.attributes,
    };

    let sets = bucket_sets(inputs);
    let of = number(sets.len());
    let mut shelf = Shelf::new(inputs);
    let mut neighbours = Neighbours::new(inputs, sets.len());
    let fold_set = |index: usize| {
        let buckets: Range<u32> = sets[index].clone();
        let records = bucket_records(inputs, &homes, &handover, buckets.clone())?;
        lifecycle::fold_bucket(&context, &records).map_err(|source| {
            let what = format!("buckets {} to {}", buckets.start, buckets.end.saturating_sub(1));
            Error::Fold { what, source }
        })
    };
    progress(Stage::Folding { done: 0, of });
    parallel::in_order(inputs.limits.threads, sets.len(), fold_set, |index, folded| {
        let set = number(index);
        neighbours.links.add(set, &folded.links)?;
        neighbours.shifts.add(set, &folded.shifts)?;
        for (table, facts) in folded.facts {
            shelf.put(table, set, &facts)?;
        }
        findings.add_conflicts(folded.conflicts);
        findings.warnings.extend(&folded.warnings);
        inputs.latch.pass("fold.bucket", &inputs.directory)?;
        progress(Stage::Folding { done: set + 1, of });
        Ok(())
    })?;
    drop((homes, handover, directory));
    findings.shorten();
    let segments = arrange::write(shelf, neighbours, inputs, progress)?;
    Ok((segments, findings))
}

/// Sets of neighbouring buckets, each folded as one: as few as hold no more records than is good at once.
fn bucket_sets(inputs: &Inputs) -> Vec<Range<u32>> {
    let rows: u64 = inputs.records.values().flatten().map(|live| live.rows).sum();
    let buckets = inputs.buckets.max(1);
    let most = buckets.div_ceil(SETS);
    let wanted = u32::try_from(SET_ROWS.saturating_mul(u64::from(buckets)) / rows.max(1)).unwrap_or(most);
    // row groups begin at multiples of powers of two, where they are small
    let size = (0..).map(|power| most >> power).take_while(|size| *size > 1).find(|size| *size <= wanted).unwrap_or(1);
    (0..buckets).step_by(size as usize).map(|first| first..(first + size).min(buckets)).collect()
}

/// A small number.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// All that is folded in some buckets.
fn bucket_records(inputs: &Inputs, homes: &Homes, handover: &Handover, buckets: Range<u32>) -> Result<BucketRecords> {
    let (mut of_kind, mut told) = (BTreeMap::new(), BTreeMap::new());
    for kind in RecordKind::ALL {
        let records = match kind {
            // these have been read as a whole
            RecordKind::Customer | RecordKind::Agent | RecordKind::Team | RecordKind::ExchangeRate => continue,
            _ if kind.is_handed_over() => handover.gather(inputs, kind, buckets.clone())?,
            _ => homes.gather(kind, buckets.clone(), lying(inputs, kind, buckets.clone())?)?,
        };
        if !records.is_empty() {
            of_kind.insert(kind, records);
        }
        if let Some(records) = handover.told(kind, buckets.clone())? {
            told.insert(kind, records);
        }
    }
    Ok(BucketRecords { of_kind, told })
}

fn employments(inputs: &Inputs) -> Result<Employments> {
    Employments::new(&all(inputs, RecordKind::Employment)?)
        .map_err(|source| Error::Fold { what: "employment".to_owned(), source })
}

fn rates(inputs: &Inputs) -> Result<Rates> {
    Rates::new(&all(inputs, RecordKind::ExchangeRate)?, inputs.settings.organisation)
        .map_err(|source| Error::Fold { what: "exchange rates".to_owned(), source })
}

/// All records of a kind.
pub(crate) fn all(inputs: &Inputs, kind: RecordKind) -> Result<Vec<RecordBatch>> {
    read::whole(inputs.records(kind).iter().map(|live| live.path.as_path()))
}

/// The records of a kind that lie in some buckets.
pub(crate) fn lying(inputs: &Inputs, kind: RecordKind, buckets: Range<u32>) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for live in inputs.records(kind) {
        read::read_buckets(&live.path, buckets.clone(), Shape::ForFold, |batch| {
            batches.push(batch);
            Ok(())
        })?;
    }
    Ok(batches)
}
