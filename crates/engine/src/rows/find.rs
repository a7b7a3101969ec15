//! Facts found by a condition, and records read: what is known of one ticket.

use arrow::array::RecordBatch;
use catalogue::expression::Expr;
use catalogue::plan::Row;
use catalogue::question::Principal;
use datafusion::prelude::SessionContext;
use model::{FactTable, FieldType, RecordKind};

use super::cells::Reader;
use super::fact_columns;
use crate::run::column;
use crate::tables::{self, Facts};
use crate::{Engine, EngineError, lower};

impl Engine {
    /// The rows of `table` that `principal` may see and for which `condition` holds, at most `limit` of them, in the
    /// order of the table's time and key. Row groups whose statistics rule the condition out are not read.
    ///
    /// # Errors
    /// When a segment cannot be read or `condition` does not fit the table.
    pub async fn find(
        &self,
        facts: Facts<'_>,
        table: FactTable,
        condition: &Expr,
        principal: &Principal,
        limit: usize,
    ) -> Result<Vec<Row>, EngineError> {
        let columns = match facts {
            Facts::Stored { snapshot, .. } => fact_columns(table, &snapshot.attributes),
            Facts::Given { .. } => fact_columns(table, &model::Attributes::new()),
        };
        let order = std::iter::once(table.layout_time()).chain(table.key().iter().copied());
        // few rows of many columns: the columns of the condition are read first, the others where it holds
        let mut config = self.context.copied_config();
        config.options_mut().execution.parquet.pushdown_filters = true;
        let context = SessionContext::new_with_config(config);
        let frame = tables::open(&context, facts, table, principal)?
            .filter(lower::lower(condition))?
            .select(columns.iter().map(|one| column(&one.name)).collect::<Vec<_>>())?
            .sort(order.map(|name| column(name).sort(true, false)).collect())?
            .limit(0, Some(limit))?;
        let fields: Vec<(String, FieldType)> = columns.into_iter().map(|one| (one.name, one.kind)).collect();
        let mut rows = Vec::new();
        for batch in frame.collect().await? {
            rows.extend(read(&batch, &fields)?);
        }
        Ok(rows)
    }
}

/// Records of `kind` as rows of values; fields that a batch lacks are left out.
///
/// # Errors
/// When a column is of another type than its field.
pub fn records(kind: RecordKind, batches: &[RecordBatch]) -> Result<Vec<Row>, EngineError> {
    let mut rows = Vec::new();
    for batch in batches {
        let fields =
            model::records::ENVELOPE.iter().chain(kind.fields()).map(|field| (field.name.to_owned(), field.kind));
        rows.extend(read(batch, &fields.collect::<Vec<_>>())?);
    }
    Ok(rows)
}

fn read(batch: &RecordBatch, fields: &[(String, FieldType)]) -> Result<Vec<Row>, EngineError> {
    let mut columns = Vec::new();
    for (name, kind) in fields {
        if let Ok(index) = batch.schema_ref().index_of(name) {
            columns.push((name, Reader::new(batch, index, *kind)?));
        }
    }
    let row = |row: usize| columns.iter().map(|(name, column)| ((*name).clone(), column.get(row))).collect();
    Ok((0..batch.num_rows()).map(row).collect())
}
