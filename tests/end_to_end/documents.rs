//! The manual and the reports, by command and by API.

use end_to_end::{Server, Trial};

#[test]
fn a_new_workspace_has_a_manual() {
    let trial = Trial::new("Europe/Amsterdam");
    let manual = trial.ok(&["manual", "--format", "md"]);
    for chapter in ["## 1 How to read this manual", "## 3 What we steer by", "### Customer satisfaction (top-2-box)"] {
        assert!(manual.contains(chapter), "{chapter} in {manual}");
    }
    let path = trial.path("manual.pdf");
    trial.ok(&["manual", "--format", "pdf", "-o", &path]);
    assert!(std::fs::read(&path).expect("a file").starts_with(b"%PDF"));
    let ran = trial.run(&["manual", "--card", "nobody"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn reports_are_of_the_last_closed_month() {
    let trial = Trial::new("Europe/Amsterdam");
    let csv = trial.ok(&["report", "executive", "--format", "csv"]);
    let (head, rows) = csv.split_once("\r\n").expect("a header");
    assert!(head.starts_with("KPI,id,metric,"), "{head}");
    assert!(rows.starts_with("Customer satisfaction (top-2-box),csat_t2b,csat_t2b,"), "{rows}");
    let path = trial.path("report.xlsx");
    trial.ok(&["report", "manager", "--format", "xlsx", "-o", &path]);
    assert!(std::fs::read(&path).expect("a file").starts_with(b"PK"));
    // no card is a team's
    let ran = trial.run(&["report", "team"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn the_api_gives_files() {
    let trial = Trial::new("Europe/Amsterdam");
    let server = Server::start(&trial);
    let (status, _, body) = server.get("/api/manual?format=md");
    assert_eq!(status, 200);
    assert_eq!(body, trial.ok(&["manual", "--format", "md"]));
    for (path, status) in [
        ("/api/report", 200),
        ("/api/report?kind=manager&format=csv", 200),
        ("/api/report?kind=boss", 400),
        ("/api/manual?format=csv", 400),
        ("/api/manual?period=last-month", 400),
        ("/api/manual?card=nobody", 404),
    ] {
        assert_eq!(server.get(path).0, status, "{path}");
    }
}
