//! What stops a fold, and what is only counted.

use serde::{Deserialize, Serialize};

use crate::RecordKind;

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
    /// A value that its field cannot hold, as a status `resolved` or a negative count, of a record that was imported before
    /// such values were rejected: read as if not stated.
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
    /// and days tells [`Warnings::missing_rates`](super::Warnings::missing_rates).
    MissingRate,
    /// A refund whose order is not there: its fact has no dimensions of an order, and no order is less for it.
    RefundWithoutOrder,
    /// An offer or revenue event that names a contact or ticket which is not there.
    OfferWithoutContact,
    /// A review, check, offer or revenue event that names a contact and another ticket than the contact does: it counts
    /// with the contact's.
    OtherTicket,
    /// A stretch of employment that begins while another of the same person goes on: both are heads.
    EmployedTwice,
    /// A day of counts on which a part is more than its whole, as calls answered in target and calls offered: both are
    /// kept, since what is counted at its end may have begun on another day.
    PartAboveWhole,
}

impl Warning {
    /// Every warning, in the order of the reference.
    pub const ALL: [Warning; 20] = [
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
        Self::EmployedTwice,
        Self::PartAboveWhole,
    ];

    /// The kind of record it is of, where it is of one only.
    pub fn kind(self) -> Option<RecordKind> {
        Some(match self {
            Self::EventWithoutTicket => RecordKind::Event,
            Self::AnswerWithoutTicket => RecordKind::SurveyAnswer,
            Self::LegWithoutContact => RecordKind::ContactLeg,
            Self::TargetWithoutTicket => RecordKind::SlaTarget,
            Self::ItemWithoutReview => RecordKind::QualityItem,
            Self::StatusContradicted | Self::SolvedWithoutTime => RecordKind::Ticket,
            Self::MovementContradicted => RecordKind::SubscriptionMovement,
            Self::RefundWithoutOrder => RecordKind::Refund,
            Self::EmployedTwice => RecordKind::Employment,
            Self::PartAboveWhole => RecordKind::DailyCount,
            Self::WorkMissing
            | Self::EndBeforeStart
            | Self::UnknownSchedule
            | Self::UnknownValue
            | Self::BotAmongStaff
            | Self::AttributeType
            | Self::MissingRate
            | Self::OfferWithoutContact
            | Self::OtherTicket => return None,
        })
    }

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
            Self::UnknownSchedule => "a schedule is named that is not among the calendars: the default one is used",
            Self::UnknownValue => "a value that its field cannot hold: read as not stated",
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
            Self::PartAboveWhole => "a day on which a part is more than its whole: both are counted as they are",
            Self::EmployedTwice => {
                "an employment that begins while another of the same person goes on: counts as a second head"
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
                | Self::OtherTicket
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
            Self::EmployedTwice => "employed_twice",
            Self::PartAboveWhole => "part_above_whole",
        }
    }
}
