//! Queues, handling and repeat contacts.

use end_to_end::close;
use serde_json::Value;

use super::{CALLS, LEGS, desk, go_on, holds, load, rows};

const MARCH: [&str; 2] = ["--range", "2026-03-01..2026-03-31"];

/// A phone call of a queue on 2 March, answered or abandoned after so many seconds.
fn call(id: &str, queue: &str, end: &str, wait: usize) -> String {
    let at = format!("2026-03-02T10:{:02}:{:02}Z", wait / 60, wait % 60);
    let (answered, abandoned) = if end == "answered" { (at.as_str(), "") } else { ("", at.as_str()) };
    format!("{id},2026-03-02T10:00:00Z,{answered},{abandoned},,phone,{queue},,,")
}

fn calls(name: &str, queue: &str, end: &str, wait: usize, count: usize) -> Vec<String> {
    rows(count, |number| call(&format!("{name}{number}"), queue, end, wait))
}

#[test]
fn avg_of_avg() {
    let trial = desk("UTC");
    let small = [calls("a", "small", "answered", 9, 5), calls("b", "small", "abandoned", 60, 5)].concat();
    let large = [calls("c", "large", "answered", 9, 81), calls("d", "large", "abandoned", 60, 9)].concat();
    load(&trial, "calls", CALLS, &[small, large].concat());
    let by_queue = trial.kpi(&[&["abandonment_rate", "--by", "queue"], &MARCH[..]].concat());
    let rates: Vec<f64> =
        by_queue[0]["rows"].as_array().expect("rows").iter().filter_map(|row| row["value"].as_f64()).collect();
    assert_eq!(rates.len(), 2);
    let naive = rates.iter().sum::<f64>() / 2.0;
    assert!((naive - 30.0).abs() < 1e-9, "{naive}");
    holds(&trial.figure("share", &[&["abandonment_rate"], &MARCH[..]].concat()), 14.0, naive);
}

#[test]
fn percentiles() {
    let trial = desk("UTC");
    load(
        &trial,
        "calls",
        CALLS,
        &[calls("a", "one", "answered", 10, 90), calls("b", "two", "answered", 100, 10)].concat(),
    );
    // of each queue by itself 10 and 100, so 55 on average; of all waits 10 + 0.1 × 90
    holds(&trial.figure("p90", &[&["queue_wait"], &MARCH[..]].concat()), 19.0, 55.0);
}

#[test]
fn sl_formula() {
    let trial = desk("UTC");
    let all = [
        calls("a", "q", "answered", 15, 86),
        calls("b", "q", "answered", 45, 14),
        calls("c", "q", "abandoned", 4, 1),
        calls("d", "q", "abandoned", 12, 1),
        calls("e", "q", "abandoned", 60, 4),
    ];
    load(&trial, "calls", CALLS, &all.concat());
    let ask = |variant: &str| trial.figure("ratio", &[&["service_level", "--variant", variant], &MARCH[..]].concat());
    for (variant, right) in [
        ("f1_abandon_as_success", 100.0 * 88.0 / 106.0),
        ("f2_answered_only", 86.0),
        ("f3_all_abandons_hurt", 100.0 * 86.0 / 106.0),
        ("f4_exclude_abandons_in_Y", 100.0 * 86.0 / 104.0),
        ("f5_short_as_success", 100.0 * 87.0 / 106.0),
        ("aws_removed_from_queue", 100.0 * 88.0 / 106.0),
    ] {
        assert!(close(&ask(variant)["value"], right, 1e-6), "{variant}");
    }
    let default = trial.figure("ratio", &[&["service_level"], &MARCH[..]].concat());
    holds(&default, 100.0 * 86.0 / 105.0, 100.0 * 88.0 / 106.0);
}

