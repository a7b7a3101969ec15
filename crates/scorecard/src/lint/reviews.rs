//! What people did, as far as rules need it. The review of the journal fills it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::definition::{Goal, Target};

/// What is known of a card's reviews.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reviews {
    /// By id of the KPI.
    pub kpis: BTreeMap<String, KpiReview>,
    /// Ids of the metrics whose definition a person approved as it stands.
    pub definitions: BTreeSet<String>,
    /// By id of the metric whose definition people took out of use, who did and when: `Ada and Bert on 2026-11-26`.
    pub retired: BTreeMap<String, String>,
    /// By id of the gate what it was, where it lets more pass now.
    pub loosened: BTreeMap<String, GateChange>,
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
    pub was: Aim,
    /// The first day on which a result could be held against it.
    pub first_result: Date,
    /// The day it gave way; none where nobody recorded it.
    pub on: Option<Date>,
}

/// What a gate was before it let more pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateChange {
    /// The number it must not have been beyond.
    pub limit: f64,
    /// First day of the last period that was closed with it.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
}

/// What a target is kept or missed by, and where its score begins: whoever moves any of it moves the goalposts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// The number or band.
    pub goal: Goal,
    /// By when.
    pub deadline: Option<Date>,
    /// How far short of it was tolerated.
    pub tolerance: f64,
    /// Where things stood when it was set; none where nobody had said.
    pub baseline: Option<f64>,
}

impl Aim {
    /// That of `target`.
    pub fn of(target: &Target) -> Self {
        let Target { goal, deadline, tolerance, baseline, .. } = *target;
        Aim { goal, deadline, tolerance, baseline }
    }

    /// Whether both ask for the same. A baseline that was filled in later is none that was moved.
    pub fn asks_as(&self, other: &Aim) -> bool {
        let is_moved = self.baseline.zip(other.baseline).is_some_and(|(one, other)| one != other);
        (self.goal, self.deadline, self.tolerance) == (other.goal, other.deadline, other.tolerance) && !is_moved
    }
}
