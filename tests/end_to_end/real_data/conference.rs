//! A puzzle of Preppin' Data with its expected output: the survey of a conference, one row a visitor.

use std::collections::{BTreeMap, BTreeSet};

use end_to_end::{Trial, testdata};

use super::{add_metric, import, rows_by, table};

const DAYS: [&str; 4] = ["--from", "2019-11-01", "--to", "2019-12-01"];

/// `11/1/2019 2:30:36 PM` as `2019-11-01 14:30:36`.
fn iso(shown: &str) -> String {
    let parts: Vec<&str> = shown.split([' ', '/', ':']).collect();
    let [month, day, year, hour, minute, second, half] = parts[..] else { panic!("{shown}") };
    let hour = hour.parse::<u32>().expect("an hour") % 12 + if half == "PM" { 12 } else { 0 };
    format!("{year}-{month:0>2}-{day:0>2} {hour:02}:{minute}:{second}")
}

#[test]
fn survey_of_a_conference() {
    let Some(folder) = testdata("preppin_kpi_oracles").map(|folder| folder.join("case_040")) else { return };
    let trial = Trial::new("UTC");
    add_metric(&trial, "mean_rating");
    let said = import(&trial, "conference-survey", &[&folder.join("input_02.csv")]);
    assert!(said.contains("39 rows accepted, 0 rejected"), "{said}");

    let [wanted] = &table(&folder.join("expected_output_01.csv"))[..] else { panic!("one row") };
    let number = |column: &str| wanted[column].parse::<f64>().expect("a number");
    let nps = trial.figure("net_score", &[&["nps"], &DAYS[..]].concat());
    assert_eq!(nps["n"].as_f64(), Some(number("Total Respondents")));
    assert_eq!(nps["numerator"].as_f64(), Some(number("Promoter") - number("Detractor")));
    let score = nps["value"].as_f64().expect("a score");
    assert!((score - number("NPS Score")).abs() <= 0.05, "{nps}");
    for (column, filter) in [("Promoter", "value >= 9"), ("Detractor", "value <= 6")] {
        let row = trial.figure("net_score", &[&["nps", "--where", filter], &DAYS[..]].concat());
        assert_eq!(row["n"].as_f64(), Some(number(column)), "{column}");
    }

    // Every visitor's own means. The expected output repeats a visitor for each of the three words they found; the words,
    // the giveaway and the session are text and nothing to measure.
    let expected: BTreeMap<String, BTreeMap<String, String>> =
        table(&folder.join("expected_output_02.csv")).into_iter().map(|row| (iso(&row["Timestamp"]), row)).collect();
    let means = |instrument: &str| -> BTreeMap<String, f64> {
        let set = format!("instrument={instrument}");
        let rows = rows_by(&trial, "visitor", &[&["mean_rating", "--set", &set], &DAYS[..]].concat());
        let mean = |row: &serde_json::Value| row["value"].as_f64().expect("a mean");
        // the file has the second's fraction, the expected output does not
        rows.iter().map(|(visitor, row)| (visitor[..19].to_owned(), mean(row))).collect()
    };
    let (keynotes, food, scores) = (means("keynote"), means("food"), means("nps"));
    assert_eq!(keynotes.keys().collect::<BTreeSet<_>>(), expected.keys().collect());
    for (visitor, row) in &expected {
        let cell = |column: &str| row[column].parse::<f64>().ok();
        let close = |found: Option<&f64>, wanted: Option<f64>, digits: i32| match (found, wanted) {
            (Some(found), Some(wanted)) => (found - wanted).abs() <= 0.5 * 10f64.powi(-digits) + 1e-12,
            (found, wanted) => found.is_none() && wanted.is_none(),
        };
        assert!(close(keynotes.get(visitor), cell("Keynote Rating Score"), 1), "{visitor} {row:?}");
        assert!(close(food.get(visitor), cell("Food Rating Score"), 9), "{visitor} {row:?}");
        assert!(close(scores.get(visitor), cell("On a scale of 0-10, how would you rate Sudzilla?"), 0), "{visitor}");
    }
}
