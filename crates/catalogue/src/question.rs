//! Questions: which metric, over which time, cut how, asked by whom.

use std::collections::BTreeMap;

use model::calendar::{Compare, DateRange, Grain};
use serde::{Deserialize, Serialize};

/// One question about one metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Metric id or alias.
    pub metric: String,
    /// Named preset of parameters.
    pub variant: Option<String>,
    /// Parameters set by hand, as written; they win over the variant's.
    pub parameters: BTreeMap<String, String>,
    /// Dimensions to break down by.
    pub by: Vec<String>,
    /// Length of a period.
    pub grain: Grain,
    /// Dates in the reporting zone, the end exclusive.
    pub range: DateRange,
    /// Values of dimensions, as answers show them: of one dimension any of them, of several dimensions all; no value
    /// means rows without one.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<Option<String>>>,
    /// A filter over the metric's fact table, as written.
    pub filter: Option<String>,
    /// Comparison period.
    pub compare: Option<Compare>,
}

/// Who asks. Row filters and minimum group sizes follow from it inside the engine's tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// Name in the audit log.
    pub name: String,
    /// What of the facts may be seen.
    pub scope: Scope,
}

/// The rows a principal may see; part of every cache key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every row.
    Everything,
    /// Rows of these teams, in the role a table is filtered by.
    Teams(Vec<String>),
}

impl Principal {
    /// The person at the keyboard of the machine the workspace is on.
    pub fn local() -> Self {
        Principal { name: "local".into(), scope: Scope::Everything }
    }
}
