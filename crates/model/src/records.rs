//! Records: what a source says, one row a thing, newest revision wins.
//!
//! A record's key is (system, kind, id). Its columns in a segment are, in this order: [`ENVELOPE`], the kind's
//! [`RecordKind::fields`], one `attr.NAME` a declared attribute, and `rest` (undeclared input columns as JSON text).

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use serde::{Deserialize, Serialize};

use crate::field::{Attribute, Field, FieldType};
use FieldType::{Boolean, Duration, Integer, Number, Text, Time};

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
}

const fn field(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: false, meaning }
}

const fn required(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: true, meaning }
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

const TICKET: &[Field] = &[
    required("created_at", Time, "when the request was made"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who asked"),
    field("agent_system", Text, "system of agent ids"),
    field("channel", Text, "email, chat, phone, portal, social, messaging, …"),
    field("subject", Text, "first line of the request"),
    field("status", Text, "new, open, pending, on_hold, solved or closed"),
    field("priority", Text, "priority as the source names it"),
    field("category", Text, "what it is about; same customer and category are one issue"),
    field("product", Text, "product concerned"),
    field("language", Text, "language of the customer"),
    field("queue", Text, "queue it waits in"),
    field("team", Text, "team in charge now"),
    field("agent", Text, "agent in charge now"),
    field("created_by", Text, "customer, agent, bot or system; customer where not said"),
    field("first_reply_at", Time, "first public reply of a human, where the source states it and gives no events"),
    field("solved_at", Time, "last solve, where the source states it and gives no status events"),
    field("closed_at", Time, "when it was closed for good"),
    field("is_spam", Boolean, "spam is left out of every metric"),
    field("is_test", Boolean, "made by staff or a test"),
    field("merged_into", Text, "ticket that carries on in its place"),
    field("schedule", Text, "business calendar of its clock; the organisation's where not said"),
    field("url", Text, "address in the help desk"),
];

const EVENT: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    required("ticket_id", Text, "ticket it happened to"),
    required("at", Time, "when it happened"),
    field("sequence", Integer, "order among events of one instant"),
    required("kind", Text, "reply, note, status, assign, merge, update"),
    field("actor_kind", Text, "customer, agent, bot or system"),
    field("actor", Text, "who did it"),
    field("public", Boolean, "whether the customer can see it; replies are unless said"),
    field("from", Text, "value before: a status, team or agent"),
    field("to", Text, "value after: for status new, open, pending, on_hold, solved or closed"),
    field("team", Text, "team in charge from then on"),
    field("agent", Text, "agent in charge from then on"),
];

const CONTACT: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket it belongs to"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who called or wrote"),
    field("issue", Text, "what it is about; same customer and issue are one episode"),
    field("agent_system", Text, "system of agent and team"),
    field("channel", Text, "phone, chat, messaging, …"),
    field("queue", Text, "queue it waited in"),
    field("direction", Text, "in or out; in where not said"),
    required("queued_at", Time, "when it began to wait"),
    field("answered_at", Time, "when an agent took it"),
    field("abandoned_at", Time, "when the customer gave up"),
    field("ended_at", Time, "when it ended"),
    field("outcome", Text, "answered, abandoned, callback or overflow; from the times where not said"),
    field("handled_by", Text, "human or bot; human where not said"),
    field("team", Text, "team that took it"),
    field("agent", Text, "agent who took it"),
    field("talk", Duration, "time in conversation"),
    field("hold", Duration, "time on hold"),
    field("wrap_up", Duration, "work after the conversation"),
    field("transfers", Integer, "times it was passed on to another agent, where the source gives no legs"),
    field("language", Text, "language of the customer"),
    field("is_test", Boolean, "made by staff or a test"),
];

const CONTACT_LEG: &[Field] = &[
    field("contact_system", Text, "system of contact_id"),
    required("contact_id", Text, "contact it is a part of"),
    field("agent_system", Text, "system of agent and team"),
    field("agent", Text, "agent whose part it is"),
    field("team", Text, "team of that agent then"),
    required("started_at", Time, "when the agent took it"),
    field("ended_at", Time, "when the agent had passed it on or ended it"),
    field(
        "transfer",
        Text,
        "how it came to this agent: cold, warm or consult; cold where not said, none for the first leg",
    ),
    field("talk", Duration, "time in conversation"),
    field("hold", Duration, "time on hold"),
    field("wrap_up", Duration, "work after the conversation"),
];

