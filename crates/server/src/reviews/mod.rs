//! What people do to a workspace's scorecard: recorded in its journal, and what that amounts to.

mod below;
mod close;
mod deed;
mod definitions;
mod gone;
mod replace;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use model::Instant;
use scorecard::review::{Event, Recorded, Refusal, State, Subject, place};
use scorecard::{Definition, Scorecard};
use store::journal::{Entry, Journal};

use crate::ServerError;
use crate::ask::Reader;
use crate::workspace::Workspace;

pub use below::Unfit;
pub use close::{Closing, Kept};
pub use deed::{Deed, OutOfUse, Verb, named};
pub(crate) use definitions::DefinedOn;
pub use gone::GoneCard;
pub use replace::{Replaced, Replacing, Written};

/// The journal of a workspace and what has been read of it.
#[derive(Debug)]
pub struct Reviews {
    journal: Journal,
    known: Mutex<Arc<State>>,
}

impl Reviews {
    /// The journal in the data directory `data`; nothing is made before the first deed.
    ///
    /// # Errors
    /// When it lies on a network file system.
    pub fn open(data: &Path) -> Result<Reviews, ServerError> {
        Ok(Reviews { journal: Journal::open(data)?, known: Mutex::default() })
    }

    /// What was done so far, by whatever process.
    fn state(&self) -> Result<Arc<State>, ServerError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = self.journal.read(known.last)?;
        if !newer.is_empty() {
            let state = Arc::make_mut(&mut known);
            newer.into_iter().for_each(|entry| state.apply(&recorded(entry)));
        }
        Ok(known.clone())
    }

    /// Records what `decide` makes of all that was done before, if anything. The order of the journal is that of time:
    /// nothing is written into its past, and what cannot be written is not decided on.
    fn append(
        &self,
        actor: &str,
        now: Instant,
        decide: impl FnOnce(&State) -> Result<Option<(Subject, Event)>, ServerError>,
    ) -> Result<Option<Recorded>, ServerError> {
        self.note(actor, now, |state| match state.until.filter(|last| now < *last) {
            Some(last) => Err(Refusal::Backdated { last, now }.into()),
            None => decide(state),
        })
    }

    /// As [`Reviews::append`], at whatever time: what the program notes by itself.
    fn note(
        &self,
        actor: &str,
        now: Instant,
        decide: impl FnOnce(&State) -> Result<Option<(Subject, Event)>, ServerError>,
    ) -> Result<Option<Recorded>, ServerError> {
        let mut state = (*self.state()?).clone();
        let appended = self.journal.append(state.last, |newer| {
            newer.iter().for_each(|entry| state.apply(&recorded(entry.clone())));
            Ok::<_, ServerError>(decide(&state)?.map(|(subject, event)| {
                let (kind, body) = event.parts();
                Entry { at: now, actor: actor.to_owned(), kind, subject: subject.to_string(), body }
            }))
        });
        Ok(appended?.map(recorded))
    }
}

impl Reader {
    /// What was done so far.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn reviewed(&self) -> Result<Arc<State>, ServerError> {
        self.reviews.state()
    }

    /// Puts what the journal says about a card on it.
    pub(crate) fn place_reviews(&self, card: &mut Scorecard, definition: &Definition) -> Result<(), ServerError> {
        let Workspace { catalogue, organisation, .. } = &*self.workspace;
        let state = self.reviewed()?;
        place(card, definition, |subject| self.needs_second_person(subject, &state), &state, catalogue, organisation);
        let closing = state.closing(&definition.name, card.range.from, card.range.to);
        if let Some((closed, closing)) = card.closed.as_mut().zip(closing) {
            closed.compare_hours(closing, &self.workspace.hours_hash);
        }
        for kpi in &mut card.kpis {
            if let Some(metric) = catalogue.get(&kpi.metric) {
                kpi.definition_status = self.definition_status(metric, &state);
            }
        }
        Ok(())
    }

    /// Every entry of the journal, oldest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn journal(&self) -> Result<Vec<Recorded>, ServerError> {
        Ok(self.reviews.journal.read(0)?.into_iter().map(recorded).collect())
    }
}

fn recorded(entry: store::journal::Recorded) -> Recorded {
    let store::journal::Recorded { number, entry, previous, hash } = entry;
    // a body that is no JSON was not written by any version; the entry is then one that is not understood
    let body = serde_json::from_str(&entry.body).unwrap_or(serde_json::Value::String(entry.body));
    let (at, actor, kind, subject) = (entry.at, entry.actor, entry.kind, entry.subject);
    Recorded { number, at, actor, kind, subject, body, previous, hash }
}
