//! A batch of facts, made column by column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder,
    new_null_array,
};
use arrow::record_batch::RecordBatch;

use super::FoldError;
use super::links::linked_columns;
use crate::{Attributes, FactTable, FieldType, Instant, Millis};

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

    pub fn text<'s>(&mut self, name: &str, values: impl Iterator<Item = Option<&'s str>>) -> Result<(), FoldError> {
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
        Ok(RecordBatch::try_new(schema, columns)?)
    }

    fn put(&mut self, name: &str, column: impl arrow::array::Array + 'static) {
        self.columns.insert(name.to_owned(), Arc::new(column));
    }
}
