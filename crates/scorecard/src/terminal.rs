//! The card in a terminal: plain text, status by word and shape, never by colour.

use catalogue::answer::Quality;
use catalogue::metric::Unit;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::card::{Card, Scorecard};
use crate::changes::verdict;
use crate::gate::GateStatus;
use crate::project::Course;
use crate::review::{ApprovalStatus, ClosedPeriod, EarlierClose, SinceClosed, standing};
use crate::score::{CAP, CapKind, Total};
use crate::status::Status;
use crate::words;

/// Widest the card is drawn.
const COLUMNS_MAX: usize = 110;
/// Narrowest.
const COLUMNS_MIN: usize = 40;
/// Narrowest a name is cut to before a column is left out.
const NAME_MIN: usize = 22;
const GAP: &str = "  ";
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
    table(scorecard, width, &mut lines);
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
        "restated since"
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
        text.push_str(&format!(", as defined on {}", words::day(day)));
    }
    if let Some(watermark) = scorecard.watermark {
        text.push_str(&format!(", loaded through {}", words::time(watermark, zone)));
    }
    text
}

/// A column: its head, whether numbers stand in it, and in which order it is left out; 0 for never.
struct Column {
    head: &'static str,
    is_number: bool,
    expendable: usize,
    cell: fn(&Card) -> String,
}

const COLUMNS: [Column; 8] = [
    Column { head: "", is_number: false, expendable: 0, cell: |card| format!("  {}", plain(&card.name)) },
    Column { head: "value", is_number: true, expendable: 0, cell: value },
    Column { head: "margin", is_number: true, expendable: 2, cell: margin },
    Column { head: "n", is_number: true, expendable: 1, cell: |card| words::count(card.n) },
    Column { head: "target", is_number: true, expendable: 4, cell: target },
    Column { head: "change", is_number: true, expendable: 3, cell: change },
    Column { head: "score", is_number: true, expendable: 5, cell: |card| points(card.score) },
    Column { head: "status", is_number: false, expendable: 0, cell: status },
];

pub(crate) fn value(card: &Card) -> String {
    match card.quality {
        Quality::Suppressed => too_few(card.numerator, card.denominator, card.n, card.unit),
        _ => words::figure(card.value, card.unit),
    }
}

/// Of too few only how many: of a share k of n, which a net score does not have.
pub(crate) fn too_few(numerator: Option<f64>, denominator: Option<f64>, n: u64, unit: Unit) -> String {
    match (numerator, denominator) {
        (Some(numerator), Some(denominator)) if unit == Unit::Percent => format!("{numerator} of {denominator}"),
        _ => format!("{} only", words::count(n)),
    }
}

/// As [`margin_of`].
pub(crate) fn margin(card: &Card) -> String {
    margin_of(card.value, (card.low, card.high), card.sampled, card.unit)
}

/// How well a figure is known, see [`words::margin`]; of one that is no sample's that it is a full count.
pub(crate) fn margin_of(
    value: Option<f64>,
    (low, high): (Option<f64>, Option<f64>),
    sampled: bool,
    unit: Unit,
) -> String {
    match value {
        Some(_) if !sampled => "full count".to_owned(),
        Some(value) => words::margin(value, low, high, unit),
        None => String::new(),
    }
}

fn target(card: &Card) -> String {
    card.target.as_ref().map_or_else(String::new, |target| words::goal(&target.goal(card.direction), card.unit))
}

/// `+1.2 pp better`, without the relative size of a count, for which there is no room.
fn change(card: &Card) -> String {
    let Some(by) = card.change.as_ref().and_then(|change| change.value) else { return String::new() };
    format!("{} {}", words::difference(by, card.unit), verdict(card)).trim_end().to_owned()
}

fn status(card: &Card) -> String {
    format!("{} {}", card.status.symbol(), status_words(card))
}

/// What is said of a figure that has no target to be judged by.
pub(crate) const NO_TARGET: &str = "no target";

/// A KPI's status in words. One that has a figure is never said to have no data: what it lacks is a target.
pub(crate) fn status_words(card: &Card) -> &'static str {
    if is_unjudged(card) { NO_TARGET } else { card.status.words() }
}

fn is_unjudged(card: &Card) -> bool {
    card.target.is_none() && card.value.is_some()
}

