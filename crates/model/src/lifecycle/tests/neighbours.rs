//! Gaps to the previous and the next contact of the same customer, across buckets, in each scope.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::harness::{cell, fold, lines};
use crate::lifecycle::{Folded, Gap, Link, Scope, fill_gaps, gaps};
use crate::{FactTable, Instant, Millis};

#[test]
fn a_link_takes_forty_eight_bytes() {
    assert_eq!(size_of::<Link>(), 48);
}

/// Folds each text as a bucket of its own; the gaps of each customer contact in `scope`, by id.
fn across(scope: Scope, names: [&str; 2], buckets: &[&str]) -> BTreeMap<String, [String; 2]> {
    const TABLE: FactTable = FactTable::CustomerContact;
    let folded: Vec<Folded> = buckets.iter().map(|text| fold(&[lines(text)])).collect();
    let mut links: Vec<Link> = (0..)
        .zip(&folded)
        .flat_map(|(bucket, folded)| folded.links.iter().map(move |link| Link { bucket, ..*link }))
        .collect();
    let found: Vec<Gap> = gaps(&mut links, scope).collect();
    let mut rows = BTreeMap::new();
    for (bucket, folded) in (0..).zip(&folded) {
        let of_bucket = found.iter().copied().filter(|gap| gap.bucket == bucket);
        let facts = fill_gaps(&folded.facts[&TABLE], scope, of_bucket).unwrap();
        assert_eq!(facts.schema(), folded.facts[&TABLE].schema());
        for row in 0..facts.num_rows() {
            rows.insert(cell(&facts, "contact_id", row), names.map(|name| cell(&facts, name, row)));
        }
    }
    rows
}

fn expected<const N: usize>(rows: [(&str, &str, &str); N]) -> BTreeMap<String, [String; 2]> {
    rows.map(|(id, previous, next)| (id.to_owned(), [previous.to_owned(), next.to_owned()])).into()
}

#[test]
fn contacts_about_one_issue() {
    let rows = across(
        Scope::Issue,
        ["previous_gap", "next_gap"],
        &[
            "customer staff is_test=true
             contact a queued_at=10s answered_at=11s customer_id=c issue=bill
             contact b queued_at=30s answered_at=31s customer_id=c issue=app
             contact d queued_at=0s answered_at=1s
             contact out queued_at=15s answered_at=16s customer_id=c issue=bill direction=out
             contact gone queued_at=15s abandoned_at=16s customer_id=c issue=bill
             contact away queued_at=15s outcome=overflow customer_id=c issue=bill
             contact test queued_at=15s answered_at=16s customer_id=c issue=bill is_test=true
             contact s1 queued_at=0s answered_at=1s customer_id=staff
             contact s2 queued_at=1s answered_at=2s customer_id=staff",
            "contact e queued_at=25s answered_at=26s customer_id=c issue=bill
             contact f queued_at=25s answered_at=26s customer_id=c issue=bill
             contact g queued_at=0s answered_at=1s customer_id=c
             contact h queued_at=1s answered_at=2s customer_id=c
             contact j queued_at=2s answered_at=3s customer_id=c issue=
             contact i queued_at=0s answered_at=1s customer_id=c customer_system=crm issue=bill",
        ],
    );
    // e and f are of one instant: one of them is first, always the same one
    let (first, second) = if rows["e"][0] == "15000" { ("e", "f") } else { ("f", "e") };
    assert_eq!(
        rows,
        expected([
            ("a", "-", "15000"),
            (first, "15000", "0"),
            (second, "0", "-"),
            ("b", "-", "-"),
            ("d", "-", "-"),
            ("g", "-", "1000"),
            ("h", "1000", "-"),
            ("i", "-", "-"),
            ("j", "-", "-"),
            ("test", "-", "-"),
            ("s1", "-", "-"),
            ("s2", "-", "-"),
        ])
    );
}

