//! The rates that executives steer by, computed from the raw rows by hand: plausible at any size, and planted effects
//! are there.

use std::collections::HashMap;

use simulator::{Config, Detail};

use crate::data::percent;
use crate::tally::Tally;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Rates by name, in percent, euros, points or as said.
pub fn rates(tally: &Tally, config: &Config) -> Vec<(&'static str, f64)> {
    let books = &tally.books;
    let years = f64::from(config.months) / 12.0;
    let state = |name: &str| books.states.get(name).copied().unwrap_or_default() as f64;
    let handled = state("In contact") + state("After-contact work");
    let contacts = tally.contacts.len() as f64;
    let all: Vec<f64> = books
        .reviews
        .values()
        .filter(|review| review.0 == "Random")
        .map(|review| if review.3 { 0.0 } else { 100.0 * review.1 / review.2 })
        .collect();
    let written = tally.lives.values().filter(|life| !life.has_contact).count() as f64;
    let reached = tally.contacts.iter().filter(|contact| contact.disposition == "Handled").count() as f64;
    let answered = tally.answers.iter().filter(|answer| answer.0 == "csat").count();
    let leavers = 100.0 * books.left as f64 / years / books.employed as f64;
    let opened: Vec<bool> = tally.contacts.iter().filter_map(|contact| contact.is_opened).collect();
    let (retained, nrr) = retention(tally, config);
    let mut rates = vec![
        ("occupancy", 100.0 * handled / (handled + state("Ready"))),
        ("utilisation", 100.0 * handled / books.paid as f64),
        ("absence_rate", 100.0 * books.missed.get("Sick").copied().unwrap_or_default() as f64 / books.rostered as f64),
        ("agent_attrition", leavers),
        ("quality_score", all.iter().sum::<f64>() / all.len() as f64),
        ("compliance, rules kept", 100.0 - percent(books.checks.0, books.checks.1)),
        ("complaints a thousand contacts", 1_000.0 * books.complaints as f64 / (contacts + written)),
        ("csat_response_rate", percent(answered, books.delivered)),
        ("customer_retention_rate", retained),
        ("nrr", nrr),
        ("saves_rate", saves(tally)),
        ("cost_per_contact", books.costs / 100.0 / (reached + written)),
        ("self_service_resolution_rate", resolved(tally)),
        ("context viewed", percent(opened.iter().filter(|opened| **opened).count(), opened.len())),
        ("employee_satisfaction", percent(books.staff.0, books.staff.2)),
        ("enps", 100.0 * books.staff.1 as f64 / books.staff.2 as f64),
    ];
    if config.detail == Detail::Full {
        let share = all.len() as f64 / (reached + written);
        let (gross, verified) = containment(tally);
        rates.extend([
            ("reviewed at random", 100.0 * share),
            ("survey coverage", percent(books.offered, books.eligible)),
            ("bot_containment_rate, gross", gross),
            ("bot_containment_rate, verified", verified),
            ("repeat_purchase_ratio", repeat_purchases(tally)),
            ("conversion_rate of offers made", percent(books.offers.1, books.offers.0)),
            ("revenue_per_contact", books.sold as f64 / 100.0 / reached),
        ]);
    }
    rates
}

/// Subscribers of a year before the end who still are, in percent; and what they pay then, of what they paid.
fn retention(tally: &Tally, config: &Config) -> (f64, f64) {
    let (from, years) =
        if config.months >= 12 { (tally.end - 365 * DAY, 1.0) } else { (tally.end - 150 * DAY, 150.0 / 365.0) };
    let amount = |moves: &[(i64, i64)], at: i64| moves.iter().rfind(|one| one.0 <= at).map_or(0, |one| one.1);
    let (mut there, mut still, mut paid, mut pays) = (0, 0, 0, 0);
    for moves in tally.books.subscriptions.values() {
        let before = amount(moves, from);
        if before > 0 {
            let now = amount(moves, tally.end);
            (there, still, paid, pays) = (there + 1, still + usize::from(now > 0), paid + before, pays + now);
        }
    }
    // a part of a year, to the year
    let yearly = |share: f64| 100.0 * share.powf(1.0 / years);
    (yearly(still as f64 / there as f64), yearly(pays as f64 / paid as f64))
}

/// Of those who called or wrote in chat to leave, the share who are there 90 days later.
fn saves(tally: &Tally) -> f64 {
    let (mut asked, mut stay) = (0, 0);
    for contact in tally.contacts.iter().filter(|contact| contact.intent == "Leave") {
        let Some(moves) = contact.customer.and_then(|customer| tally.books.subscriptions.get(&customer)) else {
            continue;
        };
        let later = contact.queued + 90 * DAY;
        if later < tally.end {
            asked += 1;
            stay += usize::from(moves.iter().rfind(|one| one.0 <= later).is_some_and(|one| one.1 > 0));
        }
    }
    percent(stay, asked)
}

