//! What to know if one reads no further.

use super::{Sources, sentences};
use crate::document::{Block, Text};
use crate::status::Status;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let card = sources.card;
    let mut blocks = vec![Block::heading(1, "In short", "short"), Block::Paragraph(counts(sources))];
    match sentences(card.changes.iter().map(|change| change.text.as_str())) {
        Some(list) if card.compared.is_some() => {
            blocks.push(Block::paragraph("What changed most since the period before:"));
            blocks.push(list);
        }
        _ if card.compared.is_some() => {
            blocks.push(Block::paragraph("Nothing changed by more than chance would have it since the period before."));
        }
        _ => {}
    }
    blocks
}

/// `Of 7 KPIs 2 are on target, 1 is off target.`
fn counts(sources: &Sources<'_>) -> Text {
    let card = sources.card;
    let told: Vec<String> = Status::ALL
        .into_iter()
        .map(|status| (status, card.counts.get(status)))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| {
            let verb = if count == 1 { "is" } else { "are" };
            match status {
                Status::NoData => format!("{count} without figure or target"),
                status => format!("{count} {verb} {}", status.words()),
            }
        })
        .collect();
    let (last, rest) = told.split_last().map_or((String::new(), &[][..]), |(last, rest)| (last.clone(), rest));
    let list = if rest.is_empty() { last } else { format!("{} and {last}", rest.join(", ")) };
    let of = match card.kpis.len() {
        1 => "Of one KPI ".to_owned(),
        count => format!("Of {count} KPIs "),
    };
    Text::new().plain(of).plain(list).plain(".")
}

/// Scores by perspective and KPI.
pub(super) fn scores(_: &Sources<'_>) -> Vec<Block> {
    Vec::new()
}
