//! A telecom's call centre, a workbook: whether a call was answered and resolved are columns of Y and N.

use std::path::Path;

use end_to_end::{Trial, testdata};
use serde_json::Value;

use super::{add_metric, assert_close, import, reference, rows_by, workbook};

const QUARTER: [&str; 4] = ["--from", "2021-01-01", "--to", "2021-04-01"];

fn trial(folder: &Path) -> Trial {
    let trial = Trial::new("UTC");
    let csv = trial.write("exports/calls.csv", workbook::as_csv(&folder.join("Call-Center-Dataset.xlsx")));
    add_metric(&trial, "resolved_rate");
    let said = import(&trial, "call-centre", &[Path::new(&csv)]);
    assert!(said.contains("5,000 rows accepted, 0 rejected → 5,000 contact, 4,054 survey_answer"), "{said}");
    let said = trial.ok(&["check"]);
    assert!(said.contains("no errors"), "{said}");
    trial
}

#[test]
fn calls_of_a_call_centre() {
    let Some(folder) = testdata("pwc_call_centre") else { return };
    let reference = reference(&folder);
    let trial = trial(&folder);
    let ask = |statistic: &str, metric: &[&str]| trial.figure(statistic, &[metric, &QUARTER].concat());

    // Answered of offered: the complement of the abandonment rate. How long the callers who gave up had waited is not
    // in the file, so none of them can be left out as short; by its definition they all count.
    let abandoned = ask("share", &["abandonment_rate"]);
    assert_eq!(abandoned["n"], reference["calls"]);
    assert_eq!(abandoned["numerator"].as_f64(), reference["abandoned"].as_f64());
    assert_close("abandoned", &abandoned["value"], &reference["abandon_rate_pct"], 1.0, 6);
    let answered = 100.0 - abandoned["value"].as_f64().expect("a share");
    assert_close("answered", &Value::from(answered), &reference["answer_rate_pct"], 1.0, 6);

    // Resolved: no shipped metric says it of a contact, since only the centre itself says so; a metric of one's own
    // does, of all calls or of those that were answered.
    let resolved = ask("share", &["resolved_rate"]);
    assert_eq!(resolved["numerator"].as_f64(), reference["resolved"].as_f64());
    assert_close("resolved", &resolved["value"], &reference["resolved_pct_of_all"], 1.0, 6);
    let of_answered = ask("share", &["resolved_rate", "--variant", "of_answered"]);
    assert_close("of answered", &of_answered["value"], &reference["resolved_pct_of_answered"], 1.0, 6);

    let asa = ask("mean", &["asa"]);
    assert_eq!(asa["n"], reference["answered"]);
    assert_close("speed of answer", &asa["value"], &reference["ASA_s"]["mean"], 1.0, 5);
    // queue_wait's percentiles are interpolated (type 7), as the reference's are
    for (statistic, name) in [("median", "median"), ("p90", "p90")] {
        let wait = ask(statistic, &["queue_wait"]);
        assert_close(name, &wait["value"], &reference["ASA_s"][name], 1.0, 6);
    }
    // of all offered, however early they gave up
    for (within, wanted) in [("20", "SL20_of_offered_pct"), ("60", "SL60_of_offered_pct")] {
        let set = format!("phone_within={within}");
        let level = ask("ratio", &["service_level", "--variant", "f3_all_abandons_hurt", "--set", &set]);
        assert_close(wanted, &level["value"], &reference[wanted], 1.0, 6);
    }
    // Nobody holds or wraps up here, so handling is talking. In made-up data agents talk to several callers at once; the
    // reference counts every call's whole length, and the default of `aht` would share such time among them.
    let talk = ask("mean", &["aht", "--variant", "unadjusted"]);
    assert_eq!(talk["n"], reference["talk_s"]["n"]);
    assert_close("talk", &talk["value"], &reference["talk_s"]["mean"], 1.0, 6);
    assert_close("talk in all", &talk["numerator"], &reference["talk_s"]["sum"], 1.0, 6);

    let rating = ask("mean", &["csat_mean"]);
    assert_eq!(rating["n"], reference["csat"]["n"]);
    assert_close("rating", &rating["value"], &reference["csat"]["mean"], 1.0, 6);
    let satisfied = ask("share", &["csat_t2b"]);
    assert_close("satisfied", &satisfied["value"], &reference["csat"]["top2box_pct"], 1.0, 6);
}

#[test]
fn calls_of_a_call_centre_by_agent_topic_and_month() {
    let Some(folder) = testdata("pwc_call_centre") else { return };
    let reference = reference(&folder);
    let trial = trial(&folder);
    let by = |dimension: &str, metric: &str| rows_by(&trial, dimension, &[&[metric], &QUARTER[..]].concat());

    // for an agent, calls that were offered are those answered and those that rang in vain
    let agents = reference["by_agent"].as_object().expect("agents");
    let (abandoned, resolved) = (by("agent", "abandonment_rate"), by("agent", "resolved_rate"));
    let (asa, rating) = (by("agent", "asa"), by("agent", "csat_mean"));
    let talk = rows_by(&trial, "agent", &[&["aht", "--variant", "unadjusted"], &QUARTER[..]].concat());
    assert!([&abandoned, &resolved, &asa, &talk, &rating].iter().all(|rows| rows.len() == agents.len()));
    for (agent, wanted) in agents {
        assert_eq!(abandoned[agent]["n"], wanted["offered"], "{agent}");
        let count = |key: &str| wanted[key].as_f64().expect("a count");
        assert_eq!(abandoned[agent]["numerator"].as_f64(), Some(count("offered") - count("answered")), "{agent}");
        assert_eq!(resolved[agent]["numerator"].as_f64(), Some(count("resolved")), "{agent}");
        for (rows, key, digits) in [(&asa, "asa_s", 6), (&talk, "talk_s", 6), (&rating, "csat", 6)] {
            assert_close(&format!("{key} of {agent}"), &rows[agent]["value"], &wanted[key], 1.0, digits);
        }
    }

    let topics = reference["by_topic"].as_object().expect("topics");
    let (abandoned, rating) = (by("topic", "abandonment_rate"), by("topic", "csat_mean"));
    assert_eq!((abandoned.len(), rating.len()), (topics.len(), topics.len()));
    for (topic, wanted) in topics {
        assert_eq!(abandoned[topic]["n"], wanted["offered"], "{topic}");
        let answered = 100.0 - abandoned[topic]["value"].as_f64().expect("a share");
        assert_close(topic, &Value::from(answered), &wanted["answer_rate_pct"], 1.0, 6);
        assert_close(topic, &rating[topic]["value"], &wanted["csat"], 1.0, 6);
    }

    let monthly = trial.kpi(&[&["abandonment_rate", "--grain", "month"], &QUARTER[..]].concat());
    let rows = monthly[0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), reference["by_month"].as_object().expect("months").len());
    for row in rows {
        let month = &row["from"].as_str().expect("a date")[..7];
        let wanted = &reference["by_month"][month];
        assert_eq!(row["n"], wanted["offered"], "{month}");
        assert_close(month, &row["value"], &wanted["abandon_rate_pct"], 1.0, 6);
    }
}
