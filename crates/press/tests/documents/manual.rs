//! The service manual.

use std::collections::BTreeMap;

use scorecard::document::Document;
use scorecard::manual::{Sources, manual};
use scorecard::review::Subject;

use crate::fixture::{BILLING, COMPANY, cards, catalogue, organisation, today};

fn made(texts: &[(&str, &str)]) -> Document {
    made_without(texts, &BTreeMap::new())
}

/// The manual of cards of which some KPIs are `retired`.
fn made_without(texts: &[(&str, &str)], retired: &BTreeMap<Subject, String>) -> Document {
    let approved = BTreeMap::from([("csat_t2b".to_owned(), "approved by Ada on 3 Nov 2026".to_owned())]);
    let approved_cards = BTreeMap::from([("billing".to_owned(), "approved by Ada and Bert on 4 Nov 2026".to_owned())]);
    manual(&Sources {
        organisation: &organisation(),
        catalogue: &catalogue(),
        cards: &cards(texts),
        approved: &approved,
        approved_cards: &approved_cards,
        retired,
        today: today(),
    })
}

#[test]
fn a_company_and_a_team() {
    let text = press::markdown(&made(&[("company", COMPANY), ("billing", BILLING)]));
    insta::assert_snapshot!(text);
}

/// Nobody is told to act on what two people took out of use: it has its place on the card, and no duties.
#[test]
fn what_is_retired_has_no_duties() {
    let of_company = |retired: &[&str]| -> Vec<String> {
        let said = "retired by Ada and Bert on 4 Nov 2026; still on the card: take it out of its file".to_owned();
        let retired = retired.iter().map(|id| (Subject::kpi("company", id), said.clone())).collect();
        press::markdown(&made_without(&[("company", COMPANY)], &retired)).lines().map(str::to_owned).collect()
    };
    let having = |lines: &[String], text: &str| lines.iter().filter(|line| line.contains(text)).count();
    let all = of_company(&[]);
    let without = of_company(&["waiting"]);
    let retired = "retired by Ada and Bert on 4 Nov 2026; still on the card: take it out of its file";
    // on the card, and in the entry of its metric in place of target, owner and cadence
    assert_eq!((having(&all, retired), having(&without, retired)), (0, 2));
    assert_eq!((having(&all, "reviewed weekly"), having(&without, "reviewed weekly")), (1, 0));
    // whose it is, and the calendar
    let unowned = |lines: &[String]| lines.iter().any(|line| line.starts_with("| *nobody yet*"));
    assert_eq!((unowned(&all), unowned(&without)), (true, false));
    let weekly = |lines: &[String]| having(lines, "every week, over") > 0;
    assert_eq!((weekly(&all), weekly(&without)), (true, false));
    // its deadline
    let deadline = |lines: &[String]| having(lines, "Targets by their day") > 0;
    assert_eq!((deadline(&all), deadline(&of_company(&["csat_t2b"]))), (true, false));
    // of a card without any KPI in use nobody has duties
    let none = of_company(&["waiting", "csat_t2b"]);
    let duties = |lines: &[String]| having(lines, "Who does what, and when") > 0;
    assert_eq!((duties(&all), duties(&none)), (true, false));
}

/// Every link of the manual leads to a heading of it, but for metrics that are in none of its chapters.
#[test]
fn names_of_headings_are_unique() {
    let document = made(&[("company", COMPANY), ("billing", BILLING)]);
    let mut ids: Vec<&str> = document.headings().map(|heading| heading.id.as_str()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn it_prints() {
    let (path, shipped) = scorecard::SAMPLE;
    for (name, texts) in
        [("small", vec![("company", COMPANY), ("billing", BILLING)]), ("shipped", vec![("company", shipped)])]
    {
        let document = made(&texts);
        let bytes = press::pdf(&document).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(bytes.starts_with(b"%PDF"));
        // for the eye
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(folder.join(format!("manual-{name}.pdf")), bytes).expect("a file");
        std::fs::write(folder.join(format!("manual-{name}.html")), press::html(&document)).expect("a file");
    }
}

/// No card, no chapters but the first.
#[test]
fn without_a_card() {
    let document = made(&[]);
    let chapters: Vec<&str> = document.headings().filter(|one| one.level == 1).map(|one| one.text.as_str()).collect();
    assert_eq!(chapters, ["1 How to read this manual"]);
}
