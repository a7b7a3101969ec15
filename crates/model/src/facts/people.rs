//! Staff. Figures of fewer than five people are not shown, whatever the table.

use super::{Field, TableSpec, column, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};
use crate::RecordKind;

const EMPLOYMENT_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("employment_id", Text, "stretch of employment"),
    required("agent", Text, "whose"),
    column("team", Text, "team"),
    column("role", Text, "role"),
    required("contract", Text, "permanent or temporary"),
    required("started_at", Time, "first instant of the stretch"),
    column("ended_at", Time, "the instant after its last one; empty while it goes on"),
    required("hired_at", Time, "first day with the organisation"),
    column(
        "end_reason",
        Text,
        "voluntary, involuntary, retired, moved or other; other where it ended and nothing is said",
    ),
    column("is_regretted", Boolean, "whether the organisation would have kept the person"),
    column("tenure", Duration, "hired to ended"),
];

pub(super) const EMPLOYMENT: TableSpec = TableSpec {
    name: "employment",
    meaning: "one row a stretch of a person's employment in one team and role",
    columns: EMPLOYMENT_COLUMNS,
    attribute_kinds: &[RecordKind::Employment, RecordKind::Agent],
    record_kinds: &[RecordKind::Employment],
    layout_time: "started_at",
    key: &["system", "employment_id"],
    end: &["ended_at"],
    team: Some("team"),
};

const ABSENCE_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("absence_id", Text, "absence"),
    required("agent", Text, "who was absent"),
    column("team", Text, "team then"),
    required("started_at", Time, "when it began"),
    required("time", Duration, "scheduled working time missed"),
    required("is_planned", Boolean, "planned"),
    column("reason", Text, "sick, leave, training, …"),
];

pub(super) const ABSENCE: TableSpec = TableSpec {
    name: "absence",
    meaning: "one row a person's absence on one day",
    columns: ABSENCE_COLUMNS,
    attribute_kinds: &[RecordKind::Absence, RecordKind::Agent],
    record_kinds: &[RecordKind::Absence],
    layout_time: "started_at",
    key: &["system", "absence_id"],
    end: &[],
    team: Some("team"),
};

const WORK_DAY_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("work_day_id", Text, "day of a person"),
    required("agent", Text, "whose day"),
    column("team", Text, "team then"),
    required("day", Time, "first instant of the day"),
    column("scheduled", Duration, "time on the roster"),
    column("paid", Duration, "time paid for"),
];

pub(super) const WORK_DAY: TableSpec = TableSpec {
    name: "work_day",
    meaning: "one row a person's scheduled and paid day",
    columns: WORK_DAY_COLUMNS,
    attribute_kinds: &[RecordKind::WorkDay, RecordKind::Agent],
    record_kinds: &[RecordKind::WorkDay],
    layout_time: "day",
    key: &["system", "work_day_id"],
    end: &[],
    team: Some("team"),
};

const AGENT_STATE_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("state_id", Text, "stretch"),
    required("agent", Text, "whose"),
    column("team", Text, "team then"),
    column("channel", Text, "channel worked on"),
    required("state", Text, "contact, wrap_up, available, break, meeting, training or offline"),
    required("started_at", Time, "when it began"),
    required("ended_at", Time, "when it ended"),
    column("time", Duration, "how long it took"),
];

pub(super) const AGENT_STATE: TableSpec = TableSpec {
    name: "agent_state",
    meaning: "one row a stretch of what a member of staff did while logged in",
    columns: AGENT_STATE_COLUMNS,
    attribute_kinds: &[RecordKind::AgentState, RecordKind::Agent],
    record_kinds: &[RecordKind::AgentState],
    layout_time: "started_at",
    key: &["system", "state_id"],
    end: &[],
    team: Some("team"),
};

const EMPLOYEE_ANSWER_COLUMNS: &[Field] = &[
    required("system", Text, "system whose id this is"),
    required("answer_id", Text, "answer"),
    required("respondent", Text, "pseudonym of who answered; the answer's own id where none is said"),
    required("wave", Text, "round of the survey"),
    required("instrument", Text, "satisfaction, enps, engagement or a name of one's own"),
    column("item", Text, "question"),
    required("answered_at", Time, "when it was answered"),
    required("wave_at", Time, "when the first answer to this instrument came in this wave: all of a wave count then"),
    required("scale", Text, "lowest and highest answer, as 1-5"),
    required("value", Number, "the answer"),
    column("team", Text, "team"),
    column("role", Text, "role"),
    required(
        "answer_number",
        Integer,
        "1 for the respondent's first answer to this instrument, scale and wave, counted on",
    ),
    required("person_items", Integer, "items the respondent answered of this instrument, scale and wave"),
    required("person_total", Number, "the sum of these answers"),
];

pub(super) const EMPLOYEE_ANSWER: TableSpec = TableSpec {
    name: "employee_answer",
    meaning: "one row an answer of a member of staff",
    columns: EMPLOYEE_ANSWER_COLUMNS,
    attribute_kinds: &[RecordKind::EmployeeAnswer],
    record_kinds: &[RecordKind::EmployeeAnswer],
    layout_time: "answered_at",
    key: &["system", "answer_id"],
    end: &[],
    team: Some("team"),
};
