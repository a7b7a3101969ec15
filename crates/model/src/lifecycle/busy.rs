//! How long agents were busy, when they do several things at once: an instant shared by several legs of one agent
//! counts for each of them as its equal part, so that the legs of an agent add up to the time in which any ran.
//!
//! They add up to it to the millisecond: over each stretch in which an agent is busy without a break, parts are cut to
//! whole milliseconds, and those that lost most get the ones that are left.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use arrow::array::{AsArray, Int64Builder};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::{Instant, Millis};

/// When a leg kept its agent busy; 48 bytes.
///
/// The order of the fields is the order of the sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// BLAKE3, cut to 128 bits, of the agent.
    pub agent: [u8; 16],
    /// When it began.
    pub start: Instant,
    /// When it ended; not before it began.
    pub end: Instant,
    /// Bucket of the row: 0 from the fold, which does not know it; the caller sets it.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
    /// Index of the row of the contact's first leg.
    pub first: u32,
}

/// The agent's own time in a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Bucket of the row.
    pub bucket: u32,
    /// Index of the row in its bucket's batch.
    pub row: u32,
    /// Index of the row of the contact's first leg.
    pub first: u32,
    /// The time, in whole milliseconds.
    pub time: Millis,
}

/// What is known of busy times at a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusyRow {
    /// Index of the row.
    pub row: u32,
    /// Of the leg itself.
    pub own: Option<Millis>,
    /// Of the contact's further legs together, where this is its first.
    pub further: Option<Millis>,
}

/// Bits after the point of the time shared, beside whole microseconds.
const FRACTION_BITS: u32 = 32;

/// Gives the busy time of every leg to `take`; sorts `shifts` in place.
///
/// All legs of an agent must be there, so of all buckets; they can be handed over in parts that each hold whole agents,
/// as by the first byte of `agent`.
pub fn share(shifts: &mut [Shift], mut take: impl FnMut(Busy)) {
    shifts.sort_unstable();
    let (mut running, mut ended) = (BinaryHeap::new(), Vec::new());
    for of_agent in shifts.chunk_by(|left, right| left.agent == right.agent) {
        let mut sweep = Sweep { running: &mut running, ended: &mut ended, began: 0, at: 0, share: 0 };
        for shift in of_agent {
            sweep.until(shift.start.micros(), &mut take);
            sweep.begin(shift);
        }
        sweep.until(i64::MAX, &mut take);
    }
}

/// A running leg: end, bucket, row, row of the contact's first leg, and the share at its start.
type Running = (i64, u32, u32, u32, i128);

/// The legs of one agent in the stretch in which any runs.
struct Sweep<'h> {
    running: &'h mut BinaryHeap<Reverse<Running>>,
    /// Those of the stretch that have ended, with the parts of a microsecond they got.
    ended: &'h mut Vec<(i128, Busy)>,
    /// When the stretch began.
    began: i64,
    at: i64,
    /// What a leg that had run all the time would have got, in parts of a microsecond: a leg gets what this grows by
    /// from its start to its end.
    share: i128,
}

impl Sweep<'_> {
    /// Lets a leg run from now on.
    fn begin(&mut self, shift: &Shift) {
        if self.running.is_empty() {
            self.began = self.at;
        }
        self.running.push(Reverse((shift.end.micros(), shift.bucket, shift.row, shift.first, self.share)));
    }

    /// Moves on to `at`, ending the legs that end until then.
    fn until(&mut self, at: i64, take: &mut impl FnMut(Busy)) {
        while let Some(Reverse((end, bucket, row, first, start_share))) = self.running.peek().copied() {
            if end > at {
                break;
            }
            self.advance(end);
            self.running.pop();
            self.ended.push((self.share - start_share, Busy { bucket, row, first, time: Millis::new(0) }));
            if self.running.is_empty() {
                self.hand_out(take);
            }
        }
        self.advance(at);
    }

    /// Ends the stretch: its whole milliseconds go to its legs.
    fn hand_out(&mut self, take: &mut impl FnMut(Busy)) {
        const MILLI: i128 = 1000 << FRACTION_BITS;
        let whole = |parts: i128| i64::try_from(parts / MILLI).unwrap_or(i64::MAX);
        let length = i128::from(self.at) - i128::from(self.began);
        let mut left = i64::try_from((length + 500) / 1000).unwrap_or(i64::MAX);
        for (parts, busy) in self.ended.iter_mut() {
            busy.time = Millis::new(whole(*parts));
            left = left.saturating_sub(busy.time.get());
        }
        // among equals by their place, so that the order of arrival changes nothing
        self.ended.sort_unstable_by_key(|(parts, busy)| (Reverse(parts % MILLI), busy.bucket, busy.row));
        for (number, (_, busy)) in (0..).zip(self.ended.drain(..)) {
            take(Busy { time: Millis::new(busy.time.get().saturating_add(i64::from(number < left))), ..busy });
        }
    }

    fn advance(&mut self, at: i64) {
        let count = self.running.len() as i128;
        if count > 0 {
            self.share += (i128::from(at - self.at) << FRACTION_BITS) / count;
        }
        self.at = at;
    }
}

/// Facts of [`FactTable::ContactLeg`](crate::FactTable::ContactLeg) with the busy times of the rows that are given some:
/// the leg's own and, on first legs, that of the whole contact, to which the fold has counted the legs without an agent.
///
/// # Errors
/// When Arrow refuses the columns, which it does only for a batch that is not of the table's schema.
pub fn fill_busy(facts: &RecordBatch, busy: impl IntoIterator<Item = BusyRow>) -> Result<RecordBatch, FoldError> {
    let [own_index, whole_index, number_index] =
        ["busy_time", "contact_busy_time", "leg"].map(|name| facts.schema_ref().index_of(name));
    let (own_index, whole_index) = (own_index?, whole_index?);
    let kept = |index: usize| match facts.column(index).as_primitive_opt::<Int64Type>() {
        Some(kept) => kept.iter().collect(),
        None => vec![None; facts.num_rows()],
    };
    let (mut own, mut whole, numbers) = (kept(own_index), kept(whole_index), kept(number_index?));
    for busy in busy {
        let row = busy.row as usize;
        let Some(cell) = own.get_mut(row) else { continue };
        if let Some(time) = busy.own {
            *cell = Some(time.get());
        }
        if numbers[row] == Some(1) {
            let known = [busy.own, busy.further].into_iter().flatten().map(Millis::get);
            whole[row] = whole[row].into_iter().chain(known).reduce(i64::saturating_add);
        }
    }
    let mut columns = facts.columns().to_vec();
    for (index, values) in [(own_index, own), (whole_index, whole)] {
        let mut builder = Int64Builder::with_capacity(values.len());
        values.into_iter().for_each(|value| builder.append_option(value));
        columns[index] = Arc::new(builder.finish());
    }
    Ok(RecordBatch::try_new(facts.schema(), columns)?)
}
