//! The shape of the workspace: which room may import which, and who may know DataFusion.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Room → rooms it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("catalogue", &["model"]),
    ("store", &["model"]),
    ("simulator", &["model"]),
    ("scorecard", &["model", "catalogue"]),
    ("press", &["model", "catalogue", "scorecard"]),
    ("engine", &["model", "catalogue", "store"]),
    ("server", &["model", "catalogue", "store", "scorecard", "engine", "simulator", "press"]),
    ("crosscheck", &["model", "catalogue", "store", "scorecard", "engine", "simulator", "press", "server"]),
];

#[test]
fn rooms_import_only_what_they_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let mut imports: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let normal = package["dependencies"]
            .as_array()
            .expect("dependencies")
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        imports.insert(name, normal.filter_map(|dependency| dependency["name"].as_str()).collect());
    }
    for (room, may) in MAY_IMPORT {
        let found = imports.get(room).unwrap_or_else(|| panic!("there is no room {room}"));
        for other in MAY_IMPORT.iter().map(|(other, _)| other).filter(|other| found.contains(other)) {
            assert!(may.contains(other), "{room} imports {other}");
        }
        let knows = found.iter().any(|name| name.starts_with("datafusion"));
        assert_eq!(knows, *room == "engine", "{room} and DataFusion");
    }
    assert_eq!(imports.len(), MAY_IMPORT.len() + 1, "a room is missing from the table: {:?}", imports.keys());
}

#[test]
fn shipped_metrics_are_all_embedded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../metrics");
    let embedded =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/catalogue/src/dictionary.rs"))
            .expect("the list");
    let mut folders = vec![root];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => {
                    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                    let name = name.trim_end_matches(".toml");
                    assert!(embedded.contains(&format!("/{name}\"")), "{name} is not embedded");
                    files += 1;
                }
            }
        }
    }
    assert!(files >= 7);
}
