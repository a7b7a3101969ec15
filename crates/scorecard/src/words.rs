//! Figures as people read them, the same in terminal, sentences and page: rates move by percentage points, durations
//! have two units, a minus is a minus.

use catalogue::answer::{Labels, Quality};
use catalogue::metric::{Direction, Status as DefinitionStatus, Unit};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Instant;

use crate::definition::Goal;

const MINUS: char = '−';
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// A value: `86.4 %`, `39.8`, `4.21`, `3 h 31 m`, `1,435`; `–` for none.
///
/// ```
/// use catalogue::metric::Unit;
/// use scorecard::words::figure;
/// assert_eq!(figure(Some(12_660.0), Unit::Seconds), "3 h 31 m");
/// assert_eq!(figure(Some(99.99), Unit::Percent), "99.99 %"); // not all, so never "100.0 %"
/// assert_eq!(figure(None, Unit::Percent), "–");
/// ```
pub fn figure(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return "–".to_owned() };
    figure_to(value, unit, digits(value, unit))
}

/// The same with so many `digits` after the point; a duration to the second where there are any.
pub fn figure_to(value: f64, unit: Unit, digits: usize) -> String {
    match unit {
        Unit::Percent => format!("{} %", decimal(value, digits)),
        Unit::Seconds if digits > 0 => to_the_second(value),
        Unit::Seconds => duration(value),
        Unit::Points | Unit::Score | Unit::Count | Unit::Currency => decimal(value, digits),
    }
}

/// Digits after the point of a figure.
pub fn digits(value: f64, unit: Unit) -> usize {
    match unit {
        Unit::Percent => percent_digits(value),
        Unit::Points => 1,
        Unit::Score => small_digits(value, 2),
        Unit::Seconds => 0,
        Unit::Count => count_digits(value),
        Unit::Currency => currency_digits(value),
    }
}

/// Digits after the point of a figure beside its goal: as [`digits`], but what falls short of it is never rounded to it.
///
/// ```
/// use catalogue::metric::Unit;
/// use scorecard::Goal;
/// use scorecard::words::beside;
/// assert_eq!(beside(Some(79.98), Some(&Goal::AtLeast(80.0)), Unit::Percent), "79.98 %");
/// assert_eq!(beside(Some(80.02), Some(&Goal::AtLeast(80.0)), Unit::Percent), "80.0 %"); // reached
/// assert_eq!(beside(Some(14_410.0), Some(&Goal::AtMost(14_400.0)), Unit::Seconds), "4 h 10 s"); // not "4 h"
/// ```
pub fn digits_beside(value: f64, goal: Option<&Goal>, unit: Unit) -> usize {
    let missed = goal.and_then(|goal| match *goal {
        Goal::AtLeast(target) if value < target => Some(target),
        Goal::AtMost(target) if value > target => Some(target),
        Goal::Between { low, .. } if value < low => Some(low),
        Goal::Between { high, .. } if value > high => Some(high),
        _ => None,
    });
    let usual = digits(value, unit);
    let Some(missed) = missed else { return usual };
    let is_told_apart = |digits: &usize| figure_to(value, unit, *digits) != figure_to(missed, unit, *digits);
    (usual..usual + 4).find(is_told_apart).unwrap_or(usual)
}

/// A figure beside its goal, see [`digits_beside`].
pub fn beside(value: Option<f64>, goal: Option<&Goal>, unit: Unit) -> String {
    match value.filter(|value| value.is_finite()) {
        Some(value) => figure_to(value, unit, digits_beside(value, goal, unit)),
        None => figure(None, unit),
    }
}

/// A score: `84.3`; one short of 100, the target, is never rounded to it: `99.98`.
pub fn score(score: f64) -> String {
    decimal(score, score_digits(score))
}

/// Digits after the point of a score.
pub fn score_digits(score: f64) -> usize {
    digits_beside(score, Some(&Goal::AtLeast(100.0)), Unit::Points)
}

/// A number as it was written, with no digit less or more: `60`, `62.5`.
pub fn written(value: f64) -> String {
    let shortest = value.to_string();
    decimal(value, shortest.split_once('.').map_or(0, |(_, fraction)| fraction.len()))
}

