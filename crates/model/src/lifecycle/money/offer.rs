//! Offers and the revenue that follows from them.
//!
//! What a record does not say of channel, queue, language, team, agent and customer says its contact; what that does not
//! say, or where none is named, the ticket, which is the contact's, else the one named: of its team and agent those in
//! charge at the time. Revenue that names no ticket, and no contact that has come, has it all from the offer it follows
//! from.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::super::charge::{Charge, Timeline};
use super::super::clock::calendar_time;
use super::super::column::{Booleans, Numbers, Row, Text, Times};
use super::super::directory::Customer;
use super::super::plain::Plain;
use super::super::rates::Converted;
use super::super::table::Table;
use super::super::{About, FoldError, Ground, Noted, Warning};
use super::order::{convert, convert_beside};
use crate::{FactTable, Instant, Millis, RecordKind};

/// What a record has from its contact and ticket.
#[derive(Clone, Copy)]
struct Origin<'a> {
    about: About<'a>,
    /// When its contact, else its ticket began.
    began_at: Option<Instant>,
    ticket_id: Option<&'a str>,
    customer: Option<Customer<'a>>,
    channel: Option<&'a str>,
    queue: Option<&'a str>,
    language: Option<&'a str>,
    charge: Charge<'a>,
    is_test: bool,
}

/// What offers have from their contacts and tickets, by their keys.
type Offers<'a> = HashMap<(&'a str, &'a str), Origin<'a>>;

/// What came of the offers of a contact, or of a ticket where none is named.
#[derive(Default)]
struct Outcome {
    offers: i64,
    is_made: bool,
    is_accepted: bool,
}

/// Folds offers and revenue events into their tables.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<[(FactTable, RecordBatch); 2], FoldError> {
    let (offers, made) = offers(ground, noted)?;
    Ok([(FactTable::Offer, offers), (FactTable::RevenueEvent, revenue(ground, noted, &made)?)])
}

fn offers<'a>(ground: &Ground<'_, 'a>, noted: &mut Noted) -> Result<(RecordBatch, Offers<'a>), FoldError> {
    let (records, newest) = ground.newest(RecordKind::Offer, noted)?;
    let at: Times = records.column("at")?;
    let mut plain = Plain::read(FactTable::Offer, records, &newest, ground.directory, |row| at.required(row))?;
    let mut origins = origins(ground, noted, &plain, &at, &Offers::new())?;
    for (row, origin) in plain.rows.iter().zip(&mut origins) {
        origin.began_at = origin.began_at.or(at.time(*row));
    }
    let made = plain.rows.iter().map(|row| plain.keys.at(*row)).zip(origins.iter().copied()).collect();
    let mut table = Table::new(FactTable::Offer, plain.rows.len());
    let rows = || plain.rows.iter();
    let (is_made, is_accepted): (Booleans, Booleans) = (records.column("is_made")?, records.column("is_accepted")?);
    let accepted = |row: Row| is_accepted.get(row).unwrap_or(false);
    // what was accepted was made
    let was_made = |row: Row| is_made.get(row).unwrap_or(true) || accepted(row);
    // what came of all offers of a contact, tests apart
    let mut outcomes: HashMap<(About, bool), Outcome> = HashMap::new();
    let numbers: Vec<i64> = rows()
        .zip(&origins)
        .map(|(row, origin)| {
            let outcome = outcomes.entry((origin.about, origin.is_test)).or_default();
            outcome.offers += 1;
            outcome.is_made |= was_made(*row);
            outcome.is_accepted |= accepted(*row);
            outcome.offers
        })
        .collect();
    let outcome = |origin: &Origin<'a>| outcomes.get(&(origin.about, origin.is_test));
    table.integers("offer", numbers.into_iter().map(Some));
    table.booleans("contact_made", origins.iter().map(|origin| Some(outcome(origin)?.is_made)));
    table.booleans("contact_accepted", origins.iter().map(|origin| Some(outcome(origin)?.is_accepted)));
    table.times("contact_at", origins.iter().map(|origin| origin.began_at));
    table.booleans("is_made", rows().map(|row| Some(was_made(*row))));
    table.booleans("is_accepted", rows().map(|row| Some(accepted(*row))));
    put_origins(&mut table, &mut plain, &origins)?;
    Ok((plain.finish(table, ground.directory, ground.attributes)?, made))
}

