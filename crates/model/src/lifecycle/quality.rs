//! Quality and rules: reviews, checks, complaints.
//!
//! What was reviewed or checked is a contact, a ticket or both. Whatever the record does not say itself is taken from
//! the contact, and what that does not say from the ticket: the contact's, else the one named. Who did the work is who
//! had the contact, else who was in charge of the ticket when the work was done.

mod check;
mod complaint;
mod review;

use arrow::record_batch::RecordBatch;

use super::charge::{Charge, Timeline};
use super::column::{Records, Row, Text, Times};
use super::contact::Contact;
use super::directory::Customer;
use super::revisions::Keys;
use super::survey::rated;
use super::table::Table;
use super::ticket::Ticket;
use super::{FoldError, Ground, Noted, Warning};
use crate::{FactTable, Instant, RecordKind};

/// The tables of this subject, and how often each contact was reviewed.
pub(super) fn fold<'a>(
    ground: &Ground<'_, 'a>,
    noted: &mut Noted<'_, 'a>,
) -> Result<(Vec<(FactTable, RecordBatch)>, Reviews), FoldError> {
    let (reviews, counts) = review::fold(ground, noted)?;
    let tables = vec![
        (FactTable::QualityReview, reviews),
        (FactTable::ComplianceCheck, check::fold(ground, noted)?),
        (FactTable::Complaint, complaint::fold(ground, noted)?),
    ];
    Ok((tables, counts))
}

/// How often the contacts of a bucket were reviewed, tests left out.
#[derive(Debug, Default)]
pub(super) struct Reviews {
    /// Drawn at random, and others, by number of the contact; as long as the last that was reviewed.
    counts: Vec<(u32, u32)>,
}

impl Reviews {
    /// Reviews drawn at random, and others, of the contact with this number.
    pub fn of(&self, contact: usize) -> (u32, u32) {
        self.counts.get(contact).copied().unwrap_or_default()
    }

    fn add(&mut self, contact: u32, is_random: bool) {
        let number = contact as usize;
        if self.counts.len() <= number {
            self.counts.resize(number + 1, (0, 0));
        }
        let (random, other) = &mut self.counts[number];
        *(if is_random { random } else { other }) += 1;
    }
}

/// Columns by which a record says what work it is about.
struct WorkColumns<'a> {
    keys: Keys<'a>,
    contact_system: Text<'a>,
    contact_id: Text<'a>,
    ticket_system: Text<'a>,
    ticket_id: Text<'a>,
    agent_system: Text<'a>,
    happened_at: Times<'a>,
    /// When it was looked at, by which it counts where nothing else is known.
    looked_at: Times<'a>,
    channel: Text<'a>,
    team: Text<'a>,
    agent: Text<'a>,
}

impl<'a> WorkColumns<'a> {
    fn open(records: &Records<'a>, looked_at: &str) -> Result<Self, FoldError> {
        Ok(WorkColumns {
            keys: Keys::open(records)?,
            contact_system: records.column("contact_system")?,
            contact_id: records.column("contact_id")?,
            ticket_system: records.column("ticket_system")?,
            ticket_id: records.column("ticket_id")?,
            agent_system: records.column("agent_system")?,
            happened_at: records.column("happened_at")?,
            looked_at: records.column(looked_at)?,
            channel: records.column("channel")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
        })
    }

    /// Key of the contact the record names.
    fn contact(&self, row: Row) -> Option<(&'a str, &'a str)> {
        self.keys.named(&self.contact_system, &self.contact_id, row)
    }

    /// Key of the ticket the record names.
    fn ticket(&self, row: Row) -> Option<(&'a str, &'a str)> {
        self.keys.named(&self.ticket_system, &self.ticket_id, row)
    }
}

/// The work that was looked at, as far as it is known.
struct Work<'f, 'a> {
    row: Row,
    /// With its number.
    contact: Option<(u32, &'f Contact<'a>)>,
    /// With its number.
    ticket: Option<(u32, &'f Ticket<'a>)>,
    happened_at: Instant,
    /// Whether the record names a contact or ticket that is not there.
    is_missing: bool,
    /// Whether it names another ticket than its contact does.
    is_other: bool,
}

