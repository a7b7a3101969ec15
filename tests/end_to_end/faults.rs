//! Kills, wrong files, wrong arguments: nothing half done, everything said with its place, nothing panics.

use std::path::Path;

use end_to_end::{Trial, run};
use store::Store;

use crate::history::DESK;

const ROWS: &str = "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n\
A,1,2026-03-02T08:00:00Z,C,email,x,T,2026-03-02T09:00:00Z,reply,agent,\n\
A,2,2026-03-02T08:00:00Z,C,email,x,T,2026-03-03T09:00:00Z,status,agent,solved\n\
B,1,2026-03-04T08:00:00Z,C,email,x,T,2026-03-04T09:00:00Z,reply,agent,\n";

fn state(trial: &Trial) -> (u64, String) {
    let store = Store::open(Path::new(&trial.path("data"))).expect("a store");
    let snapshot = store.snapshot().expect("a snapshot");
    (snapshot.generation, format!("{:?}", snapshot.fact_hash().expect("hashes")))
}

#[test]
fn an_import_killed_anywhere_leaves_the_workspace_as_before_or_complete() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let first = trial.write("one.csv", ROWS);
    trial.ok(&["import", "desk", &first]);
    let before = state(&trial);
    let second = trial.write("two.csv", ROWS.replace("A,", "D,").replace("B,", "E,"));

    // what it looks like when it is complete
    let other = Trial::new("UTC");
    other.write("sources/desk.toml", DESK);
    other.ok(&["import", "desk", &first]);
    other.ok(&["import", "desk", &second]);
    let complete = state(&other);
    assert_ne!(before.1, complete.1);

    let (mut unchanged, mut done) = (0, 0);
    for point in store::crash::POINTS {
        let trial = Trial::new("UTC");
        trial.write("sources/desk.toml", DESK);
        trial.ok(&["import", "desk", &first]);
        let killed = run(trial.command(&["import", "desk", &second]).env("CROSSCHECK_CRASH_AT", point));
        let after = state(&trial);
        match after.1 == before.1 {
            true => unchanged += 1,
            false => {
                assert_eq!(after.1, complete.1, "neither before nor complete after {point}: {killed:?}");
                done += 1;
            }
        }
        assert!(trial.ok(&["verify"]).contains("as it was written"), "{point}");
        // and it can simply be done again
        trial.ok(&["import", "desk", &second]);
        assert_eq!(state(&trial).1, complete.1, "{point}");
    }
    assert!(store::crash::POINTS.len() >= 10 && unchanged >= 9 && done >= 1, "{unchanged} before, {done} complete");
}

