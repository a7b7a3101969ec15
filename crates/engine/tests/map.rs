//! Files → records: what a tiny file and a source file make, line by line.

mod documents;
mod files;
mod hostile;
mod lengths;
mod parquet;
mod real;
mod reasons;
mod records;
mod rows;
mod values;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow::record_batch::RecordBatch;
use catalogue::file::Problems;
use catalogue::source::{Source, SourceText, declare};
use engine::map::{MapError, Mapped, Options, Reject, map_file};
use model::{Attributes, Instant, RecordKind};

/// The source file `text`, which has no problems.
fn source(text: &str) -> Source {
    let mut problems = Problems::default();
    let file = SourceText { path: "sources/desk.toml".into(), text: text.into() };
    let source = declare("desk", file, &mut problems);
    source.unwrap_or_else(|| panic!("{text}\n{:?}", problems.into_sorted()))
}

/// The attributes that a source file declares.
fn attributes(source: &Source) -> Attributes {
    let mut all = Attributes::new();
    for record in &source.records {
        let declared = all.entry(record.kind).or_default();
        for attribute in &record.attributes {
            if !declared.contains(&attribute.attribute) {
                declared.push(attribute.attribute.clone());
            }
        }
    }
    all
}

/// What became of a file.
#[derive(Debug)]
struct Outcome {
    /// `kind name=value name=value …` a record, nulls left out.
    records: Vec<String>,
    rejects: Vec<Reject>,
    mapped: Mapped,
}

const NOW: &str = "2026-01-01T00:00:00Z";

fn map(source: &Source, path: &Path, preview: Option<usize>) -> Result<Outcome, MapError> {
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    let mut seen = (0, 0);
    let options = Options { now: NOW.parse().unwrap(), preview, undated: 0 };
    let attributes = attributes(source);
    let mapped = map_file(
        source,
        path,
        &attributes,
        options,
        &mut |kind, batch| {
            check_schema(kind, &batch, &attributes);
            records.extend((0..batch.num_rows()).map(|row| describe(kind, &batch, row)));
            Ok(())
        },
        &mut |reject| rejects.push(reject.clone()),
        &mut |read, total| {
            assert!(seen.0 <= read && read <= total, "progress {read} of {total} after {seen:?}");
            seen = (read, total);
        },
    )?;
    assert_eq!(seen.0, seen.1, "progress ends at the end");
    assert_eq!(mapped.accepted + mapped.rejected, mapped.rows, "accepted + rejected = rows");
    assert_eq!(rejects.len() as u64, mapped.rejected, "one reject a rejected row");
    assert_eq!(records.len() as u64, mapped.records.values().sum::<u64>());
    assert!(rejects.is_sorted_by_key(|reject| reject.line), "rejects come in the order of the file");
    Ok(Outcome { records, rejects, mapped })
}

/// Every batch has the segment's columns without those the store fills.
fn check_schema(kind: RecordKind, batch: &RecordBatch, attributes: &Attributes) {
    let whole = kind.schema(attributes.get(&kind).map(Vec::as_slice).unwrap_or_default());
    let wanted =
        whole.fields().iter().filter(|field| !["bucket", "mapping", "delivery"].contains(&field.name().as_str()));
    assert!(batch.schema().fields().iter().eq(wanted), "{:?}", batch.schema());
    assert!(batch.num_rows() > 0, "no empty batches");
}

fn describe(kind: RecordKind, batch: &RecordBatch, row: usize) -> String {
    let mut text = kind.name().to_owned();
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        // shown by tests of their own
        let dull = match field.name().as_str() {
            "system" | "rank" | "line" | "revision" => true,
            name => name.ends_with("_system"),
        };
        if array.is_null(row) || dull {
            continue;
        }
        let value = match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
            DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
            DataType::Boolean => array.as_boolean().value(row).to_string(),
            DataType::Decimal128(18, 4) => {
                let number = array.as_primitive::<Decimal128Type>().value(row);
                catalogue::expression::show(&catalogue::expression::Value::Number(number))
            }
            DataType::Timestamp(..) => {
                Instant::from_micros(array.as_primitive::<TimestampMicrosecondType>().value(row)).to_string()
            }
            other => panic!("{} is of type {other}", field.name()),
        };
        write!(text, " {}={value}", field.name()).unwrap();
    }
    text
}

/// Writes `bytes` to a file and maps it.
fn map_bytes(toml: &str, bytes: &[u8]) -> Result<Outcome, MapError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.dat");
    std::fs::write(&path, bytes).unwrap();
    map(&source(toml), &path, None)
}

fn map_text(toml: &str, text: &str) -> Outcome {
    map_bytes(toml, text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// `line code` a reject.
fn codes(outcome: &Outcome) -> Vec<String> {
    outcome.rejects.iter().map(|reject| format!("{} {}", reject.line, reject.code)).collect()
}

/// A source of customers: `id` and `name` from columns of that name, nothing kept, with `read` settings.
fn customers(read: &str) -> String {
    let format = if read.contains("format") { "" } else { "format = \"csv\"\n" };
    format!(
        "[read]\nkeep = false\n{format}{read}\n[[record]]\nkind = \"customer\"\nid = \"id\"\n[record.fields]\nname = \"name\"\n"
    )
}

/// What `id` and `name` are of the customers in a file, and the rejects.
fn check_customers(read: &str, bytes: &[u8], expected: &[(&str, &str)], rejects: &[&str]) {
    let outcome = map_bytes(&customers(read), bytes).unwrap_or_else(|error| panic!("{read}: {error}"));
    let expected: Vec<String> = expected
        .iter()
        .map(
            |(id, name)| {
                if name.is_empty() { format!("customer id={id}") } else { format!("customer id={id} name={name}") }
            },
        )
        .collect();
    let shown = String::from_utf8_lossy(bytes);
    assert_eq!(outcome.records, expected, "{read} {shown:?}: {:?}", outcome.rejects);
    assert_eq!(codes(&outcome), rejects, "{read} {shown:?}");
}

/// The message with which mapping fails.
fn failure(read: &str, bytes: &[u8]) -> String {
    let error = map_bytes(&customers(read), bytes).expect_err("this does not map");
    let text = error.to_string();
    // where the test keeps its file does not matter
    match text.find("in.dat") {
        Some(at) => text[at..].to_owned(),
        None => text,
    }
}

fn counts(outcome: &Outcome) -> BTreeMap<&'static str, u64> {
    outcome.mapped.records.iter().map(|(kind, count)| (kind.name(), *count)).collect()
}
