//! Customer contacts: each time a customer came to the organisation, in whatever channel.
//!
//! These are the contacts that a customer made and that were not passed to another place, and the tickets that a customer
//! made, neither spam nor carried on in another, that no such contact stands for: a call that became a ticket is one
//! contact, not two. A contact stands for the ticket it belongs to when it came up to an hour after the ticket was made,
//! as calls do whose ticket is opened while they wait or talk; whoever calls later about what they wrote comes a second
//! time. Calling a customer back takes no request away.
//!
//! A contact that the customer gave up is one too, by its outcome told from the others, but it is nobody's neighbour: only
//! after a session it is seen that the customer came to a human. It stands for no ticket; where there is a ticket that it
//! would stand for, that is the one time the customer came, and the first such contact is no other.
//!
//! What follows a ticket, the customer's chasing and reopening, is told of the first of its rows only, given up ones left
//! out, so that it counts once.

use arrow::record_batch::RecordBatch;

use super::contact::{Contact, Contacts};
use super::directory::{Customer, DirectoryColumns};
use super::links::{Link, Role, key_hash, tie, word_hash};
use super::table::Table;
use super::ticket::{Ticket, TicketFacts, Tickets};
use super::words::{Actor, Direction, Handler, Outcome};
use super::{FoldError, attributes};
use crate::calendar::Organisation;
use crate::{Attributes, FactTable, Instant, Millis, reopenings};

/// How long after a ticket was made a contact of it still is what the ticket was made for.
const SAME_VISIT_MICROS: i64 = 60 * 60 * 1_000_000;

/// What a customer contact is.
#[derive(Clone, Copy)]
enum Via<'f, 'a> {
    Queue(&'f Contact<'a>),
    Ticket(&'f Ticket<'a>),
}

/// One time a customer came.
struct Visit<'f, 'a> {
    at: Instant,
    via: Via<'f, 'a>,
    /// The ticket it belongs to or is, where that is there.
    ticket: Option<&'f Ticket<'a>>,
    /// Whether what follows the ticket is told of it.
    is_first: bool,
}

/// The customer contacts of a bucket, in the order of (time, key).
pub(super) struct Visits<'f, 'a> {
    tickets: &'f Tickets<'a>,
    contacts: &'f Contacts<'a>,
    organisation: &'f Organisation,
    visits: Vec<Visit<'f, 'a>>,
}

impl<'f, 'a> Visits<'f, 'a> {
    /// Finds them among contacts and tickets.
    pub fn find(
        tickets: &'f Tickets<'a>,
        facts: &'f TicketFacts<'a>,
        contacts: &'f Contacts<'a>,
        organisation: &'f Organisation,
    ) -> Self {
        let mut has_contact = vec![false; tickets.len()];
        let mut visits = Vec::with_capacity(contacts.all.len() + tickets.len());
        let ticket_of = |contact: &Contact<'a>| contact.ticket.map(|number| &facts.tickets[number as usize]);
        let came = |contact: &&Contact<'a>| contact.direction == Direction::In && contact.outcome != Outcome::Overflow;
        let is_given_up = |contact: &&Contact<'a>| contact.outcome == Outcome::Abandoned;
        for contact in contacts.all.iter().filter(came).filter(|contact| !is_given_up(contact)) {
            let ticket = ticket_of(contact);
            if let Some((number, ticket)) = contact.ticket.zip(ticket) {
                has_contact[number as usize] |= stands_for(contact, ticket);
            }
            visits.push(Visit { at: contact.queued_at, via: Via::Queue(contact), ticket, is_first: false });
        }
        let mut told = vec![false; tickets.len()];
        for ((ticket, has_contact), told) in facts.tickets.iter().zip(has_contact).zip(&mut told) {
            if ticket.created_by == Actor::Customer && !ticket.is_spam && !ticket.is_merged && !has_contact {
                let via = Via::Ticket(ticket);
                // all its contacts came later
                *told = true;
                visits.push(Visit { at: ticket.created_at, via, ticket: Some(ticket), is_first: true });
            }
        }
        // tickets that are the one time the customer came whose first contact was given up; contacts are in order
        let mut is_told_of = told.clone();
        for contact in contacts.all.iter().filter(came).filter(is_given_up) {
            let ticket = ticket_of(contact);
            let is_ticket = contact.ticket.zip(ticket).is_some_and(|(number, ticket)| {
                stands_for(contact, ticket) && std::mem::replace(&mut is_told_of[number as usize], false)
            });
            if !is_ticket {
                visits.push(Visit { at: contact.queued_at, via: Via::Queue(contact), ticket, is_first: false });
            }
        }
        let mut found = Visits { tickets, contacts, organisation, visits: Vec::new() };
        visits.sort_unstable_by(|left, right| {
            let by_key = || found.key(left).cmp(&found.key(right));
            let by_via = || matches!(left.via, Via::Ticket(_)).cmp(&matches!(right.via, Via::Ticket(_)));
            left.at.cmp(&right.at).then_with(by_key).then_with(by_via)
        });
        for visit in &mut visits {
            if let Via::Queue(contact @ Contact { ticket: Some(number), .. }) = visit.via
                && contact.outcome != Outcome::Abandoned
            {
                visit.is_first = !std::mem::replace(&mut told[*number as usize], true);
            }
        }
        found.visits = visits;
        found
    }

