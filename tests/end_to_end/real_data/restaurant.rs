//! Calls of a restaurant booking line: who gave up is known by what is missing.

use end_to_end::{Trial, source, testdata};

use super::{assert_close, reference};

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
