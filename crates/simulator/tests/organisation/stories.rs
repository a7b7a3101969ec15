//! What is planted beside the headlines can be found: in patience, repeats, effort, and the channels people come back by.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use simulator::Table;

use crate::data::{LARGE, LARGE_TICKETS, Row, percent, utc};

static CUSTOMERS: LazyLock<HashMap<&'static str, &'static Row>> =
    LazyLock::new(|| LARGE.rows(Table::Customers).iter().map(|row| (&row["Customer No"], row)).collect());

#[test]
fn patience_differs_by_channel_and_customer() {
    let mut gone: BTreeMap<(&str, bool), (usize, usize)> = BTreeMap::new();
    let mut waits: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for row in LARGE.rows(Table::Contacts).iter().filter(|row| &row["Direction"] == "Inbound") {
        let wait = row["Wait (s)"].parse::<i64>().unwrap();
        let is_abandoned = &row["Disposition"] == "Abandoned in queue";
        if is_abandoned && wait > 5 {
            waits.entry(&row["Medium"]).or_default().push(wait);
        }
        // of those who are known and had to wait
        let Some(customer) = CUSTOMERS.get(&row["Customer"]).filter(|_| wait > 30) else { continue };
        let count = gone.entry((&row["Medium"], &customer["Segment"] == "Consumer")).or_default();
        *count = (count.0 + usize::from(is_abandoned), count.1 + 1);
    }
    for medium in ["Voice", "Webchat"] {
        let [others, consumers] = [false, true].map(|consumer| gone[&(medium, consumer)]);
        let (others, consumers) = (percent(others.0, others.1), percent(consumers.0, consumers.1));
        assert!(consumers > 1.04 * others, "{medium}: {consumers} % of consumers, {others} % of the others");
    }
    let mean = |medium| waits[medium].iter().sum::<i64>() as f64 / waits[medium].len() as f64;
    assert!(mean("Webchat") > 1.1 * mean("Voice"), "{} and {}", mean("Webchat"), mean("Voice"));
}

/// Times at which a customer came about an issue, with the channel; the agent who solved the first, if any.
struct Visit {
    at: i64,
    channel: &'static str,
    agent: &'static str,
    transfers: bool,
}

static VISITS: LazyLock<HashMap<(&'static str, &'static str), Vec<Visit>>> = LazyLock::new(|| {
    let mut passed: HashMap<String, bool> = HashMap::new();
    for leg in LARGE.legs() {
        let is_transfer = leg["came_by"].as_str().is_some_and(|how| how.ends_with("transfer"));
        *passed.entry(leg["contact"].to_string()).or_default() |= is_transfer;
    }
    let contacts: HashMap<&str, bool> = LARGE
        .rows(Table::Contacts)
        .iter()
        .filter(|row| &row["Ticket"] != "-")
        .map(|row| (&row["Ticket"], passed[&row["Contact"]]))
        .collect();
    let mut visits: HashMap<(&str, &str), Vec<Visit>> = HashMap::new();
    for (id, rows) in LARGE_TICKETS.iter() {
        let last = rows[rows.len() - 1];
        if last["requester"].is_empty() || !last["merged_into"].is_empty() || !last["flags"].is_empty() {
            continue;
        }
        let solved = rows.iter().find(|row| &row["new_value"] == "Resolved");
        visits.entry((&last["requester"], &last["category"])).or_default().push(Visit {
            at: utc(&last["created_at"]),
            channel: &last["channel"],
            agent: solved.map_or("", |row| &row["actor"]),
            transfers: contacts.get(id).copied().unwrap_or_default(),
        });
    }
    visits.values_mut().for_each(|visits| visits.sort_by_key(|visit| visit.at));
    visits
});

/// Visits with whether the same customer came again about it within ten days, and by which channel.
fn repeats() -> impl Iterator<Item = (&'static Visit, Option<&'static str>)> {
    VISITS.values().flat_map(|visits| {
        visits.iter().enumerate().map(|(index, visit)| {
            let next = visits.get(index + 1).filter(|next| next.at - visit.at < 10 * 86_400);
            (visit, next.map(|next| next.channel))
        })
    })
}

