//! Calls and chats: customers wait on a line until an agent is free or their patience ends.

use crate::agenda::{Event, Key, Wish};
use crate::calendar::Hours;
use crate::change_log::{Flag, Place, Request};
use crate::clock::{HOUR, MINUTE, Seconds};
use crate::contact_log::{Contact, Disposition, Leg, Passed};
use crate::floor::AgentIndex;
use crate::organisation::{CATEGORIES, Channel, Team};
use crate::roster::{Moment, STEP};
use crate::staffing::{CHAT_PATIENCE, PHONE_PATIENCE};
use crate::world::World;

/// Seconds it takes an agent who was waiting for calls to take the next one from the queue.
const NEXT: Seconds = 2;
/// Share of the customers who choose a team that is not in charge.
const WRONG_CHOICE: f64 = 0.045;

impl World<'_> {
    /// The line that serves a team.
    pub(crate) fn line_of(&self, channel: Channel, team: Team) -> usize {
        self.lines.iter().position(|line| line.channel == channel && line.teams.contains(&team)).unwrap_or_default()
    }

    /// Somebody calls, or opens a chat; or is called back. Outside opening hours they fill in the web form.
    pub(crate) fn contact_arrives(&mut self, channel: Channel, wish: Wish, is_outbound: bool) {
        let right = CATEGORIES[wish.category as usize].team;
        // Some choose the wrong number in the menu; who is called back is called by the right team.
        let chosen = match self.conversations.chance(WRONG_CHOICE) {
            true if !is_outbound => Team::ALL[(right as usize + 1 + self.conversations.below(3)) % 4],
            _ => right,
        };
        let index = self.line_of(channel, chosen);
        if !self.lines[index].open {
            self.request_written(Channel::Portal, wish);
            return;
        }
        let person = self.customers.get(wish.customer);
        let (patience, otherwise) = self.patience(channel, is_outbound, person.patience);
        self.contacts_begun += 1;
        let intent = self.intent(&wish);
        let contact = Contact {
            number: self.contacts_begun,
            line: index as u8,
            channel,
            chosen,
            wish,
            language: person.language,
            is_outbound,
            intent,
            queued_at: self.now,
            otherwise,
            first: None,
            leg: Leg::default(),
            legs: 0,
            transfers: 0,
            spent: [0; 3],
        };
        let line = &mut self.lines[index];
        let free = if line.waiting.is_empty() && line.transferred.is_empty() {
            line.floor.take_for(contact.need(), &mut self.agents)
        } else {
            None
        };
        match free {
            None => {
                let key = self.contacts.insert(contact);
                self.lines[index].waiting.push_back(key);
                self.agenda.enter(self.now + patience, Event::StopsWaiting(key));
            }
            Some(agent) => {
                let rings = self.conversations.between(2, 7);
                if patience < rings && otherwise == Disposition::Abandoned {
                    self.agenda.enter(self.now + rings, Event::AgentFree(index as u8, agent));
                    self.leave(&contact, self.now + patience);
                } else {
                    let key = self.contacts.insert(contact);
                    self.answer(key, agent, rings, None);
                }
            }
        }
    }

    /// How long somebody waits, and what they do then.
    fn patience(&mut self, channel: Channel, is_outbound: bool, of_customer: f64) -> (Seconds, Disposition) {
        let dice = &mut self.conversations;
        if is_outbound {
            return (12 * HOUR, Disposition::Abandoned);
        }
        // Some have pressed the wrong button.
        if dice.chance(0.012) {
            return (dice.between(1, 5), Disposition::Abandoned);
        }
        let mean = if channel == Channel::Phone { PHONE_PATIENCE } else { CHAT_PATIENCE };
        let patience = (dice.exponential(mean * of_customer) as Seconds).max(6);
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

    /// Patience has ended.
    pub(crate) fn stops_waiting(&mut self, key: Key) {
        let Some(contact) = self.contacts.get(key).copied() else { return };
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
        let channel = contact.channel;
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

    /// An agent is done with a contact, or with a call that ended while it rang.
    pub(crate) fn agent_free(&mut self, line: usize, agent: AgentIndex) {
        self.lines[line].floor.release(agent, &mut self.agents, self.now);
        self.serve(line);
    }

    /// Free agents take those who were passed on, then who has waited longest; where nobody waits, chat agents take
    /// web forms, as long as one place stays free for the next chat.
    pub(crate) fn serve(&mut self, index: usize) {
        while let Some(key) = self.lines[index].transferred.front().copied() {
            let Some(contact) = self.contacts.get(key).copied() else { break };
            let floor = &mut self.lines[index].floor;
            let Some(agent) = floor.take_other(contact.need(), contact.leg.agent, &mut self.agents) else { break };
            self.lines[index].transferred.pop_front();
            self.answer(key, agent, NEXT, Some(Passed::Cold));
        }
        self.forget_gone(index);
        while let Some(key) = self.lines[index].waiting.front().copied() {
            let Some(contact) = self.contacts.get(key).copied() else { break };
            let Some(agent) = self.lines[index].floor.take_for(contact.need(), &mut self.agents) else { break };
            self.lines[index].waiting.pop_front();
            self.answer(key, agent, NEXT, None);
            self.forget_gone(index);
        }
        while self.lines[index].nobody_waits() && self.lines[index].floor.free_slots() >= 2 {
            let Some(key) = self.lines[index].forms.pop_front() else { break };
            match self.lines[index].floor.take(&mut self.agents) {
                Some(agent) => self.work_on(key, agent, Place::Line(index as u8)),
                None => break,
            }
        }
        let line = &mut self.lines[index];
        if !line.open && line.nobody_waits() {
            line.floor.staff(0, &mut self.agents, self.now);
        }
    }

    /// From now on so many agents; every half hour some begin, have a break, or go.
    pub(crate) fn line_staffed(&mut self, index: usize, agents: usize) {
        let at = Moment::of(self.clock.local(self.now));
        let line = &mut self.lines[index];
        if !line.open || at.minute % STEP == 0 {
            line.floor.turn(Hours::Live, at, &self.agents);
        }
        line.open = true;
        line.floor.staff(agents, &mut self.agents, self.now);
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
}
