//! Subscriptions: members and businesses pay by the month, change what they pay for, leave, and come back.

use std::collections::BTreeSet;

use crate::clock::{DAY, HOUR, Seconds};
use crate::dice::{Dice, fraction, mix};
use crate::tables::Table;
use crate::world::World;

/// Probability that a member, or a business, leaves in a month, with a mood of 0; and how strongly it follows from it.
const LEAVES: f64 = 0.0175;
const BUSINESS_LEAVES: f64 = 0.0095;
const MOOD: f64 = 2.0;
/// Probability that somebody changes what they pay for in a month, and that it becomes more.
const CHANGES: f64 = 0.008;
const BUSINESS_CHANGES: f64 = 0.08;
const GROWS: f64 = 0.82;
/// Probability that who has left comes back in a month.
const COMES_BACK: f64 = 0.006;
/// Share of the ends that nobody wanted: a payment failed.
const FAILED_PAYMENTS: f64 = 0.14;

/// Prices a month, in hundredths: of the two plans for members, and of a business with one seat, and each seat.
const PLUS: i64 = 595;
const FAMILY: i64 = 895;
const BUSINESS: i64 = 1_200;
const SEAT: i64 = 850;
const MOST_SEATS: u8 = 120;
/// In place of the seats: has left.
const GONE: u8 = 255;

/// Who pays for what.
#[derive(Debug)]
pub(crate) struct Billing {
    pub(crate) dice: Dice,
    /// Of each customer: seats, 0 where there never was a subscription.
    seats: Vec<u8>,
    /// Who has said that they leave, and when it takes effect.
    leaving: Vec<(Seconds, u32)>,
    movements: u64,
}

/// A change of a subscription.
struct Movement {
    at: Seconds,
    customer: u32,
    kind: &'static str,
    seats: u8,
    reason: &'static str,
    by_customer: &'static str,
}

impl Billing {
    pub(crate) fn new(customers: u64, dice: Dice) -> Self {
        Billing { dice, seats: vec![0; customers as usize], leaving: Vec::new(), movements: 0 }
    }

    /// Whether a customer pays for something now.
    pub(crate) fn is_active(&self, customer: u32) -> bool {
        self.seats.get(customer as usize).is_some_and(|seats| (1..GONE).contains(seats))
    }

    /// A customer has said at `at` that they leave; it takes effect some weeks later.
    pub(crate) fn cancels(&mut self, customer: u32, at: Seconds) {
        let notice = 10 * DAY + self.dice.between(0, 25 * DAY);
        self.leaving.push((at + notice, customer));
    }
}

