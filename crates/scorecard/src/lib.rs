//! The scorecard: which KPIs the company steers by, what they are held against, and where they stand.
//!
//! Pure, and never calls the engine: [`declare()`] reads the file, [`questions()`] says what has to be asked,
//! [`build`] places the answers on the card, [`text`] and serde show it. [`words`] writes figures for people.

pub mod benchmark;
mod card;
mod cascade;
mod changes;
pub mod chart;
mod cut;
mod declare;
mod definition;
pub mod document;
mod error;
#[cfg(test)]
mod fixture;
mod gate;
pub mod initiative;
pub mod lint;
pub mod manual;
pub mod mix;
mod path;
mod project;
pub mod propose;
mod questions;
pub mod recognition;
pub mod report;
pub mod review;
mod score;
mod status;
mod strategy;
mod stretch;
pub mod target;
pub mod template;
mod terminal;
mod tree;
pub mod words;
pub mod workbook;

pub use card::{
    Card, CardChange, CardFactor, CardLeftOut, CardObjective, CardPair, CardPerspective, CardTarget, Counts,
    MetricName, Range, Scorecard, TargetOfMonth, TrendPoint, View, build,
};
pub use cascade::{Cascade, CascadePart, Parts, both, cascade, cascade_questions};
pub use changes::{ScorecardChange, better};
pub use cut::Cut;
pub use declare::shape::SCORECARD as SHAPE;
pub use declare::{check, declare};
pub use definition::{
    Cadence, Definition, FLOOR, Factor, Gate, Goal, INDUSTRIES, Kpi, LeftOut, Level, Limit, Objective, Operational,
    Origin, PROPOSITIONS, Pair, Perspective, Role, Target,
};
pub use error::Error;
pub use gate::{Bound, CardGate, GateStatus};
pub use path::{Place, Why, why};
pub use project::{Course, Projection, Scale, Verdict, project};
pub use questions::{coarser, figures, named_figures, questions, shown, subject, subject_of};
pub use score::{CAP, Cap, CapKind, PerspectiveScore, Total, score};
pub use status::{Reading, Status, status};
pub use strategy::{
    BoxKind, ChildBox, CompetesOn, FactorBox, KpiBox, ObjectiveBox, OperationalBox, Strategy, strategy,
};
pub use terminal::text;
pub use tree::{ancestors, check_tree, children};

/// The company card of the sample organisation: path and content.
pub const SAMPLE: (&str, &str) = ("scorecards/company.toml", include_str!("../../../scorecards/company.toml"));

/// A company card for tests: path and content.
#[cfg(test)]
pub(crate) const COMPANY: (&str, &str) = ("scorecards/company.toml", include_str!("fixture/company.toml"));
