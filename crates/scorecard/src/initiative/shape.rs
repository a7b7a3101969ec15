//! What `initiatives/NAME.toml` and `decisions/NAME.toml` may hold.

use catalogue::shape::{FileShape, Key, optional, required, table, tables};

const CARD: Key = optional("card", "the name of a file of scorecards/, without .toml", "company", "the card it is for");

/// `initiatives/NAME.toml`.
pub const INITIATIVE: FileShape = FileShape {
    name: "initiatives/NAME.toml",
    meaning: "What is done to move a KPI. It is drawn on the KPI's charts from its start to its end.",
    tables: &[
        table(
            "",
            "",
            &[
                required("name", "text", "name for people"),
                required("hypothesis", "text", "why it should work: if …, then …, because …"),
                optional("status", "`planned`, `running`, `done` or `stopped`", "by its days", "how far it is"),
                CARD,
                required("kpi", "the id of a KPI on the card, or of a metric", "the figure it is to move"),
                optional(
                    "effect",
                    "a number",
                    "none, with a warning",
                    "by how much the figure should move, in the unit of the metric; a rate by percentage points, as 3 or -3",
                ),
                optional("objective", "the id of an objective on the card", "none", "the objective it serves"),
                optional("owner", "text", "nobody, with a warning", "who answers for it"),
                optional("cost", "a number, 0 or more", "none", "what it costs, in the organisation's currency"),
                required("start", "a date", "first day"),
                optional("end", "a date", "it goes on", "last day"),
                optional("teams", "a list of texts", "all", "teams it affects"),
                optional("channels", "a list of texts", "all", "channels it affects"),
                optional("milestone", "tables", "none", "steps on the way"),
            ],
        ),
        tables(
            "milestone",
            "A step on the way.",
            &[
                required("name", "text", "name for people"),
                required("due", "a date", "by when"),
                optional("done", "a date", "not yet", "when it was reached"),
            ],
        ),
    ],
};

/// `decisions/NAME.toml`.
pub const DECISION: FileShape = FileShape {
    name: "decisions/NAME.toml",
    meaning: "Something that was decided about KPIs, with its reason. It is marked on their charts on its day.",
    tables: &[table(
        "",
        "",
        &[
            required("date", "a date", "the day it was made"),
            required("text", "text", "we chose X because Y"),
            required("decided_by", "text", "who made it"),
            CARD,
            optional(
                "kpis",
                "ids of KPIs on the card, or of metrics",
                "those of the initiative",
                "the figures it is about",
            ),
            optional(
                "initiative",
                "the name of a file of initiatives/, without .toml",
                "none",
                "the initiative it is about",
            ),
            optional("objective", "the id of an objective on the card", "that of the initiative", "what it serves"),
        ],
    )],
};
