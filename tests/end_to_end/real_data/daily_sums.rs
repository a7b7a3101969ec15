//! A call centre that exports days and no calls: what is divided are sums, and shares are weighted.

use end_to_end::{Trial, testdata};

use super::{add_metric, assert_close, import, reference};

const ALL: [&str; 4] = ["--from", "2020-01-01", "--to", "2023-06-05"];

#[test]
fn days_of_a_call_centre() {
    let Some(folder) = testdata("callcenter_daily_aggregates") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    for metric in [
        "summed_calls",
        "summed_not_answered_rate",
        "summed_service_level",
        "summed_speed_of_answer",
        "summed_call_duration",
    ] {
        add_metric(&trial, metric);
    }
    let said = import(&trial, "daily-sums", &[&folder.join("Call Center Data.csv")]);
    assert!(said.contains("1,251 rows accepted, 0 rejected"), "{said}");
    let ask = |statistic: &str, metric: &[&str]| trial.figure(statistic, &[metric, &ALL].concat());

    for (of, wanted) in [("offered", "incoming"), ("answered", "answered"), ("not_answered", "abandoned")] {
        let row = ask("sum", &["summed_calls", "--set", &format!("of={of}")]);
        assert_eq!(row["value"].as_f64(), reference[wanted].as_f64(), "{of}");
    }
    for (metric, wanted) in [
        ("summed_not_answered_rate", "abandon_rate_pct"),
        ("summed_service_level", "SL20_call_weighted_pct"),
        ("summed_speed_of_answer", "ASA_answered_weighted"),
        ("summed_call_duration", "talk_answered_weighted"),
    ] {
        assert_close(metric, &ask("mean", &[metric])["value"], &reference[wanted], 1.0, 6);
    }
    for (metric, wanted) in
        [("summed_not_answered_rate", "abandon_rate_pct"), ("summed_service_level", "SL20_call_weighted_pct")]
    {
        let monthly = trial.kpi(&[metric, "--grain", "month", "--from", "2020-01-01", "--to", "2023-07-01"]);
        let rows = monthly[0]["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), reference["by_month"].as_object().expect("months").len());
        for row in rows {
            let month = &row["from"].as_str().expect("a date")[..7];
            assert_close(month, &row["value"], &reference["by_month"][month][wanted], 1.0, 6);
        }
    }
}

/// The same days as what they are: counts. The mean of the days' own service levels, 70.9 %, is a figure of nothing.
#[test]
fn avg_of_avg_of_a_call_centre() {
    let Some(folder) = testdata("callcenter_daily_aggregates") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    let said = import(&trial, "daily-counts", &[&folder.join("Call Center Data.csv")]);
    assert!(said.contains("1,251 rows accepted, 0 rejected"), "{said}");
    let ask = |statistic: &str, metric: &str| trial.figure(statistic, &[&[metric], &ALL[..]].concat());

    assert_eq!(ask("sum", "daily_contacts")["value"].as_f64(), reference["incoming"].as_f64());
    for (metric, wanted) in [
        ("daily_abandonment_rate", "abandon_rate_pct"),
        ("daily_service_level", "SL20_call_weighted_pct"),
        ("daily_asa", "ASA_answered_weighted"),
    ] {
        assert_close(metric, &ask("mean", metric)["value"], &reference[wanted], 1.0, 6);
    }
    let level = ask("mean", "daily_service_level")["value"].as_f64().expect("a figure");
    let wrong = reference["SL20_plain_mean_of_days_pct"].as_f64().expect("a figure");
    assert!((wrong - 70.9).abs() < 0.05 && (level - 63.8).abs() < 0.05, "{level} {wrong}");
    let monthly = trial.kpi(&["daily_service_level", "--grain", "month", "--from", "2020-01-01", "--to", "2023-07-01"]);
    for row in monthly[0]["rows"].as_array().expect("rows") {
        let month = &row["from"].as_str().expect("a date")[..7];
        assert_close(month, &row["value"], &reference["by_month"][month]["SL20_call_weighted_pct"], 1.0, 6);
    }
}
