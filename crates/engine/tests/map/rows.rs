//! Rows and cells: CSV in its shapes, NDJSON, what is missing, what is kept, and where a rejected row stands.

use proptest::prelude::*;

use super::{check_customers, codes, customers, map_bytes, map_text};

#[test]
fn csv_in_its_shapes() {
    let plain = &[("1", "a"), ("2", "b")][..];
    for (read, text, expected) in [
        // line ends, mixed too, and none at the end
        ("", "id,name\n1,a\n2,b\n", plain),
        ("", "id,name\r\n1,a\r\n2,b\r\n", plain),
        ("", "id,name\r1,a\r2,b\r", plain),
        ("", "id,name\r\n1,a\r2,b", plain),
        ("", "id,name\n\n1,a\r\n\r\n\n2,b\n\n", plain),
        // header names are trimmed; columns in any order; unused ones twice or nameless
        ("", " id , name \n1,a\n2,b\n", plain),
        ("", "x,name,x,id,\n,a,,1,\n9,b,9,2,9\n", plain),
        ("", "\"name\",\"id\"\n\"a\",\"1\"\n\"b\",2\n", plain),
        ("columns = [\"id\", \"name\"]", "1,a\n2,b\n", plain),
        // delimiters and quotes
        ("delimiter = \";\"", "id;name\n1;a\n2;b\n", plain),
        ("delimiter = \"\\t\"", "id\tname\n1\ta\n2\tb\n", plain),
        ("delimiter = \"|\"\nquote = \"'\"", "id|name\n1|'a'\n2|'b'\n", plain),
        ("quote = \"\"", "id,name\n1,\"a\n2,5\" b\n", &[("1", "\"a"), ("2", "5\" b")]),
        ("quote = \"'\"", "id,name\n1,'a ''b'''\n", &[("1", "a 'b'")]),
        ("", "id,name\n1,\"a,\"\"b\"\"\"\n2,\"\"\n", &[("1", "a,\"b\""), ("2", "")]),
        ("", "id,name\n1,\"a\nb\r\nc\"\n2,\"\n\"\n", &[("1", "a\nb\r\nc"), ("2", "")]),
        // a quote inside a field that does not begin with one is a character
        ("", "id,name\n1,5\" screen\n2, \"b\"\n", &[("1", "5\" screen"), ("2", " \"b\"")]),
        // cells are kept exactly, ids with spaces, zeros and case
        ("", "id,name\n007, a \n 7 ,b\nA,c\na,d\n", &[("007", " a "), (" 7 ", "b"), ("A", "c"), ("a", "d")]),
        // missing
        (
            "missing = [\"?\", \" N/A \"]",
            "id,name\n1,?\n2, N/A\n3,n/a\n4,  \n5,??\n",
            &[("1", ""), ("2", ""), ("3", "n/a"), ("4", ""), ("5", "??")],
        ),
    ] {
        check_customers(read, text.as_bytes(), expected, &[]);
    }
}

#[test]
fn csv_rows_that_cannot_be_read() {
    for (text, expected, rejects) in [
        (
            "id,name\n1\n2,b\n3,c,d\n4,d,\n5,e\n",
            &[("2", "b"), ("5", "e")][..],
            &["2 ragged_row", "4 ragged_row", "5 ragged_row"][..],
        ),
        // an open quote costs its line, not the rest of the file
        ("id,name\n1,\"a\n2,b\n3,c\n", &[("2", "b"), ("3", "c")], &["2 unclosed_quote"]),
        ("id,name\n1,\"a\n2,b\n3,\"c\"\n", &[("2", "b"), ("3", "c")], &["2 stray_quote"]),
        ("id,name\n1,\"5\" screen\"\n2,b\n", &[("2", "b")], &["2 stray_quote"]),
        ("id,name\n1,\"a\"x\r2,b\r3,\"", &[("2", "b")], &["2 stray_quote", "4 unclosed_quote"]),
        ("id,name\n1,a\n2,\"b", &[("1", "a")], &["3 unclosed_quote"]),
        // lines are physical ones
        ("id,name\n1,\"a\n\n\nb\"\n\n2\n", &[("1", "a\n\n\nb")], &["7 ragged_row"]),
        ("id,name\r\n1,\"a\r\nb\"\r\n2\r\n", &[("1", "a\r\nb")], &["4 ragged_row"]),
        ("\"id\",\"na\nme\",name\n1,x,a\n2\n", &[("1", "a")], &["4 ragged_row"]),
    ] {
        check_customers("", text.as_bytes(), expected, rejects);
    }
}

