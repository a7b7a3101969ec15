//! Headline rates, computed from the rows by hand: plausible at any size, with what is planted in them.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use simulator::Table;

use crate::data::{Exports, LARGE, LARGE_TICKETS, Row, SMALL, SMALL_TICKETS, median, percent, utc};

const WRITTEN: [&str; 3] = ["Email", "Web form", "Social media"];

/// Days off between July 2025 and June 2026.
const HOLIDAYS: [Date; 8] = [
    date(2025, 12, 25),
    date(2025, 12, 26),
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 4, 27),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 12, 25),
];

/// Hours from one time to another that lie on working days between 9:00 and 17:30.
fn business_hours(from: i64, to: i64) -> f64 {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let local = |at| zone.to_datetime(Timestamp::from_second(at).unwrap());
    let (from, to): (DateTime, DateTime) = (local(from), local(to));
    let mut hours = 0.0;
    let mut day = from.date();
    while day <= to.date() {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !HOLIDAYS.contains(&day) {
            let (open, close) = (day.at(9, 0, 0, 0).max(from), day.at(17, 30, 0, 0).min(to));
            hours += open.until(close).unwrap().total(jiff::Unit::Hour).unwrap().max(0.0);
        }
        day = day.checked_add(1.day()).unwrap();
    }
    hours
}

fn is_human_reply(row: &Row) -> bool {
    &row["change"] == "Public reply" && &row["actor_type"] == "agent"
}

/// Service level and abandonment in percent, calls and chats that lasted no more than five seconds left out.
fn live(exports: &Exports, medium: &str, within: i64, keep: impl Fn(&Row) -> bool) -> (f64, f64) {
    let rows: Vec<&Row> = exports
        .rows(Table::Contacts)
        .iter()
        .filter(|row| row["Medium"] == *medium && &row["Direction"] == "Inbound" && keep(row))
        .collect();
    let wait = |row: &Row| row["Wait (s)"].parse::<i64>().unwrap();
    let gone: Vec<&Row> = rows.iter().copied().filter(|row| &row["Disposition"] == "Abandoned in queue").collect();
    let short = gone.iter().filter(|row| wait(row) <= 5).count();
    let in_time = rows.iter().filter(|row| &row["Disposition"] == "Handled" && wait(row) <= within).count();
    (percent(in_time, rows.len() - short), percent(gone.len() - short, rows.len() - short))
}

fn check(name: &str, value: f64, low: f64, high: f64) {
    assert!((low..=high).contains(&value), "{name}: {value:.2}, expected {low} to {high}");
}

#[test]
fn headline_rates_are_plausible() {
    // the second column widens the bands where few were counted
    for (name, exports, tickets, slack) in
        [("small", &*SMALL, &*SMALL_TICKETS, 1.0), ("large", &*LARGE, &*LARGE_TICKETS, 0.0)]
    {
        let (level, abandoned) = live(exports, "Voice", 20, |_| true);
        check(&format!("{name} phone service level"), level, 77.0 - 4.0 * slack, 85.0 + 4.0 * slack);
        check(&format!("{name} phone abandonment"), abandoned, 3.0 - slack, 7.0 + slack);
        let (level, abandoned) = live(exports, "Webchat", 60, |_| true);
        check(&format!("{name} chat service level"), level, 77.0 - 4.0 * slack, 85.0 + 5.0 * slack);
        check(&format!("{name} chat abandonment"), abandoned, 3.0 - slack, 7.0 + slack);

        let (mut solved, mut reopened, mut twice, mut offers, mut open) = (0, 0, 0, 0, 0);
        let mut first_reply = Vec::new();
        for rows in tickets.values() {
            let last = rows[rows.len() - 1];
            let status = |row: &&&Row| &row["change"] == "Status";
            let reopens = rows
                .iter()
                .filter(status)
                .filter(|row| &row["old_value"] == "Resolved" && &row["new_value"] != "Closed");
            let reopens = reopens.count();
            offers += rows.iter().filter(|row| &row["change"] == "Field" && &row["new_value"] == "offered").count();
            open += usize::from(!["Resolved", "Closed"].contains(&&last["status"]));
            if rows.iter().any(|row| &row["new_value"] == "Resolved") {
                solved += 1;
                reopened += usize::from(reopens > 0);
                twice += usize::from(reopens > 1);
            }
            let reply = rows.iter().find(|row| is_human_reply(row));
            if let Some(reply) = reply.filter(|_| WRITTEN.contains(&&last["channel"])) {
                first_reply.push(business_hours(utc(&last["created_at"]), utc(&reply["changed_at"])));
            }
        }
        check(&format!("{name} reopened"), percent(reopened, solved), 6.0 - slack, 9.0 + slack);
        check(&format!("{name} reopened twice"), percent(twice, solved), 0.1, 1.2);
        check(&format!("{name} open at the end"), percent(open, tickets.len()), 0.4, 3.0);
        check(&format!("{name} first reply, median business hours"), median(first_reply.clone()), 1.5, 3.2);
        first_reply.sort_by(f64::total_cmp);
        let late = first_reply[first_reply.len() * 9 / 10];
        check(&format!("{name} first reply, 90 % within"), late, 5.0 - slack, 14.0);
        let answers = exports.answers();
        let csat = answers.iter().filter(|answer| answer["survey"] == "csat");
        check(&format!("{name} survey response"), percent(csat.clone().count(), offers), 25.0, 35.0);
        let satisfied = csat.clone().filter(|answer| answer["score"].as_i64().unwrap() >= 4).count();
        check(&format!("{name} satisfied"), percent(satisfied, csat.count()), 70.0, 84.0);
        // who is content answers less: the truth is better than the answers
        let truth = &exports.summary;
        let bias = percent(truth.satisfied_of_sent as usize, truth.surveys_sent as usize)
            - percent(truth.satisfied_of_answered as usize, truth.surveys_answered as usize);
        check(&format!("{name} non-response bias"), bias, 0.5, 6.0);
        let nps: Vec<i64> = answers
            .iter()
            .filter(|answer| answer["survey"] == "nps")
            .map(|answer| answer["score"].as_i64().unwrap())
            .collect();
        let score = percent(nps.iter().filter(|score| **score >= 9).count(), nps.len())
            - percent(nps.iter().filter(|score| **score <= 6).count(), nps.len());
        check(&format!("{name} net promoter score"), score, 5.0 - 20.0 * slack, 40.0 + 20.0 * slack);
    }
}

