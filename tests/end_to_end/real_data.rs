//! Real exports through source files, against the reference answers beside them.

use std::fs;
use std::path::Path;

use end_to_end::{Trial, close, source, testdata};
use serde_json::Value;

fn reference(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("reference.json")).expect("the reference");
    serde_json::from_str(&text).expect("JSON")
}

/// `found` must be `wanted` to the digits the reference gives.
fn assert_close(what: &str, found: &Value, wanted: &Value, unit: f64, digits: i32) {
    let wanted = wanted.as_f64().unwrap_or_else(|| panic!("{what}: no reference"));
    assert!(
        close(found, wanted * unit, unit * 0.51 * 10f64.powi(-digits)),
        "{what}: {found}, reference {}",
        wanted * unit
    );
}

#[test]
fn incident_log_of_uci() {
    let Some(folder) = testdata("uci_servicenow_incidents") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    trial.write("sources/servicenow.toml", source("servicenow.toml"));
    let file = folder.join("incident_event_log.csv.gz");
    let said = trial.ok(&["import", "servicenow", &file.to_string_lossy()]);
    assert!(said.contains("141,712 rows accepted, 0 rejected"), "{said}");
    assert!(said.contains("24,918 ticket"), "{said}");

    // resolution of closed work, all hours
    let closed =
        ["full_resolution_time", "--variant", "calendar_closed_only", "--from", "2016-02-01", "--to", "2017-03-01"];
    let median = trial.figure("median", &closed);
    assert_eq!(median["n"], reference["resolution_h"]["n"]);
    assert_eq!(median["n"], 23_362);
    assert_close("median", &median["value"], &reference["resolution_h"]["median"], 3600.0, 6);
    let p90 = trial.figure("p90", &closed);
    assert_close("p90", &p90["value"], &reference["resolution_h"]["p90"], 3600.0, 6);

    let by_priority = trial.kpi(&[&closed[..], &["--by", "priority"]].concat());
    for answer in &by_priority {
        let statistic = answer["statistic"].as_str().expect("a name");
        let rows = answer["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), 4);
        for row in rows {
            let priority = row["by"]["priority"].as_str().expect("a priority");
            let wanted = &reference["resolution_h_by_priority"][priority];
            assert_eq!(row["n"], wanted["n"], "{priority}");
            assert_close(&format!("{statistic} of {priority}"), &row["value"], &wanted[statistic], 3600.0, 6);
        }
    }

    // with the open ones the median is longer: 1,556 never were resolved
    let honest = trial.figure(
        "median",
        &["full_resolution_time", "--variant", "calendar", "--from", "2016-02-01", "--to", "2017-03-01"],
    );
    assert_eq!(honest["n"], 24_918);
    assert!(honest["value"].as_f64() > median["value"].as_f64(), "{honest} {median}");

    // backlog at the ends of days: the reference counts until 23:59 of a log of whole minutes
    for (day, after) in [
        ("2016-03-31", "2016-04-01"),
        ("2016-04-30", "2016-05-01"),
        ("2016-05-31", "2016-06-01"),
        ("2016-06-30", "2016-07-01"),
    ] {
        let row = trial.figure("count", &["unresolved_backlog", "--from", day, "--to", after]);
        assert_eq!(row["value"].as_f64(), reference["backlog"][format!("{day} 23:59")].as_f64(), "{day}");
    }
    let monthly = trial.kpi(&["unresolved_backlog", "--from", "2016-03-01", "--to", "2016-07-01", "--grain", "month"]);
    let values: Vec<f64> =
        monthly[0]["rows"].as_array().expect("rows").iter().filter_map(|row| row["value"].as_f64()).collect();
    assert_eq!(values, [2288.0, 2428.0, 2786.0, 1916.0]);
    // at 2016-03-15 00:00 the reference includes that very minute, the end of a day excludes it
    let row = trial.figure("count", &["unresolved_backlog", "--from", "2016-03-14", "--to", "2016-03-15"]);
    let midnight = reference["backlog"]["2016-03-15 00:00"].as_f64().expect("a number");
    assert!(close(&row["value"], midnight, 3.0), "{row} {midnight}");
}

#[test]
fn survey_of_an_airport() {
    let Some(folder) = testdata("sfo_customer_survey") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("America/Los_Angeles");
    for year in ["2016", "2017"] {
        let name = format!("airport-{year}");
        trial.write(&format!("sources/{name}.toml"), source(&format!("{name}.toml")));
        let file = folder.join(format!("{year}_SFO_Customer_Survey.csv"));
        let said = trial.ok(&["import", &name, &file.to_string_lossy()]);
        assert!(said.contains(", 0 rejected"), "{said}");
        let wanted = &reference["by_year"][year]["csat_whole_airport"];
        let (from, to) = (format!("{year}-01-01"), format!("{}-01-01", year.parse::<u32>().expect("a year") + 1));
        let row = trial.figure("share", &["csat_t2b", "--from", &from, "--to", &to]);
        assert_eq!(row["n"], wanted["n"], "{year}");
        assert_close(year, &row["value"], &wanted["top2box_pct"], 1.0, 6);
    }
    let nps = &reference["by_year"]["2017"]["nps"];
    let year = ["nps", "--from", "2017-01-01", "--to", "2018-01-01"];
    let row = trial.figure("net_score", &year);
    assert_eq!(row["n"], 2746);
    assert_eq!(row["numerator"].as_f64(), Some(1436.0 - 342.0));
    assert_close("nps", &row["value"], &nps["nps"], 1.0, 6);

    let by_area = trial.kpi(&[&year[..], &["--by", "boarding_area"]].concat());
    let rows = by_area[0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 7);
    for row in rows {
        let area = row["by"]["boarding_area"].as_str().expect("an area");
        let wanted = &reference["by_year"]["2017"]["nps_by_BAREA"][area];
        assert_eq!(row["n"], wanted["n"], "{area}");
        assert_close(area, &row["value"], &wanted["nps"], 1.0, 6);
    }
    let daily = trial.kpi(&["nps", "--from", "2017-05-05", "--to", "2017-05-31", "--grain", "day"]);
    for row in daily[0]["rows"].as_array().expect("rows") {
        let date = row["from"].as_str().expect("a date");
        let day = date.trim_start_matches("2017-05-").trim_start_matches('0');
        let wanted = &reference["by_year"]["2017"]["nps_by_INTDATE_day_of_May"][day];
        match (row["quality"].as_str(), wanted) {
            // interviews were not made every day; under 30 answers no net score is shown
            (Some("no_data"), Value::Null) => {}
            (Some("suppressed"), _) => assert!(row["value"].is_null()),
            (_, wanted) => assert_close(date, &row["value"], wanted, 1.0, 6),
        }
    }
}

#[test]
fn calls_of_a_restaurant_line() {
    let Some(folder) = testdata("restaurant_booking_calls") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    trial.write("sources/restaurant-calls.toml", source("restaurant-calls.toml"));
    let file = folder.join("call_center_data.csv");
    let said = trial.ok(&["import", "restaurant-calls", &file.to_string_lossy()]);
    assert!(said.contains("25,100 rows accepted, 0 rejected"), "{said}");
    let days = ["--from", "2023-11-01", "--to", "2023-11-15"];
    let all = |within: &str| {
        let set = format!("phone_within={within}");
        let asked = [&["service_level", "--variant", "f3_all_abandons_hurt", "--set", &set], &days[..]].concat();
        trial.figure("ratio", &asked)
    };
    for within in ["20", "30", "60"] {
        let row = all(within);
        assert_eq!(row["n"], reference["calls"]);
        assert_close(within, &row["value"], &reference[format!("SL{within}_of_offered_pct")], 1.0, 6);
    }
    let row = trial.figure("share", &[&["abandonment_rate"], &days[..]].concat());
    assert_eq!(row["numerator"].as_f64(), Some(369.0));
    assert_close("abandonment", &row["value"], &reference["abandon_rate_pct"], 1.0, 5);

    let daily = trial.kpi(&[&["abandonment_rate", "--grain", "day"], &days[..]].concat());
    for row in daily[0]["rows"].as_array().expect("rows") {
        let wanted = &reference["per_day"][row["from"].as_str().expect("a date")];
        assert_eq!(row["n"], wanted["calls"]);
        let answered = row["denominator"].as_f64().zip(row["numerator"].as_f64()).map(|(calls, gone)| calls - gone);
        assert_eq!(answered, wanted["answered"].as_f64());
    }
    let by_agent =
        trial.kpi(&[&["service_level", "--by", "agent", "--variant", "f2_answered_only"], &days[..]].concat());
    for row in by_agent[0]["rows"].as_array().expect("rows") {
        match row["by"]["agent"].as_str() {
            Some(agent) => assert_eq!(row["n"], reference["per_agent_answered"][agent], "{agent}"),
            None => assert_eq!(row["n"], 0),
        }
    }
}
