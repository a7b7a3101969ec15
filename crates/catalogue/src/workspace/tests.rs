//! Holidays of iCalendar files: which of the words of an event are regions.

use super::*;
use crate::diagnostic::Severity;

const WEEK: &str = "monday = [\"09:00-17:00\"]\ntuesday = [\"09:00-17:00\"]\nwednesday = [\"09:00-17:00\"]\nthursday = [\"09:00-17:00\"]\nfriday = [\"09:00-17:00\"]\n";

/// Whether each schedule, given by its `regions`, is closed on Friday 12 June 2026, a holiday with these properties; and
/// what is warned of.
fn closed<const N: usize>(regions: [&str; N], event: &str) -> ([bool; N], Vec<String>) {
    let file = |path: String, text: String| SourceText { path, text };
    let settings_file =
        file("crosscheck.toml".to_owned(), "[organisation]\nname = \"Desk\"\nzone = \"UTC\"\n".to_owned());
    let mut problems = Problems::default();
    let settings = declare_settings(&settings_file, &mut problems);
    let schedules: Vec<SourceText> = regions
        .iter()
        .enumerate()
        .map(|(number, regions)| {
            let text = format!("zone = \"UTC\"\nholidays = [\"all.ics\"]\nregions = {regions}\n[[version]]\n{WEEK}");
            file(format!("calendars/s{number}.toml"), text)
        })
        .collect();
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260612\nSUMMARY:Outing\n{event}END:VEVENT\nEND:VCALENDAR\n"
    );
    let holidays = [file("holidays/all.ics".to_owned(), text)];
    let calendars =
        declare_calendars(settings.as_ref(), &settings_file, &schedules, &holidays, &mut problems).expect("calendars");
    let noon = "2026-06-12T12:00:00Z".parse().expect("a time");
    let closed = std::array::from_fn(|number| !calendars.get(&format!("s{number}")).expect("a schedule").is_open(noon));
    let problems = problems.into_sorted();
    assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{problems:?}");
    (closed, problems.into_iter().map(|problem| format!("{} {}", problem.file, problem.code)).collect())
}

#[test]
fn a_category_is_a_region_where_a_schedule_names_one_of_its_country() {
    let told = |files: &[&str]| files.iter().map(|file| format!("{file} unknown_region")).collect::<Vec<_>>();
    let word = || told(&["holidays/all.ics"]);
    // no holiday is one of a region that a schedule names
    let (first, second) = ("calendars/s0.toml", "calendars/s1.toml");
    for (regions, event, expected, warnings) in [
        (["[]", "[]"], "", [true, true], vec![]),
        (["[]", "[]"], "CATEGORIES:Holidays\n", [true, true], vec![]),
        // a department, and not Croatia or Italy
        (["[]", "[]"], "CATEGORIES:HR,Events\n", [true, true], word()),
        (["[\"DE-BY\"]", "[\"DE-BE\"]"], "CATEGORIES:IT\n", [true, true], word()),
        (
            ["[\"DE-BY\"]", "[\"DE-BE\"]"],
            "CATEGORIES:IT\nLOCATION:DE-BY\n",
            [true, false],
            told(&[second, "holidays/all.ics"]),
        ),
        (["[\"DE-BY\"]", "[\"DE-BE\"]"], "CATEGORIES:DE\n", [true, true], vec![]),
        (["[\"DE-BY\"]", "[\"DE-BE\"]"], "CATEGORIES:DE-BY,DE-SL\n", [true, false], told(&[second])),
        (["[\"DE\"]", "[\"FR\"]"], "CATEGORIES:FR\n", [false, true], told(&[first])),
        // whoever has a schedule for Italy means Italy
        (["[\"DE\"]", "[\"IT\"]"], "CATEGORIES:IT\n", [false, true], told(&[first])),
    ] {
        assert_eq!(closed(regions, event), (expected, warnings), "{regions:?} {event}");
    }
}