    fn key(&self, visit: &Visit<'f, 'a>) -> (&'a str, &'a str) {
        match visit.via {
            Via::Queue(contact) => self.contacts.columns.keys.at(contact.row),
            Via::Ticket(ticket) => self.tickets.columns.keys.at(ticket.row),
        }
    }

    fn issue(&self, visit: &Visit<'f, 'a>) -> Option<&'a str> {
        let own = match visit.via {
            Via::Queue(contact) => self.contacts.columns.issue.get(contact.row),
            Via::Ticket(_) => None,
        };
        own.or_else(|| self.tickets.columns.category.get(visit.ticket?.row))
    }

    fn channel(&self, visit: &Visit<'f, 'a>) -> Option<&'a str> {
        match visit.via {
            Via::Queue(contact) => self.contacts.columns.channel.get(contact.row),
            Via::Ticket(ticket) => self.tickets.columns.channel.get(ticket.row),
        }
    }

    /// Makes the table; its gaps are filled in later.
    pub fn table(&self, directory: &DirectoryColumns<'a>, declared: &Attributes) -> Result<RecordBatch, FoldError> {
        let visits = || self.visits.iter();
        let (of_contact, of_ticket) = (&self.contacts.columns, &self.tickets.columns);
        let mut table = Table::new(FactTable::CustomerContact, self.visits.len());
        table.text("system", visits().map(|visit| Some(self.key(visit).0)))?;
        table.text("contact_id", visits().map(|visit| Some(self.key(visit).1)))?;
        table.text("via", visits().map(|visit| Some(visit.via.name())))?;
        let ticket_id = |visit: &Visit<'f, 'a>| match visit.via {
            Via::Queue(contact) => of_contact.ticket_id.get(contact.row),
            Via::Ticket(ticket) => Some(of_ticket.keys.id.required(ticket.row)),
        };
        table.text("ticket_id", visits().map(ticket_id))?;
        table.times("contacted_at", visits().map(|visit| Some(visit.at)));
        table.text("outcome", visits().map(|visit| Some(visit.via.outcome().name())))?;
        table.text("handled_by", visits().map(|visit| Some(visit.via.handled_by().name())))?;
        table.text("issue", visits().map(|visit| self.issue(visit)))?;
        let queued = |visit: &Visit<'f, 'a>| match visit.via {
            Via::Queue(contact) => Some(contact.row),
            Via::Ticket(_) => None,
        };
        table.text("intent", visits().map(|visit| of_contact.intent.get(queued(visit)?)))?;
        table.booleans("context_viewed", visits().map(|visit| of_contact.context_viewed.get(queued(visit)?)));
        table.text("channel", visits().map(|visit| self.channel(visit)))?;
        let queue = |visit: &Visit<'f, 'a>| match visit.via {
            Via::Queue(contact) => of_contact.queue.get(contact.row),
            Via::Ticket(ticket) => of_ticket.queue.get(ticket.row),
        };
        table.text("queue", visits().map(queue))?;
        let language = |visit: &Visit<'f, 'a>| match visit.via {
            Via::Queue(contact) => contact.language,
            Via::Ticket(ticket) => of_ticket.language.get(ticket.row),
        };
        table.text("language", visits().map(language))?;
        table.text("priority", visits().map(|visit| of_ticket.priority.get(visit.ticket?.row)))?;
        table.text("product", visits().map(|visit| of_ticket.product.get(visit.ticket?.row)))?;
        table.text("team", visits().map(|visit| visit.via.charge().0))?;
        table.text("agent", visits().map(|visit| visit.via.charge().1))?;
        directory.add_customers(&mut table, visits().map(|visit| visit.via.customer()))?;
        table.booleans("is_test", visits().map(|visit| Some(visit.via.is_test())));
        table.lengths("chase_silence", visits().map(|visit| visit.followed()?.chase_silence));
        let told: Vec<_> = visits().map(|visit| reopenings::text(visit.reopened()?)).collect();
        table.lengths("reopen_time", visits().map(|visit| Some(visit.reopened()?.next()?.0)));
        table.lengths("reopen_length", visits().map(|visit| visit.reopened()?.next()?.1));
        table.text("reopenings", told.iter().map(Option::as_deref))?;
        let rows = visits().map(|visit| {
            let own = match visit.via {
                Via::Queue(contact) => Some(contact.row),
                Via::Ticket(_) => None,
            };
            [own, visit.ticket.map(|ticket| ticket.row), visit.via.customer().and_then(|customer| customer.row)]
        });
        let sources = [self.contacts.records, self.tickets.records, directory.customers];
        attributes::add(&mut table, FactTable::CustomerContact, declared, sources, rows)?;
        table.finish(declared)
    }

    /// The rows that can be neighbours, and those given up: of a known customer, and no tests, which are in no metric.
    pub fn links(&self) -> Vec<Link> {
        let rows = (0..).zip(&self.visits).filter(|(_, visit)| !visit.via.is_test());
        // the reporting day of the row before, as they are in order
        let mut day = None;
        rows.filter_map(|(row, visit)| {
            let customer = visit.via.customer()?;
            let role = match (visit.via.handled_by(), visit.via.outcome()) {
                (Handler::Human, Outcome::Abandoned) => Role::GivenUp,
                (Handler::Bot, Outcome::Abandoned) => return None,
                (Handler::Bot, _) => Role::BotContact,
                (Handler::Human, _) => Role::HumanContact,
            };
            Some(Link {
                customer: key_hash((customer.system, customer.id)),
                issue: word_hash(self.issue(visit)),
                channel: (word_hash(self.channel(visit)) >> 32) as u32,
                tie: tie(self.key(visit)),
                at: visit.at,
                beside: self.day_of(visit.at, &mut day),
                role,
                bucket: 0,
                row,
            })
        })
        .collect()
    }
}

