//! Records as lines of text, facts as lines of expected cells.
//!
//! A record is `kind id field=value …`. Times are offsets from midnight UTC of Monday 2 March 2026, as `1h30m` or
//! `-5m`, or instants, as `2026-03-29T00:30:00Z`.
//! The system is `desk` where no `system=` says otherwise, and the
//! line is that of the text. An expected fact is `table id field=value …` with `-` for an empty cell; turns,
//! intervals and legs are `id/number`. Further lines: `rows table number` and `warning name number`; a text that expects no
//! warning expects that there is none.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use jiff::civil::{Weekday, date};

use crate::calendar::{Calendars, ClockRange, FiscalYear, Holiday, Organisation, Schedule, Version};
use crate::lifecycle::{
    BucketRecords, Conflict, Directory, Employments, FoldContext, FoldError, Folded, Rates, fold_bucket,
};
use crate::records::ENVELOPE;
use crate::{Attribute, Attributes, FactTable, FieldType, Instant, RecordKind};

/// 2026-03-02T00:00:00Z, a Monday.
pub const MONDAY_MICROS: i64 = 1_772_409_600_000_000;

/// One record, its cells as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub kind: RecordKind,
    pub cells: BTreeMap<String, String>,
}

impl Line {
    /// The cell of a field, where it is stated.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.cells.get(name).map(String::as_str)
    }
}

/// The records in `text`.
pub fn lines(text: &str) -> Vec<Line> {
    let numbered = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| {
            let mut words = line.split_whitespace();
            let kind = RecordKind::parse(words.next().unwrap()).unwrap_or_else(|| panic!("no kind in {line:?}"));
            let mut cells = BTreeMap::from([
                ("id".to_owned(), words.next().unwrap().to_owned()),
                ("line".to_owned(), number.to_string()),
            ]);
            for word in words {
                let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("{word:?} in {line:?}"));
                cells.insert(name.to_owned(), value.to_owned());
            }
            for (name, value) in [
                ("system", "desk"),
                ("revision", "0"),
                ("rank", "0"),
                ("mapping", "1"),
                ("delivery", "1"),
                ("bucket", "0"),
            ] {
                cells.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
            Line { kind, cells }
        })
        .collect()
}

/// The attributes that tests declare.
pub fn attributes() -> Attributes {
    let attribute = |name: &str, kind| Attribute { name: name.to_owned(), kind };
    BTreeMap::from([
        (RecordKind::Ticket, vec![attribute("region", FieldType::Text), attribute("floor", FieldType::Integer)]),
        (RecordKind::Contact, vec![attribute("due", FieldType::Time)]),
        (RecordKind::SurveyAnswer, vec![attribute("region", FieldType::Text), attribute("score", FieldType::Number)]),
        (
            RecordKind::Customer,
            vec![
                attribute("region", FieldType::Text),
                attribute("floor", FieldType::Text),
                attribute("vip", FieldType::Boolean),
            ],
        ),
        (RecordKind::Agent, vec![attribute("site", FieldType::Text), attribute("vip", FieldType::Boolean)]),
    ])
}

/// `office`, the default: weekdays 09:00–17:00 in Berlin, closed on 6 April 2026. `around_the_clock`: always.
pub fn calendars() -> Calendars {
    let day: ClockRange = "09:00-17:00".parse().unwrap();
    let mut weekly = std::array::from_fn(|_| vec![day]);
    weekly[5].clear();
    weekly[6].clear();
    let easter = Holiday { date: date(2026, 4, 6), name: "Easter Monday".to_owned(), hours: vec![] };
    let office = Version { valid_from: None, weekly, holidays: vec![easter] };
    Calendars::new(
        "office",
        vec![Schedule::new("office", "Europe/Berlin", vec![office]).unwrap(), Schedule::always("around_the_clock")],
    )
    .unwrap()
}

/// One that reports in Berlin and in euros.
pub fn organisation() -> Organisation {
    Organisation::new("desk", "Europe/Berlin", "EUR", Weekday::Monday, FiscalYear::default()).unwrap()
}

