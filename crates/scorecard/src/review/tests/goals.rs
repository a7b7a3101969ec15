//! Targets that gave way to others.

use super::*;
use crate::definition::{Definition, Goal};
use crate::lint::{Aim, TargetChange};

/// A card of one KPI with this target.
fn card(target: &str) -> Definition {
    fixture::definition(&format!(
        "title = \"C\"\nvalue_proposition = \"v\"\nstatus = \"draft\"\n[[perspective]]\nid = \"satisfaction\"\nname = \"S\"\n\
         [[kpi]]\nmetric = \"csat_t2b\"\nperspective = \"satisfaction\"\nweight = 1\ntarget = {{ {target} }}\n"
    ))
}

/// What was done with such a card, and on which day.
type Deed<'a> = (&'a str, &'a str, &'a str);

/// The same with a gate that csat is to be at least `limit`.
fn gated(limit: f64) -> Definition {
    fixture::definition(&format!(
        "title = \"C\"\nvalue_proposition = \"v\"\nstatus = \"draft\"\n[[perspective]]\nid = \"satisfaction\"\nname = \"S\"\n\
         [[kpi]]\nmetric = \"csat_t2b\"\nperspective = \"satisfaction\"\nweight = 1\n\
         [[gate]]\nid = \"served\"\nname = \"Served\"\nmetric = \"csat_t2b\"\nat_least = {limit}\n"
    ))
}

fn event(deed: &str, card: &Definition, day: &str) -> Event {
    let texts = card_texts("company", card);
    let signed: Vec<Signed> = texts.iter().map(Text::signed).collect();
    match deed {
        "approve" => Event::Approve { reason: None, texts: signed, second_person: false, archived: vec![] },
        "change" => {
            let (hash, text) = (texts[0].hash.clone(), texts[0].text.clone());
            Event::Change {
                reason: "r".into(),
                hash,
                text,
                inputs: Default::default(),
                texts: signed[1..].to_vec(),
                archived: vec![],
            }
        }
        // October
        _ => {
            let now = format!("{day}T09:00:00Z").parse().unwrap();
            let answered = fixture::card(card, None, None);
            Event::Closed(close(&answered, card, &fixture::catalogue(), &organisation(), &[], now))
        }
    }
}

#[test]
fn targets_that_gave_way() {
    const OLD: &str = "value = 80, deadline = 2026-12-31, set_on = 2026-08-05";
    const NEW: &str = "value = 75, deadline = 2026-12-31, set_on = 2026-08-05";
    let set = |day: &str| NEW.replace("2026-08-05", day);
    let check = |deeds: &[Deed<'_>], now: &str, expected: &[(f64, &str, Option<&str>)]| {
        let entries: Vec<Recorded> = deeds
            .iter()
            .enumerate()
            .map(|(place, (deed, day, target))| {
                entry(place as u64 + 1, day, "Anna", "card:company", &event(deed, &card(target), day))
            })
            .collect();
        let found = replaced(&replay(&entries), "company", &card(now).kpis[0], &organisation(), date("2026-11-20"));
        let wanted = expected.iter().map(|(was, first_result, on)| TargetChange {
            was: Aim { goal: Goal::AtLeast(*was), deadline: Some(date("2026-12-31")), tolerance: 0.0, baseline: None },
            first_result: date(first_result),
            on: on.map(date),
        });
        assert_eq!(found, wanted.collect::<Vec<_>>(), "{deeds:?} {now}");
    };
    let approved = ("approve", "2026-08-06", OLD);
    check(&[], NEW, &[]);
    check(&[approved], OLD, &[]);
    // set on 5 August and looked at each month: a result after 28 days; nobody said when it was changed
    check(&[approved], NEW, &[(80.0, "2026-09-02", None)]);
    // but by the day it names, by a change or an approval
    check(&[approved], &set("2026-11-10"), &[(80.0, "2026-09-02", Some("2026-11-10"))]);
    check(&[approved, ("change", "2026-11-18", NEW)], NEW, &[(80.0, "2026-09-02", Some("2026-11-18"))]);
    check(&[approved, ("approve", "2026-11-18", NEW)], NEW, &[(80.0, "2026-09-02", Some("2026-11-18"))]);
    let early = set("2026-08-20");
    check(&[approved, ("change", "2026-11-18", &early)], &early, &[(80.0, "2026-09-02", Some("2026-08-20"))]);
    // October was closed with the old one, so that it was not changed before
    let closed = ("close", "2026-11-09", OLD);
    check(&[closed], &set("2026-10-20"), &[(80.0, "2026-09-02", None)]);
    let late = OLD.replace("2026-08-05", "2026-10-25");
    check(&[("close", "2026-11-09", &late)], NEW, &[(80.0, "2026-11-09", None)]);
    // a period that was over when it was set is no result of it
    let later = OLD.replace("2026-08-05", "2026-11-02");
    check(&[("close", "2026-11-09", &later)], NEW, &[(80.0, "2026-11-30", None)]);
    // the second of three began when it was recorded
    let third = NEW.replace("75", "70");
    check(
        &[approved, ("change", "2026-11-02", NEW)],
        &third,
        &[(80.0, "2026-09-02", Some("2026-11-02")), (75.0, "2026-11-30", None)],
    );
    // who answers for it is none of what it asks for
    check(&[approved], &format!("{OLD}, owner = \"Ben\""), &[]);
}

