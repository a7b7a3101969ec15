//! Every rate that a metric shows, computed from the raw rows by hand, is plausible at any size and with any seed.

use std::collections::HashMap;

use jiff::civil::date;
use simulator::{Config, Detail};

use crate::data::{median, percent};
use crate::executive;
use crate::schedule::Schedule;
use crate::tally::{Channel, Contact, Life, Tally};

const DAY: i64 = 86_400;
const THANK_YOU: i64 = 900;

/// Rates by the name of their metric, in percent, hours, seconds or points.
fn rates(tally: &Tally) -> Vec<(&'static str, f64)> {
    let (desk, live) = (Schedule::desk(), Schedule::live());
    let mut rates = satisfaction(tally);
    rates.extend(tickets(tally, &desk, &live));
    rates.extend(contacts(tally));
    rates.push(("sla_compliance", kept(tally, &desk, &live, |_| true)));
    rates.push(("fcr", first_contact_resolution(tally)));
    let days = (tally.end - tally.lives.values().map(|life| life.created).min().unwrap()) as f64 / DAY as f64;
    let open = tally.lives.values().filter(|life| !life.is_left_out && life.last_solved.is_none()).count();
    rates.push(("unresolved_backlog in days of work", open as f64 / (tally.lives.len() as f64 / days)));
    rates
}

fn satisfaction(tally: &Tally) -> Vec<(&'static str, f64)> {
    let of = |survey: &str| -> Vec<i64> {
        // of several answers on one ticket the last one counts
        let mut last: HashMap<Option<u32>, i64> = HashMap::new();
        let mut all = Vec::new();
        for (_, score, ticket, in_time) in tally.answers.iter().filter(|answer| answer.0 == survey) {
            match ticket.filter(|_| *in_time) {
                Some(_) => drop(last.insert(*ticket, *score)),
                None if *in_time => all.push(*score),
                None => {}
            }
        }
        all.extend(last.into_values());
        all
    };
    let (csat, ces, nps) = (of("csat"), of("ces"), of("nps"));
    let share = |scores: &[i64], from: i64, to: i64| {
        percent(scores.iter().filter(|score| (from..=to).contains(score)).count(), scores.len())
    };
    vec![
        ("csat_t2b", share(&csat, 4, 5)),
        ("csat_mean", csat.iter().sum::<i64>() as f64 / csat.len() as f64),
        ("ces_v2", share(&ces, 5, 7)),
        ("nps", share(&nps, 9, 10) - share(&nps, 0, 6)),
        ("answers a ticket", tally.answers.len() as f64 / tally.lives.len() as f64),
    ]
}

/// Whether the customer opened the solved ticket again within a week, for more than a word of thanks.
fn is_reopened(life: &Life, since: i64) -> bool {
    life.reopened.is_some_and(|(at, until)| at - since <= 7 * DAY && until.is_none_or(|until| until - at > THANK_YOU))
}

fn tickets(tally: &Tally, desk: &Schedule, live: &Schedule) -> Vec<(&'static str, f64)> {
    let lives: Vec<&Life> = tally.lives.values().filter(|life| !life.is_left_out && !life.is_test).collect();
    let is_written = |life: &Life| !matches!(life.channel, Channel::Chat | Channel::Phone);
    let hours = |from: i64, to: i64| desk.between(from, to) as f64 / 3_600.0;
    let written = || lives.iter().filter(|life| is_written(life) && life.by_customer);
    let reply = written().filter_map(|life| Some(hours(life.created, life.first_reply?))).collect();
    let turns = tally.turns.iter().filter(|turn| !matches!(turn.2, Channel::Chat | Channel::Phone));
    let next = turns.map(|turn| hours(turn.0, turn.1)).collect();
    let resolution = written().filter_map(|life| Some(hours(life.created, life.last_solved?))).collect();
    let within = |life: &Life| {
        let due = match life.channel {
            Channel::Phone | Channel::Chat => live.business_day_end(life.created, 0),
            Channel::Social => desk.business_day_end(life.created, 1),
            Channel::Email | Channel::Form => desk.business_day_end(life.created, 2),
        };
        let solved = life.first_solved.is_some_and(|at| at <= due && !is_reopened(life, at));
        (due + 7 * DAY < tally.end).then_some(solved)
    };
    let judged: Vec<bool> = lives.iter().filter_map(|life| within(life)).collect();
    let solved: Vec<&&Life> =
        lives.iter().filter(|life| life.first_solved.is_some_and(|at| at + 7 * DAY < tally.end)).collect();
    let reopened = solved.iter().filter(|life| is_reopened(life, life.first_solved.unwrap())).count();
    let touched: Vec<_> = solved
        .iter()
        .filter(|life| life.by_customer && life.channel != Channel::Phone && life.last_solved.is_some())
        .filter(|life| life.replies > 0 || life.bot_replies == 0)
        .collect();
    let one = touched.iter().filter(|life| life.replies <= 1 && life.reopens == 0).count();
    vec![
        ("first_response_time", median(reply)),
        ("next_response_time", median(next)),
        ("full_resolution_time", median(resolution)),
        ("resolution_within", percent(judged.iter().filter(|hit| **hit).count(), judged.len())),
        ("reopen_rate", percent(reopened, solved.len())),
        ("one_touch_rate", percent(one, touched.len())),
        ("events a ticket", tally.events as f64 / tally.lives.len() as f64),
    ]
}