#[test]
fn a_reject_can_be_delivered_again() {
    let outcome = map_text(&customers("delimiter = \";\""), "id;name\n1;a\n;\"no\n\"\"id\"\"\"\n2;b;c\n");
    let rejects: Vec<_> = outcome
        .rejects
        .iter()
        .map(|reject| {
            (
                reject.line,
                reject.column.as_deref(),
                reject.code,
                reject.reason.as_str(),
                reject.raw.as_str(),
                reject.complete,
            )
        })
        .collect();
    assert_eq!(
        rejects,
        [
            (
                3,
                Some("id"),
                "missing_field",
                "customer id: missing, and a customer needs it",
                ";\"no\n\"\"id\"\"\"",
                true
            ),
            (5, None, "ragged_row", "3 fields where there are 2 columns", "2;b;c", true),
        ]
    );
    assert_eq!(outcome.mapped.header.as_deref(), Some("id;name"));
    let again = format!("{}\n{}\n", outcome.mapped.header.unwrap(), rejects[0].4.replacen(';', "3;", 1));
    let outcome = map_text(&customers("delimiter = \";\""), &again);
    assert_eq!(outcome.records, ["customer id=3 name=no\n\"id\""]);
    // a row of megabytes is cut off, and says so
    let long = "é".repeat(600_000);
    let outcome = map_text(&customers(""), &format!("id,name\n1,x,{long}\n"));
    let reject = &outcome.rejects[0];
    assert!(!reject.complete && reject.raw.len() <= 1 << 20 && reject.raw.ends_with('é'));
    let json = serde_json::to_value(reject).unwrap();
    assert_eq!((json["line"].as_u64(), json["code"].as_str()), (Some(2), Some("ragged_row")));
}

#[test]
fn blocks_join_without_a_seam() {
    // several blocks, rows and quoted fields over the edges of what is read at once, CRLF split between two reads
    let mut text = String::from("id,name\r\n");
    let mut expected = Vec::new();
    let mut bad = Vec::new();
    let mut line = 2;
    for n in 0..40_000_u64 {
        match n % 1000 {
            999 => {
                text.push_str("ragged\r\n");
                bad.push(format!("{line} ragged_row"));
                line += 1;
            }
            500 => {
                let inside = "x,\"\"\r\n".repeat(2000);
                text.push_str(&format!("{n},\"{inside}\"\r\n"));
                expected.push(format!("customer id={n} name={}", inside.replace("\"\"", "\"")));
                line += 2001;
            }
            _ => {
                text.push_str(&format!("{n},name of {n}\r\n"));
                expected.push(format!("customer id={n} name=name of {n}"));
                line += 1;
            }
        }
    }
    let outcome = map_text(&customers(""), &text);
    assert_eq!((outcome.mapped.rows, outcome.mapped.rejected), (40_000, 40));
    assert!(outcome.records == expected, "the records are those written, in order");
    assert_eq!(codes(&outcome), bad);
}

