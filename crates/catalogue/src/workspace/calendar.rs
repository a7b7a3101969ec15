//! `calendars/NAME.toml`: the schedules of an organisation.

use std::path::Path;

use model::calendar::schedule::{CalendarError, Version};
use model::calendar::{Calendars, ClockRange, Holiday, Schedule};

use super::Settings;
use super::holidays::{HolidayFile, country, declare_file, declare_holiday, declare_regions, gather};
use crate::file::{Problems, Section, read_file};
use crate::source::SourceText;

/// Name of the schedule round the clock that is the default where the settings name none.
const ALWAYS: &str = "always";

/// Reads and checks every schedule of `calendars` with the holidays of the files `holidays`, the default one as
/// `settings`, the content of `settings_file`, name it; round the clock where they name none.
///
/// `None` where something has errors, which are in `problems`. A default whose own file has errors is not reported as
/// undeclared as well, and of wrong settings (`None`) nothing more is.
pub fn declare_calendars(
    settings: Option<&Settings>,
    settings_file: &SourceText,
    calendars: &[SourceText],
    holidays: &[SourceText],
    problems: &mut Problems,
) -> Option<Calendars> {
    let before = problems.error_count();
    let countries = countries(calendars);
    let holidays: Vec<HolidayFile> = holidays.iter().map(|file| declare_file(file, &countries, problems)).collect();
    let mut names: Vec<String> = Vec::new();
    let mut schedules = Vec::new();
    for file in calendars {
        let name =
            Path::new(&file.path).file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if names.contains(&name) {
            let error = CalendarError::DeclaredTwice { name };
            problems.error(file, 0..0, "calendar", error.to_string(), "another name of the file".to_owned());
            continue;
        }
        schedules.extend(declare_schedule(&name, file, &holidays, problems));
        names.push(name);
    }
    let settings = settings?;
    let default = match &settings.calendar {
        Some(name) if !names.contains(&name.value) => {
            let declared = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let error = CalendarError::UnknownDefault { name: name.value.clone(), declared };
            let help = "a file calendars/NAME.toml for each name used".to_owned();
            problems.error(settings_file, name.span.clone(), "calendar", error.to_string(), help);
            return None;
        }
        Some(name) => name.value.as_str(),
        None => ALWAYS,
    };
    if problems.error_count() > before {
        return None;
    }
    if settings.calendar.is_none() && !names.iter().any(|name| name == ALWAYS) {
        schedules.push(Schedule::always(ALWAYS));
    }
    match Calendars::new(default, schedules) {
        Ok(calendars) => Some(calendars),
        Err(error) => {
            problems.error(settings_file, 0..0, "calendar", error.to_string(), None);
            None
        }
    }
}

/// The countries that schedules name regions of.
fn countries(calendars: &[SourceText]) -> Vec<String> {
    // problems are told of when the schedules are declared
    let mut untold = Problems::default();
    let mut regions = |file| read_file(&super::shape::CALENDAR, file, &mut untold, declare_regions);
    calendars.iter().flat_map(&mut regions).map(|region| country(&region.value).to_owned()).collect()
}

/// Reads and checks one schedule. `None` where it has errors, which are in `problems`.
fn declare_schedule(name: &str, file: &SourceText, files: &[HolidayFile], problems: &mut Problems) -> Option<Schedule> {
    let before = problems.error_count();
    let (zone, mut versions, holidays) = read_file(&super::shape::CALENDAR, file, problems, |section, problems| {
        let zone = section.required_text("zone", problems);
        let own: Vec<Holiday> = section
            .sections("holiday", problems)
            .iter()
            .filter_map(|holiday| declare_holiday(holiday, problems))
            .collect();
        let holidays = gather(section, own, files, problems);
        let versions: Vec<Version> =
            section.sections("version", problems).iter().map(|version| declare_version(version, problems)).collect();
        if versions.is_empty() {
            section.missing("[[version]]", problems);
        }
        section.finish(problems);
        (zone, versions, holidays)
    });
    let zone = zone?;
    if problems.error_count() > before {
        return None;
    }
    // A date needs no version: one list counts for all.
    if let Some(first) = versions.first_mut() {
        first.holidays = holidays;
    }
    match Schedule::new(name, &zone.value, versions) {
        Ok(schedule) => Some(schedule),
        Err(error) => {
            problems.error(file, zone.span, "calendar", error.to_string(), None);
            None
        }
    }
}

fn declare_version(section: &Section<'_>, problems: &mut Problems) -> Version {
    let valid_from = section.date("valid_from", problems).map(|date| date.value);
    let weekly = super::WEEKDAYS.map(|day| declare_ranges(section, day, problems));
    section.finish(problems);
    Version { valid_from, weekly, holidays: Vec::new() }
}

/// The opening hours under `key`.
pub(super) fn declare_ranges(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Vec<ClockRange> {
    section
        .texts(key, problems)
        .into_iter()
        .filter_map(|text| match text.value.parse::<ClockRange>() {
            Ok(range) => Some(range),
            Err(error) => {
                problems.error(
                    section.file,
                    text.span,
                    "wrong_value",
                    error.to_string(),
                    Some("as 09:00-17:30; 22:00-06:00 runs over midnight".to_owned()),
                );
                None
            }
        })
        .collect()
}
