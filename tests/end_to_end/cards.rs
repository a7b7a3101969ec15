//! Cards: what is in the headline, the table and the drill-down is the same; parts add up to the whole; what is asked
//! wrongly is answered clearly.

use end_to_end::{Server, Trial};
use serde_json::Value;

const COMPANY: &str = r#"title = "Company scorecard"
value_proposition = "Right, fast, at a cost we can sustain."
competes_on = { customer_experience = 0.7, cost = 0.3 }
[[objective]]
id = "once"
name = "Customers get it solved once"
[[factor]]
id = "authority"
name = "First-contact authority"
objective = "once"
[[perspective]]
id = "satisfaction"
name = "Satisfaction"
[[perspective]]
id = "cost"
name = "Cost"
floor = 10
[[kpi]]
metric = "csat_t2b"
name = "Customer satisfaction"
perspective = "satisfaction"
weight = 0.3
factor = "authority"
operational = ["dsat_rate"]
target = { value = 88, tolerance = 4, baseline = 60, stretch = 92, deadline = 2027-03-31, owner = "Ann" }
[[kpi]]
metric = "first_response_time"
perspective = "satisfaction"
weight = 0.2
target = { value = 7200, tolerance = 1800, baseline = 90000, owner = "Ann" }
[[kpi]]
metric = "nps"
perspective = "satisfaction"
weight = 0.2
target = { value = 60, owner = "Ann" }
[[kpi]]
metric = "unresolved_backlog"
perspective = "cost"
weight = 0.3
target = { value = 10, baseline = 2000, owner = "Ann" }
[[gate]]
metric = "tickets_created"
at_least = 1
[[pair]]
kpis = ["csat_t2b", "unresolved_backlog"]
wins = "csat_t2b"
[[left_out]]
kpi = "clv"
needs = ["order"]
"#;

/// The card of `team`, or of a channel where `only` says so.
fn child(title: &str, only: &str) -> String {
    format!(
        r#"title = "{title}"
value_proposition = "v"
parent = "company"
only = {{ {only} }}
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "csat_t2b"
name = "CSAT of {title}"
perspective = "p"
weight = 0.5
target = {{ value = 88, baseline = 60, owner = "Bo" }}
[[kpi]]
metric = "unresolved_backlog"
perspective = "p"
weight = 0.5
target = {{ value = 5, baseline = 500, owner = "Bo" }}
"#
    )
}

fn json(server: &Server, path: &str) -> (u16, Value) {
    let (status, _, body) = server.get(path);
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}\n{body}")))
}