/// The batch of `lines`, all of one kind, under a schema of it.
pub fn batch(lines: &[&Line], schema: Arc<Schema>) -> RecordBatch {
    let columns = schema.fields().iter().map(|field| {
        let cells = lines.iter().map(|line| line.cells.get(field.name()).map(String::as_str));
        let kind = FieldType::ALL.into_iter().find(|kind| kind.arrow() == *field.data_type()).unwrap();
        let declared = ENVELOPE.iter().chain(lines[0].kind.fields()).find(|declared| declared.name == field.name());
        let column: ArrayRef = match declared.map_or(kind, |declared| declared.kind) {
            FieldType::Text => Arc::new(cells.collect::<StringArray>()),
            FieldType::Integer => {
                Arc::new(cells.map(|cell| cell.map(|cell| cell.parse().unwrap())).collect::<Int64Array>())
            }
            FieldType::Duration => Arc::new(cells.map(|cell| Some(micros(cell?) / 1000)).collect::<Int64Array>()),
            FieldType::Boolean => Arc::new(cells.map(|cell| Some(cell? == "true")).collect::<BooleanArray>()),
            FieldType::Time => {
                let times = cells.map(|cell| cell.map(|cell| time(cell).micros()));
                Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            }
            FieldType::Number => {
                let values =
                    cells.map(|cell| cell.map(|cell| (cell.parse::<f64>().unwrap() * 10_000.0).round() as i128));
                Arc::new(values.collect::<Decimal128Array>().with_data_type(kind.arrow()))
            }
        };
        column
    });
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns).unwrap()
}

/// An instant, `@` and its microseconds since 1970, or an offset from Monday.
pub fn time(text: &str) -> Instant {
    if let Some(micros) = text.strip_prefix('@') {
        return Instant::from_micros(micros.parse().unwrap());
    }
    text.parse().unwrap_or_else(|_| Instant::from_micros(MONDAY_MICROS + micros(text)))
}

/// A length of time as `1h30m`, `-20s`, `0`, in microseconds.
pub fn micros(text: &str) -> i64 {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut total = 0;
    let mut number = String::new();
    let mut unit = String::new();
    let mut parts = Vec::new();
    for character in rest.chars() {
        if character.is_ascii_digit() {
            if !unit.is_empty() {
                parts.push((std::mem::take(&mut number), std::mem::take(&mut unit)));
            }
            number.push(character);
        } else {
            unit.push(character);
        }
    }
    parts.push((number, unit));
    for (number, unit) in parts {
        let micros = match unit.as_str() {
            "d" => 86_400_000_000,
            "h" => 3_600_000_000,
            "m" => 60_000_000,
            "s" | "" => 1_000_000,
            "ms" => 1_000,
            "us" => 1,
            _ => panic!("no length of time: {text:?}"),
        };
        total += number.parse::<i64>().unwrap_or_else(|_| panic!("no length of time: {text:?}")) * micros;
    }
    sign * total
}

/// `lines` as records of a bucket and a directory with its conflicts, a batch for each of `parts` in turn.
pub fn records(parts: &[Vec<Line>]) -> (BucketRecords, (Directory, Vec<Conflict>), Employments) {
    let attributes = attributes();
    let mut of_kind: BTreeMap<RecordKind, Vec<RecordBatch>> = BTreeMap::new();
    for part in parts {
        for kind in RecordKind::ALL {
            let lines: Vec<&Line> = part.iter().filter(|line| line.kind == kind).collect();
            if !lines.is_empty() {
                let declared = attributes.get(&kind).map_or(&[][..], Vec::as_slice);
                of_kind.entry(kind).or_default().push(batch(&lines, kind.schema(declared)));
            }
        }
    }
    let mut take = |kind| of_kind.remove(&kind).unwrap_or_default();
    let directory =
        Directory::new(&take(RecordKind::Customer), &take(RecordKind::Agent), &take(RecordKind::Team), &attributes);
    let directory = directory.unwrap();
    let employments = Employments::new(of_kind.get(&RecordKind::Employment).map_or(&[], Vec::as_slice)).unwrap();
    (BucketRecords { of_kind, told: BTreeMap::new() }, directory, employments)
}

