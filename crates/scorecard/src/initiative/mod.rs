//! What is done to move a KPI, and what was decided about it: `initiatives/NAME.toml` and `decisions/NAME.toml`.

mod declare;
pub mod shape;

use std::ops::Range;

use catalogue::metric::Unit;
use catalogue::source::SourceText;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

pub use declare::{Around, declare_decision, declare_initiative};

/// A checked `initiatives/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Initiative {
    /// Its file, without folder and `.toml`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Why it should work: "if …, then …, because …".
    pub hypothesis: String,
    /// How far it is, as written; what nobody has written follows its days ([`Initiative::status_on`]).
    pub status: InitiativeStatus,
    /// Whether that is written.
    #[serde(skip)]
    #[schema(ignore)]
    pub is_status_written: bool,
    /// Name of the card it is for.
    pub card: String,
    /// Id of the KPI it is to move, on that card, or of a metric.
    pub kpi: String,
    /// Metric of that KPI.
    pub metric: String,
    /// Unit of the expected effect; a rate moves by percentage points.
    pub unit: Unit,
    /// By how much the figure should move; null where nobody said.
    pub effect: Option<f64>,
    /// Id of the objective on the card that it serves.
    pub objective: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What it costs, in the organisation's currency.
    pub cost: Option<f64>,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub start: Date,
    /// Last day; null where it goes on.
    #[schema(value_type = Option<String>, format = Date)]
    pub end: Option<Date>,
    /// Teams it affects; none for all.
    pub teams: Vec<String>,
    /// Channels it affects; none for all.
    pub channels: Vec<String>,
    /// Steps on the way, in the order of the file.
    pub milestones: Vec<Milestone>,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    #[schema(ignore)]
    pub file: SourceText,
}

impl Initiative {
    /// How far it is on the day `today`: as written, else by its first and last day.
    pub fn status_on(&self, today: Date) -> InitiativeStatus {
        match self.end {
            _ if self.is_status_written => self.status,
            _ if today < self.start => InitiativeStatus::Planned,
            Some(end) if today > end => InitiativeStatus::Done,
            _ => InitiativeStatus::Running,
        }
    }
}

/// How far an initiative is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InitiativeStatus {
    /// Not begun.
    Planned,
    /// Under way.
    Running,
    /// Carried through.
    Done,
    /// Given up.
    Stopped,
}

impl InitiativeStatus {
    /// Every status.
    pub const ALL: [InitiativeStatus; 4] = [Self::Planned, Self::Running, Self::Done, Self::Stopped];

    /// The name in files and answers.
    pub fn name(self) -> &'static str {
        match self {
            InitiativeStatus::Planned => "planned",
            InitiativeStatus::Running => "running",
            InitiativeStatus::Done => "done",
            InitiativeStatus::Stopped => "stopped",
        }
    }
}

/// A step on the way.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Milestone {
    /// Name for people.
    pub name: String,
    /// By when.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// When it was reached; null while it is not.
    #[schema(value_type = Option<String>, format = Date)]
    pub done: Option<Date>,
    /// Bytes of the file it stands at.
    #[serde(skip)]
    #[schema(ignore)]
    pub span: Range<usize>,
}

/// A checked `decisions/NAME.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Decision {
    /// Its file, without folder and `.toml`.
    pub id: String,
    /// When it was made.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// "We chose X because Y".
    pub text: String,
    /// Who made it.
    pub decided_by: String,
    /// Name of the card its KPIs are on.
    pub card: String,
    /// Ids of the KPIs it is about, or of metrics.
    pub kpis: Vec<String>,
    /// Metrics of those, in their order.
    pub metrics: Vec<String>,
    /// Id of the initiative it is about.
    pub initiative: Option<String>,
    /// Id of the objective on the card that it serves.
    pub objective: Option<String>,
    /// The file itself, for messages that point into it.
    #[serde(skip)]
    #[schema(ignore)]
    pub file: SourceText,
}

#[cfg(test)]
mod tests;
