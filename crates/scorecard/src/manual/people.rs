//! Who does what, and when: what follows from a status, who answers for what, the calendar of reviews.

use std::collections::{BTreeMap, BTreeSet};

use super::{Book, and, entry};
use crate::definition::{Cadence, Definition, Kpi};
use crate::document::{Block, Cell, Column, Row, Table, Text};
use crate::status::Status;
use crate::words;

/// What follows from where a figure stands: status, who acts, what they do.
const ACTS: [(Status, &str, &str); 5] = [
    (Status::OnTarget, "nobody", "Confirm it at its review. Ask once a year whether the target still asks for enough."),
    (
        Status::WithinTolerance,
        "owner of the KPI",
        "Say at the review whether it moves towards the target or away from it, and what moves it.",
    ),
    (
        Status::OffTarget,
        "owner of the KPI",
        "Bring the cause and a measure with an expected effect to the next review. Look at the KPIs that pull against it before acting.",
    ),
    (
        Status::TooCloseToCall,
        "nobody yet",
        "Do not act on it, and do not praise or blame anybody. Take a longer period, or ask more customers.",
    ),
    (
        Status::NoData,
        "owner of the KPI",
        "Find out whether data, definition or target is missing, and see to it before the next review.",
    ),
];

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    if book.kpis_in_use().next().is_none() {
        return Vec::new();
    }
    let acts = ACTS.map(|(status, who, what)| Row::plain([Cell::Status(status), Cell::text(who), Cell::text(what)]));
    let mut blocks = vec![
        Block::heading(2, "What follows from a status", "people-acts"),
        Block::Table(Table {
            caption: String::new(),
            columns: vec![Column::text("Status", 0), Column::text("Who acts", 3), Column::text("What they do", 8)],
            rows: acts.into_iter().collect(),
        }),
    ];
    if book.cards().any(|(_, card)| !card.gates.is_empty()) {
        let told = book.cards().filter(|(_, card)| !card.gates.is_empty());
        let told: Vec<String> =
            told.map(|(name, card)| format!("{}: {}", card.title, told_of_gates(book, name, card))).collect();
        blocks.push(Block::note(
            "A red gate does not wait for a review",
            format!(
                "Whoever sees it tells, on the same day, who answers for the card, and they say what is done about it. {}.",
                told.join("; ")
            ),
        ));
    }
    blocks.extend(owners(book));
    blocks.extend(calendar(book));
    blocks.extend(deadlines(book));
    blocks
}

/// Whom to tell of a red gate of a card: its owner; else who answers for the KPIs of its gates, else for any of its targets.
fn told_of_gates(book: &Book<'_>, name: &str, card: &Definition) -> String {
    if let Some(owner) = &card.owner {
        return owner.clone();
    }
    let owners = |is_meant: &dyn Fn(&Kpi) -> bool| -> Vec<String> {
        let kpis = card.kpis.iter().filter(|kpi| book.retired(name, kpi).is_none() && is_meant(kpi));
        let owners = kpis.filter_map(|kpi| kpi.target.as_ref()?.owner.clone());
        owners.collect::<BTreeSet<String>>().into_iter().collect()
    };
    let of_gates = owners(&|kpi| card.gates.iter().any(|gate| gate.kpi.as_ref() == Some(&kpi.id)));
    let named = if of_gates.is_empty() { owners(&|_| true) } else { of_gates };
    match named.is_empty() {
        true => "nobody yet; name one person as `owner` in its file".to_owned(),
        false => format!("{}, as its file names no owner of the card", words::listed(&named)),
    }
}

fn owners(book: &Book<'_>) -> Vec<Block> {
    let mut by_owner: BTreeMap<&str, Vec<Text>> = BTreeMap::new();
    let mut nobody = Vec::new();
    for (name, card) in book.cards() {
        let whole = Text::from("the card ").link(card.title.as_str(), format!("card-{name}"));
        if let Some(owner) = &card.owner {
            by_owner.entry(owner).or_default().push(whole);
        }
    }
    let several = book.sources.cards.len() > 1;
    for (_, card, kpi) in book.kpis_in_use() {
        let name = Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric));
        let name = if several { name.plain(format!(" ({})", card.title)) } else { name };
        match kpi.target.as_ref().and_then(|target| target.owner.as_deref()) {
            Some(owner) => by_owner.entry(owner).or_default().push(name),
            None => nobody.push(name),
        }
    }
    let mut rows: Vec<Row> = by_owner
        .into_iter()
        .map(|(owner, kpis)| Row::plain([Cell::text(owner), Cell::Text(Text::join(kpis, ", "))]))
        .collect();
    if !nobody.is_empty() {
        rows.push(Row::plain([Cell::Text(Text::new().emphasis("nobody yet")), Cell::Text(Text::join(nobody, ", "))]));
    }
    vec![
        Block::heading(2, "Who answers for what", "people-owners"),
        Block::paragraph(
            "The owner of a KPI sees that its figure is looked at, says what it means, and answers for its target. The owner \
             of a card is told of its red gates and reviews it as a whole. An owner is one person, not a department.",
        ),
        Block::Table(Table {
            caption: String::new(),
            columns: vec![Column::text("Who", 3), Column::text("What", 8)],
            rows,
        }),
    ]
}