fn found(server: &Server, path: &str) -> Value {
    let (status, body) = json(server, path);
    assert_eq!(status, 200, "{path}: {body}");
    body
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A demo with a company card and cards of two of its teams; its server, and the teams.
fn demo() -> (Trial, Server, [String; 2]) {
    let trial = Trial::demo(&["--tickets", "2500", "--months", "12", "--until", "2026-11-21", "--lean"]);
    let teams = trial.kpi(&["csat_t2b", "--range", "2026-10", "--grain", "total", "--by", "team"]);
    let mut teams: Vec<(u64, String)> = list(&teams[0]["rows"])
        .iter()
        .filter_map(|row| Some((row["n"].as_u64()?, row["by"]["team"].as_str()?.to_owned())))
        .collect();
    teams.sort();
    let [(_, second), (_, first)] = &teams[teams.len() - 2..] else { panic!("{teams:?}") };
    let teams = [first.clone(), second.clone()];
    for own in ["service", "orders_delivery", "returns", "billing", "technical", "agents"] {
        std::fs::remove_file(trial.path(&format!("scorecards/{own}.toml"))).expect("a card of the demo");
    }
    trial.write("scorecards/company.toml", COMPANY);
    for (name, team) in ["first", "second"].iter().zip(&teams) {
        let only = format!("team = {}", Value::String(team.clone()));
        trial.write(&format!("scorecards/{name}.toml"), child(&format!("Team {name}"), &only));
    }
    // what lint finds of so small cards apart, the files are sound
    let checked = trial.run(&["check"]);
    let is_code = |line: &&str| !line.is_empty() && line.chars().all(|one| one.is_ascii_lowercase() || one == '_');
    assert_eq!(checked.err.lines().filter(is_code).collect::<Vec<_>>(), [""; 0], "{}", checked.err);
    let server = Server::start(&trial);
    (trial, server, teams)
}

#[test]
fn headline_table_and_drill_down_are_the_same() {
    let (trial, server, _) = demo();
    let mut card = found(&server, "/api/scorecard?range=2026-10");
    // what lint finds stands beside the card
    let findings = card.as_object_mut().and_then(|card| card.remove("findings")).expect("findings");
    assert!(findings.as_array().is_some_and(|findings| findings.len() <= 3), "{findings}");
    let by_command: Value =
        serde_json::from_str(&trial.ok(&["scorecard", "--range", "2026-10", "--json"])).expect("JSON");
    assert_eq!(by_command, card);
    let kpis = list(&card["kpis"]);

    // the counts are those of the table
    let counts = card["counts"].as_object().expect("counts");
    for (status, count) in counts {
        let of_it = kpis.iter().filter(|kpi| kpi["status"] == status.as_str()).count();
        assert_eq!(count.as_u64(), Some(of_it as u64), "{status}");
    }
    assert_eq!(counts.values().filter_map(Value::as_u64).sum::<u64>(), kpis.len() as u64);

    // the total is the mean of the scores by weight, and so is each perspective's
    let mean = |of: &dyn Fn(&Value) -> bool| {
        let scored = kpis.iter().filter(|kpi| of(kpi) && !kpi["score"].is_null());
        let (weight, sum) = scored.fold((0.0, 0.0), |(weight, sum), kpi| {
            (weight + number(&kpi["weight"]), sum + number(&kpi["weight"]) * number(&kpi["score"]))
        });
        (sum / weight, weight)
    };
    let (uncapped, weight) = mean(&|_| true);
    let total = &card["total"];
    assert!((number(&total["uncapped"]) - uncapped).abs() < 1e-9, "{total} is not {uncapped}");
    assert!((number(&total["scored_weight"]) - weight).abs() < 1e-9, "{total} is not over {weight}");
    for perspective in list(&card["perspectives"]) {
        let (score, _) = mean(&|kpi| kpi["perspective"] == perspective["id"]);
        assert!((number(&perspective["score"]) - score).abs() < 1e-9, "{perspective} is not {score}");
    }
    // without a baseline there is no score: NPS weighs 0.2
    assert!((weight - 0.8).abs() < 1e-9 && kpis[2]["score"].is_null());
    // 60 → 88, by hand
    let csat = number(&kpis[0]["value"]);
    let by_hand = if csat <= 88.0 { (csat - 60.0) / 28.0 * 100.0 } else { 100.0 + (csat - 88.0) / 4.0 * 20.0 };
    assert!((number(&kpis[0]["score"]) - by_hand.clamp(0.0, 120.0)).abs() < 1e-9, "{}", kpis[0]);

    // each figure is the answer of its metric
    for kpi in kpis {
        let metric = kpi["metric"].as_str().expect("a metric");
        let answers = found(&server, &format!("/api/kpis/{metric}/answers?range=2026-10&grain=total"));
        let answer =
            list(&answers).iter().find(|answer| answer["statistic"] == kpi["statistic"]).expect("its statistic");
        for key in ["value", "n", "numerator", "denominator", "low", "high", "quality"] {
            assert_eq!(answer["rows"][0][key], kpi[key], "{metric} {key}");
        }
    }
    // and what the card says beside its figures
    assert_eq!(card["name"], "company");
    assert_eq!((&card["gates"][0]["status"], &card["gates"][0]["limit"]), (&"green".into(), &1.0.into()));
    assert_eq!(card["pairs"][0]["wins"], "csat_t2b");
    assert_eq!(card["left_out"][0]["needs"], serde_json::json!(["order"]));
    assert_eq!(kpis[0]["operational"][0]["metric"], "dsat_rate");
    let projection = &kpis[0]["projection"];
    assert_eq!(projection["deadline"], "2027-03-31", "{projection}");
    let chance = number(&projection["chance"]);
    let verdict = if chance >= 0.8 {
        "will make it"
    } else if chance <= 0.2 {
        "will not make it"
    } else {
        "unclear"
    };
    assert_eq!(projection["verdict"], verdict);
    assert!(number(&projection["low"]) <= number(&projection["value"]) && number(&projection["high"]) <= 100.0);
}

#[test]
fn parts_add_up_to_the_whole_to_the_digit() {
    let (trial, server, teams) = demo();
    for (kpi, has_line) in [("csat_t2b", true), ("nps", true), ("unresolved_backlog", false)] {
        let cascade = found(&server, &format!("/api/cascade?kpi={kpi}&range=2026-10"));
        assert_eq!(cascade["adds_up"], true, "{cascade}");
        let whole = found(&server, &format!("/api/kpis/{kpi}/answers?range=2026-10&grain=total"));
        let by_team = found(&server, &format!("/api/kpis/{kpi}/answers?range=2026-10&grain=total&by=team"));
        let rows = list(&by_team[0]["rows"]);
        let keys: &[&str] = if has_line { &["numerator", "denominator"] } else { &["value"] };
        for key in keys {
            // the parts are the rows of their teams, the rest is all the others, the sum is the whole
            let of = |wanted: &dyn Fn(&Value) -> bool| -> f64 {
                rows.iter().filter(|row| wanted(&row["by"]["team"])).filter_map(|row| row[key].as_f64()).sum()
            };
            for (part, team) in list(&cascade["parts"]).iter().zip(&teams) {
                assert_eq!(number(&part[key]), of(&|found| found == team.as_str()), "{kpi} {key} of {team}");
            }
            let others = of(&|found| teams.iter().all(|team| found != team.as_str()));
            assert_eq!(number(&cascade["rest"][key]), others, "{kpi} {key} of nobody");
            let parts: f64 = list(&cascade["parts"]).iter().map(|part| number(&part[key])).sum();
            assert_eq!(parts + others, number(&cascade["total"][key]), "{kpi} {key}");
            assert_eq!(cascade["total"][key], whole[0]["rows"][0][key], "{kpi} {key}");
        }
        // each part is what its own card shows
        for (part, card) in list(&cascade["parts"]).iter().zip(["first", "second"]) {
            assert_eq!(part["card"], card);
            let card = found(&server, &format!("/api/scorecard?card={card}&range=2026-10"));
            let shown = list(&card["kpis"]).iter().find(|shown| shown["metric"] == kpi);
            assert!(shown.is_none_or(|shown| shown["value"] == part["value"] && shown["n"] == part["n"]), "{card}");
            assert_eq!(card["parent"], "company");
        }
        // and so do the values of a dimension
        let channels = found(&server, &format!("/api/cascade?kpi={kpi}&by=channel&range=2026-10"));
        assert_eq!((&channels["adds_up"], &channels["by"]), (&true.into(), &"channel".into()), "{channels}");
    }
    let median = found(&server, "/api/cascade?kpi=first_response_time&range=2026-10");
    assert_eq!((&median["adds_up"], &median["rest"]), (&false.into(), &Value::Null));
    assert!(
        median["note"].as_str().is_some_and(|note| note.starts_with("the median of the whole does not follow")),
        "{median}"
    );
    let text = trial.ok(&["cascade", "csat_t2b", "--range", "2026-10"]);
    for words in [
        "Team first",
        "Team second",
        "On none of these cards",
        "= Company scorecard",
        "100.0 %",
        "numerator  denominator",
        "The figure is the numerator ÷ the denominator (of a share: how many of how many).",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let median = trial.ok(&["cascade", "first_response_time", "--range", "2026-10"]);
    assert_eq!(median.matches("add up").count(), 1, "{median}");
    // a KPI that is on another card: which
    let elsewhere = trial.run(&["cascade", "first_response_time", "--card", "first"]);
    assert!(elsewhere.err.contains("it is on the card `company`: name that card"), "{}", elsewhere.err);
}

/// Below a team stands one card for all of its agents: the parts of the team's figure are they, and not that card.
#[test]
fn the_parts_of_a_team_are_its_agents() {
    let (trial, _, teams) = demo();
    let only = format!("team = {}", Value::String(teams[0].clone()));
    let agents = child("Agents", &only).replace("parent = \"company\"", "level = \"agent\"\nparent = \"first\"");
    trial.write("scorecards/agents.toml", agents);
    let out = trial.ok(&["cascade", "csat_t2b", "--card", "first", "--range", "2026-10", "--json"]);
    let cascade: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&cascade["by"], &cascade["adds_up"]), (&"agent".into(), &true.into()), "{cascade}");
    assert!(list(&cascade["parts"]).len() > 1, "{cascade}");
    for key in ["numerator", "denominator"] {
        let sum: f64 = list(&cascade["parts"]).iter().chain([&cascade["rest"]]).map(|part| number(&part[key])).sum();
        assert_eq!(sum, number(&cascade["total"][key]), "{cascade}");
    }
}

