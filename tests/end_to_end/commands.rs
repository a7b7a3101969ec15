//! Commands as a newcomer meets them.

use end_to_end::{Trial, run};

use crate::history::DESK;

/// The card of the demo, which has targets.
pub const DEMO_CARD: &str = include_str!("../../scorecards/company.toml");

#[test]
fn a_new_workspace_checks_and_answers_no_data() {
    let trial = Trial::new("Europe/Amsterdam");
    let said = trial.ok(&["check"]);
    assert!(said.contains("no errors"), "{said}");
    for path in ["crosscheck.toml", "metrics", "scorecards/company.toml", "sources", "calendars/support.toml", "data"] {
        assert!(std::path::Path::new(&trial.path(path)).exists(), "{path}");
    }
    let row = trial.figure("share", &["csat_t2b"]);
    assert_eq!((row["value"].is_null(), row["n"].as_u64(), row["quality"].as_str()), (true, Some(0), Some("no_data")));
    let card = trial.ok(&["scorecard"]);
    assert!(card.contains("no data"), "{card}");
    // a second init leaves it alone
    let again = run(trial.command(&["init", &trial.path("")]).arg("--name=Other"));
    assert_eq!(again.code, Some(2), "{again:?}");
}

#[test]
fn a_variant_named_with_the_id_is_that_of_the_figure_and_of_its_rows() {
    let trial = Trial::new("UTC");
    for command in ["kpi", "rows"] {
        let with_id = trial.ok(&[command, "csat_t2b:top_box"]);
        assert!(with_id.contains(", top_box"), "{with_id}");
        assert_eq!(with_id, trial.ok(&[command, "csat_t2b", "--variant", "top_box"]), "{command}");
    }
}

#[test]
fn a_source_shows_its_first_mapped_rows_without_loading() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n007,1,2026-03-02T08:00:00Z,C,email,x,T,2026-03-02T09:00:00Z,reply,agent,\n");
    let said = trial.ok(&["source", "check", "desk", &file]);
    assert!(said.contains("007") && said.contains("2026-03-02T08:00:00Z") && said.contains("event"), "{said}");
    let row = trial.figure("count", &["unresolved_backlog", "--range", "2026-03-01..2026-03-02"]);
    assert_eq!(row["quality"], "no_data");
}

#[test]
fn a_workspace_is_found_by_any_path() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nA,1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &file]);
    let link = tempfile::tempdir().expect("a directory");
    let linked = link.path().join("desk");
    std::os::unix::fs::symlink(trial.path(""), &linked).expect("a link");
    let there = |path: &std::path::Path| path.display().to_string();
    for workspace in [trial.path("metrics/.."), there(&linked), there(&linked.join("metrics/.."))] {
        let asked = [
            "--workspace",
            &workspace,
            "--now",
            "2026-11-21T09:00:00Z",
            "kpi",
            "tickets_created",
            "--range",
            "2026-11-02..2026-11-03",
            "--format",
            "csv",
        ];
        let ran = run(std::process::Command::new(end_to_end::binary()).args(asked));
        assert!(ran.code == Some(0) && ran.out.contains(",1,"), "{workspace}: {ran:?}");
    }
}

#[test]
fn a_value_that_no_row_has_is_told_of() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nA,1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &file]);
    let note = |value: &str, near: &str| format!("note: no row in this range has the channel `{value}`{near}\n");
    for (only, wanted) in [
        (&["--only", "channel=email"][..], String::new()),
        (&["--only", "channel=Email"], note("Email", "; perhaps `email`")),
        (&["--only", "channel=fax"], note("fax", "")),
        (&["--only", "channel=email", "--only", "channel=Email"], note("Email", "; perhaps `email`")),
        (&["--only", "channel"], String::new()),
    ] {
        for command in ["kpi", "rows"] {
            let ran = trial.run(&[&[command, "tickets_created", "--range", "2026-11"], only].concat());
            assert_eq!((ran.code, ran.err), (Some(0), wanted.clone()), "{command} {only:?}");
        }
    }
    let row = trial.figure("count", &["tickets_created", "--range", "2026-11", "--only", "channel=Email"]);
    assert_eq!(row["n"].as_u64(), Some(0));
    // where there is no row at all, no value is wrong
    let ran = trial.run(&["kpi", "tickets_created", "--range", "2025-11", "--only", "channel=Email"]);
    assert_eq!((ran.code, ran.err), (Some(0), String::new()));
}

