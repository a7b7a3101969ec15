//! Tickets: each with its events read once, in order.

use super::charge::{Charge, Timeline};
use super::clock::Clocks;
use super::column::{Booleans, Records, Row, Text, Times};
use super::conversation::{self, Message, Turn};
use super::directory::{Customer, DirectoryColumns};
use super::event::{Event, EventLog};
use super::reopening::{Evidence, Reopenings, solved_unanswered};
use super::revisions::{Keys, Newest};
use super::status::{self, Change, History, Interval, Stated};
use super::words::{self, Actor, EventKind, Status};
use super::{FoldError, Warning, Warnings};
use crate::calendar::Schedule;
use crate::{Instant, Millis, RecordKind};

/// Columns of tickets.
pub(super) struct TicketColumns<'a> {
    pub keys: Keys<'a>,
    pub created_at: Times<'a>,
    pub channel: Text<'a>,
    pub priority: Text<'a>,
    pub category: Text<'a>,
    pub product: Text<'a>,
    pub language: Text<'a>,
    pub queue: Text<'a>,
    pub url: Text<'a>,
    customer_system: Text<'a>,
    customer_id: Text<'a>,
    agent_system: Text<'a>,
    status: Text<'a>,
    team: Text<'a>,
    agent: Text<'a>,
    created_by: Text<'a>,
    first_reply_at: Times<'a>,
    solved_at: Times<'a>,
    closed_at: Times<'a>,
    is_spam: Booleans<'a>,
    is_test: Booleans<'a>,
    merged_into: Text<'a>,
    schedule: Text<'a>,
}

/// The newest revision of the tickets of a bucket, numbered in the order of (creation, system, id).
pub(super) struct Tickets<'a> {
    pub records: Records<'a>,
    pub columns: TicketColumns<'a>,
    newest: Newest,
    /// Row of each ticket, by number.
    rows: Vec<Row>,
    /// Number of each ticket, by its position in `newest`.
    numbers: Vec<u32>,
}

impl<'a> Tickets<'a> {
    pub fn read(records: Records<'a>, newest: Newest) -> Result<Self, FoldError> {
        let columns = TicketColumns {
            keys: Keys::open(&records)?,
            created_at: records.column("created_at")?,
            customer_system: records.column("customer_system")?,
            customer_id: records.column("customer_id")?,
            agent_system: records.column("agent_system")?,
            channel: records.column("channel")?,
            priority: records.column("priority")?,
            category: records.column("category")?,
            product: records.column("product")?,
            language: records.column("language")?,
            queue: records.column("queue")?,
            url: records.column("url")?,
            status: records.column("status")?,
            team: records.column("team")?,
            agent: records.column("agent")?,
            created_by: records.column("created_by")?,
            first_reply_at: records.column("first_reply_at")?,
            solved_at: records.column("solved_at")?,
            closed_at: records.column("closed_at")?,
            is_spam: records.column("is_spam")?,
            is_test: records.column("is_test")?,
            merged_into: records.column("merged_into")?,
            schedule: records.column("schedule")?,
        };
        // Rows are fewer than 2³², as the search for the newest has checked.
        let mut ordered: Vec<(Instant, Row, u32)> =
            (0..).zip(newest.rows()).map(|(position, row)| (columns.created_at.required(row), row, position)).collect();
        ordered.sort_unstable_by(|(left_at, left, _), (right_at, right, _)| {
            left_at.cmp(right_at).then_with(|| columns.keys.at(*left).cmp(&columns.keys.at(*right)))
        });
        let mut numbers = vec![0; ordered.len()];
        for (number, (_, _, position)) in (0..).zip(&ordered) {
            numbers[*position as usize] = number;
        }
        let rows = ordered.into_iter().map(|(_, row, _)| row).collect();
        Ok(Tickets { records, columns, newest, rows, numbers })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The number of the ticket with this key.
    pub fn find(&self, system: &str, id: &str) -> Option<u32> {
        self.newest.find(&self.columns.keys, system, id).map(|position| self.numbers[position])
    }

    /// The system of the ids of the ticket's agents and teams.
    pub fn agent_system(&self, row: Row) -> &'a str {
        self.columns.agent_system.get(row).unwrap_or(self.columns.keys.system.required(row))
    }

