//! Time as an organisation sets it: schedules, versions, holidays by region from both kinds of file, fiscal years,
//! weeks, and what is to date against the same part of the period before.

use end_to_end::Trial;
use serde_json::Value;

const SOURCE: &str = r#"
[read]
format = "csv"
zone = "Europe/Berlin"
[[record]]
kind = "ticket"
id = "ticket"
[record.fields]
created_at = "opened"
first_reply_at = "replied"
schedule = "nullif(schedule, '')"
"#;

const WEEK: &str = r#"monday = ["09:00-17:00"]
tuesday = ["09:00-17:00"]
wednesday = ["09:00-17:00"]
thursday = ["09:00-17:00"]
friday = ["09:00-17:00"]
"#;

/// A workspace in Berlin whose `[organisation]` has these lines too.
fn desk(settings: &str) -> Trial {
    let trial = Trial::new("Europe/Berlin");
    let calendar = format!("zone = \"Europe/Berlin\"\n[[version]]\n{WEEK}");
    trial.write("calendars/support.toml", calendar);
    trial.write(
        "crosscheck.toml",
        format!("[organisation]\nname = \"Desk\"\nzone = \"Europe/Berlin\"\ncalendar = \"support\"\n{settings}"),
    );
    trial.write("sources/desk.toml", SOURCE);
    trial
}

/// 20 tickets, on the wall clock of Berlin.
fn tickets(trial: &Trial, name: &str, opened: &str, replied: &str, schedule: &str) {
    let rows: String = (0..20).map(|number| format!("{name}{number},{opened},{replied},{schedule}\n")).collect();
    let file = trial.write(&format!("incoming/{name}.csv"), format!("ticket,opened,replied,schedule\n{rows}"));
    trial.ok(&["import", "desk", &file]);
}

fn hours(trial: &Trial, filter: &str) -> f64 {
    let asked = ["first_response_time", "--range", "2026-01-01..2026-10-31", "--where", filter];
    trial.figure("median", &asked)["value"].as_f64().expect("a figure") / 3600.0
}

#[test]
fn holidays_count_where_the_schedule_works() {
    let trial = desk("");
    let schedule = |regions: &str| {
        format!(
            "zone = \"Europe/Berlin\"\nholidays = [\"public.toml\", \"company.ics\"]\n{regions}\n[[version]]\n{WEEK}"
        )
    };
    trial.write("calendars/bavaria.toml", schedule("regions = [\"DE-BY\"]"));
    trial.write("calendars/berlin.toml", schedule("regions = [\"DE-BE\"]"));
    trial.write(
        "holidays/public.toml",
        "[[holiday]]\ndate = 2026-01-06\nregions = [\"DE-BY\"]\n[[holiday]]\ndate = 2026-05-01\nregions = [\"DE\"]\n",
    );
    let event = "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20250101T000000Z\r\nDTSTART;VALUE=DATE:20250612\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Outing\r\nEND:VEVENT\r\n";
    trial.write("holidays/company.ics", format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}END:VCALENDAR\r\n"));
    for (name, opened, replied) in [
        // over 6 January, a holiday in Bavaria; over 1 May, one in all Germany; over the company's outing
        ("epiphany", "2026-01-05 16:00", "2026-01-07 10:00"),
        ("may", "2026-04-30 16:00", "2026-05-04 10:00"),
        ("outing", "2026-06-11 16:00", "2026-06-15 10:00"),
    ] {
        for schedule in ["bavaria", "berlin", ""] {
            tickets(&trial, &format!("{name}-{schedule}-"), opened, replied, schedule);
        }
    }
    tickets(&trial, "later", "2026-09-01 12:00", "2026-09-01 12:30", "");
    for (name, schedule, right) in [
        ("epiphany", "bavaria", 2.0),
        ("epiphany", "berlin", 10.0),
        ("may", "bavaria", 2.0),
        ("may", "berlin", 2.0),
        ("may", "support", 10.0),
        ("outing", "berlin", 2.0),
        ("outing", "support", 10.0),
    ] {
        let filter = format!("starts_with(ticket_id, '{name}-') and calendar = '{schedule}'");
        assert_eq!(Some(hours(&trial, &filter)), Some(right), "{name} in {schedule}");
    }
}

#[test]
fn hours_change_from_a_day_on_and_facts_are_folded_again() {
    let trial = desk("");
    let later = WEEK.replace("09:00-17:00", "08:00-18:00");
    let versions =
        format!("zone = \"Europe/Berlin\"\n[[version]]\n{WEEK}[[version]]\nvalid_from = 2026-07-01\n{later}");
    trial.write("calendars/support.toml", &versions);
    tickets(&trial, "over", "2026-06-30 16:00", "2026-07-01 10:00", "");
    tickets(&trial, "later", "2026-09-01 12:00", "2026-09-01 12:30", "");
    let over = "starts_with(ticket_id, 'over')";
    assert_eq!(Some(hours(&trial, over)), Some(3.0), "an hour of the old version, two of the new");
    let holiday = "[[holiday]]\ndate = 2026-07-01\nhours = [\"09:30-12:00\"]\n";
    trial.write("calendars/support.toml", format!("{versions}{holiday}"));
    trial.ok(&["fold"]);
    assert_eq!(Some(hours(&trial, over)), Some(1.5));
}

