//! Bad input through the real binary: one table, a row a kind of badness. What is held of each: the exit code, the
//! message with its place, how many rows were accepted and rejected and why, that rejects are on file, and what is in
//! the workspace afterwards, undamaged.

mod answers;
mod encodings;
mod files;
mod numbers;
mod parquet;
mod paths;
mod ranges;
mod replay;
mod times;

use std::collections::BTreeMap;
use std::path::Path;

use end_to_end::Trial;
use model::RecordKind;
use store::Store;

/// One kind of bad input.
struct Case {
    /// Its number in the list of bad inputs.
    number: u32,
    /// What it is.
    name: &'static str,
    /// Settings of `[read]`; CSV where no format is among them.
    read: &'static str,
    /// How the file is made.
    file: Make,
    /// Exit code.
    code: i32,
    /// What is said, of `in.dat` by that name.
    says: &'static [&'static str],
    accepted: u64,
    /// `line code` of each rejected row, `line:character code` where rows are not lines.
    rejects: &'static [&'static str],
}

/// How a file is made.
enum Make {
    Text(&'static str),
    Bytes(&'static [u8]),
    Built(fn() -> Vec<u8>),
}

use Make::{Built, Bytes, Text};

/// A file that is read, row by row.
const fn rows(
    number: u32,
    name: &'static str,
    read: &'static str,
    file: Make,
    accepted: u64,
    rejects: &'static [&'static str],
) -> Case {
    // nothing but rejects is a failure
    let code = if accepted == 0 && !rejects.is_empty() { 1 } else { 0 };
    Case { number, name, read, file, code, says: &[], accepted, rejects }
}

/// A file that is refused as a whole.
const fn refused(
    number: u32,
    name: &'static str,
    read: &'static str,
    file: Make,
    says: &'static [&'static str],
) -> Case {
    Case { number, name, read, file, code: 1, says, accepted: 0, rejects: &[] }
}

impl Case {
    const fn saying(self, says: &'static [&'static str]) -> Case {
        Case { says, ..self }
    }
}

/// Numbers of the list that are tests of their own beside the table: 31 and 32 in `paths`, 63 in `numbers`, the others
/// in `answers`. Those of 62, 63 and 65 on other records than surveys are in `ranges`, 43 without a zone in `times`.
const COVERED: &[u32] = &[31, 32, 56, 57, 63, 68];

fn table() -> Vec<Case> {
    [files::cases(), parquet::cases(), encodings::cases(), times::cases(), numbers::cases()]
        .into_iter()
        .flatten()
        .collect()
}

/// A source of tickets with a time, and a number, whole number, length of time and truth as attributes.
fn source(case: &Case) -> String {
    let format = if case.read.contains("format =") { "" } else { "format = \"csv\"\n" };
    let attributes = ["n:number", "i:integer", "d:duration", "b:boolean", "text:text"].map(|attribute| {
        let (name, kind) = attribute.split_once(':').expect("a name and a type");
        (name, format!("{name} = {{ value = \"{name}\", type = \"{kind}\" }}\n"))
    });
    // only what the file has: a column that it lacks is an error of its own
    let columns = columns(&case.file.bytes());
    let has = |name: &str| columns.iter().any(|column| column == name);
    let used: String = attributes.iter().filter(|(name, _)| has(name)).map(|(_, line)| line.as_str()).collect();
    let solved = if has("solved") { "solved_at = \"solved\"\n" } else { "" };
    format!(
        "[read]\n{format}{}\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\n{solved}[record.attributes]\n{used}",
        case.read
    )
}

/// The words of the first line of a file, among which its columns are; none of one that is no plain text.
fn columns(content: &[u8]) -> Vec<String> {
    if content.starts_with(b"PAR1")
        || content.starts_with(&[0x1f, 0x8b])
        || content.iter().take(8).any(|byte| *byte == 0)
    {
        return Vec::new();
    }
    let head = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let head = String::from_utf8_lossy(&head[..head.len().min(1000)]).into_owned();
    head.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
}

