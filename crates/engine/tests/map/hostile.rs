//! Files changed at random: the bodies of the fuzz targets over a few thousand seeded cases.

#[path = "../../../../fuzz/bodies/mutate.rs"]
mod mutate;
#[path = "../../../../fuzz/bodies/reader.rs"]
mod reader;

use mutate::{Dice, corpus, mutate};

const WORDS: &[&str] = &[
    ",",
    ";",
    "\"",
    "\"\"",
    "\r\n",
    "\r",
    "\n",
    "\0",
    "\u{feff}",
    "{",
    "}",
    "[",
    "]",
    "{}",
    "[]",
    ":",
    "\\",
    "\\u0000",
    "\\ud800",
    "\"id\":",
    "\"data\":",
    "\"rows\":",
    "null",
    "1e400",
    "-",
    "9999999999999999999",
    "2024-02-30T25:61:00Z",
];

fn check(kind: &str, cases: usize) {
    let seeds = corpus(kind);
    assert!(seeds.len() >= 2, "{kind} has seeds");
    let sources = reader::sources(kind);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.dat");
    for seed in &seeds {
        reader::check(&sources, &path, seed);
    }
    let mut dice = Dice::new(7);
    for _ in 0..cases {
        let mut bytes = seeds[dice.below(seeds.len())].clone();
        mutate(&mut bytes, &seeds, WORDS, &mut dice);
        reader::check(&sources, &path, &bytes);
    }
}

#[test]
fn delimited_text_changed_at_random() {
    check("csv", 1500);
}

#[test]
fn lines_of_json_changed_at_random() {
    check("ndjson", 1500);
}

#[test]
fn documents_of_json_changed_at_random() {
    check("json", 1500);
}