/// From and to of each row, and its value.
fn periods(trial: &Trial, arguments: &[&str]) -> Vec<(String, String, Option<f64>)> {
    let answer = trial.kpi(arguments).remove(0);
    let text = |row: &Value, name: &str| row[name].as_str().expect("a day").to_owned();
    let rows = answer["rows"].as_array().expect("rows").iter();
    rows.map(|row| (text(row, "from"), text(row, "to"), row["value"].as_f64())).collect()
}

#[test]
fn fiscal_years_and_quarters() {
    let trial = desk("fiscal_year_start = 4\n");
    tickets(&trial, "march", "2026-03-31 23:59", "", "");
    tickets(&trial, "april", "2026-04-01 00:00", "", "");
    tickets(&trial, "later", "2026-07-10 12:00", "", "");
    let quarters = periods(&trial, &["tickets_created", "--range", "FY2026", "--grain", "quarter"]);
    let starts: Vec<&str> = quarters.iter().map(|(from, ..)| from.as_str()).collect();
    assert_eq!(starts, ["2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01"]);
    assert_eq!(quarters[3].2, Some(20.0), "the last minute of March is in FY2026-Q4");
    let first = periods(&trial, &["tickets_created", "--range", "FY2027-Q1", "--grain", "month"]);
    assert_eq!((first[0].0.as_str(), first[0].2), ("2026-04-01", Some(20.0)));
    // named after the year it starts in
    trial.write(
        "crosscheck.toml",
        "[organisation]\nname = \"Desk\"\nzone = \"Europe/Berlin\"\nfiscal_year_start = 4\nfiscal_year_named = \"start\"\n",
    );
    let year = periods(&trial, &["tickets_created", "--range", "FY2026"]);
    assert_eq!((year[0].0.as_str(), year[0].1.as_str()), ("2026-04-01", "2027-04-01"));
}

#[test]
fn weeks_after_iso_and_as_in_the_us() {
    let trial = desk("");
    tickets(&trial, "sunday", "2025-12-28 12:00", "", "");
    tickets(&trial, "monday", "2025-12-29 12:00", "", "");
    tickets(&trial, "later", "2026-02-01 12:00", "", "");
    let week = |range: &str| periods(&trial, &["tickets_created", "--range", range]).remove(0);
    assert_eq!(week("2026-W01"), ("2025-12-29".into(), "2026-01-05".into(), Some(20.0)));
    assert_eq!(trial.run(&["kpi", "tickets_created", "--range", "2026-US01"]).code, Some(2));
    let trial = desk("week_start = \"sunday\"\n");
    tickets(&trial, "sunday", "2025-12-28 12:00", "", "");
    tickets(&trial, "monday", "2025-12-29 12:00", "", "");
    tickets(&trial, "later", "2026-02-01 12:00", "", "");
    let week = periods(&trial, &["tickets_created", "--range", "2026-US01"]).remove(0);
    assert_eq!(week, ("2025-12-28".into(), "2026-01-04".into(), Some(40.0)));
}

#[test]
fn to_date_is_compared_with_the_same_part() {
    let trial = desk("fiscal_year_start = 4\n");
    tickets(&trial, "a", "2026-05-12 12:00", "", "");
    for (range, now, days, before) in [
        ("mtd", "2026-03-31T10:00:00Z", ["2026-03-01", "2026-03-31"], ["2026-02-01", "2026-03-01"]),
        ("mtd", "2026-03-12T10:00:00Z", ["2026-03-01", "2026-03-12"], ["2026-02-01", "2026-02-12"]),
        ("qtd", "2026-05-12T10:00:00Z", ["2026-04-01", "2026-05-12"], ["2026-01-01", "2026-02-12"]),
        ("ytd", "2026-05-12T10:00:00Z", ["2026-04-01", "2026-05-12"], ["2025-04-01", "2025-05-12"]),
        ("wtd", "2026-05-14T10:00:00Z", ["2026-05-11", "2026-05-14"], ["2026-05-04", "2026-05-07"]),
    ] {
        let answer = trial.kpi(&["tickets_created", "--range", range, "--compare", "prev", "--now", now]).remove(0);
        let row = &answer["rows"][0];
        let found = |row: &Value| ["from", "to"].map(|name| row[name].as_str().unwrap_or_default().to_owned());
        assert_eq!(found(row), days, "{range} at {now}");
        assert_eq!(found(&row["compare"]), before, "before {range} at {now}");
    }
}
