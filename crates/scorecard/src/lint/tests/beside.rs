//! Rules over figures, and over what people did.

use super::*;

fn evidence(id: &str, evidence: KpiEvidence) -> Beside {
    Beside { evidence: BTreeMap::from([(id.to_owned(), evidence)]), ..Beside::default() }
}

fn baseline(value: f64, half: f64, n: u64) -> KpiEvidence {
    let (low, high) = (Some(value - half), Some(value + half));
    let row = AnswerRow { value: Some(value), n, low, high, quality: Quality::Ok, ..AnswerRow::NO_DATA };
    KpiEvidence { baseline: Some(row), baseline_n: Some(n), ..KpiEvidence::default() }
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
    // too few for a figure, and none at all
    for n in [4, 0] {
        with(
            &without_n,
            "L08",
            csat(KpiEvidence { baseline_n: Some(n), ..KpiEvidence::default() }),
            csat(KpiEvidence::default()),
            &format!("21:10 the baseline of `csat_t2b` is of {n}, and fewer than 30 say too little"),
        );
    }
    with(
        SOUND,
        "L09",
        csat(baseline(80.0, 5.0, 200)),
        csat(baseline(80.0, 4.9, 200)),
        "21:10 the target ≥ 85.0 % of `csat_t2b` lies in the margin of where things stand, 75.0–85.0 %",
    );
    // a target of 85 that was set when 88 ± 2 was reached is none; one of 90 lies inside
    let (target, set) =
        ("deadline = 2027-12-31, owner = \"Ann\", from = \"own\"", "deadline = 2027-12-31, owner = \"Ann\"");
    let set_on = changed(&[(target, &format!("{set}, set_on = 2026-06-01"))]);
    with(
        &set_on,
        "L09",
        csat(baseline(88.0, 2.0, 200)),
        csat(baseline(80.0, 2.0, 200)),
        "21:10 the target ≥ 85.0 % of `csat_t2b` was met before it was set: it stood at 88.0 %",
    );
    // of which days that is
    let over = Some((Date::constant(2026, 9, 1), Date::constant(2026, 12, 1)));
    let days = |one: KpiEvidence| csat(KpiEvidence { over, ..one });
    with(
        SOUND,
        "L09",
        days(baseline(80.0, 5.0, 200)),
        days(baseline(80.0, 4.9, 200)),
        "21:10 the target ≥ 85.0 % of `csat_t2b` lies in the margin of where things stand, 75.0–85.0 % (1 Sep – 30 Nov 2026)",
    );
    let set_then = changed(&[(target, &format!("{set}, set_on = 2026-12-01"))]);
    with(
        &set_then,
        "L09",
        days(baseline(88.0, 2.0, 200)),
        days(baseline(80.0, 2.0, 200)),
        "21:10 the target ≥ 85.0 % of `csat_t2b` was met before it was set: it stood at 88.0 % (before the target was set, \
         1 Sep – 30 Nov 2026)",
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
    // where things stand at 88 already, 85 is not out of reach
    with(
        SOUND,
        "L10",
        moved(1.6),
        csat(KpiEvidence { yearly_change: Some(1.6), ..baseline(88.0, 1.0, 200) }),
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
    with(
        SOUND,
        "L18",
        csat(KpiEvidence { response_rate: Some(9.9), surveyed: over, ..KpiEvidence::default() }),
        asked(10.0, 50.0),
        "16:1 `csat_t2b` speaks for few: 9.9 % of those asked answered (1 Sep – 30 Nov 2026)",
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
            definitions: definitions(),
            ..Reviews::default()
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
    let retired = Some("Ada on 2026-11-20".to_owned());
    check(
        "L11",
        (SOUND, &of(KpiReview { retired, ..KpiReview::default() })),
        (SOUND, &of(KpiReview::default())),
        "22:1 `fcr` was retired by Ada on 2026-11-20, and is still on the card",
    );
    let retired = |metric: &str| Beside {
        reviews: Some(Reviews {
            definitions: definitions(),
            retired: BTreeMap::from([(metric.to_owned(), "Ada on 2026-11-20".to_owned())]),
            ..Reviews::default()
        }),
        ..Beside::default()
    };
    check(
        "L11",
        (SOUND, &retired("fcr")),
        (SOUND, &retired("nps")),
        "22:1 the definition of `fcr` was retired by Ada on 2026-11-20, and figures of the card are still worked out by it",
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
    // that of the card is ≥ 75 % by the end of 2027
    let later = Some(Date::constant(2027, 12, 31));
    let aim = |was: f64, deadline: Option<Date>| Aim {
        goal: Goal::AtLeast(was),
        deadline,
        tolerance: 0.0,
        baseline: Some(70.0),
    };
    let gave_way = |was: Aim, on: Option<Date>, first_result: Option<Date>| {
        let change = TargetChange { was, first_result: first_result.unwrap(), on };
        of(KpiReview { target_changes: vec![change], ..KpiReview::default() })
    };
    let moved = |was: f64, on: Option<Date>, first_result: Option<Date>, deadline: Option<Date>| {
        gave_way(aim(was, deadline), on, first_result)
    };
    check(
        "L30",
        (SOUND, &moved(80.0, day(11, 1), day(10, 1), later)),
        (SOUND, &moved(80.0, day(11, 1), day(11, 2), later)),
        "28:10 the target of `fcr` was ≥ 80.0 %, and is ≥ 75.0 % since 2026-11-01, when results were known already",
    );
    // to be reached later than agreed; the old deadline was over when it was changed, or is over now
    check(
        "L30",
        (SOUND, &moved(75.0, day(11, 1), day(10, 1), day(12, 1))),
        (SOUND, &moved(75.0, day(11, 1), day(10, 1), day(11, 1))),
        "28:10 the target of `fcr` was ≥ 75.0 % by 2026-12-01, and is ≥ 75.0 % by 2027-12-31 since 2026-11-01, when results \
         were known already",
    );
    check(
        "L30",
        (SOUND, &moved(80.0, None, Some(TODAY), later)),
        (SOUND, &moved(80.0, None, Some(TODAY), day(11, 30))),
        "28:10 the target of `fcr` was ≥ 80.0 %, and is ≥ 75.0 % now: nobody recorded when it was changed, and results are \
         known since 2026-12-01",
    );
    // the number is the same, but more short of it is tolerated, or a score begins lower
    let tolerated = changed(&[(
        "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\"",
        "value = 75, tolerance = 2, baseline = 65, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\"",
    )]);
    let (since, known) = (day(11, 1), day(10, 1));
    check(
        "L30",
        (&tolerated, &gave_way(Aim { baseline: None, ..aim(75.0, later) }, since, known)),
        (&tolerated, &gave_way(Aim { tolerance: 2.0, ..aim(75.0, later) }, since, day(11, 2))),
        "28:10 the target of `fcr` was ≥ 75.0 % with 0.0 pp tolerated, and is ≥ 75.0 % with 2.0 pp tolerated since \
         2026-11-01, when results were known already",
    );
    check(
        "L30",
        (&tolerated, &gave_way(Aim { tolerance: 2.0, ..aim(75.0, later) }, since, known)),
        (&tolerated, &of(KpiReview::default())),
        "28:10 the target of `fcr` was ≥ 75.0 % from a baseline of 70.0 %, and is ≥ 75.0 % from a baseline of 65.0 % since \
         2026-11-01, when results were known already",
    );
    let gated = format!("{SOUND}[[gate]]\nid = \"served\"\nname = \"Served\"\nmetric = \"fcr\"\nat_least = 60\n");
    let loosened = |gate: &str| Beside {
        reviews: Some(Reviews {
            definitions: definitions(),
            loosened: BTreeMap::from([(
                gate.to_owned(),
                GateChange { limit: 65.0, from: Date::constant(2026, 10, 1), to: Date::constant(2026, 11, 1) },
            )]),
            ..Reviews::default()
        }),
        ..Beside::default()
    };
    check(
        "L30",
        (&gated, &loosened("served")),
        (&gated, &loosened("other")),
        "50:1 the gate `served` lets more pass than when 1–31 Oct 2026 was closed: at least 60.0 %, and it was 65.0 %",
    );
    let template = changed(&[("\"approved\"", "\"template_default\"")]);
    let approved = |is_approved: bool| {
        let all = ["csat_t2b", "fcr", "cost_per_contact", "quality_score", "employee_satisfaction"];
        let review =
            |id: &str| (id.to_owned(), KpiReview { is_approved: is_approved || id != "fcr", ..KpiReview::default() });
        let kpis = all.into_iter().map(review).collect();
        Beside {
            reviews: Some(Reviews { kpis, definitions: definitions(), ..Reviews::default() }),
            ..Beside::default()
        }
    };
    check(
        "L12",
        (&template, &approved(false)),
        (&template, &approved(true)),
        "1:1 nobody has approved the KPI `fcr` of this card",
    );
    let told = found(&template, &approved(false)).into_iter().find(|finding| finding.rule == "L12");
    assert_eq!(
        told.map(|finding| finding.fix).as_deref(),
        Some(
            "go through parameters, weights and targets, set status = \"draft\" and approve it: crosscheck review approve \
             kpi:card/fcr --as NAME, or all of the card: crosscheck review approve card:card --as NAME"
        )
    );
}

#[test]
fn reviewers_who_are_not_known_to_agree() {
    let agreed = |contacts: u64, kappa: Option<f64>| Beside {
        calibration: Some(Calibration { contacts, kappa }),
        ..Beside::default()
    };
    let check = |contacts: u64, kappa: Option<f64>, expected: &str| {
        check("L24", (SOUND, &agreed(contacts, kappa)), (SOUND, &agreed(40, Some(0.6))), expected);
    };
    check(
        0,
        None,
        "36:1 in the last 90 days no contact was scored by two reviewers to compare them: whether those behind \
         `quality_score` agree is not known",
    );
    check(
        12,
        Some(0.594),
        "36:1 the reviewers behind `quality_score` agreed with a kappa of 0.59 over 12 contacts of the last 90 days, less \
         than 0.6",
    );
    // a card without a score of theirs has nothing to do with them
    let other = changed(&[("metric = \"quality_score\"", "metric = \"one_touch_rate\"")]);
    assert!(found(&other, &agreed(0, None)).iter().all(|finding| finding.rule != "L24"));
}

/// The rule is about definitions too: a card of one's own over those of the template is half untouched.
#[test]
fn definitions_that_nobody_approved() {
    let but = |untouched: &[&str]| {
        let mut known = definitions();
        known.retain(|id| !untouched.contains(&id.as_str()));
        Beside { reviews: Some(Reviews { definitions: known, ..Reviews::default() }), ..Beside::default() }
    };
    let all = but(&[]);
    for status in ["approved", "draft"] {
        let card = changed(&[("\"approved\"", &format!("\"{status}\""))]);
        let check = |untouched: &[&str], expected: &str| {
            check("L12", (&card, &but(untouched)), (&card, &all), expected);
        };
        check(&["fcr"], "1:1 nobody has approved the definition of `fcr`: it is the template's");
        check(
            &["fcr", "quality_score"],
            "1:1 nobody has approved the definitions of `fcr` and `quality_score`: they are the template's",
        );
    }
    // that of a gate counts, that of what only moves a KPI does not
    let gate = format!("{SOUND}[[gate]]\nmetric = \"compliance_rate\"\nname = \"Line\"\nat_least = 98\n");
    let expected = "1:1 nobody has approved the definition of `compliance_rate`: it is the template's";
    check("L12", (&gate, &but(&["compliance_rate", "aht"])), (&gate, &all), expected);
    // one rewritten here is no default
    let own = catalogue::DEFAULTS.iter().find(|(path, _)| path.ends_with("/fcr.toml")).unwrap().1;
    let rewritten = |status: &str| Beside {
        metrics: vec![("fcr", own.replace("status = \"template_default\"", &format!("status = \"{status}\"")))],
        ..but(&["fcr"])
    };
    let expected = "1:1 nobody has approved the definition of `fcr`: it is the template's";
    check("L12", (SOUND, &rewritten("template_default")), (SOUND, &rewritten("draft")), expected);
    // on a card of the template a KPI that is told of is not told of twice
    let template = changed(&[("\"approved\"", "\"template_default\"")]);
    let found = found(&template, &but(&["fcr"]));
    assert_eq!(found.iter().filter(|finding| finding.rule == "L12").count(), 1);
}
