//! Contacts: calls, chats and other conversations that wait in a queue.
//!
//! Outcome: as stated; else answered where there is an `answered_at` or a bot handled it to its end, abandoned where
//! there is an `abandoned_at` or it ended without an answer (the time it ended is then the time it was abandoned),
//! else waiting. Waiting time runs to the answer of an answered contact, to the abandonment of an abandoned one, to
//! whichever is known of any other.
//!
//! What its legs say is read in `leg`; without legs its own times and transfers count, all of one agent.

use arrow::record_batch::RecordBatch;

use super::clock::calendar_time;
use super::column::{Booleans, Integers, Records, Row, Text, Times};
use super::directory::{Customer, DirectoryColumns};
use super::quality::Reviews;
use super::revisions::{Keys, Newest};
use super::table::Table;
use super::ticket::{Ticket, TicketFacts, Tickets};
use super::words::{self, Direction, Handler, Outcome};
use super::{FoldError, Warning, Warnings, attributes};
use crate::{Attributes, FactTable, Instant, Millis, RecordKind};

/// Columns of contacts.
pub(super) struct ContactColumns<'a> {
    pub keys: Keys<'a>,
    pub ticket_system: Text<'a>,
    pub ticket_id: Text<'a>,
    customer_system: Text<'a>,
    customer_id: Text<'a>,
    pub issue: Text<'a>,
    pub intent: Text<'a>,
    pub context_viewed: Booleans<'a>,
    pub channel: Text<'a>,
    pub queue: Text<'a>,
    direction: Text<'a>,
    pub queued_at: Times<'a>,
    pub answered_at: Times<'a>,
    abandoned_at: Times<'a>,
    pub ended_at: Times<'a>,
    outcome: Text<'a>,
    handled_by: Text<'a>,
    agent_system: Text<'a>,
    pub team: Text<'a>,
    agent: Text<'a>,
    talk: Integers<'a>,
    hold: Integers<'a>,
    wrap_up: Integers<'a>,
    transfers: Integers<'a>,
    language: Text<'a>,
    is_test: Booleans<'a>,
}

impl<'a> ContactColumns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(ContactColumns {
            keys: Keys::open(records)?,
            ticket_system: records.column("ticket_system")?,
            ticket_id: records.column("ticket_id")?,
            customer_system: records.column("customer_system")?,
            customer_id: records.column("customer_id")?,
            issue: records.column("issue")?,
            intent: records.column("intent")?,
            context_viewed: records.column("context_viewed")?,
            channel: records.column("channel")?,
            queue: records.column("queue")?,
            direction: records.column("direction")?,
            queued_at: records.column("queued_at")?,
            answered_at: records.column("answered_at")?,
            abandoned_at: records.column("abandoned_at")?,
            ended_at: records.column("ended_at")?,
            outcome: records.column("outcome")?,
            handled_by: records.column("handled_by")?,
            agent_system: records.column("agent_system")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
            talk: records.column("talk")?,
            hold: records.column("hold")?,
            wrap_up: records.column("wrap_up")?,
            transfers: records.column("transfers")?,
            language: records.column("language")?,
            is_test: records.column("is_test")?,
        })
    }

    /// Key of the ticket that a contact names.
    pub fn ticket(&self, row: Row) -> Option<(&'a str, &'a str)> {
        self.keys.named(&self.ticket_system, &self.ticket_id, row)
    }
}

/// What a contact folds to, beside what its record says as it is.
pub(super) struct Contact<'a> {
    pub row: Row,
    /// Number of its ticket, where that is there.
    pub ticket: Option<u32>,
    pub customer: Option<Customer<'a>>,
    pub language: Option<&'a str>,
    /// As it states itself; its first leg where it does not, once legs are read.
    pub agent: Option<&'a str>,
    /// System of its agent and team.
    pub agent_system: &'a str,
    /// Like the agent; where nobody states it, the agent's.
    pub team: Option<&'a str>,
    pub queued_at: Instant,
    abandoned_at: Option<Instant>,
    wait: Option<Millis>,
    /// Its own, or the sum over its legs once they are read.
    pub talk: Option<Millis>,
    pub hold: Option<Millis>,
    pub wrap_up: Option<Millis>,
    /// Of all legs, once they are read.
    pub handle_time: Option<Millis>,
    /// Of that, of the legs without an agent.
    pub agentless_time: Option<Millis>,
    pub outcome: Outcome,
    pub direction: Direction,
    pub handled_by: Handler,
    pub is_test: bool,
    pub legs: u32,
    /// As stated until legs are read.
    pub transfers: i64,
    pub cold_transfers: u32,
    pub warm_transfers: u32,
}

