//! Contacts: calls, chats and other conversations that wait in a queue.
//!
//! Outcome: as stated; else answered where there is an `answered_at` or a bot handled it to its end, abandoned where
//! there is an `abandoned_at` or it ended without an answer (the time it ended is then the time it was abandoned),
//! else waiting. Waiting time runs to the answer of an answered contact, to the abandonment of an abandoned one, to
//! whichever is known of any other.

use arrow::record_batch::RecordBatch;

use super::clock::calendar_time;
use super::column::{Booleans, Integers, Records, Row, Text, Times};
use super::directory::{Customer, DirectoryColumns};
use super::links::{Link, group, tie};
use super::revisions::{Keys, Newest};
use super::table::Table;
use super::ticket::{TicketFacts, Tickets};
use super::words::{self, Direction, Handler, Outcome};
use super::{FoldError, Warning, Warnings, attributes};
use crate::{Attributes, FactTable, Instant, Millis};

struct ContactColumns<'a> {
    keys: Keys<'a>,
    ticket_system: Text<'a>,
    ticket_id: Text<'a>,
    customer_system: Text<'a>,
    customer_id: Text<'a>,
    issue: Text<'a>,
    channel: Text<'a>,
    queue: Text<'a>,
    direction: Text<'a>,
    queued_at: Times<'a>,
    answered_at: Times<'a>,
    abandoned_at: Times<'a>,
    ended_at: Times<'a>,
    outcome: Text<'a>,
    handled_by: Text<'a>,
    team: Text<'a>,
    agent: Text<'a>,
    talk: Integers<'a>,
    hold: Integers<'a>,
    wrap_up: Integers<'a>,
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
            channel: records.column("channel")?,
            queue: records.column("queue")?,
            direction: records.column("direction")?,
            queued_at: records.column("queued_at")?,
            answered_at: records.column("answered_at")?,
            abandoned_at: records.column("abandoned_at")?,
            ended_at: records.column("ended_at")?,
            outcome: records.column("outcome")?,
            handled_by: records.column("handled_by")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
            talk: records.column("talk")?,
            hold: records.column("hold")?,
            wrap_up: records.column("wrap_up")?,
            language: records.column("language")?,
            is_test: records.column("is_test")?,
        })
    }
}

/// What a contact folds to, beside what its record says as it is.
struct Contact<'a> {
    row: Row,
    customer: Option<Customer<'a>>,
    language: Option<&'a str>,
    team: Option<&'a str>,
    abandoned_at: Option<Instant>,
    wait: Option<Millis>,
    talk: Option<Millis>,
    hold: Option<Millis>,
    wrap_up: Option<Millis>,
    outcome: Outcome,
    direction: Direction,
    handled_by: Handler,
    is_test: bool,
}

