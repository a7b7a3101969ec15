//! One `[[record]]` of a source file: which rows of a block make a record, and the batch they make.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, UInt64Array, new_null_array};
use arrow::compute::{filter, filter_record_batch, max, take};
use arrow::datatypes::{DataType, Schema, SchemaRef, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::source::{FieldMapping, RecordMapping, Source};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use model::{Attributes, Field, FieldType, Instant, RecordKind};

use super::Options;
use super::check::{bound, check, tells_progress, tells_when_past};
use super::columns::{Columns, diagnostic};
use super::field::{Fault, FieldReader};
use crate::lower::physical;

/// Columns of a segment that the store fills.
const STORE_COLUMNS: [&str; 3] = ["bucket", "mapping", "delivery"];

/// A record mapping, ready to be applied to blocks.
pub(super) struct RecordReader {
    /// Kind of the records it makes.
    pub kind: RecordKind,
    filter: Option<Arc<dyn PhysicalExpr>>,
    /// `id` first, then the fields, then the attributes, then the revision where there is one.
    fields: Vec<FieldReader>,
    outputs: Vec<Output>,
    schema: SchemaRef,
}

/// What fills a column of the segment.
enum Output {
    System(String),
    /// The system of another record's id, where that id is there.
    Refers {
        system: String,
        id: Option<usize>,
    },
    Field(Option<usize>),
    Revision(Option<usize>),
    Rank(i64),
    Line,
    Rest,
}

/// A record that was rejected.
#[derive(Debug)]
pub(super) struct Refused {
    /// Row of the block.
    pub row: usize,
    /// Columns of the file concerned.
    pub column: Option<String>,
    /// Stable name of the problem.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// What a block made of one mapping.
#[derive(Default)]
pub(super) struct Made {
    /// The accepted records; `None` where there are none.
    pub batch: Option<RecordBatch>,
    /// The first problem of each rejected record, by row.
    pub refused: Vec<Refused>,
    /// Latest time that one of the accepted ones holds, of a kind whose completeness is told by time: an export that
    /// knows of a solve knows of everything before it.
    pub through: Option<Instant>,
    /// Field and row of the block, where a local time occurs twice.
    pub twice: Vec<(String, usize)>,
    /// Fields whose times name no zone where none is stated, how many, and the row of the block with the first.
    pub unzoned: Vec<(String, u64, usize)>,
    /// Later time, earlier time and row of the block, where their order is unusual.
    pub unusual: Vec<(&'static str, &'static str, usize)>,
}

impl RecordReader {
    /// The reader of `mapping`.
    ///
    /// # Errors
    /// Every problem that the mapping has, with its place in the source file.
    pub fn new(
        mapping: &RecordMapping,
        source: &Source,
        attributes: &Attributes,
        columns: &Columns,
    ) -> Result<Self, Vec<Diagnostic>> {
        let kind = mapping.kind;
        let declared = attributes.get(&kind).map(Vec::as_slice).unwrap_or_default();
        let mut problems = Vec::new();
        let mut problem = |code, message: String| {
            problems.push(diagnostic(source, mapping.span.clone(), Severity::Error, code, message, None));
        };
        let required =
            std::iter::once("id").chain(kind.fields().iter().filter(|field| field.required).map(|field| field.name));
        for name in required {
            if !mapping.fields.iter().any(|field| field.name == name) {
                problem("missing_field", format!("a {} needs the field `{name}`", kind.name()));
            }
        }
        for attribute in &mapping.attributes {
            if !declared.contains(&attribute.attribute) {
                let (name, kind) = (&attribute.attribute.name, attribute.attribute.kind.name());
                problem("unknown_attribute", format!("the workspace has no attribute `{name}` of type {kind}"));
            }
        }
        let filter = mapping.filter.as_ref().map(|filter| {
            physical(filter, &columns.schema).map_err(|error| problem("expression", error.strip_backtrace()))
        });
        let revision = mapping.revision.as_ref().map(|revision| FieldMapping {
            value: revision.clone(),
            ..FieldMapping::plain("revision", FieldType::Integer, true, revision.clone(), mapping.span.clone())
        });
        let attribute_fields = mapping.attributes.iter().map(|attribute| {
            let name = format!("attr.{}", attribute.attribute.name);
            (FieldMapping { name, ..attribute.field.clone() }, attribute.attribute.kind)
        });
        let all = mapping.fields.iter().map(|field| (field.clone(), field.kind)).chain(attribute_fields);
        let all = all.chain(revision.map(|revision| (revision, FieldType::Integer)));
        let mut fields = Vec::new();
        for (field, kind) in all {
            match FieldReader::new(&field, kind, bound(mapping.kind, &field.name), source, columns) {
                Ok(reader) => fields.push(reader),
                Err(found) => problems.push(*found),
            }
        }
        let filter = match filter {
            None => None,
            Some(Ok(filter)) => Some(filter),
            Some(Err(())) => None,
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let schema = kind.schema(declared);
        let kept: Vec<usize> = (0..schema.fields().len())
            .filter(|at| !STORE_COLUMNS.contains(&schema.field(*at).name().as_str()))
            .collect();
        let schema = Arc::new(schema.project(&kept).unwrap_or_else(|_| Schema::empty()));
        let outputs = schema.fields().iter().map(|field| output(field.name(), &fields, source)).collect();
        Ok(RecordReader { kind, filter, fields, outputs, schema })
    }

    /// The records that `rows` make, whose physical lines are `lines`. `rest` holds what is kept of each row until a
    /// record has taken it along.
    pub fn read(
        &self,
        rows: &RecordBatch,
        lines: &Int64Array,
        rest: &mut Option<StringArray>,
        options: Options,
    ) -> Result<Made> {
        let now = options.now;
        let mut made = Made::default();
        let wanted = self.wanted(rows)?;
        // rows of the block by rows of the filtered batch
        let places: Vec<usize> = match &wanted {
            Some(wanted) => (0..wanted.len()).filter(|row| wanted.value(*row)).collect(),
            None => (0..rows.num_rows()).collect(),
        };
        if places.is_empty() {
            return Ok(made);
        }
        let filtered = match &wanted {
            Some(wanted) => filter_record_batch(rows, wanted)?,
            None => rows.clone(),
        };
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        let mut arrays = Vec::with_capacity(self.fields.len());
        let (mut twice, mut unzoned) = (Vec::new(), Vec::new());
        for (at, field) in self.fields.iter().enumerate() {
            let values = field.read(&filtered)?;
            if field.required && values.array.null_count() > 0 {
                let unread: Vec<usize> = values.faults.iter().map(|fault| fault.row).collect();
                let missing =
                    (0..places.len()).filter(|row| values.array.is_null(*row) && unread.binary_search(row).is_err());
                let reason = format!("{}: missing, and a {} needs it", field.name, self.kind.name());
                faults.extend(missing.map(|row| (at, Fault { row, code: "missing_field", reason: reason.clone() })));
            }
            twice.extend(values.twice.into_iter().map(|row| (at, row)));
            unzoned.extend(values.unzoned.into_iter().map(|row| (at, row)));
            faults.extend(values.faults.into_iter().map(|fault| (at, fault)));
            arrays.push(values.array);
        }
        for (at, field) in self.fields.iter().enumerate() {
            let Some(base) = field.after.as_ref().and_then(|name| arrays.get(self.field(name)?)) else { continue };
            let (times, found) = field.moved(&arrays[at], base);
            // a base that could not be read has said so already
            let unread: HashSet<usize> = faults.iter().map(|(_, fault)| fault.row).collect();
            let found = found.into_iter().filter(|fault| !unread.contains(&fault.row));
            faults.extend(found.map(|fault| (at, fault)));
            arrays[at] = times;
        }
        let findings = check(self.kind, now, &|name| arrays.get(self.field(name)?));
        faults.extend(
            findings
                .faults
                .into_iter()
                .filter_map(|(name, fault)| Some((self.field(name).or(self.field("id"))?, fault))),
        );
        let mut refused = vec![false; places.len()];
        faults.sort_by_key(|(field, fault)| (fault.row, *field));
        for problems in faults.chunk_by(|(_, a), (_, b)| a.row == b.row) {
            let [(field, fault), others @ ..] = problems else { continue };
            refused[fault.row] = true;
            let reason = match others.len() {
                0 => fault.reason.clone(),
                1 => format!("{} (and 1 more problem)", fault.reason),
                more => format!("{} (and {more} more problems)", fault.reason),
            };
            let column = self.fields.get(*field).and_then(|field| field.column.clone());
            made.refused.push(Refused { row: places[fault.row], column, code: fault.code, reason });
        }
        let is_kept = |(_, row): &&(usize, usize)| !refused[*row];
        made.unzoned = unzoned
            .chunk_by(|(one, _), (other, _)| one == other)
            .filter_map(|of_field: &[(usize, usize)]| {
                let mut kept = of_field.iter().filter(is_kept);
                let (field, first) = *kept.next()?;
                Some((self.fields[field].name.clone(), 1 + kept.count() as u64, places[first]))
            })
            .collect();
        let twice = twice.iter().filter(is_kept);
        made.twice = twice.map(|(field, row)| (self.fields[*field].name.clone(), places[*row])).collect();
        made.unusual = findings
            .unusual
            .into_iter()
            .filter(|(.., row)| !refused[*row])
            .map(|(later, earlier, row)| (later, earlier, places[row]))
            .collect();
        let accepted: Vec<usize> = (0..places.len()).filter(|row| !refused[*row]).map(|row| places[row]).collect();
        if accepted.is_empty() {
            return Ok(made);
        }
        if accepted.len() < places.len() {
            let mask = BooleanArray::from_iter(refused.iter().map(|refused| Some(!refused)));
            for array in &mut arrays {
                *array = filter(array, &mask)?;
            }
        }
        // a solve that is known says as much of how far the data reach as a creation does
        let told = |field: &&Field| field.kind == FieldType::Time && tells_progress(self.kind, field.name);
        let times = self.kind.fields().iter().filter(told);
        let latest = times
            .filter_map(|field| arrays.get(self.field(field.name)?))
            .filter_map(|times| max(times.as_primitive::<TimestampMicrosecondType>()));
        let past = self.kind.fields().iter().filter(|field| tells_when_past(self.kind, field.name));
        let past = past
            .filter_map(|field| arrays.get(self.field(field.name)?))
            .flat_map(|times| times.as_primitive::<TimestampMicrosecondType>().iter().flatten())
            .filter(|at| *at <= now.micros());
        let latest = latest.chain(past).max();
        made.through = latest.filter(|_| self.kind.is_timed()).map(Instant::from_micros);
        made.batch = Some(self.batch(&arrays, &accepted, rows.num_rows(), lines, rest, options.undated)?);
        Ok(made)
    }

    /// The rows of which a record is to be made; `None` for all.
    fn wanted(&self, rows: &RecordBatch) -> Result<Option<BooleanArray>> {
        let Some(filter) = &self.filter else { return Ok(None) };
        let flags = filter.evaluate(rows)?.into_array(rows.num_rows())?;
        // a null literal has no type yet
        let flags = arrow::compute::cast(&flags, &DataType::Boolean)?;
        let flags: BooleanArray = flags.as_boolean().iter().map(|flag| Some(flag == Some(true))).collect();
        Ok((flags.true_count() < flags.len()).then_some(flags))
    }

    fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The batch of the accepted rows, given as rows of the block of `block_rows`.
    fn batch(
        &self,
        arrays: &[ArrayRef],
        accepted: &[usize],
        block_rows: usize,
        lines: &Int64Array,
        rest: &mut Option<StringArray>,
        undated: i64,
    ) -> Result<RecordBatch> {
        let count = accepted.len();
        let whole = count == block_rows;
        let indices = UInt64Array::from_iter_values(accepted.iter().map(|row| *row as u64));
        let columns = self.outputs.iter().zip(self.schema.fields()).map(|(output, field)| {
            let constant = |value: i64| Arc::new(Int64Array::from_value(value, count)) as ArrayRef;
            let null = || new_null_array(field.data_type(), count);
            Ok(match output {
                Output::System(system) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(system, count))),
                Output::Refers { system, id } => match id.and_then(|id| arrays.get(id)) {
                    Some(ids) => {
                        let systems = (0..count).map(|row| ids.is_valid(row).then_some(system));
                        Arc::new(systems.collect::<StringArray>())
                    }
                    None => null(),
                },
                Output::Field(at) => at.and_then(|at| arrays.get(at)).map_or_else(null, Arc::clone),
                Output::Revision(at) => at.and_then(|at| arrays.get(at)).map_or_else(|| constant(undated), Arc::clone),
                Output::Rank(rank) => constant(*rank),
                Output::Line => take(lines, &indices, None)?,
                Output::Rest => match rest.take() {
                    None => null(),
                    Some(kept) if whole => Arc::new(kept),
                    Some(kept) => {
                        let given = take(&kept, &indices, None)?;
                        let mut taken = vec![false; block_rows];
                        accepted.iter().for_each(|row| taken[*row] = true);
                        let left = arrow::compute::nullif(&kept, &BooleanArray::from(taken))?;
                        *rest = Some(left.as_string::<i32>().clone());
                        given
                    }
                },
            })
        });
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns.collect::<Result<Vec<_>, DataFusionError>>()?)?)
    }
}

fn output(name: &str, fields: &[FieldReader], source: &Source) -> Output {
    let field = |name: &str| fields.iter().position(|field| field.name == name);
    let refers = |what: &str, id: &str| Output::Refers {
        system: source.refers.get(what).unwrap_or(&source.system).clone(),
        id: field(id),
    };
    match name {
        "system" => Output::System(source.system.clone()),
        "rank" => Output::Rank(source.rank),
        "line" => Output::Line,
        "revision" => Output::Revision(field("revision")),
        "rest" => Output::Rest,
        "ticket_system" => refers("ticket", "ticket_id"),
        "contact_system" => refers("contact", "contact_id"),
        "customer_system" => refers("customer", "customer_id"),
        "agent_system" => refers("agent", "agent"),
        name => Output::Field(field(name)),
    }
}
