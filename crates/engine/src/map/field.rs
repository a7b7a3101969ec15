//! One mapped field: its expression evaluated over a block, and the result read as the field's type.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Decimal128Builder, Int64Builder, StringArray, StringBuilder,
    TimestampMicrosecondBuilder, new_null_array,
};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::expression::Expr;
use catalogue::source::{FieldMapping, Source};
use datafusion::error::DataFusionError;
use datafusion::physical_expr::PhysicalExpr;
use jiff::tz::TimeZone;
use model::FieldType;

use super::columns::{Columns, diagnostic};
use super::value::{Marks, TimeReader, UnusableFormat, Unreadable, boolean, duration, integer, number, shown};
use crate::lower::{physical, show};

/// A field of a record, ready to be read from blocks.
pub(super) struct FieldReader {
    /// Its name in the record.
    pub name: String,
    /// Whether a record without it is rejected.
    pub required: bool,
    /// Columns of the file its value comes from, for messages.
    pub column: Option<String>,
    kind: FieldType,
    value: Arc<dyn PhysicalExpr>,
    /// Type of the expression's value; `None` for null.
    computed: Option<FieldType>,
    /// Whether the expression is a column of the file, whose blanks are null already.
    plain: bool,
    values: Option<HashMap<String, String>>,
    otherwise: Option<String>,
    marks: Marks,
    times: TimeReader,
}

/// A row whose field could not be read.
#[derive(Debug)]
pub(super) struct Fault {
    /// Row of the batch.
    pub row: usize,
    /// Stable name of the problem.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// The values of a field in a batch.
pub(super) struct Values {
    /// Of the field's Arrow type; null where missing or faulty.
    pub array: ArrayRef,
    /// The faulty rows, in order.
    pub faults: Vec<Fault>,
    /// Rows whose local time occurs twice.
    pub twice: Vec<usize>,
}

impl FieldReader {
    /// A reader of `mapping`, a value of type `kind`.
    ///
    /// # Errors
    /// Where a time format or zone cannot be used.
    pub fn new(mapping: &FieldMapping, kind: FieldType, source: &Source, columns: &Columns) -> Result<Self, FieldProblem> {
        let problem = |code, message: String, help: &str| {
            let help = Some(help.to_owned());
            FieldProblem::Diagnostic(diagnostic(source, mapping.span.clone(), Severity::Error, code, message, help))
        };
        let zone = mapping.zone.as_ref().unwrap_or(&source.read.zone);
        let zone = TimeZone::get(zone)
            .map_err(|_| problem("unknown_zone", format!("`{zone}` is not a time zone"), "a name of the IANA list, as Europe/Amsterdam"))?;
        let formats = if mapping.formats.is_empty() { &source.read.date_formats } else { &mapping.formats };
        let times = match kind {
            FieldType::Time => TimeReader::new(formats, zone),
            _ => TimeReader::new(&[], zone),
        };
        let times = times.map_err(|UnusableFormat(format)| {
            let help = "a strptime format with year, month and day, and no zone abbreviation";
            problem("unknown_format", format!("no time can be read with the format `{format}`"), help)
        })?;
        let mut names = Vec::new();
        mapping.value.columns(&mut |name| {
            if !names.contains(&name) {
                names.push(name);
            }
        });
        let values = mapping.values.as_ref();
        Ok(FieldReader {
            name: mapping.name.clone(),
            required: mapping.required,
            column: (!names.is_empty()).then(|| names.join(", ")),
            kind,
            value: physical(&mapping.value, &columns.schema).map_err(FieldProblem::Expression)?,
            computed: mapping.value.kind(),
            plain: matches!(mapping.value, Expr::Column { .. }),
            values: values.map(|values| values.iter().map(|(from, to)| (from.trim().to_owned(), to.clone())).collect()),
            otherwise: mapping.otherwise.clone(),
            marks: Marks { decimal: source.read.decimal, thousands: source.read.thousands },
            times,
        })
    }

    /// Evaluates and reads the field for every row of `batch`.
    pub fn read(&self, batch: &RecordBatch) -> Result<Values, DataFusionError> {
        let rows = batch.num_rows();
        let none = |array| Values { array, faults: Vec::new(), twice: Vec::new() };
        let Some(computed) = self.computed else {
            return Ok(none(new_null_array(&self.kind.arrow(), rows)));
        };
        let array = self.value.evaluate(batch)?.into_array(rows)?;
        if computed == FieldType::Text {
            let text = arrow::compute::cast(&array, &DataType::Utf8)?;
            let mapped = self.values.is_some() || self.otherwise.is_some();
            if self.kind == FieldType::Text && self.plain && !mapped {
                return Ok(none(text));
            }
            return Ok(self.read_text(text.as_string(), self.marks));
        }
        if computed == self.kind && self.values.is_none() {
            return Ok(self.checked(array)?);
        }
        // computed values are written with a point, whatever the file's decimal mark
        let array = arrow::compute::cast(&array, &canonical(computed))?;
        Ok(self.read_text(&show(&array, computed), Marks::PLAIN))
    }

