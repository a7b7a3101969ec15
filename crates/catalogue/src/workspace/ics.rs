//! Holidays from iCalendar files (RFC 5545): events of whole days, once or every year.
//!
//! A category or place of an event is a region where it is a code of ISO 3166 of a country that a schedule names a
//! region of; any other is a word, as the `HR` or `IT` that a department is called by. Those that look like codes are
//! told of.
//!
//! Whatever could be a holiday and is not understood is an error with its line; nothing is left out without a word.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use super::holidays::{PublicHoliday, country, is_region};
use super::recurrence::{Rule, date};
use crate::file::Problems;
use crate::source::SourceText;

/// Most days of one event.
const DAYS_MAX: i64 = 366;

/// One content line, unfolded.
struct Line {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
    /// Bytes of its first line in the file.
    span: Range<usize>,
}

impl Line {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the events of `file`, for schedules with regions of `countries`.
pub(super) fn read(file: &SourceText, countries: &[String], problems: &mut Problems) -> Vec<PublicHoliday> {
    let mut holidays = events(file, problems);
    let mut words: BTreeMap<String, Range<usize>> = BTreeMap::new();
    for holiday in &mut holidays {
        for region in std::mem::take(&mut holiday.regions) {
            if countries.iter().any(|known| known == country(&region)) {
                holiday.regions.push(region);
            } else {
                words.entry(region).or_insert_with(|| holiday.span.clone());
            }
        }
    }
    for (word, span) in words {
        let message = format!(
            "`{word}` looks like a region, but no schedule names one of that country: it is taken for a word, and its holidays count everywhere"
        );
        let help = format!("regions = [\"{word}\"] in a schedule, where it is a region");
        problems.warning(file, span, "unknown_region", message, help);
    }
    holidays
}

/// The events of `file`, with all that looks like a region.
fn events(file: &SourceText, problems: &mut Problems) -> Vec<PublicHoliday> {
    let lines = lines(file, problems);
    let mut holidays = Vec::new();
    // Open components with the lines that begin them; the properties of the event that is open.
    let mut open: Vec<&Line> = Vec::new();
    let mut event: Vec<&Line> = Vec::new();
    let mut calendars = 0;
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => {
                let calendar = line.value.eq_ignore_ascii_case("VCALENDAR");
                if calendar != open.is_empty() {
                    let help = "BEGIN:VCALENDAR, components in it, END:VCALENDAR".to_owned();
                    let message = format!("`BEGIN:{}` stands outside of a calendar or within another", line.value);
                    problems.error(file, line.span.clone(), "syntax", message, help);
                    return holidays;
                }
                calendars += usize::from(calendar);
                open.push(line);
                if open.len() == 2 {
                    event.clear();
                }
            }
            "END" => match open.pop() {
                Some(begin) if begin.value.eq_ignore_ascii_case(&line.value) => {
                    if open.len() == 1 && begin.value.eq_ignore_ascii_case("VEVENT") {
                        holidays.extend(declare_event(file, begin, &event, problems));
                    }
                }
                begin => {
                    let expected = begin.map_or_else(|| "nothing".to_owned(), |begin| format!("`{}`", begin.value));
                    let message = format!("`END:{}`, but {expected} is open", line.value);
                    problems.error(file, line.span.clone(), "syntax", message, None);
                    return holidays;
                }
            },
            _ if open.len() == 2 => event.push(line),
            // Of a calendar or of a part of an event, as an alarm.
            _ if !open.is_empty() => {}
            _ => {
                let message = format!("`{}` stands outside of a calendar", line.name);
                problems.error(file, line.span.clone(), "syntax", message, "BEGIN:VCALENDAR first".to_owned());
                return holidays;
            }
        }
    }
    if let Some(begin) = open.last() {
        let message = format!("`{}` never ends; the file is cut off", begin.value);
        problems.error(file, begin.span.clone(), "syntax", message, None);
    } else if calendars == 0 {
        problems.error(file, 0..0, "syntax", "there is no calendar in this file", "BEGIN:VCALENDAR first".to_owned());
    }
    holidays
}

