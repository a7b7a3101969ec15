//! What a commit makes visible: everything or nothing; the same file, the same file under another mapping.

use std::collections::BTreeMap;
use std::time::Duration;

use model::calendar::{Calendars, Schedule};
use model::lifecycle::Warning;
use model::{Attribute, FactTable, FieldType, Instant, RecordKind};
use store::{Complete, Error, FoldSettings, Stage, Stated, Store};

use crate::fixture::*;

fn ticket(id: &str, created: i64) -> Record {
    Record::new(RecordKind::Ticket, id).time("created_at", created)
}

fn rows(store: &Store, table: FactTable) -> u64 {
    store.snapshot().unwrap().facts(table).iter().map(|segment| segment.rows).sum()
}

#[test]
fn nothing_is_visible_before_the_commit_and_all_of_it_after() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let empty = store.snapshot().unwrap();
    assert_eq!((empty.generation, empty.folded_under.clone(), empty.deliveries().len()), (0, None, 0));
    assert!(!empty.is_stale(&FoldSettings { calendars: &always(), organisation: &organisation() }));

    let mut writer = store.writer(Duration::ZERO).unwrap();
    let sheet = Sheet {
        through: Some(500),
        ..Sheet::new(
            "a.csv",
            vec![
                ticket("1", 100),
                ticket("2", 200),
                Record::new(RecordKind::Customer, "c").text("name", "Cora"),
                Record::new(RecordKind::SurveyAnswer, "s")
                    .text("ticket_id", "2")
                    .text("instrument", "csat")
                    .integer("scale_min", 1)
                    .integer("scale_max", 5)
                    .number("value", 4)
                    .time("answered_at", 400),
            ],
        )
    };
    let finished = deliver(&mut writer, &sheet);
    assert_eq!(
        finished.rows(),
        BTreeMap::from([(RecordKind::Ticket, 2), (RecordKind::Customer, 1), (RecordKind::SurveyAnswer, 1)])
    );
    assert_eq!(store.snapshot().unwrap(), empty);
    let mut stages = Vec::new();
    let committed = writer
        .commit(
            vec![finished],
            &FoldSettings { calendars: &always(), organisation: &organisation() },
            NOW,
            &mut |stage| stages.push(stage),
        )
        .unwrap();
    assert_eq!(
        (committed.generation, committed.changed, committed.added, committed.replaced, committed.unchanged),
        (1, true, 1, 0, 0)
    );
    assert_eq!(committed.facts[&FactTable::Ticket], 2);
    assert_eq!(stages.last(), Some(&Stage::Committing));
    assert!(stages.contains(&Stage::Folding { done: 32, of: 32 }));

    let snapshot = store.snapshot().unwrap();
    assert_eq!((snapshot.generation, store.generation().unwrap()), (1, 1));
    assert_eq!(
        (rows(&store, FactTable::Ticket), rows(&store, FactTable::SurveyAnswer), rows(&store, FactTable::Contact)),
        (2, 1, 0)
    );
    let [facts] = snapshot.facts(FactTable::Ticket) else { panic!() };
    assert_eq!(
        (facts.min_time, facts.max_time),
        (Some(Instant::from_micros(100_000_000)), Some(Instant::from_micros(200_000_000)))
    );
    let [records] = snapshot.records(RecordKind::Ticket) else { panic!() };
    assert_eq!((records.rows, records.min_time), (2, Some(Instant::from_micros(100_000_000))));
    assert_eq!(records.bytes, std::fs::metadata(&records.path).unwrap().len());
    let [delivery] = snapshot.deliveries() else { panic!() };
    assert_eq!((delivery.accepted, delivery.rejected, delivery.imported_at, delivery.number), (4, 0, NOW, 1));
    assert_eq!(delivery.loaded_through[&RecordKind::SurveyAnswer], Instant::from_micros(500_000_000));
    assert!(!snapshot.is_stale(&FoldSettings { calendars: &always(), organisation: &organisation() }));

    // another process sees the same
    let other = Store::open(store.directory()).unwrap();
    assert_eq!(other.snapshot().unwrap(), snapshot);
}

