//! Tallies: what a scan's rows add up to, by period and cell. A scan hands over batches whose columns are the values
//! that measures need; each partition is tallied by itself, then all are merged. Exact throughout: integers, and every
//! raw duration of a quantile.

mod ages;
mod cohort;
mod count;
mod groups;
mod quantiles;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use catalogue::plan::{Moments, Sums};
use datafusion::common::Result;

pub use ages::Ages;
pub use count::{Count, Shape};
pub use groups::{Groups, NOWHERE};

/// The tally of one scan.
pub struct Tally {
    /// Period and cell of each group.
    pub groups: Groups,
    /// One a member of the scan.
    pub counts: Vec<Count>,
    /// Combination of dimension values of each row of the batch at hand.
    combined: Vec<u32>,
    /// Group of each of these rows, by the clock it counts at.
    rows: Vec<Vec<u32>>,
}

/// Columns of a batch that one member reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Index of the clock its rows count at.
    pub clock: usize,
    /// Index of the column that says whether a row counts, where not all do.
    pub population: Option<usize>,
    /// Indices of the parts of its measure.
    pub parts: Vec<usize>,
}

impl Tally {
    /// Of nothing so far.
    pub fn new(groups: Groups, clocks: usize, shapes: &[Shape]) -> Self {
        Tally {
            groups,
            counts: shapes.iter().map(Count::new).collect(),
            combined: Vec::new(),
            rows: vec![Vec::new(); clocks],
        }
    }

    /// Adds a batch: `clocks` are the indices of the columns of period indices, one a clock (none for stocks), `by`
    /// those of the dimensions.
    ///
    /// # Errors
    /// When a column is of another type than its place says.
    pub fn add(
        &mut self,
        batch: &RecordBatch,
        clocks: &[Option<usize>],
        by: &[usize],
        members: &[Columns],
    ) -> Result<()> {
        let dimensions: Vec<&ArrayRef> = by.iter().map(|index| batch.column(*index)).collect();
        self.groups.combine(batch.num_rows(), &dimensions, &mut self.combined)?;
        for (slot, rows) in clocks.iter().zip(&mut self.rows) {
            self.groups.assign(&self.combined, slot.map(|index| batch.column(index)), rows);
        }
        for (count, columns) in self.counts.iter_mut().zip(members) {
            count.grow(self.groups.len());
            let mask = columns.population.map(|index| truth(batch.column(index).as_boolean()));
            let parts: Vec<&ArrayRef> = columns.parts.iter().map(|index| batch.column(*index)).collect();
            count.add(&self.rows[columns.clock], mask.as_ref(), &parts)?;
        }
        Ok(())
    }

    /// Adds the tally of another partition.
    pub fn merge(&mut self, other: Tally) {
        let places = self.groups.join(other.groups);
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            count.grow(self.groups.len());
            count.merge(more, &places);
        }
    }
}

/// Where a flag is true; null is not.
fn truth(flags: &BooleanArray) -> BooleanBuffer {
    match flags.nulls() {
        Some(valid) => flags.values() & valid.inner(),
        None => flags.values().clone(),
    }
}

/// Raw quantities of a column: milliseconds, ten-thousandths, ones. A decimal beyond 64 bits is none.
pub(crate) fn quantities(array: &ArrayRef) -> Result<Int64Array> {
    Ok(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().clone(),
        DataType::Decimal128(..) => {
            array.as_primitive::<Decimal128Type>().iter().map(|value| i64::try_from(value?).ok()).collect()
        }
        _ => cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
    })
}

/// Microseconds of a column of times.
fn micros(array: &ArrayRef) -> Result<arrow::array::PrimitiveArray<TimestampMicrosecondType>> {
    let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let array = if *array.data_type() == kind { array.clone() } else { cast(array, &kind)? };
    Ok(array.as_primitive::<TimestampMicrosecondType>().clone())
}

/// Sums of several partitions together.
fn join_sums(sums: &mut Sums, more: &Sums) {
    sums.n += more.n;
    sums.x += more.x;
    sums.w += more.w;
    sums.squares = sums
        .squares
        .zip(more.squares)
        .and_then(|(a, b)| Some([a[0].checked_add(b[0])?, a[1].checked_add(b[1])?, a[2].checked_add(b[2])?]));
}

/// Moments of every set of groups of a count: for a stock one a known instant, otherwise one.
pub type GroupMoments = Vec<Vec<Moments>>;
