//! Gaps to the previous and the next contact of the same customer, across buckets, in each scope.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::harness::{cell, fold, lines};
use crate::lifecycle::{Cell, Folded, Link, Role, fill_gaps, gaps, linked_columns};
use crate::{FactTable, Instant};

/// Folds each text as a bucket of its own; the named columns of each row of `table`, by id.
fn linked<const N: usize>(table: FactTable, names: [&str; N], buckets: &[&str]) -> BTreeMap<String, [String; N]> {
    let folded: Vec<Folded> = buckets.iter().map(|text| fold(&[lines(text)])).collect();
    let mut links: Vec<Link> = (0..)
        .zip(&folded)
        .flat_map(|(bucket, folded)| folded.links.iter().map(move |link| Link { bucket, ..*link }))
        .collect();
    let mut found: Vec<Cell> = Vec::new();
    gaps(&mut links, |cell| found.push(cell));
    let mut rows = BTreeMap::new();
    for (bucket, folded) in (0..).zip(&folded) {
        let of_bucket = found.iter().copied().filter(|cell| cell.bucket == bucket && cell.table == table);
        let facts = fill_gaps(&folded.facts[&table], table, of_bucket).unwrap();
        assert_eq!(facts.schema(), folded.facts[&table].schema());
        for row in 0..facts.num_rows() {
            rows.insert(cell(&facts, table.key()[1], row), names.map(|name| cell(&facts, name, row)));
        }
    }
    rows
}

fn across(names: [&str; 2], buckets: &[&str]) -> BTreeMap<String, [String; 2]> {
    linked(FactTable::CustomerContact, names, buckets)
}

fn expected<const N: usize>(rows: [(&str, &str, &str); N]) -> BTreeMap<String, [String; 2]> {
    rows.map(|(id, previous, next)| (id.to_owned(), [previous.to_owned(), next.to_owned()])).into()
}

