//! Facts: what metrics are asked of. Raw times, durations on both clocks, gaps to neighbours: never a thresholded
//! flag and nothing that depends on now, so that a parameter can change without folding again.

use std::sync::Arc;

use arrow::datatypes::{Field as ArrowField, Schema};
use serde::{Deserialize, Serialize};

use crate::RecordKind;
use crate::field::{Attribute, Attributes, Field, FieldType};
use FieldType::{Boolean, Duration, Integer, Number, Text, Time};

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
}

const fn column(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: false, meaning }
}

const fn required(name: &'static str, kind: FieldType, meaning: &'static str) -> Field {
    Field { name, kind, required: true, meaning }
}

/// Columns that every ticket-like fact carries from its ticket and customer.
macro_rules! shared_dimensions {
    ($($extra:expr),* $(,)?) => {
        &[
            $($extra,)*
            column("customer_system", Text, "system of customer_id"),
            column("customer_id", Text, "customer"),
            column("customer_segment", Text, "segment of the customer"),
            column("customer_country", Text, "country of the customer"),
            column("customer_plan", Text, "plan of the customer"),
            column("customer_industry", Text, "industry of the customer"),
            column("channel", Text, "channel"),
            column("queue", Text, "queue"),
            column("language", Text, "language of the customer"),
            required("is_test", Boolean, "the record or its customer is a test or an employee"),
        ]
    };
}

const TICKET: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("ticket_id", Text, "ticket"),
    required("created_at", Time, "when the request was made"),
    column("first_reply_at", Time, "first public reply of a human to a request"),
    column("first_any_reply_at", Time, "first public reply of a human or a bot"),
    column("first_solved_at", Time, "first solve"),
    column("last_solved_at", Time, "last solve; empty while the ticket is open, so restated by a reopening"),
    column("closed_at", Time, "closed for good"),
    column("first_reply_time", Duration, "created to first human reply, calendar clock"),
    column("first_reply_business_time", Duration, "created to first human reply, business clock"),
    column("first_any_reply_time", Duration, "created to first reply of human or bot, calendar clock"),
    column("first_any_reply_business_time", Duration, "created to first reply of human or bot, business clock"),
    column("first_resolution_time", Duration, "created to first solve, calendar clock"),
    column("first_resolution_business_time", Duration, "created to first solve, business clock"),
    column("resolution_time", Duration, "created to last solve, calendar clock"),
    column("resolution_business_time", Duration, "created to last solve, business clock"),
    required("agent_replies", Integer, "public replies of humans"),
    required("bot_replies", Integer, "public replies of bots"),
    required("customer_replies", Integer, "messages of the customer after the first"),
    required("reopens", Integer, "times it was opened again after a solve"),
    required("pauses", Integer, "times it was put to pending or on hold"),
    column("reopen_time", Duration, "first solve to the first reopening by the customer"),
    column("reopen_length", Duration, "how long it then stayed open; empty while it is"),
    column(
        "reopenings",
        Text,
        "every reopening by the customer that stayed open for longer than all before it, as TIME:LENGTH in milliseconds, the time from the first solve, no length while it is open; for reopened_within"
    ),
    required("status", Text, "new, open, pending, on_hold, solved or closed"),
    required("created_by", Text, "customer, agent, bot or system"),
    column("priority", Text, "priority"),
    column("category", Text, "what it is about"),
    column("product", Text, "product"),
    column("team_created", Text, "team in charge at creation"),
    column("team_first_reply", Text, "team in charge at the first human reply, or now while unanswered"),
    column("team_solved", Text, "team in charge at the last solve, or now while open"),
    column("agent_created", Text, "agent in charge at creation"),
    column("agent_first_reply", Text, "agent who gave the first human reply, or in charge now while unanswered"),
    column("agent_solved", Text, "agent in charge at the last solve, or now while open"),
    required("is_spam", Boolean, "spam"),
    required("is_merged", Boolean, "carried on in another ticket"),
    required("calendar", Text, "schedule of its business clock"),
    required("calendar_version", Text, "hash of that schedule"),
    column("url", Text, "address in the help desk"),
];