#[test]
fn people_come_back_by_other_channels() {
    let (mut again, mut elsewhere, mut all) = (0, 0, 0);
    for (visit, next) in repeats() {
        all += 1;
        again += usize::from(next.is_some());
        elsewhere += usize::from(next.is_some_and(|channel| channel != visit.channel));
    }
    assert!((8.0..25.0).contains(&percent(again, all)), "{again} of {all} come again");
    assert!((45.0..90.0).contains(&percent(elsewhere, again)), "{elsewhere} of {again} by another channel");
}

#[test]
fn poor_answers_are_asked_for_again() {
    // satisfaction and repeats by agent: whoever satisfies less has more come back
    let mut by_agent: HashMap<&str, [usize; 4]> = HashMap::new();
    let mut passed = [(0, 0); 2];
    for (visit, next) in repeats() {
        let cell = by_agent.entry(visit.agent).or_default();
        cell[0] += usize::from(next.is_some());
        cell[1] += 1;
        let cell = &mut passed[usize::from(visit.transfers)];
        *cell = (cell.0 + usize::from(next.is_some()), cell.1 + 1);
    }
    for answer in LARGE.answers().iter().filter(|answer| answer["survey"] == "csat") {
        let rows = &LARGE_TICKETS[answer["ticket"].as_str().unwrap()];
        let sent = answer["sent"].as_i64().unwrap();
        let solved = rows.iter().rev().find(|row| &row["new_value"] == "Resolved" && utc(&row["changed_at"]) <= sent);
        let cell = by_agent.entry(solved.map_or("", |row| &row["actor"])).or_default();
        cell[2] += usize::from(answer["score"].as_i64().unwrap() >= 4);
        cell[3] += 1;
    }
    let mut agents: Vec<(f64, f64)> = by_agent
        .iter()
        .filter(|(agent, cells)| agent.starts_with('a') && cells[1] > 500 && cells[3] > 100)
        .map(|(_, cells)| (percent(cells[2], cells[3]), percent(cells[0], cells[1])))
        .collect();
    assert!(agents.len() >= 6, "{agents:?}");
    agents.sort_by(|left, right| left.0.total_cmp(&right.0));
    let mean = |agents: &[(f64, f64)]| agents.iter().map(|agent| agent.1).sum::<f64>() / agents.len() as f64;
    let half = agents.len() / 2;
    let (worse, better) = (mean(&agents[..half]), mean(&agents[agents.len() - half..]));
    assert!(worse > better + 0.8, "{worse} % come back to the less satisfying half, {better} % to the other");
    let [direct, transferred] = passed.map(|cell| percent(cell.0, cell.1));
    assert!(transferred > direct + 1.5, "{transferred} % after transfers, {direct} % else");
}

#[test]
fn detours_take_effort() {
    let mut easy: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let contacts: HashMap<&str, &Row> = LARGE
        .rows(Table::Contacts)
        .iter()
        .filter(|row| &row["Ticket"] != "-")
        .map(|row| (&row["Ticket"], row))
        .collect();
    let mut legs: HashMap<String, usize> = HashMap::new();
    for leg in LARGE.legs().iter().filter(|leg| leg["came_by"].as_str().is_none_or(|how| how != "consultation")) {
        *legs.entry(leg["contact"].to_string()).or_default() += 1;
    }
    for answer in LARGE.answers().iter().filter(|answer| answer["survey"] == "ces") {
        let ticket = answer["ticket"].as_str().unwrap();
        let rows = &LARGE_TICKETS[ticket];
        let is_easy = usize::from(answer["score"].as_i64().unwrap() >= 5);
        let mut count = |name| {
            let cell = easy.entry(name).or_default();
            *cell = (cell.0 + is_easy, cell.1 + 1);
        };
        if let Some(contact) = contacts.get(ticket) {
            count(if legs[&contact["Contact"]] > 1 { "transferred" } else { "direct" });
        }
        let reopened = rows.iter().any(|row| &row["old_value"] == "Resolved" && &row["new_value"] == "In progress");
        count(if reopened { "reopened" } else { "solved once" });
    }
    let share = |name| percent(easy[name].0, easy[name].1);
    assert!(share("transferred") < share("direct") - 8.0, "{easy:?}");
    assert!(share("reopened") < share("solved once") - 5.0, "{easy:?}");
}
