//! The metric language: declare → resolve → check → plan.
//!
//! A metric file is declared ([`metric`]), its expressions resolved against facts ([`expression`]), the whole checked
//! ([`check`]), and a [`question::Question`] turned into a [`plan::Plan`], which the engine answers with
//! [`answer::Moments`] that become [`answer::Answer`]s. [`evaluate`] is the plain second implementation that runs the
//! examples. Source files are declared here too ([`source`]). No SQL engine is known here.

pub mod answer;
pub mod check;
pub mod diagnostic;
mod dictionary;
pub mod evaluate;
pub mod expression;
pub mod file;
pub mod lineage;
pub mod margin;
pub mod metric;
pub mod plan;
pub mod privacy;
pub mod question;
pub mod shape;
pub mod source;
pub mod workspace;

pub use dictionary::{Catalogue, DEFAULTS};
