//! Calls and chats: customers wait on a line until an agent is free or their patience ends.

use crate::agenda::{Event, Key, Wish};
use crate::change_log::{Actor, Change, Flag, Place, Queue, Request, Task};
use crate::clock::{HOUR, MINUTE, Seconds};
use crate::floor::AgentIndex;
use crate::organisation::{CATEGORIES, Channel, LANGUAGES, Status, Team};
use crate::rows::Table;
use crate::staffing::{CHAT_PATIENCE, PHONE_PATIENCE};
use crate::world::World;

/// How a contact ended, as the contact centre names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Disposition {
    #[default]
    Handled,
    Abandoned,
    Callback,
    Overflow,
}

impl Disposition {
    fn name(self) -> &'static str {
        match self {
            Disposition::Handled => "Handled",
            Disposition::Abandoned => "Abandoned in queue",
            Disposition::Callback => "Callback requested",
            Disposition::Overflow => "Overflowed",
        }
    }
}

/// A call or chat that waits or is being handled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    line: u8,
    wish: Wish,
    is_outbound: bool,
    queued_at: Seconds,
    /// How it ends if nobody answers.
    otherwise: Disposition,
    answered_at: Seconds,
    talk: Seconds,
    hold: Seconds,
    wrap_up: Seconds,
    agent: AgentIndex,
}

/// Seconds it takes an agent who was waiting for calls to take the next one from the queue.
const NEXT: Seconds = 2;

