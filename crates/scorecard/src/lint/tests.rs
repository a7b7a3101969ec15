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
        text += &format!(
            "[[kpi]]\nmetric = \"{metric}\"\nperspective = \"cost\"\nweight = 0.01\noperational = [\"aht\"]\n"
        );
        text += "target = { value = 1, baseline_n = 90, deadline = 2027-12-31, owner = \"Ann\" }\n";
    }
    text
}

#[test]
fn rules_of_the_whole_card() {
    let none = Beside::default();
    let metrics = ["nps", "ces_v2", "asa", "dsat_rate", "reopen_rate", "one_touch_rate"];
    check(
        "L01",
        (&more(&metrics), &none),
        (&more(&metrics[..5]), &none),
        "80:1 11 KPIs are on the card; nobody steers by more than 10",
    );
    let (three, _) = SOUND.split_once("[[kpi]]\nmetric = \"quality_score\"").unwrap();
    let three = three.replace("0.28", "0.40").replace("0.22", "0.40");
    check("L02", (&three, &none), (SOUND, &none), "1:1 3 KPIs cannot hold each other in balance; that takes 4");
    let found = found(&three, &none);
    let unbalanced: Vec<&str> = found.iter().filter(|one| one.rule == "L04").map(|one| one.message.as_str()).collect();
    assert_eq!(
        unbalanced,
        [
            "the card has KPIs of 2 perspectives; balance takes 4",
            "perspective `satisfaction` weighs 0.80, more than 0.55"
        ]
    );
    fails(
        "L04",
        &[
            (
                "metric = \"quality_score\"\nperspective = \"quality\"",
                "metric = \"quality_score\"\nperspective = \"satisfaction\"",
            ),
            ("[[perspective]]\nid = \"quality\"\nname = \"Quality\"\n", ""),
            ("weight = 0.28", "weight = 0.13"),
            ("weight = 0.20", "weight = 0.35"),
        ],
        "1:1 the card has KPIs of 3 perspectives; balance takes 4",
    );
    fails(
        "L12",
        &[("\"approved\"", "\"template_default\"")],
        "1:1 nobody has approved `csat_t2b`, `fcr`, `cost_per_contact`, `quality_score` and `employee_satisfaction`",
    );
    // nothing drives anything: fcr moves satisfaction by its definition, so both go
    fails(
        "L21",
        &[
            ("role = \"driver\"\n", ""),
            ("metric = \"fcr\"", "metric = \"conversion_rate\""),
            ("metric = \"quality_score\"", "metric = \"critical_error_free_rate\""),
        ],
        "1:1 every KPI shows what has happened already; 0.30 of the weight should move before the others do",
    );
    fails(
        "B01",
        &[("weight = 0.28", "weight = 0.33"), ("weight = 0.20", "weight = 0.15")],
        "16:1 `csat_t2b` weighs 0.33, not 0.05 to 0.30",
    );
}