const MIXED: &str = "contact a queued_at=0s answered_at=1s customer_id=c issue=bill channel=phone
     contact b queued_at=10s answered_at=11s customer_id=c issue=bill channel=chat
     contact d queued_at=20s answered_at=21s customer_id=c issue=app channel=phone
     contact e queued_at=40s answered_at=41s customer_id=c issue=bill channel=phone";

#[test]
fn the_scope_decides_who_is_a_neighbour() {
    for (scope, names, rows) in [
        (
            Scope::Issue,
            ["previous_gap", "next_gap"],
            [("a", "-", "10000"), ("b", "10000", "30000"), ("d", "-", "-"), ("e", "30000", "-")],
        ),
        (
            Scope::Customer,
            ["previous_any_issue_gap", "next_any_issue_gap"],
            [("a", "-", "10000"), ("b", "10000", "10000"), ("d", "10000", "20000"), ("e", "20000", "-")],
        ),
        (
            Scope::Channel,
            ["previous_same_channel_gap", "next_same_channel_gap"],
            [("a", "-", "40000"), ("b", "-", "-"), ("d", "-", "-"), ("e", "40000", "-")],
        ),
    ] {
        assert_eq!(across(scope, names, &[MIXED]), expected(rows), "{scope:?}");
    }
}

#[test]
fn written_requests_are_contacts_unless_a_contact_belongs_to_them() {
    let rows = across(
        Scope::Issue,
        ["previous_gap", "next_gap"],
        &[
            "ticket 1 created_at=0s customer_id=c category=bill
             ticket 2 created_at=9s customer_id=c category=bill
             ticket 3 created_at=3s customer_id=c category=bill merged_into=1
             ticket 4 created_at=3s customer_id=c category=bill is_spam=true
             ticket 5 created_at=3s customer_id=c category=bill is_test=true
             ticket 8 created_at=3s customer_id=c category=bill created_by=agent
             ticket 9 created_at=3s customer_id=c category=bill
             contact call queued_at=4s answered_at=5s customer_id=c ticket_id=9
             ticket 10 created_at=20s customer_id=e category=bill
             contact back direction=out queued_at=22s answered_at=23s customer_id=e ticket_id=10",
            "ticket 6 created_at=5s customer_id=c category=bill
             ticket 7 created_at=5s customer_id=d category=bill",
        ],
    );
    assert_eq!(
        rows,
        expected([
            ("1", "-", "4000"),
            ("call", "4000", "1000"),
            ("6", "1000", "4000"),
            ("2", "4000", "-"),
            ("5", "-", "-"),
            ("7", "-", "-"),
            ("10", "-", "-"),
        ])
    );
}

proptest! {
    /// Against the plain definition: the nearest earlier and later row of the group, in the order of (time, tie).
    #[test]
    fn gaps_are_those_to_the_nearest_rows(rows in prop::collection::vec((0_u8..4, 0_i64..50, 0_u32..1000), 0..40)) {
        let mut links: Vec<Link> = (0..)
            .zip(&rows)
            .map(|(row, (group, at, tie))| Link {
                customer: [*group; 16],
                issue: u64::from(*group % 2),
                channel: 0,
                at: Instant::from_micros(at * 1000),
                tie: *tie,
                bucket: row % 3,
                row,
            })
            .collect();
        let all = links.clone();
        let order = |link: &Link| (link.at, link.tie, link.bucket, link.row);
        let found: Vec<Gap> = gaps(&mut links, Scope::Customer).collect();
        prop_assert_eq!(found.len(), all.len());
        for gap in found {
            let own = all[gap.row as usize];
            let others = || all.iter().filter(|other| other.customer == own.customer);
            let before = others().filter(|other| order(other) < order(&own)).map(|other| other.at).max();
            let after = others().filter(|other| order(other) > order(&own)).map(|other| other.at).min();
            prop_assert_eq!(gap.bucket, own.bucket);
            prop_assert_eq!(gap.previous, before.map(|at| own.at.since(at)));
            prop_assert_eq!(gap.next, after.map(|at| at.since(own.at)));
            prop_assert!(gap.previous.is_none_or(|length| length >= Millis::new(0)));
        }
    }
}
