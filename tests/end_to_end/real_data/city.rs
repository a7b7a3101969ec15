//! Three hours of a city's service requests: a third is still open when the extract ends, so closed ones alone mislead.

use end_to_end::{Trial, testdata};
use serde_json::Value;

use super::{assert_close, import, reference, rows_by, table};

const DAYS: [&str; 4] = ["--from", "2024-05-26", "--to", "2024-05-28"];

/// Seconds since midnight of 26 May 2024 of a wall clock time of these two days, as `2024-05-27T01:27:34.000`.
fn seconds(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("digits");
    (number(8..10) - 26) * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19)
}

/// The smallest time by which the share `q` is done: the product-limit estimate, written down as the textbook has it.
fn kaplan_meier(done: &[i64], open: &[i64], q: f64) -> Option<i64> {
    let mut times = done.to_vec();
    times.sort_unstable();
    times.dedup();
    let mut survival = 1.0;
    for time in times {
        let at_risk = done.iter().chain(open).filter(|length| **length >= time).count();
        let ended = done.iter().filter(|length| **length == time).count();
        survival *= 1.0 - ended as f64 / at_risk as f64;
        if survival <= 1.0 - q + 1e-12 {
            return Some(time);
        }
    }
    None
}

#[test]
fn requests_still_open_when_the_extract_ends() {
    let Some(folder) = testdata("nyc311_sample") else { return };
    let reference = reference(&folder);
    let file = folder.join("311_service_requests_1000.csv");
    let trial = Trial::new("America/New_York");
    let said = import(&trial, "city-requests", &[&file]);
    assert!(said.contains("1,000 rows accepted, 0 rejected → 1,000 ticket"), "{said}");

    // closed requests only, as the reference has it
    let closed = [&["full_resolution_time", "--variant", "calendar_closed_only"], &DAYS[..]].concat();
    for statistic in ["median", "p90"] {
        let row = trial.figure(statistic, &closed);
        assert_eq!(row["n"], reference["resolution_h"]["n"]);
        assert_close(statistic, &row["value"], &reference["resolution_h"][statistic], 3600.0, 6);
    }
    let answers = trial.kpi(&[&closed[..], &["--by", "agency"]].concat());
    let medians = answers.iter().find(|answer| answer["statistic"] == "median").expect("a median");
    for row in medians["rows"].as_array().expect("rows") {
        let agency = row["by"]["agency"].as_str().expect("an agency");
        let wanted = &reference["resolution_h_by_agency"][agency];
        assert_eq!(row["n"], wanted["n"], "{agency}");
        match wanted["n"].as_u64() {
            Some(n) if n > 1 => assert_close(agency, &row["value"], &wanted["median"], 3600.0, 6),
            // the median of one request is that request: not shown
            _ => assert!(row["value"].is_null(), "{row}"),
        }
    }

    // all of them: open ones have taken at least until the last thing the page knows
    let rows = table(&file);
    let columns = ["created_date", "closed_date", "resolution_action_updated_date"];
    let cells = rows.iter().flat_map(|row| columns.map(|column| row[column].as_str()));
    let end = cells.filter(|cell| !cell.is_empty()).map(seconds).max().expect("a time");
    let (done, open): (Vec<_>, Vec<_>) = rows.iter().partition(|row| !row["closed_date"].is_empty());
    let done: Vec<i64> = done.iter().map(|row| seconds(&row["closed_date"]) - seconds(&row["created_date"])).collect();
    let open: Vec<i64> = open.iter().map(|row| end - seconds(&row["created_date"])).collect();
    assert_eq!((done.len(), open.len()), (677, 323));
    let honest = [&["full_resolution_time", "--variant", "calendar"], &DAYS[..]].concat();
    let median = trial.figure("median", &honest);
    assert_eq!(median["n"], 1000);
    let wanted = kaplan_meier(&done, &open, 0.5).expect("a median");
    assert_eq!(median["value"].as_f64(), Some(wanted as f64));
    // it is half as long again as that of the closed ones
    assert!(wanted as f64 > 1.4 * 3600.0 * reference["resolution_h"]["median"].as_f64().expect("a median"));
    // fewer than nine in ten are closed within the time that is known: there is no 90th percentile, and none is made up
    assert_eq!(kaplan_meier(&done, &open, 0.9), None);
    let p90 = trial.figure("p90", &honest);
    assert_eq!((p90["value"].is_null(), p90["quality"].as_str()), (true, Some("settling")));

    let backlog = trial.figure("count", &[&["unresolved_backlog"], &DAYS[..]].concat());
    assert_eq!(backlog["value"].as_f64(), reference["backlog_at_end"].as_f64());
    let by_borough = rows_by(&trial, "borough", &[&["tickets_created"], &DAYS[..]].concat());
    for (borough, wanted) in reference["by_borough"].as_object().expect("boroughs") {
        // the file's own word for a missing one
        let borough = if borough == "Unspecified" { "" } else { borough };
        assert_eq!(by_borough[borough]["value"].as_f64(), wanted.as_f64(), "{borough}");
    }
    let by_channel = rows_by(&trial, "channel", &[&["tickets_created"], &DAYS[..]].concat());
    for (name, channel) in [("ONLINE", "portal"), ("MOBILE", "mobile_app"), ("PHONE", "phone"), ("UNKNOWN", "")] {
        assert_eq!(by_channel[channel]["value"].as_f64(), reference["by_channel"][name].as_f64(), "{name}");
    }
    let complaints = rows_by(&trial, "category", &[&["tickets_created"], &DAYS[..]].concat());
    for (complaint, wanted) in reference["top_complaints"].as_object().expect("complaints") {
        assert_eq!(complaints[complaint]["value"].as_f64(), wanted.as_f64(), "{complaint}");
    }
    assert_eq!(Value::from(rows.len()), reference["rows"]);
}
