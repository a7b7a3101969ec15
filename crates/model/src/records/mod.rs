//! Records: what a source says, one row a thing, newest revision wins.
//!
//! A record's key is (system, kind, id). Its columns in a segment are, in this order: [`ENVELOPE`], the kind's
//! [`RecordKind::fields`], one `attr.NAME` a declared attribute, and `rest` (undeclared input columns as JSON text).

mod money;
mod people;
mod quality;
mod reach;
mod service;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use serde::{Deserialize, Serialize};

use crate::field::{Attribute, Field, FieldType};
use FieldType::{Integer, Text};

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A request for help and its present state.
    Ticket,
    /// One change of a ticket.
    Event,
    /// One call, chat or other queued conversation.
    Contact,
    /// One agent's part of a contact.
    ContactLeg,
    /// One promise of time on a ticket.
    SlaTarget,
    /// One answer to one survey question.
    SurveyAnswer,
    /// A person or company that is served.
    Customer,
    /// A member of staff.
    Agent,
    /// A team of agents.
    Team,
    /// One occasion on which a customer could be asked.
    SurveyOffer,
    /// One visit to self-service, or one conversation with a bot.
    Session,
    /// One count or sum of a day, of which nothing finer is known.
    DailyCount,
    /// One review of a contact or ticket.
    QualityReview,
    /// One item of a review.
    QualityItem,
    /// One check against one rule.
    ComplianceCheck,
    /// One formal complaint.
    Complaint,
    /// One amount of a cost pool.
    Cost,
    /// The share of a cost pool that a channel or team bears.
    Allocation,
    /// The price of a foreign currency from a day on.
    ExchangeRate,
    /// One order of a customer.
    Order,
    /// Money paid back for an order.
    Refund,
    /// One contact in which an offer could be made.
    Offer,
    /// Revenue that follows from an offer made in a contact.
    RevenueEvent,
    /// One start, change or end of a subscription.
    SubscriptionMovement,
    /// One stretch of a person's employment.
    Employment,
    /// Working time that a member of staff missed.
    Absence,
    /// Scheduled and paid time of a member of staff on a day.
    WorkDay,
    /// One stretch of what a member of staff did.
    AgentState,
    /// One answer of a member of staff to an employee survey.
    EmployeeAnswer,
}

/// In which hash bucket a record lies, and in which it is folded. What is folded together lies together, as far as records
/// say by themselves where that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// All in one: few enough to be read as a whole.
    Together,
    /// With a record that it names, in this order: it lies in the bucket of the key of the first one that it names, and of
    /// its own key where it names none. It is folded where the first one is that has come, see
    /// [`RecordName::is_elsewhere`], and where it lies if none has.
    With(&'static [RecordName]),
}

/// The columns by which a record names one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordName {
    /// What is named.
    pub kind: RecordKind,
    /// Column of its system, where that can be another than the record's own.
    pub system: Option<&'static str>,
    /// Column of its id.
    pub id: &'static str,
}

impl RecordName {
    const fn new(kind: RecordKind, system: Option<&'static str>, id: &'static str) -> RecordName {
        RecordName { kind, system, id }
    }

    /// Whether what is named can lie in the bucket of something that it names itself, so that it must be looked up. Where
    /// others lie is said by their key; they are taken to have come.
    pub fn is_elsewhere(&self) -> bool {
        !matches!(self.kind, RecordKind::Ticket | RecordKind::Customer | RecordKind::Agent)
    }
}

const TICKET_NAME: RecordName = RecordName::new(RecordKind::Ticket, Some("ticket_system"), "ticket_id");
const CONTACT_NAME: RecordName = RecordName::new(RecordKind::Contact, Some("contact_system"), "contact_id");
const CUSTOMER_NAME: RecordName = RecordName::new(RecordKind::Customer, Some("customer_system"), "customer_id");
const AGENT_NAME: RecordName = RecordName::new(RecordKind::Agent, Some("agent_system"), "agent");
const REVIEW_NAME: RecordName = RecordName::new(RecordKind::QualityReview, None, "review_id");
const ORDER_NAME: RecordName = RecordName::new(RecordKind::Order, None, "order_id");
const OFFER_NAME: RecordName = RecordName::new(RecordKind::Offer, None, "offer_id");
const SURVEY_OFFER_NAME: RecordName = RecordName::new(RecordKind::SurveyOffer, None, "offer_id");

