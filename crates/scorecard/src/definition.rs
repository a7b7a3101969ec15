//! What a card is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use catalogue::file::Located;
use catalogue::metric::{Direction, Metric, Status as DefinitionStatus, Unit};
use catalogue::plan::Growth;
use catalogue::source::SourceText;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// What a company can compete on: id and name. A card may mix them.
pub const PROPOSITIONS: [(&str, &str); 5] = [
    ("customer_experience", "Win on customer experience"),
    ("cost", "Operational excellence and cost"),
    ("lifetime_value", "Lifetime value and loyalty"),
    ("compliance", "Regulated compliance"),
    ("revenue", "Service as revenue engine"),
];

/// The industries that have a variant of the templates: id and name.
pub const INDUSTRIES: [(&str, &str); 6] = [
    ("healthcare", "Healthcare"),
    ("insurance", "Insurance"),
    ("financial_services", "Financial services"),
    ("retail_ecommerce", "Retail and e-commerce"),
    ("saas", "Software as a service"),
    ("telecom", "Telecommunications"),
];

/// Below this score of a perspective the total is capped, where its file says nothing else.
pub const FLOOR: f64 = 40.0;

/// A checked `scorecards/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Definition {
    /// Name: its file without `.toml`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What the company promises its customers; empty where nobody wrote it down.
    pub value_proposition: String,
    /// Whether a person approved it.
    pub status: DefinitionStatus,
    /// Who answers for the card as a whole.
    pub owner: Option<String>,
    /// What the company competes on: id of [`PROPOSITIONS`] → share, together 1; empty where nobody said.
    pub competes_on: BTreeMap<String, f64>,
    /// Id of one of [`INDUSTRIES`].
    pub industry: Option<String>,
    /// Channels that are served, as the data names them.
    pub channels: Vec<String>,
    /// Whose card it is.
    pub level: Level,
    /// Name of the card above, which is its file without `.toml`.
    pub parent: Option<Located<String>>,
    /// Values of dimensions that it is held to: of one dimension any of them, of several dimensions all.
    pub only: BTreeMap<String, Located<Vec<String>>>,
    /// What is to be achieved, in the order of the file.
    pub objectives: Vec<Objective>,
    /// What it depends on.
    pub factors: Vec<Factor>,
    /// Perspectives in the order of the file.
    pub perspectives: Vec<Perspective>,
    /// KPIs in the order of the file; their weights add up to 1.
    pub kpis: Vec<Kpi>,
    /// What must hold whatever the total.
    pub gates: Vec<Gate>,
    /// KPIs that pull against each other, and which one wins.
    pub pairs: Vec<Pair>,
    /// Targets and audiences of operational metrics.
    pub operational: Vec<Operational>,
    /// KPIs that the data cannot support yet.
    pub left_out: Vec<LeftOut>,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    pub file: SourceText,
}

impl Definition {
    /// The KPI with this id.
    pub fn kpi(&self, id: &str) -> Option<&Kpi> {
        self.kpis.iter().find(|kpi| kpi.id == id)
    }

    /// Ids of the metrics it uses: of its KPIs, of what moves them and of its gates.
    pub fn metrics(&self) -> BTreeSet<&str> {
        let kpis = self.kpis.iter().flat_map(|kpi| kpi.operational.iter().chain([&kpi.metric]));
        kpis.chain(self.gates.iter().map(|gate| &gate.metric)).map(String::as_str).collect()
    }

    /// Ids of the metrics whose figures it shows: of its KPIs and of its gates.
    pub fn shown_metrics(&self) -> BTreeSet<&str> {
        let kpis = self.kpis.iter().map(|kpi| kpi.metric.as_str());
        kpis.chain(self.gates.iter().map(|gate| gate.metric.as_str())).collect()
    }

    /// Whether it is the card of one agent: by its level, or as it is held to one.
    pub fn is_of_an_agent(&self) -> bool {
        self.level == Level::Agent || self.only.get("agent").is_some_and(|agents| agents.value.len() == 1)
    }

    /// The values it is held to, as a question takes them.
    pub fn held_to(&self) -> BTreeMap<String, Vec<Option<String>>> {
        let some = |values: &Located<Vec<String>>| values.value.iter().cloned().map(Some).collect();
        self.only.iter().map(|(name, values)| (name.clone(), some(values))).collect()
    }
}

/// Whose card it is, from the widest to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The whole company.
    Company,
    /// A department.
    Department,
    /// A team.
    Team,
    /// One agent.
    Agent,
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 4] = [Self::Company, Self::Department, Self::Team, Self::Agent];

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Level::Company => "company",
            Level::Department => "department",
            Level::Team => "team",
            Level::Agent => "agent",
        }
    }
}

