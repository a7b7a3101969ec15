use catalogue::file::Problems;
use jiff::civil::Weekday;
use model::FieldType;
use model::calendar::FiscalYear;

use super::*;
use crate::definition::{Goal, Target};

mod intent;

fn shipped() -> Catalogue {
    let mut problems = Problems::default();
    let catalogue = Catalogue::load(&[], &mut problems);
    assert_eq!(problems.error_count(), 0, "{:?}", problems.into_sorted());
    catalogue
}

/// The shipped metrics, and one of which neither more nor less is better.
fn catalogue() -> Catalogue {
    let text = shipped().get("abandonment_rate").map(|metric| metric.file.text.clone()).unwrap();
    let text =
        text.replace("\"abandonment_rate\"", "\"load\"").replace("direction = \"down\"", "direction = \"range\"");
    let text = text.replace("aliases = [\"abandon rate\", \"ABA\"]", "").replace("template_default", "deprecated");
    let mut problems = Problems::default();
    let load = SourceText { path: "metrics/load.toml".to_owned(), text };
    let catalogue = Catalogue::load(&[load], &mut problems);
    assert_eq!(problems.error_count(), 0, "{:?}", problems.into_sorted());
    catalogue
}

const SOUND: &str = r#"title = "Card"
value_proposition = "Right, fast"
status = "draft"
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
weight = 0.7
[[perspective]]
id = "cost"
name = "Cost"
[[kpi]]
metric = "csat_t2b"
variant = "top_box"
parameters = { answer_within_days = 7, instrument = "csat" }
where = "channel = 'email'"
perspective = "satisfaction"
weight = 0.4
target = { value = 80, tolerance = 2.5, baseline = 70, stretch = 90, deadline = 2027-03-31, owner = "Ann" }
[[kpi]]
metric = "first_response_time"
perspective = "satisfaction"
weight = 0.3
target = { value = 14400, owner = "Ann" }
[[kpi]]
id = "slow"
metric = "first_response_time"
statistic = "p90"
name = "Slowest tenth"
perspective = "cost"
weight = 0.3
target = { value = 86400, tolerance = 3600, owner = "Ann" }
"#;

fn read(text: &str) -> (Option<Definition>, Vec<String>) {
    let mut problems = Problems::default();
    let file = SourceText { path: "card.toml".to_owned(), text: text.to_owned() };
    let definition = declare(file, &catalogue(), &mut problems);
    let problems = problems.into_sorted();
    (definition, problems.iter().map(|problem| format!("{} {problem}", problem.code)).collect())
}

#[test]
fn a_sound_card_is_read_whole() {
    let (definition, problems) = read(SOUND);
    assert_eq!(problems, [""; 0]);
    let definition = definition.unwrap();
    assert_eq!((definition.title.as_str(), definition.status), ("Card", DefinitionStatus::Draft));
    let weights: Vec<(&str, f64)> = definition.perspectives.iter().map(|one| (one.id.as_str(), one.weight)).collect();
    assert_eq!(weights, [("satisfaction", 0.7), ("cost", 0.3)]);
    let [csat, first, slow] = definition.kpis.as_slice() else { panic!("{} KPIs", definition.kpis.len()) };
    assert_eq!((csat.id.as_str(), csat.statistic.as_str()), ("csat_t2b", "share"));
    assert_eq!(csat.parameters["answer_within_days"], "7");
    assert_eq!(
        csat.target,
        Some(Target {
            goal: Goal::AtLeast(80.0),
            tolerance: 2.5,
            baseline: Some(70.0),
            stretch: Some(90.0),
            deadline: Some(Date::constant(2027, 3, 31)),
            owner: Some("Ann".to_owned()),
            baseline_n: None,
            set_on: None,
            from: None,
            span: csat.target.as_ref().map(|target| target.span.clone()).unwrap(),
        })
    );
    assert_eq!((first.name.as_str(), first.statistic.as_str()), ("First response time", "median"));
    assert_eq!((slow.name.as_str(), slow.statistic.as_str()), ("Slowest tenth", "p90"));
    assert_eq!(slow.target.as_ref().map(|target| target.goal), Some(Goal::AtMost(86_400.0)));
    assert_eq!(first.target.as_ref().map(|target| (target.tolerance, target.baseline)), Some((0.0, None)));
}

