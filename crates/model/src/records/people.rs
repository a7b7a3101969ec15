//! Who is served, who serves, and what is known of staff: employment, working time, absence, their own answers.

use super::{Field, KindSpec, Lies, WITH_AGENT, field, required};
use crate::FieldType::{Boolean, Duration, Integer, Number, Text, Time};

const CUSTOMER_FIELDS: &[Field] = &[
    field("name", Text, "name"),
    field("segment", Text, "segment"),
    field("country", Text, "country"),
    field("region", Text, "region"),
    field("plan", Text, "plan or contract"),
    field("industry", Text, "industry"),
    field("since", Time, "customer since"),
    field("is_test", Boolean, "employees and test accounts are left out of every metric"),
];

pub(super) const CUSTOMER: KindSpec = KindSpec {
    name: "customer",
    meaning: "a person or company that is served",
    fields: CUSTOMER_FIELDS,
    lies: Lies::Together,
    is_timed: false,
    words: &[],
    orders: &[],
};

const AGENT_FIELDS: &[Field] = &[
    field("name", Text, "name"),
    field("team", Text, "team they belong to"),
    field("email", Text, "address"),
    field("is_bot", Boolean, "a bot, not a person"),
];

pub(super) const AGENT: KindSpec = KindSpec {
    name: "agent",
    meaning: "a member of staff, or a bot",
    fields: AGENT_FIELDS,
    lies: Lies::Together,
    is_timed: false,
    words: &[],
    orders: &[],
};

const TEAM_FIELDS: &[Field] = &[
    field("name", Text, "name"),
    field("parent", Text, "team or department it belongs to"),
    field("schedule", Text, "business calendar of the team"),
];

pub(super) const TEAM: KindSpec = KindSpec {
    name: "team",
    meaning: "a team of agents",
    fields: TEAM_FIELDS,
    lies: Lies::Together,
    is_timed: false,
    words: &[],
    orders: &[],
};

const EMPLOYMENT_FIELDS: &[Field] = &[
    field("agent_system", Text, "system of agent and team"),
    required("agent", Text, "whose employment"),
    field("team", Text, "team in this stretch; another team is another stretch"),
    field("role", Text, "role, as agent, senior or lead"),
    field("contract", Text, "permanent or temporary; permanent where not said"),
    required("started_at", Time, "first instant of this stretch"),
    field(
        "ended_at",
        Time,
        "the instant after its last one; empty while it goes on. Of a move the last day may be said instead",
    ),
    field("hired_at", Time, "first day with the organisation; the start of the stretch where not said"),
    field(
        "end_reason",
        Text,
        "voluntary, involuntary, retired or other where the person left; moved where another stretch follows",
    ),
    field("is_regretted", Boolean, "whether the organisation would have kept the person"),
];

pub(super) const EMPLOYMENT: KindSpec = KindSpec {
    name: "employment",
    meaning: "one stretch of a person's employment in one team and role",
    fields: EMPLOYMENT_FIELDS,
    lies: Lies::Together,
    is_timed: true,
    words: &[
        ("contract", &["permanent", "temporary"]),
        ("end_reason", &["voluntary", "involuntary", "retired", "moved", "other"]),
    ],
    orders: &[("ended_at", "started_at"), ("started_at", "hired_at")],
};

const ABSENCE_FIELDS: &[Field] = &[
    field("agent_system", Text, "system of agent and team"),
    required("agent", Text, "who was absent"),
    field("team", Text, "team then; from the employment or the directory where not said"),
    required("started_at", Time, "when the absence began"),
    required("time", Duration, "scheduled working time missed"),
    field("is_planned", Boolean, "as holidays and training are; not where not said"),
    field("reason", Text, "sick, leave, training, …"),
];

pub(super) const ABSENCE: KindSpec = KindSpec {
    name: "absence",
    meaning: "working time that one member of staff missed on one day",
    fields: ABSENCE_FIELDS,
    lies: WITH_AGENT,
    is_timed: true,
    words: &[],
    orders: &[],
};

const WORK_DAY_FIELDS: &[Field] = &[
    field("agent_system", Text, "system of agent and team"),
    required("agent", Text, "whose day"),
    field("team", Text, "team then; from the employment or the directory where not said"),
    required("day", Time, "first instant of the day"),
    field("scheduled", Duration, "time on the roster"),
    field("paid", Duration, "time paid for, absences with pay among it"),
];

pub(super) const WORK_DAY: KindSpec = KindSpec {
    name: "work_day",
    meaning: "scheduled and paid time of one member of staff on one day",
    fields: WORK_DAY_FIELDS,
    lies: WITH_AGENT,
    is_timed: true,
    words: &[],
    orders: &[],
};

const AGENT_STATE_FIELDS: &[Field] = &[
    field("agent_system", Text, "system of agent and team"),
    required("agent", Text, "whose state"),
    field("team", Text, "team then; from the employment or the directory where not said"),
    required("state", Text, "contact, wrap_up, available, break, meeting, training or offline"),
    field("channel", Text, "channel worked on"),
    required("started_at", Time, "when it began"),
    required("ended_at", Time, "when it ended"),
];

pub(super) const AGENT_STATE: KindSpec = KindSpec {
    name: "agent_state",
    meaning: "one stretch of what a member of staff did while logged in",
    fields: AGENT_STATE_FIELDS,
    lies: WITH_AGENT,
    is_timed: true,
    words: &[("state", &["contact", "wrap_up", "available", "break", "meeting", "training", "offline"])],
    orders: &[("ended_at", "started_at")],
};

const EMPLOYEE_ANSWER_FIELDS: &[Field] = &[
    required("wave", Text, "round of the survey, as 2026-Q1"),
    required("instrument", Text, "satisfaction, enps, engagement or a name of one's own"),
    field("item", Text, "question, where an instrument has several"),
    field(
        "respondent",
        Text,
        "pseudonym of who answered, the same for all items of a wave; one a record where not said",
    ),
    field("agent_system", Text, "system of team"),
    field("team", Text, "team"),
    field("role", Text, "role, as agent, senior or lead"),
    required("scale_min", Integer, "lowest answer of the scale"),
    required("scale_max", Integer, "highest answer of the scale"),
    required("value", Number, "the answer, within the scale"),
    required("answered_at", Time, "when it was answered"),
];

pub(super) const EMPLOYEE_ANSWER: KindSpec = KindSpec {
    name: "employee_answer",
    meaning: "one answer of one member of staff to one question of an employee survey",
    fields: EMPLOYEE_ANSWER_FIELDS,
    lies: Lies::Together,
    is_timed: true,
    words: &[],
    orders: &[],
};