/// The same facts with dictionaries as text.
pub fn spelled_out(facts: &RecordBatch) -> RecordBatch {
    let is_coded = |field: &Field| matches!(field.data_type(), DataType::Dictionary(..));
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in facts.schema().fields().iter().zip(facts.columns()) {
        let kind = if is_coded(field) { DataType::Utf8 } else { field.data_type().clone() };
        fields.push(field.as_ref().clone().with_data_type(kind.clone()));
        columns.push(arrow::compute::cast(column, &kind).unwrap());
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// Folds records of a bucket under a directory; dictionaries as text.
pub fn fold_under(
    directory: &Directory,
    employments: &Employments,
    records: &BucketRecords,
) -> Result<Folded, FoldError> {
    static CALENDARS: LazyLock<Calendars> = LazyLock::new(calendars);
    let (attributes, organisation) = (attributes(), organisation());
    let rates = records.of_kind.get(&RecordKind::ExchangeRate).map_or(&[][..], Vec::as_slice);
    let rates = Rates::new(rates, &organisation)?;
    let context = FoldContext {
        calendars: &CALENDARS,
        organisation: &organisation,
        rates: &rates,
        directory,
        employments,
        attributes: &attributes,
    };
    let mut folded = fold_bucket(&context, records)?;
    folded.facts.values_mut().for_each(|facts| *facts = spelled_out(facts));
    Ok(folded)
}

/// Folds `parts`, a batch of each kind for each of them.
pub fn fold(parts: &[Vec<Line>]) -> Folded {
    let (records, (directory, _), employments) = records(parts);
    let folded = fold_under(&directory, &employments, &records).unwrap();
    let attributes = attributes();
    for (table, facts) in &folded.facts {
        assert_eq!(facts.schema(), table.schema(&attributes));
        // the engine asks for the one where a metric asks for the other
        if let [Some(system), Some(id)] = ["customer_system", "customer_id"].map(|name| facts.column_by_name(name)) {
            assert_eq!(system.logical_nulls(), id.logical_nulls(), "{}", table.name());
        }
    }
    folded
}

/// The cell of column `name` in `row` as text, `-` where empty; times as offsets in seconds, lengths in seconds.
pub fn cell(facts: &RecordBatch, name: &str, row: usize) -> String {
    let column = facts.column_by_name(name).unwrap_or_else(|| panic!("no column {name:?}"));
    if column.is_null(row) {
        return "-".to_owned();
    }
    let kind = FieldType::ALL.into_iter().find(|kind| kind.arrow() == *column.data_type()).unwrap();
    match kind {
        FieldType::Text => column.as_string::<i32>().value(row).to_owned(),
        FieldType::Integer | FieldType::Duration => column.as_primitive::<Int64Type>().value(row).to_string(),
        FieldType::Number => (column.as_primitive::<Decimal128Type>().value(row) as f64 / 10_000.0).to_string(),
        FieldType::Boolean => column.as_boolean().value(row).to_string(),
        FieldType::Time => column.as_primitive::<TimestampMicrosecondType>().value(row).to_string(),
    }
}

/// Folds `records` and compares with what `expected` says.
pub fn check(records: &str, expected: &str) {
    let folded = fold(&[lines(records)]);
    let mut warnings: BTreeMap<&str, u64> =
        folded.warnings.iter().map(|(warning, count)| (warning.name(), count)).collect();
    for line in expected.lines().filter(|line| !line.trim().is_empty()) {
        let mut words = line.split_whitespace();
        match words.next().unwrap() {
            "rows" => {
                let table = FactTable::parse(words.next().unwrap()).unwrap();
                let rows: usize = words.next().unwrap().parse().unwrap();
                assert_eq!(folded.facts[&table].num_rows(), rows, "{line}");
            }
            "warning" => {
                let name = words.next().unwrap();
                let count: u64 = words.next().unwrap().parse().unwrap();
                assert_eq!(warnings.remove(name), Some(count), "{line}");
            }
            table => check_row(&folded, FactTable::parse(table).unwrap_or_else(|| panic!("{line}")), words, line),
        }
    }
    assert_eq!(warnings, BTreeMap::new(), "warnings that are not expected");
}

fn check_row<'w>(folded: &Folded, table: FactTable, mut words: impl Iterator<Item = &'w str>, line: &str) {
    let facts = &folded.facts[&table];
    let key = words.next().unwrap();
    let row = find(facts, table, key).unwrap_or_else(|| panic!("no row for {line:?} in\n{facts:?}"));
    for word in words {
        let (name, expected) = word.split_once('=').unwrap_or_else(|| panic!("{word:?} in {line:?}"));
        let column = table.columns().iter().find(|column| column.name == name);
        let expected = match column.map(|column| column.kind) {
            _ if expected == "-" => expected.to_owned(),
            Some(FieldType::Time) => time(expected).micros().to_string(),
            Some(FieldType::Duration) => (micros(expected) / 1000).to_string(),
            _ => expected.to_owned(),
        };
        assert_eq!(cell(facts, name, row), expected, "{name} in {line:?}");
    }
}

fn find(facts: &RecordBatch, table: FactTable, key: &str) -> Option<usize> {
    let (id, number) = key.split_once('/').map_or((key, None), |(id, number)| (id, Some(number)));
    let id_column = table.key()[1];
    let number_column = table.key().get(2).copied().filter(|name| *name != "via");
    (0..facts.num_rows()).find(|row| {
        cell(facts, id_column, *row) == id
            && number_column.is_none_or(|column| Some(cell(facts, column, *row).as_str()) == number)
    })
}
