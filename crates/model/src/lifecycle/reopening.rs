//! Reopenings by the customer, and solves that left a message of the customer without reply.
//!
//! A reopening is the customer's when the status event is: it says so, or its actor is the ticket's customer. Help
//! desks often let an automation open the ticket when the customer writes, so where the system did it, or nobody is
//! said, it is the customer's when a message of the customer came within the 60 seconds before.

use super::Warnings;
use super::conversation::Message;
use super::event::{Event, EventColumns};
use super::links::elapsed;
use super::status::Interval;
use super::words::{self, Actor};
use crate::{Instant, Millis, RecordKind};

/// How long before the system opened a ticket the customer's message may have come.
const MESSAGE_BEFORE_MICROS: i64 = 60_000_000;

/// A ticket that the customer opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reopening {
    pub at: Instant,
    /// Until the next solve; empty while open.
    pub length: Option<Millis>,
}

/// The reopenings of a ticket by its customer, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reopenings(Vec<Reopening>);

/// A ticket's events and messages, by which it is told who opened it again.
pub(super) struct Evidence<'f, 'a> {
    pub events: &'f [Event],
    pub columns: &'f EventColumns<'a>,
    pub messages: &'f [Message<'a>],
    pub customer: Option<&'a str>,
}

impl Reopenings {
    /// The reopenings among the open `intervals` of a ticket.
    pub fn find(intervals: &[Interval], evidence: &Evidence, warnings: &mut Warnings) -> Self {
        let mut found = Vec::new();
        for interval in intervals {
            let Some(index) = interval.opened_by else { continue };
            if evidence.is_by_customer(index, warnings) {
                let length = interval.solved_at.and_then(|solved_at| elapsed(interval.opened_at, solved_at));
                found.push(Reopening { at: interval.opened_at, length });
            }
        }
        Reopenings(found)
    }

    /// The time from `start` to each reopening that is not before it, and how long the ticket then stayed open.
    pub fn since(&self, start: Instant) -> impl Iterator<Item = (Millis, Option<Millis>)> {
        self.0.iter().filter_map(move |reopening| Some((elapsed(start, reopening.at)?, reopening.length)))
    }
}

impl Evidence<'_, '_> {
    fn is_by_customer(&self, index: usize, warnings: &mut Warnings) -> bool {
        let event = &self.events[index];
        let stated = words::read(
            self.columns.actor_kind.get(event.row),
            Actor::parse,
            (RecordKind::Event, "actor_kind"),
            warnings,
        );
        match (stated, self.columns.actor.get(event.row)) {
            (Some(Actor::Customer), _) => true,
            (Some(Actor::Agent | Actor::Bot), _) => false,
            (None, Some(actor)) => self.customer == Some(actor),
            (Some(Actor::System), _) | (None, None) => self.wrote_just_before(event.at),
        }
    }

    fn wrote_just_before(&self, at: Instant) -> bool {
        let earlier = &self.messages[..self.messages.partition_point(|message| message.at <= at)];
        let recent = |message: &&Message| at.micros().saturating_sub(message.at.micros()) <= MESSAGE_BEFORE_MICROS;
        earlier.iter().rev().take_while(recent).any(|message| message.from == Actor::Customer)
    }
}

/// When a ticket with these open `intervals` was solved without a reply to a message: at the first solve after it and
/// before the reply; at its own time where the ticket was solved already and was not opened again before the reply.
pub(super) fn solved_unanswered(
    intervals: &[Interval],
    asked_at: Instant,
    replied_at: Option<Instant>,
) -> Option<Instant> {
    let before_reply = |at: &Instant| replied_at.is_none_or(|replied_at| *at < replied_at);
    let next = intervals.partition_point(|interval| interval.opened_at <= asked_at);
    let solved_at = intervals[next.checked_sub(1)?].solved_at?;
    if solved_at > asked_at {
        return Some(solved_at).filter(before_reply);
    }
    match intervals.get(next) {
        Some(again) if before_reply(&again.opened_at) => again.solved_at,
        _ => Some(asked_at),
    }
    .filter(before_reply)
}