#[test]
fn the_same_file_changes_nothing_and_folds_nothing() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let sheet = Sheet::new("a.csv", vec![ticket("1", 100)]);
    import(&store, std::slice::from_ref(&sheet));
    let before = store.snapshot().unwrap();

    let mut writer = store.writer(Duration::ZERO).unwrap();
    let found = writer.find("desk", "hash of a.csv").unwrap().unwrap();
    assert_eq!((found.mapping_hash.as_str(), found.accepted, found.intact), ("m1", 1, true));
    assert_eq!(writer.find("desk", "hash of b.csv").unwrap(), None);
    assert_eq!(writer.find("crm", "hash of a.csv").unwrap(), None);
    let again = deliver(&mut writer, &Sheet { file: "a.csv".to_owned(), ..sheet.clone() });
    let mut stages = 0;
    let committed = writer
        .commit(vec![again], &FoldSettings { calendars: &always(), organisation: &organisation() }, NOW, &mut |_| {
            stages += 1
        })
        .unwrap();
    assert_eq!(
        (committed.changed, committed.generation, committed.unchanged, committed.added, stages),
        (false, 1, 1, 0, 0)
    );
    assert_eq!(committed.facts[&FactTable::Ticket], 1);
    // nor does nothing at all
    assert!(!commit(&mut writer, &[]).unwrap().changed);
    assert_eq!(store.snapshot().unwrap(), before);
    drop(writer);
    assert_eq!(files(&store), known_files(&store));
}

#[test]
fn one_file_twice_in_one_commit_is_one_delivery() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let sheet = Sheet::new("a.csv", vec![ticket("1", 100)]);
    let committed = import(&store, &[sheet.clone(), sheet.clone()]);
    assert_eq!((committed.added, committed.unchanged, committed.conflicts), (1, 1, 0));
    assert_eq!(store.snapshot().unwrap().records(RecordKind::Ticket).len(), 1);

    let mut writer = store.writer(Duration::ZERO).unwrap();
    let b = Sheet::new("b.csv", vec![ticket("2", 100)]);
    let problem = commit(&mut writer, &[b.clone(), Sheet { mapping: "m2", ..b }]).unwrap_err();
    assert!(matches!(&problem, Error::TwoMappings { file, .. } if file == "b.csv"), "{problem}");
    assert_eq!(store.snapshot().unwrap().generation, 1);
}

#[test]
fn a_corrected_mapping_replaces_its_records_and_no_others() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let wrong = Sheet::new(
        "a.csv",
        vec![ticket("1", 100).text("channel", "telefon"), ticket("2", 200).text("channel", "telefon")],
    );
    let other = Sheet::new("b.csv", vec![ticket("3", 300).text("channel", "email")]);
    import(&store, &[wrong.clone(), other.clone()]);
    let before = store.snapshot().unwrap();
    let old_files = before.records(RecordKind::Ticket).to_vec();

    let right = Sheet {
        mapping: "m2",
        ..Sheet::new(
            "a.csv",
            vec![ticket("1", 100).text("channel", "phone"), ticket("2", 200).text("channel", "phone")],
        )
    };
    let committed = import(&store, std::slice::from_ref(&right));
    assert_eq!((committed.changed, committed.added, committed.replaced), (true, 1, 1));
    let after = store.snapshot().unwrap();
    assert_eq!(committed.facts[&FactTable::Ticket], 3);
    assert_eq!(after.records(RecordKind::Ticket).iter().map(|segment| segment.rows).sum::<u64>(), 3);
    assert_eq!(
        after.deliveries().iter().map(|delivery| delivery.mapping_hash.as_str()).collect::<Vec<_>>(),
        ["m1", "m2"]
    );

    // the same as if it had been right from the start
    let elsewhere = tempfile::tempdir().unwrap();
    let fresh = create(elsewhere.path());
    import(&fresh, &[right, other]);
    assert_eq!(after.fact_hash().unwrap(), fresh.snapshot().unwrap().fact_hash().unwrap());
    assert_ne!(after.fact_hash().unwrap(), before.fact_hash().unwrap());

    // those who still read the generation before find their files
    assert!(old_files.iter().all(|segment| segment.path.exists()));
    assert_eq!(before.fact_hash().unwrap()[&FactTable::Contact], after.fact_hash().unwrap()[&FactTable::Contact]);
}

#[test]
fn mappings_are_numbered_in_order_of_first_use() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let mut writer = store.writer(Duration::ZERO).unwrap();
    assert_eq!(writer.mapping_sequence("desk", "x").unwrap(), 1);
    assert_eq!(writer.mapping_sequence("desk", "y").unwrap(), 2);
    assert_eq!(writer.mapping_sequence("crm", "y").unwrap(), 1);
    assert_eq!(writer.mapping_sequence("desk", "x").unwrap(), 1);
    drop(writer);
    // only a commit makes a number last
    import(&store, &[Sheet { mapping: "y", ..Sheet::new("a.csv", vec![ticket("1", 1)]) }]);
    import(&store, &[Sheet { mapping: "x", ..Sheet::new("a.csv", vec![ticket("1", 1)]) }]);
    let mut writer = store.writer(Duration::ZERO).unwrap();
    assert_eq!(writer.mapping_sequence("desk", "y").unwrap(), 1);
    assert_eq!(writer.mapping_sequence("desk", "x").unwrap(), 2);
    assert_eq!(writer.mapping_sequence("desk", "z").unwrap(), 3);
}

