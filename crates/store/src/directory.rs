//! The directory of customers, agents and teams, made of some keys after others.

use model::RecordKind;
use model::lifecycle::{Directory, DirectoryBuilder};

use crate::error::{Error, Result};
use crate::fold::{self, Findings, Inputs};
use crate::homes;
use crate::read::{self, Part};
use crate::spread::Spread;

/// Bytes of a record, more or less.
const RECORD: u64 = 256;

/// Parts at most that keys are told apart into.
const PARTS: u64 = 256;

/// Reads the directory. Not all revisions of a kind are in memory at once, but those of some keys: as many as a quarter of
/// the bytes that a fold may hold.
pub(crate) fn read(inputs: &Inputs, findings: &mut Findings) -> Result<Directory> {
    let failed = |source| Error::Fold { what: "customers, agents and teams".to_owned(), source };
    let mut builder = DirectoryBuilder::new(inputs.attributes);
    for kind in [RecordKind::Customer, RecordKind::Agent, RecordKind::Team] {
        let parts = parts(inputs, kind);
        if parts <= 1 {
            findings.add_conflicts(builder.add(kind, &fold::all(inputs, kind)?).map_err(failed)?);
            continue;
        }
        let path = inputs.directory.join(format!("{}.spill", kind.name()));
        let mut spread = Spread::new(kind, path, quarter(inputs), &inputs.latch);
        for live in inputs.records(kind) {
            read::read(&live.path, Part::All, |batch| {
                let (systems, ids) = homes::keys(kind, &batch)?;
                // the remainder is below 256
                spread.add(&batch, |row| Some((homes::hash(systems.value(row), ids.value(row)) % parts) as u32))
            })?;
        }
        let spread = spread.finish()?;
        for part in 0..parts as u32 {
            let records = spread.gather(part..part + 1)?;
            findings.add_conflicts(builder.add(kind, &records).map_err(failed)?);
        }
    }
    let directory = builder.finish().map_err(failed)?;
    findings.warnings.extend(directory.warnings());
    Ok(directory)
}

/// Parts of the keys of a kind, each of which has about as many revisions as may be held.
fn parts(inputs: &Inputs, kind: RecordKind) -> u64 {
    let rows: u64 = inputs.records(kind).iter().map(|live| live.rows).sum();
    rows.saturating_mul(RECORD).div_ceil(quarter(inputs).max(1) as u64).min(PARTS)
}

fn quarter(inputs: &Inputs) -> usize {
    inputs.limits.fold_bytes / 4
}
