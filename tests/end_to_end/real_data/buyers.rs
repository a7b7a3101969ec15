//! Buyers of a music shop, summed up, and transactions of a store: who came again, and what they brought.

use std::collections::BTreeMap;

use end_to_end::{Trial, close, testdata};

use super::{assert_close, import, reference, table};

/// A workspace whose books are kept in dollars.
fn shop() -> Trial {
    let trial = Trial::new("UTC");
    let settings = std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings");
    trial.write("crosscheck.toml", settings.replace("\"EUR\"", "\"USD\""));
    trial
}

#[test]
fn buyers_who_came_again_and_what_they_brought() {
    let Some(folder) = testdata("cdnow_clv") else { return };
    let reference = &reference(&folder)["cdnow"];
    let file = folder.join("cdnow_customers_summary_with_transactions.csv");
    let trial = shop();
    let said = import(&trial, "buyers-summary", &[&file]);
    assert!(said.contains("→ 3,303 order"), "{said}");
    let ever = ["--from", "1996-12-01", "--to", "1997-12-01"];
    // first orders; of what came later the data know until the end of September
    let cohort = ["--from", "1996-12-01", "--to", "1997-06-01"];

    let repeat = trial.figure("share", &[&["repeat_purchase_ratio:so_far"], &cohort[..]].concat());
    assert_eq!((&repeat["n"], &repeat["numerator"]), (&reference["customers"], &serde_json::json!(946.0)));
    assert_close("repeat purchase ratio", &repeat["value"], &reference["repeat_purchase_ratio_pct"], 1.0, 6);

    // what repeat purchases brought a customer: the summary says no more than their number and mean
    let rows = table(&file);
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect("a number");
    let spent: f64 = rows.iter().map(|row| number(row, "x") * number(row, "zbar")).sum();
    let historic = trial.figure("value", &[&["clv:historic_so_far"], &cohort[..]].concat());
    assert_eq!((historic["n"].as_u64(), historic["quality"].as_str()), (Some(2357), Some("ok")));
    assert!(close(&historic["value"], spent / 2357.0, 1e-4), "{historic}, {}", spent / 2357.0);

    let mean = [&["average_order_value", "--where", "number > 1"], &ever[..]].concat();
    assert_close("mean spent", &trial.figure("value", &mean)["value"], &reference["mean_monetary_returning"], 1.0, 4);
}

/// The day of the year of a date of 2014, from 1.
fn day(date: &str) -> usize {
    let number = |range: std::ops::Range<usize>| date[range].parse::<usize>().expect("digits");
    let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    months[..number(5..7) - 1].iter().sum::<usize>() + number(8..10)
}

#[test]
fn transactions_of_one_day_are_one_order() {
    let Some(folder) = testdata("cdnow_clv") else { return };
    let reference = &reference(&folder)["example_transactions"];
    let file = folder.join("example_transactions.csv");
    let trial = shop();
    import(&trial, "store-transactions", &[&file]);
    let year = ["--range", "2014-01..2014-12"];
    let repeat = trial.figure("share", &[&["repeat_purchase_ratio:so_far"], &year[..]].concat());
    assert_eq!(repeat["n"], reference["customers"]);
    assert_eq!(repeat["numerator"].as_f64(), reference["repeat_buyers_(distinct_days)"].as_f64());
    assert_close("repeat purchase ratio", &repeat["value"], &reference["repeat_purchase_ratio_pct"], 1.0, 2);

    // within 180 days, of those whose 180 days have passed by the last day of the data: with a calendar of days
    let mut days: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    table(&file).iter().for_each(|row| days.entry(row["id"].clone()).or_default().push(day(&row["date"])));
    let (mut judged, mut came) = (0, 0);
    for bought in days.values_mut() {
        bought.sort_unstable();
        bought.dedup();
        if 365 - bought[0] >= 180 {
            judged += 1;
            came += u64::from(bought.get(1).is_some_and(|second| second - bought[0] <= 180));
        }
    }
    let half = ["repeat_purchase_ratio", "--set", "horizon_days=180"];
    let half = trial.figure("share", &[&half, &year[..]].concat());
    assert_eq!((half["n"].as_u64(), half["numerator"].as_f64()), (Some(judged), Some(came as f64)));
    assert_eq!(half["quality"], "settling");
    assert!(judged < 5000 && came > 1000, "{came} of {judged}");
}
