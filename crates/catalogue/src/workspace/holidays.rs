//! Files of `holidays/`: TOML or iCalendar, for any number of schedules.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use model::calendar::{ClockRange, Holiday};

use super::calendar::declare_ranges;
use super::ics;
use crate::file::{Located, Problems, Section, read_file, suggest};
use crate::source::SourceText;

/// A holiday of a file, for schedules of some regions or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicHoliday {
    pub(super) date: Date,
    pub(super) name: String,
    /// ISO 3166 codes, as `DE` or `DE-BY`; none where it counts everywhere.
    pub(super) regions: Vec<String>,
    pub(super) hours: Vec<ClockRange>,
    /// Where it stands in its file.
    pub(super) span: Range<usize>,
}

/// The holidays of one file.
#[derive(Clone, Debug)]
pub(super) struct HolidayFile {
    /// Its path below `holidays/`.
    pub(super) name: String,
    pub(super) holidays: Vec<PublicHoliday>,
}

/// Reads a file of `holidays/`, for schedules with regions of `countries`; what is wrong in it is in `problems`.
pub(super) fn declare_file(file: &SourceText, countries: &[String], problems: &mut Problems) -> HolidayFile {
    let name = file.path.strip_prefix("holidays/").unwrap_or(&file.path).to_owned();
    let holidays = if name.to_ascii_lowercase().ends_with(".ics") {
        ics::read(file, countries, problems)
    } else {
        read_file(&super::shape::HOLIDAYS, file, problems, |section, problems| {
            let sections = section.sections("holiday", problems);
            section.finish(problems);
            sections.iter().filter_map(|holiday| declare_public(holiday, problems)).collect()
        })
    };
    HolidayFile { name, holidays }
}

fn declare_public(section: &Section<'_>, problems: &mut Problems) -> Option<PublicHoliday> {
    let regions = declare_regions(section, problems).into_iter().map(|region| region.value).collect();
    let Holiday { date, name, hours } = declare_holiday(section, problems)?;
    Some(PublicHoliday { date, name, regions, hours, span: section.span.clone() })
}

/// A `[[holiday]]` with all keys asked for.
pub(super) fn declare_holiday(section: &Section<'_>, problems: &mut Problems) -> Option<Holiday> {
    if !section.has("date") {
        section.missing("date", problems);
    }
    let date = section.date("date", problems);
    let name = section.text("name", problems).map_or_else(String::new, |name| name.value);
    let hours = declare_ranges(section, "hours", problems);
    section.finish(problems);
    Some(Holiday { date: date?.value, name, hours })
}

/// The codes under `regions`.
pub(super) fn declare_regions(section: &Section<'_>, problems: &mut Problems) -> Vec<Located<String>> {
    let mut regions = section.texts("regions", problems);
    regions.retain(|region| {
        let valid = is_region(&region.value);
        if !valid {
            problems.error(
                section.file,
                region.span.clone(),
                "wrong_value",
                format!("`{}` is not a region", region.value),
                "a code of ISO 3166, as DE or DE-BY".to_owned(),
            );
        }
        valid
    });
    regions
}

/// The country of a region.
pub(super) fn country(region: &str) -> &str {
    region.split_once('-').map_or(region, |(country, _)| country)
}

/// Whether `text` has the form of a code of ISO 3166: `DE`, `DE-BY`.
pub(super) fn is_region(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let capital = |byte: u8| byte.is_ascii_uppercase();
    country.len() == 2
        && country.bytes().all(capital)
        && part.is_none_or(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| capital(byte) || byte.is_ascii_digit())
        })
}

/// The holidays of a schedule: those of the files it names that count in its regions, and `own`, which win.
///
/// A holiday of `DE` counts in `DE-BY` too, one of `DE-BY` not in all of `DE`. One date in two files is one holiday;
/// where hours differ that is an error.
pub(super) fn gather(
    section: &Section<'_>,
    own: Vec<Holiday>,
    files: &[HolidayFile],
    problems: &mut Problems,
) -> Vec<Holiday> {
    let regions = declare_regions(section, problems);
    let mut found: BTreeMap<Date, (&PublicHoliday, &str)> = BTreeMap::new();
    let mut mentioned: Vec<&str> = Vec::new();
    let counts_in = |holiday: &str, region: &str| {
        region.strip_prefix(holiday).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    for name in section.texts("holidays", problems) {
        let Some(file) = files.iter().find(|file| file.name == name.value) else {
            let message = format!("there is no file holidays/{}", name.value);
            let help = suggest(&name.value, files.iter().map(|file| file.name.as_str()))
                .or_else(|| Some("a .toml or .ics file in the folder holidays".to_owned()));
            problems.error(section.file, name.span, "unknown_value", message, help);
            continue;
        };
        for holiday in &file.holidays {
            mentioned.extend(holiday.regions.iter().map(String::as_str));
            let counts = holiday.regions.is_empty()
                || regions.iter().any(|region| holiday.regions.iter().any(|holiday| counts_in(holiday, &region.value)));
            if !counts || own.iter().any(|own| own.date == holiday.date) {
                continue;
            }
            let (first, first_file) = *found.entry(holiday.date).or_insert((holiday, &file.name));
            if sorted(&first.hours) != sorted(&holiday.hours) {
                let message = format!(
                    "{} has other hours as `{}` in {first_file} than as `{}` in {}",
                    holiday.date, first.name, holiday.name, file.name
                );
                let help = "a [[holiday]] of this date in this file decides".to_owned();
                problems.error(section.file, name.span.clone(), "holiday_twice", message, help);
            }
        }
    }
    mentioned.sort_unstable();
    mentioned.dedup();
    let named = || mentioned.join(", ");
    if regions.is_empty() && !mentioned.is_empty() {
        let message = format!("the schedule names no region, so holidays of {} are left out", named());
        problems.warning(section.file, section.span.clone(), "no_region", message, "regions = [\"DE-BY\"]".to_owned());
    }
    for region in regions.iter().filter(|_| !mentioned.is_empty()) {
        if !mentioned.iter().any(|holiday| counts_in(holiday, &region.value)) {
            let message = format!("no holiday is one of region `{}`", region.value);
            let help = format!("named are {}", named());
            problems.warning(section.file, region.span.clone(), "unknown_region", message, help);
        }
    }
    let public = found.into_values().map(|(holiday, _)| Holiday {
        date: holiday.date,
        name: holiday.name.clone(),
        hours: holiday.hours.clone(),
    });
    own.into_iter().chain(public).collect()
}

fn sorted(hours: &[ClockRange]) -> Vec<ClockRange> {
    let mut hours = hours.to_vec();
    hours.sort_unstable();
    hours
}