/// The content lines of `file`: a line that begins with a space or tab goes on where the one before ended.
fn lines(file: &SourceText, problems: &mut Problems) -> Vec<Line> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let mut offset = file.text.len() - text.len();
    let mut unfolded: Vec<(String, Range<usize>)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        match (content.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((last, _))) => last.push_str(rest),
            _ if content.trim().is_empty() => {}
            _ => unfolded.push((content.to_owned(), offset..offset + content.len())),
        }
        offset += line.len();
    }
    let mut parsed = Vec::with_capacity(unfolded.len());
    for (content, span) in unfolded {
        match content_line(&content, span.clone()) {
            Some(line) => parsed.push(line),
            None => problems.error(
                file,
                span,
                "syntax",
                "this is no line of an iCalendar file",
                "NAME:value or NAME;PARAMETER=value:value".to_owned(),
            ),
        }
    }
    parsed
}

/// `NAME;PARAMETER="quoted: value":value`.
fn content_line(content: &str, span: Range<usize>) -> Option<Line> {
    let mut quoted = false;
    let mut parts = Vec::new();
    let mut start = 0;
    let mut value = None;
    for (at, letter) in content.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ';' | ':' if !quoted => {
                parts.push(&content[start..at]);
                start = at + 1;
                if letter == ':' {
                    value = Some(&content[start..]);
                    break;
                }
            }
            _ => {}
        }
    }
    let (name, parameters) = parts.split_first()?;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let parameters = parameters.iter().map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        Some((name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()))
    });
    let value = value.filter(|_| named)?.trim().to_owned();
    Some(Line { name: name.to_ascii_uppercase(), parameters: parameters.collect::<Option<_>>()?, value, span })
}

/// The holidays of one event; none where it is cancelled, has a time of day (a warning) or is wrong (an error).
fn declare_event(file: &SourceText, begin: &Line, lines: &[&Line], problems: &mut Problems) -> Vec<PublicHoliday> {
    match event(begin, lines) {
        Ok(holidays) => holidays,
        Err(Unusable { span, timed: true, message }) => {
            problems.warning(
                file,
                span,
                "timed_event",
                message,
                "DTSTART;VALUE=DATE:20261225 is a whole day".to_owned(),
            );
            Vec::new()
        }
        Err(Unusable { span, timed: false, message }) => {
            problems.error(file, span, "wrong_event", message, None);
            Vec::new()
        }
    }
}

/// Why an event makes no holiday.
struct Unusable {
    span: Range<usize>,
    timed: bool,
    message: String,
}