/// The newest revision of the contacts of a bucket, numbered in the order of (queueing, system, id).
pub(super) struct Contacts<'a> {
    pub records: Records<'a>,
    pub columns: ContactColumns<'a>,
    /// By number.
    pub all: Vec<Contact<'a>>,
    newest: Newest,
    /// Number of each contact, by its position in `newest`.
    numbers: Vec<u32>,
}

impl<'a> Contacts<'a> {
    /// Reads the newest contacts.
    pub fn read(
        records: Records<'a>,
        newest: Newest,
        tickets: (&Tickets<'a>, &TicketFacts<'a>),
        directory: &DirectoryColumns<'a>,
        warnings: &mut Warnings,
    ) -> Result<Self, FoldError> {
        let columns = ContactColumns::open(&records)?;
        // Rows are fewer than 2³², as the search for the newest has checked.
        let mut ordered: Vec<(Instant, Row, u32)> =
            (0..).zip(newest.rows()).map(|(position, row)| (columns.queued_at.required(row), row, position)).collect();
        ordered.sort_unstable_by(|(left_at, left, _), (right_at, right, _)| {
            left_at.cmp(right_at).then_with(|| columns.keys.at(*left).cmp(&columns.keys.at(*right)))
        });
        let mut numbers = vec![0; ordered.len()];
        for (number, (_, _, position)) in (0..).zip(&ordered) {
            numbers[*position as usize] = number;
        }
        let all =
            ordered.into_iter().map(|(_, row, _)| fold_one(row, &columns, tickets, directory, warnings)).collect();
        Ok(Contacts { records, columns, all, newest, numbers })
    }

    /// The number of the contact with this key.
    pub fn find(&self, system: &str, id: &str) -> Option<u32> {
        self.newest.find(&self.columns.keys, system, id).map(|position| self.numbers[position])
    }

    /// Adds the columns that say of each row's contact what it was, to the table of contacts or of their legs.
    pub fn describe<'c, I: Iterator<Item = &'c Contact<'a>> + Clone>(
        &self,
        table: &mut Table,
        directory: &DirectoryColumns<'a>,
        contacts: impl Fn() -> I,
    ) -> Result<(), FoldError>
    where
        'a: 'c,
    {
        let columns = &self.columns;
        for (name, column) in [
            ("system", &columns.keys.system),
            ("contact_id", &columns.keys.id),
            ("ticket_id", &columns.ticket_id),
            ("channel", &columns.channel),
            ("queue", &columns.queue),
            ("issue", &columns.issue),
        ] {
            table.text(name, contacts().map(|contact| column.get(contact.row)))?;
        }
        directory.add_customers(table, contacts().map(|contact| contact.customer))?;
        table.text("language", contacts().map(|contact| contact.language))?;
        table.text("outcome", contacts().map(|contact| Some(contact.outcome.name())))?;
        table.text("direction", contacts().map(|contact| Some(contact.direction.name())))?;
        table.text("handled_by", contacts().map(|contact| Some(contact.handled_by.name())))?;
        table.booleans("is_test", contacts().map(|contact| Some(contact.is_test)));
        Ok(())
    }

    /// Makes the table.
    pub fn table(
        &self,
        directory: &DirectoryColumns<'a>,
        declared: &Attributes,
        reviews: &Reviews,
    ) -> Result<RecordBatch, FoldError> {
        let columns = &self.columns;
        let contacts = || self.all.iter();
        let mut table = Table::new(FactTable::Contact, self.all.len());
        self.describe(&mut table, directory, contacts)?;
        table.text("team", contacts().map(|contact| contact.team))?;
        table.text("agent", contacts().map(|contact| contact.agent))?;
        table.text("intent", contacts().map(|contact| columns.intent.get(contact.row)))?;
        table.booleans("context_viewed", contacts().map(|contact| columns.context_viewed.get(contact.row)));
        let reviews = || (0..self.all.len()).map(|number| reviews.of(number));
        table.integers("random_reviews", reviews().map(|(random, _)| Some(random.into())));
        table.integers("other_reviews", reviews().map(|(_, other)| Some(other.into())));
        table.times("queued_at", contacts().map(|contact| Some(contact.queued_at)));
        table.times("answered_at", contacts().map(|contact| columns.answered_at.time(contact.row)));
        table.times("abandoned_at", contacts().map(|contact| contact.abandoned_at));
        table.times("ended_at", contacts().map(|contact| columns.ended_at.time(contact.row)));
        table.lengths("wait", contacts().map(|contact| contact.wait));
        table.lengths("talk", contacts().map(|contact| contact.talk));
        table.lengths("hold", contacts().map(|contact| contact.hold));
        table.lengths("wrap_up", contacts().map(|contact| contact.wrap_up));
        table.integers("legs", contacts().map(|contact| Some(contact.legs.into())));
        table.integers("transfers", contacts().map(|contact| Some(contact.transfers)));
        table.integers("cold_transfers", contacts().map(|contact| Some(contact.cold_transfers.into())));
        table.integers("warm_transfers", contacts().map(|contact| Some(contact.warm_transfers.into())));
        let of_agents = declared.contains_key(&RecordKind::Agent);
        let rows = contacts().map(|contact| {
            let agent = contact.agent.filter(|_| of_agents);
            let agent = agent.and_then(|agent| directory.agent(contact.agent_system, agent));
            [Some(contact.row), contact.customer.and_then(|customer| customer.row), agent]
        });
        let sources = [self.records, directory.customers, directory.agents];
        attributes::add(&mut table, FactTable::Contact, declared, sources, rows)?;
        table.finish(declared)
    }
}

