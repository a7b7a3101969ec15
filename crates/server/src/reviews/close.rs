//! Closing a period: the card's answers are kept, and what becomes of them later is told.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::question::Principal;
use engine::tables::Facts;
use model::Instant;
use model::calendar::DateRange;
use scorecard::review::{Approval, Behind, Closed, Event, Recorded, Refusal, Subject, close, is_unchanged};
use scorecard::{Definition, Scorecard, words};

use super::deed::named;
use crate::ServerError;
use crate::ask::Reader;

/// How a period is closed.
#[derive(Clone, Debug)]
pub struct Closing<'a> {
    /// Name of the card.
    pub card: &'a str,
    /// The period.
    pub range: DateRange,
    /// Who closes it.
    pub actor: &'a str,
    /// Why it is closed again, where it has been closed.
    pub reason: Option<&'a str>,
    /// Whether it is closed although it is not settled.
    pub provisional: bool,
}

/// A period that was closed.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The entry of the journal.
    pub recorded: Recorded,
    /// What it keeps.
    pub closed: Closed,
    /// Whether the card was approved then: whose targets it is judged by.
    pub approval: Option<Approval>,
}

impl Reader {
    /// Closes a period with the answers of its card.
    ///
    /// # Errors
    /// No such card; a period that is not over or not settled, unless it is closed provisionally; one that was closed
    /// before, without a reason or with the very same; what the engine or the journal met.
    pub async fn close(&self, closing: &Closing<'_>, principal: &Principal, now: Instant) -> Result<Kept, ServerError> {
        let actor = named(closing.actor)?;
        let definition = self.workspace.card(closing.card)?;
        let card: Scorecard =
            self.scorecard(definition, closing.range, None, Default::default(), principal, now).await?;
        let organisation = &self.workspace.organisation;
        let behind = self.behind(definition, closing.range, now)?;
        let closed = close(&card, definition, &self.workspace.catalogue, organisation, &behind, now);
        if !closed.settling.is_empty() && !closing.provisional {
            let is_over = now >= organisation.start_of(closing.range.to);
            let help = catch_up(&behind, closing.range).filter(|_| is_over);
            return Err(Refusal::NotSettled { what: closed.settling.join("; "), help }.into());
        }
        let reason = closing.reason.map(str::trim).filter(|reason| !reason.is_empty());
        let hours = Some(self.workspace.hours_hash.clone());
        let closed = Closed { reason: reason.map(str::to_owned), hours, ..closed };
        let recorded = self.reviews.append(&actor, now, |state| {
            if let Some(before) = state.closing(closing.card, closed.from, closed.to) {
                let (on, by) = (organisation.date_of(before.at), before.by.clone());
                if is_unchanged(&before.closed, &closed, &card) {
                    return Err(Refusal::ClosedAlike { on, by }.into());
                }
                if before.closed.settling.is_empty() && reason.is_none() {
                    return Err(Refusal::Closed { on, by }.into());
                }
            }
            let archived = self.to_archive(definition.shown_metrics(), None, state, now);
            Ok(Some((Subject::card(closing.card), Event::Closed(Closed { archived, ..closed.clone() }))))
        })?;
        let recorded = recorded.ok_or_else(|| ServerError::Usage("there was nothing to close".to_owned()))?;
        Ok(Kept { recorded, closed, approval: card.approval.clone() })
    }

    /// The sources that figures of a card wait for to the end of `range`, by name. A figure of which nothing is loaded at
    /// all waits for none.
    fn behind(&self, definition: &Definition, range: DateRange, now: Instant) -> Result<Vec<Behind>, ServerError> {
        let (cut, snapshot) = (self.cut(definition, BTreeMap::new())?, self.store.snapshot()?);
        let stated = self.workspace.stated(now);
        let facts = Facts::Stored { snapshot: &snapshot, stated: &stated };
        let end = self.workspace.organisation.start_of(range.to);
        let mut found: BTreeMap<String, Behind> = BTreeMap::new();
        for (name, question) in scorecard::named_figures(definition, &range) {
            let Some(question) = cut.question(question) else { continue };
            let plan = self.plan(&question)?;
            let leaves = plan.leaves();
            if leaves.iter().any(|leaf| facts.watermark(leaf).is_none()) {
                continue;
            }
            for (source, through) in leaves.into_iter().flat_map(|leaf| facts.behind(leaf, end)) {
                let new = || Behind { source: source.clone(), through, figures: BTreeSet::new() };
                let known = found.entry(source.clone()).or_insert_with(new);
                // of one kind of record it may have come less far than of another
                known.through = known.through.min(through);
                known.figures.insert(name.to_owned());
            }
        }
        Ok(found.into_values().collect())
    }
}

/// What to do about sources that hold a close up.
fn catch_up(behind: &[Behind], range: DateRange) -> Option<String> {
    let files: Vec<String> = behind.iter().map(|one| format!("sources/{}.toml", one.source)).collect();
    if files.is_empty() {
        return None;
    }
    let files = words::listed(&files);
    let day = range.to.yesterday().unwrap_or(range.to);
    Some(format!(
        "import what is missing; or where nothing is, write `complete_through = {day}` in {files}, or `finished = true` \
         where nothing more comes of it"
    ))
}
