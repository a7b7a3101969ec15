//! Points in time, and zones.

use end_to_end::Trial;

use super::{Case, Text, rows};

const AMSTERDAM: &str = "zone = \"Europe/Amsterdam\"";

pub(super) fn cases() -> Vec<Case> {
    vec![
        rows(43, "no zone", AMSTERDAM, Text("id,at\n1,2026-03-02 08:00\n"), 1, &[]),
        rows(
            44,
            "an hour that clocks were moved over",
            AMSTERDAM,
            Text("id,at\n1,2026-03-29 02:30\n2,2026-03-29 03:00\n"),
            1,
            &["2 nonexistent_time"],
        )
        .saying(&["in.dat:2: at: ticket created_at: \"2026-03-29 02:30\" does not exist in Europe/Amsterdam"]),
        rows(45, "an hour that occurs twice", AMSTERDAM, Text("id,at\n1,2026-10-25 02:30\n2,2026-10-25 02:30+01:00\n"), 2, &[])
            .saying(&["1 × ambiguous_time, first: ticket created_at: local times that occur twice; the first was taken (first in line 2)"]),
        rows(
            46,
            "abbreviations of zones",
            "",
            Text("id,at\n1,2026-03-02 08:00 EST\n2,2026-03-02 08:00 IST\n3,2026-03-02 08:00 UTC\n"),
            1,
            &["2 bad_time", "3 bad_time"],
        ),
        rows(47, "a zone that is none", "", Text("id,at\n1,2026-03-02T08:00[Mars/Olympus]\n2,2026-03-02T08:00[Asia/Tokyo]\n"), 1, &["2 bad_time"]),
        rows(
            48,
            "seconds where milliseconds and microseconds are, too",
            "date_formats = [\"epoch_s\"]",
            Text("id,at\n1,1772438400\n2,1772438400000\n3,1772438400000000\n"),
            1,
            &["3 implausible_time", "4 bad_time"],
        ),
        rows(
            48,
            "milliseconds where seconds are, too",
            "date_formats = [\"epoch_ms\"]",
            Text("id,at\n1,1772438400000\n2,1772438400000000\n"),
            1,
            &["3 implausible_time"],
        ),
        rows(48, "a number where no unit is stated", "", Text("id,at\n1,1772438400\n2,2026-03-02\n"), 1, &["2 bad_time"]),
        rows(
            49,
            "years 0000, 9999 and −1",
            "",
            Text("id,at\n1,0000-01-01\n2,9999-12-31\n3,-000001-01-01T00:00:00Z\n4,2026-03-02\n"),
            1,
            &["2 implausible_time", "3 implausible_time", "4 implausible_time"],
        ),
        rows(50, "29 February of a common year", "", Text("id,at\n1,2026-02-29\n2,2024-02-29\n"), 1, &["2 bad_time"]),
        rows(51, "a leap second", "", Text("id,at\n1,2016-12-31T23:59:60Z\n"), 1, &[]),
        rows(52, "days of Excel, declared", "date_formats = [\"excel\"]", Text("id,at\n1,46083.3333333333\n"), 1, &[]),
        rows(52, "days of Excel, not declared", "", Text("id,at\n1,46083.3333333333\n2,2026-03-02\n"), 1, &["2 bad_time"]),
        rows(
            53,
            "month first where the day is, declared",
            "date_formats = [\"%d/%m/%Y\"]",
            Text("id,at\n1,31/12/2025\n2,12/31/2025\n3,3/4/2026\n"),
            2,
            &["3 bad_time"],
        ),
        rows(53, "day and month, not declared", "", Text("id,at\n1,03/04/2026\n2,2026-04-03\n"), 1, &["2 bad_time"]),
        rows(
            54,
            "solved before created",
            "",
            Text("id,at,solved\n1,2026-03-02T08:00:00Z,2026-03-01T08:00:00Z\n2,2026-03-02T08:00:00Z,2026-03-02T08:00:00Z\n"),
            1,
            &["2 impossible_times"],
        )
        .saying(&["in.dat:2: solved: ticket solved_at: 2026-03-01T08:00:00Z lies before created_at, 2026-03-02T08:00:00Z"]),
        rows(
            55,
            "created ten years ago, and in a year",
            "",
            Text("id,at\n1,2016-11-21T09:00:00Z\n2,2027-11-21T09:00:00Z\n3,2026-11-22T09:00:00Z\n"),
            2,
            &["3 future_time"],
        )
        .saying(&["2027-11-21T09:00:00Z lies more than a day after 2026-11-21T09:00:00Z"]),
    ]
}

