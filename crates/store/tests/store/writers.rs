//! Two writers, readers during a commit, what is cleaned up, what is refused.

use std::time::{Duration, Instant};

use model::{FactTable, RecordKind};
use store::{Error, FoldSettings, Limits, Store};

use crate::commit::{files, known_files};
use crate::fixture::*;

fn sheet(file: &str, id: &str) -> Sheet {
    Sheet::new(file, vec![Record::new(RecordKind::Ticket, id).time("created_at", 100)])
}

#[test]
fn one_writer_at_a_time() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let other = Store::open(store.directory()).unwrap();
    let mut writer = store.writer(Duration::ZERO).unwrap();
    assert!(matches!(other.writer(Duration::ZERO), Err(Error::Busy { .. })));
    let begun = Instant::now();
    let problem = other.writer(Duration::from_millis(200)).unwrap_err();
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert!(
        problem.to_string().ends_with("is held by another writer, after 0.2 s of waiting: one import at a time"),
        "{problem}"
    );

    // a delivery that still has temporary files keeps the lock
    let delivery = writer.begin(sheet("a.csv", "1").key(), &Default::default()).unwrap();
    drop(writer);
    assert!(matches!(other.writer(Duration::ZERO), Err(Error::Busy { .. })));
    drop(delivery);
    let mut writer = other.writer(Duration::ZERO).unwrap();

    // one who waits gets it
    let finished = deliver(&mut writer, &sheet("a.csv", "1"));
    std::thread::scope(|scope| {
        let waiting =
            scope.spawn(|| store.writer(Duration::from_secs(60)).map(|writer| writer.find("desk", "hash of a.csv")));
        std::thread::sleep(Duration::from_millis(100));
        writer
            .commit(
                vec![finished],
                &FoldSettings { calendars: &always(), organisation: &organisation() },
                NOW,
                &mut |_| {},
            )
            .unwrap();
        drop(writer);
        assert!(waiting.join().unwrap().unwrap().unwrap().is_some());
    });
}

#[test]
fn a_delivery_belongs_to_its_writer() {
    let (room, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, other) = (create(room.path()), create(elsewhere.path()));
    let finished = deliver(&mut store.writer(Duration::ZERO).unwrap(), &sheet("a.csv", "1"));
    let mut writer = other.writer(Duration::ZERO).unwrap();
    let problem = writer
        .commit(vec![finished], &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {})
        .unwrap_err();
    assert!(matches!(problem, Error::ForeignDelivery { .. }), "{problem}");
    assert_eq!((files(&store), files(&other)), (vec![], vec![]));
}

#[test]
fn a_snapshot_outlives_the_commits_after_it_for_as_long_as_is_said() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    let pinned = store.snapshot().unwrap();
    let hash = pinned.fact_hash().unwrap();

    // readers are never held up, not even in the middle of a commit
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let finished = deliver(&mut writer, &Sheet { mapping: "m2", ..sheet("a.csv", "9") });
    let mut seen = Vec::new();
    writer
        .commit(vec![finished], &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {
            seen.push(store.snapshot().unwrap())
        })
        .unwrap();
    assert!(seen.len() > 10 && seen.iter().all(|snapshot| *snapshot == pinned));
    assert_eq!(store.snapshot().unwrap().generation, 2);
    drop(writer);
    assert_eq!(pinned.fact_hash().unwrap(), hash);

    // a later writer keeps them for an hour
    drop(store.writer(Duration::ZERO).unwrap());
    assert_eq!(pinned.fact_hash().unwrap(), hash);
    assert_eq!(
        files(&store).len(),
        known_files(&store).len() + pinned.records(RecordKind::Ticket).len() + facts(&pinned)
    );

    // and removes them then
    let hasty = Store::open(store.directory())
        .unwrap()
        .with_limits(Limits { keep_dropped: Duration::ZERO, ..Limits::default() });
    drop(hasty.writer(Duration::ZERO).unwrap());
    assert_eq!(files(&store), known_files(&store));
    assert!(pinned.fact_hash().is_err());
    assert_eq!(store.verify().unwrap(), []);
}

fn facts(snapshot: &store::Snapshot) -> usize {
    FactTable::ALL.iter().map(|&table| snapshot.facts(table).len()).sum()
}

#[test]
fn what_nobody_knows_is_removed() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    let segments = store.directory().join("segments");
    for orphan in [
        "tmp/ticket-7.parquet",
        "tmp/facts.spill",
        "records/ticket-00000002-7.parquet",
        "facts/ticket-00000002-0000.parquet",
    ] {
        std::fs::write(segments.join(orphan), b"orphan").unwrap();
    }
    let before = summary(&store.snapshot().unwrap());
    drop(store.writer(Duration::ZERO).unwrap());
    assert_eq!(files(&store), known_files(&store));
    assert_eq!(summary(&store.snapshot().unwrap()), before);

    // deliveries that come to nothing leave nothing
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut delivery = writer.begin(sheet("b.csv", "2").key(), &Default::default()).unwrap();
    append(&mut delivery, &sheet("b.csv", "2").records);
    drop(delivery);
    drop(deliver(&mut writer, &sheet("c.csv", "3")));
    assert_eq!(files(&store), known_files(&store));
}

