//! Self-service: visits to the help centre and conversations with the bot, those that helped, and those that came
//! before a request.

use crate::agenda::Wish;
use crate::clock::{HOUR, MINUTE, Seconds};
use crate::dice::Dice;
use crate::organisation::{CATEGORIES, Channel, LANGUAGES};
use crate::rows::{self, Row};
use crate::tables::Table;
use crate::world::World;

/// Requests before which the customer has looked in the help centre, and in lean runs.
const LOOKED_BEFORE: f64 = 0.13;
const LOOKED_BEFORE_LEAN: f64 = 0.03;
/// Chats that the bot has handed on; other requests before which the bot was asked, in vain.
const HANDED_ON: f64 = 0.72;
const ASKED_BEFORE: f64 = 0.085;
/// Conversations a request that the bot ended alone, and those that customers gave up.
const CONTAINED: f64 = 0.175;
const GIVEN_UP: f64 = 0.045;
/// Share of the visitors of whom it is known who they are.
const KNOWN: f64 = 0.85;

/// Sessions so far.
#[derive(Debug)]
pub(crate) struct Portal {
    dice: Dice,
    sessions: u64,
}

impl Portal {
    pub(crate) fn new(dice: Dice) -> Self {
        Portal { dice, sessions: 0 }
    }
}

/// A visit or conversation.
#[derive(Clone, Copy, Debug)]
struct Session {
    is_bot: bool,
    customer: u32,
    category: u8,
    began: Seconds,
    took: Seconds,
    /// Of the help centre: whether something was read.
    read: bool,
    /// Of the bot: times the customer said something.
    turns: i64,
    result: &'static str,
    helped: Option<bool>,
    handed_to: Option<u32>,
}

/// Share of the engaged visits to the help centre after which nobody has to be asked any more.
fn helps(category: usize) -> f64 {
    match CATEGORIES[category].name {
        "Invoice" | "Discount code" | "Account and app" | "Order change" => 0.87,
        "Defect" | "Setup help" | "Damaged item" => 0.48,
        _ => 0.70,
    }
}

impl World<'_> {
    /// What came before a new request, and what came instead of others.
    pub(crate) fn self_service(&mut self, wish: &Wish, channel: Channel, contact: Option<u32>) {
        let (now, is_lean) = (self.now, self.is_lean);
        let looked = if is_lean { LOOKED_BEFORE_LEAN } else { LOOKED_BEFORE };
        let dice = &mut self.portal.dice;
        if dice.chance(looked) {
            let before = dice.between(4 * MINUTE, 20 * HOUR);
            self.visit(wish.customer, wish.category, now - before, false);
        }
        let helps = helps(usize::from(wish.category));
        let instead = self.portal.dice.round(looked * helps / (1.0 - helps));
        for _ in 0..instead {
            let customer = self.customers.sample(now, &mut self.portal.dice);
            self.visit(customer, wish.category, now, true);
        }
        if is_lean {
            return;
        }
        let dice = &mut self.portal.dice;
        let turns = dice.between(2, 7);
        let session = Session {
            is_bot: true,
            customer: wish.customer,
            category: wish.category,
            began: now - turns * 25,
            took: turns * 25,
            read: false,
            turns,
            result: "to_agent",
            helped: None,
            handed_to: contact,
        };
        if channel == Channel::Chat && contact.is_some() {
            if dice.chance(HANDED_ON) {
                self.write_session(&session);
            }
        } else if dice.chance(ASKED_BEFORE) {
            let before = dice.between(HOUR / 2, 40 * HOUR);
            let result = if dice.chance(0.75) { "answered" } else { "left" };
            self.write_session(&Session { began: now - before, result, handed_to: None, ..session });
        }
        for (share, result) in [(CONTAINED, "answered"), (GIVEN_UP, "left")] {
            let dice = &mut self.portal.dice;
            if dice.chance(share) {
                let customer = self.customers.sample(now, dice);
                let helped = (result == "answered" && dice.chance(0.3)).then(|| dice.chance(0.9));
                // some open the window and say nothing
                let turns = if dice.chance(0.1) { 0 } else { turns };
                let result = if turns == 0 { "left" } else { result };
                self.write_session(&Session { customer, turns, result, helped, handed_to: None, ..session });
            }
        }
    }

    /// A visit to the help centre; whether it spared a request.
    fn visit(&mut self, customer: u32, category: u8, began: Seconds, helped: bool) {
        let dice = &mut self.portal.dice;
        let read = dice.chance(0.72);
        let says = dice.chance(0.14);
        let session = Session {
            is_bot: false,
            customer,
            category,
            began,
            took: dice.between(if read { 40 } else { 4 }, if read { 400 } else { 25 }),
            read,
            turns: 0,
            result: if helped && read { "read" } else { "left" },
            helped: (read && says).then(|| dice.chance(if helped { 0.88 } else { 0.12 })),
            handed_to: None,
        };
        self.write_session(&session);
    }

    fn write_session(&mut self, session: &Session) {
        let started = self.days.first().map_or(0, |day| day.start);
        if session.began < started || session.began + session.took >= self.agenda.end() {
            return;
        }
        self.portal.sessions += 1;
        let number = self.portal.sessions;
        let dice = &mut self.portal.dice;
        let is_known = dice.chance(KNOWN);
        let is_crawler =
            !session.is_bot && session.handed_to.is_none() && session.helped.is_none() && dice.chance(0.02);
        let in_app = dice.chance(0.35);
        let language = LANGUAGES[self.customers.get(session.customer).language];
        let place = match (session.is_bot, in_app) {
            (true, _) => "chat window",
            (false, true) => "app",
            (false, false) => "help centre",
        };
        self.sheets.row(Table::Sessions, |row| {
            row.piece("{\"id\":\"v");
            row.figure(number as i64);
            row.piece("\",\"kind\":\"");
            row.piece(if session.is_bot { "bot" } else { "help" });
            row.piece("\",\"place\":\"");
            row.piece(place);
            row.piece("\",\"visitor\":");
            match is_known || session.handed_to.is_some() {
                true => row.customer_text(session.customer),
                false => row.piece("null"),
            }
            row.piece(",\"topic\":\"");
            row.piece(CATEGORIES[usize::from(session.category)].name);
            row.piece("\",\"began\":");
            row.figure(session.began);
            row.piece(",\"ended\":");
            row.figure(session.began + session.took);
            row.piece(",\"read\":");
            row.piece(if session.read { "true" } else { "false" });
            row.piece(",\"turns\":");
            row.figure(session.turns);
            row.piece(",\"result\":\"");
            row.piece(session.result);
            row.piece("\",\"helped\":");
            row.piece(session.helped.map_or("null", |helped| if helped { "true" } else { "false" }));
            row.piece(",\"handed_to\":");
            number_or_null(row, session.handed_to);
            row.piece(",\"language\":\"");
            row.piece(language);
            row.piece("\",\"crawler\":");
            row.piece(if is_crawler { "true}" } else { "false}" });
        });
    }
}

fn number_or_null(row: &mut Row<'_>, number: Option<u32>) {
    match number {
        Some(number) => row.figure(number.into()),
        None => row.piece("null"),
    }
}

/// A customer's number within a line of JSON.
impl Row<'_> {
    fn customer_text(&mut self, customer: u32) {
        let mut text = Vec::with_capacity(8);
        rows::customer_number(&mut text, customer);
        self.piece("\"");
        self.piece(std::str::from_utf8(&text).unwrap_or_default());
        self.piece("\"");
    }
}