/// With nothing else.
const ALONE: Lies = Lies::With(&[]);
/// With the ticket.
const WITH_TICKET: Lies = Lies::With(&[TICKET_NAME]);
/// With the contact, else the ticket.
const WITH_CONTACT_OR_TICKET: Lies = Lies::With(&[CONTACT_NAME, TICKET_NAME]);
/// With what else is of the customer.
const WITH_CUSTOMER: Lies = Lies::With(&[CUSTOMER_NAME]);
/// With what else is of the agent.
const WITH_AGENT: Lies = Lies::With(&[AGENT_NAME]);

/// All that is declared of a kind of record.
struct KindSpec {
    name: &'static str,
    meaning: &'static str,
    fields: &'static [Field],
    lies: Lies,
    is_timed: bool,
    words: &'static [(&'static str, &'static [&'static str])],
    orders: &'static [(&'static str, &'static str)],
}

const fn field(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: false, meaning, range: None }
}

const fn required(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: true, meaning, range: None }
}

/// Columns in front of every record: where it came from and which revision it is.
pub const ENVELOPE: &[Field] = &[
    required("bucket", Integer, "hash bucket the record is folded in"),
    required("system", Text, "system whose ids these are; part of the key"),
    required("id", Text, "external id, kept exactly; part of the key"),
    required("revision", Integer, "the greatest revision of a key wins; 0 where the source has none"),
    required("rank", Integer, "rank of the source; decides between equal revisions"),
    required("mapping", Integer, "sequence number of the mapping that made it; the newest decides next"),
    required("delivery", Integer, "number of the delivery it came in"),
    required("line", Integer, "line in the delivered file, 1 is the first"),
];

impl RecordKind {
    /// Every kind, in the order of the reference.
    pub const ALL: [RecordKind; 29] = [
        Self::Ticket,
        Self::Event,
        Self::Contact,
        Self::ContactLeg,
        Self::SlaTarget,
        Self::SurveyAnswer,
        Self::Customer,
        Self::Agent,
        Self::Team,
        Self::SurveyOffer,
        Self::Session,
        Self::DailyCount,
        Self::QualityReview,
        Self::QualityItem,
        Self::ComplianceCheck,
        Self::Complaint,
        Self::Cost,
        Self::Allocation,
        Self::ExchangeRate,
        Self::Order,
        Self::Refund,
        Self::Offer,
        Self::RevenueEvent,
        Self::SubscriptionMovement,
        Self::Employment,
        Self::Absence,
        Self::WorkDay,
        Self::AgentState,
        Self::EmployeeAnswer,
    ];

