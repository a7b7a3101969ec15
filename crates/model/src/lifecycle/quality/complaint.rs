//! Complaints and the time the law or an agreement gives for the final answer.
//!
//! Due once the target has passed since it was received, on the clock of the target: business hours are those of the
//! complaint's schedule, the calendar where no clock is said. Without a target it is due when the source says. Whoever
//! was in charge of its ticket at the final answer handles it, or is now where there is none yet.

use arrow::record_batch::RecordBatch;

use super::super::attributes;
use super::super::charge::{Charge, Timeline};
use super::super::clock::{business_time, calendar_time};
use super::super::column::{Booleans, Integers, Row, Text, Times};
use super::super::directory::Customer;
use super::super::plain::Plain;
use super::super::sla::due;
use super::super::survey::rated;
use super::super::table::Table;
use super::super::ticket::Ticket;
use super::super::words::{self, PromiseClock};
use super::super::{FoldError, Ground, Noted, Warning};
use crate::calendar::Schedule;
use crate::{FactTable, Instant, Millis, RecordKind};

/// What a complaint folds to, beside what its record says as it is.
struct Complaint<'f, 'a> {
    row: Row,
    ticket: Option<&'f Ticket<'a>>,
    customer: Option<Customer<'a>>,
    handled: Charge<'a>,
    schedule: &'a Schedule,
    received_at: Instant,
    resolved_at: Option<Instant>,
    due_at: Option<Instant>,
    is_test: bool,
}

/// Folds the newest complaints into their table.
pub(super) fn fold<'f, 'a>(ground: &Ground<'f, 'a>, noted: &mut Noted<'_, 'a>) -> Result<RecordBatch, FoldError> {
    let (records, newest) = ground.newest(RecordKind::Complaint, noted)?;
    let received_at: Times = records.column("received_at")?;
    let at = |row| received_at.required(row);
    let mut plain = Plain::read(FactTable::Complaint, records, &newest, ground.directory, at)?;

    let ticket_system: Text = records.column("ticket_system")?;
    let ticket_id: Text = records.column("ticket_id")?;
    let agent_system: Text = records.column("agent_system")?;
    let resolved_at: Times = records.column("resolved_at")?;
    let target: Integers = records.column("target")?;
    let clock: Text = records.column("clock")?;
    let due_at: Times = records.column("due_at")?;
    let schedule: Text = records.column("schedule")?;
    let [channel, product, team, agent] = ["channel", "product", "team", "agent"].map(|name| records.column(name));
    let (channel, product, team, agent): (Text, Text, Text, Text) = (channel?, product?, team?, agent?);
    let is_escalated: Booleans = records.column("is_escalated")?;
    let is_test: Booleans = records.column("is_test")?;

    let mut timeline = Timeline::default();
    let mut complaints: Vec<Complaint> = Vec::with_capacity(plain.rows.len());
    for (row, own_customer) in plain.rows.iter().copied().zip(&plain.customers) {
        let system = plain.keys.system.required(row);
        let named = plain.keys.named(&ticket_system, &ticket_id, row);
        let number = named.and_then(|(system, id)| ground.tickets.find(system, id));
        if named.is_some() && number.is_none() {
            noted.warnings.note_of(Warning::WorkMissing, RecordKind::Complaint);
        }
        let of_number = |number: u32| Some((number, ground.ticket_facts.tickets.get(number as usize)?));
        let ticket: Option<(u32, &Ticket)> = number.and_then(of_number);
        let (received_at, resolved_at) = (received_at.required(row), resolved_at.time(row));
        let stated_target = target.length(row);
        let target = stated_target.filter(|length| length.get() >= 0);
        if target != stated_target || resolved_at.is_some_and(|resolved_at| resolved_at < received_at) {
            noted.warnings.note_of(Warning::EndBeforeStart, RecordKind::Complaint);
        }
        let clock = words::read(clock.get(row), PromiseClock::parse, (RecordKind::Complaint, "clock"), noted.warnings)
            .unwrap_or(PromiseClock::Calendar);
        let schedule = noted.clocks.schedule(schedule.get(row), RecordKind::Complaint, noted.warnings);
        let stated = Charge { team: team.get(row), agent: agent.get(row) };
        let handled = match ticket {
            Some((number, ticket)) => {
                let events = ground.log.of(number);
                ground.tickets.read_timeline(ticket.row, events, ground.log, ground.directory, &mut timeline);
                let in_charge = resolved_at.map_or_else(|| timeline.now(), |at| timeline.at(at));
                let system = agent_system.get(row).unwrap_or(ground.tickets.agent_system(ticket.row));
                rated(stated, in_charge, ground.directory, system, resolved_at.unwrap_or(received_at))
            }
            None => stated.with_team(ground.directory, agent_system.get(row).unwrap_or(system), resolved_at),
        };
        let ticket = ticket.map(|(_, ticket)| ticket);
        let customer = own_customer.or(ticket.and_then(|ticket| ticket.customer));
        let due_by_target = |target| due(received_at, target, Millis::default(), clock, schedule);
        complaints.push(Complaint {
            row,
            ticket,
            customer,
            handled,
            schedule,
            received_at,
            resolved_at,
            due_at: target.map(due_by_target).or(due_at.time(row)),
            is_test: is_test.get(row).unwrap_or(false)
                || ticket.is_some_and(|ticket| ticket.is_test)
                || customer.is_some_and(|customer| customer.is_test),
        });
    }
    plain.customers = complaints.iter().map(|complaint| complaint.customer).collect();

    let all = || complaints.iter();
    let of_ticket = &ground.tickets.columns;
    let mut table = Table::new(FactTable::Complaint, complaints.len());
    for (name, own, of_ticket) in [
        ("channel", Some(&channel), &of_ticket.channel),
        ("product", Some(&product), &of_ticket.product),
        ("queue", None, &of_ticket.queue),
        ("language", None, &of_ticket.language),
    ] {
        let value = |complaint: &Complaint<'f, 'a>| {
            own.and_then(|own| own.get(complaint.row)).or_else(|| of_ticket.get(complaint.ticket?.row))
        };
        table.text(name, all().map(value))?;
    }
    table.times("due_at", all().map(|complaint| complaint.due_at));
    table
        .lengths("resolution_time", all().map(|complaint| calendar_time(complaint.received_at, complaint.resolved_at)));
    let in_business =
        |complaint: &Complaint<'f, 'a>| business_time(complaint.schedule, complaint.received_at, complaint.resolved_at);
    table.lengths("resolution_business_time", all().map(in_business));
    table.booleans("is_escalated", all().map(|complaint| Some(is_escalated.get(complaint.row).unwrap_or(false))));
    table.text("calendar", all().map(|complaint| Some(complaint.schedule.name())))?;
    table.text("team", all().map(|complaint| complaint.handled.team))?;
    table.text("agent", all().map(|complaint| complaint.handled.agent))?;
    table.booleans("is_test", all().map(|complaint| Some(complaint.is_test)));
    let rows = all().map(|complaint| {
        let ticket = complaint.ticket.map(|ticket| ticket.row);
        [Some(complaint.row), ticket, complaint.customer.and_then(|customer| customer.row)]
    });
    let sources = [records, ground.tickets.records, ground.directory.customers];
    attributes::add(&mut table, FactTable::Complaint, ground.attributes, sources, rows)?;
    plain.finish(table, ground.directory, ground.attributes)
}
