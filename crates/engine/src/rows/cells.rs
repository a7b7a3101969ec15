//! Batches → values, in the types of facts whatever form the engine chose for them.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use catalogue::expression::Value;
use datafusion::common::Result;
use model::{FactTable, FieldType, Instant, Millis};

/// A column of a fact table in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactColumn {
    /// Name, as `attr.region` of an attribute.
    pub name: String,
    /// Type of its values.
    pub kind: FieldType,
    /// One sentence.
    pub meaning: String,
}

/// The columns of `table`, declared ones first, in the order of the reference.
pub fn fact_columns(table: FactTable, attributes: &model::Attributes) -> Vec<FactColumn> {
    let declared = table.columns().iter().map(|field| FactColumn {
        name: field.name.to_owned(),
        kind: field.kind,
        meaning: field.meaning.to_owned(),
    });
    let custom = table.attributes(attributes).into_iter().map(|attribute| FactColumn {
        name: format!("attr.{}", attribute.name),
        kind: attribute.kind,
        meaning: "attribute declared in a source file".to_owned(),
    });
    declared.chain(custom).collect()
}

/// One column of a batch, read value by value.
pub(crate) struct Reader {
    array: ArrayRef,
    kind: FieldType,
}

impl Reader {
    /// Of the column at `index`, whose values are of `kind`.
    pub(crate) fn new(batch: &RecordBatch, index: usize, kind: FieldType) -> Result<Reader> {
        let array = batch.column(index);
        let wanted = kind.arrow();
        let array = if *array.data_type() == wanted { array.clone() } else { cast(array, &wanted)? };
        Ok(Reader { array, kind })
    }

    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Value {
        if self.array.is_null(row) {
            return Value::Null;
        }
        let integer = || self.array.as_primitive::<Int64Type>().value(row);
        match self.kind {
            FieldType::Text => Value::Text(self.array.as_string::<i32>().value(row).to_owned()),
            FieldType::Boolean => Value::Boolean(self.array.as_boolean().value(row)),
            FieldType::Integer => Value::Integer(integer()),
            FieldType::Duration => Value::Duration(Millis::new(integer())),
            FieldType::Number => Value::Number(self.array.as_primitive::<Decimal128Type>().value(row)),
            FieldType::Time => {
                Value::Time(Instant::from_micros(self.array.as_primitive::<TimestampMicrosecondType>().value(row)))
            }
        }
    }
}
