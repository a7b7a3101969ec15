//! Promises of time: which are made on a ticket, how their clocks stand still, when they are kept or withdrawn, and
//! the rows that the help desk exports of them.
//!
//! An agreement holds for a promise as it was when its clock began. The help desk restates running promises after a
//! change of the agreement, as help desks do; what was promised is in the export of the month before.

use crate::agenda::Key;
use crate::calendar::Hours;
use crate::change_log::Ticket;
use crate::clock::{HOUR, Seconds};
use crate::rows::Sheets;
use crate::story::Story;
use crate::tables::Table;
use crate::worktime::WorkTime;
use crate::world::World;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promised {
    FirstReply,
    NextReply,
    Resolution,
}

impl Promised {
    const ALL: [Promised; 3] = [Promised::FirstReply, Promised::NextReply, Promised::Resolution];

    fn name(self) -> &'static str {
        ["First reply", "Next reply", "Resolution"][self as usize]
    }

    fn code(self) -> &'static str {
        ["FR", "NR", "RS"][self as usize]
    }
}

/// Hours of opening that are promised: by agreement (standard, business), version, promise, priority. A day of the
/// desk has 8.5 hours, so that 17 are two business days.
const HOURS: [[[[f64; 4]; 3]; 2]; 2] = [
    [
        [[2.0, 4.0, 8.5, 17.0], [2.0, 4.0, 8.5, 17.0], [8.5, 12.0, 20.0, 34.0]],
        [[1.0, 3.0, 5.0, 12.0], [2.0, 4.0, 6.0, 12.0], [6.0, 8.5, 15.0, 25.5]],
    ],
    [
        [[1.0, 3.0, 6.0, 8.5], [1.0, 3.0, 6.0, 8.5], [6.0, 10.0, 17.0, 25.5]],
        [[1.0, 2.0, 4.0, 8.5], [1.0, 2.0, 4.0, 8.5], [4.25, 8.5, 12.75, 20.0]],
    ],
];

/// A promise on a ticket; its clock runs where it has begun.
#[derive(Clone, Copy, Debug, Default)]
struct Promise {
    started_at: Option<Seconds>,
    paused: Seconds,
}

/// The promises on a ticket.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Promises {
    running: [Promise; 3],
    /// Since when the ticket waits for the customer or for others, so that the clock of the resolution stands still.
    idle_since: Option<Seconds>,
    /// Next replies promised so far.
    rounds: u8,
    is_business: bool,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    Fulfilled,
    Cancelled,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Fulfilled => "fulfilled",
            State::Cancelled => "cancelled",
        }
    }
}

/// What rows of promises need beside their ticket.
pub(crate) struct Terms<'w, 'a> {
    pub(crate) story: Story,
    pub(crate) work: &'w [WorkTime; 2],
    /// As of when: what is promised is restated by the agreement of that time.
    pub(crate) at: Seconds,
    pub(crate) sheets: &'w mut Sheets<'a>,
}

impl Ticket {
    /// Working time during which the clock of the resolution has stood still.
    fn idle(&self, work: &[WorkTime; 2], at: Seconds) -> Seconds {
        let hours = if self.channel.is_live() { Hours::Live } else { Hours::Desk };
        self.promises.idle_since.map_or(0, |since| work[hours as usize].between(since, at))
    }

    fn promise_row(&self, promised: Promised, state: State, terms: &mut Terms<'_, '_>) {
        let promise = self.promises.running[promised as usize];
        let Some(started_at) = promise.started_at else { return };
        let idle = if promised == Promised::Resolution { self.idle(terms.work, terms.at) } else { 0 };
        let version = terms.story.policy_version(terms.at);
        let policy = usize::from(self.promises.is_business);
        let hours = HOURS[policy][version - 1][promised as usize][self.priority];
        let (number, round, at) = (self.number, self.promises.rounds, terms.at);
        terms.sheets.row(Table::Promises, |row| {
            row.promise(number, promised.code(), (promised == Promised::NextReply).then_some(round));
            row.snapshot();
            row.ticket(Some(number));
            row.plain(promised.name());
            row.plain(["Standard", "Business"][policy]);
            row.plain(["v1", "v2"][version - 1]);
            row.utc(started_at);
            row.length((hours * HOUR as f64) as Seconds);
            row.length(promise.paused + idle);
            row.plain(state.name());
            match state {
                State::Active => row.plain(""),
                State::Fulfilled | State::Cancelled => row.utc(at),
            }
        });
    }