#[test]
fn ndjson() {
    let toml = "[read]\nformat = \"ndjson\"\nmissing = [\"-\"]\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\nsubject = \"ticket.subject\"\npriority = \"\\\"ticket\\\".\\\"via\\\".\\\"source\\\"\"\ncategory = \"tags\"\nis_spam = \"spam\"\n";
    for (text, expected, rejects) in [
        (
            "{\"id\":\"a\",\"at\":\"2025-01-01T00:00:00Z\",\"ticket\":{\"subject\":\"x\",\"via\":{\"source\":\"web\"}},\"tags\":[1, \"b\",{\"c\":[]}],\"spam\":false}\n",
            vec![
                "ticket id=a created_at=2025-01-01T00:00:00Z subject=x priority=web category=[1, \"b\",{\"c\":[]}] is_spam=false",
            ],
            &[][..],
        ),
        // numbers keep their digits; strings lose their escapes; null, blank and listed cells are missing
        (
            " { \"at\" : \"2025-01-01T00:00:00Z\" , \"id\" : 12345678901234567890123 , \"tags\" : 1.10, \"ticket\":{\"subject\":\"a\\\"\\u00e9\\n\\ud83d\\ude00\",\"via\":{}}, \"spam\":null }\r\n\r\n{\"id\":\"b\",\"at\":\"2025-01-01T00:00:00Z\",\"ticket\":{\"subject\":\" - \"},\"tags\":\"  \"}",
            vec![
                "ticket id=12345678901234567890123 created_at=2025-01-01T00:00:00Z subject=a\"é\n😀 category=1.10",
                "ticket id=b created_at=2025-01-01T00:00:00Z",
            ],
            &[],
        ),
        // a dotted key is the same as a nested one; keys have escapes too
        (
            "{\"id\":1,\"a\\u0074\":\"2025-01-01T00:00:00Z\",\"ticket.subject\":\"x\"}\n",
            vec!["ticket id=1 created_at=2025-01-01T00:00:00Z subject=x"],
            &[],
        ),
        (
            "{\"id\":1,\"at\":\"2025\n{\"id\":2}x\n17\n\"{\"\n{\"id\":3,\"id\":3}\n{\"id\":4,\"ticket\":{\"subject\":1},\"ticket.subject\":2}\n{\"id\":\"\\ud800\"}\n{\"id\":\"\\u0000\"}\n{\"id\":{\"x\":1},\"at\":\"2025-01-01T00:00:00Z\"}\n",
            vec![],
            &[
                "1 not_json",
                "2 not_json",
                "3 not_an_object",
                "4 not_an_object",
                "5 duplicate_key",
                "6 duplicate_key",
                "7 not_json",
                "8 nul_byte",
                "9 missing_field",
            ],
        ),
    ] {
        let outcome = map_text(&toml.replace("[[record]]", "keep = false\n[[record]]"), text);
        assert_eq!(outcome.records, expected, "{text}: {:?}", outcome.rejects);
        assert_eq!(codes(&outcome), rejects, "{text}");
    }
    // what no expression uses is kept as it is written
    let outcome = map_text(
        toml,
        "{\"id\":1,\"at\":\"2025-01-01T00:00:00Z\",\"n\":1.50,\"o\":{\"p\":[1, 2],\"q\":null,\"r\":\"é\\n\",\"s\":\"\"},\"t.u\":true}\n",
    );
    assert_eq!(
        outcome.records,
        ["ticket id=1 created_at=2025-01-01T00:00:00Z rest={\"n\":1.50,\"o.p\":[1, 2],\"o.r\":\"é\\n\",\"t.u\":true}"]
    );
}

#[test]
fn json_nested_without_end_is_refused_and_not_followed() {
    let nest = |open: &str, close: &str, depth: usize| {
        format!("{{\"id\":\"1\",\"deep\":{}1{}}}\n", open.repeat(depth), close.repeat(depth))
    };
    let ok = "{\"id\":\"2\",\"name\":\"ok\"}\n";
    let text = format!("{}{}{ok}", nest("{\"a\":", "}", 100_000), nest("{\"a\":", "}", 20));
    check_customers("format = \"ndjson\"", text.as_bytes(), &[("1", ""), ("2", "ok")], &["1 too_deep"]);
    let text = format!("{}{ok}", nest("[", "]", 100_000));
    check_customers("format = \"ndjson\"", text.as_bytes(), &[("1", ""), ("2", "ok")], &[]);
}

#[test]
fn a_json_column_that_no_row_has_is_a_warning_with_its_place() {
    let outcome = map_text(&customers("format = \"ndjson\""), "{\"id\":\"1\",\"nam\":\"x\"}\n{\"id\":\"2\"}\n");
    let [warning] = outcome.mapped.warnings.as_slice() else { panic!("{:?}", outcome.mapped.warnings) };
    let diagnostic = warning.diagnostic.as_ref().unwrap();
    assert_eq!((warning.code, warning.count, diagnostic.line), ("absent_column", 2, 8));
    assert_eq!(diagnostic.to_string(), "sources/desk.toml:8:9: no row of the file has \"name\"");
}

/// `id` is the line, so that no cell is asked to be one; `a`, `b`, `c` are attributes, kept exactly.
const CELLS: &str = "[read]\nformat = \"csv\"\nkeep = false\ncolumns = [\"a\", \"b\", \"c\"]\n[[record]]\nkind = \"customer\"\nid = \"cast(_line as text)\"\n[record.attributes]\na = \"a\"\nb = \"b\"\nc = \"c\"\n";