/// A change with its sign: `+1.2 pp`, `−36 m`, `+2.1 pt`, `+47`.
pub fn difference(change: f64, unit: Unit) -> String {
    let size = match unit {
        Unit::Percent => format!("{} pp", decimal(change.abs(), difference_digits(change))),
        Unit::Points => format!("{} pt", decimal(change.abs(), difference_digits(change))),
        Unit::Score => decimal(change.abs(), difference_digits(change).max(2)),
        Unit::Seconds | Unit::Count | Unit::Currency => figure(Some(change.abs()), unit),
    };
    signed(size, change)
}

/// A change, of a count or an amount with its relative size: `+47 (+3.4 %)`. A rate's change has none: it would be taken for points.
///
/// ```
/// use catalogue::metric::Unit;
/// use scorecard::words::change;
/// assert_eq!(change(47.0, Unit::Count, Some(1388.0)), "+47 (+3.4 %)");
/// assert_eq!(change(-1.25, Unit::Percent, Some(86.4)), "−1.3 pp");
/// ```
pub fn change(change: f64, unit: Unit, previous: Option<f64>) -> String {
    let absolute = difference(change, unit);
    match previous.filter(|previous| matches!(unit, Unit::Count | Unit::Currency) && *previous > 0.0) {
        Some(previous) => {
            let relative = 100.0 * change / previous;
            format!("{absolute} ({} %)", signed(decimal(relative.abs(), 1), relative))
        }
        None => absolute,
    }
}

/// A difference without its sign, as of tolerances and half intervals: `0.7 pp`.
pub fn width(size: f64, unit: Unit) -> String {
    let width = difference(size.abs(), unit);
    width.strip_prefix('+').map(str::to_owned).unwrap_or(width)
}

/// How well `value` is known: `± 0.7 pp` where its interval reaches as far below as above, to the digits shown, and no
/// further than there can be; otherwise its ends, so that nobody adds up what is not so: `72.2–87.5 %`. Nothing where
/// there is no interval.
///
/// ```
/// use catalogue::metric::Unit;
/// use scorecard::words::margin;
/// assert_eq!(margin(86.4, Some(85.7), Some(87.1), Unit::Percent), "± 0.7 pp");
/// assert_eq!(margin(81.0, Some(72.2), Some(87.5), Unit::Percent), "72.2–87.5 %");
/// ```
pub fn margin(value: f64, low: Option<f64>, high: Option<f64>, unit: Unit) -> String {
    match (low, high) {
        (None, None) => String::new(),
        (Some(low), Some(high)) => {
            let halves = [value - low, high - value].map(|half| difference(steady(half), unit));
            let (least, most) = possible(value, unit);
            match halves[0] == halves[1] && low >= least && high <= most {
                true => format!("± {}", halves[0].trim_start_matches('+')),
                false => interval(Some(low), Some(high), unit),
            }
        }
        (low, high) => interval(low, high, unit),
    }
}

