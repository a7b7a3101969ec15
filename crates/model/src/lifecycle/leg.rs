//! Legs: the agents' parts of a contact, in the order of (start, id).
//!
//! The first is that of the agent who took the contact; how the contact came to a further one is `cold` where nothing
//! else is stated, and a consultation is no transfer. A contact that a human answered and that has no leg records has
//! one leg, made of what it states itself. Where there are leg records they say what the contact's talk, hold and
//! wrap-up are, all of them together, and how often it was passed on.
//!
//! Handling time is talk, hold and wrap-up; where the talk is not known, the time from start to end and the wrap-up.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::busy::Shift;
use super::column::{Integers, Records, Row, Text, Times};
use super::contact::{Contact, Contacts};
use super::directory::DirectoryColumns;
use super::links::{elapsed, key_hash};
use super::revisions::{Keys, Newest};
use super::table::Table;
use super::words::{self, Handler, Outcome, Transfer};
use super::{FoldError, Warning, Warnings, attributes};
use crate::{Attributes, FactTable, Instant, Millis, RecordKind};

struct LegColumns<'a> {
    keys: Keys<'a>,
    contact_system: Text<'a>,
    contact_id: Text<'a>,
    agent_system: Text<'a>,
    agent: Text<'a>,
    team: Text<'a>,
    started_at: Times<'a>,
    ended_at: Times<'a>,
    transfer: Text<'a>,
    talk: Integers<'a>,
    hold: Integers<'a>,
    wrap_up: Integers<'a>,
}

impl<'a> LegColumns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(LegColumns {
            keys: Keys::open(records)?,
            contact_system: records.column("contact_system")?,
            contact_id: records.column("contact_id")?,
            agent_system: records.column("agent_system")?,
            agent: records.column("agent")?,
            team: records.column("team")?,
            started_at: records.column("started_at")?,
            ended_at: records.column("ended_at")?,
            transfer: records.column("transfer")?,
            talk: records.column("talk")?,
            hold: records.column("hold")?,
            wrap_up: records.column("wrap_up")?,
        })
    }
}

/// Times an agent spent on a contact.
#[derive(Clone, Copy, Debug, Default)]
struct Lengths {
    talk: Option<Millis>,
    hold: Option<Millis>,
    wrap_up: Option<Millis>,
}

impl Lengths {
    /// Talk, hold and wrap-up; where the talk is not known, `span` and the wrap-up.
    fn handle_time(self, span: Option<Millis>) -> Option<Millis> {
        let or_none = |length: Option<Millis>| length.unwrap_or_default();
        match self.talk {
            Some(talk) => Some(sum(sum(talk, or_none(self.hold)), or_none(self.wrap_up))),
            None => span.map(|span| sum(span, or_none(self.wrap_up))),
        }
    }
}

fn sum(left: Millis, right: Millis) -> Millis {
    Millis::new(left.get().saturating_add(right.get()))
}

/// Adds a length that may not be known to a sum of those that are.
fn add(total: &mut Option<Millis>, length: Option<Millis>) {
    if let Some(length) = length {
        *total = Some(sum(total.unwrap_or_default(), length));
    }
}

/// One leg.
struct Leg<'a> {
    /// Number of its contact.
    contact: u32,
    /// Its record; none where it is made of its contact's.
    row: Option<Row>,
    number: u32,
    started_at: Instant,
    ended_at: Option<Instant>,
    lengths: Lengths,
    handle_time: Option<Millis>,
    transfer: Option<Transfer>,
    team: Option<&'a str>,
    agent: Option<&'a str>,
    agent_system: &'a str,
}

/// The legs of all contacts of a bucket, in the order of (start, contact, number).
pub(super) struct Legs<'a> {
    records: Records<'a>,
    legs: Vec<Leg<'a>>,
}