/// What is said of the sound card with `from` replaced, help left out or not, and whether it can still be used whole.
fn check(from: &str, to: &str, usable: bool, expected: &[&str]) {
    assert_eq!(SOUND.matches(from).count(), 1, "{from}");
    let (definition, problems) = read(&SOUND.replace(from, to));
    says(&problems, expected);
    let is_whole = |definition: Definition| definition.kpis.iter().all(|kpi| !kpi.has_wrong_target);
    assert_eq!(definition.is_some_and(is_whole), usable, "{from} → {to}");
}

fn says(problems: &[String], expected: &[&str]) {
    let is_it = problems.len() == expected.len()
        && problems.iter().zip(expected).all(|(found, start)| found.starts_with(start));
    assert!(is_it, "{problems:#?}\nnot\n{expected:#?}");
}

#[test]
fn names_must_be_known() {
    check(
        "metric = \"csat_t2b\"",
        "metric = \"csat_tb2\"",
        false,
        &["unknown_metric card.toml:12:10: there is no metric `csat_tb2` (perhaps `csat_t2b`)"],
    );
    check(
        "metric = \"csat_t2b\"",
        "metric = \"CSAT\"",
        false,
        &["unknown_metric card.toml:12:10: there is no metric `CSAT` (`csat_t2b` is called that too)"],
    );
    check(
        "variant = \"top_box\"",
        "variant = \"topbox\"",
        false,
        &["unknown_variant card.toml:13:11: `csat_t2b` has no variant `topbox` (perhaps `top_box`)"],
    );
    check(
        "statistic = \"p90\"",
        "statistic = \"p95\"",
        false,
        &["unknown_statistic card.toml:27:13: `first_response_time` has no statistic `p95` (perhaps `p90`)"],
    );
    check(
        "perspective = \"cost\"",
        "perspective = \"people\"",
        false,
        &[
            "empty_perspective card.toml:9:6: no KPI is of perspective `cost`",
            "unknown_perspective card.toml:29:15: there is no perspective `people` on this card (valid: `cost`, `satisfaction`)",
        ],
    );
    check(
        "answer_within_days = 7,",
        "answer_in_days = 7,",
        false,
        &[
            "unknown_parameter card.toml:14:16: `csat_t2b` has no parameter `answer_in_days` (perhaps `answer_within_days`)",
        ],
    );
    check(
        "answer_within_days = 7,",
        "answer_within_days = \"soon\",",
        false,
        &["wrong_type card.toml:14:37: `soon` is not a value of `answer_within_days` (it takes a whole number from 0)"],
    );
    check(
        "status = \"draft\"",
        "status = \"drafted\"",
        false,
        &["unknown_value card.toml:3:10: `drafted` is not a value of `status` (perhaps `draft`)"],
    );
    check(
        "statistic = \"p90\"",
        "statistics = \"p90\"",
        false,
        &["unknown_field card.toml:27:1: `kpi.statistics` is not a field here (perhaps `statistic`)"],
    );
}

#[test]
fn ids_are_unique_and_names_should_be() {
    check(
        "id = \"slow\"\n",
        "",
        false,
        &[
            "duplicate_id card.toml:25:10: there is another kpi `first_response_time` in line 20 (an `id` of its own for each kpi)",
        ],
    );
    check(
        "id = \"cost\"",
        "id = \"satisfaction\"",
        false,
        &[
            "duplicate_id card.toml:9:6: there is another perspective `satisfaction` in line 5",
            "unknown_perspective card.toml:29:15: there is no perspective `cost` on this card",
        ],
    );
    check(
        "name = \"Slowest tenth\"\n",
        "",
        true,
        &[
            "duplicate_name card.toml:26:10: another KPI is called \"First response time\" too, in line 20 (a `name` of its own, as \"First response time, slowest tenth\")",
        ],
    );
}