fn calendar<'a>(book: &Book<'a>) -> Vec<Block> {
    let moment = |cadence: Cadence| match cadence {
        Cadence::Weekly => "every week, over the last whole week",
        Cadence::Monthly => "every month, once the month is closed",
        Cadence::Quarterly => "every quarter, once the quarter is closed",
        Cadence::Yearly => "every year, once the year is closed",
    };
    let several = book.sources.cards.len() > 1;
    let mut rows = Vec::new();
    for cadence in Cadence::ALL {
        // a row a card: all of them in one would be a page of names
        let of_card = |(name, card): (&str, &'a Definition)| {
            let due = card.kpis.iter().filter(|kpi| kpi.cadence == cadence && book.retired(name, kpi).is_none());
            let due: Vec<Text> = due.map(|kpi| Text::from(kpi.name.as_str())).collect();
            (!due.is_empty()).then_some((card, due))
        };
        for (place, (card, due)) in book.cards().filter_map(of_card).enumerate() {
            let head = if several { Text::new().strong(format!("{}: ", card.title)) } else { Text::new() };
            rows.push(Row::plain([
                if place == 0 { Cell::text(moment(cadence)) } else { Cell::Empty },
                Cell::Text(
                    head.plain(if several { "figure" } else { "Figure" }).plain(" and target of ").then(and(due)),
                ),
                Cell::text("their owners"),
            ]));
        }
    }
    rows.push(Row::plain([
        Cell::text("every year"),
        Cell::text(
            "Each card as a whole, and the definition of every metric on it: does it still say what we promise?",
        ),
        Cell::text("owner of the card or of the definition, and a second person"),
    ]));
    rows.push(Row::plain([
        Cell::text("at any time"),
        Cell::text("Comments on a metric by whoever works with it; they are read at its next review."),
        Cell::text("everybody"),
    ]));
    vec![
        Block::heading(2, "Calendar of reviews", "people-calendar"),
        Block::paragraph(
            "What is due stands on the page of reviews and in every report. A review ends in one of three ways: the KPI is \
             confirmed, changed or retired, with a reason. A change is announced, and those concerned acknowledge it. Who \
             did what is kept in a journal that is only ever added to; names in it are as people gave them.",
        ),
        Block::Table(Table {
            caption: String::new(),
            columns: vec![Column::text("When", 3), Column::text("What", 7), Column::text("By whom", 3)],
            rows,
        }),
    ]
}

fn deadlines(book: &Book<'_>) -> Vec<Block> {
    let mut due: Vec<_> = book
        .kpis_in_use()
        .filter_map(|(_, card, kpi)| Some((kpi.target.as_ref()?.deadline?, card.title.as_str(), kpi)))
        .collect();
    due.sort_by(|one, other| (one.0, one.1, &one.2.id).cmp(&(other.0, other.1, &other.2.id)));
    if due.is_empty() {
        return Vec::new();
    }
    let row = |(date, card, kpi): (jiff::civil::Date, &str, &Kpi)| {
        let goal = kpi.goal_in_words().unwrap_or_default();
        Row::plain([Cell::Date(date), Cell::text(kpi.name.as_str()), Cell::text(goal), Cell::text(card)])
    };
    vec![
        Block::heading(3, "Targets by their day", "people-deadlines"),
        Block::Table(Table {
            caption: String::new(),
            columns: vec![
                Column::text("Day", 2),
                Column::text("KPI", 5),
                Column::number("Target"),
                Column::text("Card", 4),
            ],
            rows: due.into_iter().map(row).collect(),
        }),
    ]
}
