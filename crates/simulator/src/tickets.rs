//! Tickets: what becomes of a request in the help desk, and the rows of its change log.

use crate::agenda::{Event, Key, Wish};
use crate::clock::{DAY, HOUR, MINUTE, Seconds, second_of_day};
use crate::dice::{fraction, mix};
use crate::floor::AgentIndex;
use crate::organisation::{
    CARRIERS, CATEGORIES, Channel, LANGUAGES, LATE_DELIVERY, PRIORITIES, PRODUCTS, Status, Team,
};
use crate::rows::{self, Row, Sheets, Table};
use crate::world::World;

/// What an agent is to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Task {
    /// Look at it for the first time.
    #[default]
    Begin,
    /// Carry on.
    Continue,
    /// Solve it again: the customer only said thank you.
    Acknowledge,
}

/// Who works on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Line(u8),
    Desk(u8),
}

/// What is special about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Flag {
    #[default]
    None,
    Spam,
    Test,
}

/// A queue of the help desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Queue {
    #[default]
    Desk,
    Forms,
    Phone,
    Chat,
}

impl Queue {
    /// Name in the help desk and the contact centre.
    pub(crate) fn name(self, team: Team) -> &'static str {
        const NAMES: [[&str; 4]; 4] = [
            ["desk-orders", "desk-returns", "desk-billing", "desk-technical"],
            ["forms-orders", "forms-returns", "forms-billing", "forms-technical"],
            ["phone-orders", "phone-returns", "phone-billing", "phone-technical"],
            ["chat-orders", "chat-returns", "chat-billing", "chat-technical"],
        ];
        NAMES[self as usize][team as usize]
    }
}

/// A ticket that is not closed yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket {
    /// Counted from 1 in the order in which the help desk made them.
    pub(crate) number: u32,
    version: u32,
    changed_at: Seconds,
    pub(crate) created_at: Seconds,
    pub(crate) channel: Channel,
    pub(crate) customer: Option<u32>,
    pub(crate) category: u8,
    pub(crate) product: u8,
    pub(crate) language: usize,
    priority: usize,
    pub(crate) status: Status,
    pub(crate) team: Team,
    queue: Queue,
    pub(crate) assignee: Option<AgentIndex>,
    pub(crate) flag: Flag,
    /// Nobody may have noticed yet.
    is_spam: bool,
    duplicate_of: Option<u32>,
    merged_into: Option<u32>,
    survey: &'static str,
    pub(crate) task: Task,
    pub(crate) place: Option<Place>,
    /// Time on the line before it.
    pub(crate) waited: Seconds,
    /// First reply of a human.
    pub(crate) replied_at: Option<Seconds>,
    pub(crate) solved_at: Option<Seconds>,
    pub(crate) reopens: u8,
    touches: u8,
    pub(crate) held: bool,
    /// Columns that never change, written once.
    cells: Vec<u8>,
}

/// Who changes something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor {
    Customer,
    Agent(AgentIndex),
    Bot,
    System,
}

/// A value before or after a change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Nothing,
    Name(&'static str),
    Agent(Option<AgentIndex>),
    Ticket(u32),
}

/// A change, as the log names it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Created,
    Reply,
    Note,
    Status(Status),
    /// To an agent.
    Assigned(Option<AgentIndex>),
    /// To a team, and to nobody there yet.
    Moved(Team),
    Merged(u32),
    Flagged(Flag),
    Surveyed,
}

impl Ticket {
    /// Makes a change and writes its row.
    pub(crate) fn change(&mut self, sheets: &mut Sheets<'_>, at: Seconds, actor: Actor, change: Change) {
        let (name, visibility, from, to) = self.apply(change);
        self.version += 1;
        self.changed_at = self.changed_at.max(at);
        sheets.row(Table::Changes, |row| {
            row.ticket(Some(self.number));
            row.number(i64::from(self.version));
            row.utc(self.changed_at);
            row.plain(name);
            match actor {
                Actor::Customer => {
                    row.plain("end_user");
                    row.customer(self.customer);
                }
                Actor::Agent(agent) => {
                    row.plain("agent");
                    row.agent(Some(agent));
                }
                Actor::Bot => {
                    row.plain("bot");
                    row.plain("bot");
                }
                Actor::System => {
                    row.plain("automation");
                    row.plain("");
                }
            }
            row.plain(visibility);
            value(row, from);
            value(row, to);
            row.plain(self.status.name());
            row.plain(PRIORITIES[self.priority].0);
            row.plain(self.queue.name(self.team));
            row.plain(self.team.name());
            row.agent(self.assignee);
            row.plain(match self.flag {
                Flag::None => "",
                Flag::Spam => "spam",
                Flag::Test => "test",
            });
            row.ticket(self.merged_into);
            row.plain(self.survey);
            row.plain(CATEGORIES[self.category as usize].name);
            row.cells(&self.cells);
        });
    }

