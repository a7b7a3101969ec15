//! Service that sells and keeps: what customers come for, what is offered to them, what they buy, and who stays.

use crate::agenda::Wish;
use crate::clock::{DAY, HOUR, MINUTE, Seconds};
use crate::contact_log::Contact;
use crate::dice::Dice;
use crate::floor::AgentIndex;
use crate::organisation::{PRODUCTS, Team};
use crate::tables::Table;
use crate::world::World;

/// Share of a subscriber's calls and chats that are about leaving, with a mood of 0; of all, about buying; about
/// complaining.
const CANCELS: f64 = 0.05;
const BUYS: f64 = 0.05;
const COMPLAINS: f64 = 0.035;
/// Share of those who want to leave to whom something is offered, and of these who stay for it; of the others, few do.
const RETENTION_OFFERED: f64 = 0.78;
const SAVED: f64 = 0.50;
const STAYS_ANYWAY: f64 = 0.15;
/// Share of the other contacts in which something could be offered, in which it is, and of these it is bought.
const POSSIBLE: f64 = 0.15;
const MADE: f64 = 0.65;
const ACCEPTED: f64 = 0.16;

/// What a customer comes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Intent {
    #[default]
    Question,
    Cancel,
    Buy,
    Complain,
}

impl Intent {
    /// As the contact centre names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Intent::Question => "Question",
            Intent::Cancel => "Leave",
            Intent::Buy => "Order",
            Intent::Complain => "Complaint",
        }
    }
}

/// Offers and sales so far.
#[derive(Debug)]
pub(crate) struct Sales {
    dice: Dice,
    offers: u64,
    sales: u64,
}

impl Sales {
    pub(crate) fn new(dice: Dice) -> Self {
        Sales { dice, offers: 0, sales: 0 }
    }
}

/// An offer, made or not.
struct Offer {
    kind: &'static str,
    product: &'static str,
    made: bool,
    accepted: bool,
}

impl World<'_> {
    /// What somebody calls or chats for.
    pub(crate) fn intent(&mut self, wish: &Wish) -> Intent {
        let mood = self.customers.mood(wish.customer);
        let may_leave = self.billing.is_active(wish.customer) && !wish.again;
        let cancels = if may_leave { CANCELS * (1.0 - 0.6 * mood) } else { 0.0 };
        match self.sales.dice.unit() {
            x if x < cancels => Intent::Cancel,
            x if x < cancels + BUYS => Intent::Buy,
            x if x < cancels + BUYS + COMPLAINS => Intent::Complain,
            _ => Intent::Question,
        }
    }

    /// Whether the agent opened what the customer has written and said before, where a contact was handled.
    pub(crate) fn history_opened(&mut self, team: Team) -> bool {
        self.sales.dice.chance(if team == Team::Billing { 0.55 } else { 0.74 })
    }

    /// A customer who wanted to leave hung up: most do it in writing.
    pub(crate) fn leaves_unheard(&mut self, contact: &Contact, at: Seconds) {
        if contact.intent == Intent::Cancel && self.sales.dice.chance(0.8) {
            self.billing.cancels(contact.wish.customer, at);
        }
    }

    /// What an agent makes of a contact that ends at `ended`.
    pub(crate) fn sells(&mut self, contact: &Contact, agent: AgentIndex, ended: Seconds) {
        let quality = self.agents[agent as usize].quality;
        let dice = &mut self.sales.dice;
        let product = PRODUCTS[dice.below(PRODUCTS.len())];
        if contact.intent == Intent::Cancel {
            let made = dice.chance(RETENTION_OFFERED);
            let accepted = made && dice.chance((SAVED + 0.15 * quality).clamp(0.1, 0.9));
            let stays = accepted || dice.chance(STAYS_ANYWAY);
            if !stays {
                self.billing.cancels(contact.wish.customer, ended);
            }
            if !self.is_lean {
                let offer = Offer { kind: "Retention", product: "Subscription", made, accepted };
                self.write_offer(contact, agent, ended, &offer);
            }
            return;
        }
        if self.is_lean {
            return;
        }
        let eager = if contact.intent == Intent::Buy { 2.4 } else { 1.0 };
        if !dice.chance(POSSIBLE * eager) {
            return;
        }
        let kind = if dice.chance(0.6) { "Accessory" } else { "Better model" };
        let made = dice.chance((MADE + 0.2 * quality).clamp(0.2, 0.95));
        let accepted = made && dice.chance((ACCEPTED * eager * (1.0 + 0.4 * quality)).clamp(0.02, 0.9));
        let number = self.write_offer(contact, agent, ended, &Offer { kind, product, made, accepted });
        if accepted {
            self.write_sale(contact, agent, ended, number, product);
        }
    }

    fn write_offer(&mut self, contact: &Contact, agent: AgentIndex, ended: Seconds, offer: &Offer) -> u64 {
        self.sales.offers += 1;
        let number = self.sales.offers;
        self.sheets.row(Table::Chances, |row| {
            row.numbered("P", number);
            row.number(contact.number.into());
            row.customer(Some(contact.wish.customer));
            row.agent(Some(agent));
            row.utc(ended);
            row.plain(offer.kind);
            row.plain(offer.product);
            row.plain(if offer.made { "yes" } else { "no" });
            row.plain(if offer.accepted { "yes" } else { "no" });
        });
        number
    }

    /// Most buy at once or within days, some long after; a few take it back.
    fn write_sale(&mut self, contact: &Contact, agent: AgentIndex, ended: Seconds, offer: u64, product: &str) {
        let end = self.agenda.end();
        let dice = &mut self.sales.dice;
        let late = if dice.chance(0.08) { dice.between(8 * DAY, 20 * DAY) } else { 0 };
        let at = ended + MINUTE + (dice.exponential(10.0) * HOUR as f64) as Seconds + late;
        let amount = (dice.lognormal(5_200.0, 0.6) as i64).clamp(900, 90_000);
        let margin = (amount as f64 * (0.26 + 0.14 * dice.unit())) as i64;
        let cancelled = Some(at + dice.between(2 * DAY, 40 * DAY)).filter(|at| dice.chance(0.08) && *at < end);
        if at >= end {
            return;
        }
        self.sales.sales += 1;
        let number = self.sales.sales;
        self.sheets.row(Table::Sales, |row| {
            row.numbered("R", number);
            row.numbered("P", offer);
            row.number(contact.number.into());
            row.customer(Some(contact.wish.customer));
            row.agent(Some(agent));
            row.utc(at);
            row.money(amount);
            row.money(margin);
            row.plain("EUR");
            row.utc_or_nothing(cancelled);
            row.plain(product);
        });
    }
}