/// File, content, and what `check` must say, with its place.
const WRONG: &[(&str, &str, &[&str])] = &[
    (
        "metrics/a.toml",
        "id = \"a\"\nname = [1]\n",
        &["metrics/a.toml:2:8", "`name` is array, not text", "`meaning` is missing", "`[measure]` is missing"],
    ),
    ("metrics/b.toml", "id = \"b\"\nid = \"c\"\n", &["metrics/b.toml:2:1", "`id` stands here twice"]),
    ("metrics/c.toml", "id = \"csat\nname = 3", &["metrics/c.toml:1:"]),
    (
        "metrics/d.toml",
        "id = \"D 1\"\nstatuss = \"draft\"\n",
        &["metrics/d.toml:1:6", "`D 1` is not an id", "metrics/d.toml:2:1", "perhaps `status`"],
    ),
    (
        "metrics/i.toml",
        "id = \"i\"\nname = \"I\"\nmeaning = \"m\"\nversion = 1\neffective = 2026-01-01\nunit = \"percent\"\ndirection = \"up\"\n\
[measure]\nkind = \"share\"\ntable = \"ticket\"\nat = \"created_at\"\nhit = \"true\"\n\
[roles]\nteam = \"created_at\"\nagent = \"agent_slved\"\n",
        &["metrics/i.toml:14:8", "a role is a column of text", "metrics/i.toml:15:9", "perhaps `agent_solved`"],
    ),
    (
        "metrics/j.toml",
        "id = \"j\"\nname = \"J\"\nmeaning = \"m\"\nversion = 1\neffective = 2026-01-01\nunit = \"percent\"\ndirection = \"up\"\n\
[measure]\nkind = \"share\"\ntable = \"ticket\"\nat = \"created_at\"\nhit = \"reopens < $least\"\n\
[parameters]\nleast = { type = \"integer\", default = 1, min = 2, meaning = \"m\" }\n\
word = { type = \"text\", default = \"a\", min = 2, meaning = \"m\" }\n\
open = { type = \"integer\", default = -1, meaning = \"m\" }\n\
days = { type = \"integer\", default = 1, meaning = \"m\" }\n\
[variants.all]\nmeaning = \"m\"\nparameters = { days = -1 }\n",
        &[
            "the default is below `min`",
            "it takes a whole number from 2",
            "metrics/j.toml:15:46",
            "text has no least value",
            "metrics/j.toml:20:23",
            "this is below `min` of `days`",
        ],
    ),
    (
        "metrics/k.toml",
        "id = \"k\"\nname = \"K\"\nmeaning = \"m\"\nversion = 1\neffective = 2026-01-01\nunit = \"count\"\ndirection = \"up\"\n\
[measure]\nkind = \"derived\"\nvalue = \"k * 2\"\n[measure.of]\nk = \"k\"\n",
        &["metrics/k.toml:12:5", "× the metric is derived from itself: `k` → `k`"],
    ),
    (
        "sources/e.toml",
        "[read]\nformat = \"xls\"\nzone = \"Mars/Olympus\"\nencoding = \"klingon\"\n[[record]]\nkind = \"tickt\"\nid = \"a +\"\n",
        &[
            "`xls` is not a value",
            "`Mars/Olympus` is not a time zone",
            "`klingon` is not an encoding",
            "perhaps `ticket`",
            "sources/e.toml:7:",
        ],
    ),
    (
        "sources/f.toml",
        "[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"n\"\n[record.fields]\ncreated = \"x\"\n",
        &["perhaps `created_at`", "a ticket needs the field `created_at`"],
    ),
    (
        "sources/h.toml",
        "[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"Ticket ID\"\n[record.fields]\ncreated_at = \"Created - at\"\n",
        &["sources/h.toml:5:14", "`ID` was not expected here", "quotes, as '\"Ticket ID\"'", "as '\"Created - at\"'"],
    ),
    ("calendars/g.toml", "zone = \"UTC\"\n[[version]]\nmonday = [\"9-17\"]\n", &["calendars/g.toml:3:11"]),
    (
        "crosscheck.toml",
        "[organisation]\nname = \"x\"\nzone = \"Nowhere\"\nfiscal_year_start = 13\n",
        &["crosscheck.toml:4:21", "13 is not a month"],
    ),
    (
        "scorecards/company.toml",
        "title = 3\n[[kpi]]\nmetric = \"csta_t2b\"\n",
        &["scorecards/company.toml:1:9", "perhaps `csat_t2b`"],
    ),
];

#[test]
fn every_problem_of_a_file_is_reported_with_its_place() {
    for (path, text, wanted) in WRONG {
        let trial = Trial::new("UTC");
        trial.write(path, text);
        let ran = trial.run(&["check"]);
        assert_eq!(ran.code, Some(1), "{path}: {ran:?}");
        let said = format!("{}{}", ran.out, ran.err);
        for wanted in *wanted {
            assert!(said.contains(wanted), "{path}: {wanted} is not in\n{said}");
        }
    }
}