const CONTACT: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("contact_id", Text, "contact"),
    column("ticket_id", Text, "ticket it belongs to"),
    required("queued_at", Time, "when it began to wait"),
    column("answered_at", Time, "when an agent took it"),
    column("abandoned_at", Time, "when the customer gave up"),
    column("ended_at", Time, "when it ended"),
    column("wait", Duration, "queued to answered or abandoned; empty where neither is known"),
    column("talk", Duration, "time in conversation, of all legs"),
    column("hold", Duration, "time on hold, of all legs"),
    column("wrap_up", Duration, "work after the conversation, of all legs"),
    required("legs", Integer, "agents' parts; 0 where nobody took it"),
    required("transfers", Integer, "times it was passed on to another agent; consultations are none"),
    required("cold_transfers", Integer, "of these, without the first agent staying on the line"),
    required("warm_transfers", Integer, "of these, with the first agent introducing the customer"),
    required("outcome", Text, "answered, abandoned, callback, overflow or waiting"),
    required("direction", Text, "in or out"),
    required("handled_by", Text, "human or bot"),
    column("issue", Text, "what it is about"),
    column("team", Text, "team it waited for or that took it, as the source says"),
    column("agent", Text, "agent who took it"),
];

const CONTACT_LEG: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("contact_id", Text, "contact it is a part of"),
    column("ticket_id", Text, "ticket of the contact"),
    required("leg", Integer, "1 for the agent who took the contact"),
    required("started_at", Time, "when the agent took it"),
    column("ended_at", Time, "when the agent had passed it on or ended it"),
    column("contact_ended_at", Time, "when the contact ended"),
    column("talk", Duration, "time in conversation"),
    column("hold", Duration, "time on hold"),
    column("wrap_up", Duration, "work after the conversation"),
    column("handle_time", Duration, "talk, hold and wrap-up; where talk is not known, started to ended and wrap-up"),
    column(
        "busy_time",
        Duration,
        "the agent's own time in that: a stretch shared with other legs counts as its equal part"
    ),
    column(
        "contact_handle_time",
        Duration,
        "handle_time of all legs of the contact, as far as it is known; on the first leg only"
    ),
    column(
        "contact_busy_time",
        Duration,
        "busy_time of all legs of the contact, as far as it is known; on the first leg only"
    ),
    column("transfer", Text, "how it came to this agent: cold, warm or consult; none for the first leg"),
    required("outcome", Text, "outcome of the contact"),
    required("direction", Text, "in or out"),
    required("handled_by", Text, "human or bot"),
    column("issue", Text, "what the contact is about"),
    column("team", Text, "team of the agent then"),
    column("agent", Text, "agent whose part it is"),
];

const CUSTOMER_CONTACT: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("contact_id", Text, "contact, or the ticket of a written request"),
    required(
        "via",
        Text,
        "queue for a queued contact, ticket for a written request that no contact of it up to an hour later stands for"
    ),
    column("ticket_id", Text, "ticket it belongs to"),
    required("contacted_at", Time, "when the customer came: queued, or the request made"),
    required(
        "outcome",
        Text,
        "of a queued contact; of a written request answered, or waiting while no human has replied"
    ),
    required("handled_by", Text, "human or bot"),
    column("issue", Text, "what it is about; the category of its ticket where the contact says nothing"),
    column("priority", Text, "priority of the ticket"),
    column("product", Text, "product of the ticket"),
    column("team", Text, "team that took it"),
    column("agent", Text, "agent who took it"),
    column("previous_gap", Duration, "since the previous contact of the same customer and issue, in any channel"),
    column("next_gap", Duration, "to the next contact of the same customer and issue, in any channel"),
    column("previous_any_issue_gap", Duration, "since the previous contact of the same customer"),
    column("next_any_issue_gap", Duration, "to the next contact of the same customer"),
    column(
        "previous_same_channel_gap",
        Duration,
        "since the previous contact of the same customer and issue in this channel"
    ),
    column("next_same_channel_gap", Duration, "to the next contact of the same customer and issue in this channel"),
    column(
        "chase_silence",
        Duration,
        "longest time a message of the customer on the ticket stayed without reply until the customer wrote again"
    ),
    column("reopen_time", Duration, "from this contact to the first reopening of its ticket by the customer after it"),
    column("reopen_length", Duration, "how long it then stayed open; empty while it is"),
    column(
        "reopenings",
        Text,
        "every such reopening that stayed open for longer than all of them before it, as TIME:LENGTH in milliseconds, the time from this contact, no length while it is open; for reopened_within"
    ),
];