#[test]
fn rules_of_a_kpi() {
    let none = Beside::default();
    // satisfaction is held back by quality_score and cost_per_contact; neither of their families is left
    fails(
        "L03",
        &[
            ("metric = \"cost_per_contact\"", "metric = \"total_cost\""),
            ("metric = \"quality_score\"", "metric = \"critical_error_free_rate\""),
            ("metric = \"fcr\"", "metric = \"conversion_rate\""),
            ("weight = 0.28", "weight = 0.34"),
            (
                "weight = 0.15\nrole = \"counter\"\noperational = [\"occupancy\"]",
                "weight = 0.09\noperational = [\"occupancy\"]",
            ),
        ],
        "16:1 `csat_t2b` weighs 0.34, and nothing on the card gets worse where it is pushed too hard; `csat_response_rate`, `cost_per_contact`, `quality_score` and `dsat_rate` would",
    );
    fails(
        "L13",
        &[("operational = [\"aht\"]\n", "")],
        "29:1 which operational metrics move `cost_per_contact` is not said; by its definition aht, occupancy, self_service_resolution_rate and shrinkage do",
    );
    fails(
        "L15",
        &[
            ("metric = \"fcr\"", "metric = \"tickets_solved\""),
            (
                "target = { value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }\n[[kpi]]\nmetric = \"cost",
                "[[kpi]]\nmetric = \"cost",
            ),
        ],
        "22:1 `tickets_solved` is a volume: it grows with the work, whatever comes of it",
    );
    let volume = changed(&[
        ("metric = \"quality_score\"", "metric = \"critical_breaches\""),
        ("value = 90, baseline = 85", "value = 80, baseline = 85"),
    ]);
    assert!(found(&volume, &none).iter().all(|finding| finding.rule != "L15"), "breaches are harm");
    fails(
        "L23",
        &[("metric = \"quality_score\"", "metric = \"protocol_adherence\"\nvariant = \"all_reviews\"")],
        "36:1 `protocol_adherence` includes samples that were not drawn at random: sampling is any",
    );
    // saves are judged after 90 days, and a week has 7
    fails(
        "L29",
        &[("metric = \"fcr\"", "metric = \"fcr\"\ncadence = \"weekly\"\nparameters = { window_days = 14 }")],
        "22:1 `fcr` is reviewed weekly, and a figure of it is whole after 14 days",
    );
    let eight = r#"["aht", "occupancy", "asa", "dsat_rate", "fcr", "nps", "ces_v2", "hold_time"]"#;
    fails("B03", &[("[\"aht\"]", eight)], "29:1 `cost_per_contact` has 8 operational metrics, more than 7");
    fails(
        "B04",
        &[
            (
                "metric = \"cost_per_contact\"\nperspective = \"cost\"\nweight = 0.20\nrole = \"counter\"\n",
                "metric = \"cost_per_contact\"\nperspective = \"cost\"\nweight = 0.20\n",
            ),
            (
                "weight = 0.15\nrole = \"counter\"\noperational = [\"occupancy\"]",
                "weight = 0.15\noperational = [\"occupancy\"]",
            ),
        ],
        "1:1 counters weigh 0.15 together, less than 0.25: the rest can be pushed at their expense",
    );
    fails(
        "L19",
        &[
            ("metric = \"quality_score\"", "metric = \"total_cost\""),
            ("value = 90, baseline = 85", "value = 80, baseline = 85"),
        ],
        "36:1 `cost_per_contact` and `total_cost` count the same twice: `cost_per_contact` is worked out of `total_cost`",
    );
}

const TARGET: &str = "target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2027-12-31, owner = \"Ben\" }";

#[test]
fn rules_of_a_target() {
    let target = |rule: &str, to: &str, expected: &str| fails(rule, &[(TARGET, to)], expected);
    target(
        "L05",
        "",
        "29:1 `cost_per_contact` has no target, as target = { value = 5.5, tolerance = 0.5 }, in the organisation's currency: its status will be \"no data\"",
    );
    target(
        "L06",
        "target = { value = 4, baseline = 5, baseline_n = 900, owner = \"Ben\" }",
        "35:10 by when `cost_per_contact` is to be reached is not said",
    );
    target(
        "L07",
        "target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2027-12-31 }",
        "35:10 nobody answers for the target of `cost_per_contact`",
    );
    target(
        "L07",
        "target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2027-12-31, owner = \"Billing team\" }",
        "35:10 \"Billing team\" answers for the target of `cost_per_contact`: where several do, nobody does",
    );
    target(
        "L08",
        "target = { value = 4, deadline = 2027-12-31, owner = \"Ben\" }",
        "35:10 where `cost_per_contact` stood when its target was set is not said: it has no score",
    );
    fails(
        "L08",
        &[("value = 85, baseline = 80, baseline_n = 900", "value = 85, baseline = 80, baseline_n = 29")],
        "21:10 the baseline of `csat_t2b` is of 29, and fewer than 30 say too little",
    );
    fails("L27", &[("value = 85,", "value = 100,")], "21:10 ≥ 100.0 % of `csat_t2b` is met by not counting");
    // what others publish of first-contact resolution is asked of customers, and ours is not
    fails(
        "L22",
        &[(
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }",
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\", from = \"benchmark\" }",
        )],
        "28:10 the target of `fcr` is a figure of others; what others publish of it differs: asked of customers after the call; ours counts whether they came again",
    );
    let none = Beside::default();
    let thumbs = changed(&[
        ("metric = \"csat_t2b\"", "metric = \"csat_t2b\"\nvariant = \"thumbs\""),
        ("from = \"own\"", "from = \"benchmark\""),
    ]);
    assert!(found(&thumbs, &none).iter().all(|finding| finding.rule != "L22"), "the definition matches");
}

