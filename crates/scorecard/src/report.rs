//! Reports of one period, for executives, managers and teams: what happened, against target, what changed, what is due.
//! Each is a document and a workbook with the same figures.

mod behind;
mod deeds;
mod due;
mod headline;
mod operational;
mod sheets;
mod tables;
mod teams;
mod told;
mod trace;
mod whole;

use std::collections::BTreeMap;

use catalogue::Catalogue;
use jiff::civil::Date;
use model::calendar::Organisation;

pub use behind::{Asked, First, Listed, Record, figures_behind};
pub use deeds::{Announced, Decided, DeedSources, Deeds, Pinned, Said, Undertaking, deeds};
pub use due::Due;
pub use operational::operational;
pub use teams::{ByTeam, by_team, team_questions};

use crate::card::{Card, Range, Scorecard};
use crate::chart;
use crate::definition::Definition;
use crate::document::{Block, Document, Figure, Text};
use crate::review::standing;
use crate::words;
use crate::workbook::Workbook;

/// Whom a report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those who steer: outcome and total on few pages.
    Executive,
    /// Those who lead: with the operational metrics that move each KPI.
    Manager,
    /// Those who do the work: with what each figure is for.
    Team,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Self::Executive, Self::Manager, Self::Team];

    /// The name on a command line and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Executive => "executive",
            Kind::Manager => "manager",
            Kind::Team => "team",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Executive => "Executive report",
            Kind::Manager => "Manager’s report",
            Kind::Team => "Team report",
        }
    }
}

/// What a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Whose report it is.
    pub organisation: &'a Organisation,
    /// Metrics.
    pub catalogue: &'a Catalogue,
    /// What the card is made of.
    pub definition: &'a Definition,
    /// Every card, by name, for the way from a KPI to what the company promises.
    pub cards: &'a BTreeMap<String, Definition>,
    /// The card over the period, its trend in months.
    pub card: &'a Scorecard,
    /// The operational metrics of its KPIs over the period, as a card of their own; none where it has none.
    pub operational: Option<&'a Scorecard>,
    /// The figures of its KPIs team by team; none where they are not told.
    pub teams: &'a [ByTeam],
    /// Where definitions stand and who approved them, in words by id of the metric.
    pub approved: &'a BTreeMap<String, String>,
    /// The rows behind its figures, as [`figures_behind`] asks for them; none where they were not asked for.
    pub behind: &'a [(Asked, Listed)],
    /// What people told, said, set going and decided since the period began.
    pub deeds: &'a Deeds,
    /// What is due, the longest due first.
    pub due: &'a [Due],
    /// The day it is made.
    pub today: Date,
}

/// A report in both of its shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// For reading.
    pub document: Document,
    /// For calculating.
    pub workbook: Workbook,
}

/// The report for executives.
pub fn executive(sources: &Sources<'_>) -> Report {
    let mut blocks = headline::blocks(sources);
    blocks.extend(tables::against_target(sources, false));
    blocks.extend(headline::scores(sources));
    blocks.extend(trends(sources));
    blocks.extend(headline::outlook(sources));
    blocks.extend(told::initiatives(sources));
    blocks.extend(told::decisions(sources.deeds));
    blocks.extend(due::first_blocks(sources.due));
    blocks.extend(tables::notes(sources.card));
    blocks.extend(trace::blocks(sources));
    report(Kind::Executive, sources, blocks)
}

/// The report for service managers.
pub fn manager(sources: &Sources<'_>) -> Report {
    let mut blocks = headline::blocks(sources);
    blocks.extend(tables::against_target(sources, true));
    blocks.extend(bullets(sources.card));
    blocks.extend(teams::blocks(sources));
    blocks.extend(tables::operational(sources));
    blocks.extend(trends(sources));
    blocks.extend(headline::outlook(sources));
    blocks.extend(told::initiatives(sources));
    blocks.extend(told::decisions(sources.deeds));
    blocks.extend(told::announcements(sources.deeds));
    blocks.extend(told::comments(sources.deeds));
    blocks.extend(due::blocks(sources.due));
    blocks.extend(tables::notes(sources.card));
    blocks.extend(trace::blocks(sources));
    report(Kind::Manager, sources, blocks)
}

