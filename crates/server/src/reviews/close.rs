//! Closing a period: the card's answers are kept, and what becomes of them later is told.

use catalogue::question::Principal;
use model::Instant;
use model::calendar::DateRange;
use scorecard::Scorecard;
use scorecard::review::{Closed, Event, Recorded, Refusal, Subject, close, is_unchanged};

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

impl Reader {
    /// Closes a period with the answers of its card.
    ///
    /// # Errors
    /// No such card; a period that is not over or not settled, unless it is closed provisionally; one that was closed
    /// before, without a reason or with the very same; what the engine or the journal met.
    pub async fn close(
        &self,
        closing: &Closing<'_>,
        principal: &Principal,
        now: Instant,
    ) -> Result<(Recorded, Closed), ServerError> {
        let actor = named(closing.actor)?;
        let definition = self.workspace.card(closing.card)?;
        let card: Scorecard =
            self.scorecard(definition, closing.range, None, Default::default(), principal, now).await?;
        let organisation = &self.workspace.organisation;
        let closed = close(&card, definition, &self.workspace.catalogue, organisation, now);
        if !closed.settling.is_empty() && !closing.provisional {
            return Err(Refusal::NotSettled { what: closed.settling.join("; ") }.into());
        }
        let reason = closing.reason.map(str::trim).filter(|reason| !reason.is_empty());
        let closed = Closed { reason: reason.map(str::to_owned), ..closed };
        let gates = definition.gates.iter().map(|gate| gate.metric.as_str());
        let metrics: Vec<&str> = definition.kpis.iter().map(|kpi| kpi.metric.as_str()).chain(gates).collect();
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
            let archived = self.to_archive(metrics, None, state, now);
            Ok(Some((Subject::card(closing.card), Event::Closed(Closed { archived, ..closed.clone() }))))
        })?;
        let recorded = recorded.ok_or_else(|| ServerError::Usage("there was nothing to close".to_owned()))?;
        Ok((recorded, closed))
    }
}
