//! Rules over what is written.

use super::*;

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
        "1:1 nobody has approved the KPIs `csat_t2b`, `fcr`, `cost_per_contact`, `quality_score` and `employee_satisfaction` of this card",
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
        "29:1 which operational metrics move `cost_per_contact` is not said; by its definition `aht`, `occupancy`, `self_service_resolution_rate` and `shrinkage` do",
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
    // how many there are of something is no value either, unless fewer are better
    let stock = |metric: &str, target: &str| {
        changed(&[
            ("metric = \"fcr\"", &format!("metric = \"{metric}\"")),
            ("value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\"", target),
        ])
    };
    check(
        "L15",
        (&stock("active_customers", "value = 75, baseline = 70"), &none),
        (&stock("unresolved_backlog", "value = 65, baseline = 70"), &none),
        "22:1 `active_customers` is a volume: it says how many there are, whatever comes of it",
    );
    // nor is what is added up of such; a difference is none
    let derived = |formula: &str| Beside {
        metrics: vec![(
            "both",
            format!(
                "id = \"both\"\nname = \"Both\"\nmeaning = \"m\"\nstatus = \"draft\"\nversion = 1\neffective = 2026-01-01\n\
                 unit = \"count\"\ndirection = \"up\"\nperspectives = [\"quality\"]\naudience = [\"executive\"]\n\
                 channels = [\"all\"]\ncounterbalances = [\"csat_t2b\"]\n[measure]\nkind = \"derived\"\n\
                 value = \"{formula}\"\n[measure.of]\na = \"tickets_solved\"\nb = \"contacts_handled\"\n"
            ),
        )],
        ..Beside::default()
    };
    let card = changed(&[("metric = \"fcr\"", "metric = \"both\"")]);
    for other in ["a - b", "100 * a / b"] {
        check(
            "L15",
            (&card, &derived("a + b")),
            (&card, &derived(other)),
            "22:1 `both` is a volume: it grows with the work, whatever comes of it",
        );
    }
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
    // a filter that leaves random samples only is as good as a definition that does; another is not
    let held = |filter: &str| {
        changed(&[(
            "metric = \"quality_score\"",
            &format!("metric = \"protocol_adherence\"\nvariant = \"all_reviews\"\nwhere = \"{filter}\""),
        )])
    };
    check(
        "L23",
        (&held("sampling <> 'targeted'"), &none),
        (&held("sampling = 'random' and team = 'Billing'"), &none),
        "36:1 `protocol_adherence` includes samples that were not drawn at random: sampling is any",
    );
    let shipped = |id: &str| {
        let file = format!("/{id}.toml");
        catalogue::DEFAULTS.iter().find(|(path, _)| path.ends_with(&file)).unwrap().1
    };
    let populated = |population: &str| {
        let text = shipped("critical_error_free_rate");
        let of = "population = \"sampling = 'random' and not is_test\"";
        assert_eq!(text.matches(of).count(), 1);
        let own = text.replace(of, &format!("population = \"{population}\""));
        // its examples are of other rows
        let own = own.split("[[example]]").next().unwrap().to_owned();
        Beside { metrics: vec![("critical_error_free_rate", own)], ..Beside::default() }
    };
    let card = changed(&[("metric = \"quality_score\"", "metric = \"critical_error_free_rate\"")]);
    for random in [
        "sampling='random' and not is_test",
        "sampling in ('random')",
        "not is_test and ('random' = sampling)",
        "coalesce(sampling = 'random', false)",
        "(sampling = 'random' or sampling = 'all') and not is_test",
    ] {
        check(
            "L23",
            (&card, &populated("sampling = 'random' or sampling = 'targeted'")),
            (&card, &populated(random)),
            "36:1 `critical_error_free_rate` includes samples that were not drawn at random: the population of its \
             definition lets others in",
        );
    }
    check(
        "L23",
        (&card, &populated("not is_test")),
        (&card, &none),
        "36:1 `critical_error_free_rate` includes samples that were not drawn at random: its definition does not ask how \
         they were chosen",
    );
    let told = found(&held("team = 'Billing'"), &none).into_iter().find(|finding| finding.rule == "L23");
    assert_eq!(
        told.map(|finding| finding.fix).as_deref(),
        Some(
            "write parameters = { sampling = \"random\" } on the KPI, in place of a variant that says otherwise: what was \
             picked for coaching or on suspicion says nothing about the rest"
        )
    );
    // a week has 7 days
    fails(
        "L29",
        &[("metric = \"fcr\"", "metric = \"fcr\"\ncadence = \"weekly\"\nparameters = { window_days = 14 }")],
        "22:1 `fcr` is reviewed weekly, and a figure of it is whole after 14 days",
    );
    // whether they buy again within a year is known after a year; a review each year can be had
    let again = |more: &str| changed(&[("metric = \"fcr\"", &format!("metric = \"repeat_purchase_ratio\"\n{more}"))]);
    let within = |more: &str| found(&again(more), &none).into_iter().find(|finding| finding.rule == "L29");
    let told = within("cadence = \"quarterly\"").map(|finding| (finding.message, finding.fix)).unwrap();
    assert_eq!(told.0, "`repeat_purchase_ratio` is reviewed quarterly, and a figure of it is whole after 365 days");
    assert_eq!(told.1, "set cadence = \"yearly\", or take a variant or parameters that wait for less");
    assert_eq!(within("cadence = \"yearly\""), None);
    assert_eq!(within("cadence = \"quarterly\"\nvariant = \"quarter\""), None);
    // nobody reviews more seldom than once a year
    let told = within("cadence = \"yearly\"\nparameters = { horizon_days = 730 }").map(|finding| finding.fix);
    assert_eq!(told.as_deref(), Some("review it less often, or by a variant or parameters that wait for less"));
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