#[test]
fn a_value_that_no_row_on_the_card_has_is_told_of() {
    let trial = Trial::new("UTC");
    trial.write("scorecards/company.toml", DEMO_CARD);
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nA,1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &file]);
    let card = |only: &[&str]| {
        let ran = trial.run(&[&["scorecard", "--range", "2026-11"], only].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.err
    };
    assert_eq!(card(&[]), "");
    assert_eq!(card(&["--only", "channel=email"]), "");
    assert_eq!(
        card(&["--only", "channel=Email"]),
        "note: no row in this range has the channel `Email`; perhaps `email`\n"
    );
    assert_eq!(card(&["--only", "channel=fax", "--json"]), "note: no row in this range has the channel `fax`\n");
}

#[test]
fn dimensions_stand_in_the_order_they_are_asked_in() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nA,1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &file]);
    for (by, header, cells) in [
        ("team,channel,category", "team  channel  category", "T     email    x"),
        ("category,team,channel", "category  team  channel", "x         T     email"),
    ] {
        let asked = ["kpi", "tickets_created", "--range", "2026-11", "--by", by];
        let table = trial.ok(&asked);
        assert!(table.contains(header) && table.contains(cells), "{table}");
        let csv = trial.ok(&[&asked[..], &["--format", "csv"]].concat());
        assert!(csv.lines().next().is_some_and(|line| line.contains(&format!(",to,{by},value,"))), "{csv}");
    }
}

#[test]
fn a_business_clock_is_named_and_a_template_of_hours_told_of() {
    let trial = Trial::new("Europe/Amsterdam");
    let business = "business hours of `support` (Europe/Amsterdam)\n";
    let note = "note: the business hours of `support` are a template, not those of the organisation; calendars/support.toml says how to change that\n";
    let ask = |metric: &str, named: bool, noted: bool| {
        let ran = trial.run(&["kpi", metric, "--range", "2026-11"]);
        assert_eq!(
            (ran.code, ran.out.contains(business), ran.err.as_str()),
            (Some(0), named, if noted { note } else { "" }),
            "{metric}: {ran:?}"
        );
    };
    ask("first_response_time", true, true);
    ask("resolution_within", true, true);
    ask("first_response_time:calendar", false, false);
    ask("resolution_within:one_day", false, false);
    ask("csat_t2b", false, false);
    let hours = std::fs::read_to_string(trial.path("calendars/support.toml")).expect("the calendar");
    let (_, own) = hours.split_once('\n').expect("a first line");
    trial.write("calendars/support.toml", own);
    ask("first_response_time", true, false);
    trial.write("calendars/night.toml", own);
    let said = trial.ok(&["kpi", "first_response_time", "--range", "2026-11"]);
    assert!(said.contains("where a ticket or its team names no other schedule"), "{said}");
}