    /// Reads the timeline of a ticket in place of the one before.
    pub fn read_timeline(
        &self,
        row: Row,
        events: &[Event],
        log: &EventLog<'a>,
        directory: &DirectoryColumns<'a>,
        timeline: &mut Timeline<'a>,
    ) {
        let stated = Charge { team: self.columns.team.get(row), agent: self.columns.agent.get(row) };
        timeline.read(stated, events, &log.columns, directory, self.agent_system(row));
    }
}

/// What a ticket folds to, beside what its record and its customer say as they are.
pub(super) struct Ticket<'a> {
    pub row: Row,
    pub customer: Option<Customer<'a>>,
    pub schedule: &'a Schedule,
    pub created_at: Instant,
    pub created_by: Actor,
    pub history: History,
    /// Who solved it last; none while it is open, or where nothing tells.
    pub solved_by: Option<Actor>,
    pub reopenings: Reopenings,
    pub escalations: Escalations<'a>,
    pub chase_silence: Option<Millis>,
    pub first_reply_at: Option<Instant>,
    pub first_any_reply_at: Option<Instant>,
    pub agent_replies: u32,
    pub bot_replies: u32,
    pub customer_replies: u32,
    pub in_charge_created: Charge<'a>,
    pub in_charge_first_reply: Charge<'a>,
    pub in_charge_solved: Charge<'a>,
    pub is_test: bool,
    pub is_spam: bool,
    pub is_merged: bool,
}

impl Ticket<'_> {
    /// Whether it is solved and only bots have done anything about it: an acknowledgement of what an agent then solves
    /// without a word is none.
    pub fn is_solved_by_bots(&self) -> bool {
        let is_solved = self.history.last_solved_at.is_some() && self.solved_by != Some(Actor::Agent);
        is_solved && self.first_reply_at.is_none() && self.bot_replies > 0
    }
}

/// When a ticket was raised to a higher tier or a supervisor.
#[derive(Clone, Debug, Default)]
pub(super) struct Escalations<'a> {
    pub count: u32,
    pub first_at: Option<Instant>,
    /// Of the first.
    pub reason: Option<&'a str>,
    /// Of all, each once and in the order of time, separated by `|`; empty of one that states none.
    pub reasons: Option<String>,
}

impl<'a> Escalations<'a> {
    /// Reads the events of a ticket, which are in order.
    fn find(events: &[Event], log: &EventLog<'a>) -> Self {
        let mut found = Escalations::default();
        let mut reasons: Vec<&str> = Vec::new();
        for event in events.iter().filter(|event| event.kind == Some(EventKind::Escalate)) {
            let reason = log.columns.reason.get(event.row);
            if found.count == 0 {
                (found.first_at, found.reason) = (Some(event.at), reason);
            }
            found.count = found.count.saturating_add(1);
            if !reasons.contains(&reason.unwrap_or_default()) {
                reasons.push(reason.unwrap_or_default());
            }
        }
        found.reasons = (found.count > 0).then(|| reasons.join("|"));
        found
    }
}

/// One turn of a ticket.
pub(super) struct TicketTurn<'a> {
    /// Number of the ticket.
    pub ticket: u32,
    pub number: u32,
    pub asked_at: Instant,
    pub replied_at: Option<Instant>,
    pub solved_unanswered_at: Option<Instant>,
    /// At the reply, or now.
    pub in_charge: Charge<'a>,
}

/// One open interval of a ticket.
pub(super) struct TicketInterval<'a> {
    /// Number of the ticket.
    pub ticket: u32,
    pub number: u32,
    pub opened_at: Instant,
    pub solved_at: Option<Instant>,
    /// At its end, or now.
    pub in_charge: Charge<'a>,
}

/// Everything that tickets and their events fold to.
#[derive(Default)]
pub(super) struct TicketFacts<'a> {
    /// By number.
    pub tickets: Vec<Ticket<'a>>,
    /// By (asked, ticket, turn).
    pub turns: Vec<TicketTurn<'a>>,
    /// By (opened, ticket, interval).
    pub intervals: Vec<TicketInterval<'a>>,
}

