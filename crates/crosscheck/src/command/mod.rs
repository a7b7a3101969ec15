//! The commands, a file each. Exit codes: 0 done, 1 problems in files or data, 2 a command that means nothing.

pub mod asking;
pub mod benchmark;
pub mod card;
pub mod cascade;
pub mod check;
pub mod close;
pub mod decision;
pub mod declared;
pub mod demo;
pub mod fold;
pub mod hours;
pub mod import;
pub mod init;
pub mod initiative;
pub mod kpi;
pub mod kpis;
pub mod manual;
pub mod openapi;
pub mod print;
pub mod recognition;
pub mod reference;
pub mod report;
pub mod review;
pub mod rows;
pub mod scorecard;
pub mod serve;
pub mod source;
pub mod target;
pub mod ticket;
pub mod unmet;
pub mod verify;
pub mod why;
pub mod wishing;

use std::sync::Arc;

use ::server::ask::Reader;
use ::server::{ServerError, Workspace};
use catalogue::diagnostic::Diagnostic;
use model::Instant;
use model::calendar::{DateRange, Organisation};

use crate::Context;

/// The workspace of a command that only reads; says on stderr when files have problems.
fn open(context: &Context) -> Result<Reader, ServerError> {
    let workspace = Workspace::load(&context.workspace)?;
    let errors = workspace.error_count();
    if errors > 0 {
        eprintln!(
            "note: {errors} {} in the workspace's files; `crosscheck check` shows them",
            if errors == 1 { "error" } else { "errors" }
        );
    }
    let reader = Reader::open(Arc::new(workspace))?;
    let snapshot = reader.store.snapshot()?;
    if snapshot.is_stale(&reader.workspace.fold_settings()) && !snapshot.deliveries().is_empty() {
        eprintln!(
            "note: calendars, zone or currency have changed since the data was folded; `crosscheck fold` brings the facts up to date"
        );
    }
    Ok(reader)
}

/// A time on the clocks of the organisation: `2026-11-04T09:12:30+01:00`.
fn local_time(organisation: &Organisation, at: Instant) -> String {
    ::scorecard::words::time(at, &organisation.zone)
}

/// Runs a future to its end.
fn block_on<F: Future>(future: F) -> Result<F::Output, ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| ServerError::io("tokio", error))?;
    Ok(runtime.block_on(future))
}

/// A range as it was read, its problems placed at what this command calls it, which is not `--range`.
fn called(option: &str, range: Result<DateRange, Vec<Diagnostic>>) -> Result<DateRange, ServerError> {
    let placed = |problem: Diagnostic| Diagnostic { file: option.to_owned(), ..problem };
    range.map_err(|problems| ServerError::Problems(problems.into_iter().map(placed).collect()))
}
