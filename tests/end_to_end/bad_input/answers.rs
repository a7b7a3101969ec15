//! Input that is well formed and still leads figures astray: held against answers worked out by hand.

use std::fmt::Write as _;

use end_to_end::{Trial, close};

const DESK: &str = "[read]\nformat = \"csv\"\nzone = \"ZONE\"\n[[record]]\nkind = \"ticket\"\nid = \"id\"\n[record.fields]\ncreated_at = \"at\"\nsolved_at = \"solved\"\n";

/// A workspace of `zone` whose tickets are these pairs of creation and solve, 40 of each.
fn of_tickets(zone: &str, times: &[(&str, &str)]) -> Trial {
    let trial = Trial::new(zone);
    trial.write("sources/desk.toml", DESK.replace("ZONE", zone));
    let mut text = "id,at,solved\n".to_owned();
    for (kind, (created, solved)) in times.iter().enumerate() {
        for number in 0..40 {
            writeln!(text, "{kind}-{number},{created},{solved}").expect("memory");
        }
    }
    let file = trial.write("in.csv", text);
    trial.ok(&["import", "desk", &file]);
    trial
}

/// Median seconds to the solve of tickets created on these days, on the business clock.
fn median(trial: &Trial, from: &str, to: &str) -> f64 {
    let row = trial.figure("median", &["full_resolution_time", "--variant", "closed_only", "--from", from, "--to", to]);
    row["value"].as_f64().unwrap_or_else(|| panic!("{row}"))
}

/// 56: rules of a zone change within the interval. Hours are Monday to Friday, 09:00 to 17:00.
#[test]
fn business_hours_over_a_change_of_a_zones_rules() {
    for (zone, created, solved, hours) in [
        // Samoa went over the date line: there was no Friday 30 December 2011.
        // Thursday 16–17, and Monday 9–10
        ("Pacific/Apia", "2011-12-29 16:00", "2012-01-02 10:00", 2.0),
        // Venezuela's clocks went from −04:30 to −04:00 on Sunday 1 May 2016 at 02:30: no hour of business was touched.
        // Friday 16–17, and Monday 9–11
        ("America/Caracas", "2016-04-29 16:00", "2016-05-02 11:00", 3.0),
        // Pyongyang's clocks went from 23:30 to midnight on Friday 4 May 2018. Friday 9–17, and Monday 9–10
        ("Asia/Pyongyang", "2018-05-04 08:00", "2018-05-07 10:00", 9.0),
        // Turkey stayed on summer time in October 2016. Friday 16–17, and Monday 9–10, by either offset
        ("Europe/Istanbul", "2016-10-28 16:00", "2016-10-31 10:00", 2.0),
    ] {
        let trial = of_tickets(zone, &[(created, solved)]);
        // counted by the day of the solve
        let year: u32 = solved[..4].parse().expect("a year");
        let found = median(&trial, &format!("{year}-01-01"), &format!("{}-01-01", year + 1));
        assert!((found - hours * 3600.0).abs() < 1e-6, "{zone}: {found} s, not {hours} h");
    }
}

/// 56: a holiday that is declared after the tickets were loaded counts once the facts are folded again, and a
/// withdrawn one no longer does.
#[test]
fn a_holiday_declared_afterwards() {
    // Thursday 16:00 to Monday 10:00: Thursday 1 h, Friday 8 h, Monday 1 h
    let trial = of_tickets("Europe/Amsterdam", &[("2026-04-02 16:00", "2026-04-06 10:00")]);
    let asked = || median(&trial, "2026-04-01", "2026-04-30");
    assert!((asked() - 36_000.0).abs() < 1e-6);
    let plain = std::fs::read_to_string(trial.path("calendars/support.toml")).expect("a calendar");
    trial.write("calendars/support.toml", format!("{plain}\n[[holiday]]\ndate = 2026-04-03\nname = \"Good Friday\"\n"));
    // stale facts are no longer answered from silently: folding is what brings the holiday in
    trial.ok(&["fold"]);
    assert!((asked() - 7_200.0).abs() < 1e-6);
    trial.write(
        "calendars/support.toml",
        format!("{plain}\n[[holiday]]\ndate = 2026-04-03\nname = \"Good Friday\"\nhours = [\"09:00-11:00\"]\n"),
    );
    trial.ok(&["fold"]);
    assert!((asked() - 14_400.0).abs() < 1e-6);
    trial.write("calendars/support.toml", plain);
    trial.ok(&["fold"]);
    assert!((asked() - 36_000.0).abs() < 1e-6);
    trial.ok(&["verify"]);
}

