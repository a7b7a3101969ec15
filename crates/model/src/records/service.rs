//! What the help desk, the phone system and the survey tool say of the service itself.

use super::{ALONE, CONTACT_NAME, Field, KindSpec, Lies, WITH_TICKET, field, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};

/// Who does something.
const ACTOR: &[&str] = &["customer", "agent", "bot", "system"];

const TICKET_FIELDS: &[Field] = &[
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

pub(super) const TICKET: KindSpec = KindSpec {
    name: "ticket",
    meaning: "a request for help and its present state",
    fields: TICKET_FIELDS,
    lies: ALONE,
    is_timed: true,
    words: &[("status", &["new", "open", "pending", "on_hold", "solved", "closed"]), ("created_by", ACTOR)],
    orders: &[("first_reply_at", "created_at"), ("solved_at", "created_at"), ("closed_at", "created_at")],
};

const EVENT_FIELDS: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    required("ticket_id", Text, "ticket it happened to"),
    required("at", Time, "when it happened"),
    field("sequence", Integer, "order among events of one instant"),
    required("kind", Text, "reply, note, status, assign, escalate, merge, update"),
    field("actor_kind", Text, "customer, agent, bot or system"),
    field("actor", Text, "who did it"),
    field("public", Boolean, "whether the customer can see it; replies are unless said"),
    field("from", Text, "value before: a status, team or agent"),
    field("to", Text, "value after: for status new, open, pending, on_hold, solved or closed"),
    field("team", Text, "team in charge from then on"),
    field("agent", Text, "agent in charge from then on"),
    field("reason", Text, "why, as for an escalation"),
];

pub(super) const EVENT: KindSpec = KindSpec {
    name: "event",
    meaning: "one change of a ticket: a reply, a note, a status, an assignment, an escalation, a merge",
    fields: EVENT_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[("actor_kind", ACTOR), ("kind", &["reply", "note", "status", "assign", "merge", "update", "escalate"])],
    orders: &[],
};

const CONTACT_FIELDS: &[Field] = &[
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
    field("transfers", Integer, "times it was passed on to another agent, where the source gives no legs").at_least(0),
    field("intent", Text, "what the customer wanted, as cancel, buy or complain"),
    field(
        "context_viewed",
        Boolean,
        "whether the agent had the customer's earlier contacts on screen before the first reply",
    ),
    field("language", Text, "language of the customer"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const CONTACT: KindSpec = KindSpec {
    name: "contact",
    meaning: "one call, chat or other conversation that was queued",
    fields: CONTACT_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[
        ("direction", &["in", "out"]),
        ("outcome", &["answered", "abandoned", "callback", "overflow"]),
        ("handled_by", &["human", "bot"]),
    ],
    orders: &[
        ("answered_at", "queued_at"),
        ("abandoned_at", "queued_at"),
        ("ended_at", "queued_at"),
        ("ended_at", "answered_at"),
    ],
};

const CONTACT_LEG_FIELDS: &[Field] = &[
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

pub(super) const CONTACT_LEG: KindSpec = KindSpec {
    name: "contact_leg",
    meaning: "one agent's part of a contact",
    fields: CONTACT_LEG_FIELDS,
    lies: Lies::With(&[CONTACT_NAME]),
    is_timed: true,
    words: &[("transfer", &["cold", "warm", "consult"])],
    orders: &[("ended_at", "started_at")],
};

const SLA_TARGET_FIELDS: &[Field] = &[
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

pub(super) const SLA_TARGET: KindSpec = KindSpec {
    name: "sla_target",
    meaning: "one promise of time on a ticket",
    fields: SLA_TARGET_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[("clock", &["business", "calendar"])],
    orders: &[("due_at", "started_at"), ("fulfilled_at", "started_at")],
};

const SURVEY_ANSWER_FIELDS: &[Field] = &[
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
    field("offer_id", Text, "offer that it answers"),
    field("offered_at", Time, "when the survey was sent"),
    required("answered_at", Time, "when it was answered"),
    field("about", Text, "agent, service, product, delivery or company"),
    field("channel", Text, "channel of the service rated; the ticket's where not said"),
    field("team", Text, "team rated; the ticket's at that time where not said"),
    field("agent", Text, "agent rated; the ticket's at that time where not said"),
    field("language", Text, "language of the answer"),
    field("comment", Text, "the customer's own words"),
    field("weight", Number, "survey weight, where the sample was weighted").at_least(0),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const SURVEY_ANSWER: KindSpec = KindSpec {
    name: "survey_answer",
    meaning: "one answer to one survey question",
    fields: SURVEY_ANSWER_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[("about", &["agent", "service", "product", "delivery", "company"])],
    orders: &[("answered_at", "offered_at")],
};
