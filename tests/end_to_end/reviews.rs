//! Reviews: approvals by two people, restated periods, definitions of other days, initiatives and decisions.

use end_to_end::{Server, Trial, close, run};
use serde_json::{Value, json};

use crate::history::DESK;

/// A desk with sixty tickets of October 2026 and ten of November.
fn desk() -> Trial {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let file = trial.write("october.csv", tickets("T", 60, 10));
    trial.ok(&["import", "desk", &file]);
    // November has begun, so that October is loaded to its end
    let file = trial.write("november.csv", tickets("N", 10, 11));
    trial.ok(&["import", "desk", &file]);
    trial.write("scorecards/company.toml", CARD);
    trial
}

/// Tickets of one month, a reply after ten minutes each, all solved at noon.
fn tickets(name: &str, count: u32, month: u32) -> String {
    let rows = (0..count).map(|number| {
        let day = 1 + number % 20;
        format!(
            "{name}{number},1,2026-{month}-{day:02}T08:00:00Z,C,email,x,T,2026-{month}-{day:02}T08:10:00Z,reply,agent,\n\
             {name}{number},2,2026-{month}-{day:02}T08:00:00Z,C,email,x,T,2026-{month}-{day:02}T12:00:00Z,status,agent,solved\n"
        )
    });
    HEAD.to_owned() + &rows.collect::<String>()
}

const HEAD: &str = "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n";

const CARD: &str = r#"
title = "Company scorecard"
value_proposition = "A right answer, fast."
status = "approved"

[[perspective]]
id = "satisfaction"
name = "Satisfaction"

[[kpi]]
metric = "first_response_time"
variant = "calendar"
name = "First response time"
perspective = "satisfaction"
weight = 0.5
cadence = "weekly"
target = { value = 1800, tolerance = 600, owner = "Head of support" }

[[kpi]]
metric = "tickets_solved"
name = "Tickets solved"
perspective = "satisfaction"
weight = 0.5
target = { low = 50, high = 70, owner = "Head of support" }
"#;

fn card(trial: &Trial, arguments: &[&str]) -> Value {
    let out = trial.ok(&[&["scorecard", "--json", "--range", "2026-10"], arguments].concat());
    serde_json::from_str(&out).expect("JSON")
}

fn standing(trial: &Trial) -> Vec<Value> {
    let card = card(trial, &[]);
    let kpis = card["kpis"].as_array().expect("KPIs").iter().map(|kpi| kpi["approval"].clone());
    std::iter::once(card["approval"].clone()).chain(kpis).collect()
}

#[test]
fn a_second_person_approves_and_an_edit_lapses_it() {
    let trial = desk();
    trial.write(
        "crosscheck.toml",
        std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings")
            + "\n[reviews]\nsecond_person = true\n",
    );
    // the file says it is approved; nobody has approved it
    let draft = json!({"status": "draft", "by": null, "on": null, "waits_for_second": null});
    assert_eq!(standing(&trial), [draft.clone(), draft.clone(), draft.clone()]);

    let out = trial.ok(&["review", "approve", "company", "--as", "Anna", "--reason", "agreed in the board"]);
    assert!(
        out.contains("1: Anna, card:company: approved with its 2 KPIs and 2 targets: agreed in the board"),
        "{out}"
    );
    assert!(out.contains("signed by Anna; it is approved once a second person signs it too"), "{out}");
    let waits = json!({"status": "draft", "by": null, "on": null, "waits_for_second": "Anna"});
    assert_eq!(standing(&trial), [waits.clone(), waits.clone(), waits]);

    // the same person, however she writes her name
    for name in ["Anna", " anna "] {
        let ran = trial.run(&["review", "approve", "company", "--as", name]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.err.contains("Anna has approved this text already: a second person is another name"),
            "{}",
            ran.err
        );
    }
    trial.ok(&["review", "approve", "card:company", "--as", "Bert"]);
    let approved = json!({"status": "approved", "by": "Anna and Bert", "on": "2026-11-21", "waits_for_second": null});
    assert_eq!(standing(&trial), [approved.clone(), approved.clone(), approved.clone()]);
    assert!(trial.ok(&["scorecard"]).starts_with("Company scorecard · approved by Anna and Bert on 21 Nov 2026\n"));

    // an edited target is nobody's; the other KPI stays approved
    trial.write("scorecards/company.toml", CARD.replace("value = 1800", "value = 2400"));
    let changed = json!({"status": "changed since approval", "by": "Anna and Bert", "on": "2026-11-21", "waits_for_second": null});
    assert_eq!(standing(&trial), [changed.clone(), changed, approved.clone()]);
    assert!(trial.ok(&["scorecard"]).contains("Changed since approval: First response time"));

    // who says why it was changed is the first of the two
    trial.ok(&["review", "change", "company/first_response_time", "--reason", "too hard", "--as", "Cleo"]);
    let ran = trial.run(&["review", "approve", "company/first_response_time", "--as", "Cleo"]);
    assert!(ran.err.contains("Cleo has changed this text already"), "{}", ran.err);
    trial.ok(&["review", "approve", "company/first_response_time", "--as", "Anna"]);
    let by = &standing(&trial)[1];
    assert_eq!((&by["status"], &by["by"]), (&json!("approved"), &json!("Cleo and Anna")));
    // nothing has changed since
    let ran = trial.run(&["review", "change", "company/first_response_time", "--reason", "again", "--as", "Cleo"]);
    assert!(ran.err.contains("is as Cleo left it"), "{}", ran.err);

    let log = trial.ok(&["review", "log"]);
    let deeds: Vec<&str> = log.lines().skip(2).filter_map(|line| line.split("  ").next()).collect();
    assert_eq!(deeds, ["4", "3", "2", "1"], "{log}");
    assert!(trial.ok(&["verify"]).contains("as it was written"));
}

#[test]
fn regulated_cards_take_two_people_in_any_case() {
    let check = |strategy: &str, expected: &str| {
        let trial = desk();
        trial.write("scorecards/company.toml", strategy.to_owned() + CARD);
        trial.ok(&["review", "approve", "company", "--as", "Anna"]);
        assert_eq!(standing(&trial)[1]["status"], json!(expected), "{strategy}");
    };
    check("", "approved");
    check("industry = \"saas\"\ncompetes_on = { cost = 1.0 }\n", "approved");
    check("industry = \"financial_services\"\n", "draft");
    check("competes_on = { compliance = 0.6, cost = 0.4 }\n", "draft");
}

#[test]
fn whoever_deletes_the_rule_does_not_approve_alone() {
    let trial = desk();
    let bank = "industry = \"financial_services\"\n";
    trial.write("scorecards/company.toml", bank.to_owned() + CARD);
    for name in ["Anna", "Bert"] {
        trial.ok(&["review", "approve", "company", "--as", name]);
    }
    // the definitions of what is on it take two people as well
    trial.ok(&["review", "approve", "metric:tickets_solved", "--as", "Anna"]);
    let ran = trial.run(&["review", "approve", "metric:tickets_solved", "--as", "anna"]);
    assert!(ran.err.contains("Anna has approved this text already: a second person is another name"), "{}", ran.err);

    trial.write("scorecards/company.toml", CARD);
    let out = trial.ok(&["review", "approve", "company", "--as", "Anna"]);
    assert!(out.contains("signed by Anna; it is approved once a second person signs it too"), "{out}");
    assert_eq!(standing(&trial)[0]["status"], json!("changed since approval"));
    trial.ok(&["review", "approve", "company", "--as", "Bert"]);
    assert_eq!(standing(&trial)[0]["status"], json!("approved"));
    // two have said that one is enough
    trial.write("scorecards/company.toml", CARD.replace("high = 70", "high = 80"));
    trial.ok(&["review", "approve", "company", "--as", "Anna"]);
    assert_eq!(standing(&trial)[0]["by"], json!("Anna"));
}

