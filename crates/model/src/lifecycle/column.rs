//! Typed, borrowed access to one column over several record batches.

use arrow::array::{
    Array, ArrayAccessor, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::records::ENVELOPE;
use crate::{Instant, Millis, RecordKind};

/// A row of a list of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub batch: u32,
    pub row: u32,
}

/// Batches of one kind of record.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub kind: RecordKind,
    pub batches: &'a [RecordBatch],
}

/// One column over several batches; a batch from before the column was declared has no part, its values are empty.
pub(super) struct Column<'a, A>(Vec<Option<&'a A>>);

pub(super) type Text<'a> = Column<'a, StringArray>;
pub(super) type Integers<'a> = Column<'a, Int64Array>;
pub(super) type Numbers<'a> = Column<'a, Decimal128Array>;
pub(super) type Booleans<'a> = Column<'a, BooleanArray>;
pub(super) type Times<'a> = Column<'a, TimestampMicrosecondArray>;

impl<'a> Records<'a> {
    /// Every row, batch after batch.
    pub fn rows(&self) -> Result<impl Iterator<Item = Row> + 'a, FoldError> {
        let total: usize = self.batches.iter().map(RecordBatch::num_rows).sum();
        if u32::try_from(total).is_err() || u32::try_from(self.batches.len()).is_err() {
            return Err(FoldError::TooLarge { what: self.kind.name().to_owned() });
        }
        // Both fit 32 bits, as just checked.
        Ok(self.batches.iter().enumerate().flat_map(|(batch, rows)| {
            (0..rows.num_rows()).map(move |row| Row { batch: batch as u32, row: row as u32 })
        }))
    }

    /// The declared column `name`; a required one is present and has no empty cell.
    pub fn column<A: Array + 'static>(&self, name: &str) -> Result<Column<'a, A>, FoldError> {
        let declared = ENVELOPE.iter().chain(self.kind.fields()).find(|field| field.name == name);
        let required = declared.is_some_and(|field| field.required);
        let mut parts = Vec::with_capacity(self.batches.len());
        for batch in self.batches {
            let Some(array) = batch.column_by_name(name) else {
                if required {
                    return Err(FoldError::MissingColumn { kind: self.kind.name(), column: name.to_owned() });
                }
                parts.push(None);
                continue;
            };
            let Some(typed) = array.as_any().downcast_ref::<A>() else {
                return Err(FoldError::ColumnType {
                    kind: self.kind.name(),
                    column: name.to_owned(),
                    expected: declared.map_or_else(String::new, |field| field.kind.name().to_owned()),
                    found: array.data_type().to_string(),
                });
            };
            if required && typed.null_count() > 0 {
                return Err(FoldError::MissingValue {
                    kind: self.kind.name(),
                    column: name.to_owned(),
                    rows: typed.null_count(),
                });
            }
            parts.push(Some(typed));
        }
        Ok(Column(parts))
    }

    /// The attribute column `name`; values of a batch that has it in another type are not read.
    pub fn attribute<A: Array + 'static>(&self, name: &str) -> Column<'a, A> {
        let part = |batch: &'a RecordBatch| batch.column_by_name(name)?.as_any().downcast_ref::<A>();
        Column(self.batches.iter().map(part).collect())
    }
}

impl<'a, A> Column<'a, A>
where
    &'a A: ArrayAccessor,
{
    /// The value at `at`, borrowed from its batch.
    pub fn get(&self, at: Row) -> Option<<&'a A as ArrayAccessor>::Item> {
        let part = self.0[at.batch as usize]?;
        let row = at.row as usize;
        if part.is_null(row) { None } else { Some(part.value(row)) }
    }
}

impl<'a> Text<'a> {
    /// The value of a required column.
    pub fn required(&self, at: Row) -> &'a str {
        self.get(at).unwrap_or_default()
    }
}

impl Integers<'_> {
    /// The value of a required column.
    pub fn required(&self, at: Row) -> i64 {
        self.get(at).unwrap_or_default()
    }

    /// The value as a length of time.
    pub fn length(&self, at: Row) -> Option<Millis> {
        self.get(at).map(Millis::new)
    }
}

impl Times<'_> {
    /// The value as a point in time.
    pub fn time(&self, at: Row) -> Option<Instant> {
        self.get(at).map(Instant::from_micros)
    }

    /// The value of a required column.
    pub fn required(&self, at: Row) -> Instant {
        Instant::from_micros(self.get(at).unwrap_or_default())
    }
}
