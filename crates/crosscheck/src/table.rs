//! Plain tables for the terminal.

use std::collections::BTreeSet;

use catalogue::answer::{Answer, AnswerRow, Quality};
use catalogue::metric::Unit;
use scorecard::words;
use unicode_width::UnicodeWidthStr;

/// A whole number with thousands separated.
pub fn count(n: u64) -> String {
    words::count(n)
}

/// Text of data on one line, without control characters, which a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Rows of cells, the columns after `left` aligned to the right.
pub fn render(header: &[String], rows: &[Vec<String>], left: usize) -> String {
    let width = |column: usize| {
        rows.iter()
            .chain([&header.to_vec()])
            .filter_map(|row| row.get(column))
            .map(|cell| cell.width())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let gap = " ".repeat(width - cell.width());
            if column < left { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(header), widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  ")];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n") + "\n"
}

/// `rows` with the last column broken at blanks, so that the table is no wider than `most`: what does not fit goes on in
/// rows of its own, and begins where its first line does.
pub fn wrapped(rows: &[Vec<String>], header: &[String], most: usize) -> Vec<Vec<String>> {
    let Some(last) = header.len().checked_sub(1) else { return rows.to_vec() };
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(header.get(column));
        cells.map(|cell| cell.width()).max().unwrap_or(0)
    };
    // a column for reasons takes some room, however little is left
    let room = most.saturating_sub((0..last).map(|column| widest(column) + 2).sum()).max(30);
    let mut found = Vec::new();
    for row in rows {
        let text = row.get(last).map(String::as_str).unwrap_or_default();
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) if line.width() + 1 + word.width() <= room => *line += &format!(" {word}"),
                _ => lines.push(word.to_owned()),
            }
        }
        for (number, line) in lines.into_iter().enumerate() {
            let mut cells: Vec<String> = match number {
                0 => row.iter().take(last).cloned().collect(),
                _ => vec![String::new(); last],
            };
            let gap = " ".repeat(room.saturating_sub(line.width()));
            cells.push(line + &gap);
            found.push(cells);
        }
    }
    found
}

/// Why figures about staff are withheld.
pub const WITHHELD: &str = "withheld: about fewer people than are told, or a figure about fewer would follow by \
subtraction from another breakdown, filter or time; working time is told by whole months, reasons of leaving by whole fiscal years";

/// The dimensions of `rows`: those of `by` in their order, then any other.
pub fn dimensions<'a>(rows: impl Iterator<Item = &'a AnswerRow>, by: &[String]) -> Vec<String> {
    let found: BTreeSet<&String> = rows.flat_map(|row| row.by.keys()).collect();
    let mut names: Vec<String> = Vec::new();
    for name in by.iter().filter(|name| found.contains(name)).chain(found.iter().copied()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// One answer as a table, dimensions in the order of `by`.
pub fn answer(answer: &Answer, by: &[String]) -> String {
    let unit = unit(&answer.unit);
    let dimensions = dimensions(answer.rows.iter(), by);
    let compared = answer.rows.iter().any(|row| row.compare.is_some());
    let parts = answer.rows.iter().any(|row| row.denominator.is_some());
    let mut header = vec!["period".to_owned()];
    header.extend(dimensions.iter().cloned());
    let left = header.len();
    let above = answer.line_unit.and_then(|units| units.numerator).unwrap_or(Unit::Count);
    let in_money = |name: &str, unit: Unit| match &answer.currency {
        Some(currency) if unit == Unit::Currency => format!("{name}, {currency}"),
        _ => name.to_owned(),
    };
    header.extend([in_money(&answer.statistic, unit), "95 % interval".to_owned(), "n".to_owned()]);
    // what stands above a line is a part of n, of a figure made of others something else
    let is_part = |row: &AnswerRow| row.denominator.is_none_or(|below| below.total_cmp(&(row.n as f64)).is_eq());
    let is_of_n = answer.statistic != "value" || answer.rows.iter().all(is_part);
    if parts {
        header.push(in_money(if is_of_n { "of which" } else { "above the line" }, above));
    }
    if compared {
        header.extend(["before".to_owned(), "change".to_owned()]);
    }
    header.push("quality".to_owned());
    let rows: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![words::days(row.from, row.to)];
            let value = |name| row.by.get(name).and_then(Option::as_deref);
            let label = |name, value| answer.labels.get(name)?.get(value).map(String::as_str);
            cells.extend(dimensions.iter().map(|name| match value(name) {
                Some(value) => plain(&words::named(value, label(name, value))),
                None => "—".to_owned(),
            }));
            cells.extend([words::figure(row.value, unit), words::interval(row.low, row.high, unit), count(row.n)]);
            if parts {
                cells.push(row.numerator.map_or_else(String::new, |numerator| part(numerator, above)));
            }
            if compared {
                cells.extend(comparison(row, unit));
            }
            cells.push(quality(row.quality).to_owned());
            cells
        })
        .collect();
    render(&header, &rows, left) + &notes(answer)
}

/// What stands above a line: an amount of money or time as one, anything else as it was added up.
fn part(numerator: f64, unit: Unit) -> String {
    match unit {
        Unit::Currency | Unit::Seconds => words::figure(Some(numerator), unit),
        _ => format!("{numerator}"),
    }
}

/// Why figures are missing, a line each.
fn notes(answer: &Answer) -> String {
    let note = |row: &AnswerRow| {
        let which = row.by.values().map(|value| value.as_deref().map_or_else(|| "—".to_owned(), plain));
        let which: String = which.map(|value| format!(", {value}")).collect();
        let note = plain(row.note.as_deref()?);
        Some(format!("note: {}{which}: {note}\n", words::days(row.from, row.to)))
    };
    answer.rows.iter().filter_map(note).collect()
}

fn comparison(row: &AnswerRow, unit: Unit) -> [String; 2] {
    let Some(compare) = &row.compare else { return [String::new(), String::new()] };
    let change = compare.change.map_or_else(String::new, |change| words::change(change, unit, compare.value));
    [words::figure(compare.value, unit), change]
}

/// The unit called `name` in answers.
pub fn unit(name: &str) -> Unit {
    Unit::parse(name).unwrap_or(Unit::Count)
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::NoData => "no data",
        Quality::Withheld => "withheld",
        Quality::Suppressed => "too few",
        Quality::Settling => "still settling",
        Quality::NotReached => "not reached",
        Quality::Provisional => "provisional",
        Quality::LowN => "low n",
        Quality::Ok => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_go_on_in_the_next_row() {
        let header = ["KPI", "n", "why"].map(str::to_owned);
        let why = "not clearly better than the other who does the same kinds of work";
        let rows = [vec!["CSAT".to_owned(), "30".to_owned(), why.to_owned()]];
        // 4 + 2 + 2 + 2 leave 40 of 50
        let text = render(&header, &wrapped(&rows, &header, 50), 1);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            ["CSAT  30  not clearly better than the other who", "          does the same kinds of work",]
        );
        assert!(text.lines().all(|line| line.width() <= 50), "{text}");
    }
}
