//! An import that dies or fails at any point leaves the workspace as before or complete.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use model::RecordKind;
use store::{Error, FoldSettings, Limits, Store};

use crate::commit::{files, known_files};
use crate::fixture::*;

const ROOM: &str = "STORE_TEST_ROOM";

fn ticket(id: &str, channel: &str) -> Record {
    Record::new(RecordKind::Ticket, id).time("created_at", 100).text("channel", channel)
}

fn before() -> Vec<Sheet> {
    vec![
        Sheet::new("a.csv", vec![ticket("1", "telefon"), ticket("2", "telefon")]),
        Sheet::new("b.csv", vec![ticket("3", "email")]),
    ]
}

/// One file again under another mapping, and one that is new and in conflict.
fn after() -> Vec<Sheet> {
    vec![
        Sheet { mapping: "m2", ..Sheet::new("a.csv", vec![ticket("1", "phone"), ticket("2", "phone")]) },
        Sheet::new("c.csv", vec![ticket("3", "chat"), Record::new(RecordKind::Contact, "p").time("queued_at", 5)]),
    ]
}

/// So small that facts are put away, and no dropped file is kept.
fn open(data: &Path) -> Store {
    let limits = Limits { fold_bytes: 0, keep_dropped: Duration::ZERO, ..Limits::default() };
    Store::open(data).unwrap().with_limits(limits)
}

/// Imports into the directory named by the environment; a test by itself where none is named.
#[test]
fn child() {
    let Some(data) = std::env::var_os(ROOM).map(PathBuf::from) else {
        let room = tempfile::tempdir().unwrap();
        let store = create(room.path());
        import(&store, &before());
        assert_eq!(import(&open(store.directory()), &after()).replaced, 1);
        return;
    };
    let store = open(&data);
    let problem = match attempt(&store) {
        Ok(()) => return,
        Err(problem) => problem,
    };
    // whatever failed, nothing more is written by this process
    let cause = std::error::Error::source(&problem).map(ToString::to_string).unwrap_or_default();
    assert!(cause.contains("failure asked for"), "{problem}: {cause}");
    assert!(matches!(store.writer(Duration::ZERO), Err(Error::Latched { .. })));
    assert!(store.snapshot().is_ok());
    std::process::exit(3);
}

fn attempt(store: &Store) -> store::Result<()> {
    let mut writer = store.writer(Duration::from_secs(10))?;
    let mut finished = Vec::new();
    for sheet in after() {
        let mut delivery = writer.begin(sheet.key(), &sheet.attributes)?;
        for kind in [RecordKind::Ticket, RecordKind::Contact] {
            let records: Vec<&Record> = sheet.records.iter().filter(|record| record.kind == kind).collect();
            delivery.append(kind, &batch(&delivery.schema(kind), &records))?;
        }
        finished.push(delivery.finish(sheet.records.len() as u64, 0, Default::default())?);
    }
    writer
        .commit(finished, &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {})
        .map(drop)
}

/// What the child did.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Complete,
    Failed,
    Died,
}

fn run(data: &Path, variable: &str, point: &str) -> End {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(ROOM, data)
        .env(variable, point)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    match status.code() {
        Some(0) => End::Complete,
        Some(3) => End::Failed,
        None => End::Died,
        other => panic!("{variable}={point}: {other:?}"),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// Passages of each point that are tried.
const HITS: [u32; 3] = [1, 2, 5];

fn every_point(variable: &str, end: End) {
    let room = tempfile::tempdir().unwrap();
    let template = room.path().join("template");
    import(&Store::create(&template).unwrap(), &before());
    let old = summary(&open(&template).snapshot().unwrap());
    let whole = room.path().join("whole");
    copy(&template, &whole);
    assert_eq!(run(&whole, variable, "none"), End::Complete);
    let new = summary(&open(&whole).snapshot().unwrap());
    assert_ne!(old, new);

    let (mut kept, mut completed) = (0, 0);
    for point in store::crash::POINTS {
        for hit in HITS {
            let data = room.path().join(format!("{point}-{hit}"));
            copy(&template, &data);
            let found = run(&data, variable, &format!("{point}:{hit}"));
            if found == End::Complete && hit > 1 {
                break;
            }
            assert_eq!(found, end, "{point}:{hit}");

            let store = open(&data);
            let left = summary(&store.snapshot().unwrap());
            assert!(left == old || left == new, "{point}:{hit} left {left}");
            if left == new {
                completed += 1
            } else {
                kept += 1
            }
            assert_eq!(store.verify().unwrap(), [], "{point}:{hit}");
            // the next writer finds everything in order, removes what is left over, and completes the work
            drop(store.writer(Duration::ZERO).unwrap());
            assert_eq!(files(&store), known_files(&store), "{point}:{hit}");
            assert_eq!(summary(&store.snapshot().unwrap()), left);
            import(&store, &after());
            assert_eq!(summary(&store.snapshot().unwrap()), new, "{point}:{hit}");
            std::fs::remove_dir_all(&data).unwrap();
        }
    }
    // only past the transaction is it complete
    assert_eq!(completed, 1);
    assert!(kept >= store::crash::POINTS.len() - 1, "{kept}");
}

#[test]
fn an_import_killed_anywhere_leaves_before_or_after() {
    every_point("CROSSCHECK_CRASH_AT", End::Died);
}

#[test]
fn an_import_that_fails_anywhere_leaves_before_or_after() {
    every_point("CROSSCHECK_FAIL_AT", End::Failed);
}