impl<'f, 'a> Work<'f, 'a> {
    fn find(ground: &Ground<'f, 'a>, columns: &WorkColumns<'a>, row: Row) -> Self {
        let (named_contact, named_ticket) = (columns.contact(row), columns.ticket(row));
        let found = ground.find(named_contact, named_ticket);
        let contact = found.contact.and_then(|number| Some((number, ground.contacts.all.get(number as usize)?)));
        let is_missing =
            contact.is_none() && (named_contact.is_some() || (named_ticket.is_some() && found.ticket.is_none()));
        let ticket = found.ticket.and_then(|number| Some((number, ground.ticket_facts.tickets.get(number as usize)?)));
        let began_at = contact.map(|(_, contact)| contact.queued_at).or(ticket.map(|(_, ticket)| ticket.created_at));
        let happened_at = columns.happened_at.time(row).or(began_at).unwrap_or_else(|| columns.looked_at.required(row));
        Work { row, contact, ticket, happened_at, is_missing, is_other: found.is_other }
    }

    fn customer(&self) -> Option<Customer<'a>> {
        self.contact.and_then(|(_, contact)| contact.customer).or(self.ticket.and_then(|(_, ticket)| ticket.customer))
    }

    fn is_test(&self) -> bool {
        self.contact.is_some_and(|(_, contact)| contact.is_test)
            || self.ticket.is_some_and(|(_, ticket)| ticket.is_test)
            || self.customer().is_some_and(|customer| customer.is_test)
    }

    /// Who did the work.
    fn done_by(&self, ground: &Ground<'f, 'a>, columns: &WorkColumns<'a>, timeline: &mut Timeline<'a>) -> Charge<'a> {
        let row = self.row;
        let stated = Charge { team: columns.team.get(row), agent: columns.agent.get(row) };
        let own = columns.agent_system.get(row);
        let known = self.contact.map(|(_, contact)| {
            (Charge { team: contact.team, agent: contact.agent }, own.unwrap_or(contact.agent_system))
        });
        let known = known.filter(|(charge, _)| charge.team.is_some() || charge.agent.is_some()).or_else(|| {
            let (number, ticket) = self.ticket?;
            ground.tickets.read_timeline(ticket.row, ground.log.of(number), ground.log, ground.directory, timeline);
            Some((timeline.at(self.happened_at), own.unwrap_or(ground.tickets.agent_system(ticket.row))))
        });
        match known {
            Some((in_charge, system)) => rated(stated, in_charge, ground.directory, system, self.happened_at),
            None => {
                let system = own.unwrap_or(columns.keys.system.required(row));
                stated.with_team(ground.directory, system, Some(self.happened_at))
            }
        }
    }
}

/// Puts the columns into a table that a record has from the work it is about.
fn put_work<'f, 'a>(
    table: &mut Table,
    works: &[Work<'f, 'a>],
    columns: &WorkColumns<'a>,
    ground: &Ground<'f, 'a>,
    (of, noted): (RecordKind, &mut Noted),
) -> Result<(), FoldError> {
    noted.warnings.add_of(Warning::WorkMissing, of, works.iter().filter(|work| work.is_missing).count() as u64);
    noted.warnings.add_of(Warning::OtherTicket, of, works.iter().filter(|work| work.is_other).count() as u64);
    let mut timeline = Timeline::default();
    let done_by: Vec<Charge<'a>> = works.iter().map(|work| work.done_by(ground, columns, &mut timeline)).collect();
    let (of_contact, of_ticket) = (&ground.contacts.columns, &ground.tickets.columns);
    let all = || works.iter();
    for (name, own, contact, ticket) in [
        ("channel", Some(&columns.channel), &of_contact.channel, &of_ticket.channel),
        ("queue", None, &of_contact.queue, &of_ticket.queue),
    ] {
        let value = |work: &Work<'f, 'a>| {
            own.and_then(|own| own.get(work.row))
                .or_else(|| contact.get(work.contact?.1.row))
                .or_else(|| ticket.get(work.ticket?.1.row))
        };
        table.text(name, all().map(value))?;
    }
    let ticket_id = |work: &Work<'f, 'a>| {
        let of_contact = work.contact.and_then(|(_, contact)| ground.contacts.columns.ticket_id.get(contact.row));
        of_contact.or_else(|| columns.ticket_id.get(work.row))
    };
    table.text("ticket_id", all().map(ticket_id))?;
    let language = |work: &Work<'f, 'a>| {
        let of_contact = work.contact.and_then(|(_, contact)| contact.language);
        of_contact.or_else(|| of_ticket.language.get(work.ticket?.1.row))
    };
    table.text("language", all().map(language))?;
    table.text("team", done_by.iter().map(|charge| charge.team))?;
    table.text("agent", done_by.iter().map(|charge| charge.agent))?;
    table.times("happened_at", all().map(|work| Some(work.happened_at)));
    Ok(())
}