fn fold_one<'a>(
    row: Row,
    columns: &ContactColumns<'a>,
    (tickets, facts): (&Tickets<'a>, &TicketFacts<'a>),
    directory: &DirectoryColumns<'a>,
    warnings: &mut Warnings,
) -> Contact<'a> {
    let system = columns.keys.system.required(row);
    let number = columns.ticket(row).and_then(|(system, id)| tickets.find(system, id));
    let ticket: Option<&Ticket> = number.and_then(|number| facts.tickets.get(number as usize));
    let own_customer = columns
        .customer_id
        .get(row)
        .map(|id| directory.customer((columns.customer_system.get(row).unwrap_or(system), id)));
    let customer = own_customer.or(ticket.and_then(|ticket| ticket.customer));
    let is_test = columns.is_test.get(row).unwrap_or(false)
        || customer.is_some_and(|customer| customer.is_test)
        || ticket.is_some_and(|ticket| ticket.is_test);

    let queued_at = columns.queued_at.required(row);
    let answered_at = columns.answered_at.time(row);
    let ended_at = columns.ended_at.time(row);
    let handled_by =
        words::read(columns.handled_by.get(row), Handler::parse, (RecordKind::Contact, "handled_by"), warnings)
            .unwrap_or(Handler::Human);
    let stated = words::read(columns.outcome.get(row), Outcome::parse, (RecordKind::Contact, "outcome"), warnings);
    let stated_abandoned_at = columns.abandoned_at.time(row);
    let outcome = stated.unwrap_or(match (answered_at, stated_abandoned_at, ended_at, handled_by) {
        (Some(_), _, _, _) => Outcome::Answered,
        (None, Some(_), _, _) => Outcome::Abandoned,
        (None, None, Some(_), Handler::Bot) => Outcome::Answered,
        (None, None, Some(_), Handler::Human) => Outcome::Abandoned,
        (None, None, None, _) => Outcome::Waiting,
    });
    let abandoned_at = stated_abandoned_at.or(ended_at.filter(|_| outcome == Outcome::Abandoned));
    let waited_until = match outcome {
        Outcome::Answered => answered_at,
        Outcome::Abandoned => abandoned_at,
        Outcome::Callback | Outcome::Overflow | Outcome::Waiting => answered_at.or(abandoned_at),
    };
    let wait = calendar_time(queued_at, waited_until);
    let stated_lengths = [&columns.talk, &columns.hold, &columns.wrap_up].map(|column| column.length(row));
    let negative = |length: &Option<Millis>| length.is_some_and(|length| length.get() < 0);
    if (wait.is_none() && waited_until.is_some()) || stated_lengths.iter().any(negative) {
        warnings.note_of(Warning::EndBeforeStart, RecordKind::Contact);
    }
    let [talk, hold, wrap_up] = stated_lengths.map(|length| length.filter(|length| length.get() >= 0));

    let transfers = columns.transfers.get(row);
    if let Some(transfers) = transfers.filter(|transfers| *transfers < 0) {
        warnings.note_value(Warning::UnknownValue, (RecordKind::Contact, "transfers"), transfers.to_string());
    }

    let language = columns.language.get(row);
    let agent = columns.agent.get(row);
    let agent_system = columns.agent_system.get(row).unwrap_or(system);
    Contact {
        row,
        ticket: number,
        customer,
        language: language.or_else(|| tickets.columns.language.get(ticket?.row)),
        agent,
        agent_system,
        team: columns.team.get(row).or_else(|| directory.team_at(agent_system, agent?, Some(queued_at))),
        queued_at,
        abandoned_at,
        wait,
        talk,
        hold,
        wrap_up,
        handle_time: None,
        agentless_time: None,
        outcome,
        direction: words::read(
            columns.direction.get(row),
            Direction::parse,
            (RecordKind::Contact, "direction"),
            warnings,
        )
        .unwrap_or(Direction::In),
        handled_by,
        is_test,
        legs: 0,
        transfers: transfers.unwrap_or(0).max(0),
        cold_transfers: 0,
        warm_transfers: 0,
    }
}
