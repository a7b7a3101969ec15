//! What to know if one reads no further.

use super::{Sources, sentences};
use crate::card::Scorecard;
use crate::chart::{self, Bar};
use crate::document::{Block, Callout, Text, Tone};
use crate::review::SinceClosed;
use crate::status::Status;
use crate::terminal;
use crate::words;

pub(super) fn blocks(sources: &Sources<'_>) -> Vec<Block> {
    let card = sources.card;
    let mut blocks = vec![Block::heading(1, "In short", "short")];
    blocks.extend(total(sources));
    blocks.push(Block::Paragraph(counts(sources)));
    let since = since_closed(card);
    let is_otherwise = since.len() > 1;
    blocks.extend(since);
    match sentences(card.changes.iter().map(|change| change.text.as_str())) {
        Some(list) if card.compared.is_some() => {
            blocks.push(Block::paragraph("What changed most since the period before:"));
            blocks.push(list);
        }
        None if card.compared.is_some() && !has_before(card) => {
            blocks.push(Block::paragraph("There are no figures of the period before to compare with."));
        }
        // what was put right since is a change, too
        _ if card.compared.is_some() && !is_otherwise => {
            blocks.push(Block::paragraph("Nothing changed by more than chance would have it since the period before."));
        }
        _ => {}
    }
    blocks
}

/// Whether any figure can be compared with the period before.
fn has_before(card: &Scorecard) -> bool {
    card.kpis.iter().filter_map(|kpi| kpi.change.as_ref()).any(|change| change.previous.is_some())
}

/// That the period was closed and with which total, each time, and each thing that is otherwise since.
fn since_closed(card: &Scorecard) -> Vec<Block> {
    let Some(closed) = &card.closed else { return Vec::new() };
    let how = terminal::closing(card, closed, &words::day(closed.on));
    let (then, now) = (terminal::points(closed.total), terminal::points(card.total.score));
    let total = match (then.as_str(), now.as_str()) {
        ("", _) => "There was no total then.".to_owned(),
        (then, "") => format!("The total was {then}; there is none now."),
        (then, now) if then == now => format!("The total was {then}, as it is now."),
        (then, now) => format!("The total was {then}; it is {now} now."),
    };
    let told = |how: &str, more: &str, changed: &[SinceClosed]| {
        let head = Block::Paragraph(Text::new().strong(format!("{how}.")).plain(more));
        std::iter::once(head).chain(sentences(changed.iter().map(|one| one.sentence.as_str()))).collect::<Vec<_>>()
    };
    let earlier = terminal::earlier(closed, &words::day).into_iter().flat_map(|(how, changed)| told(&how, "", changed));
    earlier.chain(told(&how, &format!(" {total}"), &closed.changed)).collect()
}

/// What caps the total, before anything else; then the other gates and the total, as the terminal says them.
fn total(sources: &Sources<'_>) -> Vec<Block> {
    let lines = terminal::headline(sources.card);
    let (alarms, rest): (Vec<String>, Vec<String>) = lines.into_iter().partition(|line| line.starts_with('✗'));
    let plain = |line: &String| Text::from(format!("{}.", line.trim_start_matches(['✗', '–', ' '])));
    let mut blocks = Vec::new();
    if !alarms.is_empty() {
        let text = alarms.iter().map(plain).collect();
        let title = match terminal::is_capped(sources.card) {
            true => "The total is capped",
            false => "What must hold does not",
        };
        blocks.push(Block::Callout(Callout { tone: Tone::Alarm, title: title.to_owned(), text }));
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
    let told: Vec<String> = terminal::standings(card)
        .into_iter()
        .map(|(status, words, count)| match (status, count) {
            (Status::NoData, 1) => format!("1 has {words}"),
            (Status::NoData, _) => format!("{count} have {words}"),
            (_, 1) => format!("1 is {words}"),
            (_, _) => format!("{count} are {words}"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::review::{ClosedPeriod, EarlierClose, SinceOf};

    #[test]
    fn that_a_period_was_closed_is_told_with_its_total() {
        let mut card = fixture::card(&fixture::definition(crate::COMPANY.1), None, None);
        card.total.score = Some(60.0);
        let mut check = |earlier: &[EarlierClose], total: Option<f64>, changed: &[&str], expected: &[&str]| {
            let on = "2026-11-02".parse().unwrap();
            let since = |sentence: &&str| SinceClosed {
                of: SinceOf::Kpi,
                id: "csat_t2b".to_owned(),
                figure: true,
                sentence: (*sentence).to_owned(),
            };
            let changed = changed.iter().map(since).collect();
            card.closed = Some(ClosedPeriod {
                hours_changed: false,
                on,
                by: "Anna".to_owned(),
                provisional: false,
                reason: None,
                total,
                earlier: earlier.to_vec(),
                changed,
            });
            let told: Vec<String> = since_closed(&card)
                .into_iter()
                .flat_map(|block| match block {
                    Block::Paragraph(text) => vec![text.words()],
                    Block::List { items, .. } => items.iter().map(Text::words).collect(),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(told, expected);
        };
        let closed = "Closed on 2 Nov 2026 by Anna; ";
        check(
            &[],
            Some(60.0),
            &[],
            &[&format!("{closed}no figure has changed since. The total was 60.0, as it is now.")],
        );
        check(&[], None, &[], &[&format!("{closed}no figure has changed since. There was no total then.")]);
        check(
            &[],
            Some(80.2),
            &["Complaints 8.3 then, 16.7 now"],
            &[
                &format!("{closed}restated since. The total was 80.2; it is 60.0 now."),
                "Complaints 8.3 then, 16.7 now.",
            ],
        );
        // what people saw the first time stays known
        let sentence = "Complaints 8.3 then, 12.5 when closed again".to_owned();
        let first = EarlierClose {
            on: "2026-11-01".parse().unwrap(),
            by: "Bert".to_owned(),
            provisional: true,
            reason: None,
            total: Some(81.0),
            figures: vec![],
            changed: vec![SinceClosed {
                of: SinceOf::Kpi,
                id: "c".to_owned(),
                figure: true,
                sentence: sentence.clone(),
            }],
        };
        check(
            &[first],
            Some(60.0),
            &[],
            &[
                "First closed provisionally on 1 Nov 2026 by Bert with a total of 81.0; restated when it was closed again.",
                &format!("{sentence}."),
                "Closed again on 2 Nov 2026 by Anna; no figure has changed since. The total was 60.0, as it is now.",
            ],
        );
        card.closed = None;
        assert_eq!(since_closed(&card), []);
    }
}
