//! What stops a fold, and what is only counted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why a bucket cannot be folded: its batches are not what the store promises, or too large for one batch of facts.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// A column that every segment has is missing.
    #[error("{kind} records have no column '{column}'")]
    MissingColumn {
        /// Kind of record.
        kind: &'static str,
        /// Name of the column.
        column: String,
    },
    /// A column has another type than the schema says.
    #[error("column '{column}' of {kind} records is of type {found}, expected {expected}")]
    ColumnType {
        /// Kind of record.
        kind: &'static str,
        /// Name of the column.
        column: String,
        /// Type the schema says.
        expected: String,
        /// Type it has.
        found: String,
    },
    /// A required column has rows without a value.
    #[error("column '{column}' of {kind} records is required but {rows} rows have no value")]
    MissingValue {
        /// Kind of record.
        kind: &'static str,
        /// Name of the column.
        column: String,
        /// Rows without a value in the first such batch.
        rows: usize,
    },
    /// One bucket holds more than one batch of facts can: 2³² rows, or 2 GiB of text in one column.
    #[error("'{what}' is too large for one bucket; more buckets make each smaller")]
    TooLarge {
        /// Kind of record or name of the column.
        what: String,
    },
    /// Arrow refused to make the facts.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
}

/// Something odd in the records that does not stop the fold. A row is kept, a value that cannot be right is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// An event whose ticket is not there: kept as a record, makes no fact.
    EventWithoutTicket,
    /// A survey answer that names a ticket which is not there: its fact has no dimensions of a ticket.
    AnswerWithoutTicket,
    /// A leg whose contact is not there: kept as a record, makes no fact.
    LegWithoutContact,
    /// A promise of time whose ticket is not there: kept as a record, makes no fact.
    TargetWithoutTicket,
    /// An item of a review that is not there: kept as a record, makes no fact.
    ItemWithoutReview,
    /// A review, check or complaint that names a contact or ticket which is not there: its fact has no dimensions of it.
    WorkMissing,
    /// A row in which something ended before it began: the times are kept, the length of time is empty.
    EndBeforeStart,
    /// A ticket whose own schedule or whose team's is not among the calendars: the default clocks it.
    UnknownSchedule,
    /// A value outside the closed list of its field, as a status `resolved`, or a negative count: read as if not
    /// stated.
    UnknownValue,
    /// A ticket whose stated status or times contradict its status events, or each other.
    StatusContradicted,
    /// A ticket stated as solved or closed that says nowhere when: it counts as open.
    SolvedWithoutTime,
    /// A movement of a subscription that contradicts what ran: a start of what did, a change or an end of what did not.
    MovementContradicted,
    /// A record of employment, absence or working time of a bot: bots are no staff, so it makes no fact.
    BotAmongStaff,
    /// A value of a custom attribute in a type it was declared with earlier: read as empty until imported again.
    AttributeType,
    /// An amount of a day for which there is no exchange rate: empty, so that figures over it are no data. Which currency
    /// and days tells [`Warnings::missing_rates`].
    MissingRate,
    /// A refund whose order is not there: its fact has no dimensions of an order, and no order is less for it.
    RefundWithoutOrder,
    /// An offer or revenue event that names a contact or ticket which is not there.
    OfferWithoutContact,
    /// A review, check, offer or revenue event that names a contact and another ticket than the contact does: it counts
    /// with the contact's.
    OtherTicket,
}

impl Warning {
    /// Every warning, in the order of the reference.
    pub const ALL: [Warning; 18] = [
        Self::EventWithoutTicket,
        Self::AnswerWithoutTicket,
        Self::LegWithoutContact,
        Self::TargetWithoutTicket,
        Self::ItemWithoutReview,
        Self::WorkMissing,
        Self::EndBeforeStart,
        Self::UnknownSchedule,
        Self::UnknownValue,
        Self::StatusContradicted,
        Self::SolvedWithoutTime,
        Self::MovementContradicted,
        Self::BotAmongStaff,
        Self::AttributeType,
        Self::MissingRate,
        Self::RefundWithoutOrder,
        Self::OfferWithoutContact,
        Self::OtherTicket,
    ];

