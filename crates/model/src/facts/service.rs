//! What is known of the service itself: tickets, contacts, promises, answers.

use super::{Field, TableSpec, column, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};
use crate::RecordKind::{Agent, Contact, ContactLeg, Customer, Event, SlaTarget, SurveyAnswer, Ticket};

const TICKET_COLUMNS: &[Field] = shared_dimensions![
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
    required("escalations", Integer, "times it was raised to a higher tier or a supervisor"),
    column("first_escalated_at", Time, "first time it was"),
    column("escalation_reason", Text, "why, that time"),
    column(
        "escalation_reasons",
        Text,
        "why, each time: every reason once, in the order of time and separated by |, empty for one that states none"
    ),
    required("status", Text, "new, open, pending, on_hold, solved or closed"),
    required("created_by", Text, "customer, agent, bot or system"),
    column(
        "solved_by",
        Text,
        "customer, agent, bot or system, of the last solve; empty while open and where no event tells"
    ),
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

pub(super) const TICKET: TableSpec = TableSpec {
    name: "ticket",
    meaning: "one row a ticket",
    columns: TICKET_COLUMNS,
    attribute_kinds: &[Ticket, Customer],
    record_kinds: &[Ticket, Event],
    layout_time: "created_at",
    key: &["system", "ticket_id"],
    end: &["last_solved_at"],
    team: Some("team_solved"),
};

const CONTACT_COLUMNS: &[Field] = shared_dimensions![
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
    column("intent", Text, "what the customer wanted"),
    column(
        "context_viewed",
        Boolean,
        "whether the agent had the customer's earlier contacts on screen before the first reply"
    ),
    required("random_reviews", Integer, "quality reviews of it that were drawn at random"),
    required(
        "other_reviews",
        Integer,
        "quality reviews of it that were not; those to calibrate reviewers do not count"
    ),
    column("issue", Text, "what it is about"),
    column("team", Text, "team it waited for or that took it, as the source says"),
    column("agent", Text, "agent who took it"),
];

pub(super) const CONTACT: TableSpec = TableSpec {
    name: "contact",
    meaning: "one row a queued contact",
    columns: CONTACT_COLUMNS,
    attribute_kinds: &[Contact, Customer, Agent],
    record_kinds: &[Contact],
    layout_time: "queued_at",
    key: &["system", "contact_id"],
    end: &[],
    team: Some("team"),
};

const CONTACT_LEG_COLUMNS: &[Field] = shared_dimensions![
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

pub(super) const CONTACT_LEG: TableSpec = TableSpec {
    name: "contact_leg",
    meaning: "one row an agent's part of a contact; a contact without legs of its own has one",
    columns: CONTACT_LEG_COLUMNS,
    attribute_kinds: &[ContactLeg, Contact, Customer, Agent],
    record_kinds: &[Contact, ContactLeg],
    layout_time: "started_at",
    key: &["system", "contact_id", "leg"],
    end: &[],
    team: Some("team"),
};

const CUSTOMER_CONTACT_COLUMNS: &[Field] = shared_dimensions![
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
        "previous_other_channel_gap",
        Duration,
        "since the previous contact of the same customer and issue in another channel"
    ),
    column("next_other_channel_gap", Duration, "to the next contact of the same customer and issue in another channel"),
    column(
        "previous_session_gap",
        Duration,
        "since the end of the previous session of the same customer and issue; 0 while it goes on"
    ),
    column("intent", Text, "what the customer wanted"),
    column(
        "context_viewed",
        Boolean,
        "whether the agent had the customer's earlier contacts on screen before the first reply"
    ),
    column(
        "was_subscribed",
        Boolean,
        "whether the customer had a subscription then, or until then on that day, as an end may state its day only; empty where nothing is known of any"
    ),
    column("next_session_gap", Duration, "to the end of the next session of the same customer and issue"),
    column(
        "lost_gap",
        Duration,
        "to the next end of the customer's subscription, 0 where it ended before on that day; empty where it goes on"
    ),
    column("regained_gap", Duration, "to the customer's coming back after that end"),
    column("lost_again_gap", Duration, "to the end of the subscription after that"),
    column("regained_again_gap", Duration, "to the customer's coming back after that one"),
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

pub(super) const CUSTOMER_CONTACT: TableSpec = TableSpec {
    name: "customer_contact",
    meaning: "one row each time a customer came, in whatever channel: queued contacts, given up or not, and written requests that no contact belongs to; one given up is told no gaps and is in none",
    columns: CUSTOMER_CONTACT_COLUMNS,
    attribute_kinds: &[Contact, Ticket, Customer],
    record_kinds: &[Contact, Ticket, Event],
    layout_time: "contacted_at",
    key: &["system", "contact_id", "via"],
    end: &[],
    team: Some("team"),
};

const SLA_TARGET_COLUMNS: &[Field] = shared_dimensions![
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

pub(super) const SLA_TARGET: TableSpec = TableSpec {
    name: "sla_target",
    meaning: "one row a promise of time on a ticket",
    columns: SLA_TARGET_COLUMNS,
    attribute_kinds: &[SlaTarget, Ticket, Customer],
    record_kinds: &[SlaTarget],
    layout_time: "due_at",
    key: &["system", "target_id"],
    end: &["fulfilled_at", "met"],
    team: Some("team_ended"),
};

const REPLY_TURN_COLUMNS: &[Field] = shared_dimensions![
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

pub(super) const REPLY_TURN: TableSpec = TableSpec {
    name: "reply_turn",
    meaning: "one row a turn: a message of the customer and the next public reply to it",
    columns: REPLY_TURN_COLUMNS,
    attribute_kinds: &[Ticket, Customer],
    record_kinds: &[Ticket, Event],
    layout_time: "asked_at",
    key: &["system", "ticket_id", "turn"],
    end: &["replied_at", "solved_unanswered_at"],
    team: Some("team_replied"),
};

const OPEN_INTERVAL_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("ticket_id", Text, "ticket"),
    required("opened_at", Time, "created or reopened"),
    required("created_at", Time, "when the request was made"),
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

pub(super) const OPEN_INTERVAL: TableSpec = TableSpec {
    name: "open_interval",
    meaning: "one row a stretch in which a ticket was open; none between a solve and the reopening",
    columns: OPEN_INTERVAL_COLUMNS,
    attribute_kinds: &[Ticket, Customer],
    record_kinds: &[Ticket, Event],
    layout_time: "opened_at",
    key: &["system", "ticket_id", "interval"],
    end: &["solved_at"],
    team: Some("team"),
};

const SURVEY_ANSWER_COLUMNS: &[Field] = shared_dimensions![
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

pub(super) const SURVEY_ANSWER: TableSpec = TableSpec {
    name: "survey_answer",
    meaning: "one row a survey answer",
    columns: SURVEY_ANSWER_COLUMNS,
    attribute_kinds: &[SurveyAnswer, Ticket, Customer],
    record_kinds: &[SurveyAnswer],
    layout_time: "answered_at",
    key: &["system", "answer_id"],
    end: &[],
    team: Some("team_rated"),
};
