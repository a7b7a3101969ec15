//! Facts: what metrics are asked of. Raw times, durations on both clocks, gaps to neighbours: never a thresholded
//! flag and nothing that depends on now, so that a parameter can change without folding again.

use std::sync::Arc;

use arrow::datatypes::{Field as ArrowField, Schema};
use serde::{Deserialize, Serialize};

use crate::field::{Attribute, Attributes, Field, FieldType};
use crate::RecordKind;
use FieldType::{Boolean, Duration, Integer, Number, Text, Time};

/// A table of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactTable {
    /// One row a ticket.
    Ticket,
    /// One row a queued contact.
    Contact,
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
    column("previous_ticket_gap", Duration, "created since the previous ticket of the same customer and category was created"),
    column("next_ticket_gap", Duration, "from its creation to that of the next ticket of the same customer and category"),
    required("agent_replies", Integer, "public replies of humans"),
    required("customer_replies", Integer, "messages of the customer after the first"),
    required("reopens", Integer, "times it was opened again after a solve"),
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
    column("talk", Duration, "time in conversation"),
    column("hold", Duration, "time on hold"),
    column("wrap_up", Duration, "work after the conversation"),
    column("previous_contact_gap", Duration, "since the previous contact of the same customer and issue"),
    column("next_contact_gap", Duration, "to the next contact of the same customer and issue"),
    required("outcome", Text, "answered, abandoned, callback, overflow or waiting"),
    required("direction", Text, "in or out"),
    required("handled_by", Text, "human or bot"),
    column("issue", Text, "what it is about"),
    column("team", Text, "team it waited for or that took it, as the source says"),
    column("agent", Text, "agent who took it"),
];

const REPLY_TURN: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("ticket_id", Text, "ticket"),
    required("turn", Integer, "1 for the request itself"),
    required("asked_at", Time, "first unanswered message of the customer"),
    column("replied_at", Time, "next public reply of a human"),
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
    column("next_answered_at", Time, "the next answer on the same ticket to the same instrument on the same scale; empty for the last one"),
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
    pub const ALL: [FactTable; 5] =
        [Self::Ticket, Self::Contact, Self::ReplyTurn, Self::OpenInterval, Self::SurveyAnswer];

    /// The name used in metric files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Contact => "contact",
            Self::ReplyTurn => "reply_turn",
            Self::OpenInterval => "open_interval",
            Self::SurveyAnswer => "survey_answer",
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
            Self::ReplyTurn => REPLY_TURN,
            Self::OpenInterval => OPEN_INTERVAL,
            Self::SurveyAnswer => SURVEY_ANSWER,
        }
    }

    /// The kind of record whose attributes its rows carry; a row's own first, then its ticket's, then its customer's.
    pub fn attribute_kinds(self) -> &'static [RecordKind] {
        match self {
            Self::Ticket | Self::ReplyTurn | Self::OpenInterval => &[RecordKind::Ticket, RecordKind::Customer],
            Self::Contact => &[RecordKind::Contact, RecordKind::Customer],
            Self::SurveyAnswer => &[RecordKind::SurveyAnswer, RecordKind::Ticket, RecordKind::Customer],
        }
    }

    /// The kinds of record its rows are folded from; their sources decide its watermark.
    pub fn record_kinds(self) -> &'static [RecordKind] {
        match self {
            Self::Ticket | Self::ReplyTurn | Self::OpenInterval => &[RecordKind::Ticket, RecordKind::Event],
            Self::Contact => &[RecordKind::Contact],
            Self::SurveyAnswer => &[RecordKind::SurveyAnswer],
        }
    }

    /// The time by which rows are laid out in segments.
    pub fn layout_time(self) -> &'static str {
        match self {
            Self::Ticket => "created_at",
            Self::Contact => "queued_at",
            Self::ReplyTurn => "asked_at",
            Self::OpenInterval => "opened_at",
            Self::SurveyAnswer => "answered_at",
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