const SLA_TARGET: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    required("ticket_id", Text, "ticket it was promised for"),
    required("promise", Text, "what was promised: first_reply, next_reply, resolution or a name of one's own"),
    field("policy", Text, "agreement it follows from; kept as the first revision states it"),
    field("policy_version", Text, "version of the agreement; kept as the first revision states it"),
    required("started_at", Time, "when its clock began"),
    field("target", Duration, "time promised; kept as the first revision states it"),
    field("clock", Text, "business or calendar: clock of the target; business where not said"),
    field("due_at", Time, "when it is due, where the source says so and no target is known"),
    field("paused", Duration, "time its clock has stood still, on that clock"),
    field("fulfilled_at", Time, "when it was fulfilled"),
    field("met", Boolean, "whether it was met, where the source says only that"),
    field("is_cancelled", Boolean, "withdrawn, as when the agreement ceased to apply"),
];

const SURVEY_ANSWER: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket asked about"),
    field("contact_id", Text, "contact asked about"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who answered"),
    field("agent_system", Text, "system of agent and team; that of the ticket's where not said"),
    required("instrument", Text, "csat, nps, ces or a name of one's own"),
    field("question_version", Text, "version of the question"),
    required("scale_min", Integer, "lowest answer of the scale"),
    required("scale_max", Integer, "highest answer of the scale"),
    required("value", Number, "the answer, within the scale"),
    field("offered_at", Time, "when the survey was sent"),
    required("answered_at", Time, "when it was answered"),
    field("about", Text, "agent, service, product, delivery or company"),
    field("channel", Text, "channel of the service rated; the ticket's where not said"),
    field("team", Text, "team rated; the ticket's at that time where not said"),
    field("agent", Text, "agent rated; the ticket's at that time where not said"),
    field("language", Text, "language of the answer"),
    field("comment", Text, "the customer's own words"),
    field("weight", Number, "survey weight, where the sample was weighted"),
    field("is_test", Boolean, "made by staff or a test"),
];

const CUSTOMER: &[Field] = &[
    field("name", Text, "name"),
    field("segment", Text, "segment"),
    field("country", Text, "country"),
    field("plan", Text, "plan or contract"),
    field("industry", Text, "industry"),
    field("since", Time, "customer since"),
    field("is_test", Boolean, "employees and test accounts are left out of every metric"),
];

const AGENT: &[Field] = &[
    field("name", Text, "name"),
    field("team", Text, "team they belong to"),
    field("email", Text, "address"),
    field("is_bot", Boolean, "a bot, not a person"),
];

const TEAM: &[Field] = &[
    field("name", Text, "name"),
    field("parent", Text, "team or department it belongs to"),
    field("schedule", Text, "business calendar of the team"),
];

impl RecordKind {
    /// Every kind, in the order of the reference.
    pub const ALL: [RecordKind; 9] = [
        Self::Ticket,
        Self::Event,
        Self::Contact,
        Self::ContactLeg,
        Self::SlaTarget,
        Self::SurveyAnswer,
        Self::Customer,
        Self::Agent,
        Self::Team,
    ];

    /// The name used in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Event => "event",
            Self::Contact => "contact",
            Self::ContactLeg => "contact_leg",
            Self::SlaTarget => "sla_target",
            Self::SurveyAnswer => "survey_answer",
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Team => "team",
        }
    }

    /// One sentence for the reference.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ticket => "a request for help and its present state",
            Self::Event => "one change of a ticket: a reply, a note, a status, an assignment, a merge",
            Self::Contact => "one call, chat or other conversation that was queued",
            Self::ContactLeg => "one agent's part of a contact",
            Self::SlaTarget => "one promise of time on a ticket",
            Self::SurveyAnswer => "one answer to one survey question",
            Self::Customer => "a person or company that is served",
            Self::Agent => "a member of staff, or a bot",
            Self::Team => "a team of agents",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a source file may map for this kind, beside `id`, `revision` and attributes.
    ///
    /// The fields ending in `_system` are filled from the source file's `refers`, not mapped.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Ticket => TICKET,
            Self::Event => EVENT,
            Self::Contact => CONTACT,
            Self::ContactLeg => CONTACT_LEG,
            Self::SlaTarget => SLA_TARGET,
            Self::SurveyAnswer => SURVEY_ANSWER,
            Self::Customer => CUSTOMER,
            Self::Agent => AGENT,
            Self::Team => TEAM,
        }
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