impl<'a> Legs<'a> {
    /// Reads the newest legs, and completes the contacts by what they say.
    pub fn read(
        records: Records<'a>,
        newest: &Newest,
        contacts: &mut Contacts<'a>,
        directory: &DirectoryColumns<'a>,
        warnings: &mut Warnings,
    ) -> Result<Self, FoldError> {
        let columns = LegColumns::open(&records)?;
        let rows = of_contacts(newest, &columns, contacts, warnings);
        let mut legs = Vec::with_capacity(rows.len());
        let mut recorded = rows.chunk_by(|left, right| left.0 == right.0).peekable();
        for (number, contact) in (0..).zip(&mut contacts.all) {
            let first = legs.len();
            if let Some(rows) = recorded.next_if(|rows| rows[0].0 == number) {
                let rows = (1..).zip(rows).map(|(position, (_, _, row))| (number, position, *row));
                legs.extend(rows.map(|place| read_one(place, &columns, directory, warnings)));
                complete(contact, contacts.columns.team.get(contact.row), &legs[first..]);
            } else if contact.outcome == Outcome::Answered && contact.handled_by == Handler::Human {
                let times = &contacts.columns;
                let started_at = times.answered_at.time(contact.row).unwrap_or(contact.queued_at);
                let ended_at = times.ended_at.time(contact.row);
                let lengths = Lengths { talk: contact.talk, hold: contact.hold, wrap_up: contact.wrap_up };
                legs.push(Leg {
                    contact: number,
                    row: None,
                    number: 1,
                    started_at,
                    ended_at,
                    lengths,
                    handle_time: lengths.handle_time(span(started_at, ended_at, warnings)),
                    transfer: None,
                    team: contact.team,
                    agent: contact.agent,
                    agent_system: contact.agent_system,
                });
            }
            for leg in &legs[first..] {
                add(&mut contact.handle_time, leg.handle_time);
                add(&mut contact.agentless_time, leg.handle_time.filter(|_| leg.agent.is_none()));
            }
            contact.legs = u32::try_from(legs.len() - first).unwrap_or(u32::MAX);
        }
        let key = |leg: &Leg| contacts.columns.keys.at(contacts.all[leg.contact as usize].row);
        legs.sort_unstable_by(|left, right| {
            let by_key = || key(left).cmp(&key(right));
            left.started_at.cmp(&right.started_at).then_with(by_key).then_with(|| left.number.cmp(&right.number))
        });
        Ok(Legs { records, legs })
    }

    /// Makes the table; the busy time of legs that have an agent is filled in later, and added to that of the contact.
    pub fn table(
        &self,
        contacts: &Contacts<'a>,
        directory: &DirectoryColumns<'a>,
        declared: &Attributes,
    ) -> Result<RecordBatch, FoldError> {
        let legs = || self.legs.iter();
        let of_contacts = || legs().map(|leg| &contacts.all[leg.contact as usize]);
        let stated = &contacts.columns;
        let mut table = Table::new(FactTable::ContactLeg, self.legs.len());
        contacts.describe(&mut table, directory, of_contacts)?;
        table.integers("leg", legs().map(|leg| Some(leg.number.into())));
        table.times("started_at", legs().map(|leg| Some(leg.started_at)));
        table.times("ended_at", legs().map(|leg| leg.ended_at));
        table.times("contact_ended_at", of_contacts().map(|contact| stated.ended_at.time(contact.row)));
        table.lengths("talk", legs().map(|leg| leg.lengths.talk));
        table.lengths("hold", legs().map(|leg| leg.lengths.hold));
        table.lengths("wrap_up", legs().map(|leg| leg.lengths.wrap_up));
        table.lengths("handle_time", legs().map(|leg| leg.handle_time));
        table.lengths("busy_time", legs().map(|leg| leg.handle_time.filter(|_| leg.agent.is_none())));
        let firsts = || legs().zip(of_contacts()).map(|(leg, contact)| Some(contact).filter(|_| leg.number == 1));
        table.lengths("contact_handle_time", firsts().map(|contact| contact?.handle_time));
        table.lengths("contact_busy_time", firsts().map(|contact| contact?.agentless_time));
        table.text("transfer", legs().map(|leg| leg.transfer.map(Transfer::name)))?;
        table.text("team", legs().map(|leg| leg.team))?;
        table.text("agent", legs().map(|leg| leg.agent))?;
        let of_agents = declared.contains_key(&RecordKind::Agent);
        let rows = legs().zip(of_contacts()).map(|(leg, contact)| {
            let agent = leg.agent.filter(|_| of_agents).and_then(|agent| directory.agent(leg.agent_system, agent));
            [leg.row, Some(contact.row), contact.customer.and_then(|customer| customer.row), agent]
        });
        let sources = [self.records, contacts.records, directory.customers, directory.agents];
        attributes::add(&mut table, FactTable::ContactLeg, declared, sources, rows)?;
        table.finish(declared)
    }

    /// When the legs kept their agents busy.
    pub fn shifts(&self) -> Vec<Shift> {
        let rows = (0..).zip(&self.legs);
        let firsts: HashMap<u32, u32> =
            rows.clone().filter(|(_, leg)| leg.number == 1).map(|(row, leg)| (leg.contact, row)).collect();
        rows.filter_map(|(row, leg)| {
            let micros = leg.handle_time?.get().saturating_mul(1000);
            Some(Shift {
                agent: key_hash((leg.agent_system, leg.agent?)),
                start: leg.started_at,
                end: Instant::from_micros(leg.started_at.micros().saturating_add(micros)),
                bucket: 0,
                row,
                first: firsts.get(&leg.contact).copied().unwrap_or(row),
            })
        })
        .collect()
    }
}