/// Texts in a sentence: `a`, `a and b`, `a, b and c`.
pub fn listed(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The least and the most that a figure like `value` can be: a ratio in percent may be over 100, a share may not; what is
/// counted is none below nothing, but a flow may be.
pub(crate) fn possible(value: f64, unit: Unit) -> (f64, f64) {
    match unit {
        Unit::Percent if value > 100.0 => (0.0, f64::INFINITY),
        Unit::Percent => (0.0, 100.0),
        Unit::Points => (-100.0, 100.0),
        Unit::Count if value < 0.0 => (f64::NEG_INFINITY, f64::INFINITY),
        Unit::Seconds | Unit::Count | Unit::Score => (0.0, f64::INFINITY),
        Unit::Currency => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

/// A difference without the last binary digits, by which one half of an even interval can round up and the other down.
fn steady(difference: f64) -> f64 {
    let scale = 1e9;
    if difference.abs() < 1e6 { (difference * scale).round() / scale } else { difference }
}

/// A whole interval, possibly lopsided or open: `85.7–87.1 %`, `3 h 20 m – 3 h 41 m`, `3 h 20 m or more`.
pub fn interval(low: Option<f64>, high: Option<f64>, unit: Unit) -> String {
    match (low, high) {
        (None, None) => "–".to_owned(),
        (Some(low), None) => format!("{} or more", figure(Some(low), unit)),
        (None, Some(high)) => format!("up to {}", figure(Some(high), unit)),
        (Some(low), Some(high)) => {
            let (bottom, top) = (figure(Some(low), unit), figure(Some(high), unit));
            match unit {
                Unit::Seconds => format!("{bottom} – {top}"),
                _ if low < 0.0 || high < 0.0 => format!("{} to {top}", bottom.trim_end_matches(" %")),
                _ => format!("{}–{top}", bottom.trim_end_matches(" %")),
            }
        }
    }
}

/// A target as a condition: `≥ 88.0 %`, `≤ 4 h`, `75.0–85.0 %`.
pub fn goal(goal: &Goal, unit: Unit) -> String {
    match goal {
        Goal::AtLeast(target) => format!("≥ {}", figure(Some(*target), unit)),
        Goal::AtMost(target) => format!("≤ {}", figure(Some(*target), unit)),
        Goal::Between { low, high } => interval(Some(*low), Some(*high), unit),
    }
}

/// A value of a dimension with the name it has for people: `Ann Lee (a-7)`; itself where it has none.
///
/// ```
/// assert_eq!(scorecard::words::named("a-7", Some("Ann Lee")), "Ann Lee (a-7)");
/// assert_eq!(scorecard::words::named("a-7", None), "a-7");
/// ```
pub fn named(value: &str, name: Option<&str>) -> String {
    name.map_or_else(|| value.to_owned(), |name| format!("{name} ({value})"))
}

/// The values a dimension is held to, with their names among `labels`: `Ann Lee (a-7) or none`.
pub fn held(dimension: &str, values: &[Option<String>], labels: &Labels) -> String {
    let name = |value: &str| labels.get(dimension).and_then(|names| names.get(value)).map(String::as_str);
    let shown = values.iter().map(|value| match value.as_deref() {
        Some(value) => named(value, name(value)),
        None => "none".to_owned(),
    });
    shown.collect::<Vec<_>>().join(" or ")
}

/// Whether a figure can be relied on: `still settling`; nothing more to say of a good one than `ok`.
pub fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::NoData => "no data",
        Quality::Withheld => "withheld",
        Quality::Suppressed => "too few to show",
        Quality::Settling => "still settling",
        Quality::NotReached => "not reached",
        Quality::Provisional => "provisional",
        Quality::LowN => "few",
        Quality::Ok => "ok",
    }
}

/// A share from 0 to 1, as of weights: `20 %`, `12.5 %`.
pub fn share(share: f64) -> String {
    let digits = usize::from((100.0 * share - (100.0 * share).round()).abs() > 0.05);
    format!("{} %", decimal(100.0 * share, digits))
}

/// A plain number with `digits` after the point: `1,234.5`.
pub fn number(value: f64, digits: usize) -> String {
    decimal(value, digits)
}

/// A day: `1 Oct 2026`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// `1 day late`, `4 days late`; none of what is not.
pub(crate) fn late(days: u32) -> Option<String> {
    match days {
        0 => None,
        1 => Some("1 day late".to_owned()),
        days => Some(format!("{days} days late")),
    }
}

/// A time as people say it, on the clocks of `zone`: `5 Nov 2026, 09:55`.
pub fn moment(at: Instant, zone: &TimeZone) -> String {
    at.timestamp().to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string()
}

/// A number of answers, tickets, contacts: `8,160`.
pub fn count(n: u64) -> String {
    group(&n.to_string())
}

/// `text` as the beginning of a sentence.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().collect::<String>() + characters.as_str()).unwrap_or_default()
}

/// Days from `from` until `to`, exclusive, as people write them: `1–31 Oct 2026`, `28 Oct – 24 Nov 2026`.
pub fn days(from: Date, to: Date) -> String {
    let last = to.yesterday().unwrap_or(to);
    let whole = |date: Date| date.strftime("%-d %b %Y").to_string();
    if last <= from {
        whole(from)
    } else if (from.year(), from.month()) == (last.year(), last.month()) {
        format!("{}–{}", from.day(), whole(last))
    } else if from.year() == last.year() {
        format!("{} – {}", from.strftime("%-d %b"), whole(last))
    } else {
        format!("{} – {}", whole(from), whole(last))
    }
}