#[test]
fn directories_that_hold_no_store() {
    let room = tempfile::tempdir().unwrap();
    let check = |directory: &std::path::Path, expected: &str| {
        let problem = Store::open(directory).map(drop).unwrap_err().to_string();
        assert_eq!(problem, expected.replace("DIR", &directory.display().to_string()));
    };
    let absent = room.path().join("absent");
    check(&absent, "no data at DIR: `crosscheck init` makes a workspace");
    assert!(!absent.exists());
    std::fs::create_dir(&absent).unwrap();
    check(&absent, "no data at DIR: `crosscheck init` makes a workspace");

    let foreign = room.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("store.db"), b"this is a letter, not a database, and long enough to tell").unwrap();
    let expected = "DIR/store.db is not a crosscheck database: `crosscheck init` in an empty directory makes one";
    check(&foreign, expected);
    assert!(matches!(Store::create(&foreign), Err(Error::Foreign { .. })));
    std::fs::remove_file(foreign.join("store.db")).unwrap();
    let connection = rusqlite::Connection::open(foreign.join("store.db")).unwrap();
    connection.execute_batch("CREATE TABLE album (title TEXT)").unwrap();
    check(&foreign, expected);

    let newer = create(room.path());
    let connection = rusqlite::Connection::open(newer.directory().join("store.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    check(newer.directory(), "DIR/store.db has format 99, made by a newer version: this one reads up to 3");
}

#[test]
fn making_a_store_twice_keeps_what_it_holds() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    let before = summary(&store.snapshot().unwrap());
    assert_eq!(summary(&create(room.path()).snapshot().unwrap()), before);
    // a making that was interrupted is completed
    let half = room.path().join("half");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join("store.db"), b"").unwrap();
    assert!(matches!(Store::open(&half), Err(Error::Absent { .. })));
    assert_eq!(Store::create(&half).unwrap().snapshot().unwrap().generation, 0);
}

#[test]
fn a_failed_write_stops_all_further_ones() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    let before = summary(&store.snapshot().unwrap());
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let finished = deliver(&mut writer, &sheet("b.csv", "2"));
    // a directory where the segment is to be named: the rename fails
    std::fs::create_dir(store.directory().join("segments/records/ticket-00000002-2.parquet")).unwrap();
    let settings = always();
    let problem = writer
        .commit(vec![finished], &FoldSettings { calendars: &settings, organisation: &organisation() }, NOW, &mut |_| {})
        .unwrap_err();
    assert!(matches!(problem, Error::File { action: "rename to", .. }), "{problem}");
    assert!(matches!(writer.begin(sheet("c.csv", "3").key(), &Default::default()), Err(Error::Latched { .. })));
    assert!(matches!(
        writer.commit(
            Vec::new(),
            &FoldSettings { calendars: &settings, organisation: &organisation() },
            NOW,
            &mut |_| {}
        ),
        Err(Error::Latched { .. })
    ));
    drop(writer);
    assert!(matches!(store.writer(Duration::ZERO), Err(Error::Latched { .. })));
    // reading goes on
    assert_eq!(summary(&store.snapshot().unwrap()), before);
    // and after a restart writing does, once what is in the way is gone
    std::fs::remove_dir(store.directory().join("segments/records/ticket-00000002-2.parquet")).unwrap();
    let restarted = Store::open(store.directory()).unwrap();
    assert_eq!(import(&restarted, &[sheet("b.csv", "2")]).facts[&FactTable::Ticket], 2);
}

/// Files of deliveries that wait lie beside those of facts that are being written.
#[test]
fn deliveries_that_wait_survive_other_commits_good_and_bad() {
    let many = |file: &str| {
        let ticket = Record::new(RecordKind::Ticket, file).time("created_at", 100).time("first_reply_at", 200);
        let contact = Record::new(RecordKind::Contact, file).time("queued_at", 100);
        let answer = Record::new(RecordKind::SurveyAnswer, file).text("instrument", "csat").time("answered_at", 300);
        let answer = answer.integer("scale_min", 1).integer("scale_max", 5).number("value", 3);
        Sheet::new(file, vec![ticket, contact, answer])
    };
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut waiting: Vec<_> = ["1", "2", "3", "4", "5"].iter().map(|file| deliver(&mut writer, &many(file))).collect();
    assert!(commit(&mut writer, &[many("a.csv")]).unwrap().changed);

    // what was folded is damaged, so nothing can be added before it is repaired
    let path = store.snapshot().unwrap().records(RecordKind::Ticket)[0].path.clone();
    std::fs::write(&path, b"gone").unwrap();
    assert!(matches!(commit(&mut writer, &[many("b.csv")]), Err(Error::Damaged(_))));

    waiting.push(deliver(&mut writer, &many("a.csv")));
    let committed = writer
        .commit(waiting, &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {})
        .unwrap();
    assert_eq!((committed.added, committed.replaced, committed.facts[&FactTable::SurveyAnswer]), (6, 1, 6));
    assert_eq!(store.verify().unwrap(), []);
}
