//! Calls and chats once an agent has them: how long they take, to whom they are passed on, who is asked, and the
//! ticket that comes of them.

use crate::agenda::{Event, Key};
use crate::change_log::{Actor, Change, Flag, Request, Task};
use crate::clock::{HOUR, MINUTE, Seconds};
use crate::contact_log::{Contact, Disposition, Leg, Passed};
use crate::floor::AgentIndex;
use crate::organisation::{CATEGORIES, Channel, Status};
use crate::promises::Promised;
use crate::quality::Reviewed;
use crate::skills::Need;
use crate::world::World;

/// Agents who have a contact one after another, at the most.
const MOST_TRANSFERS: u8 = 2;

/// Probability that an agent passes on what another team should do; what they do not know how to do; what they cannot
/// say in the customer's language; and what they could have done themselves.
const WRONG_TEAM: f64 = 0.92;
const UNKNOWN_WORK: f64 = 0.22;
const UNKNOWN_LANGUAGE: f64 = 0.18;
const UNSURE: f64 = 0.024;
/// Share of the transfers for which the agent looks for a colleague first, and stays until they have it.
const WARM: f64 = 0.45;
/// Seconds the first agent then introduces the customer for.
const INTRODUCTION: (Seconds, Seconds) = (12, 40);
/// Probability that an agent who keeps a contact asks somebody, and that one does who does not know the matter.
const ASKS: f64 = 0.03;
const ASKS_UNKNOWING: f64 = 0.30;