/// Two promises of one metric are two figures.
#[test]
fn one_metric_asked_twice() {
    let none = Beside::default();
    let twice = |second: &str| {
        changed(&[
            ("metric = \"fcr\"", "metric = \"sla_compliance\"\nid = \"first\"\nvariant = \"first_reply\""),
            ("metric = \"quality_score\"", &format!("metric = \"sla_compliance\"\nid = \"second\"\n{second}")),
        ])
    };
    check(
        "L19",
        (&twice("variant = \"first_reply\""), &none),
        (&twice("variant = \"resolution\""), &none),
        "38:1 `first` and `second` count the same twice: they are one metric",
    );
    let same = "variant = \"first_reply\"\nwhere = \"channel = 'chat'\"";
    assert!(found(&twice(same), &none).iter().all(|finding| finding.rule != "L19"));
}

#[test]
fn rules_of_a_target() {
    let target = |rule: &str, to: &str, expected: &str| fails(rule, &[(TARGET, to)], expected);
    target(
        "L05",
        "",
        "29:1 `cost_per_contact` has no target, as target = { value = …, tolerance = … }, in the organisation's currency: its status will be \"no target\"",
    );
    target(
        "L06",
        "target = { value = 4, baseline = 5, baseline_n = 900, owner = \"Ben\" }",
        "35:10 by when `cost_per_contact` is to be reached is not said",
    );
    // today is 1 December
    target(
        "L31",
        "target = { value = 4, baseline = 5, baseline_n = 900, deadline = 2026-11-30, owner = \"Ben\" }",
        "35:10 `cost_per_contact` was to be reached by 30 Nov 2026",
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
    let gate = "[[gate]]\nmetric = \"fcr\"\nat_least = 40\n[[kpi]]\nmetric = \"csat_t2b\"";
    let kpi = "[[kpi]]\nmetric = \"csat_t2b\"";
    let gated = |owner: &str| changed(&[(kpi, gate), ("status =", &format!("{owner}status ="))]);
    let (nobody, one) = (gated(""), gated("owner = \"Eve\"\n"));
    check(
        "L07",
        (&nobody, &Beside::default()),
        (&one, &Beside::default()),
        "1:1 nobody answers for the card, and is told where one of its gates is red",
    );
    check(
        "L07",
        (&gated("owner = \"Board and staff\"\n"), &Beside::default()),
        (&one, &Beside::default()),
        "1:1 \"Board and staff\" answers for the card: where several do, nobody does",
    );
    assert!(found(&nobody, &Beside::default()).iter().all(|one| one.severity == Severity::Warning));
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
    // customers who stay may pay more than all paid before, and whoever stays cannot be more than all
    let nothing = Beside::default();
    let revenue = |metric: &str| {
        let metric = format!("metric = \"{metric}\"");
        let target = |of: &str| format!("{of}, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }}");
        let (from, to) = (target("value = 75, baseline = 70"), target("value = 100, baseline = 99"));
        changed(&[("metric = \"fcr\"", &metric), (&from, &to)])
    };
    check(
        "L27",
        (&revenue("grr"), &nothing),
        (&revenue("nrr"), &nothing),
        "28:10 ≥ 100.0 % of `grr` is met by not counting",
    );
    // what others publish of first-contact resolution is asked of customers, and ours is not
    fails(
        "L22",
        &[(
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }",
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\", from = \"benchmark\" }",
        )],
        "28:10 the target of `fcr` is a figure of others; what others publish of it differs: asked of customers after the call; ours counts whether they came again",
    );
    // what others publish of revenue that is kept is of a year
    let yearly = changed(&[
        ("metric = \"fcr\"", "metric = \"grr\""),
        (
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\" }",
            "value = 75, baseline = 70, baseline_n = 900, deadline = 2027-12-31, owner = \"Ann\", from = \"benchmark\" }",
        ),
    ]);
    check(
        "L22",
        (&yearly, &nothing),
        (SOUND, &nothing),
        "28:10 the target of `grr` is a figure of others; what others publish of it differs: customers of a year before; here those at the start of the period asked for, as a month",
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
    // held to one agent it is the card of one, whatever its level says; of two it is not
    let one = |agents: &str| format!("only = {{ agent = {agents} }}\n{handled}");
    check(
        "L17",
        (&one("[\"a1\"]"), &none),
        (&one("[\"a1\", \"a2\"]"), &none),
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

/// Of two promises above the one that is asked alike is served; another one only where somebody says so.
#[test]
fn of_several_above_the_one_asked_alike_is_served() {
    let promise = |id: &str, variant: &str| {
        let text = format!("metric = \"sla_compliance\"\nid = \"{id}\"\nvariant = \"{variant}\"");
        ("metric = \"fcr\"".to_owned(), text)
    };
    let card = |changes: &[(String, String)]| {
        changed(&changes.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect::<Vec<_>>())
    };
    let second = ("metric = \"quality_score\"".to_owned(), promise("resolved", "resolution").1);
    let above = card(&[promise("replied", "first_reply"), second]);
    let below = |variant: &str, more: &str| {
        let (from, to) = promise("own", variant);
        format!("parent = \"company\"\nlevel = \"team\"\n{}", card(&[(from, format!("{to}{more}"))]))
    };
    let check = |variant: &str, more: &str, served: Option<&str>, told: &[&str]| {
        let beside = Beside { above: Some(above.clone()), ..Beside::default() };
        let text = below(variant, more);
        let found = super::found(&text, &beside).into_iter().filter(|finding| finding.rule == "L20");
        assert_eq!(found.map(|finding| finding.message).collect::<Vec<_>>(), told, "{variant}{more}");
        let (below, above) = (definition(&text), crate::fixture::named("company", &above));
        let own = below.kpis.iter().find(|kpi| kpi.id == "own").unwrap();
        assert_eq!(crate::card::served(own, &above).as_deref(), served, "{variant}{more}");
    };
    check("first_reply", "", Some("replied"), &[]);
    check("resolution", "", Some("resolved"), &[]);
    check("resolution", "\nwhere = \"team = 'Billing'\"", Some("resolved"), &[]);
    check("closed_only", "", None, &[]);
    check(
        "resolution",
        "\nserves = \"replied\"",
        Some("replied"),
        &["`own` here and `replied` above it are of one metric, with promise resolution and first_reply"],
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
        let of = "[measure.of]\na = \"csat_t2b\"\nb = \"fcr\"\nn = \"tickets_created\"\nm = \"tickets_solved\"\n";
        let head = "id = \"both\"\nname = \"Both\"\nmeaning = \"m\"\nstatus = \"draft\"\nversion = 1\neffective = 2026-01-01\nunit = \"percent\"\ndirection = \"up\"\nperspectives = [\"quality\"]\naudience = [\"executive\"]\nchannels = [\"all\"]\ncounterbalances = [\"csat_t2b\"]\n";
        own("both", format!("{head}[measure]\nkind = \"derived\"\nvalue = \"{formula}\"\n{of}"))
    };
    check(
        "L28",
        (&card, &made("(a + b) / 2 + 0 * (n + m)")),
        (&card, &made("(a * n + b * m) / (n + m)")),
        "13:1 the formula of `both` adds up a and b, each a rate, mean or quantile of cases of its own: one of few counts as much as one of many",
    );
    for averaged in ["0.5 * a + b * 0.5", "a / 2 + b / 2", "coalesce(a, 0) + coalesce(b, 0)"] {
        check(
            "L28",
            (&card, &made(&format!("{averaged} + 0 * (n + m)"))),
            (&card, &made("(a * n + b * m) / (n + m)")),
            "13:1 the formula of `both` adds up a and b, each a rate, mean or quantile of cases of its own: one of few counts as much as one of many",
        );
    }
    let quotient = |id: &str, unit: &str, formula: &str, of: &str| {
        let head = "name = \"m\"\nmeaning = \"m\"\nstatus = \"draft\"\nversion = 1\neffective = 2026-01-01\ndirection = \"up\"\nperspectives = [\"quality\"]\naudience = [\"executive\"]\nchannels = [\"all\"]\ncounterbalances = [\"csat_t2b\"]\n";
        format!(
            "id = \"{id}\"\nunit = \"{unit}\"\n{head}[measure]\nkind = \"derived\"\nvalue = \"{formula}\"\n[measure.of]\n{of}"
        )
    };
    let told = |unit: &str, formula: &str, of: &str| -> Vec<String> {
        let beside = own("both", quotient("both", unit, formula, of));
        let found = found(&card, &beside).into_iter().filter(|finding| finding.rule == "L28");
        found.map(|finding| finding.message.split(", each").next().unwrap_or_default().to_owned()).collect()
    };
    let adds = ["the formula of `both` adds up a and b"];
    // what a contact and an issue cost, complaints and contacts for each of something
    let costs = "a = \"cost_per_contact\"\nb = \"cost_per_resolution\"\n";
    assert_eq!(told("currency", "(a + b) / 2", costs), adds);
    assert_eq!(told("count", "(a + b) / 2", "a = \"complaint_rate\"\nb = \"contact_rate\"\n"), adds);
    assert_eq!(told("percent", "100 - (a + b) / 2", "a = \"csat_t2b\"\nb = \"fcr\"\n"), adds);
    // who is content and who is not are of the same answers; those to another survey are not
    assert_eq!(told("percent", "100 - (a + b)", "a = \"csat_t2b\"\nb = \"dsat_rate\"\n"), [""; 0]);
    let boxes = "a = \"csat_t2b\"\nb = { metric = \"csat_t2b\", variant = \"top_box\" }\n";
    assert_eq!(told("percent", "(a + b) / 2", boxes), [""; 0]);
    let other = "a = \"csat_t2b\"\nb = { metric = \"dsat_rate\", parameters = { instrument = \"csat_chat\" } }\n";
    assert_eq!(told("percent", "100 - (a + b)", other), adds);
    // sums of counts are counts, and a difference of such
    let counts = "a = \"tickets_created\"\nb = \"net_flow\"\n";
    assert_eq!(told("count", "a + b", counts), [""; 0]);
    // a mean of means below another
    let nested = Beside {
        metrics: vec![
            ("both", quotient("both", "percent", "100 - c", "c = \"inner\"\n")),
            ("inner", quotient("inner", "percent", "(a + b) / 2", "a = \"csat_t2b\"\nb = \"fcr\"\n")),
        ],
        ..Beside::default()
    };
    let found_nested: Vec<String> =
        found(&card, &nested).into_iter().filter(|one| one.rule == "L28").map(|one| one.message).collect();
    assert_eq!(
        found_nested,
        [
            "the formula of `inner`, of which `both` is made, adds up a and b, each a rate, mean or quantile of cases of its \
             own: one of few counts as much as one of many"
        ]
    );
    for sound in ["a - b", "100 - a + 0 * (n + m) * b", "case when n > m then a else b end"] {
        assert!(found(&card, &made(sound)).iter().all(|finding| finding.rule != "L28"), "{sound}");
    }
}

/// A part may be held by its KPIs' own `where`; what counts something else than the card above may not.
#[test]
fn a_filter_that_differs_from_the_card_above() {
    let filtered = |filters: &[(&str, &str)]| {
        let mut text = SOUND.to_owned();
        for (metric, filter) in filters {
            let line = format!("metric = \"{metric}\"\n");
            text = text.replace(&line, &format!("{line}where = \"{filter}\"\n"));
        }
        text
    };
    let found = |head: &str, own: &[(&str, &str)], above: &[(&str, &str)]| -> Vec<String> {
        let card = format!("parent = \"company\"\nlevel = \"team\"\n{head}{}", filtered(own));
        let beside = Beside { above: Some(filtered(above)), ..Beside::default() };
        let found = super::found(&card, &beside).into_iter().filter(|finding| finding.rule == "L20");
        found.map(|finding| finding.message.replace(" here and ", " / ")).collect()
    };
    let sound = |head: &str, own: &[(&str, &str)], above: &[(&str, &str)]| {
        assert_eq!(found(head, own, above), [""; 0], "{head} {own:?} {above:?}");
    };
    let differs = |head: &str, own: &[(&str, &str)], above: &[(&str, &str)], expected: &str| {
        assert_eq!(found(head, own, above), [expected], "{head} {own:?} {above:?}");
    };
    const BILLING: &str = "team = 'Billing'";
    let whole = [("csat_t2b", BILLING), ("fcr", BILLING), ("cost_per_contact", BILLING), ("quality_score", BILLING)];
    let only = "only = { team = \"Billing\" }\n";
    // a team by the `where` of all its KPIs, of most of them, or by `only`
    sound("", &whole, &[]);
    sound("", &whole[..3], &[]);
    sound("", &whole[..1], &[]);
    sound(only, &[], &[]);
    // a part that only one of its KPIs can be held to
    sound("", &[("quality_score", "reviewer = 'Ann'")], &[]);
    // one that counts the phone only, where the others count all that the team does
    differs(
        only,
        &[("fcr", "channel = 'phone'")],
        &[],
        "`fcr` / `fcr` above it are of one metric, with where `channel = 'phone'` and none",
    );
    // what is left out is a definition of its own, whatever the team
    differs(
        "",
        &[("csat_t2b", BILLING), ("fcr", "team = 'Billing' and issue <> 'spam'"), ("quality_score", BILLING)],
        &[],
        "`fcr` / `fcr` above it are of one metric, with where `team = 'Billing' and issue <> 'spam'` and none",
    );
    // what the card above leaves out counts here
    differs(
        only,
        &[],
        &[("fcr", "issue <> 'spam'")],
        "`fcr` / `fcr` above it are of one metric, with where none and `issue <> 'spam'`",
    );
    sound(only, &[("fcr", "issue <> 'spam'")], &[("fcr", "issue<>'spam'")]);
    let spam = [whole[0], ("fcr", "team = 'Billing' and issue <> 'spam'"), whole[2], whole[3]];
    sound("", &spam, &[("fcr", "issue <> 'spam'")]);
    // a part of what the card above counts
    sound("only = { channel = \"phone\" }\n", &[], &[("fcr", "channel in ('phone', 'chat')")]);
    let phone = ["csat_t2b", "fcr", "cost_per_contact", "quality_score"].map(|metric| (metric, "channel = 'phone'"));
    sound("", &phone, &[("fcr", "channel in ('phone', 'chat')")]);
}
