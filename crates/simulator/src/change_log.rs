//! Tickets as the help desk keeps them, and the rows of its change log.

use crate::agenda::{Key, Wish};
use crate::clock::Seconds;
use crate::dice::{fraction, mix};
use crate::floor::AgentIndex;
use crate::organisation::{
    CARRIERS, CATEGORIES, Channel, LANGUAGES, LATE_DELIVERY, PRIORITIES, PRODUCTS, Status, Team,
};
use crate::promises::Promises;
use crate::rows::{self, Row, Sheets};
use crate::tables::Table;
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
    pub(crate) priority: usize,
    pub(crate) status: Status,
    pub(crate) team: Team,
    pub(crate) queue: Queue,
    pub(crate) assignee: Option<AgentIndex>,
    pub(crate) flag: Flag,
    /// Nobody may have noticed yet.
    pub(crate) is_spam: bool,
    pub(crate) duplicate_of: Option<u32>,
    merged_into: Option<u32>,
    survey: &'static str,
    pub(crate) promises: Promises,
    /// The customer has come about it before.
    pub(crate) is_repeat: bool,
    /// How often its call or chat was passed on.
    pub(crate) transfers: u8,
    pub(crate) task: Task,
    pub(crate) place: Option<Place>,
    /// Time on the line before it.
    pub(crate) waited: Seconds,
    /// First reply of a human.
    pub(crate) replied_at: Option<Seconds>,
    pub(crate) solved_at: Option<Seconds>,
    pub(crate) reopens: u8,
    pub(crate) touches: u8,
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
    /// A member of staff by number, whatever place they have or had.
    Person(u32),
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
    /// To whoever comes after the agent, who has left: numbers of both.
    Inherited(u32, u32),
    /// To a team, and to nobody there yet.
    Moved(Team),
    Merged(u32),
    Flagged(Flag),
    Surveyed,
    /// To somebody above, for this reason.
    Escalated(&'static str),
}

impl Ticket {
    /// Makes a change and writes its row. A lean run leaves out what neither the customer sees nor solves it.
    pub(crate) fn change(&mut self, sheets: &mut Sheets<'_>, at: Seconds, actor: Actor, change: Change) {
        let is_told = !sheets.is_lean() || self.is_telling(actor, change);
        let (name, visibility, from, to) = self.apply(change);
        if !is_told {
            return;
        }
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

    /// Whether a lean run writes the change: creation, replies of people, solves, reopenings, and the end of what is
    /// no request.
    fn is_telling(&self, actor: Actor, change: Change) -> bool {
        match change {
            Change::Created | Change::Merged(_) | Change::Flagged(_) | Change::Escalated(_) => true,
            Change::Reply => !matches!(actor, Actor::Bot),
            Change::Status(Status::Solved) => true,
            Change::Status(Status::Closed) => self.status != Status::Solved,
            Change::Status(Status::Open) => self.status == Status::Solved,
            Change::Note
            | Change::Status(_)
            | Change::Assigned(_)
            | Change::Inherited(..)
            | Change::Moved(_)
            | Change::Surveyed => false,
        }
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
            Change::Inherited(from, to) => ("Assignment", "", Value::Person(from), Value::Person(to)),
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
            Change::Escalated(reason) => ("Escalation", "internal", Value::Nothing, Value::Name(reason)),
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
        Value::Person(person) => row.staff(person),
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
        let Wish { customer, category, product, again } = request.wish;
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
        let team = CATEGORIES[category as usize].team;
        if !request.is_spam && request.flag == Flag::None && request.duplicate_of.is_none() {
            self.may_complain(number, request.created_at, &request.wish);
        }
        let counted = &mut self.ledger.counted[request.channel as usize][team as usize];
        *counted = counted.saturating_add(1);

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
            team,
            queue: match request.channel {
                Channel::Phone => Queue::Phone,
                Channel::Chat => Queue::Chat,
                _ => Queue::Desk,
            },
            // An agent finds out that it is spam; a test says so itself.
            flag: request.flag,
            task: Task::Begin,
            is_spam: request.is_spam,
            is_repeat: again,
            duplicate_of: request.duplicate_of,
            cells,
            ..Ticket::default()
        })
    }
}