fn revenue<'a>(ground: &Ground<'_, 'a>, noted: &mut Noted, offers: &Offers<'a>) -> Result<RecordBatch, FoldError> {
    let (records, newest) = ground.newest(RecordKind::RevenueEvent, noted)?;
    let at: Times = records.column("at")?;
    let mut plain = Plain::read(FactTable::RevenueEvent, records, &newest, ground.directory, |row| at.required(row))?;
    let origins = origins(ground, noted, &plain, &at, offers)?;
    let (amount, margin, currency): (Numbers, Numbers, Text) =
        (records.column("amount")?, records.column("margin")?, records.column("currency")?);
    let cancelled_at: Times = records.column("cancelled_at")?;
    let mut amounts: Vec<(Converted, Converted)> = Vec::with_capacity(plain.rows.len());
    for row in &plain.rows {
        let (at, currency) = (at.required(*row), currency.required(*row));
        let whole = convert((ground, records.kind), noted, amount.get(*row), currency, at);
        amounts.push((whole, convert_beside(ground, margin.get(*row), currency, at)));
    }
    let mut table = Table::new(FactTable::RevenueEvent, plain.rows.len());
    let rows = || plain.rows.iter();
    table.times("contact_at", origins.iter().map(|origin| origin.began_at));
    let since = |(row, origin): (&Row, &Origin)| calendar_time(origin.began_at?, at.time(*row));
    table.lengths("since_contact", rows().zip(&origins).map(since));
    let delay = |row: &Row| calendar_time(at.required(*row), cancelled_at.time(*row));
    let early = rows().filter(|row| cancelled_at.time(**row).is_some() && delay(row).is_none()).count();
    noted.warnings.add_of(Warning::EndBeforeStart, RecordKind::RevenueEvent, early as u64);
    // cancelled before it was bought is cancelled at once, not kept
    let cancelled = |row: &Row| delay(row).or(cancelled_at.time(*row).map(|_| Millis::new(0)));
    table.lengths("cancel_delay", rows().map(cancelled));
    table.numbers("amount", amounts.iter().map(|(amount, _)| amount.amount));
    table.numbers("margin", amounts.iter().map(|(_, margin)| margin.amount));
    table.numbers("constant_amount", amounts.iter().map(|(amount, _)| amount.constant));
    table.numbers("constant_margin", amounts.iter().map(|(_, margin)| margin.constant));
    put_origins(&mut table, &mut plain, &origins)?;
    plain.finish(table, ground.directory, ground.attributes)
}

/// Puts what the records have from their contacts and tickets into the table.
fn put_origins<'a>(table: &mut Table, plain: &mut Plain<'a>, origins: &[Origin<'a>]) -> Result<(), FoldError> {
    table.text("ticket_id", origins.iter().map(|origin| origin.ticket_id))?;
    table.text("channel", origins.iter().map(|origin| origin.channel))?;
    table.text("queue", origins.iter().map(|origin| origin.queue))?;
    table.text("language", origins.iter().map(|origin| origin.language))?;
    table.text("team", origins.iter().map(|origin| origin.charge.team))?;
    table.text("agent", origins.iter().map(|origin| origin.charge.agent))?;
    table.booleans("is_test", origins.iter().map(|origin| Some(origin.is_test)));
    plain.customers = origins.iter().map(|origin| origin.customer).collect();
    Ok(())
}

