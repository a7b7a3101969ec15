//! From what a company competes on to a card with targets: proposals, lint, targets out of history, benchmarks.

use std::process::Command;

use end_to_end::{Server, Trial, binary, run};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::history::DESK;
use crate::reviews::send;

fn init(folder: &TempDir, options: &[&str]) -> end_to_end::Ran {
    let path = folder.path().join("workspace").to_string_lossy().into_owned();
    run(Command::new(binary()).args(["init", &path]).args(options))
}

fn at(folder: &TempDir, arguments: &[&str]) -> end_to_end::Ran {
    let path = folder.path().join("workspace").to_string_lossy().into_owned();
    let fixed = ["--workspace", &path, "--now", "2026-11-21T09:00:00Z"];
    run(Command::new(binary()).args(fixed).args(arguments).env("NO_COLOR", "1"))
}

fn card(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("workspace/scorecards/company.toml")).expect("a card")
}

#[test]
fn a_workspace_begins_with_what_the_company_competes_on() {
    let folder = tempfile::tempdir().expect("a directory");
    let records = "ticket,event,contact,compliance_check,quality_review,complaint,cost,survey_answer";
    let options = [
        "--compete-on",
        "compliance=0.6,cost=0.4",
        "--industry",
        "financial_services",
        "--channel",
        "phone,email",
        "--records",
        records,
    ];
    let made = init(&folder, &options);
    assert_eq!(made.code, Some(0), "{made:?}");
    for told in [
        "on the card:\n   25 %  Compliance rate (compliance_rate)\n",
        "  Agent attrition (annualised) (agent_attrition): it needs records of employment",
        "note: not measured by any definition here, and so not on the card: qa calibration, theme frequency",
        "assumed: it is called \"My organisation\", its days are those of UTC, its amounts are in EUR; change it in ",
        "note: what counts as a complaint in law",
    ] {
        assert!(made.out.contains(told), "{told}\n{}", made.out);
    }
    let card = card(&folder);
    for line in [
        "status = \"template_default\"",
        "competes_on = { cost = 0.4, compliance = 0.6 }",
        "industry = \"financial_services\"",
        "channels = [\"phone\", \"email\"]",
        "kpi = \"agent_attrition\"\nneeds = [\"employment\"]",
    ] {
        assert!(card.contains(line), "{line}\n{card}");
    }
    // nothing on it is anybody's mistake yet, and what is missing is said
    let check = at(&folder, &["check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.err.contains("L05") && check.err.contains("`compliance_rate` has no target"), "{}", check.err);
    assert!(check.err.contains("L12") && !check.err.contains("L03"), "{}", check.err);
}

#[test]
fn nothing_said_is_customer_experience() {
    let folder = tempfile::tempdir().expect("a directory");
    let made = init(&folder, &[]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("the template for customer experience, as nothing was said"), "{}", made.out);
    assert!(card(&folder).contains("competes_on = \"customer_experience\""));
}

#[test]
fn options_that_mean_nothing_make_nothing() {
    for (options, told) in [
        (["--compete-on", "costs"], "--compete-on: `costs` is nothing to compete on here (perhaps `cost`)"),
        (["--compete-on", "cost=0.5"], "--compete-on: the shares of what is competed on add up to 0.5, not 1"),
        (
            ["--industry", "telecoms"],
            "--industry: `telecoms` is no industry with a variant of its own (perhaps `telecom`)",
        ),
        (["--channel", "fax"], "--channel: there is no channel `fax`"),
        (["--records", "tickets"], "--records: there is no kind of record `tickets` (perhaps `ticket`)"),
        (["--records", "team"], "no KPI can be made of the records at hand"),
    ] {
        let folder = tempfile::tempdir().expect("a directory");
        let refused = init(&folder, &options);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.err.contains(told), "{}", refused.err);
        assert!(!folder.path().join("workspace").exists(), "{options:?}");
    }
}

#[test]
fn findings_are_problems_of_the_card() {
    let trial = Trial::new("UTC");
    let text = std::fs::read_to_string(trial.path("scorecards/company.toml")).expect("a card");
    // approved as it is: without targets
    trial.write("scorecards/company.toml", text.replace("\"template_default\"", "\"approved\""));
    let check = trial.run(&["check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    assert!(check.err.contains("L05") && check.out.contains("8 errors"), "{}\n{}", check.out, check.err);
    // a draft has time for that, but not for a card without counterweights
    let draft = text.replace("\"template_default\"", "\"draft\"");
    trial.write("scorecards/company.toml", &draft);
    assert_eq!(trial.run(&["check"]).code, Some(0));
    let alone = draft.replace(
        "metric = \"cost_per_resolution\"\nperspective",
        "metric = \"cost_per_resolution\"\ncounterbalances = []\nperspective",
    );
    trial.write("scorecards/company.toml", alone);
    let check = trial.run(&["check"]);
    assert_eq!(check.code, Some(1), "{check:?}");
    assert!(check.err.contains("L03") && check.err.contains("it names no counterbalance"), "{}", check.err);
    // the same over HTTP
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/lint");
    let found: Vec<Value> = serde_json::from_str(&body).expect("findings");
    assert_eq!((status, found[0]["rule"].as_str(), found[0]["severity"].as_str()), (200, Some("L03"), Some("error")));
    assert_eq!(found[0]["kpi"], "cost_per_resolution");
    assert_eq!(server.get("/api/lint?card=other").0, 404);
}

#[test]
fn a_card_is_made_anew_for_the_sources_there_are() {
    let trial = Trial::new("UTC");
    let none = trial.run(&["card", "new", "--compete-on", "cost"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    assert!(none.err.contains("no source makes any records yet"), "{}", none.err);
    trial.write("sources/desk.toml", DESK);
    let shown = trial.ok(&["card", "new", "--compete-on", "cost", "--print"]);
    assert!(shown.contains("metric = \"fcr\"") && !shown.contains("metric = \"csat_t2b\"\nperspective"), "{shown}");
    // one that is there gives way to somebody, for a reason, and the journal has both
    let nobody = trial.run(&["card", "new", "--compete-on", "cost", "--as", "Ada"]);
    assert_eq!(nobody.code, Some(2), "{nobody:?}");
    assert!(nobody.err.contains("a name and a reason are needed"), "{}", nobody.err);
    let anew = ["card", "new", "--compete-on", "cost", "--as", "Ada", "--reason", "cost comes first now"];
    let said = trial.ok(&anew);
    assert!(said.contains("the one before is scorecards/company.toml.old1"), "{said}");
    assert!(
        said.contains("  Customer satisfaction (top-2-box) (csat_t2b): it needs records of survey_answer"),
        "{said}"
    );
    assert_eq!(trial.run(&["check"]).code, Some(0));
    let log = trial.ok(&["review", "log", "card:company"]);
    assert!(log.contains("Ada") && log.contains("changed: cost comes first now"), "{log}");
    let again = trial.run(&anew);
    assert!(again.err.contains("says this already: nothing was written"), "{}", again.err);
    // what somebody made their own stays
    let own = std::fs::read_to_string(trial.path("scorecards/company.toml")).expect("a card");
    trial.write("scorecards/company.toml", own.replace("\"template_default\"", "\"draft\""));
    let refused = trial.run(&anew);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("is somebody's own by now"), "{}", refused.err);
}

/// A team below the company: of its KPIs one serves what a card for cost over these sources has, and one what it has not.
const BILLING: &str = r#"title = "Billing"
value_proposition = "Bills are right."
status = "draft"
level = "team"
parent = "company"

[[perspective]]
id = "satisfaction"
name = "Satisfaction"

[[kpi]]
metric = "csat_t2b"
perspective = "satisfaction"
weight = 0.5
serves = "csat_t2b"

[[kpi]]
metric = "fcr"
perspective = "satisfaction"
weight = 0.5
serves = "fcr"
"#;

#[test]
fn what_no_longer_fits_a_new_card_is_told_and_commented_out_on_request() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    trial.write("scorecards/billing.toml", BILLING);
    let missing = "there is no kpi `csat_t2b` on the card `company`";
    let place = format!("scorecards/billing.toml:15: {missing}");
    let found = |run: &end_to_end::Ran| run.out.contains(missing) || run.err.contains(missing);
    assert!(!found(&trial.run(&["check"])), "it fits the card there is");
    let shown = trial.run(&["card", "new", "--compete-on", "cost", "--print"]);
    assert!(shown.err.contains(&place) && !shown.out.contains(missing), "{shown:?}");
    let anew = ["card", "new", "--compete-on", "cost", "--as", "Ada", "--reason", "cost comes first now"];
    let made = trial.run(&anew);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.err.contains(&place) && made.err.contains("--comment-out-serves"), "{}", made.err);
    assert!(found(&trial.run(&["check"])), "as was announced");
    let freed = trial.run(&[&anew[..], &["--comment-out-serves"]].concat());
    assert_eq!(freed.code, Some(0), "{freed:?}");
    assert!(freed.out.contains("commented out in scorecards/billing.toml") && !found(&freed), "{freed:?}");
    let text = std::fs::read_to_string(trial.path("scorecards/billing.toml")).expect("a card");
    assert_eq!(text, BILLING.replace("serves = \"csat_t2b\"", "# serves = \"csat_t2b\""));
    assert!(!found(&trial.run(&["check"])));
    let log = trial.ok(&["review", "log", "card:billing"]);
    assert!(log.contains("Ada") && log.contains("is not served any more: cost comes first now"), "{log}");
}

#[test]
fn the_page_sets_up_the_same() {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/setup");
    let setup: Value = serde_json::from_str(&body).expect("choices");
    assert_eq!((status, setup["propositions"].as_array().map(Vec::len)), (200, Some(5)));
    assert_eq!(setup["kinds_at_hand"], json!(["ticket", "event"]));
    let post =
        |wish: Value| send(&server, "POST", "/api/setup", &[("Content-Type", "application/json")], &wish.to_string());
    let (status, proposal) = post(json!({ "competes_on": { "cost": 1.0 } }));
    assert_eq!((status, proposal["written"].as_bool()), (200, Some(false)), "{proposal}");
    assert_eq!(proposal["toml"].as_str(), Some(trial.ok(&["card", "new", "--compete-on", "cost", "--print"]).as_str()));
    let (status, refused) = post(json!({ "competes_on": { "cost": 0.5 } }));
    assert_eq!(status, 400, "{refused}");
    let (status, refused) = post(json!({ "competes_on": { "compliance": -1.0, "revenue": 2.0 } }));
    assert_eq!(
        (status, &refused["error"]["message"]),
        (400, &json!("-1 is not a share of 1, as 0.7, of `compliance`"))
    );
    let (status, refused) = post(json!({ "competes_on": { "cost": 1.0 }, "channels": ["fax"] }));
    assert_eq!((status, &refused["error"]["message"]), (400, &json!("there is no channel `fax`")));
    // the card there is, signed, is not replaced by a click
    trial.ok(&["review", "approve", "card:company", "--as", "Ada"]);
    let (_, _, body) = server.get("/api/setup");
    let setup: Value = serde_json::from_str(&body).expect("choices");
    let replaces = &setup["replaces"];
    assert_eq!(
        (replaces["file"].as_str(), replaces["gives_way"].as_bool()),
        (Some("scorecards/company.toml"), Some(true))
    );
    assert_eq!(
        (replaces["approval"]["status"].as_str(), replaces["approval"]["by"].as_str()),
        (Some("approved"), Some("Ada"))
    );
    let before = std::fs::read_to_string(trial.path("scorecards/company.toml")).expect("a card");
    for by in [
        json!({}),
        json!({ "actor": "Ben" }),
        json!({ "actor": " ", "reason": "new" }),
        json!({ "actor": "Ben", "reason": " " }),
    ] {
        let mut wish = json!({ "competes_on": { "cost": 1.0 }, "write": true });
        wish.as_object_mut().expect("an object").extend(by.as_object().cloned().unwrap_or_default());
        let (status, refused) = post(wish);
        assert_eq!(status, 400, "{by}: {refused}");
        assert_eq!(std::fs::read_to_string(trial.path("scorecards/company.toml")).ok().as_ref(), Some(&before), "{by}");
    }
    let (status, written) = post(
        json!({ "competes_on": { "cost": 1.0 }, "write": true, "actor": "Ben", "reason": "cost comes first now" }),
    );
    assert_eq!((status, written["kept"].as_str()), (200, Some("scorecards/company.toml.old1")), "{written}");
    assert_eq!(
        std::fs::read_to_string(trial.path("scorecards/company.toml")).ok().as_deref(),
        written["toml"].as_str()
    );
    assert_eq!(std::fs::read_to_string(trial.path("scorecards/company.toml.old1")).ok(), Some(before));
    let (_, _, body) = server.get("/api/reviews?subject=card:company");
    let reviews: Value = serde_json::from_str(&body).expect("reviews");
    let last = &reviews["log"][0];
    assert_eq!(
        (last["kind"].as_str(), last["actor"].as_str(), last["text"].as_str()),
        (Some("change"), Some("Ben"), Some("changed: cost comes first now"))
    );
    assert_eq!(last["changed_to"]["competes_on"], "cost");
    // it is in force at once, and nobody has approved it
    let (_, _, body) = server.get("/api/scorecard");
    let card: Value = serde_json::from_str(&body).expect("a card");
    assert_eq!(card["approval"]["status"], "changed since approval", "{}", card["approval"]);
}

#[test]
fn targets_and_yardsticks_of_the_demo() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().join("demo").to_string_lossy().into_owned();
    let made = run(Command::new(binary())
        .args(["--workspace", &path, "demo", "--tickets", "4000", "--months", "5"])
        .args(["--until", "2026-11-04", "--no-serve"]));
    assert_eq!(made.code, Some(0), "{made:?}");
    let ask = |arguments: &[&str]| {
        run(Command::new(binary()).args(["--workspace", &path, "--now", "2026-11-04T09:00:00Z"]).args(arguments))
    };
    let target = ask(&["target", "suggest", "csat_t2b", "--deadline", "2027-06-30"]);
    assert_eq!(target.code, Some(0), "{target:?}");
    for told in [
        "by 2027-06-30: ≥ ",
        "where things stand: ",
        "no figure of a year before",
        "no season: that takes 24 whole months",
        "deadline = 2027-06-30, set_on = 2026-11-04, from = \"own\" }",
    ] {
        assert!(target.out.contains(told), "{told}\n{}", target.out);
    }
    // what it says is read as a card's target
    let line = target.out.lines().last().expect("a line");
    assert!(line.starts_with("target = { value = "), "{line}");
    let nothing = ask(&["target", "suggest", "customer_lifespan"]);
    assert!(nothing.code == Some(1) && nothing.err.contains("no target can be made"), "{nothing:?}");
    assert_eq!(ask(&["target", "suggest", "csat_t2b", "--deadline", "2026-01-01"]).code, Some(1));
    assert_eq!(ask(&["target", "suggest", "csat", "--deadline", "soon"]).code, Some(2));
    assert_eq!(ask(&["target", "suggest", "no_such_thing"]).code, Some(1));

    let nps = ask(&["benchmark", "nps"]);
    assert_eq!(nps.code, Some(0), "{nps:?}");
    for told in [
        "better yardsticks than others",
        "Others: context, never a target",
        "Qualtrics XM Institute · A",
        "warning: not to be relied on",
    ] {
        assert!(nps.out.contains(told), "{told}\n{}", nps.out);
    }
    let hidden = ask(&["benchmark", "csat_t2b"]);
    assert!(hidden.out.contains("9 older than three years") && !hidden.out.contains("Zendesk"), "{}", hidden.out);
    assert!(ask(&["benchmark", "csat_t2b", "--old"]).out.contains("Zendesk CSAT index · C"));
    assert_eq!(ask(&["benchmark", "csat_t2b", "--industry", "farming"]).code, Some(2));
    let json = ask(&["benchmark", "csat_t2b", "--json"]);
    let found: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        (found["hidden"].as_u64(), found["own"]["history"].as_array().map(Vec::len)),
        (Some(9), Some(1)),
        "{found}"
    );

    // a card out of the demo's sources has targets out of its history
    let card = ask(&["card", "new", "--compete-on", "customer_experience", "--print"]);
    assert_eq!(card.code, Some(0), "{card:?}");
    assert!(card.out.contains("metric = \"csat_t2b\"") && card.out.contains("from = \"own\" }"), "{}", card.out);
    // and lint over figures finds no error on the demo's own
    let check = ask(&["check"]);
    assert_eq!(check.code, Some(0), "{check:?}");
}
