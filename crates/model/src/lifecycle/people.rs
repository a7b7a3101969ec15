//! Staff: employment, absence, working days, states, employee surveys.

use arrow::record_batch::RecordBatch;

use super::{FoldError, Ground, Noted};
use crate::{FactTable, RecordKind};

/// The tables of this subject.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    Ok(vec![ground.carry_over(FactTable::WorkDay, RecordKind::WorkDay, noted)?])
}
