//! The service manual: the whole system of KPIs as a document for staff, made from nothing but the definitions. Why they
//! are measured, what each means and how it is computed, what is wanted of it, who acts when, how it is gamed and which
//! figure gives that away, and which names are easily confused.

mod cards;
mod entry;
mod fair;
mod glossary;
mod opening;
mod people;
mod rule;
mod why;

use std::collections::{BTreeMap, BTreeSet};

use catalogue::Catalogue;
use catalogue::metric::Metric;
use jiff::civil::Date;
use model::calendar::Organisation;

use crate::definition::{Definition, Kpi};
use crate::document::{Block, Document, Text};
use crate::review::Subject;
use crate::words;

/// What the manual is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Whose manual it is.
    pub organisation: &'a Organisation,
    /// Metrics.
    pub catalogue: &'a Catalogue,
    /// Cards by name; the manual is of all of them.
    pub cards: &'a BTreeMap<String, Definition>,
    /// By metric id who approved its definition, in words: `approved by Ada on 3 Nov 2026`. Metrics that are not in it
    /// stand as their file says.
    pub approved: &'a BTreeMap<String, String>,
    /// By name where each card stands and who approved it, in the same words. Cards that are not in it stand as their
    /// file says.
    pub approved_cards: &'a BTreeMap<String, String>,
    /// The KPIs that people took out of use and that are still in the file of their card, in words on it: `retired by Ada
    /// on 3 Nov 2026; still on the card`.
    pub retired: &'a BTreeMap<Subject, String>,
    /// The day it is made.
    pub today: Date,
}

/// The manual of all cards of `sources`.
pub fn manual(sources: &Sources<'_>) -> Document {
    let book = Book::new(*sources);
    let mut chapters = Chapters::default();
    chapters.add("How to read this manual", "reading", opening::blocks(&book));
    chapters.add("Why we measure", "why", why::blocks(&book));
    chapters.add("What we steer by", "cards", cards::blocks(&book));
    chapters.add("Who does what, and when", "people", people::blocks(&book));
    chapters.add("The KPIs one by one", "kpis", entry::kpis(&book));
    chapters.add("Operational metrics", "operational", entry::operational(&book));
    chapters.add("How figures are gamed, and how not to", "fair", fair::blocks(&book));
    chapters.add("Names that are easily confused", "glossary", glossary::blocks(&book));
    chapters.add("The exact rules", "rules", rule::blocks(&book));
    let of = &sources.organisation;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    Document {
        kind: "Service manual".to_owned(),
        title: if of.name.is_empty() {
            "How we measure service".to_owned()
        } else {
            format!("How {} measures service", of.name)
        },
        subtitle: "What each KPI means, how it is computed, what is wanted of it, and who acts when.".to_owned(),
        facts: vec![
            ("As of".to_owned(), words::day(sources.today)),
            (
                "Covers".to_owned(),
                format!(
                    "{}, {}, {}",
                    count(sources.cards.len(), "card"),
                    count(book.kpi_metrics().len(), "KPI"),
                    count(book.operational_metrics().len(), "operational metric")
                ),
            ),
            ("Days and hours".to_owned(), format!("in the zone {}", of.zone_name)),
            ("Amounts of money".to_owned(), format!("in {}", of.currency)),
            (
                "Made from".to_owned(),
                "the definition files of this workspace; what they say is what is computed".to_owned(),
            ),
        ],
        about: format!("As of {}", words::day(sources.today)),
        has_cover: true,
        blocks: chapters.blocks,
    }
}

/// Chapters so far; those without anything to say are left out.
#[derive(Default)]
struct Chapters {
    number: usize,
    blocks: Vec<Block>,
}

impl Chapters {
    fn add(&mut self, title: &str, id: &str, blocks: Vec<Block>) {
        if blocks.is_empty() {
            return;
        }
        self.number += 1;
        self.blocks.push(Block::heading(1, format!("{} {title}", self.number), id));
        self.blocks.extend(blocks);
    }
}

/// The sources, and what follows from them for several chapters.
struct Book<'a> {
    sources: Sources<'a>,
    /// Names of the cards, wide ones before narrow ones.
    order: Vec<&'a str>,
}

impl<'a> Book<'a> {
    fn new(sources: Sources<'a>) -> Book<'a> {
        let mut order: Vec<&str> = sources.cards.keys().map(String::as_str).collect();
        order.sort_by_key(|name| (sources.cards.get(*name).map(|card| card.level), *name));
        Book { sources, order }
    }

    fn cards(&self) -> impl Iterator<Item = (&'a str, &'a Definition)> {
        let cards = self.sources.cards;
        self.order.clone().into_iter().filter_map(move |name| Some((name, cards.get(name)?)))
    }

    /// Every KPI with the card it is on.
    fn kpis(&self) -> impl Iterator<Item = (&'a str, &'a Definition, &'a Kpi)> {
        self.cards().flat_map(|(name, card)| card.kpis.iter().map(move |kpi| (name, card, kpi)))
    }

    /// The KPIs that somebody answers for and reviews: those that are not retired.
    fn kpis_in_use(&self) -> impl Iterator<Item = (&'a str, &'a Definition, &'a Kpi)> {
        self.kpis().filter(|(card, _, kpi)| self.retired(card, kpi).is_none())
    }

    /// That a KPI was taken out of use, in words; none where it was not.
    fn retired(&self, card: &str, kpi: &Kpi) -> Option<&'a str> {
        self.sources.retired.get(&Subject::kpi(card, &kpi.id)).map(String::as_str)
    }

    /// The metrics that are KPIs somewhere, in the order of the cards.
    fn kpi_metrics(&self) -> Vec<&'a Metric> {
        self.metrics(self.kpis().map(|(_, _, kpi)| kpi.metric.as_str()), &BTreeSet::new())
    }

    /// The metrics that move them or open a gate, and are no KPI themselves.
    fn operational_metrics(&self) -> Vec<&'a Metric> {
        let known: BTreeSet<&str> = self.kpis().map(|(_, _, kpi)| kpi.metric.as_str()).collect();
        let of_card = |(_, card): (&'a str, &'a Definition)| {
            let moving = card.kpis.iter().flat_map(|kpi| kpi.operational.iter().map(String::as_str));
            let named = card.operational.iter().map(|operational| operational.metric.as_str());
            let gates = card.gates.iter().map(|gate| gate.metric.as_str());
            moving.chain(named).chain(gates).collect::<Vec<_>>()
        };
        self.metrics(self.cards().flat_map(of_card), &known)
    }

    fn metrics<'n>(&self, ids: impl Iterator<Item = &'n str>, without: &BTreeSet<&str>) -> Vec<&'a Metric> {
        let mut seen = BTreeSet::new();
        let fresh = ids.filter(|id| !without.contains(id) && seen.insert((*id).to_owned()));
        fresh.filter_map(|id| self.sources.catalogue.get(id)).collect()
    }

    /// The name of a metric, leading to its entry where it has one.
    fn metric(&self, id: &str) -> Text {
        match self.sources.catalogue.get(id) {
            Some(metric) => Text::new().link(metric.name.as_str(), entry::id(id)),
            None => Text::new().code(id),
        }
    }
}

/// Names one after the other: `a, b and c`.
fn and(texts: Vec<Text>) -> Text {
    let last = texts.len().saturating_sub(1);
    let mut all = Text::new();
    for (place, text) in texts.into_iter().enumerate() {
        if place > 0 {
            all = all.plain(if place == last { " and " } else { ", " });
        }
        all = all.then(text);
    }
    all
}
