//! What `scorecards/NAME.toml` may hold.

use catalogue::shape::{FileShape, optional, required, table, tables};

/// `scorecards/NAME.toml`.
pub const SCORECARD: FileShape = FileShape {
    name: "scorecards/NAME.toml",
    meaning: "The figures a company steers its service by. `company` is the one that is shown.",
    tables: &[
        table(
            "",
            "",
            &[
                required("title", "text", "title of the card"),
                optional(
                    "value_proposition",
                    "text",
                    "none, with a warning",
                    "what the company promises its customers",
                ),
                optional(
                    "status",
                    "`template_default`, `draft`, `approved` or `deprecated`",
                    "draft",
                    "where the card stands",
                ),
                required("perspective", "tables", "groups of KPIs"),
                required("kpi", "tables", "the KPIs"),
            ],
        ),
        tables(
            "perspective",
            "A group of KPIs.",
            &[
                required("id", "text", "identifier, by which KPIs name it"),
                required("name", "text", "name for people"),
                optional(
                    "weight",
                    "0 to 1",
                    "the sum of its KPIs",
                    "what its KPIs weigh together; a check, as it must be their sum",
                ),
            ],
        ),
        tables(
            "kpi",
            "A statistic of a metric with what is wanted of it.",
            &[
                optional("id", "text", "the metric's", "identifier on the card"),
                required("metric", "the id of a metric", "what is measured"),
                optional("variant", "a variant of it", "none", "preset of its parameters"),
                optional("parameters", "a table: parameter → value", "its defaults", "parameters set by hand"),
                optional("where", "an expression that is true or false", "every fact", "facts that count"),
                optional("statistic", "a statistic of it", "its first", "which figure, as p90"),
                optional("name", "text", "the metric's", "name on the card"),
                required("perspective", "the id of a perspective", "group it belongs to"),
                required("weight", "0 to 1", "how much it counts; the weights of a card add up to 1"),
                optional("target", "a table", "none: the KPI has no status", "what is wanted"),
            ],
        ),
        table("kpi.parameters", "Parameter → value.", &[]),
        table(
            "kpi.target",
            "What is wanted, in the unit of the metric: percent, points, seconds, a count. Where neither more nor less is better it is a band.",
            &[
                optional(
                    "value",
                    "a number",
                    "none, with a warning",
                    "the target, of a metric with a better direction",
                ),
                optional("low", "a number", "none", "lower end of a band"),
                optional("high", "a number", "none", "upper end of a band"),
                optional("tolerance", "a number", "0", "how far short of the target is still tolerated"),
                optional("baseline", "a number", "none", "where things stood when the target was set"),
                optional("stretch", "a number", "none", "what would be more than was promised"),
                optional("deadline", "a date", "none", "by when it is to be reached"),
                optional("owner", "text", "nobody, with a warning", "who answers for it"),
            ],
        ),
    ],
};
