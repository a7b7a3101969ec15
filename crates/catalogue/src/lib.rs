//! The metric language: declare → resolve → check → plan.
//!
//! A metric file is declared ([`metric`]), its expressions resolved against facts ([`expression`]), the whole checked
//! ([`check`]), and a [`question::Question`] turned into a [`plan::Plan`], which the engine answers with
//! [`answer::Moments`] that become [`answer::Answer`]s. [`evaluate`] is the plain second implementation that runs the
//! examples. Source files are declared here too ([`source`]). No SQL engine is known here.

pub mod answer;
pub mod diagnostic;
pub mod expression;
pub mod margin;
pub mod plan;
pub mod question;
pub mod source;
