//! Facts: what metrics are asked of. Raw times, durations on both clocks, gaps to neighbours: never a thresholded
//! flag and nothing that depends on now, so that a parameter can change without folding again.

/// Columns that a fact carries from its customer; the first two are empty together.
macro_rules! customer_dimensions {
    ($($extra:expr),* $(,)?) => {
        &[
            $($extra,)*
            column("customer_system", Text, "system of customer_id"),
            column("customer_id", Text, "customer"),
            column("customer_segment", Text, "segment of the customer"),
            column("customer_country", Text, "country of the customer"),
            column("customer_region", Text, "region of the customer"),
            column("customer_plan", Text, "plan of the customer"),
            column("customer_industry", Text, "industry of the customer"),
            required("is_test", Boolean, "the record or its customer is a test or an employee"),
        ]
    };
}

/// Columns that every ticket-like fact carries from its ticket and customer.
macro_rules! shared_dimensions {
    ($($extra:expr),* $(,)?) => {
        customer_dimensions![
            $($extra,)*
            column("channel", Text, "channel"),
            column("queue", Text, "queue"),
            column("language", Text, "language of the customer"),
        ]
    };
}

mod money;
mod people;
mod quality;
mod reach;
mod service;

use std::sync::Arc;

use arrow::datatypes::{Field as ArrowField, Schema};
use serde::{Deserialize, Serialize};

use crate::RecordKind;
use crate::field::{Attribute, Attributes, Field, FieldType};

/// A table of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactTable {
    /// One row a ticket.
    Ticket,
    /// One row a queued contact.
    Contact,
    /// One row an agent's part of a contact; a contact without legs of its own has one.
    ContactLeg,
    /// One row each time a customer came to the organisation, in whatever channel: queued contacts and written requests.
    CustomerContact,
    /// One row a promise of time on a ticket.
    SlaTarget,
    /// One row a turn: a customer's message and the next public reply to it.
    ReplyTurn,
    /// One row a stretch in which a ticket was open; none between a solve and the reopening.
    OpenInterval,
    /// One row a survey answer.
    SurveyAnswer,
    /// One row an occasion on which a customer could be asked.
    SurveyOffer,
    /// One row a visit to self-service or a conversation with a bot.
    Session,
    /// One row a count or sum of a day.
    DailyCount,
    /// One row a review, its items added up.
    QualityReview,
    /// One row a check against a rule.
    ComplianceCheck,
    /// One row a complaint.
    Complaint,
    /// One row a day, pool, channel and team.
    Cost,
    /// One row an order, its refunds added up.
    Order,
    /// One row a refund.
    Refund,
    /// One row a contact in which an offer could be made.
    Offer,
    /// One row a revenue event.
    RevenueEvent,
    /// One row a stretch in which what a customer subscribes to stayed the same.
    Subscription,
    /// One row a stretch of employment.
    Employment,
    /// One row a person's absence.
    Absence,
    /// One row a person's day.
    WorkDay,
    /// One row a stretch of what a person did.
    AgentState,
    /// One row an answer of a member of staff.
    EmployeeAnswer,
}

/// All that is declared of a table.
struct TableSpec {
    name: &'static str,
    meaning: &'static str,
    columns: &'static [Field],
    attribute_kinds: &'static [RecordKind],
    record_kinds: &'static [RecordKind],
    layout_time: &'static str,
    key: &'static [&'static str],
    end: &'static [&'static str],
    team: Option<&'static str>,
}

const fn column(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: false, meaning, range: None }
}

const fn required(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: true, meaning, range: None }
}

impl FactTable {
    /// Every table, in the order of the reference.
    pub const ALL: [FactTable; 25] = [
        Self::Ticket,
        Self::Contact,
        Self::ContactLeg,
        Self::CustomerContact,
        Self::SlaTarget,
        Self::ReplyTurn,
        Self::OpenInterval,
        Self::SurveyAnswer,
        Self::SurveyOffer,
        Self::Session,
        Self::DailyCount,
        Self::QualityReview,
        Self::ComplianceCheck,
        Self::Complaint,
        Self::Cost,
        Self::Order,
        Self::Refund,
        Self::Offer,
        Self::RevenueEvent,
        Self::Subscription,
        Self::Employment,
        Self::Absence,
        Self::WorkDay,
        Self::AgentState,
        Self::EmployeeAnswer,
    ];

