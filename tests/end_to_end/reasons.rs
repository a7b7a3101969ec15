//! Figures that are no data say why, on the command line and over HTTP.

use end_to_end::{Server, Trial};
use serde_json::Value;

const REVIEWS: &str = r#"[read]
format = "csv"
[[record]]
kind = "quality_review"
id = "id"
[record.fields]
reviewed_at = "at"
score = "score"
sampling = "sampling"
"#;

/// Reviews of March chosen for a reason, of May at random.
fn reviewed() -> Trial {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("sources/reviews.toml", REVIEWS);
    let mut rows = "id,at,score,sampling\n".to_owned();
    for number in 0..14 {
        rows.push_str(&format!("m{number},2026-03-05T10:00:00Z,80,targeted\n"));
        rows.push_str(&format!("y{number},2026-05-05T10:00:00Z,80,random\n"));
    }
    let file = trial.write("reviews.csv", rows);
    trial.ok(&["import", "reviews", &file]);
    trial
}

#[test]
fn no_data_says_why() {
    let trial = reviewed();
    let check = |metric: &str, range: &str, note: Option<&str>| {
        let answers = trial.kpi(&[metric, "--range", range]);
        let row = &answers[0]["rows"][0];
        assert_eq!(row["note"].as_str(), note, "{metric} {range}: {row}");
        assert_eq!(row["quality"] == "no_data", note.is_some(), "{metric} {range}: {row}");
    };
    check("quality_score", "2026-05", None);
    check("quality_score", "2026-03", Some("of 14 rows of quality_review in the period none counts, by `sampling`"));
    check("quality_score", "2026-04", Some("nothing of it happened in the period: there is no row of quality_review"));
    check("quality_score", "2026-02", Some("the period ends before the data, which begin on 2026-03-05"));
    check("quality_score", "2026-06", Some("the period begins after the data, which are loaded through 2026-05-05"));
    check("quality_score", "2026-12", Some("the period lies ahead"));
    check("nps", "2026-05", Some("no records of kind survey_answer have been loaded"));
    // of a derived metric, the input that has none
    check("cost_per_contact", "2026-05", Some("total_cost: no records of kind cost have been loaded"));
    let shown = trial.ok(&["kpi", "quality_score", "--range", "2026-03"]);
    assert!(shown.contains("note: 1–31 Mar 2026: of 14 rows of quality_review in the period none counts"), "{shown}");
    // the filter is one of the conditions
    let row = trial.figure("mean", &["quality_score", "--range", "2026-05", "--where", "team = 'X'"]);
    assert_eq!(row["note"], "of 14 rows of quality_review in the period none counts, by `team`");
    // of each period by itself
    let months = &trial.kpi(&["quality_score", "--range", "2026-03..2026-05", "--grain", "month"])[0]["rows"];
    let notes: Vec<bool> = (0..3).map(|month| months[month]["note"].is_null()).collect();
    assert_eq!(notes, [false, false, true]);
}

const CARD: &str = r#"
title = "Company scorecard"
value_proposition = "A right answer, fast."

[[perspective]]
id = "p"
name = "Quality"

[[kpi]]
metric = "quality_score"
name = "Quality"
perspective = "p"
weight = 0.5
target = { value = 75 }

[[kpi]]
metric = "nps"
name = "Loyalty"
perspective = "p"
weight = 0.5
target = { value = 30 }

[[gate]]
metric = "compliance_rate"
name = "By the rules"
at_least = 98
"#;

