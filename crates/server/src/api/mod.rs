//! The HTTP API, a file a noun. The page uses nothing else.

pub mod answers;
pub mod benchmarks;
pub mod decisions;
pub mod dimensions;
pub mod error;
pub mod initiatives;
pub mod kpis;
mod lineage;
pub mod lint;
pub mod organisation;
pub mod question;
pub mod recognition;
pub mod reviews;
pub mod rows;
pub mod scorecard;
pub mod setup;
pub mod tickets;

use std::sync::Arc;

use model::Instant;

use crate::ask::Reader;

/// What every request needs.
#[derive(Clone)]
pub struct Context {
    /// The workspace, open for reading.
    pub reader: Arc<Reader>,
    /// The time it is, where fixed by `--now`.
    pub fixed_now: Option<Instant>,
}

impl Context {
    /// The time it is.
    pub fn now(&self) -> Instant {
        self.fixed_now.unwrap_or_else(|| jiff::Timestamp::now().into())
    }
}
