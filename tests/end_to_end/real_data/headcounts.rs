//! A puzzle of Preppin' Data with its expected output: who worked in six distribution centres, month by month. Every
//! figure that is given is the third party's, and none is given of fewer than five.

use std::collections::BTreeMap;

use end_to_end::{Trial, testdata};

use super::{import, table};

const MONTHS: [&str; 4] = ["--range", "2018-04..2023-06", "--grain", "month"];

#[test]
fn headcounts_of_distribution_centres() {
    let Some(folder) = testdata("preppin_kpi_oracles").map(|folder| folder.join("case_236")) else { return };
    let trial = Trial::new("UTC");
    import(&trial, "month-people", &[&folder.join("input_01.csv")]);
    let said = import(&trial, "month-ends", &[&folder.join("input_02.csv")]);
    assert!(said.contains("0 rejected"), "{said}");

    // month, and centre or what is known of a person, to people
    let month = |date: &str| format!("{}-{}", &date[6..], &date[3..5]);
    let mut wanted: BTreeMap<(&str, String, String), f64> = BTreeMap::new();
    for row in table(&folder.join("expected_output_02.csv")) {
        let count: f64 = row["ee_count"].parse().expect("a number");
        let month = month(&row["month_end_date"]);
        let dimension = match row["demographic_type"].as_str() {
            "Gender" => "gender",
            "Nationality" => "nationality",
            "Generation Name" => "generation",
            "Age Range" => "age",
            _ => continue,
        };
        *wanted.entry((dimension, month.clone(), row["demographic_detail"].clone())).or_default() += count;
        if dimension == "gender" {
            *wanted.entry(("team", month, row["dc_nbr"].clone())).or_default() += count;
        }
    }
    for (dimension, least) in [("team", 250), ("gender", 100), ("generation", 60), ("age", 60), ("nationality", 40)] {
        let answers = trial.kpi(&[&["headcount", "--by", dimension], &MONTHS[..]].concat());
        let (mut shown, mut hidden) = (0, 0);
        for row in answers[0]["rows"].as_array().expect("rows") {
            let from = row["from"].as_str().expect("a day")[..7].to_owned();
            let value = row["by"][dimension].as_str().unwrap_or_default().to_owned();
            let count = wanted.get(&(dimension, from.clone(), value.clone())).copied().unwrap_or(0.0);
            if row["quality"] == "withheld" {
                hidden += 1;
                continue;
            }
            assert_eq!(row["value"].as_f64(), Some(count), "{dimension} {from} {value}");
            assert!(count == 0.0 || count >= 5.0, "{dimension} {from} {value}: {count}");
            shown += usize::from(count > 0.0);
        }
        assert!(shown >= least, "{dimension}: {shown} figures are shown, {hidden} withheld");
    }

    // who left: those whose row says when, in the month it says
    let mut left: BTreeMap<String, f64> = BTreeMap::new();
    for row in table(&folder.join("input_02.csv")).iter().filter(|row| !row["leave_date"].is_empty()) {
        *left.entry(month(&row["month_end_date"])[..4].to_owned()).or_default() += 1.0;
    }
    for (year, left) in left.iter().filter(|(year, _)| year.as_str() < "2023") {
        let range = if year == "2018" { "2018-04..2018-12".to_owned() } else { year.clone() };
        let row = trial.figure("count", &["leavers", "--range", &range]);
        assert_eq!(row["value"].as_f64(), Some(*left), "{year}");
    }
}