const SLA_TARGET: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("target_id", Text, "target"),
    required("ticket_id", Text, "ticket it was promised for"),
    required("promise", Text, "first_reply, next_reply, resolution or a name of one's own"),
    column("policy", Text, "agreement, as its first revision states it"),
    column("policy_version", Text, "version of the agreement, as its first revision states it"),
    required("started_at", Time, "when its clock began"),
    required(
        "due_at",
        Time,
        "start, target and pauses on its clock; as the source says where it states no target; else the fulfilment, else the start"
    ),
    column("fulfilled_at", Time, "when it was fulfilled"),
    column("target", Duration, "time promised, as its first revision states it"),
    column("paused", Duration, "time its clock has stood still"),
    column(
        "met",
        Boolean,
        "whether it was met: fulfilled by the time it was due; where neither is known, as the source says; none while it is open"
    ),
    required("is_cancelled", Boolean, "withdrawn"),
    required("changes", Integer, "later revisions that stated another target, agreement or version"),
    column("priority", Text, "priority of the ticket"),
    column("category", Text, "what the ticket is about"),
    column("product", Text, "product of the ticket"),
    column("team_started", Text, "team in charge of the ticket when the clock began"),
    column("team_ended", Text, "team in charge at the fulfilment, or now while open"),
    column("agent_started", Text, "agent in charge when the clock began"),
    column("agent_ended", Text, "agent in charge at the fulfilment, or now while open"),
    required("is_spam", Boolean, "the ticket is spam"),
    required("is_merged", Boolean, "the ticket is carried on in another"),
];

const REPLY_TURN: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("ticket_id", Text, "ticket"),
    required("turn", Integer, "1 for the request itself"),
    required("asked_at", Time, "first unanswered message of the customer"),
    column("replied_at", Time, "next public reply of a human"),
    column(
        "solved_unanswered_at",
        Time,
        "when the ticket was solved without a reply to this message; the time of asking where it was solved already and stayed so"
    ),
    column("reply_time", Duration, "asked to replied, calendar clock"),
    column("reply_business_time", Duration, "asked to replied, business clock"),
    column("priority", Text, "priority"),
    column("category", Text, "what it is about"),
    column("product", Text, "product"),
    column("team_replied", Text, "team in charge at the reply, or now while unanswered"),
    column("agent_replied", Text, "agent who replied"),
    required("is_spam", Boolean, "spam"),
    required("is_merged", Boolean, "carried on in another ticket"),
    required("calendar", Text, "schedule of its business clock"),
];

const OPEN_INTERVAL: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("ticket_id", Text, "ticket"),
    required("opened_at", Time, "created or reopened"),
    column("solved_at", Time, "the solve that ended it; empty while open"),
    required("interval", Integer, "1 for the first, 2 after the first reopening"),
    column("priority", Text, "priority"),
    column("category", Text, "what it is about"),
    column("product", Text, "product"),
    column("team", Text, "team in charge at its end, or now while open"),
    column("agent", Text, "agent in charge at its end, or now while open"),
    required("is_spam", Boolean, "spam"),
    required("is_merged", Boolean, "carried on in another ticket"),
];

const SURVEY_ANSWER: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("answer_id", Text, "answer"),
    column("ticket_id", Text, "ticket asked about"),
    required("answered_at", Time, "when it was answered"),
    column("offered_at", Time, "when the survey was sent"),
    column(
        "previous_answered_at",
        Time,
        "the answer before it on the same ticket to the same instrument on the same scale; empty for the first one"
    ),
    column(
        "next_answered_at",
        Time,
        "the next answer on the same ticket to the same instrument on the same scale; empty for the last one"
    ),
    column("answer_delay", Duration, "offered to answered"),
    column("next_answer_delay", Duration, "offered to answered, of the next answer"),
    required("instrument", Text, "csat, nps, ces or a name of one's own"),
    column("question_version", Text, "version of the question"),
    required("scale", Text, "lowest and highest answer, as 1-5"),
    required("value", Number, "the answer"),
    column("weight", Number, "survey weight"),
    column("about", Text, "agent, service, product, delivery or company"),
    column("priority", Text, "priority of the ticket"),
    column("category", Text, "what the ticket is about"),
    column("product", Text, "product of the ticket"),
    column("team_rated", Text, "team in charge when it was rated"),
    column("agent_rated", Text, "agent in charge when it was rated"),
    column("comment", Text, "the customer's own words"),
];

impl FactTable {
    /// Every table, in the order of the reference.
    pub const ALL: [FactTable; 8] = [
        Self::Ticket,
        Self::Contact,
        Self::ContactLeg,
        Self::CustomerContact,
        Self::SlaTarget,
        Self::ReplyTurn,
        Self::OpenInterval,
        Self::SurveyAnswer,
    ];