#[test]
fn the_newer_mapping_wins_where_files_overlap() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[Sheet::new("a.csv", vec![ticket("1", 100).text("channel", "telefon")])]);
    let b = Sheet { mapping: "m2", ..Sheet::new("b.csv", vec![ticket("1", 100).text("channel", "phone")]) };
    let committed = import(&store, std::slice::from_ref(&b));
    assert_eq!((committed.facts[&FactTable::Ticket], committed.conflicts), (1, 0));
    let elsewhere = tempfile::tempdir().unwrap();
    let fresh = create(elsewhere.path());
    import(&fresh, &[b]);
    assert_eq!(store.snapshot().unwrap().fact_hash().unwrap(), fresh.snapshot().unwrap().fact_hash().unwrap());
}

#[test]
fn attributes_are_the_union_of_what_is_declared() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let with = |file: &str, name: &str, kind| {
        let (record, column) = (ticket(file, 100), format!("attr.{name}"));
        let record = if kind == FieldType::Text { record.text(&column, "gold") } else { record.integer(&column, 7) };
        Sheet { attributes: ticket_attribute(name, kind), ..Sheet::new(file, vec![record]) }
    };
    import(&store, &[Sheet::new("plain.csv", vec![ticket("0", 50)]), with("a.csv", "tier", FieldType::Text)]);
    import(&store, &[Sheet { source: "crm", ..with("b.csv", "floor", FieldType::Integer) }]);
    let attribute = |name: &str, kind| Attribute { name: name.to_owned(), kind };
    let expected = vec![attribute("floor", FieldType::Integer), attribute("tier", FieldType::Text)];
    assert_eq!(store.snapshot().unwrap().attributes[&RecordKind::Ticket], expected);
    assert_eq!(rows(&store, FactTable::Ticket), 3);

    // two sources that disagree
    let before = summary(&store.snapshot().unwrap());
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let clash = Sheet { source: "crm", ..with("c.csv", "tier", FieldType::Integer) };
    let problem = commit(&mut writer, &[clash]).unwrap_err().to_string();
    assert_eq!(
        problem,
        "attribute `tier` of ticket is integer in source `crm` (c.csv) and text in source `desk` (a.csv): one type in both is valid"
    );
    assert_eq!(summary(&store.snapshot().unwrap()), before);
    let twice =
        BTreeMap::from([(RecordKind::Ticket, vec![attribute("x", FieldType::Text), attribute("x", FieldType::Text)])]);
    assert!(matches!(writer.begin(Sheet::new("d.csv", Vec::new()).key(), &twice), Err(Error::AttributeTwice { .. })));

    // within a source the newest mapping decides; what was read under another type is empty, and counted
    let newer = Sheet { mapping: "m2", ..with("e.csv", "tier", FieldType::Integer) };
    let committed = commit(&mut writer, &[newer]).unwrap();
    assert_eq!(store.snapshot().unwrap().attributes[&RecordKind::Ticket][1], attribute("tier", FieldType::Integer));
    assert_eq!(committed.warnings.get(&Warning::AttributeType), Some(&1));
    assert_eq!(store.snapshot().unwrap().warnings(), &committed.warnings);
    // until it is imported again
    let again = Sheet { mapping: "m2", ..with("a.csv", "tier", FieldType::Integer) };
    assert_eq!(commit(&mut writer, &[again]).unwrap().warnings.get(&Warning::AttributeType), None);
}

#[test]
fn conflicts_are_listed_and_counted() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[Sheet::new("a.csv", vec![ticket("1", 100).text("subject", "one"), ticket("2", 100)])]);
    assert_eq!(store.snapshot().unwrap().conflict_count(), 0);
    import(&store, &[Sheet::new("b.csv", vec![ticket("1", 100).text("subject", "two").integer("line", 9)])]);
    let snapshot = store.snapshot().unwrap();
    let [conflict] = snapshot.conflicts() else { panic!("{:?}", snapshot.conflicts()) };
    assert_eq!(
        (conflict.kind, conflict.id.as_str(), conflict.revision, conflict.superseded),
        (RecordKind::Ticket, "1", 1, false)
    );
    let mut places: Vec<(i64, i64)> = conflict.bodies.iter().map(|body| (body.delivery, body.line)).collect();
    places.sort_unstable();
    assert_eq!(places, [(1, 1), (2, 9)]);
    // a greater revision settles it
    import(&store, &[Sheet::new("c.csv", vec![ticket("1", 100).text("subject", "three").integer("revision", 2)])]);
    let snapshot = store.snapshot().unwrap();
    assert_eq!((snapshot.conflict_count(), snapshot.conflicts()[0].superseded), (1, true));
}

