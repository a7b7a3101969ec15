//! One mapped field: its expression evaluated over a block, and the result read as the field's type.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::diagnostic::{Diagnostic, Severity};
use catalogue::expression::Expr;
use catalogue::source::{FieldMapping, LengthUnit, Source};
use datafusion::error::DataFusionError;
use datafusion::physical_expr::PhysicalExpr;
use jiff::tz::TimeZone;
use model::FieldType;

use super::columns::{Columns, diagnostic};
use super::value::{Bound, Marks, TimeReader, Unreadable, UnusableFormat, boolean, duration, integer, number};
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
    /// The field a time lies after, where its value is the length of time between them.
    pub after: Option<String>,
    unit: Option<LengthUnit>,
    value: Arc<dyn PhysicalExpr>,
    /// Type of the expression's value; `None` for null.
    computed: Option<FieldType>,
    /// Whether the expression is a column of the file, whose blanks are null already.
    plain: bool,
    values: Option<HashMap<String, String>>,
    otherwise: Option<String>,
    marks: Marks,
    times: TimeReader,
    /// Whether neither the file nor the field states the zone of its times.
    is_unzoned: bool,
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
    /// Rows whose time names no zone, where none is stated.
    pub unzoned: Vec<usize>,
}

impl FieldReader {
    /// A reader of `mapping`, a value of type `kind`; `bound` where it is an end of a period.
    ///
    /// # Errors
    /// Where the expression, a time format or the zone cannot be used.
    pub fn new(
        mapping: &FieldMapping,
        kind: FieldType,
        bound: Option<Bound>,
        source: &Source,
        columns: &Columns,
    ) -> Result<Self, Box<Diagnostic>> {
        let problem = |code, message: String, help: &str| {
            Box::new(diagnostic(source, mapping.span.clone(), Severity::Error, code, message, Some(help.to_owned())))
        };
        let is_unzoned = mapping.zone.is_none() && !source.read.is_zone_stated;
        let zone = mapping.zone.as_ref().unwrap_or(&source.read.zone);
        let zone = TimeZone::get(zone).map_err(|_| {
            problem(
                "unknown_zone",
                format!("`{zone}` is not a time zone"),
                "a name of the IANA list, as Europe/Amsterdam",
            )
        })?;
        let formats = if mapping.formats.is_empty() { &source.read.date_formats } else { &mapping.formats };
        let times = match kind {
            FieldType::Time => TimeReader::new(formats, zone, bound),
            _ => TimeReader::new(&[], zone, None),
        };
        let times = times.map_err(|UnusableFormat(format)| {
            let help = "a strptime format with year, month and day, for an end of a period also with a month alone, and no zone abbreviation";
            problem("unknown_format", format!("no time can be read with the format `{format}`"), help)
        })?;
        if kind == FieldType::Time && bound.is_none() && !mapping.formats.is_empty() && times.is_of_months() {
            let help = "year, month and day; only the beginning and the end of a period are read of a month";
            return Err(problem(
                "unknown_format",
                format!("`{}` is a point in time, and no month", mapping.name),
                help,
            ));
        }
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
            kind: if mapping.after.is_some() { FieldType::Duration } else { kind },
            after: mapping.after.clone(),
            unit: mapping.unit,
            value: physical(&mapping.value, &columns.schema).map_err(|error| {
                problem("expression", error.strip_backtrace(), "an expression over the columns of the file")
            })?,
            computed: mapping.value.kind(),
            plain: matches!(mapping.value, Expr::Column { .. }),
            values: values.map(|values| values.iter().map(|(from, to)| (from.trim().to_owned(), to.clone())).collect()),
            otherwise: mapping.otherwise.clone(),
            marks: Marks { decimal: source.read.decimal, thousands: source.read.thousands },
            times,
            is_unzoned,
        })
    }

    /// Evaluates and reads the field for every row of `batch`.
    pub fn read(&self, batch: &RecordBatch) -> Result<Values, DataFusionError> {
        let rows = batch.num_rows();
        let none = |array| Values { array, faults: Vec::new(), twice: Vec::new(), unzoned: Vec::new() };
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
            return self.checked(array);
        }
        // computed values are written with a point, whatever the file's decimal mark
        let array = arrow::compute::cast(&array, &canonical(computed))?;
        Ok(self.read_text(&show(&array, computed), Marks::PLAIN))
    }

    /// A computed value that has the field's type already, within what a record holds.
    fn checked(&self, array: ArrayRef) -> Result<Values, DataFusionError> {
        let mut faults = Vec::new();
        let mut refuse = |row, code, reason: &str| faults.push(self.fault(row, Unreadable::new(code, reason)));
        let array = match self.kind {
            FieldType::Number => {
                let array = arrow::compute::cast(&array, &canonical(FieldType::Number))?;
                let limit = 10_i128.pow(18);
                for (row, value) in array.as_primitive::<Decimal128Type>().iter().enumerate() {
                    if value.is_some_and(|value| value.abs() >= limit) {
                        refuse(row, "out_of_range", "more than 14 digits before the point");
                    }
                }
                let fitting = array
                    .as_primitive::<Decimal128Type>()
                    .iter()
                    .map(|value| value.filter(|value| value.abs() < limit));
                let numbers: Decimal128Array = fitting.collect();
                Arc::new(numbers.with_data_type(FieldType::Number.arrow()))
            }
            FieldType::Duration => {
                for (row, value) in array.as_primitive::<Int64Type>().iter().enumerate() {
                    if value.is_some_and(|value| value < 0) {
                        refuse(row, "negative_duration", "a negative length of time");
                    }
                }
                array
            }
            FieldType::Time => {
                let array = arrow::compute::cast(&array, &FieldType::Time.arrow())?;
                for (row, value) in array.as_primitive::<TimestampMicrosecondType>().iter().enumerate() {
                    if value.is_some_and(|value| !TimeReader::plausible(value)) {
                        refuse(row, "implausible_time", "a time outside the years 1970 to 2100");
                    }
                }
                array
            }
            FieldType::Text | FieldType::Integer | FieldType::Boolean => array,
        };
        Ok(Values { array, faults, twice: Vec::new(), unzoned: Vec::new() })
    }

    /// The times that lie these lengths after `base`, and the rows where that is missing or leaves the plausible years.
    pub fn moved(&self, lengths: &ArrayRef, base: &ArrayRef) -> (ArrayRef, Vec<Fault>) {
        let mut faults = Vec::new();
        let bases = base.as_primitive::<TimestampMicrosecondType>().iter();
        let each = lengths.as_primitive::<Int64Type>().iter().zip(bases).enumerate();
        let times: TimestampMicrosecondArray = each
            .map(|(row, (length, base))| {
                let Some(base) = base else {
                    let reason = format!("a length of time after {}, which is missing", self.after.as_ref()?);
                    length.inspect(|_| faults.push(self.fault(row, Unreadable::new("missing_field", reason))))?;
                    return None;
                };
                let at = base.saturating_add(length?.saturating_mul(1000));
                if !TimeReader::plausible(at) {
                    let reason = "a time outside the years 1970 to 2100";
                    faults.push(self.fault(row, Unreadable::new("implausible_time", reason)));
                    return None;
                }
                Some(at)
            })
            .collect();
        (Arc::new(times.with_data_type(FieldType::Time.arrow())), faults)
    }

    fn read_text(&self, texts: &StringArray, marks: Marks) -> Values {
        let (mut faults, mut twice, mut unzoned) = (Vec::new(), Vec::new(), Vec::new());
        let array: ArrayRef = match self.kind {
            FieldType::Text => Arc::new(texts.iter().map(|text| self.mapped(text?)).collect::<StringArray>()),
            FieldType::Integer => {
                Arc::new(self.parsed(texts, &mut faults, |_, text| integer(text, marks)).collect::<Int64Array>())
            }
            FieldType::Number => {
                let numbers: Decimal128Array = self.parsed(texts, &mut faults, |_, text| number(text, marks)).collect();
                Arc::new(numbers.with_data_type(FieldType::Number.arrow()))
            }
            FieldType::Boolean => {
                Arc::new(self.parsed(texts, &mut faults, |_, text| boolean(text)).collect::<BooleanArray>())
            }
            FieldType::Duration => Arc::new(
                self.parsed(texts, &mut faults, |_, text| duration(text, marks, self.unit)).collect::<Int64Array>(),
            ),
            FieldType::Time => {
                let read = |row, text: &str| {
                    let moment = self.times.read(text)?;
                    if moment.is_twice {
                        twice.push(row);
                    }
                    if moment.is_local && self.is_unzoned {
                        unzoned.push(row);
                    }
                    Ok(moment.at)
                };
                let times: TimestampMicrosecondArray = self.parsed(texts, &mut faults, read).collect();
                Arc::new(times.with_data_type(FieldType::Time.arrow()))
            }
        };
        Values { array, faults, twice, unzoned }
    }

    /// Each text read by `read` after trimming; null where missing or faulty.
    fn parsed<'a, T>(
        &'a self,
        texts: &'a StringArray,
        faults: &'a mut Vec<Fault>,
        mut read: impl FnMut(usize, &str) -> Result<T, Unreadable> + 'a,
    ) -> impl Iterator<Item = Option<T>> + 'a {
        texts.iter().enumerate().map(move |(row, text)| {
            let read = read(row, self.mapped(text?)?.trim());
            read.map_err(|problem| faults.push(self.fault(row, problem))).ok()
        })
    }

    /// What `values` and `otherwise` make of a text; null where nothing but white space is left.
    fn mapped<'a>(&'a self, text: &'a str) -> Option<&'a str> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        let listed = self.values.as_ref().and_then(|values| values.get(trimmed)).or(self.otherwise.as_ref());
        let text = listed.map_or(text, String::as_str);
        (!text.trim().is_empty()).then_some(text)
    }

    fn fault(&self, row: usize, problem: Unreadable) -> Fault {
        Fault { row, code: problem.code, reason: format!("{}: {}", self.name, problem.reason) }
    }
}

fn canonical(kind: FieldType) -> DataType {
    match kind {
        FieldType::Number => DataType::Decimal128(38, 4),
        other => other.arrow(),
    }
}