/// The report for a team.
pub fn team(sources: &Sources<'_>) -> Report {
    let mut blocks = headline::blocks(sources);
    blocks.extend(told::to_acknowledge(sources.deeds));
    blocks.extend(tables::against_target(sources, false));
    blocks.extend(tables::purposes(sources));
    blocks.extend(trends(sources));
    blocks.extend(headline::outlook(sources));
    blocks.extend(tables::operational(sources));
    blocks.extend(told::initiatives(sources));
    blocks.extend(told::decisions(sources.deeds));
    blocks.extend(told::comments(sources.deeds));
    blocks.extend(due::blocks(sources.due));
    blocks.extend(tables::notes(sources.card));
    report(Kind::Team, sources, blocks)
}

fn report(kind: Kind, sources: &Sources<'_>, blocks: Vec<Block>) -> Report {
    let (card, organisation) = (sources.card, sources.organisation);
    let period = period(&card.range);
    let title = match card.title.is_empty() {
        true => period.clone(),
        false => format!("{}, {period}", card.title),
    };
    let mut facts = Vec::new();
    if !organisation.name.is_empty() {
        facts.push(("Organisation".to_owned(), organisation.name.clone()));
    }
    facts.push(("Period".to_owned(), words::days(card.range.from, card.range.to)));
    facts.extend(card.compared.map(|compared| ("Compared with".to_owned(), words::days(compared.from, compared.to))));
    for (name, values) in &card.only {
        facts.push((format!("Only {name}"), words::held(name, values, &card.labels)));
    }
    facts.extend(card.as_defined_on.map(|day| {
        ("As defined on".to_owned(), format!("{}, in working hours and holidays of today", words::day(day)))
    }));
    let loaded = card.watermark.map(|watermark| words::moment(watermark, &organisation.zone));
    facts.extend(loaded.map(|loaded| ("Data loaded through".to_owned(), loaded)));
    facts.push(("Targets and weights".to_owned(), standing(card.status, card.approval.as_ref())));
    facts.extend(sources.definition.owner.iter().map(|owner| ("Answers for the card".to_owned(), owner.clone())));
    facts.push(("Amounts of money".to_owned(), format!("in {}", organisation.currency)));
    facts.push(("Made on".to_owned(), words::day(sources.today)));
    let document = Document {
        kind: kind.title().to_owned(),
        title: title.clone(),
        subtitle: card.value_proposition.clone(),
        facts: facts.clone(),
        about: format!(
            "{}{}",
            if organisation.name.is_empty() { String::new() } else { format!("{} · ", organisation.name) },
            words::days(card.range.from, card.range.to)
        ),
        has_cover: false,
        blocks,
    };
    facts.insert(0, ("Report".to_owned(), kind.title().to_owned()));
    let workbook = Workbook {
        title,
        currency: organisation.currency.clone(),
        made_on: sources.today,
        facts,
        sheets: sheets::sheets(sources),
    };
    Report { document, workbook }
}

/// `October 2026` for a whole month, else its days.
fn period(range: &Range) -> String {
    let is_month = range.from.day() == 1 && range.from.last_of_month().tomorrow().ok() == Some(range.to);
    if is_month { range.from.strftime("%B %Y").to_string() } else { words::days(range.from, range.to) }
}

/// A line of each KPI that has a history, with what was set going and decided about it.
fn trends(sources: &Sources<'_>) -> Vec<Block> {
    let card = sources.card;
    let has_history = |card: &&Card| card.trend.iter().filter(|point| point.value.is_some()).count() > 1;
    let figures: Vec<Figure> = card
        .kpis
        .iter()
        .filter(has_history)
        .map(|kpi| {
            let goal = kpi.target.as_ref().map(|target| target.goal(kpi.direction));
            let pins = sources.deeds.pins.iter().filter(|one| one.metric == kpi.metric);
            let pins: Vec<chart::Pin> = pins.map(|one| one.pin.clone()).collect();
            chart::trend(&kpi.name, &kpi.trend, goal.as_ref(), kpi.unit, kpi.status, &pins)
        })
        .collect();
    section("How they have moved", "trends", figures)
}

/// Each KPI on a line against its target.
fn bullets(card: &Scorecard) -> Vec<Block> {
    section("Where they stand", "standing", card.kpis.iter().filter_map(chart::bullet).collect())
}

fn section(title: &str, id: &str, figures: Vec<Figure>) -> Vec<Block> {
    if figures.is_empty() {
        return Vec::new();
    }
    vec![Block::heading(1, title, id), Block::Figures(figures)]
}

/// A list of sentences, each with its full stop.
fn sentences<'s>(of: impl Iterator<Item = &'s str>) -> Option<Block> {
    let items: Vec<Text> = of.map(|text| Text::from(format!("{}.", text.trim_end_matches('.')))).collect();
    (!items.is_empty()).then(|| Block::list(items))
}