    fn end_promise(&mut self, promised: Promised, state: State, terms: &mut Terms<'_, '_>) {
        if self.promises.running[promised as usize].started_at.is_some() {
            self.promise_row(promised, state, terms);
            self.promises.running[promised as usize] = Promise::default();
        }
    }

    /// Rows of the promises that are still running, for the export of a month.
    pub(crate) fn state_promises(&self, terms: &mut Terms<'_, '_>) {
        for promised in Promised::ALL {
            self.promise_row(promised, State::Active, terms);
        }
    }
}

impl<'a> World<'a> {
    fn terms(&mut self) -> (&mut crate::agenda::Slots<Ticket>, Terms<'_, 'a>) {
        let terms = Terms { story: self.story, work: &self.work_times, at: self.now, sheets: &mut self.sheets };
        (&mut self.tickets, terms)
    }

    /// A promise is made, unless the same one is running. A lean run makes them to businesses only.
    pub(crate) fn promise(&mut self, key: Key, promised: Promised, started_at: Seconds) {
        let Some(customer) = self.tickets.get(key).map(|ticket| ticket.customer) else { return };
        let is_business = customer.is_some_and(|customer| self.customers.get(customer).plan == "Business");
        if self.is_lean && !is_business {
            return;
        }
        let Some(ticket) = self.tickets.get(key) else { return };
        let promise = &mut ticket.promises.running[promised as usize];
        if promise.started_at.is_none() {
            *promise = Promise { started_at: Some(started_at), paused: 0 };
            ticket.promises.is_business = is_business;
            ticket.promises.rounds += u8::from(promised == Promised::NextReply);
        }
    }

    /// An agent has replied.
    pub(crate) fn reply_promises_kept(&mut self, key: Key) {
        let (tickets, mut terms) = self.terms();
        if let Some(ticket) = tickets.get(key) {
            ticket.end_promise(Promised::FirstReply, State::Fulfilled, &mut terms);
            ticket.end_promise(Promised::NextReply, State::Fulfilled, &mut terms);
        }
    }

    /// The ticket is solved: what was to be replied need not be any more.
    pub(crate) fn resolution_promise_kept(&mut self, key: Key) {
        let (tickets, mut terms) = self.terms();
        if let Some(ticket) = tickets.get(key) {
            ticket.end_promise(Promised::FirstReply, State::Cancelled, &mut terms);
            ticket.end_promise(Promised::NextReply, State::Cancelled, &mut terms);
            ticket.end_promise(Promised::Resolution, State::Fulfilled, &mut terms);
            ticket.promises.idle_since = None;
        }
    }

    /// Nothing is promised on spam and on tickets carried on in another.
    pub(crate) fn promises_withdrawn(&mut self, key: Key) {
        let (tickets, mut terms) = self.terms();
        if let Some(ticket) = tickets.get(key) {
            for promised in Promised::ALL {
                ticket.end_promise(promised, State::Cancelled, &mut terms);
            }
        }
    }

    /// It waits for the customer, or for others.
    pub(crate) fn promises_pause(&mut self, key: Key) {
        let now = self.now;
        if let Some(ticket) = self.tickets.get(key) {
            ticket.promises.idle_since = Some(now);
        }
    }

    /// It can go on.
    pub(crate) fn promises_resume(&mut self, key: Key) {
        let (tickets, terms) = self.terms();
        if let Some(ticket) = tickets.get(key) {
            let idle = ticket.idle(terms.work, terms.at);
            ticket.promises.running[Promised::Resolution as usize].paused += idle;
            ticket.promises.idle_since = None;
        }
    }

    /// The export of the month up to `at` states what is still running.
    pub(crate) fn state_open_promises(&mut self, at: Seconds) {
        let (tickets, mut terms) = self.terms();
        terms.at = at;
        for ticket in tickets.present() {
            ticket.state_promises(&mut terms);
        }
    }
}
