//! Occasions on which customers could be asked, with the answers that came.
//!
//! An answer belongs to the offer it names; one that names none to the last offer of its instrument on its ticket before
//! it. Of several answers to an offer the first one counts.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::charge::{Charge, Timeline};
use super::clock::calendar_time;
use super::column::{Booleans, Records, Row, Text, Times};
use super::plain::Plain;
use super::revisions::Keys;
use super::survey::rated;
use super::table::Table;
use super::ticket::Ticket;
use super::{FoldError, Ground, Noted, Warning, attributes};
use crate::{FactTable, Instant, RecordKind};

type Key<'a> = (&'a str, &'a str);

struct OfferColumns<'a> {
    ticket_system: Text<'a>,
    ticket_id: Text<'a>,
    agent_system: Text<'a>,
    instrument: Text<'a>,
    eligible_at: Times<'a>,
    offered_at: Times<'a>,
    is_delivered: Booleans<'a>,
    answered_at: Times<'a>,
    channel: Text<'a>,
    team: Text<'a>,
    agent: Text<'a>,
}

impl<'a> OfferColumns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(OfferColumns {
            ticket_system: records.column("ticket_system")?,
            ticket_id: records.column("ticket_id")?,
            agent_system: records.column("agent_system")?,
            instrument: records.column("instrument")?,
            eligible_at: records.column("eligible_at")?,
            offered_at: records.column("offered_at")?,
            is_delivered: records.column("is_delivered")?,
            answered_at: records.column("answered_at")?,
            channel: records.column("channel")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
        })
    }
}

/// Folds the newest offers into their table.
pub(super) fn fold<'a>(ground: &Ground<'_, 'a>, noted: &mut Noted) -> Result<RecordBatch, FoldError> {
    let (records, newest) = ground.newest(RecordKind::SurveyOffer, noted)?;
    let columns = OfferColumns::open(&records)?;
    let at = |row| columns.eligible_at.required(row);
    let mut plain = Plain::read(FactTable::SurveyOffer, records, &newest, ground.directory, at)?;
    let answers = Answers::read(ground, &plain, &columns)?;

    let mut timeline = Timeline::default();
    let mut tickets: Vec<Option<&Ticket<'a>>> = Vec::with_capacity(plain.rows.len());
    let mut charges: Vec<Charge<'a>> = Vec::with_capacity(plain.rows.len());
    for (index, &row) in plain.rows.iter().enumerate() {
        let system = plain.keys.system.required(row);
        let number = ticket_key(&plain, &columns, row).and_then(|(system, id)| ground.tickets.find(system, id));
        if number.is_none() && columns.ticket_id.get(row).is_some() {
            noted.warnings.note_of(Warning::AnswerWithoutTicket, RecordKind::SurveyOffer);
        }
        let ticket = number.and_then(|number| ground.ticket_facts.tickets.get(number as usize));
        let stated = Charge { team: columns.team.get(row), agent: columns.agent.get(row) };
        charges.push(match (number, ticket) {
            (Some(number), Some(ticket)) if stated.team.is_none() || stated.agent.is_none() => {
                let events = ground.log.of(number);
                ground.tickets.read_timeline(ticket.row, events, ground.log, ground.directory, &mut timeline);
                let agent_system = columns.agent_system.get(row).unwrap_or(ground.tickets.agent_system(ticket.row));
                rated(stated, timeline.at(at(row)), ground.directory, agent_system, at(row))
            }
            _ => {
                let agent_system = columns.agent_system.get(row).unwrap_or(system);
                stated.with_team(ground.directory, agent_system, Some(at(row)))
            }
        });
        plain.customers[index] = plain.customers[index].or(ticket.and_then(|ticket| ticket.customer));
        tickets.push(ticket);
    }

    let answered_at = |index: usize| {
        let row = plain.rows[index];
        answers.of.get(&index).copied().or(columns.answered_at.time(row))
    };
    let of_ticket = &ground.tickets.columns;
    let indexes = || 0..plain.rows.len();
    let mut table = Table::new(FactTable::SurveyOffer, plain.rows.len());
    table.times("answered_at", indexes().map(answered_at));
    let delay = |index: usize| calendar_time(columns.offered_at.time(plain.rows[index])?, answered_at(index));
    table.lengths("answer_delay", indexes().map(delay));
    let is_delivered = |row: &Row| {
        let is_sent = columns.offered_at.time(*row).is_some();
        Some(is_sent && columns.is_delivered.get(*row).unwrap_or(true))
    };
    table.booleans("is_delivered", plain.rows.iter().map(is_delivered));
    let is_test = |index: usize| plain.is_test(index) || tickets[index].is_some_and(|ticket| ticket.is_test);
    table.booleans("is_test", indexes().map(|index| Some(is_test(index))));
    for (name, column) in [
        ("queue", &of_ticket.queue),
        ("language", &of_ticket.language),
        ("priority", &of_ticket.priority),
        ("category", &of_ticket.category),
        ("product", &of_ticket.product),
    ] {
        table.text(name, tickets.iter().map(|ticket| column.get((*ticket)?.row)))?;
    }
    let channel =
        |index: usize| columns.channel.get(plain.rows[index]).or_else(|| of_ticket.channel.get(tickets[index]?.row));
    table.text("channel", indexes().map(channel))?;
    table.text("team", charges.iter().map(|charge| charge.team))?;
    table.text("agent", charges.iter().map(|charge| charge.agent))?;
    let rows = indexes().map(|index| {
        let customer = plain.customers[index].and_then(|customer| customer.row);
        [Some(plain.rows[index]), tickets[index].map(|ticket| ticket.row), customer]
    });
    let sources = [records, ground.tickets.records, ground.directory.customers];
    attributes::add(&mut table, FactTable::SurveyOffer, ground.attributes, sources, rows)?;
    plain.finish(table, ground.directory, ground.attributes)
}

