//! One ticket: clocks worked out by hand, what happened in order, and the same id in two systems.

use end_to_end::{Server, Trial};
use serde_json::{Value, json};

use crate::history::DESK;

const HEADER: &str = "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n";

/// Created on a Friday half an hour before closing (09:00–17:00, UTC), answered on Monday at a quarter past nine,
/// solved at noon, opened again on Tuesday at ten.
const STORY: &str = "007,1,2026-11-06T16:30:00Z,C1,email,billing,A,2026-11-09T09:15:00Z,reply,agent,\n\
    007,2,2026-11-06T16:30:00Z,C1,email,billing,A,2026-11-09T12:00:00Z,status,agent,solved\n\
    007,3,2026-11-06T16:30:00Z,C1,email,billing,A,2026-11-10T10:00:00Z,status,customer,open\n\
    7,1,2026-11-09T10:00:00Z,C2,email,billing,A,2026-11-09T10:30:00Z,reply,agent,\n";

/// A phone system whose calls and a survey whose answers name tickets of the desk.
const PHONE: &str = r#"
title = "Phone"
[refers]
ticket = "desk"
[read]
format = "csv"
[[record]]
kind = "contact"
where = "what = 'call'"
id = "id"
[record.fields]
ticket_id = "ticket"
channel = "'phone'"
queued_at = "at"
answered_at = "answered"
ended_at = "ended"
talk = "300"
[[record]]
kind = "survey_answer"
where = "what = 'answer'"
id = "id"
[record.fields]
ticket_id = "ticket"
instrument = "'csat'"
scale_min = "1"
scale_max = "5"
value = "2"
answered_at = "at"
"#;

const CALLS: &str = "what,id,ticket,at,answered,ended\n\
    call,K1,007,2026-11-09T11:00:00Z,2026-11-09T11:00:40Z,2026-11-09T11:06:00Z\n\
    answer,A1,007,2026-11-09T13:00:00Z,,\n\
    call,K2,7,2026-11-09T11:30:00Z,2026-11-09T11:31:00Z,2026-11-09T11:36:00Z\n";

fn desk() -> Trial {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    trial.write("sources/phone.toml", PHONE);
    let other = DESK.replace("Help desk", "Other desk");
    trial.write("sources/other.toml", other);
    let file = trial.write("desk.csv", format!("{HEADER}{STORY}"));
    trial.ok(&["import", "desk", &file]);
    let file = trial.write("calls.csv", CALLS);
    trial.ok(&["import", "phone", &file]);
    let again = "007,1,2026-11-09T10:00:00Z,C9,email,other,B,2026-11-10T10:00:00Z,reply,agent,\n";
    let file = trial.write("other.csv", format!("{HEADER}{again}"));
    trial.ok(&["import", "other", &file]);
    trial
}

fn get(server: &Server, path: &str) -> (u16, Value) {
    let (status, _, body) = server.get(path);
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}\n{body}")))
}

#[test]
fn a_ticket_shows_both_clocks_and_what_happened() {
    let trial = desk();
    let server = Server::start(&trial);
    let (status, story) = get(&server, "/api/tickets/desk/007");
    assert_eq!(status, 200, "{story}");
    // by hand: Friday 30 m and Monday 15 m of business; Monday three hours more; then Monday whole and an hour of Tuesday
    let clock = |name: &str, to: Value, calendar: f64, business: f64, running: bool| {
        let from = "2026-11-06T16:30:00Z";
        json!({ "name": name, "from": from, "to": to, "calendar": calendar, "business": business, "running": running })
    };
    assert_eq!(
        story["clocks"],
        json!([
            clock("first reply", json!("2026-11-09T09:15:00Z"), 233_100.0, 2_700.0, false),
            clock("first solve", json!("2026-11-09T12:00:00Z"), 243_000.0, 12_600.0, false),
            clock("last solve", Value::Null, 322_200.0, 34_200.0, true),
        ]),
    );
    assert_eq!((&story["status"], &story["as_of"]), (&json!("open"), &json!("2026-11-10T10:00:00Z")));
    let timeline = story["timeline"].as_array().expect("a timeline");
    let told: Vec<(&str, &str)> = timeline
        .iter()
        .map(|entry| (entry["kind"].as_str().expect("a kind"), entry["at"].as_str().expect("a time")))
        .collect();
    assert_eq!(
        told,
        [
            ("created", "2026-11-06T16:30:00Z"),
            ("open", "2026-11-06T16:30:00Z"),
            ("turn", "2026-11-06T16:30:00Z"),
            ("reply", "2026-11-09T09:15:00Z"),
            ("contact", "2026-11-09T11:00:00Z"),
            ("leg", "2026-11-09T11:00:40Z"),
            ("status", "2026-11-09T12:00:00Z"),
            ("survey", "2026-11-09T13:00:00Z"),
            ("open", "2026-11-10T10:00:00Z"),
            ("status", "2026-11-10T10:00:00Z"),
        ],
    );
    // ids of the phone system, of which K2 belongs to another ticket
    let contacts: Vec<&Value> = timeline.iter().filter(|entry| entry["kind"] == "contact").collect();
    assert_eq!((contacts.len(), &contacts[0]["id"], &contacts[0]["system"]), (1, &json!("K1"), &json!("phone")));
    let facts = story["facts"].as_array().expect("facts");
    let table = |name: &str| facts.iter().find(|one| one["table"] == name).expect("a table");
    assert_eq!(table("ticket")["rows"][0]["first_reply_business_time"], json!(2700));
    assert_eq!(table("open_interval")["rows"].as_array().map(Vec::len), Some(2));
    let columns = table("ticket")["columns"].as_array().expect("columns");
    assert!(columns.iter().all(|column| column["meaning"].as_str().is_some_and(|meaning| !meaning.is_empty())));

    let said = trial.ok(&["ticket", "007", "--system", "desk"]);
    for words in ["2 d 17 h", "45 m", "running", "9 h 30 m", "phone contact, answered after 40 s", "csat 2 on 1-5"] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    let as_json: Value =
        serde_json::from_str(&trial.ok(&["ticket", "007", "--system", "desk", "--format", "json"])).expect("JSON");
    assert_eq!(as_json, story);
}

