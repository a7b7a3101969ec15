//! A hash of facts that knows nothing of their order or their files.

use std::path::PathBuf;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType};

use crate::error::{Error, Result};
use crate::read::{self, Part};
use crate::segment;

/// The hash of all rows of the segments, read with the columns of `schema`.
pub(crate) fn of_segments(schema: &SchemaRef, segments: &[PathBuf]) -> Result<String> {
    let mut rows = Rows::new(schema);
    for path in segments {
        read::read(path, Part::All, |batch| rows.add(&segment::upgrade(path, &batch, schema)?))?;
    }
    Ok(rows.hash())
}

/// Hashes of rows of one schema.
struct Rows<'a> {
    schema: &'a SchemaRef,
    /// Columns in order of their names.
    order: Vec<usize>,
    hashes: Vec<[u8; 32]>,
}

impl<'a> Rows<'a> {
    fn new(schema: &'a SchemaRef) -> Self {
        let mut order: Vec<usize> = (0..schema.fields().len()).collect();
        order.sort_by_key(|&column| schema.field(column).name());
        Rows { schema, order, hashes: Vec::new() }
    }

    /// Adds the hash of each row: for each column 0 where it is empty, else 1 and the value, little-endian and of fixed
    /// width or, for text, after its length.
    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let mut encoded = vec![Vec::new(); batch.num_rows()];
        for &index in &self.order {
            encode(batch.column(index), &mut encoded)?;
        }
        self.hashes.extend(encoded.iter().map(|row| *blake3::hash(row).as_bytes()));
        Ok(())
    }

    /// The hash of names and types of the columns and of the sorted rows.
    fn hash(mut self) -> String {
        self.hashes.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        for &column in &self.order {
            let field = self.schema.field(column);
            text(&mut hasher, field.name());
            text(&mut hasher, &field.data_type().to_string());
        }
        for row in self.hashes {
            hasher.update(&row);
        }
        hasher.finalize().to_hex().to_string()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    fn hash(batches: &[RecordBatch]) -> String {
        let schema = batches[0].schema();
        let mut rows = Rows::new(&schema);
        batches.iter().for_each(|batch| rows.add(batch).unwrap());
        rows.hash()
    }

    fn batch(rows: &[(Option<&str>, Option<i64>)]) -> RecordBatch {
        let names: StringArray = rows.iter().map(|row| row.0).collect();
        let counts: Int64Array = rows.iter().map(|row| row.1).collect();
        RecordBatch::try_from_iter_with_nullable([
            ("name", Arc::new(names) as ArrayRef, true),
            ("count", Arc::new(counts) as ArrayRef, true),
        ])
        .unwrap()
    }

    #[test]
    fn neither_order_of_rows_nor_of_columns_nor_batches_matter() {
        let (a, b, c) = ((Some("a"), Some(1)), (Some("b"), None), (None, Some(3)));
        let expected = hash(&[batch(&[a, b, c, a])]);
        assert_eq!(hash(&[batch(&[c, a, a, b])]), expected);
        assert_eq!(hash(&[batch(&[a, c]), batch(&[]), batch(&[b]), batch(&[a])]), expected);
        assert_eq!(
            hash(&[batch(&[c, b]).project(&[1, 0]).unwrap(), batch(&[a, a]).project(&[1, 0]).unwrap()]),
            expected
        );
    }

    #[test]
    fn every_value_matters() {
        let all: Vec<Vec<(Option<&str>, Option<i64>)>> = vec![
            vec![],
            vec![(None, None)],
            vec![(None, None), (None, None)],
            vec![(Some(""), None)],
            vec![(None, Some(0))],
            vec![(Some("a"), Some(1)), (Some("b"), Some(2))],
            vec![(Some("a"), Some(2)), (Some("b"), Some(1))],
            vec![(Some("ab"), Some(1)), (Some(""), Some(2))],
        ];
        let hashes: std::collections::BTreeSet<String> = all.iter().map(|rows| hash(&[batch(rows)])).collect();
        assert_eq!(hashes.len(), all.len());
        assert_ne!(hash(&[batch(&[]).project(&[0]).unwrap()]), hash(&[batch(&[])]));
    }
}
