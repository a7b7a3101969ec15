//! Rejected rows, corrected and delivered again.

use end_to_end::Trial;

use super::tickets;

/// Settings of `[read]`, the file, and how a delivery is made of corrected rows.
type Replay = (&'static str, &'static str, fn(&str) -> String);

const REPLAYS: &[Replay] = &[
    ("format = \"csv\"", "id,at,text\n1,2026-03-02,\"a, b\"\n2,yesterday,\"c,\nd\"\n3,2026-03-02\n", |rows| {
        format!("id,at,text\n{rows}\n")
    }),
    (
        "format = \"csv\"\ncolumns = [\"id\", \"at\", \"text\"]\ndelimiter = \";\"\nencoding = \"windows-1252\"",
        "1;2026-03-02;a\n2;yesterday;b\n3;2026-03-02\n",
        |rows| format!("{rows}\n"),
    ),
    (
        "format = \"ndjson\"",
        "{\"id\":1,\"at\":\"2026-03-02\"}\n{\"id\":2,\"at\":\"yesterday\"}\n{\"id\":3,\"at\":\"2026-03-02\"\n",
        |rows| format!("{rows}\n"),
    ),
    (
        "format = \"json\"\nrecords = \"data\"",
        "{\"data\":[{\"id\":1,\"at\":\"2026-03-02\"},{\"id\":2,\"at\":\"yesterday\"},\n{\"id\":3,\"at\":}]}",
        |rows| format!("{{\"data\":[{}]}}", rows.replace("}\n{", "},{")),
    ),
];

#[test]
fn a_rejected_row_that_is_corrected_is_loaded() {
    for (read, text, made) in REPLAYS {
        let trial = Trial::new("UTC");
        trial.write(
            "sources/desk.toml",
            format!(
                "[read]\n{read}\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\n"
            ),
        );
        let file = trial.write("in.dat", text);
        let said = trial.ok(&["import", "desk", &file]);
        assert!(said.contains("1 rows accepted, 2 rejected"), "{read}: {said}");
        assert_eq!(tickets(&trial), 1);
        // a person corrects the rows as they are on file
        let rejects = std::fs::read_to_string(trial.path("data/rejects/desk--in.dat.ndjson")).expect("rejects");
        let rows: Vec<String> = rejects
            .lines()
            .map(|line| {
                let reject: serde_json::Value = serde_json::from_str(line).expect("JSON");
                assert_eq!(reject["complete"], true, "{reject}");
                let raw = reject["raw"].as_str().expect("the row").replace("yesterday", "2026-03-01");
                // what the third lacks
                match raw.as_str() {
                    "3,2026-03-02" | "3;2026-03-02" => format!("{raw}{}x", &raw[1..2]),
                    "{\"id\":3,\"at\":\"2026-03-02\"" => format!("{raw}}}"),
                    "{\"id\":3,\"at\":}" => "{\"id\":3,\"at\":\"2026-03-02\"}".to_owned(),
                    _ => raw,
                }
            })
            .collect();
        let corrected = trial.write("corrected.dat", made(&rows.join("\n")));
        let said = trial.ok(&["import", "desk", &corrected]);
        assert!(said.contains("2 rows accepted, 0 rejected"), "{read}: {said}");
        assert_eq!(tickets(&trial), 3, "{read}");
        // and once more changes nothing
        assert!(trial.ok(&["import", "desk", &corrected]).contains("nothing to do"), "{read}");
        assert_eq!(tickets(&trial), 3, "{read}");
        trial.ok(&["verify"]);
    }
}
