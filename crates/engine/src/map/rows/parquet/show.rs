//! Values of Parquet as the text that a person would have written for them, and as JSON.

use std::fmt::Write as _;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::super::value::Unreadable;

/// Whole numbers below it are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Every value as text; null where it is null. Values that are no text are told to `refuse`, and null.
pub(super) fn text(
    array: &ArrayRef,
    uuid: bool,
    refuse: &mut dyn FnMut(usize, Unreadable),
) -> Result<StringArray, ArrowError> {
    use DataType as D;
    match array.data_type() {
        // what Arrow writes as we want it
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Boolean | D::Null => checked(&cast(array, &D::Utf8)?, refuse),
        kind if kind.is_integer()
            || matches!(kind, D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..)) =>
        {
            Ok(cast(array, &D::Utf8)?.as_string::<i32>().clone())
        }
        D::Dictionary(_, value) => text(&cast(array, value)?, uuid, refuse),
        D::Binary | D::LargeBinary | D::BinaryView | D::FixedSizeBinary(_) => {
            let array = cast(array, &D::Binary)?;
            let mut texts = StringBuilder::new();
            for (row, bytes) in array.as_binary::<i32>().iter().enumerate() {
                let shown = bytes.map(|bytes| if uuid { Ok(hyphenated(bytes)) } else { decoded(bytes) }).transpose();
                texts.append_option(shown.unwrap_or_else(|problem| {
                    refuse(row, problem);
                    None
                }));
            }
            checked(&(std::sync::Arc::new(texts.finish()) as ArrayRef), refuse)
        }
        _ => {
            let mut texts = StringBuilder::new();
            let mut shown = String::new();
            for row in 0..array.len() {
                shown.clear();
                show(array, row, &mut shown);
                texts.append_option(array.is_valid(row).then_some(shown.as_str()));
            }
            checked(&(std::sync::Arc::new(texts.finish()) as ArrayRef), refuse)
        }
    }
}

/// Text without NUL.
fn checked(array: &ArrayRef, refuse: &mut dyn FnMut(usize, Unreadable)) -> Result<StringArray, ArrowError> {
    let texts = array.as_string_opt::<i32>().ok_or_else(|| ArrowError::CastError("text expected".to_owned()))?;
    if memchr::memchr(0, texts.value_data()).is_some() {
        for (row, text) in texts.iter().enumerate() {
            if text.is_some_and(|text| text.contains('\0')) {
                refuse(row, Unreadable::new("nul_byte", "a NUL character in the text"));
            }
        }
    }
    Ok(texts.clone())
}

fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Unreadable::new("invalid_encoding", format!("byte {at} of a binary value means nothing in UTF-8"))
    })?;
    Ok(text.to_owned())
}

fn hyphenated(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A whole row as a JSON object, for people.
pub fn row_json(batch: &RecordBatch, row: usize) -> String {
    let mut out = String::from("{");
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        if out.len() > 1 {
            out.push(',');
        }
        quoted(field.name(), &mut out);
        out.push(':');
        json(array, row, &mut out);
    }
    out.push('}');
    out
}

/// A value as JSON.
pub(super) fn json(array: &ArrayRef, row: usize, out: &mut String) {
    use DataType as D;
    if array.is_null(row) {
        out.push_str("null");
        return;
    }
    match array.data_type() {
        D::Struct(fields) => {
            for (at, (field, child)) in fields.iter().zip(array.as_struct().columns()).enumerate() {
                out.push(if at == 0 { '{' } else { ',' });
                quoted(field.name(), out);
                out.push(':');
                json(child, row, out);
            }
            out.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        D::List(_) => list(&array.as_list::<i32>().value(row), out),
        D::LargeList(_) => list(&array.as_list::<i64>().value(row), out),
        D::FixedSizeList(..) => list(&array.as_fixed_size_list().value(row), out),
        D::Map(..) => {
            let entries = array.as_map().value(row);
            let (Some(keys), Some(values)) = (entries.columns().first(), entries.columns().get(1)) else { return };
            out.push('{');
            for at in 0..entries.len() {
                if at > 0 {
                    out.push(',');
                }
                let mut key = String::new();
                show(keys, at, &mut key);
                quoted(&key, out);
                out.push(':');
                json(values, at, out);
            }
            out.push('}');
        }
        kind => {
            let bare = kind.is_integer()
                || matches!(
                    kind,
                    D::Boolean | D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..)
                );
            let mut shown = String::new();
            show(array, row, &mut shown);
            let finite = kind.is_floating() && !matches!(shown.as_str(), "NaN" | "Infinity" | "-Infinity");
            if bare || finite { out.push_str(&shown) } else { quoted(&shown, out) }
        }
    }
}

fn list(items: &ArrayRef, out: &mut String) {
    out.push('[');
    for at in 0..items.len() {
        if at > 0 {
            out.push(',');
        }
        json(items, at, out);
    }
    out.push(']');
}