fn contacts(tally: &Tally) -> Vec<(&'static str, f64)> {
    let mut rates = Vec::new();
    let is_handled = |contact: &&&Contact| contact.disposition == "Handled";
    let names = [
        [
            "service_level by phone",
            "abandonment_rate by phone",
            "asa by phone",
            "aht by phone",
            "transfer_rate by phone",
        ],
        ["service_level in chat", "abandonment_rate in chat", "asa in chat", "aht in chat", "transfer_rate in chat"],
    ];
    for (names, (is_phone, within)) in names.into_iter().zip([(true, 20), (false, 60)]) {
        let of: Vec<&Contact> =
            tally.contacts.iter().filter(|contact| contact.is_phone == is_phone && contact.is_inbound).collect();
        let handled: Vec<&&Contact> = of.iter().filter(is_handled).collect();
        let gone: Vec<i64> =
            of.iter().filter(|contact| contact.disposition.starts_with("Abandoned")).map(|one| one.wait).collect();
        let hurt = gone.iter().filter(|wait| **wait > 5).count();
        let in_time = handled.iter().filter(|contact| contact.wait <= within).count();
        let is_passed = |contact: &&&&Contact| tally.passed[&contact.number];
        let mean = |value: fn(&Contact) -> i64| {
            handled.iter().map(|contact| value(contact)).sum::<i64>() as f64 / handled.len() as f64
        };
        let values = [
            percent(in_time, handled.len() + hurt),
            percent(hurt, of.len() - (gone.len() - hurt)),
            mean(|contact| contact.wait),
            mean(|contact| contact.spent),
            percent(handled.iter().filter(is_passed).count(), handled.len()),
        ];
        rates.extend(names.into_iter().zip(values));
    }
    rates
}

/// Share of promises kept, of those that fell due and were not withdrawn; as first stated.
fn kept(tally: &Tally, desk: &Schedule, live: &Schedule, keep: impl Fn(&crate::tally::Promise) -> bool) -> f64 {
    let (mut due, mut met) = (0, 0);
    for promise in tally.promises.values().filter(|promise| promise.state != "cancelled" && keep(promise)) {
        let life = &tally.lives[&promise.ticket];
        if life.is_left_out || life.is_test {
            continue;
        }
        let hours = if matches!(life.channel, Channel::Phone | Channel::Chat) { live } else { desk };
        let allowed = promise.target + promise.paused;
        if hours.between(promise.started, tally.end) >= allowed {
            due += 1;
            met += usize::from(promise.ended.is_some_and(|at| hours.between(promise.started, at) <= allowed));
        }
    }
    percent(met, due)
}

/// Share of the issues that took one contact: none of the same customer about it in the week before or after, and no
/// reopening.
fn first_contact_resolution(tally: &Tally) -> f64 {
    let mut visits: HashMap<(u32, u64), Vec<(i64, bool)>> = HashMap::new();
    // contact times are on the wall clock: an hour or two more than those of tickets, which changes no week
    for contact in &tally.contacts {
        let came = contact.is_inbound && ["Handled", "Callback requested"].contains(&contact.disposition.as_str());
        let Some(customer) = contact.customer.filter(|_| came) else { continue };
        let life = contact.ticket.and_then(|number| tally.lives.get(&number));
        let reopened = life.is_some_and(|life| is_reopened(life, contact.queued));
        visits.entry((customer, contact.issue)).or_default().push((contact.queued, reopened));
    }
    for life in tally.lives.values() {
        let Some(customer) = life.customer.filter(|_| life.by_customer && !life.has_contact) else { continue };
        if !life.is_left_out && !life.is_test {
            visits.entry((customer, life.issue)).or_default().push((life.created, is_reopened(life, life.created)));
        }
    }
    let (mut episodes, mut resolved) = (0, 0);
    for times in visits.values_mut() {
        times.sort_unstable();
        for (index, (at, reopened)) in times.iter().enumerate() {
            let is_first = index == 0 || at - times[index - 1].0 > 7 * DAY;
            if is_first && at + 7 * DAY < tally.end {
                episodes += 1;
                let comes_again = times.get(index + 1).is_some_and(|next| next.0 - at <= 7 * DAY);
                resolved += usize::from(!comes_again && !reopened);
            }
        }
    }
    percent(resolved, episodes)
}

