//! What people did, as far as rules need it. The review of the journal fills it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::definition::Goal;

/// What is known of a card's reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reviews {
    /// By id of the KPI.
    pub kpis: BTreeMap<String, KpiReview>,
    /// Ids of the metrics whose definition a person approved as it stands.
    pub definitions: BTreeSet<String>,
    /// By id of the metric whose definition people took out of use, who did and when: `Ada and Bert on 2026-11-26`.
    pub retired: BTreeMap<String, String>,
}

/// What is known of the reviews of a KPI.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KpiReview {
    /// When its next review is due.
    pub due: Option<Date>,
    /// Whether a person approved it as it stands.
    pub is_approved: bool,
    /// Who took it out of use and when, in the same words.
    pub retired: Option<String>,
    /// The last day it was looked at, or cited in a decision.
    pub last_used: Option<Date>,
    /// The first day it was on the card.
    pub known_since: Option<Date>,
    /// Targets that gave way to the one it has.
    pub target_changes: Vec<TargetChange>,
}

/// A target that gave way to the one there is.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetChange {
    /// What it was.
    pub was: Goal,
    /// Its deadline.
    pub deadline: Option<Date>,
    /// The first day on which a result could be held against it.
    pub first_result: Date,
    /// The day it gave way; none where nobody recorded it.
    pub on: Option<Date>,
}
