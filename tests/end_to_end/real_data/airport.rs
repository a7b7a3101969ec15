//! A passenger survey in two waves: two file layouts, a source file each.

use end_to_end::{Trial, source, testdata};
use serde_json::Value;

use super::{assert_close, reference};

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
