//! What the systems beside the help desk and the contact centre say of a run, kept while it is made.

use std::collections::{BTreeMap, HashMap};

use simulator::Table;

use crate::data::{Row, utc};
use crate::tally::{each, each_json, hash, length};

/// A visit or conversation.
pub struct Session {
    pub is_bot: bool,
    pub visitor: Option<u32>,
    pub issue: u64,
    pub ended: i64,
    pub turns: i64,
    pub is_read: bool,
    pub is_crawler: bool,
    pub result: String,
    pub helped: Option<bool>,
}

/// Everything of the other systems that rates need.
#[derive(Default)]
pub struct Books {
    /// Movements of each customer's subscription, in order: when, the amount from then on in cents.
    pub subscriptions: HashMap<u32, Vec<(i64, i64)>>,
    /// Seconds by state.
    pub states: BTreeMap<String, i64>,
    pub rostered: i64,
    pub paid: i64,
    pub missed: BTreeMap<String, i64>,
    /// People now, and those who left.
    pub employed: usize,
    pub left: usize,
    /// Of each review: how it was drawn, weighted points and weights in halves, whether something knocked it out.
    pub reviews: HashMap<String, (String, f64, f64, bool)>,
    /// Checks of random samples: broken and all.
    pub checks: (usize, usize),
    pub complaints: usize,
    pub sessions: Vec<Session>,
    /// Solves, surveys sent, and surveys that arrived.
    pub eligible: usize,
    pub offered: usize,
    pub delivered: usize,
    /// Orders of each customer that stood, in order.
    pub orders: HashMap<u32, Vec<i64>>,
    cancelled: HashMap<String, u32>,
    placed: HashMap<String, (u32, i64)>,
    /// Retention offers left out: made and accepted.
    pub offers: (usize, usize),
    pub sold: i64,
    /// Costs in cents of the organisation's currency by month.
    pub costs: f64,
    /// Satisfied, promoters less detractors, and respondents of the employee survey.
    pub staff: (usize, i64, usize),
    pub rows: BTreeMap<String, usize>,
}

impl Books {
    pub fn take(&mut self, path: &str, lines: &[u8]) {
        let folder = path.split('/').nth(1).unwrap();
        *self.rows.entry(folder.to_owned()).or_default() += lines.iter().filter(|byte| **byte == b'\n').count();
        match folder {
            "billing" => each(Table::Subscriptions, lines, |row| self.movement(row)),
            "agent-states" => each(Table::States, lines, |row| {
                *self.states.entry(row["state"].to_owned()).or_default() += utc(&row["ended"]) - utc(&row["began"]);
            }),
            "work-days" => each(Table::WorkDays, lines, |row| {
                self.rostered += length(&row["Rostered"]);
                self.paid += length(&row["Paid"]);
            }),
            "absences" => each(Table::Absences, lines, |row| {
                *self.missed.entry(row["Type"].to_owned()).or_default() += length(&row["Hours"]);
            }),
            "hr" => each(Table::Employments, lines, |row| match &row["Reason"] {
                "" => self.employed += 1,
                "Moved" => {}
                _ => self.left += 1,
            }),
            "qa-reviews" => each(Table::Reviews, lines, |row| {
                self.reviews.entry(row["review"].to_owned()).or_default().0 = row["sample"].to_owned();
            }),
            "qa-items" => each(Table::Items, lines, |row| self.item(row)),
            "compliance" => each(Table::Checks, lines, |row| {
                if &row["sample"] == "Random" {
                    self.checks.0 += usize::from(&row["result"] == "broken");
                    self.checks.1 += 1;
                }
            }),
            "complaints" => each(Table::Complaints, lines, |_| self.complaints += 1),
            "portal" => each_json(lines, |line| self.session(&line)),
            "survey-offers" => each(Table::Offered, lines, |row| {
                self.eligible += 1;
                self.offered += usize::from(!row["Sent"].is_empty());
                self.delivered += usize::from(&row["Bounced"] == "no");
            }),
            "shop-orders" => each(Table::Orders, lines, |row| {
                if row["cancelled"].is_empty() {
                    let order = (row["customer"].parse().unwrap(), utc(&row["placed"]));
                    self.placed.insert(row["order"].to_owned(), order);
                }
            }),
            "shop-refunds" => each(Table::Refunds, lines, |row| {
                if &row["reason"] == "Returned" {
                    self.cancelled.insert(row["order"].to_owned(), 0);
                }
            }),
            "sales-offers" => each(Table::Chances, lines, |row| {
                if &row["type"] != "Retention" {
                    self.offers.0 += usize::from(&row["made"] == "yes");
                    self.offers.1 += usize::from(&row["accepted"] == "yes");
                }
            }),
            "sales" => each(Table::Sales, lines, |row| self.sold += cents(&row["amount"])),
            "ledger" => each(Table::Costs, lines, |row| self.cost(row)),
            "staff-survey" => each(Table::StaffSurvey, lines, |row| {
                let recommends: i64 = row["Recommend"].parse().unwrap();
                self.staff.0 += usize::from(row["Job satisfaction"].parse::<i64>().unwrap() >= 4);
                self.staff.1 += i64::from(recommends >= 9) - i64::from(recommends <= 6);
                self.staff.2 += 1;
            }),
            _ => {}
        }
    }

