//! The only crate that knows DataFusion: [`map`] raw rows to records, [`tables`] over a snapshot, [`lower`]
//! expressions, [`run`] plans, list the [`rows`] behind a figure.

pub mod clock;
mod dictionary;
mod error;
pub mod lower;
pub mod map;
mod pass;
mod people;
pub mod rows;
pub mod run;
mod sources;
pub mod tables;
mod tally;

pub use error::EngineError;
pub use run::{Engine, Margins, Request};
