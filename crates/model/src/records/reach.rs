//! What surrounds a contact: self-service and bot sessions, surveys offered, and counts of days of which nothing finer is
//! known.

use super::{Field, KindSpec, Lies, WITH_CUSTOMER, WITH_TICKET, field, required};
use crate::FieldType::{Boolean, Integer, Number, Text, Time};

const SESSION_FIELDS: &[Field] = &[
    required("kind", Text, "self_service or bot"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who came, where that is known"),
    required("started_at", Time, "when it began"),
    field("ended_at", Time, "when it ended; when it began where not said"),
    field("channel", Text, "where, as help_centre, app, chat or phone"),
    field("issue", Text, "what it was about; same customer and issue are one episode"),
    field("is_engaged", Boolean, "whether an article was read or a flow finished, and not just opened"),
    field("customer_turns", Integer, "times the customer said something to a bot").at_least(0),
    field(
        "outcome",
        Text,
        "solved, unsolved, handed_off or abandoned; handed_off where not said and a contact is named",
    ),
    field("is_solved", Boolean, "what the customer answered when asked whether it helped"),
    field("contact_system", Text, "system of contact_id"),
    field("contact_id", Text, "contact it was handed off to"),
    field("language", Text, "language of the customer"),
    field("is_test", Boolean, "made by staff, a test or a crawler"),
];

pub(super) const SESSION: KindSpec = KindSpec {
    name: "session",
    meaning: "one visit to self-service, or one conversation with a bot",
    fields: SESSION_FIELDS,
    lies: WITH_CUSTOMER,
    is_timed: true,
    words: &[("kind", &["self_service", "bot"]), ("outcome", &["solved", "unsolved", "handed_off", "abandoned"])],
    orders: &[("ended_at", "started_at")],
};

const SURVEY_OFFER_FIELDS: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket asked about"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who could be asked"),
    field("agent_system", Text, "system of agent and team"),
    required("instrument", Text, "csat, nps, ces or a name of one's own"),
    required("eligible_at", Time, "when the customer could be asked, as at the solve"),
    field("offered_at", Time, "when the survey was sent; empty where it was not"),
    field("is_delivered", Boolean, "whether it arrived; where not said it did if it was sent"),
    field("answered_at", Time, "when it was answered, where no answer names the offer or its ticket"),
    field("channel", Text, "channel of the service; the ticket's where not said"),
    field("team", Text, "team; the ticket's at that time where not said"),
    field("agent", Text, "agent; the ticket's at that time where not said"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const SURVEY_OFFER: KindSpec = KindSpec {
    name: "survey_offer",
    meaning: "one occasion on which a customer could be asked: whether it was offered, delivered and answered",
    fields: SURVEY_OFFER_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[],
    orders: &[("offered_at", "eligible_at"), ("answered_at", "offered_at")],
};

const DAILY_COUNT_FIELDS: &[Field] = &[
    required("day", Time, "first instant of the day"),
    required(
        "measure",
        Text,
        "offered, answered, answered_in_target, abandoned, abandoned_short, answer_time, handle_time, contacts or a name of one's own; times in seconds, added up",
    ),
    required("value", Number, "how many, or how much altogether; never a mean, a share or a percentile").at_least(0),
    field("channel", Text, "channel"),
    field("queue", Text, "queue"),
    field("team", Text, "team"),
    field("language", Text, "language of the customers"),
];

pub(super) const DAILY_COUNT: KindSpec = KindSpec {
    name: "daily_count",
    meaning: "one count or sum of a day, of which nothing finer is known",
    fields: DAILY_COUNT_FIELDS,
    lies: Lies::Together,
    is_timed: true,
    words: &[],
    orders: &[],
};