/// 57: everything at one instant, as of an export that has one time for all.
#[test]
fn the_same_time_for_all() {
    let at = "2026-03-02T10:00:00Z";
    let trial = of_tickets("UTC", &[(at, at)]);
    let day = ["--from", "2026-03-02", "--to", "2026-03-03"];
    let median = trial.figure("median", &[&["full_resolution_time", "--variant", "closed_only"], &day[..]].concat());
    assert!(close(&median["value"], 0.0, 1e-9) && median["n"] == 40, "{median}");
    let created = trial.figure("count", &[&["tickets_created"], &day[..]].concat());
    assert!(close(&created["value"], 40.0, 1e-9), "{created}");
    // nothing is known beyond that instant, so nothing is said of the backlog at the end of the day
    let open = trial.figure("count", &[&["unresolved_backlog"], &day[..]].concat());
    assert!(open["value"].is_null() || close(&open["value"], 0.0, 1e-9), "{open}");
    trial.ok(&["verify"]);
}

const SURVEY: &str = "[read]\nformat = \"csv\"\n[[record]]\nkind = \"survey_answer\"\nid = \"id\"\n[record.fields]\ninstrument = \"'csat'\"\nscale_min = \"1\"\nscale_max = \"5\"\nvalue = \"value\"\nanswered_at = \"at\"\nchannel = \"channel\"\n";

/// 68: no denominator and groups of one: no figure, rather than 0, 100 or an error.
#[test]
fn groups_of_none_and_of_one() {
    let trial = Trial::new("UTC");
    trial.write("sources/survey.toml", SURVEY);
    let mut text = "id,value,at,channel\n".to_owned();
    for number in 0..40 {
        writeln!(text, "e{number},{},2026-03-02T10:00:00Z,email", if number < 30 { 5 } else { 1 }).expect("memory");
    }
    text.push_str("p1,5,2026-03-02T10:00:00Z,phone\n");
    let file = trial.write("in.csv", text);
    trial.ok(&["import", "survey", &file]);
    let day = ["--from", "2026-03-02", "--to", "2026-03-03"];
    let answers = trial.kpi(&[&["csat_t2b", "--by", "channel"], &day[..]].concat());
    let rows = answers[0]["rows"].as_array().expect("rows");
    let of =
        |channel: &str| rows.iter().find(|row| row["by"]["channel"] == channel).unwrap_or_else(|| panic!("{rows:?}"));
    assert!(close(&of("email")["value"], 75.0, 1e-9) && of("email")["n"] == 40, "{rows:?}");
    let one = of("phone");
    assert!(one["value"].is_null() && one["n"] == 1 && one["quality"] == "suppressed", "{one}");
    // a day without answers, and a filter that leaves none
    for asked in [
        &["csat_t2b", "--from", "2026-03-01", "--to", "2026-03-02"][..],
        &[&["csat_t2b", "--where", "channel = 'chat'"], &day[..]].concat(),
    ] {
        let row = trial.figure("share", asked);
        assert!(row["value"].is_null() && row["n"] == 0 && row["quality"] == "no_data", "{asked:?}: {row}");
    }
    // and a metric over records that nobody has delivered
    for metric in ["reopen_rate", "service_level", "full_resolution_time", "nps"] {
        for answer in trial.kpi(&[&[metric], &day[..]].concat()) {
            for row in answer["rows"].as_array().expect("rows") {
                assert!(row["value"].is_null() && row["quality"] == "no_data", "{metric}: {row}");
            }
        }
    }
}
