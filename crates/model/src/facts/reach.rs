//! What surrounds a contact.

use super::{Field, TableSpec, column, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};
use crate::RecordKind;

const SESSION_COLUMNS: &[Field] = customer_dimensions![
    required("system", Text, "system whose id this is"),
    required("session_id", Text, "session"),
    required("kind", Text, "self_service or bot"),
    required("started_at", Time, "when it began"),
    required("ended_at", Time, "when it ended"),
    column("channel", Text, "where, as help_centre, app, chat or phone"),
    column("issue", Text, "what it was about"),
    column("is_engaged", Boolean, "whether an article was read or a flow finished"),
    column("customer_turns", Integer, "times the customer said something to a bot"),
    column(
        "outcome",
        Text,
        "solved, unsolved, handed_off or abandoned, as the source says; handed_off where it says only to which contact"
    ),
    column("is_solved", Boolean, "what the customer answered when asked whether it helped"),
    column("contact_id", Text, "contact it was handed off to"),
    column(
        "next_contact_gap",
        Duration,
        "end to the next time the same customer came to a human about the same issue, given up or not; 0 where that was during it"
    ),
    column("next_contact_any_issue_gap", Duration, "the same, whatever the issue"),
    column(
        "previous_gap",
        Duration,
        "from the previous contact, or the end of the previous session, of the same customer and issue to the beginning of this one; 0 where that still went on"
    ),
    column("language", Text, "language of the customer"),
];

pub(super) const SESSION: TableSpec = TableSpec {
    name: "session",
    meaning: "one row a visit to self-service or a conversation with a bot",
    columns: SESSION_COLUMNS,
    attribute_kinds: &[RecordKind::Session, RecordKind::Customer],
    record_kinds: &[RecordKind::Session],
    layout_time: "ended_at",
    key: &["system", "session_id"],
    end: &[],
    team: None,
};

const SURVEY_OFFER_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("offer_id", Text, "occasion"),
    column("ticket_id", Text, "ticket asked about"),
    required("instrument", Text, "csat, nps, ces or a name of one's own"),
    required("eligible_at", Time, "when the customer could be asked"),
    column("offered_at", Time, "when the survey was sent; empty where it was not"),
    required("is_delivered", Boolean, "sent and arrived"),
    column("answered_at", Time, "when it was answered"),
    column("answer_delay", Duration, "offered to answered"),
    column("priority", Text, "priority of the ticket"),
    column("category", Text, "what the ticket is about"),
    column("product", Text, "product of the ticket"),
    column("team", Text, "team in charge then"),
    column("agent", Text, "agent in charge then"),
];

pub(super) const SURVEY_OFFER: TableSpec = TableSpec {
    name: "survey_offer",
    meaning: "one row an occasion on which a customer could be asked",
    columns: SURVEY_OFFER_COLUMNS,
    attribute_kinds: &[RecordKind::SurveyOffer, RecordKind::Ticket, RecordKind::Customer],
    record_kinds: &[RecordKind::SurveyOffer, RecordKind::SurveyAnswer],
    layout_time: "eligible_at",
    key: &["system", "offer_id"],
    end: &[],
    team: Some("team"),
};

const DAILY_COUNT_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("count_id", Text, "count"),
    required("day", Time, "first instant of the day"),
    required("measure", Text, "what was counted or added up"),
    required("value", Number, "how many, or how much altogether"),
    column("channel", Text, "channel"),
    column("queue", Text, "queue"),
    column("team", Text, "team"),
    column("language", Text, "language of the customers"),
];

pub(super) const DAILY_COUNT: TableSpec = TableSpec {
    name: "daily_count",
    meaning: "one row a count or sum of a day, of which nothing finer is known",
    columns: DAILY_COUNT_COLUMNS,
    attribute_kinds: &[RecordKind::DailyCount],
    record_kinds: &[RecordKind::DailyCount],
    layout_time: "day",
    key: &["system", "count_id"],
    end: &[],
    team: Some("team"),
};
