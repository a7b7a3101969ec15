//! Why: what the company competes on, what it wants to achieve, what that depends on, and which KPI tells.

use super::{Book, and, entry};
use crate::definition::{Definition, INDUSTRIES, PROPOSITIONS, Role};
use crate::document::{Block, Callout, Text, Tone};
use crate::words;

pub(super) fn blocks(book: &Book<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let several = book.sources.cards.len() > 1;
    for (name, card) in book.cards() {
        // a narrower card has the same reasons, unless it says its own
        if card.parent.is_some() && card.objectives.is_empty() && card.value_proposition.is_empty() {
            continue;
        }
        if several {
            blocks.push(Block::heading(2, card.title.as_str(), format!("why-{name}")));
        }
        blocks.push(proposition(card));
        blocks.extend(stance(card));
        blocks.extend(objectives(name, card, if several { 3 } else { 2 }));
    }
    blocks
}

fn proposition(card: &Definition) -> Block {
    if card.value_proposition.is_empty() {
        return Block::Callout(Callout {
            tone: Tone::Warning,
            title: "Nobody has written down what we promise our customers".to_owned(),
            text: vec![
                Text::new()
                    .plain("Put it into ")
                    .code(&card.file.path)
                    .plain(", as ")
                    .code("value_proposition")
                    .plain(": without it nobody can tell whether the KPIs below are the right ones."),
            ],
        });
    }
    Block::note("What we promise our customers", card.value_proposition.as_str())
}

/// What the company competes on, in which industry, on which channels: one sentence each.
fn stance(card: &Definition) -> Option<Block> {
    let mut sentences = Vec::new();
    if !card.competes_on.is_empty() {
        let mut mix: Vec<(&String, &f64)> = card.competes_on.iter().collect();
        mix.sort_by(|one, other| other.1.total_cmp(one.1));
        let shares = mix.iter().map(|(id, share)| {
            let name = PROPOSITIONS.iter().find(|(known, _)| known == id).map_or(id.as_str(), |(_, name)| name);
            let name = lower(name);
            Text::from(if mix.len() > 1 { format!("{name} ({})", words::share(**share)) } else { name })
        });
        sentences.push(Text::from("What we set out to do: ").then(Text::join(shares, ", ")).plain("."));
    }
    if let Some((_, name)) = card.industry.as_ref().and_then(|id| INDUSTRIES.iter().find(|(known, _)| known == id)) {
        sentences.push(Text::from(format!("Our industry is {}.", lower(name))));
    }
    if !card.channels.is_empty() {
        let channels = card.channels.iter().map(|channel| Text::from(channel.replace('_', " ")));
        sentences.push(Text::from("Customers reach us by ").then(and(channels.collect())).plain("."));
    }
    (!sentences.is_empty()).then(|| Block::Paragraph(Text::join(sentences, " ")))
}

/// A name within a sentence.
fn lower(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_lowercase().collect::<String>() + characters.as_str()).unwrap_or_default()
}

fn objectives(name: &str, card: &Definition, level: u8) -> Vec<Block> {
    let mut blocks = Vec::new();
    for objective in &card.objectives {
        blocks.push(Block::heading(level, objective.name.as_str(), format!("objective-{name}-{}", objective.id)));
        blocks.extend(objective.why.as_ref().map(Block::paragraph));
        let factors = card.factors.iter().filter(|factor| factor.objective == objective.id);
        let items = factors.map(|factor| {
            let head = Text::new().plain("It depends on ").strong(factor.name.as_str());
            let of_it = card.kpis.iter().filter(|kpi| kpi.factor.as_ref() == Some(&factor.id));
            let told: Vec<Text> =
                of_it.map(|kpi| Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric))).collect();
            let also = card.kpis.iter().filter(|kpi| kpi.also.contains(&factor.id));
            let also: Vec<Text> = also.map(|kpi| Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric))).collect();
            let head = match told.is_empty() {
                true => head.plain("; no KPI tells about it yet"),
                false => head.plain(", told by ").then(and(told)),
            };
            if also.is_empty() { head.plain(".") } else { head.plain("; see also ").then(and(also)).plain(".") }
        });
        let items: Vec<Text> = items.collect();
        if !items.is_empty() {
            blocks.push(Block::list(items));
        }
    }
    let counters: Vec<Text> = card
        .kpis
        .iter()
        .filter(|kpi| kpi.role == Role::Counter)
        .map(|kpi| Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric)))
        .collect();
    if !counters.is_empty() {
        blocks.push(Block::Paragraph(
            Text::from("So that none of this is bought too dearly, the card holds against it ")
                .then(and(counters))
                .plain("."),
        ));
    }
    let loose: Vec<Text> = card
        .kpis
        .iter()
        .filter(|kpi| kpi.factor.is_none() && kpi.role != Role::Counter && !card.objectives.is_empty())
        .map(|kpi| Text::new().link(kpi.name.as_str(), entry::id(&kpi.metric)))
        .collect();
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(Text::from("Tied to no objective yet: ").then(and(loose)).plain(".")));
    }
    blocks
}