#[test]
fn weights_add_up() {
    check(
        "weight = 0.4",
        "weight = 0.35",
        false,
        &[
            "weights card.toml:7:10: perspective `satisfaction` weighs 0.7, its KPIs add up to 0.65 (0.65, or no weight here",
            "weights card.toml:30:10: the weights of the KPIs add up to 0.95, not 1 (now 0.35 + 0.3 + 0.3)",
        ],
    );
    check(
        "weight = 0.7",
        "weight = 0.6",
        false,
        &["weights card.toml:7:10: perspective `satisfaction` weighs 0.6, its KPIs add up to 0.7"],
    );
    check("weight = 0.7\n", "", true, &[]);
    // a thousandth too much is rounding
    check("weight = 0.4", "weight = 0.401", true, &[]);
    check("weight = 0.4", "weight = 0.4011", false, &["weights card.toml:7:10", "weights card.toml:30:10"]);
    // a weight that is none is said once, without its consequences
    check(
        "weight = 0.4",
        "weight = 1.4",
        false,
        &["wrong_weight card.toml:17:10: a weight of 1.4 is not a share of 1"],
    );
    check("weight = 0.4", "weight = -0.4", false, &["wrong_weight card.toml:17:10: a weight of -0.4 is not"]);
    check("weight = 0.4\n", "", false, &["missing_field card.toml:11:1: `kpi.weight` is missing"]);
    check(
        "weight = 0.4",
        "weight = \"0.4\"",
        false,
        &["wrong_type card.toml:17:10: a weight is a share of 1, not the text"],
    );
}

#[test]
fn targets_can_be_kept() {
    let target = "{ value = 80, tolerance = 2.5, baseline = 70, stretch = 90, deadline = 2027-03-31, owner = \"Ann\" }";
    let up = |to: &str, usable: bool, expected: &str| check(target, to, usable, &[expected]);
    up(
        "{ value = 80, tolerance = -1, owner = \"Ann\" }",
        false,
        "wrong_tolerance card.toml:18:36: a tolerance of -1 is negative",
    );
    up(
        "{ value = 80, baseline = 85, owner = \"Ann\" }",
        false,
        "wrong_baseline card.toml:18:35: the baseline 85.0 % is not short of the target ≥ 80.0 %",
    );
    up(
        "{ value = 80, baseline = 80, owner = \"Ann\" }",
        false,
        "wrong_baseline card.toml:18:35: the baseline 80.0 % is not short",
    );
    up(
        "{ value = 80, stretch = 75, owner = \"Ann\" }",
        false,
        "wrong_stretch card.toml:18:34: the stretch 75.0 % is no better than the target ≥ 80.0 %",
    );
    up(
        "{ value = 0.8, owner = \"Ann\" }",
        true,
        "odd_unit card.toml:18:20: 0.8 is less than one percent or meant as a share",
    );
    up(
        "{ value = 100.1, owner = \"Ann\" }",
        false,
        "wrong_unit card.toml:18:20: 100.1 is not a value of `csat_t2b` (percent, 0 to 100)",
    );
    // what is still to be filled in is for lint to say
    for unfinished in ["{ tolerance = 3, owner = \"Ann\" }", "{ value = 80, owner = \" \" }", "{ value = 80 }"] {
        check(target, unfinished, true, &[]);
    }
    up(
        "{ value = 80, owner = \"Ann\", deadline = \"soon\" }",
        false,
        "wrong_type card.toml:18:50: `kpi.target.deadline`",
    );
    up(
        "{ value = \"80 %\", owner = \"Ann\" }",
        false,
        "wrong_type card.toml:18:20: `value` is the text \"80 %\", not a number",
    );
    up("{ value = nan, owner = \"Ann\" }", false, "wrong_type card.toml:18:20: `kpi.target.value`");
    up("80", false, "wrong_type card.toml:18:10: `kpi.target` is integer, not a table");
    check(
        target,
        "{ low = 70, high = 80, owner = \"Ann\" }",
        false,
        &[
            "wrong_target card.toml:18:18: this is not how a target of `csat_t2b` is written",
            "wrong_target card.toml:18:29",
        ],
    );
    check(&format!("target = {target}\n"), "", true, &[]);
    // less is better
    let down = |to: &str, usable: bool, expected: &[&str]| {
        check("{ value = 86400, tolerance = 3600, owner = \"Ann\" }", to, usable, expected);
    };
    down("{ value = 86400, baseline = 90000, stretch = 3600, owner = \"Ann\" }", true, &[]);
    down(
        "{ value = 86400, baseline = 3600, stretch = 90000, owner = \"Ann\" }",
        false,
        &[
            "wrong_baseline card.toml:31:38: the baseline 1 h is not short",
            "wrong_stretch card.toml:31:54: the stretch 1 d 1 h",
        ],
    );
    down("{ value = -1, owner = \"Ann\" }", false, &["wrong_unit card.toml:31:20: -1 is not a value"]);
}

