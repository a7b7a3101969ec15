//! A puzzle of Preppin' Data with its expected output: agents' months, added up by the telephone system, joined with who
//! they are. The product has no table of sums, so a record is an agent's month and metrics of one's own know its sums.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use end_to_end::{Trial, testdata};
use serde_json::Value;

use super::{add_metric, import, table};

const YEAR: [&str; 6] = ["--grain", "month", "--from", "2021-01-01", "--to", "2022-01-01"];
const BY: [&str; 2] = ["--by", "agent,agent_name,team,location"];

/// An agent's month, as the expected output names it: id, month start.
type Month = (String, String);

/// The figures of all agents and months, also of those that have none.
fn ask(trial: &Trial, metric: &[&str]) -> BTreeMap<Month, Value> {
    let answers = trial.kpi(&[metric, &YEAR, &BY].concat());
    let rows = answers[0]["rows"].as_array().expect("rows");
    let month = |row: &Value| {
        let [year, month, day] = row["from"].as_str().expect("a date").split('-').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        (row["by"]["agent"].as_str().expect("an agent").to_owned(), format!("{day}/{month}/{year}"))
    };
    rows.iter().map(|row| (month(row), row.clone())).collect()
}

/// Blank where nothing was counted, as in the expected output, and not 0.
fn shown(row: &Value) -> String {
    match row["n"].as_u64() {
        Some(0) => String::new(),
        _ => row["value"].as_f64().map_or_else(String::new, |value| value.to_string()),
    }
}

/// The quotient of whole numbers, rounded half up to `places`, without the detour of binary fractions.
fn rounded(row: &Value, scale: i64, places: usize) -> String {
    let whole = |key: &str| row[key].as_f64().filter(|value| value.fract() == 0.0).map(|value| value as i64);
    let (Some(above), Some(below)) = (whole("numerator"), whole("denominator").filter(|below| *below > 0)) else {
        return String::new();
    };
    let tenths = 10_i64.pow(places as u32);
    let units = (2 * above * tenths + below * scale) / (2 * below * scale);
    let text = format!("{}.{:0places$}", units / tenths, units % tenths);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[test]
fn months_of_agents() {
    let Some(folder) = testdata("preppin_kpi_oracles").map(|folder| folder.join("case_158")) else { return };
    let trial = Trial::new("America/Halifax");
    for metric in ["summed_calls", "summed_not_answered_rate", "summed_call_duration", "call_sentiment"] {
        add_metric(&trial, metric);
    }
    let input = |number: u32| folder.join(format!("input_{number:02}.csv"));
    let months = |range: std::ops::RangeInclusive<u32>| range.map(input).collect::<Vec<PathBuf>>();
    for (source, files) in [
        ("agent-months-2021a", months(1..=4)),
        ("agent-months-2021b", months(5..=12)),
        ("agent-people", months(13..=13)),
        ("agent-leaders", months(14..=14)),
    ] {
        let said = import(&trial, source, &files.iter().map(PathBuf::as_path).collect::<Vec<&Path>>());
        assert!(!said.contains("impossible") && said.matches(", 0 rejected").count() == files.len(), "{said}");
    }
    let said = trial.ok(&["check"]);
    assert!(said.contains("no errors"), "{said}");

    let calls = |of: &str| ask(&trial, &["summed_calls", "--set", &format!("of={of}")]);
    let counts = [
        ("Calls Offered", calls("offered")),
        ("Calls Answered", calls("answered")),
        ("Calls Not Answered", calls("not_answered")),
        ("Transfers", calls("transferred")),
        ("Sentiment", ask(&trial, &["call_sentiment"])),
    ];
    let rates = ask(&trial, &["summed_not_answered_rate"]);
    let durations = ask(&trial, &["summed_call_duration"]);

    // Left aside: the two goals' thresholds, constants in every row; `Leader Name`, which the product has as the name of
    // a team and no dimension. The goals are met or not by the figures below.
    let expected = table(&folder.join("expected_output_01.csv"));
    assert_eq!(expected.len(), 135 * 12);
    assert_eq!(rates.len(), expected.len());
    for row in &expected {
        let key: Month = (row["id"].clone(), row["Month Start Date"].clone());
        for (column, figures) in &counts {
            assert_eq!(shown(&figures[&key]), row[*column], "{column} of {key:?}");
        }
        let rate = &rates[&key];
        let by = |name: &str| rate["by"][name].as_str().unwrap_or_default();
        assert_eq!(
            (by("agent_name"), by("team"), by("location")),
            (&*row["Agent Name"], &*row["Leader 1"], &*row["Location"])
        );
        // in per cent here, a fraction there
        assert_eq!(rounded(rate, 100, 3), row["Not Answered Rate"], "{rate}");
        assert_eq!(rounded(&durations[&key], 1, 0), row["Agent Avg Duration"], "{key:?}");
        // the total is above the line of the average
        let total = durations[&key]["numerator"].as_f64().filter(|_| durations[&key]["n"] != 0);
        assert_eq!(total.map_or_else(String::new, |total| total.to_string()), row["Total Duration"]);
        // goals: less than 5 % not answered, as it is shown; a sentiment of at least 0
        let fraction: Option<f64> = row["Not Answered Rate"].parse().ok();
        let met = |goal: Option<bool>| goal.map_or("", |met| if met { "True" } else { "False" });
        assert_eq!(met(fraction.map(|fraction| fraction < 0.05)), row["Met Not Answered Rate"]);
        let sentiment = counts[4].1[&key]["value"].as_f64();
        assert_eq!(met(sentiment.map(|score| score >= 0.0)), row["Met Sentiment Goal"]);
    }
    let without = rates.values().filter(|row| row["quality"] == "no_data").count();
    assert_eq!(without, expected.iter().filter(|row| row["Calls Offered"].is_empty()).count());

    // A leader's rate is that of all their agents' calls, not the mean of the agents' rates.
    let answers =
        trial.kpi(&["summed_not_answered_rate", "--by", "team", "--from", "2021-01-01", "--to", "2022-01-01"]);
    for row in answers[0]["rows"].as_array().expect("rows") {
        let leader = row["by"]["team"].as_str().expect("a team");
        let of_leader = || expected.iter().filter(|row| row["Leader 1"] == leader);
        let sum = |column: &str| of_leader().filter_map(|row| row[column].parse::<f64>().ok()).sum::<f64>();
        let wanted = 100.0 * sum("Calls Not Answered") / sum("Calls Offered");
        assert!((row["value"].as_f64().expect("a rate") - wanted).abs() < 1e-9, "{row} {wanted}");
    }
    // and no shipped metric takes a month for a call
    let level = trial.figure("ratio", &["service_level", "--from", "2021-01-01", "--to", "2022-01-01"]);
    assert_eq!(level["quality"], "no_data");
}
