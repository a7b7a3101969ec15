//! The reports.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use scorecard::report::{Due, Report, Sources, executive, manager, operational, team};

use crate::fixture::{BILLING, COMPANY, cards, catalogue, october, organisation, today};

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
    assert_eq!(book.sheet_names(), ["KPIs", "Trend", "Operational", "Trace", "Due", "About"]);
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
    KPI,id,metric,variant,statistic,unit,perspective,weight,from,to,value,n,low,high,quality,status,score,target from,target to,tolerance,baseline,stretch,deadline,owner,before,change,verdict
    Customer satisfaction (top-2-box),csat_t2b,csat_t2b,,share,percent,Satisfaction,1,2026-10-01,2026-11-01,86,2000,84.41016815696864,87.45180443878114,still settling,too close to call,111.11111111111111,85,,4,76,,,'=cmd(),85.5,0.5,unclear
    "##);
}
