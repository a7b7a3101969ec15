//! The metrics against vectors of an independent origin, from `tests/oracles`, in the plain evaluator.

use std::collections::BTreeMap;

use model::Attributes;
use serde_json::{Map, Value, json};

use super::run;
use crate::Catalogue;
use crate::file::Problems;
use crate::metric::Example;

fn oracle(id: &str) -> Value {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracles/metrics.json"));
    let all: Vec<Value> = serde_json::from_str(text).expect("vectors");
    all.into_iter().find(|vector| vector["id"] == id).expect("the vector")
}

/// The metric, under this variant, gives `wanted` of these rows.
fn check(metric: &str, variant: Option<&str>, rows: &[Value], now: &str, wanted: &Value) {
    let catalogue = Catalogue::load(&[], &mut Problems::default());
    let example = Example {
        name: format!("{metric} {variant:?}"),
        given: BTreeMap::new(),
        rows: rows.iter().filter_map(|row| row.as_object().cloned()).collect(),
        variant: variant.map(str::to_owned),
        parameters: BTreeMap::new(),
        now: now.parse().expect("a time"),
        statistic: None,
        expect: Map::from_iter([("value".to_owned(), wanted.clone())]),
        span: 0..0,
    };
    let metric = catalogue.get(metric).expect("a metric");
    assert_eq!(run(metric, &example, &catalogue, &Attributes::new()), Vec::<String>::new(), "{}", example.name);
}

/// Each answer four times, as fewer than ten are not shown.
#[test]
fn customer_effort() {
    let vector = oracle("ces");
    let answers = vector["inputs"]["v2"].as_array().expect("answers").iter();
    let rows: Vec<Value> =
        answers.map(|value| json!({"instrument": "ces_v2", "scale": "1-7", "value": value, "times": 4})).collect();
    for (metric, variant, wanted) in [
        ("ces_v2", None, "v2_pct_5_to_7"),
        ("ces_v2", Some("pct_6_7"), "v2_pct_6_to_7"),
        ("ces_v2_mean", None, "v2_mean"),
        ("ces_v2_net", None, "v2_net_easy_minus_difficult"),
    ] {
        check(metric, variant, &rows, "2026-12-31T00:00:00Z", &vector["expected"][wanted]);
    }
}

#[test]
fn promises_of_time() {
    let vector = oracle("sla_cohorts");
    let times = |name: &str| vector["inputs"][name].clone();
    let rows = [
        json!({"is_cancelled": false, "met": true, "times": times("met")}),
        json!({"is_cancelled": false, "met": false, "times": times("breached_closed")}),
        json!({"is_cancelled": false, "times": times("breached_open")}),
        json!({"is_cancelled": false, "met": true, "due_at": "2026-11-30T12:00:00Z", "times": times("not_due")}),
    ];
    let now = "2026-11-30T11:00:00Z";
    check("sla_compliance", None, &rows, now, &vector["expected"]["due_cohort_DEFAULT_pct"]);
    check("sla_compliance", Some("closed_only"), &rows, now, &vector["expected"]["closed_only_pct"]);
}
