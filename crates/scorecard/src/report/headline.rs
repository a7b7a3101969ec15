//! What to know if one reads no further.

use super::{Sources, sentences};
use crate::chart::{self, Bar};
use crate::document::{Block, Callout, Text, Tone};
use crate::status::Status;
use crate::terminal;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let card = sources.card;
    let mut blocks = vec![Block::heading(1, "In short", "short")];
    blocks.extend(total(sources));
    blocks.push(Block::Paragraph(counts(sources)));
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

/// What caps the total, before anything else; then the other gates and the total, as the terminal says them.
fn total(sources: &Sources<'_>) -> Vec<Block> {
    let lines = terminal::headline(sources.card);
    let (alarms, rest): (Vec<String>, Vec<String>) = lines.into_iter().partition(|line| line.starts_with('✗'));
    let plain = |line: &String| Text::from(format!("{}.", line.trim_start_matches(['✗', '–', ' '])));
    let mut blocks = Vec::new();
    if !alarms.is_empty() {
        let text = alarms.iter().map(plain).collect();
        blocks.push(Block::Callout(Callout { tone: Tone::Alarm, title: "The total is capped".to_owned(), text }));
    }
    let (last, gates) = rest.split_last().map_or((None, &[][..]), |(last, gates)| (Some(last), gates));
    blocks.extend(last.map(|last| Block::Paragraph(Text::new().strong(format!("{last}.")))));
    if !gates.is_empty() {
        blocks.push(Block::list(gates.iter().map(|line| format!("{line}."))));
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

/// Scores of the perspectives, and of the card.
pub(super) fn scores(sources: &Sources<'_>) -> Vec<Block> {
    let card = sources.card;
    if card.total.scored_weight == 0.0 {
        return Vec::new();
    }
    let total = Bar { name: "Total".to_owned(), value: card.total.score, is_total: true };
    let perspectives =
        card.perspectives.iter().map(|one| Bar { name: one.name.clone(), value: one.score, is_total: false });
    let bars: Vec<Bar> = std::iter::once(total).chain(perspectives).collect();
    // one line for all of them, or none
    let mut floors = card.perspectives.iter().map(|one| one.floor);
    let floor = floors.next().filter(|first| floors.all(|other| (other - first).abs() < 1e-9));
    let figure = chart::bars("Scores: 0 at the baseline, 100 at the target, 120 at the stretch", &bars, floor);
    vec![Block::heading(1, "The card as a score", "scores"), Block::Figures(vec![figure])]
}

/// Where figures will stand at their deadlines.
pub(super) fn outlook(sources: &Sources<'_>) -> Vec<Block> {
    let lines: Vec<String> = sources.card.kpis.iter().filter_map(terminal::projection).collect();
    match sentences(lines.iter().map(|line| line.trim_start_matches(['·', ' ']))) {
        Some(list) => vec![Block::heading(1, "By the deadline, if it goes on like this", "outlook"), list],
        None => Vec::new(),
    }
}