    fn apply(&mut self, change: Change) -> (&'static str, &'static str, Value, Value) {
        match change {
            Change::Created => ("Created", "public", Value::Nothing, Value::Nothing),
            Change::Reply => ("Public reply", "public", Value::Nothing, Value::Nothing),
            Change::Note => ("Internal note", "internal", Value::Nothing, Value::Nothing),
            Change::Status(status) => {
                let before = std::mem::replace(&mut self.status, status);
                ("Status", "", Value::Name(before.name()), Value::Name(status.name()))
            }
            Change::Assigned(agent) => {
                let before = std::mem::replace(&mut self.assignee, agent);
                ("Assignment", "", Value::Agent(before), Value::Agent(agent))
            }
            Change::Moved(team) => {
                let before = std::mem::replace(&mut self.team, team);
                self.assignee = None;
                ("Assignment", "", Value::Name(before.name()), Value::Name(team.name()))
            }
            Change::Merged(into) => {
                self.merged_into = Some(into);
                ("Merged", "", Value::Nothing, Value::Ticket(into))
            }
            Change::Flagged(flag) => {
                self.flag = flag;
                ("Field", "", Value::Nothing, Value::Name("spam"))
            }
            Change::Surveyed => {
                let before = std::mem::replace(&mut self.survey, "offered");
                ("Field", "", Value::Name(before), Value::Name("offered"))
            }
        }
    }
}

fn value(row: &mut Row<'_>, value: Value) {
    match value {
        Value::Nothing => row.plain(""),
        Value::Name(name) => row.plain(name),
        Value::Agent(agent) => row.agent(agent),
        Value::Ticket(ticket) => row.ticket(Some(ticket)),
    }
}

/// A request as it comes into the help desk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) channel: Channel,
    pub(crate) created_at: Seconds,
    /// Nobody known, for spam.
    pub(crate) wish: Wish,
    pub(crate) created_by: &'static str,
    pub(crate) flag: Flag,
    pub(crate) is_spam: bool,
    pub(crate) duplicate_of: Option<u32>,
}