#[test]
fn a_late_record_restates_a_closed_period() {
    let trial = desk();
    let refused = |arguments: &[&str], message: &str| {
        let ran = trial.run(arguments);
        assert!(ran.code != Some(0) && ran.err.contains(message), "{arguments:?}: {ran:?}");
    };
    // a period that goes on; one that is not loaded to its end
    refused(&["close", "2026-11", "--as", "Anna"], "the period is not settled: the period goes on through 2026-11-30");
    refused(
        &["close", "2026-11-20", "--as", "Anna"],
        "source `desk` is loaded through 2026-11-10T12:00:00+00:00 only, for First response time, Tickets solved; \
         --provisional closes it nevertheless\n  help: import what is missing; or where nothing is, write \
         `complete_through = 2026-11-20` in sources/desk.toml, or `finished = true` where nothing more comes of it",
    );
    refused(&["close", "2026-10"], "--as <NAME>");
    refused(&["close", "2026-10", "--card", "companie", "--as", "Anna"], "there is no card `companie`");
    assert!(!std::path::Path::new(&trial.path("data/app.db")).exists());

    let out = trial.ok(&["close", "2026-10", "--as", "Anna"]);
    assert!(out.contains("1: closed 1–31 Oct 2026, total 100.0, card company: 2 of 2 figures kept"), "{out}");
    // nobody has approved what it is judged by
    assert!(out.contains("the card is not approved as it is: draft, not approved"), "{out}");
    let closed = card(&trial, &[]);
    let figure = |id: &str, name: &str, value: f64, unit: &str, n: u64| json!({"kpi": id, "name": name, "metric": id, "value": value, "unit": unit, "n": n, "is_on_card": true});
    let reply = figure("first_response_time", "First response time", 600.0, "seconds", 60);
    let solved = figure("tickets_solved", "Tickets solved", 60.0, "count", 60);
    assert_eq!(
        closed["closed"],
        json!({"on": "2026-11-21", "by": "Anna", "provisional": false, "reason": null, "total": 100.0,
               "figures": [reply, solved], "earlier": [], "changed": [], "hours_changed": false})
    );
    assert_eq!(closed["kpis"][1]["restated"], Value::Null);
    assert!(trial.ok(&["scorecard", "--range", "2026-10"]).contains("by Anna; no figure has changed since"));
    // nothing has come in: a reason makes nothing new of it
    for again in [&["close", "2026-10", "--as", "Bert"][..], &["close", "2026-10", "--as", "Bert", "--reason", "audit"]]
    {
        refused(again, "the period was closed on 2026-11-21 by Anna, and nothing has changed since");
    }

    // three tickets of October that come in late: 63 solved instead of 60
    let late = trial.write("late.csv", tickets("L", 3, 10));
    trial.ok(&["import", "desk", &late]);
    let restated = card(&trial, &[]);
    let solved = &restated["kpis"][1];
    assert!(close(&solved["value"], 63.0, 1e-9));
    assert_eq!(
        solved["restated"],
        json!({"closed_value": 60.0, "closed_on": "2026-11-21", "closed_by": "Anna", "closed_n": 60, "definition_changed": false, "asked_changed": false})
    );
    // the median of ten minutes has not moved, but it is of more
    let reply = &restated["kpis"][0]["restated"];
    assert_eq!((&reply["closed_value"], &reply["closed_n"]), (&json!(600.0), &json!(60)));
    let shown = trial.ok(&["scorecard", "--range", "2026-10"]);
    assert!(shown.contains("Closed on 2026-11-21 by Anna; restated since"), "{shown}");
    assert!(shown.contains("· Tickets solved 60 then, 63 now (n 60 then, 63 now)"), "{shown}");
    // other days were not closed, and a part of the period is not the period
    let other: Value =
        serde_json::from_str(&trial.ok(&["scorecard", "--json", "--range", "2026-10-01..2026-10-30"])).expect("JSON");
    assert_eq!(other["kpis"][1]["restated"], Value::Null);
    assert_eq!(card(&trial, &["--only", "team=T"])["closed"], Value::Null);
    // the API says the same
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/scorecard?range=2026-10");
    let api: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, &api["kpis"], &api["closed"]), (200, &restated["kpis"], &restated["closed"]));

    refused(&["close", "2026-10", "--as", "Bert"], "the period was closed on 2026-11-21 by Anna: --reason says why");
    // closed again, the restated figures are those of the books
    trial.ok(&["close", "2026-10", "--as", "Bert", "--reason", "three late tickets"]);
    let again = card(&trial, &[]);
    assert_eq!(again["kpis"][1]["restated"], Value::Null);
    // but what was shown before stays known: to the API, on the card, in each shape of a report
    let earlier = &again["closed"]["earlier"][0];
    assert_eq!(again["closed"]["reason"], "three late tickets");
    assert_eq!(earlier["figures"][1], figure("tickets_solved", "Tickets solved", 60.0, "count", 60));
    let sentence = "Tickets solved 60 then, 63 when closed again (n 60 then, 63 when closed again)";
    assert_eq!((&earlier["by"], &earlier["changed"][1]["sentence"]), (&json!("Anna"), &json!(sentence)));
    let shown = trial.ok(&["scorecard", "--range", "2026-10"]).replace("\n  ", " ");
    assert!(
        shown.contains("First closed on 2026-11-21 by Anna with a total of 100.0; restated when it was closed again\n"),
        "{shown}"
    );
    assert!(shown.contains(&format!("· {sentence}\n")), "{shown}");
    let closed = "Closed again on 2026-11-21 by Bert (three late tickets); no figure has changed since";
    assert!(shown.contains(closed), "{shown}");
    let report = |format: &str| trial.ok(&["report", "executive", "--period", "2026-10", "--format", format]);
    let text = report("md");
    let traced =
        "first on 21 Nov 2026 by Anna as 60, again on 21 Nov 2026 by Bert as 63 (three late tickets), the same now";
    assert!(text.contains(sentence) && text.contains(traced), "{text}");
    assert!(report("csv").contains(sentence));
    let out = trial.ok(&["close", "2026-11", "--as", "Anna", "--provisional"]);
    assert!(
        out.contains("closed provisionally 1–30 Nov 2026") && out.contains("not settled: the period goes on"),
        "{out}"
    );
}

/// What `check` finds that begins like this, without its line breaks and its place.
fn finding(trial: &Trial, begins: &str) -> Option<String> {
    let all = trial.run(&["check"]).err;
    let whole = all.lines().map(|line| line.trim_start_matches([' ', '│'])).collect::<Vec<_>>().join(" ");
    let (_, rest) = whole.split_once(begins)?;
    let (told, _) = rest.split_once("╭─")?;
    Some(format!("{begins}{}", told.trim_end()))
}