    /// What it means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::EventWithoutTicket => "an event of a ticket that has not come: kept, counts nowhere yet",
            Self::AnswerWithoutTicket => {
                "a survey answer about a ticket that has not come: counts without the ticket's dimensions"
            }
            Self::LegWithoutContact => "an agent's part of a contact that has not come: kept, counts nowhere yet",
            Self::TargetWithoutTicket => "a promise on a ticket that has not come: kept, counts nowhere yet",
            Self::ItemWithoutReview => "an item of a review that has not come: kept, counts nowhere yet",
            Self::WorkMissing => {
                "a review, check or complaint about a contact or ticket that has not come: counts without its dimensions"
            }
            Self::EndBeforeStart => "something ended before it began: left out of times",
            Self::UnknownSchedule => {
                "a ticket names a schedule that is not among the calendars: the default one is used"
            }
            Self::UnknownValue => "a value outside its closed list: read as not stated",
            Self::StatusContradicted => "a ticket's stated status or times contradict its events: the events count",
            Self::SolvedWithoutTime => "a ticket is stated as solved, but nothing says when: it counts as open",
            Self::MovementContradicted => {
                "a subscription that started while it ran, or changed or ended while it did not: a change, a start, nothing"
            }
            Self::BotAmongStaff => "employment or working time of a bot: bots are no staff, so it counts nowhere",
            Self::AttributeType => "a custom attribute in an earlier type: empty until imported again",
            Self::MissingRate => "an amount of a day without an exchange rate: empty, figures over it are no data",
            Self::RefundWithoutOrder => "a refund of an order that has not come: the order is not less for it yet",
            Self::OfferWithoutContact => {
                "an offer or revenue of a contact, ticket or offer that has not come: counts without its dimensions"
            }
            Self::OtherTicket => {
                "a review, check, offer or revenue that names a contact and a ticket that is not the contact's: \
                 counts with the contact's"
            }
        }
    }

    /// Whether it is that something named has not come, so that the name may be of another system.
    pub fn is_reference(self) -> bool {
        matches!(
            self,
            Self::EventWithoutTicket
                | Self::AnswerWithoutTicket
                | Self::LegWithoutContact
                | Self::TargetWithoutTicket
                | Self::WorkMissing
                | Self::OfferWithoutContact
        )
    }

    /// The name used in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventWithoutTicket => "event_without_ticket",
            Self::AnswerWithoutTicket => "answer_without_ticket",
            Self::LegWithoutContact => "leg_without_contact",
            Self::TargetWithoutTicket => "target_without_ticket",
            Self::ItemWithoutReview => "item_without_review",
            Self::WorkMissing => "work_missing",
            Self::EndBeforeStart => "end_before_start",
            Self::UnknownSchedule => "unknown_schedule",
            Self::UnknownValue => "unknown_value",
            Self::StatusContradicted => "status_contradicted",
            Self::SolvedWithoutTime => "solved_without_time",
            Self::MovementContradicted => "movement_contradicted",
            Self::BotAmongStaff => "bot_among_staff",
            Self::AttributeType => "attribute_type",
            Self::MissingRate => "missing_rate",
            Self::RefundWithoutOrder => "refund_without_order",
            Self::OfferWithoutContact => "offer_without_contact",
            Self::OtherTicket => "other_ticket",
        }
    }
}

/// The days of which amounts in one currency have no exchange rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingRate {
    /// The earliest of them, in the reporting zone.
    pub first: Date,
    /// The latest.
    pub last: Date,
    /// Amounts concerned.
    pub amounts: u64,
}

impl MissingRate {
    /// One amount of one day.
    pub(super) fn of(day: Date) -> Self {
        MissingRate { first: day, last: day, amounts: 1 }
    }
}

/// How often each [`Warning`] occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    counts: BTreeMap<Warning, u64>,
    missing_rates: BTreeMap<String, MissingRate>,
}

impl Warnings {
    /// How often `warning` occurred.
    pub fn count(&self, warning: Warning) -> u64 {
        self.counts.get(&warning).copied().unwrap_or(0)
    }

    /// The warnings that occurred, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (Warning, u64)> {
        self.counts.iter().map(|(warning, count)| (*warning, *count))
    }

    /// Adds the counts of `other`.
    pub fn extend(&mut self, other: &Warnings) {
        for (warning, count) in other.iter() {
            self.add(warning, count);
        }
        for (currency, missing) in &other.missing_rates {
            self.note_rate(currency, *missing);
        }
    }

    /// The currencies for which exchange rates are missing, with the days.
    pub fn missing_rates(&self) -> &BTreeMap<String, MissingRate> {
        &self.missing_rates
    }

    pub(super) fn miss_rate(&mut self, currency: &str, missing: MissingRate) {
        self.add(Warning::MissingRate, missing.amounts);
        self.note_rate(currency, missing);
    }

    fn note_rate(&mut self, currency: &str, missing: MissingRate) {
        let known = self.missing_rates.get_mut(currency);
        match known {
            Some(known) => {
                known.first = known.first.min(missing.first);
                known.last = known.last.max(missing.last);
                known.amounts += missing.amounts;
            }
            None => {
                self.missing_rates.insert(currency.to_owned(), missing);
            }
        }
    }

    pub(super) fn add(&mut self, warning: Warning, count: u64) {
        if count > 0 {
            *self.counts.entry(warning).or_default() += count;
        }
    }

    pub(super) fn note(&mut self, warning: Warning) {
        self.add(warning, 1);
    }
}
