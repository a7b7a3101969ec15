//! The server: the same answers as the command, described by its document, beside writers.

use end_to_end::{Server, Trial};
use serde_json::Value;

use crate::history::DESK;

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
        ["metric", "version", "variant", "parameters", "statistic", "unit", "direction", "rows", "watermark"]
    );
    let row = &by_command[0]["rows"][0];
    assert_eq!(
        keys(row),
        ["from", "to", "by", "value", "n", "numerator", "denominator", "low", "high", "margin", "quality", "compare"]
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
    assert!(by_one[0]["rows"].as_array().is_some_and(|rows| rows.len() == 3), "{by_one:?}");
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
fn its_document_its_page_and_its_errors() {
    let trial = desk();
    let server = Server::start(&trial);
    let (status, document) = json(&server, "/api/openapi.json");
    assert_eq!(status, 200);
    for path in
        ["/api/organisation", "/api/kpis", "/api/kpis/{id}", "/api/kpis/{id}/answers", "/api/answers", "/api/scorecard"]
    {
        assert!(document["paths"][path]["get"].is_object(), "{path}");
    }
    let fields = &document["components"]["schemas"]["AnswerRow"]["properties"];
    for field in
        ["from", "to", "by", "value", "n", "numerator", "denominator", "low", "high", "margin", "quality", "compare"]
    {
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
    ] {
        let (status, body) = json(&server, path);
        assert_eq!(status, wanted, "{path}: {body}");
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{path}: {body}");
    }
    let (status, head, body) = server.get("/kpis/csat_t2b?range=last-28d");
    assert_eq!(status, 200, "{head}");
    assert!(body.contains("<div id=\"app\"") || body.contains("<!doctype html>"), "{body}");
    assert!(head.to_lowercase().contains("content-security-policy: default-src 'self'"), "{head}");
    assert_eq!(server.get("/assets/nothing.js").0, 404);
    assert_eq!(server.get("/../../etc/passwd").2.contains("root:"), false);
    assert_eq!(server.get("/healthz").0, 200);
}
