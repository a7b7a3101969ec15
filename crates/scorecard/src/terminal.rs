//! The card in a terminal: plain text, status by word and shape, never by colour.

mod table;

use catalogue::answer::Quality;
use catalogue::metric::Unit;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::card::{Card, Scorecard};
use crate::gate::GateStatus;
use crate::project::Course;
use crate::review::{ApprovalStatus, ClosedPeriod, EarlierClose, SinceClosed, standing};
use crate::score::{CAP, CapKind, Total};
use crate::words;

pub(crate) use table::{NO_TARGET, margin, margin_of, standings, status_words, too_few, value};

/// Widest the card is drawn.
const COLUMNS_MAX: usize = 110;
/// Narrowest.
const COLUMNS_MIN: usize = 40;
/// A space that no line ends at; written as a plain one.
const NO_BREAK: &str = "\u{a0}";

/// `scorecard` as lines of text no wider than `columns` (taken as 40 to 110), times on the clocks of `zone`: what caps the
/// total comes first. Where that is too narrow for the table, first n, then the margin, then the change, the target and
/// the score are left out.
pub fn text(scorecard: &Scorecard, columns: usize, zone: &TimeZone) -> String {
    let width = columns.clamp(COLUMNS_MIN, COLUMNS_MAX);
    let mut lines = Vec::new();
    let title = format!("{} · {}", scorecard.title, standing(scorecard.status, scorecard.approval.as_ref()));
    wrap(&title, "", width, &mut lines);
    wrap(&scorecard.value_proposition, "", width, &mut lines);
    wrap(&period(scorecard, zone), "", width, &mut lines);
    lines.push(String::new());
    for line in headline(scorecard) {
        wrap(&line, "  ", width, &mut lines);
    }
    let counts: Vec<String> = standings(scorecard)
        .into_iter()
        .map(|(status, words, count)| format!("{} {count} {words}", status.symbol()).replace(' ', NO_BREAK))
        .collect();
    wrap(&counts.join(" · "), "", width, &mut lines);
    if !scorecard.changes.is_empty() {
        lines.push(String::new());
        lines.push("What changed".to_owned());
        for change in &scorecard.changes {
            wrap(&format!("· {}", change.text), "  ", width, &mut lines);
        }
    }
    restated(scorecard, width, &mut lines);
    lines.push(String::new());
    table::draw(scorecard, width, &mut lines);
    let by_deadline: Vec<String> = scorecard.kpis.iter().filter_map(projection).collect();
    if !by_deadline.is_empty() {
        lines.push(String::new());
        lines.push("By the deadline, if it goes on like this".to_owned());
        for line in by_deadline {
            wrap(&line, "  ", width, &mut lines);
        }
    }
    let mut reasons: Vec<&str> = scorecard.kpis.iter().filter_map(|card| card.reason.as_deref()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let reasons = reasons.into_iter().map(|reason| {
        let of_it = scorecard.kpis.iter().filter(|card| card.reason.as_deref() == Some(reason));
        format!("{}: {reason}", of_it.map(|card| card.name.as_str()).collect::<Vec<_>>().join(", "))
    });
    let notes: Vec<String> = [
        (Quality::Settling, "Still settling"),
        (Quality::Provisional, "Provisional"),
        (Quality::NotReached, "Not reached"),
        (Quality::LowN, "Low n"),
        (Quality::Withheld, "Withheld, being about too few people"),
    ]
    .into_iter()
    .filter_map(|(quality, words)| {
        let names: Vec<&str> =
            scorecard.kpis.iter().filter(|card| card.quality == quality).map(|card| card.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{words}: {}", names.join(", ")))
    })
    .chain(scorecard.to_sign.clone())
    .chain(changed_since_approval(scorecard))
    .chain(scorecard.kpis.iter().filter_map(retired))
    .chain(scorecard.retired_definitions.iter().map(|one| one.sentence.replace('`', "")))
    .chain(reasons)
    .chain(left_out(scorecard))
    .collect();
    if !notes.is_empty() {
        lines.push(String::new());
        for note in notes {
            wrap(&note, "  ", width, &mut lines);
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// The KPIs whose entry is another than what was approved, as a note.
fn changed_since_approval(scorecard: &Scorecard) -> Option<String> {
    let is_changed = |card: &&Card| {
        card.approval.as_ref().is_some_and(|approval| approval.status == ApprovalStatus::ChangedSinceApproval)
    };
    let names: Vec<&str> = scorecard.kpis.iter().filter(is_changed).map(|card| card.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("Changed since approval: {}", names.join(", ")))
}

/// That people took a KPI out of use, as a note: the file still has it, and it counts.
fn retired(card: &Card) -> Option<String> {
    let approval = card.approval.as_ref().filter(|approval| approval.status == ApprovalStatus::Retired)?;
    Some(format!("{}: {}", card.name, approval.words_on_card()))
}

/// How the period was closed, and what is otherwise since: figures, and what they are judged by.
fn restated(scorecard: &Scorecard, width: usize, lines: &mut Vec<String>) {
    let Some(closed) = &scorecard.closed else { return };
    lines.push(String::new());
    for (head, changed) in earlier(closed, &|day| day.to_string()) {
        wrap(&head, "  ", width, lines);
        for one in changed {
            wrap(&format!("· {}", one.sentence), "  ", width, lines);
        }
    }
    let was = closed.total.filter(|_| points(closed.total) != points(scorecard.total.score));
    let was = was.map_or_else(String::new, |was| format!(", the total was {}", points(Some(was))));
    wrap(&format!("{}{was}", closing(scorecard, closed, &closed.on.to_string())), "  ", width, lines);
    for one in &closed.changed {
        wrap(&format!("· {}", one.sentence), "  ", width, lines);
    }
}

/// How a period had been closed before it was closed again, each time with what was otherwise the next time:
/// `First closed on 2026-11-02 by Ada with a total of 60.1; restated when it was closed again`, days as they are told there.
pub(crate) fn earlier<'c>(closed: &'c ClosedPeriod, day: &dyn Fn(Date) -> String) -> Vec<(String, &'c [SinceClosed])> {
    let told = |(place, one): (usize, &'c EarlierClose)| {
        let how = if place == 0 { "First closed" } else { "Closed again" };
        let how = if one.provisional { format!("{how} provisionally") } else { how.to_owned() };
        let reason = one.reason.as_ref().filter(|_| place > 0);
        let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        let total = one.total.map_or_else(String::new, |total| format!(" with a total of {}", points(Some(total))));
        let then = match (one.changed.iter().any(|one| one.figure), one.changed.is_empty()) {
            (true, _) => "restated when it was closed again",
            (false, true) => "with the same figures when it was closed again",
            (false, false) => "judged otherwise when it was closed again",
        };
        (format!("{how} on {} by {}{reason}{total}; {then}", day(one.on), one.by), one.changed.as_slice())
    };
    closed.earlier.iter().enumerate().map(told).collect()
}

/// `Closed on 2026-11-02 by Ada; restated since`, the day as it is told there.
pub(crate) fn closing(scorecard: &Scorecard, closed: &ClosedPeriod, on: &str) -> String {
    let how = if closed.earlier.is_empty() { "Closed" } else { "Closed again" };
    let how = if closed.provisional { format!("{how} provisionally") } else { how.to_owned() };
    let reason = closed.reason.as_ref().filter(|_| !closed.earlier.is_empty());
    let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    let then = if closed.changed.iter().any(|one| one.figure) {
        if closed.hours_changed {
            "restated since, and working hours or holidays were written anew since"
        } else {
            "restated since"
        }
    } else if closed.changed.is_empty()
        && closed.total.is_none_or(|_| points(closed.total) == points(scorecard.total.score))
    {
        "no figure has changed since"
    } else {
        "no figure has changed since, but the card has"
    };
    format!("{how} on {on} by {}{reason}; {then}", closed.by)
}

/// What caps the total and how every gate stands, red ones first, then the total.
pub(crate) fn headline(scorecard: &Scorecard) -> Vec<String> {
    let gates = |status: GateStatus, symbol: char, more: &str| -> Vec<String> {
        let found = scorecard.gates.iter().filter(|gate| gate.status == status);
        found.map(|gate| format!("{symbol} {}{more}", gate.sentence)).collect()
    };
    let capped = if is_capped(scorecard) { format!(": the total is capped at {CAP}") } else { String::new() };
    let mut lines = gates(GateStatus::Red, '✗', &capped);
    for cap in scorecard.total.caps.iter().filter(|cap| cap.kind == CapKind::Floor) {
        if let Some(one) = scorecard.perspectives.iter().find(|one| one.id == cap.id) {
            let (score, floor) = (points(one.score), points(Some(one.floor)));
            lines.push(format!("✗ {}: {score}, below its floor of {floor}{capped}", one.name));
        }
    }
    lines.extend(gates(GateStatus::Unknown, '–', ""));
    lines.extend(gates(GateStatus::Green, '✓', ""));
    let total = &scorecard.total;
    let share = words::figure(Some(100.0 * total.scored_weight), Unit::Percent).replace(".0 %", " %");
    lines.push(match (total.score, total.uncapped) {
        (None, _) if total.scored_weight == 0.0 => {
            "No total: no KPI has a score, which takes a value, a target and a baseline".to_owned()
        }
        (None, _) => format!("No total: only {share} of the weight has a score"),
        (Some(score), Some(uncapped)) => {
            let capped =
                if score < uncapped { format!(" instead of {}", points(Some(uncapped))) } else { String::new() };
            let part = if total.scored_weight < 1.0 { format!(", over {share} of the weight") } else { String::new() };
            format!("Total {}{capped} (100 is on target){part}", points(Some(score)))
        }
        (Some(score), None) => format!("Total {}", points(Some(score))),
    });
    lines
}

/// Whether what caps the total lowers it: one below the cap by itself is not capped.
pub(crate) fn is_capped(scorecard: &Scorecard) -> bool {
    let Total { score, uncapped, .. } = scorecard.total;
    matches!((score, uncapped), (Some(score), Some(uncapped)) if score < uncapped)
}

/// A score: `84.3`; nothing where there is none.
pub(crate) fn points(score: Option<f64>) -> String {
    score.map_or_else(String::new, |score| words::figure(Some(score), Unit::Points))
}

/// `· First response time on 31 Mar 2027: 1 h 20 m (58 m – 1 h 40 m), will make it (chance 93 %)`.
pub(crate) fn projection(card: &Card) -> Option<String> {
    let found = card.projection?;
    let (least, most) = (words::possible(found.low, card.unit).0, words::possible(found.high, card.unit).1);
    // an end that was cut is no end
    let ends = (Some(found.low).filter(|low| *low > least), Some(found.high).filter(|high| *high < most));
    let range = match ends {
        (None, None) => String::new(),
        _ if found.high - found.low < 1e-9 => String::new(),
        (low, high) => format!(" ({})", words::interval(low, high, card.unit)),
    };
    let value = match found.course {
        Course::Possible => words::figure(Some(found.value), card.unit),
        course => course.words().to_owned(),
    };
    let day =
        found.deadline.tomorrow().map_or_else(|_| found.deadline.to_string(), |next| words::days(found.deadline, next));
    let chance = match 100.0 * found.chance {
        percent if percent < 0.5 && found.chance > 0.0 => "under 1 %".to_owned(),
        percent if percent >= 99.5 && found.chance < 1.0 => "over 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    };
    Some(format!("· {} on {day}: {value}{range}, {} (chance {chance})", card.name, found.verdict.words()))
}

/// KPIs that the data cannot support.
fn left_out(scorecard: &Scorecard) -> Option<String> {
    let names = scorecard.left_out.iter().map(|one| match one.needs.is_empty() {
        true => one.name.clone(),
        false => format!("{} (needs {})", one.name, one.needs.join(", ")),
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("Left out for want of data: {}", names.join("; ")))
}

fn period(scorecard: &Scorecard, zone: &TimeZone) -> String {
    let mut text = words::days(scorecard.range.from, scorecard.range.to);
    if let Some(compared) = &scorecard.compared {
        text.push_str(" against ");
        text.push_str(&words::days(compared.from, compared.to));
    }
    for (name, values) in &scorecard.only {
        text.push_str(&format!(", only {name} {}", words::held(name, values, &scorecard.labels)));
    }
    if let Some(day) = scorecard.as_defined_on {
        text.push_str(&format!(", as defined on {}, in working hours of today", words::day(day)));
    }
    if let Some(watermark) = scorecard.watermark {
        text.push_str(&format!(", loaded through {}", words::time(watermark, zone)));
    }
    text
}

/// `text`, its end replaced by an ellipsis where it is wider than `width`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

/// Text of a person's file on one line, without control characters, which a terminal would obey.
fn plain(text: &str) -> String {
    text.split(|character: char| character.is_whitespace() && !NO_BREAK.contains(character))
        .map(|word| word.chars().filter(|character| !character.is_control()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `text` over as many lines as it takes; the later ones begin with `indent`.
fn wrap(text: &str, indent: &str, width: usize, lines: &mut Vec<String>) {
    let mut push = |line: &str| lines.push(cut(&line.replace(NO_BREAK, " "), width));
    let mut line = String::new();
    for word in plain(text).split(' ').filter(|word| !word.is_empty()) {
        if !line.trim().is_empty() && line.width() + 1 + word.width() > width {
            push(&line);
            line = indent.to_owned();
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.trim().is_empty() {
        push(&line);
    }
}

#[cfg(test)]
mod tests;
