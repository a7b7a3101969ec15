//! Lengths of time: in a stated unit, and times that a file states as the length of time since another one.

use catalogue::file::Problems;
use catalogue::source::{SourceText, declare};

use super::map_text;
use super::values::check;

fn toml(record: &str) -> String {
    format!("[read]\nformat = \"csv\"\nkeep = false\n{record}")
}

#[test]
fn lengths_of_time_in_a_stated_unit() {
    for (unit, cases) in [
        ("milliseconds", &[("1500", "1500"), ("0.4", "0"), ("1.5", "2")][..]),
        ("seconds", &[("1.5", "1500"), ("0:30", "bad_duration")]),
        ("minutes", &[("261.3160766843023", "15678965"), ("1", "60000"), ("-1", "negative_duration")]),
        ("hours", &[("17.25326246777651", "62111745"), ("0", "0"), ("1:30", "bad_duration")]),
        ("days", &[("1.5", "129600000"), ("36601", "out_of_range"), ("99999999999", "bad_duration")]),
    ] {
        check("duration", "", &format!(", unit = \"{unit}\""), cases);
    }
}

#[test]
fn times_after_another() {
    let text = toml(
        r#"[[record]]
kind = "contact"
id = "id"
[record.fields]
queued_at = { value = "queued", zone = "Europe/Berlin", formats = ["%d.%m.%Y %H:%M"] }
answered_at = { value = "wait", after = "queued_at" }
ended_at = { value = "cast(minutes as number) * 1", after = "queued_at", unit = "minutes" }
"#,
    );
    let rows = "id,queued,wait,minutes\n\
        a,30.03.2025 01:59,90,2.5\n\
        b,30.03.2025 01:59,,\n\
        c,30.03.2025 01:59,-1,\n\
        d,30.03.2025 01:59,0:30,0.25\n\
        e,soon,5,\n\
        f,,5,\n";
    let outcome = map_text(&text, rows);
    assert_eq!(
        outcome.records,
        [
            "contact id=a queued_at=2025-03-30T00:59:00Z answered_at=2025-03-30T01:00:30Z ended_at=2025-03-30T01:01:30Z",
            "contact id=b queued_at=2025-03-30T00:59:00Z",
        ]
    );
    let reasons: Vec<String> =
        outcome.rejects.iter().map(|reject| format!("{} {} {}", reject.line, reject.code, reject.reason)).collect();
    assert_eq!(
        reasons,
        [
            "4 negative_duration contact answered_at: \"-1\" is a negative length of time",
            "5 impossible_times contact ended_at: 2025-03-30T00:59:15Z lies before answered_at, 2025-03-30T00:59:30Z",
            "6 bad_time contact queued_at: \"soon\" is not a time: valid: %d.%m.%Y %H:%M or ISO 8601",
            "7 missing_field contact queued_at: missing, and a contact needs it",
        ]
    );
}

#[test]
fn what_after_and_unit_can_be_said_of() {
    for (fields, expected) in [
        ("queued_at = \"q\"\nanswered_at = { value = \"w\", after = \"queued_at\", unit = \"hours\" }", "ok"),
        ("queued_at = \"q\"\ntalk = { value = \"w\", unit = \"minutes\" }", "ok"),
        (
            "queued_at = \"q\"\nanswered_at = { value = \"w\", after = \"ended_at\" }",
            "unknown_field `answered_at` lies after `ended_at`, which this record does not state",
        ),
        // each of a chain would need the other first
        (
            "queued_at = \"q\"\nanswered_at = { value = \"w\", after = \"queued_at\" }\nended_at = { value = \"t\", after = \"answered_at\" }",
            "unknown_field `ended_at` lies after `answered_at`, which this record does not state",
        ),
        (
            "queued_at = \"q\"\ntalk = { value = \"w\", after = \"queued_at\" }",
            "wrong_type only a time lies after another, and this is duration",
        ),
        (
            "queued_at = { value = \"q\", unit = \"minutes\" }",
            "wrong_type `unit` is that of a length of time: of a duration, or of a time `after` another",
        ),
    ] {
        let text = toml(&format!("[[record]]\nkind = \"contact\"\nid = \"id\"\n[record.fields]\n{fields}\n"));
        let mut problems = Problems::default();
        declare("desk", SourceText { path: "sources/desk.toml".into(), text }, &mut problems);
        let found = problems.into_sorted();
        let found: Vec<String> = found.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect();
        assert_eq!(found.first().map_or("ok", String::as_str), expected, "{fields}");
    }
}