/// Folds every ticket.
pub(super) fn fold<'a>(
    tickets: &Tickets<'a>,
    log: &EventLog<'a>,
    directory: &DirectoryColumns<'a>,
    clocks: &mut Clocks<'a>,
    warnings: &mut Warnings,
) -> TicketFacts<'a> {
    let mut facts = TicketFacts::default();
    facts.tickets.reserve_exact(tickets.rows.len());
    let mut work = Work::default();
    let mut eventful = log.by_ticket().peekable();
    for (number, row) in (0..).zip(&tickets.rows) {
        let events = eventful.next_if(|(ticket, _)| *ticket == number).map_or(&[][..], |(_, events)| events);
        let one = OneTicket { tickets, log, directory, number, row: *row, events };
        one.fold(&mut work, clocks, &mut facts, warnings);
    }
    facts.turns.sort_unstable_by_key(|turn| (turn.asked_at, turn.ticket, turn.number));
    facts.intervals.sort_unstable_by_key(|interval| (interval.opened_at, interval.ticket, interval.number));
    facts
}

/// Lists that are filled anew for every ticket.
#[derive(Default)]
struct Work<'a> {
    timeline: Timeline<'a>,
    messages: Vec<Message<'a>>,
    turns: Vec<Turn<'a>>,
    changes: Vec<Change>,
    intervals: Vec<Interval>,
}

/// A ticket with its events.
struct OneTicket<'f, 'a> {
    tickets: &'f Tickets<'a>,
    log: &'f EventLog<'a>,
    directory: &'f DirectoryColumns<'a>,
    number: u32,
    row: Row,
    events: &'f [Event],
}

