//! Segments: Parquet files that never change once they have their name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef, TimestampMicrosecondType};
use model::records::Lies;
use model::{FieldType, Instant, RecordKind, repeats};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowWriter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;

use crate::disk::{Draft, Latch, Written};
use crate::error::{self, Error, Result};

/// Version of the schema of records and facts that this program writes. Columns are only ever added, so a segment of
/// an older version is read with the columns it lacks left empty.
pub const SCHEMA_VERSION: u32 = 2;

/// A Parquet file of records or facts, as the manifest knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it is.
    pub path: PathBuf,
    /// Rows in it.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Earliest of the times its rows are laid out by; `None` where the kind has no such time.
    pub min_time: Option<Instant>,
    /// Latest of those times.
    pub max_time: Option<Instant>,
    /// BLAKE3 of the whole file, in hexadecimal.
    pub blake3: String,
    /// The [`SCHEMA_VERSION`] it was written with.
    pub schema_version: u32,
    /// Number of the delivery its records came in; `None` for facts.
    pub delivery: Option<i64>,
}

/// A segment that is written but not yet named.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) written: Written,
    pub(crate) rows: u64,
    pub(crate) times: TimeRange,
}

/// The earliest and the latest of the times seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TimeRange(pub(crate) Option<(i64, i64)>);

impl TimeRange {
    fn widen(&mut self, times: &ArrayRef) {
        let Some(times) = times.as_primitive_opt::<TimestampMicrosecondType>() else { return };
        let (Some(low), Some(high)) = (arrow::compute::min(times), arrow::compute::max(times)) else { return };
        self.0 = Some(match self.0 {
            Some((min, max)) => (min.min(low), max.max(high)),
            None => (low, high),
        });
    }

    pub(crate) fn min(self) -> Option<i64> {
        self.0.map(|(min, _)| min)
    }

    pub(crate) fn max(self) -> Option<i64> {
        self.0.map(|(_, max)| max)
    }
}

/// The time of a record that a segment's range is about: the first time that every record of the kind has.
pub(crate) fn record_time(kind: RecordKind) -> Option<&'static str> {
    kind.fields().iter().find(|field| field.required && field.kind == FieldType::Time).map(|field| field.name)
}

/// Light: a codec is set up for every column of every row group, which costs zstd more than the packing itself where row
/// groups are small, and facts are unpacked by each question.
const COMPRESSION: Compression = Compression::LZ4_RAW;

/// Rows of a page of records: few, as those of one bucket are read and the others passed over.
const PAGE_ROWS: usize = 2048;

/// How record segments are written: statistics only for `bucket`, by which a row group is chosen.
pub(crate) fn record_properties(schema: &Schema) -> WriterPropertiesBuilder {
    encoded(schema)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from("bucket"), EnabledStatistics::Chunk)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_max_row_group_row_count(None)
}

/// How fact segments are written: statistics for every column and row group, and for every page of the time.
pub(crate) fn fact_properties(schema: &Schema, time: &str, row_group_rows: usize) -> WriterPropertiesBuilder {
    encoded(schema)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_statistics_enabled(ColumnPath::from(time), EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(row_group_rows.max(1)))
}

/// How columns are written. Times and whole numbers, in rows roughly in order of time, are differences of a few bits,
/// which packing does not make smaller. Dictionaries are tried for the rest, but for text that is another in every row.
fn encoded(schema: &Schema) -> WriterPropertiesBuilder {
    let properties = WriterProperties::builder().set_compression(COMPRESSION);
    schema.fields().iter().fold(properties, |properties, field| {
        let column = ColumnPath::from(field.name().as_str());
        match field.data_type() {
            DataType::Timestamp(..) | DataType::Int64 => properties
                .set_column_dictionary_enabled(column.clone(), false)
                .set_column_encoding(column.clone(), Encoding::DELTA_BINARY_PACKED)
                .set_column_compression(column, Compression::UNCOMPRESSED),
            DataType::Utf8 if !repeats(field.name()) => properties.set_column_dictionary_enabled(column, false),
            _ => properties,
        }
    })
}

/// The schema as readers of facts should take it: text that repeats as dictionaries, which Parquet makes of it anyway.
/// Written into segments of facts as the Arrow schema, so
/// that whatever reads Arrow from them gets dictionaries; their bytes are the same without it.
pub fn hinted(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        if *field.data_type() != DataType::Utf8 || !repeats(field.name()) {
            return field.as_ref().clone();
        }
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        field.as_ref().clone().with_data_type(dictionary)
    });
    Schema::new(fields.collect::<Vec<_>>())
}

/// A segment being written to a temporary file.
pub(crate) struct SegmentWriter {
    writer: ArrowWriter<Draft>,
    path: PathBuf,
    time: Option<usize>,
    times: TimeRange,
    rows: u64,
    latch: Latch,
    points: [&'static str; 2],
}

impl SegmentWriter {
    /// Begins a segment at `path`; `points` are the crash points passed when it is written and when it is synced.
    pub(crate) fn create(
        path: PathBuf,
        schema: &SchemaRef,
        time: Option<&str>,
        properties: WriterPropertiesBuilder,
        points: [&'static str; 2],
        latch: &Latch,
    ) -> Result<Self> {
        let draft = Draft::create(path.clone(), latch)?;
        let mut properties = properties.build();
        add_encoded_arrow_schema_to_metadata(&hinted(schema), &mut properties);
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(draft, schema.clone(), options);
        Ok(SegmentWriter {
            writer: latch.guard(writer).map_err(error::segment(&path))?,
            time: time.and_then(|name| schema.index_of(name).ok()),
            path,
            times: TimeRange::default(),
            rows: 0,
            latch: latch.clone(),
            points,
        })
    }

    /// Appends rows.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if let Some(time) = self.time {
            self.times.widen(batch.column(time));
        }
        self.rows += batch.num_rows() as u64;
        self.latch.guard(self.writer.write(batch)).map_err(error::segment(&self.path))
    }