#[test]
fn concurrency() {
    let trial = desk("UTC");
    // the chats of the oracle, in seconds from ten o'clock, of ten agents
    let chats = [(0, 600), (120, 500), (300, 900), (1000, 1200)];
    let at = |second: usize| format!("2026-03-02T10:{:02}:{:02}Z", second / 60, second % 60);
    let all: Vec<String> = (0..10)
        .flat_map(|agent| {
            chats.iter().enumerate().map(move |(number, (from, to))| {
                format!("{agent}-{number},{0},{0},,{1},chat,q,agent{agent},,", at(*from), at(*to))
            })
        })
        .collect();
    load(&trial, "calls", CALLS, &all);
    let naive = trial.figure("mean", &[&["aht", "--variant", "unadjusted"], &MARCH[..]].concat());
    assert_eq!(naive["value"], 445.0);
    holds(&trial.figure("mean", &[&["aht"], &MARCH[..]].concat()), 275.0, 445.0);
}

/// A contact that was passed on is one contact, with the time of both its agents.
#[test]
fn transferred_contacts() {
    let trial = desk("UTC");
    let call =
        |number: usize| format!("k{number},2026-03-02T10:00:00Z,2026-03-02T10:00:09Z,,2026-03-02T10:08:00Z,phone,q,,,");
    load(&trial, "calls", CALLS, &rows(40, call));
    let first = rows(40, |number| {
        let talk = if number < 20 { 100 } else { 200 };
        format!("k{number},2026-03-02T10:00:09Z,{talk},first{number},front")
    });
    let second = rows(20, |number| format!("k{number},2026-03-02T10:02:00Z,300,second{number},back"));
    load(&trial, "legs", LEGS, &[first, second].concat());
    go_on(&trial, &["calls"]);
    let row = trial.figure("mean", &[&["aht"], &MARCH[..]].concat());
    holds(&row, 300.0, 200.0);
    assert_eq!(row["n"], 40, "contacts, not their 60 legs");
    // twenty of 400 s and twenty of 200 s: a deviation of 100 × √(40 ÷ 39), and t(39) = 2.0226909
    let half = 2.022_690_9 * 100.0 / 39f64.sqrt();
    for (end, wanted) in [("low", 300.0 - half), ("high", 300.0 + half)] {
        assert!(close(&row[end], wanted, 1e-4), "{wanted}: {row}");
    }
    let legs = trial.figure("mean", &[&["aht", "--variant", "per_leg"], &MARCH[..]].concat());
    assert_eq!((&legs["n"], &legs["value"]), (&60.into(), &200.0.into()));
    let teams = trial.kpi(&[&["aht", "--variant", "per_leg", "--by", "team"], &MARCH[..]].concat());
    let values: Vec<_> = teams[0]["rows"].as_array().expect("rows").iter().map(|row| row["value"].as_f64()).collect();
    assert_eq!(values, [Some(300.0), Some(150.0)]);
}

#[test]
fn identity() {
    let trial = desk("UTC");
    let known = |name: &str, day: u32, count: usize| {
        rows(count, |number| {
            format!("{name}{number},2026-03-{day:02}T10:00:00Z,2026-03-{day:02}T10:00:09Z,,,phone,q,,C{number},bill")
        })
    };
    let unknown = rows(40, |number| format!("u{number},2026-03-03T10:00:00Z,2026-03-03T10:00:09Z,,,phone,q,,,bill"));
    // 40 customers, 20 of whom come again within a week, and 40 contacts of whom nobody knows
    load(&trial, "calls", CALLS, &[known("a", 2, 40), known("b", 4, 20), unknown].concat());
    go_on(&trial, &["calls"]);
    holds(&trial.figure("share", &[&["fcr"], &MARCH[..]].concat()), 50.0, 75.0);
    holds(&trial.figure("share", &[&["identified_rate"], &MARCH[..]].concat()), 60.0, 100.0);
}

