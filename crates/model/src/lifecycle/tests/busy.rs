//! The agents' own time in legs and in whole contacts, across buckets.

use std::collections::BTreeMap;

use super::harness::{cell, fold, lines};
use crate::lifecycle::{Busy, BusyRow, Folded, Shift, fill_busy, share};
use crate::{FactTable, Millis};

#[test]
fn a_shift_takes_forty_eight_bytes() {
    assert_eq!(size_of::<Shift>(), 48);
}

/// Folds each text as a bucket of its own; of each leg, as contact/number, its busy time and its contact's, in seconds.
fn across(buckets: &[&str]) -> BTreeMap<String, [String; 2]> {
    const TABLE: FactTable = FactTable::ContactLeg;
    let folded: Vec<Folded> = buckets.iter().map(|text| fold(&[lines(text)])).collect();
    let of_bucket = |(bucket, folded): (u32, &Folded)| -> Vec<Shift> {
        folded.shifts.iter().map(|shift| Shift { bucket, ..*shift }).collect()
    };
    let mut shifts: Vec<Shift> = (0..).zip(&folded).flat_map(of_bucket).collect();
    let mut found: Vec<Busy> = Vec::new();
    share(&mut shifts, |busy| found.push(busy));
    let seconds = |text: String| text.parse::<f64>().map_or(text, |millis| (millis / 1000.0).to_string());
    let mut rows = BTreeMap::new();
    for (bucket, folded) in (0..).zip(&folded) {
        let facts = &folded.facts[&TABLE];
        let sum =
            |times: &mut dyn Iterator<Item = Millis>| times.map(Millis::get).reduce(|a, b| a + b).map(Millis::new);
        let busy = || found.iter().filter(|busy| busy.bucket == bucket);
        let filled = (0..facts.num_rows() as u32).map(|row| BusyRow {
            row,
            own: sum(&mut busy().filter(|busy| busy.row == row).map(|busy| busy.time)),
            further: sum(&mut busy().filter(|busy| busy.first == row && busy.row != row).map(|busy| busy.time)),
        });
        let facts = fill_busy(facts, filled).unwrap();
        for row in 0..facts.num_rows() {
            let key = format!("{}/{}", cell(&facts, "contact_id", row), cell(&facts, "leg", row));
            rows.insert(key, ["busy_time", "contact_busy_time"].map(|name| seconds(cell(&facts, name, row))));
        }
    }
    rows
}

fn check(buckets: &[&str], expected: &[(&str, &str, &str)]) {
    let expected: BTreeMap<String, [String; 2]> = expected
        .iter()
        .map(|(leg, own, whole)| ((*leg).to_owned(), [(*own).to_owned(), (*whole).to_owned()]))
        .collect();
    assert_eq!(across(buckets), expected, "{buckets:#?}");
}

#[test]
fn a_contact_has_the_time_of_all_its_legs() {
    // two chats of one agent run together for 60 s, one of them in another bucket; the other goes on to a colleague
    check(
        &[
            "contact k queued_at=0s outcome=answered
             contact_leg a contact_id=k started_at=0s talk=100s agent=ann
             contact_leg b contact_id=k started_at=100s talk=30s agent=bob
             contact_leg c contact_id=k started_at=130s talk=7s",
            "contact l queued_at=0s answered_at=40s talk=60s agent=ann",
        ],
        &[("k/1", "70", "107"), ("k/2", "30", "-"), ("k/3", "7", "-"), ("l/1", "30", "30")],
    );
    // an agent who joins in again shares the time with nobody else
    check(
        &["contact k queued_at=0s outcome=answered
             contact_leg a contact_id=k started_at=0s talk=100s agent=ann
             contact_leg b contact_id=k started_at=50s talk=50s agent=ann"],
        &[("k/1", "75", "100"), ("k/2", "25", "-")],
    );
    // what is not known adds nothing; nothing known is not known
    check(
        &["contact k queued_at=0s outcome=answered
             contact_leg a contact_id=k started_at=0s agent=ann
             contact_leg b contact_id=k started_at=50s talk=50s agent=bob
             contact l queued_at=0s outcome=answered
             contact_leg d contact_id=l started_at=0s agent=ann
             contact_leg e contact_id=l started_at=9s"],
        &[("k/1", "-", "50"), ("k/2", "50", "-"), ("l/1", "-", "-"), ("l/2", "-", "-")],
    );
    // a first leg that nobody is named for counts for the contact once
    check(
        &["contact k queued_at=0s outcome=answered
             contact_leg a contact_id=k started_at=0s talk=20s
             contact_leg b contact_id=k started_at=20s talk=50s agent=bob"],
        &[("k/1", "20", "70"), ("k/2", "50", "-")],
    );
}
