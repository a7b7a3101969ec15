//! Real exports through ordinary source files, against the reference answers beside them. A file a data set; where the
//! product and a reference differ by definition, the test says which definition is asked for and why.

mod agent_months;
mod airport;
mod buyers;
mod call_centre;
mod city;
mod conference;
mod daily_sums;
mod employees;
mod headcounts;
mod incident_promises;
mod kaggle;
mod order_reviews;
mod restaurant;
mod servicenow;
mod soap_survey;
mod telco;
mod travel;
mod tweets;
mod workbook;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use end_to_end::{Trial, close, source};
use serde_json::Value;

/// The answers computed independently, beside the data.
fn reference(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("reference.json")).expect("the reference");
    serde_json::from_str(&text).expect("JSON")
}

/// `found` must be `wanted` to the digits the reference gives.
fn assert_close(what: &str, found: &Value, wanted: &Value, unit: f64, digits: i32) {
    let wanted = wanted.as_f64().unwrap_or_else(|| panic!("{what}: no reference"));
    assert!(
        close(found, wanted * unit, unit * 0.51 * 10f64.powi(-digits)),
        "{what}: {found}, reference {}",
        wanted * unit
    );
}

/// Puts a source file of `tests/sources` into the workspace and imports `files` through it; what the command said.
fn import(trial: &Trial, name: &str, files: &[&Path]) -> String {
    trial.write(&format!("sources/{name}.toml"), source(&format!("{name}.toml")));
    let files: Vec<String> = files.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    trial.ok(&[&["import", name], &files.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat())
}

/// Puts a metric file of `tests/metrics` into the workspace.
fn add_metric(trial: &Trial, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("metrics").join(format!("{name}.toml"));
    trial.write(&format!("metrics/{name}.toml"), fs::read(path).expect("the metric"));
}

/// The rows of an answer's one statistic, by the value of their one dimension.
fn rows_by(trial: &Trial, dimension: &str, arguments: &[&str]) -> BTreeMap<String, Value> {
    let answers = trial.kpi(&[arguments, &["--by", dimension]].concat());
    assert_eq!(answers.len(), 1, "{arguments:?} has several statistics");
    let rows = answers[0]["rows"].as_array().expect("rows");
    let key = |row: &Value| row["by"][dimension].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (key(row), row.clone())).collect()
}

/// The rows of a CSV as the test reads it by itself: column → cell; gzip by the name's ending.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
        bytes = plain;
    }
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let header = reader.headers().expect("a header").clone();
    let names: Vec<String> = header.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
    let row = |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.expect("a record"))).collect()
}