#[test]
fn a_metric_of_ones_own_is_checked_down_to_its_expressions_and_examples() {
    let trial = Trial::new("UTC");
    let metric = "id = \"mine\"\nname = \"Mine\"\nmeaning = \"m\"\nversion = 1\neffective = 2026-01-01\nunit = \"percent\"\ndirection = \"up\"\n\
[measure]\nkind = \"share\"\ntable = \"ticket\"\nat = \"created_at\"\npopulation = \"not is_spam and chanel = 'email'\"\nhit = \"reopens = 'x'\"\n\
[[example]]\nname = \"e\"\nrows = [{ reopens = 0, times = 40 }]\nexpect = { value = 99 }\n";
    trial.write("metrics/mine.toml", metric);
    let ran = trial.run(&["check"]);
    assert_eq!(ran.code, Some(1));
    for wanted in [
        "metrics/mine.toml:12:31",
        "perhaps `channel`",
        "metrics/mine.toml:13:8",
        "integer and text do not go together",
    ] {
        assert!(ran.err.contains(wanted), "{wanted}\n{}", ran.err);
    }
    trial.write("metrics/mine.toml", metric.replace("chanel = 'email'", "true").replace("'x'", "0"));
    let ran = trial.run(&["check"]);
    assert!(ran.err.contains("example \"e\": value is 100, not 99"), "{}", ran.err);
    trial.write(
        "metrics/mine.toml",
        metric.replace("chanel = 'email'", "true").replace("'x'", "0").replace("99", "100"),
    );
    trial.ok(&["check"]);
    trial.ok(&["kpi", "mine", "--range", "last-28d"]);
}

#[test]
fn a_field_that_does_not_resolve_is_not_missing_besides() {
    let trial = Trial::new("UTC");
    let source = |created: &str| {
        format!("[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"n\"\n[record.fields]\n{created}")
    };
    for (created, needs) in [("", true), ("created_at = \"Created on\"\n", false), ("created_at = 3\n", false)] {
        trial.write("sources/desk.toml", source(created));
        let ran = trial.run(&["check"]);
        assert_eq!(ran.code, Some(1), "{created}: {ran:?}");
        assert_eq!(ran.err.contains("a ticket needs the field `created_at`"), needs, "{created}: {}", ran.err);
    }
    // in double quotes it is a column like any other
    trial.write("sources/desk.toml", source("created_at = '\"Created on\"'\n"));
    trial.ok(&["check"]);
    let file = trial.write("one.csv", "n,Created on\n1,2026-03-02T08:00:00Z\n");
    assert!(trial.ok(&["import", "desk", &file]).contains("1 rows accepted, 0 rejected"));
}

/// Arguments, exit code and what must be said.
const ARGUMENTS: &[(&[&str], i32, &str)] = &[
    (&["kpi", "csta"], 2, "perhaps"),
    (&["kpi", "ART"], 2, "may mean several metrics"),
    (&["kpi", "csat_t2b", "--by", "colour"], 2, "has no dimension `colour`"),
    (&["kpi", "csat_t2b", "--set", "scale"], 2, "name=value"),
    (&["kpi", "csat_t2b", "--set", "satisfied_from=high"], 2, "it takes number"),
    (&["kpi", "service_level", "--set", "phone_within=-5"], 2, "it takes a number of seconds from 0"),
    (&["kpi", "service_level", "--set", "short_abandon=-2"], 2, "it takes a number of seconds from -1"),
    (&["kpi", "csat_t2b", "--set", "answer_within_days=-1"], 2, "it takes a whole number from 0"),
    (&["kpi", "csat_t2b", "--set", "answer_within_days=1.5"], 2, "it takes a whole number from 0"),
    (&["kpi", "fcr", "--set", "window_days=-7"], 2, "perhaps `7`"),
    (&["kpi", "service_level", "--set", "formula=best"], 2, "is not a value of `formula`"),
    (&["kpi", "csat_t2b", "--variant", "topbox"], 2, "perhaps `top_box`"),
    (&["kpi", "csat_t2b", "--grain", "hour"], 2, "`hour` is not a grain"),
    (&["kpi", "csat_t2b", "--range", "last-tuesday"], 2, "--range"),
    (&["kpi", "csat_t2b", "--from", "2026-01-01"], 2, "go together"),
    (&["kpi", "csat_t2b", "--from", "2026-02-01", "--to", "2026-01-01"], 2, "--to"),
    (
        &["kpi", "csat_t2b", "--from", "1900-01-01", "--to", "2026-01-01", "--grain", "day"],
        2,
        "more than 10000 periods",
    ),
    (&["kpi", "csat_t2b", "--where", "channel = "], 2, "--where"),
    (&["kpi", "csat_t2b", "--where", "channel = 3"], 2, "do not go together"),
    (&["kpi", "csat_t2b", "--where", "(select 1)"], 2, "not part of the expression language"),
    (&["kpi", "csat_t2b", "--where", "regexp_like(channel, '(')"], 2, "is no regular expression"),
    (&["kpi", "csat_t2b", "--compare", "last"], 2, "is not a comparison"),
    (&["rows", "csat_t2b:topbox"], 2, "perhaps `top_box`"),
    (&["rows", "csat_t2b:top_box", "--variant", "top_box"], 2, "has a variant of its own beside `top_box`"),
    (
        &["init", "elsewhere", "--currency", "Euro"],
        2,
        "error: `Euro` is not a currency (an ISO 4217 code of three capital letters, as EUR)\n",
    ),
    (&["init", "elsewhere", "--zone", "Euro"], 2, "(a name of the IANA list, as Europe/Amsterdam)"),
    (&["import", "nothing"], 2, "there is no sources/nothing.toml"),
    (&["source", "check", "nothing"], 2, "there is no sources/nothing.toml"),
    (&["scorecard", "--range", "x..y"], 2, "--range"),
];