    fn spec(self) -> &'static TableSpec {
        match self {
            Self::Ticket => &service::TICKET,
            Self::Contact => &service::CONTACT,
            Self::ContactLeg => &service::CONTACT_LEG,
            Self::CustomerContact => &service::CUSTOMER_CONTACT,
            Self::SlaTarget => &service::SLA_TARGET,
            Self::ReplyTurn => &service::REPLY_TURN,
            Self::OpenInterval => &service::OPEN_INTERVAL,
            Self::SurveyAnswer => &service::SURVEY_ANSWER,
            Self::SurveyOffer => &reach::SURVEY_OFFER,
            Self::Session => &reach::SESSION,
            Self::DailyCount => &reach::DAILY_COUNT,
            Self::QualityReview => &quality::QUALITY_REVIEW,
            Self::ComplianceCheck => &quality::COMPLIANCE_CHECK,
            Self::Complaint => &quality::COMPLAINT,
            Self::Cost => &money::COST,
            Self::Order => &money::ORDER,
            Self::Refund => &money::REFUND,
            Self::Offer => &money::OFFER,
            Self::RevenueEvent => &money::REVENUE_EVENT,
            Self::Subscription => &money::SUBSCRIPTION,
            Self::Employment => &people::EMPLOYMENT,
            Self::Absence => &people::ABSENCE,
            Self::WorkDay => &people::WORK_DAY,
            Self::AgentState => &people::AGENT_STATE,
            Self::EmployeeAnswer => &people::EMPLOYEE_ANSWER,
        }
    }

    /// The name used in metric files.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// One sentence for the reference.
    pub fn meaning(self) -> &'static str {
        self.spec().meaning
    }

    /// The table called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its declared columns.
    pub fn columns(self) -> &'static [Field] {
        self.spec().columns
    }

    /// The kinds of record whose attributes its rows carry: a row's own first, then its ticket's, then its customer's,
    /// last its agent's, where it has one and not several in turn.
    pub fn attribute_kinds(self) -> &'static [RecordKind] {
        self.spec().attribute_kinds
    }

    /// The kinds of record its rows are folded from; their sources decide its watermark.
    pub fn record_kinds(self) -> &'static [RecordKind] {
        self.spec().record_kinds
    }

    /// The kinds of record that a column tells of beside those: what the rows' customers did otherwise. Without their
    /// sources nothing is known of it, so they decide the watermark of whoever asks for the column.
    ///
    /// ```
    /// use model::{FactTable, RecordKind};
    /// assert_eq!(FactTable::Session.neighbour_kinds("next_contact_gap"), [RecordKind::Contact, RecordKind::Ticket]);
    /// assert!(FactTable::Session.neighbour_kinds("outcome").is_empty());
    /// ```
    pub fn neighbour_kinds(self, column: &str) -> &'static [RecordKind] {
        match (self, column) {
            (Self::Session, "next_contact_gap" | "next_contact_any_issue_gap" | "previous_gap") => {
                &[RecordKind::Contact, RecordKind::Ticket]
            }
            (Self::CustomerContact, "previous_session_gap" | "next_session_gap") => &[RecordKind::Session],
            (
                Self::CustomerContact,
                "was_subscribed" | "lost_gap" | "regained_gap" | "lost_again_gap" | "regained_again_gap",
            ) => &[RecordKind::SubscriptionMovement],
            _ => &[],
        }
    }

    /// The time by which rows are laid out in segments.
    pub fn layout_time(self) -> &'static str {
        self.spec().layout_time
    }

    /// The columns that tell its rows apart: the system, then the ids within it.
    pub fn key(self) -> &'static [&'static str] {
        self.spec().key
    }

    /// The columns of which one is filled once what a row is about has ended; none where a row is about something that
    /// does not go on.
    pub fn end(self) -> &'static [&'static str] {
        self.spec().end
    }

    /// Whether its rows are counts and sums already, of which only sums can be made, and means of sums; not medians, shares
    /// of rows or numbers of rows.
    pub fn holds_sums(self) -> bool {
        self == Self::DailyCount
    }

    /// Whether a column of it is an amount of money, in the organisation's currency: any number of a table of money is.
    ///
    /// ```
    /// use model::FactTable;
    /// assert!(FactTable::Subscription.is_money("mrr"));
    /// assert!(!FactTable::Subscription.is_money("started_at"));
    /// assert!(!FactTable::QualityReview.is_money("score"));
    /// ```
    pub fn is_money(self, column: &str) -> bool {
        let has_money =
            matches!(self, Self::Cost | Self::Order | Self::Refund | Self::RevenueEvent | Self::Subscription);
        let is_number = |field: &Field| field.name == column && field.kind == FieldType::Number;
        has_money && self.columns().iter().any(is_number)
    }

    /// Whether its rows may be of days to come, as those of a cost that is known before the days it is for are over.
    pub fn lies_ahead(self) -> bool {
        self == Self::Cost
    }

    /// The columns by which amounts are shared out: a row without one belongs to nobody in particular, and not to those
    /// without.
    pub fn shared_out(self) -> &'static [&'static str] {
        match self {
            Self::Cost => &["channel", "team"],
            _ => &[],
        }
    }

    /// The column of the team whose own a row is; none where rows belong to no team.
    pub fn team(self) -> Option<&'static str> {
        self.spec().team
    }

    /// The column that names the member of staff whose row it is, of a table whose figures are not to be about few
    /// people; none of all others.
    pub fn people(self) -> Option<&'static str> {
        match self {
            Self::Employment | Self::Absence | Self::WorkDay | Self::AgentState => Some("agent"),
            Self::EmployeeAnswer => Some("respondent"),
            _ => None,
        }
    }

    /// The attributes of this table in a workspace: its columns `attr.NAME`, the first kind winning a shared name.
    pub fn attributes(self, attributes: &Attributes) -> Vec<Attribute> {
        let mut all: Vec<Attribute> = Vec::new();
        for kind in self.attribute_kinds() {
            for attribute in attributes.get(kind).into_iter().flatten() {
                if all.iter().all(|other| other.name != attribute.name) {
                    all.push(attribute.clone());
                }
            }
        }
        all
    }

    /// Columns of a segment of this table.
    pub fn schema(self, attributes: &Attributes) -> Arc<Schema> {
        let declared =
            self.columns().iter().map(|column| ArrowField::new(column.name, column.kind.arrow(), !column.required));
        let custom = self
            .attributes(attributes)
            .into_iter()
            .map(|attribute| ArrowField::new(format!("attr.{}", attribute.name), attribute.kind.arrow(), true));
        Arc::new(Schema::new(declared.chain(custom).collect::<Vec<_>>()))
    }
}