/// Where each rate is to be: with 20,000 tickets and more, and with few, where chance is greater.
const BANDS: [(&str, [f64; 2], [f64; 2]); 25] = [
    ("csat_t2b", [67.0, 84.0], [64.0, 88.0]),
    ("csat_mean", [3.7, 4.3], [3.6, 4.5]),
    ("ces_v2", [66.0, 84.0], [60.0, 90.0]),
    ("nps", [5.0, 40.0], [-25.0, 60.0]),
    ("first_response_time", [1.5, 3.5], [1.2, 4.5]),
    ("next_response_time", [1.0, 3.5], [0.8, 4.5]),
    ("full_resolution_time", [3.0, 12.0], [2.0, 18.0]),
    ("resolution_within", [60.0, 85.0], [55.0, 90.0]),
    ("reopen_rate", [4.5, 9.0], [3.0, 11.0]),
    ("one_touch_rate", [35.0, 65.0], [30.0, 70.0]),
    ("service_level by phone", [76.0, 86.5], [70.0, 92.0]),
    ("service_level in chat", [76.0, 87.0], [70.0, 94.0]),
    ("abandonment_rate by phone", [3.0, 8.0], [0.0, 12.0]),
    ("abandonment_rate in chat", [2.5, 8.0], [0.0, 12.0]),
    ("asa by phone", [5.0, 30.0], [4.0, 45.0]),
    ("asa in chat", [15.0, 50.0], [8.0, 70.0]),
    ("aht by phone", [330.0, 450.0], [300.0, 480.0]),
    ("aht in chat", [450.0, 620.0], [420.0, 660.0]),
    ("transfer_rate by phone", [5.0, 13.0], [3.0, 17.0]),
    ("transfer_rate in chat", [5.0, 13.0], [0.0, 18.0]),
    ("sla_compliance", [75.0, 93.0], [70.0, 97.0]),
    ("fcr", [72.0, 84.0], [66.0, 90.0]),
    ("unresolved_backlog in days of work", [0.8, 6.0], [0.0, 9.0]),
    ("answers a ticket", [0.2, 0.6], [0.2, 0.8]),
    ("events a ticket", [2.5, 14.0], [2.5, 14.0]),
];

/// Rates of a run that are outside of their bands.
fn outside(config: &Config) -> Vec<String> {
    let tally = Tally::of(config);
    let name = format!("{} tickets, seed {}, {:?}", config.tickets, config.seed, config.detail);
    let mut found = rates(&tally);
    assert_eq!(found.len(), BANDS.len());
    found.extend(executive::rates(&tally, config));
    let mut outside = Vec::new();
    for (rate, value) in found {
        println!("{name}: {rate} {value:.2}");
        let (_, many, few) = BANDS.iter().chain(&executive::BANDS).find(|band| band.0 == rate).unwrap();
        let [low, high] = if config.tickets < 20_000 { few } else { many };
        // where there are few, there may be none at all
        if !(*low..=*high).contains(&value) && !(value.is_nan() && config.tickets < 1_000) {
            outside.push(format!("{name}: {rate} is {value:.2}, not {low} to {high}"));
        }
    }
    outside
}

fn check(configs: impl Iterator<Item = Config>) {
    let outside: Vec<String> = configs.flat_map(|config| outside(&config)).collect();
    assert!(outside.is_empty(), "{outside:#?}");
}

fn demo() -> Config {
    Config::demo(date(2026, 7, 1))
}

#[test]
fn rates_of_few_tickets() {
    let sizes = [(500, 6, 1..=3), (500, 18, 1..=3), (2_000, 18, 1..=4), (8_000, 12, 1..=3)];
    check(
        sizes
            .into_iter()
            .flat_map(|(tickets, months, seeds)| seeds.map(move |seed| Config { tickets, months, seed, ..demo() })),
    );
}

#[test]
fn rates_of_many_tickets() {
    let sizes = [(20_000, 18, 1..=3), (60_000, 18, 7..=8), (200_000, 12, 1..=1)];
    check(
        sizes
            .into_iter()
            .flat_map(|(tickets, months, seeds)| seeds.map(move |seed| Config { tickets, months, seed, ..demo() })),
    );
}

#[test]
fn rates_of_lean_exports() {
    let sizes = [(2_000, 1), (60_000, 7), (1_000_000, 7)];
    check(sizes.into_iter().map(|(tickets, seed)| Config { tickets, seed, detail: Detail::Lean, ..demo() }));
}