#[test]
fn rules_of_the_level() {
    let none = Beside::default();
    let agent = |text: &str| format!("level = \"agent\"\n{text}");
    let with_asa = more(&["asa"])
        .replace("perspective = \"cost\"\nweight = 0.01", "perspective = \"cost\"\nweight = 0.01\nid = \"seventh\"");
    check("B02", (&agent(&with_asa.replace("weight = 0.27", "weight = 0.26").replace("weight = 0.22", "weight = 0.23").replace("[[kpi]]\nmetric = \"fcr\"", "[[kpi]]\nmetric = \"nps\"\nperspective = \"satisfaction\"\nweight = 0\noperational = [\"aht\"]\n[[kpi]]\nmetric = \"fcr\"")), &none), (&with_asa, &none), "56:1 7 KPIs are on the card of an agent, who can mind 6");
    let handled = changed(&[
        ("metric = \"fcr\"", "metric = \"abandonment_rate\""),
        (
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }\n[[kpi]]\nmetric = \"cost",
            "value = 5, baseline = 8, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }\n[[kpi]]\nmetric = \"cost",
        ),
    ]);
    check(
        "L17",
        (&agent(&handled), &none),
        (&handled, &none),
        "23:1 `abandonment_rate` is a target of an agent, who meets it by treating customers worse",
    );
    let operational = |who: &str| {
        format!(
            "{SOUND}[[operational]]\nmetric = \"aht\"\naudience = [\"{who}\"]\ntarget = {{ low = 240, high = 360, owner = \"Ann\" }}\n"
        )
    };
    check(
        "L17",
        (&operational("agent"), &none),
        (&operational("service_manager"), &none),
        "50:1 `aht` has a target that agents are shown",
    );
    check(
        "L25",
        (&agent(SOUND), &none),
        (SOUND, &none),
        "44:1 `employee_satisfaction` is about staff, and the card about one of them",
    );
    let below = |parameters: &str| {
        format!(
            "parent = \"company\"\nlevel = \"team\"\n{}",
            changed(&[("metric = \"fcr\"", &format!("metric = \"fcr\"{parameters}"))])
        )
    };
    let above = Beside { above: Some(SOUND.to_owned()), ..Beside::default() };
    check(
        "L20",
        (&below("\nparameters = { window_days = 30 }"), &above),
        (&below(""), &above),
        "24:1 `fcr` here and `fcr` above it are of one metric, with window_days 30 and 7",
    );
}

#[test]
fn rules_of_definitions_of_ones_own() {
    let shipped = |id: &str| {
        let file = format!("/{id}.toml");
        catalogue::DEFAULTS.iter().find(|(path, _)| path.ends_with(&file)).unwrap().1
    };
    let own = |id: &'static str, text: String| Beside { metrics: vec![(id, text)], ..Beside::default() };
    let card = changed(&[("metric = \"cost_per_contact\"", "metric = \"utilisation\""), (TARGET, "")]);
    let down = shipped("utilisation").replace("direction = \"range\"", "direction = \"down\"");
    check(
        "L26",
        (&card, &own("utilisation", down)),
        (&card, &Beside::default()),
        "29:1 `utilisation` is best neither high nor low, and `metrics/utilisation.toml` says less is better",
    );
    let card = changed(&[
        ("metric = \"quality_score\"", "metric = \"both\""),
        ("target = { value = 90, baseline = 85, baseline_n = 900, deadline = 2027-12-31, owner = \"Cem\" }\n", ""),
    ]);
    let made = |formula: &str| {
        let of = "[measure.of]\na = \"csat_t2b\"\nb = { metric = \"csat_t2b\", variant = \"top_box\" }\nn = \"tickets_created\"\nm = \"tickets_solved\"\n";
        let head = "id = \"both\"\nname = \"Both\"\nmeaning = \"m\"\nstatus = \"draft\"\nversion = 1\neffective = 2026-01-01\nunit = \"percent\"\ndirection = \"up\"\nperspectives = [\"quality\"]\naudience = [\"executive\"]\nchannels = [\"all\"]\ncounterbalances = [\"csat_t2b\"]\n";
        own("both", format!("{head}[measure]\nkind = \"derived\"\nvalue = \"{formula}\"\n{of}"))
    };
    check(
        "L28",
        (&card, &made("(a + b) / 2 + 0 * (n + m)")),
        (&card, &made("(a * n + b * m) / (n + m)")),
        "13:1 the formula of `both` adds up a and b, which are not of one size",
    );
    for sound in ["a - b", "100 - a + 0 * (n + m) * b", "case when n > m then a else b end"] {
        assert!(found(&card, &made(sound)).iter().all(|finding| finding.rule != "L28"), "{sound}");
    }
}