/// 47, in the source file: the import does not start, and the place is said.
#[test]
fn a_zone_of_the_source_file_that_is_none() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", "[read]\nformat = \"csv\"\nzone = \"Mars/Olympus\"\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\n");
    let file = trial.write("in.csv", "id,at\n1,2026-03-02\n");
    let ran = trial.run(&["import", "desk", &file]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for wanted in ["unknown_zone", "sources/desk.toml:3:8", "`Mars/Olympus` is not a time zone", "Europe/Amsterdam"] {
        assert!(ran.err.contains(wanted), "{wanted} is not in\n{}", ran.err);
    }
    assert_eq!(super::tickets(&trial), 0);
    trial.ok(&["verify"]);
}

const NO_ZONE: &str = "no zone declared, so that times without one were read as UTC; write `zone = \"…\"` in [read]";

/// 43: times without a zone of a source that declares none are UTC, which is said by import, `source check` and `check`; 44:
/// once the zone is declared an hour that does not exist is refused.
#[test]
fn times_of_no_declared_zone() {
    let trial = Trial::new("America/New_York");
    let source = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\nsolved_at = \"solved\"\n";
    trial.write("sources/desk.toml", source);
    let mut text = "id,at,solved\n0,2026-03-08 02:30,\n1,2026-03-02 20:00,2026-03-03\n".to_owned();
    text.push_str("2,2026-03-02T20:00:00Z,2026-03-02 20:00-05:00\n3,2026-03-02 20:00[America/New_York],\n");
    let file = trial.write("in.csv", text);

    let checked = trial.ok(&["source", "check", "desk", &file]);
    assert!(
        checked.contains(&format!("warning 2 × no_zone: ticket created_at: {NO_ZONE} (first in line 2)")),
        "{checked}"
    );
    let said = trial.ok(&["import", "desk", &file]);
    assert!(said.contains("4 rows accepted, 0 rejected"), "{said}");
    assert!(said.contains(&format!("3 × no_zone, first: ticket created_at: {NO_ZONE} (first in line 2)")), "{said}");
    let checked = trial.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    for wanted in
        ["no zone declared: 3 times without one were read as UTC", "sources/desk.toml:1", "zone = \"America/New_York\""]
    {
        assert!(checked.err.contains(wanted), "{wanted} is not in\n{}", checked.err);
    }

    trial.write("sources/desk.toml", source.replace("csv\"\n", "csv\"\nzone = \"America/New_York\"\n"));
    let said = trial.ok(&["import", "desk", &file]);
    assert!(said.contains("3 rows accepted, 1 rejected") && !said.contains("no_zone"), "{said}");
    assert!(said.contains("\"2026-03-08 02:30\" does not exist in America/New_York"), "{said}");
    assert_eq!(super::rejects(&trial, "desk", "in.csv"), ["2 nonexistent_time"]);
    assert!(!trial.run(&["check"]).err.contains("no zone declared"));

    // who means UTC says so, or counts its days by it
    trial.write("sources/desk.toml", source.replace("csv\"\n", "csv\"\nzone = \"UTC\"\n"));
    assert!(!trial.ok(&["import", "desk", &file]).contains("no_zone"));
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", source);
    let file = trial.write("in.csv", "id,at,solved\n1,2026-03-02 20:00,\n");
    assert!(!trial.ok(&["import", "desk", &file]).contains("no_zone"));
    assert!(!trial.run(&["check"]).err.contains("no zone declared"));
}
