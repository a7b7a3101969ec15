//! Customers who come and go: retention by membership, a year that is not twelve months, how long customers stay.

use end_to_end::{Trial, close};
use model::Instant;
use serde_json::Value;

use super::{holds, rows};

const SOURCE: &str = r#"system = "crm"
[read]
format = "csv"

[[record]]
kind = "subscription_movement"
id = "concat(customer, '-', at)"
[record.fields]
customer_id = "customer"
at = "at"
kind = "kind"
mrr = "mrr"
mrr_change = "mrr_change"
"#;

fn movements(trial: &Trial, rows: &[String]) {
    trial.write("sources/movements.toml", SOURCE);
    let file = trial.write("incoming/movements.csv", format!("customer,at,kind,mrr,mrr_change\n{}\n", rows.join("\n")));
    trial.ok(&["import", "movements", &file]);
}

fn oracle(text: &str, id: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(text).expect("vectors");
    all.into_iter().find(|vector| vector["id"] == id).expect("the vector")
}

/// The vector `saas_retention` as movements: 200 customers of 100,000 a month, 12 lost of 4,000, 2,500 less from five,
/// 9,000 more from nine, 30 new ones of 12,000.
fn saas(trial: &Trial) {
    let start = |name: String, mrr: u32, at: &str| format!("{name},{at},start,{mrr},");
    let before = "2026-01-10T00:00:00Z";
    let mut all = rows(10, |number| start(format!("lost{number}"), 300, before));
    all.extend(rows(2, |number| start(format!("lost{}", 10 + number), 500, before)));
    all.extend(rows(187, |number| start(format!("kept{number}"), 510, before)));
    all.push(start("kept187".to_owned(), 630, before));
    all.extend(rows(12, |number| format!("lost{number},2026-03-20T00:00:00Z,end,0,")));
    all.extend(rows(5, |number| format!("kept{number},2026-03-10T00:00:00Z,change,,-500")));
    all.extend(rows(9, |number| format!("kept{},2026-03-11T00:00:00Z,change,,1000", 5 + number)));
    all.extend(rows(30, |number| start(format!("new{number}"), 400, "2026-03-05T00:00:00Z")));
    all.push(start("later".to_owned(), 5, "2026-04-02T00:00:00Z"));
    movements(trial, &all);
}

const MARCH: [&str; 2] = ["--range", "2026-03"];

#[test]
fn retention_by_totals() {
    let vector = oracle(include_str!("../../oracles/retention.json"), "saas_retention");
    let wanted = |name: &str| vector["expected"][name].as_f64().expect("a figure");
    let trial = Trial::new("UTC");
    saas(&trial);
    let ask = |more: &[&str]| trial.figure("share", &[more, &MARCH[..]].concat());
    let kept = ask(&["customer_retention_rate"]);
    holds(&kept, wanted("customer_retention_pct"), wanted("wrong_retention_with_new"));
    assert_eq!((kept["numerator"].as_f64(), kept["denominator"].as_f64()), (Some(188.0), Some(200.0)));
    // Wilson: 188 of 200
    assert!(close(&kept["low"], 89.81, 0.01) && close(&kept["high"], 96.53, 0.01), "{kept}");
    holds(&ask(&["churn_rate"]), wanted("logo_churn_pct"), 100.0 - wanted("wrong_retention_with_new"));
    holds(&ask(&["grr"]), wanted("grr_pct"), wanted("nrr_pct"));
    holds(&ask(&["nrr"]), wanted("nrr_pct"), wanted("grr_pct"));
    let revenue = ask(&["churn_rate", "--variant", "revenue"]);
    holds(&revenue, wanted("revenue_churn_pct"), wanted("net_revenue_churn_pct"));
    let net = 100.0 - ask(&["nrr"])["value"].as_f64().expect("a figure");
    assert!((net - wanted("net_revenue_churn_pct")).abs() < 1e-9);
    assert_eq!(trial.figure("count", &[&["new_customers"], &MARCH[..]].concat())["value"], 30.0);
    // at the end of January, February and March: 200, 200, 218; the first month end lies after the first movement
    let average = trial.figure("count", &["active_customers", "--variant", "averaged", "--range", "2026-Q1"]);
    assert!(close(&average["value"], 206.0, 1e-9), "{average}");
}

