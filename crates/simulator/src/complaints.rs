//! Formal complaints: a few of those who ask for help make one, and more about a product that went wrong.

use crate::agenda::Wish;
use crate::clock::{DAY, HOUR, Seconds};
use crate::dice::Dice;
use crate::organisation::{CATEGORIES, LATE_DELIVERY, PRODUCTS};
use crate::tables::Table;
use crate::world::World;

/// Probability of a complaint with a request; more about a delivery that failed, and in the wave about the product.
const USUAL: f64 = 0.0045;
const LATE: f64 = 0.015;
const WAVE: f64 = 0.12;
/// Days that the law gives for the final answer.
const TERM: i64 = 28;
const CAUSES: [&str; 5] = ["Handling", "Product quality", "Delivery", "Price and billing", "Information"];

/// Complaints so far.
#[derive(Debug)]
pub(crate) struct Complaints {
    dice: Dice,
    received: u64,
}

impl Complaints {
    pub(crate) fn new(dice: Dice) -> Self {
        Complaints { dice, received: 0 }
    }
}

impl World<'_> {
    /// The customer of a new ticket may complain within the next days.
    pub(crate) fn may_complain(&mut self, ticket: u32, created_at: Seconds, wish: &Wish) {
        let in_wave = self.story.complaint_wave(PRODUCTS[usize::from(wish.product)], created_at);
        let late = usize::from(wish.category) == LATE_DELIVERY && self.story.deliveries_fail(created_at);
        let probability = USUAL + if in_wave { WAVE } else { 0.0 } + if late { LATE } else { 0.0 };
        let dice = &mut self.complaints.dice;
        if !dice.chance(probability) {
            return;
        }
        let received = created_at + HOUR + (dice.exponential(1.5) * DAY as f64) as Seconds;
        let cause = match (in_wave, late) {
            (true, _) => "Firmware update",
            (_, true) => "Delivery",
            _ => CAUSES[dice.weighted(&[0.30, 0.25, 0.18, 0.15, 0.12])],
        };
        // the wave is too much for those who answer
        let answered =
            received + DAY + (dice.lognormal(if in_wave { 22.0 } else { 12.0 }, 0.5) * DAY as f64) as Seconds;
        let decision = ["Upheld", "Upheld in part", "Rejected", "Withdrawn"]
            [dice.weighted(if in_wave { &[0.7, 0.2, 0.05, 0.05] } else { &[0.36, 0.22, 0.34, 0.08] })];
        let gravity = ["Low", "Medium", "High"][dice.weighted(&[0.45, 0.42, 0.13])];
        let goes_on = dice.chance(0.03);
        let end = self.agenda.end();
        if received >= end {
            return;
        }
        let answered = Some(answered).filter(|at| *at < end);
        self.complaints.received += 1;
        let number = self.complaints.received;
        let team = CATEGORIES[usize::from(wish.category)].team;
        self.sheets.row(Table::Complaints, |row| {
            row.numbered("C", number);
            row.ticket(Some(ticket));
            row.customer(Some(wish.customer));
            row.local(Some(received));
            row.local(answered);
            row.number(TERM);
            row.plain(PRODUCTS[usize::from(wish.product)]);
            row.plain(cause);
            row.plain(gravity);
            row.plain(if answered.is_some() { decision } else { "" });
            row.plain(if goes_on && answered.is_some() { "yes" } else { "no" });
            row.plain(team.name());
        });
    }
}
