//! The journal: appended in order, chained, never lost once acknowledged, and what was tampered with is found.

use std::path::Path;
use std::process::{Command, Stdio};

use model::Instant;
use rusqlite::Connection;
use store::journal::{Entry, Journal, Recorded};

/// Set in the child: the data directory it appends to.
const ROOM: &str = "CROSSCHECK_TEST_JOURNAL";

fn entry(text: &str) -> Entry {
    Entry {
        at: Instant::from_micros(1_700_000_000_000_000),
        actor: "Anna".to_owned(),
        kind: "comment".to_owned(),
        subject: "metric:fcr".to_owned(),
        body: format!("{{\"text\":\"{text}\"}}"),
    }
}

fn append(journal: &Journal, text: &str) -> store::Result<Recorded> {
    journal.append::<store::Error>(0, |_| Ok(Some(entry(text)))).map(|recorded| recorded.expect("an entry"))
}

fn bodies(journal: &Journal) -> Vec<String> {
    journal.read(0).unwrap().into_iter().map(|recorded| recorded.entry.body).collect()
}

#[test]
fn entries_are_numbered_and_chained() {
    let room = tempfile::tempdir().unwrap();
    let journal = Journal::open(room.path()).unwrap();
    // reading makes no file
    assert_eq!((journal.read(0).unwrap(), journal.verify().unwrap()), (vec![], vec![]));
    assert!(!room.path().join("app.db").exists());

    let (one, two) = (append(&journal, "one").unwrap(), append(&journal, "two").unwrap());
    assert_eq!((one.number, two.number), (1, 2));
    assert_eq!((one.previous.as_str(), two.previous.as_str()), ("", one.hash.as_str()));
    assert_eq!(journal.read(0).unwrap(), [one.clone(), two.clone()]);
    assert_eq!(journal.read(1).unwrap(), [two.clone()]);
    // another process sees the same
    let other = Journal::open(room.path()).unwrap();
    assert_eq!(other.read(0).unwrap(), [one, two]);
    assert_eq!(other.verify().unwrap(), []);
}

#[test]
fn the_hash_is_over_every_part_with_its_length() {
    let room = tempfile::tempdir().unwrap();
    let one = append(&Journal::open(room.path()).unwrap(), "one").unwrap();
    // number and time as eight bytes each, then each text after its length as eight bytes, little end first
    let mut bytes = vec![1, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(1_700_000_000_000_000_i64.to_le_bytes());
    for text in ["Anna", "comment", "metric:fcr", "{\"text\":\"one\"}", ""] {
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.bytes());
    }
    assert_eq!(one.hash, blake3::hash(&bytes).to_hex().to_string());
}

#[test]
fn what_is_decided_sees_all_that_came_before() {
    let room = tempfile::tempdir().unwrap();
    let (mine, theirs) = (Journal::open(room.path()).unwrap(), Journal::open(room.path()).unwrap());
    append(&theirs, "theirs").unwrap();
    let seen = mine.append::<store::Error>(0, |newer| {
        assert_eq!(newer.len(), 1);
        Ok(None)
    });
    assert_eq!(seen.unwrap(), None);
    assert_eq!(bodies(&mine).len(), 1);
    // what is refused is not written, and does not stop what comes after
    #[derive(Debug)]
    struct Refused;
    impl From<store::Error> for Refused {
        fn from(error: store::Error) -> Refused {
            panic!("{error}")
        }
    }
    assert!(mine.append(1, |newer| if newer.is_empty() { Err(Refused) } else { Ok(None) }).is_err());
    assert_eq!(append(&mine, "mine").unwrap().number, 2);
}

#[test]
fn writers_at_once_wait_for_each_other() {
    let room = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let room = room.path();
            scope.spawn(move || {
                let journal = Journal::open(room).unwrap();
                for number in 0..10 {
                    append(&journal, &format!("{writer}-{number}")).unwrap();
                }
            });
        }
    });
    let journal = Journal::open(room.path()).unwrap();
    assert_eq!(journal.verify().unwrap(), []);
    let found = bodies(&journal);
    assert_eq!(found.len(), 40);
    for writer in 0..4 {
        let own: Vec<&String> = found.iter().filter(|body| body.contains(&format!("\"{writer}-"))).collect();
        let wanted: Vec<String> = (0..10).map(|number| entry(&format!("{writer}-{number}")).body).collect();
        assert_eq!(own, wanted.iter().collect::<Vec<_>>());
    }
}

#[test]
fn an_append_does_not_wait_for_an_import() {
    let room = tempfile::tempdir().unwrap();
    let store = store::Store::create(room.path()).unwrap();
    let writer = store.writer(std::time::Duration::ZERO).unwrap();
    append(&Journal::open(room.path()).unwrap(), "meanwhile").unwrap();
    drop(writer);
}

