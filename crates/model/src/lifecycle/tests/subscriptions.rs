//! Subscriptions: what is said of them by hand, and random movements against a naive fold.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use super::harness::{Line, cell, check, fold, lines, time};
use crate::{FactTable, RecordKind};

#[test]
fn movements_become_stretches() {
    check(
        "customer c segment=smb
         subscription_movement 1 customer_id=c at=0d kind=start mrr=100 plan=small
         subscription_movement 2 customer_id=c at=10d kind=change mrr=150 plan=large reason=more
         subscription_movement 3 customer_id=c at=12d kind=change mrr=150 plan=large
         subscription_movement 4 customer_id=c at=20d kind=end mrr=0 reason=price is_voluntary=true
         subscription_movement 5 customer_id=c at=30d kind=win_back mrr=80",
        "rows subscription 3
         subscription c/1 started_at=0d ended_at=10d first_started_at=0d subscribed_since=0d mrr=100 constant_mrr=100 plan=small
         subscription c/1 start_kind=start end_kind=change reason=more is_voluntary=- customer_segment=smb system=desk is_test=false
         subscription c/2 started_at=10d ended_at=20d subscribed_since=0d mrr=150 plan=large start_kind=change end_kind=end
         subscription c/2 reason=price is_voluntary=true
         subscription c/3 started_at=30d ended_at=- first_started_at=0d subscribed_since=30d mrr=80 plan=- start_kind=win_back
         subscription c/3 end_kind=- reason=-",
    );
}

#[test]
fn several_subscriptions_are_one_customer() {
    check(
        "subscription_movement 1 customer_id=c subscription=phone at=0d kind=start mrr=10 plan=basic
         subscription_movement 2 customer_id=c subscription=net at=5d kind=start mrr=30 plan=fast
         subscription_movement 3 customer_id=c subscription=net at=9d kind=end is_voluntary=true reason=moved
         subscription_movement 4 customer_id=c subscription=phone at=12d kind=end is_voluntary=false",
        "rows subscription 3
         subscription c/1 mrr=10 plan=basic start_kind=start end_kind=change
         subscription c/2 mrr=40 plan=fast start_kind=change end_kind=change reason=moved is_voluntary=-
         subscription c/3 mrr=10 plan=basic end_kind=end is_voluntary=false subscribed_since=0d",
    );
}

#[test]
fn changes_stated_as_differences_add_up() {
    check(
        "subscription_movement 1 customer_id=c at=0d kind=start mrr_change=100
         subscription_movement 2 customer_id=c at=1d kind=change mrr_change=-30.5
         subscription_movement 3 customer_id=c at=2d kind=change plan=other
         subscription_movement 4 customer_id=c at=3d kind=change mrr=20 mrr_change=99",
        "rows subscription 4
         subscription c/1 mrr=100
         subscription c/2 mrr=69.5 plan=-
         subscription c/3 mrr=69.5 plan=other
         subscription c/4 mrr=20 plan=other",
    );
}

#[test]
fn movements_of_one_instant_are_taken_together() {
    check(
        "subscription_movement a customer_id=renewed at=0d kind=start mrr=10
         subscription_movement c customer_id=renewed at=9d kind=start mrr=10
         subscription_movement b customer_id=renewed at=9d kind=end
         subscription_movement d customer_id=ordered at=0d kind=start mrr=10 sequence=1
         subscription_movement f customer_id=ordered at=0d kind=change mrr=12 sequence=2
         subscription_movement e customer_id=ordered at=0d kind=change mrr=14 sequence=3
         subscription_movement g customer_id=trial at=3d kind=start mrr=10 sequence=1
         subscription_movement h customer_id=trial at=3d kind=end sequence=2",
        "rows subscription 2
         subscription renewed/1 started_at=0d ended_at=-
         subscription ordered/1 started_at=0d mrr=14 start_kind=start",
    );
}

