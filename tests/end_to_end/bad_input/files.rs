//! Files that are not what a file of rows is.

use std::io::Write as _;

use super::{Built, Bytes, Case, Text, refused, rows};

const GOOD: &str = "id,at\n1,2026-03-02T08:00:00Z\n2,2026-03-02T09:00:00Z\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn bomb() -> Vec<u8> {
    let line = [vec![b'x'; 8 << 20], b"\n".to_vec()].concat();
    gzip(&[b"id,at\n".to_vec(), line.repeat(40)].concat())
}

fn truncated() -> Vec<u8> {
    let rows: String = (0..5000).map(|n| format!("{n},2026-03-02T08:00:{:02}Z\n", n * 7919 % 60)).collect();
    let whole = gzip(format!("id,at\n{rows}").as_bytes());
    whole[..whole.len() / 2].to_vec()
}

fn two_members() -> Vec<u8> {
    let (first, second) = GOOD.split_at(20);
    [gzip(first.as_bytes()), gzip(second.as_bytes())].concat()
}

fn long_field() -> Vec<u8> {
    format!("id,at,text\n1,2026-03-02,\n2,2026-03-02,{}\n", "x".repeat(64 << 20)).into_bytes()
}

fn columns(count: usize) -> Vec<u8> {
    let names: Vec<String> = (2..count).map(|n| format!("c{n}")).collect();
    format!("id,at,{}\n1,2026-03-02{}\n", names.join(","), ",x".repeat(count - 2)).into_bytes()
}

fn deep_line() -> Vec<u8> {
    let (open, close) = ("{\"a\":".repeat(100_000), "}".repeat(100_000));
    format!("{{\"id\":1,\"at\":\"2026-03-02\"}}\n{open}1{close}\n").into_bytes()
}

fn deep_document() -> Vec<u8> {
    "[".repeat(100_000).into_bytes()
}

const NDJSON: &str = "format = \"ndjson\"";
const JSON: &str = "format = \"json\"";

