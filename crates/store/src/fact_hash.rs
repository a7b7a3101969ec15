//! A hash of facts that knows nothing of their order or their files.

use std::path::PathBuf;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType};

use crate::error::{Error, Result};
use crate::segment::{self, Part};

/// The hash of all rows of the segments, read with the columns of `schema`.
pub(crate) fn of_segments(schema: &SchemaRef, segments: &[PathBuf]) -> Result<String> {
    let mut order: Vec<usize> = (0..schema.fields().len()).collect();
    order.sort_by_key(|&column| schema.field(column).name());

    let mut rows: Vec<[u8; 32]> = Vec::new();
    for path in segments {
        segment::read(path, Part::All, |batch| of_rows(&segment::upgrade(path, &batch, schema)?, &order, &mut rows))?;
    }
    rows.sort_unstable();

    let mut hasher = blake3::Hasher::new();
    for &column in &order {
        let field = schema.field(column);
        text(&mut hasher, field.name());
        text(&mut hasher, &field.data_type().to_string());
    }
    for row in rows {
        hasher.update(&row);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Adds the hash of each row: for each column in `order`, 0 for an empty one, else 1 and the value, little-endian and
/// of fixed width or, for text, after its length.
fn of_rows(batch: &RecordBatch, order: &[usize], rows: &mut Vec<[u8; 32]>) -> Result<()> {
    let mut encoded = vec![Vec::new(); batch.num_rows()];
    for &index in order {
        encode(batch.column(index), &mut encoded)?;
    }
    rows.extend(encoded.iter().map(|row| *blake3::hash(row).as_bytes()));
    Ok(())
}

fn encode(column: &ArrayRef, rows: &mut [Vec<u8>]) -> Result<()> {
    match column.data_type() {
        DataType::Utf8 => {
            let column = column.as_string::<i32>();
            each(column, rows, |bytes, row| {
                bytes.extend((column.value(row).len() as u64).to_le_bytes());
                bytes.extend(column.value(row).as_bytes());
            });
        }
        DataType::Int64 => {
            let column = column.as_primitive::<Int64Type>();
            each(column, rows, |bytes, row| bytes.extend(column.value(row).to_le_bytes()));
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let column = column.as_primitive::<TimestampMicrosecondType>();
            each(column, rows, |bytes, row| bytes.extend(column.value(row).to_le_bytes()));
        }
        DataType::Decimal128(..) => {
            let column = column.as_primitive::<Decimal128Type>();
            each(column, rows, |bytes, row| bytes.extend(column.value(row).to_le_bytes()));
        }
        DataType::Boolean => {
            let column = column.as_boolean();
            each(column, rows, |bytes, row| bytes.push(u8::from(column.value(row))));
        }
        other => {
            let problem = arrow::error::ArrowError::NotYetImplemented(format!("a fact column of type {other}"));
            return Err(Error::Batch { what: "facts to hash".to_owned(), source: problem });
        }
    }
    Ok(())
}

/// Appends to each row whether the column has a value there and, where it has, that value.
fn each(column: &dyn Array, rows: &mut [Vec<u8>], mut value: impl FnMut(&mut Vec<u8>, usize)) {
    for (row, bytes) in rows.iter_mut().enumerate() {
        bytes.push(u8::from(column.is_valid(row)));
        if column.is_valid(row) {
            value(bytes, row);
        }
    }
}

fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}