/// The legs whose contact is there: number of the contact, start and row, in the order of (contact, start, id).
fn of_contacts(
    newest: &Newest,
    columns: &LegColumns,
    contacts: &Contacts,
    warnings: &mut Warnings,
) -> Vec<(u32, Instant, Row)> {
    let stored = newest.rows_as_stored();
    let mut rows = Vec::with_capacity(stored.len());
    // Sources write the legs of a contact one after another more often than not.
    let mut last = None;
    for row in stored {
        let system = columns.contact_system.get(row).unwrap_or(columns.keys.system.required(row));
        let key = (system, columns.contact_id.required(row));
        let number = match last {
            Some((same, number)) if same == key => number,
            _ => last.insert((key, contacts.find(key.0, key.1))).1,
        };
        match number {
            Some(number) => rows.push((number, columns.started_at.required(row), row)),
            None => warnings.note(Warning::LegWithoutContact),
        }
    }
    rows.sort_unstable_by(|left, right| {
        let id = |row: Row| (columns.keys.id.required(row), columns.keys.system.required(row));
        (left.0, left.1).cmp(&(right.0, right.1)).then_with(|| id(left.2).cmp(&id(right.2)))
    });
    rows
}

/// Reads the leg of this contact, number and row.
fn read_one<'a>(
    (contact, number, row): (u32, u32, Row),
    columns: &LegColumns<'a>,
    directory: &DirectoryColumns<'a>,
    warnings: &mut Warnings,
) -> Leg<'a> {
    let stated = [&columns.talk, &columns.hold, &columns.wrap_up].map(|column| column.length(row));
    let [talk, hold, wrap_up] = stated.map(|length| length.filter(|length| length.get() >= 0));
    if stated.iter().flatten().any(|length| length.get() < 0) {
        warnings.note_of(Warning::EndBeforeStart, RecordKind::ContactLeg);
    }
    let lengths = Lengths { talk, hold, wrap_up };
    let started_at = columns.started_at.required(row);
    let ended_at = columns.ended_at.time(row);
    let transfer =
        words::read(columns.transfer.get(row), Transfer::parse, (RecordKind::ContactLeg, "transfer"), warnings)
            .unwrap_or(Transfer::Cold);
    let agent = columns.agent.get(row);
    let agent_system = columns.agent_system.get(row).unwrap_or(columns.keys.system.required(row));
    Leg {
        contact,
        row: Some(row),
        number,
        started_at,
        ended_at,
        lengths,
        handle_time: lengths.handle_time(span(started_at, ended_at, warnings)),
        transfer: Some(transfer).filter(|_| number > 1),
        team: columns.team.get(row).or_else(|| directory.team_at(agent_system, agent?, Some(started_at))),
        agent,
        agent_system,
    }
}

/// From the start to the end; one that lies before the start is counted.
fn span(started_at: Instant, ended_at: Option<Instant>, warnings: &mut Warnings) -> Option<Millis> {
    let span = elapsed(started_at, ended_at?);
    if span.is_none() {
        warnings.note_of(Warning::EndBeforeStart, RecordKind::ContactLeg);
    }
    span
}

/// Completes a contact by its legs, of which there is at least one. The team of the first is taken only with its agent.
fn complete<'a>(contact: &mut Contact<'a>, stated_team: Option<&'a str>, legs: &[Leg<'a>]) {
    let mut total = Lengths::default();
    for leg in legs {
        add(&mut total.talk, leg.lengths.talk);
        add(&mut total.hold, leg.lengths.hold);
        add(&mut total.wrap_up, leg.lengths.wrap_up);
    }
    (contact.talk, contact.hold, contact.wrap_up) = (total.talk, total.hold, total.wrap_up);
    let count =
        |transfer| u32::try_from(legs.iter().filter(|leg| leg.transfer == Some(transfer)).count()).unwrap_or(u32::MAX);
    contact.cold_transfers = count(Transfer::Cold);
    contact.warm_transfers = count(Transfer::Warm);
    contact.transfers = i64::from(contact.cold_transfers) + i64::from(contact.warm_transfers);
    let first = &legs[0];
    if contact.agent.is_none() {
        contact.agent = first.agent;
        contact.agent_system = first.agent_system;
    }
    if contact.agent == first.agent {
        contact.team = stated_team.or(first.team).or(contact.team);
    }
}