/// How many KPIs stand where, in the words that their rows have; only those that there are.
pub(crate) fn standings(scorecard: &Scorecard) -> Vec<(Status, &'static str, usize)> {
    let unjudged = scorecard.kpis.iter().filter(|card| is_unjudged(card)).count();
    let judged = Status::ALL.into_iter().map(|status| {
        let of_them = if status == Status::NoData { unjudged } else { 0 };
        (status, status.words(), scorecard.counts.get(status).saturating_sub(of_them))
    });
    judged.chain([(Status::NoData, NO_TARGET, unjudged)]).filter(|(_, _, count)| *count > 0).collect()
}

fn table(scorecard: &Scorecard, width: usize, lines: &mut Vec<String>) {
    let width_of = |column: &Column| {
        let cells = scorecard.kpis.iter().map(|card| (column.cell)(card).width());
        cells.chain([column.head.width()]).max().unwrap_or(0)
    };
    let mut columns: Vec<(&Column, usize)> = COLUMNS.iter().map(|column| (column, width_of(column))).collect();
    let name = columns[0].1;
    // A column without any cell, as without comparison, only takes room.
    columns.retain(|(column, _)| scorecard.kpis.iter().any(|card| !(column.cell)(card).is_empty()));
    let rest = |columns: &[(&Column, usize)]| columns.iter().skip(1).map(|(_, width)| GAP.len() + width).sum::<usize>();
    while rest(&columns) + name.min(NAME_MIN) > width {
        let next = columns.iter().map(|(column, _)| column.expendable).filter(|order| *order > 0).min();
        let Some(next) = next else { break };
        columns.retain(|(column, _)| column.expendable != next);
    }
    if let Some(first) = columns.first().map(|(column, _)| *column) {
        columns[0] = (first, name.min(width.saturating_sub(rest(&columns)).max(1)));
    }
    let line = |cells: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().map(|(column, width)| fit(&cells(column), *width, column.is_number));
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    lines.push(line(&|column| column.head.to_owned()));
    for perspective in &scorecard.perspectives {
        let of_it = || scorecard.kpis.iter().filter(|card| card.perspective == perspective.id);
        if of_it().next().is_none() {
            continue;
        }
        let share = words::figure(Some(100.0 * perspective.weight), Unit::Percent);
        let share = share.replace(".0 %", " %");
        let score = perspective.score.map_or_else(String::new, |score| format!(", score {}", points(Some(score))));
        lines.push(cut(&format!("{} ({share}{score})", plain(&perspective.name)), width));
        for card in of_it() {
            lines.push(line(&|column| (column.cell)(card)));
        }
    }
}