/// A time as the terminal shows it: RFC 3339 to the second, on the clocks of `zone` and with its offset.
///
/// ```
/// let at: model::Instant = "2026-11-04T08:12:30.5Z".parse().unwrap();
/// let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").unwrap();
/// assert_eq!(scorecard::words::time(at, &zone), "2026-11-04T09:12:30+01:00");
/// ```
pub fn time(at: Instant, zone: &TimeZone) -> String {
    at.timestamp().to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Where a definition stands: `template default, not approved`.
pub fn definition_status(status: DefinitionStatus) -> &'static str {
    match status {
        DefinitionStatus::TemplateDefault => "template default, not approved",
        DefinitionStatus::Draft => "draft, not approved",
        DefinitionStatus::Approved => "approved",
        DefinitionStatus::Deprecated => "deprecated",
    }
}

/// Which way a change goes: `better`, `worse`; `unclear` where its interval includes none.
pub fn verdict(better: Option<bool>, direction: Direction) -> &'static str {
    match (better, direction) {
        (Some(true), _) => "better",
        (Some(false), _) => "worse",
        (None, Direction::Range) => "",
        (None, _) => "unclear",
    }
}

/// Two units, the smaller one rounded: `4 d 3 h`, `3 h 31 m`, `3 m 25 s`, `22 s`, `1.5 s`.
fn duration(seconds: f64) -> String {
    let size = seconds.abs();
    let text = if size < 10.0 && size.fract() > 0.0 {
        format!("{} s", decimal(size, 1))
    } else {
        // Rounded to the smaller unit before it is split, so that 59 m 59.7 s becomes 1 h and not 60 m.
        [("d", DAY, "h", HOUR), ("h", HOUR, "m", MINUTE), ("m", MINUTE, "s", 1.0)]
            .into_iter()
            .find_map(|(big, big_size, small, small_size)| {
                let steps = (size / small_size).round();
                let in_big = big_size / small_size;
                let (whole, rest) = ((steps / in_big).floor(), steps % in_big);
                match (whole >= 1.0, rest >= 1.0) {
                    (false, _) => None,
                    (true, false) => Some(format!("{} {big}", decimal(whole, 0))),
                    (true, true) => Some(format!("{} {big} {} {small}", decimal(whole, 0), decimal(rest, 0))),
                }
            })
            .unwrap_or_else(|| format!("{} s", decimal(size, 0)))
    };
    if seconds < 0.0 && is_something(&text) { format!("{MINUS}{text}") } else { text }
}

/// Every unit down to the second: `4 h 10 s`, `1 d 5 m`; of less than a second, and of what is left of one, tenths.
fn to_the_second(seconds: f64) -> String {
    let size = seconds.abs();
    let mut rest = size.floor();
    let mut parts = Vec::new();
    for (name, length) in [("d", DAY), ("h", HOUR), ("m", MINUTE)] {
        let whole = (rest / length).floor();
        rest -= whole * length;
        if whole >= 1.0 {
            parts.push(format!("{} {name}", decimal(whole, 0)));
        }
    }
    let left = rest + size.fract();
    let left = decimal(left, usize::from(is_something(&decimal(size.fract(), 1))));
    if is_something(&left) || parts.is_empty() {
        parts.push(format!("{left} s"));
    }
    let text = parts.join(" ");
    if seconds < 0.0 && is_something(&text) { format!("{MINUS}{text}") } else { text }
}

/// Digits after the point of a share: one that is not all is never rounded to all, nor one that is something to none.
fn percent_digits(value: f64) -> usize {
    let is_honest = |digits: &usize| {
        let shown = decimal(value.abs(), *digits);
        let (is_all, is_none) = (shown.starts_with("100") && !is_something(&shown[3..]), !is_something(&shown));
        (!is_all || value.abs() >= 100.0) && (!is_none || value == 0.0)
    };
    (1..4).find(is_honest).unwrap_or(4)
}

