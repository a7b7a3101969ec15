//! JSON documents: where their rows are, how long they may be, and where they stop making sense.

use super::{Outcome, check_customers, codes, customers, failure, map, map_bytes, map_text, source};

fn read(records: &str) -> String {
    let records = if records.is_empty() { String::new() } else { format!("records = \"{records}\"") };
    format!("format = \"json\"\n{records}")
}

#[test]
fn rows_are_found_at_the_top_or_where_the_source_file_says() {
    let both = &[("1", "a"), ("2", "b")][..];
    for (records, text, expected) in [
        ("", r#"[{"id":1,"name":"a"},{"id":2,"name":"b"}]"#, both),
        ("", "\n [\n  {\n    \"id\": 1,\n    \"name\": \"a\"\n  },\n{\"id\":2,\"name\":\"b\"}\n]\n", both),
        ("", "\u{feff}[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"}]", both),
        ("", "[]", &[]),
        ("tickets", r#"{"count":2,"tickets":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"next":null}"#, both),
        ("data.tickets", r#"{"data":{"users":[{"id":9}],"tickets":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}}"#, both),
        ("data.tickets", r#"{"data.tickets":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}"#, both),
        // pages one after another, lists being looked through
        ("tickets", r#"[{"tickets":[{"id":1,"name":"a"}]},{"tickets":[{"id":2,"name":"b"}]},{"tickets":[]}]"#, both),
        // a list of holders of one object
        ("page.ticket", r#"{"page":[{"ticket":{"id":1,"name":"a"}},{"ticket":{"id":2,"name":"b"}}]}"#, both),
        ("tickets", r#"{"tickets":[]}"#, &[]),
        (
            "a.b",
            r#"{"x":{"b":[{"id":7}]},"b":[{"id":8}],"a":{"b":[{"id":1,"name":"a"}],"c":{"b":[{"id":9}]}}}"#,
            &both[..1],
        ),
        (
            "t",
            "{\"x\":\"\\\"]}[{\\\\\",\"y\":[[1,-2.5e3,true],\"\\u00e9\",null],\"t\":[{\"id\":1,\"name\":\"a\"}]}",
            &both[..1],
        ),
    ] {
        check_customers(&read(records), text.as_bytes(), expected, &[]);
    }
}

#[test]
fn a_row_is_read_as_in_ndjson() {
    let toml = "[read]\nformat = \"json\"\n[[record]]\nkind = \"customer\"\nid = \"who.id\"\n[record.fields]\nname = \"tags\"\n[record.attributes]\nn = { value = \"_line\", type = \"integer\" }\n";
    let outcome = map_text(
        toml,
        r#"[{"who":{"id":12345678901234567890},"tags":["a",{"b":1}],"kept":1.50},{"who":{"id":"\u00fc"}}]"#,
    );
    assert_eq!(
        outcome.records,
        [
            "customer id=12345678901234567890 name=[\"a\",{\"b\":1}] attr.n=1 rest={\"kept\":1.50}",
            "customer id=ü attr.n=2"
        ]
    );
}

#[test]
fn a_row_that_cannot_be_read_leaves_the_others() {
    let text = "[{\"id\":1,\"name\":\"a\"},\n{\"id\":2,}, 7,\n  [{\"id\":3}],null,\n{\"id\":4,\"id\":5},{\"id\":6,\"name\":\"é\"}, {\"id\":null}]";
    let outcome = map_bytes(&customers(&read("")), text.as_bytes()).unwrap();
    assert_eq!(outcome.records, ["customer id=1 name=a", "customer id=6 name=é"]);
    let places: Vec<String> = outcome
        .rejects
        .iter()
        .map(|reject| format!("{}:{} {}", reject.line, reject.character.unwrap_or(0), reject.code))
        .collect();
    assert_eq!(
        places,
        [
            "2:1 not_json",
            "2:12 not_an_object",
            "3:3 not_an_object",
            "3:14 not_an_object",
            "4:1 duplicate_key",
            "4:38 missing_field"
        ]
    );
    assert!(outcome.rejects[0].place().ends_with("in.dat:2:1"), "{}", outcome.rejects[0].place());
    assert_eq!((outcome.rejects[4].raw.as_str(), outcome.rejects[4].complete), ("{\"id\":4,\"id\":5}", true));
    let deep =
        format!("[{{\"id\":1,\"name\":\"a\"}},{}{}]", "{\"a\":".repeat(100_000), "1".to_owned() + &"}".repeat(100_000));
    check_customers(&read(""), deep.as_bytes(), &[("1", "a")], &["1 too_deep"]);
    let lists =
        format!("[{{\"id\":1,\"name\":\"a\"}},{{\"id\":2,\"x\":{}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    check_customers(&read(""), lists.as_bytes(), &[("1", "a"), ("2", "")], &[]);
    check_customers(
        &read(""),
        b"[{\"id\":1,\"name\":\"\xff\"},{\"id\":2,\"name\":\"b\"}]",
        &[("2", "b")],
        &["1 invalid_encoding"],
    );
}

#[test]
fn a_document_that_cannot_be_read_on_fails_with_its_place() {
    let cannot = |rest: &str| format!("in.dat:{rest}");
    for (records, text, expected) in [
        ("", "", "1:1: the JSON document cannot be read: the file is empty"),
        ("", "[{\"id\":1},\n {\"id\":2},", "2:11: the JSON document cannot be read: it ends before it is complete"),
        ("", "[{\"id\":1},\n {\"id\":2", "2:2: the JSON document cannot be read: it ends inside this value"),
        ("", "[{\"id\":1} {\"id\":2}]", "1:11: the JSON document cannot be read: a comma or ] was expected"),
        ("", "[{\"id\":1},]", "1:11: the JSON document cannot be read: a value was expected"),
        (
            "",
            "[{\"id\":1}]\n[{\"id\":2}]",
            "2:1: the JSON document cannot be read: the end of the file, or format = \"ndjson\" for one object a line, was expected",
        ),
        ("t", "{\"a\":nul,\"t\":[]}", "1:6: the JSON document cannot be read: nul is no JSON value"),
        ("t", "{\"é\":01,\"t\":[]}", "1:6: the JSON document cannot be read: 01 is no JSON value"),
        ("t", "{a:1}", "1:2: the JSON document cannot be read: a key in quotes or } was expected"),
        ("t", "{\"a\" 1}", "1:6: the JSON document cannot be read: a colon was expected"),
        ("t", "{\"a\":1]", "1:7: the JSON document cannot be read: a comma or } was expected"),
        ("t", "hello", "1:1: the JSON document cannot be read: hello is no JSON value"),
    ] {
        assert_eq!(failure(&read(records), text.as_bytes()), cannot(expected), "{text}");
    }
    let deep = failure(&read("t"), "[".repeat(100_000).as_bytes());
    assert_eq!(deep, "in.dat:1:129: the JSON document cannot be read: containers nested more than 128 deep");
    let long = format!("[{{\"id\":1}},\n{{\"id\":2,\"x\":\"{}\"}}]", "x".repeat((16 << 20) + 1));
    let expected = "in.dat:2: a field or line of more than 16 MB; a quote may not be closed";
    assert_eq!(failure(&read(""), long.as_bytes()), expected);
}

#[test]
fn a_document_without_rows_there_says_where_lists_are() {
    for (records, text, expected) in [
        (
            "",
            "{\"a\":{\"b\":[{\"id\":1},{\"id\":2}]},\"c\":[1],\"d\":[{}]}",
            "in.dat: the JSON document has no rows at its top; valid for read.records: \"a.b\", \"d\"",
        ),
        ("", "{\"id\":1}", "in.dat: the JSON document has no rows at its top; it holds no lists of objects"),
        (
            "tickts",
            "{\"tickets\":[{\"id\":1}]}",
            "in.dat: the JSON document has no rows at `tickts`; valid for read.records: \"tickets\"",
        ),
        ("t", "[{\"id\":1}]", "in.dat: the JSON document has no rows at `t`; valid for read.records: \"\""),
        ("t", "{\"t\":3}", "in.dat: the JSON document has no rows at `t`; it holds no lists of objects"),
    ] {
        assert_eq!(failure(&read(records), text.as_bytes()), expected);
    }
}

/// A file of `rows` with `around` it, mapped; text is met in pieces of 256 kB, at whose borders anything may stand.
fn long(rows: usize) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.json");
    let filler = "[{\"x\":\"\\\"}é\"},7.5],".repeat(40_000);
    let objects: Vec<String> = (0..rows)
        .map(|n| format!("{{\"id\":{n},\"name\":\"n{}\",\"more\":{{\"a\":[1,\"]\"]}}}}", "é".repeat(n % 7)))
        .collect();
    let text = format!("{{\"before\":[{filler}0],\"t\":[{}],\"after\":[{filler}0]}}", objects.join(",\n"));
    std::fs::write(&path, text).unwrap();
    map(&source(&customers(&read("t"))), &path, None).unwrap()
}

#[test]
fn what_is_around_a_piece_border_is_read_alike() {
    let outcome = long(50_000);
    assert_eq!((outcome.mapped.rows, codes(&outcome).len()), (50_000, 0));
    for (n, record) in outcome.records.iter().enumerate() {
        assert_eq!(*record, format!("customer id={n} name=n{}", "é".repeat(n % 7)));
    }
}

#[test]
fn records_goes_with_json_only() {
    let mut problems = catalogue::file::Problems::default();
    let file = catalogue::source::SourceText {
        path: "sources/desk.toml".into(),
        text: customers("format = \"ndjson\"\nrecords = \"data\""),
    };
    assert!(catalogue::source::declare("desk", file, &mut problems).is_none());
    let found = problems.into_sorted();
    assert_eq!((found[0].code, found[0].line), ("wrong_value", 4));
}
