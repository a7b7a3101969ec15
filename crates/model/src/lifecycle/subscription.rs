//! Subscriptions: movements to stretches in which what a customer subscribes to stayed the same.
//!
//! A customer may have several subscriptions at once; a stretch is about all of them together, and its recurring revenue
//! is their sum. Movements of one instant are taken together, in the order of their `sequence`, those without one first,
//! ends before others: a subscription that ends and begins again at once goes on. A movement that changes neither
//! revenue nor plan makes no new stretch. While nothing is subscribed to there is no stretch.
//!
//! What contradicts the state is counted as [`Warning::MovementContradicted`] and taken for what it must mean: a start of
//! what runs is a change, a change of what does not run begins it, an end of what does not run is nothing.

use std::collections::{BTreeMap, BTreeSet};

use arrow::record_batch::RecordBatch;

use super::column::{Booleans, Integers, Numbers, Records, Row, Text, Times};
use super::directory::Customer;
use super::revisions::Keys;
use super::table::Table;
use super::{FoldError, Ground, Noted, Warning, Warnings, attributes};
use crate::{FactTable, Instant, RecordKind};

/// What a movement says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// First, so that what ends and begins at one instant goes on.
    End,
    Start,
    WinBack,
    Change,
}

/// One movement.
#[derive(Clone, Copy)]
struct Movement<'a> {
    customer: (&'a str, &'a str),
    at: Instant,
    sequence: Option<i64>,
    kind: Kind,
    row: Row,
}

struct Columns<'a> {
    keys: Keys<'a>,
    customer_system: Text<'a>,
    customer_id: Text<'a>,
    subscription: Text<'a>,
    at: Times<'a>,
    sequence: Integers<'a>,
    kind: Text<'a>,
    mrr: Numbers<'a>,
    mrr_change: Numbers<'a>,
    currency: Text<'a>,
    plan: Text<'a>,
    reason: Text<'a>,
    is_voluntary: Booleans<'a>,
    is_test: Booleans<'a>,
}

/// One subscription that runs: what was last said of it.
#[derive(Clone, Copy)]
struct Running<'a> {
    /// As stated, in `currency`; none where nothing says how much.
    amount: Option<i128>,
    currency: Option<&'a str>,
    plan: Option<&'a str>,
    /// When that was said, for the rate of the day.
    at: Instant,
    /// Number of the customer's movement that said so.
    said: usize,
}

impl<'a> Running<'a> {
    fn terms(&self) -> (Option<i128>, Option<&'a str>, Option<&'a str>) {
        (self.amount, self.currency, self.plan)
    }
}

/// One row of the table.
struct Stretch<'a> {
    customer: Customer<'a>,
    /// The movement that began it.
    begun_by: Row,
    number: i64,
    started_at: Instant,
    first_started_at: Instant,
    subscribed_since: Instant,
    mrr: Option<i128>,
    constant_mrr: Option<i128>,
    plan: Option<&'a str>,
    start_kind: &'static str,
    ended: Option<End<'a>>,
}

struct End<'a> {
    at: Instant,
    kind: &'static str,
    reason: Option<&'a str>,
    is_voluntary: Option<bool>,
}

/// The table `subscription`.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let (records, newest) = ground.newest(RecordKind::SubscriptionMovement, noted)?;
    let columns = Columns::open(&records)?;
    let mut movements: Vec<Movement> = Vec::new();
    for row in newest.rows() {
        match Kind::parse(columns.kind.required(row)) {
            Some(kind) => movements.push(columns.movement(row, kind)),
            None => {
                let field = (RecordKind::SubscriptionMovement, "kind");
                noted.warnings.note_value(Warning::UnknownValue, field, columns.kind.required(row).to_owned());
            }
        }
    }
    movements.sort_unstable_by(|left, right| {
        let order = |movement: &Movement<'_>| (movement.at, movement.sequence, movement.kind);
        let by_customer = left.customer.cmp(&right.customer);
        let by_key = || columns.keys.at(left.row).cmp(&columns.keys.at(right.row));
        by_customer.then(order(left).cmp(&order(right))).then_with(by_key)
    });
    let mut stretches = Vec::new();
    for of_customer in movements.chunk_by(|left, right| left.customer == right.customer) {
        let Some(first) = of_customer.first() else { continue };
        let customer = ground.directory.customer(first.customer);
        fold_customer(customer, of_customer, &columns, ground, &mut stretches, noted.warnings);
    }
    stretches.sort_unstable_by(|left, right| left.key().cmp(&right.key()));
    Ok((FactTable::Subscription, table(&stretches, &columns, ground)?))
}