#[test]
fn what_else_moves_a_target() {
    let check = |then: &[&str], now: &str, expected: &[(f64, Option<f64>)]| {
        let file = |more: &str| card(&format!("value = 80, deadline = 2026-12-31, set_on = 2026-08-05{more}"));
        let days = ["2026-08-06", "2026-09-20"];
        let entries = then.iter().zip(days).enumerate().map(|(place, (more, day))| {
            entry(place as u64 + 1, day, "Anna", "card:company", &event("approve", &file(more), day))
        });
        let entries: Vec<Recorded> = entries.collect();
        let now = file(now);
        let found = replaced(&replay(&entries), "company", &now.kpis[0], &organisation(), date("2026-11-20"));
        let was: Vec<(f64, Option<f64>)> =
            found.iter().map(|change| (change.was.tolerance, change.was.baseline)).collect();
        assert_eq!(was, expected, "{then:?}");
    };
    let (low, high) = (", baseline = 60", ", baseline = 70");
    check(&[", tolerance = 1"], ", tolerance = 2", &[(1.0, None)]);
    check(&[""], ", tolerance = 2", &[(0.0, None)]);
    check(&[high], low, &[(0.0, Some(70.0))]);
    // filled in, not moved; but from then on it is known
    check(&[""], high, &[]);
    check(&["", high], low, &[(0.0, Some(70.0))]);
    // what was taken out says nothing of where a score begins
    check(&[high], "", &[]);
}

#[test]
fn gates_that_let_more_pass_than_in_the_period_that_was_closed() {
    let check = |closed: &[(&str, f64)], now: f64, expected: Option<f64>| {
        let of = |(place, (day, limit)): (usize, &(&str, f64))| {
            entry(place as u64 + 1, day, "Anna", "card:company", &event("close", &gated(*limit), day))
        };
        let entries: Vec<Recorded> = closed.iter().enumerate().map(of).collect();
        let found = loosened(&replay(&entries), "company", &gated(now).gates[0]);
        assert_eq!(found.map(|change| change.limit), expected, "{closed:?} {now}");
        if let Some(change) = found {
            assert_eq!((change.from, change.to), (date("2026-10-01"), date("2026-11-01")));
        }
    };
    check(&[], 60.0, None);
    check(&[("2026-11-09", 65.0)], 65.0, None);
    check(&[("2026-11-09", 65.0)], 60.0, Some(65.0));
    check(&[("2026-11-09", 65.0)], 70.0, None);
    // closed again with the new one
    check(&[("2026-11-09", 65.0), ("2026-11-10", 60.0)], 60.0, None);
}
