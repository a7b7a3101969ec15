//! The agents' own time in legs and in whole contacts, across buckets.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::harness::{cell, fold, lines};
use crate::lifecycle::{Busy, BusyRow, Folded, Shift, fill_busy, share};
use crate::{FactTable, Instant, Millis};

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

#[test]
fn legs_add_up_to_the_time_their_agent_was_busy() {
    // 100 ms in three parts of 33.3: one of them is a millisecond longer
    check(
        &["contact k queued_at=0s answered_at=0s ended_at=100ms agent=ann
           contact l queued_at=0s answered_at=0s ended_at=100ms agent=ann
           contact m queued_at=0s answered_at=0s ended_at=100ms agent=ann"],
        &[("k/1", "0.034", "0.034"), ("l/1", "0.033", "0.033"), ("m/1", "0.033", "0.033")],
    );
    // of 10 ms alone, 5 together and 10 alone, the odd half goes to one of two; a stretch of its own takes none of it
    check(
        &["contact k queued_at=0s answered_at=0s ended_at=15ms agent=ann
           contact l queued_at=0s answered_at=10ms ended_at=25ms agent=ann
           contact m queued_at=0s answered_at=25ms ended_at=32ms agent=ann"],
        &[("k/1", "0.013", "0.013"), ("l/1", "0.012", "0.012"), ("m/1", "0.007", "0.007")],
    );
}

proptest! {
    #[test]
    fn busy_times_add_up_whatever_runs_together(
        legs in prop::collection::vec((0_i64..4_000, 0_i64..900, 0_u8..2), 1..40)
    ) {
        let shift = |(row, (start, length, agent)): (u32, &(i64, i64, u8))| Shift {
            agent: [*agent; 16],
            start: Instant::from_micros(start * 1000),
            end: Instant::from_micros((start + length) * 1000),
            bucket: row % 3,
            row,
            first: row,
        };
        let mut shifts: Vec<Shift> = (0..).zip(&legs).map(shift).collect();
        let mut found = Vec::new();
        share(&mut shifts, |busy| found.push(busy));
        prop_assert_eq!(found.len(), legs.len());
        for agent in 0..2 {
            // millisecond by millisecond: whether any leg of the agent runs
            let of_agent: Vec<_> = (0..).zip(&legs).filter(|(_, leg)| leg.2 == agent).collect();
            let busy = (0..5_000)
                .filter(|at| of_agent.iter().any(|(_, (start, length, _))| (*start..start + length).contains(at)))
                .count();
            let rows: Vec<u32> = of_agent.iter().map(|(row, _)| *row).collect();
            let of_rows = found.iter().filter(|busy| rows.contains(&busy.row));
            prop_assert_eq!(of_rows.map(|busy| busy.time.get()).sum::<i64>(), busy as i64);
        }
        // none is further than a millisecond from its equal part of each millisecond
        for (row, (start, length, agent)) in (0..).zip(&legs) {
            let beside = |at: i64| {
                legs.iter().filter(|(start, length, other)| other == agent && (*start..start + length).contains(&at)).count()
            };
            let part: f64 = (*start..start + length).map(|at| 1.0 / beside(at) as f64).sum();
            let own = found.iter().find(|busy| busy.row == row).unwrap().time.get() as f64;
            prop_assert!((own - part).abs() < 1.0 + 1e-6, "{own} of {part}");
        }
    }
}