#[test]
fn contradictions_are_counted_and_taken_for_what_they_must_mean() {
    check(
        "subscription_movement 1 customer_id=c at=0d kind=end
         subscription_movement 2 customer_id=c at=1d kind=start mrr=10
         subscription_movement 3 customer_id=c at=2d kind=start mrr=15
         subscription_movement 4 customer_id=d at=3d kind=change mrr=20
         subscription_movement 5 customer_id=e at=3d kind=change mrr_change=20
         subscription_movement 6 customer_id=f at=3d kind=win_back mrr_change=20
         subscription_movement 7 customer_id=g at=0d kind=start
         subscription_movement 8 customer_id=h at=0d kind=begin",
        "rows subscription 6
         subscription c/1 started_at=1d mrr=10 start_kind=start end_kind=change
         subscription c/2 started_at=2d mrr=15 start_kind=change
         subscription d/1 mrr=20 start_kind=change
         subscription e/1 mrr=- constant_mrr=- start_kind=change
         subscription f/1 mrr=20 start_kind=win_back
         subscription g/1 mrr=-
         warning movement_contradicted 4
         warning unknown_value 1",
    );
}

#[test]
fn whose_it_is_and_what_is_a_test() {
    check(
        "customer staff is_test=true
         subscription_movement 1 customer_id=staff at=0d kind=start mrr=1
         subscription_movement 2 customer_id=x customer_system=crm at=0d kind=start mrr=1 is_test=true
         subscription_movement 3 customer_id=y at=0d kind=start mrr=1",
        "subscription staff/1 is_test=true customer_system=desk
         subscription x/1 is_test=true customer_system=crm system=desk
         subscription y/1 is_test=false",
    );
}

/// What one subscription is after all its movements until some time: amount and plan.
type Terms = (Option<i64>, Option<String>);

/// The state after the movements of a customer up to a time, each subscription replayed from its beginning by itself,
/// with the place of the last movement that changed it.
fn state(movements: &[&Line], until: i64) -> BTreeMap<String, (Terms, usize)> {
    let mut all = BTreeMap::new();
    let name = |line: &Line| line.get("subscription").unwrap_or_default().to_owned();
    for subscription in ["", "net", "phone"] {
        let (mut now, mut ended): (Option<(Terms, usize)>, bool) = (None, false);
        for (place, line) in movements.iter().enumerate() {
            if name(line) != subscription || at(line) > until {
                continue;
            }
            let money = |field: &str| line.get(field).map(|text| text.parse::<i64>().unwrap());
            let before = now.as_ref().map(|(terms, _)| terms.clone());
            if line.get("kind") == Some("end") {
                (now, ended) = (None, true);
                continue;
            }
            let known = before.as_ref().map_or(Some(0), |terms| terms.0);
            let begins = before.is_some() || ended || line.get("kind") != Some("change");
            let amount = match (money("mrr"), money("mrr_change")) {
                (Some(stated), _) => Some(stated),
                (None, Some(change)) => known.filter(|_| begins).map(|known| known + change),
                (None, None) => before.as_ref().and_then(|terms| terms.0),
            };
            let plan = line.get("plan").map(str::to_owned).or(before.as_ref().and_then(|terms| terms.1.clone()));
            let terms = (amount, plan);
            if before.as_ref() != Some(&terms) {
                now = Some((terms, place));
            }
        }
        if let Some(now) = now {
            all.insert(subscription.to_owned(), now);
        }
    }
    all
}

fn at(line: &Line) -> i64 {
    time(line.get("at").unwrap()).micros()
}