    /// After the last row: orders by customer.
    pub fn settle(&mut self) {
        for (order, (customer, at)) in self.placed.drain() {
            if !self.cancelled.contains_key(&order) {
                self.orders.entry(customer).or_default().push(at);
            }
        }
        self.orders.values_mut().for_each(|orders| orders.sort_unstable());
    }

    fn movement(&mut self, row: &Row) {
        let movement = (utc(&row["effective"]), cents(&row["monthly_amount"]));
        let all = self.subscriptions.entry(row["customer"].parse().unwrap()).or_default();
        assert!(all.last().is_none_or(|last| last.0 <= movement.0), "{} is in order", &row["movement"]);
        let kind = &row["type"];
        assert_eq!(kind == "New", all.is_empty(), "{}", &row["movement"]);
        let is_active = all.last().is_some_and(|last| last.1 > 0);
        assert_eq!(["Changed", "Cancelled"].contains(&kind), is_active, "{}", &row["movement"]);
        assert_eq!(kind == "Cancelled", movement.1 == 0);
        all.push(movement);
    }

    fn item(&mut self, row: &Row) {
        let review = self.reviews.entry(row["review"].to_owned()).or_default();
        if let Ok(points) = row["points"].parse::<f64>() {
            let weight: f64 = row["weight"].parse().unwrap();
            review.1 += weight * points;
            review.2 += weight;
            review.3 |= points < 0.25 && &row["knock_out"] == "yes";
        }
    }

    fn session(&mut self, line: &serde_json::Value) {
        self.sessions.push(Session {
            is_bot: line["kind"] == "bot",
            visitor: line["visitor"].as_str().and_then(|visitor| visitor.parse().ok()),
            issue: hash(line["topic"].as_str().unwrap()),
            ended: line["ended"].as_i64().unwrap(),
            turns: line["turns"].as_i64().unwrap(),
            is_read: line["read"].as_bool().unwrap(),
            is_crawler: line["crawler"].as_bool().unwrap(),
            result: line["result"].as_str().unwrap().to_owned(),
            helped: line["helped"].as_bool(),
        });
    }

    fn cost(&mut self, row: &Row) {
        // about what a unit costs: the rates move by a few percent
        let rate = match &row["Currency"] {
            "USD" => 0.905,
            "GBP" => 1.164,
            _ => 1.0,
        };
        if &row["Project"] == "no" {
            self.costs += rate * cents(&row["Amount"]) as f64;
        }
    }
}

/// Hundredths of an amount with two decimals.
pub fn cents(text: &str) -> i64 {
    let digits: i64 = text.replace(['.', '-'], "").parse().unwrap();
    if text.starts_with('-') { -digits } else { digits }
}
