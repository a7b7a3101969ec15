mod beside;
mod written;

use std::collections::BTreeSet;

use catalogue::answer::{AnswerRow, Quality};
use catalogue::file::Problems;
use catalogue::source::SourceText;

use super::*;
use crate::definition::Goal;
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

/// A target of the sound card, as it stands there.
const TARGET: &str = "target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2027-12-31, owner = \"Ben\" }";

/// What a rule judges beside the card.
#[derive(Default)]
struct Beside {
    evidence: BTreeMap<String, KpiEvidence>,
    /// Where not said every definition is approved, and nothing else is known.
    reviews: Option<Reviews>,
    /// How reviewers agreed; where not said it is not asked.
    calibration: Option<Calibration>,
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
    let evidence = beside.calibration.map_or(evidence.clone(), |calibration| evidence.with_calibration(calibration));
    let reviews = beside.reviews.clone().unwrap_or(Reviews { definitions: definitions(), ..Reviews::default() });
    lint(&LintInput {
        name: "card",
        definition: &card.unwrap(),
        cards: &cards,
        catalogue: &catalogue,
        evidence: &evidence,
        reviews: Some(&reviews),
        today: TODAY,
    })
}

/// That people approved every definition, and nothing else.
fn definitions() -> BTreeSet<String> {
    catalogue().metrics().map(|metric| metric.id.clone()).collect()
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

#[test]
fn weights_that_do_not_add_up() {
    // a card whose weights do not is refused when it is read: the rule is for one that was made otherwise
    let mut card = definition(SOUND);
    let catalogue = catalogue();
    let of = |card: &Definition| {
        let (cards, evidence) = (BTreeMap::new(), Evidence::default());
        let input = LintInput {
            name: "card",
            definition: card,
            cards: &cards,
            catalogue: &catalogue,
            evidence: &evidence,
            reviews: None,
            today: TODAY,
        };
        let found = lint(&input).into_iter().filter(|finding| finding.rule == "L16");
        found.map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(of(&card), [""; 0]);
    card.kpis[0].weight = 0.3;
    assert_eq!(of(&card), ["the weights of the KPIs add up to 1.02"]);
}

#[test]
fn what_to_do_is_said_of_the_kpi() {
    let card = changed(&[("operational = [\"aht\"]\n", "")]);
    let found = found(&card, &Beside::default());
    assert_eq!(
        found.iter().find(|finding| finding.rule == "L13").map(|finding| finding.fix.as_str()),
        Some(
            "name 1 to 7 of those that move it, as operational = [\"aht\", \"occupancy\", \"self_service_resolution_rate\", \"shrinkage\"]"
        )
    );
}

#[test]
fn nothing_is_not_less_than_nothing() {
    let card = SOUND.replace("role = \"counter\"\n", "");
    let found = found(&card, &Beside::default());
    let told = found.iter().find(|finding| finding.rule == "B04").map(|finding| finding.message.as_str());
    assert_eq!(told, Some("counters weigh 0.00 together, less than 0.25: the rest can be pushed at their expense"));
}

#[test]
fn severity_goes_by_what_the_card_is() {
    let severities = |status: &str| {
        let text = changed(&[
            ("\"approved\"", status),
            (TARGET, ""),
            ("operational = [\"occupancy\"]\n", ""),
            ("value = 85,", "value = 100,"),
            ("metric = \"quality_score\"", "metric = \"protocol_adherence\"\nvariant = \"all_reviews\""),
        ]);
        let found = found(&text, &Beside::default());
        let of = |rule: &str| found.iter().find(|finding| finding.rule == rule).map(|finding| finding.severity);
        ["L05", "L13", "L23", "L27"].map(of)
    };
    let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
    assert_eq!(severities("\"approved\""), [error, error, error, warning]);
    assert_eq!(severities("\"draft\""), [warning, warning, error, warning]);
    assert_eq!(severities("\"template_default\""), [warning; 4]);
}

/// Every proposed card, with the targets a person would set, passes as if it were approved.
#[test]
fn every_template_in_every_industry_passes_its_own_lint() {
    use crate::propose::tests::{read, shipped, wishes};
    let (cards, evidence) = (BTreeMap::new(), Evidence::default());
    let reviews = Reviews { definitions: definitions(), ..Reviews::default() };
    for wish in wishes() {
        let proposal = propose(&wish, &Available::everything(), shipped()).unwrap();
        let of = |text: &str| {
            let definition = read(text);
            let input = LintInput {
                name: "company",
                definition: &definition,
                cards: &cards,
                catalogue: shipped(),
                evidence: &evidence,
                reviews: Some(&reviews),
                today: TODAY,
            };
            lint(&input)
        };
        // before: what is missing is said, and nothing is an error
        let before = of(&proposal.toml);
        assert!(before.iter().all(|finding| finding.severity == Severity::Warning), "{before:#?}");
        let missing = before.iter().filter(|finding| finding.rule == "L05").count();
        assert_eq!(missing, proposal.kpis.len(), "{before:#?}");
        assert!(before.iter().any(|finding| finding.rule == "L12"), "{before:#?}");
        // after: nothing
        let mut text = proposal.toml.replace("status = \"template_default\"", "status = \"approved\"\nowner = \"Ann\"");
        for kpi in &proposal.kpis {
            let target = match shipped().get(&kpi.metric).map(|metric| metric.direction) {
                Some(catalogue::metric::Direction::Up) => {
                    "value = 60, baseline = 50, baseline_n = 5000, deadline = 2027-12-31, owner = \"Ann\""
                }
                Some(catalogue::metric::Direction::Down) => {
                    "value = 10, baseline = 20, baseline_n = 5000, deadline = 2027-12-31, owner = \"Ann\""
                }
                _ => "low = 10, high = 20, deadline = 2027-12-31, owner = \"Ann\"",
            };
            let metric = format!("[[kpi]]\nmetric = \"{}\"\n", kpi.metric);
            text = text.replace(&metric, &format!("{metric}target = {{ {target} }}\n"));
        }
        let after = of(&text);
        assert_eq!(after, [], "{wish:?}\n{text}");
    }
}
