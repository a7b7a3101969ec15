//! What people did, as far as rules need it. The review of the journal fills it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

/// What is known of a card's reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reviews {
    /// By id of the KPI.
    pub kpis: BTreeMap<String, KpiReview>,
    /// Ids of the metrics whose definition a person approved as it stands.
    pub definitions: BTreeSet<String>,
    /// By id of the metric whose definition people took out of use, who did and when: `Ada and Bert on 2026-11-26`.
    pub retired: BTreeMap<String, String>,
    /// The last time reviewers of quality were compared with each other.
    pub calibration: Option<Calibration>,
}

/// What is known of the reviews of a KPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Changes of its target.
    pub target_changes: Vec<TargetChange>,
}

/// A target that gave way to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetChange {
    /// The day of the change.
    pub on: Date,
    /// The first day on which a result could be held against the old target.
    pub first_result: Option<Date>,
    /// The deadline of the old target.
    pub deadline: Option<Date>,
}

/// How well reviewers of quality agreed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The day of it.
    pub on: Date,
    /// Their agreement beyond chance, −1 to 1.
    pub kappa: f64,
}
