//! Neighbours: the previous and the next contact of the same customer, whatever bucket they are in.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::array::Int64Builder;
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::{Instant, Millis};

/// Among which contacts of a customer neighbours are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Those about the same issue, in any channel. Contacts that name no issue are about one.
    Issue,
    /// All.
    Customer,
    /// Those about the same issue in the same channel.
    Channel,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Self::Issue, Self::Customer, Self::Channel];

    /// The columns of [`FactTable::CustomerContact`](crate::FactTable::CustomerContact) with the gaps to the previous
    /// and the next contact.
    fn columns(self) -> [&'static str; 2] {
        match self {
            Self::Issue => ["previous_gap", "next_gap"],
            Self::Customer => ["previous_any_issue_gap", "next_any_issue_gap"],
            Self::Channel => ["previous_same_channel_gap", "next_same_channel_gap"],
        }
    }
}

/// The place of a customer's contact among the others; 48 bytes, for all scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// BLAKE3, cut to 128 bits, of the customer.
    pub customer: [u8; 16],
    /// Hash of the issue, or of there being none. Like that of the channel it only tells them apart.
    pub issue: u64,
    /// Hash of the channel.
    pub channel: u32,
    /// BLAKE3, cut to 32 bits, of the row's own key: the order among equal times.
    pub tie: u32,
    /// When the customer came.
    pub at: Instant,
    /// Bucket of the row: 0 from the fold, which does not know it; the caller sets it.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
}

impl Link {
    /// The contacts among which a neighbour is one, as something to compare.
    fn group(&self, scope: Scope) -> ([u8; 16], u64, u32) {
        match scope {
            Scope::Issue => (self.customer, self.issue, 0),
            Scope::Customer => (self.customer, 0, 0),
            Scope::Channel => (self.customer, self.issue, self.channel),
        }
    }
}

/// The neighbours of a row in one scope. Never negative; 0 between rows of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Bucket of the row.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
    /// Time since the previous row.
    pub previous: Option<Millis>,
    /// Time until the next row.
    pub next: Option<Millis>,
}

/// The gaps of every row in `scope`, in the order of the links, which are sorted in place.
///
/// All links of a customer must be there, so of all buckets; links can be handed over in parts that each hold whole
/// customers, as by the first byte of `customer`.
pub fn gaps(links: &mut [Link], scope: Scope) -> impl Iterator<Item = Gap> + '_ {
    links.sort_unstable_by_key(|link| (link.group(scope), link.at, link.tie, link.bucket, link.row));
    let links = &*links;
    (0..links.len()).map(move |index| {
        let link = links[index];
        let neighbour = |other: Option<&Link>| other.copied().filter(|other| other.group(scope) == link.group(scope));
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

/// Facts of [`FactTable::CustomerContact`](crate::FactTable::CustomerContact) with the two gap columns of `scope`
/// filled; rows for which no gap is given have none.
///
/// # Errors
/// When Arrow refuses the columns, which it does only for a batch that is not of the table's schema.
pub fn fill_gaps(
    facts: &RecordBatch,
    scope: Scope,
    gaps: impl IntoIterator<Item = Gap>,
) -> Result<RecordBatch, FoldError> {
    let mut previous = vec![None; facts.num_rows()];
    let mut next = vec![None; facts.num_rows()];
    for gap in gaps {
        if let Some(cell) = previous.get_mut(gap.row as usize) {
            *cell = gap.previous;
            next[gap.row as usize] = gap.next;
        }
    }
    let mut columns = facts.columns().to_vec();
    for (name, values) in scope.columns().into_iter().zip([previous, next]) {
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

/// BLAKE3 of a key, cut to 128 bits.
pub(super) fn key_hash(key: (&str, &str)) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.0.len() as u64).to_le_bytes());
    hasher.update(key.0.as_bytes());
    hasher.update(key.1.as_bytes());
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    hash
}

/// The order of a key among equal times.
pub(super) fn tie(key: (&str, &str)) -> u32 {
    let [first, second, third, fourth, ..] = key_hash(key);
    u32::from_le_bytes([first, second, third, fourth])
}

/// A hash that tells words apart within one run of the program, and is not kept.
pub(super) fn word_hash(word: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
