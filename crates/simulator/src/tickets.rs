//! What becomes of a request in the help desk: who works on it, how it is answered, solved, reopened and closed.

use crate::agenda::{Event, Key, Wish};
use crate::change_log::{Actor, Change, Flag, Place, Queue, Request, Task};
use crate::clock::{DAY, HOUR, MINUTE, Seconds, second_of_day};
use crate::floor::AgentIndex;
use crate::organisation::{CATEGORIES, Channel, LATE_DELIVERY, Status, Team};
use crate::promises::Promised;
use crate::quality::Reviewed;
use crate::world::World;

/// Probability that a customer comes about a solved matter again, by another channel or the same.
const REPEATS: f64 = 0.19;

impl World<'_> {
    /// A written request comes in.
    pub(crate) fn request_written(&mut self, channel: Channel, wish: Wish) {
        let is_spam = self.work.chance(match channel {
            Channel::Email => 0.035,
            Channel::Portal => 0.008,
            _ => 0.0,
        });
        let is_test = !is_spam && self.work.chance(0.003);
        let wish = if is_test { Wish { customer: self.customers.employee(&mut self.work), ..wish } } else { wish };
        let flag = if is_test { Flag::Test } else { Flag::None };
        let created_by = "customer";
        let request = Request { channel, created_at: self.now, wish, created_by, flag, is_spam, duplicate_of: None };
        let key = self.ticket_arrives(&request);
        // Who is not answered for a day may call; the bot's acknowledgement is no answer.
        if !is_spam && self.work.chance(0.16) {
            let later = self.now + (self.work.lognormal(24.0, 0.5) * HOUR as f64) as Seconds;
            self.agenda.enter(later, Event::Chases(key));
        }
        if !is_spam && self.work.chance(0.017) {
            let again = self.now + self.work.lognormal(45.0 * 60.0, 1.0) as Seconds;
            self.agenda.enter(again, Event::Duplicates(key));
        }
    }

    /// A written request becomes a ticket that waits for a desk.
    pub(crate) fn ticket_arrives(&mut self, request: &Request) -> Key {
        let key = self.new_ticket(request);
        let actor = if request.created_by == "customer" { Actor::Customer } else { Actor::System };
        if let Some(ticket) = self.tickets.get(key) {
            ticket.change(&mut self.sheets, self.now, actor, Change::Created);
        }
        self.promise(key, Promised::FirstReply, self.now);
        self.promise(key, Promised::Resolution, self.now);
        let delay = self.work.between(3, 25);
        self.agenda.enter(self.now + delay, Event::TicketQueues(key));
        key
    }

    /// The customer asks the same thing again.
    pub(crate) fn duplicates(&mut self, key: Key) {
        // Only while nobody has looked at the first ticket: afterwards they have an answer.
        let Some(ticket) = self.tickets.get(key) else { return };
        let (Some(customer), channel) = (ticket.customer, ticket.channel) else { return };
        let request = Request {
            channel,
            created_at: self.now,
            wish: Wish { customer, category: ticket.category, product: ticket.product, again: ticket.is_repeat },
            created_by: "customer",
            flag: Flag::None,
            is_spam: false,
            duplicate_of: Some(ticket.number),
        };
        self.ticket_arrives(&request);
    }

    /// The customer asks by phone or chat what has become of the ticket, while lines are open and nobody has begun.
    pub(crate) fn chases(&mut self, key: Key) {
        let Some(ticket) = self.tickets.get(key) else { return };
        let Some(customer) = ticket.customer else { return };
        let wish = Wish { customer, category: ticket.category, product: ticket.product, again: true };
        let channel = if self.work.chance(0.7) { Channel::Phone } else { Channel::Chat };
        let line = self.line_of(channel, CATEGORIES[usize::from(wish.category)].team);
        if self.lines[line].open {
            self.contact_arrives(channel, wish, false);
        }
    }

    /// The bot acknowledges a ticket, and it waits.
    pub(crate) fn ticket_queues(&mut self, key: Key) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        if matches!(ticket.channel, Channel::Email | Channel::Portal) {
            ticket.change(&mut self.sheets, now, Actor::Bot, Change::Reply);
        }
        let (channel, team) = (ticket.channel, ticket.team);
        if channel == Channel::Portal {
            let share = self.story.chat_first_share(now);
            let line = self.line_of(Channel::Chat, team);
            if self.work.chance(share) {
                if let Some(ticket) = self.tickets.get(key) {
                    ticket.queue = Queue::Forms;
                }
                self.lines[line].forms.push_back(key);
                if self.lines[line].open {
                    self.serve(line);
                }
                return;
            }
        }
        self.wait_for_desk(key);
    }

    /// A ticket waits for the desk of its team.
    pub(crate) fn wait_for_desk(&mut self, key: Key) {
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.queue = Queue::Desk;
        let (team, is_urgent) = (ticket.team, ticket.priority < 2);
        if let Some(desk) = self.desks.iter_mut().find(|desk| desk.teams.contains(&team)) {
            if is_urgent { desk.urgent.push_back(key) } else { desk.normal.push_back(key) }
        }
    }

    /// An agent begins to work on a ticket.
    pub(crate) fn work_on(&mut self, key: Key, agent: AgentIndex, place: Place) {
        let now = self.now;
        let key = self.tickets.advance(key);
        let Some(ticket) = self.tickets.get(key) else { return };
        if ticket.assignee != Some(agent) {
            ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Assigned(Some(agent)));
        }
        if ticket.status == Status::New {
            ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Open));
        }
        ticket.place = Some(place);
        let category = &CATEGORIES[ticket.category as usize];
        let median = match ticket.task {
            Task::Begin if ticket.is_spam => 45.0,
            Task::Begin => crate::staffing::TOUCH,
            Task::Continue => crate::staffing::TOUCH * 0.75,
            Task::Acknowledge => 60.0,
        };
        let pace = self.agents[agent as usize].pace * category.effort;
        let time = (self.work.lognormal(median, 0.55) * pace).clamp(20.0, 5_400.0) as Seconds;
        let of = (ticket.channel, ticket.team);
        self.worked(agent, of, [now, now + time, now + time]);
        self.agenda.enter(now + time, Event::TicketWorked(key));
    }

    /// An agent has worked on a ticket and decides.
    pub(crate) fn ticket_worked(&mut self, key: Key) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        let (Some(place), Some(agent)) = (ticket.place.take(), ticket.assignee) else { return };
        match ticket.task {
            Task::Begin if ticket.is_spam => {
                ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Flagged(Flag::Spam));
                ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Closed));
                self.promises_withdrawn(key);
                self.tickets.remove(key);
            }
            Task::Begin => match (ticket.duplicate_of, self.work.unit()) {
                (Some(into), _) => {
                    ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Merged(into));
                    ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Closed));
                    self.promises_withdrawn(key);
                    self.tickets.remove(key);
                }
                (None, x) if x < 0.025 => self.solve(key, Actor::Agent(agent)),
                (None, x) if x < 0.075 => self.hand_over(key, agent),
                (None, x) if x < 0.135 => self.set_aside(key, agent),
                _ => self.reply(key, agent),
            },
            Task::Continue => self.reply(key, agent),
            Task::Acknowledge => self.solve(key, Actor::Agent(agent)),
        }
        match place {
            Place::Line(line) => {
                let line = usize::from(line);
                self.lines[line].floor.release(agent, &mut self.agents, now);
                self.serve(line);
            }
            Place::Desk(desk) => {
                let desk = usize::from(desk);
                self.desks[desk].floor.release(agent, &mut self.agents, now);
                self.take_up(desk);
            }
        }
    }

    /// It belongs to another team.
    fn hand_over(&mut self, key: Key, agent: AgentIndex) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        let category = self.work.below(CATEGORIES.len());
        ticket.category = category as u8;
        let team = CATEGORIES[category].team;
        ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Note);
        if team != ticket.team {
            ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Moved(team));
        }
        let key = self.tickets.advance(key);
        self.wait_for_desk(key);
    }

    /// It needs somebody who knows: it is looked at again later.
    fn set_aside(&mut self, key: Key, agent: AgentIndex) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Note);
        ticket.task = Task::Continue;
        let later = now + self.work.lognormal(20.0, 0.7) as Seconds * HOUR;
        self.agenda.enter(later, Event::TicketResumes(key));
    }

    /// A reply, after which the ticket is solved, on hold, or pending on the customer.
    pub(crate) fn reply(&mut self, key: Key, agent: AgentIndex) {
        let now = self.now;
        let struck = self.story.deliveries_fail(now);
        let Some(ticket) = self.tickets.get(key) else { return };
        if self.work.chance(0.22) {
            ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Note);
        }
        ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Reply);
        ticket.replied_at.get_or_insert(now);
        ticket.touches = ticket.touches.saturating_add(1);
        ticket.task = Task::Continue;
        self.reply_promises_kept(key);
        self.may_escalate(key, agent, 0.03);
        let Some(ticket) = self.tickets.get(key) else { return };
        let category = &CATEGORIES[ticket.category as usize];
        let late = usize::from(ticket.category) == LATE_DELIVERY && struck;
        let hold = if ticket.held {
            0.0
        } else if late {
            0.62
        } else {
            category.held
        };
        if self.work.chance(hold) {
            ticket.held = true;
            ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::OnHold));
            let days = if late { self.work.lognormal(6.0, 0.5) } else { self.work.lognormal(1.8, 0.7) };
            let key = self.tickets.advance(key);
            self.promises_pause(key);
            self.agenda.enter(now + (days * DAY as f64) as Seconds, Event::TicketResumes(key));
        } else if ticket.touches >= 6 || self.work.chance(category.settled) {
            self.solve(key, Actor::Agent(agent));
        } else {
            self.wait_for_customer(key, agent);
        }
    }

    /// Some matters are for somebody above.
    pub(crate) fn may_escalate(&mut self, key: Key, agent: AgentIndex, share: f64) {
        let Some(ticket) = self.tickets.get(key) else { return };
        let harder = if ticket.team == Team::Technical { 1.8 } else { 1.0 };
        if ticket.flag != Flag::None || !self.escalations.chance(share * harder) {
            return;
        }
        const REASONS: [&str; 4] =
            ["Outside authority", "Second line needed", "Customer asks for a supervisor", "Safety"];
        let reason = REASONS[self.escalations.weighted(&[0.42, 0.33, 0.20, 0.05])];
        ticket.change(&mut self.sheets, self.now, Actor::Agent(agent), Change::Escalated(reason));
    }

    /// The customer has to say something first.
    pub(crate) fn wait_for_customer(&mut self, key: Key, agent: AgentIndex) {
        let now = self.now;
        let key = self.tickets.advance(key);
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Pending));
        self.promises_pause(key);
        if self.work.chance(0.80) {
            let at = now + (self.work.lognormal(6.0, 1.1) * HOUR as f64) as Seconds;
            let at = self.awake(at.min(now + 6 * DAY - DAY / 2));
            self.agenda.enter(at, Event::CustomerAnswers(key));
        } else {
            self.agenda.enter(now + 6 * DAY, Event::CustomerSilent(key));
        }
    }

    pub(crate) fn customer_answers(&mut self, key: Key) {
        self.customer_writes(key, Task::Continue);
    }

    /// The customer writes; the ticket is open again and waits for a desk.
    fn customer_writes(&mut self, key: Key, task: Task) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.change(&mut self.sheets, now, Actor::Customer, Change::Reply);
        ticket.change(&mut self.sheets, now, Actor::Customer, Change::Status(Status::Open));
        ticket.task = task;
        let key = self.tickets.advance(key);
        self.promises_resume(key);
        self.promise(key, Promised::NextReply, now);
        self.wait_for_desk(key);
    }

    /// Time is up: solved without an answer of the customer.
    pub(crate) fn customer_silent(&mut self, key: Key) {
        self.solve(key, Actor::System);
    }

    /// What it waited for has come.
    pub(crate) fn ticket_resumes(&mut self, key: Key) {
        let now = self.now;
        let Some(ticket) = self.tickets.get(key) else { return };
        if ticket.status == Status::OnHold {
            ticket.change(&mut self.sheets, now, Actor::System, Change::Status(Status::Open));
        }
        let key = self.tickets.advance(key);
        self.promises_resume(key);
        self.wait_for_desk(key);
    }

    /// Solved; what follows is decided: a survey, a reopening, another contact, closing.
    pub(crate) fn solve(&mut self, key: Key, actor: Actor) {
        let now = self.now;
        let key = self.tickets.advance(key);
        self.resolution_promise_kept(key);
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.change(&mut self.sheets, now, actor, Change::Status(Status::Solved));
        ticket.solved_at = Some(now);
        ticket.place = None;
        let (reopens, is_quick) = (ticket.reopens, ticket.task == Task::Acknowledge);
        if reopens == 0 {
            self.summary.solved += 1;
        }
        let quality = match actor {
            Actor::Agent(agent) => self.agents[agent as usize].quality,
            _ => 0.0,
        };
        let wish = ticket.customer.map(|customer| Wish {
            customer,
            category: ticket.category,
            product: ticket.product,
            again: true,
        });
        let (flag, channel, transfers) = (ticket.flag, ticket.channel, ticket.transfers);
        self.agenda.enter(now + 4 * DAY, Event::TicketCloses(key));
        let (Some(wish), Flag::None) = (wish, flag) else { return };
        if !is_quick && self.work.chance(if self.is_lean { 0.70 } else { 0.95 }) {
            let at = now + HOUR + self.work.between(0, 10 * MINUTE);
            self.agenda.enter(at, Event::SurveyGoesOut(key));
        } else if !is_quick {
            // lean runs leave these out, and others tell why the survey did not go out
            let (number, customer) = (self.tickets.get(key).map_or(0, |ticket| ticket.number), wish.customer);
            if !self.is_lean {
                self.invitation(number, reopens, customer, now, None);
            }
        }
        if let (Actor::Agent(agent), false) = (actor, channel.is_live()) {
            let ticket = self.tickets.get(key).map(|ticket| ticket.number);
            let is_poor = reopens > 0 || transfers > 0;
            self.may_be_reviewed(&Reviewed { contact: None, ticket, agent, channel, at: now, is_poor });
        }
        // A poor answer is asked for again; so is one that went through several hands.
        let again = (1.0 - 0.7 * quality + 0.35 * f64::from(transfers)).clamp(0.35, 2.2);
        let reopened = if reopens == 0 { 0.072 * again } else { 0.10 };
        if !is_quick && self.work.chance(reopened) {
            let thanks = self.work.chance(0.15);
            let at = now + (self.work.lognormal(10.0, 1.0) * HOUR as f64) as Seconds;
            let at = self.awake(at.min(now + 3 * DAY + DAY / 2));
            self.agenda.enter(at, Event::TicketReopens(key, thanks));
        } else if self.work.chance(REPEATS * again) {
            let at = now + (self.work.lognormal(1.9, 1.0) * DAY as f64) as Seconds;
            let other = [Channel::Phone, Channel::Chat, Channel::Email, channel][self.work.below(4)];
            let at = self.awake(at.max(now + 10 * MINUTE));
            self.agenda.enter(at, Event::Returns(other, wish));
        }
    }

    pub(crate) fn ticket_reopens(&mut self, key: Key, thanks: bool) {
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.reopens += 1;
        ticket.solved_at = None;
        if ticket.reopens == 1 {
            self.summary.reopened += 1;
        }
        self.customer_writes(key, if thanks { Task::Acknowledge } else { Task::Continue });
    }

    pub(crate) fn ticket_closes(&mut self, key: Key) {
        let now = self.now;
        if let Some(ticket) = self.tickets.get(key) {
            ticket.change(&mut self.sheets, now, Actor::System, Change::Status(Status::Closed));
            self.tickets.remove(key);
        }
    }

    /// People write by day: the small hours are moved to the morning.
    pub(crate) fn awake(&mut self, at: Seconds) -> Seconds {
        let second = second_of_day(self.clock.local(at));
        if second < 7 * HOUR { at + 7 * HOUR - second + self.work.between(0, 2 * HOUR) } else { at }
    }
}
