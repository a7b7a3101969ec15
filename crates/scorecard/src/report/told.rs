//! Deeds as parts of a report: what was announced, said and decided, and what is under way.

use jiff::civil::Date;

use super::deeds::{Announced, Deeds, Said, Undertaking};
use super::{Sources, sheets};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::initiative::{Initiative, Milestone};
use crate::words;

/// For those who lead: whom an announcement has reached.
pub(super) fn announcements(deeds: &Deeds) -> Vec<Block> {
    listed("What was announced", "announced", deeds.announcements.iter().map(announced))
}

/// For a team: what its people are to acknowledge, and how.
pub(super) fn to_acknowledge(deeds: &Deeds) -> Vec<Block> {
    let mut blocks = listed("To read and acknowledge", "acknowledge", deeds.announcements.iter().map(announced));
    if let Some(first) = deeds.announcements.first() {
        let how = Text::from("Who has read one says so on the page “Reviews”, or with ")
            .code(format!("crosscheck review acknowledge {} --as NAME", first.number))
            .plain(", its number in place of that.");
        blocks.push(Block::Paragraph(how));
    }
    blocks
}

/// What was said about metrics and KPIs.
pub(super) fn comments(deeds: &Deeds) -> Vec<Block> {
    listed("What was said", "said", deeds.comments.iter().map(said))
}

/// What is under way to move the figures.
pub(super) fn initiatives(sources: &Sources<'_>) -> Vec<Block> {
    let found = &sources.deeds.initiatives;
    if found.is_empty() {
        return Vec::new();
    }
    let row = |one: &Undertaking| {
        let Undertaking { initiative, about } = one;
        let name = Text::new().strong(initiative.name.as_str()).plain(format!(", {}", initiative.status.name()));
        let steps = initiative.milestones.iter().map(|step| Text::from(milestone(step, sources.today)));
        Row::plain([
            Cell::text(name),
            Cell::text(about),
            initiative.effect.map_or_else(|| Cell::text("not said"), |effect| Cell::Change(effect, initiative.unit)),
            owner(initiative),
            Cell::Text(Text::lines(steps)),
        ])
    };
    let columns = vec![
        Column::text("Initiative", 5),
        Column::text("Is to move", 4),
        Column::number("By"),
        Column::text("Who", 3),
        Column::text("Milestones", 6),
    ];
    let table = Table { caption: String::new(), columns, rows: found.iter().map(row).collect() };
    vec![Block::heading(1, "What is under way", "initiatives"), Block::Table(table)]
}

/// What was decided, and why.
pub(super) fn decisions(deeds: &Deeds) -> Vec<Block> {
    let items = deeds.decisions.iter().map(|one| {
        let head = format!("{}, {}, on {}: ", words::day(one.decision.date), one.decision.decided_by, one.about);
        Text::new().strong(head).plain(sentence(&one.decision.text))
    });
    listed("What was decided", "decided", items)
}

/// The same for calculating, each sheet by its name; those that would be empty are left out.
pub(super) fn tables(sources: &Sources<'_>) -> Vec<(&'static str, Table)> {
    let deeds = sources.deeds;
    let announcements = deeds.announcements.iter().map(|one| {
        let [on, by, about, text] = cells(&one.said);
        let names: Vec<String> = one.acknowledged.iter().map(acknowledged).collect();
        let count = Cell::Count(one.acknowledged.len() as u64);
        Row::plain([Cell::Count(one.number), on, by, about, text, count, Cell::text(as_many_as_fit(&names))])
    });
    let comments = deeds.comments.iter().map(|one| Row::plain(cells(one)));
    let initiatives = deeds.initiatives.iter().map(|one| initiative_row(one, sources.today));
    let decisions = deeds.decisions.iter().map(|one| {
        let decision = &one.decision;
        Row::plain([
            Cell::Date(decision.date),
            Cell::text(&decision.decided_by),
            Cell::text(&one.about),
            Cell::text(&decision.text),
        ])
    });
    let sheets = [
        (
            "Announcements",
            ["number", "on", "by", "about", "text", "acknowledged", "acknowledged by"].as_slice(),
            announcements.collect::<Vec<_>>(),
        ),
        ("Comments", ["on", "by", "about", "text"].as_slice(), comments.collect()),
        ("Initiatives", INITIATIVE.as_slice(), initiatives.collect()),
        ("Decisions", ["on", "by", "about", "text"].as_slice(), decisions.collect()),
    ];
    let filled = sheets.into_iter().filter(|(_, _, rows)| !rows.is_empty());
    filled
        .map(|(name, heads, rows)| {
            let columns = heads.iter().map(|head| sheets::column(head, NUMBERS.contains(head)));
            (name, Table { caption: String::new(), columns: columns.collect(), rows })
        })
        .collect()
}