fn ticket_key<'a>(plain: &Plain<'a>, columns: &OfferColumns<'a>, row: Row) -> Option<Key<'a>> {
    let id = columns.ticket_id.get(row)?;
    Some((columns.ticket_system.get(row).unwrap_or(plain.keys.system.required(row)), id))
}

/// The first answer to each offer, by the offer's place.
struct Answers {
    of: HashMap<usize, Instant>,
}

impl Answers {
    fn read(ground: &Ground, plain: &Plain, columns: &OfferColumns) -> Result<Self, FoldError> {
        let mut answers = Answers { of: HashMap::new() };
        if plain.rows.is_empty() {
            return Ok(answers);
        }
        // conflicts and odd cells of answers are counted where they are folded themselves
        let records = ground.records.told(RecordKind::SurveyAnswer);
        let (newest, _) = super::revisions::newest(&records)?;
        let keys = Keys::open(&records)?;
        let (ticket_system, ticket_id): (Text, Text) = (records.column("ticket_system")?, records.column("ticket_id")?);
        let (instrument, offer_id): (Text, Text) = (records.column("instrument")?, records.column("offer_id")?);
        let (at, is_test): (Times, Booleans) = (records.column("answered_at")?, records.column("is_test")?);

        let by_id: HashMap<Key, usize> =
            plain.rows.iter().enumerate().map(|(index, row)| (plain.keys.at(*row), index)).collect();
        let mut on_ticket: HashMap<(Key, &str), Vec<(Instant, usize)>> = HashMap::new();
        for (index, &row) in plain.rows.iter().enumerate() {
            if let (Some(ticket), Some(offered_at)) = (ticket_key(plain, columns, row), columns.offered_at.time(row)) {
                on_ticket.entry((ticket, columns.instrument.required(row))).or_default().push((offered_at, index));
            }
        }
        on_ticket.values_mut().for_each(|offers| offers.sort_unstable());
        for row in newest.rows().filter(|row| !is_test.get(*row).unwrap_or(false)) {
            let (system, answered_at) = (keys.system.required(row), at.required(row));
            let named = offer_id.get(row).and_then(|id| by_id.get(&(system, id)).copied());
            let index = named.or_else(|| {
                let ticket = (ticket_system.get(row).unwrap_or(system), ticket_id.get(row)?);
                let offers = on_ticket.get(&(ticket, instrument.required(row)))?;
                let before = offers.partition_point(|(offered_at, _)| *offered_at <= answered_at);
                Some(offers.get(before.checked_sub(1)?)?.1)
            });
            if let Some(index) = index {
                let first = answers.of.entry(index).or_insert(answered_at);
                *first = (*first).min(answered_at);
            }
        }
        Ok(answers)
    }
}
