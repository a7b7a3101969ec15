//! The columns of a Parquet file by dotted name.

use std::sync::Arc;

use ::parquet::basic::LogicalType;
use ::parquet::schema::types::{SchemaDescriptor, Type};
use arrow::array::{Array, ArrayRef, StructArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Fields, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

/// A column that is no struct.
pub(super) struct Leaf {
    /// Its name after those of the structs that it is in.
    pub name: String,
    /// Its place in the batch, and then in each struct.
    pub path: Vec<usize>,
    /// Whether its 16 bytes are a UUID.
    pub uuid: bool,
}

/// Every column of `schema` that is no struct.
pub(super) fn leaves(schema: &SchemaRef, descriptor: &SchemaDescriptor) -> Vec<Leaf> {
    let mut found = Vec::new();
    gather(schema.fields(), "", &mut Vec::new(), Some(descriptor.root_schema()), &mut found);
    found
}

fn gather(fields: &Fields, prefix: &str, path: &mut Vec<usize>, group: Option<&Type>, found: &mut Vec<Leaf>) {
    for (at, field) in fields.iter().enumerate() {
        let kind = group.filter(|group| group.is_group()).and_then(|group| group.get_fields().get(at));
        let name = if prefix.is_empty() { field.name().clone() } else { format!("{prefix}.{}", field.name()) };
        path.push(at);
        match field.data_type() {
            DataType::Struct(inner) => gather(inner, &name, path, kind.map(Arc::as_ref), found),
            _ => {
                let logical = kind.and_then(|kind| kind.get_basic_info().logical_type_ref().cloned());
                found.push(Leaf { name, path: path.clone(), uuid: logical == Some(LogicalType::Uuid) });
            }
        }
        path.pop();
    }
}

impl Leaf {
    /// Its values in `batch`, null where a struct that it is in is null.
    pub fn array(&self, batch: &RecordBatch) -> Result<ArrayRef, ArrowError> {
        let missing = || ArrowError::SchemaError(format!("a batch without the column {}", self.name));
        let (first, inner) = self.path.split_first().ok_or_else(missing)?;
        let mut array = Arc::clone(batch.columns().get(*first).ok_or_else(missing)?);
        for at in inner {
            let group = array.as_any().downcast_ref::<StructArray>().ok_or_else(missing)?;
            let child = group.columns().get(*at).ok_or_else(missing)?;
            array = match group.nulls() {
                Some(nulls) if *child.data_type() != DataType::Null => {
                    let nulls = NullBuffer::union(Some(nulls), child.nulls());
                    make_array(child.to_data().into_builder().nulls(nulls).build()?)
                }
                _ => Arc::clone(child),
            };
        }
        Ok(array)
    }
}
