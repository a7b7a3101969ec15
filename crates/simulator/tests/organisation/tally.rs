//! Reads a run of any size while it is made, and keeps of each row what rates need.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use simulator::{Config, Summary, Table, simulate};

use crate::books::Books;
use crate::data::{Row, local, utc};

/// What became of a ticket.
#[derive(Clone, Debug, Default)]
pub struct Life {
    pub created: i64,
    pub channel: Channel,
    pub customer: Option<u32>,
    pub issue: u64,
    pub by_customer: bool,
    pub is_left_out: bool,
    pub is_test: bool,
    pub team: u64,
    pub replies: u16,
    pub bot_replies: u16,
    pub first_reply: Option<i64>,
    /// The customer's first message that nobody has answered.
    pub asked: Option<i64>,
    pub first_solved: Option<i64>,
    pub last_solved: Option<i64>,
    pub reopens: u8,
    /// The first reopening, and the solve after it.
    pub reopened: Option<(i64, Option<i64>)>,
    pub has_contact: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Channel {
    #[default]
    Email,
    Form,
    Social,
    Chat,
    Phone,
}

/// A call or chat.
#[derive(Clone, Debug)]
pub struct Contact {
    pub number: u32,
    pub is_phone: bool,
    pub is_inbound: bool,
    pub disposition: String,
    pub queued: i64,
    pub wait: i64,
    pub ticket: Option<u32>,
    pub customer: Option<u32>,
    pub issue: u64,
    pub spent: i64,
    pub intent: String,
    pub is_opened: Option<bool>,
}

/// A promise: what its first export says of it, and how it ended by the last one.
#[derive(Clone, Debug)]
pub struct Promise {
    pub ticket: u32,
    pub kind: String,
    pub version: String,
    pub started: i64,
    pub target: i64,
    pub paused: i64,
    pub state: String,
    pub ended: Option<i64>,
    pub statements: Vec<(String, i64)>,
}

/// Everything of a run that rates need.
#[derive(Default)]
pub struct Tally {
    pub summary: Summary,
    pub end: i64,
    pub events: u64,
    pub lives: HashMap<u32, Life>,
    /// Turns after the first: asked, replied, ticket's channel.
    pub turns: Vec<(i64, i64, Channel)>,
    pub contacts: Vec<Contact>,
    /// Contacts that somebody handled, with whether they were passed on.
    pub passed: HashMap<u32, bool>,
    pub promises: HashMap<String, Promise>,
    /// Answers: survey, score, ticket, whether within 14 days.
    pub answers: Vec<(String, i64, Option<u32>, bool)>,
    /// What the other systems say.
    pub books: Books,
}

impl Tally {
    pub fn of(config: &Config) -> Self {
        let mut tally = Tally::default();
        let summary = simulate(
            config,
            &mut |path, lines| {
                tally.take(path, lines);
                Ok(())
            },
            &mut |_, _| (),
        )
        .unwrap();
        tally.summary = summary;
        tally.books.settle();
        let zone = jiff::tz::TimeZone::get(&config.zone).unwrap();
        tally.end = config.until.to_zoned(zone).unwrap().timestamp().as_second();
        tally
    }

    fn take(&mut self, path: &str, lines: &[u8]) {
        match path.split('/').nth(1).unwrap() {
            "helpdesk" if path.contains("changes") => each(Table::Changes, lines, |row| self.change(row)),
            "contact-centre" => each(Table::Contacts, lines, |row| self.contact(row)),
            "sla" => each(Table::Promises, lines, |row| self.promise(row)),
            "contact-legs" => each_json(lines, |line| self.leg(&line)),
            "surveys" => each_json(lines, |line| self.answer(&line)),
            _ => self.books.take(path, lines),
        }
    }