fn event(begin: &Line, lines: &[&Line]) -> Result<Vec<PublicHoliday>, Unusable> {
    let wrong = |line: &Line, message: String| Unusable { span: line.span.clone(), timed: false, message };
    let one = |name: &str| {
        let mut found = lines.iter().copied().filter(|line| line.name == name);
        match (found.next(), found.next()) {
            (_, Some(second)) => Err(wrong(second, format!("`{name}` stands twice in an event"))),
            (first, None) => Ok(first),
        }
    };
    let all = |name: &'static str| lines.iter().copied().filter(move |line| line.name == name);
    if one("STATUS")?.is_some_and(|status| status.value.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(Vec::new());
    }
    let dtstart = one("DTSTART")?.ok_or_else(|| wrong(begin, "an event without `DTSTART`".to_owned()))?;
    let name = one("SUMMARY")?.map(|summary| unescape(&summary.value)).unwrap_or_default();
    if timed(dtstart) {
        let message = format!("`{name}` has a time of day and is left out; only events of whole days are holidays");
        return Err(Unusable { span: dtstart.span.clone(), timed: true, message });
    }
    let start = single_date(dtstart).map_err(|message| wrong(dtstart, message))?;
    for other in ["EXRULE", "RECURRENCE-ID"] {
        if let Some(line) = all(other).next() {
            return Err(wrong(line, format!("`{other}` is not understood")));
        }
    }
    let days = match (one("DTEND")?, one("DURATION")?) {
        (Some(_), Some(duration)) => return Err(wrong(duration, "both `DTEND` and `DURATION`".to_owned())),
        (None, None) => 1,
        (Some(dtend), None) => {
            let end = single_date(dtend).map_err(|message| wrong(dtend, message))?;
            let days = i64::from((end - start).get_days());
            // The end is exclusive, but some write the day itself.
            check_days(if days == 0 { 1 } else { days }).map_err(|message| wrong(dtend, message))?
        }
        (None, Some(duration)) => {
            duration_days(&duration.value).and_then(check_days).map_err(|message| wrong(duration, message))?
        }
    };
    let mut dates = match one("RRULE")? {
        Some(line) => Rule::parse(&line.value).map_err(|message| wrong(line, message))?.dates(start),
        None => vec![start],
    };
    for line in all("RDATE") {
        dates.extend(date_list(line).map_err(|message| wrong(line, message))?);
    }
    for line in all("EXDATE") {
        let left_out = date_list(line).map_err(|message| wrong(line, message))?;
        dates.retain(|date| !left_out.contains(date));
    }
    dates.sort_unstable();
    dates.dedup();
    let regions: Vec<String> = lines
        .iter()
        .filter(|line| line.name == "CATEGORIES" || line.name == "LOCATION")
        .flat_map(|line| line.value.split(','))
        .map(|text| unescape(text).trim().to_owned())
        .filter(|text| is_region(text))
        .collect();
    let of_days = |start: Date| (0..days).filter_map(move |day| start.checked_add(day.days()).ok());
    let holiday = |date: Date| PublicHoliday {
        date,
        name: name.clone(),
        regions: regions.clone(),
        hours: Vec::new(),
        span: dtstart.span.clone(),
    };
    Ok(dates.into_iter().flat_map(of_days).map(holiday).collect())
}

/// Whether a value is a time and not a date: of eight digits, a `T` and six digits, and not declared a date.
fn timed(line: &Line) -> bool {
    let time = |text: &str| text.split_once('T').is_some_and(|(day, _)| date(day).is_some());
    time(&line.value) && !line.parameter("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("DATE"))
}

fn single_date(line: &Line) -> Result<Date, String> {
    date(&line.value).ok_or_else(|| format!("`{}` of `{}` is not a date as 20261225", line.value, line.name))
}

fn date_list(line: &Line) -> Result<Vec<Date>, String> {
    let one =
        |text: &str| date(text.trim()).ok_or_else(|| format!("`{text}` of `{}` is not a date as 20261225", line.name));
    line.value.split(',').map(one).collect()
}

fn check_days(days: i64) -> Result<i64, String> {
    if (1..=DAYS_MAX).contains(&days) {
        Ok(days)
    } else {
        Err(format!("an event of {days} days; valid are 1 to {DAYS_MAX}"))
    }
}

/// Days of `P1D` or `P2W`.
fn duration_days(text: &str) -> Result<i64, String> {
    let days = || {
        let count = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
        let (digits, unit) = count.split_at_checked(count.len().checked_sub(1)?)?;
        let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: i64 = plain.then(|| digits.parse().ok()).flatten()?;
        match unit {
            "D" => Some(count),
            "W" => Some(count * 7),
            _ => None,
        }
    };
    days().ok_or_else(|| format!("duration `{text}` is not one of whole days, as P1D or P2W"))
}

/// Text without its escapes; line breaks become spaces.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => plain.push(' '),
                Some(escaped) => plain.push(escaped),
                None => plain.push('\\'),
            },
            _ => plain.push(letter),
        }
    }
    plain
}
