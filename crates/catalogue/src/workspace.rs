//! `crosscheck.toml` and `calendars/NAME.toml`: the organisation and its hours of work.

use jiff::civil::Weekday;
use model::calendar::schedule::{ClockRange, Holiday, Version};
use model::calendar::{Calendars, FiscalYear, Organisation, Schedule};

use crate::file::{Problems, Section, read_file};
use crate::source::SourceText;

/// A checked `crosscheck.toml`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, zone, currency, weeks and years.
    pub organisation: Organisation,
    /// Name of the default schedule; round the clock where not said.
    pub calendar: Option<String>,
}

/// Reads and checks `crosscheck.toml`. `None` where it has errors, which are in `problems`.
pub fn declare_settings(file: &SourceText, problems: &mut Problems) -> Option<Settings> {
    let before = problems.error_count();
    let settings = read_file(file, problems, |section, problems| {
        let organisation = section.section("organisation", problems);
        section.finish(problems);
        let Some(organisation) = organisation else {
            section.missing("[organisation]", problems);
            return None;
        };
        declare_organisation(&organisation, problems)
    });
    if problems.error_count() > before { None } else { settings }
}

fn declare_organisation(section: &Section<'_>, problems: &mut Problems) -> Option<Settings> {
    let name = section.required_text("name", problems);
    let zone = section.required_text("zone", problems);
    let currency = section.text("currency", problems);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let week_start = section.choice("week_start", &days, weekday, problems);
    let first_month = section.integer("fiscal_year_start", problems);
    let calendar = section.text("calendar", problems).map(|calendar| calendar.value);
    section.finish(problems);
    if let Some(currency) = &currency
        && (currency.value.len() != 3 || !currency.value.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        problems.error(
            section.file,
            currency.span.clone(),
            "wrong_value",
            format!("`{}` is not a currency", currency.value),
            Some("three capital letters after ISO 4217, as EUR".to_owned()),
        );
    }
    let month = first_month.as_ref().map_or(1, |month| month.value);
    if !(1..=12).contains(&month) {
        let span = first_month.map_or(0..0, |month| month.span);
        problems.error(
            section.file,
            span,
            "wrong_value",
            format!("{month} is not a month"),
            Some("1 to 12".to_owned()),
        );
        return None;
    }
    let (name, zone) = (name?, zone?);
    let currency = currency.map_or_else(|| "EUR".to_owned(), |currency| currency.value);
    let week_start = week_start.map_or(Weekday::Monday, |day| day.value);
    let fiscal_year = FiscalYear { first_month: month as i8 };
    match Organisation::new(&name.value, &zone.value, &currency, week_start, fiscal_year) {
        Ok(organisation) => Some(Settings { organisation, calendar }),
        Err(error) => {
            problems.error(
                section.file,
                zone.span,
                "unknown_zone",
                error.to_string(),
                Some("a name of the IANA list, as Europe/Amsterdam".to_owned()),
            );
            None
        }
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// Reads and checks `calendars/NAME.toml`. `None` where it has errors, which are in `problems`.
pub fn declare_schedule(name: &str, file: &SourceText, problems: &mut Problems) -> Option<Schedule> {
    let before = problems.error_count();
    let (zone, versions) = read_file(file, problems, |section, problems| {
        let zone = section.required_text("zone", problems);
        let holidays: Vec<Holiday> = section
            .sections("holiday", problems)
            .iter()
            .filter_map(|holiday| declare_holiday(holiday, problems))
            .collect();
        let versions: Vec<Version> = section
            .sections("version", problems)
            .iter()
            .map(|version| declare_version(version, &holidays, problems))
            .collect();
        if versions.is_empty() {
            section.missing("[[version]]", problems);
        }
        section.finish(problems);
        (zone, versions)
    });
    let zone = zone?;
    if problems.error_count() > before {
        return None;
    }
    match Schedule::new(name, &zone.value, versions) {
        Ok(schedule) => Some(schedule),
        Err(error) => {
            problems.error(file, zone.span, "calendar", error.to_string(), None);
            None
        }
    }
}

fn declare_version(section: &Section<'_>, holidays: &[Holiday], problems: &mut Problems) -> Version {
    let valid_from = section.date("valid_from", problems).map(|date| date.value);
    let weekly = [
        ranges(section, "monday", problems),
        ranges(section, "tuesday", problems),
        ranges(section, "wednesday", problems),
        ranges(section, "thursday", problems),
        ranges(section, "friday", problems),
        ranges(section, "saturday", problems),
        ranges(section, "sunday", problems),
    ];
    section.finish(problems);
    Version { valid_from, weekly, holidays: holidays.to_vec() }
}

fn declare_holiday(section: &Section<'_>, problems: &mut Problems) -> Option<Holiday> {
    if !section.has("date") {
        section.missing("date", problems);
    }
    let date = section.date("date", problems);
    let name = section.text("name", problems).map_or_else(String::new, |name| name.value);
    let hours = ranges(section, "hours", problems);
    section.finish(problems);
    Some(Holiday { date: date?.value, name, hours })
}

fn ranges(section: &Section<'_>, key: &'static str, problems: &mut Problems) -> Vec<ClockRange> {
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

/// All schedules with the default one; round the clock where the settings name none.
pub fn calendars(
    settings: &Settings,
    mut schedules: Vec<Schedule>,
    file: &SourceText,
    problems: &mut Problems,
) -> Option<Calendars> {
    let default = match &settings.calendar {
        Some(name) => name.clone(),
        None => {
            schedules.push(Schedule::always("always"));
            "always".to_owned()
        }
    };
    match Calendars::new(&default, schedules) {
        Ok(calendars) => Some(calendars),
        Err(error) => {
            problems.error(
                file,
                0..0,
                "calendar",
                error.to_string(),
                Some("a file calendars/NAME.toml for each name used".to_owned()),
            );
            None
        }
    }
}
