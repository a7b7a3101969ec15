//! Orders of the web shop by customers with an account, and what is paid back for them.

use crate::clock::{DAY, HOUR, MINUTE, Seconds};
use crate::dice::Dice;
use crate::organisation::PRODUCTS;
use crate::tables::Table;
use crate::world::World;

/// Probability that a customer orders in a month, with a mood of 0, and how strongly it follows from it.
const ORDERS: f64 = 0.036;
const MOOD: f64 = 0.3;
const CANCELLED: f64 = 0.03;
const RETURNED: f64 = 0.08;
/// Share of the orders for which something is paid back because service went wrong.
const GOODWILL: f64 = 0.012;

/// The shop's books.
#[derive(Debug)]
pub(crate) struct Shop {
    dice: Dice,
    orders: u64,
    refunds: u64,
}

impl Shop {
    pub(crate) fn new(dice: Dice) -> Self {
        Shop { dice, orders: 0, refunds: 0 }
    }
}

impl World<'_> {
    /// First of the month: what will be ordered in it. A customer's first order is that which made them one.
    pub(crate) fn shop_month(&mut self) {
        let until = self.month_end();
        let span = (until - self.now) as f64;
        let part = span / (30.4 * DAY as f64);
        let (known, then) = (self.customers.known(self.now), self.customers.known(until));
        let mut orders: Vec<(Seconds, u32)> = Vec::new();
        for customer in 0..known {
            let p = ORDERS * part * (1.0 + MOOD * self.customers.mood(customer));
            if self.shop.dice.chance(p) {
                orders.push((self.now + (self.shop.dice.unit() * span) as Seconds, customer));
            }
        }
        orders.extend((known..then).map(|customer| (self.customers.get(customer).since, customer)));
        orders.retain(|(at, _)| (self.now..until).contains(at));
        orders.sort_unstable();
        orders.into_iter().for_each(|(at, customer)| self.write_order(at, customer));
    }

    fn write_order(&mut self, at: Seconds, customer: u32) {
        self.shop.orders += 1;
        let (number, end) = (self.shop.orders, self.agenda.end());
        let dice = &mut self.shop.dice;
        let amount = (dice.lognormal(7_400.0, 0.7) as i64).clamp(500, 250_000);
        let margin = (amount as f64 * (0.22 + 0.16 * dice.unit())) as i64;
        let product = PRODUCTS[dice.below(PRODUCTS.len())];
        let via = ["Web", "App", "Phone"][dice.weighted(&[0.62, 0.33, 0.05])];
        let cancelled = Some(at + dice.between(5 * MINUTE, DAY)).filter(|at| dice.chance(CANCELLED) && *at < end);
        let (returned, goodwill) = (dice.chance(RETURNED), dice.chance(GOODWILL));
        let back = at + dice.between(6 * DAY, 24 * DAY);
        let part = dice.between(8, 30);
        self.sheets.row(Table::Orders, |row| {
            row.numbered("W", 10_000_000 + number);
            row.customer(Some(customer));
            row.utc(at);
            row.money(amount);
            row.money(margin);
            row.plain("EUR");
            row.utc_or_nothing(cancelled);
            row.plain(via);
            row.plain(product);
        });
        if cancelled.is_some() || back >= end || !(returned || goodwill) {
            return;
        }
        self.shop.refunds += 1;
        let refund = self.shop.refunds;
        let (paid, reason) = if returned { (amount, "Returned") } else { (amount * part / 100, "Goodwill") };
        self.sheets.row(Table::Refunds, |row| {
            row.numbered("B", refund);
            row.numbered("W", 10_000_000 + number);
            row.customer(Some(customer));
            row.utc(back / HOUR * HOUR);
            row.money(paid);
            row.plain("EUR");
            row.plain(reason);
        });
    }
}