/// Digits of a difference: one that is something is not written as none.
pub fn difference_digits(change: f64) -> usize {
    (1..4).find(|digits| change == 0.0 || is_something(&decimal(change.abs(), *digits))).unwrap_or(4)
}

/// Digits after the point of a number of things, where it is a rate: of a hundred and more none; one that is something is
/// not written as none.
fn count_digits(value: f64) -> usize {
    if value.fract() != 0.0 && value.abs() < 100.0 { small_digits(value, 1) } else { 0 }
}

/// Most digits after the point.
const DIGITS_MAX: usize = 6;

/// At `least` so many digits, more where something would be written as none.
fn small_digits(value: f64, least: usize) -> usize {
    let is_honest = |digits: &usize| value == 0.0 || is_something(&decimal(value.abs(), *digits));
    (least..DIGITS_MAX).find(is_honest).unwrap_or(DIGITS_MAX)
}

/// Amounts of a thousand and more are told without their cents.
fn currency_digits(value: f64) -> usize {
    if value.abs() < 1000.0 { 2 } else { 0 }
}

fn signed(size: String, change: f64) -> String {
    match is_something(&size) {
        false => size,
        true if change > 0.0 => format!("+{size}"),
        true => format!("{MINUS}{size}"),
    }
}

/// Whether any digit of `text` is not 0.
fn is_something(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// `value` with `digits` after the point and commas between thousands. Halves are rounded away from 0, of the number
/// as people see it: 1.005 becomes 1.01, although its binary neighbour is a little less. Browsers do the same.
fn decimal(value: f64, digits: usize) -> String {
    let shortest = value.abs().to_string();
    let (whole, fraction) = shortest.split_once('.').unwrap_or((&shortest, ""));
    let mut kept: Vec<u8> = whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(digits)).collect();
    if fraction.as_bytes().get(digits).is_some_and(|next| *next >= b'5') {
        let carried = kept.iter_mut().rev().find_map(|digit| match *digit {
            b'9' => {
                *digit = b'0';
                None
            }
            _ => {
                *digit += 1;
                Some(())
            }
        });
        if carried.is_none() {
            kept.insert(0, b'1');
        }
    }
    let text = String::from_utf8_lossy(&kept).into_owned();
    let (whole, fraction) = text.split_at(text.len() - digits);
    let point = if digits > 0 { "." } else { "" };
    let sign = if value < 0.0 && is_something(&text) { MINUS.to_string() } else { String::new() };
    format!("{sign}{}{point}{fraction}", group(whole))
}