fn origins<'a>(
    ground: &Ground<'_, 'a>,
    noted: &mut Noted,
    plain: &Plain<'a>,
    at: &Times<'a>,
    offers: &Offers<'a>,
) -> Result<Vec<Origin<'a>>, FoldError> {
    let records = plain.records;
    let (contact_system, contact_id): (Text<'a>, Text<'a>) =
        (records.column("contact_system")?, records.column("contact_id")?);
    let (ticket_system, ticket_id): (Text<'a>, Text<'a>) =
        (records.column("ticket_system")?, records.column("ticket_id")?);
    let agent_system: Text<'a> = records.column("agent_system")?;
    let offer_id: Text<'a> = records.attribute("offer_id");
    let (own_channel, own_team): (Text, Text) = (records.attribute("channel"), records.attribute("team"));
    let (own_agent, own_test): (Text, Booleans) = (records.attribute("agent"), records.attribute("is_test"));
    let mut timeline = Timeline::default();
    let mut origins = Vec::with_capacity(plain.rows.len());
    for (row, own_customer) in plain.rows.iter().zip(&plain.customers) {
        let row = *row;
        let system = plain.keys.system.required(row);
        let contact_key = plain.keys.named(&contact_system, &contact_id, row);
        let ticket_key = plain.keys.named(&ticket_system, &ticket_id, row);
        let found = ground.find(contact_key, ticket_key);
        noted.warnings.add_of(Warning::OtherTicket, records.kind, found.is_other.into());
        let contact = found.contact.and_then(|number| ground.contacts.all.get(number as usize));
        let ticket = found.ticket.and_then(|number| ground.ticket_facts.tickets.get(number as usize));
        // whichever it names is in this bucket then, and an offer beside a contact or ticket may be in any
        let is_of_offer = contact.is_none() && ticket_key.is_none();
        let offer = offer_id.get(row).filter(|_| is_of_offer).and_then(|id| offers.get(&(system, id)));
        let named = contact_key.is_some() || ticket_key.is_some() || offer_id.get(row).is_some();
        if named && contact.is_none() && ticket.is_none() && offer.is_none() {
            noted.warnings.note_of(Warning::OfferWithoutContact, records.kind);
        }

        let of_contact = |column: &Text<'a>| column.get(contact?.row);
        let of_ticket = |column: &Text<'a>| column.get(ticket?.row);
        let stated = Charge { team: own_team.get(row), agent: own_agent.get(row) };
        let own_system = agent_system.get(row).unwrap_or(system);
        let charge = match (stated.team.or(stated.agent), contact, found.ticket.zip(ticket)) {
            (Some(_), _, _) => stated.with_team(ground.directory, own_system, at.time(row)),
            (None, Some(contact), _) if contact.team.is_some() || contact.agent.is_some() => {
                Charge { team: contact.team, agent: contact.agent }
            }
            (None, _, Some((number, ticket))) => {
                let log = ground.log;
                ground.tickets.read_timeline(ticket.row, log.of(number), log, ground.directory, &mut timeline);
                let agent_system = ground.tickets.agent_system(ticket.row);
                timeline.at(at.required(row)).with_team(ground.directory, agent_system, at.time(row))
            }
            (None, _, None) => offer.map_or(stated, |offer| offer.charge),
        };
        let customer = (*own_customer)
            .or(contact.and_then(|contact| contact.customer))
            .or(ticket.and_then(|ticket| ticket.customer))
            .or(offer.and_then(|offer| offer.customer));
        let (columns, of_tickets) = (&ground.contacts.columns, &ground.tickets.columns);
        let channel = own_channel.get(row).or_else(|| of_contact(&columns.channel));
        let language = contact.and_then(|contact| contact.language);
        origins.push(Origin {
            about: About::new(contact_key, ticket_key, plain.keys.at(row)),
            began_at: contact
                .map(|contact| contact.queued_at)
                .or(ticket.map(|ticket| ticket.created_at))
                .or(offer.and_then(|offer| offer.began_at)),
            ticket_id: of_contact(&ground.contacts.columns.ticket_id).or(ticket_id.get(row)),
            customer,
            channel: channel.or_else(|| of_ticket(&of_tickets.channel)).or_else(|| offer?.channel),
            queue: of_contact(&columns.queue).or_else(|| of_ticket(&of_tickets.queue)).or_else(|| offer?.queue),
            language: language.or_else(|| of_ticket(&of_tickets.language)).or_else(|| offer?.language),
            charge,
            is_test: own_test.get(row).unwrap_or(false)
                || customer.is_some_and(|customer| customer.is_test)
                || contact.is_some_and(|contact| contact.is_test)
                || ticket.is_some_and(|ticket| ticket.is_test)
                || offer.is_some_and(|offer| offer.is_test),
        });
    }
    Ok(origins)
}
