//! The rows behind figures: what they are asked as, those found, and the command that lists the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use catalogue::Catalogue;
use catalogue::metric::{Metric, Unit};
use catalogue::plan::{MadeOf, made_of};
use catalogue::question::Question;
use jiff::civil::Date;

use super::Sources;
use super::sheets::column;
use crate::card::Scorecard;
use crate::declare::planned;
use crate::definition::{Definition, Gate, Kpi};
use crate::document::{Cell, Column, Row, Table, Text};
use crate::questions::subject_of;
use crate::words;

/// What is said in place of rows of staff.
pub(super) const PRIVATE: &str = "not listed, as it is about staff";

/// What a figure on a card, or one that it is made of, is asked as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set on the card, as written.
    pub parameters: BTreeMap<String, String>,
    /// Filter, as written.
    pub filter: Option<String>,
}

/// The rows behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Table of facts they are of.
    pub table: String,
    /// How many there are.
    pub rows: u64,
    /// Which of them come first.
    pub first: First,
    /// Unit of what each adds; none where nothing is added up.
    pub unit: Option<Unit>,
    /// Some of them, those that make the figure what it is first.
    pub records: Vec<Record>,
}

/// Which rows come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// So many that count against the goal.
    Against(u64),
    /// So many above the line.
    Above(u64),
    /// So many that add something.
    Adding(u64),
    /// The largest amounts.
    Largest,
    /// The smallest amounts.
    Smallest,
    /// The earliest.
    Earliest,
}

/// A row behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// System whose id it has.
    pub system: String,
    /// Its id there.
    pub id: String,
    /// The ticket it belongs to, where it belongs to one.
    pub ticket: Option<String>,
    /// The day it counts at.
    pub on: Date,
    /// What part of the figure it is: `numerator`, `rest` and so on.
    pub part: String,
    /// What it adds; none where nothing is added up.
    pub amount: Option<f64>,
}

impl From<&Kpi> for Asked {
    fn from(kpi: &Kpi) -> Self {
        Asked {
            metric: kpi.metric.clone(),
            variant: kpi.variant.clone(),
            parameters: kpi.parameters.clone(),
            filter: kpi.filter.as_ref().map(|filter| filter.value.clone()),
        }
    }
}

impl From<&Gate> for Asked {
    fn from(gate: &Gate) -> Self {
        Asked {
            metric: gate.metric.clone(),
            variant: gate.variant.clone(),
            parameters: gate.parameters.clone(),
            filter: gate.filter.as_ref().map(|filter| filter.value.clone()),
        }
    }
}

/// What the rows behind the KPIs and gates of a card are asked as, each once: of a figure made of others what it is made
/// of; nothing of what is about staff.
pub fn figures_behind(definition: &Definition, catalogue: &Catalogue) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for (_, _, asked) in figures(definition) {
        for leaf in leaves(catalogue, &asked) {
            if !all.contains(&leaf) {
                all.push(leaf);
            }
        }
    }
    all
}

/// The figures of a card: name, id and what they are asked as, of its KPIs, then of those gates that are no KPI's.
fn figures(definition: &Definition) -> impl Iterator<Item = (&str, &str, Asked)> {
    let kpis = definition.kpis.iter().map(|kpi| (kpi.name.as_str(), kpi.id.as_str(), Asked::from(kpi)));
    let gates = definition.gates.iter().filter(|gate| gate.kpi.is_none());
    kpis.chain(gates.map(|gate| (gate.name.as_str(), gate.id.as_str(), Asked::from(gate))))
}

/// The figures that a figure is made of under its parameters; of one that is over attributes of an organisation's own, and
/// so cannot be planned here, all that its definition names.
fn inputs(catalogue: &Catalogue, metric: &Metric, asked: &Asked) -> Vec<MadeOf> {
    let parameters = asked.parameters.clone();
    // over which days and for which rows it is asked changes nothing of what it is made of
    let question = Question { parameters, ..subject_of(&asked.metric, asked.variant.clone()) };
    let as_written = || {
        let inputs = metric.measure.inputs.iter();
        inputs.map(|input| MadeOf {
            name: input.name.clone(),
            metric: input.metric.value.clone(),
            variant: input.variant.clone(),
            parameters: input.parameters.clone().into_iter().filter(|(_, text)| !text.contains('$')).collect(),
        })
    };
    planned(&question, catalogue).map_or_else(|| as_written().collect(), |plan| made_of(&plan, metric))
}