/// A ratio that is a share ends at 100, and what customers pay more may take others beyond it.
#[test]
fn a_target_does_not_lie_beyond_what_there_can_be() {
    let check = |metric: &str, target: &str, expected: &[&str]| {
        let before = SOUND.find("metric = \"csat_t2b\"").unwrap();
        let after = before + SOUND[before..].find("perspective").unwrap();
        let text = format!("{}metric = \"{metric}\"\n{}", &SOUND[..before], &SOUND[after..]);
        let sound =
            "{ value = 80, tolerance = 2.5, baseline = 70, stretch = 90, deadline = 2027-03-31, owner = \"Ann\" }";
        assert_eq!(read(&text.replace(sound, target)).1, expected, "{metric}");
    };
    check(
        "service_level",
        "{ value = 104 }",
        &["wrong_unit card.toml:15:20: 104 is not a value of `service_level` (percent, 0 to 100)"],
    );
    check(
        "grr",
        "{ value = 95, stretch = 101 }",
        &["wrong_unit card.toml:15:34: 101 is not a value of `grr` (percent, 0 to 100)"],
    );
    check("nrr", "{ value = 104, stretch = 110 }", &[]);
    check(
        "quality_score",
        "{ value = 101 }",
        &["wrong_unit card.toml:15:20: 101 is not a value of `quality_score` (points, 0 to 100)"],
    );
    check(
        "quality_score",
        "{ value = 90, baseline = -5 }",
        &["wrong_unit card.toml:15:35: -5 is not a value of `quality_score` (points, 0 to 100)"],
    );
    // a net score may be below nothing
    check("nps", "{ value = 10, baseline = -5 }", &[]);
    check("nps", "{ value = 120 }", &["wrong_unit card.toml:15:20: 120 is not a value of `nps` (points, -100 to 100)"]);
}

#[test]
fn a_wrong_target_costs_the_card_no_more_than_itself() {
    let check = |target: &str, expected: &str| {
        let (definition, problems) = read(&SOUND.replace("{ value = 14400, owner = \"Ann\" }", target));
        assert_eq!(problems, [expected]);
        let targets: Vec<(bool, bool)> =
            definition.unwrap().kpis.iter().map(|kpi| (kpi.target.is_some(), kpi.has_wrong_target)).collect();
        assert_eq!(targets, [(true, false), (false, true), (true, false)]);
    };
    check(
        "{ value = \"2 h\" }",
        "wrong_type card.toml:23:20: `value` is the text \"2 h\", not a number (write value = 7200: seconds)",
    );
    check(
        "{ value = -1 }",
        "wrong_unit card.toml:23:20: -1 is not a value of `first_response_time` (seconds, 0 or more)",
    );
    check("7200", "wrong_type card.toml:23:10: `kpi.target` is integer, not a table");
    // what is not the target's costs the card
    let (definition, _) = read(&SOUND.replace("{ value = 14400, owner = \"Ann\" }", "{ value = -1 }\nrole = \"main\""));
    assert!(definition.is_none());
}

#[test]
fn what_is_meant_by_text_and_percent_signs_is_said() {
    let says = |from: &str, to: &str, expected: &[&str]| {
        assert_eq!(SOUND.matches(from).count(), 1, "{from}");
        let (_, problems) = read(&SOUND.replace(from, to));
        assert_eq!(problems, expected);
    };
    let slow = "value = 86400, tolerance = 3600";
    let csat = "value = 80, tolerance = 2.5";
    says(
        csat,
        "value = \"85%\", tolerance = 2.5",
        &[
            "wrong_type card.toml:18:20: `value` is the text \"85%\", not a number (write value = 85: percent, 0 to 100)",
        ],
    );
    says(
        csat,
        "value = \"85 points\", tolerance = 2.5",
        &[
            "wrong_type card.toml:18:20: `value` is the text \"85 points\", not a number (a number alone: percent, 0 to 100)",
        ],
    );
    says(
        slow,
        "value = 86400, tolerance = \"1,5 h\"",
        &[
            "wrong_type card.toml:31:39: `tolerance` is the text \"1,5 h\", not a number (write tolerance = 5400: seconds)",
        ],
    );
    says(
        "weight = 0.4",
        "weight = 40",
        &["wrong_weight card.toml:17:10: a weight of 40 is not a share of 1 (0 to 1: 0.4 for 40 %)"],
    );
    says(
        "weight = 0.4",
        "weight = \"40 %\"",
        &["wrong_type card.toml:17:10: a weight is a share of 1, not the text \"40 %\" (write 0.4 for 40 %)"],
    );
    says(
        "weight = 0.4",
        "weight = 40 %",
        &["syntax card.toml:17:10: a percent sign cannot stand after a number: `weight = 40 %` (write weight = 0.4)"],
    );
}