fn evidence(id: &str, evidence: KpiEvidence) -> Beside {
    Beside { evidence: BTreeMap::from([(id.to_owned(), evidence)]), ..Beside::default() }
}

fn baseline(value: f64, half: f64, n: u64) -> KpiEvidence {
    let (low, high) = (Some(value - half), Some(value + half));
    let row = AnswerRow { value: Some(value), n, low, high, quality: Quality::Ok, ..AnswerRow::NO_DATA };
    KpiEvidence { baseline: Some(row), ..KpiEvidence::default() }
}

#[test]
fn rules_over_figures() {
    let without_n = changed(&[("value = 85, baseline = 80, baseline_n = 900", "value = 85, baseline = 80")]);
    let with = |failing: &str, rule: &str, fails: Beside, passes: Beside, expected: &str| {
        check(rule, (failing, &fails), (failing, &passes), expected);
    };
    let csat = |one: KpiEvidence| evidence("csat_t2b", one);
    with(
        &without_n,
        "L08",
        csat(baseline(80.0, 9.0, 12)),
        csat(baseline(80.0, 1.0, 1200)),
        "21:10 the baseline of `csat_t2b` is of 12, and fewer than 30 say too little",
    );
    with(
        SOUND,
        "L09",
        csat(baseline(80.0, 5.0, 200)),
        csat(baseline(80.0, 4.9, 200)),
        "21:10 the target ≥ 85.0 % of `csat_t2b` lies in the margin of where things stand, 75.0–85.0 %",
    );
    // 85 − 80 is 5: three changes of 1.6 are 4.8, of 1.7 5.1
    let moved = |by: f64| csat(KpiEvidence { yearly_change: Some(by), ..KpiEvidence::default() });
    with(
        SOUND,
        "L10",
        moved(1.6),
        moved(1.7),
        "21:10 `csat_t2b` is to move by 5.0 pp; in a year it moved by no more than 1.6 pp",
    );
    let asked = |response: f64, coverage: f64| {
        csat(KpiEvidence { response_rate: Some(response), coverage: Some(coverage), ..KpiEvidence::default() })
    };
    with(
        SOUND,
        "L18",
        asked(9.9, 49.0),
        asked(10.0, 50.0),
        "16:1 `csat_t2b` speaks for few: 9.9 % of those asked answered, and 49.0 % of those who could be asked were",
    );
    let withheld =
        |is_withheld: bool| evidence("employee_satisfaction", KpiEvidence { is_withheld, ..KpiEvidence::default() });
    with(
        SOUND,
        "L25",
        withheld(true),
        withheld(false),
        "43:1 `employee_satisfaction` is about fewer than five people here, and withheld",
    );
    let months = |count: i64| -> BTreeMap<Date, f64> {
        let first = Date::constant(2025, 1, 1);
        (0..count).map(|month| (first.saturating_add(jiff::Span::new().months(month)), month as f64)).collect()
    };
    let alike = |count: i64| {
        let one = KpiEvidence { months: months(count), ..KpiEvidence::default() };
        Beside {
            evidence: BTreeMap::from([("csat_t2b".to_owned(), one.clone()), ("fcr".to_owned(), one)]),
            ..Beside::default()
        }
    };
    with(
        SOUND,
        "L19",
        alike(12),
        alike(11),
        "22:1 `csat_t2b` and `fcr` count the same twice: over 12 months their rank correlation is 1.00",
    );
}

