//! What is not settled when a period is to be closed, in words.

use std::collections::BTreeSet;

use catalogue::answer::Quality;
use model::Instant;
use model::calendar::Organisation;

use crate::card::{Card, Scorecard};
use crate::words;

/// A source that is not loaded to the end of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its name.
    pub source: String,
    /// It is loaded through this time.
    pub through: Instant,
    /// Names of the figures on the card that wait for it.
    pub figures: BTreeSet<String>,
}

/// What of the range of `card` is not settled at `now`: days that are still to come, sources that are `behind`, figures that
/// late answers still change.
pub(super) fn settling(card: &Scorecard, organisation: &Organisation, behind: &[Behind], now: Instant) -> Vec<String> {
    let mut settling = Vec::new();
    let is_over = now >= organisation.start_of(card.range.to);
    if !is_over {
        let last = card.range.to.yesterday().unwrap_or(card.range.to);
        settling.push(format!("the period goes on through {last}"));
    } else if card.watermark.is_none() {
        settling.push("no data is loaded".to_owned());
    } else {
        settling.extend(behind.iter().map(|one| {
            let (source, through) = (&one.source, words::time(one.through, &organisation.zone));
            let figures: Vec<&str> = one.figures.iter().map(String::as_str).collect();
            format!("source `{source}` is loaded through {through} only, for {}", figures.join(", "))
        }));
    }
    let waits = |kpi: &Card| is_over && behind.iter().any(|one| one.figures.contains(&kpi.name));
    let is_young = |kpi: &&Card| match kpi.quality {
        // what waits for a source has been told
        Quality::Settling => !waits(kpi),
        Quality::Provisional => true,
        _ => false,
    };
    settling.extend(card.kpis.iter().filter(is_young).map(|kpi| {
        let why = if kpi.quality == Quality::Settling {
            "late answers are not in yet, or part of it is too young to be judged"
        } else {
            "provisional"
        };
        format!("{}: {why}", kpi.name)
    }));
    settling
}