#[test]
fn goalposts_that_move_are_found() {
    let trial = desk();
    let found = |trial: &Trial| finding(trial, "the target of `first_response_time` was");
    let agreed = ["review", "approve", "company", "--as", "Anna", "--now", "2026-10-05T09:00:00Z"];
    trial.ok(&agreed);
    trial.ok(&["close", "2026-10", "--as", "Anna"]);
    assert_eq!(found(&trial), None);
    // half an hour was agreed and held against October: an hour is easier
    let easier = CARD.replace("value = 1800, tolerance = 600,", "value = 3600, tolerance = 600,");
    assert_ne!(easier, CARD);
    trial.write("scorecards/company.toml", &easier);
    let told = found(&trial).expect("L30");
    // that of a weekly KPI, seven days after it was agreed
    assert!(
        told.contains(
            "was ≤ 30 m, and is ≤ 1 h now: nobody recorded when it was changed, and results are known since 2026-10-12"
        ),
        "{told}"
    );
    trial.ok(&["review", "change", "target:company/first_response_time", "--as", "Anna", "--reason", "too hard"]);
    let told = found(&trial).expect("L30");
    assert!(told.contains("and is ≤ 1 h since 2026-11-21, when results were known already"), "{told}");
    // the API names the place and what to do
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/lint");
    let all: Vec<Value> = serde_json::from_str(&body).expect("JSON");
    let moved = all.iter().find(|finding| finding["rule"] == "L30").expect("L30");
    assert_eq!((status, &moved["kpi"], &moved["line"]), (200, &json!("first_response_time"), &json!(17)), "{moved}");
    assert!(moved["fix"].as_str().is_some_and(|fix| fix.contains("crosscheck review change")), "{moved}");
    // closed again, the first close still counts
    trial.ok(&["close", "2026-10", "--as", "Bert", "--reason", "late answers"]);
    assert!(found(&trial).is_some());
}

/// Reviews of contacts: which, by whom, drawn how, and the score.
#[test]
fn reviewers_who_do_not_agree_are_found() {
    const SOURCE: &str = "title = \"Quality\"\nsystem = \"qa\"\n[read]\nformat = \"csv\"\n[[record]]\nkind = \"quality_review\"\nid = \"id\"\n\
        [record.fields]\ncontact_id = \"contact\"\nreviewer = \"reviewer\"\nsampling = \"sampling\"\nscore = \"score\"\nreviewed_at = \"at\"\n";
    const QUALITY: &str = "title = \"Q\"\nvalue_proposition = \"Right\"\nstatus = \"draft\"\n[[perspective]]\nid = \"quality\"\nname = \"Quality\"\n\
        [[kpi]]\nmetric = \"quality_score\"\nperspective = \"quality\"\nweight = 1\n";
    let trial = Trial::new("UTC");
    trial.write("sources/qa.toml", SOURCE);
    trial.write("scorecards/company.toml", QUALITY);
    let found = |trial: &Trial| finding(trial, "unreliable score");
    let import = |name: &str, rows: &[(&str, &str, &str, u32, &str)]| {
        let line = |(place, (contact, reviewer, sampling, score, at)): (usize, &(&str, &str, &str, u32, &str))| {
            format!("{name}{place},{contact},{reviewer},{sampling},{score},2026-{at}T10:00:00Z\n")
        };
        let rows: String = rows.iter().enumerate().map(line).collect();
        let file = trial.write(&format!("{name}.csv"), format!("id,contact,reviewer,sampling,score,at\n{rows}"));
        trial.ok(&["import", "qa", &file]);
    };
    // nothing has been loaded: nobody can know
    assert_eq!(found(&trial), None);
    let one = [("c1", "Ann", "random", 60, "11-02"), ("c2", "Ann", "random", 90, "11-02")];
    import("random", &one);
    let told = "unreliable score: in the last 90 days no contact was scored by two reviewers to compare them: whether those \
                behind `quality_score` agree is not known";
    assert_eq!(found(&trial).as_deref(), Some(told));
    // of July are 142 days ago
    import("july", &[("c8", "Ann", "calibration", 60, "07-02"), ("c8", "Ben", "calibration", 60, "07-02")]);
    assert_eq!(found(&trial).as_deref(), Some(told));
    // 60 and 90, 90 and 60: of one contact they differ by 30, a mean square of 900; of all pairs by 600. 1 − 1.5
    import("apart", &[("c1", "Ben", "calibration", 90, "11-09"), ("c2", "Ben", "calibration", 60, "11-09")]);
    assert_eq!(
        found(&trial).as_deref(),
        Some(
            "unreliable score: the reviewers behind `quality_score` agreed with a kappa of −0.50 over 2 contacts of the last \
             90 days, less than 0.6"
        )
    );
    // six more of which they think alike: 60 and 60 three times, 90 and 90 three times. Within: 4 · 900 of 16 is 225;
    // of all pairs 2 · 8 · 8 · 900 ÷ (16 · 15) = 480: 1 − 225 ÷ 480 = 0.53. Eight more: 4 · 900 ÷ 32 = 112.5 of
    // 2 · 16 · 16 · 900 ÷ (32 · 31) = 464.5: 0.76
    let alike = |name: &str, from: u32, to: u32| {
        let contacts: Vec<(String, u32)> =
            (from..to).map(|number| (format!("d{number}"), 60 + 30 * (number % 2))).collect();
        let both = contacts.iter().flat_map(|(contact, score)| {
            ["Ann", "Ben"].map(|reviewer| (contact.as_str(), reviewer, "calibration", *score, "11-10"))
        });
        import(name, &both.collect::<Vec<_>>());
    };
    alike("alike", 0, 6);
    assert!(found(&trial).is_some_and(|told| told.contains("a kappa of 0.53 over 8 contacts")), "{:?}", found(&trial));
    alike("more", 6, 14);
    assert_eq!(found(&trial), None);
}

#[test]
fn an_old_period_is_answered_under_the_definition_of_its_day() {
    let trial = desk();
    trial.write("metrics/cost/fast.toml", metric("3600", 1, "2026-02-01"));
    let share = |arguments: &[&str]| {
        let row = trial.figure("share", &[&["fast", "--range", "2026-10"], arguments].concat());
        row["value"].as_f64().expect("a value")
    };
    let refused = |date: &str, message: &str| {
        let ran = trial.run(&["kpi", "fast", "--range", "2026-10", "--as-defined-on", date]);
        assert!(ran.code == Some(1) && ran.err.contains(message), "{date}: {ran:?}");
    };
    // every reply comes after ten minutes
    assert_eq!(share(&[]), 100.0);
    refused("2026-10-15", "none has been recorded yet: `crosscheck review confirm fast` keeps the present one");
    trial.ok(&["review", "confirm", "fast", "--reason", "yearly review", "--as", "Anna"]);
    // within five minutes from November on
    trial.write("metrics/cost/fast.toml", metric("300", 2, "2026-11-01"));
    trial.ok(&["review", "change", "fast", "--reason", "customers expect it", "--as", "Anna"]);
    assert_eq!(share(&[]), 0.0);
    assert_eq!(share(&["--as-defined-on", "2026-11-01"]), 0.0);
    assert_eq!(share(&["--as-defined-on", "2026-10-31"]), 100.0);
    assert_eq!(share(&["--as-defined-on", "2026-02-01"]), 100.0);
    refused("2026-01-31", "no definition of `fast` is known that was in force on 2026-01-31");
    refused("2026-01-31", "the earliest that is known holds from 2026-02-01");
    let ran = trial.run(&["kpi", "fast", "--as-defined-on", "soon"]);
    assert!(ran.code == Some(2) && ran.err.contains("`soon` is not a date"), "{ran:?}");

    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/kpis/fast/answers?range=2026-10&grain=total&as_defined_on=2026-10-31");
    let answers: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, &answers[0]["version"], &answers[0]["rows"][0]["value"]), (200, &json!(1), &json!(100.0)));
    let (status, _, body) = server.get("/api/kpis/fast/answers?range=2026-10&as_defined_on=2025-10-31");
    assert!(status == 404 && body.contains("the earliest that is known holds from 2026-02-01"), "{status} {body}");
    let (status, _, body) = server.get("/api/answers?kpi=fast&as_defined_on=2025-10-31");
    assert!(status == 400 && body.contains("`as_defined_on` cannot be asked of this"), "{status} {body}");
}