#[test]
fn other_calendars_make_facts_stale_and_a_refold_renews_them() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    import(&store, &[Sheet::new("a.csv", vec![ticket("1", 100).time("first_reply_at", 4000)])]);
    let before = store.snapshot().unwrap();
    let other = Calendars::new("day", vec![Schedule::always("day"), Schedule::always("night")]).unwrap();
    assert!(
        before.is_stale(&FoldSettings { calendars: &other, organisation: &organisation() })
            && !before.is_stale(&FoldSettings { calendars: &always(), organisation: &organisation() })
    );

    let mut writer = store.writer(Duration::ZERO).unwrap();
    let committed =
        writer.refold(&FoldSettings { calendars: &other, organisation: &organisation() }, NOW, &mut |_| {}).unwrap();
    assert_eq!((committed.generation, committed.changed, committed.added), (2, true, 0));
    let after = store.snapshot().unwrap();
    assert!(
        !after.is_stale(&FoldSettings { calendars: &other, organisation: &organisation() })
            && after.is_stale(&FoldSettings { calendars: &always(), organisation: &organisation() })
    );
    assert_eq!(after.deliveries(), before.deliveries());
    assert_eq!(after.records(RecordKind::Ticket), before.records(RecordKind::Ticket));
    // a fact keeps the name of its calendar
    assert_ne!(after.fact_hash().unwrap()[&FactTable::Ticket], before.fact_hash().unwrap()[&FactTable::Ticket]);
}

#[test]
fn the_watermark_is_the_earliest_source_at_its_latest_delivery() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let contact = |id: &str| Record::new(RecordKind::Contact, id).time("queued_at", 1);
    let sheet = |source, file: &str, record: Record, through| Sheet {
        source,
        through: Some(through),
        ..Sheet::new(file, vec![record])
    };
    import(
        &store,
        &[
            sheet("desk", "d1", ticket("1", 1), 1000),
            sheet("desk", "d2", ticket("2", 1), 3000),
            sheet("crm", "c1", ticket("3", 1), 2000),
            sheet("phones", "p1", contact("4"), 500),
            Sheet { source: "silent", ..Sheet::new("s1", vec![ticket("5", 1)]) },
        ],
    );
    let snapshot = store.snapshot().unwrap();
    let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
    let stated = |finished: &[&str], complete: &[(&str, i64, RecordKind)]| Stated {
        finished: finished.iter().map(|name| (*name).to_owned()).collect(),
        complete: complete
            .iter()
            .map(|(name, through, kind)| {
                ((*name).to_owned(), Complete { through: at(*through), kinds: [*kind].into() })
            })
            .collect(),
        ..Stated::default()
    };
    let check = |stated: &Stated, kinds: &[RecordKind], expected: Option<i64>| {
        assert_eq!(snapshot.watermark(kinds, stated), expected.map(at), "{kinds:?} {stated:?}");
    };
    let (tickets, contacts, answers) = (RecordKind::Ticket, RecordKind::Contact, RecordKind::SurveyAnswer);
    let nothing = Stated::default();
    // of sources that do not know what was over before: the latest of those that deliver the kind
    let begun = |stated: &[(&str, i64)]| Stated {
        begun: stated.iter().map(|(name, from)| ((*name).to_owned(), at(*from))).collect(),
        ..Stated::default()
    };
    let from = |kind: RecordKind, stated: &[(&str, i64)]| snapshot.begun(&[kind], &begun(stated));
    assert_eq!(from(tickets, &[]), None);
    assert_eq!(from(tickets, &[("desk", 100), ("crm", 300), ("phones", 700)]), Some(at(300)));
    assert_eq!(from(contacts, &[("desk", 100), ("crm", 300)]), None);
    check(&nothing, &[tickets, RecordKind::Event], Some(2000));
    check(&nothing, &[contacts], Some(500));
    check(&nothing, &[tickets, contacts], Some(500));
    check(&nothing, &[answers], None);
    check(&nothing, &[], None);
    // what has finished is not waited for, unless it is all there is
    check(&stated(&["crm"], &[]), &[tickets], Some(3000));
    check(&stated(&["crm", "phones"], &[]), &[tickets, contacts], Some(3000));
    check(&stated(&["phones"], &[]), &[contacts], Some(500));
    // what is complete reaches further than its newest record, never less far, and speaks for no other
    check(&stated(&[], &[("crm", 2500, tickets)]), &[tickets], Some(2500));
    check(&stated(&[], &[("crm", 9000, tickets)]), &[tickets], Some(3000));
    check(&stated(&[], &[("crm", 100, tickets)]), &[tickets], Some(2000));
    check(&stated(&["phones"], &[("phones", 800, contacts)]), &[contacts], Some(800));
    // of kinds of which nothing has come, whoever has delivered at all and says so
    check(&stated(&[], &[("silent", 700, answers)]), &[answers], Some(700));
    check(&stated(&[], &[("silent", 700, answers), ("desk", 600, answers)]), &[answers], Some(600));
    check(&stated(&[], &[("silent", 700, answers)]), &[tickets], Some(2000));
    check(&stated(&[], &[("stranger", 700, answers)]), &[answers], None);

    let check = |stated: &Stated, kinds: &[RecordKind], expected: &[(&str, i64)]| {
        let expected = expected.iter().map(|(name, through)| (*name, at(*through)));
        assert_eq!(snapshot.waited_for(kinds, stated), expected.collect(), "{kinds:?} {stated:?}");
    };
    check(&nothing, &[tickets, contacts], &[("crm", 2000), ("desk", 3000), ("phones", 500)]);
    check(&stated(&["phones"], &[("crm", 2500, tickets)]), &[tickets, contacts], &[("crm", 2500), ("desk", 3000)]);
    check(&stated(&["crm", "desk"], &[]), &[tickets], &[("desk", 3000)]);
    check(&nothing, &[answers], &[]);
}

