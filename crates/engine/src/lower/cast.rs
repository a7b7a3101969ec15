//! `cast(x as type)`, null where x cannot be read as that: text is trimmed first, numbers are written with a point,
//! times as RFC 3339 with an offset. (Fields of a source file are read in the file's own manner, by [`crate::map`].)

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use model::{FieldType, Instant};

use super::{calculated, null};
use FieldType::{Boolean, Duration, Integer, Number, Text, Time};

/// `operand`, of type `from`, read as `to`.
pub(super) fn cast(operand: Expr, from: FieldType, to: FieldType) -> Expr {
    match (from, to) {
        (from, to) if from == to => operand,
        (Text, _)
        | (_, Text)
        | (Integer | Number | Duration, Integer | Number | Duration)
        | (Boolean, Integer | Number) => {
            let signature = Signature::any(1, Volatility::Immutable);
            ScalarUDF::new_from_impl(Cast { from, to, signature }).call(vec![operand])
        }
        _ => null(to),
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cast {
    from: FieldType,
    to: FieldType,
    signature: Signature,
}

impl ScalarUDFImpl for Cast {
    fn name(&self) -> &str {
        match self.to {
            Integer => "read_integer",
            Number => "read_number",
            Boolean => "read_boolean",
            Time => "read_time",
            Duration => "read_duration",
            Text => "show",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(calculated(self.to))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args.first().cloned().unwrap_or(ColumnarValue::Scalar(datafusion::common::ScalarValue::Null));
        let array = arrow::compute::cast(&array.into_array(args.number_rows)?, &calculated(self.from))?;
        Ok(ColumnarValue::Array(self.read(&array)?))
    }
}

impl Cast {
    fn read(&self, array: &ArrayRef) -> Result<ArrayRef> {
        Ok(match (self.from, self.to) {
            (Text, Integer) => Arc::new(texts(array).map(|text| text?.parse::<i64>().ok()).collect::<Int64Array>()),
            (Text, Number) => {
                let numbers: Decimal128Array = texts(array).map(|text| read_number(text?)).collect();
                Arc::new(numbers.with_precision_and_scale(38, 4)?)
            }
            (Text, Boolean) => Arc::new(texts(array).map(|text| read_boolean(text?)).collect::<BooleanArray>()),
            (Text, Duration) => {
                let lengths = texts(array).map(|text| millis_of(read_number(text?)?));
                Arc::new(lengths.collect::<Int64Array>())
            }
            (Text, _) => {
                let times: TimestampMicrosecondArray =
                    texts(array).map(|text| text?.parse::<Instant>().ok().map(Instant::micros)).collect();
                Arc::new(times.with_timezone("UTC"))
            }
            (Integer, Number) => {
                let integers = array.as_primitive::<Int64Type>().iter();
                let numbers: Decimal128Array = integers.map(|value| Some(i128::from(value?) * 10_000)).collect();
                Arc::new(numbers.with_precision_and_scale(38, 4)?)
            }
            (Number, Integer) => {
                let numbers = array.as_primitive::<Decimal128Type>().iter();
                Arc::new(numbers.map(|number| i64::try_from(number? / 10_000).ok()).collect::<Int64Array>())
            }
            (Boolean, Integer) => {
                Arc::new(array.as_boolean().iter().map(|flag| Some(i64::from(flag?))).collect::<Int64Array>())
            }
            (Boolean, Number) => {
                let numbers: Decimal128Array =
                    array.as_boolean().iter().map(|flag| Some(i128::from(flag?) * 10_000)).collect();
                Arc::new(numbers.with_precision_and_scale(38, 4)?)
            }
            // lengths of time are seconds as numbers
            (Duration, Integer) => {
                let lengths = array.as_primitive::<Int64Type>().iter();
                Arc::new(lengths.map(|millis| Some(millis? / 1000)).collect::<Int64Array>())
            }
            (Duration, Number) => {
                let lengths = array.as_primitive::<Int64Type>().iter();
                let numbers: Decimal128Array = lengths.map(|millis| Some(i128::from(millis?) * 10)).collect();
                Arc::new(numbers.with_precision_and_scale(38, 4)?)
            }
            (Integer, Duration) => {
                let seconds = array.as_primitive::<Int64Type>().iter();
                Arc::new(seconds.map(|seconds| seconds?.checked_mul(1000)).collect::<Int64Array>())
            }
            (Number, Duration) => {
                let seconds = array.as_primitive::<Decimal128Type>().iter();
                Arc::new(seconds.map(|seconds| millis_of(seconds?)).collect::<Int64Array>())
            }
            _ => Arc::new(show(array, self.from)),
        })
    }
}

/// `array`, of type `kind`, as people write it: numbers without trailing zeros, durations in seconds, times as RFC 3339.
pub(crate) fn show(array: &ArrayRef, kind: FieldType) -> StringArray {
    match kind {
        Text => array.as_string::<i32>().clone(),
        Integer => array.as_primitive::<Int64Type>().iter().map(|value| value.map(|value| value.to_string())).collect(),
        Number => {
            array.as_primitive::<Decimal128Type>().iter().map(|value| value.map(|value| decimal(value, 4))).collect()
        }
        Boolean => {
            array.as_boolean().iter().map(|value| value.map(|flag| if flag { "true" } else { "false" })).collect()
        }
        Time => {
            let times = array.as_primitive::<TimestampMicrosecondType>().iter();
            times.map(|at| Some(Instant::from_micros(at?).to_string())).collect()
        }
        Duration => {
            let lengths = array.as_primitive::<Int64Type>().iter();
            lengths.map(|millis| millis.map(|millis| decimal(i128::from(millis), 3))).collect()
        }
    }
}

/// `number` ÷ 10^`digits`, without trailing zeros.
fn decimal(number: i128, digits: u32) -> String {
    let unit = 10_u128.pow(digits);
    let (whole, fraction) = (number.unsigned_abs() / unit, number.unsigned_abs() % unit);
    let sign = if number < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let text = format!("{sign}{whole}.{fraction:0width$}", width = digits as usize);
    text.trim_end_matches('0').to_owned()
}

fn texts(array: &ArrayRef) -> impl Iterator<Item = Option<&str>> {
    array.as_string::<i32>().iter().map(|text| text.map(str::trim))
}

/// Milliseconds of ten-thousandths of a second, rounded half away from zero.
fn millis_of(seconds: i128) -> Option<i64> {
    i64::try_from((seconds.abs() + 5) / 10 * seconds.signum()).ok()
}

/// An integer, or a decimal with at most 14 digits before the point, times 10⁴; rounded beyond the fourth decimal.
fn read_number(text: &str) -> Option<i128> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(i128::from(integer) * 10_000);
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.')?;
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > 14 || !plain(whole) || !plain(fraction) || digits.len() == 1 {
        return None;
    }
    let (kept, dropped) = fraction.split_at(fraction.len().min(4));
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let kept: i128 = format!("{kept:0<4}").parse().ok()?;
    let up = i128::from(dropped.as_bytes().first().is_some_and(|digit| *digit >= b'5'));
    Some(sign * (whole * 10_000 + kept + up))
}

fn read_boolean(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["true", "t", "yes", "y", "1"]) {
        Some(true)
    } else if is(&["false", "f", "no", "n", "0"]) {
        Some(false)
    } else {
        None
    }
}
