//! Scalar functions of time: which period a row falls in, and how long open work has been waiting.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use model::Instant;
use model::calendar::{Calendars, Period};

/// `period_index(time)`: the index of the period, among sorted periods that do not overlap; null outside all of them.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PeriodIndex {
    /// Start and end of each period, and the index it stands for.
    bounds: Vec<(i64, i64, i32)>,
    signature: Signature,
}

impl PeriodIndex {
    /// For `periods`, which do not overlap.
    pub fn new(periods: &[Period]) -> Self {
        let mut bounds: Vec<(i64, i64, i32)> =
            (0..).zip(periods).map(|(index, period)| (period.start.micros(), period.end.micros(), index)).collect();
        bounds.sort_unstable();
        PeriodIndex { bounds, signature: Signature::any(1, Volatility::Immutable) }
    }

    fn index(&self, at: i64) -> Option<i32> {
        let after = self.bounds.partition_point(|(start, _, _)| *start <= at);
        let (_, end, index) = self.bounds.get(after.checked_sub(1)?)?;
        (at < *end).then_some(*index)
    }
}

impl ScalarUDFImpl for PeriodIndex {
    fn name(&self) -> &str {
        "period_index"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let times = ColumnarValue::values_to_arrays(&args.args)?;
        let times = times[0].as_primitive::<TimestampMicrosecondType>();
        let indices: Int32Array = times.iter().map(|at| at.and_then(|at| self.index(at))).collect();
        Ok(ColumnarValue::Array(Arc::new(indices)))
    }
}

/// `open_time(start, schedule)`: milliseconds from start to the time of asking, on the business clock of the named
/// schedule (the default one where it is unknown) or the calendar clock; null for work begun later.
#[derive(Debug)]
pub struct OpenTime {
    as_of: Instant,
    business: Option<Arc<Calendars>>,
    signature: Signature,
}

impl OpenTime {
    /// Clocked until `as_of`; by the calendar where `business` is absent.
    pub fn new(as_of: Instant, business: Option<Arc<Calendars>>) -> Self {
        OpenTime { as_of, business, signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl PartialEq for OpenTime {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.business, &other.business) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same && self.as_of == other.as_of
    }
}

impl Eq for OpenTime {}

impl Hash for OpenTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_of.hash(state);
        self.business.is_some().hash(state);
    }
}

impl ScalarUDFImpl for OpenTime {
    fn name(&self) -> &str {
        "open_time"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let starts = arrays[0].as_primitive::<TimestampMicrosecondType>();
        let names: ArrayRef = cast(&arrays[1], &DataType::Utf8)?;
        let names: &StringArray = names.as_string::<i32>();
        let lengths: Int64Array = starts
            .iter()
            .enumerate()
            .map(|(row, start)| {
                let start = start.map(Instant::from_micros).filter(|start| *start <= self.as_of)?;
                Some(match &self.business {
                    None => self.as_of.since(start).get(),
                    Some(calendars) => {
                        let named = if names.is_null(row) { None } else { calendars.get(names.value(row)) };
                        named.unwrap_or(calendars.default()).business_between(start, self.as_of).get()
                    }
                })
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(lengths)))
    }
}
