use catalogue::answer::{AnswerRow, Quality};
use catalogue::file::Problems;
use catalogue::source::SourceText;

use super::*;
use crate::fixture::{catalogue, definition};
use crate::propose::{Available, propose};

const TODAY: Date = Date::constant(2026, 12, 1);

/// A card that no rule finds anything on. Every line that a test changes is there once.
const SOUND: &str = r#"title = "Card"
value_proposition = "Right, fast"
status = "approved"
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
[[perspective]]
id = "cost"
name = "Cost"
[[perspective]]
id = "quality"
name = "Quality"
[[perspective]]
id = "people"
name = "People"
[[kpi]]
metric = "csat_t2b"
perspective = "satisfaction"
weight = 0.28
operational = ["dsat_rate"]
target = { value = 85, baseline = 80, baseline_n = 900, deadline = 2027-12-31, owner = "Ann", from = "own" }
[[kpi]]
metric = "fcr"
perspective = "satisfaction"
weight = 0.22
role = "driver"
operational = ["transfer_rate"]
target = { value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = "Ann" }
[[kpi]]
metric = "cost_per_contact"
perspective = "cost"
weight = 0.20
role = "counter"
operational = ["aht"]
target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2027-12-31, owner = "Ben" }
[[kpi]]
metric = "quality_score"
perspective = "quality"
weight = 0.15
role = "counter"
operational = ["protocol_adherence"]
target = { value = 90, baseline = 85, baseline_n = 900, deadline = 2027-12-31, owner = "Cem" }
[[kpi]]
metric = "employee_satisfaction"
perspective = "people"
weight = 0.15
role = "counter"
operational = ["occupancy"]
target = { value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = "Dee" }
"#;

/// What a rule judges beside the card.
#[derive(Default)]
struct Beside {
    evidence: BTreeMap<String, KpiEvidence>,
    reviews: Option<Reviews>,
    above: Option<String>,
    metrics: Vec<(&'static str, String)>,
}

/// The rules that find something on a card, each once, in order.
fn found(text: &str, beside: &Beside) -> Vec<Finding> {
    let mut problems = Problems::default();
    let source = |path: &str, text: &str| SourceText { path: path.to_owned(), text: text.to_owned() };
    let own: Vec<SourceText> =
        beside.metrics.iter().map(|(id, text)| source(&format!("metrics/{id}.toml"), text)).collect();
    let catalogue = Catalogue::load(&own, &mut problems);
    let mut read = |name: &str, text: &str| {
        crate::declare(source(&format!("scorecards/{name}.toml"), text), &catalogue, &mut problems)
    };
    let (card, above) = (read("card", text), beside.above.as_ref().map(|text| read("company", text)));
    assert_eq!(problems.error_count(), 0, "{:?}", problems.into_sorted());
    let cards = above.flatten().map(|above| ("company".to_owned(), above)).into_iter().collect();
    let evidence = Evidence::new(beside.evidence.clone());
    lint(&LintInput {
        name: "card",
        definition: &card.unwrap(),
        cards: &cards,
        catalogue: &catalogue,
        evidence: &evidence,
        reviews: beside.reviews.as_ref(),
        today: TODAY,
    })
}

fn changed(changes: &[(&str, &str)]) -> String {
    let mut text = SOUND.to_owned();
    for (from, to) in changes {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    text
}

/// That `rule` finds this on the sound card as changed, beside what is given, and nothing on `passing`.
fn check(rule: &str, failing: (&str, &Beside), passing: (&str, &Beside), expected: &str) {
    let of = |(text, beside): (&str, &Beside)| -> Vec<String> {
        let found = found(text, beside).into_iter().filter(|finding| finding.rule == rule);
        found.map(|finding| format!("{}:{} {}", finding.line, finding.column, finding.message)).collect()
    };
    assert_eq!(of(failing), [expected], "{rule}");
    assert_eq!(of(passing), [""; 0], "{rule}");
}

/// As [`check`], on the card alone; the sound one passes.
fn fails(rule: &str, changes: &[(&str, &str)], expected: &str) {
    let none = Beside::default();
    check(rule, (&changed(changes), &none), (SOUND, &none), expected);
}

#[test]
fn nothing_is_found_on_a_sound_card() {
    assert_eq!(found(SOUND, &Beside::default()), []);
}

/// Further KPIs of `weight` each, taken off satisfaction.
fn more(metrics: &[&str]) -> String {
    let mut text = changed(&[("weight = 0.28", &format!("weight = {:.2}", 0.28 - 0.01 * metrics.len() as f64))]);
    for metric in metrics {
        text += &format!("[[kpi]]\nmetric = \"{metric}\"\nperspective = \"cost\"\nweight = 0.01\noperational = [\"aht\"]\n");
        text += "target = { value = 1, baseline_n = 90, deadline = 2027-12-31, owner = \"Ann\" }\n";
    }
    text
}

#[test]
fn rules_of_the_whole_card() {
    let none = Beside::default();
    let metrics = ["nps", "ces_v2", "asa", "dsat_rate", "reopen_rate", "one_touch_rate"];
    check("L01", (&more(&metrics), &none), (&more(&metrics[..5]), &none), "67:1 11 KPIs are on the card; nobody steers by more than 10");
    let (three, _) = SOUND.split_once("[[kpi]]\nmetric = \"quality_score\"").unwrap();
    let three = three.replace("0.28", "0.40").replace("0.22", "0.40");
    check("L02", (&three, &none), (SOUND, &none), "1:1 3 KPIs cannot hold each other in balance; that takes 4");
    let found = found(&three, &none);
    let unbalanced: Vec<&str> =
        found.iter().filter(|one| one.rule == "L04").map(|one| one.message.as_str()).collect();
    assert_eq!(
        unbalanced,
        [
            "the card has KPIs of 2 perspectives; balance takes 4",
            "perspective `satisfaction` weighs 0.80, more than 0.55"
        ]
    );
    fails(
        "L04",
        &[("metric = \"quality_score\"\nperspective = \"quality\"", "metric = \"quality_score\"\nperspective = \"satisfaction\""),
          ("[[perspective]]\nid = \"quality\"\nname = \"Quality\"\n", ""), ("weight = 0.28", "weight = 0.13"), ("weight = 0.20", "weight = 0.35")],
        "1:1 the card has KPIs of 3 perspectives; balance takes 4",
    );
    fails("L12", &[("\"approved\"", "\"template_default\"")], "1:1 nobody has approved `csat_t2b`, `fcr`, `cost_per_contact`, `quality_score` and `employee_satisfaction`");
    // nothing drives anything: fcr moves satisfaction by its definition, so both go
    fails(
        "L21",
        &[("role = \"driver\"\n", ""), ("metric = \"fcr\"", "metric = \"nps\""), ("metric = \"quality_score\"", "metric = \"critical_error_free_rate\"")],
        "1:1 every KPI shows what has happened already; 0.30 of the weight should move before the others do",
    );
    fails(
        "B01",
        &[("weight = 0.28", "weight = 0.44"), ("weight = 0.20", "weight = 0.04")],
        "14:1 `csat_t2b` weighs 0.44, not 0.05 to 0.3",
    );
}
