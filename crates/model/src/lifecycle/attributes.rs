//! Custom attributes of facts: the row's own first, then its ticket's, then its customer's, then its agent's.

use arrow::array::{
    Array, ArrayAccessor, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};

use super::FoldError;
use super::column::{Column, Records, Row};
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
                let columns = carried.columns::<StringArray, KINDS>(sources);
                facts.text(&name, rows.map(|rows| first(&columns, rows)))?;
            }
            FieldType::Integer | FieldType::Duration => {
                let columns = carried.columns::<Int64Array, KINDS>(sources);
                facts.integers(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Number => {
                let columns = carried.columns::<Decimal128Array, KINDS>(sources);
                facts.numbers(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Boolean => {
                let columns = carried.columns::<BooleanArray, KINDS>(sources);
                facts.booleans(&name, rows.map(|rows| first(&columns, rows)));
            }
            FieldType::Time => {
                let columns = carried.columns::<TimestampMicrosecondArray, KINDS>(sources);
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
        let lost = *column.data_type() != attribute.kind.arrow();
        lost.then(|| (column.len() - column.null_count()) as u64)
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
    fn columns<'a, A: Array + 'static, const KINDS: usize>(
        &self,
        sources: [Records<'a>; KINDS],
    ) -> [Option<Column<'a, A>>; KINDS] {
        sources.map(|records| {
            if !self.attributes.get(&records.kind)?.contains(self.attribute) {
                return None;
            }
            Some(records.attribute(self.name))
        })
    }
}

fn first<'a, A, const KINDS: usize>(
    columns: &[Option<Column<'a, A>>; KINDS],
    rows: [Option<Row>; KINDS],
) -> Option<<&'a A as ArrayAccessor>::Item>
where
    &'a A: ArrayAccessor,
{
    columns.iter().zip(rows).find_map(|(column, row)| column.as_ref()?.get(row?))
}