/// Adds the stretches of one customer, whose movements are in order.
fn fold_customer<'a>(
    customer: Customer<'a>,
    movements: &[Movement<'a>],
    columns: &Columns<'a>,
    ground: &Ground,
    stretches: &mut Vec<Stretch<'a>>,
    warnings: &mut Warnings,
) {
    let first = stretches.len();
    let mut running: BTreeMap<&str, Running> = BTreeMap::new();
    let mut ended: BTreeSet<&str> = BTreeSet::new();
    let mut said = 0;
    for together in movements.chunk_by(|left, right| left.at == right.at) {
        let Some(begun) = together.first() else { continue };
        let before = running.clone();
        let mut last = *begun;
        for movement in together {
            said += 1;
            if columns.apply(movement, said, &mut running, &mut ended, warnings) {
                last = *movement;
            }
        }
        let terms = |running: &BTreeMap<&'a str, Running<'a>>| -> Vec<_> {
            running.iter().map(|(name, one)| (*name, one.terms())).collect()
        };
        if terms(&before) == terms(&running) {
            continue;
        }
        let goes_on = !running.is_empty();
        if !before.is_empty()
            && let Some(open) = stretches.last_mut()
        {
            open.ended = Some(End {
                at: last.at,
                kind: if goes_on { "change" } else { "end" },
                reason: columns.reason.get(last.row),
                is_voluntary: columns.is_voluntary.get(last.row).filter(|_| !goes_on),
            });
        }
        if !goes_on {
            continue;
        }
        let earlier = stretches.get(first..).unwrap_or_default();
        let start_kind = match (before.is_empty(), earlier.is_empty()) {
            (false, _) => "change",
            (true, false) => "win_back",
            (true, true) if together.iter().any(|movement| movement.kind == Kind::WinBack) => "win_back",
            (true, true) if together.iter().any(|movement| movement.kind == Kind::Start) => "start",
            (true, true) => "change",
        };
        let since = earlier.last().filter(|_| !before.is_empty()).map_or(last.at, |open| open.subscribed_since);
        let (mrr, constant_mrr) = revenue(running.values(), last.at, ground, warnings);
        stretches.push(Stretch {
            customer,
            begun_by: last.row,
            number: earlier.len() as i64 + 1,
            started_at: last.at,
            first_started_at: earlier.first().map_or(last.at, |first| first.started_at),
            subscribed_since: since,
            mrr,
            constant_mrr,
            plan: running.values().filter(|one| one.plan.is_some()).max_by_key(|one| one.said).and_then(|one| one.plan),
            start_kind,
            ended: None,
        });
    }
}

/// The recurring revenue of all subscriptions, at the rate of the day each was said and at the newest one; none where
/// that of one of them is not known. A rate that is missing is counted once, where the amount is said: at `now`.
fn revenue<'a>(
    running: impl Iterator<Item = &'a Running<'a>>,
    now: Instant,
    ground: &Ground,
    warnings: &mut Warnings,
) -> (Option<i128>, Option<i128>) {
    let add = |sum: Option<i128>, amount: Option<i128>| sum?.checked_add(amount?);
    let mut known = Warnings::default();
    let (mut of_day, mut newest) = (Some(0), Some(0));
    for one in running {
        let noted = if one.at == now { &mut *warnings } else { &mut known };
        let (amount, constant) = in_own_currency(one, ground, noted);
        (of_day, newest) = (add(of_day, amount), add(newest, constant));
    }
    let fits = |sum: &i128| sum.abs() < NUMBER_MAX;
    (of_day.filter(fits), newest.filter(fits))
}

/// What a number of a fact holds: 18 digits.
const NUMBER_MAX: i128 = 1_000_000_000_000_000_000;

/// An amount in the organisation's currency, at the rate of the day it was said and at the newest one. One that names no
/// currency is in the organisation's own.
fn in_own_currency(one: &Running<'_>, ground: &Ground, warnings: &mut Warnings) -> (Option<i128>, Option<i128>) {
    let Some(amount) = one.amount else { return (None, None) };
    let Some(currency) = one.currency else { return (Some(amount), Some(amount)) };
    let kind = RecordKind::SubscriptionMovement;
    let converted = ground.rates.convert(amount, currency, ground.organisation.date_of(one.at), (kind, warnings));
    (converted.amount, converted.constant)
}

impl Kind {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "start" => Self::Start,
            "change" => Self::Change,
            "end" => Self::End,
            "win_back" => Self::WinBack,
            _ => return None,
        })
    }
}

impl<'a> Columns<'a> {
    fn open(records: &Records<'a>) -> Result<Self, FoldError> {
        Ok(Columns {
            keys: Keys::open(records)?,
            customer_system: records.column("customer_system")?,
            customer_id: records.column("customer_id")?,
            subscription: records.column("subscription")?,
            at: records.column("at")?,
            sequence: records.column("sequence")?,
            kind: records.column("kind")?,
            mrr: records.column("mrr")?,
            mrr_change: records.column("mrr_change")?,
            currency: records.column("currency")?,
            plan: records.column("plan")?,
            reason: records.column("reason")?,
            is_voluntary: records.column("is_voluntary")?,
            is_test: records.column("is_test")?,
        })
    }