#[test]
fn cards_are_listed_and_paths_told() {
    let (trial, server, teams) = demo();
    let cards = found(&server, "/api/cards");
    let names: Vec<&str> = list(&cards).iter().filter_map(|card| card["name"].as_str()).collect();
    assert_eq!(names, ["company", "first", "second"]);
    assert_eq!((&cards[1]["level"], &cards[1]["parent"]), (&"team".into(), &"company".into()));
    assert_eq!(cards[1]["only"]["team"][0], teams[0].as_str());

    let card = found(&server, "/api/scorecard?card=first&range=2026-10");
    assert_eq!(
        (&card["name"], &card["level"], &card["kpis"][0]["serves"]),
        (&"first".into(), &"team".into(), &"csat_t2b".into())
    );
    // the targets of a team's card are the team's; those of a part of it are not
    assert!(!card["kpis"][1]["target"].is_null());
    let part = found(&server, "/api/scorecard?card=first&range=2026-10&only=channel%3Demail");
    assert_eq!(part["kpis"][1]["reason"], "the target is for all of it");
    assert_eq!(part["only"]["team"][0], teams[0].as_str());

    let map = found(&server, "/api/strategy?range=2026-10");
    let kpi = &map["objectives"][0]["factors"][0]["kpis"][0];
    assert_eq!((&kpi["id"], &kpi["kind"]), (&"csat_t2b".into(), &"kpi".into()));
    assert_eq!(kpi["operational"][0]["id"], "dsat_rate");
    assert_eq!(map["competes_on"][0]["id"], "customer_experience");
    assert_eq!(list(&map["children"]).len(), 2);
    let path = [
        "“Customer satisfaction” measures “First-contact authority”.",
        "“Customers get it solved once” depends on “First-contact authority”.",
        "“Customers get it solved once” is an objective of “Company scorecard”.",
        "The promise: “Right, fast, at a cost we can sustain.”",
    ];
    assert_eq!(kpi["path"], serde_json::json!(path));
    let why = trial.ok(&["why", "dsat_rate"]);
    assert!(path.iter().all(|sentence| why.contains(sentence)), "{why}");
    let why = trial.ok(&["why", "csat_t2b", "--card", "first"]);
    assert!(why.contains("On “Company scorecard” it serves “Customer satisfaction”."), "{why}");
}