#[test]
fn a_closed_card_is_retraced_under_the_definitions_of_its_day() {
    let trial = desk();
    trial.write("metrics/cost/fast.toml", metric("3600", 1, "2026-02-01"));
    let card = CARD.replace("metric = \"tickets_solved\"", "metric = \"fast\"");
    let target = "target = { low = 50, high = 70, owner = \"Head of support\" }";
    trial.write("scorecards/company.toml", card.replace(target, "target = { value = 90 }"));
    let shown = |arguments: &[&str]| -> Value {
        let out = trial.ok(&[arguments, &["--json", "--range", "2026-10"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    };
    // what the card stands on is kept when its books are closed
    trial.ok(&["close", "2026-10", "--as", "Anna"]);
    trial.write("metrics/cost/fast.toml", metric("300", 2, "2026-11-01"));
    let day = ["--as-defined-on", "2026-10-31"];
    let now = shown(&["scorecard"]);
    assert_eq!((&now["kpis"][1]["value"], &now["as_defined_on"]), (&json!(0.0), &Value::Null));
    assert_eq!(now["kpis"][1]["restated"]["definition_changed"], true);
    let then = shown(&["scorecard", day[0], day[1]]);
    assert_eq!((&then["kpis"][1]["value"], &then["as_defined_on"]), (&json!(100.0), &json!("2026-10-31")));
    // only the definition is another: nothing else has been restated
    assert_eq!((&then["kpis"][1]["restated"], &then["closed"]["changed"]), (&Value::Null, &json!([])));
    let text = trial.ok(&["scorecard", "--range", "2026-10", day[0], day[1]]);
    assert!(text.contains(", as defined on 31 Oct 2026, in working hours of today, loaded through"), "{text}");
    assert!(text.contains("no figure has changed since"), "{text}");

    let apart = ["cascade", "fast", "--by", "channel"];
    assert_eq!(shown(&apart)["total"]["value"], 0.0);
    assert_eq!(shown(&[&apart[..], &day].concat())["total"]["value"], 100.0);
    let rows = |arguments: &[&str]| -> Value {
        let rows = ["rows", "fast", "--range", "2026-10", "--limit", "1", "--format", "json"];
        serde_json::from_str(&trial.ok(&[&rows[..], arguments].concat())).expect("JSON")
    };
    assert_eq!((&rows(&[])["numerator"], &rows(&[])["version"]), (&json!(0.0), &json!(2)));
    assert_eq!((&rows(&day)["numerator"], &rows(&day)["version"]), (&json!(60.0), &json!(1)));
    let report = ["report", "executive", "--period", "2026-10", "--format", "md", day[0], day[1]];
    let report = trial.ok(&report).replace(['\\', '`'], "");
    for told in ["31 Oct 2026", "fast, version 1", "--to 2026-11-01 --as-defined-on 2026-10-31", "the same now"] {
        assert!(report.contains(told), "{told}: {report}");
    }

    let server = Server::start(&trial);
    let get = |path: &str| -> Value {
        let (status, _, body) = server.get(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    };
    let card = get("/api/scorecard?range=2026-10&as_defined_on=2026-10-31");
    assert_eq!((&card["kpis"], &card["closed"]), (&then["kpis"], &then["closed"]));
    let parts = get("/api/cascade?kpi=fast&by=channel&range=2026-10&as_defined_on=2026-10-31");
    assert_eq!(parts["total"]["value"], 100.0);
    let rows = get("/api/kpis/fast/rows?range=2026-10&as_defined_on=2026-10-31");
    assert_eq!(rows["version"], 1);
    let (status, _, body) = server.get("/api/report?period=2026-10&format=md&as_defined_on=2026-10-31");
    assert!(status == 200 && body.contains("version 1"), "{body}");
    // of a day on which one KPI was not there yet, the card says so and has the others
    let early = shown(&["scorecard", "--as-defined-on", "2026-01-31"]);
    let (other, fast) = (&early["kpis"][0], &early["kpis"][1]);
    assert_eq!((&other["value"], &fast["value"]), (&now["kpis"][0]["value"], &Value::Null));
    assert_eq!(fast["reason"], "no definition of `fast` is known that was in force on 2026-01-31");
    // asked by itself, or of a day before any that is known
    for (command, day) in [
        (&apart[..], "2026-01-31"),
        (&["rows", "fast"], "2026-01-31"),
        (&["scorecard"], "2025-12-31"),
        (&["report", "executive"], "2025-12-31"),
    ] {
        let ran = trial.run(&[command, &["--as-defined-on", day]].concat());
        assert!(ran.code == Some(1) && ran.err.contains(&format!("is known that was in force on {day}")), "{ran:?}");
    }
}

/// The share of tickets replied to within so many seconds of the clock.
fn metric(seconds: &str, version: u32, effective: &str) -> String {
    format!(
        r#"
id = "fast"
name = "Replied fast"
meaning = "Share of tickets that were replied to within the time that is promised."
status = "draft"
version = {version}
effective = {effective}
unit = "percent"
direction = "up"
perspectives = ["cost"]
margin = "wilson"

[parameters]
promised = {{ type = "duration", default = {seconds}, meaning = "time that is promised, in seconds" }}

[measure]
kind = "share"
table = "ticket"
at = "created_at"
population = "first_reply_at is not null"
hit = "first_reply_at <= created_at + $promised"

[small_sample]
hide_below = 5
low_below = 30
"#
    )
}

#[test]
fn what_is_due_is_listed_until_it_is_done() {
    let trial = desk();
    let due = |now: &str| {
        let out = trial.ok(&["review", "due", "--json", "--now", now]);
        let found: Vec<Value> = serde_json::from_str(&out).expect("JSON");
        let told = |due: &Value| format!("{} {} {}", due["subject"], due["due"], due["overdue_days"]).replace('"', "");
        found.iter().map(told).collect::<Vec<_>>()
    };
    // nobody has ever looked at anything
    assert_eq!(
        due("2026-11-21"),
        [
            "metric:first_response_time 2026-11-21 0",
            "metric:tickets_solved 2026-11-21 0",
            "kpi:company/first_response_time 2026-11-21 0",
            "kpi:company/tickets_solved 2026-11-21 0",
            "card:company 2026-11-21 0",
        ]
    );
    for subject in ["first_response_time", "tickets_solved", "company", "company/tickets_solved"] {
        trial.ok(&["review", "confirm", subject, "--reason", "fits", "--as", "Anna"]);
    }
    let ran = trial.run(&["review", "confirm", "company/first_response_time", "--as", "Anna"]);
    assert!(ran.code == Some(2) && ran.err.contains("--reason"), "{ran:?}");
    trial.ok(&["review", "retire", "company/first_response_time", "--reason", "another is asked", "--as", "Anna"]);
    let retired = "retired by Anna on 21 Nov 2026; still on the card: take it out of its file";
    let text = trial.ok(&["scorecard", "--range", "2026-10"]);
    assert!(text.contains(&format!("First response time: {retired}")), "{text}");
    let report = trial.ok(&["report", "executive", "--period", "2026-10", "--format", "md"]);
    assert_eq!(report.matches(retired).count(), 2, "among the notes and in the trace: {report}");
    // the manual gives nobody duties for it
    let manual = trial.ok(&["manual", "--format", "md"]);
    assert_eq!(manual.matches(retired).count(), 2, "on its card and in its entry: {manual}");
    let again = ["review", "confirm", "company/first_response_time", "--reason", "x", "--as", "Anna"];
    let refused = trial.run(&again);
    let why = "this was retired by Anna on 2026-11-21: it is in use again once it is approved, or changed in its file";
    assert!(refused.code != Some(0) && refused.err.contains(why), "{refused:?}");
    let warned = trial.run(&["check"]);
    let still = "review is stale: `first_response_time` was retired by Anna on 2026-11-21, and is still on the card";
    assert!(warned.err.contains(still), "{warned:?}");
    assert_eq!(due("2026-11-21"), Vec::<String>::new());
    assert_eq!(trial.ok(&["review", "due"]), "nothing is due\n");
    assert_eq!(due("2026-12-24"), ["kpi:company/tickets_solved 2026-12-21 3"]);
    // changed again it is in use again: a week after
    trial.write("scorecards/company.toml", CARD.replace("value = 1800", "value = 2400"));
    let out = trial.ok(&["review", "change", "company/first_response_time", "--reason", "kept", "--as", "Anna"]);
    assert!(out.contains("it had been retired by Anna, and is in use again"), "{out}");
    // a definition that is retired is told, too, and where it stays
    let out = trial.ok(&["review", "retire", "metric:tickets_solved", "--reason", "another counts", "--as", "Bert"]);
    assert!(
        out.contains("figures on company are still worked out by it, until it is taken out of the file of each card"),
        "{out}"
    );
    let gone =
        "the definition of tickets_solved was retired by Bert on 21 Nov 2026; figures are still worked out by it";
    let shown = trial.ok(&["scorecard", "--range", "2026-10"]).replace("\n  ", " ");
    assert!(shown.contains(&format!("Tickets solved: {gone}")), "{shown}");
    let report = trial.ok(&["report", "executive", "--period", "2026-10", "--format", "md"]);
    assert!(report.replace(['`', '\\'], "").contains(gone), "{report}");
    assert!(trial.run(&["check"]).err.contains("the definition of `tickets_solved` was retired by Bert on 2026-11-21"));
    trial.ok(&["review", "approve", "metric:tickets_solved", "--as", "Bert"]);
    assert!(!trial.ok(&["scorecard", "--range", "2026-10"]).contains("was retired by Bert"));
    let ran = trial.run(&["review", "log", "--limit", "0"]);
    assert!(ran.code == Some(2) && ran.err.contains("--limit"), "{ran:?}");
    assert_eq!(due("2026-11-29"), ["kpi:company/first_response_time 2026-11-28 1"]);
    let told = trial.ok(&["review", "due", "--now", "2026-11-29"]);
    assert!(told.contains("1 day") && told.contains("weekly"), "{told}");
    // and after ninety days without anybody looking at their pages
    let unseen = due("2027-02-20");
    assert!(unseen.contains(&"metric:tickets_solved 2027-02-19 1".to_owned()), "{unseen:?}");
}

/// Status and body of a request.
pub(crate) fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
    use std::io::{Read, Write};
    let host = server.address.trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(host).expect("a connection");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .expect("a request");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a response");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let body = body.get(body.find('{').unwrap_or(0)..=body.rfind('}').unwrap_or(0)).unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

#[test]
fn the_page_records_and_only_the_page() {
    let trial = desk();
    let server = Server::start(&trial);
    const JSON: (&str, &str) = ("Content-Type", "application/json");
    let post = |body: Value| send(&server, "POST", "/api/reviews", &[JSON], &body.to_string());
    let (status, told) = post(
        json!({"kind": "comment", "subject": "tickets_solved", "actor": " Tom  of T", "text": "reopened ones count twice"}),
    );
    assert_eq!(status, 200, "{told}");
    assert_eq!(
        (&told["number"], &told["actor"], &told["subject"], &told["text"]),
        (
            &json!(1),
            &json!("Tom of T"),
            &json!("metric:tickets_solved"),
            &json!("commented: reopened ones count twice")
        )
    );
    // a command does the same while it serves, and both see both
    let out = trial.ok(&["review", "announce", "company", "targets of 2027", "--as", "Anna"]);
    let whom = "it concerns Head of support; who has read it says: crosscheck review acknowledge 2 --as NAME";
    assert!(out.contains(whom), "{out}");
    let (status, told) = post(json!({"kind": "acknowledge", "actor": "Tom", "announcement": 2}));
    assert_eq!((status, &told["subject"]), (200, &json!("card:company")));
    let ran = trial.run(&["review", "acknowledge", "2", "--as", "TOM"]);
    assert!(ran.code == Some(1) && ran.err.contains("Tom has acknowledged announcement 2 already"), "{ran:?}");

    let get = |path: &str| -> Value { serde_json::from_str(&server.get(path).2).expect("JSON") };
    let reviews = get("/api/reviews");
    assert_eq!(reviews["announcements"][0]["acknowledged_by"], json!(["Tom"]));
    assert_eq!(reviews["log"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        (reviews["due"].as_array().map(Vec::len), reviews["items"].as_array().map(Vec::len)),
        (Some(5), Some(5))
    );
    let of_one = get("/api/reviews?subject=tickets_solved");
    assert_eq!((of_one["items"][0]["comments"].clone(), of_one["log"].as_array().map(Vec::len)), (json!(1), Some(1)));

    // a change says what it was changed to
    let (status, told) = post(
        json!({"kind": "change", "subject": "target:company/tickets_solved", "actor": "Anna", "reason": "as last year"}),
    );
    assert_eq!((status, &told["changed_to"]["low"]), (200, &json!(50)), "{told}");

    let refused = |body: Value, status: u16, message: &str| {
        let (found, told) = post(body);
        let text = told["error"]["message"].as_str().unwrap_or_default();
        assert!(found == status && text.contains(message), "{found} {told}");
    };
    refused(
        json!({"kind": "comment", "subject": "tickets_solved", "actor": "  ", "text": "x"}),
        400,
        "a name is needed",
    );
    refused(json!({"kind": "comment", "subject": "tickets_solved", "actor": "Tom"}), 400, "a text is needed");
    refused(json!({"kind": "retire", "subject": "company", "actor": "Tom", "reason": " "}), 400, "a reason is needed");
    refused(json!({"kind": "praise", "subject": "company", "actor": "Tom"}), 400, "unknown variant `praise`");
    refused(
        json!({"kind": "comment", "subject": "ticket_solved", "actor": "Tom", "text": "x"}),
        404,
        "there is no metric `ticket_solved`",
    );
    refused(
        json!({"kind": "comment", "subject": "kpi:company/csat", "actor": "Tom", "text": "x"}),
        404,
        "there is no kpi `csat` on the card `company`",
    );
    refused(
        json!({"kind": "comment", "subject": "card:billing", "actor": "Tom", "text": "x"}),
        404,
        "there is no card `billing`",
    );
    refused(
        json!({"kind": "comment", "subject": "colour:red", "actor": "Tom", "text": "x"}),
        400,
        "`colour:red` is no subject",
    );
    refused(json!({"kind": "acknowledge", "actor": "Tom", "announcement": 1}), 409, "there is no announcement 1");

    // another page in somebody's browser can neither send JSON unasked nor hide where it comes from
    let body = json!({"kind": "comment", "subject": "company", "actor": "Eve", "text": "x"}).to_string();
    let from = |headers: &[(&str, &str)]| send(&server, "POST", "/api/reviews", headers, &body).0;
    let own = server.address.clone();
    assert_eq!(from(&[]), 415);
    assert_eq!(from(&[("Content-Type", "text/plain")]), 415);
    assert_eq!(from(&[JSON, ("Origin", "http://evil.example")]), 403);
    assert_eq!(from(&[JSON, ("Origin", "null")]), 403);
    assert_eq!(from(&[("Content-Type", "application/json; charset=utf-8"), ("Origin", &own)]), 200);
}

#[test]
fn what_is_signed_is_what_was_read() {
    let trial = desk();
    let server = Server::start(&trial);
    let post = |body: Value| {
        let (status, told) =
            send(&server, "POST", "/api/reviews", &[("Content-Type", "application/json")], &body.to_string());
        (status, told["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    let hash = || -> Value {
        let reviews: Value = serde_json::from_str(&server.get("/api/reviews").2).expect("JSON");
        let items = reviews["items"].as_array().expect("items");
        items.iter().find(|item| item["subject"] == "card:company").expect("the card")["hash"].clone()
    };
    let approve = |hash: &Value| json!({"kind": "approve", "subject": "card:company", "actor": "Anna", "hash": hash});
    let (status, message) =
        post(json!({"kind": "approve", "subject": "company", "actor": "Anna", "with_definiton": true}));
    assert!(status == 400 && message.contains("unknown field `with_definiton`"), "{status} {message}");
    let read = hash();
    // edited while somebody reads it, and signed at once: neither what was read nor what was there a moment ago is signed
    trial.write("scorecards/company.toml", CARD.replace("value = 1800", "value = 9999"));
    let (status, message) = post(approve(&read));
    assert!(status == 409 && message.contains("card:company has changed since it was shown"), "{status} {message}");
    assert_eq!(post(approve(&hash())).0, 200);
    assert_eq!(standing(&trial)[0]["status"], json!("approved"));
    // without a hash it is what is on disk now
    trial.write("scorecards/company.toml", CARD);
    assert_eq!(post(json!({"kind": "approve", "subject": "company", "actor": "Anna"})).0, 200);
    assert_eq!(standing(&trial)[0]["status"], json!("approved"));
    // a number spelled another way is the same
    trial.write("scorecards/company.toml", CARD.replace("low = 50", "low = 50.0"));
    assert_eq!(standing(&trial)[0]["status"], json!("approved"));
    // files that cannot be read leave what is served as it was, but nobody signs that
    trial.write("crosscheck.toml", "no settings");
    let (status, _) = post(json!({"kind": "approve", "subject": "company", "actor": "Bert"}));
    assert!(status != 200, "{status}");
}

#[test]
fn an_approval_that_was_superseded_does_not_come_back_by_itself() {
    let trial = desk();
    let settings = std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings");
    trial.write("crosscheck.toml", settings.clone() + "\n[reviews]\nsecond_person = true\n");
    let both = |arguments: &[&str]| {
        for name in ["Anna", "Bert"] {
            trial.ok(&[&["review", "approve"], arguments, &["--as", name]].concat());
        }
    };
    both(&["company"]);
    let harder = CARD.replace("value = 1800", "value = 1500");
    trial.write("scorecards/company.toml", harder.clone());
    both(&["company"]);
    trial.write("scorecards/company.toml", CARD);
    let of = |index: usize| standing(&trial)[index]["status"].clone();
    assert_eq!(
        (of(0), of(1), of(2)),
        (json!("changed since approval"), json!("changed since approval"), json!("approved"))
    );
    let out = trial.ok(&["review", "change", "company", "--reason", "too hard", "--as", "Mallory"]);
    assert!(out.contains("Mallory, card:company: changed: too hard"), "{out}");
    assert_eq!(standing(&trial)[0]["waits_for_second"], json!("Mallory"));
    trial.ok(&["review", "approve", "company", "--as", "Anna"]);
    assert_eq!(of(0), json!("approved"));

    // the first of two leaves it due
    let due = || trial.ok(&["review", "due", "--within", "60"]);
    trial.write("scorecards/company.toml", harder);
    let before = due();
    trial.ok(&["review", "approve", "company", "--as", "Anna"]);
    assert_eq!(due(), before);
    // whoever takes the rule away finds the page and the card of one mind
    trial.write("crosscheck.toml", settings);
    let server = Server::start(&trial);
    let reviews: Value = serde_json::from_str(&server.get("/api/reviews").2).expect("JSON");
    let items = reviews["items"].as_array().expect("items");
    let found = items.iter().find(|item| item["subject"] == "kpi:company/first_response_time").expect("the KPI");
    assert_eq!(found["approval"], standing(&trial)[1]);
}

#[test]
fn a_metric_is_one_subject_by_whatever_name() {
    let trial = desk();
    trial.ok(&["review", "retire", "metric:FRT", "--reason", "another is asked", "--as", "Zed"]);
    let log = trial.ok(&["review", "log", "first_response_time"]);
    assert!(log.contains("metric:first_response_time") && log.contains("retired: another is asked"), "{log}");
    assert_eq!(trial.ok(&["review", "log", "metric:FRT"]), log);
    let out = trial.ok(&["review", "approve", "metric:first reply time", "--as", "Zed"]);
    assert!(out.contains("it had been retired by Zed, and is in use again"), "{out}");
    let ran = trial.run(&["review", "comment", "metric:frtx", "x", "--as", "Zed"]);
    assert!(ran.code != Some(0) && ran.err.contains("there is no metric `frtx`"), "{ran:?}");
}

#[test]
fn a_definition_is_approved_with_all_it_is_made_of() {
    let trial = desk();
    let resolved = include_str!("../../metrics/cost/issues_resolved.toml");
    trial.write(
        "scorecards/company.toml",
        CARD.replacen("weight = 0.5", "weight = 0.4", 1)
            + "\n[[kpi]]\nmetric = \"cost_per_resolution\"\nname = \"Cost\"\nperspective = \"satisfaction\"\nweight = 0.1\n",
    );
    let due = trial.ok(&["review", "due"]);
    assert!(due.contains("metric:issues_resolved") && due.contains("metric:total_cost"), "{due}");
    let out = trial.ok(&["review", "approve", "company", "--with-definitions", "--as", "Anna"]);
    assert!(out.contains("metric:issues_resolved: approved"), "{out}");
    let stands = || card(&trial, &[])["kpis"][2]["definition_status"].clone();
    assert_eq!(stands(), json!("approved"));
    trial.write("metrics/cost/issues_resolved.toml", resolved.to_owned() + "\n# mine\n");
    assert_eq!(stands(), json!("approved"), "a comment is no part of it");
    let edited = resolved.replace("name = \"Issues resolved\"", "name = \"Issues at their end\"");
    trial.write("metrics/cost/issues_resolved.toml", edited);
    assert_eq!(stands(), json!("draft"));
    let report = trial.ok(&["report", "executive", "--period", "2026-10", "--format", "md"]).replace(['`', '\\'], "");
    assert!(
        report.contains("changed since its approval by Anna on 21 Nov 2026, in issues_resolved, which it is made of"),
        "{report}"
    );
    trial.ok(&["review", "approve", "cost_per_resolution", "--as", "Anna"]);
    assert_eq!(stands(), json!("approved"));
    // the one edited now was another before: it does not answer for the days of the one that came with the program
    let log = trial.ok(&["review", "log", "cost_per_resolution"]);
    assert!(log.contains("in force from 21 Nov 2026: issues_resolved"), "{log}");
}

#[test]
fn a_definition_that_came_with_the_program_is_not_what_it_was_edited_to() {
    let trial = desk();
    let shipped = include_str!("../../metrics/satisfaction/fcr.toml");
    let edited = shipped.replacen("owner = \"\"", "owner = \"Anna\"", 1);
    assert_ne!(edited, shipped);
    trial.write("metrics/satisfaction/fcr.toml", edited.clone());
    let out = trial.ok(&["review", "approve", "fcr", "--as", "Anna"]);
    assert!(out.contains("in force from 21 Nov 2026: fcr"), "{out}");
    let ran = trial.run(&["kpi", "fcr", "--range", "2026-03", "--as-defined-on", "2026-03-31"]);
    assert!(ran.err.contains("the earliest that is known holds from 2026-11-21"), "{ran:?}");
    // who says otherwise does; but one text alone, unapproved, does not push an approved one aside
    trial.ok(&["review", "approve", "fcr", "--from", "2026-02-01", "--as", "Bert"]);
    trial.write("metrics/satisfaction/fcr.toml", edited.replace("owner = \"Anna\"", "owner = \"Mallory\""));
    let ran = trial.run(&["review", "confirm", "fcr", "--from", "2026-02-01", "--reason", "ok", "--as", "Mallory"]);
    let why = "the definition of `fcr` that is in force on 2026-02-01 was approved by Anna and Bert: another one takes its \
               place once it is approved itself";
    assert!(ran.code == Some(1) && ran.err.replace("\n", " ").contains(why), "{ran:?}");
}

#[test]
fn nothing_is_written_into_the_past_of_the_journal() {
    let trial = desk();
    trial.ok(&["review", "comment", "company", "x", "--as", "Anna"]);
    let ran = trial.run(&["review", "approve", "company", "--as", "Anna", "--now", "2026-05-01"]);
    assert!(ran.code == Some(1) && ran.err.contains("is recorded as of 2026-05-01"), "{ran:?}");
    assert!(trial.ok(&["review", "log"]).lines().count() == 3, "{}", trial.ok(&["review", "log"]));
}

#[test]
fn two_files_of_one_name_are_neither() {
    let trial = desk();
    trial.write("scorecards/old/company.toml", CARD.replace("Company scorecard", "Old card"));
    let ran = trial.run(&["check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for file in ["scorecards/company.toml", "scorecards/old/company.toml"] {
        assert!(ran.err.contains(&format!("the card `company` is in {file} too")), "{}", ran.err);
    }
    let ran = trial.run(&["scorecard"]);
    assert!(ran.code == Some(1) && !ran.out.contains("card"), "{ran:?}");
}

#[test]
fn a_card_that_is_gone_is_told() {
    let trial = desk();
    let regulated = "industry = \"financial_services\"\n".to_owned() + CARD;
    trial.write("scorecards/company.toml", regulated);
    for name in ["Anna", "Bert"] {
        trial.ok(&["review", "approve", "company", "--as", name]);
    }
    trial.ok(&["close", "2026-10", "--as", "Anna"]);
    let warned = || trial.run(&["check"]).err;
    assert!(!warned().contains("has no file any more"));
    std::fs::remove_file(trial.path("scorecards/company.toml")).expect("removed");
    trial.write("scorecards/bank.toml", CARD);
    let told = "the card `company` has no file any more: it was approved by Anna and Bert, and took two people, and 1 period \
                of it was closed; none of that holds for a card of another name";
    assert!(warned().contains(told), "{}", warned());
    let reviews: Value = serde_json::from_str(&Server::start(&trial).get("/api/reviews").2).expect("JSON");
    assert_eq!(reviews["gone"], json!([{"card": "company", "sentence": told}]));
    // what was done to it can be asked, and whoever means it takes it out of use: two, as it took two
    assert!(trial.ok(&["review", "log", "card:company"]).contains("approved with its 2 KPIs"));
    for name in ["Anna", "Bert"] {
        trial.ok(&["review", "retire", "card:company", "--reason", "we are a bank now", "--as", name]);
    }
    assert!(!warned().contains("has no file any more"));
}

#[test]
fn what_two_retired_two_put_back() {
    let trial = desk();
    let settings = std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings");
    trial.write("crosscheck.toml", settings + "\n[reviews]\nsecond_person = true\n");
    for name in ["Anna", "Bert"] {
        trial.ok(&["review", "retire", "company/tickets_solved", "--reason", "gone", "--as", name]);
    }
    let out = trial.ok(&["review", "approve", "company/tickets_solved", "--as", "Anna"]);
    assert!(!out.contains("in use again") && out.contains("once a second person signs it too"), "{out}");
    assert_eq!(standing(&trial)[2]["status"], json!("retired"));
    let out = trial.ok(&["review", "approve", "company/tickets_solved", "--as", "Cleo"]);
    assert!(out.contains("it had been retired by Anna and Bert, and is in use again"), "{out}");
    assert_eq!(standing(&trial)[2]["status"], json!("approved"));
}

#[test]
fn working_hours_that_changed_are_told_where_a_closed_period_is_restated() {
    let trial = desk();
    trial.ok(&["close", "2026-10", "--as", "Anna"]);
    let late = trial.write("late.csv", tickets("L", 3, 10));
    trial.ok(&["import", "desk", &late]);
    assert_eq!(card(&trial, &[])["closed"]["hours_changed"], json!(false));
    trial.write("holidays/nl.toml", "[[holiday]]\ndate = 2026-12-25\nname = \"Christmas\"\n");
    let shown = trial.ok(&["scorecard", "--range", "2026-10"]).replace("\n  ", " ");
    assert!(shown.contains("restated since, and working hours or holidays were written anew since"), "{shown}");
}

#[test]
fn whoever_looks_at_a_metric_is_noted_once_a_day() {
    let trial = desk();
    let server = Server::start(&trial);
    let name = [("Crosscheck-Name", "J%C3%B6rg%20B.")];
    for _ in 0..3 {
        assert_eq!(send(&server, "GET", "/api/kpis/tickets_solved", &name, "").0, 200);
        assert_eq!(server.get("/api/kpis/tickets_solved").0, 200);
    }
    assert_eq!(server.get("/api/kpis/no_such").0, 404);
    let out = trial.ok(&["review", "export"]);
    let journal: Vec<Value> = serde_json::from_str(&out).expect("JSON");
    let told = |entry: &Value| format!("{} {} {}", entry["actor"], entry["kind"], entry["subject"]).replace('"', "");
    assert_eq!(
        journal.iter().map(told).collect::<Vec<_>>(),
        ["Jörg B. viewed metric:tickets_solved", "somebody viewed metric:tickets_solved"]
    );
    assert_eq!(trial.ok(&["review", "log"]), "nothing has been recorded\n");
}

#[test]
fn the_journal_is_exported_and_tampering_is_found() {
    let trial = desk();
    trial.ok(&["review", "comment", "tickets_solved", "=HYPERLINK(\"http://x\")", "--as", "Anna"]);
    trial.ok(&["review", "comment", "company", "and, \"so\" on", "--as", "Anna"]);
    let out = trial.ok(&["review", "export", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(out.as_bytes());
    let head = rows.headers().expect("a head").iter().collect::<Vec<_>>().join(",");
    assert_eq!(head, "number,at,actor,kind,subject,text,body,previous,hash");
    let rows: Vec<csv::StringRecord> = rows.records().map(|row| row.expect("a row")).collect();
    assert_eq!((rows.len(), &rows[1][7], &rows[1][5]), (2, &rows[0][8], "commented: and, \"so\" on"));
    assert!(trial.ok(&["verify"]).contains("as it was written"));
    let path = trial.path("data/app.db");
    let mut bytes = std::fs::read(&path).expect("the journal");
    let at = bytes.windows(9).position(|part| part == b"HYPERLINK").expect("the text");
    bytes[at] = b'J';
    std::fs::write(&path, bytes).expect("tampered");
    let ran = trial.run(&["verify"]);
    assert!(ran.code == Some(1) && ran.err.contains("entry 1 is not what was written"), "{ran:?}");
}

#[test]
fn initiatives_and_decisions_are_written_listed_and_checked() {
    let trial = desk();
    let initiative = [
        "initiative",
        "add",
        "faster",
        "--name",
        "More \"early\" shifts",
        "--hypothesis",
        "if more agents start at eight, replies are faster, because most tickets come in then",
        "--kpi",
        "first_response_time",
        "--effect",
        "-300",
        "--owner",
        "Head of support",
        "--cost",
        "12000",
        "--start",
        "2026-10-01",
        "--end",
        "2026-12-31",
        "--team",
        "T",
        "--milestone",
        "2026-10-15=Pilot",
    ];
    assert_eq!(trial.ok(&initiative), "wrote initiatives/faster.toml\n");
    let mut unknown = initiative;
    (unknown[2], unknown[17], unknown[18]) = ("slower", "--channel", "emails");
    let ran = trial.run(&unknown);
    assert!(ran.code == Some(0) && ran.err.contains("no channel is called `emails` (perhaps `email`"), "{ran:?}");
    std::fs::remove_file(trial.path("initiatives/slower.toml")).expect("an initiative");
    let ran = trial.run(&initiative);
    assert!(ran.code == Some(2) && ran.err.contains("initiatives/faster.toml is there already"), "{ran:?}");
    let decision = [
        "decision",
        "add",
        "early",
        "--text",
        "We chose early shifts because mornings are busiest.",
        "--decided-by",
        "Head of support",
        "--kpi",
        "tickets_solved",
        "--initiative",
        "faster",
    ];
    assert_eq!(trial.ok(&decision), "wrote decisions/early.toml\n");
    let refused = |arguments: &[&str], message: &str| {
        let ran = trial.run(arguments);
        assert!(ran.code == Some(2) && ran.err.contains(message), "{arguments:?}: {ran:?}");
    };
    refused(&["decision", "add", "../x", "--text", "x", "--decided-by", "A"], "`../x` is no name of a file");
    refused(&["decision", "add", "x", "--text", "x because y", "--decided-by", "A"], "the decision is about nothing");
    let by_nobody = ["decision", "add", "x", "--text", "x because y", "--decided-by", " ", "--kpi", "tickets_solved"];
    refused(&by_nobody, "`decided_by` says nothing");
    refused(
        &["decision", "add", "x", "--text", "a because b", "--decided-by", "A", "--kpi", "fcr", "--date", "2030-01-01"],
        "--date 2030-01-01 is not over",
    );
    refused(
        &["decision", "add", "x", "--text", "x because y", "--decided-by", "A", "--kpi", "tickets_solvd"],
        "perhaps `tickets_solved`",
    );
    assert!(!std::path::Path::new(&trial.path("decisions/x.toml")).exists());
    // beside the error a warning is called one
    let wrong =
        ["initiative", "add", "x", "--name", "n", "--hypothesis", "h", "--kpi", "nothing", "--start", "2026-11-01"];
    refused(&wrong, "error: initiatives/x.toml: `nothing` is neither a KPI of the card `company` nor a metric");
    refused(&wrong, "warning: initiatives/x.toml: nobody answers for the initiative");
    let sound = trial.run(&["check"]);
    assert!(!sound.err.contains("initiatives/") && !sound.err.contains("decisions/"), "{}", sound.err);

    let listed = trial.ok(&["initiative", "list"]);
    assert!(listed.contains("faster") && listed.contains("−5 m") && listed.contains("running"), "{listed}");
    assert_eq!(trial.ok(&["initiative", "list", "--metric", "tickets_solved"]), "no initiatives\n");
    assert!(trial.ok(&["decision", "list"]).contains("2026-11-21"));

    let server = Server::start(&trial);
    let get = |path: &str| -> Value { serde_json::from_str(&server.get(path).2).expect("JSON") };
    let initiatives = get("/api/initiatives?metric=first_response_time");
    assert_eq!(initiatives, get("/api/initiatives"));
    let one = &initiatives[0];
    assert_eq!(
        (&one["id"], &one["name"], &one["effect"], &one["milestones"][0]["due"]),
        (&json!("faster"), &json!("More \"early\" shifts"), &json!(-300.0), &json!("2026-10-15"))
    );
    assert_eq!(get("/api/initiatives?metric=tickets_solved"), json!([]));
    assert_eq!(get("/api/decisions?metric=tickets_solved")[0]["initiative"], json!("faster"));
    assert_eq!(server.get("/api/decisions?metric=no_such").0, 404);

    // a wrong file is left out and pointed into
    trial.write("decisions/late.toml", "date = 2026-11-01\ntext = \"because\"\ndecided_by = \"A\"\nkpi = \"x\"\n");
    let ran = run(&mut trial.command(&["check"]));
    assert!(
        ran.code == Some(1) && ran.err.contains("decisions/late.toml:4:1") && ran.err.contains("perhaps `kpis`"),
        "{ran:?}"
    );
}