/// When each customer asked for help about each issue.
fn requests(tally: &Tally) -> HashMap<(u32, u64), Vec<i64>> {
    let mut all: HashMap<(u32, u64), Vec<i64>> = HashMap::new();
    for contact in &tally.contacts {
        if let Some(customer) = contact.customer {
            // times of contacts are on the wall clock, one or two hours ahead
            all.entry((customer, contact.issue)).or_default().push(contact.queued - HOUR);
        }
    }
    for life in tally.lives.values().filter(|life| life.by_customer && !life.has_contact) {
        if let Some(customer) = life.customer {
            all.entry((customer, life.issue)).or_default().push(life.created);
        }
    }
    all
}

fn comes_again(requests: &HashMap<(u32, u64), Vec<i64>>, session: &crate::books::Session, within: i64) -> bool {
    let of = session.visitor.and_then(|visitor| requests.get(&(visitor, session.issue)));
    of.is_some_and(|times| times.iter().any(|at| (0..=within).contains(&(at - session.ended))))
}

/// Conversations with the bot that no person took over; and of these, which ended well and were the last word.
fn containment(tally: &Tally) -> (f64, f64) {
    let requests = requests(tally);
    let all: Vec<_> = tally.books.sessions.iter().filter(|session| session.is_bot && session.turns > 0).collect();
    let gross = all.iter().filter(|session| session.result != "to_agent").count();
    let verified = all.iter().filter(|one| one.result == "answered" && !comes_again(&requests, one, 48 * HOUR)).count();
    (percent(gross, all.len()), percent(verified, all.len()))
}

fn resolved(tally: &Tally) -> f64 {
    let requests = requests(tally);
    let engaged = |one: &&crate::books::Session| !one.is_bot && one.is_read && !one.is_crawler;
    let all: Vec<_> = tally.books.sessions.iter().filter(engaged).collect();
    let helped = |one: &&&crate::books::Session| one.helped == Some(true) || !comes_again(&requests, one, 24 * HOUR);
    percent(all.iter().filter(helped).count(), all.len())
}

/// Customers who bought again within a year of their first order, or within the time that is left of short data.
fn repeat_purchases(tally: &Tally) -> f64 {
    let first = tally.books.orders.values().map(|orders| orders[0]).min().unwrap_or_default();
    let horizon = (365 * DAY).min((tally.end - first) * 2 / 3);
    let mature: Vec<_> = tally.books.orders.values().filter(|orders| orders[0] + horizon < tally.end).collect();
    let again = mature.iter().filter(|orders| orders.get(1).is_some_and(|at| at - orders[0] <= horizon)).count();
    percent(again, mature.len()) * (365 * DAY) as f64 / horizon as f64
}

/// Where each rate is to be: with 20,000 tickets and more, and with few, where chance is greater.
pub const BANDS: [(&str, [f64; 2], [f64; 2]); 23] = [
    ("occupancy", [70.0, 88.0], [68.0, 90.0]),
    ("utilisation", [50.0, 80.0], [40.0, 85.0]),
    ("absence_rate", [4.0, 8.0], [1.5, 12.0]),
    ("agent_attrition", [8.0, 60.0], [0.0, 90.0]),
    ("quality_score", [80.0, 90.0], [74.0, 95.0]),
    ("compliance, rules kept", [97.5, 99.5], [93.0, 100.0]),
    ("complaints a thousand contacts", [2.0, 9.0], [0.0, 20.0]),
    ("csat_response_rate", [15.0, 33.0], [12.0, 42.0]),
    ("customer_retention_rate", [75.0, 85.0], [65.0, 92.0]),
    ("nrr", [95.0, 110.0], [80.0, 125.0]),
    ("saves_rate", [32.0, 58.0], [0.0, 100.0]),
    ("cost_per_contact", [4.0, 12.0], [4.0, 12.0]),
    ("self_service_resolution_rate", [65.0, 88.0], [55.0, 95.0]),
    ("context viewed", [64.0, 76.0], [55.0, 85.0]),
    ("employee_satisfaction", [50.0, 88.0], [35.0, 95.0]),
    ("enps", [-15.0, 35.0], [-50.0, 70.0]),
    ("reviewed at random", [2.0, 4.0], [1.0, 5.5]),
    ("survey coverage", [88.0, 97.0], [80.0, 100.0]),
    ("bot_containment_rate, gross", [60.0, 75.0], [50.0, 85.0]),
    ("bot_containment_rate, verified", [35.0, 50.0], [25.0, 60.0]),
    ("repeat_purchase_ratio", [25.0, 40.0], [20.0, 50.0]),
    ("conversion_rate of offers made", [12.0, 26.0], [0.0, 60.0]),
    ("revenue_per_contact", [0.4, 2.5], [0.0, 6.0]),
];
