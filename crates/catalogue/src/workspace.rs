//! `crosscheck.toml`, `calendars/NAME.toml` and `holidays/FILE`: the organisation and its hours of work.

mod calendar;
mod holidays;
mod ics;
mod recurrence;
pub mod shape;

use jiff::civil::Weekday;
use model::calendar::{FiscalYear, Organisation, YearName};

use crate::file::{Located, Problems, Section, read_file};
use crate::source::SourceText;

pub use calendar::declare_calendars;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A checked `crosscheck.toml`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name, zone, currency, weeks and years.
    pub organisation: Organisation,
    /// Name of the default schedule; round the clock where not said.
    pub calendar: Option<Located<String>>,
    /// Whether it takes two people to approve anything.
    pub second_person: bool,
}

/// Reads and checks `crosscheck.toml`. `None` where it has errors, which are in `problems`.
pub fn declare_settings(file: &SourceText, problems: &mut Problems) -> Option<Settings> {
    let before = problems.error_count();
    let settings = read_file(&shape::SETTINGS, file, problems, |section, problems| {
        let organisation = section.section("organisation", problems);
        let reviews = section.section("reviews", problems);
        let second_person = reviews.and_then(|reviews| {
            let wanted = reviews.boolean("second_person", problems);
            reviews.finish(problems);
            wanted
        });
        section.finish(problems);
        let Some(organisation) = organisation else {
            section.missing("[organisation]", problems);
            return None;
        };
        let settings = declare_organisation(&organisation, problems)?;
        Some(Settings { second_person: second_person.is_some_and(|wanted| wanted.value), ..settings })
    });
    if problems.error_count() > before { None } else { settings }
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn declare_organisation(section: &Section<'_>, problems: &mut Problems) -> Option<Settings> {
    let name = section.required_text("name", problems);
    let zone = section.required_text("zone", problems);
    let mut currency = section.text("currency", problems);
    let week_start = section.choice("week_start", &WEEKDAYS, weekday, problems);
    let first_month = section.integer("fiscal_year_start", problems);
    let named_after = section.choice("fiscal_year_named", &["start", "end"], year_name, problems);
    let calendar = section.text("calendar", problems);
    section.finish(problems);
    if let Some(currency) = &currency
        && !is_currency(&currency.value)
    {
        problems.error(
            section.file,
            currency.span.clone(),
            "wrong_value",
            format!("`{}` is not a currency", currency.value),
            Some("an ISO 4217 code of three capital letters, as EUR".to_owned()),
        );
    }
    // told of here, and not once more with the organisation as a whole
    currency = currency.filter(|currency| is_currency(&currency.value));
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
    let named_after = named_after.map_or(YearName::End, |named| named.value);
    let fiscal_year = FiscalYear { first_month: month as i8, named_after };
    match Organisation::new(&name.value, &zone.value, &currency, week_start, fiscal_year) {
        Ok(organisation) => Some(Settings { organisation, calendar, second_person: false }),
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

/// Whether a fiscal year is called after the year it starts or ends in.
fn year_name(name: &str) -> Option<YearName> {
    match name {
        "start" => Some(YearName::Start),
        "end" => Some(YearName::End),
        _ => None,
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

#[cfg(test)]
mod tests;
