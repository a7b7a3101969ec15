//! Bodies of records: everything mapped, in one form of bytes, so that equal ones can be told from different ones.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;

use super::column::{Part, Records, Row, TextPart};
use super::{Body, FoldError};
use crate::records::ENVELOPE;

/// Number of a delivery and line in it.
type Place = (i64, i64);

/// Bodies of rows of `records`.
pub(super) struct Bodies<'a> {
    records: Records<'a>,
    /// Indices of the columns of a body in each batch, by name; looked up when first needed.
    columns: Vec<Option<Vec<usize>>>,
    /// The body at hand and the one it is compared with.
    bytes: Vec<u8>,
    other: Vec<u8>,
}

impl<'a> Bodies<'a> {
    pub fn new(records: Records<'a>) -> Self {
        Bodies { records, columns: vec![None; records.batches.len()], bytes: Vec::new(), other: Vec::new() }
    }

    /// The row that wins among `rows` of one key and version, of which there is at least one, and, where their bodies
    /// differ, the distinct ones: greatest hash first, each with the first place it came from.
    pub fn distinct(&mut self, mut rows: Vec<(Place, Row)>) -> Result<(Row, Vec<Body>), FoldError> {
        rows.sort_unstable();
        let first = rows[0].1;
        if self.are_equal(&rows)? {
            return Ok((first, Vec::new()));
        }
        let mut hashed = Vec::with_capacity(rows.len());
        for (place, row) in rows {
            self.write(row)?;
            hashed.push((blake3::hash(&self.bytes), place, row));
        }
        hashed.sort_by(|(left, left_place, _), (right, right_place, _)| {
            right.as_bytes().cmp(left.as_bytes()).then(left_place.cmp(right_place))
        });
        hashed.dedup_by(|(later, ..), (earlier, ..)| later == earlier);
        let listed = |(hash, (delivery, line), _): &(blake3::Hash, Place, Row)| Body {
            hash: hash.to_hex().to_string(),
            delivery: *delivery,
            line: *line,
        };
        Ok((hashed[0].2, hashed.iter().map(listed).collect()))
    }

    /// The hash of the body of a row.
    pub fn hash(&mut self, row: Row) -> Result<blake3::Hash, FoldError> {
        self.write(row)?;
        Ok(blake3::hash(&self.bytes))
    }

    fn are_equal(&mut self, rows: &[(Place, Row)]) -> Result<bool, FoldError> {
        self.write(rows[0].1)?;
        std::mem::swap(&mut self.bytes, &mut self.other);
        for (_, row) in &rows[1..] {
            self.write(*row)?;
            if self.bytes != self.other {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the body of `row`: name and value of the non-empty columns in the order of their names, so that a row
    /// from before a column was declared has the same body as one in which it is empty.
    fn write(&mut self, row: Row) -> Result<(), FoldError> {
        let batch = &self.records.batches[row.batch as usize];
        let columns = self.columns[row.batch as usize].get_or_insert_with(|| body_columns(batch));
        let schema = batch.schema_ref();
        let at = row.row as usize;
        let bytes = &mut self.bytes;
        bytes.clear();
        for index in columns {
            let array = batch.column(*index);
            if array.is_null(at) {
                continue;
            }
            put(bytes, schema.field(*index).name().as_bytes());
            match array.data_type() {
                DataType::Utf8 | DataType::Dictionary(..) => {
                    let text = TextPart::open(array).and_then(|text| text.get(at));
                    put(bytes, text.unwrap_or_default().as_bytes());
                }
                DataType::Int64 => put(bytes, &array.as_primitive::<Int64Type>().value(at).to_le_bytes()),
                DataType::Decimal128(_, _) => {
                    put(bytes, &array.as_primitive::<Decimal128Type>().value(at).to_le_bytes());
                }
                DataType::Boolean => put(bytes, &[u8::from(array.as_boolean().value(at))]),
                DataType::Timestamp(TimeUnit::Microsecond, _) => {
                    put(bytes, &array.as_primitive::<TimestampMicrosecondType>().value(at).to_le_bytes());
                }
                other => {
                    return Err(FoldError::ColumnType {
                        kind: self.records.kind.name(),
                        column: schema.field(*index).name().clone(),
                        expected: "a type of a field".to_owned(),
                        found: other.to_string(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Everything but the envelope and the undeclared input columns.
fn body_columns(batch: &RecordBatch) -> Vec<usize> {
    let fields = batch.schema_ref().fields();
    let mut columns: Vec<usize> = (0..fields.len())
        .filter(|index| {
            let name = fields[*index].name();
            name != "rest" && ENVELOPE.iter().all(|field| field.name != name)
        })
        .collect();
    columns.sort_by_key(|index| fields[*index].name());
    columns
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}