#[test]
fn wrong_arguments_are_told_what_would_be_valid() {
    let trial = Trial::new("UTC");
    for (arguments, code, wanted) in ARGUMENTS {
        let ran = trial.run(arguments);
        assert_eq!(ran.code, Some(*code), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(wanted), "{arguments:?}: {wanted} is not in\n{}", ran.err);
    }
}

#[test]
fn mapping_errors_point_into_the_source_file() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK.replace("\"created\"", "\"craeted\""));
    let file = trial.write("one.csv", ROWS);
    let ran = trial.run(&["import", "desk", &file]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("sources/desk.toml:10:") && ran.err.contains("created"), "{}", ran.err);
    trial.write("sources/desk.toml", DESK);
    for (name, text) in [("empty.csv", ""), ("folder", "")] {
        let path = if name == "folder" { trial.path("incoming") } else { trial.write(name, text) };
        let ran = trial.run(&["import", "desk", &path]);
        assert_eq!(ran.code, Some(1), "{name}: {ran:?}");
    }
    let ran = trial.run(&["import", "desk", "/dev/zero"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn a_cause_is_said_once_and_one_key_is_one() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let ran = trial.run(&["import", "desk", "nothing.csv"]);
    assert_eq!((ran.code, ran.err.matches("No such file").count()), (Some(1), 1), "{}", ran.err);
    for (tickets, wanted) in [(&["B"][..], "\n1 key has several bodies"), (&["A", "B"], "\n2 keys have several bodies")]
    {
        let trial = Trial::new("UTC");
        trial.write("sources/desk.toml", DESK);
        let again: Vec<String> = tickets
            .iter()
            .filter_map(|ticket| ROWS.lines().find(|row| row.starts_with(ticket)))
            .map(|row| row.replace(",x,", ",y,"))
            .collect();
        let file = trial.write("one.csv", format!("{ROWS}{}\n", again.join("\n")));
        let said = trial.ok(&["import", "desk", &file]);
        assert!(said.contains(wanted), "{tickets:?}: {said}");
    }
}

#[test]
fn refused_rows_are_kept_with_place_and_reason() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let bad = format!(
        "{ROWS}C,1,yesterday,C,email,x,T,2026-03-04T09:00:00Z,reply,agent,\nD,1,2026-03-04T08:00:00Z\n,1,2026-03-04T08:00:00Z,C,email,x,T,2026-03-04T09:00:00Z,reply,agent,\n"
    );
    let file = trial.write("one.csv", bad);
    let said = trial.ok(&["import", "desk", &file]);
    assert!(said.contains("3 rows accepted, 3 rejected"), "{said}");
    let rejects = std::fs::read_to_string(trial.path("data/rejects/desk--one.csv.ndjson")).expect("rejects");
    let lines: Vec<serde_json::Value> = rejects.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["line"], 5);
    assert_eq!(lines[0]["column"], "created");
    assert!(lines[0]["reason"].as_str().is_some_and(|reason| reason.contains("yesterday")), "{}", lines[0]);
    assert_eq!(lines[1]["line"], 6);
    assert_eq!(lines[2]["line"], 7);
}