/// The oracle's ten contacts: what counts as a repeat decides between 50 and 100 %.
#[test]
fn fcr_variants() {
    let trial = desk("UTC");
    let oracles: Vec<Value> = serde_json::from_str(include_str!("../../oracles/metrics.json")).expect("oracles");
    let oracle = oracles.iter().find(|oracle| oracle["id"] == "fcr_variants").expect("the oracle");
    let contact = |contact: &Value| {
        let [id, customer, at, channel, issue] = [0, 1, 2, 3, 4].map(|cell| contact[cell].as_str().expect("text"));
        format!("{id},{at}:00Z,{at}:09Z,,,{channel},q,,{customer},{issue}")
    };
    let contacts = oracle["inputs"]["contacts"].as_array().expect("contacts");
    load(&trial, "calls", CALLS, &contacts.iter().map(contact).collect::<Vec<_>>());
    let asked: [(&str, &[&str]); 4] = [
        ("w7_cross_channel_same_issue", &[]),
        ("w7_cross_channel_any_issue", &["--variant", "window_cross_channel_any_issue"]),
        ("w7_same_channel_same_issue", &["--variant", "window_same_channel"]),
        ("w14_cross_channel_same_issue", &["--set", "window_days=14"]),
    ];
    for (name, options) in asked {
        let when = ["--range", "2025-01-01..2025-01-30", "--now", "2025-01-31T00:00:00Z"];
        let row = trial.figure("share", &[&["fcr"], options, &when[..]].concat());
        let right = &oracle["expected"][name];
        let parts = |row: &Value, names: [&str; 2]| names.map(|name| row[name].as_f64());
        assert_eq!(parts(&row, ["numerator", "denominator"]), parts(right, ["num", "den"]), "{name}");
    }
}

/// Whether a bot's customers came to a human tells the feed of contacts: while that is out nothing is known, and it is
/// not that nobody came. Who came while the bot still talked, and who gave up waiting, came as well.
#[test]
fn gap_vs_zero_of_another_feed() {
    let trial = desk("UTC");
    let record = "kind = \"session\"\nid = \"session\"\n[record.fields]\nkind = \"'bot'\"\ncustomer_id = \"customer\"\nstarted_at = \"started\"\nended_at = \"ended\"\ncustomer_turns = \"3\"\n";
    trial.write("sources/bot.toml", format!("system = \"desk\"\n[read]\nformat = \"csv\"\n\n[[record]]\n{record}"));
    let talk = |month: u32, count: usize| {
        rows(count, |number| {
            let day = format!("2026-{month:02}-10");
            format!("s{month}-{number},C{month}-{number},{day}T10:00:00Z,{day}T10:30:00Z")
        })
    };
    load(&trial, "bot", "session,customer,started,ended", &[talk(3, 40), talk(4, 40), talk(5, 1)].concat());
    // in March half come after ten minutes, a quarter after an hour, and give up; then the feed of calls is out
    let call = |number: usize| match number {
        0..20 => format!("k{number},2026-03-10T10:10:00Z,2026-03-10T10:10:09Z,,,phone,q,,C3-{number},"),
        _ => format!("k{number},2026-03-10T11:30:00Z,,2026-03-10T11:40:00Z,,phone,q,,C3-{number},"),
    };
    let later = ["z,2026-03-20T10:10:00Z,2026-03-20T10:10:09Z,,,phone,q,,Z,".to_owned()];
    load(&trial, "calls", CALLS, &[rows(30, call), later.to_vec()].concat());
    let ask = |range: &str| {
        let asked = ["bot_containment_rate", "--range", range, "--now", "2026-06-15T00:00:00Z"];
        trial.figure("share", &asked)
    };
    holds(&ask("2026-03-01..2026-03-15"), 25.0, 100.0);
    let outage = ask("2026-04");
    assert!(outage["value"].is_null() && outage["quality"] != "ok", "{outage}");
    let came = ["contacts_received", "--range", "2026-03-10..2026-03-10", "--now", "2026-06-15T00:00:00Z"];
    assert_eq!(trial.figure("count", &came)["value"], 30.0, "twenty who were answered and ten who gave up");
}
