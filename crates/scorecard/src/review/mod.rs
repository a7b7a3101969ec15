//! What people did to a scorecard, and what follows from it: approvals, what is due, change log, comments,
//! announcements, closed periods, definitions that were in force.
//!
//! The journal holds [`Recorded`] deeds; [`replay`] makes a [`State`] of them, which nothing else holds. An approval is
//! of a *text* ([`Text`]): whoever edits it has an unapproved one again. Names are recorded as said, not as proved.

mod approval;
mod closing;
mod due;
mod event;
mod export;
mod goals;
mod name;
mod state;
mod subject;
mod text;

pub use approval::{
    Approval, ApprovalStatus, Refusal, RetiredDefinition, approval, is_regulated, may_acknowledge, may_approve,
    may_confirm, may_hold_from, may_retire, standing, takes_two,
};
pub(crate) use closing::is_close;
pub use closing::{
    Behind, Closed, ClosedFigure, ClosedGate, ClosedPeriod, EarlierClose, Figure, More, Restated, SinceClosed, SinceOf,
    close, is_unchanged, place, since,
};
pub use due::{Due, DueKind, Every, Item, UNSEEN_DAYS, due};
pub use event::{Archived, Event, KINDS, Recorded, Signed, Unknown};
pub use export::{COLUMNS, columns};
pub use goals::{loosened, replaced};
pub use name::{as_written, same_name};
pub use state::{
    Announcement, Change, Closing, Comment, DefinitionText, History, Mark, Round, Signature, State, replay,
};
pub use subject::{Kind, Subject};
pub use text::{Text, card_texts, definition_text, initiative_text, made_of_ids, metric_text};

#[cfg(test)]
mod tests;
