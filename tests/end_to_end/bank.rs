//! A bank's month-end: regulated compliance is chosen, two people approve the targets, a month is closed, a late complaint
//! restates it, one critical breach turns the total red, and the report traces each figure to definition, approver and rows.

use end_to_end::Trial;
use serde_json::{Value, json};

const MONTH: [&str; 2] = ["--range", "2026-09"];

fn card(trial: &Trial) -> Value {
    let out = trial.ok(&[&["scorecard", "--json"], &MONTH[..]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}\n{out}"))
}

fn kpi<'c>(card: &'c Value, metric: &str) -> &'c Value {
    let found = card["kpis"].as_array().and_then(|kpis| kpis.iter().find(|kpi| kpi["metric"] == metric));
    found.unwrap_or_else(|| panic!("no {metric} in {card}"))
}

/// Takes away what the people of the sample wrote and did: the bank begins with the records alone.
fn leave_records_only(trial: &Trial) {
    for folder in ["scorecards", "initiatives", "decisions"] {
        std::fs::remove_dir_all(trial.path(folder)).expect("a folder of the sample");
    }
    std::fs::remove_file(trial.path("data/app.db")).expect("the journal of the sample");
    for beside in ["data/app.db-wal", "data/app.db-shm"] {
        let _ = std::fs::remove_file(trial.path(beside));
    }
}

/// Gives every target of the card an owner, and those KPIs one that their history cannot give.
fn set_targets(trial: &Trial) {
    let path = trial.path("scorecards/company.toml");
    let text = std::fs::read_to_string(&path).expect("the card");
    let owned = text.replace("from = \"own\" }", "from = \"own\", owner = \"Head of service\" }");
    let target = |metric: &str, target: &str, text: &str| {
        let at = text.find(&format!("metric = \"{metric}\"")).unwrap_or_else(|| panic!("no {metric}\n{text}"));
        let entry = &text[at..at + text[at..].find("\n[[").unwrap_or(text.len() - at)];
        let kept: Vec<&str> = entry.trim_end().lines().filter(|line| !line.starts_with("target = ")).collect();
        let mine = format!(
            "{}\ntarget = {{ {target}, deadline = 2027-06-30, owner = \"Head of compliance\" }}\n",
            kept.join("\n")
        );
        text.replacen(entry, &mine, 1)
    };
    let text = target("compliance_rate", "value = 99, tolerance = 1, baseline = 95, stretch = 99.5", &owned);
    let text = target("agent_attrition", "value = 20, tolerance = 5, baseline = 30, stretch = 15", &text);
    std::fs::write(path, text).expect("written");
}

