//! A second opinion on costs and orders: written down as one would on paper, a cost day by day and hour by hour, an order
//! against every other one; and what must hold of any ledger.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use jiff::civil::date;
use proptest::prelude::*;

use super::harness::{Line, cell, fold, lines, organisation};
use crate::{FactTable, Instant};

/// Ten-thousandths of what `amount` columns add up to, by entry.
fn sums(folded: &crate::lifecycle::Folded, column: &str) -> BTreeMap<String, i128> {
    let facts = &folded.facts[&FactTable::Cost];
    let amounts = facts.column_by_name(column).unwrap().as_primitive::<Decimal128Type>();
    let mut sums = BTreeMap::new();
    for row in 0..facts.num_rows() {
        assert!(amounts.is_valid(row), "every part has an amount");
        *sums.entry(cell(facts, "cost_id", row)).or_default() += amounts.value(row);
    }
    sums
}

prop_compose! {
    /// A cost: hours from Monday at which it begins and how long it goes on, ten-thousandths.
    fn cost()(start in -900..900i64, hours in 0..1500i64, amount in -50_000_000..50_000_000i64) -> (i64, i64, i64) {
        (start, hours, amount)
    }
}

fn ledger(costs: &[(i64, i64, i64)], shares: &[(u32, i64)], currency: &str) -> Vec<Line> {
    let mut text = String::new();
    for (number, (start, hours, amount)) in costs.iter().enumerate() {
        let (end, amount) = (start + hours, *amount as f64 / 10_000.0);
        text += &format!(
            "cost {number} pool=p period_start={start}h period_end={end}h amount={amount} currency={currency}\n"
        );
    }
    for (number, (share, from)) in shares.iter().enumerate() {
        text += &format!("allocation {number} pool=p channel=c{number} share={share} valid_from={from}h\n");
    }
    lines(&text)
}

proptest! {
    /// Whatever the days, shares and signs: the parts of an entry add up to it exactly.
    #[test]
    fn the_parts_of_an_entry_add_up_to_it(
        costs in prop::collection::vec(cost(), 1..6), shares in prop::collection::vec((0..50u32, -900..900i64), 0..5),
    ) {
        let folded = fold(&[ledger(&costs, &shares, "EUR")]);
        let sums = (sums(&folded, "amount"), sums(&folded, "constant_amount"));
        for (number, (_, _, amount)) in costs.iter().enumerate() {
            prop_assert_eq!(sums.0[&number.to_string()], i128::from(*amount));
            prop_assert_eq!(sums.1[&number.to_string()], i128::from(*amount));
        }
    }

    /// At one exchange rate they add up to the converted entry, rounded once.
    #[test]
    fn at_one_rate_they_add_up_to_the_converted_entry(costs in prop::collection::vec(cost(), 1..4), rate in 1..30_000i64) {
        let mut all = ledger(&costs, &[(1, -900), (2, 100)], "USD");
        for day in (-900..2500).step_by(24) {
            let price = rate as f64 / 10_000.0;
            all.extend(lines(&format!("exchange_rate r{day} currency=USD at={day}h rate={price}")));
        }
        let sums = sums(&fold(&[all]), "amount");
        for (number, (_, _, amount)) in costs.iter().enumerate() {
            let product = i128::from(*amount) * i128::from(rate);
            let rounded = (product.abs() * 2 + 10_000) / 20_000 * product.signum();
            prop_assert_eq!(sums[&number.to_string()], rounded);
        }
    }

    /// A day bears what its minutes are of it, give or take the last unit.
    #[test]
    fn a_day_bears_its_minutes(start in 500..800i64, hours in 0..120i64, amount in -50_000_000..50_000_000i64) {
        let cost = (start, hours, amount);
        let folded = fold(&[ledger(&[cost], &[], "EUR")]);
        let organisation = organisation();
        let facts = &folded.facts[&FactTable::Cost];
        let mut weights: BTreeMap<Instant, f64> = BTreeMap::new();
        let monday = date(2026, 3, 2).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        for minute in start * 60..(start + hours) * 60 {
            let at = Instant::from_micros(monday.as_microsecond() + minute * 60_000_000);
            let day = organisation.date_of(at);
            let (from, to) = (organisation.start_of(day), organisation.start_of(day.tomorrow().unwrap()));
            *weights.entry(from).or_default() += 60_000_000.0 / (to.micros() - from.micros()) as f64;
        }
        let whole: f64 = weights.values().sum();
        prop_assert_eq!(facts.num_rows(), weights.len().max(1));
        let amounts = facts.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
        for (row, (day, weight)) in weights.iter().enumerate() {
            prop_assert_eq!(cell(facts, "day", row), day.micros().to_string());
            let wanted = amount as f64 * weight / whole;
            // weights are kept to a hundred-millionth of a day
            let slack = 1.0 + amount.abs() as f64 * 2e-6;
            prop_assert!((amounts.value(row) as f64 - wanted).abs() <= slack, "{} for {wanted}", amounts.value(row));
        }
    }

    /// Each order against every other one of its customer.
    #[test]
    fn orders_against_every_other(
        orders in prop::collection::vec((0..4u32, 0..300i64, 1..5i64, prop::option::of(0..300i64)), 1..12),
        refunds in prop::collection::vec((0..12usize, 0..400i64, 1..5i64), 0..8),
    ) {
        let mut text = String::new();
        for (id, (customer, at, amount, cancelled)) in orders.iter().enumerate() {
            let cancelled = cancelled.map_or_else(String::new, |after| format!("cancelled_at={}h", at + after));
            text += &format!("order {id:02} customer_id=c{customer} ordered_at={at}h amount={amount} currency=EUR {cancelled}\n");
        }
        for (id, (order, at, amount)) in refunds.iter().enumerate() {
            text += &format!("refund {id} order_id={order:02} customer_id=c refunded_at={at}h amount={amount} currency=EUR\n");
        }
        let folded = fold(&[lines(&text)]);
        let facts = &folded.facts[&FactTable::Order];
        let back = |id: usize| refunds.iter().filter(|refund| refund.0 == id).map(|refund| refund.2).sum::<i64>();
        let stands = |id: usize| orders[id].3.is_none() && (back(id) == 0 || back(id) < orders[id].2);
        let hours = |hours: i64| (hours * 3_600_000).to_string();
        for row in 0..facts.num_rows() {
            let id: usize = cell(facts, "order_id", row).parse().unwrap();
            let (customer, at, ..) = orders[id];
            let mut others: Vec<(i64, usize)> =
                (0..orders.len()).filter(|other| orders[*other].0 == customer && stands(*other)).map(|other| (orders[other].1, other)).collect();
            others.sort_unstable();
            prop_assert_eq!(cell(facts, "refunded", row), back(id).to_string());
            prop_assert_eq!(cell(facts, "cancelled_at", row) == "-", stands(id));
            let before: Vec<_> = others.iter().filter(|other| **other < (at, id)).collect();
            let after: Vec<_> = others.iter().filter(|other| **other > (at, id)).collect();
            let wanted = match stands(id) {
                true => [
                    (before.len() + 1).to_string(),
                    before.last().map_or("-".to_owned(), |other| hours(at - other.0)),
                    after.first().map_or("-".to_owned(), |other| hours(other.0 - at)),
                ],
                false => ["-"; 3].map(str::to_owned),
            };
            prop_assert_eq!(["number", "previous_gap", "next_gap"].map(|name| cell(facts, name, row)), wanted);
        }
    }
}
