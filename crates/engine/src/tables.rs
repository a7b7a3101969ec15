//! Fact tables over a snapshot, with the principal's filter inside: nothing else reads segments for answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use catalogue::plan::Plan;
use catalogue::question::{Principal, Scope};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, Result};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::memory::DataSourceExec;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, col, lit};
use datafusion::object_store::path::Path;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{DataFrame, SessionContext};
use model::{Attributes, FactTable, Instant, RecordKind};
use store::{Snapshot, Stated};

use crate::{dictionary, sources};

/// Where facts are.
#[derive(Clone, Copy)]
pub enum Facts<'a> {
    /// In the segments of a workspace.
    Stored {
        /// What is live.
        snapshot: &'a Snapshot,
        /// What is stated of the sources.
        stated: &'a Stated,
    },
    /// In memory: the worked examples of metrics.
    Given {
        /// The table they are of; every other one is empty.
        table: FactTable,
        /// Its rows, with the columns of the table's schema.
        rows: &'a RecordBatch,
        /// They are all there is up to this time.
        through: Instant,
    },
}

impl Facts<'_> {
    /// The first time from which on what `plan`, which is not derived, asks of is known.
    pub fn since(&self, plan: &Plan) -> Option<Instant> {
        match self {
            Facts::Stored { snapshot, stated } => {
                let first = snapshot.facts(plan.table).iter().filter_map(|segment| segment.min_time).min();
                let kinds: Vec<RecordKind> = sources::kinds(plan).into_iter().collect();
                first.max(snapshot.begun(&kinds, stated))
            }
            Facts::Given { .. } => None,
        }
    }

    /// Data is loaded through this time, by the least advanced source that `plan`, which is not derived, is answered from.
    pub fn watermark(&self, plan: &Plan) -> Option<Instant> {
        match self {
            Facts::Stored { snapshot, stated } => {
                let kinds: Vec<RecordKind> = sources::kinds(plan).into_iter().collect();
                snapshot.watermark(&kinds, stated)
            }
            Facts::Given { through, .. } => Some(*through),
        }
    }

    /// Of the sources that `plan`, which is not derived, waits for, those that are not loaded up to `end`, with the time
    /// they are.
    pub fn behind(&self, plan: &Plan, end: Instant) -> BTreeMap<String, Instant> {
        let Facts::Stored { snapshot, stated } = self else { return BTreeMap::new() };
        let kinds: Vec<RecordKind> = sources::kinds(plan).into_iter().collect();
        // what is complete through a day is so to its last moment
        let is_behind = |through: Instant| through.micros().saturating_add(1) < end.micros();
        let sources = snapshot.waited_for(&kinds, stated).into_iter();
        sources.filter(|(_, through)| is_behind(*through)).map(|(name, at)| (name.to_owned(), at)).collect()
    }
}

/// The rows of `table` that `principal` may see.
///
/// # Errors
/// Never in practice: segments are only read when the frame is.
pub fn open(context: &SessionContext, facts: Facts<'_>, table: FactTable, principal: &Principal) -> Result<DataFrame> {
    open_where(context, facts, table, principal, None)
}

/// The rows of `table` that `principal` may see, without some for which `wanted` does not hold: what statistics can
/// tell by the row group or page is not read. The others are left to the caller.
///
/// # Errors
/// As [`open`].
pub fn open_where(
    context: &SessionContext,
    facts: Facts<'_>,
    table: FactTable,
    principal: &Principal,
    wanted: Option<Expr>,
) -> Result<DataFrame> {
    let frame = match facts {
        Facts::Stored { snapshot, .. } => context.read_table(Arc::new(segments(snapshot, table, wanted)?))?,
        Facts::Given { table: given, rows, .. } if given == table => context.read_batch(rows.clone())?,
        Facts::Given { .. } => context.read_batch(RecordBatch::new_empty(table.schema(&Attributes::new())))?,
    };
    match &principal.scope {
        Scope::Everything => Ok(frame),
        Scope::Teams(teams) => {
            let names = teams.iter().map(|team| lit(team.as_str())).collect();
            // rows of no team are not a team's to see
            let own = table.team().map_or(lit(false), |team| col(team).in_list(names, false));
            frame.filter(own)
        }
    }
}

fn segments(snapshot: &Snapshot, table: FactTable, wanted: Option<Expr>) -> Result<Segments> {
    Ok(Segments {
        schema: dictionary::schema(&table.schema(&snapshot.attributes)),
        files: snapshot
            .facts(table)
            .iter()
            .map(|segment| {
                let mut file = PartitionedFile::new(String::new(), segment.bytes);
                file.object_meta.location = Path::from_absolute_path(&segment.path)?;
                Ok(file)
            })
            .collect::<Result<_>>()?,
        wanted,
    })
}

/// The segments of one fact table.
#[derive(Debug)]
struct Segments {
    schema: SchemaRef,
    files: Vec<PartitionedFile>,
    /// What need not be read.
    wanted: Option<Expr>,
}

#[async_trait::async_trait]
impl TableProvider for Segments {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // statistics skip row groups; the rows of the rest are filtered again above
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let environment = state.runtime_env();
        let disk = ObjectStoreUrl::local_filesystem();
        // a segment never changes, so what its footer says is kept
        let reader = CachedParquetFileReaderFactory::new(
            environment.object_store(&disk)?,
            environment.cache_manager.get_file_metadata_cache(),
        );
        let mut source =
            ParquetSource::new(Arc::clone(&self.schema)).with_parquet_file_reader_factory(Arc::new(reader));
        if let Some(filter) = conjunction(filters.iter().cloned().chain(self.wanted.clone())) {
            let schema = DFSchema::try_from(self.schema.as_ref().clone())?;
            source = source.with_predicate(state.create_physical_expr(filter, &schema)?);
            source = source.with_pushdown_filters(state.config().options().execution.parquet.pushdown_filters);
        }
        // every partition has an equal stretch of each file, of which it reads the row groups that begin there
        let partitions = i64::try_from(state.config().target_partitions().max(1)).unwrap_or(1);
        let stretch = |file: &PartitionedFile, part: i64| {
            let bytes = i64::try_from(file.object_meta.size).unwrap_or(i64::MAX);
            let bound = |part: i64| i64::try_from(i128::from(bytes) * i128::from(part) / i128::from(partitions));
            file.clone().with_range(bound(part).unwrap_or(0), bound(part + 1).unwrap_or(bytes))
        };
        let groups = (0..partitions)
            .map(|part| FileGroup::new(self.files.iter().map(|file| stretch(file, part)).collect()))
            .collect();
        let config = FileScanConfigBuilder::new(disk, Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