#[test]
fn a_month_end_of_a_bank() {
    let trial = Trial::demo(&["--tickets", "4000", "--months", "8", "--until", "2026-11-01"]);
    leave_records_only(&trial);
    let said = trial.ok(&[
        "card",
        "new",
        "--compete-on",
        "compliance",
        "--industry",
        "financial_services",
        "--deadline",
        "2027-06-30",
    ]);
    assert!(said.contains("compliance_rate") && said.contains("note: not measured by any definition here"), "{said}");
    set_targets(&trial);
    let checked = trial.run(&["check"]);
    assert!(checked.code == Some(0) && checked.err.contains("untouched template default"), "{checked:?}");

    // nothing is adopted silently, and it takes two
    assert_eq!(card(&trial)["approval"]["status"], "template default");
    let first = trial.ok(&["review", "approve", "card:company", "--as", "Anna", "--reason", "decided by the board"]);
    assert!(first.contains("once a second person"), "{first}");
    assert_eq!(card(&trial)["approval"]["waits_for_second"], "Anna");
    let again = trial.run(&["review", "approve", "card:company", "--as", "anna"]);
    assert!(again.code != Some(0) && again.err.contains("a second person is another name"), "{again:?}");
    trial.ok(&["review", "approve", "card:company", "--as", "Bert"]);
    let approved = card(&trial);
    assert_eq!(approved["approval"]["status"], "approved");
    assert!(
        approved["kpis"].as_array().expect("KPIs").iter().all(|kpi| kpi["approval"]["status"] == "approved"),
        "{approved}"
    );

    // the definitions behind it are signed in one go, each for itself, by two people as well
    let whole = |name: &'static str| ["review", "approve", "card:company", "--with-definitions", "--as", name];
    let first = trial.ok(&whole("Anna"));
    assert!(
        first.contains("metric:complaint_rate: approved") && first.contains("metric:critical_breaches: approved"),
        "{first}"
    );
    assert!(first.contains("definitions that wait for a second person: metric:"), "{first}");
    let second = trial.ok(&whole("Bert"));
    assert_eq!(second.matches(": approved").count(), first.matches(": approved").count(), "{second}");
    assert!(!second.contains("wait for a second") && !second.contains("not signed"), "{second}");
    let again = trial.run(&whole("Bert"));
    assert!(again.code != Some(0) && again.err.contains("already"), "{again:?}");
    let other = ["review", "approve", "metric:fcr", "--with-definitions", "--as", "Anna"];
    assert!(trial.run(&other).err.contains("as card:company; metric:fcr is none"));
    let checked = trial.run(&["check"]);
    assert!(!checked.err.contains("untouched template default"), "{}", checked.err);

    // October is not settled, September is closed
    let early = trial.run(&["close", "2026-10", "--as", "Anna"]);
    assert!(early.code != Some(0) && early.err.contains("not settled"), "{early:?}");
    trial.ok(&["close", "2026-09", "--as", "Anna"]);
    let closed = card(&trial);
    let gates = closed["gates"].as_array().expect("gates");
    assert!(gates.iter().all(|gate| gate["status"] == "green"), "{gates:?}");

    // a complaint of September that comes late
    let before = kpi(&closed, "complaint_rate").clone();
    assert!(before["restated"].is_null(), "{before}");
    let late = trial.write(
        "late.csv",
        "File;Ticket;Customer;Received;Answered;Term (days);Product;Cause;Gravity;Decision;Ombudsman;Team\n\
         LATE1;-;00000013;20-09-2026 16:10:05;-;28;Card;Handling;High;-;no;Returns\n",
    );
    trial.ok(&["import", "complaints", &late]);
    let restated = card(&trial);
    let now = kpi(&restated, "complaint_rate");
    assert_eq!(now["numerator"].as_f64(), before["numerator"].as_f64().map(|count| count + 1.0), "{now}");
    assert_eq!(now["restated"]["closed_value"], before["value"], "{now}");
    assert!(now["numerator"].as_f64().is_some_and(|count| count >= 1.0), "{now}");
    assert!(kpi(&restated, "fcr")["restated"].is_null(), "{restated}");
    // where it comes from, above and below the line: no mean of the channels' rates
    let out = trial.ok(&[&["cascade", "complaint_rate", "--by", "channel", "--json"], &MONTH[..]].concat());
    let parts: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&parts["adds_up"], parts["times"].as_f64()), (&true.into(), Some(1000.0)), "{parts}");
    for key in ["numerator", "denominator"] {
        let all = parts["parts"].as_array().expect("parts").iter().chain([&parts["rest"]]);
        let sum: f64 = all.filter_map(|part| part[key].as_f64()).sum();
        assert_eq!((Some(sum), &parts["total"][key]), (now[key].as_f64(), &now[key]), "{parts}");
    }
    let text = trial.ok(&[&["scorecard"], &MONTH[..]].concat());
    assert!(text.contains("Closed on 2026-11-21 by Anna; restated since"), "{text}");

    // one critical breach
    let rows = trial.ok(&[&["rows", "compliance_rate", "--format", "json"], &MONTH[..]].concat());
    let rows: Value = serde_json::from_str(&rows).expect("JSON");
    let contact = rows["rows"][0]["cells"]["contact_id"].as_str();
    let contact = contact.unwrap_or_else(|| panic!("no contact in {}", rows["rows"][0]));
    let breach = trial.write(
        "breach.csv",
        format!(
            "check,contact,agent,team,rule,result,severity,sample,checked_at\n\
             BREACH1,{contact},a0001,Returns,Identity check,broken,Critical,Random,2026-09-29T09:00:00Z\n"
        ),
    );
    trial.ok(&["import", "compliance", &breach]);
    let red = card(&trial);
    let first = &red["total"]["caps"][0];
    assert_eq!(
        (first["kind"].as_str(), first["name"].as_str()),
        (Some("gate"), Some("No critical breach above appetite"))
    );
    assert!(red["total"]["score"].as_f64().is_some_and(|score| score <= 60.0), "{}", red["total"]);
    let text = trial.ok(&[&["scorecard"], &MONTH[..]].concat());
    let line = text.lines().find(|line| line.starts_with('✗')).unwrap_or_else(|| panic!("{text}"));
    // a total that is below 60 by itself is not capped
    let is_lowered = red["total"]["uncapped"].as_f64().is_some_and(|uncapped| uncapped > 60.0);
    let capped = if is_lowered { ": the total is capped at 60" } else { "" };
    assert_eq!(line, format!("✗ No critical breach above appetite: 1, at most 0{capped}"));

    // the pack: definition, approver, what was closed, and the rows behind each figure
    let report = trial.ok(&["report", "executive", "--period", "2026-09", "--format", "md"]);
    let trace = &report[report.find("Where the figures come from").unwrap_or_else(|| panic!("{report}"))..];
    let line =
        trace.lines().find(|line| line.contains("`compliance_rate`, version 1")).unwrap_or_else(|| panic!("{trace}"));
    assert!(line.contains("approved by Anna and Bert on") && line.contains("restated since"), "{line}");
    let mut typed = trace.split('`');
    let command = typed.find(|words| words.starts_with("crosscheck rows compliance_rate ")).expect("a command");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let listed = trial.ok(&[&words[..], &["--format", "json"]].concat());
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed["n"], kpi(&red, "compliance_rate")["n"], "{command}");
    // what is made of other figures by the rows behind those: every command runs
    let all = trace.split('`').filter(|words| words.starts_with("crosscheck rows "));
    let all: Vec<&str> = all.collect();
    assert!(all.iter().any(|command| command.starts_with("crosscheck rows complaints ")), "{all:?}");
    for command in all {
        trial.ok(&command.split(' ').skip(1).collect::<Vec<_>>());
    }
    // and of each gate that is no KPI's
    let lines = trace.lines().filter(|line| line.contains("No critical breach above appetite"));
    let lines = lines.collect::<Vec<_>>().join("\n").replace(['\\', '`'], "");
    for told in [
        "critical_breaches, version 1",
        "approved by Anna and Bert on",
        "0 then, 1 now",
        "crosscheck rows critical_breaches",
    ] {
        assert!(lines.contains(told), "{told}: {trace}");
    }
    // the record that breaks the gate, and it alone
    let command =
        trace.split('`').find(|words| words.starts_with("crosscheck rows critical_breaches ")).expect("a command");
    let words = command.split(' ').skip(1).chain(["--sort", "-amount", "--format", "json"]);
    let listed: Value = serde_json::from_str(&trial.ok(&words.collect::<Vec<_>>())).expect("JSON");
    let [first, second, ..] = &listed["rows"].as_array().expect("rows")[..] else { panic!("{listed}") };
    assert_eq!((&first["amount"], &second["amount"]), (&json!(1.0), &json!(0.0)));
    let id = |row: &Value| row["id"].as_str().expect("an id").to_owned();
    assert!(lines.contains(&format!(
        "of which one adds to it: {} {}",
        first["system"].as_str().unwrap_or(""),
        id(first)
    )));
    assert!(!lines.contains(&id(second)), "{lines}");
    let records = trial.ok(&["report", "executive", "--period", "2026-09", "--format", "csv", "--sheet", "records"]);
    let of_gate: Vec<&str> = records.lines().filter(|line| line.contains(",critical_breaches,")).collect();
    assert_eq!(of_gate.len(), listed["total"].as_u64().expect("a total") as usize, "{records}");
    assert!(of_gate[0].contains(&format!(",{},", id(first))), "{records}");
    let workbook = trial.ok(&["report", "executive", "--period", "2026-09", "--format", "csv"]);
    assert!(workbook.lines().count() > 7, "{workbook}");
    // under its KPIs stands the card as a whole: the total, and what holds it down
    for row in ["Total,total,", "No critical breach above appetite,"] {
        assert!(workbook.lines().any(|line| line.starts_with(row) && line.contains(",60,")), "{row}\n{workbook}");
    }
    let short = &report[..report.find("Against target").unwrap_or_else(|| panic!("{report}"))];
    assert!(short.contains("restated since.") && short.contains("The total was"), "{short}");
    assert!(!short.contains("Nothing changed"), "{short}");

    // a definition that two people took out of use is not taken back with a card
    for name in ["Anna", "Bert"] {
        trial.ok(&["review", "retire", "metric:dsat_rate", "--reason", "nobody reads it", "--as", name]);
    }
    let signed = trial.ok(&whole("Cleo"));
    assert!(signed.contains("card:company: approved") && !signed.contains("metric:dsat_rate"), "{signed}");

    // where a period has no instant at which anything waits there is nothing to put in order
    let age = "title = \"Age\"\nvalue_proposition = \"v\"\nparent = \"company\"\n[[perspective]]\nid = \"p\"\nname = \"P\"\n\
               [[kpi]]\nmetric = \"unresolved_backlog_age\"\nperspective = \"p\"\nweight = 1\n";
    trial.write("scorecards/age.toml", age);
    let before = trial.ok(&["report", "executive", "--card", "age", "--period", "2025-01", "--format", "md"]);
    assert!(before.contains("Where the figures come from"), "{before}");
}
