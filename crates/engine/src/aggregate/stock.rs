//! `stock_counts(start, end)`: how many rows are open at each of a list of instants, in one pass.
//!
//! A row is open at t where start < t and end is null or ≥ t. Kept as differences: +1 at the first instant after the
//! start, −1 at the first instant after the end.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use model::Instant;

/// The aggregate function; its result is a list of counts, one an instant.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StockCounts {
    instants: Vec<i64>,
    signature: Signature,
}

impl StockCounts {
    /// At these instants, which are sorted.
    pub fn new(instants: &[Instant]) -> Self {
        let time = DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")));
        StockCounts {
            instants: instants.iter().map(|instant| instant.micros()).collect(),
            signature: Signature::exact(vec![time.clone(), time], Volatility::Immutable),
        }
    }
}

impl AggregateUDFImpl for StockCounts {
    fn name(&self) -> &str {
        "stock_counts"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true))))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format_state_name(args.name, "differences");
        Ok(vec![Arc::new(Field::new_list(name, Field::new_list_field(DataType::Int64, true), true))])
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Differences { instants: self.instants.clone(), steps: vec![0; self.instants.len()] }))
    }
}

#[derive(Debug)]
struct Differences {
    instants: Vec<i64>,
    steps: Vec<i64>,
}

impl Differences {
    /// Adds `step` at the first instant later than `at`.
    fn add(&mut self, at: i64, step: i64) {
        let index = self.instants.partition_point(|instant| *instant <= at);
        if let Some(count) = self.steps.get_mut(index) {
            *count += step;
        }
    }
}

impl Accumulator for Differences {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let starts = values[0].as_primitive::<TimestampMicrosecondType>();
        let ends = values[1].as_primitive::<TimestampMicrosecondType>();
        for (start, end) in starts.iter().zip(ends.iter()) {
            let Some(start) = start else { continue };
            // a row that ended before it began is never open
            if end.is_some_and(|end| end < start) {
                continue;
            }
            self.add(start, 1);
            if let Some(end) = end {
                self.add(end, -1);
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            for (count, step) in self.steps.iter_mut().zip(list.as_primitive::<Int64Type>().values()) {
                *count += step;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![list(self.steps.clone())])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut open = 0;
        Ok(list(
            self.steps
                .iter()
                .map(|step| {
                    open += step;
                    open
                })
                .collect(),
        ))
    }

    fn size(&self) -> usize {
        size_of_val(self) + (self.instants.capacity() + self.steps.capacity()) * size_of::<i64>()
    }
}

fn list(counts: Vec<i64>) -> ScalarValue {
    let array: Arc<dyn Array> = Arc::new(Int64Array::from(counts));
    SingleRowListArrayBuilder::new(array).build_list_scalar()
}
