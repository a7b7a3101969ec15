//! Customers of a telephone company: churn by customers and by revenue, by contract, and how long they stay.

use end_to_end::{Trial, testdata};

use super::{assert_close, import, reference, rows_by};

/// A month of the table, as its source file takes it.
const MONTH: f64 = 2_629_800.0;

#[test]
fn churn_of_telephone_customers() {
    let Some(folder) = testdata("telco_churn") else { return };
    let reference = reference(&folder);
    let trial = Trial::new("UTC");
    let said = import(&trial, "telco-customers", &[&folder.join("WA_Fn-UseC_-Telco-Customer-Churn.csv")]);
    assert!(said.contains("7,043 rows accepted, 0 rejected"), "{said}");
    let day = ["--range", "2026-01-31"];
    let ask = |more: &[&str]| trial.figure("share", &[more, &day[..]].concat());

    let churn = ask(&["churn_rate"]);
    assert_eq!((&churn["n"], churn["numerator"].as_f64()), (&reference["customers"], reference["churned"].as_f64()));
    assert_eq!(churn["quality"], "ok");
    assert_close("churn", &churn["value"], &reference["churn_rate_pct"], 1.0, 6);
    assert_close("retention", &ask(&["customer_retention_rate"])["value"], &reference["retention_pct"], 1.0, 6);
    let revenue = ask(&["churn_rate", "--variant", "revenue"]);
    assert_close("revenue churn", &revenue["value"], &reference["revenue_churn_pct"], 1.0, 6);
    assert_close("revenue", &revenue["denominator"], &reference["MRR_total"], 1.0, 2);
    assert_close("lost revenue", &revenue["numerator"], &reference["MRR_churned"], 1.0, 2);

    for (dimension, name) in [
        ("plan", "churn_pct_by_Contract"),
        ("internet", "churn_pct_by_InternetService"),
        ("payment", "churn_pct_by_PaymentMethod"),
        ("paperless", "churn_pct_by_PaperlessBilling"),
    ] {
        let rows = rows_by(&trial, dimension, &[&["churn_rate"], &day[..]].concat());
        let wanted = reference[name].as_object().expect("a breakdown");
        assert_eq!(rows.len(), wanted.len(), "{dimension}");
        for (value, wanted) in wanted {
            assert_close(value, &rows[value]["value"], wanted, 1.0, 6);
        }
    }
    // a cell of a breakdown is what a filter leaves
    let filtered = ask(&["churn_rate", "--where", "plan = 'Month-to-month'"]);
    assert_close("filtered", &filtered["value"], &reference["churn_pct_by_Contract"]["Month-to-month"], 1.0, 6);

    // most stay longer than anything seen; those who have left say 10 months
    let ever = ["--range", "2019-01-01..2026-01-31"];
    let median = |more: &[&str]| trial.figure("median", &[&["customer_lifespan"], more, &ever[..]].concat());
    let lifespan = median(&[]);
    assert!(lifespan["value"].is_null() && lifespan["n"] == reference["customers"], "{lifespan}");
    let left = median(&["--variant", "churned_only"]);
    let months = left["value"].as_f64().expect("a figure") / MONTH;
    let wanted = reference["tenure_churned"]["median"].as_f64().expect("a figure");
    assert!((months - wanted).abs() < 0.05 && left["n"] == reference["churned"], "{left}");
}
