//! Names beside the ids of agents and teams: wherever people read who a figure is of, never where a file or an address
//! says it. Two agents have one name, one is called differently by two systems, and one has none.

use end_to_end::{Server, Trial};
use serde_json::{Value, json};

const CALLS: &str = r#"
system = "desk"
[read]
format = "csv"
zone = "UTC"
[[record]]
kind = "contact"
id = "call"
[record.fields]
channel = "'phone'"
queued_at = "at"
answered_at = "at"
ended_at = "at"
team = "team"
agent = "agent"
transfers = "transfers"
"#;

const TEAMS: &str = r#"
system = "desk"
[read]
format = "csv"
[[record]]
kind = "team"
id = "team"
[record.fields]
name = "name"
"#;

const CARD: &str = r#"title = "Company"
value_proposition = "v"
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "contacts_reviewable"
perspective = "p"
weight = 0.5
[[kpi]]
metric = "transfer_rate"
perspective = "p"
weight = 0.5
"#;

/// A card of one agent.
const OWN: &str = r#"title = "A card of one"
value_proposition = "v"
level = "agent"
parent = "company"
only = { agent = "a2" }
[[perspective]]
id = "p"
name = "P"
[[kpi]]
metric = "transfer_rate"
perspective = "p"
weight = 1.0
"#;

/// The people of `system`; addresses are nobody's business.
fn people(system: &str) -> String {
    format!(
        "system = \"{system}\"\n[read]\nformat = \"csv\"\n[[record]]\nkind = \"agent\"\nid = \"agent\"\n[record.fields]\nname = \"name\"\nteam = \"team\"\nemail = \"email\"\n"
    )
}

/// Twenty calls each of four agents in October.
fn workspace() -> Trial {
    let trial = Trial::new("UTC");
    trial.write("sources/calls.toml", CALLS);
    trial.write("sources/teams.toml", TEAMS);
    trial.write("sources/people.toml", people("desk"));
    trial.write("sources/phones.toml", people("phones"));
    trial.write("scorecards/company.toml", CARD);
    trial.write("scorecards/own.toml", OWN);
    let mut calls = "call,at,team,agent,transfers\n".to_owned();
    for number in 0..80 {
        let (day, agent) = (1 + number / 4, 1 + number % 4);
        let team = if agent < 3 { "t1" } else { "Returns" };
        calls.push_str(&format!("c{number},2026-10-{day:02}T09:00:00Z,{team},a{agent},0\n"));
    }
    let files = [
        ("calls", calls),
        ("teams", "team,name\nt1,Billing desk\nReturns,Returns\n".to_owned()),
        (
            "people",
            "agent,name,team,email\na1,Sam Lee,t1,one@mail.test\na2,Sam Lee,t1,two@mail.test\na3,Kim,Returns,three@mail.test\na4,,Returns,four@mail.test\n"
                .to_owned(),
        ),
        ("phones", "agent,name,team,email\na1,Sam Lee,t1,one@mail.test\na3,Jo,Returns,jo@mail.test\n".to_owned()),
    ];
    for (source, text) in files {
        let file = trial.write(&format!("{source}.csv"), text);
        trial.ok(&["import", source, &file]);
    }
    trial
}

const OCTOBER: [&str; 2] = ["--range", "2026-10"];

fn told(trial: &Trial, arguments: &[&str]) -> String {
    let text = trial.ok(&[arguments, &OCTOBER].concat());
    assert!(!text.contains("mail.test"), "{text}");
    text
}

fn found(server: &Server, path: &str) -> Value {
    let (status, _, body) = server.get(path);
    assert_eq!(status, 200, "{path}: {body}");
    assert!(!body.contains("mail.test"), "{path}: {body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}\n{body}"))
}

