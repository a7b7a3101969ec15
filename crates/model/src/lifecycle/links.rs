//! Neighbours: the previous and the next row of the same customer and issue, whatever bucket they are in.

use std::sync::Arc;

use arrow::array::Int64Builder;
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::{FactTable, Instant, Millis};

/// The place of a row among the rows of the same customer and issue; 40 bytes.
///
/// The order of the fields is the order of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// BLAKE3, cut to 128 bits, of customer and issue (contacts) or category (tickets).
    pub group: [u8; 16],
    /// When the row happened: creation of a ticket, queueing of a contact.
    pub at: Instant,
    /// BLAKE3, cut to 64 bits, of the row's own key: the order among equal times.
    pub tie: u64,
    /// Bucket of the row: 0 from the fold, which does not know it; the caller sets it.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
}

/// The neighbours of a row. Never negative; 0 between rows of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Bucket of the row.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
    /// Time since the previous row of its group.
    pub previous: Option<Millis>,
    /// Time until the next row of its group.
    pub next: Option<Millis>,
}

/// The gaps of every row of one table, in the order of the links, which are sorted in place.
///
/// All links of a group must be there, so of all buckets; links can be handed over in parts that each hold whole
/// groups, as by the first byte of `group`.
pub fn gaps(links: &mut [Link]) -> impl Iterator<Item = Gap> + '_ {
    links.sort_unstable();
    let links = &*links;
    (0..links.len()).map(move |index| {
        let link = links[index];
        let neighbour = |other: Option<&Link>| other.copied().filter(|other| other.group == link.group);
        let previous = neighbour(index.checked_sub(1).and_then(|before| links.get(before)));
        let next = neighbour(links.get(index + 1));
        Gap {
            bucket: link.bucket,
            row: link.row,
            previous: previous.and_then(|previous| elapsed(previous.at, link.at)),
            next: next.and_then(|next| elapsed(link.at, next.at)),
        }
    })
}

/// `facts` with its two gap columns filled; rows for which no gap is given have none. A table without gap columns
/// comes back as it is.
///
/// # Errors
/// When Arrow refuses the columns, which it does only for a batch that is not of the table's schema.
pub fn fill_gaps(
    table: FactTable,
    facts: &RecordBatch,
    gaps: impl IntoIterator<Item = Gap>,
) -> Result<RecordBatch, FoldError> {
    let (previous_name, next_name) = match table {
        FactTable::CustomerContact => ("previous_gap", "next_gap"),
        _ => return Ok(facts.clone()),
    };
    let mut previous = vec![None; facts.num_rows()];
    let mut next = vec![None; facts.num_rows()];
    for gap in gaps {
        if let Some(cell) = previous.get_mut(gap.row as usize) {
            *cell = gap.previous;
            next[gap.row as usize] = gap.next;
        }
    }
    let mut columns = facts.columns().to_vec();
    for (name, values) in [(previous_name, previous), (next_name, next)] {
        let mut builder = Int64Builder::with_capacity(values.len());
        values.iter().for_each(|value| builder.append_option(value.map(Millis::get)));
        columns[facts.schema_ref().index_of(name)?] = Arc::new(builder.finish());
    }
    Ok(RecordBatch::try_new(facts.schema(), columns)?)
}

/// Calendar time between two instants; none when the second is earlier: such a length is never averaged.
pub(super) fn elapsed(from: Instant, to: Instant) -> Option<Millis> {
    let micros = to.micros().checked_sub(from.micros())?;
    (micros >= 0).then(|| Millis::new(micros / 1000))
}

/// The group of a customer and an issue. Rows that name no issue are one issue of their customer.
pub(super) fn group(customer: (&str, &str), issue: Option<&str>) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in [customer.0, customer.1] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&[u8::from(issue.is_some())]);
    hasher.update(issue.unwrap_or_default().as_bytes());
    let mut group = [0; 16];
    group.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    group
}

/// The order of a key among equal times.
pub(super) fn tie(key: (&str, &str)) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.0.len() as u64).to_le_bytes());
    hasher.update(key.0.as_bytes());
    hasher.update(key.1.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
