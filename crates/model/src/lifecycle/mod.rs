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
mod daily_count;
mod directory;
mod employee_answer;
mod employment;
mod error;
mod event;
mod leg;
mod links;
mod money;
mod notes;
mod people;
mod plain;
mod quality;
mod rates;
mod reach;
mod reopening;
mod revisions;
mod sla;
mod status;
mod subscription;
mod survey;
mod survey_offer;
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
pub use employment::Employments;
pub use error::{FoldError, Warning};
pub use links::{Cell, Link, Role, fill_gaps, gaps, linked_columns};
pub use notes::{Example, MissingRate, Note, Subject, Warnings};
pub use rates::Rates;
pub use revisions::{Body, Conflict};

use crate::calendar::{Calendars, Organisation};
use crate::{Attributes, FactTable, RecordKind};
use clock::Clocks;
use column::Records;
use contact::Contacts;
use customer_contact::Visits;
use directory::DirectoryColumns;
use event::EventLog;
use leg::Legs;
use revisions::Newest;
use ticket::{TicketFacts, Tickets};
use ticket_facts::TicketTables;

/// What a fold is done under.
#[derive(Clone, Copy, Debug)]
pub struct FoldContext<'a> {
    /// Schedules of the business clocks.
    pub calendars: &'a Calendars,
    /// Its reporting days, and the currency that amounts become.
    pub organisation: &'a Organisation,
    /// Exchange rates into that currency.
    pub rates: &'a Rates,
    /// Customers, agents and teams.
    pub directory: &'a Directory,
    /// Stretches of employment: the team of an agent at a time.
    pub employments: &'a Employments,
    /// Custom attributes of the workspace.
    pub attributes: &'a Attributes,
}

/// The records of one bucket: all revisions, in any order and splitting, each batch of [`RecordKind::schema`]. A batch
/// from before a column was added lacks it; its values are empty.
#[derive(Clone, Debug, Default)]
pub struct BucketRecords {
    /// What is folded in it. Of kinds that name a ticket, a contact or a customer those that are folded with it, whatever
    /// bucket they lie in.
    pub of_kind: BTreeMap<RecordKind, Vec<RecordBatch>>,
    /// Of kinds that are [told](RecordKind::tells) to another: those told to what is folded in it, where that is not the
    /// same as what is folded in it of the kind.
    pub told: BTreeMap<RecordKind, Vec<RecordBatch>>,
}

impl BucketRecords {
    /// The records of a kind.
    fn get(&self, kind: RecordKind) -> Records<'_> {
        Records { kind, batches: self.of_kind.get(&kind).map_or(&[][..], Vec::as_slice) }
    }

    /// The records of a kind that are told to others.
    fn told(&self, kind: RecordKind) -> Records<'_> {
        self.told.get(&kind).map_or(self.get(kind), |batches| Records { kind, batches })
    }
}

/// What a bucket folds to.
#[derive(Clone, Debug)]
pub struct Folded {
    /// One batch for every table, of its schema but that text which [repeats](crate::repeats) is a dictionary, sorted by
    /// its layout time and then by key. Gaps are empty, see [`fill_gaps`]; so are busy times of legs that have an agent, and their part in those of contacts, see
    /// [`fill_busy`].
    pub facts: BTreeMap<FactTable, RecordBatch>,
    /// What can be neighbours, for [`gaps`]: contacts and sessions of a known customer that are no test, and the beginnings
    /// and ends of the customer's subscriptions.
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

/// What is folded on top of tickets and contacts stands on.
struct Ground<'f, 'a> {
    records: &'a BucketRecords,
    organisation: &'f Organisation,
    rates: &'f Rates,
    directory: &'f DirectoryColumns<'a>,
    attributes: &'f Attributes,
    tickets: &'f Tickets<'a>,
    ticket_facts: &'f TicketFacts<'a>,
    log: &'f EventLog<'a>,
    contacts: &'f Contacts<'a>,
}

/// Numbers of the contact and the ticket that a record is about.
#[derive(Clone, Copy)]
struct Found {
    contact: Option<u32>,
    ticket: Option<u32>,
    /// Whether the record names another ticket than its contact does.
    is_other: bool,
}

/// What a record is about: the contact it names, else the ticket, else itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum About<'a> {
    Contact(&'a str, &'a str),
    Ticket(&'a str, &'a str),
    Itself(&'a str, &'a str),
}

impl<'a> About<'a> {
    /// By the keys that the record names, and its own.
    fn new(contact: Option<(&'a str, &'a str)>, ticket: Option<(&'a str, &'a str)>, own: (&'a str, &'a str)) -> Self {
        let contact = contact.map(|(system, id)| Self::Contact(system, id));
        let named = contact.or_else(|| ticket.map(|(system, id)| Self::Ticket(system, id)));
        named.unwrap_or(Self::Itself(own.0, own.1))
    }
}