#[test]
fn the_cards_of_the_demo_are_sound_and_reach_from_the_company_to_its_agents() {
    let trial = Trial::demo(&["--tickets", "4000", "--months", "13", "--until", "2026-11-01"]);
    // lint included: only cards with errors fail it
    let checked = trial.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    let server = Server::start(&trial);
    let cards = found(&server, "/api/cards");
    let names: Vec<&str> = list(&cards).iter().filter_map(|card| card["name"].as_str()).collect();
    assert_eq!(names, ["company", "service", "billing", "orders_delivery", "returns", "technical", "agents"]);
    let why = trial.ok(&["why", "csat_t2b", "--card", "billing"]);
    assert!(why.contains("“Customer service”") && why.contains("“Company scorecard”"), "{why}");
    // every team's answers are on one of the cards below
    let cascade = found(&server, "/api/cascade?card=service&kpi=csat_t2b&range=2026-10");
    assert_eq!(cascade["adds_up"], true, "{cascade}");
    let report = trial.ok(&["report", "team", "--card", "returns", "--period", "2026-10", "--format", "md"]);
    assert!(report.contains("Returns, October 2026") && report.contains("Made easy"), "{report}");
    let teams = trial.ok(&["report", "manager", "--period", "2026-10", "--format", "csv", "--sheet", "teams"]);
    assert!(teams.contains("Customer satisfaction,csat_t2b,percent,Orders & Delivery,"), "{teams}");
}