impl Make {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Make::Text(text) => text.as_bytes().to_vec(),
            Make::Bytes(bytes) => bytes.to_vec(),
            Make::Built(build) => build(),
        }
    }
}

/// Tickets in the workspace, by the name of their file.
fn tickets(trial: &Trial) -> u64 {
    let store = Store::open(Path::new(&trial.path("data"))).expect("a store");
    let snapshot = store.snapshot().expect("a snapshot");
    snapshot.records(RecordKind::Ticket).iter().map(|segment| segment.rows).sum()
}

/// `line code` of every row on file as rejected.
fn rejects(trial: &Trial, source: &str, file: &str) -> Vec<String> {
    let path = trial.path(&format!("data/rejects/{source}--{file}.ndjson"));
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    text.lines()
        .map(|line| {
            let reject: serde_json::Value = serde_json::from_str(line).expect("a reject is JSON");
            let code = reject["code"].as_str().expect("a code");
            match reject["character"].as_u64() {
                Some(character) => format!("{}:{character} {code}", reject["line"]),
                None => format!("{} {code}", reject["line"]),
            }
        })
        .collect()
}

/// What is wrong with what became of `case` in `trial`.
fn check(trial: &Trial, name: &str, case: &Case) -> Option<String> {
    let before = tickets(trial);
    trial.write(&format!("sources/{name}.toml"), source(case));
    let file = trial.write(&format!("{name}-in.dat"), case.file.bytes());
    let ran = trial.run(&["import", name, &file]);
    let said = format!("{}{}", ran.out, ran.err);
    let short = format!("{name}-in.dat");
    let mut wrong = Vec::new();
    if ran.code != Some(case.code) {
        wrong.push(format!("exit code {:?}, not {}", ran.code, case.code));
    }
    for wanted in case.says {
        if !said.contains(&wanted.replace("in.dat", &short)) {
            wrong.push(format!("{wanted:?} is not said"));
        }
    }
    // a file that was read says how many rows; one that was not leaves nothing at all
    let read = case.accepted > 0 || !case.rejects.is_empty() || case.code == 0;
    let counts = format!("{} rows accepted, {} rejected", grouped(case.accepted), case.rejects.len());
    if read != said.contains(&counts) {
        wrong.push(format!("{counts:?}: said {}, wanted {read}", !read));
    }
    let found = rejects(trial, name, &short);
    if found != case.rejects {
        wrong.push(format!("rejects {found:?}, not {:?}", case.rejects));
    }
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for reject in case.rejects {
        *codes.entry(reject.split(' ').nth(1).expect("a code")).or_default() += 1;
    }
    for (code, times) in codes {
        if !said.contains(&format!("{times} × {code}, first: ")) {
            wrong.push(format!("{times} × {code} is not said"));
        }
    }
    let kept = tickets(trial) - before;
    if kept != case.accepted {
        wrong.push(format!("{kept} tickets kept, not {}", case.accepted));
    }
    (!wrong.is_empty()).then(|| format!("{} {}: {}\n{said}", case.number, case.name, wrong.join("; ")))
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn the_table_of_bad_input() {
    let trial = Trial::new("UTC");
    let mut wrong = Vec::new();
    for (position, case) in table().iter().enumerate() {
        wrong.extend(check(&trial, &format!("case{position}"), case));
    }
    let verified = trial.ok(&["verify"]);
    assert!(verified.contains("all data is as it was written"), "{verified}");
    assert!(wrong.is_empty(), "{} rows of the table are wrong\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_number_of_the_list_is_covered() {
    let mut numbers: Vec<u32> = table().iter().map(|case| case.number).collect();
    numbers.extend(COVERED);
    for number in (1..=28).chain(31..=68) {
        assert!(numbers.contains(&number), "{number} has no test");
    }
}
