//! The server: the same answers as the command, described by its document, beside writers.

use std::time::{Duration, Instant};

use end_to_end::{Server, Trial};
use serde_json::Value;

use crate::history::DESK;
use crate::reviews::send;

fn desk() -> Trial {
    let trial = Trial::new("UTC");
    trial.write("sources/desk.toml", DESK);
    let rows: String = (0..60)
        .map(|number| {
            let day = 1 + number % 20;
            format!(
                "T{number},1,2026-11-{day:02}T08:00:00Z,C,email,x,T,2026-11-{day:02}T09:{:02}:00Z,reply,agent,\n\
                 T{number},2,2026-11-{day:02}T08:00:00Z,C,email,x,T,2026-11-{day:02}T12:00:00Z,status,agent,solved\n",
                number % 60
            )
        })
        .collect();
    let file = trial
        .write("one.csv", format!("ticket,revision,created,customer,channel,category,team,at,kind,actor,to\n{rows}"));
    trial.ok(&["import", "desk", &file]);
    trial
}

fn json(server: &Server, path: &str) -> (u16, Value) {
    let (status, _, body) = server.get(path);
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}\n{body}")))
}

#[test]
fn the_api_gives_what_the_command_gives() {
    let trial = desk();
    let server = Server::start(&trial);
    let by_command = trial.kpi(&[
        "first_response_time",
        "--range",
        "2026-11-01..2026-11-20",
        "--grain",
        "week",
        "--by",
        "team",
        "--compare",
        "prev",
    ]);
    let (status, by_api) = json(
        &server,
        "/api/kpis/first_response_time/answers?range=2026-11-01..2026-11-20&grain=week&by=team&compare=prev",
    );
    assert_eq!(status, 200);
    assert_eq!(by_api, Value::Array(by_command.clone()));
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&by_command[0]),
        [
            "metric",
            "version",
            "variant",
            "parameters",
            "statistic",
            "unit",
            "line_unit",
            "currency",
            "direction",
            "rows",
            "labels",
            "watermark"
        ]
    );
    let row = &by_command[0]["rows"][0];
    assert_eq!(
        keys(row),
        [
            "from",
            "to",
            "by",
            "value",
            "n",
            "numerator",
            "denominator",
            "low",
            "high",
            "margin",
            "quality",
            "note",
            "compare"
        ]
    );
    assert_eq!(keys(&row["compare"]), ["from", "to", "value", "n", "change", "low", "high"]);
}

#[test]
fn several_metrics_are_asked_at_once() {
    let trial = desk();
    let server = Server::start(&trial);
    let how = "range=2026-11-01..2026-11-20&grain=week&by=channel";
    let kpis = ["first_response_time:calendar_closed_only", "reopen_rate", "unresolved_backlog", "CSAT"];
    let one = |kpi: &str| {
        let (id, variant) = kpi.split_once(':').unwrap_or((kpi, ""));
        json(&server, &format!("/api/kpis/{id}/answers?{how}&variant={variant}")).1
    };
    let by_one: Vec<Value> = kpis.iter().flat_map(|kpi| one(kpi).as_array().expect("answers").clone()).collect();
    assert!(by_one[0]["rows"].as_array().is_some_and(|rows| rows.len() == 4), "{by_one:?}");
    let named: String = kpis.iter().map(|kpi| format!("kpi={kpi}&")).collect();
    assert_eq!(json(&server, &format!("/api/answers?{named}{how}")), (200, Value::Array(by_one.clone())));
    let options = ["--range", "2026-11-01..2026-11-20", "--grain", "week", "--by", "channel"];
    assert_eq!(trial.kpi(&[&kpis[..], &options[..]].concat()), by_one);

    // without margins quantiles have no interval, and all else is the same
    let bare: Vec<Value> = by_one
        .iter()
        .cloned()
        .map(|mut answer| {
            let quantile = answer["metric"] == "first_response_time";
            for row in answer["rows"].as_array_mut().expect("rows").iter_mut().filter(|_| quantile) {
                assert!(row["low"].is_number() || row["value"].is_null(), "{row}");
                for name in ["low", "high", "margin"] {
                    row[name] = Value::Null;
                }
            }
            answer
        })
        .collect();
    assert_ne!(bare, by_one);
    assert_eq!(json(&server, &format!("/api/answers?{named}{how}&margins=none")), (200, Value::Array(bare.clone())));
    assert_eq!(trial.kpi(&[&kpis[..], &options[..], &["--no-margins"]].concat()), bare);
}