    /// A computed value that has the field's type already, within what a record holds.
    fn checked(&self, array: ArrayRef) -> Result<Values, DataFusionError> {
        let mut faults = Vec::new();
        let mut refuse = |row, problem: Unreadable| {
            faults.push(Fault { row, code: problem.code, reason: format!("{}: {}", self.name, problem.reason) });
        };
        let array = match self.kind {
            FieldType::Number => {
                let array = arrow::compute::cast(&array, &canonical(FieldType::Number))?;
                let limit = 10_i128.pow(18);
                let mut built = Decimal128Builder::with_capacity(array.len());
                for (row, value) in array.as_primitive::<Decimal128Type>().iter().enumerate() {
                    if value.is_some_and(|value| value.abs() >= limit) {
                        refuse(row, Unreadable::new("out_of_range", "more than 14 digits before the point"));
                    }
                    built.append_option(value.filter(|value| value.abs() < limit));
                }
                Arc::new(built.finish().with_data_type(FieldType::Number.arrow()))
            }
            FieldType::Duration => {
                for (row, value) in array.as_primitive::<Int64Type>().iter().enumerate() {
                    if value.is_some_and(|value| value < 0) {
                        refuse(row, Unreadable::new("negative_duration", "a negative length of time"));
                    }
                }
                array
            }
            FieldType::Time => {
                let array = arrow::compute::cast(&array, &FieldType::Time.arrow())?;
                for (row, value) in array.as_primitive::<TimestampMicrosecondType>().iter().enumerate() {
                    if value.is_some_and(|value| !TimeReader::plausible(value)) {
                        refuse(row, Unreadable::new("implausible_time", "a time outside the years 1970 to 2100"));
                    }
                }
                array
            }
            FieldType::Text | FieldType::Integer | FieldType::Boolean => array,
        };
        Ok(Values { array, faults, twice: Vec::new() })
    }

    fn read_text(&self, texts: &StringArray, marks: Marks) -> Values {
        let mut reading = Reading { reader: self, texts, faults: Vec::new(), twice: Vec::new() };
        let rows = texts.len();
        let array: ArrayRef = match self.kind {
            FieldType::Text => {
                let mut built = StringBuilder::with_capacity(rows, texts.value_data().len());
                reading.each(|text| Ok(text.to_owned_text()), |value| built.append_option(value));
                Arc::new(built.finish())
            }
            FieldType::Integer => {
                let mut built = Int64Builder::with_capacity(rows);
                reading.each(|text| integer(text.trimmed, marks), |value| built.append_option(value));
                Arc::new(built.finish())
            }
            FieldType::Number => {
                let mut built = Decimal128Builder::with_capacity(rows).with_data_type(FieldType::Number.arrow());
                reading.each(|text| number(text.trimmed, marks), |value| built.append_option(value));
                Arc::new(built.finish())
            }
            FieldType::Boolean => {
                let mut built = BooleanBuilder::with_capacity(rows);
                reading.each(|text| boolean(text.trimmed), |value| built.append_option(value));
                Arc::new(built.finish())
            }
            FieldType::Duration => {
                let mut built = Int64Builder::with_capacity(rows);
                reading.each(|text| duration(text.trimmed, marks), |value| built.append_option(value));
                Arc::new(built.finish())
            }
            FieldType::Time => {
                let mut built = TimestampMicrosecondBuilder::with_capacity(rows).with_data_type(FieldType::Time.arrow());
                let mut twice = Vec::new();
                reading.each(
                    |text| {
                        let (at, ambiguous) = self.times.read(text.trimmed)?;
                        if ambiguous {
                            twice.push(text.row);
                        }
                        Ok(at)
                    },
                    |value| built.append_option(value),
                );
                reading.twice = twice;
                Arc::new(built.finish())
            }
        };
        Values { array, faults: reading.faults, twice: reading.twice }
    }
}

fn canonical(kind: FieldType) -> DataType {
    match kind {
        FieldType::Number => DataType::Decimal128(38, 4),
        other => other.arrow(),
    }
}
