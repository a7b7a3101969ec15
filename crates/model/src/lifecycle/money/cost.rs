//! Costs: each entry of the ledger spread over the reporting days it is for, and each day's part shared out.
//!
//! A day bears as much of an entry as it overlaps with it, of its own length: whole days bear the same, whether they
//! have 23, 24 or 25 hours. What the days of one exchange rate bear is converted as one amount, rounded once, and then
//! split by largest remainders; so is a day's part among the shares of its pool. The parts add up to the entry.
//!
//! An allocation counts on the days from the one its `valid_from` falls on, up to the one its `valid_to` falls on, which
//! is its successor's. Pools are names, not ids: an allocation is of the pool of that name, whichever system says it.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;
use jiff::civil::Date;

use super::super::column::{Booleans, Numbers, Row, Text, Times};
use super::super::notes::MissingRate;
use super::super::rates::Rate;
use super::super::revisions::Keys;
use super::super::table::Table;
use super::super::{FoldError, Ground, Noted, Warning, attributes};
use super::split::split;
use crate::calendar::Organisation;
use crate::{FactTable, Instant, RecordKind, number};

/// Entries for longer than this are no stretch of time that anybody meant.
const DAYS_MAX: usize = 36_525;

/// The weight of a whole day.
const WHOLE_DAY: i128 = 100_000_000;

/// One share of a pool.
struct Share<'a> {
    channel: Option<&'a str>,
    team: Option<&'a str>,
    weight: i128,
    driver: Option<&'a str>,
    version: Option<&'a str>,
    from: Date,
    to: Option<Date>,
}

/// What bears a part of a cost: nobody in particular where the pool is not shared out.
#[derive(Clone, Copy, Default)]
struct Bearer<'a> {
    channel: Option<&'a str>,
    team: Option<&'a str>,
    driver: Option<&'a str>,
    version: Option<&'a str>,
}

/// One day's and share's part of an entry.
struct Part<'a> {
    row: Row,
    number: i64,
    day: Instant,
    bearer: Bearer<'a>,
    amount: Option<i128>,
    constant: Option<i128>,
}

/// Folds costs into their table.
pub(super) fn fold(ground: &Ground, noted: &mut Noted) -> Result<(FactTable, RecordBatch), FoldError> {
    let shares = shares(ground, noted)?;
    let (records, newest) = ground.newest(RecordKind::Cost, noted)?;
    let keys = Keys::open(&records)?;
    let (pool, currency): (Text, Text) = (records.column("pool")?, records.column("currency")?);
    let (channel, team): (Text, Text) = (records.column("channel")?, records.column("team")?);
    let (start, end): (Times, Times) = (records.column("period_start")?, records.column("period_end")?);
    let amount: Numbers = records.column("amount")?;
    let (is_closed, is_one_off): (Booleans, Booleans) = (records.column("is_closed")?, records.column("is_one_off")?);

    let mut parts: Vec<Part> = Vec::new();
    for row in newest.rows() {
        let days = days(ground.organisation, start.required(row), end.required(row), noted);
        let amount = amount.get(row).unwrap_or_default();
        let (at_rates, constant) = of_days(ground, noted, amount, currency.required(row), &days);
        let own = Bearer { channel: channel.get(row), team: team.get(row), ..Bearer::default() };
        let mut number = 0;
        for (((date, _), amount), constant) in days.iter().zip(at_rates).zip(constant) {
            let day = ground.organisation.start_of(*date);
            let of_pool = shares.get(pool.required(row)).map_or(&[][..], Vec::as_slice);
            let of_pool: Vec<&Share> = match own.channel.is_none() && own.team.is_none() {
                true => of_pool.iter().filter(|share| share.is_valid(*date)).collect(),
                false => Vec::new(),
            };
            for (bearer, amount, constant) in shared_out(own, &of_pool, amount, constant) {
                number += 1;
                parts.push(Part { row, number, day, bearer, amount, constant });
            }
        }
    }
    parts.sort_by(|left, right| {
        let key = |part: &Part<'_>| (part.day, keys.at(part.row), part.number);
        key(left).cmp(&key(right))
    });

    let mut table = Table::new(FactTable::Cost, parts.len());
    let rows = || parts.iter().map(|part| part.row);
    table.text("system", rows().map(|row| keys.system.get(row)))?;
    table.text("cost_id", rows().map(|row| keys.id.get(row)))?;
    table.integers("share", parts.iter().map(|part| Some(part.number)));
    table.times("day", parts.iter().map(|part| Some(part.day)));
    table.text("pool", rows().map(|row| pool.get(row)))?;
    table.text("channel", parts.iter().map(|part| part.bearer.channel))?;
    table.text("team", parts.iter().map(|part| part.bearer.team))?;
    table.text("driver", parts.iter().map(|part| part.bearer.driver))?;
    table.text("driver_version", parts.iter().map(|part| part.bearer.version))?;
    table.numbers("amount", parts.iter().map(|part| part.amount));
    table.numbers("constant_amount", parts.iter().map(|part| part.constant));
    table.text("currency", rows().map(|row| currency.get(row)))?;
    // a ledger is open until it is said to be closed
    table.booleans("is_closed", rows().map(|row| Some(is_closed.get(row).unwrap_or(false))));
    table.booleans("is_one_off", rows().map(|row| Some(is_one_off.get(row).unwrap_or(false))));
    attributes::add(&mut table, FactTable::Cost, ground.attributes, [records], rows().map(|row| [Some(row)]))?;
    Ok((FactTable::Cost, table.finish(ground.attributes)?))
}

