//! Reading of segments: as a whole, some columns, or the records of some buckets.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::{ParquetStatisticsPolicy, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use crate::error::{self, Error, Result};
use crate::segment::hinted;

/// Rows a batch read from a segment has at most.
const READ_ROWS: usize = 65_536;

/// What of a segment is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// All rows and columns.
    All,
    /// These columns of all rows.
    Columns(&'a [&'a str]),
}

/// All rows of some segments.
///
/// # Errors
/// As [`read`].
pub(crate) fn whole<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    for path in paths {
        read(path, Part::All, |batch| {
            batches.push(batch);
            Ok(())
        })?;
    }
    Ok(batches)
}

/// Gives the rows of a segment to `take`, batch by batch, with the columns they were written with; text as text.
///
/// # Errors
/// When the file cannot be read, or `take` fails.
pub(crate) fn read(path: &Path, part: Part, mut take: impl FnMut(RecordBatch) -> Result<()>) -> Result<()> {
    let file = File::open(path).map_err(error::file("read", path))?;
    let metadata = ArrowReaderMetadata::load(&file, plain()).map_err(error::segment(path))?;
    let columns = match part {
        Part::Columns(names) => ProjectionMask::columns(metadata.parquet_schema(), names.iter().copied()),
        Part::All => ProjectionMask::all(),
    };
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
        .with_batch_size(READ_ROWS)
        .with_projection(columns)
        .build()
        .map_err(error::segment(path))?;
    let name = path.display().to_string();
    let wrap = error::batch(&name);
    for batch in reader {
        take(batch.map_err(&wrap)?)?;
    }
    Ok(())
}

/// How the records of a bucket are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// With the columns they were written with; text as text.
    AsWritten,
    /// With the columns that folds read. Text that repeats comes as dictionaries, as it lies in the file: a batch is of
    /// one row group, which has one dictionary a column.
    ForFold,
}

/// Columns of records that no fold reads.
const UNREAD: [&str; 2] = ["bucket", "rest"];

/// Gives the records of `buckets` to `take`, batch by batch.
///
/// # Errors
/// When the file cannot be read, or `take` fails.
pub(crate) fn read_buckets(
    path: &Path,
    buckets: Range<u32>,
    shape: Shape,
    mut take: impl FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let wrap = error::segment(path);
    let buckets = i64::from(buckets.start)..i64::from(buckets.end);
    let file = File::open(path).map_err(error::file("read", path))?;
    let metadata = ArrowReaderMetadata::load(&file, plain()).map_err(&wrap)?;
    let groups = groups_of(path, metadata.metadata().row_groups(), &buckets)?;
    if groups.is_empty() {
        return Ok(());
    }
    let (shaped, columns) = match shape {
        Shape::AsWritten => (metadata.clone(), ProjectionMask::all()),
        Shape::ForFold => {
            let coded = plain().with_schema(Arc::new(hinted(metadata.schema())));
            let coded = ArrowReaderMetadata::try_new(metadata.metadata().clone(), coded).map_err(&wrap)?;
            // by number: the names of attributes have a dot, which would be taken for a path
            let fields = metadata.schema().fields().iter().enumerate();
            let columns = fields.filter(|(_, field)| !UNREAD.contains(&field.name().as_str())).map(|(index, _)| index);
            (coded, ProjectionMask::roots(metadata.parquet_schema(), columns))
        }
    };
    let bucket = ProjectionMask::columns(metadata.parquet_schema(), ["bucket"]);

    // a reader takes room for as many rows as a batch may have, so this is not more than there are
    let group = |metadata: &ArrowReaderMetadata, group: usize, columns: &ProjectionMask, rows: usize| {
        let file = file.try_clone().map_err(error::file("read", path))?;
        Ok::<_, Error>(
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_batch_size(rows.clamp(1, READ_ROWS))
                .with_row_groups(vec![group])
                .with_projection(columns.clone()),
        )
    };
    let name = path.display().to_string();
    let failed = error::batch(&name);
    for (index, is_whole) in groups {
        let rows = usize::try_from(metadata.metadata().row_group(index).num_rows()).unwrap_or(READ_ROWS);
        let reader = if is_whole {
            group(&shaped, index, &columns, rows)?
        } else {
            let lying = group(&metadata, index, &bucket, rows)?.build().map_err(&wrap)?;
            let wanted: Vec<BooleanArray> = lying
                .map(|batch| batch.map(|batch| lie_in(&batch, &buckets)))
                .collect::<std::result::Result<_, _>>()
                .map_err(&failed)?;
            let rows = wanted.iter().map(BooleanArray::true_count).sum();
            // rows lie in the order of their buckets, so that this is one stretch
            group(&shaped, index, &columns, rows)?.with_row_selection(RowSelection::from_filters(&wanted))
        };
        for batch in reader.build().map_err(&wrap)? {
            take(batch.map_err(&failed)?)?;
        }
    }
    Ok(())
}

/// How all segments are read: text as text, whatever they say of it.
fn plain() -> ArrowReaderOptions {
    // of a file of ten million tickets, a footer has thousands of columns, and each is read for every bucket
    ArrowReaderOptions::new()
        .with_skip_arrow_metadata(true)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
}

/// Which rows of a batch, of which `bucket` is the only column, lie in `buckets`.
fn lie_in(batch: &RecordBatch, buckets: &Range<i64>) -> BooleanArray {
    let column = batch.columns().first().and_then(|column| column.as_primitive_opt::<Int64Type>());
    column.map_or_else(
        || BooleanArray::from(vec![true; batch.num_rows()]),
        |column| column.values().iter().map(|bucket| Some(buckets.contains(bucket))).collect(),
    )
}

/// The row groups that hold rows of some buckets, and whether only of these. Every row group says which buckets it
/// holds: the writer sees to that.
fn groups_of(path: &Path, groups: &[RowGroupMetaData], buckets: &Range<i64>) -> Result<Vec<(usize, bool)>> {
    let mut wanted = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let column = group.columns().iter().find(|column| column.column_path().string() == "bucket");
        let range = match column.and_then(|column| column.statistics()) {
            Some(Statistics::Int64(range)) => range.min_opt().copied().zip(range.max_opt().copied()),
            _ => None,
        };
        let Some((least, greatest)) = range else {
            return Err(Error::Manifest {
                path: path.to_path_buf(),
                what: format!("row group {index} does not say which buckets it holds: every one of records does"),
            });
        };
        if least < buckets.end && buckets.start <= greatest {
            wanted.push((index, buckets.contains(&least) && buckets.contains(&greatest)));
        }
    }
    Ok(wanted)
}