#[test]
fn several_metrics_have_all_their_problems_at_once() {
    let trial = desk();
    let server = Server::start(&trial);
    let check = |query: &str, wanted: u16, messages: &[&str]| {
        let (status, body) = json(&server, &format!("/api/answers?{query}"));
        let problems = body["error"]["problems"].as_array().cloned().unwrap_or_default();
        let found: Vec<&str> = problems.iter().filter_map(|problem| problem["message"].as_str()).collect();
        assert_eq!((status, found.as_slice()), (wanted, messages), "{query}: {body}");
    };
    check("kpi=npz&kpi=nps&kpi=abc", 404, &["there is no metric `npz`", "there is no metric `abc`"]);
    check("kpi=nps:yearly&kpi=aht:never", 400, &["`nps` has no variant `yearly`", "`aht` has no variant `never`"]);
    check("range=last-28d", 400, &["no metric is asked for"]);
    check("kpi=", 400, &["no metric is asked for"]);
    check(
        "kpi=nps&set=scale=1-5&variant=x",
        400,
        &["`set` cannot be asked of this", "`variant` cannot be asked of this"],
    );
    check("kpi=nps&margins=few", 400, &["`few` is not a choice of margins"]);
    check("kpi=nps&grain=hour&compare=now", 400, &["`now` is not a comparison", "`hour` is not a grain"]);
    let ran = trial.run(&["kpi", "nps:transactional", "csat_t2b", "--variant", "top_box"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("`nps` has a variant of its own beside `top_box`"), "{}", ran.err);
}

#[test]
fn commands_read_and_write_while_it_serves() {
    let trial = desk();
    let server = Server::start(&trial);
    let answers = "/api/kpis/unresolved_backlog/answers?range=2026-11-01..2026-11-20&grain=total";
    let before = json(&server, answers).1[0]["rows"][0]["value"].clone();
    assert_eq!(before.as_f64(), Some(0.0));
    trial.ok(&["kpi", "first_response_time", "--range", "last-28d"]);
    let more = trial.write("two.csv", "ticket,revision,created,customer,channel,category,team,at,kind,actor,to\nX,1,2026-11-19T08:00:00Z,C,email,x,T,2026-11-20T13:00:00Z,reply,agent,\n");
    trial.ok(&["import", "desk", &more]);
    // the server sees the new generation at the next question
    assert_eq!(json(&server, answers).1[0]["rows"][0]["value"].as_f64(), Some(1.0));
}

#[test]
fn files_are_read_anew_while_it_serves() {
    let trial = desk();
    let server = Server::start(&trial);
    let name = || json(&server, "/api/kpis/own").1["name"].clone();
    // what was seen of the files is believed for a second
    let becomes = |wanted: Value| {
        let until = Instant::now() + Duration::from_secs(20);
        while name() != wanted {
            assert!(Instant::now() < until, "{} is not {wanted}", name());
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let metric = |name: &str| {
        format!(
            "id = \"own\"\nname = \"{name}\"\nmeaning = \"Tickets.\"\nstatus = \"draft\"\nversion = 1\neffective = 2026-01-01\nunit = \"count\"\n\
             direction = \"down\"\nperspectives = [\"cost\"]\n\n[measure]\nkind = \"count\"\ntable = \"ticket\"\nat = \"created_at\"\n"
        )
    };
    assert_eq!(name(), Value::Null);
    trial.write("metrics/own.toml", metric("First"));
    becomes("First".into());
    trial.write("metrics/own.toml", metric("Second, longer"));
    becomes("Second, longer".into());
    // settings that cannot be read leave what could be
    let settings = std::fs::read_to_string(trial.path("crosscheck.toml")).expect("settings");
    trial.write("crosscheck.toml", "[organisation\n");
    trial.write("metrics/own.toml", metric("Third"));
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(name(), "Second, longer");
    trial.write("crosscheck.toml", settings);
    becomes("Third".into());
    std::fs::remove_file(trial.path("metrics/own.toml")).expect("removed");
    becomes(Value::Null);
}

#[test]
fn its_document_its_page_and_its_errors() {
    let trial = desk();
    let server = Server::start(&trial);
    let (status, document) = json(&server, "/api/openapi.json");
    assert_eq!(status, 200);
    for path in [
        "/api/organisation",
        "/api/kpis",
        "/api/kpis/{id}",
        "/api/kpis/{id}/answers",
        "/api/kpis/{id}/rows",
        "/api/answers",
        "/api/kpis/{id}/dimensions/{name}/values",
        "/api/scorecard",
        "/api/tickets",
        "/api/tickets/{system}/{id}",
    ] {
        assert!(document["paths"][path]["get"].is_object(), "{path}");
    }
    // the page's client is generated from the committed document
    let committed = include_str!("../../web/openapi.json");
    let committed: Value = serde_json::from_str(committed).expect("web/openapi.json is JSON");
    assert!(document == committed, "web/openapi.json is not what the program says: `make reference` writes it");
    let fields = &document["components"]["schemas"]["AnswerRow"]["properties"];
    for field in [
        "from",
        "to",
        "by",
        "value",
        "n",
        "numerator",
        "denominator",
        "low",
        "high",
        "margin",
        "quality",
        "note",
        "compare",
    ] {
        assert!(fields[field].is_object(), "{field}");
    }
    for (path, wanted) in [
        ("/api/kpis/nothing", 404),
        ("/api/kpis/nothing/answers", 404),
        ("/api/kpis/nps/answers?grain=hour", 400),
        ("/api/kpis/nps/answers?colour=red", 400),
        ("/api/kpis/nps/answers?where=a%20%3D", 400),
        ("/api/kpis/nps/answers?range=..", 400),
        ("/api/nothing", 404),
        ("/api/scorecard?range=never", 400),
        ("/api/reviews?limit=abc", 400),
        ("/api/reviews?within=-1", 400),
        ("/api/reviews?colour=red", 400),
        ("/api/decisions?colour=red", 400),
        ("/api/lint?card=company&card=other", 400),
    ] {
        let (status, body) = json(&server, path);
        assert_eq!(status, wanted, "{path}: {body}");
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{path}: {body}");
    }
    // also what no handler is asked
    let (_, body) = json(&server, "/api/reviews?limit=abc");
    assert_eq!(body["error"]["message"], "limit: invalid digit found in string");
    let (status, body) = send(&server, "DELETE", "/api/reviews", &[], "");
    assert_eq!((status, &body["error"]["message"]), (405, &Value::from("DELETE is not taken here")));
    let as_json = [("Content-Type", "application/json")];
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(2 * 1024 * 1024));
    for path in ["/api/reviews", "/api/setup"] {
        let (status, body) = send(&server, "POST", path, &as_json, &large);
        assert_eq!((status, &body["error"]["help"]), (413, &Value::from("at most 2 MB")), "{path}");
    }
    let (status, head, body) = server.get("/kpis/csat_t2b?range=last-28d");
    assert_eq!(status, 200, "{head}");
    assert!(body.contains("<div id=\"app\"") || body.contains("<!doctype html>"), "{body}");
    assert!(head.to_lowercase().contains("content-security-policy: default-src 'self'"), "{head}");
    assert_eq!(server.get("/assets/nothing.js").0, 404);
    assert!(!server.get("/../../etc/passwd").2.contains("root:"));
    assert_eq!(server.get("/healthz").0, 200);
}

#[test]
fn wrong_lists_of_rows_say_what_would_be_right() {
    let trial = desk();
    let server = Server::start(&trial);
    let rows = |rest: &str| format!("/api/kpis/{rest}");
    for (path, status, words) in [
        (rows("nothing/rows"), 404, "nothing"),
        (rows("nps/rows?by=channel"), 400, "`by` cannot be asked of this"),
        (rows("nps/rows?grain=day"), 400, "`grain` cannot be asked of this"),
        (rows("nps/rows?compare=prev"), 400, "`compare` cannot be asked of this"),
        (rows("nps/rows?colour=red"), 400, "`colour` is not part of a question"),
        (rows("nps/rows?part=numerator"), 400, "`numerator` is not a part of `nps`"),
        (rows("csat_t2b/rows?sort=amount"), 400, "rows of `csat_t2b` have no amount"),
        (rows("csat_t2b/rows?sort=age"), 400, "`age` is not an order"),
        (rows("csat_t2b/rows?limit=0"), 400, "`0` is not a number of rows"),
        (rows("csat_t2b/rows?limit=1001"), 400, "`1001` is not a number of rows"),
        (rows("csat_t2b/rows?limit=many"), 400, "`many` is not a number of rows"),
        (rows("csat_t2b/rows?after=zz"), 400, "this is no place in these rows"),
        (rows("csat_t2b/rows?after=%C3%A9%C3%A9"), 400, "this is no place in these rows"),
        (rows("csat_t2b/rows?format=xml"), 400, "`xml` is not a format"),
        (rows("csat_t2b/rows?format=csv&limit=5"), 400, "as CSV all rows are given"),
        (rows("csat_t2b/rows?only=%3Demail"), 400, "`=email` names no dimension"),
        (rows("csat_t2b/rows?only=colour%3Dred"), 400, "`csat_t2b` has no dimension `colour`"),
        (rows("csat_t2b/answers?only=colour"), 400, "`csat_t2b` has no dimension `colour`"),
        (rows("one_touch_rate/answers?only=reopens%3Dmany"), 400, "`many` is not a value of `reopens`"),
        (rows("csat_t2b/answers?only=is_test%3Dno"), 400, "`no` is not a value of `is_test`"),
        (rows("net_flow/rows"), 400, "`net_flow` is made of other figures"),
        (rows("csat_t2b/dimensions/colour/values"), 400, "`csat_t2b` has no dimension `colour`"),
        (rows("csat_t2b/dimensions/channel/values?grain=day"), 400, "`grain` cannot be asked of this"),
        ("/api/scorecard?only=colour%3Dred".to_owned(), 400, "no metric on the card has a dimension `colour`"),
        ("/api/scorecard?by=channel".to_owned(), 400, "`by` cannot be asked of this"),
    ] {
        let (found, body) = json(&server, &path);
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(found == status && message.contains(words), "{path}: {found} {body}");
    }
    let (_, derived) = json(&server, "/api/kpis/net_flow/rows");
    let instead: Vec<&str> = derived["error"]["instead"]
        .as_array()
        .expect("what to ask instead")
        .iter()
        .filter_map(|one| one["metric"].as_str())
        .collect();
    assert_eq!(instead, ["tickets_created", "tickets_solved"]);
    for (arguments, words) in [
        (&["rows", "net_flow"][..], "ask one of `tickets_created`, `tickets_solved`"),
        (&["rows", "csat_t2b", "--sort", "-amount"], "rows of `csat_t2b` have no amount"),
        (&["rows", "csat_t2b", "--only", "colour=red"], "`csat_t2b` has no dimension `colour`"),
        (&["kpi", "csat_t2b", "--only", "colour=red"], "`csat_t2b` has no dimension `colour`"),
        (&["scorecard", "--only", "colour=red"], "no metric on the card has a dimension `colour`"),
    ] {
        let ran = trial.run(arguments);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(words), "{ran:?}");
    }
}

#[test]
fn rows_values_and_cut_cards_by_api_and_command() {
    let trial = desk();
    trial.write("scorecards/company.toml", crate::commands::DEMO_CARD);
    let server = Server::start(&trial);
    let range = "range=2026-11-01..2026-11-20";
    let (_, values) = json(&server, &format!("/api/kpis/first_response_time/dimensions/channel/values?{range}"));
    assert_eq!(
        values,
        serde_json::json!({
            "dimension": "channel", "values": [{ "value": "email", "label": null, "n": 60 }], "left_out": 0
        })
    );
    let of = |only: &str, part: &str| {
        json(&server, &format!("/api/kpis/first_response_time/rows?{range}&only={only}&part={part}&limit=7")).1
    };
    let email = of("channel%3Demail", "all");
    assert_eq!(
        (&email["n"], &email["total"], email["rows"].as_array().map(Vec::len)),
        (&60.into(), &60.into(), Some(7))
    );
    // answered after 60, 61 … 119 minutes, of which those of the fourth to sixth day and so on lie outside of hours:
    // by the calendar clock they add up to an hour each and 0 + 1 + … + 59 minutes
    let calendar = json(&server, &format!("/api/kpis/first_response_time/rows?{range}&variant=calendar&limit=1")).1;
    assert_eq!(calendar["sums"]["amount"], 60.0 * 3600.0 + 60.0 * (59.0 * 60.0 / 2.0));
    assert_eq!(of("channel%3Dphone", "all")["n"], 0);
    assert_eq!(of("channel", "all")["n"], 0);
    assert_eq!(of("channel&only=channel%3Demail", "all")["n"], 60);
    assert_eq!(of("channel%3Demail&only=team%3Dnobody", "all")["n"], 0);
    assert_eq!(of("channel%3Demail", "open")["total"], 0);
    let row = &email["rows"][0];
    assert_eq!((&row["ticket_id"], &row["part"], &row["open"]), (&"T0".into(), &"ended".into(), &false.into()));

    let said = trial.ok(&["rows", "first_response_time", "--range", "2026-11-01..2026-11-20", "--limit", "3"]);
    let last = said.lines().last().expect("a line");
    assert_eq!(last, "n 60: as `crosscheck kpi` answers");
    assert!(said.contains("3 of 60 rows"), "{said}");
    let csv = trial.ok(&["rows", "first_response_time", "--range", "2026-11-01..2026-11-20", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 61, "{csv}");
    let (head, body) = {
        let path = format!("/api/kpis/first_response_time/rows?{range}&format=csv");
        let (_, head, body) = server.get(&path);
        (head.to_lowercase(), body)
    };
    assert!(head.contains("content-type: text/csv"), "{head}");
    assert!(head.contains("filename=\"first_response_time-2026-11-01-2026-11-21.csv\""), "{head}");
    assert_eq!(body, csv);

    let card = json(&server, &format!("/api/scorecard?{range}&only=queue")).1;
    assert_eq!(card["only"], serde_json::json!({ "queue": [null] }));
    let whole = json(&server, &format!("/api/scorecard?{range}")).1;
    // a KPI says why it has no figure, and nothing where it has one; too few say so by themselves
    for kpi in whole["kpis"].as_array().expect("kpis") {
        let is_told = !kpi["reason"].is_null() || kpi["quality"] == "suppressed";
        assert_eq!(kpi["value"].is_null(), is_told, "{kpi}");
    }
    let cut = json(&server, &format!("/api/scorecard?{range}&only=priority")).1;
    let kpis = cut["kpis"].as_array().expect("kpis");
    // a call has no priority
    for kpi in kpis.iter().filter(|kpi| kpi["metric"] == "service_level" || kpi["metric"] == "abandonment_rate") {
        assert_eq!((&kpi["reason"], &kpi["value"]), (&"not cut by priority".into(), &Value::Null), "{kpi}");
    }
    let first = |card: &Value| {
        let kpis = card["kpis"].as_array().expect("kpis").clone();
        kpis.into_iter().find(|kpi| kpi["metric"] == "first_response_time").expect("first response")
    };
    assert_eq!(first(&cut)["value"], first(&whole)["value"]);
    assert!(trial.ok(&["scorecard", "--only", "priority"]).contains(": not cut by priority"));
}
