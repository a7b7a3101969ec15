//! Promises of time on tickets.
//!
//! What was promised stays what it was: agreement, version, target and clock are those of the earliest revision that
//! states each, all else is the newest's. So a promise cannot be met by moving it, and `changes` counts how often that
//! was tried: later revisions, equal ones once, that state another target, agreement or version. What a revision is
//! says [`Statements`].
//!
//! It is due once the target and the pauses have passed since the start, on the clock of the target: business hours are
//! those of the ticket's schedule. Beyond ten years the schedule is not read, it is then due ten years after the start
//! or, where that is later, when target and pauses have passed on the calendar. Without a target it is due when the
//! source says.

use arrow::record_batch::RecordBatch;

use super::body::Bodies;
use super::charge::{Charge, Timeline};
use super::column::{Booleans, Integers, Records, Row, Text, Times};
use super::directory::DirectoryColumns;
use super::event::EventLog;
use super::revisions::{Keys, Newest, Statements};
use super::table::Table;
use super::ticket::{Ticket, TicketFacts, Tickets};
use super::words::{self, PromiseClock};
use super::{FoldError, Warning, Warnings, attributes};
use crate::calendar::Schedule;
use crate::{Attributes, FactTable, Instant, Millis, RecordKind};

/// How far ahead a schedule is read: ten years.
const AHEAD: Millis = Millis::new(3_653 * 86_400_000);

struct TargetColumns<'a> {
    keys: Keys<'a>,
    ticket_system: Text<'a>,
    ticket_id: Text<'a>,
    promise: Text<'a>,
    policy: Text<'a>,
    policy_version: Text<'a>,
    started_at: Times<'a>,
    target: Integers<'a>,
    clock: Text<'a>,
    due_at: Times<'a>,
    paused: Integers<'a>,
    fulfilled_at: Times<'a>,
    met: Booleans<'a>,
    is_cancelled: Booleans<'a>,
}

impl<'a> TargetColumns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(TargetColumns {
            keys: Keys::open(records)?,
            ticket_system: records.column("ticket_system")?,
            ticket_id: records.column("ticket_id")?,
            promise: records.column("promise")?,
            policy: records.column("policy")?,
            policy_version: records.column("policy_version")?,
            started_at: records.column("started_at")?,
            target: records.column("target")?,
            clock: records.column("clock")?,
            due_at: records.column("due_at")?,
            paused: records.column("paused")?,
            fulfilled_at: records.column("fulfilled_at")?,
            met: records.column("met")?,
            is_cancelled: records.column("is_cancelled")?,
        })
    }

    /// What a revision states of a length that cannot be negative.
    fn length(column: &Integers, row: Row) -> Option<Millis> {
        column.length(row).filter(|length| length.get() >= 0)
    }
}

/// What of a promise its first revisions decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Frozen<'a> {
    policy: Option<&'a str>,
    policy_version: Option<&'a str>,
    target: Option<Millis>,
    clock: Option<&'a str>,
}

impl<'a> Frozen<'a> {
    fn read(columns: &TargetColumns<'a>, mut revisions: impl Iterator<Item = Row> + Clone) -> Self {
        let earliest = |column: &Text<'a>| revisions.clone().find_map(|row| column.get(row));
        Frozen {
            policy: earliest(&columns.policy),
            policy_version: earliest(&columns.policy_version),
            clock: earliest(&columns.clock),
            target: revisions.find_map(|row| TargetColumns::length(&columns.target, row)),
        }
    }

    /// Whether a revision states something else.
    fn is_changed_by(&self, columns: &TargetColumns<'a>, row: Row) -> bool {
        let other = |stated: Option<&str>, frozen| stated.is_some() && stated != frozen;
        let target = TargetColumns::length(&columns.target, row);
        other(columns.policy.get(row), self.policy)
            || other(columns.policy_version.get(row), self.policy_version)
            || (target.is_some() && target != self.target)
    }
}