#[test]
fn mondays_and_the_peak_are_worse() {
    let day = |row: &Row| DateTime::strptime("%d-%m-%Y %H:%M:%S", &row["Entered queue"]).unwrap().date();
    let peak = date(2025, 11, 28)..=date(2025, 12, 24);
    for (medium, within) in [("Voice", 20), ("Webchat", 60)] {
        let level = |keep: &dyn Fn(&Row) -> bool| live(&LARGE, medium, within, keep).0;
        let monday = level(&|row| day(row).weekday() == Weekday::Monday);
        let other = level(&|row| day(row).weekday() != Weekday::Monday);
        assert!(monday < other - 2.0, "{medium}: {monday} on Mondays, {other} on other days");
        let (before_christmas, usual) =
            (level(&|row| peak.contains(&day(row))), level(&|row| !peak.contains(&day(row))));
        assert!(before_christmas < usual - 3.0, "{medium}: {before_christmas} before Christmas, {usual} else");
    }
}

#[test]
fn the_stories_can_be_found() {
    let tickets = &*LARGE_TICKETS;
    let days_before = |days: i64| LARGE.end - days * 86_400;
    let mut web_forms = [Vec::new(), Vec::new()];
    let mut emails = [Vec::new(), Vec::new()];
    let mut late_delivery: HashMap<i64, i64> = HashMap::new();
    for rows in tickets.values() {
        let last = rows[rows.len() - 1];
        let created = utc(&last["created_at"]);
        let after = usize::from(created >= days_before(100));
        if let Some(reply) = rows.iter().find(|row| is_human_reply(row)) {
            let hours = business_hours(created, utc(&reply["changed_at"]));
            match &last["channel"] {
                "Web form" => web_forms[after].push(hours),
                "Email" => emails[after].push(hours),
                _ => {}
            }
        }
        if &last["category"] == "Late delivery" {
            let solved = rows.iter().find(|row| ["Resolved", "Closed"].contains(&&row["new_value"]));
            let solved = solved.map_or(i64::MAX, |row| utc(&row["changed_at"]));
            for days in [25, 22, 1] {
                let at = days_before(days);
                *late_delivery.entry(days).or_default() += i64::from(created <= at && at < solved);
            }
        }
    }
    let [before, after] = web_forms.map(median);
    assert!(after < 0.4 * before, "chat first: {before} h, then {after} h");
    let [before, after] = emails.map(median);
    assert!(after > 0.6 * before, "e-mail is as before: {before} h, then {after} h");
    assert!(late_delivery[&1] > 3 * late_delivery[&22], "backlog of late deliveries: {late_delivery:?}");

    let (mut returns, mut channels) = ([(0, 0); 2], HashMap::<&str, (usize, usize)>::new());
    let answers = LARGE.answers();
    for answer in answers.iter().filter(|answer| answer["survey"] == "csat") {
        let rows = &tickets[answer["ticket"].as_str().unwrap()];
        let last = rows[rows.len() - 1];
        let satisfied = usize::from(answer["score"].as_i64().unwrap() >= 4);
        let sent = answer["sent"].as_i64().unwrap();
        if &last["team"] == "Returns" && !(days_before(200)..days_before(110)).contains(&sent) {
            let period = &mut returns[usize::from(sent >= days_before(110))];
            *period = (period.0 + satisfied, period.1 + 1);
        }
        let channel = channels.entry(&last["channel"]).or_default();
        *channel = (channel.0 + satisfied, channel.1 + 1);
    }
    let [before, after] = returns.map(|(satisfied, all)| percent(satisfied, all));
    assert!(after > before + 8.0, "Returns after training: {before} %, then {after} %");
    let share = |name: &str| percent(channels[name].0, channels[name].1);
    assert!(share("Phone") > share("Email") + 4.0 && share("Social media") < share("Email") - 8.0, "{channels:?}");
}
