//! Clocks, zones and edges of periods.

use super::{CALLS, LOG, TICKETS, desk, go_on, holds, load, rows};

#[test]
fn business_hours_dst() {
    let trial = desk("America/New_York");
    // Friday 16:30 to Monday 9:30 in New York, over the night in which the clocks go forward
    load(&trial, "tickets", TICKETS, &rows(20, |number| format!("T{number},2025-03-07T21:30:00Z,,,")));
    load(&trial, "log", LOG, &rows(20, |number| format!("T{number},1,2025-03-10T13:30:00Z,reply,agent,,,")));
    go_on(&trial, &["tickets", "log"]);
    let ask = |variant: &str| {
        let asked = ["first_response_time", "--variant", variant, "--range", "2025-03-01..2025-03-31"];
        trial.figure("median", &asked)
    };
    holds(&ask("business"), 60.0 * 60.0, 120.0 * 60.0);
    // the wall clocks differ by an hour more than has passed
    holds(&ask("calendar"), 3840.0 * 60.0, 3900.0 * 60.0);
}

#[test]
fn a_day_without_an_hour_and_one_with_an_hour_twice() {
    let trial = desk("Europe/London");
    trial.write("calendars/support.toml", "zone = \"Europe/London\"\n[[version]]\nmonday = [\"00:00-24:00\"]\ntuesday = [\"00:00-24:00\"]\nwednesday = [\"00:00-24:00\"]\nthursday = [\"00:00-24:00\"]\nfriday = [\"00:00-24:00\"]\nsaturday = [\"00:00-24:00\"]\nsunday = [\"00:00-24:00\"]\n");
    let day = |name: &str, from: &str| rows(20, |number| format!("{name}{number},{from},,,"));
    let reply = |name: &str, at: &str| rows(20, |number| format!("{name}{number},1,{at},reply,agent,,,"));
    load(&trial, "tickets", TICKETS, &[day("S", "2025-03-30T00:00:00Z"), day("A", "2025-10-25T23:00:00Z")].concat());
    load(&trial, "log", LOG, &[reply("S", "2025-03-30T23:00:00Z"), reply("A", "2025-10-27T00:00:00Z")].concat());
    go_on(&trial, &["tickets", "log"]);
    for (range, right) in [("2025-03-30..2025-03-30", 23.0), ("2025-10-26..2025-10-26", 25.0)] {
        holds(&trial.figure("median", &["first_response_time", "--range", range]), right * 3600.0, 24.0 * 3600.0);
    }
}

#[test]
fn timezones() {
    let trial = desk("Asia/Tokyo");
    // Monday one o'clock in Tokyo is Sunday in UTC
    load(&trial, "tickets", TICKETS, &rows(20, |number| format!("T{number},2026-03-01T16:00:00Z,,,")));
    load(&trial, "tickets", TICKETS, &["X,2026-03-10T16:00:00Z,,,".to_owned()]);
    let day = |range: &str| trial.figure("count", &["tickets_created", "--range", range]);
    holds(&day("2026-03-02..2026-03-02"), 20.0, 0.0);
    holds(&day("2026-W10"), 20.0, 0.0);
    // a day is a day: the first ten of March with the first ten of February, not with all of it
    let answers =
        trial.kpi(&["tickets_created", "--range", "mtd", "--compare", "prev", "--now", "2026-03-11T03:00:00Z"]);
    let compared = &answers[0]["rows"][0]["compare"];
    assert_eq!((compared["from"].as_str(), compared["to"].as_str()), (Some("2026-02-01"), Some("2026-02-11")));
}

/// Intervals of a queue over midnight and over the hour that is there twice are told apart by instants.
#[test]
fn service_level_over_midnight_and_the_change_of_clocks() {
    let trial = desk("Europe/Berlin");
    // queued at 23:59:50 and answered 15 seconds later, on the other side of midnight
    let night = rows(20, |number| format!("n{number},2025-10-24T21:59:50Z,2025-10-24T22:00:05Z,,,phone,q,,,"));
    // queued at 02:59:50 of summer, answered 15 seconds later at 02:00:05 of winter: on wall clocks an hour before
    let twice = rows(20, |number| format!("t{number},2025-10-26T00:59:50Z,2025-10-26T01:00:05Z,,,phone,q,,,"));
    load(&trial, "calls", CALLS, &[night, twice].concat());
    holds(&trial.figure("ratio", &["service_level", "--range", "2025-10-24..2025-10-24"]), 100.0, 0.0);
    holds(&trial.figure("ratio", &["service_level", "--range", "2025-10-26..2025-10-26"]), 100.0, 0.0);
}
