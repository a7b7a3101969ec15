//! The reports.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use catalogue::answer::{AnswerRow, Quality};
use catalogue::metric::Unit;
use jiff::civil::Date;
use scorecard::chart::Pin;
use scorecard::initiative::{Decision, Initiative, InitiativeStatus, Milestone};
use scorecard::report::{
    Announced, Asked, ByTeam, Decided, Deeds, Due, First, Listed, Pinned, Record, Report, Said, Sources, Undertaking,
    executive, manager, operational, team,
};

use crate::fixture::{BILLING, COMPANY, cards, catalogue, october, organisation, today};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// Satisfaction in three teams: one with a figure, one of too few answers, one of too few people.
fn teams() -> Vec<ByTeam> {
    let row = |team: Option<&str>, row: AnswerRow| AnswerRow {
        from: day("2026-10-01"),
        to: day("2026-11-01"),
        by: BTreeMap::from([("team".to_owned(), team.map(str::to_owned))]),
        ..row
    };
    let parts =
        |numerator, n| AnswerRow { numerator: Some(numerator), denominator: Some(n as f64), n, ..AnswerRow::NO_DATA };
    let [value, low, high, margin] = [84.0, 80.1, 87.3, 3.6].map(Some);
    let shown = AnswerRow { value, low, high, margin, quality: Quality::Ok, ..parts(336.0, 400) };
    let few = AnswerRow { quality: Quality::Suppressed, ..parts(7.0, 9) };
    let withheld = AnswerRow { quality: Quality::Withheld, ..AnswerRow::NO_DATA };
    let rows = vec![row(Some("Billing"), shown), row(Some("Returns"), few), row(None, withheld)];
    vec![ByTeam { kpi: "csat_t2b".to_owned(), rows, names: BTreeMap::new() }]
}

/// Two announcements, a comment, an initiative and a decision.
fn deeds() -> Deeds {
    let said = |on: &str, by: &str, about: &str, text: &str| Said {
        on: day(on),
        by: by.to_owned(),
        about: about.to_owned(),
        text: text.to_owned(),
    };
    let moved = said("2026-10-02", "Ada <Lead>", "First response time", "Nights count from November on");
    let new = said("2026-11-03", "Ada <Lead>", "Company scorecard", "The targets of next year are open to comments.");
    let milestone = |name: &str, due: &str, done: Option<&str>| Milestone {
        name: name.to_owned(),
        due: day(due),
        done: done.map(day),
        span: 0..0,
    };
    let initiative = Initiative {
        id: "refunds".to_owned(),
        name: "Agents may refund up to €50".to_owned(),
        hypothesis: "=if agents may refund at once, fewer come back, because nobody has to be asked".to_owned(),
        status: InitiativeStatus::Running,
        is_status_written: true,
        card: "company".to_owned(),
        kpi: "csat_t2b".to_owned(),
        metric: "csat_t2b".to_owned(),
        unit: Unit::Percent,
        effect: Some(3.0),
        objective: None,
        owner: Some("Ada <Lead>".to_owned()),
        cost: Some(12_000.0),
        start: day("2026-09-01"),
        end: None,
        teams: vec!["Billing".to_owned()],
        channels: Vec::new(),
        milestones: vec![
            milestone("Pilot", "2026-09-15", Some("2026-09-20")),
            milestone("All teams", "2026-11-04", None),
            milestone("Review", "2026-12-15", None),
        ],
        file: Default::default(),
    };
    let decision = Decision {
        id: "chosen".to_owned(),
        date: day("2026-10-20"),
        text: "We chose refunds by agents because half of the second contacts ask for one".to_owned(),
        decided_by: "Board & works council".to_owned(),
        card: "company".to_owned(),
        kpis: vec!["csat_t2b".to_owned()],
        metrics: vec!["csat_t2b".to_owned()],
        initiative: Some("refunds".to_owned()),
        objective: None,
        file: Default::default(),
    };
    let pinned = |on: &str, name: &str| Pinned {
        metric: "csat_t2b".to_owned(),
        pin: Pin { on: day(on), name: name.to_owned() },
    };
    let acknowledged = [("Bert", "2026-10-03"), ("Cleo", "2026-10-05")];
    let acknowledged = acknowledged.map(|(name, on)| (name.to_owned(), day(on))).to_vec();
    let about = "Customer satisfaction".to_owned();
    Deeds {
        announcements: vec![
            Announced { number: 4, said: moved, acknowledged },
            Announced { number: 9, said: new, acknowledged: Vec::new() },
        ],
        comments: vec![said("2026-10-14", "Bert", "Customer satisfaction", "Who waits for a refund rates us *down*")],
        initiatives: vec![Undertaking { initiative, about: about.clone() }],
        decisions: vec![Decided { decision, about }],
        pins: vec![
            pinned("2026-09-01", "Agents may refund up to €50"),
            pinned("2026-10-20", "We chose refunds by agents because half of the second contacts ask for one"),
        ],
    }
}

