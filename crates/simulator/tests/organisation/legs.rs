//! Agents' parts of calls and chats: what is passed on, to whom, and what it follows from.

use std::collections::{BTreeMap, HashMap, HashSet};

use simulator::Table;

use crate::data::{Exports, LARGE, Row, SMALL, local, percent, wall};

/// An agent's part, times on the wall clock.
struct Leg {
    agent: String,
    came_by: Option<String>,
    began: i64,
    ended: i64,
    spent: [i64; 3],
}

/// The parts of each contact, by start.
fn legs(exports: &Exports) -> BTreeMap<u64, Vec<Leg>> {
    let mut legs: BTreeMap<u64, Vec<Leg>> = BTreeMap::new();
    let mut ids = HashSet::new();
    for line in exports.legs() {
        assert!(ids.insert(line["leg"].to_string()), "{line}");
        legs.entry(line["contact"].as_u64().unwrap()).or_default().push(Leg {
            agent: line["agent"]["id"].as_str().unwrap().to_owned(),
            came_by: line["came_by"].as_str().map(str::to_owned),
            began: wall(line["began"].as_str().unwrap()),
            ended: wall(line["ended"].as_str().unwrap()),
            spent: ["talk", "hold", "wrap_up"].map(|name| line["seconds"][name].as_i64().unwrap()),
        });
    }
    legs.values_mut().for_each(|legs| legs.sort_by_key(|leg| leg.began));
    legs
}

fn is_transfer(leg: &Leg) -> bool {
    leg.came_by.as_deref().is_some_and(|how| how.ends_with("transfer"))
}

#[test]
fn parts_make_up_the_whole() {
    for exports in [&*SMALL, &*LARGE] {
        let legs = legs(exports);
        let mut handled = 0;
        for row in exports.rows(Table::Contacts).iter().filter(|row| &row["Disposition"] == "Handled") {
            let place = &row["Contact"];
            let parts = &legs[&place.parse().unwrap()];
            handled += 1;
            let columns = ["Talk (s)", "Hold (s)", "Wrap-up (s)"];
            let whole = columns.map(|name| row[name].parse::<i64>().unwrap());
            let sums = [0, 1, 2].map(|part| parts.iter().map(|leg| leg.spent[part]).sum::<i64>());
            assert_eq!(sums, whole, "{place}");
            assert_eq!((parts[0].agent.as_str(), Some(parts[0].began)), (&row["Agent"], local(&row["Answered"])));
            let own = parts.iter().filter(|leg| leg.came_by.as_deref() != Some("consultation"));
            assert_eq!(own.map(|leg| leg.ended).max(), local(&row["Ended"]), "{place}");
            for (index, leg) in parts.iter().enumerate() {
                assert_eq!(leg.ended - leg.began, leg.spent[0] + leg.spent[1], "{place}");
                assert_eq!(leg.came_by.is_none(), index == 0, "{place}");
            }
            for pair in parts.windows(2) {
                let (before, leg) = (&pair[0], &pair[1]);
                match leg.came_by.as_deref() {
                    // whoever hands over without a word is gone; the others stay
                    Some("blind transfer") => assert!(leg.began >= before.ended, "{place}"),
                    Some("attended transfer") => assert!(leg.began < before.ended && leg.ended > before.ended),
                    Some("consultation") => assert!(leg.began > before.began && leg.ended <= before.ended, "{place}"),
                    other => panic!("{place}: {other:?}"),
                }
                if leg.came_by.as_deref() != Some("blind transfer") {
                    assert_ne!(leg.agent, before.agent, "{place}: nobody asks themselves");
                }
            }
        }
        assert_eq!(handled, legs.len(), "no parts without a contact");
    }
}

#[test]
fn what_an_agent_does_not_know_is_passed_on() {
    let legs = legs(&LARGE);
    let agents: HashMap<&str, &Row> = LARGE.rows(Table::Agents).iter().map(|row| (&row["agent_id"], row)).collect();
    // known and not, of languages; right and wrong choice in the menu
    let (mut language, mut choice, mut work) = ([(0, 0); 2], [(0, 0); 2], [(0, 0); 2]);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let teams: HashMap<&str, &str> = HashMap::from([
        ("orders", "Orders & Delivery"),
        ("returns", "Returns"),
        ("billing", "Billing"),
        ("technical", "Technical"),
    ]);
    let topics = topics();
    for row in LARGE.rows(Table::Contacts).iter().filter(|row| &row["Disposition"] == "Handled") {
        let parts = &legs[&row["Contact"].parse().unwrap()];
        let agent = agents[&row["Agent"]];
        let passed = usize::from(parts.iter().any(is_transfer));
        let count = |cell: &mut (usize, usize)| *cell = (cell.0 + passed, cell.1 + 1);
        let right = topics[&row["Topic"]];
        let chosen = teams[row["Queue"].split_once('-').unwrap().1];
        count(&mut choice[usize::from(chosen != right)]);
        if chosen == right {
            let knows = agent["skills"].split('/').any(|team| team == right);
            count(&mut work[usize::from(!knows)]);
            if knows {
                count(&mut language[usize::from(!agent["languages"].split('/').any(|one| one == &row["Language"]))]);
            }
        }
        for leg in parts.iter().filter_map(|leg| leg.came_by.as_deref()) {
            *kinds.entry(leg).or_default() += 1;
        }
    }
    let rate = |cell: (usize, usize)| percent(cell.0, cell.1);
    assert!(rate(choice[0]) < 9.0 && rate(choice[1]) > 80.0, "{choice:?}");
    assert!(rate(language[0]) < 5.0 && rate(language[1]) > 12.0, "{language:?}");
    assert!(rate(work[0]) < 8.0 && rate(work[1]) > 12.0, "{work:?}");
    assert!(kinds.len() == 3 && kinds.values().all(|count| *count > 200), "{kinds:?}");
}

/// The team in charge of each topic: that of most tickets about it.
fn topics() -> HashMap<&'static str, &'static str> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for rows in crate::data::LARGE_TICKETS.values() {
        *counts.entry((&rows[0]["category"], &rows[0]["team"])).or_default() += 1;
    }
    let mut most: HashMap<&str, (&str, usize)> = HashMap::new();
    for ((topic, team), count) in counts {
        let entry = most.entry(topic).or_insert((team, count));
        if count > entry.1 {
            *entry = (team, count);
        }
    }
    most.into_iter().map(|(topic, (team, _))| (topic, team)).collect()
}
