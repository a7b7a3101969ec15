//! Names that are easily confused: names of several metrics, names that share a word, and what the definitions
//! themselves say not to take them for.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::metric::Metric;

use super::{Book, entry};
use crate::document::{Block, Cell, Column, Row, Table, Text};

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let metrics: Vec<&Metric> = book.kpi_metrics().into_iter().chain(book.operational_metrics()).collect();
    if metrics.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::paragraph(
        "The same words mean different things to different people. Here is what they mean here, and what they are not.",
    )];
    let shared = shared(book);
    if !shared.is_empty() {
        blocks.push(Block::heading(2, "One word, several figures", "glossary-shared"));
        blocks.push(Block::Definitions(shared));
    }
    let others: Vec<(Text, Text)> = metrics.iter().filter_map(|metric| not_to_be_taken_for(book, metric)).collect();
    if !others.is_empty() {
        blocks.push(Block::heading(2, "Figures that look alike", "glossary-alike"));
        blocks.push(Block::Definitions(others));
    }
    blocks.push(Block::heading(2, "Other names", "glossary-names"));
    blocks.push(names(&metrics));
    blocks
}

/// Names of more than one metric of the catalogue, at least one of which is in the manual.
fn shared(book: &Book<'_>) -> Vec<(Text, Text)> {
    let told: BTreeSet<&str> =
        book.kpi_metrics().into_iter().chain(book.operational_metrics()).map(|metric| metric.id.as_str()).collect();
    let mut by_name: BTreeMap<String, (String, Vec<&Metric>)> = BTreeMap::new();
    for metric in book.sources.catalogue.metrics() {
        for alias in &metric.aliases {
            let (_, of) = by_name.entry(alias.to_lowercase()).or_insert_with(|| (alias.clone(), Vec::new()));
            of.push(metric);
        }
    }
    let several =
        by_name.into_values().filter(|(_, of)| of.len() > 1 && of.iter().any(|one| told.contains(one.id.as_str())));
    several
        .map(|(name, of)| {
            let meant = of.iter().map(|metric| {
                Text::new().link(metric.name.as_str(), entry::id(&metric.id)).plain(" (").code(&metric.id).plain(")")
            });
            (Text::from(name), Text::from("may mean ").then(Text::join(meant, "; ")).plain(". Say which."))
        })
        .collect()
}

/// What the definition itself holds apart: its caveats that say which other metric it is not.
fn not_to_be_taken_for(book: &Book<'_>, metric: &Metric) -> Option<(Text, Text)> {
    let apart = metric.caveats.iter().filter(|caveat| holds_apart(book, metric, caveat));
    let apart: Vec<Text> = apart.map(|caveat| spelled(book, caveat)).collect();
    let term = Text::new().link(metric.name.as_str(), entry::id(&metric.id));
    (!apart.is_empty()).then(|| (term, Text::join(apart, " ")))
}

/// Whether a caveat says of `metric` that another one is something else. One that only names it, as what to read beside it,
/// says nothing of how they look alike.
fn holds_apart(book: &Book<'_>, metric: &Metric, caveat: &str) -> bool {
    let words: Vec<&str> = caveat
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let is_said = |place: Option<usize>, known: &[&str]| {
        let word = place.and_then(|place| words.get(place));
        word.is_some_and(|word| known.iter().any(|one| one.eq_ignore_ascii_case(word)))
    };
    let has = |known: &[&str]| words.iter().any(|word| known.iter().any(|one| one.eq_ignore_ascii_case(word)));
    let others = words.iter().enumerate().filter(|(_, word)| {
        // a word that is also a metric's id may be just a word
        **word != metric.id && (word.contains('_') || word.len() > 3) && book.sources.catalogue.get(word).is_some()
    });
    others.into_iter().any(|(place, word)| {
        let (before, after) = (place.checked_sub(1), Some(place + 1));
        let is_named = is_said(before, &["is", "not", "for"]) || is_said(after, &["is"]);
        is_named || (word.contains('_') && has(&["not", "published"]))
    })
}

/// A caveat with the names of metrics in place of their ids.
pub(super) fn spelled(book: &Book<'_>, caveat: &str) -> Text {
    let mut text = Text::new();
    let mut plain = String::new();
    for piece in caveat.trim().split_inclusive(|character: char| !character.is_ascii_alphanumeric() && character != '_')
    {
        let word = piece.trim_end_matches(|character: char| !character.is_ascii_alphanumeric() && character != '_');
        match book.sources.catalogue.get(word).filter(|_| word.contains('_')) {
            Some(metric) => {
                text = text
                    .then(Text::prose(&std::mem::take(&mut plain)))
                    .link(format!("“{}”", metric.name), entry::id(word));
                plain.push_str(&piece[word.len()..]);
            }
            None => plain.push_str(piece),
        }
    }
    text.then(Text::prose(&plain))
}

/// Every other name of the metrics of the manual.
fn names(metrics: &[&Metric]) -> Block {
    let mut rows: Vec<(String, &Metric)> =
        metrics.iter().flat_map(|metric| metric.aliases.iter().map(move |alias| (alias.clone(), *metric))).collect();
    rows.sort_by(|one, other| (one.0.to_lowercase(), &one.1.id).cmp(&(other.0.to_lowercase(), &other.1.id)));
    let row = |(alias, metric): (String, &Metric)| {
        Row::plain([
            Cell::text(alias),
            Cell::Text(Text::new().link(metric.name.as_str(), entry::id(&metric.id))),
            Cell::Text(Text::new().code(&metric.id)),
        ])
    };
    Block::Table(Table {
        caption: String::new(),
        columns: vec![Column::text("Who says", 4), Column::text("means here", 5), Column::text("", 4)],
        rows: rows.into_iter().map(row).collect(),
    })
}