#[test]
fn times_are_told_in_one_form_on_the_clocks_of_the_organisation() {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("one.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nA,1,2026-07-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &file]);
    for (asked, times) in [
        (&["kpi", "tickets_created", "--range", "2026-07"][..], &["2026-11-02T10:00:00+01:00"][..]),
        (&["scorecard", "--range", "2026-07"], &["2026-11-02T10:00:00+01:00"]),
        (&["rows", "tickets_created", "--range", "2026-07"], &["2026-07-02T10:00:00+02:00"]),
        (&["ticket", "A"], &["2026-07-02T10:00:00+02:00", "2026-11-02T10:00:00+01:00"]),
    ] {
        let said = trial.ok(asked);
        assert!(times.iter().all(|time| said.contains(time)), "{asked:?}\n{said}");
    }
}

#[test]
fn a_card_is_shown_without_a_metric_that_has_errors() {
    let trial = Trial::new("UTC");
    trial.write("scorecards/company.toml", DEMO_CARD);
    let whole = trial.ok(&["scorecard"]);
    // one that cannot be read, and one whose example is wrong
    let sound = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../metrics/quality/quality_score.toml"),
    )
    .expect("the metric");
    for wrong in ["id = \"quality_score\"\nname = 1\n".to_owned(), sound.replacen("n = 0", "n = 1", 1)] {
        trial.write("metrics/quality_score.toml", &wrong);
        let ran = trial.run(&["scorecard"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.out.contains(": the definition of `quality_score` in metrics/quality_score.toml has errors"),
            "{}",
            ran.out
        );
        for name in ["Customer satisfaction", "First response time", "Service level"] {
            assert!(whole.contains(name) && ran.out.contains(name), "{name}\n{}", ran.out);
        }
        let checked = trial.run(&["check"]);
        assert!(checked.code == Some(1) && checked.err.contains("metrics/quality_score.toml"), "{checked:?}");
    }
}

#[test]
fn a_slip_of_the_keyboard_is_told_what_was_probably_meant() {
    let trial = Trial::new("UTC");
    for (asked, code, meant) in [
        (&["scorcard"][..], 2, "'scorecard'"),
        (&["kpi", "csat_tb2"], 2, "perhaps `csat_t2b`"),
        (&["kpi", "first respnse time"], 2, "perhaps `First response time`"),
        (&["kpi", "csat_t2b", "--by", "chanel"], 2, "perhaps `channel`"),
        (&["kpi", "csat_t2b", "--grain", "moth"], 2, "perhaps `month`"),
        (&["kpi", "csat_t2b", "--compar", "prev"], 2, "'--compare'"),
    ] {
        let ran = trial.run(asked);
        assert!(ran.code == Some(code) && ran.err.contains(meant), "{asked:?}: {ran:?}");
    }
}

#[test]
fn metrics_and_what_they_can_be_asked_by_are_listed() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write(
        "desk.csv",
        "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n\
         1,1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n",
    );
    trial.ok(&["import", "desk", &file]);
    let all = trial.ok(&["kpis"]);
    let cells = |id: &str| {
        let line = all.lines().find(|line| line.split_whitespace().next() == Some(id));
        let line = line.unwrap_or_else(|| panic!("no {id} in {all}"));
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(cells("csat_t2b")[2..], ["percent", "up", "—"]);
    assert_eq!(cells("unresolved_backlog")[1..], ["Unresolved backlog", "count", "down", "yes"]);
    let with_data = trial.ok(&["kpis", "--with-data"]);
    assert!(with_data.contains("unresolved_backlog") && !with_data.contains("csat_t2b"), "{with_data}");
    // each of the dimensions can be asked by
    let one: serde_json::Value = serde_json::from_str(&trial.ok(&["kpis", "CSAT", "--json"])).expect("JSON");
    assert_eq!(
        (&one["id"], &one["has_data"], &one["dimensions"]["channel"]),
        (&"csat_t2b".into(), &false.into(), &"text".into())
    );
    for dimension in one["dimensions"].as_object().expect("dimensions").keys() {
        trial.kpi(&["csat_t2b", "--by", dimension]);
    }
    let shown = trial.ok(&["kpis", "csat_t2b"]);
    for part in ["dimensions, for --by and --only", "parameters, for --set", "variants, for --variant", "no data yet"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let unknown = trial.run(&["kpis", "csat_tb2"]);
    assert!(unknown.code != Some(0) && unknown.err.contains("perhaps `csat_t2b`"), "{unknown:?}");
}

#[test]
fn answers_do_not_wait_for_a_source_that_is_finished() {
    let trial = Trial::new("UTC");
    let header = "ticket,revision,created,customer,channel,category,team,at,kind,actor,to";
    let row = |ticket: &str, day: &str| {
        format!("{header}\n{ticket},1,{day}T08:00:00Z,C,email,x,T,{day}T09:00:00Z,reply,agent,\n")
    };
    for (source, day) in [("old", "2026-02-20"), ("new", "2026-11-19")] {
        trial.write(&format!("sources/{source}.toml"), DESK);
        let file = trial.write(&format!("{source}.csv"), row(source, day));
        trial.ok(&["import", source, &file]);
    }
    let through = |now: &str| {
        let answers = trial.kpi(&["unresolved_backlog", "--range", "2026-11-01..2026-11-18", "--now", now]);
        (answers[0]["watermark"].clone(), answers[0]["rows"][0]["value"].as_f64())
    };
    let (old, new) = ("2026-02-20T09:00:00Z", "2026-11-19T09:00:00Z");
    let now = "2026-11-21T09:00:00Z";
    assert_eq!(through(now), (old.into(), None));
    for finished in ["finished = true", "finished = 2026-03-01", "finished = \"2026-03-01\""] {
        trial.write("sources/old.toml", format!("{finished}\n{DESK}"));
        // its open ticket is still in the backlog
        assert_eq!(through(now), (new.into(), Some(1.0)), "{finished}");
    }
    // before its last day it is waited for
    assert_eq!(through("2026-02-28T23:59:59Z"), (old.into(), None));
    assert_eq!(through("2026-03-01T00:00:00Z").0, new);
    // where all have finished, the data reach as far as the last of them
    trial.write("sources/new.toml", format!("finished = true\n{DESK}"));
    assert_eq!(through(now), (new.into(), Some(1.0)));
    trial.write("sources/old.toml", format!("finished = \"soon\"\n{DESK}"));
    let wrong = trial.run(&["check"]);
    assert!(wrong.code == Some(1) && wrong.err.contains("finished"), "{wrong:?}");
}

#[test]
fn every_source_is_imported_in_one_go() {
    let trial = Trial::new("UTC");
    let nothing = trial.run(&["import", "--all"]);
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    assert!(nothing.err.contains("the workspace has no source files yet"), "{}", nothing.err);
    let of_files = |name: &str| DESK.replace("[read]", &format!("[read]\nfiles = [\"{name}-*.csv\"]"));
    let rows = |ticket: &str| {
        format!(
            "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n\
             {ticket},1,2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,reply,agent,\n"
        )
    };
    for name in ["east", "west"] {
        trial.write(&format!("sources/{name}.toml"), of_files(name));
        trial.write(&format!("{name}-1.csv"), rows(&format!("{name}-007")));
    }
    let said = trial.ok(&["import", "--all"]);
    assert!(said.contains("east-1.csv") && said.contains("west-1.csv"), "{said}");
    let row = trial.figure("count", &["unresolved_backlog", "--range", "2026-11-01..2026-11-02"]);
    assert_eq!(row["value"].as_f64(), Some(2.0));
    // one source with an error, and nothing is imported as if that were all
    trial.write("west-2.csv", rows("west-008"));
    trial.write("sources/east.toml", "title = 1");
    let broken = trial.run(&["import", "--all"]);
    assert_eq!(broken.code, Some(1), "{broken:?}");
    assert!(broken.err.contains("sources/east.toml"), "{}", broken.err);
    let row = trial.figure("count", &["unresolved_backlog", "--range", "2026-11-01..2026-11-02"]);
    assert_eq!(row["value"].as_f64(), Some(2.0));
    let named = trial.run(&["import", "west", "--all"]);
    assert_eq!(named.code, Some(2), "{named:?}");
}

#[test]
fn the_demo_is_made_loaded_and_the_same_every_time() {
    let made = |seed: &str| {
        let trial = Trial::new("UTC");
        let folder = trial.path("demo");
        let ran = run(std::process::Command::new(end_to_end::binary()).args([
            "demo",
            "--workspace",
            &folder,
            "--tickets",
            "3000",
            "--months",
            "4",
            "--until",
            "2026-11-01",
            "--seed",
            seed,
            "--no-serve",
            "--now",
            "2026-11-21T09:00:00Z",
        ]));
        assert_eq!(ran.code, Some(0), "{ran:?}");
        // every row of every export is a record
        let told: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("imported ")).collect();
        assert!(told.len() >= 28 && told.iter().all(|line| line.ends_with(" rows, 0 rejected")), "{told:?}");
        let checked = run(std::process::Command::new(end_to_end::binary()).args(["--workspace", &folder, "check"]));
        assert_eq!(checked.code, Some(0), "{checked:?}");
        let asked = [
            "kpi",
            "csat_t2b",
            "service_level",
            "first_response_time",
            "unresolved_backlog",
            "--range",
            "2026-08-01..2026-10-31",
            "--grain",
            "month",
            "--by",
            "channel",
            "--format",
            "json",
        ];
        let answers = run(std::process::Command::new(end_to_end::binary())
            .args(["--workspace", &folder, "--now", "2026-11-21T09:00:00Z"])
            .args(asked));
        assert_eq!(answers.code, Some(0), "{answers:?}");
        let card = run(std::process::Command::new(end_to_end::binary()).args([
            "--workspace",
            &folder,
            "--now",
            "2026-11-01T09:00:00Z",
            "scorecard",
            "--json",
            "--range",
            "2026-10-01..2026-10-31",
        ]));
        (trial, answers.out, card.out)
    };
    let (_first, answers, card) = made("7");
    assert_eq!(made("7").1, answers);
    assert_ne!(made("8").1, answers);
    let card: serde_json::Value = serde_json::from_str(&card).expect("JSON");
    let kpis = card["kpis"].as_array().expect("kpis");
    assert!(kpis.len() >= 4);
    let counted: u64 = card["counts"].as_object().expect("counts").values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!(counted, kpis.len() as u64);
    let valued = kpis.iter().filter(|kpi| kpi["value"].is_number()).count();
    assert!(valued >= 4, "{card}");
}

/// A file added to a demo, its text, whether it is then imported as a source of its own, and what is said to be lost.
const WORK: &[(&str, &str, bool, &str)] = &[
    ("sources/mine.toml", "title = \"Mine\"\n", false, "sources/mine.toml"),
    ("sources/crm.toml", "title = \"Changed\"\n", false, "sources/crm.toml, which was changed"),
    ("calendars/night.toml", "zone = \"UTC\"\n", false, "calendars/night.toml"),
    ("incoming/helpdesk/mine.csv", "a,b\n", false, "incoming/helpdesk/mine.csv"),
    ("mine.csv", "number,opened\n1,2026-03-02T08:00:00Z\n", true, "data of 1 file that the source `mine` delivered"),
];

#[test]
fn a_demo_is_made_anew_over_nothing_but_itself() {
    const MINE: &str = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"ticket\"\nid = \"number\"\n[record.fields]\ncreated_at = \"opened\"\n";
    let trial = Trial::new("UTC");
    let demo = |folder: &str, until: &str| {
        let options = ["--tickets", "20", "--months", "1", "--no-serve", "--until", until];
        run(std::process::Command::new(end_to_end::binary()).args(["demo", "--workspace", folder]).args(options))
    };
    for (number, (path, text, imported, wanted)) in WORK.iter().enumerate() {
        let name = format!("demo-{number}");
        let folder = trial.path(&name);
        assert_eq!(demo(&folder, "2026-10-01").code, Some(0));
        // the next day's demo takes the place of a pristine one
        let next = demo(&folder, "2026-10-02");
        assert!(next.code == Some(0) && next.out.contains("anew"), "{next:?}");
        let file = trial.write(&format!("{name}/{path}"), text);
        if *imported {
            let source = trial.write(&format!("{name}/sources/mine.toml"), MINE);
            let import = ["import", "mine", &file, "--workspace", &folder];
            let ran = run(std::process::Command::new(end_to_end::binary()).args(import));
            assert_eq!(ran.code, Some(0), "{ran:?}");
            std::fs::remove_file(source).expect("a file");
        }
        let refused = demo(&folder, "2026-10-03");
        assert_eq!(refused.code, Some(2), "{path}: {refused:?}");
        assert!(refused.err.contains(wanted) && refused.err.contains("--workspace"), "{path}: {}", refused.err);
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), *text, "{path}");
        // what is there already stays and is served, whatever lies beside it
        assert_eq!(demo(&folder, "2026-10-02").code, Some(0), "{path}");
    }
}