impl World<'_> {
    /// A new ticket, without any row yet.
    pub(crate) fn new_ticket(&mut self, request: &Request) -> Key {
        self.summary.tickets += 1;
        let number = self.summary.tickets as u32;
        let Wish { customer, category, product } = request.wish;
        let person = self.customers.get(customer);
        let mixed = mix(self.seed, u64::from(number) ^ 0x7EC4_E700_0000_0000);
        let language = if request.is_spam { 3 } else { person.language };
        let struck = usize::from(category) == LATE_DELIVERY && self.story.deliveries_fail(request.created_at);
        let carrier = match fraction(mixed, 0) {
            f if struck && f < 0.80 => 2,
            f => ((f * 3.0) as usize).min(2),
        };
        let priority = self.work.weighted(&PRIORITIES.map(|(_, share)| share));
        let customer = (!request.is_spam).then_some(customer);

        let mut cells = Vec::with_capacity(160);
        self.stamp.iso(&mut cells, request.created_at);
        for text in [request.created_by, request.channel.name()] {
            cells.push(b',');
            cells.extend_from_slice(text.as_bytes());
        }
        cells.push(b',');
        match (request.is_spam, request.flag) {
            (true, _) => rows::quote(&mut cells, "Grow your traffic NOW, 100% \"guaranteed\"", b','),
            (_, Flag::Test) => cells.extend_from_slice(b"TEST please ignore"),
            _ => {
                let subject = CATEGORIES[category as usize].subjects[language];
                let order = 20_000_000 + (mixed >> 20) % 9_000_000;
                rows::quote(&mut cells, &subject.replace('#', &order.to_string()), b',');
            }
        }
        for text in [PRODUCTS[product as usize], LANGUAGES[language]] {
            cells.push(b',');
            cells.extend_from_slice(text.as_bytes());
        }
        cells.push(b',');
        if let Some(customer) = customer {
            rows::customer_number(&mut cells, customer);
        }
        for text in [person.shop, CARRIERS[carrier]] {
            cells.push(b',');
            cells.extend_from_slice(text.as_bytes());
        }
        cells.push(b',');
        let cents = (2_500.0 + 24_000.0 * fraction(mixed, 1) * fraction(mixed, 2)) as u64;
        rows::digits(&mut cells, cents / 100, 1);
        cells.push(b'.');
        rows::digits(&mut cells, cents % 100, 2);

        self.tickets.insert(Ticket {
            number,
            created_at: request.created_at,
            changed_at: request.created_at,
            channel: request.channel,
            customer,
            category,
            product,
            language,
            priority,
            team: CATEGORIES[category as usize].team,
            queue: match request.channel {
                Channel::Phone => Queue::Phone,
                Channel::Chat => Queue::Chat,
                _ => Queue::Desk,
            },
            // An agent finds out that it is spam; a test says so itself.
            flag: request.flag,
            task: Task::Begin,
            is_spam: request.is_spam,
            duplicate_of: request.duplicate_of,
            cells,
            ..Ticket::default()
        })
    }

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
            wish: Wish { customer, category: ticket.category, product: ticket.product },
            created_by: "customer",
            flag: Flag::None,
            is_spam: false,
            duplicate_of: Some(ticket.number),
        };
        self.ticket_arrives(&request);
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
                self.tickets.remove(key);
            }
            Task::Begin => match (ticket.duplicate_of, self.work.unit()) {
                (Some(into), _) => {
                    ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Merged(into));
                    ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Closed));
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
            self.agenda.enter(now + (days * DAY as f64) as Seconds, Event::TicketResumes(key));
        } else if ticket.touches >= 6 || self.work.chance(category.settled) {
            self.solve(key, Actor::Agent(agent));
        } else {
            self.wait_for_customer(key, agent);
        }
    }

    /// The customer has to say something first.
    pub(crate) fn wait_for_customer(&mut self, key: Key, agent: AgentIndex) {
        let now = self.now;
        let key = self.tickets.advance(key);
        let Some(ticket) = self.tickets.get(key) else { return };
        ticket.change(&mut self.sheets, now, Actor::Agent(agent), Change::Status(Status::Pending));
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
        self.wait_for_desk(key);
    }

    /// Solved; what follows is decided: a survey, a reopening, another contact, closing.
    pub(crate) fn solve(&mut self, key: Key, actor: Actor) {
        let now = self.now;
        let key = self.tickets.advance(key);
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
        let wish =
            ticket.customer.map(|customer| Wish { customer, category: ticket.category, product: ticket.product });
        let (flag, channel) = (ticket.flag, ticket.channel);
        self.agenda.enter(now + 4 * DAY, Event::TicketCloses(key));
        let (Some(wish), Flag::None) = (wish, flag) else { return };
        if !is_quick && self.work.chance(0.95) {
            let at = now + HOUR + self.work.between(0, 10 * MINUTE);
            self.agenda.enter(at, Event::SurveyGoesOut(key));
        }
        let again = (1.0 - 0.6 * quality).clamp(0.4, 1.8);
        let reopened = if reopens == 0 { 0.072 * again } else { 0.10 };
        if !is_quick && self.work.chance(reopened) {
            let thanks = self.work.chance(0.15);
            let at = now + (self.work.lognormal(10.0, 1.0) * HOUR as f64) as Seconds;
            let at = self.awake(at.min(now + 3 * DAY + DAY / 2));
            self.agenda.enter(at, Event::TicketReopens(key, thanks));
        } else if self.work.chance(0.09 * again) {
            let at = now + (self.work.lognormal(2.2, 1.0) * DAY as f64) as Seconds;
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
