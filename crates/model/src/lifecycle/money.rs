//! Money: costs, orders, refunds, offers, revenue, subscriptions.

use arrow::record_batch::RecordBatch;

use super::{FoldError, Ground, Noted};
use crate::FactTable;

/// The tables of this subject.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    Ok(vec![super::subscription::fold(ground, noted)?])
}
