//! Orders and their refunds.
//!
//! An order stands while it is neither cancelled nor refunded in full, which it is once its refunds come to its amount.
//! Orders that stand are numbered and linked customer by customer; those of tests are not among them.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;

use super::super::clock::calendar_time;
use super::super::column::{Booleans, Numbers, Row, Text, Times};
use super::super::plain::Plain;
use super::super::rates::Converted;
use super::super::table::Table;
use super::super::{FoldError, Ground, Noted, Warning, attributes};
use crate::{FactTable, Instant, Millis, RecordKind};

/// What an order folds to, beside what its record says as it is.
#[derive(Default)]
struct Order {
    cancelled_at: Option<Instant>,
    first_refunded_at: Option<Instant>,
    amount: Converted,
    margin: Converted,
    refunded: Converted,
    number: Option<i64>,
    first_ordered_at: Option<Instant>,
    previous_gap: Option<Millis>,
    next_gap: Option<Millis>,
}

/// What was paid back for one order.
struct Refund<'a> {
    at: Instant,
    amount: i128,
    currency: &'a str,
    converted: Converted,
}

/// Folds orders and refunds into their tables.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<[(FactTable, RecordBatch); 2], FoldError> {
    let (records, newest) = ground.newest(RecordKind::Order, noted)?;
    let ordered_at: Times = records.column("ordered_at")?;
    let plain = Plain::read(FactTable::Order, records, &newest, ground.directory, |row| ordered_at.required(row))?;
    let place: HashMap<(&str, &str), usize> =
        plain.rows.iter().enumerate().map(|(place, row)| (plain.keys.at(*row), place)).collect();

    let (refund_records, newest_refunds) = ground.newest(RecordKind::Refund, noted)?;
    let refunded_at: Times = refund_records.column("refunded_at")?;
    let of_refunds = Plain::read(FactTable::Refund, refund_records, &newest_refunds, ground.directory, |row| {
        refunded_at.required(row)
    })?;
    let order_id: Text = refund_records.column("order_id")?;
    let (refund_amount, refund_currency): (Numbers, Text) =
        (refund_records.column("amount")?, refund_records.column("currency")?);
    let mut refunds: Vec<Vec<Refund>> = plain.rows.iter().map(|_| Vec::new()).collect();
    let mut refunded: Vec<(Converted, Option<usize>)> = Vec::with_capacity(of_refunds.rows.len());
    for row in &of_refunds.rows {
        let (at, currency) = (refunded_at.required(*row), refund_currency.required(*row));
        let amount = refund_amount.get(*row).unwrap_or_default();
        let converted = convert((ground, RecordKind::Refund), noted, Some(amount), currency, at);
        let of = place.get(&(of_refunds.keys.system.required(*row), order_id.required(*row))).copied();
        match of {
            Some(of) => refunds[of].push(Refund { at, amount, currency, converted }),
            None => noted.warnings.note(Warning::RefundWithoutOrder),
        }
        refunded.push((converted, of));
    }

    let orders = orders(ground, noted, &plain, &ordered_at, &refunds)?;
    let order_table = order_table(ground, &plain, &orders)?;
    let refund_table = refund_table(ground, &of_refunds, &plain, &ordered_at, &refunded)?;
    Ok([(FactTable::Order, order_table), (FactTable::Refund, refund_table)])
}

/// An amount of a record of kind `of` at the rates of the reporting day of `at`.
pub(super) fn convert(
    (ground, of): (&Ground, RecordKind),
    noted: &mut Noted,
    amount: Option<i128>,
    currency: &str,
    at: Instant,
) -> Converted {
    let day = ground.organisation.date_of(at);
    let convert = |amount| ground.rates.convert(amount, currency, day, (of, noted.warnings));
    amount.map(convert).unwrap_or_default()
}

/// As [`convert`], of an amount beside another of the same record, whose missing rate is counted already.
pub(super) fn convert_beside(ground: &Ground, amount: Option<i128>, currency: &str, at: Instant) -> Converted {
    let day = ground.organisation.date_of(at);
    amount.map(|amount| ground.rates.at_both(amount, currency, day)).unwrap_or_default()
}

fn orders(
    ground: &Ground,
    noted: &mut Noted,
    plain: &Plain,
    ordered_at: &Times,
    refunds: &[Vec<Refund>],
) -> Result<Vec<Order>, FoldError> {
    let records = plain.records;
    let (amount, margin, currency): (Numbers, Numbers, Text) =
        (records.column("amount")?, records.column("margin")?, records.column("currency")?);
    let (cancelled_at, is_test): (Times, Booleans) = (records.column("cancelled_at")?, records.column("is_test")?);
    let mut orders: Vec<Order> = Vec::with_capacity(plain.rows.len());
    let mut standing: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    let mut of_customer: Vec<Option<(&str, &str)>> = Vec::with_capacity(plain.rows.len());
    for (place, row) in plain.rows.iter().enumerate() {
        let (at, currency) = (ordered_at.required(*row), currency.required(*row));
        let own = amount.get(*row).unwrap_or_default();
        let mut order = Order {
            amount: convert((ground, RecordKind::Order), noted, Some(own), currency, at),
            margin: convert_beside(ground, margin.get(*row), currency, at),
            ..Order::default()
        };
        let whole = paid_back(&mut order, own, currency, &refunds[place]);
        order.cancelled_at = cancelled_at.time(*row).into_iter().chain(whole).min();
        let customer =
            plain.customers[place].filter(|customer| !customer.is_test && !is_test.get(*row).unwrap_or(false));
        let customer = customer.map(|customer| (customer.system, customer.id));
        of_customer.push(customer);
        if let Some(customer) = customer.filter(|_| order.cancelled_at.is_none()) {
            standing.entry(customer).or_default().push(place);
        }
        orders.push(order);
    }
    let at = |place: usize| ordered_at.required(plain.rows[place]);
    for places in standing.values() {
        // rows are in the order of time and key
        for (number, place) in (1..).zip(places) {
            orders[*place].number = Some(number);
        }
        for pair in places.windows(2) {
            let gap = calendar_time(at(pair[0]), Some(at(pair[1])));
            (orders[pair[0]].next_gap, orders[pair[1]].previous_gap) = (gap, gap);
        }
    }
    for (order, customer) in orders.iter_mut().zip(of_customer) {
        let first = customer.and_then(|customer| standing.get(&customer)?.first());
        order.first_ordered_at = first.map(|place| at(*place));
    }
    Ok(orders)
}