/// The stretches as rows of text: customer, number, start, end, first start, since, revenue, plan, both kinds.
fn naive(history: &[Line]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let shown = |at: Option<i64>| at.map_or("-".to_owned(), |at| at.to_string());
    for customer in ["c", "d"] {
        let mut movements: Vec<&Line> =
            history.iter().filter(|line| line.get("customer_id") == Some(customer)).collect();
        let order = |kind: &str| ["end", "start", "win_back", "change"].iter().position(|one| *one == kind);
        movements.sort_by_key(|line| {
            let sequence = line.get("sequence").map(|text| text.parse::<i64>().unwrap());
            (at(line), sequence, order(line.get("kind").unwrap()), line.get("id").unwrap().to_owned())
        });
        let mut times: Vec<i64> = movements.iter().map(|line| at(line)).collect();
        times.dedup();
        let terms = |state: &BTreeMap<String, (Terms, usize)>| -> Vec<(String, Terms)> {
            state.iter().map(|(name, (terms, _))| (name.clone(), terms.clone())).collect()
        };
        let (mut before, mut number) = (BTreeMap::new(), 0);
        let (mut first, mut since) = (None, 0);
        for now in times {
            let after = state(&movements, now);
            if terms(&before) == terms(&after) {
                continue;
            }
            if !before.is_empty() {
                let row: &mut Vec<String> = rows.last_mut().unwrap();
                row[3] = shown(Some(now));
                row[9] = if after.is_empty() { "end" } else { "change" }.to_owned();
            }
            if !after.is_empty() {
                let said = |kind: &str| movements.iter().any(|line| at(line) == now && line.get("kind") == Some(kind));
                let kind = match (before.is_empty(), number) {
                    (false, _) => "change",
                    (true, 1..) => "win_back",
                    (true, _) if said("win_back") => "win_back",
                    (true, _) if said("start") => "start",
                    (true, _) => "change",
                };
                if before.is_empty() {
                    since = now;
                }
                first = first.or(Some(now));
                number += 1;
                let amounts: Option<Vec<i64>> = after.values().map(|((amount, _), _)| *amount).collect();
                let planned = after.values().filter(|((_, plan), _)| plan.is_some());
                let plan = planned.max_by_key(|(_, place)| *place).and_then(|((_, plan), _)| plan.clone());
                rows.push(vec![
                    customer.to_owned(),
                    number.to_string(),
                    shown(Some(now)),
                    "-".to_owned(),
                    shown(first),
                    shown(Some(since)),
                    amounts.map_or("-".to_owned(), |amounts| amounts.iter().sum::<i64>().to_string()),
                    plan.unwrap_or("-".to_owned()),
                    kind.to_owned(),
                    "-".to_owned(),
                ]);
            }
            before = after;
        }
    }
    rows.sort();
    rows
}

fn movement() -> impl Strategy<Value = String> {
    let maybe = |name: &'static str, values: Vec<&'static str>| {
        prop::option::of(select(values))
            .prop_map(move |value| value.map_or(String::new(), |value| format!(" {name}={value}")))
    };
    let kinds = select(vec!["start", "change", "change", "end", "win_back"]);
    let amounts = (maybe("mrr", vec!["0", "10", "20"]), maybe("mrr_change", vec!["-10", "0", "5"]));
    let more =
        (maybe("plan", vec!["a", "b"]), maybe("sequence", vec!["1", "2"]), maybe("subscription", vec!["net", "phone"]));
    (select(vec!["c", "d"]), 0..12, kinds, amounts, more).prop_map(
        |(customer, day, kind, (mrr, change), (plan, sequence, subscription))| {
            format!("customer_id={customer} at={day}d kind={kind}{mrr}{change}{plan}{sequence}{subscription}")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_naive_fold_agrees(movements in prop::collection::vec(movement(), 0..16)) {
        let numbered = movements.iter().enumerate();
        let text: Vec<String> = numbered.map(|(id, line)| format!("subscription_movement m{id:02} {line}")).collect();
        let history = lines(&text.join("\n"));
        prop_assert!(history.iter().all(|line| line.kind == RecordKind::SubscriptionMovement));
        let wanted = naive(&history);
        let facts = &fold(&[history]).facts[&FactTable::Subscription];
        let columns = [
            "customer_id", "stretch", "started_at", "ended_at", "first_started_at", "subscribed_since", "mrr", "plan",
            "start_kind", "end_kind",
        ];
        let mut found: Vec<Vec<String>> = (0..facts.num_rows())
            .map(|row| columns.iter().map(|name| cell(facts, name, row)).collect())
            .collect();
        found.sort();
        prop_assert_eq!(found, wanted);
    }
}
