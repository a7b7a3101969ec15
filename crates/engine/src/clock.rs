//! Scalar functions of time: which period a row falls in, and how long open work has been waiting.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, Int64Type, TimeUnit, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use model::Instant;
use model::calendar::{Calendars, Schedule};

/// `period_index(time)`: the index of the period, among sorted periods that do not overlap; null outside all of them.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PeriodIndex {
    /// Start and end of each period, and the index it stands for.
    bounds: Vec<(i64, i64, i32)>,
    signature: Signature,
}

impl PeriodIndex {
    /// For periods of these starts and ends, which do not overlap.
    pub fn new(periods: impl IntoIterator<Item = (Instant, Instant)>) -> Self {
        let mut bounds: Vec<(i64, i64, i32)> =
            (0..).zip(periods).map(|(index, (start, end))| (start.micros(), end.micros(), index)).collect();
        bounds.sort_unstable();
        PeriodIndex { bounds, signature: Signature::any(1, Volatility::Immutable) }
    }

    /// Start, end and index of the period of a time.
    fn period(&self, at: i64) -> Option<(i64, i64, i32)> {
        let after = self.bounds.partition_point(|(start, _, _)| *start <= at);
        let found = self.bounds.get(after.checked_sub(1)?)?;
        (at < found.1).then_some(*found)
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
        // rows lie in order of time, more or less, so most batches are in one period
        if let (0, Some(first), Some(latest)) = (times.null_count(), min(times), max(times))
            && let Some((_, end, index)) = self.period(first)
            && latest < end
        {
            return Ok(ColumnarValue::Array(Arc::new(Int32Array::from_value(index, times.len()))));
        }
        // and most rows of the others in that of the one before
        let mut last: Option<(i64, i64, i32)> = None;
        let mut index = |at: i64| match last {
            Some((start, end, index)) if start <= at && at < end => Some(index),
            _ => {
                let found = self.period(at)?;
                last = Some(found);
                Some(found.2)
            }
        };
        let indices: Int32Array = times.iter().map(|at| at.and_then(&mut index)).collect();
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

/// `business_day_end(from, days, schedule)`: when the business day ends that lies so many after the one `from` belongs
/// to, under the named schedule (the default one where it is unknown); null for a negative number.
#[derive(Debug)]
pub struct BusinessDayEnd {
    calendars: Arc<Calendars>,
    signature: Signature,
}

impl BusinessDayEnd {
    /// Under these calendars.
    pub fn new(calendars: Arc<Calendars>) -> Self {
        BusinessDayEnd { calendars, signature: Signature::any(3, Volatility::Immutable) }
    }
}

impl PartialEq for BusinessDayEnd {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.calendars, &other.calendars)
    }
}

impl Eq for BusinessDayEnd {}

impl Hash for BusinessDayEnd {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.calendars).hash(state);
    }
}

impl ScalarUDFImpl for BusinessDayEnd {
    fn name(&self) -> &str {
        "business_day_end"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC"))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let froms = arrays[0].as_primitive::<TimestampMicrosecondType>();
        let days = arrays[1].as_primitive::<Int64Type>();
        let names: ArrayRef = cast(&arrays[2], &DataType::Utf8)?;
        let names: &StringArray = names.as_string::<i32>();
        let mut last: Option<(&str, &Arc<Schedule>)> = None;
        let ends: TimestampMicrosecondArray = (0..args.number_rows)
            .map(|row| {
                let name = if names.is_null(row) { "" } else { names.value(row) };
                let schedule = match last {
                    Some((same, schedule)) if same == name => schedule,
                    _ => self.calendars.get(name).unwrap_or(self.calendars.default()),
                };
                last = Some((name, schedule));
                if froms.is_null(row) || days.is_null(row) {
                    return None;
                }
                let from = Instant::from_micros(froms.value(row));
                Some(schedule.business_day_end(from, u32::try_from(days.value(row)).ok()?)?.micros())
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(ends.with_timezone("UTC"))))
    }
}