#[test]
fn contacts_about_one_issue() {
    let rows = across(
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
            // given up: it came, but is nobody's neighbour
            ("gone", "-", "-"),
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
fn the_column_says_who_is_a_neighbour() {
    for (names, rows) in [
        (
            ["previous_gap", "next_gap"],
            [("a", "-", "10000"), ("b", "10000", "30000"), ("d", "-", "-"), ("e", "30000", "-")],
        ),
        (
            ["previous_any_issue_gap", "next_any_issue_gap"],
            [("a", "-", "10000"), ("b", "10000", "10000"), ("d", "10000", "20000"), ("e", "20000", "-")],
        ),
        (
            ["previous_same_channel_gap", "next_same_channel_gap"],
            [("a", "-", "40000"), ("b", "-", "-"), ("d", "-", "-"), ("e", "40000", "-")],
        ),
        (
            ["previous_other_channel_gap", "next_other_channel_gap"],
            [("a", "-", "10000"), ("b", "10000", "30000"), ("d", "-", "-"), ("e", "30000", "-")],
        ),
    ] {
        assert_eq!(across(names, &[MIXED]), expected(rows), "{names:?}");
    }
}

#[test]
fn sessions_are_linked_with_contacts() {
    let buckets = [
        "session s1 kind=self_service started_at=0s ended_at=5s customer_id=c issue=bill
         session s2 kind=bot started_at=100s customer_id=c issue=app
         session s3 kind=self_service started_at=5s customer_id=c issue=bill is_test=true
         session s4 kind=self_service started_at=5s issue=bill",
        "contact bot queued_at=6s answered_at=6s handled_by=bot customer_id=c issue=bill channel=chat
         contact a queued_at=20s answered_at=21s customer_id=c issue=bill channel=phone
         contact b queued_at=300s answered_at=301s customer_id=c issue=app channel=phone",
    ];
    let sessions =
        linked(FactTable::Session, ["next_contact_gap", "next_contact_any_issue_gap", "previous_gap"], &buckets);
    let row = |texts: [&str; 3]| texts.map(str::to_owned);
    assert_eq!(
        sessions,
        BTreeMap::from([
            ("s1".to_owned(), row(["15000", "15000", "-"])),
            ("s2".to_owned(), row(["200000", "200000", "-"])),
            ("s3".to_owned(), row(["-", "-", "-"])),
            ("s4".to_owned(), row(["-", "-", "-"])),
        ])
    );
    assert_eq!(
        across(["previous_session_gap", "next_session_gap"], &buckets),
        expected([("bot", "1000", "-"), ("a", "15000", "-"), ("b", "200000", "-")])
    );
}

#[test]
fn whoever_comes_while_a_session_goes_on_comes_after_it_began() {
    let buckets = [
        "session long kind=bot started_at=0s ended_at=1800s customer_id=c issue=bill
         session short kind=bot started_at=100s ended_at=200s customer_id=c issue=bill
         session after kind=self_service started_at=700s ended_at=800s customer_id=c issue=bill
         session up kind=bot started_at=0s ended_at=5s customer_id=d issue=bill
         session chat kind=bot started_at=0s ended_at=5s customer_id=e issue=bill",
        "contact call queued_at=600s answered_at=601s customer_id=c issue=bill channel=phone
         contact gone queued_at=10s abandoned_at=50s customer_id=d issue=bill channel=phone
         contact back queued_at=90s answered_at=91s customer_id=d issue=bill channel=phone
         contact bot queued_at=10s abandoned_at=50s handled_by=bot customer_id=e issue=bill",
    ];
    let sessions =
        linked(FactTable::Session, ["next_contact_gap", "next_contact_any_issue_gap", "previous_gap"], &buckets);
    let row = |texts: [&str; 3]| texts.map(str::to_owned);
    assert_eq!(
        sessions,
        BTreeMap::from([
            // the call came ten minutes into it
            ("long".to_owned(), row(["0", "0", "-"])),
            ("short".to_owned(), row(["400000", "400000", "0"])),
            // the long one still went on
            ("after".to_owned(), row(["-", "-", "0"])),
            // who gave up came as well
            ("up".to_owned(), row(["5000", "5000", "-"])),
            ("chat".to_owned(), row(["-", "-", "-"])),
        ])
    );
    assert_eq!(
        across(["previous_session_gap", "next_session_gap"], &buckets),
        expected([("call", "0", "200000"), ("gone", "-", "-"), ("back", "85000", "-"), ("bot", "-", "-")])
    );
}

#[test]
fn contacts_know_of_the_customers_subscription() {
    let link = |role, seconds: i64, row| Link {
        customer: [1; 16],
        issue: 0,
        channel: 0,
        tie: 0,
        at: Instant::from_micros(seconds * 1_000_000),
        // days of 100 seconds
        beside: Instant::from_micros(seconds / 100 * 100_000_000),
        role,
        bucket: 0,
        row,
    };
    let mut links = [
        link(Role::HumanContact, 5, 0),
        link(Role::Started, 10, 0),
        link(Role::HumanContact, 10, 1),
        link(Role::Ended, 300, 0),
        link(Role::HumanContact, 330, 2),
        link(Role::HumanContact, 400, 3),
        link(Role::Started, 450, 0),
        link(Role::HumanContact, 460, 4),
        link(Role::GivenUp, 465, 7),
        link(Role::Ended, 470, 0),
        link(Role::HumanContact, 480, 5),
        link(Role::Started, 490, 0),
        link(Role::Ended, 900, 0),
        link(Role::HumanContact, 1000, 6),
    ];
    let names = ["was_subscribed", "lost_gap", "regained_gap", "lost_again_gap", "regained_again_gap"];
    let mut rows = vec![["-"; 5].map(str::to_owned); 7];
    gaps(&mut links, |cell| {
        let column = linked_columns(cell.table)[cell.place as usize];
        if let Some(at) = names.iter().position(|name| *name == column) {
            rows[cell.row as usize][at] = if at == 0 { cell.value } else { cell.value / 1000 }.to_string();
        }
    });
    let expected = [
        ["0", "295", "445", "465", "485"],
        ["1", "290", "440", "460", "480"],
        // it ended at the first instant of the day, which is all that many sources know: with the contact
        ["1", "0", "120", "140", "160"],
        // the day before
        ["0", "70", "90", "500", "-"],
        ["1", "10", "30", "440", "-"],
        ["1", "0", "10", "420", "-"],
        ["0", "-", "-", "-", "-"],
    ];
    assert_eq!(rows, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn written_requests_are_contacts_unless_a_contact_belongs_to_them() {
    let rows = across(
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
    /// Against the plain definition: the nearest earlier and later contact of the group, in the order of (time, tie).
    #[test]
    fn gaps_are_those_to_the_nearest_rows(
        rows in prop::collection::vec((0_u8..3, 0_u64..3, 0_u32..3, 0_i64..50, 0_u32..1000, 0_usize..6, 0_i64..20), 0..40)
    ) {
        let mut links: Vec<Link> = (0..)
            .zip(&rows)
            .map(|(row, (customer, issue, channel, at, tie, role, length))| Link {
                customer: [*customer; 16],
                issue: *issue,
                channel: *channel,
                at: Instant::from_micros(at * 1000),
                beside: Instant::from_micros((at + length) * 1000),
                tie: *tie,
                role: Role::ALL[*role],
                bucket: row % 3,
                row,
            })
            .collect();
        let all = links.clone();
        let order = |link: &Link| (link.at, link.role, link.tie, link.bucket, link.row);
        let is_contact = |link: &Link| matches!(link.role, Role::BotContact | Role::HumanContact);
        let mut found: BTreeMap<(u32, &str), i64> = BTreeMap::new();
        gaps(&mut links, |cell| {
            let twice = found.insert((cell.row, linked_columns(cell.table)[cell.place as usize]), cell.value);
            assert_eq!(twice, None);
        });
        type Group<'g> = &'g dyn Fn(&Link, &Link) -> bool;
        let groups: [(&str, Group); 5] = [
            ("gap", &|own, other| is_contact(other) && own.issue == other.issue),
            ("any_issue_gap", &|_, other| is_contact(other)),
            ("same_channel_gap", &|own, other| {
                is_contact(other) && own.issue == other.issue && own.channel == other.channel
            }),
            ("other_channel_gap", &|own, other| {
                is_contact(other) && own.issue == other.issue && own.channel != other.channel
            }),
            ("session_gap", &|own, other| other.role == Role::Session && own.issue == other.issue),
        ];
        for own in all.iter().filter(|link| is_contact(link)) {
            for (name, group) in &groups {
                let others = || all.iter().filter(|other| other.customer == own.customer && group(own, other));
                // of sessions their ends; none of one that goes on
                let end = |other: &Link| if other.role == Role::Session { other.beside } else { other.at };
                let before = others().filter(|other| order(other) < order(own)).map(end).max();
                let before = before.map(|end| end.min(own.at));
                let after = others().filter(|other| order(other) > order(own)).map(end).min();
                for (side, nearest) in [("previous", before), ("next", after)] {
                    let expected = nearest.map(|at| (own.at.micros() - at.micros()).abs() / 1000);
                    let column = format!("{side}_{name}");
                    let own = found.iter().find(|((row, of), _)| *row == own.row && *of == column);
                    prop_assert_eq!(own.map(|(_, value)| *value), expected, "{}", column);
                }
            }
        }
        let is_human = |link: &Link| matches!(link.role, Role::HumanContact | Role::GivenUp);
        for own in all.iter().filter(|link| link.role == Role::Session) {
            let after = all.iter().filter(|other| is_human(other) && other.customer == own.customer && order(other) > order(own));
            for (column, of_issue) in [("next_contact_gap", true), ("next_contact_any_issue_gap", false)] {
                let nearest = after.clone().filter(|other| !of_issue || other.issue == own.issue).map(|other| other.at).min();
                let expected = nearest.map(|at| (at.micros() - own.beside.micros()).max(0) / 1000);
                let own = found.iter().find(|((row, of), _)| *row == own.row && *of == column);
                prop_assert_eq!(own.map(|(_, value)| *value), expected, "{}", column);
            }
        }
        for own in all.iter().filter(|link| link.role == Role::GivenUp) {
            prop_assert!(found.keys().all(|(row, _)| *row != own.row));
        }
    }
}
