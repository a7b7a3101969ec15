//! A batch of facts, made column by column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, DictionaryArray, Int32Builder, Int64Builder, StringArray,
    StringBuilder, TimestampMicrosecondBuilder, new_null_array,
};
use arrow::datatypes::{Int32Type, Schema};
use arrow::record_batch::RecordBatch;

use super::FoldError;
use super::links::linked_columns;
use crate::{Attributes, FactTable, FieldType, Instant, Millis, repeats};

/// Columns of one table that have been made so far.
pub(super) struct Table {
    table: FactTable,
    rows: usize,
    columns: HashMap<String, ArrayRef>,
}

impl Table {
    pub fn new(table: FactTable, rows: usize) -> Self {
        Table { table, rows, columns: HashMap::new() }
    }

    /// Text: as keys of its different values where it [repeats], else each row its own.
    pub fn text<'s>(&mut self, name: &str, values: impl Iterator<Item = Option<&'s str>>) -> Result<(), FoldError> {
        if repeats(name) {
            let mut words = Words::new(self.rows);
            values.for_each(|value| words.append(value));
            let column = words.finish()?;
            self.put(name, column);
            return Ok(());
        }
        // Rows lie scattered over their batches: each is looked up once, then measured and copied.
        let values: Vec<Option<&str>> = values.collect();
        let bytes: usize = values.iter().flatten().map(|value| value.len()).sum();
        if i32::try_from(bytes).is_err() {
            return Err(FoldError::TooLarge { what: name.to_owned() });
        }
        let mut builder = StringBuilder::with_capacity(self.rows, bytes);
        values.into_iter().for_each(|value| builder.append_option(value));
        self.put(name, builder.finish());
        Ok(())
    }

    pub fn times(&mut self, name: &str, values: impl Iterator<Item = Option<Instant>>) {
        let mut builder = TimestampMicrosecondBuilder::with_capacity(self.rows).with_timezone("UTC");
        values.for_each(|value| builder.append_option(value.map(Instant::micros)));
        self.put(name, builder.finish());
    }

    pub fn integers(&mut self, name: &str, values: impl Iterator<Item = Option<i64>>) {
        let mut builder = Int64Builder::with_capacity(self.rows);
        values.for_each(|value| builder.append_option(value));
        self.put(name, builder.finish());
    }

    pub fn lengths(&mut self, name: &str, values: impl Iterator<Item = Option<Millis>>) {
        self.integers(name, values.map(|value| value.map(Millis::get)));
    }

    pub fn numbers(&mut self, name: &str, values: impl Iterator<Item = Option<i128>>) {
        let mut builder = Decimal128Builder::with_capacity(self.rows).with_data_type(FieldType::Number.arrow());
        values.for_each(|value| builder.append_option(value));
        self.put(name, builder.finish());
    }

    pub fn booleans(&mut self, name: &str, values: impl Iterator<Item = Option<bool>>) {
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        values.for_each(|value| builder.append_option(value));
        self.put(name, builder.finish());
    }

    /// Whether the column has been made.
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// The batch, its columns in the order of the schema.
    pub fn finish(mut self, attributes: &Attributes) -> Result<RecordBatch, FoldError> {
        let schema = self.table.schema(attributes);
        let mut columns = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            columns.push(match self.columns.remove(field.name()) {
                Some(column) => column,
                // Gaps are filled in later, by `fill_gaps`, once the neighbours in other buckets are known.
                None if linked_columns(self.table).contains(&field.name().as_str()) => {
                    new_null_array(field.data_type(), self.rows)
                }
                None => {
                    return Err(FoldError::MissingColumn { kind: self.table.name(), column: field.name().clone() });
                }
            });
        }
        let fields = schema.fields().iter().zip(&columns);
        let fields = fields.map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()));
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), columns)?)
    }

    fn put(&mut self, name: &str, column: impl arrow::array::Array + 'static) {
        self.columns.insert(name.to_owned(), Arc::new(column));
    }
}

/// Text that repeats, as keys of its different values.
///
/// Values are mostly borrowed from dictionaries, so that the same word lies in the same place: most are known by their
/// address, without a look at the word.
struct Words<'s> {
    keys: Int32Builder,
    values: Vec<&'s str>,
    known: HashMap<&'s str, i32>,
    /// By bits of an address: the word that was last there and its key.
    recent: Vec<(&'s str, i32)>,
}

/// Bits of an address that a recent word is found by.
const RECENT_BITS: u32 = 9;

impl<'s> Words<'s> {
    fn new(rows: usize) -> Self {
        Words {
            keys: Int32Builder::with_capacity(rows),
            values: Vec::new(),
            known: HashMap::new(),
            recent: vec![("", -1); 1 << RECENT_BITS],
        }
    }

    fn append(&mut self, value: Option<&'s str>) {
        let Some(value) = value else {
            self.keys.append_null();
            return;
        };
        // spreads neighbouring addresses; that of an empty text says nothing
        let spread = (value.as_ptr() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - RECENT_BITS);
        let recent = &mut self.recent[spread as usize];
        let is_same = std::ptr::eq(recent.0, value) && recent.1 >= 0;
        if !is_same {
            let values = &mut self.values;
            // rows, and so values, are fewer than 2³¹: `finish` checks it
            let key = *self.known.entry(value).or_insert_with(|| {
                values.push(value);
                (values.len() - 1) as i32
            });
            *recent = (value, key);
        }
        self.keys.append_value(recent.1);
    }

    fn finish(mut self) -> Result<DictionaryArray<Int32Type>, FoldError> {
        let bytes: usize = self.values.iter().map(|value| value.len()).sum();
        if i32::try_from(self.values.len()).is_err() || i32::try_from(bytes).is_err() {
            return Err(FoldError::TooLarge { what: "different words of a column".to_owned() });
        }
        let values = StringArray::from_iter_values(self.values);
        Ok(DictionaryArray::try_new(self.keys.finish(), Arc::new(values))?)
    }
}