/// Adds up the refunds of an order; when they came to its amount, in its own currency, or in the organisation's where
/// one of them is in another.
fn paid_back(order: &mut Order, own: i128, currency: &str, refunds: &[Refund]) -> Option<Instant> {
    order.first_refunded_at = refunds.iter().map(|refund| refund.at).min();
    let sum = |of: fn(&Converted) -> Option<i128>| refunds.iter().map(|refund| of(&refund.converted)).sum();
    order.refunded = Converted { amount: sum(|of| of.amount), constant: sum(|of| of.constant) };
    let same = refunds.iter().all(|refund| refund.currency == currency);
    let whole = if same { Some(own) } else { order.amount.amount };
    let mut back = 0i128;
    // they are in the order of time and key
    for refund in refunds {
        back += if same { refund.amount } else { refund.converted.amount.unwrap_or_default() };
        if whole.is_some_and(|whole| back >= whole) {
            return Some(refund.at);
        }
    }
    None
}

fn order_table(ground: &Ground, plain: &Plain, orders: &[Order]) -> Result<RecordBatch, FoldError> {
    let mut table = Table::new(FactTable::Order, orders.len());
    table.times("cancelled_at", orders.iter().map(|order| order.cancelled_at));
    table.times("first_refunded_at", orders.iter().map(|order| order.first_refunded_at));
    table.numbers("amount", orders.iter().map(|order| order.amount.amount));
    table.numbers("margin", orders.iter().map(|order| order.margin.amount));
    table.numbers("refunded", orders.iter().map(|order| order.refunded.amount));
    table.numbers("constant_amount", orders.iter().map(|order| order.amount.constant));
    table.numbers("constant_margin", orders.iter().map(|order| order.margin.constant));
    table.numbers("constant_refunded", orders.iter().map(|order| order.refunded.constant));
    table.integers("number", orders.iter().map(|order| order.number));
    table.times("first_ordered_at", orders.iter().map(|order| order.first_ordered_at));
    table.lengths("previous_gap", orders.iter().map(|order| order.previous_gap));
    table.lengths("next_gap", orders.iter().map(|order| order.next_gap));
    plain.finish(table, ground.directory, ground.attributes)
}

fn refund_table(
    ground: &Ground,
    plain: &Plain,
    orders: &Plain,
    ordered_at: &Times,
    refunded: &[(Converted, Option<usize>)],
) -> Result<RecordBatch, FoldError> {
    let of = |index: usize| Some(orders.rows[refunded[index].1?]);
    let rows = || 0..refunded.len();
    let (channel, product): (Text, Text) = (orders.records.attribute("channel"), orders.records.attribute("product"));
    let order_is_test: Booleans = orders.records.attribute("is_test");
    let is_service_cost: Booleans = plain.records.attribute("is_service_cost");
    let of_test = |index: usize| {
        let customer = plain.customers[index].is_some_and(|customer| customer.is_test);
        customer || of(index).and_then(|row| order_is_test.get(row)).unwrap_or(false)
    };
    let mut table = Table::new(FactTable::Refund, refunded.len());
    table.times("ordered_at", rows().map(|index| ordered_at.time(of(index)?)));
    table.numbers("amount", refunded.iter().map(|(converted, _)| converted.amount));
    table.numbers("constant_amount", refunded.iter().map(|(converted, _)| converted.constant));
    table.booleans("is_service_cost", plain.rows.iter().map(|row| Some(is_service_cost.get(*row).unwrap_or(false))));
    table.text("channel", rows().map(|index| channel.get(of(index)?)))?;
    table.text("product", rows().map(|index| product.get(of(index)?)))?;
    table.booleans("is_test", rows().map(|index| Some(of_test(index))));
    let sources = [plain.records, orders.records, ground.directory.customers];
    let customer = |index: usize| plain.customers[index].and_then(|customer| customer.row);
    let rows: Vec<[Option<Row>; 3]> =
        rows().map(|index| [Some(plain.rows[index]), of(index), customer(index)]).collect();
    attributes::add(&mut table, FactTable::Refund, ground.attributes, sources, rows.into_iter())?;
    plain.finish(table, ground.directory, ground.attributes)
}
