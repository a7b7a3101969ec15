//! The scorecard: which KPIs the company steers by, what they are held against, and where they stand.
//!
//! Pure, and never calls the engine: [`declare()`] reads the file, [`questions()`] says what has to be asked,
//! [`build`] places the answers on the card, [`text`] and serde show it. [`words`] writes figures for people.

pub mod benchmark;
mod card;
mod changes;
mod cut;
mod declare;
mod definition;
mod error;
#[cfg(test)]
mod fixture;
pub mod initiative;
pub mod lint;
pub mod mix;
pub mod propose;
mod questions;
pub mod recognition;
pub mod review;
mod status;
pub mod target;
pub mod template;
mod terminal;
mod tree;
pub mod words;

pub use card::{Card, CardChange, CardPerspective, CardTarget, Counts, Range, Scorecard, TrendPoint, build};
pub use changes::{ScorecardChange, better};
pub use cut::Cut;
pub use declare::shape::SCORECARD as SHAPE;
pub use declare::{check, declare};
pub use definition::{
    Cadence, Definition, FLOOR, Factor, Gate, Goal, INDUSTRIES, Kpi, LeftOut, Level, Limit, Objective, Operational,
    Origin, PROPOSITIONS, Pair, Perspective, Role, Target,
};
pub use error::Error;
pub use questions::{questions, subject, subject_of};
pub use status::{Reading, Status, status};
pub use terminal::text;
pub use tree::{ancestors, check_tree, children};

/// The company card shipped with Crosscheck: path and content.
pub const COMPANY: (&str, &str) = ("scorecards/company.toml", include_str!("../../../scorecards/company.toml"));