#[test]
fn batches_that_are_not_of_their_kind_are_refused() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let mut writer = store.writer(Duration::ZERO).unwrap();
    let mut delivery = writer.begin(Sheet::new("a.csv", Vec::new()).key(), &Default::default()).unwrap();
    let schema = delivery.schema(RecordKind::Ticket);
    let record = ticket("1", 1);
    let good = batch(&schema, &[&record]);
    let mut check = |batch: &arrow::array::RecordBatch, expected: &str| {
        let problem = delivery.append(RecordKind::Ticket, batch).unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
    };
    check(&good.project(&(0..3).collect::<Vec<_>>()).unwrap(), "a batch of ticket records has 3 columns");
    let order: Vec<usize> = [1, 0].into_iter().chain(2..schema.fields().len()).collect();
    check(&good.project(&order).unwrap(), "has `id Utf8` as column 1: `system Utf8` is valid");
    let loose = std::sync::Arc::new(arrow::datatypes::Schema::new(
        schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect::<Vec<_>>(),
    ));
    let holes = batch(&loose, &[&Record { kind: RecordKind::Ticket, cells: BTreeMap::new() }]);
    check(&holes, "1 rows without `system`: a value in every row is valid");
    delivery.append(RecordKind::Ticket, &good).unwrap();
    let finished = delivery.finish(1, 0, BTreeMap::new()).unwrap();
    assert_eq!(finished.rows()[&RecordKind::Ticket], 1);
}

#[test]
fn a_delivery_without_records_is_remembered() {
    let room = tempfile::tempdir().unwrap();
    let store = create(room.path());
    let sheet = Sheet::new("empty.csv", Vec::new());
    assert!(import(&store, std::slice::from_ref(&sheet)).changed);
    assert!(!import(&store, &[sheet]).changed);
    let snapshot = store.snapshot().unwrap();
    assert_eq!((snapshot.deliveries().len(), snapshot.records(RecordKind::Ticket).len()), (1, 0));
    assert_eq!(store.verify().unwrap(), []);
}

/// Segments on disk.
pub fn files(store: &Store) -> Vec<String> {
    let mut files: Vec<String> = ["records", "facts", "tmp"]
        .iter()
        .flat_map(|part| std::fs::read_dir(store.directory().join("segments").join(part)).unwrap())
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect();
    files.sort();
    files
}

/// Segments that the newest generation holds.
pub fn known_files(store: &Store) -> Vec<String> {
    let snapshot = store.snapshot().unwrap();
    let records = RecordKind::ALL.iter().flat_map(|&kind| snapshot.records(kind).to_vec());
    let facts = FactTable::ALL.iter().flat_map(|&table| snapshot.facts(table).to_vec());
    let mut files: Vec<String> = records.chain(facts).map(|segment| segment.path.display().to_string()).collect();
    files.sort();
    files
}
