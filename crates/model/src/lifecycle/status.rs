//! Solves and reopenings of a ticket.
//!
//! Where a ticket has status events they decide, whatever its own record says; the history is the sequence of their
//! `to`. (`from` is not read: of a log that begins late it tells that there was a solve, not when.) A ticket is open
//! unless solved or closed. A change from open to solved or closed is a solve; solved again while solved is not; a
//! change back to any open status is a reopening and begins a new open interval.
//!
//! A ticket without status events has one interval, ended by its stated `solved_at`; by its stated `closed_at` where
//! it states no `solved_at` and its status is solved or closed. Stated as solved or closed without any time, it stays
//! open, and is counted. A stated status that is open says that a stated solve has been undone: the ticket is open.

use super::words::Status;
use super::{Warning, Warnings};
use crate::Instant;

/// A status event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub at: Instant,
    pub to: Status,
    /// Index among the ticket's events.
    pub index: usize,
}

/// A stretch in which a ticket was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub opened_at: Instant,
    /// The event that opened it again, as an index among the ticket's events; none for the creation.
    pub opened_by: Option<usize>,
    pub solved_at: Option<Instant>,
    /// The event that solved it, in the same way; none where the ticket's record says so.
    pub solved_by: Option<usize>,
}

/// What became of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct History {
    pub status: Status,
    pub first_solved_at: Option<Instant>,
    /// Empty while open.
    pub last_solved_at: Option<Instant>,
    /// Empty unless closed now.
    pub closed_at: Option<Instant>,
    pub reopens: u32,
    /// Times it came to wait for the customer or somebody else: pending or on hold, one after the other once each.
    pub pauses: u32,
}

/// What the ticket's own record says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    pub created_at: Instant,
    pub status: Option<Status>,
    pub solved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

/// The history of a ticket with these status `changes` in order, its open intervals appended to `intervals`.
pub(super) fn history(
    stated: Stated,
    changes: &[Change],
    intervals: &mut Vec<Interval>,
    warnings: &mut Warnings,
) -> History {
    let Some(Change { to: now, .. }) = changes.last() else { return from_stated(stated, intervals, warnings) };
    if stated.status.is_some_and(|status| status.is_open() != now.is_open()) {
        warnings.note(Warning::StatusContradicted);
    }
    from_changes(stated, changes, intervals)
}

fn from_changes(stated: Stated, changes: &[Change], intervals: &mut Vec<Interval>) -> History {
    let mut history = History {
        status: Status::New,
        first_solved_at: None,
        last_solved_at: None,
        closed_at: None,
        reopens: 0,
        pauses: 0,
    };
    let (mut opened_at, mut opened_by) = (stated.created_at, None);
    for Change { at, to: status, index } in changes.iter().copied() {
        match (history.status.is_open(), status.is_open()) {
            (true, false) => {
                intervals.push(Interval { opened_at, opened_by, solved_at: Some(at), solved_by: Some(index) });
                history.first_solved_at.get_or_insert(at);
                history.last_solved_at = Some(at);
            }
            (false, true) => {
                (opened_at, opened_by) = (at, Some(index));
                history.last_solved_at = None;
                history.reopens += 1;
            }
            (true, true) | (false, false) => {}
        }
        if status != Status::Closed {
            history.closed_at = None;
        } else if history.status != Status::Closed {
            history.closed_at = Some(at);
        }
        if status != history.status && is_pause(status) {
            history.pauses += 1;
        }
        history.status = status;
    }
    if history.status.is_open() {
        intervals.push(Interval { opened_at, opened_by, solved_at: None, solved_by: None });
    } else if history.status == Status::Solved && stated.status.is_none_or(|status| status == Status::Closed) {
        // A source may log solves but not the automatic closing days later, which its ticket then states.
        let closed_at = stated.closed_at.filter(|closed_at| Some(*closed_at) >= history.last_solved_at);
        if closed_at.is_some() {
            history.status = Status::Closed;
            history.closed_at = closed_at;
        }
    }
    history
}

fn from_stated(stated: Stated, intervals: &mut Vec<Interval>, warnings: &mut Warnings) -> History {
    let ended = match stated.status {
        Some(status) if status.is_open() => {
            if stated.solved_at.is_some() || stated.closed_at.is_some() {
                warnings.note(Warning::StatusContradicted);
            }
            None
        }
        Some(_) => {
            let ended = stated.solved_at.or(stated.closed_at);
            if ended.is_none() {
                warnings.note(Warning::SolvedWithoutTime);
            }
            ended
        }
        None => {
            if stated.solved_at.is_none() && stated.closed_at.is_some() {
                warnings.note(Warning::StatusContradicted);
            }
            stated.solved_at
        }
    };
    intervals.push(Interval { opened_at: stated.created_at, opened_by: None, solved_at: ended, solved_by: None });
    let closed_at = stated.closed_at.filter(|_| ended.is_some());
    let inferred = match (ended, closed_at) {
        (None, _) => Status::Open,
        (Some(_), None) => Status::Solved,
        (Some(_), Some(_)) => Status::Closed,
    };
    let status = stated.status.unwrap_or(inferred);
    History {
        status,
        first_solved_at: ended.or(stated.solved_at),
        last_solved_at: ended,
        closed_at,
        reopens: 0,
        pauses: is_pause(status).into(),
    }
}

fn is_pause(status: Status) -> bool {
    matches!(status, Status::Pending | Status::OnHold)
}
