//! The reference that is committed is the one the program writes.

use std::collections::BTreeMap;
use std::path::Path;

use end_to_end::run;

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(pages(&path).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            found.insert(name, std::fs::read_to_string(&path).expect("text"));
        }
    }
    found
}

#[test]
fn the_committed_reference_is_current() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = run(std::process::Command::new(end_to_end::binary()).arg("reference").arg(folder.path()));
    assert_eq!(made.code, Some(0), "{made:?}");
    let written = pages(folder.path());
    let committed = pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference"));
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&committed), "`make reference` writes docs/reference anew");
    for (name, text) in &written {
        assert!(committed[name] == *text, "docs/reference/{name} is out of date: `make reference` writes it anew");
    }
}