const INITIATIVE: [&str; 13] = [
    "initiative",
    "id",
    "status",
    "about",
    "unit",
    "expected effect",
    "owner",
    "cost",
    "first day",
    "last day",
    "teams",
    "hypothesis",
    "milestones",
];

/// Heads of columns that hold numbers and days.
const NUMBERS: [&str; 7] = ["number", "on", "acknowledged", "expected effect", "cost", "first day", "last day"];

fn initiative_row(one: &Undertaking, today: Date) -> Row {
    let Undertaking { initiative, about } = one;
    let steps: Vec<String> = initiative.milestones.iter().map(|step| milestone(step, today)).collect();
    Row::plain([
        Cell::text(&initiative.name),
        Cell::text(&initiative.id),
        Cell::text(initiative.status.name()),
        Cell::text(about),
        Cell::text(initiative.unit.name()),
        Cell::change(initiative.effect, initiative.unit),
        initiative.owner.as_ref().map_or(Cell::Empty, Cell::text),
        Cell::figure(initiative.cost, catalogue::metric::Unit::Currency),
        Cell::Date(initiative.start),
        Cell::date(initiative.end),
        Cell::text(initiative.teams.join(", ")),
        Cell::text(&initiative.hypothesis),
        Cell::text(steps.join("; ")),
    ])
}

fn listed(title: &str, id: &str, items: impl Iterator<Item = Text>) -> Vec<Block> {
    let items: Vec<Text> = items.collect();
    if items.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, title, id), Block::list(items)]
}

/// `No. 4, 3 Nov 2026, Anna, on First response time: Counted anew from Monday on. Acknowledged by Bert on 4 Nov 2026.`
fn announced(one: &Announced) -> Text {
    let names: Vec<String> = one.acknowledged.iter().map(acknowledged).collect();
    let told = match names.as_slice() {
        [] => "Nobody has acknowledged it yet.".to_owned(),
        names => format!("Acknowledged by {}.", names.join(", ")),
    };
    let head = format!("No. {}, {}", one.number, head(&one.said));
    Text::new().strong(head).plain(format!("{} ", sentence(&one.said.text))).emphasis(told)
}

/// Most characters of names in one cell: a spreadsheet takes 32,767.
const NAMES_MAX: usize = 30_000;

/// Names in one cell, as many as it takes, and how many more there are.
fn as_many_as_fit(names: &[String]) -> String {
    let mut taken = 0;
    let fitting = names.iter().take_while(|name| {
        taken += name.chars().count() + 2;
        taken <= NAMES_MAX
    });
    let fitting = fitting.count();
    let told = names[..fitting].join(", ");
    match names.len() - fitting {
        0 => told,
        more => format!("{told} and {} more", words::count(more as u64)),
    }
}

fn acknowledged((name, on): &(String, Date)) -> String {
    format!("{name} on {}", words::day(*on))
}

fn said(one: &Said) -> Text {
    Text::new().strong(head(one)).plain(sentence(&one.text))
}

fn head(one: &Said) -> String {
    format!("{}, {}, on {}: ", words::day(one.on), one.by, one.about)
}

/// What somebody wrote, with its full stop where it ends with none.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn cells(one: &Said) -> [Cell; 4] {
    [Cell::Date(one.on), Cell::text(&one.by), Cell::text(&one.about), Cell::text(&one.text)]
}

fn owner(initiative: &Initiative) -> Cell {
    initiative.owner.as_ref().map_or_else(|| Cell::text("nobody yet"), Cell::text)
}

/// `Pilot: reached on 3 Nov 2026`, `Roll-out: due on 1 Dec 2026`, `Training: due on 1 Nov 2026, 4 days late`.
fn milestone(step: &Milestone, today: Date) -> String {
    let Milestone { name, due, done, .. } = step;
    if let Some(done) = done {
        return format!("{name}: reached on {}", words::day(*done));
    }
    let days = due.until(today).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0));
    let late = words::late(days).map_or_else(String::new, |late| format!(", {late}"));
    format!("{name}: due on {}{late}", words::day(*due))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_as_many_names_as_it_takes() {
        let names = |count: usize, length: usize| vec!["n".repeat(length); count];
        assert_eq!(as_many_as_fit(&names(2, 3)), "nnn, nnn");
        assert_eq!(as_many_as_fit(&[]), "");
        // 98 characters and two between them: 300 fit
        let told = as_many_as_fit(&names(1320, 98));
        assert!(told.ends_with("n and 1,020 more"), "{}", &told[told.len() - 40..]);
        assert_eq!(told.matches(", ").count(), 299);
    }
}