    /// The name used in metric files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Contact => "contact",
            Self::ContactLeg => "contact_leg",
            Self::CustomerContact => "customer_contact",
            Self::SlaTarget => "sla_target",
            Self::ReplyTurn => "reply_turn",
            Self::OpenInterval => "open_interval",
            Self::SurveyAnswer => "survey_answer",
        }
    }

    /// One sentence for the reference.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Ticket => "one row a ticket",
            Self::Contact => "one row a queued contact",
            Self::ContactLeg => "one row an agent's part of a contact; a contact without legs of its own has one",
            Self::CustomerContact => {
                "one row each time a customer came, in whatever channel: queued contacts that were not abandoned, and written requests that no contact belongs to"
            }
            Self::SlaTarget => "one row a promise of time on a ticket",
            Self::ReplyTurn => "one row a turn: a message of the customer and the next public reply to it",
            Self::OpenInterval => {
                "one row a stretch in which a ticket was open; none between a solve and the reopening"
            }
            Self::SurveyAnswer => "one row a survey answer",
        }
    }

    /// The table called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Its declared columns.
    pub fn columns(self) -> &'static [Field] {
        match self {
            Self::Ticket => TICKET,
            Self::Contact => CONTACT,
            Self::ContactLeg => CONTACT_LEG,
            Self::CustomerContact => CUSTOMER_CONTACT,
            Self::SlaTarget => SLA_TARGET,
            Self::ReplyTurn => REPLY_TURN,
            Self::OpenInterval => OPEN_INTERVAL,
            Self::SurveyAnswer => SURVEY_ANSWER,
        }
    }

    /// The kinds of record whose attributes its rows carry: a row's own first, then its ticket's, then its customer's,
    /// last its agent's, where it has one and not several in turn.
    pub fn attribute_kinds(self) -> &'static [RecordKind] {
        match self {
            Self::Ticket | Self::ReplyTurn | Self::OpenInterval => &[RecordKind::Ticket, RecordKind::Customer],
            Self::Contact => &[RecordKind::Contact, RecordKind::Customer, RecordKind::Agent],
            Self::ContactLeg => &[RecordKind::ContactLeg, RecordKind::Contact, RecordKind::Customer, RecordKind::Agent],
            Self::CustomerContact => &[RecordKind::Contact, RecordKind::Ticket, RecordKind::Customer],
            Self::SlaTarget => &[RecordKind::SlaTarget, RecordKind::Ticket, RecordKind::Customer],
            Self::SurveyAnswer => &[RecordKind::SurveyAnswer, RecordKind::Ticket, RecordKind::Customer],
        }
    }

    /// The kinds of record its rows are folded from; their sources decide its watermark.
    pub fn record_kinds(self) -> &'static [RecordKind] {
        match self {
            Self::Ticket | Self::ReplyTurn | Self::OpenInterval => &[RecordKind::Ticket, RecordKind::Event],
            Self::Contact => &[RecordKind::Contact],
            Self::ContactLeg => &[RecordKind::Contact, RecordKind::ContactLeg],
            Self::CustomerContact => &[RecordKind::Contact, RecordKind::Ticket, RecordKind::Event],
            Self::SlaTarget => &[RecordKind::SlaTarget],
            Self::SurveyAnswer => &[RecordKind::SurveyAnswer],
        }
    }

    /// The time by which rows are laid out in segments.
    pub fn layout_time(self) -> &'static str {
        match self {
            Self::Ticket => "created_at",
            Self::Contact => "queued_at",
            Self::ContactLeg => "started_at",
            Self::CustomerContact => "contacted_at",
            Self::SlaTarget => "due_at",
            Self::ReplyTurn => "asked_at",
            Self::OpenInterval => "opened_at",
            Self::SurveyAnswer => "answered_at",
        }
    }

    /// The columns that tell its rows apart: the system, then the ids within it.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Self::Ticket => &["system", "ticket_id"],
            Self::Contact => &["system", "contact_id"],
            Self::ContactLeg => &["system", "contact_id", "leg"],
            Self::CustomerContact => &["system", "contact_id", "via"],
            Self::SlaTarget => &["system", "target_id"],
            Self::ReplyTurn => &["system", "ticket_id", "turn"],
            Self::OpenInterval => &["system", "ticket_id", "interval"],
            Self::SurveyAnswer => &["system", "answer_id"],
        }
    }

    /// The columns of which one is filled once what a row is about has ended; none where a row is about something that
    /// does not go on.
    pub fn end(self) -> &'static [&'static str] {
        match self {
            Self::Ticket => &["last_solved_at"],
            Self::ReplyTurn => &["replied_at", "solved_unanswered_at"],
            Self::OpenInterval => &["solved_at"],
            Self::SlaTarget => &["fulfilled_at", "met"],
            Self::Contact | Self::ContactLeg | Self::CustomerContact | Self::SurveyAnswer => &[],
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
