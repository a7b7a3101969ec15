//! Quality and rules.

use super::{Field, TableSpec, column, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};
use crate::RecordKind;

const QUALITY_REVIEW_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("review_id", Text, "review"),
    column("contact_id", Text, "contact reviewed"),
    column("ticket_id", Text, "ticket reviewed"),
    required("reviewed_at", Time, "when it was reviewed"),
    required(
        "happened_at",
        Time,
        "when the work was done: as said, else the contact's or ticket's beginning, else reviewed_at"
    ),
    column("reviewer", Text, "who reviewed"),
    column("rubric", Text, "rubric"),
    column("rubric_version", Text, "version of the rubric"),
    required("sampling", Text, "random, targeted or calibration"),
    required("items", Integer, "items that applied"),
    column(
        "raw_score",
        Number,
        "0 to 100: weighted scores of the items that applied; as said where there are no items"
    ),
    column("score", Number, "the same, 0 where the review failed by a critical error"),
    required("critical_errors", Integer, "critical items scored 0"),
    required("is_failed", Boolean, "failed by a critical error"),
    required("protocol_steps", Integer, "items of kind protocol that applied"),
    required("protocol_steps_done", Integer, "of these, done in full"),
    column("team", Text, "team reviewed"),
    column("agent", Text, "agent reviewed"),
];

pub(super) const QUALITY_REVIEW: TableSpec = TableSpec {
    name: "quality_review",
    meaning: "one row a review, its items added up",
    columns: QUALITY_REVIEW_COLUMNS,
    attribute_kinds: &[RecordKind::QualityReview, RecordKind::Customer],
    record_kinds: &[RecordKind::QualityReview, RecordKind::QualityItem],
    layout_time: "happened_at",
    key: &["system", "review_id"],
    end: &[],
    team: Some("team"),
};

const COMPLIANCE_CHECK_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("check_id", Text, "check"),
    column("contact_id", Text, "contact checked"),
    column("ticket_id", Text, "ticket checked"),
    required("checked_at", Time, "when it was checked"),
    required(
        "happened_at",
        Time,
        "when the work was done: as said, else the contact's or ticket's beginning, else checked_at"
    ),
    required("rule", Text, "rule"),
    required("severity", Text, "critical, major or minor"),
    required("is_met", Boolean, "whether the rule was kept"),
    required("sampling", Text, "random, targeted or all"),
    column("evidence", Text, "where the proof is"),
    required("check", Integer, "1 for the first check of the contact or ticket with this sampling, counted on"),
    required(
        "critical_breaches",
        Integer,
        "critical rules broken in the contact or ticket, as far as this sampling found; on the first check only"
    ),
    column("team", Text, "team checked"),
    column("agent", Text, "agent checked"),
];

pub(super) const COMPLIANCE_CHECK: TableSpec = TableSpec {
    name: "compliance_check",
    meaning: "one row a check of a contact or ticket against a rule",
    columns: COMPLIANCE_CHECK_COLUMNS,
    attribute_kinds: &[RecordKind::ComplianceCheck, RecordKind::Customer],
    record_kinds: &[RecordKind::ComplianceCheck],
    layout_time: "happened_at",
    key: &["system", "check_id"],
    end: &[],
    team: Some("team"),
};

const COMPLAINT_COLUMNS: &[Field] = shared_dimensions![
    required("system", Text, "system whose id this is"),
    required("complaint_id", Text, "complaint"),
    column("ticket_id", Text, "ticket it is handled in"),
    required("received_at", Time, "when it was received"),
    column("resolved_at", Time, "when the final answer was given"),
    column("due_at", Time, "received and target on its clock; as the source says where it states no target"),
    column("resolution_time", Duration, "received to resolved, calendar clock"),
    column("resolution_business_time", Duration, "received to resolved, business clock"),
    column("product", Text, "product"),
    column("root_cause", Text, "what caused it"),
    column("severity", Text, "how grave it is"),
    column("outcome", Text, "upheld, partly_upheld, rejected or withdrawn"),
    required("is_escalated", Boolean, "taken to an ombudsman or regulator"),
    required("calendar", Text, "schedule of its business clock"),
    column("team", Text, "team that handles it"),
    column("agent", Text, "who handles it"),
];

pub(super) const COMPLAINT: TableSpec = TableSpec {
    name: "complaint",
    meaning: "one row a complaint",
    columns: COMPLAINT_COLUMNS,
    attribute_kinds: &[RecordKind::Complaint, RecordKind::Ticket, RecordKind::Customer],
    record_kinds: &[RecordKind::Complaint],
    layout_time: "received_at",
    key: &["system", "complaint_id"],
    end: &["resolved_at"],
    team: Some("team"),
};