impl World<'_> {
    /// An agent answers after some seconds, as the first one or as one to whom it was passed on.
    pub(crate) fn answer(&mut self, key: Key, agent: AgentIndex, after: Seconds, came_by: Option<Passed>) {
        let began = self.now + after;
        let key = self.contacts.advance(key);
        let Some(contact) = self.contacts.get(key) else { return };
        let dice = &mut self.conversations;
        let is_phone = contact.channel == Channel::Phone;
        let category = &CATEGORIES[contact.wish.category as usize];
        let able = &self.agents[agent as usize];
        let pace = able.pace * category.live_effort();
        let is_right = contact.transfers > 0 || contact.chosen == contact.right_team();
        let knows = able.skills.knows(Need { team: contact.right_team(), language: contact.language });
        let passes = if contact.transfers >= MOST_TRANSFERS {
            0.0
        } else if !is_right {
            WRONG_TEAM
        } else if !able.skills.knows_team(contact.right_team()) {
            UNKNOWN_WORK
        } else if !knows {
            UNKNOWN_LANGUAGE
        } else {
            UNSURE * (1.0 - 1.2 * able.quality).clamp(0.2, 2.0)
        };
        // Longer than the one before stays on the line.
        let least = if came_by == Some(Passed::Warm) { INTRODUCTION.1 + 5 } else { 0 };
        contact.first.get_or_insert((agent, began));
        contact.leg = Leg { agent, came_by, began, ..Leg::default() };
        if dice.chance(passes) {
            contact.leg.talk = ((dice.lognormal(62.0, 0.5) * pace) as Seconds).clamp(least.max(12), HOUR);
            contact.leg.wrap_up = dice.between(4, 20);
            self.agenda.enter(contact.leg.ended(), Event::PassesOn(key));
            return;
        }
        let (talk, wrap_up) = if is_phone {
            (dice.lognormal(242.0, 0.6), dice.lognormal(64.0, 0.55))
        } else {
            (dice.lognormal(440.0, 0.55), dice.lognormal(36.0, 0.6))
        };
        contact.leg.talk = ((talk * pace) as Seconds).clamp(least.max(15), 2 * HOUR);
        contact.leg.hold = if is_phone && dice.chance(0.22) { (dice.exponential(55.0) as Seconds).max(4) } else { 0 };
        contact.leg.wrap_up = ((wrap_up * pace) as Seconds).clamp(5, HOUR / 2);
        if dice.chance(if knows { ASKS } else { ASKS_UNKNOWING }) {
            self.agenda.enter(began + contact.leg.talk / 2, Event::Consults(key));
        } else {
            self.agenda.enter(contact.leg.done(), Event::ContactEnds(key));
        }
    }

    /// The customer holds while the agent asks a colleague, if one is free.
    pub(crate) fn consults(&mut self, key: Key) {
        let Some(mut contact) = self.contacts.get(key).copied() else { return };
        let line = usize::from(contact.line);
        if let Some(colleague) = self.take_colleague(line, &contact) {
            let talk = self.conversations.between(35, 140);
            let asked =
                Leg { agent: colleague, came_by: Some(Passed::Consult), began: self.now, talk, ..Leg::default() };
            contact.leg.hold += talk;
            self.leg_row(&mut contact, &asked);
            self.agenda.enter(asked.done(), Event::AgentFree(contact.line, colleague));
        }
        let done = contact.leg.done();
        if let Some(kept) = self.contacts.get(key) {
            *kept = contact;
        }
        self.agenda.enter(done, Event::ContactEnds(key));
    }

    /// Another agent than the present one; who knows what the contact is about, if there is one.
    fn take_colleague(&mut self, line: usize, contact: &Contact) -> Option<AgentIndex> {
        let need = Need { team: contact.right_team(), language: contact.language };
        self.lines[line].floor.take_colleague(need, contact.leg.agent, &mut self.agents)
    }

    /// It is for somebody else: the agent hands the customer over to a colleague, or back to a queue, in front of
    /// those who wait for the first time.
    pub(crate) fn passes_on(&mut self, key: Key) {
        let Some(mut contact) = self.contacts.get(key).copied() else { return };
        let from = contact.line;
        let to = self.line_of(contact.channel, contact.right_team());
        let is_warm = self.conversations.chance(WARM);
        let is_alone = self.lines[to].floor.is_alone();
        let is_open = self.lines[to].open;
        let colleague = if is_open && (is_warm || is_alone) { self.take_colleague(to, &contact) } else { None };
        if !is_open || (is_alone && colleague.is_none()) {
            // Nobody else is there: they see it through themselves.
            let more = self.conversations.between(60, 240);
            if let Some(contact) = self.contacts.get(key) {
                contact.leg.talk += more;
                self.agenda.enter(contact.leg.done(), Event::ContactEnds(key));
            }
            return;
        }
        let rings = self.conversations.between(2, 6);
        if is_warm && colleague.is_some() {
            contact.leg.hold += rings;
            contact.leg.talk += self.conversations.between(INTRODUCTION.0, INTRODUCTION.1);
        }
        let leg = contact.leg;
        self.leg_row(&mut contact, &leg);
        self.agenda.enter(leg.done(), Event::AgentFree(from, leg.agent));
        contact.transfers += 1;
        contact.line = to as u8;
        if let Some(kept) = self.contacts.get(key) {
            *kept = contact;
        }
        match colleague {
            Some(agent) => self.answer(key, agent, rings, Some(if is_warm { Passed::Warm } else { Passed::Cold })),
            None => {
                let key = self.contacts.advance(key);
                self.lines[to].transferred.push_back(key);
                self.serve(to);
            }
        }
    }

    /// Talk and wrap-up are over: the rows, the ticket, and the next one.
    pub(crate) fn contact_ends(&mut self, key: Key) {
        let Some(mut contact) = self.contacts.get(key).copied() else { return };
        self.contacts.remove(key);
        let index = usize::from(contact.line);
        let leg = contact.leg;
        self.leg_row(&mut contact, &leg);
        let agent = leg.agent;
        let ticket = if contact.channel == Channel::Phone {
            self.call_ticket(&contact, leg.ended())
        } else {
            self.chat_ticket(&contact)
        };
        let number = self.tickets.get(ticket).map(|ticket| ticket.number);
        self.contact_row(&contact, Disposition::Handled, leg.ended(), number);
        self.after_contact(&contact, number);
        self.may_escalate(ticket, agent, 0.018);
        match self.conversations.unit() {
            x if x < 0.77 => self.solve(ticket, Actor::Agent(agent)),
            x if x < 0.84 => {
                self.promise(ticket, Promised::Resolution, self.now);
                self.wait_for_customer(ticket, agent);
            }
            _ => {
                self.promise(ticket, Promised::Resolution, self.now);
                let ticket = self.tickets.advance(ticket);
                if let Some(open) = self.tickets.get(ticket) {
                    let agent = Actor::Agent(agent);
                    open.change(&mut self.sheets, self.now, agent, Change::Note);
                    open.change(&mut self.sheets, self.now, agent, Change::Assigned(None));
                }
                self.wait_for_desk(ticket);
            }
        }
        self.lines[index].floor.release(agent, &mut self.agents, self.now);
        self.serve(index);
    }

    /// What a handled contact leads to beside its ticket.
    fn after_contact(&mut self, contact: &Contact, ticket: Option<u32>) {
        let (agent, ended) = (contact.leg.agent, contact.leg.ended());
        let waited = contact.first.map_or(0, |(_, at)| at - contact.queued_at);
        // who has waited for minutes likes the company less, whatever the answer
        if waited > 2 * MINUTE {
            self.customers.impress(contact.wish.customer, -0.8);
        }
        if !contact.is_outbound {
            self.sells(contact, agent, ended);
        }
        let is_poor = contact.transfers > 0 || contact.wish.again;
        let channel = contact.channel;
        self.may_be_reviewed(&Reviewed { contact: Some(contact.number), ticket, agent, channel, at: ended, is_poor });
        self.may_be_checked(contact.number, agent, channel, ended);
    }

    /// The ticket of a call: the agent makes it when they answer.
    fn call_ticket(&mut self, contact: &Contact, ended: Seconds) -> Key {
        let (first, answered_at) = contact.first.unwrap_or((contact.leg.agent, contact.leg.began));
        let key = self.contact_ticket(contact, answered_at, "agent");
        let writes = self.conversations.chance(0.4);
        let Some(ticket) = self.tickets.get(key) else { return key };
        ticket.status = Status::Open;
        ticket.assignee = Some(first);
        let mut change = |at, actor, change| ticket.change(&mut self.sheets, at, actor, change);
        change(answered_at, Actor::Agent(first), Change::Created);
        if contact.leg.agent != first {
            change(contact.leg.began, Actor::Agent(first), Change::Assigned(Some(contact.leg.agent)));
        }
        let summary = if writes { Change::Reply } else { Change::Note };
        change(ended, Actor::Agent(contact.leg.agent), summary);
        key
    }

    /// The ticket of a chat: the customer makes it when they open the chat.
    fn chat_ticket(&mut self, contact: &Contact) -> Key {
        let (first, answered_at) = contact.first.unwrap_or((contact.leg.agent, contact.leg.began));
        let key = self.contact_ticket(contact, contact.queued_at, "customer");
        let leg = contact.leg;
        let begins = self.conversations.between(4, 25);
        let goes_on = self.conversations.chance(0.85);
        let is_lean = self.is_lean;
        let Some(ticket) = self.tickets.get(key) else { return key };
        let mut change = |at, actor, change| ticket.change(&mut self.sheets, at, actor, change);
        change(contact.queued_at, Actor::Customer, Change::Created);
        change(answered_at, Actor::System, Change::Assigned(Some(first)));
        change(answered_at, Actor::Agent(first), Change::Status(Status::Open));
        let greeting = answered_at + begins.min(leg.ended() - answered_at);
        change(greeting, Actor::Agent(first), Change::Reply);
        if leg.agent != first {
            change(leg.began.max(greeting), Actor::Agent(first), Change::Assigned(Some(leg.agent)));
        }
        if goes_on && !is_lean {
            let from = greeting.max(leg.began);
            let rest = leg.ended() - from;
            change(from + rest * 2 / 5, Actor::Customer, Change::Reply);
            change(from + rest * 3 / 4, Actor::Agent(leg.agent), Change::Reply);
        }
        key
    }

    fn contact_ticket(&mut self, contact: &Contact, created_at: Seconds, created_by: &'static str) -> Key {
        let answered_at = contact.first.map_or(contact.leg.began, |(_, at)| at);
        let request = Request {
            channel: contact.channel,
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
            ticket.replied_at = Some(answered_at);
            ticket.waited = answered_at - contact.queued_at;
            ticket.transfers = contact.transfers;
        }
        key
    }
}
