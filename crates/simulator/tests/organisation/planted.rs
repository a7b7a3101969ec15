//! What is planted for executives can be found in the raw rows: churn after bad answers, held back surveys, a broken
//! rule, a wave of complaints, help that helps for some, two keys of allocation.

use std::collections::{BTreeMap, HashMap, HashSet};

use simulator::Table;

use crate::books::cents;
use crate::data::{LARGE, LARGE_TICKETS, local, percent, utc};

const DAY: i64 = 86_400;

#[test]
fn bad_answers_drive_churn() {
    let (mut since, mut ends) = (HashSet::new(), HashMap::<&str, Vec<i64>>::new());
    for row in LARGE.rows(Table::Subscriptions) {
        match &row["type"] {
            "New" => drop(since.insert(&row["customer"])),
            "Cancelled" => ends.entry(&row["customer"]).or_default().push(utc(&row["effective"])),
            _ => {}
        }
    }
    let (mut bad, mut good) = ((0, 0), (0, 0));
    for answer in LARGE.answers().iter().filter(|answer| answer["survey"] == "csat") {
        let (customer, at) = (answer["customer"].as_str().unwrap(), answer["answered"].as_i64().unwrap());
        let left = ends.get(customer).map_or(&[][..], Vec::as_slice);
        if !since.contains(customer) || at + 180 * DAY >= LARGE.end || left.iter().any(|end| *end <= at) {
            continue;
        }
        let leaves = usize::from(left.iter().any(|end| *end < at + 180 * DAY));
        let count = match answer["score"].as_i64() {
            Some(1 | 2) => &mut bad,
            Some(4 | 5) => &mut good,
            _ => continue,
        };
        *count = (count.0 + leaves, count.1 + 1);
    }
    let (bad, good) = (percent(bad.0, bad.1), percent(good.0, good.1));
    assert!(bad > 1.25 * good, "{bad} % leave after 1 or 2, {good} % after 4 or 5");
}

#[test]
fn one_team_holds_surveys_back() {
    let mut teams: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in LARGE.rows(Table::Offered) {
        let rows = &LARGE_TICKETS[&row["Ticket"]];
        let count = teams.entry(&rows[rows.len() - 1]["team"]).or_default();
        *count = (count.0 + usize::from(!row["Sent"].is_empty()), count.1 + 1);
        assert!(row["Sent"].is_empty() == row["Bounced"].is_empty());
    }
    let coverage = |team: &str| percent(teams[team].0, teams[team].1);
    assert!(coverage("Technical") < coverage("Billing") - 6.0, "{teams:?}");
    // answers name the invitation they answer
    let sent: HashSet<&str> =
        LARGE.rows(Table::Offered).iter().filter(|row| &row["Bounced"] == "no").map(|row| &row["Invitation"]).collect();
    for answer in LARGE.answers().iter().filter(|answer| answer["survey"] == "csat") {
        assert!(sent.contains(answer["offer"].as_str().unwrap()), "{answer}");
    }
}

#[test]
fn one_team_breaks_a_rule() {
    let mut broken: HashMap<(bool, bool), (usize, usize, usize)> = HashMap::new();
    for row in LARGE.rows(Table::Checks).iter().filter(|row| &row["rule"] == "Identity check") {
        let is_late = utc(&row["checked_at"]) > LARGE.end - 240 * DAY;
        let count = broken.entry((&row["team"] == "Billing", is_late)).or_default();
        count.0 += usize::from(&row["result"] == "broken");
        count.1 += usize::from(&row["severity"] == "Critical");
        count.2 += 1;
    }
    let rate = |team, late| percent(broken[&(team, late)].0, broken[&(team, late)].2);
    assert!(rate(true, true) > 5.0 && rate(false, true) < 2.0, "{broken:?}");
    assert!((1..=20).contains(&broken[&(true, true)].1), "a few critical: {broken:?}");
}

