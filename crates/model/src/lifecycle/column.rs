//! Typed, borrowed access to one column over several record batches.

use arrow::array::{
    Array, ArrayAccessor, ArrayRef, AsArray, BooleanArray, Decimal128Array, DictionaryArray, Int64Array, StringArray,
    StringDictionaryBuilder, TimestampMicrosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{ArrowDictionaryKeyType, ArrowNativeType, DataType, Int32Type, UInt16Type};
use arrow::record_batch::RecordBatch;

use super::FoldError;
use crate::records::ENVELOPE;
use crate::{FieldType, Instant, Millis, RecordKind};

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
pub(super) struct Column<P>(Vec<Option<P>>);

pub(super) type Text<'a> = Column<TextPart<'a>>;
pub(super) type Integers<'a> = Column<&'a Int64Array>;
pub(super) type Numbers<'a> = Column<&'a Decimal128Array>;
pub(super) type Booleans<'a> = Column<&'a BooleanArray>;
pub(super) type Times<'a> = Column<&'a TimestampMicrosecondArray>;

/// The part of a column in one batch.
pub(super) trait Part<'a>: Copy {
    type Value;

    /// The part that `array` is, where it is of this type.
    fn open(array: &'a ArrayRef) -> Option<Self>;

    /// How many rows have no value.
    fn empty(self) -> usize;

    fn get(self, row: usize) -> Option<Self::Value>;
}

impl<'a, A: Array + 'static> Part<'a> for &'a A
where
    &'a A: ArrayAccessor,
{
    type Value = <&'a A as ArrayAccessor>::Item;

    fn open(array: &'a ArrayRef) -> Option<Self> {
        array.as_any().downcast_ref()
    }

    fn empty(self) -> usize {
        self.null_count()
    }

    fn get(self, row: usize) -> Option<Self::Value> {
        if self.is_null(row) { None } else { Some(self.value(row)) }
    }
}

/// Text of one batch: each row its own, or, where it repeats, as keys of its different values.
#[derive(Clone, Copy)]
pub(super) enum TextPart<'a> {
    Plain(&'a StringArray),
    Coded(Coded<'a, i32>),
    /// As [`coded`] makes them.
    Short(Coded<'a, u16>),
}

/// A dictionary taken apart, as each row is looked up many times.
#[derive(Clone, Copy)]
pub(super) struct Coded<'a, K> {
    keys: &'a [K],
    nulls: Option<&'a NullBuffer>,
    values: &'a StringArray,
}

impl<'a, K: ArrowNativeType> Coded<'a, K> {
    fn open<D: ArrowDictionaryKeyType<Native = K>>(array: &'a ArrayRef) -> Option<Self> {
        let coded = array.as_dictionary_opt::<D>()?;
        let values = coded.values().as_string_opt()?;
        Some(Coded { keys: coded.keys().values(), nulls: coded.keys().nulls(), values })
    }

    fn empty(self) -> usize {
        self.nulls.map_or(0, NullBuffer::null_count)
    }

    fn key(self, row: usize) -> Option<K> {
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) { None } else { self.keys.get(row).copied() }
    }
}

impl<'a> Part<'a> for TextPart<'a> {
    type Value = &'a str;

    fn open(array: &'a ArrayRef) -> Option<Self> {
        let plain = || Some(Self::Plain(array.as_string_opt()?));
        let coded = || Some(Self::Coded(Coded::open::<Int32Type>(array)?));
        plain().or_else(coded).or_else(|| Some(Self::Short(Coded::open::<UInt16Type>(array)?)))
    }

    fn empty(self) -> usize {
        match self {
            Self::Plain(plain) => plain.null_count(),
            Self::Coded(coded) => coded.empty(),
            Self::Short(coded) => coded.empty(),
        }
    }

    fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Plain(plain) => plain.get(row),
            // no dictionary here has empty values or negative keys
            Self::Coded(coded) => Some(coded.values.value(coded.key(row)? as usize)),
            Self::Short(coded) => Some(coded.values.value(coded.key(row)?.into())),
        }
    }
}

/// Values with keys of 16 bits in place of those that repeat; none where they do not, or where too many differ.
pub(super) fn coded<'s>(values: impl ExactSizeIterator<Item = Option<&'s str>>) -> Option<DictionaryArray<UInt16Type>> {
    let rows = values.len();
    let mut builder = StringDictionaryBuilder::<UInt16Type>::new();
    for value in values {
        match value {
            Some(value) => builder.append(value).map(drop).ok()?,
            None => builder.append_null(),
        }
    }
    let coded = builder.finish();
    (2 * coded.values().len() <= rows).then_some(coded)
}

/// Whether values of a column of this type are of `kind`, whichever way text is held.
pub(super) fn is_of(found: &DataType, kind: FieldType) -> bool {
    match found {
        DataType::Dictionary(_, values) => kind == FieldType::Text && **values == DataType::Utf8,
        found => *found == kind.arrow(),
    }
}

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
    pub fn column<P: Part<'a>>(&self, name: &str) -> Result<Column<P>, FoldError> {
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
            let Some(part) = P::open(array) else {
                return Err(FoldError::ColumnType {
                    kind: self.kind.name(),
                    column: name.to_owned(),
                    expected: declared.map_or_else(String::new, |field| field.kind.name().to_owned()),
                    found: array.data_type().to_string(),
                });
            };
            if required && part.empty() > 0 {
                return Err(FoldError::MissingValue {
                    kind: self.kind.name(),
                    column: name.to_owned(),
                    rows: part.empty(),
                });
            }
            parts.push(Some(part));
        }
        Ok(Column(parts))
    }

    /// The attribute column `name`; values of a batch that has it in another type are not read.
    pub fn attribute<P: Part<'a>>(&self, name: &str) -> Column<P> {
        Column(self.batches.iter().map(|batch| P::open(batch.column_by_name(name)?)).collect())
    }
}

impl<'a, P: Part<'a>> Column<P> {
    /// The value at `at`, borrowed from its batch.
    pub fn get(&self, at: Row) -> Option<P::Value> {
        self.0[at.batch as usize]?.get(at.row as usize)
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