impl Share<'_> {
    fn is_valid(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// The shares of every pool, in the order of their keys. One without weight, or with a negative one, bears nothing.
fn shares<'a>(ground: &Ground<'_, 'a>, noted: &mut Noted) -> Result<HashMap<&'a str, Vec<Share<'a>>>, FoldError> {
    let (records, newest) = ground.newest(RecordKind::Allocation, noted)?;
    let keys = Keys::open(&records)?;
    let pool: Text<'a> = records.column("pool")?;
    let (channel, team): (Text<'a>, Text<'a>) = (records.column("channel")?, records.column("team")?);
    let (driver, version): (Text<'a>, Text<'a>) = (records.column("driver")?, records.column("version")?);
    let weight: Numbers<'a> = records.column("share")?;
    let (from, to): (Times<'a>, Times<'a>) = (records.column("valid_from")?, records.column("valid_to")?);
    let mut rows: Vec<Row> = newest.rows().collect();
    rows.sort_unstable_by(|left, right| keys.at(*left).cmp(&keys.at(*right)));
    let mut shares: HashMap<&str, Vec<Share>> = HashMap::new();
    for row in rows {
        let weight = weight.get(row).unwrap_or_default();
        if weight < 0 {
            let field = (RecordKind::Allocation, "share");
            noted.warnings.note_value(Warning::UnknownValue, field, number(weight));
        }
        if weight > 0 {
            shares.entry(pool.required(row)).or_default().push(Share {
                channel: channel.get(row),
                team: team.get(row),
                weight,
                driver: driver.get(row),
                version: version.get(row),
                from: ground.organisation.date_of(from.required(row)),
                to: to.time(row).map(|to| ground.organisation.date_of(to)),
            });
        }
    }
    Ok(shares)
}

/// The reporting days of an entry, each with its weight. An entry without length, or of more than a hundred years, which
/// is counted, is borne by the day it begins on.
fn days(organisation: &Organisation, start: Instant, end: Instant, noted: &mut Noted) -> Vec<(Date, i128)> {
    let first = organisation.date_of(start);
    let mut days = Vec::new();
    let mut date = first;
    let mut from = organisation.start_of(date);
    while from < end {
        let Ok(next) = date.tomorrow() else { break };
        let until = organisation.start_of(next);
        let overlap = until.min(end).micros() - from.max(start).micros();
        if overlap > 0 {
            let length = i128::from(until.micros() - from.micros());
            days.push((date, i128::from(overlap) * WHOLE_DAY / length));
        }
        if days.len() > DAYS_MAX {
            let said = format!("{end}, of a period that begins {start}");
            noted.warnings.note_value(Warning::UnknownValue, (RecordKind::Cost, "period_end"), said);
            return vec![(first, WHOLE_DAY)];
        }
        (date, from) = (next, until);
    }
    if days.iter().all(|(_, weight)| *weight == 0) {
        return vec![(first, WHOLE_DAY)];
    }
    days
}

type Amounts = Vec<Option<i128>>;

/// What each day bears of an amount, at the rate of the day and at the newest one; nothing on days without a rate.
fn of_days(
    ground: &Ground,
    noted: &mut Noted,
    amount: i128,
    currency: &str,
    days: &[(Date, i128)],
) -> (Amounts, Amounts) {
    let whole: i128 = days.iter().map(|(_, weight)| weight).sum();
    let spread = |days: &[(Date, i128)], rate: Option<Rate>| -> Amounts {
        let weights: Vec<i128> = days.iter().map(|(_, weight)| *weight).collect();
        let total = rate.and_then(|rate| rate.convert_part(amount, weights.iter().sum(), whole));
        match total.and_then(|total| split(total, &weights)) {
            Some(parts) => parts.into_iter().map(Some).collect(),
            None => vec![None; days.len()],
        }
    };
    let mut at_rates = Vec::with_capacity(days.len());
    let same_rate = |left: &(Date, i128), right: &(Date, i128)| {
        ground.rates.on(currency, left.0) == ground.rates.on(currency, right.0)
    };
    for run in days.chunk_by(same_rate) {
        let rate = ground.rates.on(currency, run[0].0);
        if rate.is_none() {
            let missing = MissingRate { first: run[0].0, last: run[run.len() - 1].0, amounts: 1 };
            noted.warnings.miss_rate(RecordKind::Cost, currency, missing);
        }
        at_rates.extend(spread(run, rate));
    }
    (at_rates, spread(days, ground.rates.newest(currency)))
}

/// A day's part among those who bear it.
fn shared_out<'a>(
    own: Bearer<'a>,
    shares: &[&Share<'a>],
    amount: Option<i128>,
    constant: Option<i128>,
) -> Vec<(Bearer<'a>, Option<i128>, Option<i128>)> {
    if shares.is_empty() {
        return vec![(own, amount, constant)];
    }
    let weights: Vec<i128> = shares.iter().map(|share| share.weight).collect();
    let among = |amount: Option<i128>| match amount.and_then(|amount| split(amount, &weights)) {
        Some(parts) => parts.into_iter().map(Some).collect(),
        None => vec![None; shares.len()],
    };
    let bearers = shares.iter().map(|share| Bearer {
        channel: share.channel,
        team: share.team,
        driver: share.driver,
        version: share.version,
    });
    let parts = bearers.zip(among(amount)).zip(among(constant));
    parts.map(|((bearer, amount), constant)| (bearer, amount, constant)).collect()
}