    fn movement(&self, row: Row, kind: Kind) -> Movement<'a> {
        let system = self.customer_system.get(row).unwrap_or(self.keys.system.required(row));
        Movement {
            customer: (system, self.customer_id.required(row)),
            at: self.at.required(row),
            sequence: self.sequence.get(row),
            kind,
            row,
        }
    }

    /// Applies a movement, the `said`-th of its customer; whether it changed what runs.
    fn apply(
        &self,
        movement: &Movement<'a>,
        said: usize,
        running: &mut BTreeMap<&'a str, Running<'a>>,
        ended: &mut BTreeSet<&'a str>,
        warnings: &mut Warnings,
    ) -> bool {
        let row = movement.row;
        let name = self.subscription.get(row).unwrap_or_default();
        let before = running.get(name).copied();
        if before.is_some() != matches!(movement.kind, Kind::Change | Kind::End) {
            warnings.note(Warning::MovementContradicted);
        }
        if movement.kind == Kind::End {
            ended.insert(name);
            return running.remove(name).is_some();
        }
        let currency = self.currency.get(row);
        let stated = self.mrr.get(row);
        let (amount, currency) = match (stated, self.mrr_change.get(row), before) {
            (Some(stated), ..) => (Some(stated), currency),
            (None, Some(change), Some(before)) => {
                // what is said in two currencies does not add up
                let alike = currency.is_none() || currency == before.currency;
                (before.amount.filter(|_| alike).and_then(|amount| amount.checked_add(change)), before.currency)
            }
            // it begins from nothing, unless it began before what is known
            (None, Some(change), None) => {
                let from_nothing = movement.kind != Kind::Change || ended.contains(name);
                (Some(change).filter(|_| from_nothing), currency)
            }
            (None, None, Some(before)) => (before.amount, before.currency),
            (None, None, None) => (None, currency),
        };
        let plan = self.plan.get(row).or(before.and_then(|before| before.plan));
        let now = Running { amount, currency, plan, at: movement.at, said };
        if before.is_some_and(|before| before.terms() == now.terms()) {
            return false;
        }
        running.insert(name, now);
        true
    }
}

impl<'a> Stretch<'a> {
    fn key(&self) -> (Instant, &'a str, &'a str, i64) {
        (self.started_at, self.customer.system, self.customer.id, self.number)
    }
}

fn table(stretches: &[Stretch<'_>], columns: &Columns<'_>, ground: &Ground) -> Result<RecordBatch, FoldError> {
    let all = || stretches.iter();
    let end = |stretch: &Stretch<'_>| stretch.ended.as_ref().map(|ended| ended.at);
    let mut table = Table::new(FactTable::Subscription, stretches.len());
    table.text("system", all().map(|stretch| Some(columns.keys.system.required(stretch.begun_by))))?;
    table.integers("stretch", all().map(|stretch| Some(stretch.number)));
    table.times("started_at", all().map(|stretch| Some(stretch.started_at)));
    table.times("ended_at", all().map(end));
    table.times("first_started_at", all().map(|stretch| Some(stretch.first_started_at)));
    table.times("subscribed_since", all().map(|stretch| Some(stretch.subscribed_since)));
    table.numbers("mrr", all().map(|stretch| stretch.mrr));
    table.numbers("constant_mrr", all().map(|stretch| stretch.constant_mrr));
    table.text("currency", all().map(|stretch| columns.currency.get(stretch.begun_by)))?;
    table.text("plan", all().map(|stretch| stretch.plan))?;
    table.text("start_kind", all().map(|stretch| Some(stretch.start_kind)))?;
    table.text("end_kind", all().map(|stretch| Some(stretch.ended.as_ref()?.kind)))?;
    table.text("reason", all().map(|stretch| stretch.ended.as_ref()?.reason))?;
    table.booleans("is_voluntary", all().map(|stretch| stretch.ended.as_ref()?.is_voluntary));
    ground.directory.add_customers(&mut table, all().map(|stretch| Some(stretch.customer)))?;
    let is_test = |stretch: &Stretch<'_>| {
        Some(stretch.customer.is_test || columns.is_test.get(stretch.begun_by).unwrap_or(false))
    };
    table.booleans("is_test", all().map(is_test));
    let rows = all().map(|stretch| [stretch.customer.row]);
    attributes::add(&mut table, FactTable::Subscription, ground.attributes, [ground.directory.customers], rows)?;
    table.finish(ground.attributes)
}