/// Eleven customers of 100 euros and one of 100 dollars: without the dollar's rate 100 of 1,100 lost would look like 9.1 %.
#[test]
fn revenue_churn_without_an_exchange_rate() {
    let trial = Trial::new("UTC");
    let start = |name: &str, currency: &str| format!("{name},2026-01-10T00:00:00Z,start,100,{currency}");
    let mut all: Vec<String> = (0..11).map(|number| start(&format!("e{number}"), "EUR")).collect();
    all.extend([start("dollar", "USD"), "e0,2026-03-20T00:00:00Z,end,,EUR".to_owned()]);
    all.push("later,2026-04-02T00:00:00Z,start,5,EUR".to_owned());
    trial.write("sources/movements.toml", SOURCE.replace("mrr_change = \"mrr_change\"", "currency = \"currency\""));
    let file = trial.write("movements.csv", format!("customer,at,kind,mrr,currency\n{}\n", all.join("\n")));
    trial.ok(&["import", "movements", &file]);
    for metric in ["churn_rate:revenue", "grr", "nrr"] {
        let row = trial.figure("share", &[&[metric], &MARCH[..]].concat());
        assert_eq!((row["value"].is_null(), row["quality"].as_str()), (true, Some("no_data")), "{metric}: {row}");
        assert_eq!(row["note"], "1 row without a value: USD 1", "{metric}");
    }
    // customers are counted whatever they pay in
    let customers = trial.figure("share", &[&["churn_rate"], &MARCH[..]].concat());
    assert_eq!((customers["numerator"].as_f64(), customers["denominator"].as_f64()), (Some(1.0), Some(12.0)));
    trial.write(
        "sources/rates.toml",
        "[read]\nformat = \"csv\"\n[[record]]\nkind = \"exchange_rate\"\nid = \"day\"\n[record.fields]\ncurrency = \"'USD'\"\nat = \"day\"\nrate = \"rate\"\n",
    );
    let rates = trial.write("rates.csv", "day,rate\n2026-01-01T00:00:00Z,0.9\n");
    trial.ok(&["import", "rates", &rates]);
    let known = trial.figure("share", &[&["churn_rate:revenue"], &MARCH[..]].concat());
    // 100 of 1,100 + 90
    holds(&known, 100.0 * 100.0 / 1190.0, 100.0 * 100.0 / 1100.0);
}

/// One who leaves and comes back within the period was not lost, and those who came and went in it count nowhere:
/// arithmetic on totals says something else.
#[test]
fn retention_with_win_backs() {
    let trial = Trial::new("UTC");
    let mut all = rows(40, |number| format!("c{number},2026-01-10T00:00:00Z,start,10,"));
    all.extend(rows(8, |number| format!("c{number},2026-03-05T00:00:00Z,end,,")));
    all.extend(rows(4, |number| format!("c{number},2026-03-25T00:00:00Z,win_back,10,")));
    all.extend(rows(6, |number| format!("n{number},2026-03-05T00:00:00Z,start,10,")));
    all.extend(rows(3, |number| format!("n{number},2026-03-15T00:00:00Z,end,,")));
    all.push("later,2026-04-02T00:00:00Z,start,10,".to_owned());
    movements(&trial, &all);
    // S = 40, E = 40 − 8 + 4 + 6 − 3 = 39, N = 6 new customers
    let kept = trial.figure("share", &[&["customer_retention_rate"], &MARCH[..]].concat());
    holds(&kept, 100.0 * 36.0 / 40.0, 100.0 * (39.0 - 6.0) / 40.0);
    let count = |metric: &str| trial.figure("count", &[&[metric], &MARCH[..]].concat())["value"].as_f64();
    assert_eq!(
        (count("win_backs"), count("new_customers"), count("active_customers")),
        (Some(4.0), Some(6.0), Some(39.0))
    );
    // of each month by itself, and of the month before for comparison
    let months = &trial.kpi(&[
        "customer_retention_rate",
        "--range",
        "2026-02..2026-03",
        "--grain",
        "month",
        "--compare",
        "prev",
    ])[0];
    let row = &months["rows"][1];
    assert!(close(&row["value"], 90.0, 1e-9) && close(&row["compare"]["value"], 100.0, 1e-9), "{row}");
    let compare = &row["compare"];
    assert!(close(&compare["change"], -10.0, 1e-9), "{row}");
    assert!(compare["low"].as_f64() < Some(-10.0) && compare["high"].as_f64() > Some(-10.0), "{row}");
    // before the data there was nobody, beyond them nothing is known
    let beyond = trial.figure("share", &["customer_retention_rate", "--range", "2026-06"]);
    assert_eq!(beyond["quality"], "no_data");
}

