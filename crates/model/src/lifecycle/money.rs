//! Money: costs, orders, refunds, offers, revenue, subscriptions. Amounts become the organisation's currency here, see
//! [`Rates`](super::Rates).

mod cost;
mod offer;
mod order;
mod split;

use arrow::record_batch::RecordBatch;

use super::{FoldError, Ground, Noted};
use crate::FactTable;

/// The tables of this subject.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<Vec<(FactTable, RecordBatch)>, FoldError> {
    let mut tables = vec![cost::fold(ground, noted)?, super::subscription::fold(ground, noted)?];
    tables.extend(order::fold(ground, noted)?);
    tables.extend(offer::fold(ground, noted)?);
    Ok(tables)
}