    fn spec(self) -> &'static KindSpec {
        match self {
            Self::Ticket => &service::TICKET,
            Self::Event => &service::EVENT,
            Self::Contact => &service::CONTACT,
            Self::ContactLeg => &service::CONTACT_LEG,
            Self::SlaTarget => &service::SLA_TARGET,
            Self::SurveyAnswer => &service::SURVEY_ANSWER,
            Self::Customer => &people::CUSTOMER,
            Self::Agent => &people::AGENT,
            Self::Team => &people::TEAM,
            Self::SurveyOffer => &reach::SURVEY_OFFER,
            Self::Session => &reach::SESSION,
            Self::DailyCount => &reach::DAILY_COUNT,
            Self::QualityReview => &quality::QUALITY_REVIEW,
            Self::QualityItem => &quality::QUALITY_ITEM,
            Self::ComplianceCheck => &quality::COMPLIANCE_CHECK,
            Self::Complaint => &quality::COMPLAINT,
            Self::Cost => &money::COST,
            Self::Allocation => &money::ALLOCATION,
            Self::ExchangeRate => &money::EXCHANGE_RATE,
            Self::Order => &money::ORDER,
            Self::Refund => &money::REFUND,
            Self::Offer => &money::OFFER,
            Self::RevenueEvent => &money::REVENUE_EVENT,
            Self::SubscriptionMovement => &money::SUBSCRIPTION_MOVEMENT,
            Self::Employment => &people::EMPLOYMENT,
            Self::Absence => &people::ABSENCE,
            Self::WorkDay => &people::WORK_DAY,
            Self::AgentState => &people::AGENT_STATE,
            Self::EmployeeAnswer => &people::EMPLOYEE_ANSWER,
        }
    }

    /// The name used in files and messages.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// One sentence for the reference.
    pub fn meaning(self) -> &'static str {
        self.spec().meaning
    }

    /// In which bucket its records lie.
    pub fn lies(self) -> Lies {
        self.spec().lies
    }

    /// What its records name that decides in which bucket they are folded, in order; nothing where they are few enough to be
    /// read as a whole.
    pub fn names(self) -> &'static [RecordName] {
        match self.lies() {
            Lies::Together => &[],
            Lies::With(names) => names,
        }
    }

    /// Whether where its records are folded must be looked up, as it depends on other records than these.
    ///
    /// ```
    /// use model::RecordKind;
    /// assert!(RecordKind::ContactLeg.is_handed_over());
    /// assert!(!RecordKind::Contact.is_handed_over());
    /// ```
    pub fn is_handed_over(self) -> bool {
        self.names().iter().any(RecordName::is_elsewhere)
    }

    /// What a record of this kind is told to beside, wherever it is folded itself: a survey answer to the offer it answers.
    pub fn tells(self) -> &'static [RecordName] {
        match self {
            Self::SurveyAnswer => &[SURVEY_OFFER_NAME],
            _ => &[],
        }
    }

    /// Whether a kind's completeness is told by its times, as in "loaded through".
    pub fn is_timed(self) -> bool {
        self.spec().is_timed
    }

    /// The words a field may hold, where they are a closed list.
    ///
    /// ```
    /// use model::RecordKind;
    /// assert_eq!(RecordKind::Contact.words("direction"), Some(&["in", "out"][..]));
    /// assert_eq!(RecordKind::Contact.words("queue"), None);
    /// ```
    pub fn words(self, field: &str) -> Option<&'static [&'static str]> {
        self.spec().words.iter().find(|(name, _)| *name == field).map(|(_, words)| *words)
    }

    /// Times that cannot lie before another: later, earlier.
    pub fn orders(self) -> &'static [(&'static str, &'static str)] {
        self.spec().orders
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a source file may map for this kind, beside `id`, `revision` and attributes.
    ///
    /// The fields ending in `_system` are filled from the source file's `refers`, not mapped.
    pub fn fields(self) -> &'static [Field] {
        self.spec().fields
    }

    /// Columns of a segment of this kind.
    pub fn schema(self, attributes: &[Attribute]) -> Arc<Schema> {
        let declared = ENVELOPE
            .iter()
            .chain(self.fields())
            .map(|field| ArrowField::new(field.name, field.kind.arrow(), !field.required));
        let custom = attributes
            .iter()
            .map(|attribute| ArrowField::new(format!("attr.{}", attribute.name), attribute.kind.arrow(), true));
        let rest = std::iter::once(ArrowField::new("rest", DataType::Utf8, true));
        Arc::new(Schema::new(declared.chain(custom).chain(rest).collect::<Vec<_>>()))
    }

    /// The bucket, of `buckets`, in which the record is folded: that of its ticket where it has one, so that a
    /// ticket, its events and its survey answers meet; its own otherwise.
    ///
    /// ```
    /// use model::RecordKind;
    /// assert_eq!(RecordKind::bucket("desk", "007", 32), RecordKind::bucket("desk", "007", 32));
    /// ```
    pub fn bucket(system: &str, id: &str, buckets: u32) -> u32 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(system.len() as u64).to_le_bytes());
        hasher.update(system.as_bytes());
        hasher.update(id.as_bytes());
        let bytes = hasher.finalize();
        let word =
            u32::from_le_bytes([bytes.as_bytes()[0], bytes.as_bytes()[1], bytes.as_bytes()[2], bytes.as_bytes()[3]]);
        word % buckets.max(1)
    }
}