/// What was counted for a figure: of one made of others what it is made of, as it has no rows of its own; nothing of what
/// is about staff, whose rows are not listed.
pub(super) fn leaves(catalogue: &Catalogue, asked: &Asked) -> Vec<Asked> {
    let metric = catalogue.get(&asked.metric);
    if metric.is_some_and(|metric| metric.privacy.is_some()) {
        return Vec::new();
    }
    let Some(metric) = metric.filter(|metric| !metric.measure.inputs.is_empty()) else {
        return vec![asked.clone()];
    };
    let mut all: Vec<Asked> = Vec::new();
    for MadeOf { metric, variant, parameters, .. } in inputs(catalogue, metric, asked) {
        let of_input = Asked { metric, variant, parameters, filter: asked.filter.clone() };
        for leaf in leaves(catalogue, &of_input) {
            if !all.contains(&leaf) {
                all.push(leaf);
            }
        }
    }
    all
}

/// The command that lists all of the rows.
pub(super) fn command(card: &Scorecard, asked: &Asked) -> String {
    let quoted = |text: &str| {
        let is_plain = |character: char| character.is_alphanumeric() || "_-=.".contains(character);
        if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
    };
    let range = &card.range;
    let mut command = format!("crosscheck rows {} --from {} --to {}", asked.metric, range.from, range.to);
    if let Some(variant) = &asked.variant {
        let _ = write!(command, " --variant {}", quoted(variant));
    }
    for (name, value) in &asked.parameters {
        let _ = write!(command, " --set {}", quoted(&format!("{name}={value}")));
    }
    for (name, values) in &card.only {
        for value in values {
            let held = value.as_ref().map_or_else(|| name.clone(), |value| format!("{name}={value}"));
            let _ = write!(command, " --only {}", quoted(&held));
        }
    }
    if let Some(filter) = &asked.filter {
        let _ = write!(command, " --where {}", quoted(filter));
    }
    if let Some(day) = card.as_defined_on {
        let _ = write!(command, " --as-defined-on {day}");
    }
    command
}

/// What the table of [`in_short`] shows.
pub(super) fn introduction(sources: &Sources<'_>) -> &'static str {
    match sources.behind.is_empty() {
        true => "What was counted is listed by a command:",
        false => "What was counted, and those of it that make the figure what it is; the command lists all of it:",
    }
}

/// A row a figure: how many rows there are, the first of them, and the command, in a line of its own to be copied.
pub(super) fn in_short(sources: &Sources<'_>) -> Table {
    let rows = figures(sources.definition).map(|(name, _, asked)| {
        let leaves = leaves(sources.catalogue, &asked);
        let is_made_of = leaves.len() > 1 || leaves.first().is_some_and(|leaf| leaf.metric != asked.metric);
        let lines = leaves.iter().flat_map(|leaf| {
            let listed = found(sources, leaf).map(|listed| {
                let of = if is_made_of { Text::new().code(leaf.metric.as_str()).plain(": ") } else { Text::new() };
                of.plain(listed.words())
            });
            listed.into_iter().chain([Text::new().code(command(sources.card, leaf))])
        });
        let lines = Text::lines(lines);
        Row::plain([Cell::text(name), Cell::Text(if lines.is_empty() { Text::from(PRIVATE) } else { lines })])
    });
    Table {
        caption: String::new(),
        columns: vec![Column::text("KPI or gate", 3), Column::text("Rows behind it", 11)],
        rows: rows.collect(),
    }
}

/// A row a record.
pub(super) fn table(sources: &Sources<'_>) -> Table {
    let heads = [
        ("KPI or gate", false),
        ("id", false),
        ("metric", false),
        ("variant", false),
        ("system", false),
        ("ticket", false),
        ("record", false),
        ("on", true),
        ("part", false),
        ("amount", true),
        ("rows in all", true),
        ("all of them", false),
    ];
    let mut rows = Vec::new();
    for (name, id, asked) in figures(sources.definition) {
        for leaf in leaves(sources.catalogue, &asked) {
            let Some(listed) = found(sources, &leaf) else { continue };
            let command = command(sources.card, &leaf);
            rows.extend(listed.records.iter().map(|record| {
                Row::plain([
                    Cell::text(name),
                    Cell::text(id),
                    Cell::text(leaf.metric.as_str()),
                    leaf.variant.as_ref().map_or(Cell::Empty, Cell::text),
                    Cell::text(record.system.as_str()),
                    record.ticket.as_ref().map_or(Cell::Empty, Cell::text),
                    Cell::text(record.id.as_str()),
                    Cell::Date(record.on),
                    Cell::text(record.part.as_str()),
                    Cell::figure(record.amount, listed.unit.unwrap_or(Unit::Count)),
                    Cell::Count(listed.rows),
                    Cell::text(command.as_str()),
                ])
            }));
        }
    }
    Table {
        caption: String::new(),
        columns: heads.into_iter().map(|(head, is_number)| column(head, is_number)).collect(),
        rows,
    }
}

fn found<'s>(sources: &Sources<'s>, asked: &Asked) -> Option<&'s Listed> {
    sources.behind.iter().find(|(known, _)| known == asked).map(|(_, listed)| listed)
}

