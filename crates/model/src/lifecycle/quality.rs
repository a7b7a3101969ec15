//! Quality and rules: reviews, checks, complaints.

use arrow::record_batch::RecordBatch;

use super::{FoldError, Ground, Noted};
use crate::FactTable;

/// The tables of this subject.
pub(super) fn fold(_ground: &Ground, _noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    Ok(Vec::new())
}