/// `text` cut or filled up to `width`, to the right where it is a number.
fn fit(text: &str, width: usize, is_number: bool) -> String {
    let text = cut(text, width);
    let space = " ".repeat(width.saturating_sub(text.width()));
    if is_number { space + &text } else { text + &space }
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
mod tests {
    use model::calendar::Compare;

    use super::*;
    use crate::fixture::{card, definition};
    use crate::project::{Projection, Verdict};
    use crate::review::{Approval, SinceClosed, SinceOf};

    #[test]
    fn a_projection_is_cut_at_what_there_can_be() {
        let definition = definition(crate::COMPANY.1);
        let check = |id: &str, (low, value, high): (f64, f64, f64), course: Course, expected: &str| {
            let projection = Projection {
                deadline: jiff::civil::Date::constant(2027, 12, 31),
                value,
                low,
                high,
                chance: 0.97,
                verdict: Verdict::Will,
                points: 12,
                course,
            };
            let known = crate::fixture::kpi_card(definition.kpi(id).unwrap());
            let told = super::projection(&Card { projection: Some(projection), ..known }).unwrap();
            let (_, told) = told.split_once("31 Dec 2027: ").unwrap();
            assert_eq!(told, format!("{expected}, will make it (chance 97 %)"));
        };
        let (possible, falls, rises) = (Course::Possible, Course::FallsTooFast, Course::RisesTooFast);
        check("first_response_time", (3480.0, 4800.0, 6000.0), possible, "1 h 20 m (58 m – 1 h 40 m)");
        check("first_response_time", (0.0, 600.0, 3402.0), possible, "10 m (up to 56 m 42 s)");
        check("first_response_time", (0.0, 0.0, 3402.0), falls, "falls faster than can go on (up to 56 m 42 s)");
        check("first_response_time", (0.0, 0.0, 0.0), falls, "falls faster than can go on");
        check("abandonment_rate", (88.0, 100.0, 100.0), rises, "rises faster than can go on (88.0 % or more)");
        check("abandonment_rate", (4.0, 4.0, 4.0), possible, "4.0 %");
    }

    fn company() -> Scorecard {
        card(&definition(crate::COMPANY.1), Some(Compare::Prev), None)
    }

    #[test]
    fn a_cap_is_told_where_it_lowers_the_total() {
        let check = |score: Option<f64>, uncapped: Option<f64>, expected: &str| {
            let mut card = company();
            (card.total.score, card.total.uncapped) = (score, uncapped);
            assert_eq!(headline(&card).first().unwrap(), expected);
        };
        let low = "✗ Cost and flow: 20.8, below its floor of 40.0";
        check(Some(60.0), Some(72.1), &format!("{low}: the total is capped at 60"));
        check(Some(34.6), Some(34.6), low);
        check(None, None, low);
    }

    #[test]
    fn a_full_count_has_no_margin() {
        let interval = (Some(72.2), Some(87.5));
        assert_eq!(margin_of(Some(81.0), interval, true, Unit::Percent), "72.2–87.5 %");
        assert_eq!(margin_of(Some(81.0), (None, None), false, Unit::Percent), "full count");
        assert_eq!(margin_of(Some(81.0), (None, None), true, Unit::Percent), "");
        assert_eq!(margin_of(None, (None, None), false, Unit::Percent), "");
    }

    #[test]
    fn the_company_card() {
        insta::assert_snapshot!(text(&company(), 110, &TimeZone::UTC), @r"
        Company scorecard · template default, not approved
        Every customer gets a right answer, fast, without effort — at a cost we can sustain.
        1–31 Oct 2026 against 1–30 Sep 2026, loaded through 2026-11-05T08:55:00+00:00

        ✗ Cost and flow: 20.8, below its floor of 40.0
        Total 52.8 (100 is on target), over 85 % of the weight
        ✓ 1 on target · ▲ 3 within tolerance · ✗ 1 off target · ≈ 1 too close to call · – 1 no data

        What changed
        · First response time fell by 21 m 40 s to 1 h 40 m, better
        · Unresolved backlog rose by 125 (+27.2 %) to 585, worse
        · Customer satisfaction rose by 3.2 pp to 86.0 %, better

                                   value               margin    target             change  score  status
        Satisfaction (55 %, score 70.3)
          Customer satisfacti…    86.0 %          84.4–87.5 %  ≥ 88.0 %     +3.2 pp better   80.0  ▲ within tolerance
          First response time   1 h 40 m  1 h 37 m – 1 h 44 m     ≤ 2 h  −21 m 40 s better  106.7  ✓ on target
          Service level           76.0 %             ± 0.8 pp  ≥ 80.0 %    +0.1 pp unclear   20.0  ▲ within tolerance
          Abandonment rate         5.8 %            4.8–7.0 %   ≤ 5.0 %    −0.2 pp unclear   73.0  ≈ too close to call
        Loyalty (15 %)
          Net Promoter Score     25 only                         ≥ 30.0                            – no data
        Cost and flow (30 %, score 20.8)
          Full resolution time  5 h 10 m  4 h 35 m – 5 h 50 m     ≤ 4 h       −5 m unclear   41.7  ▲ within tolerance
          Unresolved backlog         585           full count     ≤ 200         +125 worse    0.0  ✗ off target

        Still settling: Customer satisfaction
        ");
    }

    #[test]
    fn a_narrow_card() {
        insta::assert_snapshot!(text(&company(), 60, &TimeZone::UTC), @r"
        Company scorecard · template default, not approved
        Every customer gets a right answer, fast, without effort —
        at a cost we can sustain.
        1–31 Oct 2026 against 1–30 Sep 2026, loaded through
        2026-11-05T08:55:00+00:00

        ✗ Cost and flow: 20.8, below its floor of 40.0
        Total 52.8 (100 is on target), over 85 % of the weight
        ✓ 1 on target · ▲ 3 within tolerance · ✗ 1 off target ·
        ≈ 1 too close to call · – 1 no data

        What changed
        · First response time fell by 21 m 40 s to 1 h 40 m, better
        · Unresolved backlog rose by 125 (+27.2 %) to 585, worse
        · Customer satisfaction rose by 3.2 pp to 86.0 %, better

                                   value  score  status
        Satisfaction (55 %, score 70.3)
          Customer satisfacti…    86.0 %   80.0  ▲ within tolerance
          First response time   1 h 40 m  106.7  ✓ on target
          Service level           76.0 %   20.0  ▲ within tolerance
          Abandonment rate         5.8 %   73.0  ≈ too close to call
        Loyalty (15 %)
          Net Promoter Score     25 only         – no data
        Cost and flow (30 %, score 20.8)
          Full resolution time  5 h 10 m   41.7  ▲ within tolerance
          Unresolved backlog         585    0.0  ✗ off target

        Still settling: Customer satisfaction
        ");
    }

    #[test]
    fn what_the_journal_says_is_told() {
        let mut card = company();
        let approval = |status, by: &str, waits: Option<&str>| Approval {
            status,
            by: Some(by.to_owned()),
            on: Some("2026-11-02".parse().unwrap()),
            waits_for_second: waits.map(str::to_owned),
        };
        let title = |card: &Scorecard| text(card, 100, &TimeZone::UTC).lines().next().unwrap_or_default().to_owned();
        use ApprovalStatus::{Approved, ChangedSinceApproval, Draft, Retired, TemplateDefault};
        let mut check = |approval: Approval, expected: &str| {
            card.approval = Some(approval);
            assert_eq!(title(&card), format!("Company scorecard · {expected}"));
        };
        check(approval(Approved, "Anna and Bert", None), "approved by Anna and Bert on 2 Nov 2026");
        check(approval(ChangedSinceApproval, "Anna", None), "changed since its approval by Anna on 2 Nov 2026");
        let first = Approval { by: None, on: None, ..approval(Draft, "", Some("Anna")) };
        check(first.clone(), "draft, not approved, signed by Anna, waiting for a second person");
        let template = Approval { status: TemplateDefault, waits_for_second: None, ..first };
        check(template, "template default, not approved");

        let on = "2026-11-02".parse().unwrap();
        let total = card.total.score;
        card.closed = Some(ClosedPeriod {
            on,
            by: "Anna".to_owned(),
            provisional: true,
            reason: None,
            total,
            earlier: Vec::new(),
            changed: Vec::new(),
        });
        card.kpis[0].approval = Some(approval(ChangedSinceApproval, "Anna", None));
        let section = |card: &Scorecard| {
            let text = text(card, 110, &TimeZone::UTC);
            let lines = text.lines().skip_while(|line| !line.starts_with("Closed")).take_while(|line| !line.is_empty());
            (lines.collect::<Vec<_>>().join("\n"), text.contains("Changed since approval: Customer satisfaction"))
        };
        let unchanged = "Closed provisionally on 2026-11-02 by Anna; no figure has changed since".to_owned();
        assert_eq!(section(&card), (unchanged.clone(), true));
        let set = |card: &mut Scorecard, total, changed: Vec<SinceClosed>| {
            card.closed = card.closed.take().map(|closed| ClosedPeriod { total, changed, ..closed });
        };
        card.kpis[1].approval = Some(approval(Retired, "Anna and Bert", None));
        let note =
            "First response time: retired by Anna and Bert on 2 Nov 2026; still on the card: take it out of its file";
        let shown = text(&card, 110, &TimeZone::UTC);
        assert!(shown.contains(note), "{shown}");
        // another total alone is told
        set(&mut card, Some(60.0), vec![]);
        assert_eq!(section(&card).0, format!("{unchanged}, but the card has, the total was 60.0"));
        let since = |id: &str, figure, sentence: &str| SinceClosed {
            of: SinceOf::Kpi,
            id: id.to_owned(),
            figure,
            sentence: sentence.to_owned(),
        };
        let judged = since("csat_t2b", false, "Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now");
        set(&mut card, total, vec![judged.clone()]);
        insta::assert_snapshot!(section(&card).0, @r"
        Closed provisionally on 2026-11-02 by Anna; no figure has changed since, but the card has
        · Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now
        ");
        set(&mut card, total, vec![judged, since("nps", true, "Net Promoter Score 30.0 then, – now")]);
        insta::assert_snapshot!(section(&card).0, @r"
        Closed provisionally on 2026-11-02 by Anna; restated since
        · Customer satisfaction: target ≥ 90.0 % then, ≥ 88.0 % now
        · Net Promoter Score 30.0 then, – now
        ");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut card = company();
        card.kpis[0].name = "Kundenzufriedenheit 顧客満足度 über alle Kanäle, Länder und Sprachen hinweg".to_owned();
        card.kpis[1].name = "line\nbreak \u{1b}[31mand colour".to_owned();
        card.perspectives[0].name = "a perspective with quite a long name ".repeat(5);
        card.title = "x".repeat(300);
        for columns in 0..140 {
            let text = text(&card, columns, &TimeZone::UTC);
            let widest = text.lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(columns.clamp(40, 110)), "{columns}\n{text}");
            assert!(!text.contains('\u{1b}'));
            for status in card.kpis.iter().map(|kpi| kpi.status.words()) {
                assert!(text.contains(status), "{columns}\n{text}");
            }
        }
    }
}
