//! The service manual.

use std::collections::BTreeMap;

use scorecard::document::Document;
use scorecard::manual::{Sources, manual};

use crate::fixture::{BILLING, COMPANY, cards, catalogue, organisation, today};

fn made(texts: &[(&str, &str)]) -> Document {
    let approved = BTreeMap::from([("csat_t2b".to_owned(), "approved by Ada on 3 Nov 2026".to_owned())]);
    let approved_cards = BTreeMap::from([("billing".to_owned(), "approved by Ada and Bert on 4 Nov 2026".to_owned())]);
    manual(&Sources {
        organisation: &organisation(),
        catalogue: &catalogue(),
        cards: &cards(texts),
        approved: &approved,
        approved_cards: &approved_cards,
        today: today(),
    })
}

#[test]
fn a_company_and_a_team() {
    let text = press::markdown(&made(&[("company", COMPANY), ("billing", BILLING)]));
    insta::assert_snapshot!(text);
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
