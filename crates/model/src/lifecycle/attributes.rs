//! Custom attributes of facts: the row's own first, then its ticket's, then its customer's, then its agent's.

use arrow::array::{Array, BooleanArray, Decimal128Array, Int64Array, TimestampMicrosecondArray};

use super::FoldError;
use super::column::{Column, Part, Records, Row, TextPart, is_of};
use super::table::Table;
use crate::{Attribute, Attributes, FactTable, FieldType, Instant};

/// Adds the attribute columns of `table` to `facts`.
///
/// `sources` are the records of the table's attribute kinds, in their order; `rows` gives for every fact its row in
/// each of them, where it has one.
pub(super) fn add<const KINDS: usize>(
    facts: &mut Table,
    table: FactTable,
    attributes: &Attributes,
    sources: [Records; KINDS],
    rows: impl Iterator<Item = [Option<Row>; KINDS]> + Clone,
) -> Result<(), FoldError> {
    for attribute in table.attributes(attributes) {
        let name = format!("attr.{}", attribute.name);
        let carried = Carried { attributes, attribute: &attribute, name: &name };
        let rows = rows.clone();
        match attribute.kind {
            FieldType::Text => {
                let columns = carried.columns::<TextPart, KINDS>(sources);
                facts.text(&name, rows.map(|rows| first(&columns, rows)))?;
            }
            FieldType::Integer | FieldType::Duration => {
                let columns = carried.columns::<&Int64Array, KINDS>(sources);
                facts.integers(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Number => {
                let columns = carried.columns::<&Decimal128Array, KINDS>(sources);
                facts.numbers(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Boolean => {
                let columns = carried.columns::<&BooleanArray, KINDS>(sources);
                facts.booleans(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Time => {
                let columns = carried.columns::<&TimestampMicrosecondArray, KINDS>(sources);
                facts.times(&name, rows.map(|rows| first(&columns, rows).map(Instant::from_micros)));
            }
        }
    }
    Ok(())
}

/// Values of attributes in `records` that cannot be read, because their batch has another type than is declared now.
pub(super) fn unread(records: &Records, attributes: &Attributes) -> u64 {
    let declared = attributes.get(&records.kind).into_iter().flatten();
    let each = declared.flat_map(|attribute| records.batches.iter().map(move |batch| (attribute, batch)));
    each.filter_map(|(attribute, batch)| {
        let column = batch.column_by_name(&format!("attr.{}", attribute.name))?;
        let lost = !is_of(column.data_type(), attribute.kind);
        lost.then(|| (column.len() - column.logical_null_count()) as u64)
    })
    .sum()
}

/// An attribute whose columns are being looked up.
struct Carried<'n> {
    attributes: &'n Attributes,
    attribute: &'n Attribute,
    name: &'n str,
}

impl Carried<'_> {
    /// The columns of those kinds that declare the attribute with this type.
    fn columns<'a, P: Part<'a>, const KINDS: usize>(
        &self,
        sources: [Records<'a>; KINDS],
    ) -> [Option<Column<P>>; KINDS] {
        sources.map(|records| {
            if !self.attributes.get(&records.kind)?.contains(self.attribute) {
                return None;
            }
            Some(records.attribute(self.name))
        })
    }
}

fn first<'a, P: Part<'a>, const KINDS: usize>(
    columns: &[Option<Column<P>>; KINDS],
    rows: [Option<Row>; KINDS],
) -> Option<P::Value> {
    columns.iter().zip(rows).find_map(|(column, row)| column.as_ref()?.get(row?))
}
