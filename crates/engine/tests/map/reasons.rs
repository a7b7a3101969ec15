//! The page about reading files has every reason for which a row is rejected, and none that there is not.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

/// The text of every file of the mapping.
fn sources(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

fn found(text: &str, patterns: &[&str]) -> BTreeSet<String> {
    let of = |pattern: &&str| {
        let pattern = Regex::new(pattern).unwrap();
        pattern.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>()
    };
    patterns.iter().flat_map(of).collect()
}

#[test]
fn every_reason_is_in_the_guide() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    sources(&crate_folder.join("src/map"), &mut code);
    let page = std::fs::read_to_string(crate_folder.join("../../docs/guide/reading-files.md")).unwrap();

    let rejects = [
        r#"Unreadable::new\(\s*"(\w+)""#,
        r#"fault\(\s*(?:"\w+"|\w+),\s*row,\s*"(\w+)""#,
        r#"refuse\(row, "(\w+)""#,
        r#"broken\("(\w+)""#,
        r#"Fault \{ row, code: "(\w+)""#,
    ];
    let (_, page) = page.split_once("## What is rejected").unwrap();
    let documented = found(page, &[r"(?m)^\| `(\w+)` \| [^`]*$"]);
    assert!(documented.len() > 20, "{documented:?}");
    assert_eq!(found(&code, &rejects), documented);

    let warnings = found(&code, &[r#"warn\(\s*"(\w+)""#, r#"Severity::Warning, "(\w+)""#]);
    assert_eq!(warnings.len(), 4, "{warnings:?}");
    for warning in warnings {
        assert!(page.contains(&format!("`{warning}` (")), "{warning}");
    }
}
