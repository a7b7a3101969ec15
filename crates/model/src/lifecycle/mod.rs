//! The fold: records to facts. A pure function of the newest revisions of a bucket's records, the directory and the
//! calendars, so facts can be dropped and made again, and come out the same whatever the order, the splitting or the
//! repetition in which records arrived.
//!
//! What counts as a reply, a solve, a reopening or a turn, and who was in charge, is said where it is decided, in
//! `conversation`, `status` and `charge`; contacts and survey answers in `contact` and `survey`.
//!
//! A length of time is never negative and never cut to zero: where an end lies before its start both times are kept,
//! the length is empty and the row is counted as [`Warning::EndBeforeStart`]. Such rows can be found, and must be left
//! out where an empty length means open work, by `first_reply_at is not null and first_reply_time is null` and alike.

mod attributes;
mod body;
mod charge;
mod clock;
mod column;
mod contact;
mod conversation;
mod directory;
mod error;
mod event;
mod links;
mod revisions;
mod status;
mod survey;
mod table;
mod ticket;
mod ticket_facts;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use arrow::record_batch::RecordBatch;

pub use directory::Directory;
pub use error::{FoldError, Warning, Warnings};
pub use links::{Gap, Link, fill_gaps, gaps};
pub use revisions::{Body, Conflict};

use crate::calendar::Calendars;
use crate::{Attributes, FactTable, RecordKind};
use clock::Clocks;
use column::Records;
use event::EventLog;
use ticket::Tickets;
use ticket_facts::TicketTables;

/// What a fold is done under.
#[derive(Clone, Copy, Debug)]
pub struct FoldContext<'a> {
    /// Schedules of the business clocks.
    pub calendars: &'a Calendars,
    /// Customers, agents and teams.
    pub directory: &'a Directory,
    /// Custom attributes of the workspace.
    pub attributes: &'a Attributes,
}

/// The records of one bucket: all revisions, in any order and splitting, each batch of [`RecordKind::schema`]. A batch
/// from before a column was added lacks it; its values are empty.
#[derive(Clone, Debug, Default)]
pub struct BucketRecords {
    /// Tickets.
    pub tickets: Vec<RecordBatch>,
    /// Events of these tickets.
    pub events: Vec<RecordBatch>,
    /// Contacts, of these tickets or of none.
    pub contacts: Vec<RecordBatch>,
    /// Survey answers, on these tickets or on none.
    pub survey_answers: Vec<RecordBatch>,
}

/// What a bucket folds to.
#[derive(Clone, Debug)]
pub struct Folded {
    /// One batch for every table, of its schema, sorted by its layout time and then by key. Gaps are empty: see
    /// [`fill_gaps`].
    pub facts: BTreeMap<FactTable, RecordBatch>,
    /// For tickets and contacts: the rows that can be neighbours, for [`gaps`]. These are rows with a customer that
    /// are no test; of tickets neither spam nor merged into another, of contacts those the customer made.
    pub links: BTreeMap<FactTable, Vec<Link>>,
    /// Conflicting revisions, by kind and key.
    pub conflicts: Vec<Conflict>,
    /// What was odd.
    pub warnings: Warnings,
}

/// The winning row of every key among records of one kind, as the index of its batch and of the row in it. For a store
/// that must know, before it folds, in which bucket the winner lies.
///
/// # Errors
/// When a batch is not of its kind's schema, or there are 2³² rows.
pub fn winners(kind: RecordKind, batches: &[RecordBatch]) -> Result<Vec<(usize, usize)>, FoldError> {
    let (newest, _) = revisions::newest(&Records { kind, batches })?;
    Ok(newest.rows().map(|row| (row.batch as usize, row.row as usize)).collect())
}

/// Folds the records of one bucket into facts.
///
/// # Errors
/// When a batch is not of its kind's schema, or the bucket is too large for one batch of facts.
pub fn fold_bucket(context: &FoldContext, records: &BucketRecords) -> Result<Folded, FoldError> {
    let of = |kind, batches| Records { kind, batches };
    let ticket_records = of(RecordKind::Ticket, &records.tickets[..]);
    let event_records = of(RecordKind::Event, &records.events[..]);
    let contact_records = of(RecordKind::Contact, &records.contacts[..]);
    let answer_records = of(RecordKind::SurveyAnswer, &records.survey_answers[..]);
    let mut warnings = Warnings::default();
    let mut conflicts = Vec::new();
    let mut newest = |records: &Records| {
        let (newest, found) = revisions::newest(records)?;
        conflicts.extend(found);
        Ok::<_, FoldError>(newest)
    };

    let directory = context.directory.read()?;
    let mut clocks = Clocks::new(context.calendars);
    let tickets = Tickets::read(ticket_records, newest(&ticket_records)?)?;
    let log =
        EventLog::read(&event_records, &newest(&event_records)?, |system, id| tickets.find(system, id), &mut warnings)?;
    let facts = ticket::fold(&tickets, &log, &directory, &mut clocks, &mut warnings);
    let tables =
        TicketTables { tickets: &tickets, facts: &facts, directory: &directory, attributes: context.attributes };
    let ticket_facts = tables.tickets()?;
    let turn_facts = tables.turns()?;
    let interval_facts = tables.intervals()?;
    let (contact_facts, contact_links) = contact::fold(
        contact_records,
        &newest(&contact_records)?,
        (&tickets, &facts),
        &directory,
        context.attributes,
        &mut warnings,
    )?;
    let answer_facts = survey::fold(
        answer_records,
        &newest(&answer_records)?,
        (&tickets, &facts, &log),
        &directory,
        context.attributes,
        &mut warnings,
    )?;
    for records in [&ticket_records, &contact_records, &answer_records] {
        warnings.add(Warning::AttributeType, attributes::unread(records, context.attributes));
    }

    Ok(Folded {
        links: BTreeMap::from([(FactTable::Ticket, tables.links()), (FactTable::Contact, contact_links)]),
        facts: BTreeMap::from([
            (FactTable::Ticket, ticket_facts),
            (FactTable::Contact, contact_facts),
            (FactTable::ReplyTurn, turn_facts),
            (FactTable::OpenInterval, interval_facts),
            (FactTable::SurveyAnswer, answer_facts),
        ]),
        conflicts,
        warnings,
    })
}
