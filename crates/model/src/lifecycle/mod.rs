//! The fold: records to facts. A pure function of the newest revisions of a bucket's records, the directory and the
//! calendars, so facts can be dropped and made again, and come out the same whatever the order, the splitting or the
//! repetition in which records arrived.
//!
//! What counts as a reply, a solve, a reopening or a turn, and who was in charge, is said where it is decided, in
//! `conversation`, `status`, `reopening` and `charge`; contacts, their legs and survey answers in `contact`, `leg` and
//! `survey`; what counts as a customer coming in `customer_contact`, promises of time in `sla`.
//!
//! A length of time is never negative and never cut to zero: where an end lies before its start both times are kept,
//! the length is empty and the row is counted as [`Warning::EndBeforeStart`]. Such rows can be found, and must be left
//! out where an empty length means open work, by `first_reply_at is not null and first_reply_time is null` and alike.

mod attributes;
mod body;
mod busy;
mod charge;
mod clock;
mod column;
mod contact;
mod conversation;
mod customer_contact;
mod directory;
mod error;
mod event;
mod leg;
mod links;
mod reopening;
mod revisions;
mod sla;
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

pub use busy::{Busy, BusyRow, Shift, fill_busy, share};
pub use directory::{Directory, DirectoryBuilder};
pub use error::{FoldError, Warning, Warnings};
pub use links::{Gap, Link, Scope, fill_gaps, gaps};
pub use revisions::{Body, Conflict};

use crate::calendar::Calendars;
use crate::{Attributes, FactTable, RecordKind};
use clock::Clocks;
use column::Records;
use contact::Contacts;
use customer_contact::Visits;
use event::EventLog;
use leg::Legs;
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
    /// Legs of these contacts, or of none.
    pub contact_legs: Vec<RecordBatch>,
    /// Promises of time on these tickets, or on none.
    pub sla_targets: Vec<RecordBatch>,
    /// Survey answers, on these tickets or on none.
    pub survey_answers: Vec<RecordBatch>,
}

/// What a bucket folds to.
#[derive(Clone, Debug)]
pub struct Folded {
    /// One batch for every table, of its schema but that text which [repeats](crate::repeats) is a dictionary, sorted by
    /// its layout time and then by key. Gaps are empty, see [`fill_gaps`]; so are busy times of legs that have an agent, and their part in those of contacts, see
    /// [`fill_busy`].
    pub facts: BTreeMap<FactTable, RecordBatch>,
    /// The customer contacts that can be neighbours, for [`gaps`]: those of a known customer that are no test.
    pub links: Vec<Link>,
    /// When contact legs kept their agents busy, for [`share`].
    pub shifts: Vec<Shift>,
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
    let leg_records = of(RecordKind::ContactLeg, &records.contact_legs[..]);
    let target_records = of(RecordKind::SlaTarget, &records.sla_targets[..]);
    let answer_records = of(RecordKind::SurveyAnswer, &records.survey_answers[..]);
    let mut warnings = Warnings::default();
    let mut conflicts = Vec::new();
    let mut newest = |records: &Records| {
        let (newest, found) = revisions::newest(records)?;
        conflicts.extend(found);
        Ok::<_, FoldError>(newest)
    };

    let directory = context.directory.read()?;
    let attributes = context.attributes;
    let mut clocks = Clocks::new(context.calendars);
    let tickets = Tickets::read(ticket_records, newest(&ticket_records)?)?;
    let log =
        EventLog::read(&event_records, &newest(&event_records)?, |system, id| tickets.find(system, id), &mut warnings)?;
    let facts = ticket::fold(&tickets, &log, &directory, &mut clocks, &mut warnings);
    let tables = TicketTables { tickets: &tickets, facts: &facts, directory: &directory, attributes };
    let newest_contacts = newest(&contact_records)?;
    let mut contacts = Contacts::read(contact_records, newest_contacts, (&tickets, &facts), &directory, &mut warnings)?;
    let legs = Legs::read(leg_records, &newest(&leg_records)?, &mut contacts, &directory, &mut warnings)?;
    let visits = Visits::find(&tickets, &facts, &contacts);
    let (newest_targets, found, statements) = revisions::statements(&target_records)?;
    let on_tickets = (&tickets, &facts, &log);
    let target_facts =
        sla::fold(target_records, (&newest_targets, &statements), on_tickets, &directory, attributes, &mut warnings)?;
    let answer_facts =
        survey::fold(answer_records, &newest(&answer_records)?, on_tickets, &directory, attributes, &mut warnings)?;
    conflicts.extend(found);
    conflicts.sort_unstable();
    for records in [&ticket_records, &contact_records, &leg_records, &target_records, &answer_records] {
        warnings.add(Warning::AttributeType, attributes::unread(records, attributes));
    }

    Ok(Folded {
        links: visits.links(),
        shifts: legs.shifts(),
        facts: BTreeMap::from([
            (FactTable::Ticket, tables.tickets()?),
            (FactTable::Contact, contacts.table(&directory, attributes)?),
            (FactTable::ContactLeg, legs.table(&contacts, &directory, attributes)?),
            (FactTable::CustomerContact, visits.table(&directory, attributes)?),
            (FactTable::SlaTarget, target_facts),
            (FactTable::ReplyTurn, tables.turns()?),
            (FactTable::OpenInterval, tables.intervals()?),
            (FactTable::SurveyAnswer, answer_facts),
        ]),
        conflicts,
        warnings,
    })
}
