//! What `scorecards/NAME.toml` may hold.

use catalogue::shape::{FileShape, Key, optional, required, table, tables};

const TARGET_MEANING: &str = "What is wanted, in the unit of the metric: percent, points, seconds, a count. Where neither more nor less is better it is a band.";

/// Keys of a target, of a KPI and of an operational metric alike.
const TARGET: &[Key] = &[
    optional(
        "value",
        "a number",
        "none, which lint says",
        "the target, of a metric with a better direction; for a month, where the figure grows with its period",
    ),
    optional("low", "a number", "none", "lower end of a band"),
    optional("high", "a number", "none", "upper end of a band"),
    optional("tolerance", "a number", "0", "how far short of the target is still tolerated"),
    optional(
        "baseline",
        "a number",
        "none: the KPI has no score, unless its target is a band",
        "where things stood when the target was set",
    ),
    optional("baseline_n", "a whole number", "not known", "of how many answers, tickets or contacts the baseline was"),
    optional("stretch", "a number", "none", "what would be more than was promised"),
    optional("deadline", "a date", "none", "by when it is to be reached"),
    optional("owner", "text", "nobody, which lint says", "who answers for it"),
    optional("set_on", "a date", "not known", "when it was set"),
    optional("from", "`own` or `benchmark`", "not known", "whether its number comes from own history or from others"),
];

/// `scorecards/NAME.toml`.
pub const SCORECARD: FileShape = FileShape {
    name: "scorecards/NAME.toml",
    meaning: "The figures a company, a department, a team or an agent steers by, and why. `company` is the one that is shown first.",
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
                optional(
                    "owner",
                    "text",
                    "nobody, which lint says where the card has a gate",
                    "who answers for the card as a whole: is told of a red gate, and reviews the card once a year",
                ),
                optional(
                    "competes_on",
                    "`customer_experience`, `cost`, `lifetime_value`, `compliance` or `revenue`, or a table of these → share, together 1",
                    "not said",
                    "what the company competes on",
                ),
                optional(
                    "industry",
                    "`healthcare`, `insurance`, `financial_services`, `retail_ecommerce`, `saas` or `telecom`",
                    "not said",
                    "the industry",
                ),
                optional("channels", "a list of texts", "not said", "channels that are served, as the data names them"),
                optional(
                    "level",
                    "`company`, `department`, `team` or `agent`",
                    "company; team where there is a parent",
                    "whose card it is",
                ),
                optional("parent", "the name of a card", "none", "the card above: its file without `.toml`"),
                optional("only", "a table: dimension → value or values", "everything", "what the card is held to"),
                optional("objective", "tables", "none", "what is to be achieved"),
                optional("factor", "tables", "none", "critical success factors"),
                required("perspective", "tables", "groups of KPIs"),
                required("kpi", "tables", "the KPIs"),
                optional("gate", "tables", "none", "what must hold whatever the total"),
                optional("pair", "tables", "none", "KPIs that pull against each other"),
                optional("operational", "tables", "none", "targets and audiences of operational metrics"),
                optional("left_out", "tables", "none", "KPIs that the data cannot support yet"),
            ],
        ),
        table("competes_on", "What the company competes on → its share.", &[]),
        table(
            "only",
            "Dimension → value, or a list of values of which any will do. Of several dimensions all must hold.",
            &[],
        ),
        tables(
            "objective",
            "What is to be achieved.",
            &[
                required("id", "text", "identifier, by which factors name it"),
                required("name", "text", "the sentence for people"),
                optional("why", "text", "none", "why it serves the value proposition"),
            ],
        ),
        tables(
            "factor",
            "A critical success factor: what has to go right for an objective to be achieved.",
            &[
                required("id", "text", "identifier, by which KPIs name it"),
                required("name", "text", "name for people"),
                required("objective", "the id of an objective", "the objective it is for"),
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
                optional("floor", "0 to 100", "40", "the score below which it caps the total at 60"),
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
                optional(
                    "role",
                    "`primary`, `outcome`, `driver` or `counter`",
                    "primary",
                    "what it is there for: what the company competes on, what follows from it, what moves it, what suffers from it",
                ),
                optional("factor", "the id of a factor", "none", "the critical success factor it measures"),
                optional("also", "the ids of factors", "none", "further factors it says something about"),
                optional("operational", "the ids of metrics", "none", "operational metrics that move it"),
                optional(
                    "cadence",
                    "`weekly`, `monthly`, `quarterly` or `yearly`",
                    "monthly",
                    "how often it is reviewed",
                ),
                optional(
                    "serves",
                    "the id of a KPI on the parent card",
                    "the one of the same metric",
                    "the KPI above that it is for",
                ),
                optional(
                    "counterbalances",
                    "the ids of metrics",
                    "the metric's",
                    "metrics that get worse where it is pushed too hard",
                ),
                optional("why", "text", "none", "why it is on the card"),
            ],
        ),
        table("kpi.parameters", "Parameter → value.", &[]),
        table("kpi.target", TARGET_MEANING, TARGET),
        tables(
            "gate",
            "A condition that caps the total at 60 where it does not hold, and is named first. It names a `kpi` of the card or a `metric`, and one of `at_most`, `at_least` and `no_worse_than_baseline_by`.",
            &[
                optional("id", "text", "the KPI's or the metric's", "identifier among the gates of the card"),
                optional("name", "text", "the KPI's or the metric's", "name for people"),
                optional("kpi", "the id of a KPI on the card", "none", "the KPI whose figure it is"),
                optional("metric", "the id of a metric", "none", "what is measured, where it is no KPI's figure"),
                optional("variant", "a variant of it", "none", "preset of its parameters"),
                optional("parameters", "a table: parameter → value", "its defaults", "parameters set by hand"),
                optional("where", "an expression that is true or false", "every fact", "facts that count"),
                optional("statistic", "a statistic of it", "its first", "which figure, as p90"),
                optional("at_most", "a number", "none", "the most it may be"),
                optional("at_least", "a number", "none", "the least it may be"),
                optional(
                    "no_worse_than_baseline_by",
                    "a number",
                    "none",
                    "by how much it may be worse than the baseline of its KPI; red only where it is worse by more beyond its margin",
                ),
            ],
        ),
        table("gate.parameters", "Parameter → value.", &[]),
        tables(
            "pair",
            "Two KPIs that pull against each other.",
            &[
                required("kpis", "the ids of two KPIs of the card", "which two"),
                required("wins", "one of the two", "the one that counts where both cannot be had"),
                optional("when", "text", "always", "when it does, as \"unless cost is off target for two months\""),
            ],
        ),
        tables(
            "operational",
            "Who is shown an operational metric, and what is wanted of it.",
            &[
                required("metric", "the id of a metric", "what is measured"),
                optional(
                    "audience",
                    "a list of `agent`, `service_manager` and `executive`",
                    "the metric's",
                    "who is shown it",
                ),
                optional("target", "a table", "none", "what is wanted"),
            ],
        ),
        table("operational.target", TARGET_MEANING, TARGET),
        tables(
            "left_out",
            "A KPI that the card would have, were there data for it. `crosscheck init` writes these.",
            &[
                required("kpi", "the id of a metric", "which one"),
                optional("needs", "a list of kinds of record", "none", "what would have to be imported"),
                optional("why", "text", "none", "why it is not there"),
            ],
        ),
    ],
};
