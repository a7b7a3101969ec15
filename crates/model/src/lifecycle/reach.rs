//! What surrounds a contact: sessions, surveys offered, counts of days.

use arrow::record_batch::RecordBatch;

use super::{FoldError, Ground, Noted};
use crate::{FactTable, RecordKind};

/// The tables of this subject.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    Ok(vec![ground.carry_over(FactTable::DailyCount, RecordKind::DailyCount, noted)?])
}
