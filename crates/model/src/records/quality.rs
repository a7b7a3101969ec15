//! Quality and rules: reviews with their items, checks of rules, complaints.

use super::{Field, KindSpec, Lies, REVIEW_NAME, WITH_CONTACT_OR_TICKET, WITH_TICKET, field, required};
use crate::FieldType::{Boolean, Duration, Number, Text, Time};

const QUALITY_REVIEW_FIELDS: &[Field] = &[
    field("contact_system", Text, "system of contact_id"),
    field("contact_id", Text, "contact reviewed"),
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket reviewed"),
    field("agent_system", Text, "system of agent, team and reviewer"),
    required("reviewed_at", Time, "when it was reviewed"),
    field("happened_at", Time, "when the work reviewed was done; of the contact or ticket where not said"),
    field("reviewer", Text, "who reviewed"),
    field("rubric", Text, "rubric"),
    field("rubric_version", Text, "version of the rubric"),
    field("sampling", Text, "random, targeted or calibration; targeted where not said"),
    field("score", Number, "score, where the source gives no items").within(0, 100),
    field("is_failed", Boolean, "whether a critical error failed it, where the source gives no items"),
    field("channel", Text, "channel; as the contact or ticket says where not said"),
    field("team", Text, "team reviewed; as the contact or ticket says where not said"),
    field("agent", Text, "agent reviewed; as the contact or ticket says where not said"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const QUALITY_REVIEW: KindSpec = KindSpec {
    name: "quality_review",
    meaning: "one review of a contact or ticket against a rubric",
    fields: QUALITY_REVIEW_FIELDS,
    lies: WITH_CONTACT_OR_TICKET,
    is_timed: true,
    words: &[("sampling", &["random", "targeted", "calibration"])],
    orders: &[],
};

const QUALITY_ITEM_FIELDS: &[Field] = &[
    required("review_id", Text, "review it is part of, of the same system"),
    required("item", Text, "what was looked at"),
    field("kind", Text, "protocol for a step that is done or not, else skill, compliance or a name of one's own"),
    field("weight", Number, "weight in the score; 1 where not said").at_least(0),
    field("score", Number, "how far it was met; empty where it did not apply").within(0, 1),
    field("is_critical", Boolean, "whether 0 fails the whole review"),
];

pub(super) const QUALITY_ITEM: KindSpec = KindSpec {
    name: "quality_item",
    meaning: "one item of a review: its weight and score, or that it did not apply",
    fields: QUALITY_ITEM_FIELDS,
    lies: Lies::With(&[REVIEW_NAME]),
    is_timed: false,
    words: &[],
    orders: &[],
};

const COMPLIANCE_CHECK_FIELDS: &[Field] = &[
    field("contact_system", Text, "system of contact_id"),
    field("contact_id", Text, "contact checked"),
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket checked"),
    field("agent_system", Text, "system of agent and team"),
    required("checked_at", Time, "when it was checked"),
    field("happened_at", Time, "when the work checked was done; of the contact or ticket where not said"),
    required("rule", Text, "rule, as identity, disclosure, consent, recording or personal_data"),
    field("severity", Text, "critical, major or minor: of a breach of the rule; critical where not said"),
    required("is_met", Boolean, "whether the rule was kept"),
    field("sampling", Text, "random, targeted or all; targeted where not said"),
    field("evidence", Text, "where the proof is"),
    field("channel", Text, "channel; as the contact or ticket says where not said"),
    field("team", Text, "team checked; as the contact or ticket says where not said"),
    field("agent", Text, "agent checked; as the contact or ticket says where not said"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const COMPLIANCE_CHECK: KindSpec = KindSpec {
    name: "compliance_check",
    meaning: "one check of one contact or ticket against one rule",
    fields: COMPLIANCE_CHECK_FIELDS,
    lies: WITH_CONTACT_OR_TICKET,
    is_timed: true,
    words: &[("severity", &["critical", "major", "minor"]), ("sampling", &["random", "targeted", "all"])],
    orders: &[],
};

const COMPLAINT_FIELDS: &[Field] = &[
    field("ticket_system", Text, "system of ticket_id"),
    field("ticket_id", Text, "ticket it is handled in"),
    field("customer_system", Text, "system of customer_id"),
    field("customer_id", Text, "who complained"),
    field("agent_system", Text, "system of agent and team"),
    required("received_at", Time, "when it was received"),
    field("resolved_at", Time, "when the final answer was given"),
    field("target", Duration, "time the law or agreement gives for the final answer"),
    field("clock", Text, "business or calendar: clock of the target; calendar where not said"),
    field("due_at", Time, "when it is due, where the source says so and no target is known"),
    field("schedule", Text, "business calendar of its clock; the organisation's where not said"),
    field("channel", Text, "channel"),
    field("product", Text, "product"),
    field("root_cause", Text, "what caused it"),
    field("severity", Text, "how grave it is"),
    field("outcome", Text, "upheld, partly_upheld, rejected or withdrawn"),
    field("is_escalated", Boolean, "taken to an ombudsman or regulator"),
    field("team", Text, "team that handles it"),
    field("agent", Text, "who handles it"),
    field("is_test", Boolean, "made by staff or a test"),
];

pub(super) const COMPLAINT: KindSpec = KindSpec {
    name: "complaint",
    meaning: "one formal complaint with its legal clock, cause and outcome",
    fields: COMPLAINT_FIELDS,
    lies: WITH_TICKET,
    is_timed: true,
    words: &[("clock", &["business", "calendar"]), ("outcome", &["upheld", "partly_upheld", "rejected", "withdrawn"])],
    orders: &[("resolved_at", "received_at"), ("due_at", "received_at")],
};