#[test]
fn people_read_names_and_ids_stay_what_files_have() {
    let trial = workspace();
    let check = |arguments: &[&str], with: &[&str], without: &[&str]| {
        let text = told(&trial, arguments);
        for wanted in with {
            assert!(text.contains(wanted), "{arguments:?} lacks {wanted}\n{text}");
        }
        for unwanted in without {
            assert!(!text.contains(unwanted), "{arguments:?} has {unwanted}\n{text}");
        }
    };
    let unknown = ["Kim", "Jo"];
    let both = ["Sam Lee (a1)", "Sam Lee (a2)", "  a3 ", "  a4 "];
    check(&["kpi", "contacts_reviewable", "--by", "agent"], &both, &unknown);
    check(
        &["kpi", "contacts_reviewable", "--by", "team"],
        &["Billing desk (t1)", "  Returns "],
        &["Returns (Returns)"],
    );
    check(&["kpi", "contacts_reviewable", "--by", "agent", "--format", "csv"], &[",a1,", ",a2,"], &["Sam Lee"]);
    check(&["cascade", "contacts_reviewable", "--by", "agent"], &["Sam Lee (a1)", "Sam Lee (a2)", "a3"], &unknown);
    check(&["recognition", "--agents"], &["Sam Lee (a1)", "Sam Lee (a2)", "a3"], &unknown);
    check(&["recognition", "--agents", "--format", "csv"], &["a1", "a2"], &["Sam Lee"]);
    check(&["rows", "contacts_reviewable"], &["Billing desk (t1)", "  Returns"], &unknown);
    check(&["rows", "contacts_reviewable", "--format", "csv"], &["t1"], &["Billing desk", "Sam Lee"]);
    check(&["scorecard", "--card", "own"], &["only agent Sam Lee (a2)"], &unknown);
}

#[test]
fn answers_have_labels_beside_their_keys() {
    let trial = workspace();
    let server = Server::start(&trial);
    let agents = json!({ "a1": "Sam Lee", "a2": "Sam Lee" });
    let answers = found(&server, "/api/kpis/contacts_reviewable/answers?range=2026-10&grain=total&by=agent,team");
    assert_eq!(answers[0]["labels"], json!({ "agent": agents, "team": { "t1": "Billing desk" } }));
    assert_eq!(answers[0]["rows"][0]["by"], json!({ "agent": "a1", "team": "t1" }));
    // a name is of whom the answer tells, not of everybody
    let one = found(&server, "/api/kpis/contacts_reviewable/answers?range=2026-10&by=agent&only=agent%3Da2");
    assert_eq!(one[0]["labels"], json!({ "agent": { "a2": "Sam Lee" } }));
    let narrowed = found(&server, "/api/kpis/contacts_reviewable/answers?range=2026-10&only=team%3Dt1");
    assert_eq!(narrowed[0]["labels"], json!({ "team": { "t1": "Billing desk" } }));
    let whole = found(&server, "/api/kpis/contacts_reviewable/answers?range=2026-10");
    assert_eq!(whole[0]["labels"], json!({}));

    let values = found(&server, "/api/kpis/contacts_reviewable/dimensions/agent/values?range=2026-10");
    let listed: Vec<(Option<&str>, Option<&str>)> = values["values"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["value"].as_str(), one["label"].as_str()))
        .collect();
    let name = Some("Sam Lee");
    assert_eq!(listed, [(Some("a1"), name), (Some("a2"), name), (Some("a3"), None), (Some("a4"), None)]);

    let rows = found(&server, "/api/kpis/contacts_reviewable/rows?range=2026-10");
    assert_eq!(rows["labels"], json!({ "agent": agents, "team": { "t1": "Billing desk" } }));
    assert_eq!(rows["rows"][0]["cells"]["agent"], "a1");

    let cascade = found(&server, "/api/cascade?kpi=contacts_reviewable&by=agent&range=2026-10");
    let parts: Vec<(Option<&str>, Option<&str>)> = cascade["parts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| (part["of"].as_str(), part["name"].as_str()))
        .collect();
    assert_eq!(parts, [(Some("a1"), name), (Some("a2"), name), (Some("a3"), Some("a3")), (Some("a4"), Some("a4"))]);

    let card = found(&server, "/api/scorecard?card=own&range=2026-10");
    assert_eq!(
        (&card["only"], &card["labels"]),
        (&json!({ "agent": ["a2"] }), &json!({ "agent": { "a2": "Sam Lee" } }))
    );
}
