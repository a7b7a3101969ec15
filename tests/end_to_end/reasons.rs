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