impl Visits<'_, '_> {
    /// The first instant of the reporting day of `at`; `known` is a day and its end.
    fn day_of(&self, at: Instant, known: &mut Option<(Instant, Instant)>) -> Instant {
        if let Some((start, end)) = *known
            && start <= at
            && at < end
        {
            return start;
        }
        let date = self.organisation.date_of(at);
        let start = self.organisation.start_of(date);
        *known = date.tomorrow().ok().map(|next| (start, self.organisation.start_of(next)));
        start
    }
}

/// Whether a contact is what a ticket it belongs to was made for.
fn stands_for(contact: &Contact, ticket: &Ticket) -> bool {
    contact.queued_at.micros().saturating_sub(ticket.created_at.micros()) <= SAME_VISIT_MICROS
}

impl<'f, 'a> Visit<'f, 'a> {
    /// The ticket whose later course is told of this row.
    fn followed(&self) -> Option<&'f Ticket<'a>> {
        self.ticket.filter(|_| self.is_first)
    }

    /// From here to each reopening of the ticket by the customer and how long it then stayed open. Those before the
    /// contact did not follow it.
    fn reopened(&self) -> Option<impl Iterator<Item = (Millis, Option<Millis>)> + use<'f, 'a>> {
        Some(self.followed()?.reopenings.since(self.at))
    }
}

impl<'a> Via<'_, 'a> {
    fn name(self) -> &'static str {
        match self {
            Self::Queue(_) => "queue",
            Self::Ticket(_) => "ticket",
        }
    }

    fn customer(self) -> Option<Customer<'a>> {
        match self {
            Self::Queue(contact) => contact.customer,
            Self::Ticket(ticket) => ticket.customer,
        }
    }

    fn is_test(self) -> bool {
        match self {
            Self::Queue(contact) => contact.is_test,
            Self::Ticket(ticket) => ticket.is_test,
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Queue(contact) => contact.outcome,
            Self::Ticket(ticket) if ticket.first_reply_at.is_some() => Outcome::Answered,
            Self::Ticket(_) => Outcome::Waiting,
        }
    }

    /// A written request is handled by a bot where only bots have replied and it was solved so: what waits for a human, or
    /// was solved by one, is not, whichever acknowledgement was sent.
    fn handled_by(self) -> Handler {
        match self {
            Self::Queue(contact) => contact.handled_by,
            Self::Ticket(ticket) if ticket.is_solved_by_bots() => Handler::Bot,
            Self::Ticket(_) => Handler::Human,
        }
    }

    /// Team and agent.
    fn charge(self) -> (Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Queue(contact) => (contact.team, contact.agent),
            Self::Ticket(ticket) => (ticket.in_charge_first_reply.team, ticket.in_charge_first_reply.agent),
        }
    }
}