    /// Ends the row group.
    pub(crate) fn end_group(&mut self) -> Result<()> {
        self.latch.guard(self.writer.flush()).map_err(error::segment(&self.path))
    }

    /// Waits until all is on disk.
    pub(crate) fn finish(self) -> Result<Finished> {
        let draft = self.latch.guard(self.writer.into_inner()).map_err(error::segment(&self.path))?;
        let [written, synced] = self.points;
        self.latch.pass(written, &self.path)?;
        Ok(Finished { written: draft.finish(synced)?, rows: self.rows, times: self.times })
    }
}

/// A batch of an older schema, with the columns of `schema`: those it lacks are empty.
pub(crate) fn upgrade(path: &Path, batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let wrong = |what: String| Error::Manifest { path: path.to_path_buf(), what };
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) if column.data_type() == field.data_type() => Ok(column.clone()),
            Some(column) => Err(wrong(format!(
                "column `{}` is {}: {} is valid",
                field.name(),
                column.data_type(),
                field.data_type()
            ))),
            None if field.is_nullable() => Ok(new_null_array(field.data_type(), batch.num_rows())),
            None => Err(wrong(format!("column `{}` is missing", field.name()))),
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(schema.clone(), columns).map_err(error::batch(&path.display().to_string()))
}

/// The columns a delivered batch has: those of the kind without the ones the store fills in itself.
pub(crate) fn delivered_schema(schema: &Schema) -> Schema {
    Schema::new(
        schema.fields().iter().filter(|field| !FILLED.contains(&field.name().as_str())).cloned().collect::<Vec<_>>(),
    )
}

/// Columns of a record that the store fills in.
pub(crate) const FILLED: [&str; 3] = ["bucket", "mapping", "delivery"];

/// Checks that a batch has exactly the columns `expected`, and a value in each required one.
pub(crate) fn check_columns(kind: RecordKind, expected: &Schema, batch: &RecordBatch) -> Result<()> {
    let describe = |fields: &[Arc<ArrowField>]| {
        fields.iter().map(|field| format!("{} {}", field.name(), field.data_type())).collect::<Vec<_>>()
    };
    let (wanted, found) = (describe(expected.fields()), describe(batch.schema_ref().fields()));
    if wanted.len() != found.len() {
        let (found, expected) =
            (format!("{} columns", found.len()), format!("{} ({})", wanted.len(), wanted.join(", ")));
        return Err(Error::Columns { kind, found, expected });
    }
    if let Some((index, (wanted, found))) = wanted.iter().zip(&found).enumerate().find(|(_, (a, b))| a != b) {
        let found = format!("`{found}` as column {}", index + 1);
        return Err(Error::Columns { kind, found, expected: format!("`{wanted}`") });
    }
    for (field, column) in expected.fields().iter().zip(batch.columns()) {
        if !field.is_nullable() && column.logical_null_count() > 0 {
            let found = format!("{} rows without `{}`", column.logical_null_count(), field.name());
            return Err(Error::Columns { kind, found, expected: "a value in every row".to_owned() });
        }
    }
    Ok(())
}

/// The bucket of each row of a delivered batch, of `buckets`.
///
/// What names a contact lies in the bucket of the contact's key, as it does not say which ticket the contact names.
pub(crate) fn buckets(kind: RecordKind, batch: &RecordBatch, buckets: u32) -> Result<Vec<u32>> {
    let Lies::With(names) = kind.lies() else { return Ok(vec![0; batch.num_rows()]) };
    let (systems, ids) = (text(kind, batch, "system")?, text(kind, batch, "id")?);
    // one that is always of the same system has no column that says which
    let of_systems = names.iter().map(|name| text(kind, batch, name.system.unwrap_or("system")));
    let of_ids = names.iter().map(|name| text(kind, batch, name.id));
    let named = of_systems.zip(of_ids).map(|(systems, ids)| Ok((systems?, ids?))).collect::<Result<Vec<_>>>()?;
    let bucket = |row: usize| {
        let first = named.iter().find(|(_, ids)| ids.is_valid(row));
        let (system, id) = match first {
            Some((of, ids)) if of.is_valid(row) => (of.value(row), ids.value(row)),
            Some((_, ids)) => (systems.value(row), ids.value(row)),
            None => (systems.value(row), ids.value(row)),
        };
        RecordKind::bucket(system, id, buckets)
    };
    Ok((0..batch.num_rows()).map(bucket).collect())
}

pub(crate) fn text<'a>(kind: RecordKind, batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column.ok_or_else(|| Error::Columns {
        kind,
        found: "none of that".to_owned(),
        expected: format!("text column `{name}`"),
    })
}

/// A column of text, whichever way it is held.
pub(crate) fn plain_text(kind: RecordKind, batch: &RecordBatch, name: &str) -> Result<StringArray> {
    match batch.column_by_name(name).filter(|column| matches!(column.data_type(), DataType::Dictionary(..))) {
        Some(coded) => {
            let text = arrow::compute::cast(coded, &DataType::Utf8).map_err(error::batch(name))?;
            Ok(text.as_string::<i32>().clone())
        }
        None => text(kind, batch, name).cloned(),
    }
}

/// Bytes that the rows of a batch take, without what else its buffers hold.
pub(crate) fn bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or(0)).sum()
}
