//! Exchange rates: amounts in the organisation's currency, at the rate of the day they are of and at the newest one.
//!
//! On a day the newest rate of that day or before counts, for 31 days, its own the first: a monthly list leaves no gap,
//! a rate nobody renews does not count for ever. The newest rate of all, for figures in constant currency, does not age.

use std::collections::{BTreeMap, HashMap};

use arrow::record_batch::RecordBatch;
use jiff::civil::Date;

use super::column::{Integers, Numbers, Records, Text, Times};
use super::notes::MissingRate;
use super::revisions::newest;
use super::{Conflict, FoldError, Warning, Warnings};
use crate::calendar::Organisation;
use crate::{RecordKind, number};

/// Days for which a rate counts, its own the first.
const VALID_DAYS: i64 = 31;

/// Ten-thousandths, in which numbers are kept.
const SCALE: i128 = 10_000;

/// The price of a currency in the organisation's own: `rate` ten-thousandths for `units`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    rate: i128,
    units: i128,
}

impl Rate {
    /// Of the organisation's own currency.
    const ONE: Rate = Rate { rate: SCALE, units: 1 };

    /// `amount × part ÷ whole` ten-thousandths in the organisation's currency, rounded once to ten-thousandths, half
    /// away from zero. None where that leaves 128 bits; `whole` is positive.
    pub fn convert_part(self, amount: i128, part: i128, whole: i128) -> Option<i128> {
        let above = amount.checked_mul(part)?.checked_mul(self.rate)?;
        divide(above, whole.checked_mul(self.units)?.checked_mul(SCALE)?)
    }

    /// `amount` ten-thousandths in the organisation's currency.
    pub fn convert(self, amount: i128) -> Option<i128> {
        self.convert_part(amount, 1, 1)
    }
}

/// `above ÷ below`, a half away from zero; `below` is positive.
fn divide(above: i128, below: i128) -> Option<i128> {
    let (quotient, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
    Some(if rest.abs() >= below - rest.abs() { quotient + above.signum() } else { quotient })
}

/// An amount at both rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Converted {
    /// At the rate of its day; none where there is none.
    pub amount: Option<i128>,
    /// At the newest rate.
    pub constant: Option<i128>,
}

/// The newest revision of every exchange rate: few, read as a whole before anything is folded.
#[derive(Debug)]
pub struct Rates {
    own: String,
    /// By currency, the last of each day, by day.
    of: HashMap<String, BTreeMap<Date, Rate>>,
    conflicts: Vec<Conflict>,
    warnings: Warnings,
}

impl Rates {
    /// The rates of these records, all revisions, into the currency of `organisation` on its days. A rate or a number of
    /// units that is not positive is counted as [`Warning::UnknownValue`] and left out.
    ///
    /// # Errors
    /// When a column is missing or of another type, or there are 2³² rows.
    pub fn new(records: &[RecordBatch], organisation: &Organisation) -> Result<Self, FoldError> {
        let records = Records { kind: RecordKind::ExchangeRate, batches: records };
        let (newest, conflicts) = newest(&records)?;
        let currency: Text = records.column("currency")?;
        let at: Times = records.column("at")?;
        let (rate, units): (Numbers, Integers) = (records.column("rate")?, records.column("units")?);
        let mut warnings = Warnings::default();
        let mut rows: Vec<_> = newest.rows().collect();
        // the last of a day counts; of two at one instant the dearer, so that the order of records does not matter
        rows.sort_by_key(|row| (at.required(*row), rate.get(*row)));
        let mut of: HashMap<String, BTreeMap<Date, Rate>> = HashMap::new();
        for row in rows {
            let (price, units) = (rate.get(row).unwrap_or_default(), i128::from(units.get(row).unwrap_or(1)));
            if price <= 0 || units <= 0 {
                let (field, said) = if price <= 0 { ("rate", number(price)) } else { ("units", units.to_string()) };
                warnings.note_value(Warning::UnknownValue, (RecordKind::ExchangeRate, field), said);
                continue;
            }
            let day = organisation.date_of(at.required(row));
            of.entry(currency.required(row).to_owned()).or_default().insert(day, Rate { rate: price, units });
        }
        Ok(Rates { own: organisation.currency.clone(), of, conflicts, warnings })
    }

    /// The organisation's currency.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Conflicting revisions among its records, by kind and key.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// What was odd among its records.
    pub fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    /// The rate of a currency on a reporting day.
    pub(super) fn on(&self, currency: &str, day: Date) -> Option<Rate> {
        if currency == self.own {
            return Some(Rate::ONE);
        }
        let (from, rate) = self.of.get(currency)?.range(..=day).next_back()?;
        let age = i64::from(from.until(day).ok()?.get_days());
        (age < VALID_DAYS).then_some(*rate)
    }

    /// The newest rate of a currency.
    pub(super) fn newest(&self, currency: &str) -> Option<Rate> {
        if currency == self.own {
            return Some(Rate::ONE);
        }
        self.of.get(currency)?.last_key_value().map(|(_, rate)| *rate)
    }

    /// An amount of a day at both rates. Where there is no rate of that day, that is counted of the kind of record.
    pub(super) fn convert(
        &self,
        amount: i128,
        currency: &str,
        day: Date,
        (of, warnings): (RecordKind, &mut Warnings),
    ) -> Converted {
        if self.on(currency, day).is_none() {
            warnings.miss_rate(of, currency, MissingRate::of(day));
        }
        self.at_both(amount, currency, day)
    }

    /// As [`convert`](Self::convert), of an amount whose missing rate is counted already.
    pub(super) fn at_both(&self, amount: i128, currency: &str, day: Date) -> Converted {
        let rate = self.on(currency, day);
        Converted {
            amount: rate.and_then(|rate| rate.convert(amount)),
            constant: self.newest(currency).and_then(|rate| rate.convert(amount)),
        }
    }
}