/// What folding uses up or adds to.
struct Noted<'f, 'a> {
    clocks: &'f mut Clocks<'a>,
    warnings: &'f mut Warnings,
    conflicts: &'f mut Vec<Conflict>,
}

impl<'a> Ground<'_, 'a> {
    /// The records of a kind and the newest of every key.
    fn newest(&self, kind: RecordKind, noted: &mut Noted) -> Result<(Records<'a>, Newest), FoldError> {
        let records = self.records.get(kind);
        let (newest, found) = revisions::newest(&records)?;
        noted.conflicts.extend(found);
        noted.warnings.add_of(Warning::AttributeType, kind, attributes::unread(&records, self.attributes));
        Ok((records, newest))
    }

    /// What a record is about that names a contact, a ticket or both, by their keys. It lies with its contact, so that
    /// ticket counts which the contact names, whatever ticket the record names beside: another one lies here by chance
    /// only. Where the contact is not there, it is the ticket that the record names.
    fn find(&self, contact: Option<(&str, &str)>, ticket: Option<(&str, &str)>) -> Found {
        let number = contact.and_then(|(system, id)| self.contacts.find(system, id));
        let Some(of_contact) = number.and_then(|number| self.contacts.all.get(number as usize)) else {
            let ticket = ticket.and_then(|(system, id)| self.tickets.find(system, id));
            return Found { contact: None, ticket, is_other: false };
        };
        let is_other = ticket.is_some() && ticket != self.contacts.columns.ticket(of_contact.row);
        Found { contact: number, ticket: of_contact.ticket, is_other }
    }
}

/// Folds the records of one bucket into facts.
///
/// # Errors
/// When a batch is not of its kind's schema, or the bucket is too large for one batch of facts.
pub fn fold_bucket(context: &FoldContext, records: &BucketRecords) -> Result<Folded, FoldError> {
    let ticket_records = records.get(RecordKind::Ticket);
    let event_records = records.get(RecordKind::Event);
    let contact_records = records.get(RecordKind::Contact);
    let leg_records = records.get(RecordKind::ContactLeg);
    let target_records = records.get(RecordKind::SlaTarget);
    let answer_records = records.get(RecordKind::SurveyAnswer);
    let mut warnings = Warnings::default();
    let mut conflicts = Vec::new();
    let mut newest = |records: &Records| {
        let (newest, found) = revisions::newest(records)?;
        conflicts.extend(found);
        Ok::<_, FoldError>(newest)
    };

    let directory = context.directory.read()?.under(context.employments);
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
    let visits = Visits::find(&tickets, &facts, &contacts, context.organisation);
    let (newest_targets, found, statements) = revisions::statements(&target_records)?;
    let on_tickets = (&tickets, &facts, &log);
    let target_facts =
        sla::fold(target_records, (&newest_targets, &statements), on_tickets, &directory, attributes, &mut warnings)?;
    let answer_facts =
        survey::fold(answer_records, &newest(&answer_records)?, on_tickets, &directory, attributes, &mut warnings)?;
    let ground = Ground {
        records,
        organisation: context.organisation,
        rates: context.rates,
        directory: &directory,
        attributes,
        tickets: &tickets,
        ticket_facts: &facts,
        log: &log,
        contacts: &contacts,
    };
    let mut noted = Noted { clocks: &mut clocks, warnings: &mut warnings, conflicts: &mut conflicts };
    let mut more = BTreeMap::new();
    more.extend(money::fold(&ground, &mut noted)?);
    more.extend(people::fold(&ground, &mut noted)?);
    let (of_quality, reviews) = quality::fold(&ground, &mut noted)?;
    more.extend(of_quality);
    let (reached, sessions) = reach::fold(&ground, &mut noted)?;
    more.extend(reached);
    conflicts.extend(found);
    conflicts.sort_unstable();
    for records in [&ticket_records, &contact_records, &leg_records, &target_records, &answer_records] {
        warnings.add_of(Warning::AttributeType, records.kind, attributes::unread(records, attributes));
    }

    let own = [
        (FactTable::Ticket, tables.tickets()?),
        (FactTable::Contact, contacts.table(&directory, attributes, &reviews)?),
        (FactTable::ContactLeg, legs.table(&contacts, &directory, attributes)?),
        (FactTable::CustomerContact, visits.table(&directory, attributes)?),
        (FactTable::SlaTarget, target_facts),
        (FactTable::ReplyTurn, tables.turns()?),
        (FactTable::OpenInterval, tables.intervals()?),
        (FactTable::SurveyAnswer, answer_facts),
    ];
    more.extend(own);
    for table in FactTable::ALL {
        more.entry(table).or_insert_with(|| RecordBatch::new_empty(table.schema(attributes)));
    }
    let mut links = visits.links();
    links.extend(sessions);
    links.extend(reach::subscription_marks(&more[&FactTable::Subscription]));
    Ok(Folded { links, shifts: legs.shifts(), facts: more, conflicts, warnings })
}