/// What is to be achieved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Objective {
    /// Identifier, unique among the objectives of the card.
    pub id: String,
    /// The sentence for people.
    pub name: String,
    /// Why it serves the value proposition.
    pub why: Option<String>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// A critical success factor: what has to go right for an objective to be achieved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Factor {
    /// Identifier, unique among the factors of the card.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of its objective.
    pub objective: String,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// One of the views the card balances: satisfaction, cost, people and so on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Perspective {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Sum of the weights of its KPIs.
    pub weight: f64,
    /// The score below which it caps the total.
    pub floor: f64,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// What a KPI is on the card for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is what the company competes on.
    #[default]
    Primary,
    /// It follows from the primary ones.
    Outcome,
    /// It moves the primary ones.
    Driver,
    /// It gets worse where the primary ones are pushed too hard.
    Counter,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] = [Self::Primary, Self::Outcome, Self::Driver, Self::Counter];

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Role::Primary => "primary",
            Role::Outcome => "outcome",
            Role::Driver => "driver",
            Role::Counter => "counter",
        }
    }
}

/// How often a KPI is reviewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// Every week.
    Weekly,
    /// Every month.
    #[default]
    Monthly,
    /// Every quarter.
    Quarterly,
    /// Every year.
    Yearly,
}

impl Cadence {
    /// Every cadence.
    pub const ALL: [Cadence; 4] = [Self::Weekly, Self::Monthly, Self::Quarterly, Self::Yearly];

    /// Days from one review to the next: the least there are, of a year those in which twelve months of 365.25 ÷ 12 days
    /// have passed, as metrics count them.
    pub fn days(self) -> i64 {
        match self {
            Cadence::Weekly => 7,
            Cadence::Monthly => 28,
            Cadence::Quarterly => 90,
            Cadence::Yearly => 366,
        }
    }

    /// The shortest from one review to the next in which a figure that takes so many days is whole; a year where none is.
    pub fn of_maturity(days: i64) -> Cadence {
        let usual = [Cadence::Monthly, Cadence::Quarterly];
        usual.into_iter().find(|cadence| days <= cadence.days()).unwrap_or(Cadence::Yearly)
    }

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            Cadence::Weekly => "weekly",
            Cadence::Monthly => "monthly",
            Cadence::Quarterly => "quarterly",
            Cadence::Yearly => "yearly",
        }
    }
}

/// One figure on the card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kpi {
    /// Identifier, unique on the card.
    pub id: String,
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set on the card, as written; they win over the variant's.
    pub parameters: BTreeMap<String, String>,
    /// A filter over the metric's fact table, as written.
    #[serde(rename = "where")]
    pub filter: Option<Located<String>>,
    /// Which of the metric's statistics.
    pub statistic: String,
    /// Name for people.
    pub name: String,
    /// Unit of its values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// How its figures grow with their period, so that its target is for a month; none where they do not.
    #[serde(skip)]
    pub growth: Option<Growth>,
    /// Id of its perspective.
    pub perspective: String,
    /// Its share of the card, 0–1.
    pub weight: f64,
    /// What it is held against; none until somebody sets it.
    pub target: Option<Target>,
    /// Whether a target is written that cannot be read, so that there is none for now.
    #[serde(skip)]
    pub has_wrong_target: bool,
    /// What it is on the card for.
    pub role: Role,
    /// Id of the factor it measures.
    pub factor: Option<String>,
    /// Ids of further factors it says something about.
    pub also: Vec<String>,
    /// Ids of the operational metrics that move it.
    pub operational: Vec<String>,
    /// How often it is reviewed.
    pub cadence: Cadence,
    /// Id of the KPI on the parent card that it serves, where written.
    pub serves: Option<Located<String>>,
    /// Ids of the metrics that get worse where it is pushed too hard: as written, else the metric's.
    pub counterbalances: Vec<String>,
    /// Why it is on the card.
    pub why: Option<String>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Kpi {
    /// What its target asks for, in words: `≥ 85.0 %`, and of a figure that grows with its period `≤ 24 a month`.
    pub(crate) fn goal_in_words(&self) -> Option<String> {
        let goal = words::goal(&self.target.as_ref()?.goal, self.unit);
        Some(if self.growth.is_some() { format!("{goal} a month") } else { goal })
    }

    /// A metric by its defaults, as a KPI of no card.
    pub fn of(metric: &Metric) -> Kpi {
        Kpi {
            id: metric.id.clone(),
            metric: metric.id.clone(),
            variant: None,
            parameters: BTreeMap::new(),
            filter: None,
            statistic: metric.measure.statistics().into_iter().next().unwrap_or_default(),
            name: metric.name.clone(),
            unit: metric.unit,
            direction: metric.direction,
            growth: None,
            perspective: metric.perspectives.first().cloned().unwrap_or_default(),
            weight: 0.0,
            target: None,
            has_wrong_target: false,
            role: Role::default(),
            factor: None,
            also: Vec::new(),
            operational: metric.drivers.clone(),
            cadence: Cadence::default(),
            serves: None,
            counterbalances: metric.counterbalances.clone(),
            why: None,
            span: 0..0,
        }
    }
}