fn described(line: u64, cells: &[String]) -> String {
    let mut text = format!("customer id={line}");
    for (name, cell) in ["a", "b", "c"].iter().zip(cells) {
        if !cell.trim().is_empty() {
            text += &format!(" attr.{name}={cell}");
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a writer that knows the rules writes is read back.
    #[test]
    fn what_the_csv_crate_writes_is_read(rows in proptest::collection::vec(proptest::collection::vec("[a,\"'\n\r é]{0,6}", 3), 1..12)) {
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Necessary).from_writer(Vec::new());
        let mut expected = Vec::new();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut line = 1;
        for row in &rows {
            expected.push(described(line, row));
            // lines as an editor counts them
            let inside: usize = row.iter().map(|cell| cell.replace("\r\n", "\n").matches(['\n', '\r']).count()).sum();
            line += 1 + inside as u64;
        }
        let outcome = map_bytes(CELLS, &bytes).unwrap();
        prop_assert_eq!(outcome.records, expected);
    }

    /// Where no row is refused, the csv crate reads the same cells.
    #[test]
    fn what_is_not_refused_the_csv_crate_reads_alike(text in "([ab\"]{0,2}[,\n\r\"]){0,14}") {
        let outcome = map_bytes(CELLS, text.as_bytes()).unwrap();
        if outcome.rejects.is_empty() {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            let expected: Vec<String> = rows.iter().map(|row| described(0, row).replacen("id=0", "", 1)).collect();
            let found: Vec<String> = outcome.records.iter().map(|record| {
                let (kind, rest) = record.split_once(" id=").unwrap();
                let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{kind} {rest}")
            }).collect();
            prop_assert_eq!(found, expected);
        }
    }

    /// Nothing that is put into a file makes the reader panic or lose count.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200), ndjson in any::<bool>()) {
        let toml = if ndjson { customers("format = \"ndjson\"") } else { CELLS.to_owned() };
        // counts are compared in `map`
        if let Ok(outcome) = map_bytes(&toml, &bytes) {
            prop_assert!(outcome.mapped.rows as usize <= bytes.len());
        }
    }

    /// NDJSON agrees with serde_json about what is an object and what its values are.
    #[test]
    fn json_values_are_those_of_serde(value in any_json(), broken in proptest::option::of((any::<prop::sample::Index>(), "[\\[\\]{}\",:0a\\\\]"))) {
        let mut text = serde_json::to_string(&value).unwrap();
        if let Some((at, with)) = &broken {
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) { at -= 1; }
            text.insert_str(at, with);
        }
        let outcome = map_bytes(&customers("format = \"ndjson\"").replace("id = \"id\"", "id = \"coalesce(id, 'none')\""), format!("{{\"x\":0}}\n{text}\n").as_bytes()).unwrap();
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text);
        match parsed {
            // an array is kept as it is written, so its escapes are no longer those that serde would write
            Ok(serde_json::Value::Object(members)) if broken_escape(&text, &members) => {}
            // so is a number, also one with more digits than serde keeps
            Ok(serde_json::Value::Object(members)) if broken.is_some() && members.values().any(serde_json::Value::is_f64) => {}
            Ok(serde_json::Value::Object(members)) if outcome.rejects.is_empty() => {
                let shown = |name: &str| match members.get(name) {
                    None | Some(serde_json::Value::Null | serde_json::Value::Object(_)) => None,
                    Some(serde_json::Value::String(text)) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
                    Some(other) => Some(other.to_string()),
                };
                let id = shown("id").unwrap_or("none".into());
                let name = shown("name").map_or(String::new(), |name| format!(" name={name}"));
                prop_assert_eq!(&outcome.records[1], &format!("customer id={id}{name}"));
            }
            Ok(serde_json::Value::Object(_)) => prop_assert!(["duplicate_key", "nul_byte"].contains(&outcome.rejects[0].code), "{:?}", outcome.rejects),
            Ok(_) => prop_assert_eq!(outcome.rejects[0].code, "not_an_object"),
            Err(_) => prop_assert!(["not_json", "nul_byte"].contains(&outcome.rejects[0].code), "{:?}", outcome.rejects),
        }
    }
}

fn broken_escape(text: &str, members: &serde_json::Map<String, serde_json::Value>) -> bool {
    members.values().any(serde_json::Value::is_array) && !text.contains(&serde_json::to_string(members).unwrap())
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "[a\"\\\\/\\u{7}é😀{}\\[\\],: ]{0,6}".prop_map(Value::String),
    ];
    let any = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            proptest::collection::btree_map("(id|name|x|\"|\\.)", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    proptest::collection::btree_map("(id|name|x|y\"|\\\\)", any, 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}