fn quoted(text: &str, out: &mut String) {
    // text is always JSON
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// A value as text.
fn show(array: &ArrayRef, row: usize, out: &mut String) {
    use DataType as D;
    match array.data_type() {
        D::Float16 => float(f64::from(array.as_primitive::<Float16Type>().value(row).to_f32()), None, out),
        D::Float32 => {
            let value = array.as_primitive::<Float32Type>().value(row);
            float(f64::from(value), Some(value), out);
        }
        D::Float64 => float(array.as_primitive::<Float64Type>().value(row), None, out),
        D::Date32 => date(i64::from(array.as_primitive::<Date32Type>().value(row)), out),
        D::Date64 => date(array.as_primitive::<Date64Type>().value(row).div_euclid(86_400_000), out),
        D::Timestamp(unit, zone) => {
            let value = match unit {
                TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
                TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
                TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
                TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row),
            };
            time(value, *unit, zone.is_some(), out);
        }
        D::Time32(TimeUnit::Second) => {
            clock(i64::from(array.as_primitive::<Time32SecondType>().value(row)), TimeUnit::Second, out);
        }
        D::Time32(_) => {
            clock(i64::from(array.as_primitive::<Time32MillisecondType>().value(row)), TimeUnit::Millisecond, out);
        }
        D::Time64(TimeUnit::Microsecond) => {
            clock(array.as_primitive::<Time64MicrosecondType>().value(row), TimeUnit::Microsecond, out);
        }
        D::Time64(_) => clock(array.as_primitive::<Time64NanosecondType>().value(row), TimeUnit::Nanosecond, out),
        D::Duration(unit) => {
            let value = match unit {
                TimeUnit::Second => array.as_primitive::<DurationSecondType>().value(row),
                TimeUnit::Millisecond => array.as_primitive::<DurationMillisecondType>().value(row),
                TimeUnit::Microsecond => array.as_primitive::<DurationMicrosecondType>().value(row),
                TimeUnit::Nanosecond => array.as_primitive::<DurationNanosecondType>().value(row),
            };
            let micros = micros(value, *unit);
            let sign = if micros < 0 { "-" } else { "" };
            let _ = write!(out, "{sign}{}.{:06}", (micros / 1_000_000).abs(), (micros % 1_000_000).abs());
        }
        D::Struct(_) | D::List(_) | D::LargeList(_) | D::FixedSizeList(..) | D::Map(..) => json(array, row, out),
        kind => {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::default());
            let _ = match formatter {
                Ok(formatter) => write!(out, "{}", formatter.value(row)),
                Err(_) => write!(out, "({kind})"),
            };
        }
    }
}

/// A whole number without a point, any other with all digits that tell it from its neighbours.
fn float(value: f64, narrow: Option<f32>, out: &mut String) {
    let _ = if value.is_nan() {
        write!(out, "NaN")
    } else if value.is_infinite() {
        write!(out, "{}Infinity", if value < 0.0 { "-" } else { "" })
    } else if value.fract() == 0.0 && value.abs() < EXACT {
        write!(out, "{}", value as i64)
    } else if value.abs() >= 1e21 || value.abs() < 1e-7 {
        write!(out, "{value:e}")
    } else {
        match narrow {
            Some(narrow) => write!(out, "{narrow}"),
            None => write!(out, "{value}"),
        }
    };
}

fn micros(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => value.saturating_mul(1_000_000),
        TimeUnit::Millisecond => value.saturating_mul(1000),
        TimeUnit::Microsecond => value,
        TimeUnit::Nanosecond => value.div_euclid(1000),
    }
}

/// ISO 8601; a value that is no time of the years up to 9999 as the number that it is.
fn time(value: i64, unit: TimeUnit, instant: bool, out: &mut String) {
    let _ = match Timestamp::from_microsecond(micros(value, unit)) {
        Ok(at) if instant => write!(out, "{at}"),
        Ok(at) => write!(out, "{}", at.to_zoned(TimeZone::UTC).datetime()),
        Err(_) => write!(out, "{value}"),
    };
}

fn date(days: i64, out: &mut String) {
    let _ = match Timestamp::from_second(days.saturating_mul(86_400)) {
        Ok(at) => write!(out, "{}", at.to_zoned(TimeZone::UTC).date()),
        Err(_) => write!(out, "{days}"),
    };
}

/// A time of day as hours, minutes and seconds.
fn clock(value: i64, unit: TimeUnit, out: &mut String) {
    let micros = micros(value, unit);
    let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let _ = write!(
        out,
        "{}:{:02}:{:02}",
        seconds.div_euclid(3600),
        seconds.div_euclid(60).rem_euclid(60),
        seconds.rem_euclid(60)
    );
    if fraction > 0 {
        let _ = write!(out, ".{fraction:06}");
    }
}