impl<'a> OneTicket<'_, 'a> {
    fn fold(&self, work: &mut Work<'a>, clocks: &mut Clocks<'a>, facts: &mut TicketFacts<'a>, warnings: &mut Warnings) {
        let columns = &self.tickets.columns;
        let row = self.row;
        let created_at = columns.created_at.required(row);
        let created_by =
            words::read(columns.created_by.get(row), Actor::parse, (RecordKind::Ticket, "created_by"), warnings)
                .unwrap_or(Actor::Customer);
        let customer = columns.customer_id.get(row).map(|id| {
            let system = columns.customer_system.get(row).unwrap_or(columns.keys.system.required(row));
            self.directory.customer((system, id))
        });

        self.tickets.read_timeline(row, self.events, self.log, self.directory, &mut work.timeline);
        let timeline = &work.timeline;
        let agent_system = self.tickets.agent_system(row);
        let complete = |charge: Charge<'a>, at| charge.with_team(self.directory, agent_system, at);
        let now = complete(timeline.now(), None);
        let in_charge_created = complete(timeline.at(created_at), Some(created_at));
        // An update that takes a ticket over and replies at once is the new one's reply; one that replies and passes
        // the ticket on is the old one's. The order of the events tells which, so the reply reads up to itself.
        let replier = |reply: Message<'a>| {
            let charge = timeline.by(reply.index);
            complete(Charge { agent: reply.actor.or(charge.agent), ..charge }, Some(reply.at))
        };

        work.changes.clear();
        let status_events = self.events.iter().enumerate().filter(|(_, event)| event.kind == Some(EventKind::Status));
        for (index, event) in status_events {
            // A change to nothing is counted like one to an unknown status.
            let to = self.log.columns.to.get(event.row).unwrap_or_default();
            let to = words::read(Some(to), Status::parse, (RecordKind::Event, "to"), warnings);
            work.changes.extend(to.map(|to| Change { at: event.at, to, index }));
        }
        let stated = Stated {
            created_at,
            status: words::read(columns.status.get(row), Status::parse, (RecordKind::Ticket, "status"), warnings),
            solved_at: columns.solved_at.time(row),
            closed_at: columns.closed_at.time(row),
        };
        work.intervals.clear();
        let history = status::history(stated, &work.changes, &mut work.intervals, warnings);
        for (index, interval) in (1..).zip(&work.intervals) {
            facts.intervals.push(TicketInterval {
                ticket: self.number,
                number: index,
                opened_at: interval.opened_at,
                solved_at: interval.solved_at,
                in_charge: interval
                    .solved_at
                    .map_or(now, |solved_at| complete(timeline.at(solved_at), Some(solved_at))),
            });
        }

        work.messages.clear();
        let has_replies = conversation::messages(
            self.events,
            &self.log.columns,
            self.directory,
            customer.map(|customer| customer.id),
            columns.agent_system.get(row),
            &mut work.messages,
            warnings,
        );
        let solved = work.intervals.last().and_then(|interval| self.events.get(interval.solved_by?));
        let solved_by = solved.and_then(|event| {
            let stated = self.log.columns.actor_kind.get(event.row).and_then(Actor::parse);
            let (customer, agent_system) = (customer.map(|customer| customer.id), columns.agent_system.get(row));
            conversation::doer(event, stated, &self.log.columns, self.directory, customer, agent_system)
        });
        let evidence = Evidence {
            events: self.events,
            columns: &self.log.columns,
            messages: &work.messages,
            customer: customer.map(|customer| customer.id),
        };
        let reopenings = Reopenings::find(&work.intervals, &evidence, warnings);
        let replies = conversation::replies(created_at, created_by, &work.messages);
        let stated_reply = columns.first_reply_at.time(row).filter(|_| !has_replies);
        let first_reply_at = replies.first.map(|reply| reply.at).or(stated_reply);
        let first_any_reply_at = replies.first_any.map(|reply| reply.at).or(stated_reply);
        let in_charge_stated_reply = stated_reply.map(|at| complete(timeline.at(at), Some(at)));
        let in_charge_first_reply = replies.first.map(replier).or(in_charge_stated_reply).unwrap_or(now);
        work.turns.clear();
        conversation::turns(created_at, created_by, &work.messages, &mut work.turns);
        for turn in &work.turns {
            let stated_reply = stated_reply.filter(|_| turn.number == 1);
            let in_charge = turn.reply.map(replier).or(in_charge_stated_reply.filter(|_| turn.number == 1));
            let replied_at = turn.reply.map(|reply| reply.at).or(stated_reply);
            facts.turns.push(TicketTurn {
                ticket: self.number,
                number: turn.number,
                asked_at: turn.asked_at,
                replied_at,
                solved_unanswered_at: solved_unanswered(&work.intervals, turn.asked_at, replied_at),
                in_charge: in_charge.unwrap_or(now),
            });
        }

        let ends = [first_reply_at, first_any_reply_at, history.first_solved_at, history.last_solved_at];
        if ends.into_iter().flatten().any(|end| end < created_at) {
            warnings.note_of(Warning::EndBeforeStart, RecordKind::Ticket);
        }
        let id = columns.keys.id.required(row);
        let merged_away = |event: &Event| {
            event.kind == Some(EventKind::Merge) && self.log.columns.to.get(event.row).is_some_and(|to| to != id)
        };
        facts.tickets.push(Ticket {
            row,
            customer,
            schedule: self.schedule(in_charge_created.team, now.team, clocks, warnings),
            created_at,
            created_by,
            history,
            solved_by,
            reopenings,
            escalations: Escalations::find(self.events, self.log),
            chase_silence: conversation::chase_silence(created_at, created_by, &work.messages),
            first_reply_at,
            first_any_reply_at,
            agent_replies: replies.by_agents,
            bot_replies: replies.by_bots,
            customer_replies: replies.by_customer,
            in_charge_created,
            in_charge_first_reply,
            in_charge_solved: history
                .last_solved_at
                .map_or(now, |solved_at| complete(timeline.at(solved_at), Some(solved_at))),
            is_test: columns.is_test.get(row).unwrap_or(false) || customer.is_some_and(|customer| customer.is_test),
            is_spam: columns.is_spam.get(row).unwrap_or(false),
            is_merged: columns.merged_into.get(row).is_some_and(|into| into != id)
                || self.events.iter().any(merged_away),
        });
    }

    /// One schedule clocks the whole ticket: its own, else that of the team it was created in, else that of the team it
    /// is in, else the default. The first team comes first so that passing a ticket on does not restate its clock.
    fn schedule(
        &self,
        team_created: Option<&str>,
        team_now: Option<&str>,
        clocks: &mut Clocks<'a>,
        warnings: &mut Warnings,
    ) -> &'a Schedule {
        let agent_system = self.tickets.agent_system(self.row);
        let of_team = |team: Option<&str>| self.directory.schedule_of(agent_system, team?);
        let own = self.tickets.columns.schedule.get(self.row);
        let name = own.or_else(|| of_team(team_created)).or_else(|| of_team(team_now));
        clocks.schedule(name, RecordKind::Ticket, warnings)
    }
}