#[test]
fn a_card_says_why_a_kpi_has_no_figure() {
    let trial = reviewed();
    trial.write("scorecards/company.toml", CARD);
    let check = |range: &str, expected: Option<&str>| {
        let out = trial.ok(&["scorecard", "--range", range, "--json"]);
        let card: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(card["kpis"][0]["reason"].as_str(), expected, "{range}: {out}");
        assert_eq!(card["kpis"][1]["reason"], "no records of kind survey_answer have been loaded", "{range}");
        let gate = card["gates"][0]["sentence"].as_str().unwrap_or_default();
        assert!(gate.ends_with("no records of kind compliance_check have been loaded"), "{range}: {gate}");
    };
    check("2026-05", None);
    check("2026-03", Some("of 14 rows of quality_review in the period none counts, by `sampling`"));
    check("2026-12", Some("the period lies ahead"));
    let text = trial.ok(&["scorecard", "--range", "2026-03"]);
    assert!(text.contains("Quality: of 14 rows of quality_review in the period none counts, by `sampling`"), "{text}");
    assert!(text.contains("Loyalty: no records of kind survey_answer have been loaded"), "{text}");
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/scorecard?range=2026-03");
    let card: Value = serde_json::from_str(&body).expect("JSON");
    let reason = card["kpis"][0]["reason"].as_str().unwrap_or_default();
    assert!(status == 200 && reason.ends_with("none counts, by `sampling`"), "{body}");
    // what is closed without a figure keeps why
    let out = trial.ok(&["close", "2026-03", "--as", "Anna"]);
    assert!(out.contains("not kept: Quality: of 14 rows of quality_review in the period none counts"), "{out}");
}

const ANSWERS: &str = r#"[read]
format = "csv"
[[record]]
kind = "survey_answer"
id = "id"
[record.fields]
ticket_id = "ticket"
instrument = "instrument"
scale_min = "1"
scale_max = "5"
value = "value"
answered_at = "at"
"#;

#[test]
fn an_answer_that_was_accepted_and_does_not_count_says_why() {
    let trial = Trial::new("Europe/Amsterdam");
    trial.write("sources/answers.toml", ANSWERS);
    let mut rows = "id,ticket,instrument,value,at\n".to_owned();
    for number in 0..12 {
        rows.push_str(&format!("a{number},t{number},csat,5,2026-10-10T10:00:00Z\n"));
    }
    // an effort is no satisfaction
    rows.push_str("e1,t1,ces,2,2026-10-10T10:00:00Z\n");
    let file = trial.write("answers.csv", rows);
    trial.ok(&["import", "answers", &file]);
    let told = |more: &[&str]| {
        let out = trial.ok(&[&["rows", "csat_t2b", "--range", "2026-10"], more].concat());
        let told = out.lines().skip_while(|line| !line.ends_with(" not count:")).map(str::to_owned);
        told.collect::<Vec<_>>()
    };
    let lines = || told(&[]);
    let effort = "  1 by `instrument` (csat, nps, ces or a name of one's own)";
    let agrees = "n 12, numerator 12: as `crosscheck kpi` answers";
    assert_eq!(lines(), ["1 row of survey_answer in the period does not count:", effort, agrees]);
    // two that come late, about tickets that were rated again since
    let late = trial.write(
        "late.csv",
        "id,ticket,instrument,value,at\nl1,t1,csat,1,2026-10-03T10:00:00Z\nl2,t2,csat,1,2026-10-03T10:00:00Z\n",
    );
    trial.ok(&["import", "answers", &late]);
    let found = lines();
    assert_eq!(found[..2], ["3 rows of survey_answer in the period do not count:", effort]);
    assert!(
        found[2].starts_with("  2 by `next_answer_delay`")
            && found[2].contains("`next_answered_at` (the next answer on the same ticket"),
        "{found:?}"
    );
    assert_eq!(found[3..], [agrees]);
    // what is not asked for is no row that does not count
    let one = told(&["--where", "ticket_id = 't1'"]);
    assert_eq!(one[..2], ["2 rows of survey_answer in the period do not count:", effort]);
    assert!(one[2].starts_with("  1 by `next_answer_delay`") && one.len() == 4, "{one:?}");
}

#[test]
fn no_data_says_why_over_http() {
    let trial = reviewed();
    let server = Server::start(&trial);
    for path in [
        "/api/kpis/quality_score/answers?range=2026-03&grain=total",
        "/api/answers?kpi=quality_score&range=2026-03&grain=total",
    ] {
        let (status, _, body) = server.get(path);
        let answers: Value = serde_json::from_str(&body).expect("JSON");
        let note = &answers[0]["rows"][0]["note"];
        assert!(
            status == 200 && note.as_str().is_some_and(|note| note.contains("none counts, by `sampling`")),
            "{body}"
        );
    }
}