/// What a promise folds to, beside what its record and its ticket say as they are.
struct Target<'f, 'a> {
    /// Its newest revision.
    row: Row,
    ticket: &'f Ticket<'a>,
    frozen: Frozen<'a>,
    paused: Option<Millis>,
    due_at: Instant,
    met: Option<bool>,
    changes: u32,
    started: Charge<'a>,
    ended: Charge<'a>,
}

/// Folds promises into their table.
pub(super) fn fold<'a>(
    records: Records<'a>,
    (newest, statements): (&Newest, &Statements),
    (tickets, facts, log): (&Tickets<'a>, &TicketFacts<'a>, &EventLog<'a>),
    directory: &DirectoryColumns<'a>,
    declared: &Attributes,
    warnings: &mut Warnings,
) -> Result<RecordBatch, FoldError> {
    let columns = TargetColumns::open(&records)?;
    let mut found: Vec<(u32, Row, usize)> = Vec::new();
    for (position, row) in newest.rows().enumerate() {
        let system = columns.ticket_system.get(row).unwrap_or(columns.keys.system.required(row));
        match tickets.find(system, columns.ticket_id.required(row)) {
            Some(number) => found.push((number, row, position)),
            None => warnings.note(Warning::TargetWithoutTicket),
        }
    }
    // Ticket by ticket, so that the timeline of each is read once.
    found.sort_unstable();
    let mut bodies = Bodies::new(records);
    let mut timeline = Timeline::default();
    let mut targets: Vec<Target> = Vec::with_capacity(found.len());
    for of_ticket in found.chunk_by(|left, right| left.0 == right.0) {
        let number = of_ticket[0].0;
        let ticket = &facts.tickets[number as usize];
        tickets.read_timeline(ticket.row, log.of(number), log, directory, &mut timeline);
        let agent_system = tickets.agent_system(ticket.row);
        let in_charge = |charge: Charge<'a>, at| charge.with_team(directory, agent_system, at);
        for (_, row, position) in of_ticket {
            let revisions = statements.of(*position);
            let frozen = Frozen::read(&columns, revisions.clone());
            let changes = changes(&columns, &frozen, revisions.clone(), &mut bodies)?;
            let started_at = columns.started_at.required(*row);
            let fulfilled_at = columns.fulfilled_at.time(*row);
            let negative = |column: &Integers, row| column.length(row).is_some_and(|length| length.get() < 0);
            if fulfilled_at.is_some_and(|fulfilled_at| fulfilled_at < started_at)
                || negative(&columns.paused, *row)
                || revisions.clone().any(|row| negative(&columns.target, row))
            {
                warnings.note_of(Warning::EndBeforeStart, RecordKind::SlaTarget);
            }
            let clock = words::read(frozen.clock, PromiseClock::parse, (RecordKind::SlaTarget, "clock"), warnings)
                .unwrap_or(PromiseClock::Business);
            let paused = TargetColumns::length(&columns.paused, *row);
            let known = frozen
                .target
                .map(|target| due(started_at, target, paused.unwrap_or_default(), clock, ticket.schedule))
                .or(columns.due_at.time(*row));
            targets.push(Target {
                row: *row,
                ticket,
                frozen,
                paused,
                due_at: known.or(fulfilled_at).unwrap_or(started_at),
                met: known
                    .zip(fulfilled_at)
                    .map(|(due_at, fulfilled_at)| fulfilled_at <= due_at)
                    .or(columns.met.get(*row)),
                changes,
                started: in_charge(timeline.at(started_at), Some(started_at)),
                ended: in_charge(fulfilled_at.map_or_else(|| timeline.now(), |at| timeline.at(at)), fulfilled_at),
            });
        }
    }
    targets.sort_unstable_by(|left, right| {
        let key = |target: &Target| columns.keys.at(target.row);
        left.due_at.cmp(&right.due_at).then_with(|| key(left).cmp(&key(right)))
    });
    table(&targets, &columns, (records, tickets), directory, declared)
}

