//! A small desk: records as rows, delivered and committed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, SchemaRef};
use jiff::civil::Weekday;
use model::calendar::{Calendars, FiscalYear, Organisation, Schedule};
use model::{Attribute, Attributes, FieldType, Instant, RecordKind};
use store::{Committed, Delivery, DeliveryKey, FinishedDelivery, FoldSettings, Snapshot, Store, Writer};

/// A value of a cell; a cell that is not named is empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Integer(i64),
    /// Seconds since 1970.
    Time(i64),
    Boolean(bool),
    /// Ten-thousandths.
    Number(i128),
}

/// A record: its kind and its cells by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub kind: RecordKind,
    pub cells: BTreeMap<String, Cell>,
}

impl Record {
    /// A record of system `desk` and revision 1.
    pub fn new(kind: RecordKind, id: &str) -> Record {
        let record = Record { kind, cells: BTreeMap::new() };
        record.text("system", "desk").text("id", id).integer("revision", 1).integer("rank", 0).integer("line", 1)
    }

    fn cell(mut self, column: &str, cell: Cell) -> Record {
        self.cells.insert(column.to_owned(), cell);
        self
    }

    pub fn text(self, column: &str, text: &str) -> Record {
        self.cell(column, Cell::Text(text.to_owned()))
    }

    pub fn integer(self, column: &str, integer: i64) -> Record {
        self.cell(column, Cell::Integer(integer))
    }

    /// `seconds` since 1970.
    pub fn time(self, column: &str, seconds: i64) -> Record {
        self.cell(column, Cell::Time(seconds))
    }

    pub fn number(self, column: &str, whole: i64) -> Record {
        self.cell(column, Cell::Number(i128::from(whole) * 10_000))
    }

    pub fn boolean(self, column: &str, boolean: bool) -> Record {
        self.cell(column, Cell::Boolean(boolean))
    }
}

/// Records of one kind as a batch.
pub fn batch(schema: &SchemaRef, records: &[&Record]) -> RecordBatch {
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let cells = records.iter().map(|record| record.cells.get(field.name()));
        match field.data_type() {
            DataType::Utf8 => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Text(text)) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect::<StringArray>(),
            ),
            DataType::Int64 => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Integer(value)) => Some(*value),
                        _ => None,
                    })
                    .collect::<Int64Array>(),
            ),
            DataType::Boolean => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Boolean(value)) => Some(*value),
                        _ => None,
                    })
                    .collect::<BooleanArray>(),
            ),
            DataType::Timestamp(..) => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Time(value)) => Some(*value * 1_000_000),
                        _ => None,
                    })
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            ),
            DataType::Decimal128(precision, scale) => Arc::new(
                cells
                    .map(|cell| match cell {
                        Some(Cell::Number(value)) => Some(*value),
                        _ => None,
                    })
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(*precision, *scale)
                    .unwrap(),
            ),
            other => panic!("no cells of {other}"),
        }
    });
    RecordBatch::try_new(schema.clone(), columns.collect()).unwrap()
}

/// Adds records to a delivery, a batch a kind.
pub fn append(delivery: &mut Delivery, records: &[Record]) {
    for kind in RecordKind::ALL {
        let of_kind: Vec<&Record> = records.iter().filter(|record| record.kind == kind).collect();
        if !of_kind.is_empty() {
            let batch = batch(&delivery.schema(kind), &of_kind);
            delivery.append(kind, &batch).unwrap();
        }
    }
}

/// A file of a source, with the records a mapping makes of it.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub source: &'static str,
    pub file: String,
    pub mapping: &'static str,
    pub attributes: Attributes,
    pub records: Vec<Record>,
    /// Seconds since 1970, for every kind in it.
    pub through: Option<i64>,
}

impl Sheet {
    pub fn new(file: &str, records: Vec<Record>) -> Sheet {
        Sheet {
            source: "desk",
            file: file.to_owned(),
            mapping: "m1",
            attributes: Attributes::new(),
            records,
            through: None,
        }
    }

    pub fn key(&self) -> DeliveryKey {
        DeliveryKey {
            source: self.source.to_owned(),
            file_name: self.file.clone(),
            file_hash: format!("hash of {}", self.file),
            mapping_hash: self.mapping.to_owned(),
        }
    }
}

/// An attribute of tickets.
pub fn ticket_attribute(name: &str, kind: FieldType) -> Attributes {
    BTreeMap::from([(RecordKind::Ticket, vec![Attribute { name: name.to_owned(), kind }])])
}

pub fn deliver(writer: &mut Writer, sheet: &Sheet) -> FinishedDelivery {
    let mut delivery = writer.begin(sheet.key(), &sheet.attributes).unwrap();
    append(&mut delivery, &sheet.records);
    let kinds = sheet.records.iter().map(|record| record.kind);
    let through = kinds.filter_map(|kind| Some((kind, Instant::from_micros(sheet.through? * 1_000_000)))).collect();
    delivery.finish(sheet.records.len() as u64, 0, through).unwrap()
}

/// One that reports in UTC and in euros.
pub fn organisation() -> Organisation {
    Organisation::new("store", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).unwrap()
}

pub fn always() -> Calendars {
    Calendars::new("always", vec![Schedule::always("always")]).unwrap()
}

/// The time imports are made at.
pub const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);

pub fn commit(writer: &mut Writer, sheets: &[Sheet]) -> store::Result<Committed> {
    let finished = sheets.iter().map(|sheet| deliver(writer, sheet)).collect();
    writer.commit(finished, &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {})
}

/// Imports sheets in one commit by a writer of its own. It waits: a process that another test is starting has the lock
/// until it is itself.
pub fn import(store: &Store, sheets: &[Sheet]) -> Committed {
    commit(&mut store.writer(Duration::from_secs(10)).unwrap(), sheets).unwrap()
}

pub fn create(directory: &Path) -> Store {
    Store::create(&directory.join("data")).unwrap()
}

/// All that a snapshot says of what is live, without names of files and numbers of deliveries.
pub fn summary(snapshot: &Snapshot) -> String {
    let rows = |segments: &[store::Segment]| segments.iter().map(|segment| segment.rows).sum::<u64>();
    let deliveries: Vec<String> = snapshot
        .deliveries()
        .iter()
        .map(|delivery| {
            format!("{}/{}/{} {}", delivery.source, delivery.file, delivery.mapping_hash, delivery.accepted)
        })
        .collect();
    let records: Vec<String> =
        RecordKind::ALL.iter().map(|&kind| format!("{}:{}", kind.name(), rows(snapshot.records(kind)))).collect();
    format!(
        "{deliveries:?} {records:?} {:?} conflicts {} {:?}",
        snapshot.fact_hash().unwrap(),
        snapshot.conflict_count(),
        snapshot.attributes
    )
}