    fn change(&mut self, row: &Row) {
        self.events += 1;
        let at = utc(&row["changed_at"]);
        let life = self.lives.entry(ticket(&row["ticket_id"]).unwrap()).or_default();
        life.issue = hash(&row["category"]);
        life.team = hash(&row["team"]);
        life.is_left_out |= &row["flags"] == "spam" || !row["merged_into"].is_empty();
        life.is_test |= &row["flags"] == "test";
        match &row["change"] {
            "Created" => {
                life.created = utc(&row["created_at"]);
                life.channel = match &row["channel"] {
                    "Email" => Channel::Email,
                    "Web form" => Channel::Form,
                    "Social media" => Channel::Social,
                    "Chat" => Channel::Chat,
                    "Phone" => Channel::Phone,
                    other => panic!("channel {other}"),
                };
                life.by_customer = &row["created_by"] == "customer";
                life.customer = row["requester"].parse().ok();
                life.asked = life.by_customer.then_some(life.created);
            }
            "Public reply" => match &row["actor_type"] {
                "agent" => {
                    life.replies += 1;
                    if let Some(asked) = life.asked.take().filter(|_| life.first_reply.is_some()) {
                        self.turns.push((asked, at, life.channel));
                    }
                    life.first_reply.get_or_insert(at);
                }
                "bot" => life.bot_replies += 1,
                _ => life.asked = life.asked.or(Some(at)),
            },
            "Status" if &row["new_value"] == "Resolved" => {
                life.asked = None;
                life.first_solved.get_or_insert(at);
                life.last_solved = Some(at);
                if let Some((_, until @ None)) = &mut life.reopened {
                    *until = Some(at);
                }
            }
            "Status" if life.last_solved.is_some() && &row["new_value"] == "In progress" => {
                life.last_solved = None;
                life.reopens += 1;
                life.reopened.get_or_insert((at, None));
            }
            _ => {}
        }
    }

    fn contact(&mut self, row: &Row) {
        let number = |name: &str| row[name].parse::<i64>().unwrap_or_default();
        let contact = Contact {
            number: number("Contact") as u32,
            is_phone: &row["Medium"] == "Voice",
            is_inbound: &row["Direction"] == "Inbound",
            disposition: row["Disposition"].to_owned(),
            queued: local(&row["Entered queue"]).unwrap(),
            wait: number("Wait (s)"),
            ticket: ticket(&row["Ticket"]),
            customer: row["Customer"].parse().ok(),
            issue: hash(&row["Topic"]),
            spent: number("Talk (s)") + number("Hold (s)") + number("Wrap-up (s)"),
            intent: row["Intent"].to_owned(),
            is_opened: ["yes", "no"].contains(&&row["History opened"]).then(|| &row["History opened"] == "yes"),
        };
        if let Some(life) = contact.ticket.and_then(|number| self.lives.get_mut(&number)) {
            life.has_contact = true;
        }
        self.contacts.push(contact);
    }

    fn promise(&mut self, row: &Row) {
        let statement = (row["Version"].to_owned(), length(&row["Target"]));
        let promise = self.promises.entry(row["SLA"].to_owned()).or_insert_with(|| Promise {
            ticket: ticket(&row["Ticket"]).unwrap(),
            kind: row["Promise"].to_owned(),
            version: statement.0.clone(),
            started: utc(&row["Started"]),
            target: statement.1,
            paused: 0,
            state: String::new(),
            ended: None,
            statements: Vec::new(),
        });
        assert!(["", "active"].contains(&promise.state.as_str()), "{} goes on after its end", &row["SLA"]);
        assert_eq!(promise.started, utc(&row["Started"]));
        promise.statements.push(statement);
        promise.paused = length(&row["Paused"]);
        promise.state = row["State"].to_owned();
        promise.ended = (!row["Ended"].is_empty()).then(|| utc(&row["Ended"]));
    }

    fn leg(&mut self, line: &serde_json::Value) {
        let is_transfer = line["came_by"].as_str().is_some_and(|how| how.ends_with("transfer"));
        *self.passed.entry(line["contact"].as_u64().unwrap() as u32).or_default() |= is_transfer;
    }

    fn answer(&mut self, line: &serde_json::Value) {
        let number = |name: &str| line[name].as_i64().unwrap();
        let in_time = number("answered") - number("sent") <= 14 * 86_400;
        let of = line["ticket"].as_str().and_then(ticket);
        self.answers.push((line["survey"].as_str().unwrap().to_owned(), number("score"), of, in_time));
    }
}

/// Calls `take` with every row.
pub fn each(table: Table, lines: &[u8], mut take: impl FnMut(&Row)) {
    let mut reader = csv::ReaderBuilder::new().delimiter(table.delimiter()).has_headers(false).from_reader(lines);
    for cells in reader.records() {
        let row = Row::new(table, cells.unwrap());
        if &row[table.columns()[0]] != table.columns()[0] {
            take(&row);
        }
    }
}

pub fn each_json(lines: &[u8], mut take: impl FnMut(serde_json::Value)) {
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        take(serde_json::from_slice(line).unwrap());
    }
}

/// Number of a ticket, nothing where there is none.
fn ticket(id: &str) -> Option<u32> {
    id.strip_prefix("VW-")?.parse().ok()
}

/// Seconds of a length written as H:MM:SS.
pub fn length(text: &str) -> i64 {
    text.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap())
}

pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