/// When a promise is due.
pub(super) fn due(
    started_at: Instant,
    target: Millis,
    paused: Millis,
    clock: PromiseClock,
    schedule: &Schedule,
) -> Instant {
    let length = Millis::new(target.get().saturating_add(paused.get()));
    let after =
        |length: Millis| Instant::from_micros(started_at.micros().saturating_add(length.get().saturating_mul(1000)));
    match clock {
        PromiseClock::Calendar => after(length),
        PromiseClock::Business => schedule.add_business(started_at, length).unwrap_or(after(length.max(AHEAD))),
    }
}

/// Later revisions that state something else than what is frozen, those of one body once.
fn changes<'a>(
    columns: &TargetColumns<'a>,
    frozen: &Frozen<'a>,
    revisions: impl Iterator<Item = Row>,
    bodies: &mut Bodies,
) -> Result<u32, FoldError> {
    let mut seen: Vec<blake3::Hash> = Vec::new();
    for row in revisions.skip(1).filter(|row| frozen.is_changed_by(columns, *row)) {
        let hash = bodies.hash(row)?;
        if !seen.contains(&hash) {
            seen.push(hash);
        }
    }
    Ok(u32::try_from(seen.len()).unwrap_or(u32::MAX))
}

fn table<'a>(
    targets: &[Target<'_, 'a>],
    columns: &TargetColumns<'a>,
    (records, tickets): (Records<'a>, &Tickets<'a>),
    directory: &DirectoryColumns<'a>,
    declared: &Attributes,
) -> Result<RecordBatch, FoldError> {
    let all = || targets.iter();
    let of_ticket = &tickets.columns;
    let mut table = Table::new(FactTable::SlaTarget, targets.len());
    for (name, column) in
        [("system", &columns.keys.system), ("target_id", &columns.keys.id), ("promise", &columns.promise)]
    {
        table.text(name, all().map(|target| column.get(target.row)))?;
    }
    for (name, column) in [
        ("ticket_id", &of_ticket.keys.id),
        ("channel", &of_ticket.channel),
        ("queue", &of_ticket.queue),
        ("language", &of_ticket.language),
        ("priority", &of_ticket.priority),
        ("category", &of_ticket.category),
        ("product", &of_ticket.product),
    ] {
        table.text(name, all().map(|target| column.get(target.ticket.row)))?;
    }
    directory.add_customers(&mut table, all().map(|target| target.ticket.customer))?;
    table.text("policy", all().map(|target| target.frozen.policy))?;
    table.text("policy_version", all().map(|target| target.frozen.policy_version))?;
    table.times("started_at", all().map(|target| columns.started_at.time(target.row)));
    table.times("due_at", all().map(|target| Some(target.due_at)));
    table.times("fulfilled_at", all().map(|target| columns.fulfilled_at.time(target.row)));
    table.lengths("target", all().map(|target| target.frozen.target));
    table.lengths("paused", all().map(|target| target.paused));
    table.booleans("met", all().map(|target| target.met));
    table.booleans("is_cancelled", all().map(|target| Some(columns.is_cancelled.get(target.row).unwrap_or(false))));
    table.integers("changes", all().map(|target| Some(target.changes.into())));
    table.text("team_started", all().map(|target| target.started.team))?;
    table.text("team_ended", all().map(|target| target.ended.team))?;
    table.text("agent_started", all().map(|target| target.started.agent))?;
    table.text("agent_ended", all().map(|target| target.ended.agent))?;
    table.booleans("is_test", all().map(|target| Some(target.ticket.is_test)));
    table.booleans("is_spam", all().map(|target| Some(target.ticket.is_spam)));
    table.booleans("is_merged", all().map(|target| Some(target.ticket.is_merged)));
    let rows = all().map(|target| {
        [Some(target.row), Some(target.ticket.row), target.ticket.customer.and_then(|customer| customer.row)]
    });
    let sources = [records, tickets.records, directory.customers];
    attributes::add(&mut table, FactTable::SlaTarget, declared, sources, rows)?;
    table.finish(declared)
}