pub(super) fn cases() -> Vec<Case> {
    vec![
        refused(1, "empty file", "", Bytes(b""), &["in.dat: the file is empty; a header line was expected"]),
        refused(
            1,
            "empty JSON",
            JSON,
            Bytes(b""),
            &["in.dat:1:1: the JSON document cannot be read: the file is empty"],
        ),
        rows(1, "empty NDJSON", NDJSON, Bytes(b""), 0, &[]),
        rows(2, "header only", "", Text("id,at\n"), 0, &[]),
        refused(
            3,
            "no header",
            "",
            Text("1,2026-03-02T08:00:00Z\n2,2026-03-02T09:00:00Z\n"),
            &["missing_column", "the file has no column \"id\"", "the file has no column \"at\""],
        ),
        rows(3, "no header, columns named", "columns = [\"id\", \"at\"]", Text("1,2026-03-02\n2,2026-03-02\n"), 2, &[]),
        refused(
            4,
            "duplicate column in use",
            "",
            Text("id,at,at\n1,2026-03-02,2026-03-03\n"),
            &["duplicate_column", "the file has 2 columns named `at`"],
        ),
        rows(4, "duplicate column not in use", "", Text("id,at,x,x\n1,2026-03-02,a,b\n"), 1, &[]),
        refused(5, "column missing", "", Text("id,opened\n1,2026-03-02\n"), &["the file has no column \"at\""]),
        rows(6, "extra column", "", Text("id,at,extra\n1,2026-03-02,x\n"), 1, &[]),
        rows(7, "ragged row, short", "", Text("id,at,x\n1,2026-03-02,x\n2,2026-03-02\n"), 1, &["3 ragged_row"])
            .saying(&["in.dat:3: 2 fields where there are 3 columns"]),
        rows(8, "ragged row, long", "", Text("id,at\n1,2026-03-02,x\n2,2026-03-02\n"), 1, &["2 ragged_row"])
            .saying(&["in.dat:2: 3 fields where there are 2 columns"]),
        rows(
            9,
            "unclosed quote to the end",
            "",
            Text("id,at,x\n1,2026-03-02,\"open\n2,2026-03-02,b\n3,2026-03-02,c\n"),
            2,
            &["2 unclosed_quote"],
        )
        .saying(&["in.dat:2: the quote that opens field 3 is not closed"]),
        rows(10, "quote inside a field", "", Text("id,at,x\n1,2026-03-02,5\" screen\n"), 1, &[]),
        rows(
            10,
            "text behind a closing quote",
            "",
            Text("id,at,x\n1,2026-03-02,\"5\" screen\"\n2,2026-03-02,b\n"),
            1,
            &["2 stray_quote"],
        ),
        rows(11, "CRLF, LF and CR mixed", "", Text("id,at\r\n1,2026-03-02\r2,2026-03-02\n3,2026-03-02\r\n"), 3, &[]),
        rows(12, "no final newline", "", Text("id,at\n1,2026-03-02"), 1, &[]),
        rows(13, "semicolons", "delimiter = \";\"", Text("id;at\n1;2026-03-02\n"), 1, &[]),
        rows(13, "tabs", "delimiter = \"\\t\"", Text("id\tat\n1\t2026-03-02\n"), 1, &[]),
        refused(13, "semicolons not declared", "", Text("id;at\n1;2026-03-02\n"), &["the file has no column \"id\""]),
        refused(14, "field of 64 MB", "", Built(long_field), &["in.dat:3: a field or line of more than 16 MB"]),
        rows(15, "10,000 columns", "keep = false", Built(|| columns(10_000)), 1, &[]),
        refused(
            15,
            "10,001 columns",
            "",
            Built(|| columns(10_001)),
            &["10001 columns or more, where at most 10000 are read"],
        ),
        rows(
            16,
            "NDJSON line cut off",
            NDJSON,
            Text("{\"id\":1,\"at\":\"2026-03-02\"}\n{\"id\":2,\"at\":\"2026-"),
            1,
            &["2 not_json"],
        ),
        refused(
            16,
            "JSON document cut off",
            JSON,
            Text("[{\"id\":1,\"at\":\"2026-03-02\"},\n{\"id\":2,\"at\":\"2026-"),
            &["in.dat:2:1: the JSON document cannot be read: it ends inside this value"],
        ),
        refused(
            17,
            "JSON list given as NDJSON",
            NDJSON,
            Text("[{\"id\":1,\"at\":\"2026-03-02\"},\n{\"id\":2,\"at\":\"2026-03-02\"}]\n"),
            &["in.dat: this is a JSON array; one object a line was expected"],
        ),
        refused(
            17,
            "NDJSON given as JSON",
            JSON,
            Text("{\"id\":1,\"at\":\"2026-03-02\"}\n{\"id\":2,\"at\":\"2026-03-02\"}\n"),
            &["in.dat:2:1: the JSON document cannot be read: the end of the file, or format = \"ndjson\""],
        ),
        refused(
            17,
            "JSON with its rows elsewhere",
            JSON,
            Text("{\"data\":{\"tickets\":[{\"id\":1,\"at\":\"2026-03-02\"}]}}"),
            &["in.dat: the JSON document has no rows at its top; valid for read.records: \"data.tickets\""],
        ),
        rows(18, "nesting 100,000 deep in a line", NDJSON, Built(deep_line), 1, &["2 too_deep"]),
        refused(
            18,
            "nesting 100,000 deep around the rows",
            "format = \"json\"\nrecords = \"t\"",
            Built(deep_document),
            &["in.dat:1:129: the JSON document cannot be read: containers nested more than 128 deep"],
        ),
        rows(
            19,
            "duplicate keys",
            NDJSON,
            Text("{\"id\":1,\"at\":\"2026-03-02\",\"id\":2}\n{\"id\":3,\"at\":\"2026-03-02\"}\n"),
            1,
            &["1 duplicate_key"],
        ),
        rows(
            19,
            "duplicate keys in a document",
            JSON,
            Text("[{\"id\":1,\"at\":\"2026-03-02\",\"id\":2},{\"id\":3,\"at\":\"2026-03-02\"}]"),
            1,
            &["1:2 duplicate_key"],
        )
        .saying(&["in.dat:1:2: the key \"id\" stands twice in the object"]),
        refused(
            26,
            "gzip bomb",
            "",
            Built(bomb),
            &["in.dat: more than 2", " MB come out of ", "over 250 times as much"],
        ),
        refused(27, "gzip cut off", "", Built(truncated), &["in.dat: the compressed data are damaged or cut off"]),
        rows(28, "two gzip members", "", Built(two_members), 2, &[]),
        refused(
            29,
            "ZIP archive",
            "",
            Bytes(b"PK\x03\x04\x14\0\0\0\x08\0../../etc/passwd"),
            &["in.dat: this is a ZIP archive or Excel workbook; unpack it, or export it as CSV"],
        ),
    ]
}