fn group(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use Unit::{Count, Percent, Points, Score, Seconds};

    #[test]
    fn values() {
        let check = |value: f64, unit: Unit, expected: &str| assert_eq!(figure(Some(value), unit), expected, "{value}");
        check(86.4, Percent, "86.4 %");
        check(86.25, Percent, "86.3 %");
        check(100.0 * 69.0 / 80.0, Percent, "86.3 %");
        check(0.0, Percent, "0.0 %");
        check(100.0, Percent, "100.0 %");
        check(99.96, Percent, "99.96 %");
        check(99.9996, Percent, "99.9996 %");
        check(0.04, Percent, "0.04 %");
        check(150.04, Percent, "150.0 %");
        check(5.5, Unit::Currency, "5.50");
        check(-1234.5, Unit::Currency, "−1,235");
        check(39.84, Points, "39.8");
        check(-4.25, Points, "−4.3");
        check(-0.04, Points, "0.0");
        check(4.2, Score, "4.20");
        check(4.555, Score, "4.56");
        check(81.25, Score, "81.25");
        check(0.0, Seconds, "0 s");
        check(0.4, Seconds, "0.4 s");
        check(9.96, Seconds, "10.0 s");
        check(22.0, Seconds, "22 s");
        check(59.6, Seconds, "1 m");
        check(205.0, Seconds, "3 m 25 s");
        check(3599.7, Seconds, "1 h");
        check(12_660.0, Seconds, "3 h 31 m");
        check(12_600.0, Seconds, "3 h 30 m");
        check(7229.0, Seconds, "2 h");
        check(86_399.0, Seconds, "1 d");
        check(90_000.0, Seconds, "1 d 1 h");
        check(1e8, Seconds, "1,157 d 10 h");
        check(-2160.0, Seconds, "−36 m");
        check(1435.0, Count, "1,435");
        check(999.0, Count, "999");
        check(1_000_000.0, Count, "1,000,000");
        check(12.5, Count, "12.5");
        check(1234.5, Count, "1,235");
        // complaints a contact
        check(0.0092, Count, "0.01");
        check(0.0042, Count, "0.004");
        check(0.0001, Count, "0.0001");
        check(0.25, Count, "0.3");
        check(-0.02, Count, "−0.02");
        check(1e-9, Count, "0.000000");
        check(0.004, Score, "0.004");
        assert_eq!(figure(Some(f64::INFINITY), Count), "–");
    }

    #[test]
    fn what_falls_short_is_not_rounded_to_its_goal() {
        let check = |value: f64, goal: Goal, unit: Unit, expected: &str| {
            assert_eq!(beside(Some(value), Some(&goal), unit), expected, "{value} {goal:?}");
        };
        check(79.98, Goal::AtLeast(80.0), Percent, "79.98 %");
        check(79.9996, Goal::AtLeast(80.0), Percent, "79.9996 %");
        check(80.0, Goal::AtLeast(80.0), Percent, "80.0 %");
        check(80.04, Goal::AtLeast(80.0), Percent, "80.0 %");
        check(80.04, Goal::AtMost(80.0), Percent, "80.04 %");
        check(85.03, Goal::Between { low: 75.0, high: 85.0 }, Percent, "85.03 %");
        check(74.97, Goal::Between { low: 75.0, high: 85.0 }, Percent, "74.97 %");
        check(99.998, Goal::AtLeast(100.0), Percent, "99.998 %");
        check(39.96, Goal::AtLeast(40.0), Points, "39.96");
        check(14_401.0, Goal::AtMost(14_400.0), Seconds, "4 h 1 s");
        check(14_399.0, Goal::AtMost(14_400.0), Seconds, "4 h");
        check(60.4, Goal::AtMost(60.0), Seconds, "1 m 0.4 s");
        check(86_700.0, Goal::AtMost(86_400.0), Seconds, "1 d 5 m");
        check(1000.4, Goal::AtMost(1000.0), Count, "1,000.4");
        check(1200.2, Goal::AtMost(1200.0), Unit::Currency, "1,200.2");
        // the limit of what is shown
        check(80.0 + 1e-9, Goal::AtMost(80.0), Percent, "80.0 %");

        let scored = |value: f64, expected: &str| assert_eq!(score(value), expected);
        scored(78.5, "78.5");
        scored(99.96, "99.96");
        scored(100.0, "100.0");
        scored(109.285, "109.3");
        assert_eq!([60.0, 62.5, 99.9].map(written), ["60", "62.5", "99.9"]);
    }

    #[test]
    fn rounding_is_of_the_number_as_written() {
        let check = |value: f64, digits: usize, expected: &str| assert_eq!(decimal(value, digits), expected);
        check(1.005, 2, "1.01");
        check(2.5, 0, "3");
        check(0.5, 0, "1");
        check(0.049_999, 1, "0.0");
        check(9.95, 1, "10.0");
        check(999.95, 1, "1,000.0");
        check(-999.95, 1, "−1,000.0");
        check(1e21, 0, "1,000,000,000,000,000,000,000");
        check(1e-9, 2, "0.00");
    }

    #[test]
    fn changes() {
        let check = |by: f64, unit: Unit, previous: f64, expected: &str| {
            assert_eq!(change(by, unit, Some(previous)), expected, "{by}");
        };
        check(1.2, Percent, 85.2, "+1.2 pp");
        check(-1.2, Percent, 85.2, "−1.2 pp");
        check(0.03, Percent, 85.2, "+0.03 pp");
        check(0.0, Percent, 85.2, "0.0 pp");
        check(2.06, Points, 37.0, "+2.1 pt");
        check(-2160.0, Seconds, 14_820.0, "−36 m");
        check(0.1, Score, 4.2, "+0.10");
        check(-0.004, Score, 4.2, "−0.004");
        check(47.0, Count, 1388.0, "+47 (+3.4 %)");
        check(-47.0, Count, 1388.0, "−47 (−3.4 %)");
        check(3.0, Count, 0.0, "+3");
        check(0.0, Count, 1388.0, "0 (0.0 %)");
    }

    #[test]
    fn margins_intervals_and_targets() {
        assert_eq!(width(0.7, Percent), "0.7 pp");
        assert_eq!(width(-205.0, Seconds), "3 m 25 s");
        assert_eq!(interval(Some(85.7), Some(87.1), Percent), "85.7–87.1 %");
        assert_eq!(interval(Some(-4.0), Some(2.0), Points), "−4.0 to 2.0");
        assert_eq!(interval(Some(12_000.0), Some(13_260.0), Seconds), "3 h 20 m – 3 h 41 m");
        assert_eq!(interval(Some(12_000.0), None, Seconds), "3 h 20 m or more");
        assert_eq!(interval(None, Some(12_000.0), Seconds), "up to 3 h 20 m");
        assert_eq!(goal(&Goal::AtLeast(88.0), Percent), "≥ 88.0 %");
        assert_eq!(goal(&Goal::AtMost(14_400.0), Seconds), "≤ 4 h");
        assert_eq!(goal(&Goal::Between { low: 75.0, high: 85.0 }, Percent), "75.0–85.0 %");
        assert_eq!(count(8160), "8,160");
    }

    #[test]
    fn a_margin_is_even_or_told_by_its_ends() {
        let check = |value: f64, (low, high): (f64, f64), unit: Unit, expected: &str| {
            assert_eq!(margin(value, Some(low), Some(high), unit), expected, "{value} in {low} to {high}");
        };
        check(86.4, (85.7, 87.1), Percent, "± 0.7 pp");
        check(86.4, (85.66, 87.05), Percent, "± 0.7 pp");
        check(20.0, (19.96, 20.04), Points, "± 0.04 pt");
        check(12_660.0, (12_455.0, 12_865.0), Seconds, "± 3 m 25 s");
        // 0.25 below and above, of which binary numbers make 0.2500000000000071 and 0.2499999999999929
        check(70.1, (69.85, 70.35), Percent, "± 0.3 pp");
        check(81.0, (72.2, 87.5), Percent, "72.2–87.5 %");
        check(98.3, (91.1, 99.7), Percent, "91.1–99.7 %");
        check(100.0, (98.4, 100.0), Percent, "98.4–100.0 %");
        check(16.7, (4.5, 42.7), Count, "4.5–42.7");
        check(1239.0, (240.0, 3446.0), Seconds, "4 m – 57 m 26 s");
        check(1239.0, (1000.0, 1478.0), Seconds, "± 3 m 59 s");
        // a ratio, which may be over 100
        check(120.0, (115.0, 125.0), Percent, "± 5.0 pp");
        // even, but more than there can be
        check(98.0, (95.0, 101.0), Percent, "95.0–101.0 %");
        check(1.0, (-1.0, 3.0), Count, "−1 to 3");
        // a net score may be less than nothing, and so may what a contact brings in
        check(2.0, (-4.0, 8.0), Points, "± 6.0 pt");
        check(2.0, (-4.0, 8.0), Unit::Currency, "± 6.00");
        assert_eq!(margin(12_000.0, Some(9000.0), None, Seconds), "2 h 30 m or more");
        assert_eq!(margin(12_000.0, None, None, Seconds), "");
    }

    #[test]
    fn ranges_of_days() {
        let check = |from: &str, to: &str, expected: &str| {
            assert_eq!(days(from.parse().unwrap(), to.parse().unwrap()), expected);
        };
        check("2026-10-01", "2026-11-01", "1–31 Oct 2026");
        check("2026-10-28", "2026-11-25", "28 Oct – 24 Nov 2026");
        check("2025-12-28", "2026-01-25", "28 Dec 2025 – 24 Jan 2026");
        check("2026-10-05", "2026-10-06", "5 Oct 2026");
    }
}
