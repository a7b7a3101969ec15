//! One metric: what it means, why it is there, how it is computed, what is wanted of it, how it is gamed.

use std::collections::BTreeMap;

use catalogue::expression::Value;
use catalogue::metric::{Direction, Example, Metric, Unit, to_json};
use model::FieldType;

use super::{Book, and, glossary, rule};
use crate::definition::{Definition, Kpi};
use crate::document::{Block, Callout, Cell, Column, Row, Table, Text, Tone};
use crate::words;

/// Most worked examples that are told of a metric.
const EXAMPLES_MAX: usize = 8;

/// Where the entry of a metric is.
pub(super) fn id(metric: &str) -> String {
    format!("metric-{metric}")
}

/// Entries of the metrics that are KPIs.
pub(super) fn kpis(book: &Book<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for metric in book.kpi_metrics() {
        blocks.extend(head(metric));
        blocks.extend(purpose(book, metric));
        blocks.extend(wanted(book, metric));
        let of_it = |text: &str| format!("{}-{text}", id(&metric.id));
        blocks.push(Block::heading(3, "How it is computed", of_it("computed")));
        blocks.push(rule::facts(metric));
        blocks.extend(parameters(book, metric));
        blocks.extend(examples(metric));
        blocks.push(Block::heading(3, "Reading it rightly", of_it("reading")));
        blocks.extend(beside(book, metric));
        blocks.extend(gamed(metric));
        blocks.extend(caveats(book, metric));
        blocks.push(Block::Paragraph(standing(book, metric)));
    }
    blocks
}

/// Shorter entries of the metrics that move KPIs.
pub(super) fn operational(book: &Book<'_>) -> Vec<Block> {
    let metrics = book.operational_metrics();
    if metrics.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::paragraph(
        "These move the KPIs, day by day. They are there to see where to lend a hand, and none of them is an end in itself.",
    )];
    for metric in metrics {
        blocks.extend(head(metric));
        blocks.extend(serves(book, metric));
        blocks.extend(wanted_operational(book, metric));
        blocks.push(rule::facts(metric));
        blocks.extend(gamed(metric));
        blocks.extend(caveats(book, metric));
    }
    blocks
}

fn head(metric: &Metric) -> Vec<Block> {
    let mut blocks = vec![Block::heading(2, metric.name.as_str(), id(&metric.id))];
    let mut called = Text::new().code(&metric.id);
    if !metric.aliases.is_empty() {
        called = called.plain(", also called ").emphasis(metric.aliases.join(", "));
    }
    let better = match metric.direction {
        Direction::Up => ". More is better.",
        Direction::Down => ". Less is better.",
        Direction::Range => ". Neither too much nor too little is good.",
    };
    blocks.push(Block::Paragraph(called.plain(better)));
    blocks.push(Block::Paragraph(Text::prose(metric.meaning.trim())));
    blocks
}

/// Why it is on a card.
fn purpose(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    let mut sentences = Vec::new();
    for (_, card, kpi) in book.kpis().filter(|(_, _, kpi)| kpi.metric == metric.id) {
        sentences.extend(kpi.why.as_ref().map(Text::from));
        sentences.extend(path(card, kpi));
    }
    once(&mut sentences);
    (!sentences.is_empty())
        .then(|| Block::Paragraph(Text::new().strong("Why it matters. ").then(Text::join(sentences, " "))))
}

/// From a KPI to the goal of its card, in words.
fn path(card: &Definition, kpi: &Kpi) -> Option<Text> {
    let factor = card.factors.iter().find(|factor| Some(&factor.id) == kpi.factor.as_ref())?;
    let objective = card.objectives.iter().find(|objective| objective.id == factor.objective)?;
    let text = Text::new().plain("It tells about ").emphasis(factor.name.as_str());
    Some(text.plain(", on which it depends that ").emphasis(objective.name.trim_end_matches('.')).plain("."))
}

/// Targets on every card that has it.
fn wanted(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    let items: Vec<Text> = book
        .kpis()
        .filter(|(_, _, kpi)| kpi.metric == metric.id)
        .map(|(name, card, kpi)| {
            let text = Text::new().strong(card.title.as_str()).plain(": ");
            let text = if kpi.name == metric.name { text } else { text.plain(format!("“{}”, ", kpi.name)) };
            if let Some(retired) = book.retired(name, kpi) {
                return text.plain(format!("{retired}."));
            }
            let figure = match statistic(&kpi.statistic) {
                Some(figure) => format!("{figure}, "),
                None => String::new(),
            };
            let text = text.plain(figure);
            let text = match &kpi.target {
                None => text.plain("no target yet"),
                Some(target) => {
                    let text = text.plain(kpi.goal_in_words().unwrap_or_default());
                    let text = match target.deadline {
                        Some(day) => text.plain(format!(" by {}", words::day(day))),
                        None => text,
                    };
                    match &target.owner {
                        Some(owner) => text.plain(format!("; {owner} answers for it")),
                        None => text.plain("; nobody answers for it yet"),
                    }
                }
            };
            let narrowed = kpi.filter.as_ref().map(|filter| filter.value.as_str());
            let text = match narrowed {
                Some(filter) => text.plain("; only where ").code(rule::one_line(filter)),
                None => text,
            };
            text.plain(format!("; reviewed {}.", kpi.cadence.name()))
        })
        .collect();
    (!items.is_empty()).then(|| Block::list(items))
}

