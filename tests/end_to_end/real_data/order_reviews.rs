//! Reviews of orders, answered up to months after they were asked for.

use end_to_end::{Trial, testdata};

use super::{assert_close, import, reference, rows_by};

#[test]
fn reviews_of_orders() {
    let Some(folder) = testdata("olist_classified_sample") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    let said = import(&trial, "order-reviews", &[&folder.join("olist_classified_public_dataset.csv")]);
    assert!(said.contains("3,584 rows accepted, 0 rejected"), "{said}");
    let all = ["--from", "2016-01-01", "--to", "2020-01-01"];
    // By its definition csat leaves out answers that came more than two weeks after the question; the reference has all.
    let any_delay = ["--set", "answer_within_days=3650"];
    let ask = |statistic: &str, metric: &str| trial.figure(statistic, &[&[metric], &any_delay[..], &all].concat());

    let mean = ask("mean", "csat_mean");
    assert_eq!(mean["n"], reference["csat"]["n"]);
    assert_close("mean", &mean["value"], &reference["csat"]["mean"], 1.0, 6);
    assert_close("top", &ask("share", "csat_t2b")["value"], &reference["csat"]["top2box_pct"], 1.0, 6);
    let prompt = trial.figure("mean", &[&["csat_mean"], &all[..]].concat());
    assert!(prompt["n"].as_u64() < mean["n"].as_u64(), "{prompt}");

    for (metric, wanted) in [("csat_mean", "mean"), ("csat_t2b", "top2box_pct")] {
        let rows = rows_by(&trial, "theme", &[&[metric], &any_delay[..], &all].concat());
        assert_eq!(rows[""]["n"], reference["unlabelled"]);
        for (theme, figures) in reference["csat_by_theme_class"].as_object().expect("themes") {
            assert_eq!(rows[theme]["n"], figures["n"], "{theme}");
            assert_close(theme, &rows[theme]["value"], &figures[wanted], 1.0, 6);
        }
    }
    // what was never delivered is neither late nor in time
    let rows = rows_by(&trial, "late", &[&["csat_mean"], &any_delay[..], &all].concat());
    assert_close("late", &rows["true"]["value"], &reference["csat_late_mean"], 1.0, 6);
    assert_close("in time", &rows["false"]["value"], &reference["csat_on_time_mean"], 1.0, 6);
}
