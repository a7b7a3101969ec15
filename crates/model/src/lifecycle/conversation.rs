//! Public messages of a ticket: first replies, and turns of a customer who asks and a human who answers.
//!
//! Internal notes are no messages. Bots and the system answer nothing but `first_any_reply_at`. On a ticket made by an
//! agent the first message of an agent is the request itself; the next one is the first reply. On a ticket made by
//! the customer a customer's message up to the creation is the request itself.

use super::Warnings;
use super::directory::DirectoryColumns;
use super::event::{Event, EventColumns};
use super::links::elapsed;
use super::words::{self, Actor, EventKind};
use crate::{Instant, Millis, RecordKind};

/// A message that the customer can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub at: Instant,
    pub from: Actor,
    pub actor: Option<&'a str>,
    /// Index among the ticket's events.
    pub index: usize,
}

/// A customer's question and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn<'a> {
    /// 1 is the request itself: on a ticket that no customer made turns begin with 2.
    pub number: u32,
    pub asked_at: Instant,
    pub reply: Option<Message<'a>>,
}

/// What the messages say about their ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Replies<'a> {
    pub first: Option<Message<'a>>,
    pub first_any: Option<Message<'a>>,
    pub by_agents: u32,
    pub by_bots: u32,
    pub by_customer: u32,
}

/// Reads the public messages among `events` into `messages`; whether there is any reply, public or not.
pub(super) fn messages<'a>(
    events: &[Event],
    columns: &EventColumns<'a>,
    directory: &DirectoryColumns<'a>,
    customer: Option<&str>,
    agent_system: Option<&str>,
    messages: &mut Vec<Message<'a>>,
    warnings: &mut Warnings,
) -> bool {
    let mut any = false;
    for (index, event) in events.iter().enumerate().filter(|(_, event)| event.kind == Some(EventKind::Reply)) {
        any = true;
        let stated =
            words::read(columns.actor_kind.get(event.row), Actor::parse, (RecordKind::Event, "actor_kind"), warnings);
        if !columns.public.get(event.row).unwrap_or(true) {
            continue;
        }
        let from = doer(event, stated, columns, directory, customer, agent_system).unwrap_or(Actor::Agent);
        messages.push(Message { at: event.at, from, actor: columns.actor.get(event.row), index });
    }
    any
}

/// Who an event is of, which states `stated`; none where it does not tell.
pub(super) fn doer(
    event: &Event,
    stated: Option<Actor>,
    columns: &EventColumns,
    directory: &DirectoryColumns,
    customer: Option<&str>,
    agent_system: Option<&str>,
) -> Option<Actor> {
    let actor = columns.actor.get(event.row);
    // Bots often work under an agent's account, so the directory is asked about stated agents too.
    let is_bot = || {
        let system = agent_system.unwrap_or_else(|| columns.system(event));
        actor.is_some_and(|actor| directory.is_bot(system, actor))
    };
    match (stated, actor) {
        (Some(Actor::Agent), _) if is_bot() => Some(Actor::Bot),
        (Some(stated), _) => Some(stated),
        (None, None) => None,
        (None, actor) if actor == customer => Some(Actor::Customer),
        (None, Some(_)) if is_bot() => Some(Actor::Bot),
        (None, Some(_)) => Some(Actor::Agent),
    }
}

/// First replies and counts.
///
/// A reply before the creation is a first reply only where none came after: its time is kept so that it can be seen,
/// it makes no length of time.
pub(super) fn replies<'a>(created_at: Instant, created_by: Actor, messages: &[Message<'a>]) -> Replies<'a> {
    let request = match created_by {
        Actor::Agent => messages.iter().position(|message| message.from == Actor::Agent),
        Actor::Customer | Actor::Bot | Actor::System => None,
    };
    let answers = &messages[request.map_or(0, |request| request + 1)..];
    let first = |answers_it: fn(Actor) -> bool| {
        let mut candidates = answers.iter().filter(|message| answers_it(message.from));
        let earliest = candidates.clone().next();
        candidates.find(|message| message.at >= created_at).or(earliest).copied()
    };
    let asks = |message: &&Message| {
        message.from == Actor::Customer && (created_by != Actor::Customer || message.at > created_at)
    };
    Replies {
        first: first(|from| from == Actor::Agent),
        first_any: first(|from| from != Actor::Customer),
        by_agents: count(answers.iter().filter(|message| message.from == Actor::Agent)),
        by_bots: count(messages.iter().filter(|message| message.from == Actor::Bot)),
        by_customer: count(messages.iter().filter(asks)),
    }
}

/// The longest time a message of the customer stayed without a human's reply until the customer wrote again: the
/// silence in which the customer chased. The request itself is the first message on a ticket that the customer made.
pub(super) fn chase_silence(created_at: Instant, created_by: Actor, messages: &[Message<'_>]) -> Option<Millis> {
    let mut longest = None;
    let mut unanswered = (created_by == Actor::Customer).then_some(created_at);
    for message in messages.iter().filter(|message| message.at >= created_at) {
        match message.from {
            Actor::Customer if created_by == Actor::Customer && message.at == created_at => {}
            Actor::Customer => {
                let silence = unanswered.replace(message.at).and_then(|before| elapsed(before, message.at));
                longest = longest.max(silence);
            }
            Actor::Agent => unanswered = None,
            Actor::Bot | Actor::System => {}
        }
    }
    longest
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// The turns of a ticket, appended to `turns`. Messages before the creation neither ask nor answer.
///
/// The clock of a turn starts with the first message that waits for an answer; further ones belong to the same turn.
pub(super) fn turns<'a>(created_at: Instant, created_by: Actor, messages: &[Message<'a>], turns: &mut Vec<Turn<'a>>) {
    let mut number = 1;
    let mut waiting = (created_by == Actor::Customer).then_some(created_at);
    for message in messages.iter().filter(|message| message.at >= created_at) {
        match message.from {
            Actor::Customer if waiting.is_none() => {
                number += 1;
                waiting = Some(message.at);
            }
            Actor::Agent => {
                if let Some(asked_at) = waiting.take() {
                    turns.push(Turn { number, asked_at, reply: Some(*message) });
                }
            }
            Actor::Customer | Actor::Bot | Actor::System => {}
        }
    }
    if let Some(asked_at) = waiting {
        turns.push(Turn { number, asked_at, reply: None });
    }
}