/// Rows behind satisfaction, of answers in two systems, and behind a gate, of which one alone adds to it.
fn behind() -> Vec<(Asked, Listed)> {
    let record = |system: &str, id: &str, ticket: Option<&str>, part: &str, amount: Option<f64>| Record {
        system: system.to_owned(),
        id: id.to_owned(),
        ticket: ticket.map(str::to_owned),
        on: day("2026-10-07"),
        part: part.to_owned(),
        amount,
    };
    let asked =
        |metric: &str| Asked { metric: metric.to_owned(), variant: None, parameters: BTreeMap::new(), filter: None };
    let answers = Listed {
        table: "answer".to_owned(),
        rows: 2000,
        first: First::Against(280),
        unit: None,
        records: vec![
            record("desk", "A-7", Some("12|3"), "rest", None),
            record("desk", "A-9", Some("14"), "rest", None),
            record("=shop", "5", None, "rest", None),
        ],
    };
    let checks = Listed {
        table: "conformity_check".to_owned(),
        rows: 2,
        first: First::Adding(1),
        unit: Some(Unit::Count),
        records: vec![
            record("desk", "C-4", Some("31"), "counted", Some(1.0)),
            record("desk", "C-2", Some("19"), "counted", Some(0.0)),
        ],
    };
    vec![(asked("csat_t2b"), answers), (asked("critical_breaches"), checks)]
}

fn made(name: &str, of: fn(&Sources<'_>) -> Report) -> Report {
    let cards = cards(&[("company", COMPANY), ("billing", BILLING)]);
    let (definition, catalogue) = (&cards[name], catalogue());
    let moving = operational(definition, &catalogue);
    let due = [
        Due {
            name: "Customer satisfaction".to_owned(),
            what: "monthly review".to_owned(),
            who: Some("Ada <Lead>".to_owned()),
            on: "2026-11-03".parse().expect("a day"),
            overdue_days: 2,
        },
        Due {
            name: "First response time".to_owned(),
            what: "target".to_owned(),
            who: None,
            on: "2026-12-01".parse().expect("a day"),
            overdue_days: 0,
        },
    ];
    of(&Sources {
        organisation: &organisation(),
        catalogue: &catalogue,
        definition,
        cards: &cards,
        card: &october(definition),
        operational: moving.as_ref().map(october).as_ref(),
        teams: &teams(),
        approved: &BTreeMap::from([("csat_t2b".to_owned(), "approved by Ada on 3 Nov 2026".to_owned())]),
        behind: &behind(),
        deeds: &deeds(),
        due: &due,
        today: today(),
    })
}

#[test]
fn for_executives() {
    insta::assert_snapshot!(press::markdown(&made("company", executive).document));
}

#[test]
fn for_managers() {
    insta::assert_snapshot!(press::markdown(&made("company", manager).document));
}

#[test]
fn for_a_team() {
    insta::assert_snapshot!(press::markdown(&made("billing", team).document));
}

#[test]
fn they_print() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, report) in [
        ("executive", made("company", executive)),
        ("manager", made("company", manager)),
        ("team", made("billing", team)),
    ] {
        let bytes = press::pdf(&report.document).expect("a PDF");
        assert_eq!(bytes, press::pdf(&report.document).expect("a PDF"), "{name}, twice");
        // for the eye
        std::fs::write(folder.join(format!("{name}.pdf")), bytes).expect("a file");
        std::fs::write(folder.join(format!("{name}.html")), press::html(&report.document)).expect("a file");
        std::fs::write(folder.join(format!("{name}.xlsx")), press::xlsx(&report.workbook).expect("a workbook"))
            .expect("a file");
    }
}