#[test]
fn bands_have_two_ends() {
    let load = |target: &str, usable: bool, expected: &[&str]| {
        let kpi = "metric = \"first_response_time\"\nperspective = \"satisfaction\"\nweight = 0.3\n";
        let from = format!("{kpi}target = {{ value = 14400, owner = \"Ann\" }}");
        let to = format!("{}target = {target}", kpi.replace("first_response_time", "load"));
        let deprecated = "deprecated_metric card.toml:20:10: metric `load` is deprecated";
        check(&from, &to, usable, &[&[deprecated], expected].concat());
    };
    load("{ low = 75, high = 85, tolerance = 2, baseline = 90, owner = \"Ann\" }", true, &[]);
    load(
        "{ low = 75, high = 85, baseline = 80, owner = \"Ann\" }",
        false,
        &["wrong_baseline card.toml:23:44: the baseline 80.0 % is not short of the target 75.0–85.0 %"],
    );
    load(
        "{ low = 85, high = 75, owner = \"Ann\" }",
        false,
        &["wrong_target card.toml:23:29: the band begins at 85 and ends at 75"],
    );
    load("{ low = 75, owner = \"Ann\" }", false, &["missing_field card.toml:23:10: `kpi.target.high` is missing"]);
    load(
        "{ value = 80, owner = \"Ann\" }",
        false,
        &["wrong_target card.toml:23:20: this is not how a target of `load` is written"],
    );
    load(
        "{ low = 75, high = 85, stretch = 80, owner = \"Ann\" }",
        false,
        &["wrong_stretch card.toml:23:43: a band has no stretch"],
    );
}

#[test]
fn every_problem_is_said_at_once() {
    let (definition, problems) = read("");
    assert!(definition.is_none());
    says(
        &problems,
        &[
            "missing_field card.toml:1:1: `title` is missing",
            "missing_field card.toml:1:1: `[[perspective]]` is missing",
            "missing_field card.toml:1:1: `[[kpi]]` is missing",
            "missing_value_proposition card.toml:1:1",
        ],
    );
    let (definition, problems) = read("title = \nvalue_proposition = \"v\"\n[[kpi]]\nmetric = 3\n[[perspective]]\n");
    assert!(definition.is_none());
    says(
        &problems,
        &[
            "syntax card.toml:1:9",
            "missing_field card.toml:3:1: `kpi.perspective` is missing",
            "missing_field card.toml:3:1: `kpi.weight` is missing",
            "wrong_type card.toml:4:10: `kpi.metric` is integer, not text",
            "missing_field card.toml:5:1: `perspective.id` is missing",
            "missing_field card.toml:5:1: `perspective.name` is missing",
        ],
    );
}

#[test]
fn filters_are_checked_against_the_fact_table() {
    let organisation = Organisation::new("o", "UTC", "EUR", Weekday::Monday, FiscalYear::default()).unwrap();
    let attribute = model::Attribute { name: "plan".to_owned(), kind: FieldType::Text };
    let attributes = Attributes::from([(model::RecordKind::Ticket, vec![attribute])]);
    let found = |filter: &str| {
        let (definition, problems) = read(&SOUND.replace("channel = 'email'", filter));
        assert_eq!(problems, [""; 0]);
        let mut problems = Problems::default();
        super::check(&definition.unwrap(), &catalogue(), &organisation, &attributes, &mut problems);
        problems.into_sorted().iter().map(|problem| format!("{} {problem}", problem.code)).collect::<Vec<_>>()
    };
    assert_eq!(found("channel = 'email' and team = 'Billing'"), [""; 0]);
    assert_eq!(found("plan = 'gold'"), [""; 0]);
    says(&found("value > 3 and chanel = 'email'"), &["unknown_column card.toml:15:24: there is no column `chanel`"]);
    says(&found("value + 3"), &["wrong_type card.toml:15:10: this is number, not boolean"]);
    assert_eq!(found("value >").len(), 1);
}

#[test]
fn the_shipped_card_is_sound() {
    let mut problems = Problems::default();
    let (path, text) = crate::SAMPLE;
    let file = SourceText { path: path.to_owned(), text: text.to_owned() };
    let definition = declare(file, &shipped(), &mut problems);
    assert_eq!(problems.into_sorted(), []);
    assert_eq!(definition.map(|definition| definition.status), Some(DefinitionStatus::TemplateDefault));
}