#[test]
fn a_red_gate_is_named_first_and_caps_the_total() {
    let trial = Trial::demo(&["--tickets", "800", "--months", "3", "--until", "2026-11-21", "--lean"]);
    let red = COMPANY.replace(
        "metric = \"tickets_created\"\nat_least = 1",
        "metric = \"tickets_created\"\nname = \"Few tickets\"\nat_most = 1",
    );
    trial.write("scorecards/company.toml", red.replace("baseline = 2000", "baseline = 20000"));
    let text = trial.ok(&["scorecard", "--range", "2026-10"]);
    let first = text.lines().skip_while(|line| !line.is_empty()).nth(1).expect("a headline");
    assert!(first.starts_with("✗ Few tickets: ") && first.ends_with("the total is capped at 60"), "{text}");
    let card: Value = serde_json::from_str(&trial.ok(&["scorecard", "--range", "2026-10", "--json"])).expect("JSON");
    let total = &card["total"];
    assert_eq!((&total["caps"][0]["kind"], &total["caps"][0]["at"]), (&"gate".into(), &60.0.into()));
    assert_eq!(number(&total["score"]), number(&total["uncapped"]).min(60.0), "{total}");
}

#[test]
fn what_is_asked_wrongly_is_answered_clearly() {
    let trial = Trial::new("UTC");
    trial.write("scorecards/company.toml", COMPANY);
    trial.write("scorecards/billing.toml", child("Billing", "team = \"Billing\""));
    trial.write("scorecards/broken.toml", "title = 7\n");
    let check = |arguments: &[&str], code: i32, words: &[&str]| {
        let ran = trial.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?} {ran:?}");
        let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.iter().all(|words| said.contains(words)), "{arguments:?} {said}");
    };
    check(&["scorecard", "--card", "biling"], 1, &["there is no card `biling`", "perhaps `billing`"]);
    check(&["scorecard", "--card", "broken"], 1, &["`title` is integer, not text"]);
    check(
        &["scorecard", "--card", "billing", "--only", "team=Sales"],
        2,
        &["`billing` is held to another team", "`Billing`"],
    );
    check(
        &["cascade", "csat", "--card", "billing"],
        1,
        &["there is no KPI `csat` on the card `billing`", "`csat_t2b`"],
    );
    check(&["cascade", "csat_t2b", "--by", "teams"], 2, &["`teams`", "`team`"]);
    check(&["why", "csta_t2b"], 2, &["csta_t2b"]);
    check(&["why", "aht"], 1, &["`aht` is on no card"]);
    check(&["why", "nps", "--card", "billing"], 1, &["`nps` is not on that card"]);

    let server = Server::start(&trial);
    let status = |path: &str, status: u16, words: &str| {
        let (found, body) = json(&server, path);
        assert_eq!(found, status, "{path} {body}");
        assert!(body.to_string().contains(words), "{path} {body}");
    };
    status("/api/scorecard?card=biling", 404, "perhaps `billing`");
    status("/api/scorecard?kpi=nps", 400, "`kpi` cannot be asked of this");
    status("/api/strategy?card=biling", 404, "there is no card `biling`");
    status("/api/strategy?only=team", 400, "`only` cannot be asked of this");
    status("/api/cascade", 400, "`kpi` is missing");
    status("/api/cascade?kpi=csat", 404, "there is no KPI `csat`");
    status("/api/cascade?kpi=nps&by=team,channel", 400, "by one dimension");
    status("/api/cascade?kpi=nps&cards=x", 400, "`cards` is not part of a question");
}