#[test]
fn rules_over_what_people_did() {
    let of = |review: KpiReview| Beside {
        reviews: Some(Reviews {
            kpis: BTreeMap::from([("fcr".to_owned(), review)]),
            calibration: Some(Calibration { on: TODAY, kappa: 0.7 }),
        }),
        ..Beside::default()
    };
    let day = |month: i8, day: i8| Some(Date::constant(2026, month, day));
    let due = |due: Option<Date>| of(KpiReview { due, ..KpiReview::default() });
    check(
        "L11",
        (SOUND, &due(day(11, 30))),
        (SOUND, &due(Some(TODAY))),
        "22:1 the review of `fcr` was due on 2026-11-30",
    );
    // 2 September to 1 December are 90 days
    let used = |last_used: Option<Date>| of(KpiReview { last_used, known_since: day(1, 1), ..KpiReview::default() });
    check(
        "L14",
        (SOUND, &used(day(9, 2))),
        (SOUND, &used(day(9, 3))),
        "22:1 nobody has looked at `fcr` or cited it in a decision in 90 days",
    );
    check(
        "L14",
        (SOUND, &used(None)),
        (SOUND, &of(KpiReview::default())),
        "22:1 nobody has looked at `fcr` or cited it in a decision in 334 days",
    );
    let change = |on: Option<Date>, first_result: Option<Date>| {
        let change = TargetChange { on: on.unwrap(), first_result, deadline: day(12, 31) };
        of(KpiReview { target_changes: vec![change], ..KpiReview::default() })
    };
    check(
        "L30",
        (SOUND, &change(day(11, 1), day(10, 1))),
        (SOUND, &change(day(11, 1), day(11, 2))),
        "22:1 the target of `fcr` was changed on 2026-11-01, when results were known already",
    );
    let template = changed(&[("\"approved\"", "\"template_default\"")]);
    let approved = |is_approved: bool| {
        let all = ["csat_t2b", "fcr", "cost_per_contact", "quality_score", "employee_satisfaction"];
        let review =
            |id: &str| (id.to_owned(), KpiReview { is_approved: is_approved || id != "fcr", ..KpiReview::default() });
        let reviews = Reviews { kpis: all.into_iter().map(review).collect(), calibration: None };
        Beside { reviews: Some(reviews), ..Beside::default() }
    };
    check("L12", (&template, &approved(false)), (&template, &approved(true)), "1:1 nobody has approved `fcr`");
    let calibrated = |calibration: Option<Calibration>| Beside {
        reviews: Some(Reviews { calibration, ..Reviews::default() }),
        ..Beside::default()
    };
    let sound = || calibrated(Some(Calibration { on: TODAY, kappa: 0.6 }));
    let check = |failing: Option<Calibration>, expected: &str| {
        check("L24", (SOUND, &calibrated(failing)), (SOUND, &sound()), expected)
    };
    check(None, "36:1 no calibration of the reviewers behind `quality_score` is known");
    check(
        Some(Calibration { on: Date::constant(2026, 9, 1), kappa: 0.9 }),
        "36:1 the reviewers behind `quality_score` were last calibrated on 2026-09-01",
    );
    check(
        Some(Calibration { on: TODAY, kappa: 0.59 }),
        "36:1 the reviewers behind `quality_score` agreed with a kappa of 0.59, less than 0.6",
    );
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
                reviews: None,
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
        // after: nothing but that what a customer does in a year is known a year later
        let mut text = proposal.toml.replace("status = \"template_default\"", "status = \"approved\"");
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
        let known = |finding: &&Finding| {
            finding.rule == "L29"
                && ["clv", "repeat_purchase_ratio"].contains(&finding.kpi.as_deref().unwrap_or_default())
        };
        assert_eq!(after.iter().find(|finding| !known(finding)), None, "{wish:?}\n{text}");
        assert!(after.iter().all(|finding| finding.severity == Severity::Warning));
    }
}