#[test]
fn churn_arith() {
    let vector = oracle(include_str!("../../oracles/retention.json"), "saas_retention");
    let wanted = |name: &str| vector["expected"][name].as_f64().expect("a figure");
    let trial = Trial::new("UTC");
    saas(&trial);
    let annual = trial.figure("value", &[&["annual_churn_rate"], &MARCH[..]].concat());
    holds(&annual, wanted("annualised_logo_churn_from_6pct_monthly"), wanted("wrong_annualised_x12"));
    // Wilson's interval of 6 % a month, carried through: 3.47 to 10.19 %
    assert!(close(&annual["low"], 34.5, 0.2) && close(&annual["high"], 72.5, 0.3), "{annual}");
}

/// The mean of those who have left is 10 months, where half stay 20 and, by exposure over ends, the mean is 29.
#[test]
fn lifespan() {
    let vector = oracle(include_str!("../../oracles/kaplan_meier.json"), "km_customer_lifespan");
    let list = |name: &str| -> Vec<i64> {
        vector["inputs"][name].as_array().expect("a list").iter().filter_map(Value::as_i64).collect()
    };
    let wanted = |name: &str| vector["expected"][name].as_f64().expect("a figure");
    let trial = Trial::new("UTC");
    // a day stands for a month; who has not left began as many days before the data end, on 1 October
    let end: Instant = "2026-10-01T00:00:00Z".parse().expect("a time");
    let day = |days: i64| Instant::from_micros(end.micros() - days * 86_400_000_000).to_string();
    let mut all = Vec::new();
    for (number, (months, churned)) in list("months").into_iter().zip(list("churned")).enumerate() {
        for twin in 0..2 {
            all.push(format!("c{number}-{twin},{},start,10,", day(months)));
            if churned == 1 {
                all.push(format!("c{number}-{twin},{},end,0,", day(0)));
            }
        }
    }
    movements(&trial, &all);
    trial.write(
        "metrics/churned_only_mean.toml",
        r#"id = "churned_only_mean"
name = "Mean of those who have left"
meaning = "wrong: those who stay are not in it"
version = 1
effective = 2026-01-01
unit = "seconds"
direction = "up"

[measure]
kind = "mean"
table = "subscription"
at = "ended_at"
population = "end_kind = 'end'"
value = "ended_at - subscribed_since"
"#,
    );
    let all = ["--range", "2026-09-01..2026-10-31"];
    let naive = trial.figure("mean", &[&["churned_only_mean"], &all[..]].concat());
    assert!(close(&naive["value"], wanted("mean_of_churned_only") * 86_400.0, 1e-6), "{naive}");
    let median = trial.figure("median", &[&["customer_lifespan"], &all[..]].concat());
    holds(&median, wanted("km_median") * 86_400.0, wanted("mean_of_churned_only") * 86_400.0);
    assert_eq!(median["n"], 24);
    let (months, churned) = (list("months").iter().sum::<i64>() as f64, list("churned").iter().sum::<i64>() as f64);
    assert!((months / churned - wanted("exp_mle_mean_lifespan")).abs() < 1e-6);
}