#[test]
fn events_of_one_instant_follow_their_sequence() {
    let trial = Trial::new("UTC");
    let with_sequence = DESK.replace("to = \"to\"", "to = \"to\"\nsequence = \"cast(revision as integer)\"");
    trial.write("sources/counted.toml", &with_sequence);
    trial.write("sources/plain.toml", DESK);
    let change = |revision: u32, to: &str| {
        format!("7,{revision},2026-11-02T08:00:00Z,C,email,x,T,2026-11-02T09:00:00Z,status,agent,{to}\n")
    };
    let rows = format!("{HEADER}{}{}{}", change(10, "solved"), change(8, "pending"), change(9, "open"));
    let file = trial.write("one.csv", rows);
    // by number where the source gives one, as the text of the id otherwise: "7-10" before "7-8"
    for (source, wanted, status) in
        [("counted", ["7-8", "7-9", "7-10"], "solved"), ("plain", ["7-10", "7-8", "7-9"], "open")]
    {
        trial.ok(&["import", source, &file]);
        let said = trial.ok(&["ticket", "7", "--system", source, "--format", "json"]);
        let story: Value = serde_json::from_str(&said).expect("JSON");
        let timeline = story["timeline"].as_array().expect("a timeline");
        let ids: Vec<&str> = timeline
            .iter()
            .filter(|entry| entry["kind"] == "status")
            .filter_map(|entry| entry["id"].as_str())
            .collect();
        // the order shown is the one that the ticket's status comes from
        assert_eq!((ids, &story["status"]), (wanted.to_vec(), &json!(status)), "{source}");
    }
}

#[test]
fn an_id_is_found_exactly_in_every_system() {
    let trial = desk();
    let server = Server::start(&trial);
    let check = |id: &str, systems: &[&str]| {
        let (status, found) = get(&server, &format!("/api/tickets?id={id}"));
        let found: Vec<&str> =
            found["tickets"].as_array().expect("tickets").iter().filter_map(|one| one["system"].as_str()).collect();
        assert_eq!((status, found), (200, systems.to_vec()), "{id}");
    };
    check("007", &["desk", "other"]);
    check("7", &["desk"]);
    check("07", &[]);
    check("%27%20or%20true", &[]);
    for (path, wanted) in [
        ("/api/tickets", 400),
        ("/api/tickets?id=", 400),
        ("/api/tickets?id=1&id=2", 400),
        ("/api/tickets?number=1", 400),
        ("/api/tickets/desk/none", 404),
        ("/api/tickets/nowhere/007", 404),
        ("/api/tickets/phone/007", 404),
    ] {
        let (status, body) = get(&server, path);
        assert_eq!(status, wanted, "{path}: {body}");
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{path}: {body}");
    }
    for (arguments, code, words) in [
        (&["ticket", "007"][..], 2, "--system desk or other"),
        (&["ticket", "none"], 1, "there is no ticket `none`"),
        (&["ticket", "7", "--system", "other"], 1, "there is no ticket `7` in `other`"),
    ] {
        let ran = trial.run(arguments);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.err.contains(words), "{ran:?}");
    }
    assert!(trial.ok(&["ticket", "7"]).contains("desk 7"));
}
