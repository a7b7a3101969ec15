//! Incidents with a verdict and no times: the share of kept promises can be told, nothing about when.

use end_to_end::{Trial, testdata};
use serde_json::Value;

use super::{assert_close, import, reference, rows_by};

#[test]
fn promises_without_times() {
    let Some(folder) = testdata("bpic2014_incidents_sla") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    let said = import(&trial, "incident-promises", &[&folder.join("04.a.Detail_Incident_AtOpen.csv")]);
    assert!(said.contains("35,208 rows accepted, 0 rejected"), "{said}");
    let day = ["sla_compliance", "--from", "2014-01-01", "--to", "2014-01-02"];
    let kept = trial.figure("share", &day);
    assert_eq!(kept["n"], reference["rows"]);
    assert_close("kept", &kept["value"], &reference["sla_met_pct"], 1.0, 6);
    for (dimension, wanted) in [("priority", "breach_pct_by_impact"), ("weekday", "breach_pct_by_weekday")] {
        let rows = rows_by(&trial, dimension, &day);
        for (name, wanted) in reference[wanted].as_object().expect("an object") {
            let row = &rows[name];
            // three of the highest impact are too few to show a share of
            if row["quality"] == "suppressed" {
                assert!(row["n"].as_u64().is_some_and(|n| n < 10) && row["value"].is_null(), "{row}");
                continue;
            }
            let broken = 100.0 - row["value"].as_f64().expect("a share");
            assert_close(name, &Value::from(broken), wanted, 1.0, 6);
        }
    }
    let hours = rows_by(&trial, "hour", &day);
    for (hour, wanted) in reference["volume_by_hour"].as_object().expect("hours") {
        assert_eq!(&hours[hour]["n"], wanted, "{hour}");
    }
}