/// What a figure is held against, in the unit of answers: percent 0–100, seconds, points, counts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// The number, or the band.
    pub goal: Goal,
    /// How far short of it is still tolerated; 0 or more.
    pub tolerance: f64,
    /// Where things stood when it was set.
    pub baseline: Option<f64>,
    /// Of how many answers, tickets or contacts that was.
    pub baseline_n: Option<u64>,
    /// What would be more than was promised.
    pub stretch: Option<f64>,
    /// By when.
    pub deadline: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was set.
    pub set_on: Option<Date>,
    /// Where its number comes from; none where nobody said.
    pub from: Option<Origin>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Target {
    /// A target of which nothing but the number is known.
    pub fn of(goal: Goal) -> Self {
        Target {
            goal,
            tolerance: 0.0,
            baseline: None,
            baseline_n: None,
            stretch: None,
            deadline: None,
            owner: None,
            set_on: None,
            from: None,
            span: 0..0,
        }
    }
}

/// Where the number of a target comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The company's own history.
    Own,
    /// A figure of others.
    Benchmark,
}

/// The number to reach, by the direction of the metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// In this band, both ends included.
    Between {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

impl Goal {
    /// How far `value` is short of it; 0 or less where it is reached.
    ///
    /// ```
    /// use scorecard::Goal;
    /// assert_eq!(Goal::AtLeast(80.0).shortfall(77.0), 3.0);
    /// assert_eq!(Goal::AtMost(5.0).shortfall(4.0), -1.0);
    /// assert_eq!(Goal::Between { low: 75.0, high: 85.0 }.shortfall(87.0), 2.0);
    /// ```
    pub fn shortfall(&self, value: f64) -> f64 {
        match self {
            Goal::AtLeast(target) => target - value,
            Goal::AtMost(target) => value - target,
            Goal::Between { low, high } => (low - value).max(value - high),
        }
    }

    /// The numbers at which it turns from reached to missed.
    pub fn edges(&self) -> impl Iterator<Item = f64> {
        let (first, second) = match self {
            Goal::AtLeast(target) | Goal::AtMost(target) => (*target, None),
            Goal::Between { low, high } => (*low, Some(*high)),
        };
        std::iter::once(first).chain(second)
    }
}

/// A condition on a figure that caps the total where it does not hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Identifier, unique among the gates of the card.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of the KPI on the card whose figure it is, where it is one's.
    pub kpi: Option<String>,
    /// Metric id.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set on the card, as written.
    pub parameters: BTreeMap<String, String>,
    /// A filter over the metric's fact table, as written.
    #[serde(rename = "where")]
    pub filter: Option<Located<String>>,
    /// Which of the metric's statistics.
    pub statistic: String,
    /// Unit of its values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// What must hold.
    pub limit: Limit,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// What must hold of a gate's figure, in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// Not worse than the baseline of its KPI by more than this.
    NoWorseThanBaselineBy {
        /// By how much it may be worse.
        by: f64,
        /// Where things stood.
        baseline: f64,
    },
}

/// KPIs that pull against each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// Ids of the two KPIs.
    pub kpis: [String; 2],
    /// Id of the one that wins.
    pub wins: String,
    /// When it does, in words.
    pub when: Option<String>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// Who is shown an operational metric, and what is wanted of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operational {
    /// Metric id.
    pub metric: String,
    /// `agent`, `service_manager`, `executive`: as written, else the metric's.
    pub audience: Vec<String>,
    /// What it is held against.
    pub target: Option<Target>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// A KPI that the card would have, were there data for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// Metric id; perhaps of one that there is no definition of yet.
    pub kpi: String,
    /// Kinds of record it needs.
    pub needs: Vec<String>,
    /// Why it is not there, in words.
    pub why: Option<String>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    pub span: Range<usize>,
}
