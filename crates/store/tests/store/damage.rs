//! Bytes that change on disk are found, named and not folded from.

use std::time::Duration;

use model::{FactTable, RecordKind};
use store::{Error, Fault, FoldSettings, Store};

use crate::fixture::*;

fn sheet(file: &str, id: &str) -> Sheet {
    Sheet::new(file, vec![Record::new(RecordKind::Ticket, id).time("created_at", 100)])
}

fn flip(path: &std::path::Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

fn refold(store: &Store) -> store::Result<store::Committed> {
    store.writer(Duration::ZERO).unwrap().refold(
        &FoldSettings { calendars: &always(), organisation: &organisation() },
        NOW,
        &mut |_| {},
    )
}

#[test]
fn every_flipped_bit_of_a_segment_is_found() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    assert_eq!(store.verify().unwrap(), []);
    let snapshot = store.snapshot().unwrap();
    for path in [&snapshot.records(RecordKind::Ticket)[0].path, &snapshot.facts(FactTable::Ticket)[0].path] {
        let size = std::fs::metadata(path).unwrap().len() as usize;
        for at in (0..size).step_by(size / 40) {
            flip(path, at);
            let damages = store.verify().unwrap();
            assert!(damages.len() == 1 && damages[0].path == *path, "byte {at} of {}: {damages:?}", path.display());
            assert!(matches!(damages[0].fault, Fault::Changed { .. }));
            flip(path, at);
        }
    }
    assert_eq!(store.verify().unwrap(), []);
}

#[test]
fn damaged_records_are_not_folded_and_are_repaired_by_their_file() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1"), sheet("b.csv", "2")]);
    let snapshot = store.snapshot().unwrap();
    let hash = snapshot.fact_hash().unwrap();
    let [first, second] = snapshot.records(RecordKind::Ticket) else { panic!() };
    flip(&first.path, 60);
    std::fs::remove_file(&second.path).unwrap();

    let damages = store.verify().unwrap();
    assert_eq!(damages.len(), 2);
    assert!(damages[0].to_string().ends_with("; importing a.csv of source `desk` again repairs it"), "{}", damages[0]);
    assert_eq!(
        damages[1].to_string(),
        format!("{} is missing; importing b.csv of source `desk` again repairs it", second.path.display())
    );

    assert!(matches!(refold(&store), Err(Error::Damaged(damage)) if *damage == damages[0]));
    let mut writer = store.writer(Duration::ZERO).unwrap();
    assert!(matches!(commit(&mut writer, &[sheet("c.csv", "3")]), Err(Error::Damaged(_))));
    assert_eq!(store.snapshot().unwrap(), snapshot);
    assert!(!writer.find("desk", "hash of a.csv").unwrap().unwrap().intact);
    // nothing was written, so the writer goes on
    let committed = commit(&mut writer, &[sheet("a.csv", "1"), sheet("b.csv", "2")]).unwrap();
    assert_eq!((committed.replaced, committed.unchanged), (2, 0));
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.snapshot().unwrap().fact_hash().unwrap(), hash);
}

#[test]
fn damaged_facts_are_repaired_by_folding_again() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[sheet("a.csv", "1")]);
    let snapshot = store.snapshot().unwrap();
    let hash = snapshot.fact_hash().unwrap();
    flip(&snapshot.facts(FactTable::Ticket)[0].path, 99);
    assert!(store.verify().unwrap()[0].remedy.contains("folding the facts again"));
    refold(&store).unwrap();
    assert_eq!(store.verify().unwrap(), []);
    assert_eq!(store.snapshot().unwrap().fact_hash().unwrap(), hash);
}