#[test]
fn a_product_draws_complaints() {
    let mut causes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in LARGE.rows(Table::Complaints) {
        *causes.entry((&row["Product"], &row["Cause"])).or_default() += 1;
        let (received, answered) = (local(&row["Received"]).unwrap(), local(&row["Answered"]));
        assert!(answered.is_none_or(|answered| answered > received));
        assert_eq!(answered.is_none(), row["Decision"].is_empty());
    }
    let wave = causes[&("Nimbus router", "Firmware update")];
    let most = causes.iter().filter(|(key, _)| key.1 != "Firmware update").map(|(_, count)| *count).max();
    assert!(wave > 3 * most.unwrap() / 2, "{causes:?}");
}

#[test]
fn costs_are_shared_out_two_ways() {
    let mut shares: BTreeMap<(&str, &str), HashMap<&str, i64>> = BTreeMap::new();
    for row in LARGE.rows(Table::Allocations) {
        assert!(cents(&row["Share"]) > 0);
        let of = shares.entry((&row["Account"], &row["Key"])).or_default();
        *of.entry(&row["Medium"]).or_default() += cents(&row["Share"]);
    }
    let part = |key: &str, medium: &str| {
        let of = &shares[&("Salaries", key)];
        of[medium] as f64 / of.values().sum::<i64>() as f64
    };
    assert!((part("Contacts", "Phone") - part("Handling time", "Phone")).abs() > 0.02, "{shares:?}");
    let mut states: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    let mut currencies = HashSet::new();
    for row in LARGE.rows(Table::Costs) {
        states.entry(&row["Period state"]).or_default().insert(&row["From"]);
        currencies.insert(&row["Currency"]);
    }
    assert_eq!((states["closed"].len(), states["open"].len(), currencies.len()), (11, 1, 3));
    // a rate holds for 31 days
    let rates: HashSet<(&str, &str)> =
        LARGE.rows(Table::Rates).iter().map(|row| (&row["Currency"], &row["Date"])).collect();
    for row in LARGE.rows(Table::Costs).iter().filter(|row| &row["Currency"] != "EUR") {
        assert!(rates.contains(&(&row["Currency"], &row["From"])), "{}", &row["Entry"]);
    }
}

#[test]
fn what_refers_to_contacts_finds_them() {
    let contacts: HashMap<&str, &str> =
        LARGE.rows(Table::Contacts).iter().map(|row| (&row["Contact"], &row["Disposition"])).collect();
    for (table, column) in [
        (Table::Reviews, "contact"),
        (Table::Checks, "contact"),
        (Table::Chances, "contact"),
        (Table::Sales, "contact"),
    ] {
        for row in LARGE.rows(table).iter().filter(|row| !row[column].is_empty()) {
            assert_eq!(contacts[&row[column]], "Handled", "{table:?}");
        }
    }
    let mut handed = 0;
    for session in LARGE.lines(Table::Sessions) {
        if let Some(contact) = session["handed_to"].as_u64() {
            handed += usize::from(contacts.contains_key(contact.to_string().as_str()));
        }
        assert!(session["began"].as_i64() <= session["ended"].as_i64());
    }
    assert!(handed > 1_000, "{handed}");
    let reviews: HashSet<&str> = LARGE.rows(Table::Reviews).iter().map(|row| &row["review"]).collect();
    let items: HashSet<&str> = LARGE.rows(Table::Items).iter().map(|row| &row["review"]).collect();
    assert_eq!(reviews, items);
    let orders: HashSet<&str> = LARGE.rows(Table::Orders).iter().map(|row| &row["order"]).collect();
    assert!(LARGE.rows(Table::Refunds).iter().all(|row| orders.contains(&row["order"])));
    let escalated = LARGE.rows(Table::Changes).iter().filter(|row| &row["change"] == "Escalation").count();
    let share = percent(escalated, LARGE_TICKETS.len());
    assert!((2.0..7.0).contains(&share), "{share} % escalated");
}
