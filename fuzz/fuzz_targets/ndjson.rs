#![no_main]

use std::sync::LazyLock;

use catalogue::source::Source;
use tempfile::TempDir;

#[path = "../bodies/reader.rs"]
mod reader;

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| reader::sources("ndjson"));
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reader::check(&SOURCES, &FOLDER.path().join("in.dat"), bytes));