#[test]
fn the_figures_of_sheets_are_those_of_the_card() {
    let report = made("company", manager);
    let bytes = press::xlsx(&report.workbook).expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let figures = ["KPIs", "Trend", "Operational", "Teams"];
    let deeds = ["Announcements", "Comments", "Initiatives", "Decisions"];
    assert_eq!(book.sheet_names(), [&figures[..], &deeds, &["Trace", "Records", "Due", "About"]].concat());
    let sheet = book.worksheet_range("KPIs").expect("a sheet");
    let heads: Vec<String> = sheet.rows().next().expect("heads").iter().map(ToString::to_string).collect();
    let cell = |row: u32, head: &str| {
        let column = heads.iter().position(|known| known == head).expect("a column");
        sheet.get_value((row, column as u32)).cloned().unwrap_or(Data::Empty)
    };
    // 1720 of 2000
    assert_eq!(cell(1, "value"), Data::Float(0.86));
    assert_eq!(cell(1, "n"), Data::Float(2000.0));
    assert_eq!(cell(1, "target from"), Data::Float(0.88));
    assert_eq!(cell(1, "target to"), Data::Empty);
    // 86.0 % against 85.5 % the month before
    assert!(matches!(cell(1, "change"), Data::Float(change) if (change - 0.5).abs() < 1e-9));
    // 9,000 s less 250 s a month, in the twelfth 6,000 s
    assert!(matches!(cell(2, "value"), Data::DateTime(value) if (value.as_f64() - 6000.0 / 86_400.0).abs() < 1e-9));
    assert!(matches!(cell(1, "from"), Data::DateTime(_)));
    let trend = book.worksheet_range("Trend").expect("a sheet");
    // two KPIs of twelve months, and a head
    assert_eq!(trend.height(), 25);
}

#[test]
fn csv_has_bare_numbers_and_no_formulas() {
    insta::assert_snapshot!(press::csv(&made("billing", team).workbook.sheets[0]), @r##"
    KPI,id,metric,variant,statistic,unit,perspective,weight,from,to,value,n,low,high,quality,status,score,target from,target to,tolerance,baseline,stretch,deadline,owner,before,change,verdict,row,score without cap,caps total at,closed on,closed value,since closed,first closed on,first closed value,before closed again
    Customer satisfaction (top-2-box),csat_t2b,csat_t2b,,share,percent,Satisfaction,1,2026-10-01,2026-11-01,86,2000,84.41016815696864,87.45180443878114,still settling,too close to call,111.11111111111111,85,,4,76,,,'=cmd(),85.5,0.5,unclear,kpi,,,,,,,,
    Satisfaction,satisfaction,,,,,Satisfaction,1,2026-10-01,2026-11-01,,,,,,,111.11111111111111,,,,,,,,,,,perspective,,,,,,,,
    Total,total,,,,,,1,2026-10-01,2026-11-01,,,,,,,111.11111111111111,,,,,,,,,,,total,111.11111111111111,,,,,,,
    "##);
}

#[test]
fn teams_and_deeds_are_sheets_of_their_own() {
    let sheets = made("company", manager).workbook.sheets;
    let csv = |name: &str| {
        let found = sheets.iter().find(|sheet| sheet.name == name);
        press::csv(found.unwrap_or_else(|| panic!("no sheet {name}"))).replace("\r\n", "\n")
    };
    insta::assert_snapshot!(csv("Teams"), @r##"
    KPI,id,unit,team,from,to,value,low,high,n,quality
    Customer satisfaction,csat_t2b,percent,Billing,2026-10-01,2026-11-01,84,80.1,87.3,400,ok
    Customer satisfaction,csat_t2b,percent,Returns,2026-10-01,2026-11-01,,,,9,too few to show
    Customer satisfaction,csat_t2b,percent,no team,2026-10-01,2026-11-01,,,,,withheld
    "##);
    insta::assert_snapshot!(csv("Announcements"), @r##"
    number,on,by,about,text,acknowledged,acknowledged by
    4,2026-10-02,Ada <Lead>,First response time,Nights count from November on,2,"Bert on 3 Oct 2026, Cleo on 5 Oct 2026"
    9,2026-11-03,Ada <Lead>,Company scorecard,The targets of next year are open to comments.,0,
    "##);
    insta::assert_snapshot!(csv("Comments"), @r##"
    on,by,about,text
    2026-10-14,Bert,Customer satisfaction,Who waits for a refund rates us *down*
    "##);
    insta::assert_snapshot!(csv("Initiatives"), @r##"
    initiative,id,status,about,unit,expected effect,owner,cost,first day,last day,teams,hypothesis,milestones
    Agents may refund up to €50,refunds,running,Customer satisfaction,percent,3,Ada <Lead>,12000,2026-09-01,,Billing,"'=if agents may refund at once, fewer come back, because nobody has to be asked","Pilot: reached on 20 Sep 2026; All teams: due on 4 Nov 2026, 1 day late; Review: due on 15 Dec 2026"
    "##);
    insta::assert_snapshot!(csv("Decisions"), @r##"
    on,by,about,text
    2026-10-20,Board & works council,Customer satisfaction,We chose refunds by agents because half of the second contacts ask for one
    "##);
}