impl Listed {
    /// `2,000 rows of answer, of which 280 count against the goal: helpdesk 7 of ticket 12, 9 of ticket 14 …`. Where some
    /// make the figure what it is, no others are named.
    fn words(&self) -> String {
        let rows = if self.rows == 1 { "row" } else { "rows" };
        let mut said = format!("{} {rows} of {}", words::count(self.rows), self.table);
        if self.records.is_empty() {
            return said;
        }
        let first = self.first.words(self.rows);
        let first = match self.unit {
            Some(Unit::Seconds) => first.replace("largest", "longest").replace("smallest", "shortest"),
            _ => first,
        };
        if !first.is_empty() {
            let _ = write!(said, ", {first}");
        }
        said.push_str(": ");
        let wanted = self.first.count().filter(|count| *count > 0).unwrap_or(self.rows);
        let shown = self.records.len().min(usize::try_from(wanted).unwrap_or(usize::MAX));
        let mut system: Option<&str> = None;
        for record in self.records.iter().take(shown) {
            match system {
                Some(known) if known == record.system => said.push_str(", "),
                Some(_) => said.push_str("; "),
                None => {}
            }
            if system != Some(record.system.as_str()) {
                let _ = write!(said, "{} ", record.system);
                system = Some(&record.system);
            }
            said.push_str(&record.words());
        }
        if wanted > shown as u64 {
            said.push_str(" …");
        }
        said
    }
}

impl First {
    /// How many rows make the figure what it is; none where each does.
    fn count(self) -> Option<u64> {
        match self {
            First::Against(count) | First::Above(count) | First::Adding(count) => Some(count),
            First::Largest | First::Smallest | First::Earliest => None,
        }
    }

    fn words(self, rows: u64) -> String {
        let told = |count: u64, one: &str, many: &str| match count {
            _ if rows == 1 && count == 1 => format!("which {one}"),
            _ if rows == 1 => format!("which does not {many}"),
            0 => format!("none of which {one}"),
            1 => format!("of which one {one}"),
            count if count == rows => format!("all of which {many}"),
            count => format!("of which {} {many}", words::count(count)),
        };
        match self {
            First::Against(count) => told(count, "counts against the goal", "count against the goal"),
            First::Above(count) => told(count, "stands above the line", "stand above the line"),
            First::Adding(count) => told(count, "adds to it", "add to it"),
            First::Largest if rows > 1 => "the largest first".to_owned(),
            First::Smallest if rows > 1 => "the smallest first".to_owned(),
            First::Earliest if rows > 1 => "the earliest first".to_owned(),
            First::Largest | First::Smallest | First::Earliest => String::new(),
        }
    }
}

impl Record {
    /// Its id, with the ticket it belongs to where that does not say it already.
    fn words(&self) -> String {
        match &self.ticket {
            Some(ticket) if *ticket != self.id && !self.id.starts_with(&format!("{ticket}/")) => {
                format!("{} of ticket {ticket}", self.id)
            }
            _ => self.id.clone(),
        }
    }
}
