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
    for path in ["/api/organisation", "/api/kpis", "/api/kpis/{id}", "/api/kpis/{id}/answers", "/api/scorecard"] {
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