/// `median`, `p90`: which of several figures; none where the metric has but one.
pub(super) fn statistic(name: &str) -> Option<String> {
    match name {
        "median" => Some("the middle one (median)".to_owned()),
        name => {
            let percent = name
                .strip_prefix('p')
                .filter(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some(format!("what {percent} % stay within ({name})"))
        }
    }
}

/// Each text once, where it comes first: several cards say the same of a metric.
fn once(texts: &mut Vec<Text>) {
    let mut seen: Vec<Text> = Vec::new();
    texts.retain(|text| {
        let is_new = !seen.contains(text);
        if is_new {
            seen.push(text.clone());
        }
        is_new
    });
}

/// What an operational metric is for.
fn serves(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    let moved: Vec<Text> = book
        .kpis()
        .filter(|(_, _, kpi)| kpi.operational.contains(&metric.id))
        .map(|(_, _, kpi)| Text::new().link(kpi.name.as_str(), id(&kpi.metric)))
        .collect();
    let gated = book.cards().flat_map(|(_, card)| card.gates.iter().map(move |gate| (card, gate)));
    let gates: Vec<Text> = gated
        .filter(|(_, gate)| gate.metric == metric.id)
        .map(|(card, gate)| Text::from(format!("It is a gate of {}: {}.", card.title, super::cards::limit(gate))))
        .collect();
    let mut sentences = Vec::new();
    let mut moved = moved;
    once(&mut moved);
    if !moved.is_empty() {
        sentences.push(Text::from("It moves ").then(and(moved)).plain("."));
    }
    sentences.extend(gates);
    (!sentences.is_empty())
        .then(|| Block::Paragraph(Text::new().strong("Why it matters. ").then(Text::join(sentences, " "))))
}

fn wanted_operational(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    let named = book.cards().flat_map(|(_, card)| card.operational.iter().map(move |one| (card, one)));
    let items: Vec<Text> = named
        .filter(|(_, one)| one.metric == metric.id)
        .filter_map(|(card, one)| {
            let target = one.target.as_ref()?;
            let owner = target.owner.as_ref().map_or_else(String::new, |owner| format!("; {owner} answers for it"));
            let goal = words::goal(&target.goal, metric.unit);
            Some(Text::new().strong(card.title.as_str()).plain(format!(": {goal}{owner}.")))
        })
        .collect();
    (!items.is_empty()).then(|| Block::list(items))
}

fn parameters(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    if metric.parameters.is_empty() {
        return None;
    }
    let kpis: Vec<&Kpi> = book.kpis().map(|(_, _, kpi)| kpi).filter(|kpi| kpi.metric == metric.id).collect();
    let rows = metric.parameters.iter().map(|parameter| {
        let default = value(&parameter.default, parameter.kind);
        let mut set: Vec<String> =
            kpis.iter().map(|kpi| set_to(kpi, metric, &parameter.name).unwrap_or_else(|| default.clone())).collect();
        set.sort();
        set.dedup();
        Row::plain([
            Cell::Text(Text::new().code(&parameter.name)),
            Cell::Text(Text::prose(&words::capital(parameter.meaning.trim()))),
            Cell::Text(Text::new().strong(set.join(" or "))),
        ])
    });
    Some(Block::Table(Table {
        caption: "What it is computed with".to_owned(),
        columns: vec![Column::text("Parameter", 4), Column::text("What it does", 9), Column::text("Set to", 3)],
        rows: rows.collect(),
    }))
}

/// What a KPI sets a parameter to, on the card or by its variant.
fn set_to(kpi: &Kpi, metric: &Metric, parameter: &str) -> Option<String> {
    let of_variant: Option<&BTreeMap<String, Value>> =
        kpi.variant.as_ref().and_then(|variant| metric.variants.get(variant)).map(|variant| &variant.parameters);
    let kind = metric.parameters.iter().find(|known| known.name == parameter).map(|known| known.kind)?;
    kpi.parameters.get(parameter).cloned().or_else(|| Some(value(of_variant?.get(parameter)?, kind)))
}

/// A value of a parameter as people write it.
fn value(value: &Value, kind: FieldType) -> String {
    let json = to_json(value);
    match (kind, json.as_f64(), json.as_str()) {
        (FieldType::Duration, Some(seconds), _) => words::figure(Some(seconds), Unit::Seconds),
        (_, _, Some("")) => "nothing".to_owned(),
        (FieldType::Number, Some(number), _) => number.to_string(),
        (_, _, Some(text)) => text.to_owned(),
        _ => json.to_string(),
    }
}

/// Edge cases, each with what the metric says of it.
fn examples(metric: &Metric) -> Vec<Block> {
    let plain = metric.examples.iter().filter(|example| !example.name.starts_with('…') && !example.name.ends_with('…'));
    let told: Vec<&Example> = plain.take(EXAMPLES_MAX).collect();
    if told.is_empty() {
        return Vec::new();
    }
    let rows = told.iter().map(|example| {
        Row::plain([Cell::Text(Text::prose(&words::capital(&example.name))), Cell::text(answer(example, metric.unit))])
    });
    vec![Block::Table(Table {
        caption: "Edge cases".to_owned(),
        columns: vec![Column::text("Case", 9), Column::text("What it says", 4)],
        rows: rows.collect(),
    })]
}

/// `66.7 %, of 36`, `no figure, 9 of 9`: what an example must come to.
fn answer(example: &Example, unit: Unit) -> String {
    let number = |name: &str| example.expect.get(name).and_then(serde_json::Value::as_f64);
    let of = number("n").filter(|n| *n > 0.0).map(|n| format!("of {}", words::number(n, 0)));
    let quality = example.expect.get("quality").and_then(serde_json::Value::as_str);
    let quality =
        quality.filter(|quality| !matches!(*quality, "ok" | "no_data")).map(|quality| quality.replace('_', " "));
    let value = example
        .expect
        .get("value")
        .map(|value| value.as_f64().map_or_else(|| "no figure".to_owned(), |value| words::figure(Some(value), unit)));
    let statistic = example.statistic.clone();
    value.into_iter().chain(statistic).chain(of).chain(quality).collect::<Vec<_>>().join(", ")
}

/// What to read beside it, and what moves it.
fn beside(book: &Book<'_>, metric: &Metric) -> Vec<Block> {
    let names = |ids: &[String]| and(ids.iter().map(|id| named(book, id)).collect());
    let mut counter: Vec<String> = Vec::new();
    for (_, _, kpi) in book.kpis().filter(|(_, _, kpi)| kpi.metric == metric.id) {
        counter.extend(kpi.counterbalances.iter().cloned());
    }
    if counter.is_empty() {
        counter.clone_from(&metric.counterbalances);
    }
    let mut seen = std::collections::BTreeSet::new();
    counter.retain(|id| seen.insert(id.clone()));
    let mut items = Vec::new();
    if !counter.is_empty() {
        items.push(
            Text::new()
                .strong("Read it beside ")
                .then(names(&counter))
                .plain(": they get worse where it is pushed too hard."),
        );
    }
    if !metric.drivers.is_empty() {
        items.push(Text::new().strong("It is moved by ").then(names(&metric.drivers)).plain("."));
    }
    if items.is_empty() { Vec::new() } else { vec![Block::list(items)] }
}

/// A metric by its name, or by its id in words where there is no definition of it.
pub(super) fn named(book: &Book<'_>, metric: &str) -> Text {
    match book.sources.catalogue.get(metric) {
        Some(found) => Text::new().link(found.name.as_str(), id(metric)),
        None => Text::from(metric.replace('_', " ")),
    }
}

fn gamed(metric: &Metric) -> Option<Block> {
    let text = metric.gamed.trim();
    (!text.is_empty()).then(|| {
        Block::Callout(Callout {
            tone: Tone::Warning,
            title: "How it is gamed".to_owned(),
            text: vec![Text::prose(text)],
        })
    })
}

fn caveats(book: &Book<'_>, metric: &Metric) -> Option<Block> {
    (!metric.caveats.is_empty())
        .then(|| Block::list(metric.caveats.iter().map(|caveat| glossary::spelled(book, caveat))))
}

/// Where its definition stands, and where it comes from.
fn standing(book: &Book<'_>, metric: &Metric) -> Text {
    let standing = book.sources.approved.get(&metric.id).cloned();
    let standing = standing.unwrap_or_else(|| words::definition_status(metric.status).to_owned());
    let mut text = Text::new().strong("Definition. ").plain(format!(
        "Version {}, in force from {}, {standing}",
        metric.version,
        words::day(metric.effective)
    ));
    if !metric.owner.is_empty() {
        text = text.plain(format!("; {} answers for it", metric.owner));
    }
    text = text.plain(".");
    let sources: Vec<&str> = metric.sources.iter().map(String::as_str).filter(|source| !source.is_empty()).collect();
    if sources.is_empty() { text } else { text.plain(format!(" After: {}.", sources.join("; ").trim_end_matches('.'))) }
}
