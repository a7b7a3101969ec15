//! Paths that are no files, and files that do not stay as they are: neither waited for nor half loaded.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use end_to_end::Trial;

use super::tickets;

const DESK: &str =
    "[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\n";

fn started(trial: &Trial, file: &str) -> Child {
    trial
        .command(&["import", "desk", file])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs")
}

/// Exit code and what was said, of a command that ends within a minute.
fn ended(mut child: Child, already: String) -> (Option<i32>, String) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill().expect("it can be ended");
                panic!("still running after a minute; it said {already}");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let mut said = already;
    for pipe in [
        child.stdout.take().map(|out| Box::new(out) as Box<dyn Read>),
        child.stderr.take().map(|err| Box::new(err) as Box<dyn Read>),
    ] {
        pipe.expect("a pipe").read_to_string(&mut said).expect("text");
    }
    assert!(!said.contains("panicked at"), "{said}");
    (status.code(), said)
}

fn nothing_loaded(trial: &Trial, what: &str) {
    assert_eq!(tickets(trial), 0, "{what}");
    assert!(trial.ok(&["verify"]).contains("as it was written"), "{what}");
}

/// 32.
#[test]
fn what_is_no_file_is_refused_at_once() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let (pipe, circle) = (trial.path("pipe"), trial.path("circle"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    std::os::unix::fs::symlink(&circle, &circle).expect("a link");
    for (path, wanted) in [
        (pipe.as_str(), "this is a pipe or device, not a file"),
        ("/dev/zero", "this is a pipe or device, not a file"),
        (&trial.path("incoming"), "this is a directory, not a file"),
        (&circle, "ymbolic links"),
        (&trial.path("nothing.csv"), "No such file"),
    ] {
        let (code, said) = ended(started(&trial, path), String::new());
        assert_eq!(code, Some(1), "{path}: {said}");
        assert!(said.contains(wanted) && said.contains(path), "{path}: {wanted:?} is not in {said}");
    }
    nothing_loaded(&trial, "no file");
    // a link to a file is that file
    let real = trial.write("real.csv", "id,at\n1,2026-03-02\n");
    let link = trial.path("link.csv");
    std::os::unix::fs::symlink(real, &link).expect("a link");
    assert!(trial.ok(&["import", "desk", &link]).contains("1 rows accepted"));
}

fn grow(path: &str) {
    let mut file = OpenOptions::new().append(true).open(path).expect("the file");
    file.write_all(b"late,2026-03-02\n").expect("a row");
}

fn replace(path: &str) {
    let other = format!("{path}.new");
    std::fs::write(&other, "id,at\nother,2026-03-02\n").expect("a file");
    std::fs::rename(other, path).expect("it replaces the other");
}

fn delete(path: &str) {
    std::fs::remove_file(path).expect("it was there");
}

fn shorten(path: &str) {
    OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(1000)).expect("it is shortened");
}

/// 31: half a second's worth of rows, changed as soon as reading has begun.
#[test]
fn a_file_that_changes_while_it_is_read_loads_nothing() {
    let rows: String = (0..600_000).map(|n| format!("{n},2026-03-02T08:00:{:02}Z\n", n % 60)).collect();
    let text = format!("id,at\n{rows}");
    for (what, change, wanted) in [
        ("grows", grow as fn(&str), "the file changed"),
        ("is replaced", replace, "the file changed"),
        ("is deleted", delete, "No such file"),
        ("is cut off", shorten, "the file changed"),
    ] {
        let trial = Trial::new("UTC");
        trial.write("sources/desk.toml", DESK);
        let file = trial.write("in.csv", &text);
        let mut child = started(&trial, &file);
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("a line");
        assert!(first.contains("reading in.csv"), "{first}");
        change(&file);
        let mut rest = String::new();
        lines.read_to_string(&mut rest).expect("text");
        child.stderr = None;
        let mut out = String::new();
        child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
        let status = child.wait().expect("it ends");
        let said = format!("{first}{rest}{out}");
        assert_eq!(status.code(), Some(1), "{what}: {said}");
        assert!(said.contains(wanted) && said.contains("in.csv"), "{what}: {said}");
        nothing_loaded(&trial, what);
        // and afterwards it is loaded as it then is
        let file = trial.write("in.csv", "id,at\n1,2026-03-02\n");
        trial.ok(&["import", "desk", &file]);
        assert_eq!(tickets(&trial), 1, "{what}");
    }
}
