use catalogue::question::Question;
use model::calendar::{Compare, FiscalYear, Grain, Organisation};

use super::*;
use crate::fixture::{answers, built, built_from, card, catalogue, definition, october};
use crate::gate::GateStatus;

const SMALL: &str = r#"title = "Card"
value_proposition = "Right, fast"
status = "draft"
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
[[perspective]]
id = "cost"
name = "Cost"
[[kpi]]
id = "csat"
metric = "csat_t2b"
perspective = "satisfaction"
weight = 0.7
target = { value = 80, tolerance = 2, baseline = 70, stretch = 90, deadline = 2027-03-31, owner = "Ann" }
[[kpi]]
metric = "unresolved_backlog"
perspective = "cost"
weight = 0.3
"#;

#[test]
fn the_json_of_the_page() {
    let card = card(&definition(SMALL), Some(Compare::Prev), Some(Grain::Total));
    let json = serde_json::to_string_pretty(&card).unwrap();
    insta::assert_snapshot!(json, @r#"
    {
      "name": "company",
      "title": "Card",
      "value_proposition": "Right, fast",
      "status": "draft",
      "approval": null,
      "to_sign": null,
      "retired_definitions": [],
      "closed": null,
      "as_defined_on": null,
      "level": "company",
      "parent": null,
      "range": {
        "from": "2026-10-01",
        "to": "2026-11-01"
      },
      "compared": {
        "from": "2026-09-01",
        "to": "2026-10-01"
      },
      "only": {},
      "labels": {},
      "counts": {
        "on_target": 1,
        "within_tolerance": 0,
        "off_target": 0,
        "too_close_to_call": 0,
        "no_data": 1
      },
      "total": {
        "score": 112.0,
        "uncapped": 112.0,
        "scored_weight": 0.7,
        "caps": []
      },
      "gates": [],
      "changes": [
        {
          "kpi": "unresolved_backlog",
          "name": "Unresolved backlog",
          "statistic": "count",
          "unit": "count",
          "change": 125.0,
          "better": false,
          "text": "Unresolved backlog rose by 125 (+27.2 %) to 585, worse"
        },
        {
          "kpi": "csat",
          "name": "Customer satisfaction (top-2-box)",
          "statistic": "share",
          "unit": "percent",
          "change": 3.200000000000003,
          "better": true,
          "text": "Customer satisfaction (top-2-box) rose by 3.2 pp to 86.0 %, better"
        }
      ],
      "objectives": [],
      "factors": [],
      "perspectives": [
        {
          "id": "satisfaction",
          "name": "Satisfaction",
          "weight": 0.7,
          "score": 112.0,
          "scored_weight": 1.0,
          "floor": 40.0
        },
        {
          "id": "cost",
          "name": "Cost",
          "weight": 0.3,
          "score": null,
          "scored_weight": 0.0,
          "floor": 40.0
        }
      ],
      "kpis": [
        {
          "id": "csat",
          "metric": "csat_t2b",
          "name": "Customer satisfaction (top-2-box)",
          "variant": null,
          "statistic": "share",
          "unit": "percent",
          "direction": "up",
          "perspective": "satisfaction",
          "weight": 0.7,
          "value": 86.0,
          "n": 2000,
          "numerator": 1720.0,
          "denominator": 2000.0,
          "low": 84.41016815696864,
          "high": 87.45180443878114,
          "margin": 1.5208181409062504,
          "sampled": true,
          "quality": "settling",
          "status": "on_target",
          "reason": null,
          "target": {
            "value": 80.0,
            "low": null,
            "high": null,
            "tolerance": 2.0,
            "baseline": 70.0,
            "baseline_n": null,
            "stretch": 90.0,
            "deadline": "2027-03-31",
            "owner": "Ann",
            "set_on": null,
            "from": null,
            "month": null
          },
          "change": {
            "value": 3.200000000000003,
            "previous": 82.8,
            "low": 0.9510645251521677,
            "high": 5.448059142932937,
            "better": true
          },
          "definition_status": "template_default",
          "trend": [
            {
              "from": "2026-10-01",
              "to": "2026-11-01",
              "value": 86.0,
              "low": 84.41016815696864,
              "high": 87.45180443878114,
              "n": 2000,
              "quality": "settling"
            }
          ],
          "approval": null,
          "restated": null,
          "role": "primary",
          "factor": null,
          "also": [],
          "operational": [],
          "cadence": "monthly",
          "serves": null,
          "why": null,
          "score": 112.0,
          "projection": {
            "deadline": "2027-03-31",
            "value": 85.99999999999996,
            "low": 83.39966571032495,
            "high": 88.60033428967496,
            "chance": 0.9997252880599835,
            "verdict": "will make it",
            "points": 11,
            "course": "can go on"
          },
          "not_projected": null
        },
        {
          "id": "unresolved_backlog",
          "metric": "unresolved_backlog",
          "name": "Unresolved backlog",
          "variant": null,
          "statistic": "count",
          "unit": "count",
          "direction": "down",
          "perspective": "cost",
          "weight": 0.3,
          "value": 585.0,
          "n": 585,
          "numerator": null,
          "denominator": null,
          "low": null,
          "high": null,
          "margin": null,
          "sampled": false,
          "quality": "ok",
          "status": "no_data",
          "reason": null,
          "target": null,
          "change": {
            "value": 125.0,
            "previous": 460.0,
            "low": null,
            "high": null,
            "better": false
          },
          "definition_status": "template_default",
          "trend": [
            {
              "from": "2026-10-01",
              "to": "2026-11-01",
              "value": 585.0,
              "low": null,
              "high": null,
              "n": 585,
              "quality": "ok"
            }
          ],
          "approval": null,
          "restated": null,
          "role": "primary",
          "factor": null,
          "also": [],
          "operational": [],
          "cadence": "monthly",
          "serves": null,
          "why": null,
          "score": null,
          "projection": null,
          "not_projected": "it has no target"
        }
      ],
      "pairs": [],
      "left_out": [],
      "watermark": "2026-11-05T08:55:00Z"
    }
    "#);
}

#[test]
fn the_card_says_what_the_answers_say() {
    let definition = definition(crate::COMPANY.1);
    let answers = answers(&definition, Some(Compare::Year), None);
    let card = built(&definition, &answers, &Cut::default()).unwrap();
    assert_eq!(card.kpis.len(), definition.kpis.len());
    let counts = Status::ALL.map(|status| card.counts.get(status));
    assert_eq!(counts.iter().sum::<usize>(), card.kpis.len());
    for status in Status::ALL {
        assert_eq!(card.counts.get(status), card.kpis.iter().filter(|kpi| kpi.status == status).count());
    }
    assert_eq!(card.range, Range { from: october().from, to: october().to });
    assert_eq!(card.compared.map(|range| range.from.to_string()).as_deref(), Some("2025-10-01"));
    for kpi in &card.kpis {
        // found by metric, statistic and grain, not by their place
        let of = |is_total: bool| {
            let mut all = answers.iter().flatten().filter(|answer| {
                (answer.metric.as_str(), answer.statistic.as_str()) == (kpi.metric.as_str(), kpi.statistic.as_str())
                    && (answer.rows.len() == 1) == is_total
            });
            let found = all.next().unwrap();
            assert!(all.next().is_none(), "{}", kpi.id);
            found
        };
        let [row] = of(true).rows.as_slice() else { panic!("{}", kpi.id) };
        assert_eq!(
            (kpi.value, kpi.n, kpi.low, kpi.high, kpi.quality),
            (row.value, row.n, row.low, row.high, row.quality)
        );
        assert_eq!((kpi.numerator, kpi.denominator, kpi.margin), (row.numerator, row.denominator, row.margin));
        let (change, compare) = (kpi.change.as_ref().unwrap(), row.compare.as_ref().unwrap());
        assert_eq!(
            (change.value, change.previous, change.low, change.high),
            (compare.change, compare.value, compare.low, compare.high)
        );
        let trend = of(false);
        assert_eq!(kpi.trend.len(), 31);
        for (point, row) in kpi.trend.iter().zip(&trend.rows) {
            assert_eq!((point.from, point.to, point.value, point.n), (row.from, row.to, row.value, row.n));
        }
    }
    let weights: f64 = card.kpis.iter().map(|kpi| kpi.weight).sum();
    let perspectives: f64 = card.perspectives.iter().map(|one| one.weight).sum();
    assert!((weights - 1.0).abs() < 0.001 && (perspectives - weights).abs() < 1e-6);
    for change in &card.changes {
        let kpi = card.kpis.iter().find(|kpi| kpi.id == change.kpi).unwrap();
        assert_eq!(kpi.change.as_ref().map(|of| (of.value, of.better)), Some((Some(change.change), change.better)));
    }
}

#[test]
fn statistics_of_one_metric_share_their_questions() {
    let two = SMALL
        .replace("metric = \"csat_t2b\"", "metric = \"first_response_time\"")
        .replace("value = 80, tolerance = 2, baseline = 70, stretch = 90", "value = 7200")
        .replace(
            "metric = \"unresolved_backlog\"",
            "metric = \"first_response_time\"\nstatistic = \"p90\"\nname = \"Slowest\"",
        );
    let definition_of = |text: &str| definition(text);
    let definition = definition_of(&two);
    let answers = answers(&definition, None, None);
    // the total, the trend, and the history of the one with a deadline
    assert_eq!(answers.len(), 3);
    let card = built(&definition, &answers, &Cut::default()).unwrap();
    let figures: Vec<(&str, Option<f64>)> = card.kpis.iter().map(|kpi| (kpi.statistic.as_str(), kpi.value)).collect();
    assert_eq!(figures, [("median", Some(6000.0)), ("p90", Some(30_000.0))]);
    assert_eq!((card.compared, card.kpis[0].change.as_ref()), (None, None));
    // another variant, another filter, another parameter: another question
    for other in ["variant = \"calendar\"", "where = \"channel = 'email'\"", "parameters = { include_bot = true }"] {
        let text = two.replace("statistic = \"p90\"", &format!("statistic = \"p90\"\n{other}"));
        assert_eq!(crate::fixture::answers(&definition_of(&text), None, None).len(), 5, "{other}");
    }
}

#[test]
fn answers_to_other_questions_are_refused() {
    let definition = definition(SMALL);
    let sound = answers(&definition, None, None);
    let check = |change: &dyn Fn(&mut Vec<Vec<Answer>>), expected: &str| {
        let mut answers = sound.clone();
        change(&mut answers);
        let error = built(&definition, &answers, &Cut::default()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(&|answers| answers.truncate(3), "the card asks 5 questions, there are 3 answers");
    check(&|answers| answers.swap(0, 2), "kpi `csat` needs `share` of `csat_t2b`, which is not among its answers");
    check(
        &|answers| answers.swap(0, 1),
        "kpi `csat` needs one row from 2026-10-01 to 2026-11-01 (exclusive), without breakdown",
    );
    check(
        &|answers| answers[2][0].rows.clear(),
        "kpi `unresolved_backlog` needs one row from 2026-10-01 to 2026-11-01 (exclusive), without breakdown",
    );
    let error = built_from(&definition, &Catalogue::default(), &sound, &Cut::default()).unwrap_err();
    assert_eq!(error.to_string(), "kpi `csat` needs metric `csat_t2b`, which is not in the catalogue");
}

#[test]
fn nothing_answered_is_no_data_everywhere() {
    let definition = definition(crate::COMPANY.1);
    let mut answers = answers(&definition, Some(Compare::Prev), None);
    for row in answers.iter_mut().flatten().flat_map(|answer| answer.rows.iter_mut()) {
        (row.value, row.n, row.low, row.high, row.margin) = (None, 0, None, None, None);
        row.quality = Quality::NoData;
        if let Some(compare) = &mut row.compare {
            (compare.value, compare.n, compare.change, compare.low, compare.high) = (None, 0, None, None, None);
        }
    }
    let card = built(&definition, &answers, &Cut::default()).unwrap();
    assert_eq!(card.counts, Counts { no_data: card.kpis.len(), ..Counts::default() });
    assert!(
        card.changes.is_empty()
            && card.kpis.iter().all(|kpi| kpi.change.as_ref().is_some_and(|change| change.better.is_none()))
    );
    let text = crate::text(&card, 100, &jiff::tz::TimeZone::UTC);
    assert!(text.contains("– 7 no data") && !text.contains("What changed"), "{text}");
}

#[test]
fn the_api_describes_the_card() {
    use utoipa::{OpenApi, ToSchema};
    #[derive(OpenApi)]
    #[openapi(components(schemas(Scorecard, Answer)))]
    struct Document;

    let document = serde_json::to_value(Document::openapi()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    insta::assert_snapshot!(names.join(" "), @"Answer AnswerRow Approval ApprovalStatus Bound Cadence Cap CapKind Card CardChange CardGate CardPerspective ClosedFigure ClosedPeriod Comparison Counts Course DefinitionStatus Direction EarlierClose Factor GateStatus Growth LeftOut Level LineUnit MetricName Objective Origin Pair Projection Quality Range Restated RetiredDefinition Role Scorecard ScorecardChange SinceClosed SinceOf Status Target TargetOfMonth Total TrendPoint Unit Verdict");
    assert_eq!(schemas["Range"]["properties"]["from"]["format"], "date");
    assert_eq!(schemas["AnswerRow"]["properties"]["to"]["format"], "date");
    for whole in ["Scorecard", "Answer"] {
        let watermark = &schemas[whole]["properties"]["watermark"];
        assert_eq!(
            (&watermark["format"], &watermark["type"]),
            (&"date-time".into(), &serde_json::json!(["string", "null"]))
        );
    }
    assert_eq!(schemas["Target"]["properties"]["deadline"]["format"], "date");
    assert_eq!(schemas["Card"]["properties"]["status"]["$ref"], "#/components/schemas/Status");
    assert_eq!(Status::name(), "Status");
    // a tuple would be described as a list of anything
    assert!(!document.to_string().contains("prefixItems"));
    // what is sent is what is described
    let card = serde_json::to_value(card(&definition(SMALL), Some(Compare::Prev), None)).unwrap();
    let described = |name: &str, sent: &serde_json::Value| {
        let described: Vec<&String> = schemas[name]["properties"].as_object().unwrap().keys().collect();
        assert_eq!(described, sent.as_object().unwrap().keys().collect::<Vec<_>>(), "{name}");
    };
    described("Scorecard", &card);
    described("Card", &card["kpis"][0]);
    described("Target", &card["kpis"][0]["target"]);
    described("CardChange", &card["kpis"][0]["change"]);
    described("TrendPoint", &card["kpis"][0]["trend"][0]);
    described("ScorecardChange", &card["changes"][0]);
    described("CardPerspective", &card["perspectives"][0]);
    described("Counts", &card["counts"]);
}

/// A card held to one channel: what cannot be cut so has no value, a count of all of it no target, the rest is as it
/// was answered.
#[test]
fn a_cut_card_says_what_it_cannot_show() {
    let definition = definition(crate::COMPANY.1);
    let asked = answers(&definition, Some(Compare::Prev), None);
    let only = BTreeMap::from([("channel".to_owned(), vec![Some("email".to_owned()), None])]);
    let lacking = BTreeMap::from([("nps".to_owned(), vec!["channel".to_owned()])]);
    let cut = Cut { only, is_part: true, lacking, ..Cut::default() };
    let answers: Vec<Vec<Answer>> =
        asked.iter().map(|answers| if answers[0].metric == "nps" { Vec::new() } else { answers.clone() }).collect();
    let card = built(&definition, &answers, &cut).unwrap();
    let whole = built(&definition, &asked, &Cut::default()).unwrap();
    assert_eq!(card.kpis.len(), whole.kpis.len());
    for (kpi, uncut) in card.kpis.iter().zip(&whole.kpis) {
        let found = (kpi.value, kpi.reason.as_deref(), kpi.target.is_some(), kpi.trend.len());
        let wanted = match kpi.metric.as_str() {
            "nps" => (None, Some("not cut by channel"), true, 0),
            "unresolved_backlog" => (uncut.value, Some("the target is for all of it"), false, uncut.trend.len()),
            _ => (uncut.value, None, true, uncut.trend.len()),
        };
        assert_eq!(found, wanted, "{}", kpi.metric);
    }
    let of = |metric: &str| card.kpis.iter().find(|kpi| kpi.metric == metric).unwrap();
    assert_eq!((of("nps").status, of("nps").n, of("nps").change.as_ref()), (Status::NoData, 0, None));
    assert_eq!(of("unresolved_backlog").status, Status::NoData);
    assert_eq!(card.compared, whole.compared);
    let text = crate::text(&card, 100, &jiff::tz::TimeZone::UTC);
    for words in ["only channel email or none", ": not cut by channel", "no target"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let question = |metric: &str| Question {
        metric: metric.to_owned(),
        ..crate::questions(
            &definition,
            &october(),
            None,
            None,
            &Organisation::new("o", "UTC", "EUR", jiff::civil::Weekday::Monday, FiscalYear::default()).unwrap(),
            "2026-11-05T09:00:00Z".parse().unwrap(),
        )[0]
        .clone()
    };
    assert_eq!(cut.question(question("nps")), None);
    assert_eq!(cut.question(question("csat_t2b")).unwrap().only, cut.only);
}

/// Of 585 open, some of one channel only: no more than 600 says nothing about all of it, no more than 500 is broken by
/// this part alone.
#[test]
fn a_part_that_is_beyond_the_limit_of_all_of_it_is_red() {
    for (limit, is_part, expected) in [
        (600, true, GateStatus::Unknown),
        (600, false, GateStatus::Green),
        (500, true, GateStatus::Red),
        (500, false, GateStatus::Red),
    ] {
        let gate = format!("{SMALL}[[gate]]\nmetric = \"unresolved_backlog\"\nat_most = {limit}\n");
        let definition = definition(&gate);
        let card = built(&definition, &answers(&definition, None, None), &Cut { is_part, ..Cut::default() }).unwrap();
        let gate = &card.gates[0];
        assert_eq!(gate.status, expected, "{limit} {is_part}: {}", gate.sentence);
        let is_said = gate.sentence.contains("the limit is for all of it");
        assert_eq!(is_said, expected == GateStatus::Unknown, "{}", gate.sentence);
        assert_eq!(card.total.caps.is_empty(), expected != GateStatus::Red);
    }
}

/// A metric whose file has errors keeps its place, without a figure; the others are as they were answered.
#[test]
fn a_metric_with_errors_is_named() {
    let definition = definition(crate::COMPANY.1);
    let asked = answers(&definition, Some(Compare::Prev), None);
    let why = "the definition of `nps` in metrics/nps.toml has errors";
    let cut = Cut { wrong: BTreeMap::from([("nps".to_owned(), why.to_owned())]), ..Cut::default() };
    let answers: Vec<Vec<Answer>> =
        asked.iter().map(|answers| if answers[0].metric == "nps" { Vec::new() } else { answers.clone() }).collect();
    let mut catalogue = catalogue();
    let files: Vec<String> = catalogue.get("nps").map(|metric| metric.file.path.clone()).into_iter().collect();
    catalogue.withdraw(files.iter().map(String::as_str));
    assert!(catalogue.get("nps").is_none());
    let card = built_from(&definition, &catalogue, &answers, &cut).unwrap();
    let whole = built(&definition, &asked, &Cut::default()).unwrap();
    for (kpi, sound) in card.kpis.iter().zip(&whole.kpis) {
        match kpi.metric.as_str() {
            "nps" => {
                let found = (kpi.value, kpi.n, kpi.status, kpi.reason.as_deref());
                assert_eq!(found, (None, 0, Status::NoData, Some(why)));
            }
            _ => assert_eq!(kpi, sound),
        }
    }
    let text = crate::text(&card, 100, &jiff::tz::TimeZone::UTC);
    assert!(text.contains("Net Promoter Score: the definition of `nps` in metrics/nps.toml has errors"), "{text}");
}