/// Folds the newest contacts into their table and the links to their neighbours.
pub(super) fn fold<'a>(
    records: Records<'a>,
    newest: &Newest,
    tickets: (&Tickets<'a>, &TicketFacts<'a>),
    directory: &DirectoryColumns<'a>,
    declared: &Attributes,
    warnings: &mut Warnings,
) -> Result<(RecordBatch, Vec<Link>), FoldError> {
    let columns = ContactColumns::open(&records)?;
    let mut rows: Vec<(Instant, Row)> =
        newest.rows_as_stored().into_iter().map(|row| (columns.queued_at.required(row), row)).collect();
    rows.sort_unstable_by(|(left_at, left), (right_at, right)| {
        left_at.cmp(right_at).then_with(|| columns.keys.at(*left).cmp(&columns.keys.at(*right)))
    });
    let contacts: Vec<Contact> =
        rows.into_iter().map(|(_, row)| fold_one(row, &columns, tickets, directory, warnings)).collect();

    let mut table = Table::new(FactTable::Contact, contacts.len());
    for (name, column) in [
        ("system", &columns.keys.system),
        ("contact_id", &columns.keys.id),
        ("ticket_id", &columns.ticket_id),
        ("channel", &columns.channel),
        ("queue", &columns.queue),
        ("issue", &columns.issue),
        ("agent", &columns.agent),
    ] {
        table.text(name, contacts.iter().map(|contact| column.get(contact.row)))?;
    }
    directory.add_customers(&mut table, contacts.iter().map(|contact| contact.customer))?;
    table.text("language", contacts.iter().map(|contact| contact.language))?;
    table.text("team", contacts.iter().map(|contact| contact.team))?;
    table.text("outcome", contacts.iter().map(|contact| Some(contact.outcome.name())))?;
    table.text("direction", contacts.iter().map(|contact| Some(contact.direction.name())))?;
    table.text("handled_by", contacts.iter().map(|contact| Some(contact.handled_by.name())))?;
    table.booleans("is_test", contacts.iter().map(|contact| Some(contact.is_test)));
    table.times("queued_at", contacts.iter().map(|contact| columns.queued_at.time(contact.row)));
    table.times("answered_at", contacts.iter().map(|contact| columns.answered_at.time(contact.row)));
    table.times("abandoned_at", contacts.iter().map(|contact| contact.abandoned_at));
    table.times("ended_at", contacts.iter().map(|contact| columns.ended_at.time(contact.row)));
    table.lengths("wait", contacts.iter().map(|contact| contact.wait));
    table.lengths("talk", contacts.iter().map(|contact| contact.talk));
    table.lengths("hold", contacts.iter().map(|contact| contact.hold));
    table.lengths("wrap_up", contacts.iter().map(|contact| contact.wrap_up));
    let rows = contacts.iter().map(|contact| [Some(contact.row), contact.customer.and_then(|customer| customer.row)]);
    attributes::add(&mut table, FactTable::Contact, declared, [records, directory.customers], rows)?;
    Ok((table.finish(declared)?, links(&contacts, &columns)))
}

fn fold_one<'a>(
    row: Row,
    columns: &ContactColumns<'a>,
    (tickets, facts): (&Tickets<'a>, &TicketFacts<'a>),
    directory: &DirectoryColumns<'a>,
    warnings: &mut Warnings,
) -> Contact<'a> {
    let system = columns.keys.system.required(row);
    let ticket = columns.ticket_id.get(row).and_then(|id| {
        let number = tickets.find(columns.ticket_system.get(row).unwrap_or(system), id)?;
        facts.tickets.get(number as usize)
    });
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
    let handled_by = words::read(columns.handled_by.get(row), Handler::parse, warnings).unwrap_or(Handler::Human);
    let stated = words::read(columns.outcome.get(row), Outcome::parse, warnings);
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
        warnings.note(Warning::EndBeforeStart);
    }
    let [talk, hold, wrap_up] = stated_lengths.map(|length| length.filter(|length| length.get() >= 0));

    let language = columns.language.get(row);
    Contact {
        row,
        customer,
        language: language.or_else(|| tickets.columns.language.get(ticket?.row)),
        team: columns.team.get(row).or_else(|| directory.team_of(system, columns.agent.get(row)?)),
        abandoned_at,
        wait,
        talk,
        hold,
        wrap_up,
        outcome,
        direction: words::read(columns.direction.get(row), Direction::parse, warnings).unwrap_or(Direction::In),
        handled_by,
        is_test,
    }
}

/// Contacts that can be neighbours: made by a known customer. A call by the organisation is not the customer coming
/// back, and test contacts are in no metric.
fn links(contacts: &[Contact], columns: &ContactColumns) -> Vec<Link> {
    let rows = (0..).zip(contacts);
    rows.filter(|(_, contact)| contact.direction == Direction::In && !contact.is_test)
        .filter_map(|(row, contact)| {
            let customer = contact.customer?;
            Some(Link {
                group: group((customer.system, customer.id), columns.issue.get(contact.row)),
                at: columns.queued_at.required(contact.row),
                tie: tie(columns.keys.at(contact.row)),
                bucket: 0,
                row,
            })
        })
        .collect()
}