/// Statements that tamper, and what verification must say.
const TAMPERED: &[(&str, &str)] = &[
    ("UPDATE entry SET at = at + 1 WHERE number = 2", "entry 2 is not what was written"),
    ("UPDATE entry SET actor = 'Bert' WHERE number = 1", "entry 1 is not what was written"),
    ("UPDATE entry SET kind = 'approve' WHERE number = 3", "entry 3 is not what was written"),
    ("UPDATE entry SET subject = 'metric:aht' WHERE number = 2", "entry 2 is not what was written"),
    ("UPDATE entry SET body = '{}' WHERE number = 2", "entry 2 is not what was written"),
    ("UPDATE entry SET previous = hash WHERE number = 2", "entry 2 does not follow the one before it"),
    ("UPDATE entry SET hash = previous WHERE number = 3", "entry 3 is not what was written"),
    ("UPDATE entry SET number = 9 WHERE number = 3", "number 2 is followed by number 9"),
    ("DELETE FROM entry WHERE number = 1", "number 0 is followed by number 2"),
    ("DELETE FROM entry WHERE number = 2", "number 1 is followed by number 3"),
    ("DELETE FROM entry WHERE number = 3", "its last entry is number 2, that written last was number 3"),
    ("INSERT INTO entry SELECT 4, at, actor, kind, subject, body, hash, hash FROM entry WHERE number = 3", "entry 4"),
];

#[test]
fn tampering_with_any_row_is_found() {
    for (statement, wanted) in TAMPERED {
        let room = tempfile::tempdir().unwrap();
        let journal = Journal::open(room.path()).unwrap();
        ["one", "two", "three"].iter().for_each(|text| drop(append(&journal, text).unwrap()));
        let raw = Connection::open(room.path().join("app.db")).unwrap();
        if !statement.starts_with("INSERT") {
            let refused = raw.execute_batch(statement).unwrap_err().to_string();
            assert!(refused.contains("only appended to"), "{statement}: {refused}");
        }
        raw.execute_batch("DROP TRIGGER entry_is_not_changed; DROP TRIGGER entry_is_not_removed").unwrap();
        raw.execute_batch(statement).unwrap();
        let found = journal.verify().unwrap();
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|fault| fault.contains(wanted)), "{statement}: {found:?}");
    }
}

#[test]
fn what_is_no_journal_is_refused() {
    let room = tempfile::tempdir().unwrap();
    std::fs::write(room.path().join("app.db"), "a letter to my aunt, which is no database at all").unwrap();
    let journal = Journal::open(room.path()).unwrap();
    assert!(matches!(journal.read(0), Err(store::Error::Foreign { .. })));
    assert!(matches!(append(&journal, "one"), Err(store::Error::Foreign { .. })));
    let other = tempfile::tempdir().unwrap();
    store::Store::create(other.path()).unwrap();
    std::fs::copy(other.path().join("store.db"), other.path().join("app.db")).unwrap();
    assert!(matches!(Journal::open(other.path()).unwrap().read(0), Err(store::Error::Foreign { .. })));
}

/// Run as a process of its own by the tests below: appends, and says "on disk" by its exit code.
#[test]
fn child() {
    let Some(room) = std::env::var_os(ROOM) else { return };
    let journal = Journal::open(Path::new(&room)).unwrap();
    if append(&journal, "from the child").is_err() {
        // once a write failed, nothing more is written
        assert!(matches!(append(&journal, "again"), Err(store::Error::Latched { .. })));
        std::process::exit(3);
    }
}

fn run(room: &Path, variable: &str, point: &str) -> Option<i32> {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::child"])
        .env(ROOM, room)
        .env(variable, point)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    child.unwrap().code()
}

#[test]
fn an_append_killed_or_failing_anywhere_is_whole_or_not_there() {
    let mut kept = Vec::new();
    for (variable, code) in [("CROSSCHECK_CRASH_AT", None), ("CROSSCHECK_FAIL_AT", Some(3))] {
        for point in store::crash::JOURNAL_POINTS {
            let room = tempfile::tempdir().unwrap();
            let journal = Journal::open(room.path()).unwrap();
            append(&journal, "before").unwrap();
            assert_eq!(run(room.path(), variable, point), code, "{variable}={point}");
            let found = bodies(&journal);
            assert!(found.starts_with(&[entry("before").body]), "{point}: {found:?}");
            kept.push(found.len());
            assert_eq!(journal.verify().unwrap(), [], "{variable}={point}");
            // and what is acknowledged now stays
            assert_eq!(run(room.path(), variable, "none"), Some(0));
            assert_eq!(bodies(&journal).last(), Some(&entry("from the child").body));
            assert_eq!(bodies(&journal).len(), found.len() + 1);
        }
    }
    // only past the commit is it there
    assert_eq!(kept, [1, 1, 1, 2, 1, 1, 1, 2]);
}