impl World<'_> {
    /// The line that serves a team.
    pub(crate) fn line_of(&self, channel: Channel, team: Team) -> usize {
        self.lines.iter().position(|line| line.channel == channel && line.teams.contains(&team)).unwrap_or_default()
    }

    /// Somebody calls, or opens a chat; or is called back. Outside opening hours they fill in the web form.
    pub(crate) fn contact_arrives(&mut self, channel: Channel, wish: Wish, is_outbound: bool) {
        let index = self.line_of(channel, CATEGORIES[wish.category as usize].team);
        if !self.lines[index].open {
            self.request_written(Channel::Portal, wish);
            return;
        }
        let (patience, otherwise) = self.patience(channel, is_outbound);
        let contact = Contact {
            line: index as u8,
            wish,
            is_outbound,
            queued_at: self.now,
            otherwise,
            answered_at: 0,
            talk: 0,
            hold: 0,
            wrap_up: 0,
            agent: 0,
        };
        let line = &mut self.lines[index];
        let free = if line.waiting.is_empty() { line.floor.take(&mut self.agents) } else { None };
        match free {
            None => {
                let key = self.contacts.insert(contact);
                self.lines[index].waiting.push_back(key);
                self.agenda.enter(self.now + patience, Event::StopsWaiting(key));
            }
            Some(agent) => {
                let rings = self.conversations.between(2, 7);
                if patience < rings && otherwise == Disposition::Abandoned {
                    self.agenda.enter(self.now + rings, Event::RingsOff(index as u8, agent));
                    self.leave(&contact, self.now + patience);
                } else {
                    let key = self.contacts.insert(contact);
                    self.answer(key, agent, rings);
                }
            }
        }
    }

    /// How long somebody waits, and what they do then.
    fn patience(&mut self, channel: Channel, is_outbound: bool) -> (Seconds, Disposition) {
        let dice = &mut self.conversations;
        if is_outbound {
            return (12 * HOUR, Disposition::Abandoned);
        }
        // Some have pressed the wrong button.
        if dice.chance(0.012) {
            return (dice.between(1, 5), Disposition::Abandoned);
        }
        let mean = if channel == Channel::Phone { PHONE_PATIENCE } else { CHAT_PATIENCE };
        let patience = (dice.exponential(mean) as Seconds).max(6);
        if channel == Channel::Chat {
            return (patience, Disposition::Abandoned);
        }
        // After a minute a machine offers to call back; after four, a partner takes some of the calls.
        let offered = 60 + dice.between(0, 20);
        let overflows = 4 * MINUTE + dice.between(0, 5);
        if patience > offered && dice.chance(0.25) {
            (offered, Disposition::Callback)
        } else if patience > overflows && dice.chance(0.4) {
            (overflows, Disposition::Overflow)
        } else {
            (patience, Disposition::Abandoned)
        }
    }

    /// An agent answers after some seconds.
    fn answer(&mut self, key: Key, agent: AgentIndex, after: Seconds) {
        let now = self.now;
        let key = self.contacts.advance(key);
        let Some(contact) = self.contacts.get(key) else { return };
        let dice = &mut self.conversations;
        let is_phone = self.lines[usize::from(contact.line)].channel == Channel::Phone;
        let category = &CATEGORIES[contact.wish.category as usize];
        let pace = self.agents[agent as usize].pace * category.live_effort();
        let (talk, wrap_up) = if is_phone {
            (dice.lognormal(242.0, 0.6), dice.lognormal(64.0, 0.55))
        } else {
            (dice.lognormal(440.0, 0.55), dice.lognormal(36.0, 0.6))
        };
        contact.agent = agent;
        contact.answered_at = now + after;
        contact.talk = ((talk * pace) as Seconds).clamp(15, 2 * HOUR);
        contact.hold = if is_phone && dice.chance(0.22) { (dice.exponential(55.0) as Seconds).max(4) } else { 0 };
        contact.wrap_up = ((wrap_up * pace) as Seconds).clamp(5, HOUR / 2);
        let ends = contact.answered_at + contact.talk + contact.hold + contact.wrap_up;
        self.agenda.enter(ends, Event::ContactEnds(key));
    }

    /// Patience has ended.
    pub(crate) fn stops_waiting(&mut self, key: Key) {
        let Some(contact) = self.contacts.get(key).map(|contact| *contact) else { return };
        self.contacts.remove(key);
        self.forget_gone(usize::from(contact.line));
        self.leave(&contact, self.now);
    }

    /// Those who have left are not in front of the queue any more.
    fn forget_gone(&mut self, line: usize) {
        while let Some(front) = self.lines[line].waiting.front() {
            if self.contacts.get(*front).is_some() {
                break;
            }
            self.lines[line].waiting.pop_front();
        }
    }

    /// A contact ends without an answer at `at`.
    fn leave(&mut self, contact: &Contact, at: Seconds) {
        self.contact_row(contact, contact.otherwise, at, None);
        let channel = self.lines[usize::from(contact.line)].channel;
        match contact.otherwise {
            Disposition::Callback => {
                let later = at + 15 * MINUTE + self.conversations.between(0, 45 * MINUTE);
                self.agenda.enter(later, Event::CallBack(contact.wish));
            }
            Disposition::Overflow => {
                // The partner writes down what it was about.
                let request = Request {
                    channel,
                    created_at: at,
                    wish: contact.wish,
                    created_by: "system",
                    flag: Flag::None,
                    is_spam: false,
                    duplicate_of: None,
                };
                self.ticket_arrives(&request);
            }
            _ if self.conversations.chance(0.35) => {
                let later = at + 60 + self.conversations.exponential(600.0) as Seconds;
                self.agenda.enter(later, Event::Returns(channel, contact.wish));
            }
            _ => {}
        }
    }

    /// Somebody is called back; on the next day when the line has closed.
    pub(crate) fn call_back(&mut self, wish: Wish) {
        let line = self.line_of(Channel::Phone, CATEGORIES[wish.category as usize].team);
        if self.lines[line].open {
            self.contact_arrives(Channel::Phone, wish, true);
        } else if let Some((opens, _)) =
            self.days.iter().skip(self.today).filter_map(|day| day.live).find(|live| live.0 > self.now)
        {
            self.agenda.enter(opens + 10 * MINUTE, Event::CallBack(wish));
        }
    }

    pub(crate) fn rings_off(&mut self, line: usize, agent: AgentIndex) {
        self.lines[line].floor.release(agent, &mut self.agents, self.now);
        self.serve(line);
    }

    /// Free agents take who has waited longest; where nobody waits, chat agents take web forms, as long as one place
    /// stays free for the next chat.
    pub(crate) fn serve(&mut self, index: usize) {
        self.forget_gone(index);
        while !self.lines[index].waiting.is_empty() {
            let Some(agent) = self.lines[index].floor.take(&mut self.agents) else { break };
            if let Some(key) = self.lines[index].waiting.pop_front() {
                self.answer(key, agent, NEXT);
            }
            self.forget_gone(index);
        }
        while self.lines[index].waiting.is_empty() && self.lines[index].floor.free_slots() >= 2 {
            let Some(key) = self.lines[index].forms.pop_front() else { break };
            match self.lines[index].floor.take(&mut self.agents) {
                Some(agent) => self.work_on(key, agent, Place::Line(index as u8)),
                None => break,
            }
        }
        let line = &mut self.lines[index];
        if !line.open && line.waiting.is_empty() {
            line.floor.staff(0, &mut self.agents, self.now);
        }
    }

    /// From now on so many agents.
    pub(crate) fn line_staffed(&mut self, index: usize, agents: usize) {
        let line = &mut self.lines[index];
        line.open = true;
        line.staff = agents;
        line.floor.staff(agents, &mut self.agents, self.now);
        self.serve(index);
    }

    /// The late shift comes.
    pub(crate) fn shift_changes(&mut self, index: usize) {
        let line = &mut self.lines[index];
        line.floor.change_shift(self.today + line.floor.members.len() / 2, &mut self.agents, self.now);
        line.floor.staff(line.staff, &mut self.agents, self.now);
        self.serve(index);
    }

    /// Nobody can call any more; those who wait are still served, web forms that nobody came to go to the desk.
    pub(crate) fn line_closes(&mut self, index: usize) {
        self.lines[index].open = false;
        while let Some(key) = self.lines[index].forms.pop_front() {
            self.wait_for_desk(key);
        }
        self.serve(index);
    }

    /// Talk and wrap-up are over: the row, the ticket, and the next one.
    pub(crate) fn contact_ends(&mut self, key: Key) {
        let Some(contact) = self.contacts.get(key).map(|contact| *contact) else { return };
        self.contacts.remove(key);
        let index = usize::from(contact.line);
        let ended = contact.answered_at + contact.talk + contact.hold;
        let ticket = if self.lines[index].channel == Channel::Phone {
            self.call_ticket(&contact, ended)
        } else {
            self.chat_ticket(&contact)
        };
        let number = self.tickets.get(ticket).map(|ticket| ticket.number);
        self.contact_row(&contact, Disposition::Handled, ended, number);
        match self.conversations.unit() {
            x if x < 0.77 => self.solve(ticket, Actor::Agent(contact.agent)),
            x if x < 0.84 => self.wait_for_customer(ticket, contact.agent),
            _ => {
                let ticket = self.tickets.advance(ticket);
                if let Some(open) = self.tickets.get(ticket) {
                    let agent = Actor::Agent(contact.agent);
                    open.change(&mut self.sheets, self.now, agent, Change::Note);
                    open.change(&mut self.sheets, self.now, agent, Change::Assigned(None));
                }
                self.wait_for_desk(ticket);
            }
        }
        self.lines[index].floor.release(contact.agent, &mut self.agents, self.now);
        self.serve(index);
    }

    /// The ticket of a call: the agent makes it when they answer.
    fn call_ticket(&mut self, contact: &Contact, ended: Seconds) -> Key {
        let key = self.contact_ticket(contact, Channel::Phone, contact.answered_at, "agent");
        let writes = self.conversations.chance(0.4);
        let Some(ticket) = self.tickets.get(key) else { return key };
        let agent = Actor::Agent(contact.agent);
        ticket.status = Status::Open;
        ticket.assignee = Some(contact.agent);
        ticket.change(&mut self.sheets, contact.answered_at, agent, Change::Created);
        let summary = if writes { Change::Reply } else { Change::Note };
        ticket.change(&mut self.sheets, ended, agent, summary);
        key
    }

    /// The ticket of a chat: the customer makes it when they open the chat.
    fn chat_ticket(&mut self, contact: &Contact) -> Key {
        let key = self.contact_ticket(contact, Channel::Chat, contact.queued_at, "customer");
        let first = self.conversations.between(4, 25).min(contact.talk);
        let goes_on = self.conversations.chance(0.85);
        let Some(ticket) = self.tickets.get(key) else { return key };
        let agent = Actor::Agent(contact.agent);
        let mut change = |at, actor, change| ticket.change(&mut self.sheets, at, actor, change);
        change(contact.queued_at, Actor::Customer, Change::Created);
        change(contact.answered_at, Actor::System, Change::Assigned(Some(contact.agent)));
        change(contact.answered_at, agent, Change::Status(Status::Open));
        change(contact.answered_at + first, agent, Change::Reply);
        if goes_on {
            change(contact.answered_at + first + (contact.talk - first) * 2 / 5, Actor::Customer, Change::Reply);
            change(contact.answered_at + first + (contact.talk - first) * 3 / 4, agent, Change::Reply);
        }
        key
    }

    fn contact_ticket(
        &mut self,
        contact: &Contact,
        channel: Channel,
        created_at: Seconds,
        created_by: &'static str,
    ) -> Key {
        let request = Request {
            channel,
            created_at,
            wish: contact.wish,
            created_by,
            flag: Flag::None,
            is_spam: false,
            duplicate_of: None,
        };
        let key = self.new_ticket(&request);
        if let Some(ticket) = self.tickets.get(key) {
            ticket.task = Task::Continue;
            ticket.replied_at = Some(contact.answered_at);
            ticket.waited = contact.answered_at - contact.queued_at;
        }
        key
    }

    fn contact_row(&mut self, contact: &Contact, disposition: Disposition, ended: Seconds, ticket: Option<u32>) {
        self.summary.contacts += 1;
        let number = self.summary.contacts as i64;
        let channel = self.lines[usize::from(contact.line)].channel;
        let is_abandoned = disposition == Disposition::Abandoned;
        if !contact.is_outbound {
            let within = if channel == Channel::Phone { 20 } else { 60 };
            let is_handled = disposition == Disposition::Handled;
            self.summary.offered += 1;
            self.summary.in_time += u64::from(is_handled && contact.answered_at - contact.queued_at <= within);
            self.summary.abandoned += u64::from(is_abandoned);
            self.summary.abandoned_at_once += u64::from(is_abandoned && ended - contact.queued_at <= 5);
        }
        let category = &CATEGORIES[contact.wish.category as usize];
        let queue = if channel == Channel::Phone { Queue::Phone } else { Queue::Chat };
        let is_handled = disposition == Disposition::Handled;
        // Who hangs up early often stays unknown.
        let known = self.conversations.chance(if is_handled { 0.97 } else { 0.7 });
        let language = self.customers.get(contact.wish.customer).language;
        self.sheets.row(Table::Contacts, |row| {
            row.number(number);
            row.plain(if channel == Channel::Phone { "Voice" } else { "Webchat" });
            row.plain(queue.name(category.team));
            row.plain(if contact.is_outbound { "Outbound" } else { "Inbound" });
            row.local(Some(contact.queued_at));
            row.local(is_handled.then_some(contact.answered_at));
            row.local(is_abandoned.then_some(ended));
            row.local(Some(ended));
            row.plain(disposition.name());
            row.number(if is_handled { contact.answered_at } else { ended } - contact.queued_at);
            if is_handled {
                row.number(contact.talk);
                row.number(contact.hold);
                row.number(contact.wrap_up);
                row.agent(Some(contact.agent));
                row.plain(category.team.name());
                row.ticket(ticket);
            } else {
                (0..6).for_each(|_| row.plain("-"));
            }
            if known {
                row.customer(Some(contact.wish.customer))
            } else {
                row.plain("-")
            }
            row.plain(category.name);
            row.plain(LANGUAGES[language]);
        });
    }
}