impl World<'_> {
    /// First of the month: what will move in it.
    pub(crate) fn billing_month(&mut self) {
        let until = self.month_end();
        let mut movements = Vec::new();
        if self.today == 0 {
            // the first export states what runs when it begins
            for customer in 0..self.customers.known(self.now) {
                movements.extend(self.starts(customer));
            }
        }
        let mut gone = BTreeSet::new();
        for index in (0..self.billing.leaving.len()).rev() {
            let (at, customer) = self.billing.leaving[index];
            if at < until {
                self.billing.leaving.swap_remove(index);
                if self.billing.is_active(customer) {
                    gone.insert(customer);
                    let at = at.max(self.now);
                    movements.push(self.ends(customer, at, "Service", "yes"));
                }
            }
        }
        for customer in 0..self.customers.known(self.now) {
            // whoever leaves in this month does nothing else in it
            if gone.is_empty() || !gone.contains(&customer) {
                movements.extend(self.moves(customer, until));
            }
        }
        for customer in self.customers.known(self.now)..self.customers.known(until) {
            movements.extend(self.starts(customer).filter(|movement| movement.at < self.agenda.end()));
        }
        movements.sort_by_key(|movement| (movement.at, movement.customer));
        movements.iter().for_each(|movement| self.write_movement(movement));
    }

    /// The first instant of the next month, or the end of the data.
    pub(crate) fn month_end(&self) -> Seconds {
        let next = self.days.iter().skip(self.today + 1).find(|day| day.date.day() == 1);
        next.map_or(self.agenda.end(), |day| day.start)
    }

    /// The start of a customer's subscription, where they have one.
    fn starts(&mut self, customer: u32) -> Option<Movement> {
        let person = self.customers.get(customer);
        if person.plan == "Basic" || person.is_employee {
            return None;
        }
        let mixed = mix(self.seed, u64::from(customer) ^ 0x5EA7_5000_0000);
        let seats = match person.plan {
            "Plus" => 1 + u8::from(fraction(mixed, 0) < 0.25),
            _ => 2 + (fraction(mixed, 0) * fraction(mixed, 1) * 22.0) as u8,
        };
        *self.billing.seats.get_mut(customer as usize)? = seats;
        Some(Movement { at: person.since, customer, kind: "New", seats, reason: "", by_customer: "" })
    }

    fn ends(&mut self, customer: u32, at: Seconds, reason: &'static str, by_customer: &'static str) -> Movement {
        if let Some(seats) = self.billing.seats.get_mut(customer as usize) {
            *seats = GONE;
        }
        Movement { at, customer, kind: "Cancelled", seats: 0, reason, by_customer }
    }

    /// What a customer does in the month up to `until`, if anything.
    fn moves(&mut self, customer: u32, until: Seconds) -> Option<Movement> {
        let seats = *self.billing.seats.get(customer as usize)?;
        if seats == 0 {
            return None;
        }
        let x = self.billing.dice.unit();
        // most do nothing: their plan and mood are not asked for
        if x > 0.21 {
            return None;
        }
        let part = (until - self.now) as f64 / (30.4 * DAY as f64);
        let day = self.now + (self.billing.dice.unit() * (until - self.now - DAY).max(1) as f64) as Seconds;
        let at = day / HOUR * HOUR + 10 * HOUR;
        let at = at.min(until - 1);
        if seats == GONE {
            let person = self.customers.get(customer);
            let seats = if person.plan == "Plus" { 1 } else { 3 };
            return (x < COMES_BACK * part).then(|| {
                self.billing.seats[customer as usize] = seats;
                Movement { at, customer, kind: "Reactivated", seats, reason: "", by_customer: "" }
            });
        }
        let is_business = self.customers.get(customer).plan == "Business";
        let (leaves, changes) = if is_business { (BUSINESS_LEAVES, BUSINESS_CHANGES) } else { (LEAVES, CHANGES) };
        let leaves = leaves * libm::exp(-MOOD * self.customers.mood(customer)) * part;
        if x < leaves {
            if self.billing.dice.chance(FAILED_PAYMENTS) {
                return Some(self.ends(customer, at, "Payment failed", "no"));
            }
            let weights = if self.customers.mood(customer) < -0.25 { [0.2, 0.6, 0.2] } else { [0.45, 0.15, 0.4] };
            let reason = ["Price", "Service", "No longer needed"][self.billing.dice.weighted(&weights)];
            return Some(self.ends(customer, at, reason, "yes"));
        }
        if x > leaves + changes * part {
            return None;
        }
        let more = self.billing.dice.chance(GROWS);
        let seats = match (is_business, more) {
            (false, _) => 3 - seats.clamp(1, 2),
            (true, true) => seats.saturating_add((seats / 3).max(1)).min(MOST_SEATS),
            (true, false) => (seats - (seats / 4).max(1).min(seats - 1)).max(1),
        };
        self.billing.seats[customer as usize] = seats;
        Some(Movement { at, customer, kind: "Changed", seats, reason: "", by_customer: "" })
    }

    fn write_movement(&mut self, movement: &Movement) {
        self.billing.movements += 1;
        let number = self.billing.movements;
        let (plan, amount) = match (self.customers.get(movement.customer).plan, movement.seats) {
            (_, 0) => ("", 0),
            ("Plus", 1) => ("Plus", PLUS),
            ("Plus", _) => ("Plus Family", FAMILY),
            (_, seats) => ("Business", BUSINESS + SEAT * i64::from(seats)),
        };
        self.sheets.row(Table::Subscriptions, |row| {
            row.numbered("M", number);
            row.customer(Some(movement.customer));
            row.numbered("S", u64::from(movement.customer) + 1);
            row.utc(movement.at);
            row.plain(movement.kind);
            row.plain(plan);
            row.money(amount);
            row.plain("EUR");
            row.plain(movement.reason);
            row.plain(movement.by_customer);
        });
    }
}
